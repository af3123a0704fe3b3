#![expect(clippy::disallowed_types, reason = "the one place that puts limits and the check around them")]

use crate::{problems::WebError, seal, view::encode, visit::Visit};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::Field},
};
use linli_base::{Problem, Result};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// The most that a form without files may weigh, in bytes.
const FORM_BYTES: usize = 1024 * 1024;
/// The most that one file may weigh, in bytes.
const FILE_BYTES: usize = 12 * 1024 * 1024;
/// The most files in one form.
const FILES: usize = 4;
/// The most that a form with files may weigh, in bytes.
const BODY_BYTES: usize = 50 * 1024 * 1024;

/// A form's fields as a struct. That one is held proves that a page of ours was sent by the visitor it was made for.
#[derive(Debug)]
pub struct ProtectedForm<T>(pub T);

/// A form's fields as they came, for forms that data describes. Proves the same as [`ProtectedForm`].
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RawForm(pub BTreeMap<String, Vec<String>>);

/// A form with files: `fields` as in [`RawForm`]. At most 4 files of 12 MB each, 50 MB in all. Proves the same as
/// [`ProtectedForm`]; the token must stand before the first file.
#[derive(Debug, Default)]
pub struct ProtectedMultipart {
    /// The text fields.
    pub fields: RawForm,
    /// The files that were chosen, in order.
    pub files: Vec<Upload>,
}

/// One file of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The form's field.
    pub field: String,
    /// The content; what it is must be read from it, names and types are not believed.
    pub bytes: Vec<u8>,
}

impl RawForm {
    /// What a form would send with these fields.
    pub fn of<'a>(fields: impl IntoIterator<Item = (&'a str, Vec<String>)>) -> RawForm {
        RawForm(fields.into_iter().map(|(field, values)| (field.to_owned(), values)).collect())
    }

    /// The first value of a field, without the space around it; empty where there is none.
    pub fn first(&self, field: &str) -> &str {
        self.all(field).first().map_or("", |value| value.trim())
    }

    /// All values of a field, as ticked boxes send them.
    pub fn all(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    /// As a text that [`RawForm::from_text`] reads: what was typed, kept in a field of another form.
    pub fn to_text(&self) -> String {
        let pairs = self.0.iter().flat_map(|(field, values)| values.iter().map(move |value| (field, value)));
        let pairs: Vec<String> =
            pairs.map(|(field, value)| format!("{}={}", encode(field), encode(value))).collect();
        pairs.join("&")
    }

    /// Reads what [`RawForm::to_text`] wrote; nothing where it is no form.
    pub fn from_text(text: &str) -> RawForm {
        raw(text.as_bytes()).unwrap_or_default()
    }

    fn add(&mut self, field: String, value: String) {
        self.0.entry(field).or_default().push(value);
    }

    /// Lets go of the token, or says that the form is not one of ours.
    fn proven(mut self, visit: &Visit) -> Result<RawForm> {
        let token = self.0.remove("csrf").unwrap_or_default();
        let ok = visit.own_origin && token.iter().any(|token| seal::same(token, &visit.csrf));
        if ok { Ok(self) } else { Err(Problem::refused("form_stale")) }
    }
}

fn unreadable<E>(_: E) -> Problem {
    Problem::refused("unreadable")
}

async fn body(req: Request) -> Result<(Visit, Bytes), WebError> {
    let (parts, body) = req.into_parts();
    let visit = Visit::in_parts(&parts)?;
    let bytes =
        axum::body::to_bytes(body, FORM_BYTES).await.map_err(|_e| Problem::TooLarge { limit: FORM_BYTES })?;
    Ok((visit, bytes))
}

fn raw(bytes: &[u8]) -> Result<RawForm> {
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(bytes).map_err(unreadable)?;
    let mut form = RawForm::default();
    for (field, value) in pairs {
        form.add(field, value);
    }
    Ok(form)
}

impl<S: Sync> FromRequest<S> for RawForm {
    type Rejection = WebError;

    async fn from_request(req: Request, _: &S) -> Result<Self, WebError> {
        let (visit, bytes) = body(req).await?;
        let fields = raw(&bytes)?.proven(&visit)?;
        visit.keep(&fields, false, false);
        Ok(fields)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for ProtectedForm<T> {
    type Rejection = WebError;

    async fn from_request(req: Request, _: &S) -> Result<Self, WebError> {
        let (visit, bytes) = body(req).await?;
        visit.keep(&raw(&bytes)?.proven(&visit)?, false, false);
        let form = serde_html_form::from_bytes(&bytes).map_err(unreadable)?;
        Ok(ProtectedForm(form))
    }
}

impl<S: Send + Sync> FromRequest<S> for ProtectedMultipart {
    type Rejection = WebError;

    async fn from_request(mut req: Request, state: &S) -> Result<Self, WebError> {
        DefaultBodyLimit::max(BODY_BYTES).apply(&mut req);
        let (parts, body) = req.into_parts();
        let visit = Visit::in_parts(&parts)?;
        if !visit.own_origin {
            return Err(Problem::refused("form_stale").into());
        }
        let mut multipart =
            Multipart::from_request(Request::from_parts(parts, body), state).await.map_err(unreadable)?;
        let (mut fields, mut files) = (RawForm::default(), Vec::new());
        while let Some(field) = multipart.next_field().await.map_err(unreadable)? {
            let name = field.name().unwrap_or_default().to_owned();
            if field.file_name().is_none() {
                let text = read(field, FORM_BYTES).await?;
                fields.add(name, String::from_utf8(text).map_err(unreadable)?);
                continue;
            }
            fields.clone().proven(&visit)?;
            let bytes = read(field, FILE_BYTES).await?;
            // an input of files where none was chosen sends one without a name and without bytes
            if !bytes.is_empty() {
                files.push(Upload { field: name, bytes });
            }
            if files.len() > FILES {
                let flaw = linli_base::Flaw::new("files", "too_many").with("max", FILES);
                return Err(flaw.into());
            }
        }
        let fields = fields.proven(&visit)?;
        visit.keep(&fields, true, !files.is_empty());
        Ok(ProtectedMultipart { fields, files })
    }
}

async fn read(mut field: Field<'_>, limit: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let failed = |e: axum::extract::multipart::MultipartError| match e.status().as_u16() {
        413 => Problem::TooLarge { limit: BODY_BYTES },
        _ => Problem::refused("unreadable"),
    };
    while let Some(chunk) = field.chunk().await.map_err(failed)? {
        if bytes.len() + chunk.len() > limit {
            return Err(Problem::TooLarge { limit });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

//! Pictures that came with a form which was not taken: the form carries them, signed for the one who sent them, so
//! that nobody can hang another case's picture on theirs.

use crate::Uploads;
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use linli_base::{FileId, PersonId, Problem};
use linli_org::{OrgState, SignedIn};
use linli_web::{Site, WebError};

/// What the signature is for.
const NAME: &str = "kept-picture";

/// A picture as a form carries it.
pub(super) fn carry(site: &Site, person: PersonId, file: FileId) -> String {
    site.sign(NAME, &format!("{person}.{file}"))
}

/// The picture that a form of this person carries.
pub(super) fn carried(site: &Site, person: PersonId, text: &str) -> Option<FileId> {
    let value = site.verify(NAME, text)?;
    let (whose, file) = value.split_once('.')?;
    if whose == person.to_string() { file.parse().ok() } else { None }
}

/// The form's name for the pictures that it carries in a field.
pub(super) fn field(name: &str) -> String {
    format!("kept.{name}")
}

/// `GET /cases/kept/{signed}`: such a picture, small.
pub(super) async fn show(
    State(org): State<OrgState>,
    State(uploads): State<Uploads>,
    who: SignedIn,
    Path(signed): Path<String>,
) -> Result<Response, WebError> {
    let file = carried(&org.site, who.person, &signed).ok_or(Problem::NotFound)?;
    let bytes = uploads.jpeg(file, true).await?;
    let head = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "private, max-age=3600")];
    Ok((head, bytes).into_response())
}

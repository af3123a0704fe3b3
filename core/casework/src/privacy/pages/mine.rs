//! One's own data: all of it, what was agreed to, who looked, what was asked.

use super::Mine;
use crate::privacy::{Account, NOTICE, PURPOSES};
use askama::Template;
use axum::{
    body::Body,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{FileId, Problem, Result};
use linli_web::{Page, ProtectedForm, RawForm, WebError, html};
use serde::Deserialize;
use std::io::{Read, Seek};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "privacy/mine.html")]
struct DataPage {
    page: Page,
    base: String,
    /// The case, where it is about one.
    one: Option<One>,
    /// Name and phone of the account, and where it is signed in, where it is about that.
    account: Option<(String, String, String)>,
    cases: Vec<Line>,
    consents: Vec<Agreed>,
    public: Option<String>,
    looks: Vec<(String, String)>,
    requests: Vec<Asked>,
    notice: String,
    done: Option<String>,
}

/// A case with all that it holds of its asker.
struct One {
    number: String,
    /// Its title too, where that does not begin the words.
    words: String,
    place: String,
    name: String,
    phone: String,
    pictures: Vec<FileId>,
    open: bool,
    erased: bool,
    held: bool,
}

struct Line {
    href: String,
    number: String,
    title: String,
    note: String,
}

/// A purpose with its text.
struct Agreed {
    purpose: &'static str,
    title: String,
    text: String,
    on: bool,
    /// When, or that the text has changed since.
    note: String,
}

struct Asked {
    id: Uuid,
    number: String,
    kind: String,
    tone: (&'static str, &'static str),
    state: String,
    note: String,
    answer: String,
    undo: bool,
}

#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// `GET /me/data`, `GET /my/{number}/data`
pub(super) async fn show(mine: Mine, Query(Done { done }): Query<Done>) -> Result<Response, WebError> {
    let (visit, lang) = (&mine.visit, mine.visit.lang);
    let own = mine.work.own_cases(&mine.actor).await?;
    let texts = mine.work.consent_texts().await?;
    let said = |purpose: &str| {
        let text = texts.iter().find(|text| text.purpose == purpose);
        text.map(|text| (if lang.is_zh() { &text.zh } else { &text.en }).clone()).unwrap_or_default()
    };
    let done = done.map(|done| match done.as_str() {
        "saved" => crate::t::mine::saved(lang).to_owned(),
        "undone" => crate::t::mine::undone(lang).to_owned(),
        _ => crate::t::mine::asked(lang, done),
    });
    let looks = mine.work.looks_at_mine(&mine.actor).await?.into_iter().map(|look| {
        let org = if lang.is_zh() { look.org } else { look.org_en.or(look.org) };
        let what = look.act.split('.').next().unwrap_or_default();
        let what = visit.text(&format!("part_whole.{what}"), &[]);
        let org = org.unwrap_or_else(|| crate::t::mine::someone(lang).to_owned());
        (
            lang.moment(look.at, visit.now),
            crate::t::mine::look(lang, org, what, look.reason.unwrap_or_default()),
        )
    });
    let page = DataPage {
        page: visit.page(crate::t::mine::title(lang)),
        base: mine.base.clone(),
        looks: looks.collect(),
        requests: requests(&mine).await?,
        notice: said(NOTICE),
        one: one(&mine, &own).await?,
        account: account(&mine).await?.map(|account| {
            let sessions = crate::t::mine::sessions_n(lang, account.sessions.len());
            (account.name, account.phone.unwrap_or_default(), sessions)
        }),
        consents: if mine.case.is_some() { agreed(&mine, &said, &texts).await? } else { Vec::new() },
        public: public(&mine).await?,
        cases: own
            .into_iter()
            .map(|case| Line {
                href: format!("/my/{}/data", case.number),
                title: crate::desk::said(visit, &case.title),
                note: if case.held { crate::t::mine::held(lang).to_owned() } else { String::new() },
                number: case.number,
            })
            .collect(),
        done,
    };
    html(&page)
}

async fn one(mine: &Mine, own: &[crate::privacy::OwnRow]) -> Result<Option<One>> {
    let Some((id, number)) = &mine.case else { return Ok(None) };
    let Some(row) = own.iter().find(|own| own.id == *id) else { return Err(Problem::NotFound) };
    let view = mine.work.view(&mine.actor, *id).await?;
    let phone = mine.work.own_phone(&mine.actor, &view).await?;
    let said = &view.loaded.row;
    Ok(Some(One {
        number: number.clone(),
        words: if said.body.starts_with(said.title.trim_end_matches('…')) {
            said.body.clone()
        } else {
            format!("{}\n{}", said.title, said.body).trim_end().to_owned()
        },
        place: said.place.whole().to_owned(),
        name: said.name.as_ref().map(|name| name.whole().to_owned()).unwrap_or_default(),
        phone: phone.unwrap_or_default(),
        pictures: view.files.iter().map(|file| file.file_id).collect(),
        open: row.open,
        erased: row.erased,
        held: row.held,
    }))
}

/// The account of a person who is signed in, where the page is about it.
async fn account(mine: &Mine) -> Result<Option<Account>> {
    let Some(person) = mine.actor.person() else { return Ok(None) };
    let name = linli_org::people::own_name(&mine.org, person).await?;
    let phone = linli_org::people::own_phone(&mine.org, person).await?.map(|phone| phone.digits().to_owned());
    let sessions = linli_org::sign_in::sessions(&mine.org, person).await?;
    let said = |row: linli_org::sign_in::SessionRow| {
        format!("{} {}", row.created_at.day(), row.agent.unwrap_or_default())
    };
    Ok(Some(Account { name, phone, sessions: sessions.into_iter().map(said).collect() }))
}

async fn agreed(
    mine: &Mine,
    said: &impl Fn(&str) -> String,
    texts: &[crate::privacy::ConsentText],
) -> Result<Vec<Agreed>> {
    let (visit, lang) = (&mine.visit, mine.visit.lang);
    let given = mine.work.own_consents(&mine.actor).await?;
    let all = PURPOSES.into_iter().map(|purpose| {
        let stands = given.iter().find(|one| one.purpose == purpose && one.withdrawn_at.is_none());
        let newest = texts.iter().find(|text| text.purpose == purpose).map_or(0, |text| text.version);
        let old = stands.is_some_and(|stands| stands.version != newest);
        Agreed {
            purpose,
            title: visit.text(&format!("consent.{purpose}"), &[]),
            text: said(purpose),
            on: stands.is_some() && !old,
            note: match stands {
                _ if old => crate::t::mine::consents_again(lang).to_owned(),
                Some(stands) => {
                    crate::t::mine::given(lang, lang.moment(stands.given_at, visit.now), stands.version)
                }
                None => String::new(),
            },
        }
    });
    Ok(all.collect())
}

async fn public(mine: &Mine) -> Result<Option<String>> {
    let Some((id, _)) = &mine.case else { return Ok(None) };
    let lang = mine.visit.lang;
    Ok(mine.work.own_public(&mine.actor, *id).await?.map(|row| match row.state.as_str() {
        "shown" => crate::t::mine::public_shown(lang).to_owned(),
        "refused" => crate::t::mine::public_refused(lang, row.reason.unwrap_or_default()),
        _ => crate::t::mine::public_waiting(lang).to_owned(),
    }))
}

async fn requests(mine: &Mine) -> Result<Vec<Asked>> {
    let (visit, lang) = (&mine.visit, mine.visit.lang);
    let asked = mine.work.own_requests(&mine.actor).await?.into_iter().map(|row| {
        let near = |at: linli_base::At| lang.date_near(at.plus_ms(-1).day(), visit.now.day());
        Asked {
            note: match (row.state.as_str(), row.acts_at) {
                ("grace", Some(at)) => crate::t::mine::request_acts(lang, near(at)),
                ("waiting", _) => crate::t::mine::request_due(lang, near(row.due_at)),
                _ => lang.moment(row.closed_at.unwrap_or(row.at), visit.now),
            },
            id: row.id,
            number: row.number,
            kind: visit.text(&format!("request_kind.{}", row.kind), &[]),
            tone: super::staff::tone(&row.state),
            undo: matches!(row.state.as_str(), "grace" | "running"),
            state: visit.text(&format!("request_state.{}", row.state), &[]),
            answer: row.answer.unwrap_or_default(),
        }
    });
    Ok(asked.collect())
}

/// `POST …/data/undo/{request}`
pub(super) async fn undo(
    mine: Mine,
    Path(path): Path<std::collections::BTreeMap<String, String>>,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Result<Response, WebError> {
    let id = path.get("request").and_then(|id| id.parse().ok()).ok_or(Problem::NotFound)?;
    mine.work.undo_request(&mine.actor, id).await?;
    Ok(Redirect::to(&format!("{}?done=undone", mine.base)).into_response())
}

/// `POST /my/{number}/data/consents`
pub(super) async fn consents(mine: Mine, form: RawForm) -> Result<Response, WebError> {
    let Some((id, _)) = &mine.case else { return Err(Problem::NotFound.into()) };
    mine.work.set_consents(&mine.actor, *id, form.all("agree")).await?;
    Ok(Redirect::to(&format!("{}?done=saved", mine.base)).into_response())
}

#[derive(Template)]
#[template(path = "privacy/taken.html")]
struct TakenPage<'a> {
    lang: linli_i18n::Lang,
    time: String,
    held: &'a crate::privacy::Held,
}

/// `POST …/data/take`: all of it in one archive.
pub(super) async fn take(
    mine: Mine,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Result<Response, WebError> {
    let broken = |e| Problem::broken("taking along", e);
    let account = account(&mine).await?;
    let (held, pictures) = mine.work.held(&mine.actor, account, &|key| mine.visit.text(key, &[])).await?;
    let time = mine.visit.lang.moment(mine.visit.now, mine.visit.now);
    let page = TakenPage { lang: mine.visit.lang, time, held: &held };
    let page = page.render().map_err(|e| Problem::broken("writing an archive", e))?;
    let (number, mut file) = mine.work.take_along(&mine.actor, &mine.uploads, &held, page, pictures).await?;
    let length = file.seek(std::io::SeekFrom::End(0)).map_err(broken)?;
    file.rewind().map_err(broken)?;
    let (send, receive) = tokio::sync::mpsc::channel(4);
    // read off the async threads, in pieces, as fast as it is taken
    tokio::task::spawn_blocking(move || {
        let mut piece = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = file.read(&mut piece) {
            let bytes = piece.get(..read).unwrap_or_default().to_vec();
            if send.blocking_send(bytes).is_err() {
                return;
            }
        }
    });
    let head = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"linli-{number}.zip\"")),
    ];
    Ok((head, Body::new(Pieces(receive))).into_response())
}

/// An archive on its way.
struct Pieces(tokio::sync::mpsc::Receiver<Vec<u8>>);

impl http_body::Body for Pieces {
    type Data = axum::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        ready: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        self.0.poll_recv(ready).map(|piece| piece.map(|bytes| Ok(http_body::Frame::data(bytes.into()))))
    }
}

//! The audit trail, for whoever audits.

use super::{
    prelude::*,
    views::{Named, role_names},
};
use crate::{
    audit::{AuditRow, Filter},
    sign_in::roles_of,
};
use linli_authz::Permission;
use linli_base::{At, Day, Problem};
use linli_web::encode;
use serde_json::{Value as Json, json};
use std::str::FromStr;
use uuid::Uuid;

/// Rows of a page.
const PAGE: i64 = 50;
/// Rows of a file.
const EXPORT: i64 = 50_000;
/// Newest seals that the page itself looks at.
const LOOKED_AT: i64 = 4;

/// The acts that the program knows, as the list to choose from has them; each has its words under `act.`.
const ACTS: &[&str] = &[
    "session.begin",
    "session.fail",
    "session.end",
    "person.password",
    "second.enrol",
    "second.fail",
    "second.recovery",
    "second.codes",
    "second.remove",
    "second.reset",
    "account.unlock",
    "account.end_all",
    "api_token.make",
    "api_token.revoke",
    "person.make",
    "person.edit",
    "post.make",
    "post.end",
    "post.reopen",
    "post.roles",
    "post.lend",
    "post.lend_agree",
    "post.lend_end",
    "setting.set",
    "phone.see",
    "data.ask",
    "case.erase",
    "case.hold",
    "case.lift",
    "consent.text",
    "public.decide",
    "profile.save",
    "list.export",
    "calendar.load",
    "import.requests",
    "audit.search",
    "audit.export",
    "audit.verify",
    "audit.drop",
];

#[derive(Template)]
#[template(path = "org/audit.html")]
struct AuditPage {
    page: Page,
    lang: Lang,
    asked: Asked,
    acts: Vec<(&'static str, String, bool)>,
    /// 已封存到 …, and whether what was looked at is whole.
    sealed: String,
    whole: bool,
    /// What a check of everything found, where one was just made.
    checked: Option<String>,
    subject: Option<String>,
    lines: Vec<Line>,
    more: Option<String>,
    export: String,
    filtered: bool,
}

/// A row of the trail in words.
struct Line {
    time: String,
    who: String,
    post: String,
    act: String,
    about: Option<String>,
    /// The link to all that was done to the same.
    subject: Option<Uuid>,
    reason: Option<String>,
    sealed: bool,
}

/// What is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    org: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter {
            from: Day::parse(self.from.trim()),
            to: Day::parse(self.to.trim()),
            person: self.who.trim().to_owned(),
            act: Some(self.act.clone()).filter(|act| !act.is_empty()),
            subject: Uuid::from_str(self.subject.trim()).ok(),
            org: self.org.trim().to_owned(),
            text: self.q.trim().to_owned(),
        }
    }

    /// The same as a query, without where the page began.
    fn query(&self) -> String {
        let fields = [
            ("from", &self.from),
            ("to", &self.to),
            ("who", &self.who),
            ("act", &self.act),
            ("org", &self.org),
            ("subject", &self.subject),
            ("q", &self.q),
        ];
        let set = fields.iter().filter(|(_, value)| !value.is_empty());
        let set: Vec<String> = set.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        set.join("&")
    }

    fn after(&self) -> Option<(At, Uuid)> {
        let (at, id) = self.after.split_once('.')?;
        Some((At(at.parse().ok()?), Uuid::from_str(id).ok()?))
    }
}

fn named(lang: Lang, zh: Option<&str>, en: Option<&str>) -> Option<String> {
    zh.map(|zh| Named::new(lang, zh, en).text)
}

/// Who did it: the person and, where the post was lent, for whom.
fn who(lang: Lang, row: &AuditRow) -> String {
    let system = row.detail.get("system").and_then(Json::as_str);
    let person = named(lang, row.name.as_deref(), row.name_en.as_deref());
    let holder = named(lang, row.holder_name.as_deref(), row.holder_name_en.as_deref());
    match (person, holder.filter(|_| row.holder != row.person)) {
        (Some(person), Some(holder)) => format!("{person} {}", t::hats::instead(lang, holder)),
        (Some(person), None) => person,
        (None, _) => system.map_or(t::audit::stranger(lang), |_| t::audit::program(lang)).to_owned(),
    }
}

/// The values of the detail that the words of an act may name.
fn values(visit: &Visit, row: &AuditRow) -> Vec<(&'static str, String)> {
    let text = |name: &str| match row.detail.get(name) {
        Some(Json::String(text)) => text.clone(),
        Some(Json::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let roles = |name: &str| {
        let names = role_names(visit.lang, &roles_of(Some(&text(name))));
        if names.is_empty() { t::audit::no_roles(visit.lang).to_owned() } else { names }
    };
    vec![
        ("org", text("org")),
        ("title", text("title")),
        ("rows", text("rows")),
        ("number", text("number")),
        (
            "name",
            visit.words.lookup(visit.lang, &format!("setting.{}", text("name")), &[]).unwrap_or(text("name")),
        ),
        ("value", text("value")),
        ("was", if row.act == "post.roles" { roles("was") } else { text("was") }),
        ("roles", roles("roles")),
        ("from", text("from")),
        ("to", text("to")),
        ("what", text("what")),
        ("phone", text("phone")),
    ]
}

fn act(visit: &Visit, row: &AuditRow) -> String {
    let words = visit.words.lookup(visit.lang, &format!("act.{}", row.act), &values(visit, row));
    words.unwrap_or_else(|| row.act.clone())
}

fn line(visit: &Visit, row: &AuditRow) -> Line {
    let lang = visit.lang;
    let post = [
        named(lang, row.org_name.as_deref(), row.org_name_en.as_deref()),
        named(lang, row.title.as_deref(), row.title_en.as_deref()),
    ];
    let number = row.detail.get("number").and_then(Json::as_str).map(str::to_owned);
    let about = named(lang, row.subject_name.as_deref(), row.subject_name_en.as_deref()).or(number);
    Line {
        time: format!("{} {}", row.at.day(), time_of(lang, row.at)),
        who: who(lang, row),
        post: post.into_iter().flatten().collect::<Vec<_>>().join(" "),
        act: act(visit, row),
        about,
        subject: row.subject,
        reason: row.reason.clone(),
        sealed: row.seal_seq.is_some(),
    }
}

fn time_of(lang: Lang, at: At) -> String {
    format!("{}:{:02}", lang.time(at), at.ms_of_day() / 1000 % 60)
}

async fn page(
    org: &OrgState,
    visit: &Visit,
    who: &SignedIn,
    asked: Asked,
    checked: Option<(bool, String)>,
) -> Result<AuditPage, Problem> {
    let scope = who.actor.may(Permission::AuditSee)?;
    let (lang, filter) = (visit.lang, asked.filter());
    let mut read = org.db.read();
    let mut rows = audit::list(&mut read, &scope, &filter, asked.after(), PAGE + 1).await?;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let last = rows.last().filter(|_| more).map(|row| format!("{}.{}", row.at.0, row.id));
    let sealed = audit::sealed(&mut read, &scope).await?;
    let flawed = audit::verify_last(&org.db, LOOKED_AT).await?;
    let said = match sealed.to {
        Some(to) => t::audit::sealed(lang, lang.moment(to, visit.now), &sealed.chain, sealed.waiting),
        None => t::audit::unsealed(lang, sealed.waiting),
    };
    let choice = |act: &'static str| {
        let words = visit.words.lookup(lang, &format!("acts.{act}"), &[]);
        (act, words.unwrap_or_else(|| act.to_owned()), filter.act.as_deref() == Some(act))
    };
    let subject = rows.first().filter(|_| filter.subject.is_some()).map(|row| line(visit, row));
    let query = asked.query();
    let join = if query.is_empty() { "" } else { "&" };
    Ok(AuditPage {
        page: visit.page(t::audit::title(lang)),
        lang,
        acts: ACTS.iter().map(|act| choice(act)).collect(),
        whole: flawed.is_empty() && checked.as_ref().is_none_or(|(whole, _)| *whole),
        checked: checked.map(|(_, words)| words),
        sealed: said,
        subject: subject.and_then(|line| line.about),
        lines: rows.iter().map(|row| line(visit, row)).collect(),
        more: last.map(|last| format!("/audit?{query}{join}after={last}")),
        export: format!("/audit.csv?{query}"),
        filtered: !filter.is_empty(),
        asked,
    })
}

/// `GET /audit`
pub(super) async fn show(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    who.actor.may(Permission::AuditSee)?;
    if !asked.filter().is_empty() {
        audit::looked(&org, &who.actor, audit::Look::Search, json!({ "what": asked.query() })).await?;
    }
    html(&page(&org, &visit, &who, asked, None).await?)
}

/// `POST /audit/verify`: all seals with all their rows.
pub(super) async fn verify(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    ProtectedForm(asked): ProtectedForm<Asked>,
) -> Answer {
    who.actor.may(Permission::AuditSee)?;
    let flawed = audit::verify(&org.db).await?;
    audit::looked(&org, &who.actor, audit::Look::Verify, json!({ "rows": flawed.len() })).await?;
    let lang = visit.lang;
    let words = match flawed.first() {
        None => t::audit::checked_whole(lang).to_owned(),
        Some(first) => t::audit::checked_flawed(lang, flawed.len(), first.day, first.seq),
    };
    html(&page(&org, &visit, &who, asked, Some((flawed.is_empty(), words))).await?)
}

/// `GET /audit.csv`: what the page lists, as a file; itself recorded.
pub(super) async fn export(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let scope = who.actor.may(Permission::AuditSee)?;
    who.proven(visit.now)?;
    let rows = audit::list(&mut org.db.read(), &scope, &asked.filter(), None, EXPORT).await?;
    audit::looked(
        &org,
        &who.actor,
        audit::Look::Export,
        json!({ "rows": rows.len(), "what": asked.query() }),
    )
    .await?;
    let heads: Vec<&str> = t::audit::csv(visit.lang).split(',').collect();
    let lines = rows.iter().map(|row| {
        let line = line(&visit, row);
        let id = row.subject.map(|id| id.to_string()).unwrap_or_default();
        let seal = row.seal_seq.map(|seq| seq.to_string()).unwrap_or_default();
        let about = line.about.unwrap_or_default();
        let (kind, detail) = (row.subject_kind.clone(), row.detail.to_string());
        vec![
            line.time,
            line.who,
            line.post,
            row.act.clone(),
            line.act,
            about,
            kind,
            id,
            line.reason.unwrap_or_default(),
            detail,
            seal,
        ]
    });
    Ok(download("audit.csv", crate::csv::file(&heads, lines)))
}

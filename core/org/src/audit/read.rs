//! Reading the trail.

use super::store::{self, AuditRow, CountRow, SealRow};
use crate::text::{like, title_case};
use linli_authz::Scope;
use linli_base::{At, Day, Result};
use linli_store::{Query, args};
use uuid::Uuid;

/// Which rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day, included.
    pub to: Option<Day>,
    /// Done by somebody whose name holds this; empty for anybody.
    pub person: String,
    /// This act only.
    pub act: Option<String>,
    /// Done to this.
    pub subject: Option<Uuid>,
    /// In an org whose name holds this; empty for any.
    pub org: String,
    /// The reason or the name of whom it was done to holds this; empty for any.
    pub text: String,
}

impl Filter {
    /// Whether it keeps anything out.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }
}

/// How far the trail is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The newest sealed row is of this time; none where nothing is sealed yet.
    pub to: Option<At>,
    /// The chain there, in short.
    pub chain: String,
    /// How many rows wait.
    pub waiting: i64,
}

/// Rows, the newest first, from after `after` on, at most `limit`. Needs `AuditSee`.
pub async fn list(
    q: &mut impl Query,
    scope: &Scope,
    filter: &Filter,
    after: Option<(At, Uuid)>,
    limit: i64,
) -> Result<Vec<AuditRow>> {
    let (person, org) = (holding(&filter.person), holding(&filter.org));
    let (at, id) = after.unzip();
    let row = args![
        filter.from.map(Day::start),
        filter.to.map(Day::end),
        person.0,
        person.1,
        filter.act.clone(),
        filter.subject,
        org.0,
        org.1,
        holding(&filter.text).0,
        at,
        id,
        limit
    ];
    q.all(&store::LIST, scope, row).await
}

/// Patterns for a Chinese and an English name that holds the text; none where there is none.
fn holding(text: &str) -> (Option<String>, Option<String>) {
    let text = text.trim();
    if text.is_empty() { (None, None) } else { (Some(like(text)), Some(like(&title_case(text)))) }
}

/// How far it is sealed. Needs `AuditSee`.
pub async fn sealed(q: &mut impl Query, scope: &Scope) -> Result<Sealed> {
    let newest: Vec<SealRow> = q.all(&store::NEWEST_SEALS, scope, args![1_i64]).await?;
    let waiting: CountRow = q.one(&store::WAITING, scope, args![]).await?;
    let newest = newest.into_iter().next();
    let chain = newest.as_ref().map(|seal| seal.chain.chars().take(12).collect()).unwrap_or_default();
    Ok(Sealed { to: newest.map(|seal| seal.to_at), chain, waiting: waiting.count })
}

use crate::store::{self, Count, Stuck};
use linli_authz::Scope;
use linli_base::{At, Result, Seen};
use linli_store::{Query, args};

/// How long something may wait, in milliseconds: longer than the last wait after a failure.
const STUCK_MS: i64 = 3 * 3_600_000;

/// Whether what was announced is taken and what is to be done is done: nothing given up, nothing that waits for three
/// hours.
pub async fn check(query: &mut impl Query, now: At) -> Result<Seen> {
    let scope = Scope::system("doctor");
    let all: Count = query.one(&store::ALL, &scope, args![]).await?;
    let mut seen = Seen { looked: u64::try_from(all.number).unwrap_or(0), ..Seen::default() };
    let stuck: Vec<Stuck> = query.all(&store::STUCK, &scope, args![now.plus_ms(-STUCK_MS)]).await?;
    stuck.into_iter().for_each(|row| seen.wrong(format!("{}: {}", row.name, row.why)));
    Ok(seen)
}

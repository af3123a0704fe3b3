//! Whoever typed a case's look-up code acts as its asker for half an hour, by a signed cookie for that one case.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use linli_authz::Actor;
use linli_base::{At, CaseId};
use linli_web::{Site, cookie};

const NAME: &str = "asked";
const SECONDS: i64 = 30 * 60;

/// The cookie that makes its bearer the asker of the case.
pub fn asker_cookie(site: &Site, case: CaseId, now: At) -> (HeaderName, HeaderValue) {
    let until = now.plus_ms(SECONDS * 1000).0;
    site.set_cookie(NAME, &site.sign(NAME, &format!("{case}.{until}")), Some(SECONDS))
}

/// The asker whom the request's cookie names, while it lasts.
pub fn asker_of(site: &Site, headers: &HeaderMap, now: At) -> Option<Actor> {
    let value = site.verify(NAME, cookie(headers, NAME)?)?;
    let (case, until) = value.split_once('.')?;
    let lasts = until.parse::<i64>().is_ok_and(|until| now.0 < until);
    lasts.then(|| case.parse().ok().map(Actor::Asker)).flatten()
}

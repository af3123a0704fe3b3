//! Signing in and staying so: passwords, one-time codes, sessions, hats, API tokens.
//!
//! Nothing here tells whether a phone has an account: unknown phones are hashed against, locked out and "sent" codes
//! like known ones, in the same words. A token is 32 random bytes; only its digest is stored.

mod actions;
mod bearer;
mod codes;
mod password;
pub mod rules;
mod second;
pub(crate) mod store;
mod tidy;
mod totp;

pub use actions::{
    Came, NewSession, end_other_sessions, end_session, prove, sessions, sign_out, wear, with_password,
};
pub use bearer::{
    Half, Held, NewToken, Session, held, make_token, person_of, revoke_token, session_of, tokens, who_bears,
};
pub use codes::{send_code, with_code};
pub use password::Passwords;
pub(crate) use second::forget_second;
pub use second::{
    Second, begin_second, check_second, confirm_second, proceed, remove_second, renew_codes, second,
    with_second,
};
pub use store::{SessionRow, TokenRow};
pub use tidy::tidy;

use linli_authz::{Hat, Role, Tier};
use linli_base::{AreaId, Day, OrgId, PersonId, PostId, Result};
use linli_store::{Query, args};

/// A post that its person may wear, as the page to choose shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HatChoice {
    /// The hat itself.
    pub hat: Hat,
    /// 职务.
    pub title: String,
    /// The English title.
    pub title_en: Option<String>,
    /// The org's English name.
    pub org_name_en: Option<String>,
    /// The name of the area that it covers.
    pub area_name: Option<String>,
    /// Its last day, where it is known; of a lent post, of the lending.
    pub to_day: Option<Day>,
    /// Whose post it is, where it was lent: name and English name.
    pub instead_of: Option<(String, Option<String>)>,
}

/// The posts with a role that a person holds on a day in orgs that still act, the oldest first; then those that were
/// lent to them.
pub async fn hats_of(q: &mut impl Query, person: PersonId, day: Day) -> Result<Vec<HatChoice>> {
    let rows: Vec<store::HatRow> = q.all(&store::HATS, &store::scope(), args![person, day]).await?;
    let choice = |row: store::HatRow| HatChoice {
        hat: hat(row.post, row.org, row.org_name, row.tier.as_deref(), row.area, row.roles.as_deref()),
        title: row.title,
        title_en: row.title_en,
        org_name_en: row.org_name_en,
        area_name: row.area_name,
        to_day: row.to_day,
        instead_of: row.holder_name.map(|name| (name, row.holder_name_en)),
    };
    Ok(rows.into_iter().map(choice).collect())
}

fn hat(
    post: PostId,
    org: OrgId,
    org_name: String,
    tier: Option<&str>,
    area: Option<AreaId>,
    roles: Option<&str>,
) -> Hat {
    let tier = tier.and_then(Tier::parse);
    Hat { post, org, org_name, area: tier.zip(area), roles: roles_of(roles) }
}

/// The roles in a list with commas between; names that we do not know are left out.
pub fn roles_of(names: Option<&str>) -> Vec<Role> {
    names.unwrap_or_default().split(',').filter_map(Role::parse).collect()
}

//! Areas, orgs, people, posts, places, signing in and the audit trail (ADR 1).
//!
//! *Area* is the territory, *org* whatever acts, a *household* a door in a building. A person holds a *post* in an
//! org from a day to a day; roles hang on the post, and the post that is worn is the [`linli_authz::Hat`].
//!
//! Reading functions take `&mut impl Query` (a `Read` or a `Tx`) and a `&Scope`: `actor.may(Permission::OrgSee)?`,
//! or `Scope::system` where a visitor's words are placed or a rule is applied. Writing functions of [`areas`],
//! [`orgs`] and [`bulk`] run in the caller's transaction; those of [`people`] and [`sign_in`] open their own.

pub mod areas;
pub mod audit;
pub mod bulk;
pub mod csv;
pub mod doctor;
pub mod guard;
mod hex;
pub mod keys;
pub mod orgs;
mod pages;
pub mod people;
pub mod records;
mod scopes;
mod secret;
pub mod sign_in;
mod state;
pub mod t {
    //! The words of this crate.
    linli_i18n::messages!();
}
mod text;
mod web;
pub mod xlsx;

pub use areas::{Area, AreaColumns};
pub use orgs::{Org, OrgKind};
pub use pages::routes;
pub use sign_in::{Came, NewSession, Passwords, Session};
pub use state::OrgState;
pub use web::{Bearer, HalfSignedIn, MaybeSignedIn, SESSION_COOKIE, SignedIn, who};

use linli_authz::{Permission, Scope};
use linli_base::{Id, Problem, Result};
use linli_store::{Migrations, Stmt};

/// The tables of this crate.
pub const MIGRATIONS: Migrations = Migrations {
    room: "org",
    files: &[
        ("0001_org", include_str!("../migrations/0001_org.sql")),
        ("0002_guard", include_str!("../migrations/0002_guard.sql")),
        ("0004_records", include_str!("../migrations/0004_records.sql")),
        ("0016_keys", include_str!("../migrations/0016_keys.sql")),
        ("0019_addresses", include_str!("../migrations/0019_addresses.sql")),
    ],
};

/// Marker types: what an [`Id`] of this crate is the key of.
pub mod kind {
    /// A named place.
    pub enum Place {}
    /// A door in a building.
    pub enum Household {}
    /// A signed-in browser.
    pub enum Session {}
    /// A program's way in.
    pub enum ApiToken {}
    /// Money granted to an area.
    pub enum Grant {}
    /// Rooms of an org.
    pub enum Premises {}
    /// A seat in a joint body.
    pub enum Member {}
    /// A post that is lent for leave.
    pub enum Delegation {}
}

/// Key of a named place.
pub type PlaceId = Id<kind::Place>;
/// Key of a household.
pub type HouseholdId = Id<kind::Household>;
/// Key of a session.
pub type SessionId = Id<kind::Session>;
/// Key of an API token.
pub type ApiTokenId = Id<kind::ApiToken>;

/// Whether a scope is of the permission, or the system's.
pub fn holds(scope: &Scope, permission: Permission) -> Result<()> {
    if scope.permission() == permission || matches!(scope.permission(), Permission::System(_)) {
        Ok(())
    } else {
        Err(Problem::Forbidden { owner: None })
    }
}

/// Every statement of this crate, for the test that prepares each on both databases.
pub fn statements() -> impl Iterator<Item = &'static Stmt> {
    let rooms = [
        areas::store::STATEMENTS,
        audit::store::STATEMENTS,
        doctor::STATEMENTS,
        guard::store::STATEMENTS,
        keys::store::STATEMENTS,
        orgs::store::STATEMENTS,
        people::store::STATEMENTS,
        records::STATEMENTS,
        sign_in::store::STATEMENTS,
    ];
    rooms.into_iter().flatten().copied()
}

//! What the rooms of this crate need to run.

use crate::Passwords;
use linli_base::World;
use linli_keys::KeyRing;
use linli_notify::Channel;
use linli_store::Db;
use std::sync::Arc;

/// What signing in, areas, orgs and people need. Cheap to clone. The program's own state gives it by
/// `axum::extract::FromRef`, so that one state serves all rooms:
///
/// ```ignore
/// #[derive(Clone, FromRef)]
/// struct AppState { org: OrgState, web: WebState /* … */ }
/// let app: Router<AppState> = linli_org::routes();
/// ```
#[derive(Clone)]
pub struct OrgState {
    /// The database.
    pub db: Db,
    /// The clock and the randomness.
    pub world: World,
    /// Seals phones and finds them again.
    pub keys: Arc<KeyRing>,
    /// Sends one-time codes.
    pub notify: Arc<dyn Channel>,
    /// Hashes passwords, two at a time.
    pub passwords: Passwords,
    /// Which copy of the program this is, for the audit trail.
    pub copy: Arc<str>,
}

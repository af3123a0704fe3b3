//! What the rooms of this crate need to run.

use crate::Passwords;
use linli_base::World;
use linli_keys::KeyRing;
use linli_notify::Channel;
use linli_store::Db;
use linli_web::Site;
use std::sync::Arc;

/// What signing in, areas, orgs and people need. Cheap to clone. The program's own state gives it by
/// `axum::extract::FromRef`, so that one state serves all rooms:
///
/// ```ignore
/// impl FromRef<AppState> for OrgState { fn from_ref(app: &AppState) -> Self { app.org.clone() } }
/// let routes: Router<AppState> = linli_org::routes();
/// let routes = routes.layer(from_fn_with_state(app.org.clone(), linli_org::who)).with_state(app);
/// let program = linli_web::dress(routes, &site);
/// ```
///
/// A layer that puts `linli_web::Nav` and `linli_web::Unread` into the request lies inside [`crate::who`] and may take
/// [`crate::MaybeSignedIn`].
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
    /// Sets the session's cookie, counts tries per address.
    pub site: Site,
    /// Which copy of the program this is, for the audit trail.
    pub copy: Arc<str>,
}

//! What a page stands on: who visits, forms that cannot be forged, layouts and components, error pages, assets, and the
//! headers that keep it safe. `docs/UI.md` shows a page and a form.

// templates of all crates name the words and helpers here by the same path
extern crate self as linli_web;

mod dress;
mod embed;
mod flaws;
mod forms;
mod icon;
mod limits;
mod problems;
mod qr;
mod seal;
mod site;
mod view;
mod visit;

pub use dress::{dress, is_own_path};
pub use embed::asset;
pub use flaws::Flaws;
pub use forms::{ProtectedForm, ProtectedMultipart, RawForm, Upload};
pub use icon::{Icon, icon};
pub use limits::{Limit, Throttle};
pub use problems::{WebError, html, html_with};
pub use qr::Qr;
pub use site::Site;
pub use view::{NavItem, Page, encode};
pub use visit::{Nav, Unread, Visit, Who, cookie};

/// The words of the layouts, components, error pages and flaws.
pub mod t {
    linli_i18n::messages!();
}

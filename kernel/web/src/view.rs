use crate::visit::Who;
use linli_i18n::Lang;

/// What the layouts need. A page's struct has it as its field `page`.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language.
    pub lang: Lang,
    /// Shows the badge 演示数据.
    pub demo: bool,
    /// The elder mode 长辈版.
    pub elder: bool,
    /// What the tab of the browser says before the brand.
    pub title: String,
    /// The entries of the top bar.
    pub nav: Vec<NavItem>,
    /// Who is signed in.
    pub who: Option<Who>,
    /// Unread entries of their inbox.
    pub unread: i64,
    /// The token that forms carry.
    pub csrf: String,
    /// Path and query of this page, to come back to after a switch.
    pub path: String,
    /// Scheme and authority for links in full.
    pub base_url: String,
}

/// An entry of the top bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// Where it leads: a path.
    pub href: String,
    /// Its words.
    pub label: String,
    /// Is this page under it? [`crate::Visit::page`] finds out.
    pub current: bool,
}

impl NavItem {
    /// An entry.
    pub fn new(href: &str, label: impl Into<String>) -> Self {
        NavItem { href: href.to_owned(), label: label.into(), current: false }
    }
}

impl Page {
    /// The address that changes the language to the other and comes back here.
    pub fn other_lang(&self) -> String {
        format!("/switch?lang={}&back={}", self.lang.other().code(), encode(&self.path))
    }

    /// The address that enters or leaves the elder mode and comes back here.
    pub fn other_size(&self) -> String {
        format!("/switch?elder={}&back={}", if self.elder { "0" } else { "1" }, encode(&self.path))
    }

    /// This page's path as a value in a query.
    pub fn path_in_query(&self) -> String {
        encode(&self.path)
    }

    /// Where the brand of the staff's bar leads: to the first place that they can go to, for whoever is not signed in
    /// to the residents' home.
    pub fn home(&self) -> &str {
        let first = self.nav.first().map_or("/desk", |item| &item.href);
        if self.who.is_some() { first } else { "/" }
    }

    /// Whether the bar leads to the desk: whoever works on no case has nothing to search there, and no inbox.
    pub fn has_desk(&self) -> bool {
        self.nav.iter().any(|item| item.href == "/desk")
    }

    /// Is this page at `href` or below it?
    pub fn is_at(&self, href: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    }

    /// The unread count as a badge shows it: stops at `99+`.
    pub fn unread_badge(&self) -> String {
        if self.unread > 99 { "99+".to_owned() } else { self.unread.to_string() }
    }
}

/// A text as a value in a query.
pub fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-._~/".contains(&b) {
            out.push(char::from(b));
        } else {
            out += &format!("%{b:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_through_a_query() {
        assert_eq!(encode("/desk?q=路灯&x=1"), "/desk%3Fq%3D%E8%B7%AF%E7%81%AF%26x%3D1");
    }
}

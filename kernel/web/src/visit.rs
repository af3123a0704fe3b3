use crate::{
    dress::is_own_path, flaws::Flaws, forms::RawForm, problems::WebError, site::Site, view::NavItem,
    view::Page,
};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use linli_base::{At, Flaw, Problem};
use linli_i18n::{Lang, Words};
use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

/// The signed-in person as the bar shows them. Signing in puts it into the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Their name in full.
    pub name: String,
    /// The org and post they act for now: the hat.
    pub org: String,
    /// When they had signed in before, in words; empty where it is not known.
    pub before: String,
}

impl Who {
    /// The first character of the name, for the round badge.
    pub fn initial(&self) -> String {
        self.name.chars().take(1).collect()
    }
}

/// How many entries of the inbox are unread. Whoever counts them puts it into the request's extensions.
#[derive(Clone, Copy, Debug)]
pub struct Unread(pub i64);

/// The entries of the top bar. The program puts them into the request's extensions, in the visit's language and as far
/// as the person may go there.
#[derive(Clone, Debug)]
pub struct Nav(pub Vec<NavItem>);

/// Who asks for what, in which language: what each handler starts from. Made by [`crate::dress`].
#[derive(Clone)]
pub struct Visit {
    /// The language to answer in.
    pub lang: Lang,
    /// The elder mode 长辈版.
    pub elder: bool,
    /// The visitor's network address, for throttling; `unknown` where none is told.
    pub address: Arc<str>,
    /// When the request came.
    pub now: At,
    /// The token that forms carry.
    pub csrf: Arc<str>,
    /// Path and query of this request.
    pub path: Arc<str>,
    /// The path of ours from which the request came, where the browser tells; else `/`.
    pub came_from: Arc<str>,
    /// Scheme and authority that links in full are made from.
    pub base_url: Arc<str>,
    /// The invented city.
    pub demo: bool,
    /// The words that data names.
    pub words: &'static Words,
    /// Who is signed in.
    pub who: Option<Who>,
    /// Unread entries of their inbox.
    pub unread: i64,
    /// The entries of the top bar.
    pub nav: Vec<NavItem>,
    pub(crate) own_origin: bool,
    /// The form that was sent, for the page that says that nothing was saved.
    pub(crate) typed: Arc<OnceLock<Typed>>,
}

/// What somebody sent in a form.
#[derive(Debug)]
pub(crate) struct Typed {
    pub fields: RawForm,
    /// Whether files came with it, which no page can send again.
    pub files: bool,
    pub multipart: bool,
}

impl Visit {
    /// Keeps what was sent, but for a form that holds a secret.
    pub(crate) fn keep(&self, fields: &RawForm, multipart: bool, files: bool) {
        let secret = |name: &String| name.contains("password") || name.contains("code");
        if !fields.0.keys().any(secret) {
            // a request is read once
            let _ = self.typed.set(Typed { fields: fields.clone(), files, multipart });
        }
    }

    /// What the layouts need, under the page's title.
    pub fn page(&self, title: impl Into<String>) -> Page {
        let path = self.path.split('?').next().unwrap_or_default();
        let mut nav = self.nav.clone();
        for item in &mut nav {
            item.current = path.strip_prefix(&*item.href).is_some_and(|r| r.is_empty() || r.starts_with('/'));
        }
        Page {
            lang: self.lang,
            demo: self.demo,
            elder: self.elder,
            title: title.into(),
            nav,
            who: self.who.clone(),
            unread: self.unread,
            csrf: self.csrf.to_string(),
            path: self.path.to_string(),
            base_url: self.base_url.to_string(),
        }
    }

    /// The words of a key that data names, as `state.draft`.
    pub fn text(&self, key: &str, args: &[(&str, String)]) -> String {
        self.words.text(self.lang, key, args)
    }

    /// The flaws of a form in words, for the summary and the fields.
    pub fn flaws(&self, flaws: &[Flaw]) -> Flaws {
        Flaws::new(self.words, self.lang, flaws)
    }

    pub(crate) fn of(site: &Site, parts: &Parts, visitor: &str) -> Visit {
        let headers = &parts.headers;
        let accepts = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
        let path = parts.uri.path_and_query().map_or("/", |p| p.as_str());
        Visit {
            lang: Lang::choose(cookie(headers, "lang"), accepts),
            elder: cookie(headers, "elder") == Some("1"),
            address: address(site, parts).into(),
            now: site.world.now(),
            csrf: site.token(visitor).into(),
            path: path.into(),
            came_from: came_from(site, headers).into(),
            base_url: site.base_url.clone(),
            demo: site.demo,
            words: site.words,
            who: None,
            unread: 0,
            nav: Vec::new(),
            own_origin: site.is_own_origin(headers),
            typed: Arc::default(),
        }
    }

    /// The visit of a request, with what inner layers have added meanwhile.
    pub(crate) fn in_parts(parts: &Parts) -> Result<Visit, WebError> {
        let ext = &parts.extensions;
        let mut visit = ext
            .get::<Visit>()
            .cloned()
            .ok_or_else(|| Problem::broken("find the visit", "the router is not dressed"))?;
        visit.who = ext.get::<Who>().cloned();
        visit.unread = ext.get::<Unread>().map_or(0, |n| n.0);
        visit.nav = ext.get::<Nav>().map(|nav| nav.0.clone()).unwrap_or_default();
        Ok(visit)
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        Visit::in_parts(parts)
    }
}

/// The value of a cookie as it came, unverified.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(n, _)| *n == name))
        .map(|(_, value)| value)
}

fn came_from(site: &Site, headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let path = referer.strip_prefix(&*site.base_url).or_else(|| {
        let rest = referer.strip_prefix("http://").filter(|_| site.demo)?;
        rest.strip_prefix(host).filter(|_| !host.is_empty())
    });
    path.filter(|path| is_own_path(path)).unwrap_or("/").to_owned()
}

fn address(site: &Site, parts: &Parts) -> String {
    let forwarded = || {
        let lines = parts.headers.get_all("x-forwarded-for");
        let last = lines.iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim();
        (!last.is_empty()).then(|| last.to_owned())
    };
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
    let proxied = peer.filter(|peer| site.proxies.contains(peer)).and_then(|_| forwarded());
    proxied.or_else(|| peer.map(|ip| ip.to_string())).unwrap_or_else(|| "unknown".to_owned())
}

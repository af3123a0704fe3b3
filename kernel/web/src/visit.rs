use crate::{
    WebError,
    cookies::{SetCookie, mac},
    page::{Flaws, Page, Shown},
    settings::Web,
    throttle::Throttle,
};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, Uri, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Mac;
use linli_base::{At, Flaw, Problem, Result};
use linli_i18n::Lang;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const VISITOR: &str = "visitor";
const VISITOR_AGE_S: i64 = 180 * 86_400;
const CHOICE_AGE_S: i64 = 365 * 86_400;

/// One request, as every handler needs it. Knows nothing of who is signed in but what to show of them.
#[derive(Clone)]
pub struct Visit {
    /// The language to answer in.
    pub lang: Lang,
    /// 长辈版, the large form of the resident pages.
    pub elder: bool,
    /// When it came.
    pub now: At,
    /// Where it came from: the peer, or what our own proxy wrote.
    pub address: IpAddr,
    /// Path and query.
    pub path: String,
    /// htmx asks for a part of a page.
    pub fragment: bool,
    /// The settings and the throttles.
    pub web: Web,
    pub(crate) new_visitor: bool,
    pub(crate) api: bool,
    visitor: String,
    shown: Option<Shown>,
    cookies: HeaderMap,
}

impl Visit {
    pub(crate) fn new(web: Web, uri: &Uri, headers: &HeaderMap, peer: Option<SocketAddr>) -> Visit {
        let now = web.settings.world.now();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let known = web.jar.sealed(headers, VISITOR, now);
        let new_visitor = known.is_none();
        let accept = text(header::ACCEPT).unwrap_or_default();
        Visit {
            lang: Lang::choose(web.jar.plain(headers, "lang"), text(header::ACCEPT_LANGUAGE)),
            elder: web.jar.plain(headers, "elder") == Some("1"),
            now,
            address: address(&web, headers, peer),
            path: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            fragment: headers.contains_key("hx-request"),
            new_visitor,
            api: uri.path() == "/api"
                || uri.path().starts_with("/api/")
                || (accept.contains("json") && !accept.contains("text/html")),
            visitor: known.unwrap_or_else(|| random(&web)),
            shown: None,
            cookies: headers
                .get_all(header::COOKIE)
                .iter()
                .map(|line| (header::COOKIE, line.clone()))
                .collect(),
            web,
        }
    }

    /// What the layout shows around a page; `current` is the name of the tab or the entry that it belongs to.
    pub fn page(&self, current: &'static str) -> Page {
        Page {
            lang: self.lang,
            elder: self.elder,
            now: self.now,
            csrf: self.csrf_token(),
            path: self.path.clone(),
            current,
            shown: self.shown.clone(),
            web: self.web.clone(),
        }
    }

    /// The words of flaws, for the form that is shown again.
    pub fn flaws(&self, flaws: &[Flaw]) -> Flaws {
        Flaws::new(&self.web, self.lang, flaws)
    }

    /// Takes one for this address (an IPv6 address counts with its /64).
    pub fn throttle(&self, kind: Throttle) -> Result<()> {
        self.web.throttles.take(kind, &self.address_key(), self.now)
    }

    /// Gives one back for this address.
    pub fn give_back(&self, kind: Throttle) {
        self.web.throttles.give_back(kind, &self.address_key());
    }

    /// The address as a throttle counts it: an IPv6 address with its /64.
    pub fn address_key(&self) -> String {
        match self.address.to_canonical() {
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).to_string(),
            v4 @ IpAddr::V4(_) => v4.to_string(),
        }
    }

    /// The value of a cookie that was sealed under this name and has not run out.
    pub fn sealed_cookie(&self, name: &str) -> Option<String> {
        self.web.jar.sealed(&self.cookies, name, self.now)
    }

    /// Seals a value into a cookie for so many seconds.
    pub fn set_sealed_cookie(&self, name: &str, value: &str, max_age_s: i64) -> SetCookie {
        self.web.jar.set_sealed(name, value, max_age_s, self.now)
    }

    /// Takes a cookie away.
    pub fn drop_cookie(&self, name: &str) -> SetCookie {
        self.web.jar.set_plain(name, "", 0)
    }

    /// A new visitor for this browser, so that no form token from before is of use: at signing in and out.
    pub fn renew_visitor(&self) -> SetCookie {
        self.set_sealed_cookie(VISITOR, &random(&self.web), VISITOR_AGE_S)
    }

    /// Leads to signing in and back here.
    pub fn sign_in_url(&self) -> String {
        format!("/sign-in?to={}", encode(&self.path))
    }

    pub(crate) fn set_visitor(&self) -> SetCookie {
        self.set_sealed_cookie(VISITOR, &self.visitor, VISITOR_AGE_S)
    }

    pub(crate) fn set_choice(&self, name: &str, value: &str) -> SetCookie {
        self.web.jar.set_plain(name, value, CHOICE_AGE_S)
    }

    fn csrf_token(&self) -> String {
        let mac = mac(&self.web.settings.csrf_key, &[self.visitor.as_bytes()]);
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// A visitor that is new with this very request has no page of ours to send a form from.
    pub(crate) fn is_csrf_token(&self, token: &str) -> bool {
        let mac = mac(&self.web.settings.csrf_key, &[self.visitor.as_bytes()]);
        !self.new_visitor && URL_SAFE_NO_PAD.decode(token).is_ok_and(|token| mac.verify_slice(&token).is_ok())
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        let visit = parts.extensions.get::<Visit>().cloned();
        let mut visit =
            visit.ok_or_else(|| Problem::broken("reading a request", "no shell around the routes"))?;
        visit.shown = parts.extensions.get::<Shown>().cloned();
        Ok(visit)
    }
}

fn random(web: &Web) -> String {
    let mut random = [0; 16];
    web.settings.world.ids.fill(&mut random);
    URL_SAFE_NO_PAD.encode(random)
}

/// Behind our own proxy the last entry is the one that it wrote itself.
fn address(web: &Web, headers: &HeaderMap, peer: Option<SocketAddr>) -> IpAddr {
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .filter(|_| web.settings.trust_proxy)
        .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    forwarded.or(peer.map(|peer| peer.ip())).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

/// The peer as the server's `into_make_service_with_connect_info::<SocketAddr>()` tells it.
pub(crate) fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0)
}

/// Percent-encodes what may not stand in a query's value.
pub(crate) fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            all.push(char::from(byte));
        } else {
            all += &format!("%{byte:02X}");
        }
        all
    })
}

/// A path within this program, else the home page: never another host.
pub fn local_path(to: &str) -> &str {
    let local = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n', '\t']);
    if local { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_gone_back_to() {
        assert_eq!(local_path("/desk?view=mine"), "/desk?view=mine");
        for to in ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil", ""] {
            assert_eq!(local_path(to), "/", "{to}");
        }
        assert_eq!(encode("/desk?q=路 灯&a=1"), "/desk%3Fq%3D%E8%B7%AF%20%E7%81%AF%26a%3D1");
    }
}

use crate::{limits::Throttle, seal};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header, uri::Authority};
use linli_base::World;
use linli_i18n::Words;
use std::{net::IpAddr, sync::Arc};

/// What the pages of one program know from its start. Cheap to clone; the program's state gives it by `FromRef`.
#[derive(Clone)]
pub struct Site {
    /// Scheme and authority, no slash at the end. All links and QR are made from it.
    pub base_url: Arc<str>,
    /// The invented city: a badge on each page, loopback names as hosts.
    pub demo: bool,
    /// Proxies of ours: where one of them is who asks, the last entry of `X-Forwarded-For` is the visitor's address.
    /// Nobody else is believed.
    pub proxies: Vec<IpAddr>,
    /// Signs cookies.
    pub cookie_key: [u8; 32],
    /// Makes form tokens.
    pub csrf_key: [u8; 32],
    /// The clock and the randomness.
    pub world: World,
    /// The words of all crates, `linli_web::t::MESSAGES` among them.
    pub words: &'static Words,
    /// Counts what may not be done too often.
    pub throttle: Arc<Throttle>,
}

impl Site {
    /// Cookies are Secure exactly when this holds.
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// A value that [`Site::verify`] gives back for the same name, and nobody else can make. It holds for ever: what
    /// is to end says when, in the value.
    pub fn sign(&self, name: &str, value: &str) -> String {
        format!("{value}.{}", seal::mac(&self.cookie_key, &[name, value]))
    }

    /// The value in what [`Site::sign`] made for this name; `None` for anything else.
    pub fn verify(&self, name: &str, signed: &str) -> Option<String> {
        let (value, mac) = signed.rsplit_once('.')?;
        seal::same(mac, &seal::mac(&self.cookie_key, &[name, value])).then(|| value.to_owned())
    }

    /// A `Set-Cookie` header that makes the visitor a new one: when they sign in or out, so that no form token from
    /// before holds any more.
    pub fn renew_visitor(&self) -> (HeaderName, HeaderValue) {
        self.set_cookie("v", &self.new_visitor(), None)
    }

    /// The same, with the form token of the new visitor, for a page that answers at once with a form.
    pub fn renew_visitor_with_token(&self) -> ((HeaderName, HeaderValue), String) {
        let visitor = self.new_visitor();
        (self.set_cookie("v", &visitor, None), self.token(&visitor))
    }

    pub(crate) fn new_visitor(&self) -> String {
        let mut bytes = [0; 16];
        self.world.ids.fill(&mut bytes);
        seal::hex(&bytes)
    }

    /// A `Set-Cookie` header for the whole host: `HttpOnly`, `SameSite=Lax`, Secure exactly when the site is https.
    /// Without an age it goes with the browser's session; an age of 0 removes it. The value is of cookie characters.
    pub fn set_cookie(&self, name: &str, value: &str, max_age_s: Option<i64>) -> (HeaderName, HeaderValue) {
        let age = max_age_s.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
        let secure = if self.is_https() { "; Secure" } else { "" };
        let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}");
        let value = HeaderValue::try_from(line).unwrap_or_else(|_| HeaderValue::from_static(""));
        (header::SET_COOKIE, value)
    }

    /// The token that a form of the visitor `v` carries.
    pub(crate) fn token(&self, visitor: &str) -> String {
        seal::mac(&self.csrf_key, &["csrf", visitor])
    }

    /// Is the request meant for us? By the `Host` header; the scheme's own port may be left out.
    pub(crate) fn is_host(&self, headers: &HeaderMap) -> bool {
        let Some(host) = headers.get(header::HOST).and_then(|h| h.to_str().ok()) else { return false };
        let Ok(host) = host.parse::<Authority>() else { return false };
        let ours = self.base_url.split_once("://").and_then(|(_, rest)| rest.parse::<Authority>().ok());
        let own_port = if self.is_https() { 443 } else { 80 };
        let loopback = matches!(host.host(), "localhost" | "127.0.0.1" | "[::1]");
        let same = ours.is_some_and(|ours| {
            ours.host().eq_ignore_ascii_case(host.host())
                && ours.port_u16().unwrap_or(own_port) == host.port_u16().unwrap_or(own_port)
        });
        same || (self.demo && loopback)
    }

    /// Was this sent by a page of ours? Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`; where neither is
    /// there, the form's token alone decides.
    pub(crate) fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        let header = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
        match (header(HeaderName::from_static("sec-fetch-site")), header(header::ORIGIN)) {
            (Some(site), _) => matches!(site, "same-origin" | "none"),
            (None, Some(origin)) if origin.eq_ignore_ascii_case(&self.base_url) => true,
            (None, Some(origin)) => {
                self.demo
                    && header(header::HOST)
                        .is_some_and(|host| origin.strip_prefix("http://").is_some_and(|o| o == host))
            }
            (None, None) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_base::{At, ManualClock, SeededIds};

    static WORDS: Words = Words::of(&[&crate::t::MESSAGES]);

    /// The demo's site, or a city's.
    fn site(base_url: &str, demo: bool) -> Site {
        let now = At(1_790_000_000_000);
        Site {
            base_url: base_url.into(),
            demo,
            proxies: Vec::new(),
            cookie_key: [7; 32],
            csrf_key: [8; 32],
            world: World { clock: Arc::new(ManualClock::new(now)), ids: Arc::new(SeededIds::new(1)) },
            words: &WORDS,
            throttle: Arc::default(),
        }
    }

    #[test]
    fn a_signed_value_holds_for_its_name_and_key_only() {
        let site = site("https://linli.example.cn", false);
        let signed = site.sign("case", "0928-0137");
        assert_eq!(site.verify("case", &signed).as_deref(), Some("0928-0137"));
        assert_eq!(site.verify("visit", &signed), None);
        assert_eq!(site.verify("case", &signed.replace("0137", "0138")), None);
        assert_eq!(site.verify("case", "0928-0137"), None);
        assert_eq!(Site { cookie_key: [9; 32], ..site }.verify("case", &signed), None);
    }

    #[test]
    fn cookies_are_secure_exactly_with_https() {
        let (_, city) = site("https://linli.example.cn", false).set_cookie("case", "x", Some(1800));
        assert_eq!(city, "case=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=1800; Secure");
        let (_, demo) = site("http://localhost:8080", true).set_cookie("case", "x", None);
        assert_eq!(demo, "case=x; Path=/; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn hosts_and_origins() {
        let headers = |name: &'static str, value: &str| {
            HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())])
        };
        let (city, demo) = (site("https://linli.example.cn", false), site("http://localhost:8080", true));
        assert!(city.is_host(&headers("host", "LINLI.example.cn:443")));
        assert!(!city.is_host(&headers("host", "linli.example.cn:8443")));
        assert!(
            !city.is_host(&headers("host", "localhost")) && demo.is_host(&headers("host", "127.0.0.1:99"))
        );
        assert!(!demo.is_host(&headers("host", "localhost.evil.example")));
        assert!(city.is_own_origin(&headers("origin", "https://linli.example.cn")));
        assert!(!city.is_own_origin(&headers("origin", "null")));
        assert!(!city.is_own_origin(&headers("sec-fetch-site", "same-site")));
        assert!(city.is_own_origin(&HeaderMap::new()));
    }
}

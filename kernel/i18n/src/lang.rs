use std::{fmt, str::FromStr};

/// A language that the program speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Lang {
    /// Simplified Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// What the person chose before (the cookie `lang`), else what the browser asks for, else Chinese.
    pub fn choose(cookie: Option<&str>, accept_language: Option<&str>) -> Lang {
        cookie
            .and_then(|value| value.parse().ok())
            .or_else(|| accept_language.and_then(Lang::accepted))
            .unwrap_or_default()
    }

    /// The one of ours with the highest weight in an `Accept-Language` header (RFC 9110 §12.5.4); the first of equals.
    pub fn accepted(header: &str) -> Option<Lang> {
        let mut best: Option<(Lang, f64)> = None;
        for entry in header.split(',') {
            let mut parts = entry.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q=").map(|q| q.parse().unwrap_or(0.0)))
                .unwrap_or(1.0);
            let Ok(lang) = tag.parse() else { continue };
            if weight > 0.0 && best.is_none_or(|(_, w)| weight > w) {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }

    /// The value of the `lang` attribute: `zh-Hans`, `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-Hans",
            Lang::En => "en",
        }
    }

    /// The short name, as in the cookie and in data: `zh`, `en`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// The other one, for the switch.
    #[must_use]
    pub fn other(self) -> Lang {
        match self {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }

    /// Chinese?
    pub fn is_zh(self) -> bool {
        self == Lang::Zh
    }
}

impl FromStr for Lang {
    type Err = ();

    /// Reads a language tag by its first part: `zh`, `zh-CN`, `en-GB`.
    fn from_str(tag: &str) -> Result<Self, ()> {
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        if first.eq_ignore_ascii_case("zh") {
            Ok(Lang::Zh)
        } else if first.eq_ignore_ascii_case("en") {
            Ok(Lang::En)
        } else {
            Err(())
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

// Templates pass arguments by reference, macros in them by a reference to one.
impl From<&Lang> for Lang {
    fn from(lang: &Lang) -> Lang {
        *lang
    }
}
impl From<&&Lang> for Lang {
    fn from(lang: &&Lang) -> Lang {
        **lang
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_goes_before_what_the_browser_asks() {
        assert_eq!(Lang::choose(Some("en"), Some("zh-CN,zh;q=0.9")), Lang::En);
        assert_eq!(Lang::choose(None, Some("en-GB,en;q=0.9,zh;q=0.5")), Lang::En);
        assert_eq!(Lang::choose(Some("tlh"), Some("fr, en;q=0.3, zh-TW;q=0.8")), Lang::Zh);
        assert_eq!(Lang::choose(None, Some("de-DE, *;q=0.1")), Lang::Zh);
        assert_eq!(Lang::choose(None, Some("en;q=0, zh;q=nonsense")), Lang::Zh);
        assert_eq!(Lang::choose(None, None), Lang::Zh);
    }
}

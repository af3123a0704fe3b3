use crate::Lang;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, OnceLock},
};

/// One message. Values stand in braces: `{n}`.
#[derive(Debug)]
pub struct Message {
    /// Its name, as `step.accept`.
    pub key: &'static str,
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// The name of a value, and the English where that value is 1.
    pub en_one: Option<(&'static str, &'static str)>,
}

impl Message {
    fn filled(&self, lang: Lang, args: &[(&str, String)]) -> String {
        let one = self.en_one.filter(|(by, _)| args.iter().any(|(name, value)| name == by && value == "1"));
        let text = match (lang, one) {
            (Lang::Zh, _) => self.zh,
            (Lang::En, Some((_, one))) => one,
            (Lang::En, None) => self.en,
        };
        fill(text, args)
    }
}

/// The messages of one crate, sorted by key.
#[derive(Debug)]
pub struct Messages(pub &'static [Message]);

/// The messages of several crates; the first that has a key answers.
#[derive(Debug)]
pub struct Words {
    crates: &'static [&'static Messages],
    by_key: OnceLock<HashMap<&'static str, &'static Message>>,
}

impl Messages {
    /// The words of `key` with the values filled in; a value that is not given shows as `…`.
    /// `None` where there is no such key.
    pub fn lookup(&self, lang: Lang, key: &str, args: &[(&str, String)]) -> Option<String> {
        let at = self.0.binary_search_by(|message| message.key.cmp(key)).ok()?;
        Some(self.0.get(at)?.filled(lang, args))
    }

    /// Its keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|message| message.key)
    }
}

impl Words {
    /// Of these crates, in this order.
    pub const fn of(crates: &'static [&'static Messages]) -> Words {
        Words { crates, by_key: OnceLock::new() }
    }

    /// As [`Messages::lookup`], over all of them.
    pub fn lookup(&self, lang: Lang, key: &str, args: &[(&str, String)]) -> Option<String> {
        let by_key = self.by_key.get_or_init(|| {
            let messages = self.crates.iter().rev().flat_map(|messages| messages.0);
            messages.map(|message| (message.key, message)).collect()
        });
        by_key.get(key).map(|message| message.filled(lang, args))
    }

    /// The words of a key that data names. Where there are none the key itself, and a line in the log, once a key.
    pub fn text(&self, lang: Lang, key: &str, args: &[(&str, String)]) -> String {
        self.lookup(lang, key, args).unwrap_or_else(|| {
            static MISSING: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
            if MISSING.lock().is_ok_and(|mut missing| missing.insert(key.to_owned())) {
                tracing::error!(key, "no words for this key");
            }
            key.to_owned()
        })
    }

    /// [`Words::text`] without values: for labels.
    pub fn label(&self, lang: Lang, key: &str) -> String {
        self.text(lang, key, &[])
    }
}

fn fill(text: &str, args: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        filled.push_str(before);
        filled.push_str(args.iter().find(|(n, _)| *n == name).map_or("…", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// A person's name where it need not be known in full: the first character and two asterisks, `王**`.
pub fn masked_name(name: &str) -> String {
    name.trim().chars().take(1).chain("**".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    static ROOM: Messages = Messages(&[
        Message {
            key: "due.left",
            zh: "还有 {n} 个工作日",
            en: "{n} working days left",
            en_one: Some(("n", "{n} working day left")),
        },
        Message {
            key: "flaw.phone_length", zh: "现在是 {digits} 位", en: "this has {digits}", en_one: None
        },
    ]);
    static WEB: Messages = Messages(&[
        Message { key: "due.left", zh: "不用这一句", en: "not this one", en_one: None },
        Message { key: "home", zh: "首页", en: "Home", en_one: None },
    ]);

    #[test]
    fn the_first_crate_that_has_the_key_answers() {
        static WORDS: Words = Words::of(&[&ROOM, &WEB]);
        let words = &WORDS;
        let n = |n: i64| [("n", n.to_string())];
        assert_eq!(words.text(Lang::Zh, "due.left", &n(4)), "还有 4 个工作日");
        assert_eq!(words.text(Lang::En, "due.left", &n(1)), "1 working day left");
        assert_eq!(words.text(Lang::En, "due.left", &n(0)), "0 working days left");
        assert_eq!(words.label(Lang::En, "home"), "Home");
        assert_eq!(words.label(Lang::En, "home.none"), "home.none");
    }

    #[test]
    fn values_are_never_read_as_words() {
        assert_eq!(
            ROOM.lookup(Lang::Zh, "flaw.phone_length", &[("digits", "{n}".to_owned())]).unwrap(),
            "现在是 {n} 位"
        );
        assert_eq!(ROOM.lookup(Lang::Zh, "flaw.phone_length", &[]).unwrap(), "现在是 … 位");
    }

    #[test]
    fn names_are_masked_by_character() {
        assert_eq!(masked_name(" 王建国"), "王**");
        assert_eq!(masked_name("Jo Smith"), "J**");
        assert_eq!(masked_name(""), "**");
    }
}

use crate::Lang;

/// One language's words. Values stand in braces: `{n}`.
#[derive(Debug)]
pub struct Text {
    /// Where `n` is 1, in languages that tell one from many.
    pub one: Option<&'static str>,
    /// Otherwise.
    pub other: &'static str,
}

/// One message.
#[derive(Debug)]
pub struct Message {
    /// Its name, as `step.accept`.
    pub key: &'static str,
    /// Chinese.
    pub zh: Text,
    /// English.
    pub en: Text,
}

/// The messages of one crate, sorted by key.
#[derive(Debug)]
pub struct Messages(pub &'static [Message]);

/// The messages of several crates; the first that has a key answers.
#[derive(Clone, Copy, Debug)]
pub struct Words(pub &'static [&'static Messages]);

impl Messages {
    /// The words of `key` with the values filled in; a value that is not given shows as `…`.
    /// `None` where there is no such key.
    pub fn lookup(&self, lang: Lang, key: &str, args: &[(&str, String)]) -> Option<String> {
        let at = self.0.binary_search_by(|message| message.key.cmp(key)).ok()?;
        let message = self.0.get(at)?;
        let text = match lang {
            Lang::Zh => &message.zh,
            Lang::En => &message.en,
        };
        let one = args.iter().any(|(name, value)| *name == "n" && value == "1");
        Some(fill(text.one.filter(|_| one).unwrap_or(text.other), args))
    }

    /// Its keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|message| message.key)
    }
}

impl Words {
    /// As [`Messages::lookup`], over all of them.
    pub fn lookup(&self, lang: Lang, key: &str, args: &[(&str, String)]) -> Option<String> {
        self.0.iter().find_map(|messages| messages.lookup(lang, key, args))
    }

    /// The words of `key`, or the key itself where there are none: for labels named by data, where a test sees to it
    /// that there are.
    pub fn label(&self, lang: Lang, key: &str) -> String {
        self.lookup(lang, key, &[]).unwrap_or_else(|| key.to_owned())
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

    const fn plain(other: &'static str) -> Text {
        Text { one: None, other }
    }

    static ROOM: Messages = Messages(&[
        Message {
            key: "due.left",
            zh: plain("还有 {n} 个工作日"),
            en: Text { one: Some("{n} working day left"), other: "{n} working days left" },
        },
        Message {
            key: "flaw.phone_length", zh: plain("现在是 {digits} 位"), en: plain("this has {digits}")
        },
    ]);
    static WEB: Messages = Messages(&[
        Message { key: "due.left", zh: plain("不用这一句"), en: plain("not this one") },
        Message { key: "home", zh: plain("首页"), en: plain("Home") },
    ]);

    #[test]
    fn the_first_crate_that_has_the_key_answers() {
        static WORDS: Words = Words(&[&ROOM, &WEB]);
        let words = WORDS;
        let n = |n: i64| [("n", n.to_string())];
        assert_eq!(words.lookup(Lang::Zh, "due.left", &n(4)).unwrap(), "还有 4 个工作日");
        assert_eq!(words.lookup(Lang::En, "due.left", &n(1)).unwrap(), "1 working day left");
        assert_eq!(words.lookup(Lang::En, "due.left", &n(0)).unwrap(), "0 working days left");
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

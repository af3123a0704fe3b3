use super::write::is_keyword;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// One message as written.
#[derive(Debug, PartialEq)]
pub struct Entry {
    /// Chinese.
    pub zh: String,
    /// The name of the value that decides (`n`, else the first) and the English where it is 1, if it says so.
    pub en_one: Option<(String, String)>,
    /// English.
    pub en: String,
    /// The names in braces, in the order of the Chinese.
    pub args: Vec<String>,
}

/// Checks and merges the files (name, text). All that is wrong comes back at once, each line naming file and key.
pub fn read(files: &[(String, String)]) -> Result<BTreeMap<String, Entry>, Vec<String>> {
    let (mut entries, mut wrong) = (BTreeMap::new(), Vec::new());
    for (file, text) in files {
        match text.parse::<Table>() {
            Ok(table) => {
                let mut walk = Walk { file, entries: &mut entries, wrong: &mut wrong };
                walk.table("", &table);
            }
            Err(e) => wrong.push(format!("{file}: {}", e.to_string().replace('\n', " "))),
        }
    }
    if wrong.is_empty() { Ok(entries) } else { Err(wrong) }
}

struct Walk<'a> {
    file: &'a str,
    entries: &'a mut BTreeMap<String, Entry>,
    wrong: &'a mut Vec<String>,
}

impl Walk<'_> {
    fn table(&mut self, key: &str, table: &Table) {
        if table.contains_key("zh") || table.contains_key("en") {
            match entry(table) {
                Ok(entry) => {
                    if self.entries.insert(key.to_owned(), entry).is_some() {
                        self.wrong.push(format!("{}: `{key}` is written twice", self.file));
                    }
                }
                Err(e) => self.wrong.push(format!("{}: `{key}`: {e}", self.file)),
            }
        }
        for (name, value) in table.iter().filter(|(name, _)| !matches!(name.as_str(), "zh" | "en")) {
            let inner = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
            match value {
                _ if !is_name(name) => self
                    .wrong
                    .push(format!("{}: `{inner}`: names are lower-case letters, digits and _", self.file)),
                Value::Table(table) => self.table(&inner, table),
                _ => self.wrong.push(format!("{}: `{inner}`: words stand under `zh` and `en`", self.file)),
            }
        }
    }
}

fn entry(table: &Table) -> Result<Entry, String> {
    let zh = match table.get("zh") {
        Some(Value::String(text)) => text.clone(),
        Some(_) => return Err("`zh` is one text".to_owned()),
        None => return Err("Chinese (`zh`) is missing".to_owned()),
    };
    let (en_one, en) = match table.get("en") {
        Some(Value::String(text)) => (None, text.clone()),
        Some(Value::Table(forms)) => match (forms.len(), forms.get("one"), forms.get("other")) {
            (2, Some(Value::String(one)), Some(Value::String(other))) => (Some(one.clone()), other.clone()),
            _ => return Err("`en` is one text, or `one` and `other`".to_owned()),
        },
        Some(_) => return Err("`en` is one text, or `one` and `other`".to_owned()),
        None => return Err("English (`en`) is missing".to_owned()),
    };
    let (args, en_args) = (args(&zh)?, args(&en)?);
    if let Some(name) = args.iter().find(|name| !en_args.contains(name)) {
        return Err(format!("English lacks {{{name}}}"));
    }
    let one_args = en_one.as_deref().map(self::args).transpose()?.unwrap_or_default();
    if let Some(name) = en_args.iter().chain(&one_args).find(|name| !args.contains(name)) {
        return Err(format!("Chinese lacks {{{name}}}"));
    }
    let by = args.iter().find(|name| *name == "n").or(args.first()).cloned();
    let en_one = match (en_one, by) {
        (Some(_), None) => {
            return Err("`one` and `other` are chosen by a value, and there is none".to_owned());
        }
        (one, by) => by.zip(one),
    };
    if zh.trim().is_empty() || en.trim().is_empty() {
        return Err("a text is empty".to_owned());
    }
    Ok(Entry { zh, en_one, en, args })
}

/// The names in braces, each once, in order.
fn args(text: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('{') {
        let Some((name, after)) =
            tail.split_once('}').filter(|(name, _)| is_name(name) && *name != "lang" && !is_keyword(name))
        else {
            return Err(format!("braces hold a name: {text}"));
        };
        if before.contains('}') {
            return Err(format!("braces hold a name: {text}"));
        }
        if !names.iter().any(|n| n == name) {
            names.push(name.to_owned());
        }
        rest = after;
    }
    if rest.contains('}') { Err(format!("braces hold a name: {text}")) } else { Ok(names) }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !matches!(name, "self" | "super" | "crate")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: &str) -> Result<BTreeMap<String, Entry>, Vec<String>> {
        read(&[("room.toml".to_owned(), text.to_owned())])
    }

    #[test]
    fn both_languages_side_by_side() {
        let entries = read_one(
            "[step.accept]\nzh='受理'\nen='Accept'\n[step.accept.hint]\nzh='{org} 的 {n} 件'\nen={one='one of {org}', other='{n} of {org}'}",
        )
        .unwrap();
        assert_eq!(entries["step.accept"].zh, "受理");
        assert_eq!(entries["step.accept.hint"].args, ["org", "n"]);
        assert_eq!(entries["step.accept.hint"].en_one, Some(("n".to_owned(), "one of {org}".to_owned())));
    }

    #[test]
    fn what_is_missing_is_named_by_file_and_key() {
        for (text, says) in [
            ("[home.title]\nzh='说'", "room.toml: `home.title`: English (`en`) is missing"),
            ("[home.title]\nen='Say'", "room.toml: `home.title`: Chinese (`zh`) is missing"),
            ("[a.b]\nzh='{n} 件'\nen='items'", "room.toml: `a.b`: English lacks {n}"),
            ("[a.b]\nzh='件'\nen='{n} items'", "room.toml: `a.b`: Chinese lacks {n}"),
            (
                "[a.b]\nzh='件'\nen={one='one',other='more'}",
                "room.toml: `a.b`: `one` and `other` are chosen by a value, and there is none",
            ),
            ("[a.b]\nzh='{ n'\nen='x'", "room.toml: `a.b`: braces hold a name: { n"),
            ("[a.b]\nzh=' '\nen='x'", "room.toml: `a.b`: a text is empty"),
            ("[a.B]\nzh='x'\nen='x'", "room.toml: `a.B`: names are lower-case letters, digits and _"),
            ("[a]\nb='x'", "room.toml: `a.b`: words stand under `zh` and `en`"),
        ] {
            assert_eq!(read_one(text).unwrap_err(), [says], "{text}");
        }
        assert!(read_one("[a").unwrap_err()[0].starts_with("room.toml: "));
    }

    #[test]
    fn a_key_is_written_once_over_all_files() {
        let file = |name: &str| (name.to_owned(), "[a]\nzh='x'\nen='x'".to_owned());
        assert_eq!(read(&[file("a.toml"), file("b.toml")]).unwrap_err(), ["b.toml: `a` is written twice"]);
    }
}

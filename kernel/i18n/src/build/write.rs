use super::read::Entry;
use std::collections::BTreeMap;

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The Rust text for checked messages: nested modules of functions, the table `MESSAGES`, and `lookup`.
pub fn write(entries: &BTreeMap<String, Entry>) -> String {
    let mut tree = Tree::default();
    for (key, entry) in entries {
        key.split('.').fold(&mut tree, |node, part| node.inner.entry(part).or_default()).entry = Some(entry);
    }
    let mut code = String::new();
    for (name, node) in &tree.inner {
        node.write(name, &mut code);
    }
    code.push_str("/// All messages of this crate, by key.\npub static MESSAGES: linli_i18n::Messages = linli_i18n::Messages(&[\n");
    for (key, entry) in entries {
        code += &format!(
            "linli_i18n::Message {{ key: {key:?}, zh: {:?}, en: {:?}, en_one: {:?} }},\n",
            entry.zh, entry.en, entry.en_one
        );
    }
    code.push_str("]);\n/// The words of a key that data names; `None` where there is no such key.\n");
    code.push_str("pub fn lookup(lang: impl Into<linli_i18n::Lang>, key: &str, args: &[(&str, String)]) -> Option<String> {\nMESSAGES.lookup(lang.into(), key, args)\n}\n");
    code
}

#[derive(Default)]
struct Tree<'a> {
    entry: Option<&'a Entry>,
    inner: BTreeMap<&'a str, Tree<'a>>,
}

impl Tree<'_> {
    fn write(&self, name: &str, code: &mut String) {
        let ident = ident(name);
        if let Some(entry) = self.entry {
            code.push_str(&function(&ident, entry));
        }
        if !self.inner.is_empty() {
            *code += &format!("/// Words under `{name}`.\npub mod {ident} {{\n");
            for (name, node) in &self.inner {
                node.write(name, code);
            }
            code.push_str("}\n");
        }
    }
}

fn function(ident: &str, entry: &Entry) -> String {
    let shown = entry.zh.replace(['\n', '`'], " ");
    let Entry { zh, en_one, en, args } = entry;
    let head = format!("/// `{shown}`\npub fn {ident}(lang: impl Into<linli_i18n::Lang>");
    if args.is_empty() {
        return format!(
            "{head}) -> &'static str {{\nmatch lang.into() {{\nlinli_i18n::Lang::Zh => {zh:?},\nlinli_i18n::Lang::En => {en:?},\n}}\n}}\n"
        );
    }
    let params = args.iter().fold(String::new(), |all, a| all + ", " + a + ": impl std::fmt::Display");
    let print = |text: &str| format!("format!({text:?})");
    let english = match en_one {
        Some((by, one)) => {
            format!("if {by}.to_string() == \"1\" {{ {} }} else {{ {} }}", print(one), print(en))
        }
        None => print(en),
    };
    format!(
        "{head}{params}) -> String {{\nmatch lang.into() {{\nlinli_i18n::Lang::Zh => {},\nlinli_i18n::Lang::En => {english},\n}}\n}}\n",
        print(zh)
    )
}

pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

fn ident(name: &str) -> String {
    if is_keyword(name) { format!("{name}_") } else { name.to_owned() }
}

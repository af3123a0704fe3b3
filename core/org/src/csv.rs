//! Lists as CSV that Excel opens as it should: UTF-8 with a byte order mark, fields quoted, formulas defused.

/// One field. What Excel would take for a formula gets an apostrophe in front.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = if formula { format!("'{text}") } else { text.to_owned() };
    if safe.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

/// A file: the heads, then the rows.
pub fn file(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let mut out = String::from("\u{feff}");
    for row in std::iter::once(heads).chain(rows) {
        out.push_str(&row.iter().map(|text| field(text)).collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_and_defuses() {
        let made = super::file(&["名称", "电话"], [vec!["东村, \"大\"".to_owned(), "=1+1".to_owned()]]);
        assert_eq!(made, "\u{feff}名称,电话\r\n\"东村, \"\"大\"\"\",'=1+1\r\n");
    }
}

//! The generated text is as it was when it was last looked at.

use linli_i18n::build::{read, write};

#[test]
fn a_module_per_table_and_a_function_per_message() {
    let text = r#"
[step.return]
zh = "退回"
en = "Return"
[step.return.hint]
zh = "写明\"理由\""
en = "Say why"
[due.days_left]
zh = "还有 {n} 个工作日，{org}办"
en = { one = "{org} has {n} working day", other = "{org} has {n} working days" }
"#;
    let code = write(&read(&[("test.toml".to_owned(), text.to_owned())]).unwrap());
    let expected = r#"/// Words under `due`.
pub mod due {
/// `还有 {n} 个工作日，{org}办`
pub fn days_left(lang: impl Into<linli_i18n::Lang>, n: impl std::fmt::Display, org: impl std::fmt::Display) -> String {
match lang.into() {
linli_i18n::Lang::Zh => format!("还有 {n} 个工作日，{org}办"),
linli_i18n::Lang::En => if n.to_string() == "1" { format!("{org} has {n} working day") } else { format!("{org} has {n} working days") },
}
}
}
/// Words under `step`.
pub mod step {
/// `退回`
pub fn return_(lang: impl Into<linli_i18n::Lang>) -> &'static str {
match lang.into() {
linli_i18n::Lang::Zh => "退回",
linli_i18n::Lang::En => "Return",
}
}
/// Words under `return`.
pub mod return_ {
/// `写明"理由"`
pub fn hint(lang: impl Into<linli_i18n::Lang>) -> &'static str {
match lang.into() {
linli_i18n::Lang::Zh => "写明\"理由\"",
linli_i18n::Lang::En => "Say why",
}
}
}
}
"#;
    assert!(code.starts_with(expected), "{code}");
    assert!(code.contains(r#"linli_i18n::Message { key: "step.return", zh: "退回""#));
}

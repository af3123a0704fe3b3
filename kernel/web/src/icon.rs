use crate::embed::asset;
use askama::filters::HtmlSafe;
use std::fmt::{self, Display};

/// An icon for templates. Beside it there is always a word, or an `aria-label` on what it stands in.
pub struct Icon {
    name: String,
    size: &'static str,
}

/// An icon of lucide's by its name there. `size`: `s` 16 px, empty 20, `l` 24, `xl` 32.
pub fn icon(name: impl AsRef<str>, size: impl AsRef<str>) -> Icon {
    let size = match size.as_ref() {
        "s" => " s",
        "l" => " l",
        "xl" => " xl",
        _ => "",
    };
    Icon { name: name.as_ref().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect(), size }
}

impl Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Icon { name, size } = self;
        let sprite = asset("icons.svg");
        write!(f, r#"<svg class="i{size}" aria-hidden="true"><use href="{sprite}#{name}"/></svg>"#)
    }
}

impl HtmlSafe for Icon {}

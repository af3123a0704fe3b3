//! Pure: what a resident types, checked at the edge.

use linli_base::{Crs, Flaw, Phone, Point};

/// The most characters of a request's words.
pub const BODY: usize = 2000;
/// The most characters of a title.
const TITLE: usize = 80;
/// The most characters of a place's words.
const PLACE: usize = 200;
/// The most characters of a name.
const NAME: usize = 40;

fn short(field: &str, text: &str, max: usize) -> Result<(), Flaw> {
    let now = text.chars().count();
    if now > max { Err(Flaw::new(field, "too_long").with("max", max).with("now", now)) } else { Ok(()) }
}

/// The words. Flaws: `missing`, `too_long`.
pub fn body(text: &str) -> Result<(), Flaw> {
    if text.trim().is_empty() {
        return Err(Flaw::new("body", "missing"));
    }
    short("body", text, BODY)
}

/// The place in words; may be empty. Flaw: `too_long`.
pub fn place(text: &str) -> Result<(), Flaw> {
    short("place", text, PLACE)
}

/// A name; may be empty. Flaw: `too_long`.
pub fn name(text: &str) -> Result<(), Flaw> {
    short("name", text, NAME)
}

/// A phone, where one was left. Flaws: those of [`Phone::parse`].
pub fn phone(text: &str) -> Result<Option<Phone>, Flaw> {
    if text.trim().is_empty() { Ok(None) } else { Phone::parse("phone", text).map(Some) }
}

/// A point that a browser told in WGS-84 degrees; `None` for anything else.
pub fn point(lat: &str, lon: &str) -> Option<Point> {
    Point::from_crs(lat.parse().ok()?, lon.parse().ok()?, Crs::Wgs84)
}

/// The first sentence or line of what was said, at most 80 characters.
pub fn title(body: &str) -> String {
    let first = body.trim().lines().next().unwrap_or_default();
    let mut title = String::new();
    let mut chars = first.chars().peekable();
    while let Some(c) = chars.next() {
        let ends =
            "。！？!?；".contains(c) || (c == '.' && chars.peek().is_none_or(|next| next.is_whitespace()));
        if ends && !title.trim().is_empty() {
            break;
        }
        if title.chars().count() == TITLE - 1 && chars.peek().is_some() {
            title.push('…');
            break;
        }
        title.push(c);
    }
    title.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_first_sentences() {
        assert_eq!(title("文苑路口的路灯不亮。上周五晚上开始的。"), "文苑路口的路灯不亮");
        assert_eq!(title("  路灯不亮\n就是路口那盏"), "路灯不亮");
        assert_eq!(title("The lamp at No.5 is out. Since Friday."), "The lamp at No.5 is out");
        assert_eq!(title("？？？灯"), "？");
        assert_eq!(title("").len(), 0);
        let long = "长".repeat(200);
        assert_eq!((title(&long).chars().count(), title(&long).chars().last()), (80, Some('…')));
        assert_eq!(title(&"长".repeat(80)).chars().count(), 80);
    }

    #[test]
    fn what_is_typed_is_checked() {
        assert_eq!(body(" \n").unwrap_err().code, "missing");
        assert_eq!(body(&"长".repeat(2001)).unwrap_err().code, "too_long");
        assert_eq!(phone(" ").unwrap(), None);
        assert_eq!(phone("1380000567").unwrap_err().field, "phone");
        assert!(point("36.78", "121.18").is_some());
        assert!(point("", "").is_none() && point("NaN", "1").is_none() && point("91", "1").is_none());
    }
}

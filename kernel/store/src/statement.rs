use crate::render::Dialect;
use std::sync::{Arc, OnceLock};

/// One SQL text for both databases. Made by [`statements!`](crate::statements).
#[derive(Debug)]
pub struct Stmt {
    /// Its constant's name, for tests and logs.
    pub name: &'static str,
    /// The text, with tokens.
    pub sql: &'static str,
    /// How scopes are rendered in it.
    pub shape: Option<&'static Shape>,
    /// Why it needs no scope, where it has none.
    pub unscoped: Option<&'static str>,
    parts: OnceLock<Option<Vec<Part>>>,
    fixed: [OnceLock<Option<Fixed>>; 2],
}

/// The text of a statement that is the same whatever it is given, and the arguments in the order of its placeholders.
type Fixed = (Arc<str>, Vec<usize>);

/// What a statement is made of. Numbers are places among its arguments, from 0.
#[derive(Debug)]
pub(crate) enum Part {
    Text(&'static str),
    Arg(usize),
    /// The alias.
    Scope(&'static str),
    List(usize),
    When(usize, Vec<Part>),
    Each(Vec<Part>),
}

impl Stmt {
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        sql: &'static str,
        shape: Option<&'static Shape>,
        unscoped: Option<&'static str>,
    ) -> Self {
        Stmt { name, sql, shape, unscoped, parts: OnceLock::new(), fixed: [const { OnceLock::new() }; 2] }
    }

    /// Its parts, taken apart at its first use; `None` where a token or a placeholder is wrong.
    pub(crate) fn parts(&self) -> Option<&[Part]> {
        self.parts.get_or_init(|| parse(self.sql)).as_deref()
    }

    /// Its text where no scope, list or condition is in it.
    pub(crate) fn fixed(&self, dialect: Dialect) -> Option<&Fixed> {
        let [sqlite, postgres] = &self.fixed;
        let kept = if dialect == Dialect::Sqlite { sqlite } else { postgres };
        kept.get_or_init(|| {
            let (mut sql, mut order) = (String::with_capacity(self.sql.len()), Vec::new());
            for part in self.parts()? {
                match part {
                    Part::Text(text) => sql.push_str(text),
                    Part::Arg(n) => {
                        let known = order.iter().position(|other| other == n);
                        let place = known.unwrap_or_else(|| {
                            order.push(*n);
                            order.len() - 1
                        });
                        dialect.mark(place + 1, &mut sql);
                    }
                    _ => return None,
                }
            }
            Some((sql.into(), order))
        })
        .as_ref()
    }
}

fn parse(text: &'static str) -> Option<Vec<Part>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find(['$', '{']) {
        let (before, token) = rest.split_at_checked(at)?;
        parts.push(Part::Text(before));
        if let Some(number) = token.strip_prefix('$') {
            let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
            let (digits, after) = number.split_at_checked(end)?;
            parts.push(Part::Arg(place(digits)?));
            rest = after;
            continue;
        }
        let end = closing(token)?;
        let (name, value) = token.get(1..end)?.split_once(':')?;
        parts.push(match name {
            "scope" => Part::Scope(value),
            "list" => Part::List(place(value)?),
            "each" => Part::Each(parse(value)?),
            "when" => {
                let (number, kept) = value.split_once(':')?;
                Part::When(place(number)?, parse(kept)?)
            }
            _ => return None,
        });
        rest = token.get(end + 1..)?;
    }
    parts.push(Part::Text(rest));
    Some(parts)
}

fn place(digits: &str) -> Option<usize> {
    digits.parse::<usize>().ok()?.checked_sub(1)
}

/// The place of the brace that closes the one at the beginning.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// How each kind of reach is said about a row, as SQL in which `{a}` stands for the alias and `{id}` for the value.
/// An empty text means never.
#[derive(Debug)]
pub struct Shape {
    /// In a street.
    pub street: &'static str,
    /// In a community.
    pub community: &'static str,
    /// In a grid.
    pub grid: &'static str,
    /// An org works on it.
    pub assigned: &'static str,
    /// The same in the parts that `{each}` asks for one by one, where they have an index each.
    pub apart: &'static [&'static str],
    /// About a person.
    pub own: &'static str,
    /// A person is asked to take it on, or has taken it on.
    pub taken: &'static str,
    /// The case whose code was given.
    pub code: &'static str,
}

/// Names statements and lists them all in `STATEMENTS`, for the test that prepares each on both databases.
///
/// ```ignore
/// statements! {
///     shape CASE;
///     pub BY_ID = "SELECT … WHERE c.id = $1 AND {scope:c}";
///     pub(crate) TAKE(unscoped "the outbox belongs to no one") = "…";
/// }
/// ```
#[macro_export]
macro_rules! statements {
    (shape $shape:path; $($vis:vis $name:ident $((unscoped $why:literal))? = $sql:expr;)*) => {
        $($vis static $name: $crate::Stmt =
            $crate::Stmt::new(stringify!($name), $sql, Some(&$shape), $crate::statements!(@why $($why)?));)*
        /// Every statement of this room.
        pub static STATEMENTS: &[&$crate::Stmt] = &[$(&$name),*];
    };
    ($($vis:vis $name:ident $((unscoped $why:literal))? = $sql:expr;)*) => {
        $($vis static $name: $crate::Stmt =
            $crate::Stmt::new(stringify!($name), $sql, None, $crate::statements!(@why $($why)?));)*
        /// Every statement of this room.
        pub static STATEMENTS: &[&$crate::Stmt] = &[$(&$name),*];
    };
    (@why) => { None };
    (@why $why:literal) => { Some($why) };
}

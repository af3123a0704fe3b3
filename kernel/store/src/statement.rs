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
    /// About a person.
    pub own: &'static str,
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
        $($vis static $name: $crate::Stmt = $crate::Stmt {
            name: stringify!($name),
            sql: $sql,
            shape: Some(&$shape),
            unscoped: $crate::statements!(@why $($why)?),
        };)*
        /// Every statement of this room.
        pub static STATEMENTS: &[&$crate::Stmt] = &[$(&$name),*];
    };
    ($($vis:vis $name:ident $((unscoped $why:literal))? = $sql:expr;)*) => {
        $($vis static $name: $crate::Stmt = $crate::Stmt {
            name: stringify!($name),
            sql: $sql,
            shape: None,
            unscoped: $crate::statements!(@why $($why)?),
        };)*
        /// Every statement of this room.
        pub static STATEMENTS: &[&$crate::Stmt] = &[$(&$name),*];
    };
    (@why) => { None };
    (@why $why:literal) => { Some($why) };
}

use linli_base::{At, Day, Id, Problem, Result, mask};
use serde_json::Value as Json;
use uuid::Uuid;

/// One value going in or coming out.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `BOOLEAN`.
    Bool(bool),
    /// `BIGINT`.
    Int(i64),
    /// `DOUBLE PRECISION`.
    Real(f64),
    /// `TEXT`.
    Text(String),
    /// `UUID`.
    Uuid(Uuid),
    /// `JSONB`.
    Json(Json),
    /// Several values for a `{list:n}`; goes in only.
    List(Vec<Value>),
}

impl Value {
    /// Its kind, for the log: what is in it may be a name or a phone.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Bool(_) => "BOOLEAN",
            Value::Int(_) => "BIGINT",
            Value::Real(_) => "DOUBLE PRECISION",
            Value::Text(_) => "TEXT",
            Value::Uuid(_) => "UUID",
            Value::Json(_) => "JSONB",
            Value::List(_) => "a list",
        }
    }

    /// Why it may not go in: the two databases disagree about it.
    pub(crate) fn unsound(&self) -> Option<&'static str> {
        match self {
            Value::Text(v) if v.contains('\0') => Some("a text holds U+0000"),
            Value::Json(v) if holds_nul(v) => Some("a JSON text holds U+0000"),
            Value::Real(v) if !v.is_finite() => Some("a number is not finite"),
            Value::List(values) => values.iter().find_map(Value::unsound),
            _ => None,
        }
    }
}

fn holds_nul(json: &Json) -> bool {
    match json {
        Json::String(v) => v.contains('\0'),
        Json::Array(values) => values.iter().any(holds_nul),
        Json::Object(fields) => fields.iter().any(|(name, v)| name.contains('\0') || holds_nul(v)),
        _ => false,
    }
}

impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Value::Bool(v)
    }
}
impl From<i64> for Value {
    fn from(v: i64) -> Self {
        Value::Int(v)
    }
}
impl From<f64> for Value {
    fn from(v: f64) -> Self {
        Value::Real(v)
    }
}
impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Value::Text(v.to_owned())
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Value::Text(v)
    }
}
impl From<Uuid> for Value {
    fn from(v: Uuid) -> Self {
        Value::Uuid(v)
    }
}
impl<T> From<Id<T>> for Value {
    fn from(v: Id<T>) -> Self {
        Value::Uuid(v.0)
    }
}
impl From<At> for Value {
    fn from(v: At) -> Self {
        Value::Int(v.0)
    }
}
impl From<Day> for Value {
    fn from(v: Day) -> Self {
        Value::Int(v.0)
    }
}
impl From<Json> for Value {
    fn from(v: Json) -> Self {
        Value::Json(v)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Self {
        v.map_or(Value::Null, Into::into)
    }
}

/// Reads a column.
pub trait FromValue: Sized {
    /// From what the driver gave; another kind is [`Problem::Broken`].
    fn from_value(value: Value) -> Result<Self>;
}

fn other<T>(wanted: &'static str, got: &Value) -> Result<T> {
    Err(Problem::broken("reading a column", format!("wanted {wanted}, got {}", got.kind())))
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Int(v) => Ok(v),
            v => other("BIGINT", &v),
        }
    }
}
impl FromValue for bool {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Bool(v) => Ok(v),
            Value::Int(v) => Ok(v != 0),
            v => other("BOOLEAN", &v),
        }
    }
}
impl FromValue for f64 {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Real(v) => Ok(v),
            v => other("DOUBLE PRECISION", &v),
        }
    }
}
impl FromValue for String {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Text(v) => Ok(v),
            v => other("TEXT", &v),
        }
    }
}
impl FromValue for mask::Name {
    fn from_value(value: Value) -> Result<Self> {
        String::from_value(value).map(mask::Name::new)
    }
}
impl FromValue for mask::Place {
    fn from_value(value: Value) -> Result<Self> {
        String::from_value(value).map(mask::Place::new)
    }
}
impl FromValue for Uuid {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Uuid(v) => Ok(v),
            v => other("UUID", &v),
        }
    }
}
impl<T> FromValue for Id<T> {
    fn from_value(value: Value) -> Result<Self> {
        Uuid::from_value(value).map(Id::new)
    }
}
impl FromValue for At {
    fn from_value(value: Value) -> Result<Self> {
        i64::from_value(value).map(At)
    }
}
impl FromValue for Day {
    fn from_value(value: Value) -> Result<Self> {
        i64::from_value(value).map(Day)
    }
}
impl FromValue for Json {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Json(v) => Ok(v),
            Value::Text(v) => serde_json::from_str(&v).map_err(|e| Problem::broken("reading JSON", e)),
            v => other("JSONB", &v),
        }
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Null => Ok(None),
            v => T::from_value(v).map(Some),
        }
    }
}

/// Reads a row by the order of its columns. Made by [`row!`](crate::row).
pub trait FromRow: Sized {
    /// From the columns; another number of them is [`Problem::Broken`].
    fn from_row(values: Vec<Value>) -> Result<Self>;
}

/// A struct that is read from a row, column by column in the order of its fields.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$fmeta:meta])* $fvis:vis $field:ident : $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[expect(missing_docs, reason = "a row's fields are its columns")]
        $vis struct $name { $($(#[$fmeta])* $fvis $field: $type),* }

        impl $crate::FromRow for $name {
            fn from_row(values: Vec<$crate::Value>) -> $crate::BaseResult<Self> {
                let count = values.len();
                let mut values = values.into_iter();
                let mut next = || values.next().ok_or_else(|| {
                    $crate::BaseProblem::broken(concat!("reading a ", stringify!($name)), format!("only {count} columns"))
                });
                let row = $name { $($field: $crate::FromValue::from_value(next()?)?),* };
                if values.next().is_some() {
                    return Err($crate::BaseProblem::broken(
                        concat!("reading a ", stringify!($name)),
                        format!("{count} columns are too many"),
                    ));
                }
                Ok(row)
            }
        }
    };
}

/// The arguments of a statement.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] as &[$crate::Value] };
}

use std::{
    error::Error,
    fmt::{self, Display},
};

/// What every fallible function of ours returns.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// Why something could not be done. All but [`Problem::Broken`] are a person's situation, with words for that
/// person in the messages under `problem.<code>`, and a way out on the page.
#[derive(Debug)]
pub enum Problem {
    /// Fields that cannot be taken as they are: 422. What was typed is kept.
    Invalid(Vec<Flaw>),
    /// A rule says no: 409, or 404/403 where the rule is about being there at all.
    Refused(Refusal),
    /// Someone else was faster: 409. `by` names them where it is known; what was typed is kept.
    Conflict {
        /// Who changed it meanwhile (a name to show), where known.
        by: Option<String>,
    },
    /// It does not exist, or this person may not know that it does: 404.
    NotFound,
    /// Not signed in: 401, pages lead to signing in and back.
    SignIn,
    /// Signed in, but not theirs: 403. `owner` is the org that it belongs to, to ask there.
    Forbidden {
        /// The name of the org that handles it, where it may be told.
        owner: Option<String>,
    },
    /// Too often: 429.
    TooMany {
        /// Seconds until it may be tried again.
        retry_after_s: i64,
    },
    /// A body or a picture beyond its limit: 413.
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The database or a disk does not answer just now: 503; nothing was changed.
    Unavailable(Broken),
    /// Our fault: 500, logged once with an id that the page shows.
    Broken(Broken),
}

/// One field that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The form's or the JSON's field name.
    pub field: String,
    /// Key of the words, under `flaw.`.
    pub code: &'static str,
    /// Values for the words, by name.
    pub args: Vec<(&'static str, String)>,
}

/// A rule that says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Key of the words, under `refusal.`.
    pub code: &'static str,
    /// Values for the words, by name.
    pub args: Vec<(&'static str, String)>,
}

/// A failure of ours with its cause.
#[derive(Debug)]
pub struct Broken {
    /// What was being done, for the log.
    pub doing: &'static str,
    /// What failed.
    pub cause: Box<dyn Error + Send + Sync>,
}

impl Flaw {
    /// A flaw whose words need no values.
    pub fn new(field: &str, code: &'static str) -> Self {
        Flaw { field: field.to_owned(), code, args: Vec::new() }
    }

    /// With a value for the words.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

impl Refusal {
    /// A refusal whose words need no values.
    pub fn new(code: &'static str) -> Self {
        Refusal { code, args: Vec::new() }
    }

    /// With a value for the words.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

impl Problem {
    /// Our fault: `doing` names the act for the log.
    pub fn broken(doing: &'static str, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Problem::Broken(Broken { doing, cause: cause.into() })
    }

    /// It does not go just now: `doing` names the act for the log.
    pub fn unavailable(doing: &'static str, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Problem::Unavailable(Broken { doing, cause: cause.into() })
    }

    /// One field that cannot be taken.
    pub fn invalid(field: &str, code: &'static str) -> Self {
        Problem::Invalid(vec![Flaw::new(field, code)])
    }

    /// A rule that says no, without values.
    pub fn refused(code: &'static str) -> Self {
        Problem::Refused(Refusal::new(code))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Refused(refusal)
    }
}

impl From<Flaw> for Problem {
    fn from(flaw: Flaw) -> Self {
        Problem::Invalid(vec![flaw])
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Invalid(flaws) => {
                write!(f, "invalid:")?;
                flaws.iter().try_for_each(|flaw| write!(f, " {}={}", flaw.field, flaw.code))
            }
            Problem::Refused(refusal) => write!(f, "refused: {} {:?}", refusal.code, refusal.args),
            Problem::Conflict { .. } => write!(f, "someone else was faster"),
            Problem::NotFound => write!(f, "not found"),
            Problem::SignIn => write!(f, "not signed in"),
            Problem::Forbidden { .. } => write!(f, "not allowed"),
            Problem::TooMany { retry_after_s } => write!(f, "too often, again in {retry_after_s} s"),
            Problem::TooLarge { limit } => write!(f, "larger than {limit} bytes"),
            Problem::Unavailable(b) => write!(f, "{}: not available: {}", b.doing, b.cause),
            Problem::Broken(b) => write!(f, "{}: {}", b.doing, b.cause),
        }
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Problem::Unavailable(b) | Problem::Broken(b) => Some(b.cause.as_ref()),
            _ => None,
        }
    }
}

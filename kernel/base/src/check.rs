use std::fmt::Display;

/// How many findings are kept by name.
const EXAMPLES: usize = 20;

/// What a check of the doctor has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many were looked at.
    pub looked: u64,
    /// How many of them are wrong.
    pub wrong: u64,
    /// The first that are wrong, by what a person can look them up by. Never what somebody said.
    pub examples: Vec<String>,
    /// What is good to know though nothing is wrong.
    pub notes: Vec<String>,
}

impl Seen {
    /// Looked at one more; `right` says whether all is well with it, else `what` names it.
    pub fn one(&mut self, right: bool, what: impl Display) {
        self.looked += 1;
        if !right {
            self.wrong(what);
        }
    }

    /// Looked at so many.
    pub fn looked(&mut self, many: usize) {
        self.looked += u64::try_from(many).unwrap_or(u64::MAX);
    }

    /// One is wrong.
    pub fn wrong(&mut self, what: impl Display) {
        self.wrong += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(what.to_string());
        }
    }
}

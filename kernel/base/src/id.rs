use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr};
use uuid::Uuid;

/// The key of a row of the kind `T` (a marker type). A UUID; those we make are version 7.
pub struct Id<T>(pub Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// Wraps a UUID that is known to name a `T`.
    pub const fn new(uuid: Uuid) -> Self {
        Id(uuid, PhantomData)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(s).map(Id::new)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Uuid::deserialize(d).map(Id::new)
    }
}

/// Marker types: what an [`Id`] is the key of.
pub mod kind {
    /// A territory: city, street, community, grid, building.
    pub enum Area {}
    /// Anything that acts: party body, office, department, unit, enterprise, social organisation.
    pub enum Org {}
    /// A human being.
    pub enum Person {}
    /// A person's seat in an org, from a day to a day.
    pub enum Post {}
    /// A matter moving along a procedure.
    pub enum Case {}
    /// One step taken on a case.
    pub enum Event {}
    /// An uploaded picture or document.
    pub enum File {}
}

/// Key of an area.
pub type AreaId = Id<kind::Area>;
/// Key of an org.
pub type OrgId = Id<kind::Org>;
/// Key of a person.
pub type PersonId = Id<kind::Person>;
/// Key of a post.
pub type PostId = Id<kind::Post>;
/// Key of a case.
pub type CaseId = Id<kind::Case>;
/// Key of an event.
pub type EventId = Id<kind::Event>;
/// Key of a file.
pub type FileId = Id<kind::File>;

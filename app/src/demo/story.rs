use super::pictures::Picture;
use linli_authz::Role;
use linli_base::{AreaId, At, OrgId, PersonId, Point};

/// A request with everything that happens to it, for a replayer to take through the real actions.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// From 1, in the order in which they are said.
    pub number: usize,
    /// When it is said: the step `say`, which is not among [`Story::steps`].
    pub at: At,
    /// The channel: `web`, `phone`, `window`, `patrol` or `wechat`.
    pub source: &'static str,
    /// What, in a line.
    pub title: String,
    /// What, at length.
    pub body: String,
    /// Where, in words.
    pub place: String,
    /// Where, WGS-84.
    pub point: Point,
    /// The grid that it lies in.
    pub area: AreaId,
    /// Who says it.
    pub asker: Asker,
    /// What the asker sends along.
    pub pictures: Vec<Picture>,
    /// What happens, in order of time.
    pub steps: Vec<ScriptedStep>,
    /// The state that it ends in.
    pub ends: &'static str,
}

/// Who says it. Invented.
#[derive(Clone, Debug, PartialEq)]
pub struct Asker {
    /// How they want to be called.
    pub name: Option<String>,
    /// 11 digits; none where they left none.
    pub phone: Option<String>,
}

/// One step to take.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptedStep {
    /// Its name in the table.
    pub step: &'static str,
    /// When.
    pub at: At,
    /// By whom.
    pub by: By,
    /// Which of those who may: this number modulo how many they are.
    pub pick: usize,
    /// Fields and what is filled in, as a form sends it: keys of areas, orgs and people as text, a field with several
    /// values several times.
    pub input: Vec<(&'static str, String)>,
    /// Fields and what is uploaded for them.
    pub pictures: Vec<(&'static str, Picture)>,
}

/// Who takes a step. The replayer picks somebody who may: separation of duty included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The asker, with the look-up code.
    Asker,
    /// The program.
    System,
    /// Someone with the role in the case's desk.
    Desk(Role),
    /// … in its lead handler.
    Lead(Role),
    /// … in the org whose turn it is.
    Holder(Role),
    /// Whoever is asked to take it on.
    Asked,
    /// Whoever has taken it on.
    Taker,
    /// A person as themselves.
    Person(PersonId),
    /// Someone with the role in an org.
    Org(OrgId, Role),
}

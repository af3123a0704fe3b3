use linli_base::{Day, OrgId};
use linli_procedure::Areas;

/// The weight of a whole one in a numerator.
pub const WHOLE: i64 = 1000;
/// The shares of a case that its lead handler and its helpers carry, together.
pub const SHARES: i64 = 10_000;

/// What is counted. `docs/glossary.md` says what each is, to the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// 收到; the numerator are those still open.
    Said,
    /// 超期
    Overdue,
    /// 签收及时率
    Signed,
    /// 退单率
    Returned,
    /// 无理退单率
    Groundless,
    /// 响应率
    Responded,
    /// 解决率
    Solved,
    /// 满意率
    Satisfied,
    /// 未接通率
    Unreached,
    /// 办结率
    Closed,
    /// 按期办结率
    InTime,
    /// 即时办结率
    AtOnce,
    /// 重办率
    Redone,
    /// 督办率
    Supervised,
    /// 重复诉求率
    Repeated,
    /// 剔除
    Excluded,
    /// 待定的剔除: proposed, not decided.
    Proposed,
    /// Said to be solved, and reopened.
    CheckReopened,
    /// Called back by an org that handled it.
    CheckOwnCaller,
    /// A reply that repeats another one.
    CheckCopied,
    /// A picture that another case has shown as well.
    CheckPicture,
    /// Said with the phone of one who handled it.
    CheckOwnPhone,
}

impl Figure {
    /// All of them.
    pub const ALL: [Figure; 22] = [
        Figure::Said,
        Figure::Overdue,
        Figure::Signed,
        Figure::Returned,
        Figure::Groundless,
        Figure::Responded,
        Figure::Solved,
        Figure::Satisfied,
        Figure::Unreached,
        Figure::Closed,
        Figure::InTime,
        Figure::AtOnce,
        Figure::Redone,
        Figure::Supervised,
        Figure::Repeated,
        Figure::Excluded,
        Figure::Proposed,
        Figure::CheckReopened,
        Figure::CheckOwnCaller,
        Figure::CheckCopied,
        Figure::CheckPicture,
        Figure::CheckOwnPhone,
    ];

    /// The rates, in the order in which a table shows them.
    pub const RATES: [Figure; 13] = [
        Figure::Responded,
        Figure::Solved,
        Figure::Satisfied,
        Figure::InTime,
        Figure::AtOnce,
        Figure::Closed,
        Figure::Signed,
        Figure::Returned,
        Figure::Groundless,
        Figure::Unreached,
        Figure::Redone,
        Figure::Supervised,
        Figure::Repeated,
    ];

    /// The counts against figures that look better than the work.
    pub const CHECKS: [Figure; 5] = [
        Figure::CheckReopened,
        Figure::CheckOwnCaller,
        Figure::CheckOwnPhone,
        Figure::CheckCopied,
        Figure::CheckPicture,
    ];

    /// The spelling in the database, the links and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Figure::Said => "said",
            Figure::Overdue => "overdue",
            Figure::Signed => "signed",
            Figure::Returned => "returned",
            Figure::Groundless => "groundless",
            Figure::Responded => "responded",
            Figure::Solved => "solved",
            Figure::Satisfied => "satisfied",
            Figure::Unreached => "unreached",
            Figure::Closed => "closed",
            Figure::InTime => "in_time",
            Figure::AtOnce => "at_once",
            Figure::Redone => "redone",
            Figure::Supervised => "supervised",
            Figure::Repeated => "repeated",
            Figure::Excluded => "excluded",
            Figure::Proposed => "proposed",
            Figure::CheckReopened => "check_reopened",
            Figure::CheckOwnCaller => "check_own_caller",
            Figure::CheckCopied => "check_copied",
            Figure::CheckPicture => "check_picture",
            Figure::CheckOwnPhone => "check_own_phone",
        }
    }

    /// Reads that spelling.
    pub fn parse(name: &str) -> Option<Figure> {
        Figure::ALL.into_iter().find(|figure| figure.name() == name)
    }

    /// Whether the sums by detail (category, code) are kept as well.
    pub(crate) const fn detailed(self) -> bool {
        matches!(self, Figure::Said | Figure::Excluded)
    }
}

/// A case that counts as one in the denominator of a figure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Which figure.
    pub figure: Figure,
    /// The event that is counted.
    pub seq: i64,
    /// Whose: the lead handler; nobody's before the dispatch.
    pub org: Option<OrgId>,
    /// The lead handler's; a helper's counts in 综合 only.
    pub main: bool,
    /// The day that decides on the period.
    pub day: Day,
    /// Where, as it was at the event.
    pub areas: Areas,
    /// A category, or the code of an exclusion.
    pub detail: String,
    /// How much of it is in the numerator, 0 to [`WHOLE`].
    pub value: i64,
    /// How much of the case its org carries, of [`SHARES`].
    pub share: i64,
}

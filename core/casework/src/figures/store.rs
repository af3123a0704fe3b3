//! Every statement on marks, facts and cells.

use super::cells::Sums;
use linli_base::{AreaId, At, CaseId, OrgId};
use linli_store::{Shape, row, statements};
use serde_json::Value as Json;
use uuid::Uuid;

/// How a scope reaches facts and cells: by their own columns.
static COUNTED: Shape = Shape {
    street: "{a}.street_id = {id}",
    community: "{a}.community_id = {id}",
    grid: "{a}.grid_id = {id}",
    assigned: "{a}.org_id = {id}",
    apart: &[],
    own: "",
    taken: "",
    code: "",
};

row! {
    /// A case that is to be folded.
    pub(crate) struct CaseRow {
        pub id: CaseId,
        pub profile: String,
        pub profile_version: i64,
        pub happened_at: At,
        pub category: Option<String>,
        pub community_id: Option<AreaId>,
        pub grid_id: Option<AreaId>,
    }
}

row! {
    /// An event that is folded.
    pub(crate) struct EventRow {
        pub case_id: CaseId,
        pub seq: i64,
        pub step: String,
        pub to_state: String,
        pub org_id: Option<OrgId>,
        pub street_id: Option<AreaId>,
        pub community_id: Option<AreaId>,
        pub grid_id: Option<AreaId>,
        pub happened_at: At,
        pub input: Json,
        pub changes: Json,
    }
}

row! {
    /// A fact as stored.
    pub(crate) struct FactRow {
        pub case_id: CaseId,
        pub figure: String,
        pub seq: i64,
        pub org_id: Uuid,
        pub main: bool,
        pub day: i64,
        pub street_id: Uuid,
        pub community_id: Uuid,
        pub grid_id: Uuid,
        pub detail: String,
        pub value: i64,
        pub share: i64,
    }
}

row! {
    /// A cell as stored.
    pub(crate) struct CellRow {
        pub org_id: Uuid,
        pub tier: i64,
        pub period: String,
        pub figure: String,
        pub street_id: Uuid,
        pub community_id: Uuid,
        pub grid_id: Uuid,
        pub total: i64,
        pub value: i64,
        pub whole: i64,
        pub part: i64,
        pub share: i64,
        pub shared: i64,
    }
}

row! {
    /// Sums of a figure under one key: an area, an org, or a period.
    pub(crate) struct SumRow {
        pub figure: String,
        pub key: Uuid,
        pub period: String,
        pub total: i64,
        pub value: i64,
        pub whole: i64,
        pub part: i64,
        pub share: i64,
        pub shared: i64,
    }
}

macro_rules! summed {
    ($($row:ty),*) => {$(
        impl $row {
            pub fn sums(&self) -> Sums {
                let Self { total, value, whole, part, share, shared, .. } = *self;
                Sums { total, value, whole, part, share, shared }
            }
        }
    )*};
}

summed!(CellRow, SumRow);

row! {
    /// A line of the list behind a number.
    pub struct BehindRow {
        pub case_id: CaseId,
        pub seq: i64,
        pub day: i64,
        pub value: i64,
        pub detail: String,
        pub number: String,
        pub procedure: String,
        pub state: String,
        pub category: Option<String>,
        pub happened_at: At,
        pub community: Option<String>,
        pub community_en: Option<String>,
        pub org: Option<String>,
        pub org_en: Option<String>,
    }
}

row! {
    /// How far the facts are in the sums; no figure: all of them.
    pub(crate) struct ClockRow { pub community: Option<Uuid>, pub figure: Option<String>, pub month: Option<i64> }
}

row! {
    /// Facts that lie together.
    pub(crate) struct PlaceRow { pub community: Uuid, pub figure: String, pub month: i64 }
}

row! {
    pub(crate) struct MarkRow { pub case_id: CaseId, pub at: At }
}

row! {
    /// A place where more than a tenth is excluded.
    pub(crate) struct MuchRow { pub street: Uuid, pub tier: i64, pub total: i64, pub whole: i64 }
}

row! {
    pub(crate) struct LastRow { pub case: CaseId, pub event: linli_base::EventId }
}

row! {
    pub(crate) struct NameRow { pub id: Uuid, pub name: String, pub name_en: Option<String> }
}

row! {
    pub(crate) struct IdRow { pub id: CaseId }
}

row! {
    pub(crate) struct NumberRow { pub number: Option<i64> }
}

macro_rules! fact {
    () => {
        "f.case_id, f.figure, f.seq, f.org_id, f.main, f.day, f.street_id, f.community_id, f.grid_id, f.detail, \
         f.value, f.share"
    };
}

macro_rules! cell {
    () => {
        "x.org_id, x.tier, x.period, x.figure, x.street_id, x.community_id, x.grid_id, x.total, x.value, x.whole, \
         x.part, x.share, x.shared"
    };
}

macro_rules! sums {
    () => {
        "CAST(SUM(x.total) AS BIGINT), CAST(SUM(x.value) AS BIGINT), CAST(SUM(x.whole) AS BIGINT), \
         CAST(SUM(x.part) AS BIGINT), CAST(SUM(x.share) AS BIGINT), CAST(SUM(x.shared) AS BIGINT)"
    };
}

/// The facts of a number: figure, months, area, org, part, and what the list's own filters leave.
macro_rules! behind {
    () => {
        "f.figure = $1 AND f.month >= $2 AND f.month <= $3 AND f.day >= $18 AND f.day <= $19 AND f.main \
         {when:4: AND f.street_id = $4} {when:5: AND f.community_id = $5} {when:6: AND f.grid_id = $6} \
         {when:7: AND f.org_id = $7} {when:8: AND f.value >= $8} {when:9: AND f.value <= $9} \
         {when:10: AND f.detail = $10}"
    };
}

statements! {
    shape COUNTED;

    pub(crate) MARK(unscoped "whatever changes a case marks it") =
        "INSERT INTO figure_mark (case_id, at) VALUES ($1, $2) \
         ON CONFLICT (case_id, at) DO UPDATE SET at = excluded.at";
    pub(crate) MARK_ALL(unscoped "everything is folded anew by a job") =
        "INSERT INTO figure_mark (case_id, at) SELECT c.id, CAST($1 AS BIGINT) FROM cases c WHERE c.shown \
         ON CONFLICT (case_id, at) DO UPDATE SET at = excluded.at";
    pub(crate) MARK_COUNTED(unscoped "a calendar was loaded: due times move") =
        "INSERT INTO figure_mark (case_id, at) SELECT DISTINCT f.case_id, CAST($1 AS BIGINT) FROM figure_fact f \
         WHERE f.figure = 'said' ON CONFLICT (case_id, at) DO UPDATE SET at = excluded.at";
    pub(crate) MARKED(unscoped "a job takes what waits") =
        "SELECT m.case_id, m.at FROM figure_mark m WHERE m.at <= $1 ORDER BY m.at, m.case_id LIMIT $2";
    pub(crate) WAITING(unscoped "the page says since when something waits; nothing of a case is told") =
        "SELECT MIN(s.at) FROM (SELECT t.at FROM (SELECT m.at FROM figure_mark m WHERE m.at <= $1 ORDER BY m.at LIMIT 1) \
         AS t UNION ALL SELECT k.counted_at FROM figure_clock k WHERE k.summed_figure IS NOT NULL) AS s";
    pub(crate) UNMARK(unscoped "a job took it") =
        "DELETE FROM figure_mark WHERE case_id IN {list:1} AND at <= $2";
    pub(crate) CLOCK_TAKE(unscoped "who counts holds the one row") =
        "INSERT INTO figure_clock (id, counted_at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET counted_at = $1 \
         RETURNING summed_community, summed_figure, summed_month";
    pub(crate) CLOCK(unscoped "how far the sums are") =
        "SELECT k.summed_community, k.summed_figure, k.summed_month FROM figure_clock k";
    pub(crate) SUMMED(unscoped "how far the sums are") =
        "UPDATE figure_clock SET summed_community = $1, summed_figure = $2, summed_month = $3";
    pub(crate) NEXT_PLACE(unscoped "everything is counted anew") =
        "SELECT f.community_id, f.figure, f.month FROM figure_fact f \
         WHERE (f.community_id, f.figure, f.month) > ($1, $2, $3) ORDER BY f.community_id, f.figure, f.month LIMIT 1";
    pub(crate) FACTS_AT(unscoped "everything is counted anew") =
        concat!("SELECT ", fact!(), " FROM figure_fact f WHERE f.community_id = $1 AND f.figure = $2 AND f.month = $3");

    pub(crate) CASES(unscoped "a job folds whole cases") =
        "SELECT c.id, c.profile, c.profile_version, c.happened_at, c.category, c.community_id, c.grid_id \
         FROM cases c WHERE c.id IN {list:1} AND c.shown ORDER BY c.happened_at, c.id";
    pub(crate) EVENTS(unscoped "a job folds whole cases") =
        "SELECT e.case_id, e.seq, e.step, e.to_state, e.org_id, e.street_id, e.community_id, e.grid_id, \
         e.happened_at, e.input, e.changes FROM event e WHERE e.case_id IN {list:1} ORDER BY e.case_id, e.seq";
    pub(crate) FACTS(unscoped "a job folds whole cases") =
        concat!("SELECT ", fact!(), " FROM figure_fact f WHERE f.case_id IN {list:1}");
    pub(crate) DROP_FACTS(unscoped "a job folds whole cases") =
        "DELETE FROM figure_fact WHERE case_id IN {list:1}";
    pub(crate) DROP_ALL_FACTS(unscoped "everything is counted anew") = "DELETE FROM figure_fact";
    pub(crate) DROP_ALL_CELLS(unscoped "everything is counted anew") = "DELETE FROM figure_cell";
    pub(crate) ADD_FACT(unscoped "a job folds whole cases") =
        "INSERT INTO figure_fact (case_id, figure, seq, org_id, main, day, month, street_id, community_id, grid_id, \
         detail, value, share) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    pub(crate) SAID_BEFORE(unscoped "whether the same was said in the place before; nothing else is told") =
        "SELECT f.case_id FROM figure_fact f WHERE f.figure = 'said' AND f.grid_id = $1 AND f.community_id = $2 \
         AND f.detail = $3 AND f.day >= $4 AND f.day <= $5 AND (f.day < $5 OR f.case_id < $6) AND f.case_id <> $6 \
         LIMIT 1";
    pub(crate) SAID_NEXT(unscoped "the next one in line is folded anew; nothing is told") =
        "SELECT f.case_id FROM figure_fact f WHERE f.figure = 'said' AND f.grid_id = $1 AND f.community_id = $2 \
         AND f.detail = $3 AND f.day >= $4 AND (f.day > $4 OR f.case_id > $5) AND f.case_id <> $5 \
         ORDER BY f.day, f.case_id LIMIT 1";
    pub(crate) ADD_TO_CELL(unscoped "a job adds what a case counts for") =
        "INSERT INTO figure_cell (org_id, tier, period, figure, street_id, community_id, grid_id, total, value, whole, \
         part, share, shared) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         ON CONFLICT (org_id, tier, period, figure, street_id, community_id, grid_id) DO UPDATE SET \
         total = figure_cell.total + excluded.total, value = figure_cell.value + excluded.value, \
         whole = figure_cell.whole + excluded.whole, part = figure_cell.part + excluded.part, \
         share = figure_cell.share + excluded.share, shared = figure_cell.shared + excluded.shared";

    pub(crate) ALL_CASES(unscoped "everything is recounted") =
        "SELECT c.id FROM cases c WHERE c.shown AND c.id > $1 ORDER BY c.id LIMIT 200";
    pub(crate) NEXT_MONTH(unscoped "everything is recounted") =
        "SELECT MIN(f.month) FROM figure_fact f WHERE f.figure = $1 AND f.month > $2";
    pub(crate) FACTS_OF_MONTH(unscoped "everything is recounted") =
        concat!("SELECT ", fact!(), " FROM figure_fact f WHERE f.figure = $1 AND f.month = $2");
    pub(crate) CELLS_OF(unscoped "everything is recounted") =
        concat!("SELECT ", cell!(), " FROM figure_cell x WHERE x.figure = $1 OR (x.figure >= $2 AND x.figure < $3)");

    pub(crate) BY_STREET = concat!("SELECT x.figure, x.street_id, '', ", sums!(), " FROM figure_cell x \
         WHERE x.org_id = $1 AND x.tier = 1 AND x.period IN {list:2} AND x.figure IN {list:3} \
         AND {scope:x} GROUP BY x.figure, x.street_id");
    pub(crate) BY_COMMUNITY = concat!("SELECT x.figure, x.community_id, '', ", sums!(), " FROM figure_cell x \
         WHERE x.org_id = $1 AND x.tier = 2 AND x.period IN {list:2} AND x.figure IN {list:3} AND x.street_id = $4 \
         AND {scope:x} GROUP BY x.figure, x.community_id");
    pub(crate) BY_GRID = concat!("SELECT x.figure, x.grid_id, '', ", sums!(), " FROM figure_cell x \
         WHERE x.org_id = $1 AND x.tier = 3 AND x.period IN {list:2} AND x.figure IN {list:3} AND x.street_id = $4 \
         AND x.community_id = $5 AND {scope:x} GROUP BY x.figure, x.grid_id");
    pub(crate) BY_ORG = concat!("SELECT x.figure, x.org_id, '', ", sums!(), " FROM figure_cell x \
         WHERE x.org_id <> $1 AND x.tier < 3 AND x.tier = $6 AND x.period IN {list:2} AND x.figure IN {list:3} \
         AND x.street_id = $4 AND x.community_id = $5 AND {scope:x} GROUP BY x.figure, x.org_id");
    pub(crate) ONE = concat!("SELECT x.figure, x.org_id, '', ", sums!(), " FROM figure_cell x \
         WHERE x.org_id = $1 AND x.tier = $4 AND x.period IN {list:2} AND x.figure IN {list:3} \
         AND x.street_id = $5 AND x.community_id = $6 AND x.grid_id = $7 \
         AND {scope:x} GROUP BY x.figure, x.org_id");
    pub(crate) ROW = concat!("SELECT x.figure, x.street_id, x.period, ", sums!(), " FROM figure_cell x \
         WHERE x.org_id = $1 AND x.tier = $4 AND x.period IN {list:2} AND x.figure IN {list:3} \
         {when:5: AND x.street_id = $5} {when:6: AND x.community_id = $6} {when:7: AND x.grid_id = $7} \
         AND {scope:x} GROUP BY x.figure, x.street_id, x.period");

    pub(crate) EXCLUDED_STREETS(unscoped "a job tells the auditors when much is excluded") =
        "SELECT x.street_id, x.tier, x.total, x.whole FROM figure_cell x WHERE x.org_id = $1 AND x.figure = 'excluded' \
         AND x.tier <= 1 AND x.period = $2 AND x.whole * 10 > x.total";
    pub(crate) LAST_EXCLUDED(unscoped "the message hangs on the case that was excluded last") =
        "SELECT f.case_id, e.id FROM figure_fact f JOIN event e ON e.case_id = f.case_id AND e.seq = f.seq \
         WHERE f.figure = 'excluded' AND f.month = $1 AND f.value > 0 {when:2: AND f.street_id = $2} \
         ORDER BY f.day DESC, f.case_id DESC LIMIT 1";

    pub(crate) ORG_NAMES(unscoped "staff see the names of all orgs") =
        "SELECT o.id, o.name, o.name_en FROM org o WHERE o.id IN {list:1} ORDER BY o.name, o.id";

    pub(crate) BEHIND = concat!("SELECT f.case_id, f.seq, f.day, f.value, f.detail, c.number, c.procedure, c.state, \
         c.category, c.happened_at, a.name, a.name_en, o.name, o.name_en FROM figure_fact f \
         JOIN cases c ON c.id = f.case_id LEFT JOIN area a ON a.id = f.community_id LEFT JOIN org o ON o.id = f.org_id \
         WHERE ", behind!(), " {when:11: AND (f.day < $11 OR (f.day = $11 AND (f.case_id < $12 \
         OR (f.case_id = $12 AND f.seq < $13))))} \
         {when:15: AND c.state = $15} {when:16: AND c.category = $16} {when:17: AND c.id IN {list:17}} \
         AND {scope:f} ORDER BY f.day DESC, f.case_id DESC, f.seq DESC LIMIT $14");
    pub(crate) BEHIND_COUNT = concat!("SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM figure_fact f \
         JOIN cases c ON c.id = f.case_id WHERE ", behind!(), " {when:15: AND c.state = $15} \
         {when:16: AND c.category = $16} {when:17: AND c.id IN {list:17}} AND {scope:f} LIMIT 100000) AS s");
}

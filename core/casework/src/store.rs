//! Every statement on cases.

use linli_base::{AreaId, At, CaseId, EventId, FileId, OrgId, PersonId, PostId, mask};
use linli_store::{Shape, row, statements};
use serde_json::Value as Json;
use uuid::Uuid;

/// How a scope reaches cases: by the row's own area columns, by the orgs that work on it, by asker, by code.
pub static CASE: Shape = Shape {
    street: "{a}.street_id = {id}",
    community: "{a}.community_id = {id}",
    grid: "{a}.grid_id = {id}",
    assigned: "({a}.lead_id = {id} OR {a}.holder_id = {id} OR {a}.desk_id = {id} \
               OR EXISTS (SELECT 1 FROM case_helper ch WHERE ch.case_id = {a}.id AND ch.org_id = {id}))",
    apart: &[
        "{a}.lead_id = {id}",
        "{a}.holder_id = {id}",
        "{a}.desk_id = {id}",
        "{a}.id IN (SELECT ch.case_id FROM case_helper ch WHERE ch.org_id = {id})",
    ],
    own: "{a}.asker_id = {id}",
    taken: "EXISTS (SELECT 1 FROM case_taker ct WHERE ct.case_id = {a}.id AND ct.person_id = {id})",
    code: "{a}.id = {id}",
};

row! {
    /// A case's row.
    pub struct CaseRow {
        pub id: CaseId,
        pub number: String,
        pub procedure: String,
        pub procedure_version: i64,
        pub profile: String,
        pub profile_version: i64,
        pub calendar_version: String,
        pub code_key: String,
        pub source: String,
        pub state: String,
        pub back: Option<String>,
        pub round: i64,
        pub version: i64,
        pub chain: String,
        pub kind: Option<String>,
        pub category: Option<String>,
        pub level: Option<String>,
        pub street_id: Option<AreaId>,
        pub community_id: Option<AreaId>,
        pub grid_id: Option<AreaId>,
        pub desk_id: Option<OrgId>,
        pub lead_id: Option<OrgId>,
        pub person_id: Option<PersonId>,
        pub holder_id: Option<OrgId>,
        pub asker_id: Option<PersonId>,
        pub reachable: bool,
        pub clocks: Json,
        pub marks: Json,
        pub due_at: Option<At>,
        pub due_clock: Option<String>,
        pub due_provisional: bool,
        pub due_paused: bool,
        pub yellow_at: Option<At>,
        pub finish_due_at: Option<At>,
        pub card_yellow_at: Option<At>,
        pub card_red_at: Option<At>,
        pub lat: Option<f64>,
        pub lon: Option<f64>,
        pub happened_at: At,
        pub recorded_at: At,
        pub changed_at: At,
        pub closed_at: Option<At>,
        pub title: String,
        pub body: String,
        pub place: mask::Place,
        pub name: Option<mask::Name>,
        pub phone_sealed: Option<String>,
        pub master_id: Option<CaseId>,
        pub parent_id: Option<CaseId>,
        pub confidential: bool,
        pub handler_title: Option<String>,
        pub handler_body: Option<String>,
        pub handler_place: Option<String>,
        pub code_sealed: Option<String>,
    }
}

row! {
    /// A case that hangs together with another one: what may be told of it to whoever reads that one.
    pub struct LinkRow {
        pub id: CaseId,
        pub number: String,
        pub procedure: String,
        pub state: String,
        pub open: bool,
        pub master_id: Option<CaseId>,
        pub parent_id: Option<CaseId>,
        pub due_at: Option<At>,
        pub due_clock: Option<String>,
        pub due_provisional: bool,
        pub due_paused: bool,
        pub yellow_at: Option<At>,
        pub card_red_at: Option<At>,
        pub finish_due_at: Option<At>,
        pub happened_at: At,
        pub lead: Option<String>,
        pub lead_en: Option<String>,
    }
}

row! {
    /// A case that may be the same matter.
    pub struct NearRow {
        pub id: CaseId,
        pub number: String,
        pub state: String,
        pub grid_id: Option<AreaId>,
        pub happened_at: At,
        pub title: String,
        pub body: String,
        pub place: String,
    }
}

row! {
    /// An event's row.
    pub struct EventRow {
        pub id: EventId,
        pub case_id: CaseId,
        pub seq: i64,
        pub step: String,
        pub from_state: String,
        pub to_state: String,
        pub round: i64,
        pub person_id: Option<PersonId>,
        pub post_id: Option<PostId>,
        pub org_id: Option<OrgId>,
        pub via: String,
        pub street_id: Option<AreaId>,
        pub community_id: Option<AreaId>,
        pub grid_id: Option<AreaId>,
        pub happened_at: At,
        pub recorded_at: At,
        pub procedure_version: i64,
        pub profile_version: i64,
        pub calendar_version: String,
        pub input: Json,
        pub changes: Json,
        pub digest: String,
        pub chain: String,
    }
}

row! {
    /// What was said in an event.
    pub struct EventText {
        pub event_id: EventId,
        pub body: String,
    }
}

row! {
    /// One line of a list.
    pub struct LineRow {
        pub id: CaseId,
        pub number: String,
        pub procedure: String,
        pub state: String,
        pub round: i64,
        pub kind: Option<String>,
        pub category: Option<String>,
        pub level: Option<String>,
        pub community: Option<String>,
        pub community_en: Option<String>,
        pub lead: Option<String>,
        pub lead_en: Option<String>,
        pub title: String,
        pub place: mask::Place,
        pub due_at: Option<At>,
        pub due_clock: Option<String>,
        pub due_provisional: bool,
        pub due_paused: bool,
        pub yellow_at: Option<At>,
        pub card_red_at: Option<At>,
        pub marks: Json,
        pub happened_at: At,
        pub changed_at: At,
        pub closed_at: Option<At>,
        pub confidential: bool,
        pub master: Option<String>,
        pub merged: i64,
    }
}

row! {
    /// A picture of a case.
    pub struct FileRow {
        pub file_id: FileId,
        pub event_id: Option<EventId>,
        pub field: String,
    }
}

row! {
    /// What an earlier create under the same client id was.
    pub struct EarlierRow {
        pub id: CaseId,
        pub number: String,
        pub code_key: String,
        pub digest: Option<String>,
        pub code_sealed: Option<String>,
    }
}

row! {
    /// A helper of a case.
    pub struct HelperRow {
        pub org_id: OrgId,
    }
}

row! {
    /// Somebody who is asked to take a case on, or has taken it on.
    pub struct TakerRow {
        pub person_id: PersonId,
        pub asked: bool,
    }
}

row! {
    /// A case's id.
    pub struct IdRow {
        pub id: CaseId,
    }
}

row! {
    /// A case that was dispatched and not signed for in time.
    pub struct LateRow {
        pub case: CaseId,
        pub event: EventId,
        pub desk: Option<OrgId>,
        pub lead: Option<OrgId>,
    }
}

row! {
    /// What is needed to reach an asker.
    pub struct ReachRow {
        pub number: String,
        pub phone_sealed: Option<String>,
    }
}

row! {
    /// One text.
    pub struct TitleRow {
        pub text: String,
    }
}

row! {
    /// A case's id with the value that its list is sorted by.
    pub struct KeyRow {
        pub id: Uuid,
        pub key: i64,
    }
}

row! {
    /// A count under a name.
    pub struct CountRow {
        pub name: String,
        pub count: i64,
    }
}

row! {
    /// How many open cases stand in a state, and how many of them are over or near their due time.
    pub struct StateRow {
        pub state: String,
        pub count: i64,
        pub over: i64,
        pub soon: i64,
    }
}

row! {
    /// Two numbers.
    pub struct NumberRow {
        pub number: i64,
    }
}

row! {
    /// One message of the inbox.
    pub struct InboxRow {
        pub id: Uuid,
        pub at: At,
        pub case_id: CaseId,
        pub key: String,
        pub number: String,
        pub title: String,
        pub read: bool,
    }
}

row! {
    /// A profile's text, or a calendar year's.
    pub struct TextRow {
        pub name: String,
        pub version: i64,
        pub body: String,
    }
}

row! {
    /// From when a version of a profile holds.
    pub struct ChoiceRow {
        pub name: String,
        pub version: i64,
        pub from_at: At,
        pub at: At,
        pub person_id: Option<PersonId>,
        pub why: String,
    }
}

row! {
    /// A view that somebody saved.
    pub struct SavedViewRow {
        pub id: Uuid,
        pub name: String,
        pub filter: Json,
    }
}

row! {
    /// A reply given earlier.
    pub struct ReplyRow {
        pub number: String,
        pub body: String,
    }
}

row! {
    /// A person who could audit or call back.
    pub struct CandidateRow {
        pub org_id: OrgId,
        pub person_id: PersonId,
    }
}

/// The marks of which `case_mark` keeps rows.
pub(crate) const LISTED: &[&str] = &["extension_asked", "hold_asked", "problem", "supervised"];

/// A title as lists show it: of a confidential case the released one to everybody but the asker, argument 2.
macro_rules! listed {
    ($column:literal) => {
        concat!(
            "CASE WHEN c.confidential AND NOT COALESCE(c.asker_id = $2, FALSE) THEN COALESCE(t.handler_",
            $column,
            ", '') ELSE t.",
            $column,
            " END"
        )
    };
}

/// What is told of a case that hangs together with another one.
macro_rules! linked {
    () => {
        "SELECT c.id, c.number, c.procedure, c.state, c.open, c.master_id, c.parent_id, c.due_at, c.due_clock, \
         c.due_provisional, c.due_paused, c.yellow_at, c.card_red_at, c.finish_due_at, c.happened_at, o.name, o.name_en \
         FROM cases c LEFT JOIN org o ON o.id = c.lead_id WHERE c.shown AND "
    };
}

/// The conditions that a list and its count share, arguments 1–15 and 19–21. What is due and does not stand
/// (19) has its due time as `sort_at`, which is in the indexes.
macro_rules! within {
    () => {
        "c.shown {when:1: AND c.open = TRUE} {when:21: AND c.open = FALSE} {when:2: AND c.state = $2} {when:3: AND c.holder_id = $3} \
         {when:4: AND c.lead_id = $4} {when:5: AND c.street_id = $5} {when:6: AND c.community_id = $6} \
         {when:7: AND c.grid_id = $7} {when:8: AND c.kind = $8} {when:9: AND c.category = $9} \
         {when:10: AND c.sort_at < $10} {when:11: AND c.sort_at >= $11} {when:12: AND c.yellow_at <= $12} \
         {when:13: AND c.id IN (SELECT e.case_id FROM event e WHERE e.person_id = $13 \
          ORDER BY e.recorded_at DESC LIMIT 2000)} \
         {when:14: AND c.procedure = $14} {when:15: AND c.source = $15} {when:19: AND c.due_paused = $19} \
         {when:20: AND c.id IN (SELECT m.case_id FROM case_mark m WHERE m.mark IN {list:20})}"
    };
}

/// The page of a list in the order of due times, without its end; arguments as for `Filter::args`.
macro_rules! due {
    () => {
        concat!(
            "SELECT c.id, c.sort_at AS k FROM cases c WHERE ",
            within!(),
            " {when:16: AND (c.sort_at > $16 OR (c.sort_at = $16 AND c.id > $17))} AND {scope:c} \
             ORDER BY c.sort_at, c.id"
        )
    };
}

statements! {
    shape CASE;

    pub(crate) BY_ID = "SELECT c.id, c.number, c.procedure, c.procedure_version, c.profile, c.profile_version, \
        c.calendar_version, c.code_key, c.source, c.state, c.back, c.round, c.version, c.chain, c.kind, c.category, \
        c.level, c.street_id, c.community_id, c.grid_id, c.desk_id, c.lead_id, c.person_id, c.holder_id, c.asker_id, \
        c.reachable, c.clocks, c.marks, c.due_at, c.due_clock, c.due_provisional, c.due_paused, c.yellow_at, \
        c.finish_due_at, c.card_yellow_at, c.card_red_at, c.lat, c.lon, c.happened_at, c.recorded_at, c.changed_at, \
        c.closed_at, t.title, t.body, t.place, t.name, t.phone_sealed, c.master_id, c.parent_id, \
        c.confidential, t.handler_title, t.handler_body, t.handler_place, c.code_sealed \
        FROM cases c JOIN case_text t ON t.case_id = c.id WHERE c.id = $1 AND c.shown AND {scope:c}";

    pub(crate) ID_BY_NUMBER(unscoped "answers an id only; whoever reads the case needs a scope for it") =
        "SELECT c.id, c.number, c.code_key, c.client_digest, c.code_sealed FROM cases c WHERE c.number = $1 AND c.shown";

    pub(crate) BY_CLIENT(unscoped "the same client's repeat; the body's digest is compared before anything is told") =
        "SELECT c.id, c.number, c.code_key, c.client_digest, c.code_sealed FROM cases c WHERE c.client_id = $1";

    pub(crate) NEXT_NUMBERS(unscoped "a counter per day") =
        "INSERT INTO case_number (day, last) VALUES ($1, $2) \
         ON CONFLICT (day) DO UPDATE SET last = case_number.last + EXCLUDED.last RETURNING last";

    pub(crate) INSERT(unscoped "a case that is being opened lies in no scope yet") =
        "INSERT INTO cases (id, number, procedure, procedure_version, profile, profile_version, calendar_version, \
         client_id, client_digest, batch_id, batch_key, shown, code_key, source, state, open, back, round, version, \
         chain, kind, category, level, street_id, community_id, grid_id, desk_id, lead_id, person_id, holder_id, \
         asker_id, reachable, clocks, marks, due_at, due_clock, due_provisional, due_paused, yellow_at, \
         finish_due_at, lat, lon, crs, happened_at, recorded_at, changed_at, closed_at, sort_at, parent_id, \
         confidential, card_yellow_at, card_red_at) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,\
         $28,$29,$30,$31,$32,$33,$34,$35,$36,$37,$38,$39,$40,$41,$42,$43,$44,$45,$46,$47,$48,$49,$50,$51,$52)";

    pub(crate) INSERT_TEXT(unscoped "belongs to the case that is being opened") =
        "INSERT INTO case_text (case_id, title, body, place, name, phone_sealed, phone_lookup) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";

    pub(crate) UPDATE =
        "UPDATE cases AS c SET state = $3, open = $4, back = $5, round = $6, version = $2 + 1, chain = $7, kind = $8, \
         category = $9, level = $10, street_id = $11, community_id = $12, grid_id = $13, desk_id = $14, lead_id = $15, \
         person_id = $16, holder_id = $17, clocks = $18, marks = $19, due_at = $20, due_clock = $21, \
         due_provisional = $22, due_paused = $23, yellow_at = $24, finish_due_at = $25, changed_at = $26, \
         closed_at = $27, calendar_version = $28, sort_at = $29, card_yellow_at = $30, \
         card_red_at = $31, master_id = $32, confidential = $33 WHERE c.id = $1 AND c.version = $2 AND {scope:c}";

    pub(crate) CARD_TIMES =
        "UPDATE cases AS c SET card_yellow_at = $3, card_red_at = $4 WHERE c.id = $1 AND c.version = $2 AND {scope:c}";

    pub(crate) INSERT_EVENT(unscoped "the case was read and is updated under a scope in the same transaction") =
        "INSERT INTO event (id, case_id, seq, step, from_state, to_state, round, person_id, post_id, org_id, via, \
         street_id, community_id, grid_id, happened_at, recorded_at, procedure_version, profile_version, \
         calendar_version, input, changes, digest, chain) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23)";

    pub(crate) INSERT_EVENT_TEXT(unscoped "belongs to the event") =
        "INSERT INTO event_text (event_id, salt, body) VALUES ($1, $2, $3)";

    pub(crate) EVENTS(unscoped "the case was read under a scope just before") =
        "SELECT id, case_id, seq, step, from_state, to_state, round, person_id, post_id, org_id, via, street_id, \
         community_id, grid_id, happened_at, recorded_at, procedure_version, profile_version, calendar_version, \
         input, changes, digest, chain FROM event WHERE case_id = $1 ORDER BY seq";

    pub(crate) EVENT_TEXTS(unscoped "the case was read under a scope just before") =
        "SELECT x.event_id, x.body FROM event_text x JOIN event e ON e.id = x.event_id WHERE e.case_id = $1";

    pub(crate) HELPERS(unscoped "the case was read under a scope just before") =
        "SELECT org_id FROM case_helper WHERE case_id = $1 ORDER BY org_id";

    pub(crate) TAKERS(unscoped "the case was read under a scope just before") =
        "SELECT person_id, asked FROM case_taker WHERE case_id = $1 ORDER BY person_id";

    pub(crate) DROP_TAKERS(unscoped "the case is updated under a scope in the same transaction") =
        "DELETE FROM case_taker WHERE case_id = $1";

    pub(crate) ADD_TAKER(unscoped "the case is updated under a scope in the same transaction") =
        "INSERT INTO case_taker (case_id, person_id, asked) VALUES ($1, $2, $3) \
         ON CONFLICT (case_id, person_id) DO UPDATE SET asked = EXCLUDED.asked";

    pub(crate) TAKEN = "SELECT c.id, c.changed_at FROM case_taker k JOIN cases c ON c.id = k.case_id \
         WHERE k.person_id = $1 AND c.shown AND (c.open OR c.changed_at >= $2) AND {scope:c} \
         ORDER BY c.changed_at DESC, c.id LIMIT 100";

    pub(crate) RUN_OUT(unscoped "a job looks for clocks that have run out") =
        "SELECT c.id FROM cases c WHERE c.open = TRUE AND c.shown AND c.sort_at < $2 AND c.due_clock = $1 \
         AND c.procedure = $3 ORDER BY c.sort_at, c.id LIMIT 500";

    pub(crate) ADD_HELPER(unscoped "the case is updated under a scope in the same transaction") =
        "INSERT INTO case_helper (case_id, org_id) VALUES ($1, $2) ON CONFLICT (case_id, org_id) DO NOTHING";

    pub(crate) DROP_HELPER(unscoped "the case is updated under a scope in the same transaction") =
        "DELETE FROM case_helper WHERE case_id = $1 AND org_id = $2";

    pub(crate) ADD_MARK(unscoped "the case is updated under a scope in the same transaction") =
        "INSERT INTO case_mark (case_id, mark) VALUES ($1, $2) ON CONFLICT (case_id, mark) DO NOTHING";

    pub(crate) DROP_MARK(unscoped "the case is updated under a scope in the same transaction") =
        "DELETE FROM case_mark WHERE case_id = $1 AND mark = $2";

    pub(crate) ADD_FILE(unscoped "the case is opened or updated under a scope in the same transaction") =
        "INSERT INTO case_file (case_id, file_id, event_id, field) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (case_id, file_id) DO NOTHING";

    pub(crate) FILES(unscoped "the case was read under a scope just before") =
        "SELECT file_id, event_id, field FROM case_file WHERE case_id = $1 ORDER BY file_id";

    pub(crate) SEEN = "SELECT c.id FROM cases c WHERE c.id IN {list:1} AND c.shown AND {scope:c}";

    pub(crate) SAME_PICTURE(unscoped "compares bytes; only whether there is one is told") =
        "SELECT cf.case_id FROM file f JOIN file g ON g.sha = f.sha JOIN case_file cf ON cf.file_id = g.id \
         WHERE f.id = $1 AND cf.case_id <> $2 LIMIT 1";

    pub(crate) LINES = concat!("SELECT c.id, c.number, c.procedure, c.state, c.round, c.kind, c.category, c.level, \
        a.name, a.name_en, o.name, o.name_en, ", listed!("title"), " AS title, ", listed!("place"), " AS place, \
        c.due_at, c.due_clock, c.due_provisional, c.due_paused, \
        c.yellow_at, c.card_red_at, c.marks, c.happened_at, c.changed_at, c.closed_at, c.confidential, mm.number, \
        (SELECT CAST(COUNT(*) AS BIGINT) FROM cases m WHERE m.master_id = c.id) AS merged \
        FROM cases c JOIN case_text t ON t.case_id = c.id LEFT JOIN area a ON a.id = c.community_id \
        LEFT JOIN org o ON o.id = c.lead_id LEFT JOIN cases mm ON mm.id = c.master_id \
        WHERE c.id IN {list:1} AND c.shown AND {scope:c}");

    pub(crate) PAGE_BY_DUE = concat!(due!(), " LIMIT $18");

    pub(crate) PAGE_BY_DUE_EACH = concat!("SELECT s.id, s.k FROM ({each:SELECT * FROM (", due!(), " LIMIT $18) AS one}) \
        AS s ORDER BY s.k, s.id LIMIT $18");

    pub(crate) PAGE_BY_CHANGE = concat!("SELECT c.id, c.changed_at AS k FROM cases c \
        WHERE ", within!(), " {when:16: AND (c.changed_at < $16 OR (c.changed_at = $16 AND c.id < $17))} \
        AND {scope:c} ORDER BY c.changed_at DESC, c.id DESC LIMIT $18");

    pub(crate) STANDING = "SELECT s.state, CAST(COUNT(*) AS BIGINT), \
        CAST(SUM(CASE WHEN s.sort_at < $1 AND s.due_paused = FALSE THEN 1 ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN s.sort_at >= $1 AND s.yellow_at <= $1 AND s.due_paused = FALSE THEN 1 ELSE 0 END) AS BIGINT) \
        FROM ({each:SELECT c.id, c.state, c.sort_at, c.yellow_at, c.due_paused FROM cases c \
        WHERE c.open = TRUE AND c.shown AND {scope:c}}) AS s GROUP BY s.state";

    pub(crate) COUNT_MARKS = "SELECT CASE m.mark WHEN 'supervised' THEN m.mark WHEN 'problem' THEN m.mark \
        ELSE 'approve' END AS what, CAST(COUNT(DISTINCT m.case_id) AS BIGINT) \
        FROM case_mark m CROSS JOIN cases c WHERE m.mark IN {list:1} AND c.id = m.case_id AND c.open = TRUE AND c.shown \
        AND {scope:c} GROUP BY what";

    pub(crate) COUNT_FILTER = concat!("SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM cases c \
        WHERE ", within!(), " AND {scope:c} LIMIT 1000) AS s");

    pub(crate) COUNT_FILTER_EACH = concat!("SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT u.id FROM \
        ({each:SELECT * FROM (", due!(), " LIMIT 1000) AS one}) AS u LIMIT 1000) AS s");

    pub(crate) OWN = "SELECT c.id, c.recorded_at AS k FROM cases c WHERE c.asker_id = $1 AND c.shown AND {scope:c} \
        ORDER BY c.recorded_at DESC, c.id DESC LIMIT 100";

    pub(crate) RUNNING(unscoped "the calendar changed: every running case is recomputed by a job") =
        "SELECT c.id FROM cases c WHERE c.open = TRUE AND c.due_at IS NOT NULL AND c.id > $1 ORDER BY c.id LIMIT 200";

    pub(crate) IN_STATE_SINCE(unscoped "a job takes the steps that fall due by themselves") =
        "SELECT c.id, c.changed_at AS k FROM cases c WHERE c.state = $1 AND c.changed_at < $2 AND c.changed_at >= $3 \
         AND (c.changed_at > $3 OR c.id > $4) AND c.shown ORDER BY c.changed_at, c.id LIMIT 200";

    pub(crate) UNSIGNED(unscoped "a job tells the desk and the lead handler, nobody else") =
        "SELECT c.id, e.id, c.desk_id, c.lead_id FROM cases c JOIN event e ON e.case_id = c.id AND e.seq = c.version \
         WHERE c.state = 'signing' AND c.due_clock = 'sign' AND c.due_at < $1 AND c.shown LIMIT 500";

    pub(crate) YELLOW(unscoped "a job tells the desk and the lead handler, nobody else") =
        "SELECT c.id, c.card_yellow_at AS k FROM cases c WHERE c.card_yellow_at <= $1 AND c.card_yellow_at >= $2 \
         AND (c.card_yellow_at > $2 OR c.id > $3) AND c.open AND c.shown AND NOT EXISTS \
         (SELECT 1 FROM case_card t WHERE t.case_id = c.id AND t.round = c.round AND t.card = 'yellow') \
         ORDER BY c.card_yellow_at, c.id LIMIT 200";

    pub(crate) RED(unscoped "a job tells the desk and the lead handler, nobody else") =
        "SELECT c.id, c.card_red_at AS k FROM cases c WHERE c.card_red_at <= $1 AND c.card_red_at >= $2 \
         AND (c.card_red_at > $2 OR c.id > $3) AND c.open AND c.shown AND NOT EXISTS \
         (SELECT 1 FROM case_card t WHERE t.case_id = c.id AND t.round = c.round AND t.card = 'red') \
         ORDER BY c.card_red_at, c.id LIMIT 200";

    pub(crate) CARD_ADD(unscoped "a job tells of a card once") =
        "INSERT INTO case_card (case_id, round, card, at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (case_id, round, card) DO NOTHING";

    pub(crate) LAPSED(unscoped "a job takes the steps that fall due by themselves") =
        "SELECT c.id FROM case_mark m JOIN cases c ON c.id = m.case_id WHERE m.mark = 'extension_asked' \
         AND c.finish_due_at <= $1 AND c.shown ORDER BY c.id LIMIT 500";

    pub(crate) PAST_MILESTONE(unscoped "a job takes the steps that fall due by themselves") =
        "SELECT c.id FROM cases c WHERE c.state = 'held' AND c.due_at <= $1 AND c.shown ORDER BY c.id LIMIT 500";

    pub(crate) AGAIN(unscoped "only how many there are feeds a rule") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM cases c JOIN case_text t ON t.case_id = c.id \
         WHERE c.community_id = $1 AND c.category = $2 AND c.recorded_at >= $3 AND c.id <> $4 AND c.shown \
         AND ((t.place <> '' AND t.place = $5) OR (c.lat > CAST($6 AS DOUBLE PRECISION) - 0.0005 \
         AND c.lat < CAST($6 AS DOUBLE PRECISION) + 0.0005 AND c.lon > CAST($7 AS DOUBLE PRECISION) - 0.0005 \
         AND c.lon < CAST($7 AS DOUBLE PRECISION) + 0.0005))";

    pub(crate) OWN_PHONE(unscoped "whether two look-up digests are the same feeds a check; no phone is read") =
        "SELECT t.case_id FROM case_text t JOIN person n ON n.phone_lookup = t.phone_lookup \
         WHERE t.case_id = $1 AND n.id = $2";

    pub(crate) REACH(unscoped "a job sends the asker what a step announces") =
        "SELECT c.number, t.phone_sealed FROM cases c JOIN case_text t ON t.case_id = c.id WHERE c.id = $1";

    pub(crate) SHOW_BATCH(unscoped "the one update that shows a whole import") =
        "UPDATE cases SET shown = TRUE WHERE batch_id = $1 AND shown = FALSE";

    pub(crate) KNOWN_KEYS(unscoped "an import asks which of its rows are already here") =
        "SELECT c.batch_key FROM cases c WHERE c.batch_key IN {list:1} AND c.shown";

    pub(crate) HIDDEN(unscoped "what an import left that did not come to its end") =
        "SELECT c.id FROM cases c WHERE c.shown = FALSE LIMIT 200";

    pub(crate) DROP_EVENT_TEXTS(unscoped "what was never shown") =
        "DELETE FROM event_text WHERE event_id IN (SELECT e.id FROM event e WHERE e.case_id = $1)";
    pub(crate) DROP_EVENTS(unscoped "what was never shown") = "DELETE FROM event WHERE case_id = $1";
    pub(crate) DROP_TEXT(unscoped "what was never shown") = "DELETE FROM case_text WHERE case_id = $1";
    pub(crate) DROP_CASE(unscoped "what was never shown") = "DELETE FROM cases WHERE id = $1 AND shown = FALSE";

    pub(crate) RECENT_REPLIES(unscoped "compares a reply with others of the same org; only a number is told") =
        "SELECT c.number, x.body FROM event e JOIN event_text x ON x.event_id = e.id JOIN cases c ON c.id = e.case_id \
         WHERE e.org_id = $1 AND e.step = 'answer' AND e.case_id <> $2 ORDER BY e.recorded_at DESC LIMIT 50";

    pub(crate) LINKED(unscoped "number, state and due time of what hangs on a case read under a scope; no words") =
        concat!(linked!(), "(c.master_id = $1 OR c.parent_id = $1 OR c.id = $2 OR c.id = $3) ORDER BY c.number");

    pub(crate) NEAR = "SELECT c.id, c.number, c.state, c.grid_id, c.happened_at, t.title, t.body, t.place \
        FROM cases c JOIN case_text t ON t.case_id = c.id \
        WHERE c.community_id = $1 AND c.open = TRUE AND c.state IN {list:2} AND c.category IS NOT NULL \
        {when:3: AND c.category = $3} AND c.happened_at >= $4 AND c.happened_at <= $5 AND c.id <> $6 \
        AND c.procedure = $7 AND c.parent_id IS NULL AND c.confidential = FALSE AND c.shown AND {scope:c} \
        ORDER BY c.sort_at, c.id LIMIT 200";

    pub(crate) WISHED = "SELECT c.id, c.number, c.state, c.grid_id, c.happened_at, t.title, t.body, t.place \
        FROM cases c JOIN case_text t ON t.case_id = c.id \
        WHERE c.id = $1 AND c.open = TRUE AND c.state IN {list:2} AND c.procedure = $3 AND c.parent_id IS NULL \
        AND c.confidential = FALSE AND c.shown AND {scope:c}";

    pub(crate) FILE_CASES = "SELECT c.id FROM case_file cf JOIN cases c ON c.id = cf.case_id \
        WHERE cf.file_id = $1 AND c.shown AND {scope:c}";

    pub(crate) RELEASE_WORDS(unscoped "the case is updated under a scope in the same transaction") =
        "UPDATE case_text SET handler_title = $2, handler_body = $3, handler_place = $4 WHERE case_id = $1";

    pub(crate) CANDIDATES(unscoped "who could take the next turn, so that duties stay apart") =
        "SELECT p.org_id, p.person_id FROM post p JOIN post_role r ON r.post_id = p.id \
         WHERE p.org_id = $1 AND r.role = $2 AND p.from_day <= $3 AND (p.to_day IS NULL OR p.to_day >= $3)";

    pub(crate) INBOX_ADD(unscoped "the subscriber delivers for everybody") =
        "INSERT INTO inbox (id, at, org_id, person_id, case_id, event_id, key) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (id) DO NOTHING";

    pub(crate) INBOX = concat!("SELECT i.id, i.at, i.case_id, i.key, c.number, ", listed!("title"), " AS title, \
         EXISTS (SELECT 1 FROM inbox_read r WHERE r.inbox_id = i.id AND r.person_id = $2) AS seen \
         FROM inbox i JOIN cases c ON c.id = i.case_id JOIN case_text t ON t.case_id = c.id \
         WHERE (i.org_id = $1 OR i.person_id = $2) {when:3: AND i.at < $3} AND c.shown AND {scope:c} \
         ORDER BY i.at DESC, i.id LIMIT 50");

    pub(crate) INBOX_CASE(unscoped "one's own message; its case is read under a scope") =
        "SELECT i.case_id FROM inbox i WHERE i.id = $1 AND (i.org_id = $2 OR i.person_id = $3)";

    pub(crate) INBOX_UNREAD(unscoped "one's own messages are counted, nothing of a case is told") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM inbox i \
         WHERE (i.org_id = $1 OR i.person_id = $3) AND NOT EXISTS \
         (SELECT 1 FROM inbox_read r WHERE r.inbox_id = i.id AND r.person_id = $2) LIMIT 100) AS s";

    pub(crate) INBOX_READ(unscoped "one's own tick") =
        "INSERT INTO inbox_read (inbox_id, person_id) SELECT i.id, $2 FROM inbox i \
         WHERE i.id = $3 AND (i.org_id = $1 OR i.person_id = $2) ON CONFLICT (inbox_id, person_id) DO NOTHING";

    pub(crate) INBOX_READ_ALL(unscoped "one's own ticks") =
        "INSERT INTO inbox_read (inbox_id, person_id) SELECT i.id, $2 FROM inbox i \
         WHERE (i.org_id = $1 OR i.person_id = $2) AND i.at <= $3 ON CONFLICT (inbox_id, person_id) DO NOTHING";

    pub(crate) VIEWS(unscoped "one's own saved views") =
        "SELECT id, name, filter FROM saved_view WHERE person_id = $1 ORDER BY at, id";
    pub(crate) VIEW_SAVE(unscoped "one's own saved views") =
        "INSERT INTO saved_view (id, person_id, name, filter, at) VALUES ($1, $2, $3, $4, $5)";
    pub(crate) VIEW_DROP(unscoped "one's own saved views") =
        "DELETE FROM saved_view WHERE id = $1 AND person_id = $2";

    pub(crate) PROFILES(unscoped "the city's own settings") =
        "SELECT name, version, body FROM profile ORDER BY name, version";
    pub(crate) PROFILE_ADD(unscoped "the city's own settings") =
        "INSERT INTO profile (name, version, body, from_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (name, version) DO NOTHING";
    pub(crate) PROFILE_NEW(unscoped "the city's own settings") =
        "INSERT INTO profile (name, version, body, from_at) VALUES ($1, $2, $3, $4)";
    pub(crate) CHOICES(unscoped "the city's own settings") =
        "SELECT name, version, from_at, at, person_id, why FROM profile_choice ORDER BY from_at, at, id";
    pub(crate) CHOICE_ADD(unscoped "the city's own settings") =
        "INSERT INTO profile_choice (id, name, version, from_at, at, person_id, why) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    pub(crate) COUNT_OPEN(unscoped "only how many there are is told") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM cases c WHERE c.open = TRUE AND c.shown";
    pub(crate) YEARS(unscoped "the city's own settings") =
        "SELECT CAST(y.year AS TEXT), y.version, y.body FROM calendar_year y ORDER BY y.year, y.version";
    pub(crate) YEAR_ADD(unscoped "the city's own settings") =
        "INSERT INTO calendar_year (year, version, body, loaded_at) VALUES ($1, $2, $3, $4)";
}

//! Every statement about personal data.

use crate::store::CASE;
use linli_base::{At, CaseId, FileId, PersonId};
use linli_store::{row, statements};
use serde_json::Value as Json;
use uuid::Uuid;

row! {
    /// A file with the names of its bytes.
    pub struct ShaRow {
        pub id: FileId,
        pub sha: String,
        pub thumb_sha: String,
    }
}

row! {
    /// Bytes that are to go.
    pub struct DoomedRow {
        pub sha: String,
        pub needed: bool,
    }
}

row! {
    /// A case that retention is about.
    pub struct OldRow {
        pub id: CaseId,
        pub closed_at: At,
    }
}

row! {
    /// Something without a case that retention is about.
    pub struct OldThing {
        pub id: Uuid,
        pub at: At,
    }
}

row! {
    /// How many, and from when to when.
    pub struct SpanRow {
        pub count: i64,
        pub from: Option<At>,
        pub to: Option<At>,
    }
}

row! {
    /// One line of the ledger.
    pub struct LedgerRow {
        pub day_at: At,
        pub class: String,
        pub count: i64,
        pub from_at: At,
        pub to_at: At,
        pub rule: String,
    }
}

row! {
    /// A request about one's own data.
    pub struct RequestRow {
        pub id: Uuid,
        pub number: String,
        pub kind: String,
        pub state: String,
        pub person_id: Option<PersonId>,
        pub case_id: Option<CaseId>,
        pub at: At,
        pub due_at: At,
        pub acts_at: Option<At>,
        pub closed_at: Option<At>,
        pub words: Option<String>,
        pub answer: Option<String>,
        pub version: i64,
    }
}

row! {
    /// A case of somebody's, as far as erasing must know it.
    pub struct OwnRow {
        pub id: CaseId,
        pub number: String,
        pub title: String,
        pub state: String,
        pub open: bool,
        pub held: bool,
        pub erased: bool,
        pub recorded_at: At,
    }
}

impl OwnRow {
    /// Whether something is still to come: one that stands merged is answered with its master, in its own row.
    pub fn runs(&self) -> bool {
        self.open || self.state == crate::links::MERGED
    }
}

row! {
    /// Who looked at what, and why.
    pub struct LookRow {
        pub at: At,
        pub act: String,
        pub case_number: String,
        pub person: Option<String>,
        pub person_en: Option<String>,
        pub org: Option<String>,
        pub org_en: Option<String>,
        pub reason: Option<String>,
        pub purpose: Option<String>,
    }
}

row! {
    /// A consent text.
    pub struct ConsentTextRow {
        pub purpose: String,
        pub version: i64,
        pub zh: String,
        pub en: String,
        pub hash: String,
        pub from_at: At,
    }
}

row! {
    /// A consent.
    pub struct ConsentRow {
        pub case_id: CaseId,
        pub case_number: String,
        pub purpose: String,
        pub version: i64,
        pub given_at: At,
        pub given_by: String,
        pub withdrawn_at: Option<At>,
        pub withdrawn_by: Option<String>,
    }
}

row! {
    /// A public copy, with what of its case others may know.
    pub struct PublicRow {
        pub case_id: CaseId,
        pub number: String,
        pub state: String,
        pub case_state: String,
        pub category: Option<String>,
        pub community: Option<String>,
        pub community_en: Option<String>,
        pub title: String,
        pub body: String,
        pub place: String,
        pub pictures: Json,
        pub happened_at: At,
        pub asked_at: At,
        pub decided_at: Option<At>,
        pub reason: Option<String>,
        pub version: i64,
    }
}

row! {
    /// One number.
    pub struct OneRow {
        pub number: i64,
    }
}

/// Conditions that stand for "nothing keeps this case".
macro_rules! free {
    () => {
        "c.open = FALSE AND c.closed_at IS NOT NULL AND c.closed_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM case_hold h WHERE h.case_id = c.id) \
         AND NOT EXISTS (SELECT 1 FROM case_erased e WHERE e.case_id = c.id)"
    };
}

macro_rules! public_columns {
    () => {
        "SELECT p.case_id, c.number, p.state, c.state, c.category, a.name, a.name_en, p.title, p.body, p.place, \
         p.pictures, c.happened_at, p.asked_at, p.decided_at, p.reason, p.version \
         FROM public_case p JOIN cases c ON c.id = p.case_id LEFT JOIN area a ON a.id = p.community_id"
    };
}

statements! {
    shape CASE;

    // Erasing
    pub DROP_EVENT_TEXTS(unscoped "erasing is asked by whose it is, or falls due") =
        "DELETE FROM event_text WHERE event_id IN (SELECT e.id FROM event e WHERE e.case_id = $1)";
    pub EMPTY_TEXT(unscoped "erasing is asked by whose it is, or falls due") =
        "UPDATE case_text SET title = '', body = '', place = '', name = NULL, phone_sealed = NULL, \
         phone_lookup = NULL, handler_title = NULL, handler_body = NULL, handler_place = NULL WHERE case_id = $1";
    pub EMPTY_CONTACT(unscoped "what falls due") =
        "UPDATE case_text SET name = NULL, phone_sealed = NULL, phone_lookup = NULL WHERE case_id = $1";
    pub UNTIE(unscoped "erasing is asked by whose it is, or falls due") =
        "UPDATE cases SET asker_id = NULL, client_id = NULL, client_digest = NULL, lat = NULL, lon = NULL, crs = NULL \
         WHERE id = $1";
    pub ERASED(unscoped "erasing is asked by whose it is, or falls due") =
        "INSERT INTO case_erased (case_id, at, why) VALUES ($1, $2, $3) ON CONFLICT (case_id) DO NOTHING";
    pub IS_ERASED(unscoped "the case was read under a scope just before") =
        "SELECT e.at FROM case_erased e WHERE e.case_id = $1";
    pub CASE_FILES(unscoped "what only this case's pictures are") =
        "SELECT f.id, f.sha, f.thumb_sha FROM file f JOIN case_file cf ON cf.file_id = f.id WHERE cf.case_id = $1 \
         AND NOT EXISTS (SELECT 1 FROM case_file o WHERE o.file_id = f.id AND o.case_id <> $1)";
    pub UNTIE_FILES(unscoped "erasing") = "DELETE FROM case_file WHERE case_id = $1";
    pub DROP_FILE(unscoped "nothing hangs on it any more") = "DELETE FROM file WHERE id = $1";
    pub DOOM(unscoped "bytes whose rows go") =
        "INSERT INTO file_doomed (sha, at) VALUES ($1, $2) ON CONFLICT (sha) DO NOTHING";
    pub DOOMED(unscoped "bytes whose rows are gone") =
        "SELECT d.sha, EXISTS (SELECT 1 FROM file f WHERE f.sha = d.sha) \
            OR EXISTS (SELECT 1 FROM file f WHERE f.thumb_sha = d.sha) \
         FROM file_doomed d ORDER BY d.sha LIMIT 200";
    pub FORGOTTEN(unscoped "bytes that are gone") = "DELETE FROM file_doomed WHERE sha = $1";
    pub FREE_PARTS(unscoped "what was split off a case that is erased") =
        "SELECT c.id FROM cases c WHERE c.parent_id = $1 AND c.open = FALSE \
         AND NOT EXISTS (SELECT 1 FROM case_hold h WHERE h.case_id = c.id)";
    pub DROP_PUBLIC(unscoped "erasing, or the asker withdrew") = "DELETE FROM public_case WHERE case_id = $1";
    pub DROP_PERSON(unscoped "their own request, after the days in which it can be undone") =
        "UPDATE person SET name = '', name_en = NULL, phone_sealed = NULL, phone_lookup = NULL, password_hash = NULL, \
         active = FALSE, version = version + 1 WHERE id = $1";
    pub DROP_PERSON_SESSIONS(unscoped "an account that is closed") = "DELETE FROM session WHERE person_id = $1";
    pub DROP_PERSON_TOKENS(unscoped "an account that is closed") = "DELETE FROM api_token WHERE person_id = $1";
    pub DROP_PERSON_VIEWS(unscoped "an account that is closed") = "DELETE FROM saved_view WHERE person_id = $1";
    pub UNTIE_PERSON(unscoped "an account that is closed") =
        "UPDATE cases SET asker_id = NULL WHERE asker_id = $1";
    pub POSTS_HELD(unscoped "their own request") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM post p WHERE p.person_id = $1 AND (p.to_day IS NULL OR p.to_day >= $2)";

    // Holds
    pub HOLD = "INSERT INTO case_hold (case_id, person_id, at, reason) SELECT c.id, $2, $3, $4 FROM cases c \
        WHERE c.id = $1 AND {scope:c} ON CONFLICT (case_id) DO UPDATE SET reason = excluded.reason";
    pub LIFT = "DELETE FROM case_hold WHERE case_id IN (SELECT c.id FROM cases c WHERE c.id = $1 AND {scope:c})";
    pub HELD(unscoped "the case was read under a scope just before") =
        "SELECT h.reason, h.at FROM case_hold h WHERE h.case_id = $1";

    // Requests about one's own data
    pub NEXT(unscoped "a counter per day") =
        "INSERT INTO data_number (day, last) VALUES ($1, 1) \
         ON CONFLICT (day) DO UPDATE SET last = data_number.last + 1 RETURNING last";
    pub REQUEST_ADD(unscoped "whose data it is, or whoever knows the code, asks") =
        "INSERT INTO data_request (id, number, kind, state, person_id, case_id, at, due_at, acts_at, closed_at, words, \
         answer, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, 1)";
    pub REQUESTS_OF(unscoped "one's own requests: by account, or by the case whose code is known") =
        "SELECT r.id, r.number, r.kind, r.state, r.person_id, r.case_id, r.at, r.due_at, r.acts_at, r.closed_at, \
         r.words, r.answer, r.version FROM data_request r WHERE r.person_id = $1 OR r.case_id = $2 \
         ORDER BY r.at DESC, r.id LIMIT 100";
    pub REQUEST_BY_ID(unscoped "the action asks whose it is") =
        "SELECT r.id, r.number, r.kind, r.state, r.person_id, r.case_id, r.at, r.due_at, r.acts_at, r.closed_at, \
         r.words, r.answer, r.version FROM data_request r WHERE r.id = $1";
    pub REQUESTS_IN(unscoped "the action holds DataRequest for the whole city, or is a job") =
        "SELECT r.id, r.number, r.kind, r.state, r.person_id, r.case_id, r.at, r.due_at, r.acts_at, r.closed_at, \
         r.words, r.answer, r.version FROM data_request r WHERE r.state = $1 {when:2: AND r.acts_at <= $2} \
         ORDER BY r.due_at, r.id LIMIT 200";
    pub REQUESTS_DONE(unscoped "the action holds DataRequest for the whole city") =
        "SELECT r.id, r.number, r.kind, r.state, r.person_id, r.case_id, r.at, r.due_at, r.acts_at, r.closed_at, \
         r.words, r.answer, r.version FROM data_request r WHERE r.closed_at IS NOT NULL \
         ORDER BY r.closed_at DESC NULLS LAST, r.id LIMIT 50";
    pub REQUEST_SET(unscoped "the action asks whose it is, or holds DataRequest") =
        "UPDATE data_request SET state = $3, closed_at = $4, answer = $5, version = version + 1 \
         WHERE id = $1 AND version = $2";
    pub OWN_CASES(unscoped "one's own cases: by account, or by the case whose code is known") =
        "SELECT c.id, c.number, t.title, c.state, c.open, EXISTS (SELECT 1 FROM case_hold h WHERE h.case_id = c.id), \
         EXISTS (SELECT 1 FROM case_erased e WHERE e.case_id = c.id), c.recorded_at \
         FROM cases c JOIN case_text t ON t.case_id = c.id WHERE c.shown AND (c.asker_id = $1 OR c.id = $2) \
         ORDER BY c.recorded_at DESC, c.id LIMIT 500";
    pub LOOKS(unscoped "who looked at one's own cases") =
        "SELECT l.at, l.act, c.number, n.name, n.name_en, o.name, o.name_en, l.reason, l.detail ->> 'purpose' FROM audit l \
         JOIN cases c ON c.id = l.subject_id LEFT JOIN person n ON n.id = l.person_id \
         LEFT JOIN org o ON o.id = l.org_id \
         WHERE l.subject_id IN {list:1} AND l.act IN ('phone.see', 'name.see', 'place.see') \
         ORDER BY l.at DESC, l.id LIMIT 200";
    pub LOOKS_ALL = "SELECT l.at, l.act, c.number, n.name, n.name_en, o.name, o.name_en, l.reason, l.detail ->> 'purpose' FROM audit l \
         JOIN cases c ON c.id = l.subject_id LEFT JOIN person n ON n.id = l.person_id \
         LEFT JOIN org o ON o.id = l.org_id \
         WHERE l.subject_kind = 'cases' AND l.act IN ('phone.see', 'name.see', 'place.see') AND {scope:c} \
         ORDER BY l.at DESC, l.id LIMIT 200";
    pub CORRECT_WORDS(unscoped "the asker's own words; the case was read under their scope in the same transaction") =
        "UPDATE case_text SET body = $2, name = $3 WHERE case_id = $1";
    pub CORRECT_PHONE(unscoped "the asker's own phone; the case was read under their scope in the same transaction") =
        "UPDATE case_text SET phone_sealed = $2, phone_lookup = $3 WHERE case_id = $1";
    pub REACHABLE(unscoped "the asker's own phone; the case was read under their scope in the same transaction") =
        "UPDATE cases SET reachable = TRUE WHERE id = $1";

    // Retention
    pub OLD_CONTACTS(unscoped "what falls due") = concat!("SELECT c.id, c.closed_at FROM cases c \
        JOIN case_text t ON t.case_id = c.id WHERE ", free!(), " AND (t.name IS NOT NULL OR t.phone_sealed IS NOT NULL) \
        ORDER BY c.closed_at NULLS LAST, c.id LIMIT 200");
    pub OLD_WORDS(unscoped "what falls due") = concat!("SELECT c.id, c.closed_at FROM cases c WHERE ", free!(),
        " ORDER BY c.closed_at NULLS LAST, c.id LIMIT 200");
    pub OLD_UPLOADS(unscoped "what falls due") =
        "SELECT f.id, f.made_at FROM file f WHERE f.made_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM case_file cf WHERE cf.file_id = f.id) ORDER BY f.made_at, f.id LIMIT 200";
    pub OLD_INBOX(unscoped "what falls due") =
        "SELECT i.id, i.at FROM inbox i WHERE i.at < $1 ORDER BY i.at, i.id LIMIT 200";
    pub OLD_REQUESTS(unscoped "what falls due") =
        "SELECT r.id, r.closed_at FROM data_request r WHERE r.closed_at < $1 \
         AND (r.words IS NOT NULL OR r.answer IS NOT NULL) ORDER BY r.closed_at NULLS LAST, r.id LIMIT 200";
    pub COUNT_CONTACTS(unscoped "counts") = concat!("SELECT CAST(COUNT(*) AS BIGINT), MIN(c.closed_at), MAX(c.closed_at) \
        FROM cases c JOIN case_text t ON t.case_id = c.id WHERE ", free!(),
        " AND (t.name IS NOT NULL OR t.phone_sealed IS NOT NULL)");
    pub COUNT_WORDS(unscoped "counts") = concat!("SELECT CAST(COUNT(*) AS BIGINT), MIN(c.closed_at), MAX(c.closed_at) \
        FROM cases c WHERE ", free!());
    pub COUNT_UPLOADS(unscoped "counts") =
        "SELECT CAST(COUNT(*) AS BIGINT), MIN(f.made_at), MAX(f.made_at) FROM file f WHERE f.made_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM case_file cf WHERE cf.file_id = f.id)";
    pub COUNT_INBOX(unscoped "counts") =
        "SELECT CAST(COUNT(*) AS BIGINT), MIN(i.at), MAX(i.at) FROM inbox i WHERE i.at < $1";
    pub COUNT_REQUESTS(unscoped "counts") =
        "SELECT CAST(COUNT(*) AS BIGINT), MIN(r.closed_at), MAX(r.closed_at) FROM data_request r \
         WHERE r.closed_at < $1 AND (r.words IS NOT NULL OR r.answer IS NOT NULL)";
    pub FILE_BY_ID(unscoped "what falls due") =
        "SELECT f.id, f.sha, f.thumb_sha FROM file f WHERE f.id = $1 \
         AND NOT EXISTS (SELECT 1 FROM case_file cf WHERE cf.file_id = f.id)";
    pub DROP_READ(unscoped "what falls due") = "DELETE FROM inbox_read WHERE inbox_id = $1";
    pub DROP_MESSAGE(unscoped "what falls due") = "DELETE FROM inbox WHERE id = $1";
    pub EMPTY_REQUEST(unscoped "what falls due") = "UPDATE data_request SET words = NULL, answer = NULL WHERE id = $1";
    pub LEDGER_ADD(unscoped "what went is written down") =
        "INSERT INTO retention_ledger (id, at, class, count, from_at, to_at, rule) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    pub LEDGER(unscoped "holds no personal data; the page asks for Configure") =
        "SELECT MAX(l.at), l.class, CAST(SUM(l.count) AS BIGINT), MIN(l.from_at), MAX(l.to_at), l.rule \
         FROM retention_ledger l GROUP BY l.class, l.rule, l.at ORDER BY MAX(l.at) DESC, l.class LIMIT 200";
    pub START(unscoped "a setting") = "SELECT s.at FROM retention_start s WHERE s.id = 1";
    pub START_SET(unscoped "a setting") =
        "INSERT INTO retention_start (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at";

    // Consent
    pub TEXTS(unscoped "what people are asked is no secret") =
        "SELECT x.purpose, x.version, x.zh, x.en, x.hash, x.from_at FROM consent_text x ORDER BY x.purpose, x.version DESC";
    pub TEXT_ADD(unscoped "the action holds Configure, or is the first start") =
        "INSERT INTO consent_text (purpose, version, zh, en, hash, from_at) VALUES ($1, $2, $3, $4, $5, $6)";
    pub TEXT_SEED(unscoped "the first start") =
        "INSERT INTO consent_text (purpose, version, zh, en, hash, from_at) VALUES ($1, 1, $2, $3, $4, $5) \
         ON CONFLICT (purpose, version) DO NOTHING";
    pub GIVE(unscoped "the asker's own; the case was read under their scope") =
        "INSERT INTO consent (id, case_id, purpose, version, given_at, given_by) VALUES ($1, $2, $3, $4, $5, $6)";
    pub WITHDRAW(unscoped "the asker's own; the case was read under their scope") =
        "UPDATE consent SET withdrawn_at = $3, withdrawn_by = $4 \
         WHERE case_id = $1 AND purpose = $2 AND withdrawn_at IS NULL";
    pub WITHDRAW_ALL(unscoped "what was erased needs no consent") =
        "UPDATE consent SET withdrawn_at = $2, withdrawn_by = 'erased' WHERE case_id = $1 AND withdrawn_at IS NULL";
    pub CONSENTS(unscoped "one's own: the cases were read under a scope just before") =
        "SELECT k.case_id, c.number, k.purpose, k.version, k.given_at, k.given_by, k.withdrawn_at, k.withdrawn_by \
         FROM consent k JOIN cases c ON c.id = k.case_id WHERE k.case_id IN {list:1} ORDER BY k.given_at, k.id";
    pub STANDS(unscoped "a job asks whether it may send") =
        "SELECT k.version FROM consent k WHERE k.case_id = $1 AND k.purpose = $2 AND k.withdrawn_at IS NULL";

    // Public by decision
    pub PUBLIC_ASK(unscoped "the asker's own; the case was read under their scope") =
        "INSERT INTO public_case (case_id, state, street_id, community_id, grid_id, title, body, place, pictures, asked_at, \
         version) SELECT c.id, 'waiting', c.street_id, c.community_id, c.grid_id, '', '', '', $3, $2, 1 FROM cases c \
         WHERE c.id = $1 ON CONFLICT (case_id) DO NOTHING";
    pub PUBLIC_WAITING = concat!(public_columns!(), " WHERE p.state = 'waiting' AND c.procedure IN {list:1} \
         AND {scope:c} ORDER BY p.asked_at, p.case_id LIMIT 100");
    pub PUBLIC_ONE = concat!(public_columns!(), " WHERE p.case_id = $1 AND {scope:c}");
    pub PUBLIC_OWN(unscoped "the asker's own; the case was read under their scope") =
        concat!(public_columns!(), " WHERE p.case_id = $1");
    pub PUBLIC_DECIDE = "UPDATE public_case SET state = $3, title = $4, body = $5, place = $6, pictures = $7, \
         decided_at = $8, person_id = $9, reason = $10, version = version + 1 WHERE case_id = $1 AND version = $2 \
         AND EXISTS (SELECT 1 FROM cases c WHERE c.id = public_case.case_id AND {scope:c})";
    pub PUBLIC_LIST(unscoped "shown to everybody by a person's decision") =
        concat!(public_columns!(), " WHERE p.state = 'shown' AND c.procedure = $2 \
         ORDER BY p.decided_at DESC NULLS LAST, p.case_id LIMIT $1");
    pub PUBLIC_NEAR(unscoped "shown to everybody by a person's decision") =
        concat!(public_columns!(), " WHERE p.state = 'shown' AND p.community_id = $1 AND c.open = TRUE \
         AND c.procedure = $2 AND c.parent_id IS NULL AND c.happened_at >= $3 \
         ORDER BY c.happened_at DESC, p.case_id LIMIT 200");
    pub PUBLIC_SHOWN(unscoped "shown to everybody by a person's decision") =
        concat!(public_columns!(), " WHERE p.state = 'shown' AND c.number = $1 AND c.procedure = $2");
    pub PUBLIC_OF_FILE(unscoped "shown to everybody by a person's decision") =
        concat!(public_columns!(), " JOIN case_file f ON f.case_id = p.case_id WHERE p.state = 'shown' AND f.file_id = $1");
}

row! {
    /// Why a case is held, since when.
    pub struct HoldRow {
        pub reason: String,
        pub at: At,
    }
}

row! {
    /// An instant.
    pub struct AtRow {
        pub at: At,
    }
}

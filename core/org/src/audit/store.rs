//! SQL of the audit trail.

use linli_base::{At, Day, OrgId, PersonId, PostId};
use linli_store::{Shape, row, statements};
use serde_json::Value as Json;
use uuid::Uuid;

/// The trail is seen whole or not at all.
static TRAIL: Shape =
    Shape { street: "", community: "", grid: "", assigned: "", apart: &[], own: "", taken: "", code: "" };

row! {
    /// A row of the trail with the names of whom it speaks of.
    pub struct AuditRow {
        /// Its key.
        pub id: Uuid,
        /// When.
        pub at: At,
        /// Who did it.
        pub person: Option<PersonId>,
        /// Their name.
        pub name: Option<String>,
        /// Their English name.
        pub name_en: Option<String>,
        /// The title of the post that was worn.
        pub title: Option<String>,
        /// Its English title.
        pub title_en: Option<String>,
        /// Whose post it is: someone else's where it was lent.
        pub holder: Option<PersonId>,
        /// The holder's name.
        pub holder_name: Option<String>,
        /// The holder's English name.
        pub holder_name_en: Option<String>,
        /// The name of the post's org.
        pub org_name: Option<String>,
        /// Its English name.
        pub org_name_en: Option<String>,
        /// `noun.verb`.
        pub act: String,
        /// A table's name.
        pub subject_kind: String,
        /// The key of what it was done to.
        pub subject: Option<Uuid>,
        /// The name of that, where it is a person or somebody's post.
        pub subject_name: Option<String>,
        /// The English name of that.
        pub subject_name_en: Option<String>,
        /// Why.
        pub reason: Option<String>,
        /// What else.
        pub detail: Json,
        /// The number of its seal within the day; none while it waits.
        pub seal_seq: Option<i64>,
    }
}

row! {
    /// A row as it is sealed: what was written, nothing joined.
    pub struct PlainRow {
        pub id: Uuid,
        pub at: At,
        pub copy: String,
        pub person: Option<PersonId>,
        pub post: Option<PostId>,
        pub org: Option<OrgId>,
        pub act: String,
        pub subject_kind: String,
        pub subject: Option<Uuid>,
        pub reason: Option<String>,
        pub detail: Json,
    }
}

row! {
    pub struct SealRow {
        pub copy: String,
        pub day: Day,
        pub seq: i64,
        pub from_at: At,
        pub to_at: At,
        pub count: i64,
        pub digest: String,
        pub chain: String,
        pub dropped_at: Option<At>,
    }
}

row! {
    pub struct CopyRow {
        pub copy: String,
    }
}

row! {
    pub struct CountRow {
        pub count: i64,
        pub oldest: Option<At>,
    }
}

statements! {
    shape TRAIL;

    pub INSERT(unscoped "whatever is done is recorded") =
        "INSERT INTO audit (id, at, copy, person_id, post_id, org_id, act, subject_kind, subject_id, reason, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    pub LIST = "SELECT t.id, t.at, n.id, n.name, n.name_en, p.title, p.title_en, h.id, h.name, h.name_en, o.name,
            o.name_en, t.act, t.subject_kind, t.subject_id, COALESCE(s.name, ph.name),
            COALESCE(s.name_en, ph.name_en), t.reason, t.detail, t.seal_seq
        FROM audit t
        LEFT JOIN person n ON n.id = t.person_id
        LEFT JOIN post p ON p.id = t.post_id
        LEFT JOIN person h ON h.id = p.person_id
        LEFT JOIN org o ON o.id = t.org_id
        LEFT JOIN person s ON s.id = t.subject_id
        LEFT JOIN post sp ON sp.id = t.subject_id
        LEFT JOIN person ph ON ph.id = sp.person_id
        WHERE {scope:t}
          {when:1: AND t.at >= $1}
          {when:2: AND t.at < $2}
          {when:3: AND (n.name LIKE $3 ESCAPE '\\' OR n.name_en LIKE $4 ESCAPE '\\')}
          {when:5: AND t.act = $5}
          {when:6: AND t.subject_id = $6}
          {when:7: AND (o.name LIKE $7 ESCAPE '\\' OR o.name_en LIKE $8 ESCAPE '\\')}
          {when:9: AND (t.reason LIKE $9 ESCAPE '\\' OR s.name LIKE $9 ESCAPE '\\' OR ph.name LIKE $9 ESCAPE '\\')}
          {when:10: AND (t.at, t.id) < ($10, $11)}
        ORDER BY t.at DESC, t.id DESC LIMIT $12";

    pub NEWEST_SEALS = "SELECT t.copy, t.day, t.seq, t.from_at, t.to_at, t.count, t.digest, t.chain, t.dropped_at
        FROM audit_seal t WHERE {scope:t} ORDER BY t.to_at DESC, t.day DESC, t.seq DESC LIMIT $1";

    pub WAITING = "SELECT CAST(COUNT(*) AS BIGINT), MIN(t.at) FROM audit t WHERE t.seal_seq IS NULL AND {scope:t}";

    pub COPIES(unscoped "sealing") = "SELECT DISTINCT t.copy FROM audit t WHERE t.seal_seq IS NULL ORDER BY t.copy";

    pub SEALED_COPIES(unscoped "verifying") =
        "SELECT DISTINCT t.copy FROM audit_seal t ORDER BY t.copy";

    pub UNSEALED(unscoped "sealing") =
        "SELECT t.id, t.at, t.copy, t.person_id, t.post_id, t.org_id, t.act, t.subject_kind, t.subject_id, t.reason,
            t.detail
         FROM audit t WHERE t.copy = $1 AND t.seal_seq IS NULL ORDER BY t.at, t.id LIMIT $2";

    pub LAST_SEAL(unscoped "sealing") =
        "SELECT s.copy, s.day, s.seq, s.from_at, s.to_at, s.count, s.digest, s.chain, s.dropped_at
         FROM audit_seal s WHERE s.copy = $1 ORDER BY s.day DESC, s.seq DESC LIMIT 1";

    pub INSERT_SEAL(unscoped "sealing") =
        "INSERT INTO audit_seal (copy, day, seq, from_at, to_at, count, digest, chain, dropped_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)";

    pub MARK(unscoped "sealing") =
        "UPDATE audit SET seal_day = $1, seal_seq = $2 WHERE seal_seq IS NULL AND id IN {list:3}";

    pub SEALS(unscoped "verifying") =
        "SELECT s.copy, s.day, s.seq, s.from_at, s.to_at, s.count, s.digest, s.chain, s.dropped_at
         FROM audit_seal s
         WHERE s.copy = $1 {when:2: AND (s.day, s.seq) > ($2, $3)} ORDER BY s.day, s.seq LIMIT 200";

    pub IN_SEAL(unscoped "verifying") =
        "SELECT t.id, t.at, t.copy, t.person_id, t.post_id, t.org_id, t.act, t.subject_kind, t.subject_id, t.reason,
            t.detail
         FROM audit t WHERE t.copy = $1 AND t.seal_day = $2 AND t.seal_seq = $3 ORDER BY t.at, t.id";

    pub STRAY(unscoped "verifying") =
        "SELECT DISTINCT t.copy, t.seal_day, t.seal_seq FROM audit t
         WHERE t.seal_seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_seal s
             WHERE s.copy = t.copy AND s.day = t.seal_day AND s.seq = t.seal_seq)
         ORDER BY t.copy, t.seal_day, t.seal_seq";

    pub OLD_SEALS(unscoped "retention; never younger than the city keeps it") =
        "SELECT s.copy, s.day, s.seq, s.from_at, s.to_at, s.count, s.digest, s.chain, s.dropped_at
         FROM audit_seal s WHERE s.to_at < $1 AND s.dropped_at IS NULL ORDER BY s.day, s.seq LIMIT 200";

    pub DROP_ROWS(unscoped "retention; never younger than the city keeps it") =
        "DELETE FROM audit WHERE copy = $1 AND seal_day = $2 AND seal_seq = $3";

    pub MARK_DROPPED(unscoped "retention; never younger than the city keeps it") =
        "UPDATE audit_seal SET dropped_at = $4 WHERE copy = $1 AND day = $2 AND seq = $3";
}

row! {
    pub struct StrayRow {
        pub copy: String,
        pub day: Option<Day>,
        pub seq: Option<i64>,
    }
}

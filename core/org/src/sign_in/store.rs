//! SQL of signing in. Nobody is known yet where these run, so they stand outside the scope; each is bound to a
//! digest, a phone's look-up value or the signed-in person.

use linli_authz::Scope;
use linli_base::{AreaId, At, Day, OrgId, PersonId, PostId};
use linli_store::{row, statements};
use uuid::Uuid;

use crate::{ApiTokenId, SessionId};

/// The scope of these statements.
pub(crate) fn scope() -> Scope {
    Scope::system("sign-in")
}

row! {
    pub struct AccountRow {
        pub id: PersonId,
        pub password_hash: Option<String>,
    }
}

row! {
    pub struct TriesRow {
        pub failed: i64,
        pub since: At,
        pub locked_until: Option<At>,
    }
}

row! {
    pub struct CodeSentRow {
        pub sent_at: At,
        pub sends: i64,
        pub sends_from: At,
    }
}

row! {
    pub struct CodeRow {
        pub digest: String,
        pub expires_at: At,
        pub tries: i64,
    }
}

row! {
    pub struct SendsRow {
        pub sends: i64,
        pub sends_from: At,
    }
}

row! {
    /// Who a token speaks for, in which post.
    pub struct BearerRow {
        /// Of the session or the API token.
        pub id: Uuid,
        pub person: PersonId,
        pub name: String,
        pub seen_at: At,
        pub ends_at: At,
        pub post: Option<PostId>,
        pub org: Option<OrgId>,
        pub org_name: Option<String>,
        pub title: Option<String>,
        pub area: Option<AreaId>,
        pub tier: Option<String>,
        pub roles: Option<String>,
        pub name_en: Option<String>,
        pub title_en: Option<String>,
        pub org_name_en: Option<String>,
        pub holder_name: Option<String>,
        pub holder_name_en: Option<String>,
        pub wants: Option<String>,
        pub idle_ms: Option<i64>,
        pub proved_at: Option<At>,
        pub before_at: Option<At>,
        pub digest: String,
    }
}

row! {
    pub struct SecondRow {
        pub secret_sealed: String,
        pub confirmed_at: Option<At>,
        pub last_step: i64,
        pub failed: i64,
        pub since: At,
        pub locked_until: Option<At>,
        pub codes_left: i64,
    }
}

row! {
    pub struct PastRow {
        pub set_at: At,
        pub hash: String,
        pub given: bool,
    }
}

row! {
    pub struct ProofRow {
        pub password_hash: Option<String>,
    }
}

row! {
    /// A post that could be worn.
    pub struct HatRow {
        pub post: PostId,
        pub title: String,
        pub title_en: Option<String>,
        pub org: OrgId,
        pub org_name: String,
        pub org_name_en: Option<String>,
        pub area: Option<AreaId>,
        pub tier: Option<String>,
        pub area_name: Option<String>,
        pub to_day: Option<Day>,
        pub roles: Option<String>,
        pub holder_name: Option<String>,
        pub holder_name_en: Option<String>,
    }
}

row! {
    /// A session as its owner sees it.
    pub struct SessionRow {
        /// Its key.
        pub id: SessionId,
        /// When it began.
        pub created_at: At,
        /// When it was last used, to the minute.
        pub seen_at: At,
        /// When it ends in any case.
        pub ends_at: At,
        /// Where from, where it is known.
        pub address: Option<String>,
        /// With what: the browser's own words.
        pub agent: Option<String>,
    }
}

row! {
    /// An API token as its owner sees it; what it reads like is stored nowhere.
    pub struct TokenRow {
        /// Its key.
        pub id: ApiTokenId,
        /// What it is for, in its owner's words.
        pub name: String,
        /// The post that it speaks in.
        pub post: PostId,
        /// When it was made.
        pub created_at: At,
        /// When it ends, or was revoked.
        pub ends_at: At,
    }
}

statements! {
    pub ACCOUNT(unscoped "signing in") =
        "SELECT n.id, n.password_hash FROM person n WHERE n.phone_lookup IN {list:1} AND n.active";

    pub LOCK_TRIES(unscoped "signing in; writes the row so that tries on one phone queue up") =
        "INSERT INTO sign_in_try (phone_lookup, failed, since, locked_until) VALUES ($1, 0, $2, NULL)
         ON CONFLICT (phone_lookup) DO UPDATE SET failed = sign_in_try.failed
         RETURNING failed, since, locked_until";

    pub SET_TRIES(unscoped "signing in") =
        "UPDATE sign_in_try SET failed = $2, since = $3, locked_until = $4 WHERE phone_lookup = $1";

    pub FORGET_TRIES(unscoped "signing in") = "DELETE FROM sign_in_try WHERE phone_lookup = $1";

    pub LOCK_CODE(unscoped "signing in; writes the row so that two sends to one phone queue up") =
        "INSERT INTO one_time_code (phone_lookup, digest, sent_at, expires_at, tries, sends, sends_from)
         VALUES ($1, '', 0, 0, 0, 0, 0)
         ON CONFLICT (phone_lookup) DO UPDATE SET sends = one_time_code.sends
         RETURNING sent_at, sends, sends_from";

    pub SET_CODE(unscoped "signing in") =
        "UPDATE one_time_code SET digest = $2, sent_at = $3, expires_at = $4, tries = 0, sends = $5,
            sends_from = $6
         WHERE phone_lookup = $1";

    pub TRY_CODE(unscoped "signing in; counts the try before the code is looked at") =
        "UPDATE one_time_code SET tries = tries + 1 WHERE phone_lookup = $1 RETURNING digest, expires_at, tries";

    pub USE_CODE(unscoped "signing in: a code serves once") =
        "UPDATE one_time_code SET digest = '', expires_at = 0 WHERE phone_lookup = $1";

    pub LOCK_SENDER(unscoped "signing in; writes the row so that sends from one address queue up") =
        "INSERT INTO code_sender (address, sends, sends_from) VALUES ($1, 0, 0)
         ON CONFLICT (address) DO UPDATE SET sends = code_sender.sends
         RETURNING sends, sends_from";

    pub SET_SENDER(unscoped "signing in") =
        "UPDATE code_sender SET sends = $2, sends_from = $3 WHERE address = $1";

    pub HATS(unscoped "the person's own posts and those lent to them, to choose from") =
        "SELECT p.id, p.title, p.title_en, o.id, o.name, o.name_en, a.id, a.tier, a.name, COALESCE(d.to_day, p.to_day),
            (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id), h.name, h.name_en
         FROM post p
         JOIN org o ON o.id = p.org_id AND o.active
         LEFT JOIN area a ON a.id = COALESCE(p.area_id, o.leads_area_id)
         LEFT JOIN delegation d ON d.post_id = p.id AND d.to_person_id = $1 AND d.approved_at IS NOT NULL
             AND d.ended_at IS NULL AND d.from_day <= $2 AND d.to_day >= $2
         LEFT JOIN person h ON h.id = p.person_id AND d.id IS NOT NULL
         WHERE (p.person_id = $1 OR d.id IS NOT NULL)
           AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2)
           AND EXISTS (SELECT 1 FROM post_role x WHERE x.post_id = p.id)
         ORDER BY CASE WHEN p.person_id = $1 THEN 0 ELSE 1 END, p.from_day, p.id";

    pub INSERT_SESSION(unscoped "signing in") =
        "INSERT INTO session (id, token_digest, person_id, post_id, created_at, seen_at, ends_at, address, agent,
            wants, idle_ms, proved_at, before_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11,
            (SELECT MAX(t.at) FROM audit t WHERE t.person_id = $3 AND t.act = 'session.begin'))";

    pub PROCEED(unscoped "the session's own") =
        "UPDATE session SET token_digest = $3, wants = $4, proved_at = $5 WHERE id = $1 AND person_id = $2";

    pub PROVED(unscoped "the session's own") = "UPDATE session SET proved_at = $2 WHERE id = $1";

    pub BY_TOKEN(unscoped "bound to the digest of a token") =
        "SELECT s.id, n.id, n.name, s.seen_at, s.ends_at, p.id, o.id, o.name, p.title, a.id, a.tier,
            (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id),
            n.name_en, p.title_en, o.name_en, h.name, h.name_en, s.wants, s.idle_ms, s.proved_at, s.before_at,
            s.token_digest
         FROM session s
         JOIN person n ON n.id = s.person_id AND n.active
         LEFT JOIN post p ON p.id = s.post_id AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2)
             AND (p.person_id = s.person_id OR EXISTS (SELECT 1 FROM delegation d
                 WHERE d.post_id = p.id AND d.to_person_id = s.person_id AND d.approved_at IS NOT NULL
                   AND d.ended_at IS NULL AND d.from_day <= $2 AND d.to_day >= $2))
         LEFT JOIN person h ON h.id = p.person_id AND h.id <> s.person_id
         LEFT JOIN org o ON o.id = p.org_id AND o.active
         LEFT JOIN area a ON a.id = COALESCE(p.area_id, o.leads_area_id)
         WHERE s.token_digest IN {list:1}";

    pub BY_API_TOKEN(unscoped "bound to the digest of a token") =
        "SELECT t.id, n.id, n.name, t.created_at, t.ends_at, p.id, o.id, o.name, p.title, a.id, a.tier,
            (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id),
            n.name_en, p.title_en, o.name_en, NULL, NULL, NULL, NULL, NULL, NULL, t.digest
         FROM api_token t
         JOIN person n ON n.id = t.person_id AND n.active
         JOIN post p ON p.id = t.post_id AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2)
             AND p.person_id = t.person_id
         JOIN org o ON o.id = p.org_id AND o.active
         LEFT JOIN area a ON a.id = COALESCE(p.area_id, o.leads_area_id)
         WHERE t.digest IN {list:1}";

    pub MOVE_SESSION(unscoped "the session's own: its digest under the newest key") =
        "UPDATE session SET token_digest = $3 WHERE id = $1 AND token_digest = $2";

    pub MOVE_API_TOKEN(unscoped "the token's own: its digest under the newest key") =
        "UPDATE api_token SET digest = $3 WHERE id = $1 AND digest = $2";

    pub SEEN(unscoped "the session's own") =
        "UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2";

    pub WEAR(unscoped "the session's own; the post is one of the person's") =
        "UPDATE session SET post_id = $2
         WHERE id = $1 AND (EXISTS (SELECT 1 FROM post p WHERE p.id = $2 AND p.person_id = session.person_id)
            OR EXISTS (SELECT 1 FROM delegation d
                WHERE d.post_id = $2 AND d.to_person_id = session.person_id AND d.approved_at IS NOT NULL
                  AND d.ended_at IS NULL AND d.from_day <= $3 AND d.to_day >= $3))";

    pub END(unscoped "the session's own") = "DELETE FROM session WHERE id = $1 AND person_id = $2";

    pub END_OTHERS(unscoped "the person's own") = "DELETE FROM session WHERE person_id = $1 AND id <> $2";

    pub END_ALL(unscoped "the action holds OrgEdit or is the person's own") =
        "DELETE FROM session WHERE person_id = $1";

    pub SESSIONS(unscoped "the person's own") =
        "SELECT s.id, s.created_at, s.seen_at, s.ends_at, s.address, s.agent
         FROM session s
         WHERE s.person_id = $1 AND s.ends_at > $2 AND s.wants IS NULL AND s.seen_at + COALESCE(s.idle_ms, 0) > $2
         ORDER BY s.seen_at DESC, s.id";

    pub INSERT_TOKEN(unscoped "the person's own") =
        "INSERT INTO api_token (id, digest, person_id, post_id, name, created_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)";

    pub REVOKE_TOKEN(unscoped "the person's own") =
        "UPDATE api_token SET ends_at = $3 WHERE id = $1 AND person_id = $2 AND ends_at > $3";

    pub TOKENS(unscoped "the person's own") =
        "SELECT t.id, t.name, t.post_id, t.created_at, t.ends_at
         FROM api_token t WHERE t.person_id = $1 AND t.ends_at > $2 ORDER BY t.created_at DESC, t.id";

    pub SECOND(unscoped "the person's own") =
        "SELECT f.secret_sealed, f.confirmed_at, f.last_step, f.failed, f.since, f.locked_until,
            (SELECT CAST(COUNT(*) AS BIGINT) FROM recovery_code c WHERE c.person_id = f.person_id AND c.used_at IS NULL)
         FROM second_factor f WHERE f.person_id = $1";

    pub LOCK_SECOND(unscoped "the person's own; written first, so that two tries queue up") =
        "UPDATE second_factor SET failed = failed WHERE person_id = $1
         RETURNING secret_sealed, confirmed_at, last_step, failed, since, locked_until, 0";

    pub BEGIN_SECOND(unscoped "the person's own") =
        "INSERT INTO second_factor (person_id, secret_sealed, made_at, confirmed_at, last_step, failed, since, locked_until)
         VALUES ($1, $2, $3, NULL, 0, 0, 0, NULL)
         ON CONFLICT (person_id) DO UPDATE SET secret_sealed = excluded.secret_sealed, made_at = excluded.made_at
         WHERE second_factor.confirmed_at IS NULL";

    pub CONFIRM_SECOND(unscoped "the person's own") =
        "UPDATE second_factor SET confirmed_at = $2 WHERE person_id = $1";

    pub USE_STEP(unscoped "the person's own") =
        "UPDATE second_factor SET last_step = $2, failed = 0, locked_until = NULL WHERE person_id = $1";

    pub SET_SECOND_TRIES(unscoped "the person's own") =
        "UPDATE second_factor SET failed = $2, since = $3, locked_until = $4 WHERE person_id = $1";

    pub DROP_SECOND(unscoped "the person's own, or the action holds Guard") =
        "DELETE FROM second_factor WHERE person_id = $1";

    pub DROP_CODES(unscoped "the person's own, or the action holds Guard") =
        "DELETE FROM recovery_code WHERE person_id = $1";

    pub INSERT_CODE(unscoped "the person's own") =
        "INSERT INTO recovery_code (person_id, digest, used_at) VALUES ($1, $2, NULL)";

    pub USE_RECOVERY(unscoped "the person's own: a code serves once") =
        "UPDATE recovery_code SET used_at = $3 WHERE person_id = $1 AND digest IN {list:2} AND used_at IS NULL";

    pub PROOF(unscoped "the person's own") = "SELECT n.password_hash FROM person n WHERE n.id = $1";

    pub PAST(unscoped "the person's own") =
        "SELECT w.set_at, w.hash, w.given FROM password_past w WHERE w.person_id = $1 ORDER BY w.set_at DESC LIMIT $2";

    pub INSERT_PAST(unscoped "the person's own, or the action holds Guard") =
        "INSERT INTO password_past (person_id, set_at, hash, given) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id, set_at) DO UPDATE SET hash = excluded.hash, given = excluded.given";

    pub TIDY_SESSIONS(unscoped "tidying up") = "DELETE FROM session WHERE ends_at <= $1";

    pub TIDY_TRIES(unscoped "tidying up") =
        "DELETE FROM sign_in_try WHERE since <= $1 AND (locked_until IS NULL OR locked_until <= $2)";

    pub TIDY_CODES(unscoped "tidying up") = "DELETE FROM one_time_code WHERE sent_at <= $1";

    pub TIDY_SENDERS(unscoped "tidying up") = "DELETE FROM code_sender WHERE sends_from <= $1";
}

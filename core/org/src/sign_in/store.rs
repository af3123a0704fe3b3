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
        "SELECT n.id, n.password_hash FROM person n WHERE n.phone_lookup = $1 AND n.active";

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

    pub HATS(unscoped "the person's own posts, to choose from") =
        "SELECT p.id, p.title, p.title_en, o.id, o.name, o.name_en, a.id, a.tier, a.name, p.to_day,
            (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id)
         FROM post p
         JOIN org o ON o.id = p.org_id AND o.active
         LEFT JOIN area a ON a.id = COALESCE(p.area_id, o.leads_area_id)
         WHERE p.person_id = $1 AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2)
           AND EXISTS (SELECT 1 FROM post_role x WHERE x.post_id = p.id)
         ORDER BY p.from_day, p.id";

    pub INSERT_SESSION(unscoped "signing in") =
        "INSERT INTO session (id, token_digest, person_id, post_id, created_at, seen_at, ends_at, address, agent)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)";

    pub BY_TOKEN(unscoped "bound to the digest of a token") =
        "SELECT s.id, n.id, n.name, s.seen_at, s.ends_at, p.id, o.id, o.name, p.title, a.id, a.tier,
            (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id)
         FROM session s
         JOIN person n ON n.id = s.person_id AND n.active
         LEFT JOIN post p ON p.id = s.post_id AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2)
         LEFT JOIN org o ON o.id = p.org_id AND o.active
         LEFT JOIN area a ON a.id = COALESCE(p.area_id, o.leads_area_id)
         WHERE s.token_digest = $1";

    pub BY_API_TOKEN(unscoped "bound to the digest of a token") =
        "SELECT t.id, n.id, n.name, t.created_at, t.ends_at, p.id, o.id, o.name, p.title, a.id, a.tier,
            (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id)
         FROM api_token t
         JOIN person n ON n.id = t.person_id AND n.active
         JOIN post p ON p.id = t.post_id AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2)
         JOIN org o ON o.id = p.org_id AND o.active
         LEFT JOIN area a ON a.id = COALESCE(p.area_id, o.leads_area_id)
         WHERE t.digest = $1";

    pub SEEN(unscoped "the session's own") =
        "UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2";

    pub WEAR(unscoped "the session's own; the post is one of the person's") =
        "UPDATE session SET post_id = $2
         WHERE id = $1 AND EXISTS (SELECT 1 FROM post p WHERE p.id = $2 AND p.person_id = session.person_id)";

    pub END(unscoped "the session's own") = "DELETE FROM session WHERE id = $1 AND person_id = $2";

    pub END_OTHERS(unscoped "the person's own") = "DELETE FROM session WHERE person_id = $1 AND id <> $2";

    pub END_ALL(unscoped "the action holds OrgEdit or is the person's own") =
        "DELETE FROM session WHERE person_id = $1";

    pub SESSIONS(unscoped "the person's own") =
        "SELECT s.id, s.created_at, s.seen_at, s.ends_at, s.address, s.agent
         FROM session s WHERE s.person_id = $1 AND s.ends_at > $2 AND s.seen_at > $3
         ORDER BY s.seen_at DESC, s.id";

    pub INSERT_TOKEN(unscoped "the person's own") =
        "INSERT INTO api_token (id, digest, person_id, post_id, name, created_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)";

    pub REVOKE_TOKEN(unscoped "the person's own") =
        "UPDATE api_token SET ends_at = $3 WHERE id = $1 AND person_id = $2 AND ends_at > $3";

    pub TOKENS(unscoped "the person's own") =
        "SELECT t.id, t.name, t.post_id, t.created_at, t.ends_at
         FROM api_token t WHERE t.person_id = $1 AND t.ends_at > $2 ORDER BY t.created_at DESC, t.id";

    pub TIDY_SESSIONS(unscoped "tidying up") = "DELETE FROM session WHERE ends_at <= $1";

    pub TIDY_TRIES(unscoped "tidying up") =
        "DELETE FROM sign_in_try WHERE since <= $1 AND (locked_until IS NULL OR locked_until <= $2)";

    pub TIDY_CODES(unscoped "tidying up") = "DELETE FROM one_time_code WHERE sent_at <= $1";

    pub TIDY_SENDERS(unscoped "tidying up") = "DELETE FROM code_sender WHERE sends_from <= $1";
}

//! SQL of the keys. Whose data it is does not matter here: a value is opened and sealed again, and shown to nobody.

use linli_base::{At, PersonId};
use linli_store::{row, statements};
use uuid::Uuid;

row! {
    pub struct KeyRow {
        pub id: String,
        pub digest: String,
        pub from_at: At,
        pub dropped_at: Option<At>,
    }
}

row! {
    pub struct IdRow {
        pub id: String,
    }
}

row! {
    pub struct PersonRow {
        pub id: PersonId,
    }
}

row! {
    pub struct CountRow {
        pub count: i64,
    }
}

row! {
    /// A sealed value with its look-up value, or a case's code with its key.
    pub struct SealedRow {
        pub id: Uuid,
        pub sealed: String,
        pub beside: Option<String>,
    }
}

statements! {
    pub ALL(unscoped "ids of keys") = "SELECT k.id, k.digest, k.from_at, k.dropped_at FROM city_key k ORDER BY k.id";

    pub NOTE(unscoped "ids of keys") =
        "INSERT INTO city_key (id, digest, from_at, dropped_at) VALUES ($1, $2, $3, NULL) ON CONFLICT (id) DO NOTHING";

    pub HOLD(unscoped "ids of keys; written so that two who give a phone queue up") =
        "UPDATE city_key SET from_at = from_at WHERE dropped_at IS NULL RETURNING id";

    pub DROP(unscoped "ids of keys") = "UPDATE city_key SET dropped_at = $2 WHERE id = $1";

    pub HAS_PHONE(unscoped "whether a phone is taken; answers no more") =
        "SELECT n.id FROM person n WHERE n.phone_lookup IN {list:1} AND n.id <> $2 LIMIT 1";

    pub COUNT_PERSON(unscoped "a count") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM person n
         WHERE n.phone_sealed LIKE $1 OR n.phone_lookup LIKE $1 {when:2: OR n.phone_lookup NOT LIKE '%:%'}";
    pub PAGE_PERSON(unscoped "sealed anew, shown to nobody") =
        "SELECT n.id, n.phone_sealed, n.phone_lookup FROM person n
         WHERE n.id > $2 AND n.phone_sealed IS NOT NULL AND (n.phone_sealed NOT LIKE $1 OR n.phone_lookup NOT LIKE $1)
         ORDER BY n.id LIMIT 200";
    pub SET_PERSON(unscoped "sealed anew, shown to nobody") =
        "UPDATE person SET phone_sealed = $2, phone_lookup = $3 WHERE id = $1 AND phone_sealed = $4";

    pub COUNT_SECOND(unscoped "a count") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM second_factor f WHERE f.secret_sealed LIKE $1";
    pub PAGE_SECOND(unscoped "sealed anew, shown to nobody") =
        "SELECT f.person_id, f.secret_sealed, NULL FROM second_factor f
         WHERE f.person_id > $2 AND f.secret_sealed NOT LIKE $1 ORDER BY f.person_id LIMIT 200";
    pub SET_SECOND(unscoped "sealed anew, shown to nobody") =
        "UPDATE second_factor SET secret_sealed = $2 WHERE person_id = $1 AND secret_sealed = $4";

    pub COUNT_SESSION(unscoped "a count") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM session s
         WHERE (s.token_digest LIKE $1 {when:2: OR s.token_digest NOT LIKE '%:%'}) AND s.ends_at > $3";
    pub END_SESSION(unscoped "what hangs on a key that goes") =
        "DELETE FROM session WHERE token_digest LIKE $1 {when:2: OR token_digest NOT LIKE '%:%'}";

    pub COUNT_TOKEN(unscoped "a count") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM api_token t
         WHERE (t.digest LIKE $1 {when:2: OR t.digest NOT LIKE '%:%'}) AND t.ends_at > $3";
    pub END_TOKEN(unscoped "what hangs on a key that goes") =
        "UPDATE api_token SET ends_at = $3
         WHERE (digest LIKE $1 {when:2: OR digest NOT LIKE '%:%'}) AND ends_at > $3";

    pub COUNT_RECOVERY(unscoped "a count") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM recovery_code c
         WHERE (c.digest LIKE $1 {when:2: OR c.digest NOT LIKE '%:%'}) AND c.used_at IS NULL";
    pub END_RECOVERY(unscoped "what hangs on a key that goes") =
        "DELETE FROM recovery_code
         WHERE (digest LIKE $1 {when:2: OR digest NOT LIKE '%:%'}) AND used_at IS NULL";

    pub COUNT_CODE(unscoped "a count") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM one_time_code o
         WHERE (o.phone_lookup LIKE $1 {when:2: OR o.phone_lookup NOT LIKE '%:%'}) AND o.expires_at > $3";
    pub END_CODE(unscoped "what hangs on a key that goes") =
        "DELETE FROM one_time_code WHERE phone_lookup LIKE $1 {when:2: OR phone_lookup NOT LIKE '%:%'}";
    pub MOVE_CODE(unscoped "signing in; the same phone under another key") =
        "UPDATE one_time_code SET phone_lookup = $1 WHERE phone_lookup = $2
         AND NOT EXISTS (SELECT 1 FROM one_time_code o WHERE o.phone_lookup = $1)";

    // a proof that is asked for again counts its tries under the person's id, which hangs on no key
    pub COUNT_TRY(unscoped "a count") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM sign_in_try y
         WHERE (y.phone_lookup LIKE $1 {when:2: OR y.phone_lookup NOT LIKE '%:%'})
           AND y.phone_lookup NOT LIKE 'prove %' AND (y.since + 1800000 > $3 OR y.locked_until > $3)";
    pub END_TRY(unscoped "what hangs on a key that goes") =
        "DELETE FROM sign_in_try
         WHERE (phone_lookup LIKE $1 {when:2: OR phone_lookup NOT LIKE '%:%'}) AND phone_lookup NOT LIKE 'prove %'";
    pub MOVE_TRY(unscoped "signing in; the same phone under another key") =
        "UPDATE sign_in_try SET phone_lookup = $1 WHERE phone_lookup = $2
         AND NOT EXISTS (SELECT 1 FROM sign_in_try y WHERE y.phone_lookup = $1)";
}

//! The columns of cases whose values hang on a key (ADR 13).

use linli_org::keys::{How, Keyed};
use linli_store::statements;

statements! {
    COUNT_TEXT(unscoped "a count") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM case_text t \
         WHERE t.phone_sealed LIKE $1 OR t.phone_lookup LIKE $1 {when:2: OR t.phone_lookup NOT LIKE '%:%'}";
    PAGE_TEXT(unscoped "sealed anew, shown to nobody") =
        "SELECT t.case_id, t.phone_sealed, t.phone_lookup FROM case_text t \
         WHERE t.case_id > $2 AND t.phone_sealed IS NOT NULL AND (t.phone_sealed NOT LIKE $1 OR t.phone_lookup NOT LIKE $1) \
         ORDER BY t.case_id LIMIT 200";
    SET_TEXT(unscoped "sealed anew, shown to nobody") =
        "UPDATE case_text SET phone_sealed = $2, phone_lookup = $3 WHERE case_id = $1 AND phone_sealed = $4";

    COUNT_CODE(unscoped "a count") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM cases c WHERE c.code_key || ':' LIKE $1";
    PAGE_CODE(unscoped "sealed anew, shown to nobody") =
        "SELECT c.id, c.code_key, c.code_sealed FROM cases c WHERE c.id > $2 AND c.code_key <> $1 ORDER BY c.id LIMIT 200";
    SET_CODE(unscoped "sealed anew, shown to nobody") =
        "UPDATE cases SET code_key = $2, code_sealed = $3 WHERE id = $1 AND code_key = $4";

    // who sends the same words again does it within the day; later a repeat is refused, which is safe
    COUNT_CLIENT(unscoped "a count") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM cases c \
         WHERE (c.client_digest LIKE $1 {when:2: OR c.client_digest NOT LIKE '%:%'}) AND c.recorded_at + 86400000 > $3";
    END_CLIENT(unscoped "what hangs on a key that goes") =
        "UPDATE cases SET client_digest = NULL \
         WHERE (client_digest LIKE $1 {when:2: OR client_digest NOT LIKE '%:%'}) AND recorded_at + 86400000 > $3";
}

/// All of them. A test goes through the tables of both databases and fails where one is missing here.
pub static KEYED: &[Keyed] = &[
    Keyed {
        table: "case_text",
        columns: &["phone_sealed", "phone_lookup"],
        count: &COUNT_TEXT,
        how: How::Seal { page: &PAGE_TEXT, set: &SET_TEXT, follow: &[] },
    },
    Keyed {
        table: "cases",
        columns: &["code_key", "code_sealed"],
        count: &COUNT_CODE,
        how: How::Code { page: &PAGE_CODE, set: &SET_CODE },
    },
    Keyed { table: "cases", columns: &["client_digest"], count: &COUNT_CLIENT, how: How::End(&END_CLIENT) },
];

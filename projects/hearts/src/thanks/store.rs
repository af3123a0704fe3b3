use linli_base::{AreaId, At};
use linli_store::{row, statements};

row! {
    pub(super) struct Row {
        pub community_id: AreaId,
        pub masked: bool,
        pub agreed_at: At,
    }
}

row! {
    pub(super) struct ThankedRow {
        pub name: String,
        pub name_en: Option<String>,
        pub masked: bool,
        pub area: String,
        pub area_en: Option<String>,
        pub minutes: i64,
    }
}

statements! {
    pub(super) AGREE(unscoped "one's own") =
        "INSERT INTO recognition (person_id, community_id, masked, agreed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id) DO UPDATE SET community_id = EXCLUDED.community_id, masked = EXCLUDED.masked,
            agreed_at = EXCLUDED.agreed_at";
    pub(super) OF(unscoped "one's own") =
        "SELECT r.community_id, r.masked, r.agreed_at FROM recognition r WHERE r.person_id = $1";
    pub(super) LIST(unscoped "who asked to be thanked in public") =
        "SELECT n.name, n.name_en, r.masked, a.name, a.name_en,
            COALESCE((SELECT CAST(SUM(h.minutes) AS BIGINT) FROM hours h
                      WHERE h.person_id = r.person_id AND h.confirmed_at IS NOT NULL), 0)
         FROM recognition r JOIN person n ON n.id = r.person_id JOIN area a ON a.id = r.community_id
         WHERE n.active = TRUE {when:1: AND r.community_id = $1} ORDER BY a.code, n.name, n.id LIMIT 2000";
    pub(crate) FORGET(unscoped "one's own, or an account that is closed") =
        "DELETE FROM recognition WHERE person_id = $1";
}

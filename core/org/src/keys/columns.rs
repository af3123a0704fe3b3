//! The columns of this crate whose values hang on a key.

use super::{
    How, Keyed,
    store::{self, MOVE_CODE, MOVE_TRY},
};

/// All of them. A test goes through the tables of both databases and fails where one is missing here.
pub static KEYED: &[Keyed] = &[
    Keyed {
        table: "person",
        columns: &["phone_sealed", "phone_lookup"],
        count: &store::COUNT_PERSON,
        how: How::Seal {
            page: &store::PAGE_PERSON,
            set: &store::SET_PERSON,
            follow: &[&MOVE_CODE, &MOVE_TRY],
        },
    },
    Keyed {
        table: "second_factor",
        columns: &["secret_sealed"],
        count: &store::COUNT_SECOND,
        how: How::Seal { page: &store::PAGE_SECOND, set: &store::SET_SECOND, follow: &[] },
    },
    Keyed {
        table: "session",
        columns: &["token_digest"],
        count: &store::COUNT_SESSION,
        how: How::End(&store::END_SESSION),
    },
    Keyed {
        table: "api_token",
        columns: &["digest"],
        count: &store::COUNT_TOKEN,
        how: How::End(&store::END_TOKEN),
    },
    Keyed {
        table: "recovery_code",
        columns: &["digest"],
        count: &store::COUNT_RECOVERY,
        how: How::End(&store::END_RECOVERY),
    },
    Keyed {
        table: "one_time_code",
        columns: &["phone_lookup", "digest"],
        count: &store::COUNT_CODE,
        how: How::End(&store::END_CODE),
    },
    Keyed {
        table: "sign_in_try",
        columns: &["phone_lookup"],
        count: &store::COUNT_TRY,
        how: How::End(&store::END_TRY),
    },
];

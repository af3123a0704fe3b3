use linli_base::At;
use linli_store::{row, statements};
use serde_json::Value as Json;
use uuid::Uuid;

statements! {
    pub(crate) OUTBOX_ADD(unscoped "whatever is done is announced") =
        "INSERT INTO outbox (id, at, topic, payload) VALUES ($1, $2, $3, $4)";
    pub(crate) OUTBOX_WAITING(unscoped "the worker acts for no person") =
        "SELECT id, topic, payload FROM outbox WHERE taken_at IS NULL AND topic IN {list:1} ORDER BY at, id LIMIT $2";
    pub(crate) OUTBOX_TAKE(unscoped "the worker acts for no person") =
        "UPDATE outbox SET taken_at = $2 WHERE id IN {list:1} AND taken_at IS NULL RETURNING id";
    pub(crate) OUTBOX_FORGET(unscoped "the program's own housekeeping") =
        "DELETE FROM outbox WHERE at < $1 AND taken_at IS NULL";
    pub(crate) OUTBOX_TIDY(unscoped "the worker acts for no person") =
        "DELETE FROM outbox WHERE taken_at < $1";
    pub(crate) JOB_ADD(unscoped "whatever is to be done is noted") =
        "INSERT INTO job (id, name, payload, run_at, tries, dedupe) VALUES ($1, $2, $3, $4, 0, $5)
         ON CONFLICT (dedupe) DO NOTHING";
    pub(crate) JOB_DUE(unscoped "the worker acts for no person") =
        "SELECT id, name, payload, tries FROM job
         WHERE failed_at IS NULL AND run_at <= $1 AND (locked_until IS NULL OR locked_until <= $1) AND name IN {list:2}
         ORDER BY run_at, id LIMIT $3";
    pub(crate) JOB_TAKE(unscoped "the worker acts for no person") =
        "UPDATE job SET tries = tries + 1, locked_until = $2, dedupe = NULL
         WHERE id IN {list:1} AND failed_at IS NULL AND run_at <= $3
           AND (locked_until IS NULL OR locked_until <= $3) RETURNING id, tries";
    pub(crate) JOB_FREE(unscoped "the worker acts for no person") =
        "UPDATE job SET locked_until = NULL WHERE locked_until IS NOT NULL AND failed_at IS NULL";
    pub(crate) JOB_DONE(unscoped "the worker acts for no person") =
        "DELETE FROM job WHERE id IN {list:1} AND tries = $2";
    pub(crate) JOB_LATER(unscoped "the worker acts for no person") =
        "UPDATE job SET run_at = $3, locked_until = NULL, last_error = $4 WHERE id = $1 AND tries = $2";
    pub(crate) JOB_FAIL(unscoped "the worker acts for no person") =
        "UPDATE job SET failed_at = $3, locked_until = NULL, last_error = $4 WHERE id = $1 AND tries = $2";
    pub(crate) JOB_FAILED(unscoped "jobs belong to the city's operators") =
        "SELECT id, name, failed_at, last_error FROM job WHERE failed_at IS NOT NULL
         ORDER BY failed_at DESC, id LIMIT 100";
    pub(crate) JOB_AGAIN(unscoped "jobs belong to the city's operators") =
        "UPDATE job SET failed_at = NULL, tries = 0, run_at = $2 WHERE id = $1 AND failed_at IS NOT NULL";
    pub(crate) ALL(unscoped "jobs belong to the city's operators") =
        "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM outbox) + (SELECT CAST(COUNT(*) AS BIGINT) FROM job)";
    pub(crate) STUCK(unscoped "jobs belong to the city's operators") =
        "SELECT topic, 'nobody takes it' FROM outbox WHERE taken_at IS NULL AND at < $1
         UNION ALL SELECT name, 'given up: ' || COALESCE(last_error, '') FROM job WHERE failed_at IS NOT NULL
         UNION ALL SELECT name, 'nobody does it' FROM job WHERE failed_at IS NULL AND run_at < $1
           AND (locked_until IS NULL OR locked_until < $1) LIMIT 1000";
    pub(crate) SCHEDULES(unscoped "the worker acts for no person") =
        "SELECT name, last_at FROM schedule";
    pub(crate) SCHEDULE_ADD(unscoped "the worker acts for no person") =
        "INSERT INTO schedule (name, last_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    pub(crate) SCHEDULE_DUE(unscoped "the worker acts for no person") =
        "UPDATE schedule SET last_at = $2 WHERE name = $1 AND last_at < $2";
}

row! {
    pub(crate) struct Count { pub number: i64 }
}

row! {
    pub(crate) struct Taken { pub id: Uuid }
}

row! {
    pub(crate) struct Tried { pub id: Uuid, pub tries: i64 }
}

row! {
    pub(crate) struct Stuck { pub name: String, pub why: String }
}

row! {
    pub(crate) struct Waiting { pub id: Uuid, pub topic: String, pub payload: Json }
}

row! {
    pub(crate) struct Due { pub id: Uuid, pub name: String, pub payload: Json, pub tries: i64 }
}

row! {
    /// A job that was given up.
    pub struct Failed { pub id: Uuid, pub name: String, pub failed_at: At, pub last_error: Option<String> }
}

row! {
    pub(crate) struct Scheduled { pub name: String, pub last_at: At }
}

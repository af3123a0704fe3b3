-- What was announced in the transaction of a change. Taken once, then kept for seven days.
CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    topic TEXT NOT NULL,
    payload JSONB NOT NULL,
    taken_at BIGINT
);
CREATE INDEX outbox_waiting ON outbox (at) WHERE taken_at IS NULL;
CREATE INDEX outbox_taken ON outbox (taken_at) WHERE taken_at IS NOT NULL;

-- Work to be done from run_at on. A row that was done is gone; one that failed for good says when and why.
CREATE TABLE job (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    payload JSONB NOT NULL,
    run_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    locked_until BIGINT,
    failed_at BIGINT,
    last_error TEXT,
    dedupe TEXT
);
CREATE INDEX job_due ON job (run_at) WHERE failed_at IS NULL;
CREATE UNIQUE INDEX job_dedupe ON job (dedupe);

-- When each schedule last came due.
CREATE TABLE schedule (
    name TEXT PRIMARY KEY,
    last_at BIGINT NOT NULL
);

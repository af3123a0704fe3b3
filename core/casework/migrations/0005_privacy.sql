-- Personal data (ADR 13).

-- A case whose words must stay though their time is over. Lifted by deleting; the audit trail has both.
CREATE TABLE case_hold (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    person_id UUID,
    at BIGINT NOT NULL,
    reason TEXT NOT NULL
);

-- A case whose words are gone: when, and why (asked, retention).
CREATE TABLE case_erased (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    at BIGINT NOT NULL,
    why TEXT NOT NULL
);

-- Bytes whose rows are gone; the folder forgets them next.
CREATE TABLE file_doomed (
    sha TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);

-- What somebody asks about their own data, by account (person_id) or by the code of one case (case_id).
-- acts_at: when an erasing that can still be undone is done. words, answer: erased after their time.
CREATE TABLE data_request (
    id UUID PRIMARY KEY,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    person_id UUID,
    case_id UUID,
    at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    acts_at BIGINT,
    closed_at BIGINT,
    words TEXT,
    answer TEXT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX data_request_number ON data_request (number);
CREATE INDEX data_request_state ON data_request (state, due_at);
CREATE INDEX data_request_person ON data_request (person_id, at);
CREATE INDEX data_request_case ON data_request (case_id, at);
CREATE UNIQUE INDEX data_request_one_case ON data_request (case_id, kind) WHERE state = 'grace';
CREATE UNIQUE INDEX data_request_one_person ON data_request (person_id, kind) WHERE state = 'grace' AND case_id IS NULL;

-- The last number of a data request on a day.
CREATE TABLE data_number (
    day BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);

-- What retention took away; no personal data.
CREATE TABLE retention_ledger (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    class TEXT NOT NULL,
    count BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    rule TEXT NOT NULL
);
CREATE INDEX retention_ledger_at ON retention_ledger (at);

-- Nothing is older than this for retention: when the demo was loaded. At most one row, id 1.
CREATE TABLE retention_start (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL
);

-- What people are asked to consent to, each version kept.
CREATE TABLE consent_text (
    purpose TEXT NOT NULL,
    version BIGINT NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    hash TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    PRIMARY KEY (purpose, version)
);

-- Given for a case, and withdrawn; channel: web, phone, window.
CREATE TABLE consent (
    id UUID PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    purpose TEXT NOT NULL,
    version BIGINT NOT NULL,
    given_at BIGINT NOT NULL,
    given_by TEXT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_by TEXT
);
CREATE INDEX consent_case ON consent (case_id, given_at);
CREATE UNIQUE INDEX consent_standing ON consent (case_id, purpose) WHERE withdrawn_at IS NULL;

-- A case as others see it: a copy that a person has read. state: waiting, shown, refused.
CREATE TABLE public_case (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    state TEXT NOT NULL,
    street_id UUID,
    community_id UUID,
    grid_id UUID,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    place TEXT NOT NULL,
    pictures JSONB NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_at BIGINT,
    person_id UUID,
    reason TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX public_case_state ON public_case (state, decided_at, case_id);
CREATE INDEX public_case_community ON public_case (community_id, state, decided_at);

-- A case: one row that moves, beside its words (erasable) and its events (append-only). ADR 4, 5.
CREATE TABLE cases (
    id UUID PRIMARY KEY,
    number TEXT NOT NULL,
    procedure TEXT NOT NULL,
    procedure_version BIGINT NOT NULL,
    profile TEXT NOT NULL,
    profile_version BIGINT NOT NULL,
    calendar_version TEXT NOT NULL,
    client_id UUID,
    client_digest TEXT,
    batch_id UUID,
    batch_key TEXT,
    shown BOOLEAN NOT NULL,
    code_key TEXT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    open BOOLEAN NOT NULL,
    back TEXT,
    round BIGINT NOT NULL,
    version BIGINT NOT NULL,
    chain TEXT NOT NULL,
    kind TEXT,
    category TEXT,
    level TEXT,
    street_id UUID,
    community_id UUID,
    grid_id UUID,
    desk_id UUID,
    lead_id UUID,
    person_id UUID,
    holder_id UUID,
    asker_id UUID,
    reachable BOOLEAN NOT NULL,
    clocks JSONB NOT NULL,
    marks JSONB NOT NULL,
    sort_at BIGINT NOT NULL,
    due_at BIGINT,
    due_clock TEXT,
    due_provisional BOOLEAN NOT NULL,
    due_paused BOOLEAN NOT NULL,
    yellow_at BIGINT,
    finish_due_at BIGINT,
    lat DOUBLE PRECISION,
    lon DOUBLE PRECISION,
    crs TEXT,
    happened_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE UNIQUE INDEX cases_number ON cases (number);
CREATE UNIQUE INDEX cases_client ON cases (client_id);
CREATE UNIQUE INDEX cases_batch_key ON cases (batch_key);
CREATE INDEX cases_batch ON cases (batch_id);
CREATE INDEX cases_due ON cases (open, sort_at, id);
CREATE INDEX cases_street ON cases (street_id, open, sort_at, id);
CREATE INDEX cases_community ON cases (community_id, open, sort_at, id);
CREATE INDEX cases_lead ON cases (lead_id, open, sort_at, id);
CREATE INDEX cases_holder ON cases (holder_id, open, sort_at, id);
CREATE INDEX cases_state ON cases (state, changed_at, id);
CREATE INDEX cases_asker ON cases (asker_id, recorded_at);

-- Who asked and what they said. Erasing empties the row; the case stays.
CREATE TABLE case_text (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    place TEXT NOT NULL,
    name TEXT,
    phone_sealed TEXT,
    phone_lookup TEXT
);
CREATE INDEX case_text_phone ON case_text (phone_lookup);

CREATE TABLE case_helper (
    case_id UUID NOT NULL REFERENCES cases (id),
    org_id UUID NOT NULL,
    PRIMARY KEY (case_id, org_id)
);
CREATE INDEX case_helper_org ON case_helper (org_id, case_id);

CREATE TABLE event (
    id UUID PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    seq BIGINT NOT NULL,
    step TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    round BIGINT NOT NULL,
    person_id UUID,
    post_id UUID,
    org_id UUID,
    via TEXT NOT NULL,
    street_id UUID,
    community_id UUID,
    grid_id UUID,
    happened_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    procedure_version BIGINT NOT NULL,
    profile_version BIGINT NOT NULL,
    calendar_version TEXT NOT NULL,
    input JSONB NOT NULL,
    changes JSONB NOT NULL,
    digest TEXT NOT NULL,
    chain TEXT NOT NULL
);
CREATE UNIQUE INDEX event_seq ON event (case_id, seq);
CREATE INDEX event_person ON event (person_id, recorded_at);

-- What was said in an event: erased, row and salt go, and the chain stays whole.
CREATE TABLE event_text (
    event_id UUID PRIMARY KEY REFERENCES event (id),
    salt TEXT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE case_file (
    case_id UUID NOT NULL REFERENCES cases (id),
    file_id UUID NOT NULL,
    event_id UUID,
    field TEXT NOT NULL,
    PRIMARY KEY (case_id, file_id)
);
CREATE INDEX case_file_file ON case_file (file_id);

-- The last number given on a day.
CREATE TABLE case_number (
    day BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);

-- One message to an org or to a person. Who has read it is beside it.
CREATE TABLE inbox (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    org_id UUID,
    person_id UUID,
    case_id UUID NOT NULL,
    event_id UUID NOT NULL,
    key TEXT NOT NULL
);
CREATE INDEX inbox_org ON inbox (org_id, at);
CREATE INDEX inbox_person ON inbox (person_id, at);
CREATE TABLE inbox_read (
    inbox_id UUID NOT NULL REFERENCES inbox (id),
    person_id UUID NOT NULL,
    PRIMARY KEY (inbox_id, person_id)
);

CREATE TABLE saved_view (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL,
    name TEXT NOT NULL,
    filter JSONB NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX saved_view_person ON saved_view (person_id);

-- Profiles and calendars as this city has them, each version kept.
CREATE TABLE profile (
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    PRIMARY KEY (name, version)
);
CREATE TABLE calendar_year (
    year BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    loaded_at BIGINT NOT NULL,
    PRIMARY KEY (year, version)
);

-- search index case_search

-- How the rows of the trail are sealed: seal_day and seal_seq name the seal that a row is in, with its copy.
ALTER TABLE audit ADD COLUMN seal_day BIGINT;
ALTER TABLE audit ADD COLUMN seal_seq BIGINT;
CREATE INDEX audit_unsealed ON audit (copy, at, id) WHERE seal_seq IS NULL;
CREATE INDEX audit_sealed ON audit (copy, seal_day, seal_seq) WHERE seal_seq IS NOT NULL;
CREATE INDEX audit_by_act ON audit (act, at);
CREATE INDEX audit_by_org ON audit (org_id, at) WHERE org_id IS NOT NULL;

-- A sealed batch. day is the day of sealing, dropped_at when its rows went by retention.
CREATE TABLE audit_seal (
  copy TEXT NOT NULL,
  day BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  count BIGINT NOT NULL,
  digest TEXT NOT NULL,
  chain TEXT NOT NULL,
  dropped_at BIGINT,
  PRIMARY KEY (copy, day, seq)
);

-- What a city has set about signing in and the trail; a name that is missing has its default.
CREATE TABLE guard_setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  set_at BIGINT NOT NULL
);

-- A post's roles lent to a colleague of its org, from a day to a day (the last included).
-- approved_at is NULL while it waits for a leader.
CREATE TABLE delegation (
  id UUID PRIMARY KEY,
  post_id UUID NOT NULL REFERENCES post (id),
  to_person_id UUID NOT NULL REFERENCES person (id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  reason TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  approved_by UUID REFERENCES person (id),
  approved_at BIGINT,
  ended_by UUID REFERENCES person (id),
  ended_at BIGINT
);
CREATE INDEX delegation_to ON delegation (to_person_id, to_day) WHERE ended_at IS NULL;
CREATE INDEX delegation_of ON delegation (post_id, to_day);

-- The authenticator of a person: secret_sealed opens with the key file for the person's id. last_step is the last
-- time step that was used; failed, since and locked_until count wrong codes.
CREATE TABLE second_factor (
  person_id UUID PRIMARY KEY REFERENCES person (id),
  secret_sealed TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  confirmed_at BIGINT,
  last_step BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  since BIGINT NOT NULL,
  locked_until BIGINT
);

CREATE TABLE recovery_code (
  person_id UUID NOT NULL REFERENCES person (id),
  digest TEXT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (person_id, digest)
);

-- Passwords that a person has had, the newest the one that holds; given: somebody else chose it.
CREATE TABLE password_past (
  person_id UUID NOT NULL REFERENCES person (id),
  set_at BIGINT NOT NULL,
  hash TEXT NOT NULL,
  given BOOLEAN NOT NULL,
  PRIMARY KEY (person_id, set_at)
);

-- wants: what is still asked before the session is whole (code, enrol, password). idle_ms: how long it may rest.
-- proved_at: when who it is was last proven. before_at: the person's sign-in before this one.
ALTER TABLE session ADD COLUMN wants TEXT;
ALTER TABLE session ADD COLUMN idle_ms BIGINT;
ALTER TABLE session ADD COLUMN proved_at BIGINT;
ALTER TABLE session ADD COLUMN before_at BIGINT;

-- Who takes on orders and wishes, of their own will: what they can do, when, where, how much. ADR 21.
-- skills: keys of service_group; times: seven digits, Monday first, each the sum of morning 1, afternoon 2, evening 4.
CREATE TABLE volunteer (
  person_id UUID PRIMARY KEY,
  unit_id UUID,
  community_id UUID NOT NULL,
  skills TEXT NOT NULL,
  times TEXT NOT NULL,
  lat DOUBLE PRECISION,
  lon DOUBLE PRECISION,
  fortnight BIGINT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT,
  changed_at BIGINT NOT NULL
);
CREATE INDEX volunteer_community ON volunteer (community_id, person_id) WHERE to_day IS NULL;
CREATE INDEX volunteer_unit ON volunteer (unit_id) WHERE unit_id IS NOT NULL;

-- Minutes that a volunteer has logged, for an order or by themselves; confirmed by the asker's word or by the desk.
CREATE TABLE hours (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL,
  case_id UUID,
  community_id UUID NOT NULL,
  day BIGINT NOT NULL,
  minutes BIGINT NOT NULL,
  what TEXT NOT NULL,
  what_en TEXT,
  made_at BIGINT NOT NULL,
  confirmed_at BIGINT,
  confirmed_by UUID
);
CREATE INDEX hours_person ON hours (person_id, day);
CREATE INDEX hours_waiting ON hours (community_id, day) WHERE confirmed_at IS NULL;
CREATE UNIQUE INDEX hours_case ON hours (case_id, person_id) WHERE case_id IS NOT NULL;

-- A quarter's totals that a member has released to their unit; without a row the unit sees nothing.
CREATE TABLE quarter_card (
  person_id UUID NOT NULL,
  quarter TEXT NOT NULL,
  unit_id UUID NOT NULL,
  times BIGINT NOT NULL,
  minutes BIGINT NOT NULL,
  released_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, quarter)
);
CREATE INDEX quarter_card_unit ON quarter_card (unit_id, quarter);

-- What an org of the kind alliance is for, where it lies and what it can do. ADR 23. skills: keys of service_group.
CREATE TABLE alliance (
  org_id UUID PRIMARY KEY,
  street_id UUID NOT NULL,
  community_id UUID,
  about TEXT NOT NULL,
  about_en TEXT,
  skills TEXT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT
);
CREATE INDEX alliance_street ON alliance (street_id, community_id);

-- Who belongs to it: an org or a person, never both; to_day is the day they left.
CREATE TABLE alliance_member (
  id UUID PRIMARY KEY,
  alliance_id UUID NOT NULL,
  org_id UUID,
  person_id UUID,
  from_day BIGINT NOT NULL,
  to_day BIGINT
);
CREATE UNIQUE INDEX alliance_member_org ON alliance_member (alliance_id, org_id) WHERE org_id IS NOT NULL AND to_day IS NULL;
CREATE UNIQUE INDEX alliance_member_person ON alliance_member (alliance_id, person_id) WHERE person_id IS NOT NULL AND to_day IS NULL;
CREATE INDEX alliance_member_own ON alliance_member (person_id) WHERE person_id IS NOT NULL;

-- What an org does again and again with volunteers, in one community or one street.
CREATE TABLE programme (
  id UUID PRIMARY KEY,
  org_id UUID NOT NULL,
  street_id UUID NOT NULL,
  community_id UUID,
  title TEXT NOT NULL,
  title_en TEXT,
  about TEXT NOT NULL,
  about_en TEXT,
  skill TEXT,
  from_day BIGINT NOT NULL,
  to_day BIGINT,
  ended_at BIGINT
);
CREATE INDEX programme_org ON programme (org_id);
CREATE INDEX programme_place ON programme (street_id, community_id);

-- One time of it. signed counts its sign-ups: taking the last place is one UPDATE.
CREATE TABLE activity (
  id UUID PRIMARY KEY,
  programme_id UUID NOT NULL,
  begins_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  place TEXT NOT NULL,
  wanted BIGINT NOT NULL,
  signed BIGINT NOT NULL,
  changed_at BIGINT,
  off_at BIGINT,
  off_reason TEXT
);
CREATE INDEX activity_programme ON activity (programme_id, begins_at);
CREATE INDEX activity_coming ON activity (begins_at);

-- Somebody's word to come, and that they came; signing off deletes it.
CREATE TABLE signup (
  activity_id UUID NOT NULL,
  person_id UUID NOT NULL,
  signed_at BIGINT NOT NULL,
  came_at BIGINT,
  came_by UUID,
  PRIMARY KEY (activity_id, person_id)
);
CREATE INDEX signup_person ON signup (person_id);

-- Who wants to be thanked in public; taking it back deletes the row.
CREATE TABLE recognition (
  person_id UUID PRIMARY KEY,
  community_id UUID NOT NULL,
  masked BOOLEAN NOT NULL,
  agreed_at BIGINT NOT NULL
);
CREATE INDEX recognition_community ON recognition (community_id);

-- The territory: one tree of five tiers (tier: city, street, community, grid, building).
-- lat and lon are WGS-84 degrees, crs the system they came in; households are counted on buildings.
CREATE TABLE area (
  id UUID PRIMARY KEY,
  tier TEXT NOT NULL,
  parent_id UUID REFERENCES area (id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  lat DOUBLE PRECISION,
  lon DOUBLE PRECISION,
  crs TEXT NOT NULL,
  households BIGINT NOT NULL
);
CREATE UNIQUE INDEX area_code ON area (code);
CREATE UNIQUE INDEX area_name_in_parent ON area (parent_id, name) WHERE tier <> 'building';
CREATE INDEX area_children ON area (parent_id, code);
CREATE INDEX area_by_tier ON area (tier, code);
CREATE INDEX area_building_at ON area (lat, lon) WHERE tier = 'building';

-- Who lies in whom at present; each area is its own ancestor at depth 0.
CREATE TABLE area_closure (
  ancestor_id UUID NOT NULL REFERENCES area (id),
  descendant_id UUID NOT NULL REFERENCES area (id),
  depth BIGINT NOT NULL,
  PRIMARY KEY (descendant_id, ancestor_id)
);
CREATE INDEX area_closure_down ON area_closure (ancestor_id, depth);

-- Who lay in whom from a day to a day, the last included; open while to_day is NULL.
CREATE TABLE area_parent (
  area_id UUID NOT NULL REFERENCES area (id),
  parent_id UUID REFERENCES area (id),
  from_day BIGINT NOT NULL,
  to_day BIGINT,
  PRIMARY KEY (area_id, from_day)
);
CREATE UNIQUE INDEX area_parent_open ON area_parent (area_id) WHERE to_day IS NULL;

-- Whatever acts (kind: party, office, department, unit, enterprise, social).
CREATE TABLE org (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  parent_id UUID REFERENCES org (id),
  home_area_id UUID REFERENCES area (id),
  leads_area_id UUID REFERENCES area (id),
  phone TEXT,
  active BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX org_name ON org (kind, name) WHERE active;
CREATE UNIQUE INDEX org_office_leading ON org (leads_area_id) WHERE kind = 'office' AND active;
CREATE INDEX org_leading ON org (leads_area_id);
CREATE INDEX org_home ON org (home_area_id);
CREATE INDEX org_children ON org (parent_id);

CREATE TABLE org_closure (
  ancestor_id UUID NOT NULL REFERENCES org (id),
  descendant_id UUID NOT NULL REFERENCES org (id),
  depth BIGINT NOT NULL,
  PRIMARY KEY (descendant_id, ancestor_id)
);
CREATE INDEX org_closure_down ON org_closure (ancestor_id, depth);

CREATE TABLE org_parent (
  org_id UUID NOT NULL REFERENCES org (id),
  parent_id UUID REFERENCES org (id),
  from_day BIGINT NOT NULL,
  to_day BIGINT,
  PRIMARY KEY (org_id, from_day)
);
CREATE UNIQUE INDEX org_parent_open ON org_parent (org_id) WHERE to_day IS NULL;

-- Named places (kind: compound, road, spot). match_key is the name without what people leave out (小区, 社区 …).
CREATE TABLE place (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL,
  area_id UUID NOT NULL REFERENCES area (id),
  name TEXT NOT NULL,
  name_en TEXT,
  match_key TEXT NOT NULL,
  lat DOUBLE PRECISION,
  lon DOUBLE PRECISION,
  crs TEXT NOT NULL
);
CREATE UNIQUE INDEX place_name_in_area ON place (area_id, kind, name);

-- The compound that a building belongs to; a compound may span grids.
CREATE TABLE building_place (
  building_id UUID PRIMARY KEY REFERENCES area (id),
  place_id UUID NOT NULL REFERENCES place (id)
);
CREATE INDEX building_place_by_place ON building_place (place_id);

-- A door in a building, where doors are known.
CREATE TABLE household (
  id UUID PRIMARY KEY,
  building_id UUID NOT NULL REFERENCES area (id),
  door TEXT NOT NULL
);
CREATE UNIQUE INDEX household_door ON household (building_id, door);

-- A human being. phone_sealed is readable with the key file only; phone_lookup finds it again.
CREATE TABLE person (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  name_en TEXT,
  phone_sealed TEXT,
  phone_lookup TEXT,
  password_hash TEXT,
  active BOOLEAN NOT NULL,
  demo BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX person_phone ON person (phone_lookup) WHERE phone_lookup IS NOT NULL;

-- A person's seat in an org, from a day to a day (the last included; open while to_day is NULL).
-- area_id narrows what it covers: a grid worker's grid.
CREATE TABLE post (
  id UUID PRIMARY KEY,
  person_id UUID NOT NULL REFERENCES person (id),
  org_id UUID NOT NULL REFERENCES org (id),
  title TEXT NOT NULL,
  title_en TEXT,
  area_id UUID REFERENCES area (id),
  from_day BIGINT NOT NULL,
  to_day BIGINT
);
CREATE INDEX post_of_person ON post (person_id, from_day);
CREATE INDEX post_in_org ON post (org_id, from_day);
CREATE INDEX post_for_area ON post (area_id, from_day) WHERE area_id IS NOT NULL;

CREATE TABLE post_role (
  post_id UUID NOT NULL REFERENCES post (id),
  role TEXT NOT NULL,
  PRIMARY KEY (post_id, role)
);

-- A signed-in browser. token_digest is an HMAC of what the cookie holds; post_id the hat worn.
CREATE TABLE session (
  id UUID PRIMARY KEY,
  token_digest TEXT NOT NULL,
  person_id UUID NOT NULL REFERENCES person (id),
  post_id UUID REFERENCES post (id),
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  address TEXT,
  agent TEXT
);
CREATE UNIQUE INDEX session_token ON session (token_digest);
CREATE INDEX session_of_person ON session (person_id, ends_at);
CREATE INDEX session_ending ON session (ends_at);

-- A program's way in, as a person in a post. ends_at is brought forward when it is revoked.
CREATE TABLE api_token (
  id UUID PRIMARY KEY,
  digest TEXT NOT NULL,
  person_id UUID NOT NULL REFERENCES person (id),
  post_id UUID NOT NULL REFERENCES post (id),
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX api_token_digest ON api_token (digest);
CREATE INDEX api_token_of_person ON api_token (person_id, created_at);

-- Wrong passwords per phone, whether anyone has it or not, so that a lock-out tells nobody who does.
CREATE TABLE sign_in_try (
  phone_lookup TEXT PRIMARY KEY,
  failed BIGINT NOT NULL,
  since BIGINT NOT NULL,
  locked_until BIGINT
);
CREATE INDEX sign_in_try_since ON sign_in_try (since);

-- The last one-time code sent to a phone. sends counts those since sends_from.
CREATE TABLE one_time_code (
  phone_lookup TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  sends BIGINT NOT NULL,
  sends_from BIGINT NOT NULL
);
CREATE INDEX one_time_code_sent ON one_time_code (sent_at);

-- How many codes an address asked for since when.
CREATE TABLE code_sender (
  address TEXT PRIMARY KEY,
  sends BIGINT NOT NULL,
  sends_from BIGINT NOT NULL
);
CREATE INDEX code_sender_from ON code_sender (sends_from);

-- The audit trail: who, in which post, what, on what, why. copy names the running program.
CREATE TABLE audit (
  id UUID PRIMARY KEY,
  at BIGINT NOT NULL,
  copy TEXT NOT NULL,
  person_id UUID,
  post_id UUID,
  org_id UUID,
  act TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id UUID,
  reason TEXT,
  detail JSONB NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_of_subject ON audit (subject_id, at) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_of_person ON audit (person_id, at) WHERE person_id IS NOT NULL;

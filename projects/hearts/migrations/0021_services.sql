-- The catalogue 区域化党建服务项目需求清单. ADR 21.
CREATE TABLE service_category (
  key TEXT PRIMARY KEY,
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL
);
CREATE TABLE service_group (
  key TEXT PRIMARY KEY,
  category_key TEXT NOT NULL REFERENCES service_category (key),
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL
);

-- An item of the city's list has a number; one of a community's own has its community.
CREATE TABLE service_item (
  id UUID PRIMARY KEY,
  group_key TEXT NOT NULL REFERENCES service_group (key),
  community_id UUID REFERENCES area (id),
  number BIGINT,
  name TEXT NOT NULL,
  name_en TEXT
);
CREATE UNIQUE INDEX service_item_number ON service_item (number) WHERE number IS NOT NULL;
CREATE INDEX service_item_own ON service_item (community_id) WHERE community_id IS NOT NULL;

-- How an item is offered from a day on: by the city, and by a community that wants it otherwise. Earlier ones are kept;
-- the last day is included.
CREATE TABLE service_choice (
  id UUID PRIMARY KEY,
  item_id UUID NOT NULL REFERENCES service_item (id),
  community_id UUID REFERENCES area (id),
  used BOOLEAN NOT NULL,
  way TEXT NOT NULL,
  hearts TEXT NOT NULL,
  frequency TEXT NOT NULL,
  frequency_en TEXT,
  standard TEXT NOT NULL,
  standard_en TEXT,
  from_day BIGINT NOT NULL,
  to_day BIGINT,
  made_at BIGINT NOT NULL,
  made_by UUID
);
CREATE UNIQUE INDEX service_choice_city ON service_choice (item_id) WHERE community_id IS NULL AND to_day IS NULL;
CREATE UNIQUE INDEX service_choice_open ON service_choice (item_id, community_id)
  WHERE community_id IS NOT NULL AND to_day IS NULL;
CREATE INDEX service_choice_of ON service_choice (community_id, from_day) WHERE community_id IS NOT NULL;

CREATE TABLE service_price (
  choice_id UUID NOT NULL REFERENCES service_choice (id),
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  fen BIGINT NOT NULL,
  PRIMARY KEY (choice_id, place)
);

-- Plain records of what a place has: funds, premises, seats in a joint body. ADR 15. Rows are ended, not deleted.

-- Money granted to an area for a year (kind: work 社区工作经费, service 党组织服务群众专项经费), in fen.
CREATE TABLE fund_grant (
  id UUID PRIMARY KEY,
  area_id UUID NOT NULL REFERENCES area (id),
  year BIGINT NOT NULL,
  kind TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  paid_on BIGINT NOT NULL
);
CREATE UNIQUE INDEX fund_grant_once ON fund_grant (area_id, year, kind);
CREATE INDEX fund_grant_paid ON fund_grant (kind, paid_on);

-- Rooms that an org has for its work and for visitors, with their floor space in square metres.
CREATE TABLE premises (
  id UUID PRIMARY KEY,
  org_id UUID NOT NULL REFERENCES org (id),
  name TEXT NOT NULL,
  name_en TEXT,
  square_metres BIGINT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT
);
CREATE INDEX premises_of_org ON premises (org_id, from_day);

-- An org's seat in a joint body (body: city_conference 市级联席会议), the last day included.
CREATE TABLE membership (
  id UUID PRIMARY KEY,
  body TEXT NOT NULL,
  org_id UUID NOT NULL REFERENCES org (id),
  from_day BIGINT NOT NULL,
  to_day BIGINT
);
CREATE UNIQUE INDEX membership_open ON membership (body, org_id) WHERE to_day IS NULL;

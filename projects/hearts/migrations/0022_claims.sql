-- Who says that they do an item 认领, in one community or in the whole city: an org, or a person for themselves. ADR 21.
-- What has a last day, which is included, is over or ends then; refused and withdrawn ones end on the day of that.
CREATE TABLE service_claim (
  id UUID PRIMARY KEY,
  item_id UUID NOT NULL REFERENCES service_item (id),
  community_id UUID REFERENCES area (id),
  org_id UUID REFERENCES org (id),
  person_id UUID REFERENCES person (id),
  brings TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  from_day BIGINT NOT NULL,
  to_day BIGINT,
  claimed_at BIGINT NOT NULL,
  claimed_by UUID,
  decided_at BIGINT,
  decided_by UUID,
  version BIGINT NOT NULL,
  CHECK ((org_id IS NULL) <> (person_id IS NULL))
);
CREATE UNIQUE INDEX service_claim_org ON service_claim (item_id, community_id, org_id)
  WHERE community_id IS NOT NULL AND to_day IS NULL;
CREATE UNIQUE INDEX service_claim_org_city ON service_claim (item_id, org_id)
  WHERE community_id IS NULL AND to_day IS NULL;
CREATE UNIQUE INDEX service_claim_person ON service_claim (item_id, community_id, person_id)
  WHERE community_id IS NOT NULL AND to_day IS NULL;
CREATE UNIQUE INDEX service_claim_person_city ON service_claim (item_id, person_id)
  WHERE community_id IS NULL AND to_day IS NULL;
CREATE INDEX service_claim_in ON service_claim (community_id, item_id);
CREATE INDEX service_claim_of_org ON service_claim (org_id) WHERE org_id IS NOT NULL;
CREATE INDEX service_claim_of_person ON service_claim (person_id) WHERE person_id IS NOT NULL;

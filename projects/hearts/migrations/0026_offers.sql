-- What may be shown of a case that looks for somebody. ADR 21.
-- title, place: of an order its item and compound; of a wish none, for they stand in its public copy. parts: one a line.
-- open: whether it still looks for somebody.
CREATE TABLE offer (
  case_id UUID PRIMARY KEY,
  open BOOLEAN NOT NULL,
  title TEXT,
  title_en TEXT,
  skill TEXT,
  heart TEXT,
  place TEXT,
  about TEXT NOT NULL,
  day BIGINT,
  part TEXT,
  hands BIGINT NOT NULL,
  parts TEXT NOT NULL,
  lat DOUBLE PRECISION,
  lon DOUBLE PRECISION,
  made_at BIGINT NOT NULL
);
CREATE INDEX offer_open ON offer (made_at) WHERE open = TRUE;

-- Who is known to the community: only they may come by themselves, for they learn where somebody lives.
ALTER TABLE volunteer ADD COLUMN known_at BIGINT;
ALTER TABLE volunteer ADD COLUMN known_by UUID;
CREATE INDEX volunteer_unknown ON volunteer (community_id) WHERE known_at IS NULL AND to_day IS NULL;

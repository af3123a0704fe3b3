-- At most one row, written with each area that is made or moved, each place and each org: what is held in memory of
-- them is then read anew (ADR 17).
CREATE TABLE address_book (
  id BIGINT PRIMARY KEY,
  last_id UUID,
  changes BIGINT NOT NULL
);

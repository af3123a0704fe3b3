-- One row, written with each area that is made or moved, each place and each org: what is held in memory of them is then read
-- anew (ADR 17).
CREATE TABLE address_book (
  id BIGINT PRIMARY KEY,
  last_id UUID,
  changes BIGINT NOT NULL
);
INSERT INTO address_book (id, last_id, changes) VALUES (1, NULL, 0);

-- The keys that this city's data was made with. digest tells whether a key of the same id in a key file is that one,
-- and nothing else; from from_at on new values are made with it; dropped_at: nothing hangs on it any more (ADR 13).
CREATE TABLE city_key (
  id TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  dropped_at BIGINT
);

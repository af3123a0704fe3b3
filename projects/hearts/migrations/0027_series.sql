-- An order that is made again and again: how often, the last day on which the next one may be, and the day on which it
-- is made. ADR 21.
ALTER TABLE service_order ADD COLUMN every TEXT;
ALTER TABLE service_order ADD COLUMN until_day BIGINT;
ALTER TABLE service_order ADD COLUMN next_on BIGINT;
CREATE INDEX service_order_next ON service_order (next_on) WHERE next_on IS NOT NULL;

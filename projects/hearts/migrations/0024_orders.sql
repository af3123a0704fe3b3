-- What an order 点单 was made of: its item, the terms that held, and when it was wished for. ADR 21.
CREATE TABLE service_order (
  case_id UUID PRIMARY KEY,
  item_id UUID NOT NULL REFERENCES service_item (id),
  choice_id UUID NOT NULL REFERENCES service_choice (id),
  wanted_day BIGINT,
  wanted_part TEXT
);
CREATE INDEX service_order_item ON service_order (item_id);
CREATE INDEX service_order_choice ON service_order (choice_id);

-- What a new case leaves empty is in no index, and nobody looks for cases by phone.
DROP INDEX case_text_phone;
DROP INDEX cases_batch_key;
CREATE UNIQUE INDEX cases_batch_key ON cases (batch_key) WHERE batch_key IS NOT NULL;
DROP INDEX cases_batch;
CREATE INDEX cases_batch ON cases (batch_id) WHERE batch_id IS NOT NULL;
DROP INDEX cases_lead;
CREATE INDEX cases_lead ON cases (lead_id, open, sort_at, id) WHERE lead_id IS NOT NULL;
DROP INDEX cases_holder;
CREATE INDEX cases_holder ON cases (holder_id, open, sort_at, id) WHERE holder_id IS NOT NULL;
DROP INDEX cases_asker;
CREATE INDEX cases_asker ON cases (asker_id, recorded_at) WHERE asker_id IS NOT NULL;
DROP INDEX event_person;
CREATE INDEX event_person ON event (person_id, recorded_at) WHERE person_id IS NOT NULL;

-- Cases that are handled together or are parts of one, and cases whose handler does not know who asked. ADR 9.
ALTER TABLE cases ADD COLUMN master_id UUID;
ALTER TABLE cases ADD COLUMN parent_id UUID;
ALTER TABLE cases ADD COLUMN confidential BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX cases_master ON cases (master_id) WHERE master_id IS NOT NULL;
CREATE INDEX cases_parent ON cases (parent_id) WHERE parent_id IS NOT NULL;

-- What the desk releases to the handler of a confidential case.
ALTER TABLE case_text ADD COLUMN handler_title TEXT;
ALTER TABLE case_text ADD COLUMN handler_body TEXT;
ALTER TABLE case_text ADD COLUMN handler_place TEXT;

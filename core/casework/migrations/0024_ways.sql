-- Each way in which a case can be within reach has its index, what is open has its own, and how it stands is counted
-- from an index alone. ADR 16.
DROP INDEX cases_due;
CREATE INDEX cases_due ON cases (sort_at, id, yellow_at, due_paused, shown, open) WHERE open = TRUE;
CREATE INDEX cases_standing ON cases (state, sort_at, id, due_paused, yellow_at, shown, open) WHERE open = TRUE;
DROP INDEX cases_street;
CREATE INDEX cases_street ON cases (street_id, open, sort_at, id, state, due_paused, yellow_at, shown);
CREATE INDEX cases_desk ON cases (desk_id, open, sort_at, id) WHERE desk_id IS NOT NULL;
CREATE INDEX cases_grid ON cases (grid_id, open, sort_at, id) WHERE grid_id IS NOT NULL;

-- What is counted beside a list, and a category, is in the index of each way in which a case can be within reach; a
-- desk's holds what is open alone, for nobody asks for the rest by it. ADR 16.
DROP INDEX cases_due;
CREATE INDEX cases_due ON cases (sort_at, id, yellow_at, due_paused, shown, open, category) WHERE open = TRUE;
DROP INDEX cases_street;
CREATE INDEX cases_street ON cases (street_id, open, sort_at, id, state, due_paused, yellow_at, shown, category);
DROP INDEX cases_community;
CREATE INDEX cases_community ON cases (community_id, open, sort_at, id, state, due_paused, yellow_at, shown, category);
DROP INDEX cases_grid;
CREATE INDEX cases_grid ON cases (grid_id, open, sort_at, id, state, due_paused, yellow_at, shown, category)
    WHERE grid_id IS NOT NULL;
DROP INDEX cases_lead;
CREATE INDEX cases_lead ON cases (lead_id, open, sort_at, id, state, due_paused, yellow_at, shown, category)
    WHERE lead_id IS NOT NULL;
DROP INDEX cases_holder;
CREATE INDEX cases_holder ON cases (holder_id, open, sort_at, id, state, due_paused, yellow_at, shown, category)
    WHERE holder_id IS NOT NULL;
DROP INDEX cases_desk;
CREATE INDEX cases_desk ON cases (desk_id, sort_at, id, state, due_paused, yellow_at, shown, open, category)
    WHERE open = TRUE;

-- Everything counted anew is counted in two walks: facts first, then their sums, in order of community, figure and
-- month; these say how far the sums are. No figure: all facts are summed. ADR 10.
ALTER TABLE figure_clock ADD COLUMN summed_community UUID;
ALTER TABLE figure_clock ADD COLUMN summed_figure TEXT;
ALTER TABLE figure_clock ADD COLUMN summed_month BIGINT;

-- Only what was said is asked for its place.
DROP INDEX figure_fact_place;
CREATE INDEX figure_fact_place ON figure_fact (grid_id, community_id, detail, day, case_id) WHERE figure = 'said';

-- A city that comes from before 0017 has no sums yet.
UPDATE figure_clock SET summed_figure = '', summed_month = 0 WHERE NOT EXISTS (SELECT 1 FROM figure_cell);

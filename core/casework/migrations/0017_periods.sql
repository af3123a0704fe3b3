-- Sums of figures by week, month and year, so that a year is read from one of them. ADR 10. Facts and sums follow from
-- the events: they are thrown away, and every case waits to be counted anew.
-- period is ISO 8601: 2026-W39, 2026-09, 2026.
DROP TABLE figure_cell;
CREATE TABLE figure_cell (
    org_id UUID NOT NULL,
    tier BIGINT NOT NULL,
    period TEXT NOT NULL,
    figure TEXT NOT NULL,
    street_id UUID NOT NULL,
    community_id UUID NOT NULL,
    grid_id UUID NOT NULL,
    total BIGINT NOT NULL,
    value BIGINT NOT NULL,
    whole BIGINT NOT NULL,
    part BIGINT NOT NULL,
    share BIGINT NOT NULL,
    shared BIGINT NOT NULL,
    PRIMARY KEY (org_id, tier, period, figure, street_id, community_id, grid_id)
);
-- The orgs that worked in an area are found without reading those of others.
CREATE INDEX figure_cell_orgs ON figure_cell (tier, period, figure, street_id, community_id, org_id) WHERE tier < 3;

DELETE FROM figure_fact;
INSERT INTO figure_mark (case_id, at) SELECT id, changed_at FROM cases WHERE shown = TRUE
    ON CONFLICT (case_id, at) DO NOTHING;

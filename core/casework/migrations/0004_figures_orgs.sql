-- The orgs of the whole city in a period are found without reading every cell.
CREATE INDEX figure_cell_city ON figure_cell (figure, month, org_id) WHERE tier = 0;

-- A city that had cases before there were figures: all of them wait to be counted.
INSERT INTO figure_mark (case_id, at) SELECT id, changed_at FROM cases WHERE shown = TRUE
    ON CONFLICT (case_id, at) DO NOTHING;

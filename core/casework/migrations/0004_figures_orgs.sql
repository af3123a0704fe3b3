-- The orgs of the whole city in a period are found without reading every cell.
CREATE INDEX figure_cell_city ON figure_cell (figure, month, org_id) WHERE tier = 0;

-- Cases counted in figures, and their sums. ADR 10. A nil id stands for all or none; a month is year * 12 + month - 1.

-- A case whose facts are to be folded anew from that time on.
CREATE TABLE figure_mark (
    case_id UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, at)
);
CREATE INDEX figure_mark_at ON figure_mark (at, case_id);

-- Held by whoever counts; until when everything was counted.
CREATE TABLE figure_clock (
    id BIGINT PRIMARY KEY,
    counted_at BIGINT NOT NULL
);

CREATE TABLE figure_fact (
    case_id UUID NOT NULL,
    figure TEXT NOT NULL,
    seq BIGINT NOT NULL,
    org_id UUID NOT NULL,
    main BOOLEAN NOT NULL,
    day BIGINT NOT NULL,
    month BIGINT NOT NULL,
    street_id UUID NOT NULL,
    community_id UUID NOT NULL,
    grid_id UUID NOT NULL,
    detail TEXT NOT NULL,
    value BIGINT NOT NULL,
    share BIGINT NOT NULL,
    PRIMARY KEY (case_id, figure, seq, org_id)
);
CREATE INDEX figure_fact_city ON figure_fact (figure, month, day, case_id, seq);
CREATE INDEX figure_fact_street ON figure_fact (street_id, figure, month, day, case_id, seq);
CREATE INDEX figure_fact_community ON figure_fact (community_id, figure, month, day, case_id, seq);
CREATE INDEX figure_fact_org ON figure_fact (org_id, figure, month, day, case_id, seq);
CREATE INDEX figure_fact_place ON figure_fact (figure, grid_id, community_id, detail, day, case_id);

-- figure is a figure's name, or that and a detail (said/road.lamp, excluded/untrue). tier: 0 city to 3 grid.
CREATE TABLE figure_cell (
    org_id UUID NOT NULL,
    tier BIGINT NOT NULL,
    figure TEXT NOT NULL,
    month BIGINT NOT NULL,
    street_id UUID NOT NULL,
    community_id UUID NOT NULL,
    grid_id UUID NOT NULL,
    total BIGINT NOT NULL,
    value BIGINT NOT NULL,
    whole BIGINT NOT NULL,
    part BIGINT NOT NULL,
    share BIGINT NOT NULL,
    shared BIGINT NOT NULL,
    PRIMARY KEY (org_id, tier, figure, month, street_id, community_id, grid_id)
);
CREATE INDEX figure_cell_street ON figure_cell (street_id, tier, figure, month);
CREATE INDEX figure_cell_community ON figure_cell (community_id, tier, figure, month);

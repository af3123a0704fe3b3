-- From when the cards of the finish clock show, while it runs. ADR 8.
ALTER TABLE cases ADD COLUMN card_yellow_at BIGINT;
ALTER TABLE cases ADD COLUMN card_red_at BIGINT;
-- 0 where it is still to be worked out: the job that tells of cards does it.
UPDATE cases SET card_yellow_at = 0, card_red_at = 0 WHERE open = TRUE AND finish_due_at IS NOT NULL;
CREATE INDEX cases_card_yellow ON cases (card_yellow_at, id) WHERE card_yellow_at IS NOT NULL;
CREATE INDEX cases_card_red ON cases (card_red_at, id) WHERE card_red_at IS NOT NULL;
CREATE INDEX cases_again ON cases (community_id, category, recorded_at) WHERE category IS NOT NULL;

-- That a card was told: once for each card of a round.
CREATE TABLE case_card (
    case_id UUID NOT NULL REFERENCES cases (id),
    round BIGINT NOT NULL,
    card TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, round, card)
);

-- The marks by which lists are filtered; the case's own column stays the truth.
CREATE TABLE case_mark (
    case_id UUID NOT NULL REFERENCES cases (id),
    mark TEXT NOT NULL,
    PRIMARY KEY (case_id, mark)
);
CREATE INDEX case_mark_mark ON case_mark (mark, case_id);

-- Which version of which profile holds from when. The last one whose time has come holds.
CREATE TABLE profile_choice (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    person_id UUID,
    why TEXT NOT NULL
);
CREATE INDEX profile_choice_from ON profile_choice (from_at, at);

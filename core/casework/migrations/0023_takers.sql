-- People who are asked to take a case on, or have taken it on. Who declined or gave it back stands in the events. ADR 21.
CREATE TABLE case_taker (
    case_id UUID NOT NULL REFERENCES cases (id),
    person_id UUID NOT NULL,
    asked BOOLEAN NOT NULL,
    PRIMARY KEY (case_id, person_id)
);
CREATE INDEX case_taker_person ON case_taker (person_id, case_id);

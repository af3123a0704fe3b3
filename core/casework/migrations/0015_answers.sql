-- An org's latest answers, with which a new one is compared: without it each answer reads all events.
CREATE INDEX event_answers ON event (org_id, recorded_at) WHERE step = 'answer';

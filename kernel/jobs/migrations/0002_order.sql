-- The queue is taken in this order; without the id, jobs of one moment were sorted anew for whoever took some.
CREATE INDEX job_next ON job (run_at, id) WHERE failed_at IS NULL;
DROP INDEX job_due;

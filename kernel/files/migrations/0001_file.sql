-- An upload that was taken. What it hangs on, and so who may see it, its room says.
-- sha and thumb_sha name its bytes; two rows may share them.
CREATE TABLE file (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    sha TEXT NOT NULL,
    thumb_sha TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX file_sha ON file (sha);
CREATE INDEX file_thumb ON file (thumb_sha);

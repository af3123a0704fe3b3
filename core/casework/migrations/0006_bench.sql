-- Lists by change walk this one and stop at a page; without it a million rows are sorted for fifty.
CREATE INDEX cases_changed ON cases (changed_at, id);

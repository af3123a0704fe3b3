-- The look-up code of a case whose key was rotated, sealed: it is on paper and stays what it is (ADR 13). Where it is
-- NULL the code is made from the key that code_key names.
ALTER TABLE cases ADD COLUMN code_sealed TEXT;

-- The release before this one writes the key of each new row; until a row has it, reading makes it.
-- inboard: backfill
-- inboard: accept blocking writers wait for one batch at most
UPDATE "emissions"
SET "source_key" = lower(regexp_replace(btrim("source"), '\s+', ' ', 'g'))
WHERE "source_key" IS NULL;

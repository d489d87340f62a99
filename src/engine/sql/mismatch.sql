-- The mark of a difference that ended a run: an empty table whose name has the history's table and the program in it. That it is
-- there is all that is read of it, so nothing depends on who made it.

-- $1: the history's table, $2: the program. The mark's name, and whether it is there. A schema that the role may not use has no
-- mark for it.
PREPARE mismatch_find AS
SELECT name, CASE WHEN pg_catalog.to_regnamespace('inboard') IS NULL
        OR NOT pg_catalog.has_schema_privilege(pg_catalog.to_regnamespace('inboard'), 'USAGE') THEN false
    ELSE pg_catalog.to_regclass(pg_catalog.concat('inboard.', name)) IS NOT NULL END
FROM (SELECT pg_catalog.concat('mismatch_', pg_catalog.to_regclass($1::text)::pg_catalog.oid, '_', $2::text) AS name) AS mark;

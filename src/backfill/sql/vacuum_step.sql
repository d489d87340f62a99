-- VACUUM while a backfill runs.

-- $1: a table, quoted. How many rows it has as far as the statistics know (-1: they do not), and whether the role may VACUUM it: as
-- owner of the table or of the database, and since version 17 by MAINTAIN.
PREPARE vacuum_step_table AS
SELECT CASE WHEN c.relpages = 0 THEN -1 ELSE c.reltuples END::bigint,
    pg_catalog.pg_has_role(c.relowner, 'USAGE') OR pg_catalog.pg_has_role(d.datdba, 'USAGE')
    OR CASE WHEN pg_catalog.current_setting('server_version_num')::integer >= 170000
        THEN pg_catalog.has_table_privilege(c.oid, 'MAINTAIN') ELSE false END
FROM pg_catalog.pg_class c, pg_catalog.pg_database d
WHERE c.oid = pg_catalog.to_regclass($1) AND d.datname = pg_catalog.current_database();

-- Shadow databases: made with a name that carries the run, whose advisory lock says that the run lives; what a run left that died is known by
-- its lock, which nobody holds.

-- $1 is the class of the locks, here and below.
PREPARE shadow_begin AS
SELECT n.name, pg_catalog.pg_try_advisory_lock($1::int4, pg_catalog.hashtext(n.name))
FROM (SELECT 'inboard_shadow_' || pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', '') AS name OFFSET 0) AS n;

PREPARE shadow_dead AS
SELECT d.datname
FROM pg_catalog.pg_database d
WHERE d.datname ~ '^inboard_shadow_[0-9a-f]{32}$' AND pg_catalog.pg_has_role(d.datdba, 'USAGE')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.classid = $1::oid
        AND l.objid = (pg_catalog.hashtext(d.datname)::bigint & 4294967295)::oid);

-- Two connections that give the same are to one database.
-- name: shadow_identity
SELECT pg_catalog.concat(d.oid, ' ', d.datname, ' ', pg_catalog.pg_postmaster_start_time()), current_user
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database();

-- Of a database that was given: whether it is marked as a shadow, has anything in it that no extension brought (tables and the like, functions,
-- types), and is nobody else's now.
PREPARE shadow_given AS
SELECT pg_catalog.to_regnamespace('inboard_shadow') IS NOT NULL,
    EXISTS (SELECT FROM (
            SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, c.relnamespace FROM pg_catalog.pg_class c
            UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.pronamespace FROM pg_catalog.pg_proc p
            UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace FROM pg_catalog.pg_type t
                WHERE t.typtype IN ('d', 'e', 'r')) AS o (class, oid, space)
            JOIN pg_catalog.pg_namespace n ON n.oid = o.space
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype IN ('e', 'i'))),
    pg_catalog.pg_try_advisory_lock($1::int4, 0);

-- name: shadow_clean
DO $$
DECLARE
    space name;
BEGIN
    CREATE SCHEMA IF NOT EXISTS inboard_shadow;
    FOR space IN SELECT n.nspname FROM pg_catalog.pg_namespace n
        WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'inboard_shadow', 'public')
    LOOP
        EXECUTE pg_catalog.format('DROP SCHEMA %I CASCADE', space);
    END LOOP;
    DROP SCHEMA IF EXISTS public CASCADE;
    CREATE SCHEMA public;
END
$$;

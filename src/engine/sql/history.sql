-- Reading the state of a database: facts of the server, the rows of _prisma_migrations, inboard's metadata tables.
-- psql -v schema=public -f history.sql prepares each statement on a database that has a history.

-- At the head of each segment that reads: for its transaction alone, because behind a pooler the session is not ours.
-- Nothing is found through the role's search_path, and no timeout of the role's is ours; the connection's limit is. Joins
-- are made as they are written, because planning these statements would take longer than running them.
PREPARE history_local_settings AS
SELECT pg_catalog.set_config('search_path', '', true),
    pg_catalog.set_config('statement_timeout', '0', true),
    pg_catalog.set_config('lock_timeout', '0', true),
    pg_catalog.set_config('join_collapse_limit', '1', true),
    pg_catalog.set_config('jit', 'off', true);

-- The same for what is only read: whatever a relation of somebody else's makes of a read, it writes nothing. First the schema
-- that the session's search_path leads to, before it is emptied: NULL when none of it exists. inboard's own schema is none for a
-- history, though a role of that name has it first in its path.
PREPARE history_read_settings AS
SELECT (pg_catalog.array_remove(pg_catalog.current_schemas(false), 'inboard'))[1],
    pg_catalog.set_config('transaction_read_only', 'on', true),
    pg_catalog.set_config('search_path', '', true),
    pg_catalog.set_config('statement_timeout', '0', true),
    pg_catalog.set_config('lock_timeout', '0', true),
    pg_catalog.set_config('join_collapse_limit', '1', true),
    pg_catalog.set_config('jit', 'off', true);

-- What PostgreSQL writes about its catalogue has constants in it as the session shows them. A monitor's role and a release
-- job's, a TimeZone or a setting of the database, must not make a difference: for the transaction alone, too.
PREPARE history_output_settings AS
SELECT pg_catalog.set_config('TimeZone', 'UTC', true),
    pg_catalog.set_config('DateStyle', 'ISO, MDY', true),
    pg_catalog.set_config('IntervalStyle', 'postgres', true),
    pg_catalog.set_config('bytea_output', 'hex', true),
    pg_catalog.set_config('extra_float_digits', '1', true),
    pg_catalog.set_config('quote_all_identifiers', 'off', true),
    pg_catalog.set_config('standard_conforming_strings', 'on', true);

-- A role that may create in the schema can have put something in the place of the history, or of inboard's own tables,
-- that runs code as whoever reads or writes it. So history_facts reads the catalogue only, and names as suspects what is not
-- plainly a table of this role's, or of a role that it may act as, or that may act as it; for a role that cannot create
-- there, another role's table will do when its types, and so its casts, are PostgreSQL's own. The guards keep the statements
-- that follow in the transaction from suspects, and from what was not there. history_faults decides about suspects, and
-- about all before something is written; it takes longer.

-- $1: the schema, $2: suspects that were found to be without fault. One row, its columns in the order of INB__FACT_….
-- Tables of PostGIS do not make a schema "not empty", as in Prisma's rule for P3005. Rows are hidden when a policy decides
-- what this role reads of the history.
PREPARE history_facts AS
SELECT pg_catalog.pg_backend_pid(),
    pg_catalog.pg_is_in_recovery(),
    pg_catalog.current_setting('default_transaction_read_only') = 'on',
    pg_catalog.current_database(),
    current_user,
    f.space IS NOT NULL,
    f.history IS NOT NULL,
    f.history IS NULL AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = f.space AND c.relkind = 'r'
        AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns', 'raster_columns',
            'raster_overviews')),
    EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = f.space
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relname <> '_prisma_migrations'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass::oid
            AND d.objid = c.oid AND d.deptype = 'e'))
    OR EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.typnamespace = f.space AND t.typtype = 'e'),
    f.metadata IS NOT NULL,
    f.metadata_space IS NOT NULL,
    f.metadata_readable,
    f.hidden,
    NULLIF(f.suspects, $2),
    pg_catalog.set_config('inboard.readable', CASE WHEN f.suspects NOT IN ('', $2) OR f.hidden THEN ''
        ELSE pg_catalog.concat('history ' || f.history::text, ' metadata ' || f.metadata::text) END, true)
FROM (SELECT n.oid AS space, h.oid AS history, i.oid AS metadata_space, o.oid AS metadata,
        COALESCE(pg_catalog.has_schema_privilege(i.oid, 'USAGE') AND pg_catalog.has_table_privilege(o.oid, 'SELECT'), false)
            AS metadata_readable,
        COALESCE(pg_catalog.row_security_active(h.oid), false)
        AND (NOT EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = h.oid AND p.polcmd IN ('r', '*')
                AND EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) AS r (oid) WHERE r.oid = 0
                    OR pg_catalog.pg_has_role(r.oid, 'USAGE'))
                AND p.polpermissive AND pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true')
            OR EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = h.oid AND p.polcmd IN ('r', '*')
                AND EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) AS r (oid) WHERE r.oid = 0
                    OR pg_catalog.pg_has_role(r.oid, 'USAGE'))
                AND NOT p.polpermissive)) AS hidden,
        pg_catalog.concat(CASE WHEN NOT (pg_catalog.pg_has_role(i.nspowner, current_user, 'MEMBER')
                OR pg_catalog.current_setting('is_superuser') = 'off' AND pg_catalog.pg_has_role(i.nspowner, 'MEMBER'))
            AND COALESCE(pg_catalog.has_schema_privilege(n.oid, 'CREATE'), true) THEN i.oid END,
            (SELECT pg_catalog.string_agg(' ' || c.oid::text, '' ORDER BY c.oid)
            FROM pg_catalog.pg_class c
            WHERE c.relname IN ('_prisma_migrations', 'histories', 'migrations', 'statements', 'attempts', 'backfills',
                'backfill_ranges', 'backfill_rows')
            AND c.relnamespace = CASE c.relname WHEN '_prisma_migrations' THEN n.oid ELSE i.oid END
            AND (c.relkind NOT IN ('r', 'p')
                OR NOT (pg_catalog.pg_has_role(c.relowner, current_user, 'MEMBER')
                    OR pg_catalog.current_setting('is_superuser') = 'off' AND pg_catalog.pg_has_role(c.relowner, 'MEMBER'))
                AND (pg_catalog.has_schema_privilege(n.oid, 'CREATE')
                    OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                        AND (a.atttypid >= 16384 OR a.attgenerated = 'v'))
                    OR c.relrowsecurity AND c.relname <> '_prisma_migrations')))) AS suspects
    FROM (SELECT) one
    LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1
    LEFT JOIN pg_catalog.pg_namespace i ON i.nspname = 'inboard'
    LEFT JOIN pg_catalog.pg_class h ON h.relnamespace = n.oid AND h.relname = '_prisma_migrations'
        AND h.relkind IN ('r', 'p')
    LEFT JOIN pg_catalog.pg_class o ON o.relnamespace = i.oid AND o.relname = 'migrations') f;

-- $1: the schema, $2: whether its tables will be written. No row when there is no fault, else one, its columns in the order of
-- INB__FAULT_…. Trusted are this role, the roles that it is a member of and that are members of it (superusers are), and the
-- database's owner; a superuser is a member of the roles that were granted to it, not of all. Faults: an owner who is not
-- trusted, a relation that is not a table, a column of a type that is not PostgreSQL's own in a table of somebody who is
-- not trusted, a trigger whose function belongs to such a role.
PREPARE history_faults AS
WITH RECURSIVE mine (oid) AS (
    SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user
    UNION
    SELECT m.roleid FROM mine JOIN pg_catalog.pg_auth_members m ON m.member = mine.oid),
trusted (oid) AS (
    SELECT oid FROM mine
    UNION ALL
    SELECT oid FROM pg_catalog.pg_roles
    WHERE rolname = 'pg_database_owner' OR pg_catalog.pg_has_role(oid, current_user, 'MEMBER')
    UNION ALL
    SELECT datdba FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
space AS (
    SELECT n.oid, n.nspname, n.nspowner, n.nspowner IN (SELECT oid FROM trusted) AS is_trusted,
        COALESCE((SELECT pg_catalog.has_schema_privilege(u.oid, 'CREATE') FROM pg_catalog.pg_namespace u
            WHERE u.nspname = $1), true) AS creates
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname IN ($1, 'inboard')),
rel AS (
    SELECT c.oid, c.relname, c.relkind, c.relowner, s.nspname, c.relowner IN (SELECT oid FROM trusted) AS is_trusted,
        s.creates OR $2::boolean AND pg_catalog.has_table_privilege(c.oid, 'INSERT') AS is_writer
    FROM space s
    JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid
    WHERE c.relname = '_prisma_migrations' AND s.nspname = $1
    OR c.relname IN ('histories', 'migrations', 'statements', 'attempts', 'backfills', 'backfill_ranges', 'backfill_rows')
        AND s.nspname = 'inboard')
SELECT f.fault, r.nspname, r.relname, pg_catalog.pg_get_userbyid(r.relowner), f.detail
FROM rel r
CROSS JOIN LATERAL (
    SELECT 1 AS rank, 'kind' AS fault, r.relkind::text AS detail WHERE r.relkind NOT IN ('r', 'p')
    UNION ALL
    SELECT 2, 'type', a.attname::text
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT r.is_trusted AND NOT r.is_writer
    AND (a.atttypid >= 16384 OR a.attgenerated = 'v')
    UNION ALL
    SELECT 3, 'owner', NULL WHERE NOT r.is_trusted AND r.is_writer
    UNION ALL
    SELECT 3, 'policy', NULL
    WHERE NOT r.is_trusted AND r.relname <> '_prisma_migrations' AND pg_catalog.row_security_active(r.oid)
    UNION ALL
    SELECT 4, 'trigger', t.tgname::text
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = r.oid AND NOT t.tgisinternal AND r.is_writer AND p.proowner NOT IN (SELECT oid FROM trusted)) f
UNION ALL
SELECT 'owner', s.nspname, NULL, pg_catalog.pg_get_userbyid(s.nspowner), NULL
FROM space s
WHERE s.nspname = 'inboard' AND NOT s.is_trusted AND s.creates
ORDER BY 3 NULLS LAST, 1
LIMIT 1;

-- Before what is read of a relation that history_facts found. $1: history or metadata. A cast that fails: see record.sql.
PREPARE history_guard AS
SELECT CASE WHEN pg_catalog.strpos(pg_catalog.current_setting('inboard.readable', true), $1) > 0 THEN 0
    ELSE pg_catalog.concat('inboard: not readable ', pg_catalog.pg_backend_pid())::integer END;

PREPARE history_current_schema AS
SELECT (pg_catalog.array_remove(pg_catalog.current_schemas(false), 'inboard'))[1];

-- In the order of inb__history.rows. The logs of unfinished rows only: they can be long.
PREPARE history_rows AS
SELECT id, migration_name, checksum, CASE WHEN finished_at IS NULL THEN pg_catalog.left(logs, 4000) END, started_at,
    finished_at, rolled_back_at
FROM :"schema"._prisma_migrations
ORDER BY migration_name COLLATE "C", started_at, id;

-- $1: the schema.
PREPARE history_metadata AS
SELECT initial, catalogue, catalogue_rows FROM inboard.histories WHERE history = $1;

-- $1: the schema. As history_metadata_migrations, of all, and of tables that have every column.
PREPARE history_metadata_whole AS
SELECT id, class, transactional, compatible::text, reason, program_version FROM inboard.migrations WHERE history = $1;

-- $1: the schema.
PREPARE history_fingerprint AS
SELECT fingerprint FROM inboard.histories WHERE history = $1;

-- $1: the schema, $2: finished migrations are read for names above this one only. By way of JSON what an older inboard's
-- table does not have.
PREPARE history_metadata_migrations AS
SELECT m.id, m.class, m.transactional, pg_catalog.to_jsonb(m) ->> 'compatible', pg_catalog.to_jsonb(m) ->> 'reason',
    m.program_version
FROM inboard.migrations m
WHERE m.history = $1 AND (m.finished_at IS NULL OR m.name COLLATE "C" > $2);

-- Before something is written: whether an older inboard made its tables, and whether Citus tells which node this is, and which
-- tables it has distributed.
PREPARE history_layout AS
SELECT (SELECT pg_catalog.count(a.attname) < 4 FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'inboard'
        WHERE (c.relname = 'migrations' AND a.attname = 'reason'
            OR c.relname = 'histories' AND a.attname IN ('fingerprint', 'objects')
            OR c.relname = 'backfill_rows' AND a.attname = 'key')
        AND NOT a.attisdropped),
    pg_catalog.to_regclass('pg_catalog.pg_dist_local_group') IS NOT NULL,
    pg_catalog.to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL;

-- $1: the schema. The statements of migrations that are not finished.
PREPARE history_metadata_statements AS
SELECT s.id, s.number, s.finished_at IS NOT NULL, s.digest
FROM inboard.statements s
JOIN inboard.migrations m ON m.id::text = s.id::text
WHERE m.history = $1 AND m.finished_at IS NULL
ORDER BY s.id, s.number;

-- What an older inboard left of the catalogue, without names (objects.sql has the description of today): compared as it was.
-- $1: the schema. The server's major version and one digest over tables, columns, constraints, indexes, triggers, views,
-- enums and functions: as text in a fixed order, so that it is the same after a dump and restore; names and definitions,
-- never oids. Members of extensions and _prisma_migrations are left out. Each major version writes definitions in its own
-- way (16 names no table where there is one, 18 has NOT NULL among the constraints), so the version precedes the digest.
-- With the local settings above: definitions contain the schema of a name or not depending on search_path.
PREPARE history_catalogue AS
WITH ns AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1),
rel AS (SELECT c.oid, c.relname, c.relkind FROM pg_catalog.pg_class c
    WHERE c.relnamespace = (SELECT oid FROM ns) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND c.relname <> '_prisma_migrations'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass::oid
        AND d.objid = c.oid AND d.deptype = 'e'))
SELECT pg_catalog.format('%s %s', pg_catalog.current_setting('server_version_num')::integer / 10000,
    pg_catalog.md5(COALESCE(pg_catalog.string_agg(item, E'\n' ORDER BY item COLLATE "C"), '')))
FROM (
    SELECT pg_catalog.format('relation %s %s', c.relkind, c.relname) AS item FROM rel c
    UNION ALL
    SELECT pg_catalog.format('column %s.%s %s %s %s %s %s', c.relname, a.attname,
        pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
        pg_catalog.pg_get_expr(ad.adbin, ad.adrelid))
    FROM rel c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = c.oid AND ad.adnum = a.attnum
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
    UNION ALL
    SELECT pg_catalog.format('constraint %s.%s %s', c.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
    FROM rel c
    JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
    UNION ALL
    SELECT pg_catalog.format('index %s %s', i.indisvalid, pg_catalog.pg_get_indexdef(i.indexrelid))
    FROM rel c
    JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
    UNION ALL
    SELECT pg_catalog.format('trigger %s', pg_catalog.pg_get_triggerdef(t.oid))
    FROM rel c
    JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
    UNION ALL
    SELECT pg_catalog.format('view %s %s', c.relname, pg_catalog.pg_get_viewdef(c.oid))
    FROM rel c
    WHERE c.relkind IN ('v', 'm')
    UNION ALL
    SELECT pg_catalog.format('enum %s %s', t.typname,
        (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
            FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))
    FROM pg_catalog.pg_type t
    WHERE t.typnamespace = (SELECT oid FROM ns) AND t.typtype = 'e'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass::oid
        AND d.objid = t.oid AND d.deptype = 'e')
    UNION ALL
    SELECT pg_catalog.format('function %s', pg_catalog.pg_get_functiondef(p.oid))
    FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = (SELECT oid FROM ns) AND p.prokind IN ('f', 'p')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass::oid
        AND d.objid = p.oid AND d.deptype = 'e')
) items;

-- The least that tells that nothing is pending: what a program asks at every start. When the answer is anything else, all of
-- history.sql is asked. In one transaction; small statements, because a new server process plans each for the first time.

-- As history_read_settings. A lock is waited for by history.sql, which has the time.
PREPARE first_look_settings AS
SELECT (pg_catalog.array_remove(pg_catalog.current_schemas(false), 'inboard'))[1], pg_catalog.pg_backend_pid(),
    pg_catalog.set_config('transaction_read_only', 'on', true),
    pg_catalog.set_config('search_path', '', true),
    pg_catalog.set_config('statement_timeout', '0', true),
    pg_catalog.set_config('lock_timeout', '100', true);

-- Keeps what follows from a history that is not plainly one to read and believe: see history_facts, which decides about the
-- rest. $1: the history's table, $2: whether the server knows virtual columns, whose expressions run when they are read, $3:
-- the program, whose mark of a difference is looked for (mismatch.sql), NULL: it expects nothing; $4 and $5: other tables that
-- are read, or the same. A cast that fails: see record.sql.
PREPARE first_look_guard AS
SELECT CASE WHEN c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
    AND (pg_catalog.pg_has_role(c.relowner, current_user, 'MEMBER')
        OR pg_catalog.current_setting('is_superuser') = 'off' AND pg_catalog.pg_has_role(c.relowner, 'MEMBER')
        OR NOT $2::boolean AND NOT pg_catalog.has_schema_privilege(c.relnamespace, 'CREATE'))
    AND CASE WHEN $3::text IS NULL OR pg_catalog.to_regnamespace('inboard') IS NULL
            OR NOT pg_catalog.has_schema_privilege(pg_catalog.to_regnamespace('inboard'), 'USAGE') THEN true
        ELSE pg_catalog.to_regclass(pg_catalog.concat('inboard.mismatch_', c.oid, '_', $3::text)) IS NULL END
    THEN 0
    ELSE pg_catalog.concat('inboard: look closer ', pg_catalog.pg_backend_pid())::integer END
FROM pg_catalog.pg_class c
WHERE c.oid IN ($1::pg_catalog.regclass, $4::pg_catalog.regclass, $5::pg_catalog.regclass);

-- In no order: that of most histories is the right one.
PREPARE first_look_rows AS
SELECT migration_name, checksum, finished_at IS NOT NULL AND rolled_back_at IS NULL
FROM :"schema"._prisma_migrations;

-- What those ask who wait for another run: whether it has applied everything.
PREPARE first_look_count AS
SELECT pg_catalog.count(*) FROM :"schema"._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL;

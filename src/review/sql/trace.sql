-- What a statement did: read before and after it, on its own connection.

-- Every relation that there is, with the name that the facts have for it. $1 the schema of names without one.
PREPARE trace_relations AS
SELECT c.oid, c.relkind, CASE WHEN n.nspname IN ('public', $1) THEN '' ELSE n.nspname || '.' END || c.relname
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'inboard') AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I', 'S')
ORDER BY c.oid;

-- $1 the relations, as an array of oid. The file of each, and how often it was read completely in this transaction.
PREPARE trace_files AS
SELECT c.oid, COALESCE(pg_catalog.pg_relation_filenode(c.oid), 0), CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_stat_get_xact_numscans(c.oid) ELSE 0 END
FROM pg_catalog.pg_class c
WHERE c.oid = ANY ($1::oid[])
ORDER BY c.oid;

-- $1 the same. The locks of this session on them.
PREPARE trace_locks AS
SELECT l.relation, l.mode
FROM pg_catalog.pg_locks l
WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.relation = ANY ($1::oid[])
AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database());

PREPARE trace_wal AS
SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint;

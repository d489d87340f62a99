-- The migration lock: Prisma's advisory lock, whose key pg_locks shows as classid 0, objid 72707369, objsubid 1.

PREPARE lock_try AS
SELECT pg_catalog.pg_try_advisory_lock(72707369);

PREPARE lock_release AS
SELECT pg_catalog.pg_advisory_unlock(72707369);

-- One row when another session holds it: text about that session. What a query has in quotes can be a secret.
PREPARE lock_holder AS
SELECT pg_catalog.format('pid %s, application "%s", user "%s", %s, for %s s, %s', a.pid, a.application_name, a.usename,
    COALESCE(a.client_addr::text, 'local'),
    COALESCE(pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp()
        - COALESCE(a.state_change, a.backend_start)))::text, '?'),
    CASE WHEN a.query IS NULL OR a.query = '' THEN 'no query' WHEN a.state = 'idle' THEN 'idle'
        ELSE pg_catalog.regexp_replace(pg_catalog.left(pg_catalog.regexp_replace(a.query, '''[^'']*(''|$)', '''...''', 'g'), 120), '[[:space:]]+', ' ', 'g') END)
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE locktype = 'advisory' AND granted AND classid = '0' AND objid = '72707369' AND objsubid = 1
AND l.pid <> pg_catalog.pg_backend_pid()
AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
LIMIT 1;

-- A row when any session holds it.
PREPARE lock_is_held AS
SELECT FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND granted AND classid = '0' AND objid = '72707369' AND objsubid = 1;

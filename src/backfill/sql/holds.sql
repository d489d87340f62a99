-- What is looked at before a backfill goes on, each half second. Each answers in rows of four columns: what is read, whose it is,
-- a number, and milliseconds. NULL of a number: it is there, and cannot be read.

-- Whether the role sees other roles' sessions, and its name.
PREPARE holds_role AS
SELECT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'), current_user;

-- The position of the WAL, and who is how far behind it. A standby that has replayed all there is has no lag, whatever its clock says; a
-- receiver that keeps WAL and replays none counts with what it has flushed. Base backups and the first copy of a subscription are no
-- standbys. Not archived yet: from the end of the last segment that was.
PREPARE holds_wal AS
WITH here AS MATERIALIZED (SELECT pg_catalog.pg_current_wal_lsn() AS lsn)
SELECT 'wal', '', pg_catalog.pg_wal_lsn_diff(lsn, '0/0')::bigint, 0::bigint
FROM here
UNION ALL
SELECT 'standby', COALESCE(application_name, ''), GREATEST(pg_catalog.pg_wal_lsn_diff(lsn, COALESCE(replay_lsn, flush_lsn, write_lsn)), 0)::bigint,
    (EXTRACT(epoch FROM COALESCE(replay_lag, flush_lag, '0')) * 1000)::bigint
FROM here, pg_catalog.pg_stat_replication
WHERE state IN ('streaming', 'catchup') AND application_name NOT LIKE 'pg\_%\_sync\_%'
UNION ALL
SELECT 'slot', slot_name::text, GREATEST(pg_catalog.pg_wal_lsn_diff(lsn, restart_lsn), 0)::bigint, 0
FROM here, pg_catalog.pg_replication_slots
WHERE NOT active AND restart_lsn IS NOT NULL
UNION ALL
SELECT 'archive', '', GREATEST(pg_catalog.pg_wal_lsn_diff(lsn, '0/0') - (('x' || pg_catalog.substr(last_archived_wal, 9, 8))::bit(32)::bigint
    * 4294967296 + (('x' || pg_catalog.substr(last_archived_wal, 17, 8))::bit(32)::bigint + 1) * segment.bytes), 0)::bigint, 0
FROM here, pg_catalog.pg_stat_archiver,
    (SELECT setting::bigint AS bytes FROM pg_catalog.pg_settings WHERE name = 'wal_segment_size') segment
WHERE pg_catalog.current_setting('archive_mode') <> 'off' AND last_archived_wal ~ '^[0-9A-F]{24}$';

-- $1: the table, quoted, $2: the processes that are inboard's own. The numbers of transactions are 64 bits wide.
PREPARE holds_sessions AS
WITH RECURSIVE tree AS (
    SELECT pg_catalog.to_regclass($1)::oid AS oid
    UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.oid
), old AS (
    SELECT GREATEST(pg_catalog.age(a.backend_xmin), pg_catalog.age(a.backend_xid)) AS xids,
        (EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint AS ms,
        CASE WHEN a.backend_type = 'walsender' THEN pg_catalog.format('standby "%s"', a.application_name)
            ELSE pg_catalog.format('session %s (role "%s", application "%s", %s)', a.pid, a.usename, a.application_name, a.state) END AS holder
    FROM pg_catalog.pg_stat_activity a
    WHERE (a.datname = pg_catalog.current_database() OR a.datname IS NULL)
    AND NOT a.pid = ANY ($2::integer[]) AND a.pid <> pg_catalog.pg_backend_pid()
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.pid = a.pid)
    UNION ALL
    SELECT pg_catalog.age(p.transaction), (EXTRACT(epoch FROM pg_catalog.clock_timestamp() - p.prepared) * 1000)::bigint,
        pg_catalog.format('prepared transaction "%s"', p.gid)
    FROM pg_catalog.pg_prepared_xacts p WHERE p.database = pg_catalog.current_database()
    UNION ALL
    SELECT pg_catalog.age(s.xmin), 0, pg_catalog.format('replication slot "%s"', s.slot_name)
    FROM pg_catalog.pg_replication_slots s
)
SELECT 'xid', '', pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint, 0::bigint
UNION ALL
(SELECT 'snapshot', holder, xids::bigint, COALESCE(ms, 0) FROM old WHERE xids IS NOT NULL ORDER BY xids DESC LIMIT 1)
UNION ALL
(SELECT 'old', holder, xids::bigint, ms FROM old WHERE xids IS NOT NULL AND ms IS NOT NULL ORDER BY ms DESC LIMIT 1)
UNION ALL
(SELECT 'vacuum', v.relid::regclass::text, v.pid::bigint,
    COALESCE((EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint, 0)
FROM pg_catalog.pg_stat_progress_vacuum v LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = v.pid
WHERE v.relid IN (SELECT oid FROM tree) AND NOT v.pid = ANY ($2::integer[]));

-- $1: seconds, so that a batch is under way meanwhile, $2: the processes whose locks others wait for.
PREPARE holds_waiters AS
SELECT behind.n
FROM (SELECT pg_catalog.pg_sleep($1::float8)::text AS done OFFSET 0) AS slept,
    LATERAL (SELECT pg_catalog.count(*) AS n FROM pg_catalog.pg_locks l
        WHERE slept.done IS NOT NULL AND NOT l.granted AND pg_catalog.pg_blocking_pids(l.pid) && $2::integer[]) AS behind;

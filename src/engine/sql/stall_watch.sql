-- What the second connection asks about the session that migrates.

-- $1: its process. One row while it waits for a lock: text about the lock and the sessions that hold it, whose queries
-- can have a value in quotes.
PREPARE stall_watch_blockers AS
SELECT pg_catalog.format('%s on %s, held by %s', l.mode, COALESCE(l.relation::regclass::text, l.locktype),
    pg_catalog.string_agg(pg_catalog.format('pid %s (application "%s", %s: %s)', a.pid, a.application_name, a.state,
        pg_catalog.regexp_replace(pg_catalog.left(pg_catalog.regexp_replace(a.query, '''[^'']*(''|$)', '''...''', 'g'), 80),
            '[[:space:]]+', ' ', 'g')), ', '))
FROM pg_catalog.pg_locks l
JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(l.pid)) AS b (pid) ON true
JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
WHERE l.pid = $1::integer AND NOT l.granted
GROUP BY l.mode, l.relation, l.locktype
LIMIT 1;

-- $1: its process. "client": it has been waiting for its client for more than $2 ms; "gone": it does not exist any more;
-- "busy" otherwise. Other events of type Client are waits for somebody else, such as the publisher of a subscription.
PREPARE stall_watch_state AS
SELECT COALESCE((SELECT CASE WHEN a.wait_event IN ('ClientRead', 'ClientWrite')
        AND a.state_change < pg_catalog.clock_timestamp() - $2::float8 * '1 ms'::interval THEN 'client' ELSE 'busy' END
    FROM pg_catalog.pg_stat_activity a WHERE a.pid = $1::integer), 'gone');

-- $1: its process, $2: its application_name, which contains the number of the run: no other session is ended.
PREPARE stall_watch_terminate AS
SELECT pg_catalog.pg_terminate_backend(a.pid)
FROM pg_catalog.pg_stat_activity a
WHERE a.pid = $1::integer AND a.application_name = $2;

-- $1: its process. While it executes: the statement, for how many milliseconds, and how far it is where PostgreSQL tells that ("").
PREPARE stall_watch_progress AS
SELECT a.query, (EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.query_start) * 1000)::bigint,
    COALESCE(
        (SELECT pg_catalog.concat(i.phase, CASE
                WHEN i.lockers_total > 0 THEN pg_catalog.format(', %s of %s sessions', i.lockers_done, i.lockers_total)
                WHEN i.blocks_total > 0 THEN pg_catalog.format(', %s %% of %s blocks', i.blocks_done * 100 / i.blocks_total, i.blocks_total)
                WHEN i.tuples_total > 0 THEN pg_catalog.format(', %s %% of %s rows', i.tuples_done * 100 / i.tuples_total, i.tuples_total) END,
            CASE WHEN i.partitions_total > 0 THEN pg_catalog.format(', %s of %s partitions', i.partitions_done, i.partitions_total) END)
        FROM pg_catalog.pg_stat_progress_create_index i WHERE i.pid = a.pid),
        (SELECT pg_catalog.concat(v.phase, CASE WHEN v.heap_blks_total > 0
            THEN pg_catalog.format(', %s %% of %s blocks', v.heap_blks_scanned * 100 / v.heap_blks_total, v.heap_blks_total) END)
        FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.pid = a.pid),
        (SELECT pg_catalog.concat(c.phase, CASE WHEN c.heap_blks_total > 0
            THEN pg_catalog.format(', %s %% of %s blocks', c.heap_blks_scanned * 100 / c.heap_blks_total, c.heap_blks_total) END)
        FROM pg_catalog.pg_stat_progress_cluster c WHERE c.pid = a.pid),
        (SELECT pg_catalog.concat(n.phase, CASE WHEN n.sample_blks_total > 0
            THEN pg_catalog.format(', %s %% of %s blocks', n.sample_blks_scanned * 100 / n.sample_blks_total, n.sample_blks_total) END)
        FROM pg_catalog.pg_stat_progress_analyze n WHERE n.pid = a.pid),
        '')
FROM pg_catalog.pg_stat_activity a
WHERE a.pid = $1::integer AND a.state = 'active' AND a.query IS NOT NULL;

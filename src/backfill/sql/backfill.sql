-- The state of backfills: a row for each, a row for each range of it, and the rows of tables that were refused by their data.
-- Rows and place are one transaction: backfill_move, the window's own statement, COMMIT.
--
-- As in src/engine/sql, no statement asks for these tables and for the catalogue or the session together, and none writes in a WITH.

-- name: backfill_table
CREATE TABLE IF NOT EXISTS inboard.backfills (
    history     text NOT NULL,
    name        text NOT NULL,
    checksum    text NOT NULL,
    state       text NOT NULL CHECK (state IN ('pending', 'running', 'paused', 'failed', 'done', 'abandoned')),
    pass        integer NOT NULL DEFAULT 0,
    estimate    bigint,
    target_ms   bigint,
    batch_rows  bigint,
    skip_limit  bigint,
    held_ms     bigint NOT NULL DEFAULT 0,
    hold        text,
    changed_by  text,
    sqlstate    text,
    message     text,
    created_at  timestamptz NOT NULL DEFAULT pg_catalog.now(),
    started_at  timestamptz,
    updated_at  timestamptz NOT NULL DEFAULT pg_catalog.now(),
    finished_at timestamptz,
    PRIMARY KEY (history, name)
);

-- The bounds and the place as texts of the key's columns, NULL: from the start. A holder is a worker of a run; its process of the
-- server tells whether it is still there.
-- name: backfill_ranges_table
CREATE TABLE IF NOT EXISTS inboard.backfill_ranges (
    history      text NOT NULL,
    name         text NOT NULL,
    number       integer NOT NULL,
    pass         integer NOT NULL,
    leaf         text NOT NULL,
    keyed        boolean NOT NULL,
    per_page     bigint NOT NULL,
    lower        text[],
    upper        text[] NOT NULL,
    place        text[],
    state        text NOT NULL CHECK (state IN ('open', 'done')),
    rows         bigint NOT NULL DEFAULT 0,
    looked       bigint NOT NULL DEFAULT 0,
    batches      bigint NOT NULL DEFAULT 0,
    wal          bigint NOT NULL DEFAULT 0,
    holder       text,
    holder_pid   integer,
    holder_since text,
    lease_until  timestamptz,
    PRIMARY KEY (history, name, number),
    FOREIGN KEY (history, name) REFERENCES inboard.backfills (history, name) ON DELETE CASCADE
);

-- name: backfill_rows_table
CREATE TABLE IF NOT EXISTS inboard.backfill_rows (
    history   text NOT NULL,
    name      text NOT NULL,
    leaf      text NOT NULL,
    key       text[] NOT NULL,
    keyed     boolean NOT NULL,
    sqlstate  text NOT NULL,
    message   text NOT NULL,
    failed_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (history, name, leaf, key),
    FOREIGN KEY (history, name) REFERENCES inboard.backfills (history, name) ON DELETE CASCADE
);

-- ---- settings of a transaction

-- $1 search_path, $2 lock_timeout, $3 statement_timeout: the window's own statement. Row by row in the order of the key, so by an
-- index scan: a bitmap would lock in the order of the heap.
PREPARE backfill_settings AS
SELECT pg_catalog.set_config('search_path', $1, true),
    pg_catalog.set_config('lock_timeout', $2, true),
    pg_catalog.set_config('statement_timeout', $3, true),
    pg_catalog.set_config('idle_in_transaction_session_timeout', '0', true),
    pg_catalog.set_config('standard_conforming_strings', 'on', true),
    pg_catalog.set_config('enable_seqscan', 'off', true),
    pg_catalog.set_config('enable_bitmapscan', 'off', true);

-- Keys as text that any session reads as the same value.
PREPARE backfill_key_settings AS
SELECT pg_catalog.set_config('search_path', $1, true),
    pg_catalog.set_config('lock_timeout', '0', true),
    pg_catalog.set_config('statement_timeout', '0', true),
    pg_catalog.set_config('idle_in_transaction_session_timeout', '0', true),
    pg_catalog.set_config('DateStyle', 'ISO, MDY', true),
    pg_catalog.set_config('IntervalStyle', 'postgres', true),
    pg_catalog.set_config('bytea_output', 'hex', true),
    pg_catalog.set_config('extra_float_digits', '3', true),
    pg_catalog.set_config('enable_seqscan', $2, true),
    pg_catalog.set_config('enable_bitmapscan', 'off', true),
    pg_catalog.set_config('enable_sort', $2, true);

-- Of version 17.
PREPARE backfill_settings_17 AS
SELECT pg_catalog.set_config('transaction_timeout', '0', true);

-- ---- a batch

-- $1 history, $2 name, $3 number, $4 holder, $5 the place before, $6 the place after, $7 whether that ends the range; $8 to $11 what
-- is known of the batches before and not yet counted: rows, keys, batches, bytes.
PREPARE backfill_move AS
UPDATE inboard.backfill_ranges
SET place = $6::text[], state = CASE WHEN $7::boolean THEN 'done' ELSE 'open' END, rows = rows + $8::bigint,
    looked = looked + $9::bigint, batches = batches + $10::bigint, wal = wal + $11::bigint,
    lease_until = pg_catalog.now() + interval '30 s'
WHERE history = $1 AND name = $2 AND number = $3::integer AND holder = $4 AND place IS NOT DISTINCT FROM $5::text[] AND state = 'open';

-- After it: the range is still this worker's. A cast that fails: see record.sql.
PREPARE backfill_guard AS
SELECT CASE WHEN EXISTS (SELECT FROM inboard.backfill_ranges
        WHERE history = $1 AND name = $2 AND number = $3::integer AND holder = $4 AND place = $5::text[])
    THEN 0
    ELSE pg_catalog.concat('inboard: lease lost ', $4)::integer END;

-- $1 history, $2 name, $3 leaf, $4 key, $5 by a key's columns, $6 SQLSTATE, $7 message.
PREPARE backfill_row_failed AS
INSERT INTO inboard.backfill_rows (history, name, leaf, key, keyed, sqlstate, message)
VALUES ($1, $2, $3, $4::text[], $5::boolean, $6, $7)
ON CONFLICT (history, name, leaf, key) DO UPDATE
SET sqlstate = excluded.sqlstate, message = excluded.message, failed_at = excluded.failed_at;

PREPARE backfill_row_retried AS
DELETE FROM inboard.backfill_rows WHERE history = $1 AND name = $2 AND leaf = $3 AND key = $4::text[];

PREPARE backfill_wal AS
SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0');

-- ---- ranges

-- $1 history, $2 name. What each range is, and whether its lease has run out.
PREPARE backfill_ranges AS
SELECT number, pass, leaf, keyed, per_page, lower, upper, place, state, holder, holder_pid, holder_since,
    COALESCE(lease_until < pg_catalog.now(), true)
FROM inboard.backfill_ranges
WHERE history = $1 AND name = $2
ORDER BY number;

-- The processes of the server by which holders are known.
PREPARE backfill_processes AS
SELECT pid, (EXTRACT(epoch FROM backend_start) * 1000000)::bigint FROM pg_catalog.pg_stat_activity WHERE backend_start IS NOT NULL
OR usename IS NOT NULL;

-- This session's, as it is known by others.
PREPARE backfill_process AS
SELECT pid, (EXTRACT(epoch FROM backend_start) * 1000000)::bigint FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid();

-- $1 history, $2 name, $3 number, $4 holder, $5 its process, $6 since, $7 the holder before, $8 the checksum of the statement that it
-- runs: not the range of another one, begun anew. Waits for what that has under way.
PREPARE backfill_claim AS
UPDATE inboard.backfill_ranges
SET holder = $4, holder_pid = $5::integer, holder_since = $6, lease_until = pg_catalog.now() + interval '30 s'
WHERE history = $1 AND name = $2 AND number = $3::integer AND state = 'open' AND holder IS NOT DISTINCT FROM $7
AND EXISTS (SELECT FROM inboard.backfills WHERE history = $1 AND name = $2 AND checksum = $8)
RETURNING place, lower, upper;

-- $1 history, $2 name, $3 holder.
PREPARE backfill_renew AS
UPDATE inboard.backfill_ranges SET lease_until = pg_catalog.now() + interval '30 s'
WHERE history = $1 AND name = $2 AND holder = $3;

-- The last that a worker has to say of a range. $1 history, $2 name, $3 number, $4 holder, $5 to $8 as $8 to $11 of backfill_move,
-- $9 whether it is at its end.
PREPARE backfill_release AS
UPDATE inboard.backfill_ranges
SET holder = NULL, holder_pid = NULL, holder_since = NULL, lease_until = NULL, rows = rows + $5::bigint, looked = looked + $6::bigint,
    batches = batches + $7::bigint, wal = wal + $8::bigint, state = CASE WHEN $9::boolean THEN 'done' ELSE state END
WHERE history = $1 AND name = $2 AND number = $3::integer AND holder = $4;

-- $1 history, $2 name, $3 the number before, $4 pass, $5 leaf, $6 keyed, $7 rows to a page, $8 lower, $9 upper.
PREPARE backfill_range_add AS
INSERT INTO inboard.backfill_ranges (history, name, number, pass, leaf, keyed, per_page, lower, place, upper, state)
SELECT $1, $2, COALESCE(pg_catalog.max(number), 0) + 1, $3::integer, $4, $5::boolean, $6::bigint, $7::text[], $7::text[], $8::text[], 'open'
FROM inboard.backfill_ranges
WHERE history = $1 AND name = $2;

-- A range that nobody holds ends earlier; the rest of it is another one. $4 the place, $5 the upper bound as they were.
PREPARE backfill_range_cut AS
UPDATE inboard.backfill_ranges SET upper = $6::text[]
WHERE history = $1 AND name = $2 AND number = $3::integer AND state = 'open' AND place IS NOT DISTINCT FROM $4::text[]
AND upper = $5::text[] AND holder IS NULL;

-- ---- the backfill

-- $1 history, $2 name, $3 checksum, $4 state. Nothing where it is there.
PREPARE backfill_add AS
INSERT INTO inboard.backfills (history, name, checksum, state) VALUES ($1, $2, $3, $4)
ON CONFLICT (history, name) DO NOTHING;

-- Abandoned, and begun anew. $1 history, $2 name, $3 checksum.
PREPARE backfill_renewed AS
UPDATE inboard.backfills
SET checksum = $3, state = 'pending', pass = 0, held_ms = 0, hold = NULL, sqlstate = NULL, message = NULL, started_at = NULL, finished_at = NULL
WHERE history = $1 AND name = $2 AND state = 'abandoned';

-- Who makes ranges, of a new pass or of another, does it under the lock of the row; foreign keys to it do not wait for that.
-- $1 history, $2 name.
PREPARE backfill_lock AS
SELECT state, pass, COALESCE(target_ms, 0), COALESCE(batch_rows, 0), COALESCE(skip_limit, -1), COALESCE(estimate, -1)
FROM inboard.backfills
WHERE history = $1 AND name = $2
FOR NO KEY UPDATE;

-- The same to look at, with the rows that were refused.
PREPARE backfill_control AS
SELECT state, pass, COALESCE(target_ms, 0), COALESCE(batch_rows, 0), COALESCE(skip_limit, -1), COALESCE(estimate, -1),
    (SELECT pg_catalog.count(*) FROM inboard.backfill_rows r WHERE r.history = b.history AND r.name = b.name), COALESCE(changed_by, ''), checksum
FROM inboard.backfills b
WHERE history = $1 AND name = $2;

-- $1 history, $2 name, $3 pass, $4 how many keys it has, -1: unknown.
PREPARE backfill_pass_begun AS
UPDATE inboard.backfills
SET pass = $3::integer, estimate = NULLIF($4::bigint, -1), updated_at = pg_catalog.now(), started_at = COALESCE(started_at, pg_catalog.now())
WHERE history = $1 AND name = $2;

-- Only where nobody has paused or abandoned it. $1 history, $2 name, $3 state, $4 SQLSTATE, $5 message.
PREPARE backfill_state_set AS
UPDATE inboard.backfills
SET state = $3, sqlstate = NULLIF($4, ''), message = NULLIF($5, ''), hold = NULL, updated_at = pg_catalog.now(),
    finished_at = CASE WHEN $3 = 'done' THEN pg_catalog.now() END
WHERE history = $1 AND name = $2 AND state IN ('pending', 'running', 'failed');

-- $1 history, $2 name, $3 the reason, '': none; $4 milliseconds more.
PREPARE backfill_held AS
UPDATE inboard.backfills SET hold = NULLIF($3, ''), held_ms = held_ms + $4::bigint, updated_at = pg_catalog.now()
WHERE history = $1 AND name = $2;

-- What all ranges have done. $1 history, $2 name, $3 pass.
PREPARE backfill_totals AS
SELECT COALESCE(pg_catalog.sum(rows), 0), COALESCE(pg_catalog.sum(looked) FILTER (WHERE pass = $3::integer), 0),
    COALESCE(pg_catalog.sum(batches), 0), COALESCE(pg_catalog.sum(wal), 0), pg_catalog.count(*) FILTER (WHERE state = 'open')
FROM inboard.backfill_ranges
WHERE history = $1 AND name = $2;

-- The rows that were refused, oldest first. $1 history, $2 name.
PREPARE backfill_rows AS
SELECT leaf, key, keyed, sqlstate, message, failed_at::text FROM inboard.backfill_rows
WHERE history = $1 AND name = $2
ORDER BY failed_at, leaf, key
LIMIT 1000;

-- $1 history. Each backfill, with what its ranges have done: of all passes, but for the keys that this one has looked at.
PREPARE backfill_list AS
SELECT b.name, b.checksum, b.state, b.pass, COALESCE(b.estimate, -1), COALESCE(b.target_ms, 0), COALESCE(b.batch_rows, 0),
    COALESCE(b.skip_limit, -1), b.held_ms, COALESCE(b.hold, ''), COALESCE(b.sqlstate, ''), COALESCE(b.message, ''),
    COALESCE(b.started_at::text, ''), b.updated_at::text, COALESCE(b.finished_at::text, ''),
    COALESCE(r.rows, 0), COALESCE(r.looked, 0), COALESCE(r.batches, 0), COALESCE(r.wal, 0), COALESCE(r.open, 0), COALESCE(r.held, 0),
    (SELECT pg_catalog.count(*) FROM inboard.backfill_rows f WHERE f.history = b.history AND f.name = b.name), COALESCE(b.changed_by, '')
FROM inboard.backfills b
CROSS JOIN LATERAL (SELECT pg_catalog.sum(a.rows) AS rows, pg_catalog.sum(a.looked) FILTER (WHERE a.pass = b.pass) AS looked,
        pg_catalog.sum(a.batches) AS batches, pg_catalog.sum(a.wal) AS wal, pg_catalog.count(*) FILTER (WHERE a.state = 'open') AS open,
        pg_catalog.count(*) FILTER (WHERE a.state = 'open' AND a.lease_until >= pg_catalog.now()) AS held
    FROM inboard.backfill_ranges a
    WHERE a.history = b.history AND a.name = b.name) r
WHERE b.history = $1
ORDER BY b.name COLLATE "C";

-- $1 history: for the plan.
PREPARE backfill_states AS
SELECT name, checksum, state FROM inboard.backfills WHERE history = $1;

-- A person's word. $1 history, $2 name, $3 state, $4 whose; $5 the states in which it counts. The row says whether it did.
PREPARE backfill_command AS
UPDATE inboard.backfills SET state = $3, changed_by = $4, updated_at = pg_catalog.now()
WHERE history = $1 AND name = $2 AND state = ANY ($5::text[])
RETURNING state;

-- NULL leaves a setting as it is, -1 makes it as declared. $3 target, $4 rows of a batch, $5 rows that may be refused.
PREPARE backfill_set AS
UPDATE inboard.backfills
SET target_ms = CASE WHEN $3::bigint IS NULL THEN target_ms ELSE NULLIF($3::bigint, -1) END,
    batch_rows = CASE WHEN $4::bigint IS NULL THEN batch_rows ELSE NULLIF($4::bigint, -1) END,
    skip_limit = CASE WHEN $5::bigint IS NULL THEN skip_limit ELSE NULLIF($5::bigint, -1) END,
    updated_at = pg_catalog.now()
WHERE history = $1 AND name = $2
RETURNING state;

-- With its state "abandoned", and no other, nothing of the walk is kept. $1 history, $2 name.
PREPARE backfill_ranges_remove AS
DELETE FROM inboard.backfill_ranges
WHERE history = $1 AND name = $2 AND EXISTS (SELECT FROM inboard.backfills WHERE history = $1 AND name = $2 AND state = 'abandoned');

PREPARE backfill_rows_remove AS
DELETE FROM inboard.backfill_rows
WHERE history = $1 AND name = $2 AND EXISTS (SELECT FROM inboard.backfills WHERE history = $1 AND name = $2 AND state = 'abandoned');

-- ---- the catalogue

-- $1 the relation as SQL text, $2 whether ONLY it, $3 the key's columns. Each relation that has rows of its own: name as SQL text,
-- kind, rows and pages, and whether a unique index that a walk can follow begins and ends with the key.
PREPARE backfill_leaves AS
WITH RECURSIVE tree (oid) AS (
    SELECT $1::regclass::oid
    UNION
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree t ON i.inhparent = t.oid WHERE NOT $2::boolean)
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind, c.reltuples::bigint,
    CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint ELSE 0 END,
    c.relpages,
    EXISTS (SELECT FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        JOIN pg_catalog.pg_am m ON m.oid = x.relam AND m.amname = 'btree'
        WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
        AND i.indnkeyatts = pg_catalog.cardinality($3::text[])
        AND NOT EXISTS (SELECT FROM pg_catalog.generate_series(1, pg_catalog.cardinality($3::text[])) AS p (at)
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[p.at - 1]
            LEFT JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[p.at - 1]
            WHERE a.attname::text IS DISTINCT FROM ($3::text[])[p.at] OR NOT a.attnotnull OR NOT o.opcdefault
            OR i.indcollation[p.at - 1] <> a.attcollation OR i.indoption[p.at - 1] NOT IN (0, 3)
            OR i.indoption[p.at - 1] <> i.indoption[0]
            OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND NOT k.convalidated
                AND a.attnum = ANY (k.conkey)))),
    pg_catalog.current_setting('block_size'),
    (SELECT setting FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout')
FROM tree t
JOIN pg_catalog.pg_class c ON c.oid = t.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind <> 'p'
ORDER BY c.oid;

-- $1 history. What hangs on them goes with them.
PREPARE backfill_forget AS
DELETE FROM inboard.backfills WHERE history = $1;

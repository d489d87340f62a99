-- What is written: _prisma_migrations as Prisma Migrate makes it, and inboard's metadata tables in the schema "inboard".
--
-- No statement touches the tables of a history and facts of the session together, and none writes with a volatile function
-- in SET or in a WITH: planners that distribute a table over several servers take them all.
--
-- A guard that fails is a cast that fails: nothing else can raise an error of its own without a procedural language. The
-- text that is cast comes from a function that is not immutable, or it would fail while the statement is planned.

-- ---- the tables ----

-- name: record_schema
CREATE SCHEMA IF NOT EXISTS :"schema";

-- The same columns, types, defaults and order as Prisma's.
-- name: record_prisma_table
CREATE TABLE :"schema"._prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
);

-- IF NOT EXISTS would ask for a right on the database even where the schema exists.
-- name: record_metadata_schema
CREATE SCHEMA inboard;

-- name: record_histories_table
CREATE TABLE IF NOT EXISTS inboard.histories (
    history        text PRIMARY KEY,
    initial        boolean NOT NULL,
    catalogue      text,
    catalogue_rows bigint,
    fingerprint    text,
    objects        jsonb,
    updated_at     timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);

-- name: record_migrations_table
CREATE TABLE IF NOT EXISTS inboard.migrations (
    id              varchar(36) PRIMARY KEY,
    history         text NOT NULL,
    name            text NOT NULL,
    class           text NOT NULL CHECK (class IN ('additive', 'blocking', 'contracting')),
    transactional   boolean NOT NULL,
    program_version text,
    run             text NOT NULL,
    inboard_version text NOT NULL,
    started_at      timestamptz NOT NULL,
    finished_at     timestamptz,
    compatible      boolean,
    reason          text
);

-- What an older inboard made has not the last two: there only additive and blocking migrations are known to be compatible.
-- name: record_migrations_upgrade
ALTER TABLE inboard.migrations ADD COLUMN IF NOT EXISTS compatible boolean, ADD COLUMN IF NOT EXISTS reason text;

-- name: record_histories_upgrade
ALTER TABLE inboard.histories ADD COLUMN IF NOT EXISTS fingerprint text, ADD COLUMN IF NOT EXISTS objects jsonb;

-- name: record_statements_table
CREATE TABLE IF NOT EXISTS inboard.statements (
    id          varchar(36) NOT NULL REFERENCES inboard.migrations (id) ON DELETE CASCADE,
    number      integer NOT NULL,
    digest      char(64) NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    existing    oid[],
    PRIMARY KEY (id, number)
);

-- name: record_attempts_table
CREATE TABLE IF NOT EXISTS inboard.attempts (
    attempt     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    history     text NOT NULL,
    name        text NOT NULL,
    run         text NOT NULL,
    statement   integer NOT NULL,
    sqlstate    text NOT NULL,
    message     text NOT NULL,
    blocked_by  text,
    duration_us bigint NOT NULL,
    failed_at   timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);

-- $1: the history, $2: whether this is a new database.
PREPARE record_history AS
INSERT INTO inboard.histories (history, initial) VALUES ($1, $2::boolean)
ON CONFLICT (history) DO UPDATE SET initial = excluded.initial;

-- ---- guards ----

-- After BEGIN. $1: lock_timeout, unless the migration has set its own; $2: whether something may have released the lock
-- since it was looked for (an event trigger can, at any time); $3: the id of the row that the transaction before this one in
-- the session wrote, '' when that is not to be looked for. Its first value is the number of the transaction.
PREPARE record_guard_begin AS
SELECT pg_catalog.set_config('inboard.xid', pg_catalog.pg_current_xact_id()::text, true),
    pg_catalog.set_config('lock_timeout',
        CASE WHEN pg_catalog.current_setting('lock_timeout') = pg_catalog.current_setting('inboard.lock_timeout', true)
            THEN $1 ELSE pg_catalog.current_setting('lock_timeout') END, true),
    CASE WHEN $3 <> '' AND pg_catalog.current_setting('inboard.applied', true) IS DISTINCT FROM $3
        THEN pg_catalog.concat('inboard: earlier migration missing ', $3)::integer
        WHEN NOT $2::boolean AND NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger) THEN 0
        WHEN EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND classid = '0'
            AND objid = '72707369' AND objsubid = 1 AND pid = pg_catalog.pg_backend_pid())
        THEN 0
        ELSE pg_catalog.concat('inboard: lock lost ', pg_catalog.pg_backend_pid())::integer END;

-- The same after a migration that may have changed the session. $1: the id of the row that was written before.
PREPARE record_guard_order AS
SELECT CASE WHEN EXISTS (SELECT FROM :"schema"._prisma_migrations WHERE id::text = $1 AND finished_at IS NOT NULL)
    THEN 0
    ELSE pg_catalog.concat('inboard: earlier migration missing ', $1)::integer END;

-- Before the rows of a migration are written: the transaction must be the one that was begun for it. Its end
-- takes back the setting that says so, and leaves the one of the session; RESET ALL takes both. $1: the id of its row, which the
-- session keeps if and only if the transaction commits.
PREPARE record_guard_end AS
SELECT CASE WHEN pg_catalog.current_setting('inboard.xid', true) = pg_catalog.pg_current_xact_id_if_assigned()::text
        OR COALESCE(pg_catalog.current_setting('inboard.lock_timeout', true), '') = ''
    THEN pg_catalog.set_config('inboard.applied', $1, false)
    ELSE pg_catalog.concat('inboard: transaction ended ', pg_catalog.pg_backend_pid())::integer::text END;

-- $1: the number of a transaction. How it ended: committed, aborted, or NULL when that is not known any more.
PREPARE record_xact_status AS
SELECT pg_catalog.pg_xact_status($1::xid8);

-- ---- transactional migrations ----

-- $1 id, $2 checksum, $3 name.
PREPARE record_applied AS
INSERT INTO :"schema"._prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
VALUES ($1, $2, pg_catalog.clock_timestamp(), $3, pg_catalog.now(), 1);

-- $1 id, $2 history, $3 name, $4 class, $5 transactional, $6 program version, $7 run, $8 inboard version, $9 compatible, $10 reason. A
-- trigger or a rule can suppress a row of the history without an error; then nothing else may stay either.
PREPARE record_metadata AS
INSERT INTO inboard.migrations (id, history, name, class, transactional, program_version, run, inboard_version, compatible,
    reason, started_at, finished_at)
SELECT $1::text, $2, $3, $4, $5::boolean, NULLIF($6, ''), $7, $8, $9::boolean, $10,
    COALESCE(pg_catalog.max(started_at), pg_catalog.concat('inboard: row not written ', $1::text)::timestamptz),
    pg_catalog.max(finished_at)
FROM :"schema"._prisma_migrations
WHERE id::text = $1::text;

-- $1 history: with the last migration the first bring-up is complete.
PREPARE record_complete AS
UPDATE inboard.histories SET initial = false WHERE history = $1 AND initial;

-- ---- migrations that are applied statement by statement ----

-- $1 id, $2 checksum, $3 name.
PREPARE record_started AS
INSERT INTO :"schema"._prisma_migrations (id, checksum, migration_name, started_at)
VALUES ($1, $2, $3, pg_catalog.clock_timestamp());

-- $1 id, $2 checksum.
PREPARE record_finished AS
UPDATE :"schema"._prisma_migrations SET finished_at = pg_catalog.now(), checksum = $2, logs = NULL,
    applied_steps_count = applied_steps_count + 1
WHERE id::text = $1;

-- $1 id, $2 class, $3 program version, $4 run, $5 inboard version, $6 compatible, $7 reason.
PREPARE record_metadata_finished AS
UPDATE inboard.migrations SET finished_at = pg_catalog.now(), class = $2, program_version = NULLIF($3, ''), run = $4,
    inboard_version = $5, compatible = $6::boolean, reason = $7
WHERE id::text = $1;

-- $1 id, $2 number, $3 digest.
PREPARE record_statement_begun AS
INSERT INTO inboard.statements (id, number, digest, started_at)
VALUES ($1, $2::integer, $3, pg_catalog.clock_timestamp())
ON CONFLICT (id, number) DO UPDATE SET digest = excluded.digest, started_at = excluded.started_at, finished_at = NULL;

-- $1 id, $2 number, $3 digest.
PREPARE record_statement_done AS
INSERT INTO inboard.statements (id, number, digest, finished_at)
VALUES ($1, $2::integer, $3, pg_catalog.clock_timestamp())
ON CONFLICT (id, number) DO UPDATE SET digest = excluded.digest, finished_at = excluded.finished_at;

-- $1 id, $2 number, $3: the indexes that the table has before the statement, as repair_existing gives them.
PREPARE record_statement_existing AS
UPDATE inboard.statements SET existing = $3::oid[] WHERE id::text = $1 AND number = $2::integer;

-- $1 id, $2 number.
PREPARE record_statement_existed AS
SELECT existing FROM inboard.statements WHERE id::text = $1 AND number = $2::integer;

-- $1 id, $2 number.
PREPARE record_statement_undo AS
DELETE FROM inboard.statements WHERE id::text = $1 AND number = $2::integer;

-- ---- failures, and what a person decides ----

-- $1 id, $2 checksum, $3 name, $4 logs. Without metadata, so that no run resumes it.
PREPARE record_failed AS
INSERT INTO :"schema"._prisma_migrations (id, checksum, migration_name, logs, started_at)
VALUES ($1, $2, $3, $4, pg_catalog.clock_timestamp());

-- $1 id, $2 logs.
PREPARE record_logs AS
UPDATE :"schema"._prisma_migrations SET logs = $2 WHERE id::text = $1;

-- $1 name.
PREPARE record_rolled_back AS
UPDATE :"schema"._prisma_migrations SET rolled_back_at = pg_catalog.now()
WHERE migration_name::text = $1 AND finished_at IS NULL AND rolled_back_at IS NULL;

-- $1 id, $2 checksum, $3 name: what was there before, as Prisma records it.
PREPARE record_baseline AS
INSERT INTO :"schema"._prisma_migrations (id, checksum, logs, finished_at, migration_name, started_at)
VALUES ($1, $2, '', pg_catalog.now(), $3, pg_catalog.now());

-- $1 history, $2 name, $3 run, $4 statement, $5 sqlstate, $6 message, $7 blocked by, $8 microseconds.
PREPARE record_attempt AS
INSERT INTO inboard.attempts (history, name, run, statement, sqlstate, message, blocked_by, duration_us)
VALUES ($1, $2, $3, $4::integer, $5, $6, NULLIF($7, ''), $8::bigint);

-- ---- a folder that was renamed ----

-- $1 the name that the history has, $2 the new one.
PREPARE record_renamed AS
UPDATE :"schema"._prisma_migrations SET migration_name = $2
WHERE migration_name::text = $1 AND finished_at IS NOT NULL AND rolled_back_at IS NULL;

-- $1 history, $2 and $3 the same.
PREPARE record_renamed_metadata AS
UPDATE inboard.migrations SET name = $3 WHERE history = $1 AND name = $2;

-- ---- a database that is reset: $1 history ----

PREPARE record_forget_migrations AS
DELETE FROM inboard.migrations WHERE history = $1;

PREPARE record_forget_attempts AS
DELETE FROM inboard.attempts WHERE history = $1;

PREPARE record_forget_history AS
DELETE FROM inboard.histories WHERE history = $1;

#include "config.h"

#include "engine/record_sql.h"

#include <stddef.h>

const char *const inb__sql_metadata_tables[] = {
    "CREATE TABLE IF NOT EXISTS inboard.histories (\n"
    "    history        text PRIMARY KEY,\n"
    "    initial        boolean NOT NULL,\n"
    "    catalogue      text,\n"
    "    catalogue_rows bigint,\n"
    "    updated_at     timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()\n"
    ")",
    "CREATE TABLE IF NOT EXISTS inboard.migrations (\n"
    "    id              varchar(36) PRIMARY KEY,\n"
    "    history         text NOT NULL,\n"
    "    name            text NOT NULL,\n"
    "    class           text NOT NULL CHECK (class IN ('additive', 'blocking', 'contracting')),\n"
    "    transactional   boolean NOT NULL,\n"
    "    program_version text,\n"
    "    run             text NOT NULL,\n"
    "    inboard_version text NOT NULL,\n"
    "    started_at      timestamptz NOT NULL,\n"
    "    finished_at     timestamptz\n"
    ")",
    "CREATE TABLE IF NOT EXISTS inboard.statements (\n"
    "    id          varchar(36) NOT NULL REFERENCES inboard.migrations (id) ON DELETE CASCADE,\n"
    "    number      integer NOT NULL,\n"
    "    digest      char(64) NOT NULL,\n"
    "    started_at  timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),\n"
    "    finished_at timestamptz,\n"
    "    existing    oid[],\n"
    "    PRIMARY KEY (id, number)\n"
    ")",
    "CREATE TABLE IF NOT EXISTS inboard.attempts (\n"
    "    attempt     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    "    history     text NOT NULL,\n"
    "    name        text NOT NULL,\n"
    "    run         text NOT NULL,\n"
    "    statement   integer NOT NULL,\n"
    "    sqlstate    text NOT NULL,\n"
    "    message     text NOT NULL,\n"
    "    blocked_by  text,\n"
    "    duration_us bigint NOT NULL,\n"
    "    failed_at   timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()\n"
    ")",
    NULL,
};

const char inb__sql_metadata_row[] =
    "INSERT INTO inboard.histories (history, initial) VALUES ($1, $2::boolean)"
    " ON CONFLICT (history) DO UPDATE SET initial = excluded.initial";

const char inb__sql_statement_begun[] =
    "INSERT INTO inboard.statements (id, number, digest) VALUES ($1, $2::integer, $3)"
    " ON CONFLICT (id, number) DO UPDATE SET digest = excluded.digest,"
    " started_at = pg_catalog.clock_timestamp(), finished_at = NULL";

const char inb__sql_statement_done[] =
    "INSERT INTO inboard.statements (id, number, digest, finished_at)"
    " VALUES ($1, $2::integer, $3, pg_catalog.clock_timestamp())"
    " ON CONFLICT (id, number) DO UPDATE SET digest = excluded.digest,"
    " finished_at = pg_catalog.clock_timestamp()";

const char inb__sql_statement_existing[] =
    "UPDATE inboard.statements SET existing = ARRAY(SELECT i.indexrelid FROM pg_catalog.pg_index i"
    " JOIN pg_catalog.pg_class t ON t.oid = i.indrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace"
    " WHERE n.nspname = COALESCE(NULLIF($3, ''), pg_catalog.current_schema())::name"
    " AND t.relname = $4::name) WHERE id::text = $1 AND number = $2::integer";

const char inb__sql_statement_undo[] =
    "DELETE FROM inboard.statements WHERE id::text = $1 AND number = $2::integer";

const char inb__sql_attempt[] =
    "INSERT INTO inboard.attempts (history, name, run, statement, sqlstate, message, blocked_by,"
    " duration_us) VALUES ($1, $2, $3, $4::integer, $5, $6, NULLIF($7, ''), $8::bigint)";

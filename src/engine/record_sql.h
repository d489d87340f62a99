/* The statements that write, as text. %s is the quoted history table where it is named. */
#ifndef INB_ENGINE_RECORD_SQL_H
#define INB_ENGINE_RECORD_SQL_H

/* As Prisma Migrate makes it: the same columns, types, defaults and order. */
#define INB__SQL_PRISMA_TABLE                                                                      \
    "CREATE TABLE %s (\n"                                                                          \
    "    id                      VARCHAR(36) PRIMARY KEY NOT NULL,\n"                              \
    "    checksum                VARCHAR(64) NOT NULL,\n"                                          \
    "    finished_at             TIMESTAMPTZ,\n"                                                   \
    "    migration_name          VARCHAR(255) NOT NULL,\n"                                         \
    "    logs                    TEXT,\n"                                                          \
    "    rolled_back_at          TIMESTAMPTZ,\n"                                                   \
    "    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),\n"                            \
    "    applied_steps_count     INTEGER NOT NULL DEFAULT 0\n"                                     \
    ")"

/* The steps that make the own tables, NULL at the end. */
extern const char *const inb__sql_metadata_tables[];

/* $1 history, $2 whether this is a new database. */
extern const char inb__sql_metadata_row[];

#define INB__SQL_LOCK_HELD                                                                         \
    "EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted"              \
    " AND classid = '0' AND objid = '72707369' AND objsubid = 1 AND pid = "                        \
    "pg_catalog.pg_backend_pid())"

/* $1 lock_timeout, $2 id that must be in the history or ''. A guard that fails is a cast that
 * fails: nothing else can raise an error of its own without a procedural language. */
#define INB__SQL_GUARD                                                                             \
    "SELECT pg_catalog.set_config('inboard.xid', pg_catalog.pg_current_xact_id()::text, true),"    \
    " pg_catalog.set_config('lock_timeout', $1, true),"                                            \
    " CASE WHEN " INB__SQL_LOCK_HELD " THEN 0 ELSE pg_catalog.concat('" INB__GUARD_LOCK            \
    " ', pg_catalog.pg_backend_pid())::integer END,"                                               \
    " CASE WHEN $2 = '' OR EXISTS (SELECT FROM %s WHERE id::text = $2 AND finished_at IS NOT "     \
    "NULL) "                                                                                       \
    "THEN 0"                                                                                       \
    " ELSE pg_catalog.concat('" INB__GUARD_ORDER " ', pg_catalog.pg_backend_pid())::integer END"

/* A trigger or a rule can keep a row out without a word; then nothing else may stay either. */
#define INB__SQL_ROW_WRITTEN                                                                       \
    "COALESCE(history.started_at, pg_catalog.concat('" INB__GUARD_ROW                              \
    " ', pg_catalog.pg_backend_pid())::timestamptz)"

/* $1 id, $2 checksum, $3 name, $4 history, $5 class, $6 program version, $7 run, $8 inboard
 * version, $9 last. */
#define INB__SQL_FINISH                                                                            \
    "WITH guard AS MATERIALIZED (SELECT CASE WHEN pg_catalog.current_setting('inboard.xid', "      \
    "true) ="                                                                                      \
    " pg_catalog.pg_current_xact_id_if_assigned()::text THEN pg_catalog.now() ELSE "               \
    "pg_catalog.concat('" INB__GUARD_ENDED                                                         \
    " ', pg_catalog.pg_backend_pid())::timestamptz END AS began),"                                 \
    " history AS (INSERT INTO %s (id, checksum, finished_at, migration_name, started_at,"          \
    " applied_steps_count) SELECT $1, $2, pg_catalog.clock_timestamp(), $3, began, 1 FROM guard"   \
    " RETURNING started_at, finished_at),"                                                         \
    " counted AS (UPDATE inboard.histories SET initial = false WHERE history = $4 AND initial"     \
    " AND $9::boolean)"                                                                            \
    " INSERT INTO inboard.migrations (id, history, name, class, transactional, program_version,"   \
    " run, inboard_version, started_at, finished_at) SELECT $1, $4, $3, $5, true,"                 \
    " NULLIF($6, ''), $7, $8, " INB__SQL_ROW_WRITTEN ", finished_at"                               \
    " FROM (SELECT) one LEFT JOIN history ON true"

/* $1 id, $2 checksum, $3 name, then as above from $4 to $8. */
#define INB__SQL_STARTED                                                                           \
    "WITH history AS (INSERT INTO %s (id, checksum, migration_name, started_at)"                   \
    " VALUES ($1, $2, $3, pg_catalog.clock_timestamp()) RETURNING started_at)"                     \
    " INSERT INTO inboard.migrations (id, history, name, class, transactional, program_version,"   \
    " run, inboard_version, started_at) SELECT $1, $4, $3, $5, false,"                             \
    " NULLIF($6, ''), $7, $8, " INB__SQL_ROW_WRITTEN                                               \
    " FROM (SELECT) one LEFT JOIN history ON true"

/* $1 id, $2 checksum, $3 history, $4 class, $5 program version, $6 run, $7 inboard version, $8
 * last. */
#define INB__SQL_FINISHED                                                                          \
    "WITH history AS (UPDATE %s SET finished_at = pg_catalog.clock_timestamp(), checksum = $2, "   \
    "logs = NULL,"                                                                                 \
    " applied_steps_count = applied_steps_count + 1 WHERE id::text = $1 RETURNING finished_at),"   \
    " counted AS (UPDATE inboard.histories SET initial = false WHERE history = $3 AND initial"     \
    " AND $8::boolean)"                                                                            \
    " UPDATE inboard.migrations m SET finished_at = h.finished_at, class = $4,"                    \
    " program_version = NULLIF($5, ''), run = $6, inboard_version = $7 FROM history h WHERE "      \
    "m.id::text = $1"

/* $1 id, $2 checksum, $3 name, $4 logs. Without own facts, so that nobody takes it up again. */
#define INB__SQL_FAILED                                                                            \
    "INSERT INTO %s (id, checksum, migration_name, logs, started_at)"                              \
    " VALUES ($1, $2, $3, $4, pg_catalog.clock_timestamp())"

/* $1 name. */
#define INB__SQL_ROLLED_BACK                                                                       \
    "UPDATE %s SET rolled_back_at = pg_catalog.clock_timestamp() WHERE migration_name::text = $1"  \
    " AND finished_at IS NULL AND rolled_back_at IS NULL"

/* $1 id, $2 checksum, $3 name, $4 history, $5 class, $6 transactional, $7 program version, $8 run,
 * $9 inboard version. */
#define INB__SQL_BASELINE                                                                          \
    "WITH moment AS (SELECT pg_catalog.clock_timestamp() AS at),"                                  \
    " history AS (INSERT INTO %s (id, checksum, logs, finished_at, migration_name, started_at)"    \
    " SELECT $1, $2, '', at, $3, at FROM moment RETURNING started_at, finished_at)"                \
    " INSERT INTO inboard.migrations (id, history, name, class, transactional, program_version,"   \
    " run, inboard_version, started_at, finished_at) SELECT $1, $4, $3, $5, $6::boolean,"          \
    " NULLIF($7, ''), $8, $9, started_at, finished_at FROM history"

#define INB__SQL_LOGS "UPDATE %s SET logs = $2 WHERE id::text = $1"

/* $1 id, $2 number, $3 digest. */
extern const char inb__sql_statement_begun[];
extern const char inb__sql_statement_done[];
/* $1 id, $2 number, $3 schema or '', $4 table. */
extern const char inb__sql_statement_existing[];
/* $1 id, $2 number. */
extern const char inb__sql_statement_undo[];

/* $1 history, $2 name, $3 run, $4 statement, $5 sqlstate, $6 message, $7 blocked by, $8
 * microseconds. */
extern const char inb__sql_attempt[];

/* Around the query for the digest: $1 history. */
#define INB__SQL_CATALOGUE_HEAD "UPDATE inboard.histories SET catalogue = ("
#define INB__SQL_CATALOGUE_TAIL                                                                    \
    "), catalogue_rows = (SELECT pg_catalog.count(*) FROM %s WHERE finished_at IS NOT NULL"        \
    " AND rolled_back_at IS NULL), updated_at = pg_catalog.clock_timestamp() WHERE history = $1"

#endif

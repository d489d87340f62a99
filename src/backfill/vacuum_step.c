/* VACUUM while a backfill runs. */
#include "config.h"

#include "backfill/vacuum_step.h"

#include "backfill/amount.h"
#include "backfill/hold_queries.h"
#include "postgres/server_version.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MS 10000 /* of connecting and of questions, not of a VACUUM */
#define STOP_MS 2000   /* for a VACUUM to end after it was cancelled */
#define TABLE_BYTES 512
#define TABLES_MOST 64 /* that workers are at, at once */

/* A table, quoted, and the rows that were changed since its last VACUUM. */
typedef struct tally {
    char table[TABLE_BYTES];
    int64_t changed;
} tally;

struct inb__vacuum_step {
    inb__pg_options connect;
    const char *search_path;
    inb__logger log;
    inb_conn *conn;
    bool off;     /* it cannot be done; that was said */
    bool running; /* its answer is awaited */
    int64_t began_us;
    tally tallies[TABLES_MOST];
    tally *at;          /* that is considered or under way */
    int64_t table_rows; /* of it; -1: unknown */
    bool may, known;    /* known: both of them */
    int64_t xid_before; /* the next transaction's number when the last one began; 0: not known */
    int count;
    char said[TABLE_BYTES]; /* who keeps rows, when that was said last */
};

bool inb__vacuum_step_is_due(int64_t changed, int64_t table_rows)
{
    return changed >= INB__VACUUM_STEP_ROWS_LEAST &&
           (double)changed >= (double)table_rows * INB__VACUUM_STEP_PART;
}

const inb__hold_reading *inb__vacuum_step_keeper(const inb__hold_look *look, int64_t xid_before)
{
    const inb__hold_reading *next = inb__hold_reading_of(look, INB__HOLD_XID);
    const inb__hold_reading *keeper = inb__hold_reading_of(look, INB__HOLD_SNAPSHOT);
    if (!next || !keeper || keeper->value < 0) {
        return NULL;
    }
    int64_t since = next->value - xid_before;
    return keeper->value > since / 2 ? keeper : NULL;
}

void inb__vacuum_step_sql(inb__buf *out, const char *table, int server_version)
{
    bool has_auto = server_version >= INB__SERVER_INDEX_CLEANUP_AUTO;
    inb__buf_printf(out, "VACUUM (TRUNCATE off, SKIP_LOCKED%s) %s",
                    has_auto ? ", INDEX_CLEANUP auto" : "", table);
}

int inb__vacuum_step_open(inb__vacuum_step **out, const inb__pg_options *connect,
                          const char *search_path, const inb__logger *log, inb_error **err)
{
    inb__vacuum_step *step = inb__calloc(1, sizeof(*step));
    if (!step) {
        return inb__error_nomem(err);
    }
    step->connect = *connect;
    step->connect.connect_timeout_ms = LIMIT_MS;
    step->connect.limit_ms = LIMIT_MS;
    step->connect.log = (inb__logger){0};
    step->connect.cancelled = NULL;
    step->search_path = search_path;
    step->log = *log;
    *out = step;
    return 0;
}

static void turn_off(inb__vacuum_step *step, const char *why)
{
    step->off = true;
    inb__log(&step->log, INB_LOG_WARNING,
             "VACUUM in step is left out: %s; the table may grow by what is written", why);
    inb_conn_close(step->conn);
    step->conn = NULL;
}

static int connection_open(inb__vacuum_step *step, inb_error **err)
{
    int rc = inb__pg_open(&step->conn, &step->connect, err);
    if (rc == 0 && *step->search_path) {
        rc = inb_conn_exec(step->conn, "SELECT pg_catalog.set_config('search_path', $1, false)", 1,
                           &step->search_path, NULL, err);
    }
    return rc == 0 ? inb_conn_exec(step->conn, "SET statement_timeout = 0", 0, NULL, NULL, err)
                   : rc;
}

/* The size of a table, and whether it may be vacuumed. */
static int table_read(inb__vacuum_step *step, inb_error **err)
{
    const char *params[] = {step->at->table};
    inb_result *r = NULL;
    int rc = inb_conn_exec(step->conn, inb__query_vacuum_step_table, 1, params, &r, err);
    const char *rows = inb_result_value(r, 0, INB__VACUUM_STEP_ROWS);
    const char *may = inb_result_value(r, 0, INB__VACUUM_STEP_MAY);
    step->table_rows = rows ? atoll(rows) : -1;
    step->may = may && strcmp(may, "t") == 0;
    step->known = rc == 0;
    inb_result_free(r);
    return rc;
}

static void vacuum_end(inb__vacuum_step *step)
{
    inb_error *err = NULL;
    step->running = false;
    int rc = inb__pg_finish(step->conn, NULL, &err);
    if (rc == 0) {
        step->count++;
        inb__log(&step->log, INB_LOG_DEBUG, "VACUUM of %s took %s", step->at->table,
                 inb__amount_ms((inb__now_us() - step->began_us) / 1000).text);
    } else if (rc == INB_ECONN) {
        inb_conn_close(step->conn);
        step->conn = NULL;
    } else {
        turn_off(step, inb_error_message(err));
    }
    inb_error_free(err);
}

static int64_t next_xid(const inb__hold_look *look)
{
    const inb__hold_reading *r = inb__hold_reading_of(look, INB__HOLD_XID);
    return r ? r->value : 0;
}

static void vacuum_begin(inb__vacuum_step *step, const inb__hold_look *look)
{
    inb_error *err = NULL;
    INB__AUTO_BUF inb__buf sql;
    inb__buf_init(&sql, INB__LIMIT_MESSAGE);
    inb__vacuum_step_sql(&sql, step->at->table, inb__pg_server_version(step->conn));
    inb__pg_limit(step->conn, 0);
    if (inb__pg_start(step->conn, inb__buf_text(&sql), -1, NULL, &err) < 0) {
        turn_off(step, inb_error_message(err));
    } else {
        step->running = true;
        step->began_us = inb__now_us();
        step->at->changed = 0;
        step->known = false; /* it counts the rows, too */
        step->xid_before = next_xid(look);
        step->said[0] = '\0';
    }
    inb_error_free(err);
}

static void keeper_say(inb__vacuum_step *step, const char *holder)
{
    if (strncmp(step->said, holder, sizeof(step->said) - 1) != 0) {
        snprintf(step->said, sizeof(step->said), "%s", holder);
        inb__log(&step->log, INB_LOG_WARNING,
                 "VACUUM in step waits: %s keeps the old rows until it ends", holder);
    }
}

/* Enough was changed for a table of any size: what is its size? */
static void vacuum_consider(inb__vacuum_step *step, const inb__hold_look *look)
{
    inb_error *err = NULL;
    int rc = step->conn ? 0 : connection_open(step, &err);
    if (rc == 0 && !step->known) {
        inb__pg_limit(step->conn, LIMIT_MS);
        rc = table_read(step, &err);
    }
    if (rc < 0) {
        turn_off(step, inb_error_message(err));
    } else if (!step->may) {
        turn_off(step, "the role is not the owner of the table");
    } else if (inb__vacuum_step_is_due(step->at->changed, step->table_rows)) {
        const inb__hold_reading *keeper = inb__vacuum_step_keeper(look, step->xid_before);
        if (keeper) {
            keeper_say(step, keeper->name);
        } else if (!inb__hold_reading_of(look, INB__HOLD_VACUUM)) {
            vacuum_begin(step, look);
        }
    }
    inb_error_free(err);
}

/* Of the table; that of which least was changed makes room for a new one. */
static tally *tally_of(inb__vacuum_step *step, const char *table)
{
    tally *least = NULL;
    for (int i = 0; i < TABLES_MOST; i++) {
        tally *t = &step->tallies[i];
        if (strncmp(t->table, table, TABLE_BYTES - 1) == 0) {
            return t;
        }
        bool in_use = step->running && t == step->at;
        least = !in_use && (!least || t->changed < least->changed) ? t : least;
    }
    snprintf(least->table, sizeof(least->table), "%s", table);
    least->changed = 0;
    step->known = step->known && least != step->at;
    return least;
}

void inb__vacuum_step_go(inb__vacuum_step *step, const char *table, int64_t changed,
                         const inb__hold_look *look)
{
    if (step->off) {
        return;
    }
    if (step->xid_before == 0) {
        step->xid_before = next_xid(look);
    }
    if (step->running && inb__pg_is_answered(step->conn)) {
        vacuum_end(step);
    }
    tally *t = tally_of(step, table);
    t->changed += changed;
    if (!step->running && !step->off && t->changed >= INB__VACUUM_STEP_ROWS_LEAST) {
        step->known = step->known && t == step->at;
        step->at = t;
        vacuum_consider(step, look);
    }
}

int inb__vacuum_step_pid(const inb__vacuum_step *step)
{
    return step->conn ? inb__pg_backend_pid(step->conn) : 0;
}

int inb__vacuum_step_count(const inb__vacuum_step *step)
{
    return step->count;
}

void inb__vacuum_step_close(inb__vacuum_step *step)
{
    if (!step) {
        return;
    }
    if (step->running) {
        inb__pg_stop(step->conn);
        inb__pg_limit(step->conn, STOP_MS);
        (void)!inb__pg_finish(step->conn, NULL, NULL);
    }
    inb_conn_close(step->conn);
    inb__free(step);
}

/*
 * Runs migrations statement by statement in a database that may be spoilt, and holds what each took
 * against what was foretold: locks on what was there before, rewritten tables, complete reads.
 */
#ifndef INB_REVIEW_TRACE_H
#define INB_REVIEW_TRACE_H

#include "inboard/table.h"
#include "pg/pg.h"
#include "util/arena.h"
#include "util/json.h"
#include "util/vec.h"

#include <stdbool.h>

typedef struct inb__trace_lock {
    const char *relation; /* as the facts name it */
    inb_lock_mode mode;
    char kind; /* pg_class.relkind; 0: nobody has looked */
} inb__trace_lock;

typedef INB__VEC(inb__trace_lock) inb__trace_locks;

/* What one statement did, or was said to do. */
typedef struct inb__trace_effect {
    inb__trace_locks locks;
    const char *rewrites, *scans; /* a relation of which it is true, NULL: of none; "" said of one
                                     that is not named */
} inb__trace_effect;

typedef struct inb__trace_step {
    uint32_t migration, statement; /* in the table */
    inb__trace_effect said, did;
    inb__trace_locks held; /* by its transaction, after it */
    bool watched;          /* it ran in a transaction, so its locks could be read */
    int64_t us, rows, wal;
    const char *wrong; /* what was foretold and is not so; NULL: nothing */
} inb__trace_step;

typedef struct inb__trace {
    INB__VEC(inb__trace_step) steps;
    size_t wrong; /* how many are */
} inb__trace;

/*
 * What is wrong about a step, a pure function of the two effects: a lock that was taken and not
 * said, or said and not taken, another mode, a rewrite or a complete read. The text is in the
 * arena.
 */
const char *inb__trace_compare(inb__arena *arena, const inb__trace_step *step, const char *tag);

/*
 * Runs all migrations of the table, of which those with `wanted` are traced. INB_ESQL: a statement
 * was refused, the error says which; what was traced before is in *out. Everything is in the arena,
 * which the call gives an error exit of its own.
 */
int inb__trace_run(inb__trace *out, inb__arena *arena, inb_conn *conn, const inb_table *table,
                   const bool *wanted, const char *schema, inb_error **err)
    __attribute__((warn_unused_result));

#endif

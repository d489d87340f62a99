/*
 * Deciding. A pure function of the embedded table, the history and the caller's policy: what to
 * apply in which order, or why not. It needs no server, and it looks at everything before the first
 * thing is done.
 */
#ifndef INB_ENGINE_PLAN_H
#define INB_ENGINE_PLAN_H

#include "engine/reconcile.h"
#include "inboard/migrate.h"

typedef struct inb__policy {
    inb_mode mode;
    inb_order order;
    bool allow_unknown;
    bool prisma_order;
    inb_backfills backfills;
    bool only_backfills;           /* a run of backfills: nothing else is applied */
    const char *backfill_name;     /* the one that is to be run, NULL: each */
    const bool *confirmed;         /* of each migration of the table, whether what it waits for was
                                      confirmed; NULL: of none */
    uint32_t to;                   /* the number of the last one to apply, from 1; 0: all */
    const char *schema;            /* of the history, for messages */
    const inb_option_names *means; /* of the reader of a hint, NULL: the library's */
} inb__policy;

typedef struct inb__plan_step {
    uint32_t migration;          /* index in the table */
    const inb__history_row *row; /* the started row to resume, or NULL */
    bool proved;                 /* a backfill that was run to its end: only its row is written */
} inb__plan_step;

/* What holds the migration at which a plan stops. */
typedef enum inb__gate {
    INB__GATE_NONE,   /* its class is not for this mode */
    INB__GATE_BEFORE, /* its sentence is not confirmed */
    INB__GATE_AFTER   /* a backfill is not done */
} inb__gate;

typedef struct inb__plan {
    inb__plan_step *steps;
    size_t n;
    bool new_database; /* so every class may be applied */
    uint32_t stop; /* the first migration that this mode may not apply, INB__NOT_IN_TABLE when there
                      is none */
    uint32_t *waiting; /* backfills that are left pending, and are not recorded as that yet */
    size_t n_waiting;
    bool stop_runs;                 /* that is a backfill, and may be run now */
    bool backfill_left;             /* there, or after it, is a pending backfill */
    inb__gate gate;                 /* that holds it there */
    const char *unfinished_unknown; /* a compatible migration of a newer program that is not
                                  finished; NULL: none */
} inb__plan;

/* Why there is no plan: what a caller does next depends on it. */
typedef enum inb__refusal {
    INB__REFUSED_NOT = 0,
    INB__REFUSED_FAILED,    /* a started one: only the lock tells whether it is running now */
    INB__REFUSED_NOT_EMPTY, /* P3005 */
    INB__REFUSED_HISTORY,   /* edited, missing, unknown, out of order */
    INB__REFUSED_UNFIT      /* a migration that would be applied has what none can have */
} inb__refusal;

/*
 * 0, or INB_EHISTORY with everything that is wrong in the detail, a line each; *why says which kind
 * came first. INB_EMIGRATION: one that would be applied cannot be, and nothing was started. The
 * plan lives in the arena (whose error exit it sets and takes away).
 */
int inb__plan_build(inb__plan *out, inb__refusal *why, inb__arena *arena, const inb_table *table,
                    const inb__history *history, const inb__policy *policy, inb_error **err)
    __attribute__((warn_unused_result));

/* INB_EPENDING about the migration at which the plan stops. */
int inb__plan_pending_error(const inb__plan *plan, const inb_table *table,
                            const inb__policy *policy, inb_error **err)
    __attribute__((warn_unused_result));

#endif

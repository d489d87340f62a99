/*
 * Looks at the server on a connection of its own, and says whether a backfill goes on: the readings
 * of sql/holds.sql in one round trip, and with them a query of the user's. The rules are
 * hold_rules.h.
 */
#ifndef INB_BACKFILL_HOLDS_H
#define INB_BACKFILL_HOLDS_H

#include "backfill/backfill.h"
#include "backfill/hold_rules.h"
#include "pg/pg.h"

/* The place of the VACUUM in step, behind those of the workers. */
#define INB__HOLDS_VACUUM INB__BACKFILL_WORKERS
#define INB__HOLDS_PIDS (INB__HOLDS_VACUUM + 1)

typedef struct inb__holds inb__holds;

typedef struct inb__holds_options {
    const inb__pg_options *connect; /* as the workers connect; not kept, but the URL is */
    const char *relation;           /* quoted, with its schema where that is known */
    const char *search_path;        /* SQL text, "": as the session is made */
    const char *query;              /* of the user's, "": none */
    inb__hold_limits limits;
    bool lag_demanded; /* refuse to begin where the lag of standbys cannot be seen */
    inb__logger log;
} inb__holds_options;

/*
 * Connects, takes a first look, and says in the log what the role cannot see. Texts are copied but
 * for the URL and limits.ignored. INB_EPERM: lag_demanded, and it cannot be seen; INB_EINVAL: the
 * user's query is refused.
 */
int inb__holds_open(inb__holds **out, const inb__holds_options *options, inb_error **err)
    __attribute__((warn_unused_result));

/* A worker's process on the server, and how long its batches take. */
void inb__holds_worker(inb__holds *holds, int worker, int pid, int64_t batch_us);

/* Looks, and decides. The verdict is valid until the next look. */
const inb__hold_verdict *inb__holds_look(inb__holds *holds);

/* What the last look has read. */
const inb__hold_look *inb__holds_last(const inb__holds *holds);

void inb__holds_close(inb__holds *holds);

#endif

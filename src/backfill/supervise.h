/*
 * What goes on beside a backfill: it holds for a reason, VACUUM follows it, its rate is measured.
 * Between the run (backfill.h), which calls the hooks, and those who look on.
 */
#ifndef INB_BACKFILL_SUPERVISE_H
#define INB_BACKFILL_SUPERVISE_H

#include "backfill/backfill_text.h"
#include "backfill/hold_rules.h"

typedef struct inb__supervise inb__supervise;

typedef struct inb__supervise_options {
    const inb__backfill *backfill;
    const inb__pg_options *connect; /* as the workers connect; its texts stay alive */
    inb__hold_limits limits;
    bool lag_demanded; /* see holds.h */
    const char *query; /* of the user's that holds it, "": none */
    bool no_vacuum;
    int64_t line_ms; /* how often the log gets a line; 0: never */
    inb__logger log;
    void (*seen)(void *payload, const inb__backfill_view *view); /* NULL: nobody looks on */
    void *payload;
} inb__supervise_options;

/* The limits of hold_rules.h, and a line in the log each ten seconds. */
inb__supervise_options inb__supervise_defaults(void);

/* Takes a first look. Errors as inb__holds_open(). */
int inb__supervise_begin(inb__supervise **out, const inb__supervise_options *options,
                         inb_error **err) __attribute__((warn_unused_result));

const inb__backfill_hooks *inb__supervise_hooks(inb__supervise *supervise);

/* Says in the log what it came to, and gives it to `seen`. done: it is at its end. */
void inb__supervise_final(inb__supervise *supervise, const inb__backfill_progress *total,
                          bool done);

void inb__supervise_end(inb__supervise *supervise);

#endif

/*
 * Hints that name what their reader can do next. Each reader has other means: a program that calls
 * the library sets options, its operator knows what the program calls them, and only the command
 * has verbs of its own.
 */
#ifndef INB_ENGINE_HINT_H
#define INB_ENGINE_HINT_H

#include "inboard/migrate.h"

typedef enum inb__hint {
    INB__HINT_FAILED,    /* a migration was started and did not finish */
    INB__HINT_EDITED,    /* an applied one is not as it was */
    INB__HINT_MISSING,   /* an applied one that the program does not have any more */
    INB__HINT_UNKNOWN,   /* an applied one that the program does not have yet */
    INB__HINT_UNRELATED, /* none of the applied ones is the program's */
    INB__HINT_ORDER,     /* a pending one sorts before an applied one */
    INB__HINT_NOT_EMPTY, /* tables, and no history */
    INB__HINT_PENDING,   /* the rest is for a release job */
    INB__HINT_BACKFILL,  /* a backfill that is to be run apart */
    INB__HINT_CONFIRM,   /* a migration that waits for what must be true outside */
    INB__HINT_UNFIT,     /* a migration that cannot be applied */
    INB__HINT_ENDED,     /* a migration that ended its transaction itself */
    INB__HINT_POOL_FULL, /* a pooler that has no second connection */
    INB__HINT_POOLER     /* a pooler in transaction mode */
} inb__hint;

/* Sets the hint of the error. names: NULL is the library's own; history: _prisma_migrations,
 * quoted; migration: whose name a hint may contain, or "". */
void inb__hint_set(inb_error **err, inb__hint hint, const inb_option_names *names,
                   const char *history, const char *migration);

#endif

/* Asks before something is destroyed: with a word, or in production with the database's name. */
#ifndef INB_CLI_PRODUCTION_GUARD_H
#define INB_CLI_PRODUCTION_GUARD_H

#include "live/production.h"

typedef struct inb__guard {
    const char *verb; /* "reset it": what is done to the database */
    const char *what; /* what is destroyed, for the one who is asked; or NULL */
    bool always;      /* also of a database that does not look like production, with y or n */
    bool force;       /* --force: nothing is asked */
} inb__guard;

/* 0: go on. INB_EINVAL: nobody is there to be asked; INB_ECANCELLED: no. */
int inb__production_guard(const inb__production_facts *facts, const inb__guard *guard,
                          inb_error **err) __attribute__((warn_unused_result));

#endif

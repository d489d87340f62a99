/* Drift of a development database: what it has, compared with what its migrations make. */
#ifndef INB_CLI_DEV_DRIFT_H
#define INB_CLI_DEV_DRIFT_H

#include "psl/datamodel.h"
#include "util/arena.h"

typedef struct inb__drift_query {
    const char *dir;
    bool (*applied)(void *payload, const char *name); /* only these migrations; NULL: all */
    void *payload;
    const inb__dm *dm;      /* the schema, which says which namespaces there are */
    bool shadow;            /* apply them to a shadow database, even where analysis sees all */
    const char *shadow_url; /* the same, to this one */
    bool accept_unseen;     /* take the analysis for true where it does not see */
    bool json;
} inb__drift_query;

typedef struct inb__drift {
    const char *text; /* the changes from the migrations to the database, "" when there are none */
    size_t n;         /* how many steps they are */
} inb__drift;

/*
 * Compares them as relational models: tables, columns, keys, indexes, enums. What the migrations
 * make comes from their statements, and where those do not tell, from a shadow database. 0, or the
 * exit status of what was wrong, once that is printed. The arena must have an error exit.
 */
int inb__drift_find(inb__drift *out, inb__arena *arena, const inb__drift_query *query)
    __attribute__((warn_unused_result));

#endif

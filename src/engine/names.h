/* The names that vary in the engine's statements. */
#ifndef INB_ENGINE_NAMES_H
#define INB_ENGINE_NAMES_H

#include "pg/pg.h"

/* Of the history, quoted for the connection. */
typedef struct inb__names {
    const char *schema; /* as the URL has it, not quoted */
    char *schema_ident; /* "public" */
    char *history;      /* "public"."_prisma_migrations" */
} inb__names;

int inb__names_init(inb__names *out, inb__arena *arena, inb_conn *conn, const char *schema,
                    inb_error **err) __attribute__((warn_unused_result));

/* Queues a query in which :"schema" is the schema of the history. */
void inb__names_query_add(inb__pg_pipe *pipe, const inb__names *names, const char *query, int n,
                          const char *const *params);

/* The same, prepared under a name. */
void inb__names_query_prepare(inb__pg_pipe *pipe, const inb__names *names, const char *name,
                              const char *query);

#endif

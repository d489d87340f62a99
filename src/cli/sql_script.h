/* A file of SQL that is run on a database: a seed, or what `db execute` is given. */
#ifndef INB_CLI_SQL_SCRIPT_H
#define INB_CLI_SQL_SCRIPT_H

#include "pg/pg.h"

typedef struct inb__sql_text {
    const char *path; /* as messages name it */
    inb__str text;
    size_t n; /* statements */
    bool
        transactional; /* all of them can be one transaction, and the file does not say otherwise */
    const char *changes; /* the statements that are not additive, a line each; "" without one */
    size_t n_changes;
} inb__sql_text;

/*
 * Looks at a text that has a NUL behind it. INB_ESYNTAX: it has a NUL byte, or
 * what only psql can do. What the
 * parser cannot read counts as a change: the server decides. Texts live in the arena.
 */
int inb__sql_text_read(inb__sql_text *out, inb__arena *arena, const char *path, inb__str text,
                       inb_error **err) __attribute__((warn_unused_result));

/*
 * Runs it as one transaction, or where it is not transactional statement by statement; its own
 * BEGIN and COMMIT hold. INB_ESQL names the line. A transaction that it leaves open is an error,
 * and is rolled back.
 */
int inb__sql_text_run(inb_conn *conn, const inb__sql_text *script, inb_error **err)
    __attribute__((warn_unused_result));

/* The connection for it: its warnings are shown, and signals stop it. */
int inb__sql_text_connect(inb_conn **out, const char *url, inb_error **err)
    __attribute__((warn_unused_result));

#endif

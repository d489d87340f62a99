/*
 * The room of SQL: what a migration's statements do to running clients and to traffic.
 *
 * Everything lives in the caller's arena, which has an error exit (util/arena.h): nothing here
 * returns NULL for want of memory.
 */
#ifndef INB_SQL_ANALYSE_H
#define INB_SQL_ANALYSE_H

#include "inboard/table.h"
#include "sql/catalog.h"
#include "sql/directive.h"
#include "sql/problem.h"
#include "util/arena.h"
#include "util/node.h"
#include "util/text.h"
#include "util/vec.h"

/* What an author should know, which is no reason to refuse. */
typedef struct inb__sql_note {
    uint32_t line;
    const char *message;
} inb__sql_note;

/* What a statement says of the modes of its transaction: isolation level, READ ONLY, DEFERRABLE. */
typedef enum inb__sql_modes {
    INB__MODES_NONE,        /* nothing: after it they can no longer be set */
    INB__MODES_NO_SNAPSHOT, /* nothing, and they can be set after it */
    INB__MODES_SET,
    INB__MODES_READ_ONLY
} inb__sql_modes;

/* One statement, as inboard/table.h describes it. Texts are never NULL. */
typedef struct inb__sql_statement {
    size_t offset, length;
    uint32_t line;
    inb_statement_kind kind;
    inb_class cls;
    uint32_t flags; /* INB_STATEMENT_… */
    const char *tag, *reason;
    const char *schema, *relation, *object;
    inb__sql_locks locks;
    bool opaque; /* the analysis cannot see what it does; its class is a directive's or contracting
                  */
    bool declared;               /* the author says its class */
    bool understood;             /* opaque, but not as to what it makes */
    const char *unseen;          /* why what it makes is not all known; NULL: it is */
    const inb__relation *partly; /* … of this relation alone, NULL: of anything */
    const char *fails, *instead; /* why the server refuses it, as the migrations tell, and a hint */
    bool refused;                /* a problem says why; nothing more needs to be said of it */
    inb__sql_modes modes;
    bool local;       /* the COMMIT of the file's own block takes it back */
    bool sets;        /* a setting of the session, beyond its transaction */
    const char *held; /* the strong lock of an earlier statement of its transaction, while which it
                         reads or waits: "ShareLock on \"t\""; NULL: none */
    bool lasts;       /* it reads rows that exist, or waits: it takes as long as they are many */
} inb__sql_statement;

/* A statement that can be run in windows, as inboard/table.h describes it. */
typedef struct inb__sql_backfill {
    const char *schema, *relation, *alias, *columns;
    /* Bytes of the migration's text. */
    size_t middle, middle_length, from, from_length, where, where_length;
    uint32_t flags; /* INB_BACKFILL_… */
    uint32_t target_ms, skip_limit;
    size_t n_keys;
    const char *keys[INB_BACKFILL_KEYS];
    const char *triggers; /* of the table that the migrations make, "a, b" */
} inb__sql_backfill;

/* A migration. */
typedef struct inb__sql_script {
    INB__VEC(inb__sql_statement) statements;
    inb__directives directives;
    INB__VEC(inb__sql_note) notes;
    inb_class cls;          /* the worst of its statements */
    const char *reason;     /* of the statement that has it */
    const char *compatible; /* why the release before works with it, though it is contracting; NULL:
                               nobody says so */
    const inb__sql_backfill *backfill; /* NULL: it is none */
    const char *before;                /* what must be true outside of the database, or NULL */
    const inb__directive *after;       /* the backfill that must be done before it, or NULL */
    bool misread; /* one of its directives is not understood: a problem says why */
    bool transactional;
    bool unfit;        /* one of its statements is INB_STATEMENT_UNFIT */
    bool commits;      /* a COMMIT outside of a block stands between statements that are sent */
    bool modes_inside; /* modes of a transaction that is not the first of the file */
} inb__sql_script;

/* Who looks at each statement beside what is understood of it. Any function may be NULL. */
typedef struct inb__sql_observer {
    void *context;
    /* A migration begins: the number of its file, and its text. */
    void (*begin)(void *context, uint32_t file, inb__str text);
    /* Before a statement that was parsed is taken into the catalogue, and after it. The tree ends
     * with the statement. */
    void (*before)(void *context, const inb__catalog *catalog, inb__str own, const inb__node *node);
    void (*after)(void *context, const inb__catalog *catalog, const inb__sql_statement *s,
                  const inb__node *node);
    /* All of it is known. */
    void (*end)(void *context, const inb__catalog *catalog, const inb__sql_script *script);
} inb__sql_observer;

/*
 * Analyses one migration and takes what it creates, changes and drops into the catalogue, so
 * migrations are given in their order. Whatever must not ship is added to the problems; the script
 * is complete all the same, with what is not understood being contracting. The text must have a NUL
 * after its last byte.
 */
void inb__analyse_script(inb__sql_script *out, const inb__problems *problems, inb__arena *arena,
                         inb__catalog *catalog, inb__str text);

/* The same under the eyes of an observer. */
void inb__analyse_observed(inb__sql_script *out, const inb__problems *problems, inb__arena *arena,
                           inb__catalog *catalog, inb__str text, const inb__sql_observer *observer);

/* Only the hazards that nobody accepted: a problem for each statement that is not additive and has
 * no directive for it. */
void inb__analyse_acceptance(const inb__sql_script *script, const inb__problems *problems,
                             inb__arena *arena);

#endif

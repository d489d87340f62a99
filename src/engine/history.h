/*
 * What the database says about itself and its migrations: server facts, the rows of
 * _prisma_migrations, and inboard's metadata about them, read together in one round trip.
 */
#ifndef INB_ENGINE_HISTORY_H
#define INB_ENGINE_HISTORY_H

#include "engine/names.h"
#include "inboard/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One statement of a non-transactional migration that was started and not finished
 * (inboard.statements). */
typedef struct inb__statement_row {
    uint32_t number;    /* from 1 */
    bool done;          /* false: started, and its end is unknown */
    const char *digest; /* of its bytes, in hex */
} inb__statement_row;

/* One row of _prisma_migrations. Texts are never NULL. */
typedef struct inb__history_row {
    const char *id;
    const char *name;
    const char *checksum;
    const char *logs; /* of unfinished rows only */
    const char *started_at;
    const char *finished_at;    /* "" when it is not */
    const char *rolled_back_at; /* "" when it is not */
    /* metadata: read for rows that are unfinished or sort after the table's last name; for all once
     * the program does not know one before that */
    bool has_metadata;
    inb_class cls;
    bool transactional;
    bool compatible;             /* without metadata: not known to be */
    const char *reason;          /* why it is, or why it has its class; "" when that is unknown */
    const char *program_version; /* that applied it, "" when that is unknown */
    inb__statement_row *statements; /* in order of their numbers */
    size_t n_statements;
} inb__history_row;

/* How the catalogue is not what the table expects (engine/drift.h). */
typedef enum inb__finding_kind {
    INB__FINDING_MISSING, /* a table, a column, an enum or one of its labels */
    INB__FINDING_TYPE,
    INB__FINDING_NULLABLE,
    INB__FINDING_KEY, /* a primary or unique key, which statements can name */
    INB__FINDING_NO_DEFAULT,
    /* from here on: everything works, slower or with less care */
    INB__FINDING_INDEX,
    INB__FINDING_CONSTRAINT, /* a foreign key or a CHECK */
    INB__FINDING_DEFAULT,    /* another one */
    INB__FINDING_WIDER       /* a type that holds all that the expected one does, alike */
} inb__finding_kind;

typedef struct inb__finding {
    inb__finding_kind kind;
    const char *text;
} inb__finding;

/* A backfill that was begun, or that a release job has let wait (inboard.backfills). */
typedef struct inb__history_backfill {
    const char *name, *checksum, *state;
} inb__history_backfill;

/* An object that is not as the last run left it (engine/objects.h). */
typedef struct inb__object_change {
    const char *kind;   /* "column"; "": more than one object */
    const char *object; /* `column "users"."email"`; "" likewise */
    const char *was;    /* its description then, NULL: it is new */
    const char *now;    /* NULL: it is gone */
    const char *text;   /* the change in words */
} inb__object_change;

typedef struct inb__history {
    int server_version;
    int backend_pid; /* the server's process, which a pooler cannot fake */
    bool in_recovery;
    bool read_only;
    bool schema_exists;
    bool managed;       /* there is a _prisma_migrations */
    bool has_tables;    /* with no _prisma_migrations: ordinary tables that make Prisma say P3005 */
    bool has_relations; /* anything at all in the schema but _prisma_migrations */
    const char *current_schema; /* of the session, "" when its search_path leads to none */
    const char *suspects;   /* relations that the facts alone cannot clear (sql/history.sql), "" */
    bool hidden;            /* row-level security keeps rows of _prisma_migrations from this role */
    bool metadata_schema;   /* the schema inboard exists */
    bool metadata_exists;   /* the metadata tables exist */
    bool metadata_readable; /* and may be read */
    bool metadata_row;      /* and they have a row for this history */
    bool metadata_outdated; /* an older inboard made them (asked before something is written) */
    bool citus_node, citus_tables; /* Citus has catalogues of them (asked likewise) */
    bool initial; /* the first bring-up of this database has begun and is not complete */
    bool locked;  /* this session holds the migration lock; its taker says so */
    const char *database;
    const char *user;
    const char *catalogue;   /* digest that a run of an older inboard left, "" when none did */
    size_t catalogue_rows;   /* how many applied rows there were after the last run */
    const char *fingerprint; /* of the catalogue now, "" when it was not asked for */
    const char *
        lock_holder; /* the holder of the migration lock, "" when it is free or was not asked for */
    inb__history_row *rows; /* in byte order of the name, then of their start */
    size_t n_rows;
    inb__history_backfill *backfills; /* when they were asked for */
    size_t n_backfills;
    inb__finding *findings; /* when they were asked for */
    size_t n_findings;
    const inb__object_change *changes; /* likewise */
    size_t n_changes;
    inb__arena arena; /* all of it lives here */
} inb__history;

/* The answers of the server that a history is made of; NULL: not asked, refused, or skipped. */
typedef struct inb__history_answers {
    const inb_result *settings; /* of the transaction that read the facts */
    const inb_result *facts;    /* never NULL */
    const inb_result *holder;
    const inb_result *rows;
    const inb_result *metadata, *migrations, *statements;
    const inb_result *layout;
    const inb_result *backfills;
} inb__history_answers;

/* Its rows alone; and what inboard recorded of them. */
void inb__history_rows_parse(inb__history *history, const inb_result *rows);
void inb__history_metadata_parse(inb__history *history, const inb_result *migrations);

/* Fills in a history whose texts are "" and whose arena has an error exit. */
void inb__history_parse(inb__history *history, const inb__history_answers *answers);

/* The row about a backfill, NULL when there is none. */
const inb__history_backfill *inb__history_backfill_find(const inb__history *history,
                                                        const char *name);

void inb__history_dispose(inb__history *history);

/* How many rows are finished and not rolled back. */
size_t inb__history_applied(const inb__history *history);

/* Finished and not rolled back. */
static inline bool inb__history_row_applied(const inb__history_row *row)
{
    return *row->finished_at && !*row->rolled_back_at;
}

/* Started, and neither finished nor rolled back. */
static inline bool inb__history_row_open(const inb__history_row *row)
{
    return !*row->finished_at && !*row->rolled_back_at;
}

#endif

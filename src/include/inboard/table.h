/*
 * The embedded table: what inboard-embed learned about the migrations, as constants.
 *
 * A program does not fill this in; it includes the generated C file and passes the table on. The
 * tables hold offsets into one text and no pointers but the six of inb_table itself, so loading a
 * program with a thousand migrations relocates nothing and touches no page of them until a
 * migration is pending.
 *
 * Text is NUL-terminated at the given offset; offset 0 is the empty text. Everything is immutable
 * and may be shared by threads.
 */
#ifndef INBOARD_TABLE_H
#define INBOARD_TABLE_H

#include <inboard/export.h>
#include <stddef.h>
#include <stdint.h>

INB_BEGIN_DECLS

/* The layout of the structures below; another value is refused at start. @since 0.1 */
#define INB_TABLE_FORMAT 2u

/* What a statement does to running clients and to traffic (docs/CLASSES.md). @since 0.1 */
typedef enum inb_class {
    INB_CLASS_ADDITIVE = 0,
    INB_CLASS_BLOCKING = 1,
    INB_CLASS_CONTRACTING = 2
} inb_class;

/* Lock modes of a relation, in pg_locks' order. @since 0.1 */
typedef enum inb_lock_mode {
    INB_LOCK_NONE = 0,
    INB_LOCK_ACCESS_SHARE = 1,
    INB_LOCK_ROW_SHARE = 2,
    INB_LOCK_ROW_EXCLUSIVE = 3,
    INB_LOCK_SHARE_UPDATE_EXCLUSIVE = 4,
    INB_LOCK_SHARE = 5,
    INB_LOCK_SHARE_ROW_EXCLUSIVE = 6,
    INB_LOCK_EXCLUSIVE = 7,
    INB_LOCK_ACCESS_EXCLUSIVE = 8
} inb_lock_mode;

/* What an interrupted run must know of a statement to find out whether it was done. @since 0.1 */
typedef enum inb_statement_kind {
    INB_STATEMENT_OTHER = 0, /* relation: the table whose rows it writes, the last of several */
    INB_STATEMENT_CREATE_INDEX_CONCURRENTLY = 1, /* object: the index; relation: its table */
    INB_STATEMENT_DROP_INDEX_CONCURRENTLY = 2,   /* object: the index */
    INB_STATEMENT_REINDEX_CONCURRENTLY =
        3,                            /* object: the index, or relation: the table; else neither */
    INB_STATEMENT_ADD_ENUM_VALUE = 4, /* relation: the type; object: the label */
    INB_STATEMENT_VALIDATE_CONSTRAINT = 5, /* relation: the table; object: the constraint */
    INB_STATEMENT_DETACH_CONCURRENTLY = 6, /* relation: the parent; object: the partition */
    INB_STATEMENT_ADD_CONSTRAINT =
        7, /* relation: the table; object: the constraint, "" when unnamed */
    INB_STATEMENT_CREATE_RELATION = 8, /* object: the table, index, view or sequence created */
    INB_STATEMENT_ADD_COLUMN = 9,      /* relation: the table; object: the one column added */
    INB_STATEMENT_BEGIN =
        10, /* begins a transaction of the file's own, which ends with the next … */
    INB_STATEMENT_COMMIT = 11,       /* … of these */
    INB_STATEMENT_UNFIT = 12,        /* no migration can have it; its reason says why */
    INB_STATEMENT_CREATE_SCHEMA = 13 /* object: the schema, of one without elements */
} inb_statement_kind;

/* Bits of inb_statement.flags. @since 0.1 */
#define INB_STATEMENT_REWRITES 1u /* rewrites a table or an index that existed before */
#define INB_STATEMENT_SCANS 2u    /* reads all of a table that existed before, under its lock */
#define INB_STATEMENT_NO_TRANSACTION 4u /* the server refuses it inside a transaction block */
#define INB_STATEMENT_IF_NOT_EXISTS 8u  /* IF NOT EXISTS or IF EXISTS was written */
/* BEGIN or COMMIT: the engine's own transaction takes its place. */
#define INB_STATEMENT_UNSENT 16u
/* It can run functions that are not PostgreSQL's own (triggers, DO, expressions), which can change
   the session in any way: its role, settings, temporary tables, advisory locks. */
#define INB_STATEMENT_RUNS_CODE 32u
#define INB_STATEMENT_LEAVES_SETTINGS                                                              \
    64u /* SET, RESET, DISCARD: the session's settings or role                                     \
         */
/* A temporary table, cursor, prepared statement or LISTEN can be there after it. */
#define INB_STATEMENT_LEAVES_OBJECTS 128u
#define INB_STATEMENT_DISCARDS 256u /* DISCARD: it changes the session and nothing that lasts */
/* That its object exists already, or does not exist any more, means that it was done. */
#define INB_STATEMENT_CREATES 512u
#define INB_STATEMENT_DROPS 1024u
/* It changes settings or the role beyond its transaction and does nothing else: a run that resumes
   its migration repeats it. */
#define INB_STATEMENT_SETS 2048u
/* Modes of its transaction, which are set before anything else in it: SET TRANSACTION right after
   the engine's BEGIN, a BEGIN with modes in its place. */
#define INB_STATEMENT_OPENS 4096u

typedef struct inb_statement {
    uint32_t offset; /* bytes, from the first byte of the migration's SQL */
    uint32_t length; /* bytes, without the closing semicolon */
    uint32_t line;   /* of the statement's first byte, from 1 */
    uint32_t flags;  /* INB_STATEMENT_… */
    uint8_t kind;    /* inb_statement_kind */
    uint8_t cls;     /* inb_class */
    uint8_t unused[2];
    uint32_t tag;      /* text: what it is, such as "CREATE INDEX CONCURRENTLY" */
    uint32_t reason;   /* text: why it has its class */
    uint32_t schema;   /* text: the schema as written, "" when it was not */
    uint32_t relation; /* text: see inb_statement_kind */
    uint32_t object;   /* text: see inb_statement_kind; in the schema above */
    uint32_t first_lock,
        n_locks;          /* in inb_table.locks: relations that exist before this migration */
    uint32_t reserved[3]; /* 0 */
    uint8_t digest[32];   /* SHA-256 of its bytes */
} inb_statement;

typedef struct inb_lock_fact {
    uint32_t relation; /* text: "name" for one in the schema public or without a schema, else
                          "schema.name"; not quoted */
    uint32_t mode;     /* inb_lock_mode */
} inb_lock_fact;

/* Bits of inb_migration.flags. @since 0.1 */
#define INB_MIGRATION_TRANSACTIONAL 1u
#define INB_MIGRATION_UNFIT                                                                        \
    2u /* one of its statements is INB_STATEMENT_UNFIT: it is never begun                          \
        */
/* It is contracting, and yet programs of the release before work with it: compatible_reason. */
#define INB_MIGRATION_COMPATIBLE 4u

typedef struct inb_migration {
    uint32_t name;                          /* text: the folder's name */
    uint32_t sql, sql_length;               /* text: migration.sql, its exact bytes */
    uint32_t first_statement, n_statements; /* in inb_table.statements */
    uint32_t
        reason;  /* text: the reason of the statement that decided the class, or of the directive */
    uint8_t cls; /* inb_class: the worst of its statements */
    uint8_t flags; /* INB_MIGRATION_… */
    uint8_t unused[2];
    uint32_t compatible_reason; /* text: of INB_MIGRATION_COMPATIBLE, as its author gives it */
    uint32_t backfill;          /* index in inb_table.backfills + 1; 0: it is none */
    uint32_t before;            /* text: what must be true outside of the database before it is
                                   applied; "": nothing */
    uint32_t after;             /* index in inb_table.migrations + 1 of the backfill that must be
                                   done before it; 0: none */
    uint32_t reserved[2];       /* 0 */
    /* SHA-256 of the bytes, Prisma's checksum; of the bytes with each CRLF made LF; with each LF
       made CRLF. */
    uint8_t checksums[3][32];
} inb_migration;

/* Bits of inb_backfill.flags. @since 0.1 */
#define INB_BACKFILL_DELETES 1u /* it is a DELETE, else an UPDATE */
#define INB_BACKFILL_LEAVES 2u  /* a row that was written does not meet the predicate any more */
#define INB_BACKFILL_ONCE                                                                          \
    4u                       /* each row is visited exactly once: rows that are done never again   \
                              */
#define INB_BACKFILL_ONLY 8u /* ONLY is written before the table */

#define INB_BACKFILL_KEYS 8         /* columns of a key at most */
#define INB_BACKFILL_TARGET_MS 100u /* of a batch, where the migration gives none */

/*
 * A migration of one UPDATE or DELETE with a WHERE, which can be run in windows of its table:
 *
 *     UPDATE ONLY leaf AS alias MIDDLE WHERE (PREDICATE) AND a window over the alias's keys
 *     DELETE FROM ONLY leaf AS alias MIDDLE WHERE (PREDICATE) AND ...
 */
typedef struct inb_backfill {
    uint32_t migration; /* index in inb_table.migrations */
    uint32_t schema;    /* text: the schema as written, "" when it was not */
    uint32_t relation;  /* text: the table; not quoted */
    uint32_t alias;     /* text: the name of the table in the statement; not quoted */
    /* Bytes of the migration's SQL: what is between the table with its alias and WHERE; of that the
       list after FROM or USING, without the word (length 0: none); the predicate after WHERE. */
    uint32_t middle, middle_length;
    uint32_t from, from_length;
    uint32_t where, where_length;
    uint32_t flags;  /* INB_BACKFILL_... */
    uint32_t n_keys; /* 0: the table has no key to walk by, only ctid */
    /* text: the columns of a unique key in its order, each NOT NULL; not quoted */
    uint32_t keys[INB_BACKFILL_KEYS];
    uint32_t columns;     /* text: the columns that it writes, "a, b"; "" of a DELETE */
    uint32_t target_ms;   /* the time that a batch should take */
    uint32_t skip_limit;  /* rows that may fail by their data; 0: the first one stops it */
    uint32_t reserved[3]; /* 0 */
} inb_backfill;

/* What a row of the expectation is about. @since 0.1 */
typedef enum inb_expected_kind {
    INB_EXPECTED_COLUMN = 0, /* relation: the table; name: the column */
    INB_EXPECTED_LABEL = 1,  /* relation: the enum type; name: one of its labels */
    /* relation: the table; name: the column; type: a literal (42, true, 'it''s'), "" for any
       default at all */
    INB_EXPECTED_DEFAULT = 2,
    /* relation: the table; name: the index; type: its method and columns: btree ("a", "b" DESC)
       WHERE ..., the dots as they are */
    INB_EXPECTED_PRIMARY_KEY = 3,
    INB_EXPECTED_UNIQUE = 4,
    INB_EXPECTED_INDEX = 5,
    /* relation: the table; name: the constraint; type: ("a") REFERENCES "t" ("id") ON DELETE
       CASCADE ON UPDATE CASCADE */
    INB_EXPECTED_FOREIGN_KEY = 6,
    INB_EXPECTED_CHECK = 7 /* relation: the table; name: the constraint, of the migrations' own */
} inb_expected_kind;

/* Bits of inb_expected.flags. @since 0.1 */
#define INB_EXPECTED_NOT_NULL 1u  /* the column is NOT NULL */
#define INB_EXPECTED_ENUM 2u      /* the column's type, or its elements', is an enum */
#define INB_EXPECTED_NOT_VALID 4u /* the migrations leave the constraint NOT VALID */

/*
 * What schema.prisma expects the database to contain once every migration of the table is applied,
 * as a thing that must be there; what is there besides is nobody's business. Names are as
 * PostgreSQL stores them: not quoted, at most 63 bytes.
 */
typedef struct inb_expected {
    uint32_t schema;      /* text: "" the schema of the connection */
    uint32_t relation;    /* text: see inb_expected_kind */
    uint32_t name;        /* text: see inb_expected_kind */
    uint32_t type;        /* text: as format_type() prints it, an enum or an extension's without its
                             schema; "" is not compared */
    uint32_t type_schema; /* text: of an enum, "" the schema of the connection */
    uint8_t kind;         /* inb_expected_kind */
    uint8_t flags;        /* INB_EXPECTED_… */
    uint8_t unused[2];
} inb_expected;

typedef struct inb_table {
    uint32_t format; /* INB_TABLE_FORMAT */
    uint32_t n_migrations;
    uint32_t n_statements;
    uint32_t n_locks;
    uint32_t text_length;
    uint32_t highest;        /* text: the last migration's name */
    uint32_t parser_version; /* the parser's PG_VERSION_NUM, such as 150001 */
    uint32_t generator;      /* text: the inboard-embed that wrote it, such as "0.1.0" */
    uint32_t n_backfills;
    uint32_t reserved[5]; /* 0 */
    /* SHA-256 over, for each migration in order: its name with the NUL, class, flags, checksum, the
     * text `before` with the NUL, the numbers `backfill` and `after`; then for each row of the
     * expectation: its kind, flags, and its five texts in order, each with the NUL; then for each
     * backfill, member by member: each text with the NUL, each number. A number is four bytes, the
     * lowest first. */
    uint8_t digest[32];
    const char *text;
    const inb_migration *migrations; /* in byte order of their names */
    const inb_statement *statements; /* migration by migration, in order */
    const inb_lock_fact *locks;      /* statement by statement, in order */
    const inb_expected
        *expected;       /* columns table by table, then what else tables have, then enum by enum */
    uint32_t n_expected; /* 0: no schema was given, and nothing is expected */
    const inb_backfill *backfills; /* in the order of their migrations */
    const void *more[1];           /* NULL */
} inb_table;

/* "additive", "blocking", "contracting". @since 0.1 */
INB_EXPORT const char *inb_class_name(inb_class cls);

/* As pg_locks names it: "AccessExclusiveLock"; "" for none. @since 0.1 */
INB_EXPORT const char *inb_lock_mode_name(inb_lock_mode mode);

INB_END_DECLS

#endif

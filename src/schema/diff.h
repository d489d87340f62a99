/*
 * From one model to another: the ordered steps, what each of them destroys, and what they are in
 * SQL. Pure: nothing here talks to a database; a check says which rows would have to be counted,
 * and somebody who has a connection counts them.
 *
 * All functions that take an arena need it to have an error exit (util/arena.h). Steps point into
 * both models.
 */
#ifndef INB_SCHEMA_DIFF_H
#define INB_SCHEMA_DIFF_H

#include "schema/cast.h"
#include "schema/model.h"
#include "util/json.h"

/* In the order in which the steps of a migration stand. */
typedef enum inb__step_kind {
    INB__STEP_TURN_JOIN, /* the columns of a join table change sides */
    INB__STEP_CREATE_SPACE,
    INB__STEP_ALTER_EXTENSION, /* to another version or into another schema */
    INB__STEP_CREATE_EXTENSION,
    INB__STEP_CREATE_ENUM,
    INB__STEP_ALTER_ENUM,
    INB__STEP_DROP_FOREIGN_KEY,
    INB__STEP_DROP_INDEX,
    INB__STEP_ALTER_TABLE,
    INB__STEP_DROP_TABLE,
    INB__STEP_DROP_ENUM,
    INB__STEP_CREATE_TABLE,
    INB__STEP_CREATE_INDEX,
    INB__STEP_RENAME_FOREIGN_KEY,
    INB__STEP_ADD_FOREIGN_KEY,
    INB__STEP_RENAME_INDEX
} inb__step_kind;
#define INB__STEPS 16

/* In the order in which the changes of one table stand. */
typedef enum inb__change_kind {
    INB__CHANGE_DROP_PRIMARY_KEY,
    INB__CHANGE_RENAME_PRIMARY_KEY,
    INB__CHANGE_DROP_COLUMN,
    INB__CHANGE_ADD_COLUMN,
    INB__CHANGE_ALTER_COLUMN,
    INB__CHANGE_RECREATE_COLUMN,
    INB__CHANGE_ADD_PRIMARY_KEY
} inb__change_kind;

/* What differs between two columns of one name. */
enum {
    INB__COLUMN_ARITY = 1 << 0,
    INB__COLUMN_DEFAULT = 1 << 1,
    INB__COLUMN_TYPE = 1 << 2,
    INB__COLUMN_AUTOINCREMENT = 1 << 3
};

typedef struct inb__change {
    inb__change_kind kind;
    uint32_t prev, next; /* columns; INB__SCHEMA_NONE where there is none */
    unsigned flags;      /* of ALTER_COLUMN and RECREATE_COLUMN */
    inb__cast cast;      /* of ALTER_COLUMN and RECREATE_COLUMN whose flags have TYPE */
} inb__change;

/* A column that has, or is to have, an enum that is recreated. */
typedef struct inb__enum_use {
    uint32_t prev_table, prev_column;
    uint32_t next_table, next_column; /* INB__SCHEMA_NONE where it does not have the enum then */
} inb__enum_use;

typedef struct inb__step {
    inb__step_kind kind;
    uint32_t prev, next; /* the thing itself, by its number in its array; an index, in its table */
    uint32_t prev_table, next_table; /* of ALTER_TABLE and the steps about indexes; of
                                        ADD_FOREIGN_KEY, where its table is there already */
    bool early;                      /* DROP_FOREIGN_KEY: before the enums are altered */
    bool recreated;                  /* CREATE_INDEX: it went with a column that was recreated */
    bool proven;                     /* ADD_FOREIGN_KEY: no row that exists can break it */
    inb__change *changes;            /* ALTER_TABLE */
    size_t n_changes;
    inb__str *added, *removed; /* ALTER_ENUM: values */
    size_t n_added, n_removed;
    /* ALTER_ENUM with removed values: columns that have it now, and those whose default stands in
     * the way. */
    inb__enum_use *uses, *defaults;
    size_t n_uses, n_defaults;
} inb__step;

typedef struct inb__steps {
    const inb__schema *from, *to; /* from: as it is after its join tables have changed sides */
    const inb__schema *original;  /* from, before that */
    inb__step *v;
    size_t n;
    const uint32_t *disordered; /* enums of `from` whose values will not be in the order of `to` */
    size_t n_disordered;
    const uint32_t *unchanged; /* extensions of `to` that `from` has it does not say how */
    size_t n_unchanged;
} inb__steps;

/* Whether two SQL expressions say the same. */
typedef bool (*inb__same_sql_cb)(inb__str a, inb__str b, void *payload);

/* Whether an SQL expression is about a column. */
typedef bool (*inb__names_column_cb)(inb__str sql, inb__str column, void *payload);

typedef struct inb__diff_options {
    inb__same_sql_cb same_sql;         /* NULL: byte by byte */
    inb__names_column_cb names_column; /* NULL: where the bytes of its name are */
    void *payload;
    /* A side is what SQL made, and not what a schema says: defaults of two kinds, and expressions,
     * are compared as SQL. */
    bool written;
} inb__diff_options;

/* The steps that make `to` of `from`, in order. Time grows with the size of the two. */
void inb__schema_diff(inb__steps *out, inb__arena *arena, const inb__schema *from,
                      const inb__schema *to, const inb__diff_options *options);

/* ---- as SQL (render_steps.c)
 * ----------------------------------------------------------------------- */

/* One step: its statements without header, each ended by ";\n". Nothing when the step needs none.
 */
void inb__render_step(inb__buf *out, const inb__steps *steps, const inb__step *step);

/* "CreateTable": what stands over a step. */
const char *inb__render_step_name(inb__step_kind kind);

/* The whole script, headers and blank lines included. */
void inb__render_steps(inb__buf *out, const inb__steps *steps);

/* ---- what is destroyed (risks.c) ------------------------------------------------------------- */

typedef enum inb__risk_kind {
    INB__RISK_NON_EMPTY_TABLE_DROP,
    INB__RISK_NON_EMPTY_COLUMN_DROP,
    INB__RISK_RISKY_CAST,
    INB__RISK_PRIMARY_KEY_CHANGE,
    INB__RISK_UNIQUE_CONSTRAINT_ADDITION,
    INB__RISK_ENUM_VALUE_REMOVAL,
    INB__RISK_DROP_AND_RECREATE_COLUMN,
    INB__RISK_ZONED_CAST,
    INB__RISK_FOREIGN_KEY_ADDITION,
    INB__RISK_PRIMARY_KEY_ADDITION,
    INB__RISK_SEQUENCE_START,
    INB__RISK_SEQUENCE_DROP,
    INB__RISK_EXTENSION_CHANGE,
    INB__RISK_EXTENSION_UNCHANGED, /* of no step, as the next ones */
    INB__RISK_ENUM_VALUE_ORDER,
    INB__RISK_JOIN_SIDES_UNKNOWN, /* of no step: inb__risk.step is INB__STEP_NONE */
    /* from here on: cannot be executed */
    INB__RISK_ADDED_REQUIRED_FIELD,
    INB__RISK_ADDED_REQUIRED_FIELD_CLIENT_DEFAULT,
    INB__RISK_MADE_OPTIONAL_FIELD_REQUIRED,
    INB__RISK_MADE_SCALAR_FIELD_LIST,
    INB__RISK_DROP_AND_RECREATE_REQUIRED_COLUMN
} inb__risk_kind;
#define INB__RISKS 21
#define INB__STEP_NONE SIZE_MAX

#define INB__COUNT_UNKNOWN (-1)

/* One thing that may go wrong with data, and what a database would have to count to know. */
typedef struct inb__risk {
    inb__risk_kind kind;
    size_t step;
    inb__str space, table;       /* of `from`; space as it is there, never left out */
    inb__str column;             /* empty when it is about a table */
    inb__str from_type, to_type; /* of a foreign key to_type is the table that it refers to */
    /* Columns of an index or key, and those that they refer to; removed values of the enum
     * `table`. */
    inb__str *names;
    size_t n_names;
    bool needs_rows;        /* COUNT(*) of the table decides */
    bool needs_non_null;    /* COUNT(*) WHERE column IS NOT NULL decides, or is named in the text */
    int64_t rows, non_null; /* INB__COUNT_UNKNOWN until counted */
} inb__risk;

typedef struct inb__risks {
    inb__risk *v;
    size_t n;
} inb__risks;

/* Warnings first, then what cannot be executed; each in the order of the steps. */
void inb__risks_find(inb__risks *out, inb__arena *arena, const inb__steps *steps);

/* "NonEmptyTableDrop" */
const char *inb__risk_name(inb__risk_kind kind);

static inline bool inb__risk_is_unexecutable(inb__risk_kind kind)
{
    return kind >= INB__RISK_ADDED_REQUIRED_FIELD;
}

/* False when the counts say that it does not happen; true as long as they are not known. */
bool inb__risk_applies(const inb__risk *check);

/* The sentence. */
void inb__risk_text(inb__buf *out, const inb__risk *check);

/* ---- as text and JSON (steps_summary.c, steps_json.c) ---------------------------------------- */

/* What changes, for a reader. */
void inb__steps_summary(inb__buf *out, inb__arena *arena, const inb__steps *steps);

/*
 * Into an open object: "steps" (each with what it is about and its SQL), "sql" (the script),
 * "warnings" and "unexecutable". The scratch buffer is for the texts in it.
 */
void inb__steps_json(inb__json *json, inb__buf *scratch, const inb__steps *steps,
                     const inb__risks *checks);

#endif

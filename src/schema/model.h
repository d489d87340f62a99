/*
 * The relational model: what a database of ours holds, whoever says so (a datamodel, a live
 * catalogue, nobody). It is plain data in one arena; text points into that arena or into what
 * outlives it.
 *
 * Things refer to each other by their place in these arrays, and the order of the arrays is the
 * order of the steps that the differ makes of them: a datamodel gives the order of its text, a
 * catalogue gives names in byte order.
 */
#ifndef INB_SCHEMA_MODEL_H
#define INB_SCHEMA_MODEL_H

#include "postgres/index_method.h"
#include "postgres/native_type.h"
#include "postgres/ref_action.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INB__SCHEMA_NONE UINT32_MAX

typedef enum inb__column_type_kind {
    INB__COLUMN_NATIVE,
    INB__COLUMN_ENUM,
    INB__COLUMN_UNSUPPORTED
} inb__column_type_kind;

typedef struct inb__column_type {
    inb__column_type_kind kind;
    inb__native_type native;
    uint32_t enumeration;
    inb__str unsupported; /* the type as PostgreSQL writes it */
} inb__column_type;

typedef enum inb__value_kind {
    INB__VALUE_STRING,
    INB__VALUE_INT,
    INB__VALUE_BIGINT,
    INB__VALUE_DECIMAL, /* of Float as well */
    INB__VALUE_BOOLEAN,
    INB__VALUE_ENUM,
    INB__VALUE_JSON,
    INB__VALUE_DATETIME,
    INB__VALUE_BYTES /* text is base64, as the schema language has it */
} inb__value_kind;

typedef struct inb__value {
    inb__value_kind kind;
    inb__str text;
} inb__value;

typedef enum inb__default_kind {
    INB__DEFAULT_NONE,
    INB__DEFAULT_VALUE,    /* values[0] */
    INB__DEFAULT_LIST,     /* values, perhaps none */
    INB__DEFAULT_NOW,      /* CURRENT_TIMESTAMP */
    INB__DEFAULT_SEQUENCE, /* nextval of a sequence: sql is its name; empty: PostgreSQL chose it */
    INB__DEFAULT_EXPRESSION, /* any other SQL expression */
    INB__DEFAULT_UNKNOWN     /* there is one, and nobody said which: equal to every other */
} inb__default_kind;

typedef struct inb__default {
    inb__default_kind kind;
    inb__value *values;
    size_t n_values;
    inb__str sql;
} inb__default;

/* Whether SQL says it after DEFAULT; a sequence is said otherwise. */
static inline bool inb__default_is_sql(const inb__default *d)
{
    return d->kind == INB__DEFAULT_VALUE || d->kind == INB__DEFAULT_LIST ||
           d->kind == INB__DEFAULT_NOW || d->kind == INB__DEFAULT_EXPRESSION;
}

typedef enum inb__arity { INB__ARITY_REQUIRED, INB__ARITY_OPTIONAL, INB__ARITY_LIST } inb__arity;

typedef struct inb__column {
    inb__str name;
    inb__column_type type;
    inb__arity arity;
    inb__default default_value;
    bool client_default; /* without a default here, but every client fills it */
} inb__column;

typedef struct inb__index_column {
    uint32_t column;
    inb__sort_order sort;
    inb__str opclass; /* as SQL; n is 0 when none is written */
    bool opclass_is_default;
    bool opclass_is_raw; /* one that the schema language has no name for, or was not asked for */
} inb__index_column;

typedef struct inb__index {
    inb__str name;
    bool unique;
    inb__index_method algorithm;
    inb__index_column *columns;
    size_t n_columns;
    inb__str predicate; /* of a partial index, without WHERE; n is 0 for a full one */
} inb__index;

/* A column of a join table: the table that it refers to, and the relation's field there. */
typedef struct inb__join_side {
    uint32_t table;
    inb__str field; /* n is 0 where nobody says */
} inb__join_side;

typedef struct inb__table {
    uint32_t space; /* in spaces */
    inb__str name;
    inb__column *columns;
    size_t n_columns;
    inb__index *primary_key; /* or NULL */
    inb__index *indexes;     /* without the primary key */
    size_t n_indexes;
    bool is_join;            /* made by a many-to-many relation */
    inb__join_side sides[2]; /* of such a table: of its columns A and B */
} inb__table;

typedef struct inb__foreign_key {
    inb__str name;
    uint32_t table;
    uint32_t *columns;
    uint32_t references; /* a table */
    uint32_t *referenced;
    size_t n_columns;
    inb__ref_action on_delete, on_update;
} inb__foreign_key;

typedef struct inb__enum {
    uint32_t space;
    inb__str name;
    inb__str *values;
    size_t n_values;
} inb__enum;

typedef struct inb__extension {
    inb__str name;
    inb__str schema; /* empty when nobody says; likewise version */
    inb__str version;
} inb__extension;

typedef struct inb__schema {
    /*
     * The namespace whose objects are written without its name. p is NULL when there is none, as in
     * a database: what it says is always written in full.
     */
    inb__str default_space;
    inb__str *spaces; /* that exist, in byte order */
    size_t n_spaces;
    inb__extension *extensions;
    size_t n_extensions;
    inb__enum *enums;
    size_t n_enums;
    inb__table *tables;
    size_t n_tables;
    inb__foreign_key *foreign_keys;
    size_t n_foreign_keys;
} inb__schema;

/* Nothing: an empty database. */
void inb__schema_empty(inb__schema *out);

/*
 * Writes everything that a model says, one line a thing, in the model's own order: two models are
 * the same when their prints are.
 */
void inb__schema_print(const inb__schema *schema, inb__buf *out);

/* ---- types (column_type.c) ------------------------------------------------------------------- */

/* "VarChar(10)[]", "E", "circle": a column's type as people read it. */
void inb__column_type_name(inb__buf *out, const inb__schema *schema, const inb__column *column);

/*
 * The same as PostgreSQL's format_type() prints it: "character varying(10)[]"; an enum by its name
 * alone. "" of an unsupported type, which is not ours to spell. In the arena, which must have a
 * error exit.
 */
const char *inb__column_type_catalogue(inb__arena *arena, const inb__schema *schema,
                                       const inb__column *column);

#endif

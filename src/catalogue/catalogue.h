/*
 * What a database has, as its catalog says it: plain facts, read in one snapshot and one round
 * trip, with everything that no Prisma schema can say. Nothing is decided here.
 *
 * Only pg_catalog is read, which shows every object to every role; a relation that the role may not
 * read is here too, and says so.
 */
#ifndef INB_CATALOGUE_CATALOGUE_H
#define INB_CATALOGUE_CATALOGUE_H

#include "pg/pg.h"
#include "postgres/ref_action.h"
#include "util/arena.h"
#include "util/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INB__CATALOGUE_NONE UINT32_MAX

typedef struct inb__fact_column {
    inb__str name;
    int number;             /* pg_attribute.attnum */
    uint32_t type_oid;      /* of the base of a domain, of the elements of an array */
    inb__str type_space;    /* its schema */
    inb__str type_name;     /* "int4" */
    inb__str type_written;  /* as SQL without modifiers: "timestamp with time zone" */
    inb__str type_modified; /* the whole with modifiers, "numeric(10,2)[]"; p is NULL without */
    char type_kind;         /* pg_type.typtype: b, c, e, m, p, r */
    bool is_list;
    bool not_null;            /* also by its domain */
    char identity, generated; /* as in pg_attribute; '\0' when it is not */
    inb__str expression;      /* the default, or what generates it; p is NULL without */
    inb__str comment;         /* p is NULL without */
    inb__str domain;          /* as SQL; n is 0 when the type is not one */
    bool domain_default;      /* the domain has a default */
} inb__fact_column;

typedef struct inb__fact_key {
    uint32_t column; /* in the relation's columns; INB__CATALOGUE_NONE: an expression */
    bool descending, nulls_first;
    inb__str opclass;
    bool opclass_default; /* of its type and method */
    bool collated;        /* otherwise than its column */
} inb__fact_key;

typedef struct inb__fact_index {
    inb__str name;
    uint32_t oid;
    inb__str method; /* "btree" */
    bool unique, primary, valid;
    bool has_expression;
    bool nulls_not_distinct;
    bool is_exclusion, is_constraint, deferrable;
    int included;       /* columns of INCLUDE */
    inb__str predicate; /* p is NULL without */
    inb__fact_key *keys;
    size_t n_keys;
} inb__fact_index;

typedef struct inb__fact_foreign_key {
    inb__str name;
    uint32_t *columns; /* in the relation's columns */
    size_t n_columns;
    uint32_t references; /* a relation; INB__CATALOGUE_NONE: one that was not read */
    inb__str references_space, references_name;
    uint32_t *referenced; /* in the columns of `references`; NULL when that was not read */
    inb__ref_action on_delete, on_update;
    bool match_full, deferrable, validated;
    bool set_columns; /* SET NULL (columns) */
} inb__fact_foreign_key;

typedef struct inb__fact_relation {
    uint32_t oid;
    inb__str space, name;
    char kind; /* pg_class.relkind: r, p, v */
    bool has_children, row_security;
    bool of_extension;
    bool readable;    /* by this role */
    inb__str comment; /* p is NULL without */
    inb__fact_column *columns;
    size_t n_columns;
    inb__fact_index *indexes; /* by name */
    size_t n_indexes;
    inb__fact_foreign_key *foreign_keys; /* by name */
    size_t n_foreign_keys;
    inb__str *checks, *exclusions; /* names, in byte order */
    size_t n_checks, n_exclusions;
} inb__fact_relation;

typedef struct inb__fact_enum {
    uint32_t oid;
    inb__str space, name;
    inb__str *labels; /* in their order */
    size_t n_labels;
    inb__str comment; /* p is NULL without */
    bool of_extension;
} inb__fact_enum;

typedef struct inb__fact_extension {
    inb__str name, space, version;
    bool relocatable;
} inb__fact_extension;

typedef struct inb__catalogue {
    inb__arena arena; /* of everything below */
    inb__str database, user;
    inb__str default_space;
    inb__str *spaces; /* of those asked for, that exist; in byte order */
    size_t n_spaces;
    inb__fact_relation *relations; /* by schema and name, in byte order */
    size_t n_relations;
    inb__fact_enum *enums; /* likewise */
    size_t n_enums;
    inb__fact_extension *extensions; /* by name */
    size_t n_extensions;
} inb__catalogue;

typedef struct inb__catalogue_options {
    const char *default_space; /* whose objects are written without their schema */
    const inb__str *spaces;    /* to read */
    size_t n_spaces;
} inb__catalogue_options;

/*
 * Reads the schemas. The connection must not be in a transaction and is in none afterwards; nothing
 * is locked but the catalog, briefly. Errors are those of inb__pg_pipe_run().
 */
int inb__catalogue_read(inb__catalogue *out, inb_conn *conn, const inb__catalogue_options *options,
                        inb_error **err) __attribute__((warn_unused_result));

/* Fine on a zeroed one. */
void inb__catalogue_dispose(inb__catalogue *catalogue);

#endif

/*
 * The checked datamodel: what a schema says once every name is resolved and every rule has passed.
 * SQL generation, the formatter and the documentation read this and nothing else; the pointers into
 * the syntax tree are for spans and for text that only a printer needs.
 *
 * Everything lives in the arena that inb__psl_schema_check was given, and slices may point into the
 * sources: both outlive the datamodel. Every array is in the order of the sources unless said
 * otherwise. A datamodel with errors is still walkable (a formatter adds what is missing to it):
 * what could not be resolved is NULL or empty there, and only there.
 */
#ifndef INB_PSL_DATAMODEL_H
#define INB_PSL_DATAMODEL_H

#include "postgres/index_method.h"
#include "postgres/native_type.h"
#include "postgres/operator_class.h"
#include "postgres/ref_action.h"
#include "psl/words.h"
#include "util/arena.h"
#include "util/text.h"
#include "util/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The syntax tree, in psl/ast.h. */
struct inb__psl_schema;
struct inb__psl_block;
struct inb__psl_field;
struct inb__psl_attribute;
struct inb__psl_value;

typedef struct inb__dm inb__dm;
typedef struct inb__dm_model inb__dm_model;
typedef struct inb__dm_field inb__dm_field;
typedef struct inb__dm_enum inb__dm_enum;
typedef struct inb__dm_relation inb__dm_relation;

/* ---- types ----------------------------------------------------------------------------------- */

typedef enum inb__dm_arity { INB__DM_REQUIRED, INB__DM_OPTIONAL, INB__DM_LIST } inb__dm_arity;

typedef enum inb__dm_type_kind {
    INB__DM_TYPE_SCALAR,
    INB__DM_TYPE_ENUM,
    INB__DM_TYPE_UNSUPPORTED,
    INB__DM_TYPE_MODEL,     /* a relation field */
    INB__DM_TYPE_COMPOSITE, /* never in a valid PostgreSQL schema */
    INB__DM_TYPE_UNKNOWN    /* never in a valid schema */
} inb__dm_type_kind;

typedef struct inb__dm_type {
    inb__dm_type_kind kind;
    inb__dm_scalar scalar;     /* of SCALAR */
    inb__dm_enum *enumeration; /* of ENUM */
    inb__dm_model *model;      /* of MODEL */
    inb__str unsupported;      /* of UNSUPPORTED: the text between the quotes, unescaped */
    inb__native_type native;   /* of SCALAR */
} inb__dm_type;

/* ---- defaults -------------------------------------------------------------------------------- */

typedef enum inb__dm_value_kind {
    INB__DM_VALUE_STRING,  /* text unescaped; also Json, DateTime and Bytes (base64) */
    INB__DM_VALUE_NUMBER,  /* text as written */
    INB__DM_VALUE_BOOLEAN, /* "true" or "false" */
    INB__DM_VALUE_ENUM,    /* text is the value's name in the schema */
    INB__DM_VALUE_NULL     /* only in the predicate of an index */
} inb__dm_value_kind;

typedef struct inb__dm_enum_value inb__dm_enum_value;

typedef struct inb__dm_value {
    inb__dm_value_kind kind;
    inb__str text;
    inb__dm_enum_value *enum_value; /* of ENUM */
} inb__dm_value;

typedef enum inb__dm_default_kind {
    INB__DM_DEFAULT_NONE,
    INB__DM_DEFAULT_VALUE,       /* values[0] */
    INB__DM_DEFAULT_LIST,        /* values, perhaps none */
    INB__DM_DEFAULT_DBGENERATED, /* sql, where has_sql */
    INB__DM_DEFAULT_AUTOINCREMENT,
    INB__DM_DEFAULT_NOW,
    INB__DM_DEFAULT_UUID, /* from here on made by the client: no SQL */
    INB__DM_DEFAULT_CUID,
    INB__DM_DEFAULT_ULID,
    INB__DM_DEFAULT_NANOID
} inb__dm_default_kind;

typedef struct inb__dm_default {
    inb__dm_default_kind kind;
    inb__dm_value *values;
    size_t n_values;
    bool has_sql;
    inb__str sql; /* unescaped */
    int64_t arg;  /* uuid(7), cuid(2), nanoid(12); 0 where none is written */
    const struct inb__psl_attribute *attr;
} inb__dm_default;

/* ---- fields ---------------------------------------------------------------------------------- */

struct inb__dm_field {
    inb__str name;
    inb__str db_name; /* of scalar fields: the column */
    bool is_mapped;   /* has @map */
    inb__str doc;     /* the doc comment, lines joined by \n; empty when there is none */
    inb__dm_model *model;
    size_t index; /* in model->fields */
    inb__dm_arity arity;
    inb__dm_type type;
    inb__dm_default default_value;
    bool is_updated_at;
    bool is_ignored;
    inb__dm_relation *relation; /* of relation fields */
    inb__dm_field *opposite;    /* of relation fields: the other end, NULL when it is missing */
    const struct inb__psl_field *ast;
};

/* A column of the table: not a relation, and known. */
static inline bool inb__dm_field_is_scalar(const inb__dm_field *f)
{
    return f->type.kind <= INB__DM_TYPE_UNSUPPORTED;
}

/* ---- keys and indexes ------------------------------------------------------------------------ */

typedef struct inb__dm_index_field {
    inb__dm_field *field;
    inb__sort_order sort;
    const inb__opclass *opclass; /* `ops: JsonbPathOps`, or NULL */
    inb__str raw_opclass;        /* `ops: raw("x")`, p is NULL without it */
} inb__dm_index_field;

typedef enum inb__dm_index_kind {
    INB__DM_INDEX_NORMAL,
    INB__DM_INDEX_UNIQUE,
    INB__DM_INDEX_FULLTEXT
} inb__dm_index_kind;

/* One term of `where: { a: true, b: null, c: { not: "x" } }`; the terms are joined by AND. */
typedef struct inb__dm_where_term {
    inb__dm_field *field;
    bool negated;
    inb__dm_value value;
} inb__dm_where_term;

typedef enum inb__dm_where_kind {
    INB__DM_WHERE_NONE,
    INB__DM_WHERE_RAW,
    INB__DM_WHERE_TERMS
} inb__dm_where_kind;

typedef struct inb__dm_where {
    inb__dm_where_kind kind;
    inb__str sql; /* of RAW, unescaped */
    inb__dm_where_term *terms;
    size_t n_terms;
} inb__dm_where;

typedef struct inb__dm_index {
    inb__dm_model *model;
    inb__dm_index_kind kind;
    inb__index_method algorithm;
    bool algorithm_written;
    inb__dm_index_field *fields;
    size_t n_fields;
    inb__str name;    /* the client's name (`name:` of @@unique); empty when there is none */
    inb__str db_name; /* `map:`, or what the name becomes by convention */
    bool is_mapped;
    inb__dm_where where;
    inb__dm_field *on_field; /* of @unique, else NULL */
    const struct inb__psl_attribute *attr;
} inb__dm_index;

typedef struct inb__dm_primary_key {
    inb__dm_index_field *fields;
    size_t n_fields;
    inb__str name; /* the client's name; empty when there is none */
    inb__str db_name;
    bool is_mapped;
    inb__dm_field *on_field; /* of @id, else NULL */
    const struct inb__psl_attribute *attr;
} inb__dm_primary_key;

/* ---- relations ------------------------------------------------------------------------------- */

typedef enum inb__dm_relation_kind {
    INB__DM_ONE_TO_ONE,
    INB__DM_ONE_TO_MANY,
    INB__DM_MANY_TO_MANY
} inb__dm_relation_kind;

struct inb__dm_relation {
    inb__dm_relation_kind kind;
    inb__str name;         /* as written; empty when it is not */
    inb__str default_name; /* the written name, else "AToB" (models in byte order) */

    /*
     * Inline (1:1 and 1:n): model_a is the side with the foreign key, field_a its relation field
     * (forward), model_b the referenced side, field_b the relation field there (back).
     * Many-to-many: model_a is the one that column "A" references (the smaller name; of a self
     * relation, the smaller field name), and so on.
     */
    inb__dm_model *model_a, *model_b;
    inb__dm_field *field_a, *field_b; /* one is NULL where a schema is not finished */

    inb__dm_field **fields; /* of inline: the scalar fields of model_a */
    inb__dm_field *
        *references; /* and those of model_b that they refer to, as many in a valid schema */
    size_t n_fields, n_references;
    inb__ref_action on_delete_written, on_update_written;
    inb__ref_action on_delete, on_update; /* written, or by default */
    inb__str db_name; /* inline: the foreign key's name. Many-to-many: the table's, "_AToB" */
    bool is_mapped;
    const struct inb__psl_attribute *attr; /* the @relation with the fields, or NULL */
};

/* ---- models, enums --------------------------------------------------------------------------- */

struct inb__dm_model {
    inb__str name;
    inb__str db_name;
    bool is_mapped;
    inb__str schema; /* @@schema; empty when there is none */
    inb__str doc;
    size_t index; /* in dm->models */
    bool is_view;
    bool is_ignored;
    inb__dm_field **fields; /* all of them, scalar and relation */
    size_t n_fields;
    inb__dm_primary_key *primary_key; /* or NULL */
    /* In Prisma's order: every @unique by field, then @@index, then @@unique. */
    inb__dm_index **indexes;
    size_t n_indexes;
    /* The inline relations whose foreign key is here, by forward field. */
    inb__dm_relation **relations;
    size_t n_relations;
    const struct inb__psl_block *ast;
};

struct inb__dm_enum_value {
    inb__str name;
    inb__str db_name;
    bool is_mapped;
    inb__str doc;
    size_t index;
    const struct inb__psl_value *ast;
};

struct inb__dm_enum {
    inb__str name;
    inb__str db_name;
    bool is_mapped;
    inb__str schema;
    inb__str doc;
    size_t index; /* in dm->enums */
    inb__dm_enum_value *values;
    size_t n_values;
    const struct inb__psl_block *ast;
};

/* ---- configuration --------------------------------------------------------------------------- */

typedef struct inb__dm_extension {
    inb__str name;    /* as written */
    inb__str db_name; /* `map:`, else the name */
    inb__str schema;  /* empty when not written; likewise version */
    inb__str version;
} inb__dm_extension;

typedef enum inb__dm_relation_mode {
    INB__DM_RELATION_MODE_FOREIGN_KEYS,
    INB__DM_RELATION_MODE_PRISMA
} inb__dm_relation_mode;

typedef struct inb__dm_datasource {
    inb__str name;
    inb__str provider;
    inb__str doc;
    inb__str *schemas; /* as written, unescaped */
    size_t n_schemas;
    inb__dm_relation_mode relation_mode;
    bool relation_mode_written;
    inb__dm_extension *extensions;
    size_t n_extensions;
    const struct inb__psl_block *ast;
} inb__dm_datasource;

/* The preview features that change what this program does. */
typedef enum inb__dm_preview {
    INB__DM_PREVIEW_PARTIAL_INDEXES = 1 << 0,
    INB__DM_PREVIEW_POSTGRESQL_EXTENSIONS = 1 << 1,
    INB__DM_PREVIEW_VIEWS = 1 << 2,
    INB__DM_PREVIEW_SHARD_KEYS = 1 << 3
} inb__dm_preview;

typedef struct inb__dm_generator {
    inb__str name;
    inb__str provider; /* unescaped; the `env("X")` form gives "" */
    inb__str doc;
    const struct inb__psl_block *ast;
} inb__dm_generator;

struct inb__dm {
    const struct inb__psl_schema *ast;
    inb__dm_datasource *datasource; /* or NULL: a schema need not have one */
    inb__dm_generator *generators;
    size_t n_generators;
    unsigned previews; /* bits of inb__dm_preview, all generators together */

    inb__dm_model **models; /* and views */
    size_t n_models;
    inb__dm_enum **enums;
    size_t n_enums;
    /* Every relation, in the order in which Prisma numbers them: by the first of its fields. */
    inb__dm_relation **relations;
    size_t n_relations;
};

/* The type of a scalar field's column: the native type written, else the default one. */
static inline inb__native_type inb__dm_field_native(const inb__dm_field *f)
{
    return f->type.native.kind == INB__NATIVE_NONE ? inb__psl_words_native_default(f->type.scalar)
                                                   : f->type.native;
}

#endif

/*
 * The types that the checker's files share. A datamodel's objects are members of larger ones (`dm`
 * is the first member), which hold what only the checks need. They are not used outside.
 */
#ifndef INB_PSL_CHECKER_H
#define INB_PSL_CHECKER_H

#include "psl/ast.h"
#include "psl/datamodel.h"
#include "psl/key_lookup.h"
#include "psl/schema_error.h"
#include "util/map.h"
#include "util/vec.h"

typedef struct inb__psl_checked_top inb__psl_checked_top;
typedef struct inb__psl_checked_field inb__psl_checked_field;

/* The fields that `fields:` or `references:` of a @relation lists. */
typedef struct inb__psl_checked_list {
    bool present;
    inb__psl_checked_field **v;
    size_t n;
} inb__psl_checked_list;

/* What only a relation field has. */
typedef struct inb__psl_checked_end {
    const inb__psl_attribute *attr; /* @relation */
    inb__psl_checked_list fields, references;
    bool is_named;
    inb__str name; /* as written, else "AToB" */
    bool fk_named;
    inb__str fk_name;
    inb__ref_action on_delete, on_update; /* as written */
    inb__span on_delete_span, on_update_span;
} inb__psl_checked_end;

/* A field of a model, view or composite type. */
struct inb__psl_checked_field {
    inb__dm_field dm;
    inb__psl_checked_top *owner;
    inb__psl_checked_top *composite;  /* what a field of kind COMPOSITE refers to */
    const inb__psl_attribute *native; /* @db.X */
    inb__str native_name;             /* X */
    const inb__psl_attribute *default_attr;
    const inb__psl_expr *default_expr; /* set when the default is acceptable */
    bool default_named;
    bool unknown_function;
    uint32_t listed;           /* number of the last list of fields with this one */
    inb__psl_checked_end *end; /* of other fields an empty one */
};

static inline inb__psl_checked_field *inb__psl_checked_field_of(const inb__dm_field *f)
{
    return (inb__psl_checked_field *)f;
}

static inline const char *inb__psl_checked_field_name(const inb__psl_checked_field *f, int *n)
{
    *n = (int)f->dm.name.n;
    return f->dm.name.p;
}

/* An index or a key with the arguments that only other databases have. */
typedef struct inb__psl_checked_index {
    inb__dm_index dm;
    bool has_length;
    bool has_clustered;
    bool has_ops;
    const bool *field_has_arguments; /* by field: sort, length or ops */
} inb__psl_checked_index;

typedef struct inb__psl_checked_key {
    inb__dm_primary_key dm;
    bool has_length;
    bool has_clustered;
} inb__psl_checked_key;

typedef struct inb__psl_checked_relation {
    inb__dm_relation dm;
    bool is_embedded; /* a many-to-many with `fields`, which only a document database has */
} inb__psl_checked_relation;

/* A datasource with the places of what rules are about. */
typedef struct inb__psl_checked_source {
    inb__dm_datasource dm;
    bool has_extensions;
    inb__span extensions_span;
    inb__span *extension_spans; /* by extension */
} inb__psl_checked_source;

/* A block whose name can be the type of a field. */
struct inb__psl_checked_top {
    const inb__psl_block *block;
    inb__map fields; /* name -> inb__psl_checked_field, of models, views and composite types */
    inb__psl_checked_field **all;
    size_t n_all;
    inb__map columns; /* @map'ed name -> inb__psl_checked_field */
    union {
        inb__dm_model *model;
        inb__dm_enum *enumeration;
    };
    inb__map enum_values;  /* name -> inb__dm_enum_value */
    inb__span schema_span; /* of the text in @@schema */
    bool has_schema;
    const inb__psl_attribute *map_attr; /* @@map */
    const inb__psl_attribute *shard_key;
    bool shard_key_empty;
    const inb__dm_field *shard_key_field; /* of @shardKey */
};

/* What a provider can do; there are two rows, PostgreSQL and "no datasource". */
typedef struct inb__psl_provider {
    const char *name;
    bool is_postgres;
    size_t identifier_limit;
    bool named_keys, named_foreign_keys;
    bool scalar_lists, json_lists, decimals;
    bool free_autoincrement; /* on any column, indexed or not, as many as wanted */
    bool all_algorithms, partial_indexes;
    bool references_in_any_order;
    bool schemas;
} inb__psl_provider;

typedef struct inb__psl_checker {
    inb__arena *arena;
    const inb__psl_schema *schema;
    inb__diagnostics *d;
    inb__dm *dm;
    inb__psl_checked_top *
        *tops; /* one a block, the same order as schema->blocks; NULL for configuration */
    inb__psl_checked_top **model_tops; /* by inb__dm_model.index */
    inb__map types;                    /* name -> inb__psl_checked_top */
    const inb__psl_provider *provider;
    size_t *datasources; /* by file: how many there are */
    INB__VEC(inb__psl_checked_field *) unknown_defaults;
    inb__psl_key_lookup keys;
    inb__psl_checked_end no_end; /* of fields that are not a relation's */
    size_t n_ends;               /* how many fields are */
    uint32_t field_lists;        /* how many were read */
    size_t considered;           /* names, for suggestions */
    inb__map listed_schemas;     /* of the datasource: name -> itself */
    inb__map names; /* relation fields by (model, model, name that counts), see check_relations.c */
} inb__psl_checker;

/* The relation fields of one model that refer to one other under one name. */
typedef INB__VEC(inb__psl_checked_field *) inb__psl_field_group;

/* The group a relation field is in. */
const inb__psl_field_group *inb__psl_check_relations_group(inb__psl_checker *c,
                                                           const inb__psl_checked_field *f);

/* The fields of a list as the datamodel has them. */
inb__dm_field **inb__psl_check_relations_fields(inb__psl_checker *c,
                                                const inb__psl_checked_list *list);

/* The larger object of a model. */
static inline inb__psl_checked_top *inb__psl_checked_top_of(inb__psl_checker *c,
                                                            const inb__dm_model *model)
{
    return c->model_tops[model->index];
}

/* The passes, in order. */
void inb__psl_check_names(inb__psl_checker *c);
void inb__psl_check_types(inb__psl_checker *c);
void inb__psl_check_attributes(inb__psl_checker *c);
void inb__psl_check_relations(inb__psl_checker *c);
void inb__psl_check_datasources(inb__psl_checker *c);
void inb__psl_check_generators(inb__psl_checker *c);
void inb__psl_rules_all(inb__psl_checker *c);

#endif

/*
 * What the checker's own files share. A datamodel's objects are made inside larger ones (`dm` is
 * the first member), which hold what only the rules ask for; nothing of it is seen outside.
 */
#ifndef INB_PSL_CHECKER_H
#define INB_PSL_CHECKER_H

#include "psl/ast.h"
#include "psl/datamodel.h"
#include "psl/diagnostic.h"
#include "util/map.h"
#include "util/vec.h"

typedef struct inb__chk_top inb__chk_top;
typedef struct inb__chk_field inb__chk_field;

/* The fields that `fields:` or `references:` of a @relation lists. */
typedef struct inb__chk_list {
    bool present;
    inb__chk_field **v;
    size_t n;
} inb__chk_list;

/* A field of a model, view or composite type. */
struct inb__chk_field {
    inb__dm_field dm;
    inb__chk_top *owner;
    inb__chk_top *composite;          /* what a field of kind COMPOSITE refers to */
    const inb__psl_attribute *native; /* @db.X */
    inb__str native_name;             /* X */
    const inb__psl_attribute *default_attr;
    const inb__psl_expr *default_expr; /* set when the default is acceptable */
    bool default_named;
    bool unknown_function;

    /* Of relation fields. */
    const inb__psl_attribute *relation_attr;
    inb__chk_list fields, references;
    bool is_named;
    inb__str relation_name; /* as written, else "AToB" */
    bool fk_named;
    inb__str fk_name;
    inb__ref_action on_delete, on_update; /* as written */
    inb__span on_delete_span, on_update_span;
};

static inline inb__chk_field *inb__chk_field_of(const inb__dm_field *f)
{
    return (inb__chk_field *)f;
}

static inline const char *inb__chk_field_name(const inb__chk_field *f, int *n)
{
    *n = (int)f->dm.name.n;
    return f->dm.name.p;
}

/* An index or a key with what only other databases understand. */
typedef struct inb__chk_index {
    inb__dm_index dm;
    bool has_length;
    bool has_clustered;
    bool has_ops;
    const bool *field_has_arguments; /* by field: sort, length or ops */
} inb__chk_index;

typedef struct inb__chk_key {
    inb__dm_primary_key dm;
    bool has_length;
    bool has_clustered;
} inb__chk_key;

typedef struct inb__chk_relation {
    inb__dm_relation dm;
    bool is_embedded; /* a many-to-many with `fields`, which only a document database has */
} inb__chk_relation;

/* A datasource with the places of what rules are about. */
typedef struct inb__chk_source {
    inb__dm_datasource dm;
    bool has_extensions;
    inb__span extensions_span;
    inb__span *extension_spans; /* by extension */
} inb__chk_source;

/* Whatever has a name that a field's type can say. */
struct inb__chk_top {
    const inb__psl_block *block;
    inb__map fields; /* name -> inb__chk_field, of models, views and composite types */
    inb__chk_field **all;
    size_t n_all;
    inb__map columns; /* @map'ed name -> inb__chk_field */
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
typedef struct inb__chk_provider {
    const char *name;
    bool is_postgres;
    size_t identifier_limit;
    bool named_keys, named_foreign_keys;
    bool scalar_lists, json_lists, decimals;
    bool free_autoincrement; /* on any column, indexed or not, as many as wanted */
    bool all_algorithms, partial_indexes;
    bool references_in_any_order;
    bool schemas;
} inb__chk_provider;

typedef struct inb__chk {
    inb__arena *arena;
    const inb__psl_schema *schema;
    inb__psl_diagnostics *d;
    inb__dm *dm;
    inb__chk_top **tops; /* one a block, the same order as schema->blocks; NULL for configuration */
    inb__chk_top **model_tops; /* by inb__dm_model.index */
    inb__map types;            /* name -> inb__chk_top */
    const inb__chk_provider *provider;
    size_t *datasources; /* by file: how many there are */
    INB__VEC(inb__chk_field *) unknown_defaults;
    inb__map names; /* relation fields by (model, model, name that counts), see check_relations.c */
} inb__chk;

/* The relation fields of one model that refer to one other under one name. */
typedef INB__VEC(inb__chk_field *) inb__chk_group;

/* The group a relation field is in. */
const inb__chk_group *inb__chk_group_of(inb__chk *c, const inb__chk_field *f);

/* The larger object of a model. */
inb__chk_top *inb__chk_top_of(inb__chk *c, const inb__dm_model *model);

/* The passes, in order. */
void inb__chk_names(inb__chk *c);
void inb__chk_types(inb__chk *c);
void inb__chk_attributes(inb__chk *c);
void inb__chk_relations(inb__chk *c);
void inb__chk_datasources(inb__chk *c);
void inb__chk_generators(inb__chk *c);
void inb__chk_rules(inb__chk *c);

/* Parts of the last pass. */
void inb__chk_model_rules(inb__chk *c, inb__chk_top *model);
void inb__chk_field_rules(inb__chk *c, inb__chk_field *field);
void inb__chk_index_rules(inb__chk *c, inb__chk_index *index);
void inb__chk_opclass_rules(inb__chk *c, inb__chk_index *index);
void inb__chk_relation_rules(inb__chk *c, inb__chk_relation *relation);
bool inb__chk_relation_field_rules(inb__chk *c, inb__chk_field *field);

#endif

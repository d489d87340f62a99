/* Inside db pull: the blocks that are to be written, between facts and text. */
#ifndef INB_LIVE_PULL_PARTS_H
#define INB_LIVE_PULL_PARTS_H

#include "live/pull.h"
#include "psl/out.h"
#include "util/map.h"

typedef struct inb__pull_model inb__pull_model;

typedef struct inb__pull_field {
    const inb__fact_column *fact;
    const inb__dm_field *old; /* or NULL */
    inb__str name, base;      /* base: without the present schema, for the names of relations */
    bool is_mapped;
    bool is_commented; /* no field can have its name */
} inb__pull_field;

/* One end of a relation. */
typedef struct inb__pull_end {
    inb__str name; /* of the field */
    inb__pull_model *type;
    inb__dm_arity arity;
    const struct inb__pull_relation *relation;
    bool is_forward; /* has fields and references */
} inb__pull_end;

typedef struct inb__pull_relation {
    inb__str name;                  /* n is 0 when none is written */
    inb__pull_model *a, *b;         /* of a foreign key: the side that has it, and the other */
    uint32_t key;                   /* in the live model; INB__SCHEMA_NONE of what a table joins */
    const inb__dm_relation *old;    /* whose names it has; else NULL */
    const inb__dm_relation *copied; /* of the present schema, as it is; else NULL */
} inb__pull_relation;

struct inb__pull_model {
    const inb__fact_relation *fact;
    const inb__live_table *live; /* NULL of a view, and of a table without columns */
    const inb__table *table;     /* likewise */
    const inb__dm_model *old;    /* or NULL */
    inb__str name, base;         /* base: without the present schema, for the names of relations */
    bool is_mapped;
    bool is_view;
    bool is_join;    /* the table of a many-to-many relation: no model */
    bool is_ignored; /* @@ignore */
    bool has_identifier;
    bool is_renamed, was_reserved;
    inb__pull_field *fields;    /* by column */
    const inb__column *columns; /* likewise; also of a view */
    INB__VEC(inb__pull_end) ends;
    INB__VEC(inb__str) docs; /* to be added to those of the present schema */
};

typedef struct inb__pull_value {
    inb__str label, name;
    const inb__dm_enum_value *old;
    bool is_mapped, is_commented;
} inb__pull_value;

typedef struct inb__pull_enum {
    const inb__fact_enum *fact;
    const inb__dm_enum *old;
    inb__str name;
    bool is_mapped, is_renamed;
    inb__pull_value *values; /* by label */
} inb__pull_enum;

typedef struct inb__pull_run {
    inb__arena *arena;
    const inb__live_model *live;
    const inb__dm *old;
    const inb__pull_options *options;
    bool with_views;
    bool with_partial_indexes; /* a generator can be told of them */
    bool by_hand;              /* relationMode = "prisma": no foreign keys */
    inb__str source;           /* the datasource's name */
    inb__pull_model *models;   /* by relation of the catalog; fact is NULL of what is left out */
    size_t n_models;
    inb__pull_enum *enums; /* by enum of the live model */
    size_t n_enums;
    bool uses_partial_indexes;
    INB__VEC(inb__pull_warning) warnings;
} inb__pull_run;

/* ---- pull_names.c ---------------------------------------------------------------------------- */

/* What of a name can be one in the schema; n is 0 when nothing can. */
inb__str inb__pull_sanitize(inb__arena *arena, inb__str name);

/* The name within a line, as a comment has it: line ends and the like are spaces. */
inb__str inb__pull_name_show(inb__arena *arena, inb__str name);

/* Gives every model, view and enum its name. */
void inb__pull_names_choose(inb__pull_run *run);

/* `name`, or with a number behind it the first one that is not in the map; it is put there. */

inb__str inb__pull_name_claim(inb__arena *arena, inb__map *taken, inb__str name);

/* ---- pull_models.c --------------------------------------------------------------------------- */

/* What is to be written, with its counterpart in the present schema; then its fields and values. */
void inb__pull_models_find(inb__pull_run *run);
void inb__pull_fields_name(inb__pull_run *run);

inb__pull_model *inb__pull_model_of(const inb__pull_run *run, uint32_t table);

/* Whether a key or index of the table may be written: all of its columns are fields. */
bool inb__pull_is_sayable(const inb__pull_model *m, const inb__index *x);
bool inb__pull_columns_are_sayable(const inb__pull_model *m, const uint32_t *columns, size_t n);

/* Whether an index is written: none but partial ones are not, where no generator is. */
bool inb__pull_index_is_written(const inb__pull_run *run, const inb__pull_model *m, size_t index);

/* ---- pull_joins.c, pull_relations.c ---------------------------------------------------------- */

/* Marks the tables of many-to-many relations, whose sides are sides[0] and [1] of the table. */
void inb__pull_joins_find(inb__pull_run *run);
uint32_t inb__pull_join_side(const inb__pull_run *run, const inb__pull_model *m, size_t side);

void inb__pull_relations_find(inb__pull_run *run);

/* ---- pull_remarks.c -------------------------------------------------------------------------- */

void inb__pull_remarks_add(inb__pull_run *run);
void inb__pull_warn(inb__pull_run *run, inb__pull_warning_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- text: pull_attributes.c, pull_blocks.c, pull_config.c, pull_comments.c -------------------
 */

void inb__pull_string_write(inb__psl_out *out, inb__str text); /* "text", escaped */
void inb__pull_default_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m,
                             uint32_t column);
void inb__pull_type_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m,
                          uint32_t column);
/* " @db.VarChar(3)", nothing when it is not written. */
void inb__pull_native_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m,
                            uint32_t column);
/* " @id", " @unique" of a column; "@@id", "@@unique" and "@@index" of a table, a line each. */
void inb__pull_field_keys_write(inb__psl_out *out, const inb__pull_run *run,
                                const inb__pull_model *m, uint32_t column);
void inb__pull_block_keys_write(inb__psl_out *out, const inb__pull_run *run,
                                const inb__pull_model *m);

void inb__pull_model_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m);
void inb__pull_enum_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_enum *e);

/* The datasource or a generator of the present schema. */
void inb__pull_config_write(inb__psl_out *out, const inb__pull_run *run,
                            const struct inb__psl_block *block);

/*
 * The // comments of the present schema that stand before a thing of it: before a block, a field, a
 * value; a block's first ones, where nothing follows. Documentation is not among them.
 */
void inb__pull_comments_before(inb__psl_out *out, const inb__pull_run *run, inb__span thing);

/* How the documentation of a field begins that is commented out. */
#define INB__PULL_COMMENTED "This field was commented out because of an invalid name"

/* "model X {", with what the present one (or NULL) has behind its brace. */
void inb__pull_block_begin(inb__psl_out *out, const char *keyword, inb__str name,
                           const struct inb__psl_block *old);

#endif

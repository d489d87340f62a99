/*
 * The relational model of a live database, made of the facts of its catalog, and which fact each
 * part of it came from.
 *
 * Left out, because no schema can say it: tables without columns, indexes over expressions, of
 * unknown access methods or not valid, foreign keys to what was not read; and what an extension
 * owns.
 */
#ifndef INB_LIVE_LIVE_MODEL_H
#define INB_LIVE_LIVE_MODEL_H

#include "catalogue/catalogue.h"
#include "schema/model.h"

/* Of one table of the model: what it was made of. */
typedef struct inb__live_table {
    const inb__fact_relation *fact;
    const inb__fact_index *primary_key; /* or NULL */
    const inb__fact_index **indexes;    /* as many as the table has */
} inb__live_table;

typedef struct inb__live_model {
    inb__schema schema;
    const inb__catalogue *catalogue;
    inb__live_table *tables;            /* by table */
    const inb__fact_foreign_key **keys; /* by foreign key */
    const inb__fact_enum **enums;       /* by enum */
    uint32_t *table_of;                 /* by relation; INB__SCHEMA_NONE where there is none */
} inb__live_model;

/* The arena must have an error exit; the facts must outlive the model. */
void inb__live_model_build(inb__live_model *out, inb__arena *arena,
                           const inb__catalogue *catalogue);

/*
 * One column. Its type is native, an enum of the model, or one that the schema language only
 * quotes; its default is a value where the language has a word for it, else an expression, and
 * unknown where it is not the column's own: generated, or its domain's.
 */
inb__column inb__live_column(inb__arena *arena, const inb__live_model *model,
                             const inb__fact_column *fact);

/* The two parts of it (live_type.c, live_default.c). */
inb__column_type inb__live_column_type(const inb__live_model *model,
                                       const inb__fact_column *column);
inb__default inb__live_column_default(inb__arena *arena, const inb__fact_column *column,
                                      const inb__column_type *type);

/* Whether a relation can be of the foreign key: its columns have the scalar types of those that
 * they refer to. */
bool inb__live_types_match(const inb__schema *schema, const inb__foreign_key *key);

/* Whether a field, a model or a value can have a name like it: there is an ASCII letter in it. */
bool inb__live_is_sayable(inb__str name);

#endif

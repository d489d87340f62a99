/* The relational model of what a history makes, by analysis alone. */
#ifndef INB_SQL_HISTORY_MODEL_H
#define INB_SQL_HISTORY_MODEL_H

#include "schema/model.h"
#include "sql/catalog.h"

/* What of it counts for a comparison. */
typedef struct inb__history_model_options {
    const inb__str *spaces; /* only what is in these namespaces; NULL for all */
    size_t n_spaces;
    bool full_indexes; /* without partial indexes */
} inb__history_model_options;

/*
 * What a database has after the migrations that were read into the catalogue, as a catalogue would
 * list it: by name in byte order, and without a default namespace. Left out is what no schema can
 * say: views, partitions, foreign tables, indexes of expressions, exclusion constraints, checks.
 */
void inb__history_model(inb__schema *out, inb__arena *arena, const inb__catalog *catalog,
                        const inb__history_model_options *options);

#endif

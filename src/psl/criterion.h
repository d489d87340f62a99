/* The unique keys of a model: its primary key, then each of its unique indexes. */
#ifndef INB_PSL_CRITERION_H
#define INB_PSL_CRITERION_H

#include "psl/datamodel.h"

typedef struct inb__psl_criterion {
    const inb__dm_index_field *fields;
    size_t n;
} inb__psl_criterion;

/* The first; false when the model has none. */
bool inb__psl_criterion_first(const inb__dm_model *m, inb__psl_criterion *out);

/* The first whose fields are all required and of a type the language knows; false for none. */
bool inb__psl_criterion_strict(const inb__dm_model *m, inb__psl_criterion *out);

#endif

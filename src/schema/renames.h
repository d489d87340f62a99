/*
 * What a schema cannot say: that a table or a column of the new one is one of the old one under
 * another name. Somebody says it, and the old model is read with the new names.
 */
#ifndef INB_SCHEMA_RENAMES_H
#define INB_SCHEMA_RENAMES_H

#include "schema/model.h"
#include "util/error_set.h"

/* A table of the renamed model, or one of its columns, and what it is called in the database. */
typedef struct inb__rename {
    uint32_t table;
    uint32_t column; /* INB__SCHEMA_NONE when it is the table */
    inb__str space;  /* of a table: where it is in the database */
    inb__str was;
} inb__rename;

typedef struct inb__renames {
    inb__rename *v;
    size_t n;
} inb__renames;

/* What somebody said: "table.old=new" for a column, "old=new" for a table; a schema may stand in
 * front of a table, and both names are those of the database. */
typedef struct inb__rename_requests {
    const char *const *columns, *const *tables;
    size_t n_columns, n_tables;
} inb__rename_requests;

/*
 * `from` under the names that `to` has: all but names is shared with `from`. INB_EINVAL when a wish
 * cannot be true: something is not there, an old name is still in use or a new one was, or the two
 * are of different types. The arena must have an error exit.
 */
int inb__renames_apply(inb__schema *out, inb__renames *renames, inb__arena *arena,
                       const inb__schema *from, const inb__schema *to,
                       const inb__rename_requests *wishes, inb_error **err)
    __attribute__((warn_unused_result));

/* The rename of a column of the renamed model, or of a table (column INB__SCHEMA_NONE); NULL. */
const inb__rename *inb__renames_find(const inb__renames *renames, uint32_t table, uint32_t column);

#endif

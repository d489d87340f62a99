/* ALTER TABLE: what its files share. */
#ifndef INB_SQL_ALTERING_H
#define INB_SQL_ALTERING_H

#include "sql/classifier.h"

/* One subcommand on one table. */
typedef struct inb__altering {
    inb__classifier *c;
    inb__relation *r;
    const inb__node *cmd;
    inb__name written; /* the table, as the statement has it */
    inb__str name;     /* of the column or constraint */
    bool alone;        /* the statement has no other subcommand */
    bool inherited;    /* r is a partition of the table, or inherits from it */
} inb__altering;

/* On a table that is new nothing waits and nobody breaks. */
void inb__altering_hazard(inb__altering *a, inb_class cls, uint32_t flags, const char *reason);

/* `column "name" …` */
const char *inb__altering_says(inb__altering *a, const char *format);

/* What an interrupted run looks for, where the statement does one thing. */
void inb__altering_kind(inb__altering *a, inb_statement_kind kind, inb__str object);

/* alter_column.c */
void inb__alter_column_add(inb__altering *a);
void inb__alter_column_default(inb__altering *a);
void inb__alter_column_not_null(inb__altering *a);
void inb__alter_column_nullable(inb__altering *a);
void inb__alter_column_drop(inb__altering *a);
void inb__alter_column_type(inb__altering *a);
void inb__alter_column_identity_add(inb__altering *a);
void inb__alter_column_plain(inb__altering *a);
/* alter_constraint.c */
void inb__alter_constraint_add(inb__altering *a);
void inb__alter_constraint_alter(inb__altering *a);
void inb__alter_constraint_validate(inb__altering *a);
void inb__alter_constraint_drop(inb__altering *a);
/* alter_partition.c */
void inb__alter_partition_inherit(inb__altering *a);
void inb__alter_partition_disinherit(inb__altering *a);
void inb__alter_partition_attach(inb__altering *a);
void inb__alter_partition_detach(inb__altering *a);

#endif

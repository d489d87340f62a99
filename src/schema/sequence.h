/* The sequences behind autoincrementing columns: their names, and what becomes of them. */
#ifndef INB_SCHEMA_SEQUENCE_H
#define INB_SCHEMA_SEQUENCE_H

#include "schema/model.h"

/* The one that a column gets when it becomes autoincrementing: schema and table_column_seq in lower
 * case, as SQL. */
void inb__sequence_new_name_write(inb__buf *out, const inb__schema *view, inb__str space,
                                  const inb__table *t, const inb__column *c);

/* Its name without its schema. */
inb__str inb__sequence_new_name(inb__arena *arena, const inb__table *t, const inb__column *c);

/* The one that PostgreSQL makes for a SERIAL column, without its schema. */
inb__str inb__sequence_serial_name(inb__arena *arena, const inb__table *t, const inb__column *c);

/*
 * Drops the sequence of a column: by its name where the model has it, else the one that the column
 * owns, if no other default draws from it. A name is never guessed: a sequence of a likely name can
 * be somebody else's.
 */
void inb__sequence_drop(inb__buf *out, const inb__schema *view, inb__str space, const inb__table *t,
                        const inb__column *c);

/* Lets the sequence of a column that becomes wider go as far as its new type. */
void inb__sequence_widen(inb__buf *out, const inb__schema *view, inb__str space,
                         const inb__table *t, const inb__column *prev, const inb__column *next);

/*
 * A column of `to` draws from the sequence of a column that no longer does. Prisma tells sequences
 * apart by their names, and a datamodel has none for any of them.
 */
bool inb__sequence_is_shared(const inb__schema *to, const inb__column *prev);

#endif

/* Names of types that mean the same, and what ALTER COLUMN TYPE does to the rows of a table. */
#ifndef INB_POSTGRES_TYPE_CHANGE_H
#define INB_POSTGRES_TYPE_CHANGE_H

#include "util/text.h"

/* pg_type's name of a built-in type by one of its other names ("integer", "decimal", "serial");
 * what is no such name is returned as it is. */
inb__str inb__type_typname(inb__str name);

/* serial, bigserial, smallserial and their other names: an integer with a sequence. */
bool inb__type_is_serial(inb__str name);

typedef enum inb__type_change {
    INB__TYPE_SAME,   /* nothing happens to a row: the bytes stay, and no value is refused */
    INB__TYPE_WIDENS, /* the table is rewritten; every value keeps its meaning */
    INB__TYPE_NARROWS /* the table is rewritten or checked; values can change or be refused, or we
                         do not know */
} inb__type_change;

/*
 * What a change between two types does to a column's rows. Types are written with pg_type's names:
 * "int4", "varchar(20)", "numeric(10,2)[]". Either may be "", unknown.
 */
inb__type_change inb__type_change_of(inb__str from, inb__str to);

#endif

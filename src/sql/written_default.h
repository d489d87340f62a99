/* The defaults of columns, as statements write them. */
#ifndef INB_SQL_WRITTEN_DEFAULT_H
#define INB_SQL_WRITTEN_DEFAULT_H

#include "sql/classifier.h"

/* What a DEFAULT expression says; NULL for none. */
inb__sql_default inb__written_default(inb__classifier *c, const inb__node *expression);

/* The values `from` of an enum in it are called `to`. */
void inb__written_default_rename(inb__classifier *c, inb__sql_default *d, inb__str from,
                                 inb__str to);

/* A text between the quotes of an array's literal, taken apart: {a,"b c"}; false for one that is
 * more than a list of plain values. */
bool inb__written_default_items(inb__arena *arena, inb__strs *out, inb__str text);

#endif

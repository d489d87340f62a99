/*
 * The default names of PostgreSQL objects. A name is cut to PostgreSQL's 63 bytes at the border of
 * a character, before its suffix, which is always kept.
 */
#ifndef INB_PSL_DEFAULT_NAME_H
#define INB_PSL_DEFAULT_NAME_H

#include "util/arena.h"
#include "util/text.h"

/* "T_pkey" */
inb__str inb__psl_default_name_primary_key(inb__arena *a, inb__str table);

/* "T_a_b_key" and "T_a_b_idx" */
inb__str inb__psl_default_name_unique(inb__arena *a, inb__str table, const inb__str *columns,
                                      size_t n);
inb__str inb__psl_default_name_index(inb__arena *a, inb__str table, const inb__str *columns,
                                     size_t n);

/* "T_a_b_fkey" */
inb__str inb__psl_default_name_foreign_key(inb__arena *a, inb__str table, const inb__str *columns,
                                           size_t n);

/* A join table: "_Name" for a relation's name or "AToB", cut to 63 bytes. */
inb__str inb__psl_default_name_join_table(inb__arena *a, inb__str relation_name);

#endif

/* Default names of constraints, indexes and join tables. */
#include "config.h"

#include "psl/default_name.h"

#include "postgres/object_name.h"

/* table[_column...]suffix, cut before the suffix to fit. */
static inb__str name_build(inb__arena *a, inb__str table, const inb__str *columns, size_t n,
                           inb__str suffix)
{
    size_t length = table.n;
    for (size_t i = 0; i < n; i++) {
        length += 1 + columns[i].n;
    }
    char *text = inb__arena_alloc(a, length + suffix.n + 1);
    if (!text) {
        return (inb__str){NULL, 0};
    }
    char *p = mempcpy(text, table.p, table.n);
    for (size_t i = 0; i < n; i++) {
        *p++ = '_';
        p = mempcpy(p, columns[i].p, columns[i].n);
    }
    inb__str base = inb__name_cut((inb__str){text, length}, INB__LIMIT_IDENTIFIER - suffix.n);
    memcpy(text + base.n, suffix.p, suffix.n + 1);
    return (inb__str){text, base.n + suffix.n};
}

inb__str inb__psl_default_name_primary_key(inb__arena *a, inb__str table)
{
    return name_build(a, table, NULL, 0, INB__STR("_pkey"));
}

inb__str inb__psl_default_name_unique(inb__arena *a, inb__str table, const inb__str *columns,
                                      size_t n)
{
    return name_build(a, table, columns, n, INB__STR("_key"));
}

inb__str inb__psl_default_name_index(inb__arena *a, inb__str table, const inb__str *columns,
                                     size_t n)
{
    return name_build(a, table, columns, n, INB__STR("_idx"));
}

inb__str inb__psl_default_name_foreign_key(inb__arena *a, inb__str table, const inb__str *columns,
                                           size_t n)
{
    return name_build(a, table, columns, n, INB__STR("_fkey"));
}

inb__str inb__psl_default_name_join_table(inb__arena *a, inb__str relation_name)
{
    inb__str text = inb__arena_join(a, INB__STR("_"), "", relation_name);
    return inb__name_cut(text, INB__LIMIT_IDENTIFIER);
}

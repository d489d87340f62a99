/* Rules of what changes rows. */
#include "config.h"

#include "review/lint_parts.h"

/* SET a = …, a = …: the server refuses it when it runs. */
static void assignments_check(inb__lint *l)
{
    const inb__node *targets = inb__node_at(l->body, "targetList");
    INB__NODE_EACH(n, targets)
    {
        inb__str name = inb__node_text(n, "ResTarget/name");
        bool whole = !inb__node_at(n, "ResTarget/indirection");
        for (const inb__node *m = inb__node_next(targets, n); m && whole;
             m = inb__node_next(targets, m)) {
            if (inb__str_eq(name, inb__node_text(m, "ResTarget/name")) &&
                !inb__node_at(m, "ResTarget/indirection")) {
                inb__lint_find(l, INB__LINT_ASSIGNED_TWICE, NULL,
                               "column %s is assigned twice: PostgreSQL refuses the statement",
                               inb__lint_ident(l, name));
                return;
            }
        }
    }
}

static void rows_changed(inb__lint *l, const char *verb)
{
    const inb__node *range = inb__node_at(l->body, "relation");
    const char *table = inb__lint_name(l, inb__classify_name(range));
    if (!inb__lint_is_old(l, inb__lint_relation(l, range))) {
        return;
    }
    if (!inb__node_at(l->body, "whereClause")) {
        inb__lint_find(l, INB__LINT_ROWS_ALL, NULL,
                       "%s of every row of %s: their writers wait until its transaction ends, and "
                       "each row is written anew",
                       verb, table);
    } else {
        inb__lint_find(l, INB__LINT_ROWS_IN_ONE_GO,
                       inb__arena_printf(l->arena,
                                         "-- in a migration of its own, which works in batches:\n"
                                         "-- inboard: backfill\n%.*s;",
                                         INB__STR_ARG(l->own)),
                       "%s of rows of %s in one transaction: their writers wait until it ends",
                       verb, table);
    }
}

void inb__lint_updated(inb__lint *l)
{
    assignments_check(l);
    rows_changed(l, "UPDATE");
}

void inb__lint_deleted(inb__lint *l)
{
    rows_changed(l, "DELETE");
}

void inb__lint_truncated(inb__lint *l)
{
    const inb__node *relations = inb__node_at(l->body, "relations");
    bool cascade = inb__node_is(l->body, "behavior", "DROP_CASCADE");
    INB__NODE_EACH(n, relations)
    {
        inb__lint_find(l, INB__LINT_TRUNCATE, NULL, "all rows of %s are removed%s",
                       inb__lint_name(l, inb__classify_name(n)),
                       cascade ? ", and those of every table that refers to it" : "");
    }
}

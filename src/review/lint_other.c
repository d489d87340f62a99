/* Rules of other statements. */
#include "config.h"

#include "review/lint_parts.h"

void inb__lint_locked(inb__lint *l)
{
    inb__lint_find(l, INB__LINT_LOCK_EXPLICIT, NULL,
                   "LOCK TABLE holds its lock until the transaction ends");
}

void inb__lint_trigger(inb__lint *l)
{
    inb__lint_find(l, INB__LINT_TRIGGER_ON_TABLE, NULL,
                   "writes to %s have other effects than before",
                   inb__lint_name(l, inb__classify_name(inb__node_at(l->body, "relation"))));
}

void inb__lint_policy(inb__lint *l)
{
    const inb__node *table = inb__node_at(l->body, "table");
    inb__lint_find(l, INB__LINT_ROW_SECURITY, NULL, "clients of %s see other rows than before",
                   inb__lint_name(l, inb__classify_name(table)));
}

void inb__lint_refreshed(inb__lint *l)
{
    if (!inb__node_bool(l->body, "concurrent")) {
        inb__lint_find(l, INB__LINT_REFRESH_NOT_CONCURRENT,
                       inb__lint_insert(l, "VIEW", " CONCURRENTLY"),
                       "readers of %s wait while its query runs; CONCURRENTLY needs a unique index "
                       "of it",
                       inb__lint_name(l, inb__classify_name(inb__node_at(l->body, "relation"))));
    }
}

void inb__lint_domain_created(inb__lint *l)
{
    const inb__node *constraints = inb__node_at(l->body, "constraints");
    INB__NODE_EACH(n, constraints)
    {
        const inb__node *k = inb__node_at(n, "Constraint");
        if (inb__constraint_is(k, "CONSTR_CHECK") || inb__constraint_is(k, "CONSTR_NOTNULL")) {
            inb__lint_find(l, INB__LINT_DOMAIN_CONSTRAINT, NULL,
                           "to change the constraint later reads every table that uses the domain; "
                           "a CHECK of the column can be changed in steps");
            return;
        }
    }
}

void inb__lint_domain_altered(inb__lint *l)
{
    inb__str subtype = inb__node_text(l->body, "subtype");
    if (inb__str_is(subtype, "C") || inb__str_is(subtype, "O")) {
        bool later = inb__node_bool(l->body, "def/Constraint/skip_validation");
        inb__lint_find(l, INB__LINT_DOMAIN_CONSTRAINT, NULL,
                       later ? "the constraint holds for every column of the domain from now on"
                             : "every table that uses the domain is read while its writers wait");
    }
}

void inb__lint_enum_altered(inb__lint *l)
{
    if (inb__node_text(l->body, "oldVal").n) {
        inb__lint_find(l, INB__LINT_ENUM_RENAME_VALUE, NULL,
                       "code of the release before writes and compares the value '%.*s'",
                       INB__STR_ARG(inb__node_text(l->body, "oldVal")));
    } else if (!inb__node_text(l->body, "newValNeighbor").n) {
        inb__lint_find(
            l, INB__LINT_ENUM_ORDER, NULL,
            "'%.*s' sorts after all other values; BEFORE and AFTER say where it belongs, "
            "and PostgreSQL cannot move it later",
            INB__STR_ARG(inb__node_text(l->body, "newVal")));
    }
}

void inb__lint_rewritten(inb__lint *l)
{
    if (l->s->flags & INB_STATEMENT_REWRITES) {
        inb__lint_find(l, INB__LINT_TABLE_REWRITES, NULL,
                       "%s writes the table anew while readers and writers wait; pg_repack and "
                       "pg_squeeze do it beside them",
                       l->s->tag);
    }
}

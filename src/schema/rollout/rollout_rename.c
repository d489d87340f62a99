#include "config.h"

#include "schema/rollout/rollout_parts.h"

/*
 * A table under another name: the new one is a view until nobody needs the old one, and then the
 * table takes it. PostgreSQL writes through such a view, so both names read and write the same
 * rows.
 */

/* Both names of a table for a reader: "new" and "old", with their schemas where those differ. */
static const char *names(inb__rollout *z, uint32_t table, const char *between)
{
    const inb__rename *r = z->tables[table].renamed;
    const inb__table *next = &z->to->tables[table];
    inb__str space = z->to->spaces[next->space];
    bool moves = !inb__str_eq(space, r->space);
    return inb__arena_printf(z->arena, "\"%.*s%s%.*s\"%s\"%.*s%s%.*s\"",
                             moves ? (int)r->space.n : 0, r->space.p, moves ? "." : "",
                             INB__STR_ARG(r->was), between, moves ? (int)space.n : 0, space.p,
                             moves ? "." : "", INB__STR_ARG(next->name));
}

void inb__rollout_table_view(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__table *next = &z->to->tables[table];
    const char *columns = "";
    if (!t->renamed) {
        return;
    }
    for (size_t i = 0; i < next->n_columns; i++) {
        columns = inb__arena_printf(z->arena, "%s%s%s", columns, i ? ", " : "",
                                    inb__rollout_quote(z, next->columns[i].name));
    }
    inb__rollout_open(z, INB__ROLLOUT_EXPAND, "view", next->name);
    inb__rollout_about(z, "makes a view, through which releases read and write the table");
    inb__rollout_after(z, "a release may use a new name: %s", names(z, table, " is now "));
    inb__rollout_review(z,
                        "who may use the view: grant what the application's role has on the table, "
                        "unless default privileges do");
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "CREATE VIEW %s AS SELECT %s FROM %s",
                     inb__rollout_in_space(z, z->to->spaces[next->space], next->name), columns,
                     t->name);
    inb__rollout_close(z);
}

/* The sequences that PostgreSQL named after the table. */
static void sequences_rename(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__table *next = &z->to->tables[table];
    inb__table was = *inb__rollout_prev_table(z, t);
    was.name = t->renamed->was;
    for (uint32_t i = 0; i < next->n_columns; i++) {
        const inb__rollout_column *c = &t->columns[i];
        const inb__column *prev = c->prev == INB__SCHEMA_NONE ? NULL : &was.columns[c->prev];
        if (!prev || c->renamed || prev->default_value.kind != INB__DEFAULT_SEQUENCE ||
            prev->default_value.sql.n) {
            continue;
        }
        inb__str old = inb__sequence_serial_name(z->arena, &was, prev);
        inb__str new = inb__sequence_serial_name(z->arena, next, prev);
        if (!inb__str_eq(old, new)) {
            inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER SEQUENCE IF EXISTS %s RENAME TO %s",
                             inb__rollout_in_space(z, z->to->spaces[next->space], old),
                             inb__rollout_quote(z, new));
        }
    }
}

static void table_rename(inb__rollout *z, uint32_t table)
{
    inb__rollout_table *t = &z->tables[table];
    const inb__table *next = &z->to->tables[table];
    inb__str space = z->to->spaces[next->space], was = t->renamed->was;
    const char *name = inb__rollout_in_space(z, space, next->name);
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "rename_table", next->name);
    inb__rollout_about(z, "gives the table its name, in the place of the view");
    inb__rollout_before(z, "no running release uses a name that goes: %s",
                        names(z, table, ", now "));
    inb__rollout_say(z, INB_CLASS_CONTRACTING, "DROP VIEW %s", name);
    if (!inb__str_eq(was, next->name)) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s RENAME TO %s", t->name,
                         inb__rollout_quote(z, next->name));
        t->name = inb__rollout_in_space(z, t->renamed->space, next->name);
    }
    if (!inb__str_eq(space, t->renamed->space)) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s SET SCHEMA %s", t->name,
                         inb__rollout_quote(z, space));
    }
    t->name = name;
    z->mid.tables[table].name = next->name;
    z->mid.tables[table].space = next->space;
    sequences_rename(z, table);
    inb__rollout_close(z);
}

void inb__rollout_tables_rename(inb__rollout *z)
{
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].renamed) {
            table_rename(z, i);
        }
    }
}

/* Tables that get another name or schema: two names until nobody needs the old one. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

/*
 * A table under another name: the new one is a view until nobody needs the old one, and then the
 * table takes it. PostgreSQL writes through such a view, so both names read and write the same
 * rows.
 */

/* Both names of a table for a reader, with their schemas where those differ. */
static void names_note(inb__rollout *p, inb__sentence sentence, uint32_t table)
{
    const inb__rename *r = p->tables[table].renamed;
    const inb__table *next = &p->to->tables[table];
    inb__str space = p->to->spaces[next->space], was = r->was, now = next->name;
    if (!inb__str_eq(space, r->space)) {
        was = inb__arena_join(p->arena, r->space, ".", was);
        now = inb__arena_join(p->arena, space, ".", now);
    }
    inb__rollout_note_of(p, sentence, was, now);
}

void inb__rollout_table_view(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__table *next = &p->to->tables[table];
    inb__fragment *columns = inb__fragment_list(p->arena, ", ");
    if (!t->renamed) {
        return;
    }
    for (size_t i = 0; i < next->n_columns; i++) {
        inb__fragment_list_add(p->arena, columns, inb__rollout_ident(p, next->columns[i].name));
    }
    inb__rollout_open(p, INB__ROLLOUT_EXPAND, "view", next->name);
    inb__rollout_note(p, INB__SENTENCE_CREATES_VIEW);
    names_note(p, INB__SENTENCE_MAY_USE_NAMES, table);
    inb__rollout_note(p, INB__SENTENCE_DECIDE_GRANTS);
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_view_create(
                         p->arena, inb__rollout_in_space(p, p->to->spaces[next->space], next->name),
                         columns, t->sql));
    inb__rollout_close(p);
}

/* The sequences that PostgreSQL named after the table. */
static void sequences_rename(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__table *next = &p->to->tables[table];
    inb__table was = *inb__rollout_prev_table(p, t);
    was.name = t->renamed->was;
    for (uint32_t i = 0; i < next->n_columns; i++) {
        const inb__rollout_column *c = &t->columns[i];
        const inb__column *prev = c->prev == INB__SCHEMA_NONE ? NULL : &was.columns[c->prev];
        if (!prev || c->renamed || prev->default_value.kind != INB__DEFAULT_SEQUENCE ||
            prev->default_value.sql.n) {
            continue;
        }
        inb__str old = inb__sequence_serial_name(p->arena, &was, prev);
        inb__str new = inb__sequence_serial_name(p->arena, next, prev);
        if (!inb__str_eq(old, new)) {
            inb__rollout_say(p, INB_CLASS_CONTRACTING,
                             inb__rollout_sql_sequence_rename(
                                 p->arena,
                                 inb__rollout_in_space(p, p->to->spaces[next->space], old),
                                 inb__rollout_ident(p, new)));
        }
    }
}

static void table_rename(inb__rollout *p, uint32_t table)
{
    inb__rollout_table *t = &p->tables[table];
    const inb__table *next = &p->to->tables[table];
    inb__str space = p->to->spaces[next->space], was = t->renamed->was;
    const inb__fragment *name = inb__rollout_in_space(p, space, next->name);
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "rename_table", next->name);
    inb__rollout_note(p, INB__SENTENCE_RENAMES_TABLE);
    names_note(p, INB__SENTENCE_NOBODY_USES_NAMES, table);
    inb__rollout_say(p, INB_CLASS_CONTRACTING, inb__rollout_sql_view_drop(p->arena, name));
    if (!inb__str_eq(was, next->name)) {
        inb__rollout_say(
            p, INB_CLASS_CONTRACTING,
            inb__rollout_sql_table_rename(p->arena, t->sql, inb__rollout_ident(p, next->name)));
        t->sql = inb__rollout_in_space(p, t->renamed->space, next->name);
    }
    if (!inb__str_eq(space, t->renamed->space)) {
        inb__rollout_say(
            p, INB_CLASS_CONTRACTING,
            inb__rollout_sql_table_move(p->arena, t->sql, inb__rollout_ident(p, space)));
    }
    t->sql = name;
    inb__table *mid = inb__rollout_mid_change(p, table);
    mid->name = next->name;
    mid->space = next->space;
    sequences_rename(p, table);
    inb__rollout_close(p);
}

void inb__rollout_tables_rename(inb__rollout *p)
{
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (p->tables[i].renamed) {
            table_rename(p, i);
        }
    }
}

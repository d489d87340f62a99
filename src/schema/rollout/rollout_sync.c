/* The trigger that writes the new columns of a table together with the old ones. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* The default of the old column, which both names have as long as both are written. */
static const inb__fragment *shared_default(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__column *prev = &inb__rollout_prev_table(p, t)->columns[t->columns[column].prev];
    return inb__fragment_default(p->arena, p->from, prev);
}

/*
 * Of a column under another name: whoever writes a row knows one of the two names. The new one is
 * not written when it holds its default (an INSERT) or what it held (an UPDATE).
 */
static const inb__fragment *names_part(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    const inb__fragment *new = inb__rollout_ident(p, c->interim);
    const inb__fragment *left_out = inb__rollout_sql_new_is_null(p->arena, new);
    if (inb__rollout_default_is_shared(p, table, column)) {
        left_out = inb__rollout_sql_new_is_default(
            p->arena, new, shared_default(p, table, column),
            inb__rollout_type(p, inb__rollout_mid(p, table, column)));
    }
    inb__rollout_note_of(p, INB__SENTENCE_SYNCS, c->interim, c->before);
    return inb__rollout_sql_sync_names(p->arena, left_out, new, inb__rollout_ident(p, c->before));
}

/* Where no conversion is known a row needs a value all the same, but never a chance reference. */
static const inb__fragment *value_part(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    const inb__column *next = inb__rollout_mid(p, table, column);
    const inb__fragment *value = inb__rollout_constant(p, next);
    if (!value && next->arity == INB__ARITY_REQUIRED && !c->unique &&
        !inb__rollout_refers(p->to, table, column)) {
        value = inb__rollout_invent(p, next, NULL);
    }
    if (!value) {
        return NULL;
    }
    inb__rollout_note_of(p, INB__SENTENCE_SETS_ON_WRITE, c->interim);
    return inb__rollout_sql_sync_constant(p->arena, inb__rollout_ident(p, c->interim), value,
                                          inb__rollout_type(p, next));
}

/* What the trigger does to a row that somebody writes. */
static const inb__fragment *sync_part(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    if (c->renamed) {
        return names_part(p, table, column);
    }
    const inb__fragment *new = inb__rollout_ident(p, c->interim);
    const inb__fragment *old =
        inb__rollout_sql_new_value(p->arena, inb__rollout_ident(p, c->before));
    const inb__fragment *value =
        inb__rollout_converted(p, c, inb__rollout_mid(p, table, column), old);
    if (!value) {
        return value_part(p, table, column);
    }
    inb__rollout_note_of(p, INB__SENTENCE_SYNCS, c->interim, c->before);
    return c->lossy ? inb__rollout_sql_sync_copy_if_possible(p->arena, new, value)
                    : inb__rollout_sql_sync_copy(p->arena, new, value);
}

static void defaults_share(inb__rollout *p, uint32_t table)
{
    const inb__rollout_table *t = &p->tables[table];
    for (uint32_t i = 0; i < p->to->tables[table].n_columns; i++) {
        if (inb__rollout_default_is_shared(p, table, i)) {
            inb__rollout_say(p, INB_CLASS_ADDITIVE,
                             inb__rollout_sql_default_set(
                                 p->arena, t->sql, inb__rollout_ident(p, t->columns[i].interim),
                                 shared_default(p, table, i)));
        }
    }
}

/* One function for all columns of a table: a row is written once, and looked at once. */
void inb__rollout_table_sync(inb__rollout *p, uint32_t table)
{
    inb__rollout_table *t = &p->tables[table];
    const inb__table *to = &p->to->tables[table];
    inb__fragment *parts = inb__fragment_list(p->arena, "\n");
    inb__rollout_open(p, INB__ROLLOUT_BACKFILL, "sync", to->name);
    for (uint32_t i = 0; i < to->n_columns; i++) {
        inb__rollout_column *c = &t->columns[i];
        const inb__fragment *part = c->mode == INB__ROLLOUT_REBUILD ? sync_part(p, table, i) : NULL;
        if (part) {
            c->synced = true;
            inb__fragment_list_add(p->arena, parts, part);
        }
    }
    if (!parts->n_operands) {
        return;
    }
    t->sync = inb__rollout_name(p, to->name, "_sync");
    t->sync_space = p->mid->spaces[p->mid->tables[table].space];
    const inb__fragment *function = inb__rollout_in_space(p, t->sync_space, t->sync);
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_sync_function(p->arena, function, parts));
    inb__rollout_say(
        p, INB_CLASS_CONTRACTING,
        inb__rollout_sql_sync_trigger(p->arena, inb__rollout_ident(p, t->sync), t->sql, function));
    defaults_share(p, table);
    inb__rollout_note(p, INB__SENTENCE_SYNC_COSTS);
    inb__rollout_close(p);
}

/* Foreign keys and sequences as several parts of the planner drop, add and begin them. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

void inb__rollout_orphans_check(inb__rollout *p, const inb__foreign_key *f)
{
    inb__fragment *known = inb__fragment_list(p->arena, " AND ");
    inb__fragment *match = inb__fragment_list(p->arena, " AND ");
    for (size_t i = 0; i < f->n_columns; i++) {
        const inb__fragment *child = inb__rollout_column_name(p, f->table, f->columns[i]);
        const inb__fragment *parent = inb__rollout_column_name(p, f->references, f->referenced[i]);
        inb__fragment_list_add(p->arena, known,
                               inb__rollout_sql_child_is_not_null(p->arena, child));
        inb__fragment_list_add(p->arena, match,
                               inb__rollout_sql_parent_is_child(p->arena, parent, child));
    }
    inb__rollout_check(p, inb__rollout_sql_check_orphans(p->arena, p->tables[f->table].sql, known,
                                                         p->tables[f->references].sql, match));
}

void inb__rollout_key_drop(inb__rollout *p, uint32_t prev)
{
    inb__rollout_step(p, INB_CLASS_CONTRACTING, p->steps,
                      (inb__step){.kind = INB__STEP_DROP_FOREIGN_KEY, .prev = prev});
}

void inb__rollout_key_add(inb__rollout *p, uint32_t next)
{
    inb__step step = {.kind = INB__STEP_ADD_FOREIGN_KEY, .next = next};
    inb__rollout_say(
        p, INB_CLASS_ADDITIVE,
        inb__rollout_sql_not_valid(p->arena, inb__fragment_step(p->arena, p->steps, step)));
}

void inb__rollout_key_validate(inb__rollout *p, uint32_t next)
{
    const inb__foreign_key *f = &p->to->foreign_keys[next];
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "validate", f->name);
    inb__rollout_note(p, INB__SENTENCE_VALIDATES_KEY);
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_constraint_validate(p->arena, p->tables[f->table].sql,
                                                          inb__rollout_ident(p, f->name)));
    inb__rollout_close(p);
}

/* The name that the plain script gives the sequence, or that it has as part of a new name. */
static const inb__fragment *sequence_name(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__table *t = &p->to->tables[table];
    const inb__column *c = &t->columns[column];
    bool renamed = p->tables[table].renamed || p->tables[table].columns[column].renamed;
    return inb__rollout_in_mid(p, table,
                               renamed ? inb__sequence_serial_name(p->arena, t, c)
                                       : inb__sequence_new_name(p->arena, t, c));
}

/* Its first number is above those that the table has, which are read: cls says what that does. */
static void sequence_create(inb__rollout *p, uint32_t table, uint32_t column, inb_class cls)
{
    const inb__fragment *name = sequence_name(p, table, column);
    const inb__fragment *owner = p->tables[table].sql;
    const inb__fragment *target = inb__rollout_ident(p, p->to->tables[table].columns[column].name);
    inb__rollout_say(p, INB_CLASS_ADDITIVE, inb__rollout_sql_sequence_create(p->arena, name));
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_sequence_own(p->arena, name, owner, target));
    inb__rollout_say(p, cls, inb__rollout_sql_sequence_set(p->arena, name, target, owner));
}

void inb__rollout_sequence_create(inb__rollout *p, uint32_t table, uint32_t column)
{
    sequence_create(p, table, column, INB_CLASS_ADDITIVE);
}

void inb__rollout_sequence_default(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__column *c = &p->to->tables[table].columns[column];
    const inb__fragment *name = sequence_name(p, table, column);
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_default_set(p->arena, p->tables[table].sql,
                                                  inb__rollout_ident(p, c->name),
                                                  inb__rollout_sql_nextval(p->arena, name)));
    inb__rollout_note_of(p, INB__SENTENCE_SETS_SEQUENCE, c->name);
    inb__rollout_note_of(p, INB__SENTENCE_DECIDE_SEQUENCE_START, c->name);
    inb__rollout_note_of(p, INB__SENTENCE_MAY_NEED_DEFAULT, c->name);
}

void inb__rollout_sequence_switch(inb__rollout *p, uint32_t table, uint32_t column)
{
    sequence_create(p, table, column, INB_CLASS_BLOCKING);
    inb__rollout_sequence_default(p, table, column);
}

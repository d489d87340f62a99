/* Indexes, each built in a migration of its own while its table is written to. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

void inb__rollout_index_build(inb__rollout *p, uint32_t table, uint32_t index)
{
    inb__rollout_say(p, INB_CLASS_ADDITIVE, inb__fragment_index(p->arena, p->mid, table, index));
    p->now.no_transaction = true;
}

/* "a", "b": the columns of an index under the names that they have now. */
static const inb__fragment *columns_list(inb__rollout *p, uint32_t table, const inb__index *x)
{
    inb__fragment *list = inb__fragment_list(p->arena, ", ");
    for (size_t i = 0; i < x->n_columns; i++) {
        inb__fragment_list_add(p->arena, list,
                               inb__rollout_column_name(p, table, x->columns[i].column));
    }
    return list;
}

static void duplicates_check(inb__rollout *p, uint32_t table, const inb__index *x)
{
    inb__fragment *where = inb__fragment_list(p->arena, " AND ");
    for (size_t i = 0; i < x->n_columns; i++) {
        inb__fragment_list_add(
            p->arena, where,
            inb__rollout_sql_is_not_null(p->arena,
                                         inb__rollout_column_name(p, table, x->columns[i].column)));
    }
    if (x->predicate.n) {
        inb__fragment_list_add(
            p->arena, where,
            inb__rollout_sql_enclosed(p->arena, inb__fragment_verbatim(p->arena, x->predicate)));
    }
    inb__rollout_check(p, inb__rollout_sql_check_duplicates(p->arena, columns_list(p, table, x),
                                                            p->tables[table].sql, where));
}

void inb__rollout_unique_build(inb__rollout *p, uint32_t table, uint32_t index)
{
    inb__rollout_open(p, INB__ROLLOUT_CONTRACT, "unique", p->tables[table].indexes[index].interim);
    inb__rollout_note(p, INB__SENTENCE_BUILDS_UNIQUE);
    inb__rollout_note(p, INB__SENTENCE_NOBODY_WRITES_DUPLICATES);
    inb__rollout_note(p, INB__SENTENCE_MAY_NEED_INDEX);
    duplicates_check(p, table, &p->to->tables[table].indexes[index]);
    inb__rollout_index_build(p, table, index);
    inb__rollout_close(p);
}

void inb__rollout_key_index_build(inb__rollout *p, uint32_t table, bool proven)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__index *key = p->to->tables[table].primary_key;
    if (!t->key_changes || !key || t->key_proven != proven) {
        return;
    }
    inb__rollout_open(p, proven ? INB__ROLLOUT_BACKFILL : INB__ROLLOUT_CONTRACT, "key", key->name);
    inb__rollout_note(p, INB__SENTENCE_BUILDS_KEY);
    inb__rollout_note(p, INB__SENTENCE_MAY_NEED_INDEX);
    if (!proven) {
        duplicates_check(p, table, key);
        inb__rollout_note(p, INB__SENTENCE_NOBODY_WRITES_DUPLICATES);
    }
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_key_index_build(p->arena, inb__rollout_ident(p, t->key_index),
                                                      t->sql, columns_list(p, table, key)));
    p->now.no_transaction = true;
    inb__rollout_close(p);
}

void inb__rollout_index_take_name(inb__rollout *p, uint32_t table, uint32_t index)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__rollout_index *x = &t->indexes[index];
    const inb__index *next = &p->to->tables[table].indexes[index];
    inb__str space = p->to->spaces[p->to->tables[table].space];
    if (!x->swap) {
        return;
    }
    inb__str *was = &p->index_now[t->pair->prev][x->prev];
    if (inb__str_eq(*was, next->name)) {
        inb__str old = inb__rollout_name(p, *was, "_old");
        inb__rollout_say(p, INB_CLASS_ADDITIVE,
                         inb__rollout_sql_index_rename(p->arena,
                                                       inb__rollout_in_space(p, space, *was),
                                                       inb__rollout_ident(p, old)));
        *was = old;
    }
    inb__rollout_say(p, INB_CLASS_ADDITIVE,
                     inb__rollout_sql_index_rename(p->arena,
                                                   inb__rollout_in_space(p, space, x->interim),
                                                   inb__rollout_ident(p, next->name)));
}

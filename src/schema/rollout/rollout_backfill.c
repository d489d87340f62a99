/* The backfill phase: values for the rows that exist, and the indexes on what was filled. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- filling --------------------------------------------------------------------------------- */

/* The backfill of one table: one UPDATE of all its columns, so that a row is written once. */
typedef struct filling {
    uint32_t table;
    size_t n_columns;       /* that need values */
    bool once;              /* one of the values may be NULL */
    inb__fragment *sets;    /* of the UPDATE */
    inb__fragment *wanting; /* what a row to update looks like: one of these */
} filling;

/* A cast of JSON's null is NULL from PostgreSQL 18 on. */
static bool may_become_null(const inb__rollout *p, uint32_t table, const inb__rollout_column *c)
{
    const inb__column *prev = &inb__rollout_prev_table(p, &p->tables[table])->columns[c->prev];
    return c->conversion == INB__ROLLOUT_CAST && !c->through &&
           prev->type.kind == INB__COLUMN_NATIVE && prev->type.native.kind == INB__NATIVE_JSONB;
}

/* A copy, only where there is something to copy: a row that was written is not wanting any more. */
static void fill_copy(inb__rollout *p, filling *f, const inb__rollout_column *c,
                      const inb__column *next, const inb__fragment *value)
{
    const inb__fragment *target = inb__rollout_ident(p, next->name);
    const inb__fragment *old = inb__rollout_ident(p, c->before);
    old = c->first ? inb__rollout_sql_convert_first(p->arena, old) : old;
    old = may_become_null(p, f->table, c) ? value : old;
    inb__fragment_list_add(p->arena, f->sets, inb__rollout_sql_fill_copy(p->arena, target, value));
    inb__fragment_list_add(p->arena, f->wanting,
                           inb__rollout_sql_is_not_copied(p->arena, target, old));
    inb__rollout_note_of(p, INB__SENTENCE_FILLS, next->name);
}

/* Where other columns are filled too, a row may have the value already. */
static void fill_constant(inb__rollout *p, filling *f, const inb__column *c,
                          const inb__fragment *value)
{
    const inb__fragment *target = inb__rollout_ident(p, c->name);
    inb__fragment_list_add(
        p->arena, f->sets,
        (f->n_columns > 1 ? inb__rollout_sql_fill_constant_too : inb__rollout_sql_fill_constant)(
            p->arena, target, value, inb__rollout_type(p, c)));
    inb__fragment_list_add(p->arena, f->wanting, inb__rollout_sql_is_empty(p->arena, target));
    inb__rollout_note_of(p, INB__SENTENCE_FILLS, c->name);
}

/* The default, where there is one that each row can have. */
static const inb__fragment *default_value(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__table *t = &p->to->tables[table];
    const inb__column *next = inb__rollout_mid(p, table, column);
    const inb__fragment *value = inb__rollout_constant(p, next);
    if (!value && next->default_value.kind == INB__DEFAULT_SEQUENCE) {
        inb__str name = inb__sequence_serial_name(p->arena, t, &t->columns[column]);
        value = inb__rollout_sql_nextval(p->arena, inb__rollout_in_mid(p, table, name));
    }
    return value;
}

static bool needs_filling(const inb__rollout_column *c)
{
    return c->mode == INB__ROLLOUT_ADD_LATE || c->mode == INB__ROLLOUT_REBUILD ||
           (c->mode != INB__ROLLOUT_ADD && c->tightens);
}

static bool is_copied(const inb__rollout_column *c)
{
    return c->mode == INB__ROLLOUT_REBUILD && c->conversion != INB__ROLLOUT_NONE;
}

/* Nobody says what the rows hold that exist: a neutral value, but never a chance reference. */
static bool is_invented(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    return needs_filling(c) && !is_copied(c) && !default_value(p, table, column) &&
           inb__rollout_mid(p, table, column)->arity == INB__ARITY_REQUIRED &&
           !inb__rollout_refers(p->to, table, column);
}

/*
 * A sequence for numbers of rows that must differ: a backfill that was interrupted goes on where it
 * was. In a column that has numbers they go on after those.
 */
static void column_number(inb__rollout *p, uint32_t table, uint32_t column)
{
    inb__rollout_column *c = &p->tables[table].columns[column];
    const inb__column *next = inb__rollout_mid(p, table, column);
    c->numbers =
        inb__rollout_in_mid(p, table, inb__rollout_name(p, p->to->tables[table].name, "_fill"));
    inb__rollout_say(p, INB_CLASS_ADDITIVE, inb__rollout_sql_sequence_create(p->arena, c->numbers));
    if (c->prev != INB__SCHEMA_NONE && c->mode != INB__ROLLOUT_REBUILD &&
        next->type.kind == INB__COLUMN_NATIVE && next->type.native.kind <= INB__NATIVE_DECIMAL) {
        inb__rollout_say(p, INB_CLASS_ADDITIVE,
                         inb__rollout_sql_sequence_set(p->arena, c->numbers,
                                                       inb__rollout_ident(p, next->name),
                                                       p->tables[table].sql));
    }
    inb__rollout_note_of(p, INB__SENTENCE_NUMBERS, next->name);
}

static void table_number(inb__rollout *p, uint32_t table)
{
    inb__rollout_open(p, INB__ROLLOUT_BACKFILL, "number", p->to->tables[table].name);
    for (uint32_t k = 0; k < p->to->tables[table].n_columns; k++) {
        if (p->tables[table].columns[k].unique && is_invented(p, table, k) &&
            inb__rollout_invents_many(inb__rollout_mid(p, table, k))) {
            column_number(p, table, k);
        }
    }
    inb__rollout_close(p);
}

/* A neutral value, which the author is told of; false where there is none. */
static bool fill_invented(inb__rollout *p, filling *f, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[f->table].columns[column];
    const inb__column *next = inb__rollout_mid(p, f->table, column);
    const inb__fragment *number =
        c->numbers ? inb__rollout_sql_nextval(p->arena, c->numbers) : NULL;
    const inb__fragment *value =
        is_invented(p, f->table, column) ? inb__rollout_invent(p, next, number) : NULL;
    if (value) {
        fill_constant(p, f, next, value);
        inb__rollout_note_of(p, INB__SENTENCE_EVERYBODY_WRITES, next->name);
        inb__rollout_note_of(p, INB__SENTENCE_DECIDE_GUESS, next->name);
    }
    return value != NULL;
}

/* Rows that hold a label which the new form of an enum does not have. */
static void labels_check(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    const inb__table *prev = inb__rollout_prev_table(p, &p->tables[table]);
    const inb__column *next = &p->to->tables[table].columns[column];
    if (c->mode != INB__ROLLOUT_REBUILD || !c->lossy || next->type.kind != INB__COLUMN_ENUM) {
        return;
    }
    const inb__enum *e = &p->to->enums[next->type.enumeration];
    const inb__fragment *old = inb__rollout_ident(p, c->before);
    inb__fragment *labels = inb__fragment_list(p->arena, ", ");
    for (size_t i = 0; i < e->n_values; i++) {
        inb__fragment_list_add(p->arena, labels, inb__fragment_literal(p->arena, e->values[i]));
    }
    bool list = prev->columns[c->prev].arity == INB__ARITY_LIST;
    inb__rollout_check(p,
                       (list ? inb__rollout_sql_check_label_lists : inb__rollout_sql_check_labels)(
                           p->arena, old, p->tables[table].sql, labels));
}

/* What a conversion does to values, for the author to see to. */
static void conversion_note(inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[table].columns[column];
    if (c->first) {
        inb__rollout_note_of(p, INB__SENTENCE_DECIDE_FIRST, c->before);
    }
    if (c->lossy && !inb__rollout_is_by_label(p, table, column)) {
        inb__rollout_note_types(p, INB__SENTENCE_DECIDE_LOSSY, table, column);
    }
    if (c->zoned) {
        inb__rollout_note_types(p, INB__SENTENCE_DECIDE_ZONE, table, column);
    }
}

/* A copy of the old column where there is a conversion; else the default, where there is one. */
static void column_fill(inb__rollout *p, filling *f, uint32_t column)
{
    const inb__table *t = &p->to->tables[f->table];
    inb__rollout_column *c = &p->tables[f->table].columns[column];
    const inb__column *next = inb__rollout_mid(p, f->table, column);
    const inb__fragment *value = is_copied(c) ? NULL : default_value(p, f->table, column);
    labels_check(p, f->table, column);
    c->filled = true;
    if (is_copied(c)) {
        fill_copy(p, f, c, next,
                  inb__rollout_converted(p, c, next, inb__rollout_ident(p, c->before)));
        conversion_note(p, f->table, column);
    } else if (value) {
        fill_constant(p, f, next, value);
        f->once = f->once || next->default_value.kind == INB__DEFAULT_EXPRESSION;
    } else {
        c->filled = next->arity == INB__ARITY_REQUIRED && fill_invented(p, f, column);
    }
    if (c->renamed) {
        inb__str old = inb__arena_join(p->arena, t->name, ".", c->old);
        inb__rollout_note_of(p, INB__SENTENCE_MAY_USE_NAMES, old, next->name);
    } else if (c->filled && c->mode != INB__ROLLOUT_REBUILD) {
        inb__rollout_note_of(p, INB__SENTENCE_MAY_READ, next->name);
    }
}

static void table_fill(inb__rollout *p, uint32_t table)
{
    filling f = {.table = table,
                 .sets = inb__fragment_list(p->arena, ",\n    "),
                 .wanting = inb__fragment_list(p->arena, "\n   OR ")};
    table_number(p, table);
    inb__rollout_open(p, INB__ROLLOUT_BACKFILL, "fill", p->to->tables[table].name);
    for (uint32_t k = 0; k < p->to->tables[table].n_columns; k++) {
        f.n_columns += needs_filling(&p->tables[table].columns[k]);
    }
    for (uint32_t k = 0; k < p->to->tables[table].n_columns; k++) {
        if (needs_filling(&p->tables[table].columns[k])) {
            column_fill(p, &f, k);
        }
    }
    if (f.sets->n_operands) {
        inb__rollout_say(p, INB_CLASS_BLOCKING,
                         inb__rollout_sql_fill(p->arena, p->tables[table].sql, f.sets, f.wanting));
        p->now.backfill = true;
        p->now.once = f.once;
    }
    inb__rollout_close(p);
}

/* ---- indexes on what was filled -------------------------------------------------------------- */

static void indexes_build(inb__rollout *p, uint32_t table)
{
    const inb__table *t = &p->to->tables[table];
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        const inb__rollout_index *x = &p->tables[table].indexes[i];
        if (!x->build || !x->late || x->after || (t->indexes[i].unique && !x->proven)) {
            continue;
        }
        inb__rollout_open(p, INB__ROLLOUT_BACKFILL, "index", x->interim);
        inb__rollout_note(p, INB__SENTENCE_BUILDS_FILLED_INDEX);
        if (t->indexes[i].unique) {
            inb__rollout_note(p, INB__SENTENCE_MAY_NEED_INDEX);
        }
        inb__rollout_index_build(p, table, i);
        inb__rollout_close(p);
    }
}

void inb__rollout_backfill(inb__rollout *p)
{
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (p->tables[i].rebuilds) {
            inb__rollout_table_sync(p, i);
        }
    }
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (p->tables[i].pair) {
            table_fill(p, i);
        }
    }
    for (uint32_t i = 0; i < p->to->n_tables; i++) {
        if (p->tables[i].pair) {
            indexes_build(p, i);
            inb__rollout_key_index_build(p, i, true);
        }
    }
}

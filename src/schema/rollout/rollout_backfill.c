/* The backfill phase: values for the rows that exist, and the indexes on what was filled. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- filling --------------------------------------------------------------------------------- */

/* The backfill of one table: one UPDATE of all its columns, so that a row is written once. */
typedef struct filling {
    uint32_t table;
    inb__fragment *sets;      /* of the UPDATE */
    inb__fragment *wanting;   /* what a row to update looks like: one of these */
    inb__fragment *left;      /* the same, of what must not be left at the end */
    inb__fragment *numbers;   /* sequences that go on after the numbers that are there */
    inb__fragment *sequences; /* for numbers, to be dropped afterwards */
} filling;

/* A copy, only where there is something to copy: a pass that changes nothing is the last. */
static void fill_copy(inb__rollout *p, filling *f, const inb__column *c, const inb__fragment *value)
{
    const inb__fragment *target = inb__rollout_ident(p, c->name);
    const inb__fragment *wanting = inb__rollout_sql_is_not_copied(p->arena, target, value);
    inb__fragment_list_add(p->arena, f->sets, inb__rollout_sql_fill_copy(p->arena, target, value));
    inb__fragment_list_add(p->arena, f->wanting, wanting);
    inb__fragment_list_add(p->arena, f->left, wanting);
    inb__rollout_note_of(p, INB__SENTENCE_FILLS, c->name);
}

static void fill_constant(inb__rollout *p, filling *f, const inb__column *c,
                          const inb__fragment *value)
{
    const inb__fragment *target = inb__rollout_ident(p, c->name);
    const inb__fragment *wanting = inb__rollout_sql_is_empty(p->arena, target);
    inb__fragment_list_add(
        p->arena, f->sets,
        inb__rollout_sql_fill_constant(p->arena, target, value, inb__rollout_type(p, c)));
    inb__fragment_list_add(p->arena, f->wanting, wanting);
    /* The default of a column that takes NULL may be NULL. */
    if (c->arity == INB__ARITY_REQUIRED) {
        inb__fragment_list_add(p->arena, f->left, wanting);
    }
    inb__rollout_note_of(p, INB__SENTENCE_FILLS, c->name);
}

/*
 * A sequence for the numbers of rows that must differ: a run that was interrupted resumes where it
 * was. In a column that has numbers they go on after those.
 */
static const inb__fragment *number(inb__rollout *p, filling *f, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[f->table].columns[column];
    const inb__column *next = inb__rollout_mid(p, f->table, column);
    const inb__fragment *sequence = inb__rollout_in_mid(
        p, f->table, inb__rollout_name(p, p->to->tables[f->table].name, "_fill"));
    inb__rollout_say(p, INB_CLASS_ADDITIVE, inb__rollout_sql_sequence_create(p->arena, sequence));
    if (c->prev != INB__SCHEMA_NONE && c->mode != INB__ROLLOUT_REBUILD &&
        next->type.kind == INB__COLUMN_NATIVE && next->type.native.kind <= INB__NATIVE_DECIMAL) {
        inb__fragment_list_add(p->arena, f->numbers,
                               inb__rollout_sql_fill_numbers(p->arena, sequence,
                                                             inb__rollout_ident(p, next->name),
                                                             p->tables[f->table].sql));
    }
    inb__fragment_list_add(p->arena, f->sequences, sequence);
    return inb__rollout_sql_nextval(p->arena, sequence);
}

static void filling_say(inb__rollout *p, const filling *f)
{
    const inb__fragment *table = p->tables[f->table].sql;
    inb__fragment *proof = inb__fragment_list(p->arena, "\n");
    if (f->left->n_operands) {
        inb__fragment_list_add(p->arena, proof,
                               inb__rollout_sql_fill_proof(p->arena, table, f->left));
    }
    inb__rollout_opaque(
        p, INB_CLASS_BLOCKING, "updates rows in batches, each committed by itself",
        inb__rollout_sql_fill(p->arena, table, f->sets, f->wanting, f->numbers, proof));
    for (size_t i = 0; i < f->sequences->n_operands; i++) {
        inb__rollout_say(p, INB_CLASS_ADDITIVE,
                         inb__rollout_sql_sequence_drop(p->arena, f->sequences->operands[i]));
    }
    p->now.no_transaction = true;
}

/* Nobody says what the rows hold that exist: a neutral value, which the author is told of. */
static void fill_invented(inb__rollout *p, filling *f, uint32_t column)
{
    const inb__rollout_column *c = &p->tables[f->table].columns[column];
    const inb__column *next = inb__rollout_mid(p, f->table, column);
    const inb__fragment *value = NULL;
    if (!inb__rollout_refers(p->to, f->table, column)) {
        bool many = c->unique && inb__rollout_invents_many(next);
        value = inb__rollout_invent(p, next, many ? number(p, f, column) : NULL);
    }
    if (value) {
        fill_constant(p, f, next, value);
    }
    inb__rollout_note_of(p, INB__SENTENCE_EVERYBODY_WRITES, next->name);
    inb__rollout_note_of(p, value ? INB__SENTENCE_DECIDE_GUESS : INB__SENTENCE_DECIDE_VALUE,
                         next->name);
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
    const inb__rollout_column *c = &p->tables[f->table].columns[column];
    const inb__column *next = inb__rollout_mid(p, f->table, column);
    const inb__fragment *copy = NULL, *value = inb__rollout_constant(p, next);
    if (c->mode == INB__ROLLOUT_REBUILD) {
        copy = inb__rollout_converted(p, c, next, inb__rollout_ident(p, c->before));
        conversion_note(p, f->table, column);
    } else if (next->default_value.kind == INB__DEFAULT_SEQUENCE) {
        inb__str name = inb__sequence_serial_name(p->arena, t, &t->columns[column]);
        value = inb__rollout_sql_nextval(p->arena, inb__rollout_in_mid(p, f->table, name));
    }
    if (c->renamed) {
        inb__str old = inb__arena_join(p->arena, t->name, ".", c->old);
        inb__rollout_note_of(p, INB__SENTENCE_MAY_USE_NAMES, old, next->name);
    } else if (c->mode != INB__ROLLOUT_REBUILD) {
        inb__rollout_note_of(p, INB__SENTENCE_MAY_READ, next->name);
    }
    labels_check(p, f->table, column);
    if (copy) {
        fill_copy(p, f, next, copy);
    } else if (value) {
        fill_constant(p, f, next, value);
    } else if (next->arity == INB__ARITY_REQUIRED) {
        fill_invented(p, f, column);
    }
}

static bool needs_filling(const inb__rollout_column *c)
{
    return c->mode == INB__ROLLOUT_ADD_LATE || c->mode == INB__ROLLOUT_REBUILD ||
           (c->mode != INB__ROLLOUT_ADD && c->tightens);
}

static void table_fill(inb__rollout *p, uint32_t table)
{
    filling f = {.table = table,
                 .sets = inb__fragment_list(p->arena, ",\n                    "),
                 .wanting = inb__fragment_list(p->arena, "\n                           OR "),
                 .left = inb__fragment_list(p->arena, " OR "),
                 .numbers = inb__fragment_list(p->arena, "\n"),
                 .sequences = inb__fragment_list(p->arena, "")};
    inb__rollout_open(p, INB__ROLLOUT_BACKFILL, "fill", p->to->tables[table].name);
    for (uint32_t k = 0; k < p->to->tables[table].n_columns; k++) {
        if (needs_filling(&p->tables[table].columns[k])) {
            column_fill(p, &f, k);
        }
    }
    if (f.sets->n_operands) {
        filling_say(p, &f);
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

/* Which steps lose values, or cannot run on rows that exist. */
#include "config.h"

#include "schema/diff_pairs.h"
#include "schema/sequence.h"

#include "util/vec.h"

typedef struct checker {
    inb__arena *arena;
    const inb__steps *steps;
    size_t step;
    INB__VEC(inb__risk) warnings, unexecutable;
} checker;

static inb__risk *check_add(checker *k, inb__risk_kind kind)
{
    inb__risk *c = inb__risk_is_unexecutable(kind) ? INB__VEC_PUSH(k->arena, &k->unexecutable)
                                                   : INB__VEC_PUSH(k->arena, &k->warnings);
    c->kind = kind;
    c->step = k->step;
    c->rows = c->non_null = INB__COUNT_UNKNOWN;
    return c;
}

static inb__risk *table_check(checker *k, inb__risk_kind kind, uint32_t table)
{
    const inb__schema *s = k->steps->from;
    inb__risk *c = check_add(k, kind);
    c->space = s->spaces[s->tables[table].space];
    c->table = s->tables[table].name;
    return c;
}

static inb__risk *column_check(checker *k, inb__risk_kind kind, const inb__step *step,
                               const inb__column *column)
{
    inb__risk *c = table_check(k, kind, step->prev_table);
    c->column = column->name;
    return c;
}

static inb__str type_text(checker *k, const inb__schema *s, const inb__column *column)
{
    const inb__column_type *t = &column->type;
    const char *list = column->arity == INB__ARITY_LIST ? "[]" : "";
    if (t->kind == INB__COLUMN_NATIVE) {
        const inb__native_type *n = &t->native;
        const char *name = inb__native_label(n->kind);
        char *text =
            n->n_args == 0 ? inb__arena_printf(k->arena, "%s%s", name, list)
            : n->n_args == 1
                ? inb__arena_printf(k->arena, "%s(%lld)%s", name, (long long)n->args[0], list)
                : inb__arena_printf(k->arena, "%s(%lld,%lld)%s", name, (long long)n->args[0],
                                    (long long)n->args[1], list);
        return inb__str_of(text);
    }
    inb__str name = t->kind == INB__COLUMN_ENUM ? s->enums[t->enumeration].name : t->unsupported;
    return inb__str_of(inb__arena_printf(k->arena, "%.*s%s", INB__STR_ARG(name), list));
}

static bool has_default(const inb__column *c)
{
    return c->default_value.kind != INB__DEFAULT_NONE;
}

static bool must_be_filled(const inb__column *c)
{
    return c->arity == INB__ARITY_REQUIRED && !has_default(c);
}

static void added_column_check(checker *k, const inb__step *step, const inb__column *next)
{
    if (must_be_filled(next)) {
        inb__risk_kind kind = next->client_default ? INB__RISK_ADDED_REQUIRED_FIELD_CLIENT_DEFAULT
                                                   : INB__RISK_ADDED_REQUIRED_FIELD;
        column_check(k, kind, step, next)->needs_rows = true;
    }
}

static void dropped_column_check(checker *k, const inb__step *step, const inb__column *prev)
{
    column_check(k, INB__RISK_NON_EMPTY_COLUMN_DROP, step, prev)->needs_non_null = true;
}

static bool is_list(const inb__column *c)
{
    return c->arity == INB__ARITY_LIST;
}

static void altered_column_check(checker *k, const inb__step *step, const inb__change *change,
                                 const inb__column *prev, const inb__column *next)
{
    if (change->flags & INB__COLUMN_ARITY && prev->arity != INB__ARITY_REQUIRED &&
        next->arity == INB__ARITY_REQUIRED) {
        inb__risk *c = column_check(k, INB__RISK_MADE_OPTIONAL_FIELD_REQUIRED, step, prev);
        c->needs_rows = c->needs_non_null = true;
    }
    if (!is_list(prev) && is_list(next)) {
        column_check(k, INB__RISK_MADE_SCALAR_FIELD_LIST, step, prev)->needs_non_null = true;
    }
    bool cuts_list = prev->type.kind == INB__COLUMN_ENUM && is_list(prev) && !is_list(next);
    bool zoned = change->cast == INB__CAST_ZONED;
    if (change->cast == INB__CAST_RISKY || zoned || cuts_list) {
        inb__risk *c =
            column_check(k, zoned ? INB__RISK_ZONED_CAST : INB__RISK_RISKY_CAST, step, prev);
        c->needs_non_null = true;
        c->from_type = type_text(k, k->steps->from, prev);
        c->to_type = type_text(k, k->steps->to, next);
    }
}

static void recreated_column_check(checker *k, const inb__step *step, const inb__column *prev,
                                   const inb__column *next)
{
    if (!must_be_filled(next)) {
        column_check(k, INB__RISK_DROP_AND_RECREATE_COLUMN, step, prev)->needs_non_null = true;
    } else if (prev->arity == INB__ARITY_REQUIRED) {
        column_check(k, INB__RISK_DROP_AND_RECREATE_REQUIRED_COLUMN, step, prev)->needs_rows = true;
    } else {
        added_column_check(k, step, next);
    }
}

/* A new sequence begins with 1, whatever the rows hold; one that goes takes its number along. */
static void sequence_check(checker *k, const inb__step *step, const inb__change *change,
                           const inb__column *prev, const inb__column *next)
{
    if (!(change->flags & INB__COLUMN_AUTOINCREMENT)) {
        return;
    }
    if (next->default_value.kind == INB__DEFAULT_SEQUENCE) {
        column_check(k, INB__RISK_SEQUENCE_START, step, prev)->needs_non_null = true;
    } else if (!inb__sequence_is_shared(k->steps->to, prev)) {
        column_check(k, INB__RISK_SEQUENCE_DROP, step, prev);
    }
}

static void names_of_columns(checker *k, inb__risk *c, const inb__table *t,
                             const inb__index_column *columns, size_t n)
{
    c->names = INB__NEW_N(k->arena, inb__str, n);
    c->n_names = n;
    for (size_t i = 0; i < n; i++) {
        c->names[i] = t->columns[columns[i].column].name;
    }
}

/* The change of a column of `to`; NULL where it stays as it is. */
static const inb__change *column_change(const inb__step *step, uint32_t next)
{
    for (size_t i = 0; i < step->n_changes; i++) {
        const inb__change *c = &step->changes[i];
        if (c->next == next &&
            (c->kind == INB__CHANGE_ADD_COLUMN || c->kind == INB__CHANGE_ALTER_COLUMN ||
             c->kind == INB__CHANGE_RECREATE_COLUMN)) {
            return c;
        }
    }
    return NULL;
}

/* It has a value in each row, and the step changes none of them. */
static bool keeps_values(const inb__step *step, const inb__table *from, const inb__table *to,
                         uint32_t next)
{
    const inb__change *change = column_change(step, next);
    bool same = !change ||
                (change->kind == INB__CHANGE_ALTER_COLUMN && !(change->flags & INB__COLUMN_TYPE));
    for (size_t i = 0; same && i < from->n_columns; i++) {
        if (inb__str_eq(from->columns[i].name, to->columns[next].name)) {
            return from->columns[i].arity == INB__ARITY_REQUIRED;
        }
    }
    return false;
}

/* A new column that a sequence fills: each row gets another number. */
static bool is_numbered(const inb__step *step, const inb__table *to, uint32_t next)
{
    const inb__change *change = column_change(step, next);
    return change && change->kind != INB__CHANGE_ALTER_COLUMN &&
           to->columns[next].default_value.kind == INB__DEFAULT_SEQUENCE;
}

static bool key_has_column(const inb__table *to, inb__str name)
{
    for (size_t i = 0; i < to->primary_key->n_columns; i++) {
        if (inb__str_eq(to->columns[to->primary_key->columns[i].column].name, name)) {
            return true;
        }
    }
    return false;
}

/* Columns of the new key are unique by an index already. */
static bool has_unique_index(const inb__table *from, const inb__table *to)
{
    for (size_t i = 0; i < from->n_indexes; i++) {
        const inb__index *x = &from->indexes[i];
        bool within = x->unique && !x->predicate.n;
        for (size_t k = 0; within && k < x->n_columns; k++) {
            within = key_has_column(to, from->columns[x->columns[k].column].name);
        }
        if (within) {
            return true;
        }
    }
    return false;
}

/* No row that exists can break a new primary key. */
static bool primary_key_is_proven(const inb__step *step, const inb__table *from,
                                  const inb__table *to)
{
    bool unique = has_unique_index(from, to);
    for (size_t i = 0; i < to->primary_key->n_columns; i++) {
        uint32_t column = to->primary_key->columns[i].column;
        bool numbered = is_numbered(step, to, column);
        unique = unique || numbered;
        if (!numbered && !keeps_values(step, from, to, column)) {
            return false;
        }
    }
    return unique;
}

/* Of a table that has none now: what is replaced has a warning of its own. */
static void primary_key_check(checker *k, const inb__step *step)
{
    const inb__table *from = &k->steps->from->tables[step->prev_table];
    const inb__table *to = &k->steps->to->tables[step->next_table];
    if (!from->primary_key && !primary_key_is_proven(step, from, to)) {
        inb__risk *c = table_check(k, INB__RISK_PRIMARY_KEY_ADDITION, step->prev_table);
        names_of_columns(k, c, to, to->primary_key->columns, to->primary_key->n_columns);
        c->needs_rows = true;
    }
}

static void change_check(checker *k, const inb__step *step, const inb__change *change)
{
    const inb__table *from = &k->steps->from->tables[step->prev_table];
    const inb__table *to = &k->steps->to->tables[step->next_table];
    switch (change->kind) {
    case INB__CHANGE_DROP_PRIMARY_KEY:
        table_check(k, INB__RISK_PRIMARY_KEY_CHANGE, step->prev_table)->needs_rows = true;
        break;
    case INB__CHANGE_DROP_COLUMN:
        dropped_column_check(k, step, &from->columns[change->prev]);
        break;
    case INB__CHANGE_ADD_COLUMN:
        added_column_check(k, step, &to->columns[change->next]);
        break;
    case INB__CHANGE_ALTER_COLUMN:
        altered_column_check(k, step, change, &from->columns[change->prev],
                             &to->columns[change->next]);
        sequence_check(k, step, change, &from->columns[change->prev], &to->columns[change->next]);
        break;
    case INB__CHANGE_RECREATE_COLUMN:
        recreated_column_check(k, step, &from->columns[change->prev], &to->columns[change->next]);
        break;
    case INB__CHANGE_ADD_PRIMARY_KEY:
        primary_key_check(k, step);
        break;
    case INB__CHANGE_RENAME_PRIMARY_KEY:
        break;
    }
}

static void index_check(checker *k, const inb__step *step)
{
    const inb__table *t = &k->steps->to->tables[step->next_table];
    const inb__index *x = &t->indexes[step->next];
    if (!x->unique || step->prev_table == INB__SCHEMA_NONE || step->recreated) {
        return;
    }
    inb__risk *c = table_check(k, INB__RISK_UNIQUE_CONSTRAINT_ADDITION, step->prev_table);
    names_of_columns(k, c, t, x->columns, x->n_columns);
}

static void foreign_key_check(checker *k, const inb__step *step)
{
    const inb__schema *to = k->steps->to;
    const inb__foreign_key *f = &to->foreign_keys[step->next];
    if (step->prev_table == INB__SCHEMA_NONE || step->proven) {
        return;
    }
    inb__risk *c = table_check(k, INB__RISK_FOREIGN_KEY_ADDITION, step->prev_table);
    c->needs_rows = true;
    c->to_type = to->tables[f->references].name;
    c->names = INB__NEW_N(k->arena, inb__str, f->n_columns);
    c->n_names = f->n_columns;
    for (size_t i = 0; i < f->n_columns; i++) {
        c->names[i] = to->tables[f->table].columns[f->columns[i]].name;
    }
}

static void extension_check(checker *k, const inb__step *step)
{
    inb__risk *c = check_add(k, INB__RISK_EXTENSION_CHANGE);
    c->table = k->steps->to->extensions[step->next].name;
}

static void enum_check(checker *k, const inb__step *step)
{
    const inb__schema *s = k->steps->from;
    if (step->n_removed) {
        inb__risk *c = check_add(k, INB__RISK_ENUM_VALUE_REMOVAL);
        c->space = s->spaces[s->enums[step->prev].space];
        c->table = s->enums[step->prev].name;
        c->names = step->removed;
        c->n_names = step->n_removed;
    }
}

static void step_check(checker *k, const inb__step *step)
{
    switch (step->kind) {
    case INB__STEP_ALTER_TABLE:
        for (size_t i = 0; i < step->n_changes; i++) {
            change_check(k, step, &step->changes[i]);
        }
        break;
    case INB__STEP_DROP_TABLE:
        table_check(k, INB__RISK_NON_EMPTY_TABLE_DROP, step->prev)->needs_rows = true;
        break;
    case INB__STEP_CREATE_INDEX:
        index_check(k, step);
        break;
    case INB__STEP_ADD_FOREIGN_KEY:
        foreign_key_check(k, step);
        break;
    case INB__STEP_ALTER_EXTENSION:
        extension_check(k, step);
        break;
    case INB__STEP_ALTER_ENUM:
        enum_check(k, step);
        break;
    default:
        break;
    }
}

static void extensions_check(checker *k)
{
    k->step = INB__STEP_NONE;
    for (size_t i = 0; i < k->steps->n_unchanged; i++) {
        check_add(k, INB__RISK_EXTENSION_UNCHANGED)->table =
            k->steps->to->extensions[k->steps->unchanged[i]].name;
    }
}

static void enum_orders_check(checker *k)
{
    const inb__schema *s = k->steps->from;
    k->step = INB__STEP_NONE;
    for (size_t i = 0; i < k->steps->n_disordered; i++) {
        const inb__enum *e = &s->enums[k->steps->disordered[i]];
        inb__risk *c = check_add(k, INB__RISK_ENUM_VALUE_ORDER);
        c->space = s->spaces[e->space];
        c->table = e->name;
    }
}

/* Self relations of which nobody can say which column is which now. */
static void joins_check(checker *k)
{
    const inb__schema *from = k->steps->original;
    k->step = INB__STEP_NONE;
    for (uint32_t i = 0; from && i < from->n_tables; i++) {
        if (inb__diff_join_turn(from, i, k->steps->to) == INB__JOIN_UNKNOWN) {
            table_check(k, INB__RISK_JOIN_SIDES_UNKNOWN, i)->needs_rows = true;
        }
    }
}

void inb__risks_find(inb__risks *out, inb__arena *arena, const inb__steps *steps)
{
    checker k = {.arena = arena, .steps = steps};
    for (k.step = 0; k.step < steps->n; k.step++) {
        step_check(&k, &steps->v[k.step]);
    }
    extensions_check(&k);
    enum_orders_check(&k);
    joins_check(&k);
    for (size_t i = 0; i < k.unexecutable.n; i++) {
        INB__VEC_ADD(arena, &k.warnings, k.unexecutable.v[i]);
    }
    *out = (inb__risks){k.warnings.v, k.warnings.n};
}

/*
 * The differ. The bytes make two models of the same few names, so that much of the one is in the
 * other, changed. A model does not differ from itself; the steps from one to the other, applied to
 * the one, leave no difference to the other but names of indexes (of several on the same columns
 * Prisma renames none); and every step has its SQL.
 */
#include "config.h"

#include "../support/steps_apply.h"
#include "fuzz.h"
#include "schema/diff.h"
#include "util/cleanup.h"

#define TABLES 4
#define COLUMNS 5
#define INDEXES 3
#define ENUMS 2
#define SQL_MAX (16u * 1024 * 1024)

typedef struct source {
    const uint8_t *p, *end;
    inb__arena *arena;
} source;

static unsigned take(source *s, unsigned limit)
{
    return s->p < s->end ? *s->p++ % limit : 0;
}

static inb__str name(source *s, const char *prefix, unsigned number)
{
    return inb__str_of(inb__arena_printf(s->arena, "%s%u", prefix, number));
}

static void enums_make(source *s, inb__schema *out)
{
    out->enums = INB__NEW_N(s->arena, inb__enum, ENUMS);
    for (unsigned i = 0; i < ENUMS; i++) {
        inb__enum *e = &out->enums[out->n_enums++];
        unsigned bits = take(s, 8);
        *e = (inb__enum){.space = take(s, 2), .name = name(s, "E", i)};
        e->values = INB__NEW_N(s->arena, inb__str, 3);
        for (unsigned v = 0; v < 3; v++) {
            if (bits & 1u << v) {
                e->values[e->n_values++] = name(s, "v", v);
            }
        }
    }
}

static inb__default default_make(source *s, const inb__column *c)
{
    inb__default d = {.kind = (inb__default_kind)take(s, INB__DEFAULT_UNKNOWN)};
    if (d.kind == INB__DEFAULT_SEQUENCE && (c->type.kind || c->arity != INB__ARITY_REQUIRED)) {
        d.kind = INB__DEFAULT_NONE;
    }
    if (d.kind == INB__DEFAULT_EXPRESSION) {
        d.sql = name(s, "f", take(s, 3));
    }
    if (d.kind == INB__DEFAULT_VALUE || d.kind == INB__DEFAULT_LIST) {
        d.kind = c->arity == INB__ARITY_LIST ? INB__DEFAULT_LIST : INB__DEFAULT_VALUE;
        d.values = INB__NEW(s->arena, inb__value);
        d.values[0].kind =
            c->type.kind == INB__COLUMN_ENUM ? INB__VALUE_ENUM : (inb__value_kind)take(s, 9);
        d.values[0].text = inb__str_of(inb__arena_printf(s->arena, "%u", take(s, 3)));
        d.n_values = 1;
    }
    return d;
}

static void column_make(source *s, inb__table *t, unsigned number)
{
    inb__column *c = &t->columns[t->n_columns++];
    *c = (inb__column){.name = name(s, "c", number), .arity = (inb__arity)take(s, 3)};
    c->type.kind = (inb__column_type_kind)take(s, 3);
    c->type.enumeration = take(s, ENUMS);
    c->type.unsupported = INB__STR("box");
    c->type.native.kind = (inb__native)(1 + take(s, INB__NATIVES - 1));
    c->type.native.n_args = 0;
    c->default_value = default_make(s, c);
}

static void index_make(source *s, inb__index *x, const inb__table *t, const char *prefix)
{
    *x = (inb__index){.name = name(s, prefix, take(s, 6))};
    x->unique = take(s, 2);
    x->algorithm = (inb__index_method)take(s, 6);
    x->n_columns = 1 + take(s, 2) % t->n_columns;
    x->columns = INB__NEW_N(s->arena, inb__index_column, x->n_columns);
    unsigned first = take(s, (unsigned)t->n_columns);
    for (size_t i = 0; i < x->n_columns; i++) {
        x->columns[i].column = (uint32_t)((first + i) % t->n_columns);
        x->columns[i].sort = (inb__sort_order)take(s, 3);
    }
    x->predicate = take(s, 3) ? (inb__str){NULL, 0} : name(s, "p", take(s, 2));
}

static void table_make(source *s, inb__schema *out, unsigned number)
{
    inb__table *t = &out->tables[out->n_tables++];
    unsigned bits = take(s, 1u << COLUMNS) | 1;
    *t = (inb__table){.name = name(s, "T", number), .space = take(s, 2)};
    t->columns = INB__NEW_N(s->arena, inb__column, COLUMNS);
    for (unsigned i = 0; i < COLUMNS; i++) {
        if (bits & 1u << i) {
            column_make(s, t, i);
        }
    }
    if (take(s, 4)) {
        t->primary_key = INB__NEW(s->arena, inb__index);
        index_make(s, t->primary_key, t, "pk");
        t->primary_key->predicate.n = 0;
    }
    t->indexes = INB__NEW_N(s->arena, inb__index, INDEXES);
    for (unsigned i = take(s, INDEXES + 1); i > 0; i--) {
        index_make(s, &t->indexes[t->n_indexes++], t, "ix");
    }
}

static void foreign_keys_make(source *s, inb__schema *out)
{
    out->foreign_keys = INB__NEW_N(s->arena, inb__foreign_key, TABLES);
    for (unsigned i = take(s, TABLES + 1); i > 0 && out->n_tables; i--) {
        inb__foreign_key *f = &out->foreign_keys[out->n_foreign_keys++];
        *f = (inb__foreign_key){.name = name(s, "fk", i),
                                .table = take(s, (unsigned)out->n_tables),
                                .references = take(s, (unsigned)out->n_tables),
                                .n_columns = 1,
                                .on_delete = (inb__ref_action)(1 + take(s, 5)),
                                .on_update = (inb__ref_action)(1 + take(s, 5)),
                                .columns = INB__NEW(s->arena, uint32_t),
                                .referenced = INB__NEW(s->arena, uint32_t)};
        f->columns[0] = take(s, (unsigned)out->tables[f->table].n_columns);
        f->referenced[0] = take(s, (unsigned)out->tables[f->references].n_columns);
    }
}

static void model_make(source *s, inb__schema *out)
{
    static inb__str spaces[] = {{"other", 5}, {"public", 6}};
    *out = (inb__schema){.spaces = spaces, .n_spaces = 2};
    out->default_space = take(s, 2) ? spaces[1] : (inb__str){NULL, 0};
    out->tables = INB__NEW_N(s->arena, inb__table, TABLES);
    enums_make(s, out);
    unsigned bits = take(s, 1u << TABLES);
    for (unsigned i = 0; i < TABLES; i++) {
        if (bits & 1u << i) {
            table_make(s, out, i);
        }
    }
    foreign_keys_make(s, out);
}

static size_t difference(inb__arena *arena, const inb__schema *a, const inb__schema *b)
{
    inb__steps steps;
    inb__schema_diff(&steps, arena, a, b, NULL);
    return steps.n;
}

static void steps_check(inb__arena *arena, const inb__steps *steps)
{
    INB__AUTO_BUF inb__buf sql;
    inb__risks checks;
    inb__buf_init(&sql, SQL_MAX);
    inb__risks_find(&checks, arena, steps);
    for (size_t i = 0; i < steps->n; i++) {
        inb__buf_clear(&sql);
        inb__render_step(&sql, steps, &steps->v[i]);
        CHECK(!sql.failed && sql.length > 2 && strcmp(sql.data + sql.length - 2, ";\n") == 0);
    }
    inb__buf_clear(&sql);
    inb__steps_summary(&sql, arena, steps);
    CHECK(sql.length > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    source s = {data, data + size, &arena};
    inb__schema a, b, applied;
    inb__steps steps;
    model_make(&s, &a);
    model_make(&s, &b);
    CHECK(difference(&arena, &a, &a) == 0 && difference(&arena, &b, &b) == 0);
    inb__schema_diff(&steps, &arena, &a, &b, NULL);
    steps_check(&arena, &steps);
    inb__steps_apply(&applied, &arena, &steps);
    inb__schema_diff(&steps, &arena, &applied, &b, NULL);
    for (size_t i = 0; i < steps.n; i++) {
        CHECK(steps.v[i].kind == INB__STEP_RENAME_INDEX);
    }
    return 0;
}

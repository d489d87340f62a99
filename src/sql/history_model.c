/* From the catalogue of a history to tables, columns, keys, indexes and enums, in byte order. */
#include "config.h"

#include "sql/history_model.h"

#include "postgres/operator_class.h"
#include "sql/model_column.h"

#include <stdlib.h>

typedef struct build {
    inb__arena *arena;
    const inb__catalog *catalog;
    const inb__history_model_options *options;
    inb__schema *out;
    const inb__relation **relations; /* of each table */
    const inb__sql_enum **enums;     /* of each enum */
    INB__VEC(inb__foreign_key) foreign_keys;
} build;

/* ---- namespaces ------------------------------------------------------------------------------ */

static int str_order(const void *a, const void *b)
{
    return inb__str_cmp(*(const inb__str *)a, *(const inb__str *)b);
}

static bool space_counts(const build *b, inb__str name)
{
    for (size_t i = 0; b->options->spaces && i < b->options->n_spaces; i++) {
        if (inb__str_eq(b->options->spaces[i], name)) {
            return true;
        }
    }
    return !b->options->spaces;
}

static bool space_exists(const build *b, inb__str name)
{
    const inb__name schema = {INB__STR(""), name};
    return inb__str_is(name, "public") ||
           inb__catalog_object_is_known(b->catalog, "OBJECT_SCHEMA", schema);
}

static void space_add(build *b, inb__strs *list, inb__str name)
{
    if (space_counts(b, name) && !inb__catalog_strs_have(list, name)) {
        INB__VEC_ADD(b->arena, list, name);
    }
}

/* Those that are asked for and made, and those that something is in. */
static void spaces_build(build *b)
{
    inb__strs list = {0};
    space_add(b, &list, INB__STR("public"));
    for (size_t i = 0; i < b->options->n_spaces; i++) {
        if (space_exists(b, b->options->spaces[i])) {
            space_add(b, &list, b->options->spaces[i]);
        }
    }
    for (size_t i = 0; i < b->catalog->relations.n; i++) {
        const inb__relation *r = b->catalog->relations.entries[i].value;
        if (r && r->kind == INB__RELATION_TABLE && !inb__str_is(r->name.schema, "pg_temp")) {
            space_add(b, &list, r->name.schema);
        }
    }
    for (size_t i = 0; i < b->catalog->enums.n; i++) {
        const inb__sql_enum *e = b->catalog->enums.entries[i].value;
        if (e) {
            space_add(b, &list, e->name.schema);
        }
    }
    if (list.n) {
        qsort(list.v, list.n, sizeof(inb__str), str_order);
    }
    b->out->spaces = list.v;
    b->out->n_spaces = list.n;
}

static uint32_t space_find(const build *b, inb__str name)
{
    inb__str *found = b->out->n_spaces ? bsearch(&name, b->out->spaces, b->out->n_spaces,
                                                 sizeof(inb__str), str_order)
                                       : NULL;
    return found ? (uint32_t)(found - b->out->spaces) : INB__SCHEMA_NONE;
}

/* ---- enums ----------------------------------------------------------------------------------- */

static int name_order(const inb__name *a, const inb__name *b)
{
    int order = inb__str_cmp(a->schema, b->schema);
    return order ? order : inb__str_cmp(a->name, b->name);
}

static int enum_order(const void *a, const void *b)
{
    const inb__sql_enum *const *x = a, *const *y = b;
    return name_order(&(*x)->name, &(*y)->name);
}

static void enums_build(build *b)
{
    const inb__map *enums = &b->catalog->enums;
    size_t n = 0;
    b->enums = INB__NEW_N(b->arena, const inb__sql_enum *, enums->n);
    for (size_t i = 0; i < enums->n; i++) {
        const inb__sql_enum *e = enums->entries[i].value;
        /* PostgreSQL's catalogue has no line for an enum without values. */
        if (e && e->values.n && space_find(b, e->name.schema) != INB__SCHEMA_NONE) {
            b->enums[n++] = e;
        }
    }
    if (n) {
        qsort(b->enums, n, sizeof(*b->enums), enum_order);
    }
    b->out->n_enums = n;
    b->out->enums = INB__NEW_N(b->arena, inb__enum, n);
    for (size_t i = 0; i < n; i++) {
        b->out->enums[i] = (inb__enum){.space = space_find(b, b->enums[i]->name.schema),
                                       .name = b->enums[i]->name.name,
                                       .values = b->enums[i]->values.v,
                                       .n_values = b->enums[i]->values.n};
    }
}

/* ---- columns --------------------------------------------------------------------------------- */

/* The place of a column among those that are there; INB__SCHEMA_NONE where it is not. */
static uint32_t column_find(const inb__table *t, inb__str name)
{
    for (uint32_t i = 0; i < t->n_columns; i++) {
        if (inb__str_eq(t->columns[i].name, name)) {
            return i;
        }
    }
    return INB__SCHEMA_NONE;
}

static void columns_build(const build *b, inb__table *t, const inb__relation *r)
{
    t->columns = INB__NEW_N(b->arena, inb__column, r->columns.n);
    for (size_t i = 0; i < r->columns.n; i++) {
        if (!r->columns.v[i].dropped) {
            t->columns[t->n_columns++] =
                inb__model_column(b->arena, b->catalog, b->out, &r->columns.v[i]);
        }
    }
}

/* ---- indexes --------------------------------------------------------------------------------- */

static inb__index_method method_of(inb__str name)
{
    for (int i = 0; i < INB__METHODS; i++) {
        if (inb__str_is(name, inb__index_method_name((inb__index_method)i))) {
            return (inb__index_method)i;
        }
    }
    return INB__METHOD_BTREE;
}

static void opclass_read(inb__index_column *out, inb__index_method method, const inb__table *t,
                         inb__str name)
{
    const inb__column *column = &t->columns[out->column];
    bool list = column->arity == INB__ARITY_LIST;
    const inb__opclass *named = inb__opclass_find(name);
    const inb__opclass *usual = inb__opclass_default(method, column->type.native.kind, list);
    bool ordinary = method == INB__METHOD_BTREE && !inb__str_ends(name, "_pattern_ops");
    if (!name.n || ordinary || (named && named == usual)) {
        return; /* what a server does not write either */
    }
    out->opclass = name;
    out->opclass_is_raw = !named;
    out->opclass_is_default = named && inb__opclass_is_default(named, method);
}

/* Only a tree has an order. */
static inb__sort_order sort_of(inb__index_method method, inb__sort_order written)
{
    return method != INB__METHOD_BTREE ? INB__SORT_NONE
           : written == INB__SORT_DESC ? INB__SORT_DESC
                                       : INB__SORT_ASC;
}

static bool index_build(const build *b, inb__index *out, const inb__table *t,
                        const inb__relation *index)
{
    *out = (inb__index){.name = index->name.name,
                        .unique = index->unique,
                        .algorithm = method_of(index->method),
                        .predicate = index->predicate,
                        .n_columns = index->columns.n,
                        .columns = INB__NEW_N(b->arena, inb__index_column, index->columns.n)};
    for (size_t i = 0; i < index->columns.n; i++) {
        inb__index_column *column = &out->columns[i];
        *column = (inb__index_column){.column = column_find(t, index->columns.v[i].name),
                                      .sort = sort_of(out->algorithm, index->columns.v[i].sort)};
        if (column->column == INB__SCHEMA_NONE) {
            return false;
        }
        opclass_read(column, out->algorithm, t, index->columns.v[i].opclass);
    }
    return index->columns.n > 0;
}

static int index_order(const void *a, const void *b)
{
    const inb__index *x = a, *y = b;
    return inb__str_cmp(x->name, y->name);
}

static void index_add(const build *b, inb__table *t, const inb__relation *r,
                      const inb__relation *index)
{
    const inb__constraint *k = inb__catalog_constraint_find(r, index->name.name);
    bool primary = k && k->kind == INB__CONSTRAINT_PRIMARY_KEY;
    inb__index built;
    if (index->computed || (index->predicate.n && b->options->full_indexes) ||
        !index_build(b, &built, t, index)) {
        return;
    }
    for (size_t i = 0; primary && i < built.n_columns; i++) {
        built.columns[i].sort = INB__SORT_NONE;
    }
    if (primary) {
        t->primary_key = INB__NEW(b->arena, inb__index);
        *t->primary_key = built;
    } else {
        t->indexes[t->n_indexes++] = built;
    }
}

/* ---- tables ---------------------------------------------------------------------------------- */

static bool table_counts(const build *b, const inb__relation *r)
{
    return r && r->kind == INB__RELATION_TABLE && !r->is_partition && !r->foreign &&
           space_find(b, r->name.schema) != INB__SCHEMA_NONE;
}

static int table_order(const void *a, const void *b)
{
    const inb__relation *const *x = a, *const *y = b;
    return name_order(&(*x)->name, &(*y)->name);
}

/* The number of a table; INB__SCHEMA_NONE for what is none. */
static uint32_t table_find(const build *b, const inb__relation *r)
{
    const inb__relation **found =
        r && b->out->n_tables
            ? bsearch(&r, b->relations, b->out->n_tables, sizeof(*b->relations), table_order)
            : NULL;
    return found && *found == r ? (uint32_t)(found - b->relations) : INB__SCHEMA_NONE;
}

static void tables_build(build *b)
{
    const inb__map *all = &b->catalog->relations;
    inb__schema *s = b->out;
    b->relations = INB__NEW_N(b->arena, const inb__relation *, all->n);
    for (size_t i = 0; i < all->n; i++) {
        if (table_counts(b, all->entries[i].value)) {
            b->relations[s->n_tables++] = all->entries[i].value;
        }
    }
    if (s->n_tables) {
        qsort(b->relations, s->n_tables, sizeof(*b->relations), table_order);
    }
    s->tables = INB__NEW_N(b->arena, inb__table, s->n_tables);
    for (size_t i = 0; i < s->n_tables; i++) {
        const inb__relation *r = b->relations[i];
        s->tables[i] = (inb__table){.space = space_find(b, r->name.schema), .name = r->name.name};
        columns_build(b, &s->tables[i], r);
    }
}

static void indexes_build(build *b)
{
    const inb__map *all = &b->catalog->relations;
    inb__schema *s = b->out;
    size_t *n = INB__NEW_N(b->arena, size_t, s->n_tables);
    for (size_t i = 0; i < all->n; i++) {
        const inb__relation *index = all->entries[i].value;
        uint32_t t = index && index->kind == INB__RELATION_INDEX ? table_find(b, index->table)
                                                                 : INB__SCHEMA_NONE;
        if (t != INB__SCHEMA_NONE) {
            n[t]++;
        }
    }
    for (size_t t = 0; t < s->n_tables; t++) {
        s->tables[t].indexes = INB__NEW_N(b->arena, inb__index, n[t]);
    }
    for (size_t i = 0; i < all->n; i++) {
        const inb__relation *index = all->entries[i].value;
        uint32_t t = index && index->kind == INB__RELATION_INDEX ? table_find(b, index->table)
                                                                 : INB__SCHEMA_NONE;
        if (t != INB__SCHEMA_NONE) {
            index_add(b, &s->tables[t], index->table, index);
        }
    }
    for (size_t t = 0; t < s->n_tables; t++) {
        if (s->tables[t].n_indexes) {
            qsort(s->tables[t].indexes, s->tables[t].n_indexes, sizeof(inb__index), index_order);
        }
    }
}

/* ---- foreign keys ---------------------------------------------------------------------------- */

/* The primary key of the table where the statement names no columns of it. */
static inb__strs referenced_columns(const inb__constraint *k)
{
    const inb__constraint *primary = inb__catalog_primary_key(k->parent);
    return k->keys.n || !primary ? k->keys : primary->columns;
}

static void foreign_key_add(build *b, uint32_t table, const inb__constraint *k)
{
    const inb__schema *s = b->out;
    inb__strs keys = referenced_columns(k);
    inb__foreign_key f = {.name = k->name,
                          .table = table,
                          .references = table_find(b, k->parent),
                          .n_columns = k->columns.n,
                          .columns = INB__NEW_N(b->arena, uint32_t, k->columns.n),
                          .referenced = INB__NEW_N(b->arena, uint32_t, k->columns.n),
                          .on_delete = k->on_delete,
                          .on_update = k->on_update};
    if (f.references == INB__SCHEMA_NONE || keys.n != k->columns.n) {
        return;
    }
    for (size_t i = 0; i < f.n_columns; i++) {
        f.columns[i] = column_find(&s->tables[table], k->columns.v[i]);
        f.referenced[i] = column_find(&s->tables[f.references], keys.v[i]);
        if (f.columns[i] == INB__SCHEMA_NONE || f.referenced[i] == INB__SCHEMA_NONE) {
            return;
        }
    }
    INB__VEC_ADD(b->arena, &b->foreign_keys, f);
}

static int foreign_key_order(const void *a, const void *b)
{
    const inb__foreign_key *x = a, *y = b;
    return x->table != y->table ? (x->table < y->table ? -1 : 1) : inb__str_cmp(x->name, y->name);
}

static void foreign_keys_build(build *b)
{
    for (uint32_t t = 0; t < b->out->n_tables; t++) {
        const inb__relation *r = b->relations[t];
        for (size_t i = 0; i < r->constraints.n; i++) {
            const inb__constraint *k = &r->constraints.v[i];
            if (!k->dropped && k->kind == INB__CONSTRAINT_FOREIGN_KEY) {
                foreign_key_add(b, t, k);
            }
        }
    }
    if (b->foreign_keys.n) {
        qsort(b->foreign_keys.v, b->foreign_keys.n, sizeof(inb__foreign_key), foreign_key_order);
    }
    b->out->foreign_keys = b->foreign_keys.v;
    b->out->n_foreign_keys = b->foreign_keys.n;
}

/* The two columns A and B of a many-to-many relation, each with a foreign key. */
static void joins_mark(build *b)
{
    inb__schema *s = b->out;
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        const inb__foreign_key *f = &s->foreign_keys[i];
        inb__table *t = &s->tables[f->table];
        bool joins = t->n_columns == 2 && inb__str_starts(t->name, "_") &&
                     inb__str_is(t->columns[0].name, "A") && inb__str_is(t->columns[1].name, "B");
        if (joins && f->n_columns == 1) {
            t->sides[f->columns[0]].table = f->references;
            t->is_join = f->columns[0] == 1 || t->is_join;
        }
    }
}

/* ---- extensions ------------------------------------------------------------------------------ */

static void extensions_build(build *b)
{
    static const char kind[] = "OBJECT_EXTENSION";
    const inb__map *objects = &b->catalog->objects;
    INB__VEC(inb__extension) list = {0};
    for (size_t i = 0; i < objects->n; i++) {
        inb__str key = objects->entries[i].key;
        if (objects->entries[i].value && key.n > sizeof(kind) &&
            memcmp(key.p, kind, sizeof(kind)) == 0) {
            const char *last = memrchr(key.p, '\0', key.n);
            inb__extension e = {.name = {last + 1, key.n - (size_t)(last + 1 - key.p)}};
            INB__VEC_ADD(b->arena, &list, e);
        }
    }
    b->out->extensions = list.v;
    b->out->n_extensions = list.n;
}

void inb__history_model(inb__schema *out, inb__arena *arena, const inb__catalog *catalog,
                        const inb__history_model_options *options)
{
    static const inb__history_model_options all = {0};
    build b = {.arena = arena, .catalog = catalog, .out = out, .options = options ? options : &all};
    *out = (inb__schema){.default_space = {NULL, 0}};
    spaces_build(&b);
    extensions_build(&b);
    enums_build(&b);
    tables_build(&b);
    indexes_build(&b);
    foreign_keys_build(&b);
    joins_mark(&b);
}

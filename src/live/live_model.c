/* From the facts of a catalog to the relational model: the opposite of what the differ writes. */
#include "config.h"

#include "live/live_model.h"

#include "psl/opclass.h"
#include "util/vec.h"

typedef struct build {
    inb__arena *arena;
    const inb__catalogue *catalogue;
    inb__live_model *out;
    INB__VEC(inb__table) tables;
    INB__VEC(inb__live_table) facts;
    INB__VEC(inb__foreign_key) keys;
    INB__VEC(const inb__fact_foreign_key *) key_facts;
} build;

bool inb__live_is_sayable(inb__str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            return true;
        }
    }
    return false;
}

static bool scalars_match(const inb__column_type *a, const inb__column_type *b)
{
    if (a->kind != b->kind || a->kind == INB__COLUMN_UNSUPPORTED) {
        return a->kind == b->kind && inb__str_eq(a->unsupported, b->unsupported);
    }
    return a->kind == INB__COLUMN_ENUM ? a->enumeration == b->enumeration
                                       : inb__psl_words_native_scalar(a->native.kind) ==
                                             inb__psl_words_native_scalar(b->native.kind);
}

bool inb__live_types_match(const inb__schema *schema, const inb__foreign_key *key)
{
    const inb__table *from = &schema->tables[key->table];
    const inb__table *to = &schema->tables[key->references];
    for (size_t i = 0; i < key->n_columns; i++) {
        if (!scalars_match(&from->columns[key->columns[i]].type,
                           &to->columns[key->referenced[i]].type)) {
            return false;
        }
    }
    return true;
}

static uint32_t space_find(const inb__schema *s, inb__str name)
{
    for (uint32_t i = 0; i < s->n_spaces; i++) {
        if (inb__str_eq(s->spaces[i], name)) {
            return i;
        }
    }
    return 0;
}

static void enums_build(build *b)
{
    const inb__catalogue *c = b->catalogue;
    inb__schema *s = &b->out->schema;
    s->enums = INB__NEW_N(b->arena, inb__enum, c->n_enums);
    b->out->enums = INB__NEW_N(b->arena, const inb__fact_enum *, c->n_enums);
    for (size_t i = 0; i < c->n_enums; i++) {
        const inb__fact_enum *fact = &c->enums[i];
        if (fact->of_extension || !fact->n_labels) {
            continue;
        }
        b->out->enums[s->n_enums] = fact;
        s->enums[s->n_enums++] = (inb__enum){.space = space_find(s, fact->space),
                                             .name = fact->name,
                                             .values = fact->labels,
                                             .n_values = fact->n_labels};
    }
}

inb__column inb__live_column(inb__arena *arena, const inb__live_model *model,
                             const inb__fact_column *fact)
{
    inb__column c = {.name = fact->name, .type = inb__live_column_type(model, fact)};
    c.arity = fact->is_list    ? INB__ARITY_LIST
              : fact->not_null ? INB__ARITY_REQUIRED
                               : INB__ARITY_OPTIONAL;
    c.default_value = inb__live_column_default(arena, fact, &c.type);
    return c;
}

/* ---- indexes --------------------------------------------------------------------------------- */

static bool method_find(inb__index_method *out, inb__str name)
{
    for (int i = 0; i < INB__METHODS; i++) {
        if (inb__str_is(name, inb__index_method_name((inb__index_method)i))) {
            *out = (inb__index_method)i;
            return true;
        }
    }
    return false;
}

/* Whether the schema language lets the column be without a class there. */
static bool class_can_be_left_out(const inb__column *c, inb__index_method method)
{
    if (c->type.kind == INB__COLUMN_UNSUPPORTED) {
        return true;
    }
    inb__native native = INB__NATIVE_NONE;
    int scalar = -1;
    if (c->type.kind == INB__COLUMN_NATIVE) {
        native = c->type.native.kind;
        scalar = (int)inb__psl_words_native_scalar(native);
        /* The type of a scalar is not written where it is the default one. */
        if (inb__psl_words_native_default((inb__dm_scalar)scalar).kind == native) {
            native = INB__NATIVE_NONE;
        }
    }
    return inb__psl_opclass_fits(method, NULL, native, scalar, c->arity == INB__ARITY_LIST);
}

/* A unique index is said without classes. */
static inb__index_column index_column_of(const inb__table *t, const inb__fact_key *key,
                                         inb__index_method method, bool unique)
{
    inb__index_column c = {.column = key->column};
    if (method == INB__METHOD_BTREE) {
        c.sort = key->descending ? INB__SORT_DESC : INB__SORT_ASC;
    }
    if (unique ||
        (key->opclass_default && class_can_be_left_out(&t->columns[key->column], method))) {
        return c;
    }
    const inb__opclass *known = inb__opclass_find(key->opclass);
    c.opclass = key->opclass;
    c.opclass_is_raw = !known || !inb__psl_opclass_name(known) || key->opclass_default;
    return c;
}

static bool index_build(build *b, inb__index *out, const inb__table *t, const inb__fact_index *fact)
{
    inb__index x = {.name = fact->name, .unique = fact->unique};
    if (fact->has_expression || fact->is_exclusion || !fact->valid ||
        !method_find(&x.algorithm, fact->method)) {
        return false;
    }
    x.n_columns = fact->n_keys;
    x.columns = INB__NEW_N(b->arena, inb__index_column, fact->n_keys);
    for (size_t i = 0; i < fact->n_keys; i++) {
        x.columns[i] = index_column_of(t, &fact->keys[i], x.algorithm, x.unique);
    }
    if (fact->predicate.p) {
        x.predicate = fact->predicate;
    }
    *out = x;
    return true;
}

static void indexes_build(build *b, inb__table *t, inb__live_table *facts)
{
    const inb__fact_relation *fact = facts->fact;
    t->indexes = INB__NEW_N(b->arena, inb__index, fact->n_indexes);
    facts->indexes = INB__NEW_N(b->arena, const inb__fact_index *, fact->n_indexes);
    for (size_t i = 0; i < fact->n_indexes; i++) {
        inb__index x;
        if (!index_build(b, &x, t, &fact->indexes[i])) {
            continue;
        }
        if (fact->indexes[i].primary) {
            t->primary_key = INB__NEW(b->arena, inb__index);
            *t->primary_key = x;
            facts->primary_key = &fact->indexes[i];
        } else {
            facts->indexes[t->n_indexes] = &fact->indexes[i];
            t->indexes[t->n_indexes++] = x;
        }
    }
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void table_build(build *b, uint32_t relation)
{
    const inb__fact_relation *fact = &b->catalogue->relations[relation];
    b->out->table_of[relation] = INB__SCHEMA_NONE;
    if (fact->kind == 'v' || fact->of_extension) {
        return;
    }
    inb__table t = {.space = space_find(&b->out->schema, fact->space),
                    .name = fact->name,
                    .columns = INB__NEW_N(b->arena, inb__column, fact->n_columns),
                    .n_columns = fact->n_columns};
    inb__live_table facts = {.fact = fact};
    for (size_t i = 0; i < fact->n_columns; i++) {
        t.columns[i] = inb__live_column(b->arena, b->out, &fact->columns[i]);
    }
    indexes_build(b, &t, &facts);
    b->out->table_of[relation] = (uint32_t)b->tables.n;
    INB__VEC_ADD(b->arena, &b->tables, t);
    INB__VEC_ADD(b->arena, &b->facts, facts);
}

static void tables_build(build *b, bool with_columns)
{
    for (uint32_t i = 0; i < b->catalogue->n_relations; i++) {
        if (with_columns == (b->catalogue->relations[i].n_columns > 0)) {
            table_build(b, i);
        }
    }
}

static void key_build(build *b, uint32_t table, const inb__fact_foreign_key *fact)
{
    uint32_t references = fact->references == INB__CATALOGUE_NONE
                              ? INB__SCHEMA_NONE
                              : b->out->table_of[fact->references];
    if (references == INB__SCHEMA_NONE) {
        return;
    }
    inb__foreign_key f = {.name = fact->name,
                          .table = table,
                          .columns = fact->columns,
                          .references = references,
                          .referenced = fact->referenced,
                          .n_columns = fact->n_columns,
                          .on_delete = fact->on_delete,
                          .on_update = fact->on_update};
    INB__VEC_ADD(b->arena, &b->keys, f);
    INB__VEC_ADD(b->arena, &b->key_facts, fact);
}

static void keys_build(build *b)
{
    for (uint32_t t = 0; t < b->tables.n; t++) {
        const inb__fact_relation *fact = b->facts.v[t].fact;
        for (size_t i = 0; i < fact->n_foreign_keys; i++) {
            key_build(b, t, &fact->foreign_keys[i]);
        }
    }
}

void inb__live_model_build(inb__live_model *out, inb__arena *arena, const inb__catalogue *catalogue)
{
    build b = {.arena = arena, .catalogue = catalogue, .out = out};
    *out = (inb__live_model){.catalogue = catalogue};
    inb__schema_empty(&out->schema);
    out->schema.spaces = catalogue->spaces;
    out->schema.n_spaces = catalogue->n_spaces;
    out->table_of = INB__NEW_N(arena, uint32_t, catalogue->n_relations);
    enums_build(&b);
    tables_build(&b, true);
    tables_build(&b, false); /* last, so that leaving one of them out moves no other */
    keys_build(&b);
    out->schema.tables = b.tables.v;
    out->schema.n_tables = b.tables.n;
    out->schema.foreign_keys = b.keys.v;
    out->schema.n_foreign_keys = b.keys.n;
    out->tables = b.facts.v;
    out->keys = b.key_facts.v;
}

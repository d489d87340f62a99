/* What a schema expects the database to contain, written as rows of the embedded table. */
#include "config.h"

#include "embed/embed_expect.h"

#include "postgres/object_name.h"
#include "postgres/quote.h"

/* A name as PostgreSQL stores it. */
static uint32_t name_put(inb__embed_builder *b, inb__str name)
{
    inb__str cut = inb__name_cut(name, INB__LIMIT_IDENTIFIER);
    return inb__embed_builder_text(b, inb__arena_strndup(b->arena, cut.p, cut.n));
}

/* The default namespace is whatever schema a program connects to. */
static uint32_t space_put(inb__embed_builder *b, const inb__schema *schema, uint32_t space)
{
    inb__str name = schema->spaces[space];
    return inb__str_eq(name, schema->default_space) ? 0 : name_put(b, name);
}

static void column_expect(inb__embed_builder *b, const inb__schema *schema, const inb__table *t,
                          const inb__column *c)
{
    bool is_enum = c->type.kind == INB__COLUMN_ENUM;
    inb_expected row = {
        .schema = space_put(b, schema, t->space),
        .relation = name_put(b, t->name),
        .name = name_put(b, c->name),
        .type = inb__embed_builder_text(b, inb__column_type_catalogue(b->arena, schema, c)),
        .kind = INB_EXPECTED_COLUMN,
        .flags = (uint8_t)((c->arity == INB__ARITY_REQUIRED ? INB_EXPECTED_NOT_NULL : 0) |
                           (is_enum ? INB_EXPECTED_ENUM : 0)),
    };
    if (is_enum) {
        row.type_schema = space_put(b, schema, schema->enums[c->type.enumeration].space);
    }
    INB__VEC_ADD(b->arena, &b->expected, row);
}

/* ---- defaults
 * ------------------------------------------------------------------------------------- */

/* In quotes, each of its own doubled. */
static const char *quoted(inb__arena *arena, inb__str text, char quote)
{
    char *out = inb__arena_alloc(arena, INB__QUOTED_SIZE(text.n) + 1);
    *inb__quote_put(out, quote, text) = '\0';
    return out;
}

/* A literal whose text the server keeps as it is; "" for what it writes in a way of its own. */
static const char *literal_of(inb__arena *arena, const inb__column *c)
{
    const inb__default *d = &c->default_value;
    inb__native native = c->type.native.kind;
    if (d->kind != INB__DEFAULT_VALUE || c->type.kind == INB__COLUMN_UNSUPPORTED) {
        return "";
    }
    const inb__value *v = &d->values[0];
    bool number = native == INB__NATIVE_SMALLINT || native == INB__NATIVE_INTEGER ||
                  native == INB__NATIVE_BIGINT || native == INB__NATIVE_DECIMAL;
    bool numeral =
        v->kind == INB__VALUE_INT || v->kind == INB__VALUE_BIGINT || v->kind == INB__VALUE_DECIMAL;
    bool text = native == INB__NATIVE_TEXT || native == INB__NATIVE_VARCHAR;
    if (c->type.kind == INB__COLUMN_ENUM ? v->kind != INB__VALUE_ENUM
                                         : !(v->kind == INB__VALUE_BOOLEAN || (numeral && number) ||
                                             (v->kind == INB__VALUE_STRING && text))) {
        return "";
    }
    if (v->kind == INB__VALUE_BOOLEAN || numeral) {
        return inb__arena_strndup(arena, v->text.p, v->text.n);
    }
    return quoted(arena, v->text, '\'');
}

static void default_expect(inb__embed_builder *b, const inb__schema *schema, const inb__table *t,
                           const inb__column *c)
{
    if (c->default_value.kind == INB__DEFAULT_NONE ||
        c->default_value.kind == INB__DEFAULT_UNKNOWN) {
        return; /* dbgenerated() says that there may be one */
    }
    inb_expected row = {
        .schema = space_put(b, schema, t->space),
        .relation = name_put(b, t->name),
        .name = name_put(b, c->name),
        .type = inb__embed_builder_text(b, literal_of(b->arena, c)),
        .kind = INB_EXPECTED_DEFAULT,
    };
    INB__VEC_ADD(b->arena, &b->expected, row);
}

/* ---- keys, indexes and foreign keys
 * ---------------------------------------------------------------------- */

/* As PostgreSQL stores the name, in double quotes. */
static const char *ident(inb__arena *arena, inb__str name)
{
    return quoted(arena, inb__name_cut(name, INB__LIMIT_IDENTIFIER), '"');
}

static uint32_t index_put(inb__embed_builder *b, const inb__table *t, const inb__index *x)
{
    const char *text = inb__arena_printf(b->arena, "%s ", inb__index_method_name(x->algorithm));
    for (size_t i = 0; i < x->n_columns; i++) {
        text = inb__arena_printf(b->arena, "%s%s%s%s", text, i ? ", " : "(",
                                 ident(b->arena, t->columns[x->columns[i].column].name),
                                 x->columns[i].sort == INB__SORT_DESC ? " DESC" : "");
    }
    return inb__embed_builder_text(
        b, inb__arena_printf(b->arena, "%s%s", text, x->predicate.n ? ") WHERE ..." : ")"));
}

static void index_expect(inb__embed_builder *b, const inb__schema *schema, const inb__table *t,
                         const inb__index *x, inb_expected_kind kind)
{
    inb_expected row = {
        .schema = space_put(b, schema, t->space),
        .relation = name_put(b, t->name),
        .name = name_put(b, x->name),
        .type = index_put(b, t, x),
        .kind = (uint8_t)kind,
    };
    INB__VEC_ADD(b->arena, &b->expected, row);
}

static const char *columns_text(inb__arena *arena, const inb__table *t, const uint32_t *columns,
                                size_t n)
{
    const char *text = "";
    for (size_t i = 0; i < n; i++) {
        text = inb__arena_printf(arena, "%s%s%s", text, i ? ", " : "(",
                                 ident(arena, t->columns[columns[i]].name));
    }
    return inb__arena_printf(arena, "%s)", text);
}

static uint32_t foreign_key_put(inb__embed_builder *b, const inb__schema *schema,
                                const inb__foreign_key *k)
{
    const inb__table *t = &schema->tables[k->table], *other = &schema->tables[k->references];
    inb__str space = schema->spaces[other->space];
    bool ours = inb__str_eq(space, schema->default_space);
    return inb__embed_builder_text(
        b, inb__arena_printf(b->arena, "%s REFERENCES %s%s%s %s ON DELETE %s ON UPDATE %s",
                             columns_text(b->arena, t, k->columns, k->n_columns),
                             ours ? "" : ident(b->arena, space), ours ? "" : ".",
                             ident(b->arena, other->name),
                             columns_text(b->arena, other, k->referenced, k->n_columns),
                             inb__ref_action_sql(k->on_delete), inb__ref_action_sql(k->on_update)));
}

/* What the migrations made of a table of the schema; NULL when they do not tell. */
static const inb__relation *made_of(const inb__embed *embed, const inb__table *t)
{
    inb__str space = embed->schema->spaces[t->space];
    bool ours = inb__str_eq(space, embed->schema->default_space);
    return inb__catalog_relation_find(embed->catalog,
                                      (inb__name){ours ? INB__STR("") : space, t->name});
}

static void foreign_key_expect(inb__embed_builder *b, const inb__embed *embed,
                               const inb__foreign_key *k)
{
    const inb__schema *schema = embed->schema;
    const inb__table *t = &schema->tables[k->table];
    const inb__constraint *made = inb__catalog_constraint_find(made_of(embed, t), k->name);
    inb_expected row = {
        .schema = space_put(b, schema, t->space),
        .relation = name_put(b, t->name),
        .name = name_put(b, k->name),
        .type = foreign_key_put(b, schema, k),
        .kind = INB_EXPECTED_FOREIGN_KEY,
        .flags = made && !made->validated ? INB_EXPECTED_NOT_VALID : 0,
    };
    INB__VEC_ADD(b->arena, &b->expected, row);
}

/* ---- checks
 * --------------------------------------------------------------------------------------- */

/* The number of the last migration in which something happened that nobody saw. */
static uint32_t last_opaque(const inb__embed *embed)
{
    uint32_t last = 0;
    for (size_t i = 0; i < embed->migrations.n; i++) {
        const inb__sql_script *script = &embed->migrations.v[i].script;
        for (size_t k = 0; k < script->statements.n; k++) {
            const inb__sql_statement *s = &script->statements.v[k];
            if (s->opaque && s->cls != INB_CLASS_ADDITIVE) {
                last = (uint32_t)i + 1;
            }
        }
    }
    return last;
}

static void checks_expect(inb__embed_builder *b, const inb__embed *embed, const inb__table *t,
                          uint32_t opaque)
{
    const inb__relation *made = made_of(embed, t);
    for (size_t i = 0; made && i < made->constraints.n; i++) {
        const inb__constraint *k = &made->constraints.v[i];
        if (k->kind == INB__CONSTRAINT_CHECK && k->named && !k->dropped && k->born > opaque) {
            inb_expected row = {
                .schema = space_put(b, embed->schema, t->space),
                .relation = name_put(b, t->name),
                .name = name_put(b, k->name),
                .kind = INB_EXPECTED_CHECK,
                .flags = k->validated ? 0 : INB_EXPECTED_NOT_VALID,
            };
            INB__VEC_ADD(b->arena, &b->expected, row);
        }
    }
}

static void table_expect(inb__embed_builder *b, const inb__embed *embed, const inb__table *t,
                         uint32_t opaque)
{
    for (size_t k = 0; k < t->n_columns; k++) {
        default_expect(b, embed->schema, t, &t->columns[k]);
    }
    if (t->primary_key) {
        /* Prisma before 6 gave a join table a unique index, which keeps its rows apart as well. */
        index_expect(b, embed->schema, t, t->primary_key,
                     t->is_join ? INB_EXPECTED_UNIQUE : INB_EXPECTED_PRIMARY_KEY);
    }
    for (size_t k = 0; k < t->n_indexes; k++) {
        index_expect(b, embed->schema, t, &t->indexes[k],
                     t->indexes[k].unique ? INB_EXPECTED_UNIQUE : INB_EXPECTED_INDEX);
    }
    checks_expect(b, embed, t, opaque);
}

static void labels_expect(inb__embed_builder *b, const inb__schema *schema, const inb__enum *e)
{
    for (size_t k = 0; k < e->n_values; k++) {
        inb_expected row = {.schema = space_put(b, schema, e->space),
                            .relation = name_put(b, e->name),
                            .name = name_put(b, e->values[k]),
                            .kind = INB_EXPECTED_LABEL};
        INB__VEC_ADD(b->arena, &b->expected, row);
    }
}

void inb__embed_expect_put(inb__embed_builder *b, const inb__embed *embed)
{
    const inb__schema *schema = embed->schema;
    uint32_t opaque = last_opaque(embed);
    for (size_t i = 0; i < schema->n_tables; i++) {
        for (size_t k = 0; k < schema->tables[i].n_columns; k++) {
            column_expect(b, schema, &schema->tables[i], &schema->tables[i].columns[k]);
        }
    }
    for (size_t i = 0; i < schema->n_tables; i++) {
        table_expect(b, embed, &schema->tables[i], opaque);
    }
    for (size_t i = 0; i < schema->n_foreign_keys; i++) {
        foreign_key_expect(b, embed, &schema->foreign_keys[i]);
    }
    for (size_t i = 0; i < schema->n_enums; i++) {
        labels_expect(b, schema, &schema->enums[i]);
    }
}

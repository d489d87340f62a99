/* Which statements of a migration use a value that it adds to an enum, as far as their text says.
 */
#include "config.h"

#include "sql/enum_use.h"

#include "sql/routine_body.h"
#include "sql/type_name.h"

static bool type_is(inb__str type, const inb__enum_value *a)
{
    bool array = type.n > 2 && memcmp(type.p + type.n - 2, "[]", 2) == 0;
    return inb__type_name_same((inb__str){type.p, type.n - (array ? 2 : 0)}, a->type);
}

static bool relation_has(const inb__catalog *catalog, const inb__node *range,
                         const inb__enum_value *a)
{
    const inb__relation *r = inb__catalog_relation_find(catalog, inb__classify_name(range));
    if (catalog->partial && (!r || r->kind == INB__RELATION_UNKNOWN)) {
        return true; /* a transaction too few does less harm than one that must fail */
    }
    for (size_t k = 0; r && k < r->columns.n; k++) {
        if (type_is(r->columns.v[k].type, a)) {
            return true;
        }
    }
    return false;
}

static bool is_text(const inb__node *operand)
{
    inb__name type = inb__classify_name_of_list(inb__node_at(operand, "TypeCast/typeName/names"));
    return inb__str_is(type.name, "text") || inb__str_is(type.name, "varchar");
}

/* A literal that is text and no value of an enum: 'a'::text, or compared with one as in r::text. */
static const inb__node *text_literal(const inb__node *n)
{
    const inb__node *left = inb__node_at(n, "lexpr"), *right = inb__node_at(n, "rexpr");
    const inb__node *literal = is_text(n)       ? inb__node_at(n, "TypeCast/arg")
                               : is_text(left)  ? right
                               : is_text(right) ? left
                                                : NULL;
    return inb__node_at(literal, "A_Const") ? literal : NULL;
}

/* As a literal, or in that of an array. */
static bool is_label(inb__str literal, inb__str label)
{
    return inb__str_eq(literal, label) ||
           (literal.n && literal.p[0] == '{' && inb__routine_body_has(literal, label));
}

/*
 * A literal that reads like the value, in a statement that names the type or a relation with a
 * column of it. Another column's value that reads the same is taken for it, which does no harm.
 */
static bool uses(const inb__node *root, inb__arena *arena, const inb__catalog *catalog,
                 const inb__enum_value *a)
{
    bool literal = false, about = false;
    const inb__node *text = NULL;
    INB__NODE_WALK(n, root)
    {
        const inb__node *found = text_literal(n);
        text = found ? found : text;
        bool in_text = text && n >= text && n < text + text->size;
        literal =
            literal || (!in_text && is_label(inb__node_text(n, "A_Const/sval/sval"), a->label));
        about = about || (inb__node_at(n, "names") && type_is(inb__type_name_text(arena, n), a)) ||
                (inb__node_at(n, "relname") && relation_has(catalog, n, a));
    }
    return literal && about;
}

static void value_take(inb__enum_values *values, inb__classifier *c)
{
    inb__name type = {inb__str_of(c->s->schema), inb__str_of(c->s->relation)};
    if (!inb__catalog_object_is_new(c->catalog, "OBJECT_TYPE", type)) {
        inb__enum_value value = {inb__str_of(inb__catalog_name_text(c->arena, type)),
                                 inb__str_of(c->s->object), SIZE_MAX, false};
        INB__VEC_ADD(c->arena, values, value);
    }
}

/* Another name of the type or of the value, from here on. */
static void names_follow(inb__enum_values *values, inb__classifier *c, const inb__node *node)
{
    const inb__node *body = inb__node_inner(node);
    bool renames = inb__node_is(body, "renameType", "OBJECT_TYPE");
    bool moves = inb__node_is(body, "objectType", "OBJECT_TYPE") && inb__node_at(body, "newschema");
    bool relabels = inb__node_text(body, "oldVal").n > 0;
    inb__name type =
        inb__classify_name_of_list(inb__node_at(body, relabels ? "typeName" : "object"));
    inb__name to = {moves ? inb__node_text(body, "newschema") : type.schema,
                    renames ? inb__node_text(body, "newname") : type.name};
    inb__str from = inb__str_of(inb__catalog_name_text(c->scratch, type));
    for (size_t i = 0; (renames || moves || relabels) && i < values->n; i++) {
        inb__enum_value *v = &values->v[i];
        if (!inb__type_name_same(v->type, from)) {
            continue;
        }
        v->type = inb__str_of(inb__catalog_name_text(c->arena, to));
        if (relabels && inb__str_eq(v->label, inb__node_text(body, "oldVal"))) {
            v->label = inb__catalog_keep(c->catalog, inb__node_text(body, "newVal"));
        }
    }
}

/* SQL of a body is checked when its function is made; another language's is only stored. */
static bool body_uses(const inb__node *node, inb__str label)
{
    bool run = inb__node_at(node, "DoStmt") || inb__routine_body_is_sql(node);
    return run && inb__routine_body_has_literal(inb__routine_body(node), label);
}

/* What it runs is not in its text. */
static bool may_use(const inb__classifier *c, const inb__node *node)
{
    return inb__node_at(node, "DoStmt") ? inb__routine_body_calls(inb__routine_body(node))
                                        : c->s->opaque;
}

void inb__enum_use_read(inb__enum_values *values, inb__classifier *c, const inb__node *node,
                        size_t statement)
{
    if (c->s->kind == INB_STATEMENT_ADD_ENUM_VALUE) {
        value_take(values, c);
        return;
    }
    for (size_t i = 0; i < values->n; i++) {
        inb__enum_value *v = &values->v[i];
        if (v->used_by == SIZE_MAX) {
            v->seen = uses(node, c->scratch, c->catalog, v) || body_uses(node, v->label);
            v->used_by = v->seen || may_use(c, node) ? statement : SIZE_MAX;
        }
    }
    names_follow(values, c, node);
}

const inb__enum_value *inb__enum_use_first(const inb__enum_values *values)
{
    for (size_t i = 0; i < values->n; i++) {
        if (values->v[i].used_by != SIZE_MAX) {
            return &values->v[i];
        }
    }
    return NULL;
}

/* CREATE TABLE … (LIKE other INCLUDING …): defaults, identities, keys and indexes. */
#include "config.h"

#include "sql/classifier.h"

/* Bits of the parser's tree. */
#define INCLUDING_DEFAULTS (1 << 3)
#define INCLUDING_GENERATED (1 << 4)
#define INCLUDING_IDENTITY (1 << 5)
#define INCLUDING_INDEXES (1 << 6)

static void default_take(inb__classifier *c, inb__relation *r, inb__sql_column *column,
                         int64_t options)
{
    bool identity = column->identity;
    int bit = identity            ? INCLUDING_IDENTITY
              : column->generated ? INCLUDING_GENERATED
                                  : INCLUDING_DEFAULTS;
    inb__str name = column->name;
    if (!(options & bit) || identity) {
        column->fallback = (inb__sql_default){0};
        column->identity = column->generated = column->filled = false;
        column->reads.n = 0;
    }
    if (identity && options & bit) {
        inb__constraint_identity_take(c, r, name);
    }
}

static inb__str columns_joined(inb__classifier *c, const inb__relation *index)
{
    const char *text = "";
    for (size_t i = 0; i < index->columns.n; i++) {
        text = inb__arena_printf(c->scratch, "%s%s%.*s", text, i ? "_" : "",
                                 INB__STR_ARG(index->columns.v[i].name));
    }
    return inb__str_of(index->columns.n ? text : "expr");
}

/* An index of the other table, under a name that the server makes up; with its constraint. */
static void index_copy(inb__classifier *c, inb__relation *r, inb__relation *from)
{
    const inb__constraint *k = inb__catalog_constraint_find(from->table, from->name.name);
    bool primary = k && k->kind == INB__CONSTRAINT_PRIMARY_KEY;
    const char *label = primary ? "pkey" : from->computed && k ? "excl" : k ? "key" : "idx";
    inb__name name = {r->name.schema, (inb__str){NULL, 0}};
    name.name = inb__catalog_name_choose(c->catalog, r->name.schema, r->name.name,
                                         primary ? INB__STR("") : columns_joined(c, from), label);
    inb__relation *index = inb__catalog_relation_create(c->catalog, name, INB__RELATION_INDEX);
    inb__name placed = index->name;
    uint32_t born = index->born;
    *index = *from;
    index->name = placed;
    index->born = born;
    index->table = r;
    index->columns.v = NULL; /* of its own: a renamed column of one is none of the other */
    index->columns.n = index->columns.cap = 0;
    for (size_t i = 0; i < from->columns.n; i++) {
        INB__VEC_ADD(c->arena, &index->columns, from->columns.v[i]);
    }
    if (k) {
        inb__constraint copy = *k;
        copy.name = placed.name;
        copy.born = born;
        INB__VEC_ADD(c->arena, &r->constraints, copy);
    }
}

void inb__create_like(inb__classifier *c, inb__relation *r, inb__relation *like, int64_t options)
{
    for (size_t i = 0; i < like->columns.n; i++) {
        inb__sql_column *column = inb__catalog_column_find(r, like->columns.v[i].name);
        if (column && !like->columns.v[i].dropped) {
            default_take(c, r, column, options);
        }
    }
    size_t n = options & INCLUDING_INDEXES ? c->catalog->relations.n : 0;
    for (size_t i = 0; i < n; i++) {
        inb__relation *index = c->catalog->relations.entries[i].value;
        if (index && index->table == like && index->kind == INB__RELATION_INDEX) {
            index_copy(c, r, index);
        }
    }
}

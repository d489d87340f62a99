#include "config.h"

#include "sql/catalog.h"

void inb__catalog_init(inb__catalog *c, inb__arena *arena)
{
    *c = (inb__catalog){.arena = arena};
    inb__map_init(&c->relations, arena);
    inb__map_init(&c->objects, arena);
}

const char *inb__name_text(inb__arena *arena, inb__name name)
{
    if (name.schema.n == 0) {
        return inb__arena_strndup(arena, name.name.p ? name.name.p : "", name.name.n);
    }
    return inb__arena_printf(arena, "%.*s.%.*s", INB__STR_ARG(name.schema),
                             INB__STR_ARG(name.name));
}

/* A NUL cannot be in a name, so it parts the words of a key. */
static inb__str key_of(inb__arena *arena, const char *kind, inb__name name)
{
    inb__str schema = inb__str_is(name.schema, "public") ? INB__STR("") : name.schema;
    size_t kind_n = strlen(kind), n = kind_n + 1 + schema.n + 1 + name.name.n;
    char *key = inb__arena_alloc(arena, n + 1);
    memcpy(key, kind, kind_n);
    if (schema.n) {
        memcpy(key + kind_n + 1, schema.p, schema.n);
    }
    if (name.name.n) {
        memcpy(key + kind_n + 1 + schema.n + 1, name.name.p, name.name.n);
    }
    return (inb__str){key, n};
}

inb__relation *inb__relation_find(const inb__catalog *c, inb__name name)
{
    return inb__map_get(&c->relations, key_of(c->arena, "", name));
}

static inb__relation *relation_put(inb__catalog *c, inb__name name, inb__relation_kind kind,
                                   uint32_t born)
{
    inb__relation *r = INB__NEW(c->arena, inb__relation);
    *r = (inb__relation){.name = name, .kind = kind, .born = born};
    inb__map_set(&c->relations, key_of(c->arena, "", name), r);
    return r;
}

inb__relation *inb__relation_touch(inb__catalog *c, inb__name name)
{
    inb__relation *r = inb__relation_find(c, name);
    return r ? r : relation_put(c, name, INB__RELATION_UNKNOWN, 0);
}

inb__relation *inb__relation_create(inb__catalog *c, inb__name name, inb__relation_kind kind)
{
    return relation_put(c, name, kind, c->migration);
}

void inb__relation_drop(inb__catalog *c, inb__relation *r)
{
    r->gone = true;
    inb__map_set(&c->relations, key_of(c->arena, "", r->name), NULL);
    for (size_t i = 0; i < c->relations.n; i++) {
        inb__relation *index = c->relations.entries[i].value;
        if (index && index->table == r && index->kind == INB__RELATION_INDEX) {
            index->gone = true;
            c->relations.entries[i].value = NULL;
        }
    }
}

void inb__relation_rename(inb__catalog *c, inb__relation *r, inb__name to)
{
    inb__map_set(&c->relations, key_of(c->arena, "", r->name), NULL);
    r->name = to;
    inb__map_set(&c->relations, key_of(c->arena, "", to), r);
}

bool inb__relation_is_new(const inb__catalog *c, const inb__relation *r)
{
    return r && r->born == c->migration;
}

inb__sql_column *inb__column_find(const inb__relation *r, inb__str name)
{
    for (size_t i = 0; r && i < r->columns.n; i++) {
        inb__sql_column *column = &r->columns.v[i];
        if (!column->dropped && inb__str_eq(column->name, name)) {
            return column;
        }
    }
    return NULL;
}

inb__sql_column *inb__column_touch(inb__catalog *c, inb__relation *r, inb__str name)
{
    inb__sql_column *column = inb__column_find(r, name);
    if (!column) {
        column = INB__VEC_PUSH(c->arena, &r->columns);
        *column = (inb__sql_column){.name = name, .type = INB__STR("")};
    }
    return column;
}

inb__constraint *inb__constraint_find(const inb__relation *r, inb__str name)
{
    for (size_t i = 0; r && i < r->constraints.n; i++) {
        inb__constraint *found = &r->constraints.v[i];
        if (!found->dropped && inb__str_eq(found->name, name)) {
            return found;
        }
    }
    return NULL;
}

inb__constraint *inb__constraint_add(inb__catalog *c, inb__relation *r, inb__constraint_kind kind,
                                     inb__str name)
{
    inb__constraint *added = INB__VEC_PUSH(c->arena, &r->constraints);
    *added = (inb__constraint){.name = name, .kind = kind, .validated = true, .born = c->migration};
    return added;
}

static bool strs_have(const inb__strs *list, inb__str s)
{
    for (size_t i = 0; i < list->n; i++) {
        if (inb__str_eq(list->v[i], s)) {
            return true;
        }
    }
    return false;
}

bool inb__column_proven(const inb__relation *r, inb__str name)
{
    for (size_t i = 0; r && i < r->constraints.n; i++) {
        const inb__constraint *k = &r->constraints.v[i];
        bool check = k->kind == INB__CONSTRAINT_CHECK && strs_have(&k->not_null, name);
        bool primary = k->kind == INB__CONSTRAINT_PRIMARY_KEY && strs_have(&k->columns, name);
        if (!k->dropped && k->validated && (check || primary)) {
            return true;
        }
    }
    const inb__sql_column *column = inb__column_find(r, name);
    return column && column->not_null;
}

void inb__object_create(inb__catalog *c, const char *kind, inb__name name)
{
    inb__map_set(&c->objects, key_of(c->arena, kind, name), (void *)(uintptr_t)c->migration);
}

void inb__object_drop(inb__catalog *c, const char *kind, inb__name name)
{
    inb__map_set(&c->objects, key_of(c->arena, kind, name), NULL);
}

bool inb__object_is_known(const inb__catalog *c, const char *kind, inb__name name)
{
    return inb__map_get(&c->objects, key_of(c->arena, kind, name)) != NULL;
}

bool inb__object_is_new(const inb__catalog *c, const char *kind, inb__name name)
{
    return (uintptr_t)inb__map_get(&c->objects, key_of(c->arena, kind, name)) == c->migration;
}

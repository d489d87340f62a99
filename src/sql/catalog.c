/* What the migrations have made: relations, columns, constraints and other objects by name. */
#include "config.h"

#include "sql/catalog.h"

#include "postgres/object_name.h"

#define BORN_EARLIER UINTPTR_MAX /* of an object that may have been there before */

struct inb__catalog_key {
    char *text;
    size_t size;
};

void inb__catalog_init(inb__catalog *c, inb__arena *arena)
{
    *c = (inb__catalog){.arena = arena, .path = INB__STR("")};
    inb__map_init(&c->relations, arena);
    inb__map_init(&c->objects, arena);
    inb__map_init(&c->domains, arena);
    inb__map_init(&c->enums, arena);
    inb__map_init(&c->texts, arena);
    inb__map_init(&c->made, arena);
    c->key = INB__NEW(arena, struct inb__catalog_key);
}

inb__str inb__catalog_keep(inb__catalog *c, inb__str text)
{
    if (text.n == 0) {
        return INB__STR("");
    }
    const char *kept = inb__map_get(&c->texts, text);
    if (!kept) {
        char *copy = inb__arena_strndup(c->arena, text.p, text.n);
        inb__map_put(&c->texts, (inb__str){copy, text.n}, copy);
        kept = copy;
    }
    return (inb__str){kept, text.n};
}

const char *inb__catalog_name_text(inb__arena *arena, inb__name name)
{
    if (name.schema.n == 0 || inb__str_is(name.schema, "public")) {
        return inb__arena_strndup(arena, name.name.p ? name.name.p : "", name.name.n);
    }
    return inb__arena_printf(arena, "%.*s.%.*s", INB__STR_ARG(name.schema),
                             INB__STR_ARG(name.name));
}

/* A name as the catalogue keeps it. */
static inb__name resolve(const inb__catalog *c, inb__name name)
{
    if (name.schema.n == 0) {
        name.schema = c->path.n ? c->path : INB__STR("public");
    }
    return name;
}

/* A NUL cannot be in a name, so it parts the words of a key, which is good until the next is made.
 */
static inb__str key_of(const inb__catalog *c, const char *kind, inb__name name)
{
    name = resolve(c, name);
    inb__str schema = name.schema;
    size_t kind_n = strlen(kind), n = kind_n + 1 + schema.n + 1 + name.name.n;
    struct inb__catalog_key *key = c->key;
    if (key->size < n) {
        key->text = inb__arena_alloc(c->arena, 2 * n);
        key->size = 2 * n;
    }
    char *to = mempcpy(key->text, kind, kind_n + 1);
    if (schema.n) {
        to = mempcpy(to, schema.p, schema.n);
    }
    *to++ = '\0';
    if (name.name.n) {
        memcpy(to, name.name.p, name.name.n);
    }
    return (inb__str){key->text, n};
}

static void map_keep(inb__catalog *c, inb__map *map, inb__str key, void *value)
{
    inb__map_set(map, inb__catalog_keep(c, key), value);
}

static bool is_temporary(const inb__relation *r)
{
    return inb__str_is(r->name.schema, "pg_temp");
}

void inb__catalog_advance(inb__catalog *c)
{
    c->migration++;
    c->path = INB__STR("");
    for (size_t i = 0; c->temporary && i < c->relations.n; i++) {
        inb__relation *r = c->relations.entries[i].value;
        c->relations.entries[i].value = r && is_temporary(r) ? NULL : r;
    }
    c->temporary = false;
}

inb__relation *inb__catalog_relation_find(const inb__catalog *c, inb__name name)
{
    if (name.schema.n == 0 && c->temporary) {
        inb__name hidden = {INB__STR("pg_temp"), name.name};
        inb__relation *r = inb__map_get(&c->relations, key_of(c, "", hidden));
        if (r) {
            return r;
        }
    }
    return inb__map_get(&c->relations, key_of(c, "", name));
}

void inb__catalog_relation_place(inb__catalog *c, inb__relation *r, inb__name name)
{
    name = resolve(c, name);
    r->name = (inb__name){inb__catalog_keep(c, name.schema), inb__catalog_keep(c, name.name)};
    c->temporary |= is_temporary(r);
    map_keep(c, &c->relations, key_of(c, "", r->name), r);
}

void inb__catalog_name_made(inb__catalog *c, inb__str name)
{
    inb__str kept = inb__catalog_keep(c, name);
    c->founded = c->founded ? c->founded : c->migration;
    inb__map_put(&c->made, kept, (void *)kept.p);
}

static inb__relation *relation_put(inb__catalog *c, inb__name name, inb__relation_kind kind,
                                   uint32_t born)
{
    inb__relation *r = INB__NEW(c->arena, inb__relation);
    *r = (inb__relation){.kind = kind, .born = born};
    inb__catalog_relation_place(c, r, name);
    return r;
}

inb__relation *inb__catalog_relation_touch(inb__catalog *c, inb__name name)
{
    inb__relation *r = inb__catalog_relation_find(c, name);
    return r ? r : relation_put(c, name, INB__RELATION_UNKNOWN, 0);
}

uint32_t inb__catalog_born(const inb__catalog *c)
{
    return c->uncertain ? 0 : c->migration;
}

inb__relation *inb__catalog_relation_create(inb__catalog *c, inb__name name,
                                            inb__relation_kind kind)
{
    inb__catalog_name_made(c, name.name);
    return relation_put(c, name, kind, inb__catalog_born(c));
}

bool inb__catalog_relation_is_new(const inb__catalog *c, const inb__relation *r)
{
    return r && r->born == c->migration;
}

bool inb__catalog_relation_descends(const inb__relation *r, const inb__relation *from)
{
    for (; r && r->kind != INB__RELATION_INDEX; r = r->table) {
        if (r->table == from) {
            return true;
        }
    }
    return false;
}

inb__sql_column *inb__catalog_column_find(const inb__relation *r, inb__str name)
{
    for (size_t i = 0; r && i < r->columns.n; i++) {
        inb__sql_column *column = &r->columns.v[i];
        if (!column->dropped && inb__str_eq(column->name, name)) {
            return column;
        }
    }
    return NULL;
}

inb__sql_column *inb__catalog_column_touch(inb__catalog *c, inb__relation *r, inb__str name)
{
    inb__sql_column *column = inb__catalog_column_find(r, name);
    if (!column) {
        column = INB__VEC_PUSH(c->arena, &r->columns);
        *column = (inb__sql_column){.name = inb__catalog_keep(c, name), .type = INB__STR("")};
    }
    return column;
}

bool inb__catalog_index_reads(const inb__relation *index, inb__str column)
{
    return inb__catalog_column_find(index, column) || inb__catalog_strs_have(&index->uses, column);
}

inb__constraint *inb__catalog_constraint_find(const inb__relation *r, inb__str name)
{
    for (size_t i = 0; r && i < r->constraints.n; i++) {
        inb__constraint *found = &r->constraints.v[i];
        if (!found->dropped && inb__str_eq(found->name, name)) {
            return found;
        }
    }
    return NULL;
}

inb__constraint *inb__catalog_primary_key(const inb__relation *r)
{
    for (size_t i = 0; r && i < r->constraints.n; i++) {
        inb__constraint *k = &r->constraints.v[i];
        if (!k->dropped && k->kind == INB__CONSTRAINT_PRIMARY_KEY) {
            return k;
        }
    }
    return NULL;
}

static bool name_is_taken(const inb__catalog *c, inb__name name)
{
    if (inb__map_get(&c->relations, key_of(c, "", name))) {
        return true;
    }
    for (size_t i = 0; i < c->relations.n; i++) {
        const inb__relation *r = c->relations.entries[i].value;
        if (r && r->constraints.n && inb__str_eq(r->name.schema, name.schema) &&
            inb__catalog_constraint_find(r, name.name)) {
            return true;
        }
    }
    return false;
}

inb__str inb__catalog_name_choose(inb__catalog *c, inb__str schema, inb__str first, inb__str second,
                                  const char *label)
{
    char name[INB__NAME_SIZE];
    const char *numbered = label;
    inb__name_choose(name, first, second, label);
    for (unsigned n = 1; name_is_taken(c, (inb__name){schema, inb__str_of(name)}); n++) {
        numbered = inb__arena_printf(c->arena, "%s%u", label, n);
        inb__name_choose(name, first, second, numbered);
    }
    return inb__catalog_keep(c, inb__str_of(name));
}

bool inb__catalog_strs_have(const inb__strs *list, inb__str s)
{
    for (size_t i = 0; i < list->n; i++) {
        if (inb__str_eq(list->v[i], s)) {
            return true;
        }
    }
    return false;
}

bool inb__catalog_column_proven(const inb__relation *r, inb__str name)
{
    for (size_t i = 0; r && i < r->constraints.n; i++) {
        const inb__constraint *k = &r->constraints.v[i];
        bool check = k->kind == INB__CONSTRAINT_CHECK && inb__catalog_strs_have(&k->not_null, name);
        bool primary =
            k->kind == INB__CONSTRAINT_PRIMARY_KEY && inb__catalog_strs_have(&k->columns, name);
        if (!k->dropped && k->validated && (check || primary)) {
            return true;
        }
    }
    const inb__sql_column *column = inb__catalog_column_find(r, name);
    return column && column->not_null;
}

void inb__catalog_object_create(inb__catalog *c, const char *kind, inb__name name)
{
    uintptr_t born = c->uncertain ? BORN_EARLIER : c->migration;
    map_keep(c, &c->objects, key_of(c, kind, name), (void *)born);
}

void inb__catalog_object_drop(inb__catalog *c, const char *kind, inb__name name)
{
    map_keep(c, &c->objects, key_of(c, kind, name), NULL);
}

void inb__catalog_object_move(inb__catalog *c, const char *kind, inb__name from, inb__name to)
{
    void *born = inb__map_get(&c->objects, key_of(c, kind, from));
    inb__catalog_object_drop(c, kind, from);
    map_keep(c, &c->objects, key_of(c, kind, to), born);
}

bool inb__catalog_object_is_certain(const inb__catalog *c, const char *kind, inb__name name)
{
    uintptr_t born = (uintptr_t)inb__map_get(&c->objects, key_of(c, kind, name));
    return born && born != BORN_EARLIER;
}

bool inb__catalog_object_is_known(const inb__catalog *c, const char *kind, inb__name name)
{
    return inb__map_get(&c->objects, key_of(c, kind, name)) != NULL;
}

bool inb__catalog_object_is_new(const inb__catalog *c, const char *kind, inb__name name)
{
    return (uintptr_t)inb__map_get(&c->objects, key_of(c, kind, name)) == c->migration;
}

inb__domain *inb__catalog_domain_find(const inb__catalog *c, inb__name name)
{
    return inb__map_get(&c->domains, key_of(c, "", name));
}

inb__domain *inb__catalog_domain_create(inb__catalog *c, inb__name name)
{
    inb__domain *d = INB__NEW(c->arena, inb__domain);
    *d = (inb__domain){.base = INB__STR("")};
    map_keep(c, &c->domains, key_of(c, "", name), d);
    return d;
}

/* The name in a column's canonical type. */
static inb__name type_name(inb__str type)
{
    const char *dot = type.n ? memrchr(type.p, '.', type.n) : NULL;
    size_t n = dot ? (size_t)(dot - type.p) : 0;
    return (inb__name){{type.p, n}, dot ? (inb__str){dot + 1, type.n - n - 1} : type};
}

inb__domain *inb__catalog_domain_of_type(const inb__catalog *c, inb__str type)
{
    return inb__catalog_domain_find(c, type_name(type));
}

inb__sql_enum *inb__catalog_enum_find(const inb__catalog *c, inb__name name)
{
    return inb__map_get(&c->enums, key_of(c, "", name));
}

static void enum_put(inb__catalog *c, inb__sql_enum *e, inb__name name)
{
    name = resolve(c, name);
    e->name = (inb__name){inb__catalog_keep(c, name.schema), inb__catalog_keep(c, name.name)};
    map_keep(c, &c->enums, key_of(c, "", e->name), e);
}

inb__sql_enum *inb__catalog_enum_create(inb__catalog *c, inb__name name)
{
    inb__sql_enum *e = INB__NEW(c->arena, inb__sql_enum);
    *e = (inb__sql_enum){0};
    enum_put(c, e, name);
    return e;
}

void inb__catalog_enum_drop(inb__catalog *c, inb__name name)
{
    map_keep(c, &c->enums, key_of(c, "", name), NULL);
}

void inb__catalog_enum_move(inb__catalog *c, inb__name from, inb__name to)
{
    inb__sql_enum *e = inb__catalog_enum_find(c, from);
    if (e) {
        inb__catalog_enum_drop(c, from);
        enum_put(c, e, to);
    }
}

inb__sql_enum *inb__catalog_enum_of_type(const inb__catalog *c, inb__str type)
{
    return inb__catalog_enum_find(c, type_name(type));
}

bool inb__catalog_type_may_be_row(const inb__catalog *c, inb__str type)
{
    const inb__domain *domain = inb__catalog_domain_of_type(c, type);
    inb__name name = type_name(domain ? domain->base : type);
    return !inb__catalog_enum_find(c, name) &&
           (inb__catalog_object_is_known(c, "OBJECT_TYPE", name) ||
            inb__catalog_relation_find(c, name));
}

bool inb__catalog_relation_is_there(const inb__catalog *c, const inb__relation *r)
{
    return r && inb__map_get(&c->relations, key_of(c, "", r->name)) == r;
}

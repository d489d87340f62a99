/* Whether a relation that a statement needs can be there, as far as the migrations tell. */
#include "config.h"

#include "sql/classifier.h"

/* Extensions that have types, functions and operators, and no relation. */
static const char *const without_relations[] = {
    "btree_gin",       "btree_gist", "citext",    "cube",   "earthdistance", "fuzzystrmatch",
    "hstore",          "intarray",   "isn",       "ltree",  "moddatetime",   "pg_trgm",
    "pg_uuidv7",       "pgcrypto",   "plpgsql",   "seg",    "tablefunc",     "tcn",
    "tsm_system_rows", "unaccent",   "uuid-ossp", "vector", "xml2",
};

/* Relations of extensions and platforms that lie in the schema public. */
static const char *const of_platforms[] = {"spatial_ref_sys",   "geometry_columns",
                                           "geography_columns", "raster_columns",
                                           "raster_overviews",  "_prisma_migrations"};

/* Endings of the names that the server makes up for sequences and indexes. */
static const char *const made_up[] = {"_seq", "_pkey", "_key", "_idx", "_excl"};

#define IS_AMONG(name, list) is_among(name, list, sizeof(list) / sizeof(list[0]))

static bool is_among(inb__str name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (inb__str_is(name, list[i])) {
            return true;
        }
    }
    return false;
}

static bool is_made_up(inb__str name)
{
    for (size_t i = 0; i < sizeof(made_up) / sizeof(made_up[0]); i++) {
        size_t n = strlen(made_up[i]);
        if (name.n > n && memcmp(name.p + name.n - n, made_up[i], n) == 0) {
            return true;
        }
    }
    return false;
}

static bool starts_as_systems(inb__str name)
{
    return name.n >= 3 && memcmp(name.p, "pg_", 3) == 0;
}

/* Whether all of the schema is the migrations' own work. */
static bool schema_is_ours(const inb__catalog *c, inb__str schema)
{
    inb__name name = {INB__STR(""), schema};
    return inb__str_is(schema, "public") || inb__catalog_object_is_known(c, "OBJECT_SCHEMA", name);
}

void inb__relation_extension(inb__classifier *c, inb__str extension)
{
    c->catalog->unseen |= !IS_AMONG(extension, without_relations);
}

void inb__relation_import(inb__classifier *c)
{
    c->catalog->unseen = true;
}

void inb__relation_needed(inb__classifier *c, inb__relation *r)
{
    inb__catalog *catalog = c->catalog;
    bool hidden = catalog->opaque || catalog->partial || catalog->unseen;
    if (!r || r->kind != INB__RELATION_UNKNOWN || r->born || hidden) {
        return;
    }
    inb__str name = r->name.name;
    if (starts_as_systems(name) || is_made_up(name) || IS_AMONG(name, of_platforms) ||
        !schema_is_ours(catalog, r->name.schema)) {
        return;
    }
    r->needed = true;
    catalog->extends |= catalog->founded == 0 || catalog->founded == catalog->migration;
    if (!catalog->extends && !inb__map_get(&catalog->made, name)) {
        inb__classify_fails(
            c,
            "Create it before, or correct the name. What a database has from before "
            "its first migration belongs in a baseline migration.",
            "no migration before this statement creates \"%.*s\"", INB__STR_ARG(name));
    }
}

/* Checks the generators, and collects their preview features. */
#include "config.h"

#include "psl/checker.h"
#include "psl/expr.h"
#include "psl/properties.h"
#include "psl/suggest.h"

/* ---- preview features ------------------------------------------------------------------------ */

typedef enum preview_state {
    PREVIEW_ACTIVE,
    PREVIEW_POSTGRES, /* active with a datasource only */
    PREVIEW_OVER      /* part of the language, or removed: has no effect */
} preview_state;

/* Every feature that a version of Prisma up to 8.1 knew. Their names are compared without regard to
 * case. */
static const struct preview {
    const char *name;
    preview_state state;
    unsigned bit;
} previews[] = {
    {"nativeDistinct", PREVIEW_ACTIVE, 0},
    {"partialIndexes", PREVIEW_ACTIVE, INB__DM_PREVIEW_PARTIAL_INDEXES},
    {"postgresqlExtensions", PREVIEW_ACTIVE, INB__DM_PREVIEW_POSTGRESQL_EXTENSIONS},
    {"reactNative", PREVIEW_ACTIVE, 0},
    {"relationJoins", PREVIEW_ACTIVE, 0},
    {"schemaEngineDriverAdapters", PREVIEW_ACTIVE, 0},
    {"shardKeys", PREVIEW_ACTIVE, INB__DM_PREVIEW_SHARD_KEYS},
    {"strictUndefinedChecks", PREVIEW_ACTIVE, 0},
    {"typedSql", PREVIEW_ACTIVE, 0},
    {"views", PREVIEW_ACTIVE, INB__DM_PREVIEW_VIEWS},
    {"fullTextSearchPostgres", PREVIEW_POSTGRES, 0},
    {"aggregateApi", PREVIEW_OVER, 0},
    {"atomicNumberOperations", PREVIEW_OVER, 0},
    {"clientExtensions", PREVIEW_OVER, 0},
    {"cockroachdb", PREVIEW_OVER, 0},
    {"connectOrCreate", PREVIEW_OVER, 0},
    {"createMany", PREVIEW_OVER, 0},
    {"dataProxy", PREVIEW_OVER, 0},
    {"deno", PREVIEW_OVER, 0},
    {"distinct", PREVIEW_OVER, 0},
    {"driverAdapters", PREVIEW_OVER, 0},
    {"esm", PREVIEW_OVER, 0},
    {"extendedIndexes", PREVIEW_OVER, 0},
    {"extendedWhereUnique", PREVIEW_OVER, 0},
    {"fieldReference", PREVIEW_OVER, 0},
    {"filterJson", PREVIEW_OVER, 0},
    {"filteredRelationCount", PREVIEW_OVER, 0},
    {"fullTextIndex", PREVIEW_OVER, 0},
    {"fullTextSearch", PREVIEW_OVER, 0},
    {"groupBy", PREVIEW_OVER, 0},
    {"improvedQueryRaw", PREVIEW_OVER, 0},
    {"interactiveTransactions", PREVIEW_OVER, 0},
    {"jsonProtocol", PREVIEW_OVER, 0},
    {"metrics", PREVIEW_OVER, 0},
    {"microsoftSqlServer", PREVIEW_OVER, 0},
    {"middlewares", PREVIEW_OVER, 0},
    {"mongoDb", PREVIEW_OVER, 0},
    {"multiSchema", PREVIEW_OVER, 0},
    {"nApi", PREVIEW_OVER, 0},
    {"namedConstraints", PREVIEW_OVER, 0},
    {"nativeTypes", PREVIEW_OVER, 0},
    {"omitApi", PREVIEW_OVER, 0},
    {"orderByAggregateGroup", PREVIEW_OVER, 0},
    {"orderByNulls", PREVIEW_OVER, 0},
    {"orderByRelation", PREVIEW_OVER, 0},
    {"prismaSchemaFolder", PREVIEW_OVER, 0},
    {"queryCompiler", PREVIEW_OVER, 0},
    {"referentialActions", PREVIEW_OVER, 0},
    {"referentialIntegrity", PREVIEW_OVER, 0},
    {"selectRelationCount", PREVIEW_OVER, 0},
    {"tracing", PREVIEW_OVER, 0},
    {"transactionApi", PREVIEW_OVER, 0},
    {"uncheckedScalarInputs", PREVIEW_OVER, 0},
};

#define PREVIEWS (sizeof(previews) / sizeof(previews[0]))

static const struct preview *preview_find(inb__str name)
{
    for (size_t i = 0; i < PREVIEWS; i++) {
        if (inb__ascii_eq_nocase(name, inb__str_of(previews[i].name))) {
            return &previews[i];
        }
    }
    return NULL;
}

static void preview_unknown(inb__psl_checker *c, inb__str name, inb__span span)
{
    inb__nearest s = inb__nearest_to(name);
    inb__psl_error(c->d, span, "unknown preview feature \"%.*s\"", INB__STR_ARG(name));
    for (size_t i = 0; i < PREVIEWS; i++) {
        if (previews[i].state == PREVIEW_ACTIVE) {
            inb__nearest_consider(&s, inb__str_of(previews[i].name));
        }
    }
    if (s.best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s.best));
    } else {
        inb__psl_hint(c->d, "Remove it; the preview features that change a PostgreSQL schema are "
                            "partialIndexes, postgresqlExtensions and views.");
    }
}

/* Prisma reads the configuration file by file: a generator sees only the datasource of its own
 * file. */
static bool is_for_postgres(const inb__psl_checker *c, inb__span span)
{
    return c->datasources[span.file] > 0;
}

/* The feature's bit, 0 for one that changes nothing here. */
static unsigned preview_read(inb__psl_checker *c, inb__str name, inb__span span)
{
    const struct preview *p = preview_find(name);
    if (!p || (p->state == PREVIEW_POSTGRES && !is_for_postgres(c, span))) {
        preview_unknown(c, name, span);
        return 0;
    }
    if (p->state != PREVIEW_OVER) {
        return p->bit;
    }
    if (is_for_postgres(c, span) && strcmp(p->name, "fullTextSearch") == 0) {
        inb__psl_warning(c->d, span, "the preview feature \"fullTextSearch\" has been renamed");
        inb__psl_hint(c->d, "Write \"fullTextSearchPostgres\".");
    } else {
        inb__psl_warning(c->d, span, "the preview feature \"%.*s\" is no longer needed",
                         INB__STR_ARG(name));
        inb__psl_hint(c->d, "Remove it from the list.");
    }
    return p->bit;
}

static unsigned previews_read(inb__psl_checker *c, const inb__psl_property *p)
{
    unsigned bits = 0;
    inb__psl_expr *const *items;
    size_t n = inb__psl_expr_items(&items, &p->value);
    bool ok = true;
    inb__str *names = INB__NEW_N(c->arena, inb__str, n + 1);
    for (size_t i = 0; i < n; i++) {
        ok = inb__psl_expr_string(c, items[i], &names[i]) && ok;
    }
    for (size_t i = 0; ok && i < n; i++) {
        bits |= preview_read(c, names[i], p->value->span);
    }
    return bits;
}

/* ---- the block ------------------------------------------------------------------------------- */

/* Any key is allowed, for the generator's own use; only env() is checked. An
 * object is not a value: Prisma drops the whole generator then, its preview features included, and
 * says nothing. */
static bool value_check(inb__psl_checker *c, const inb__psl_expr *e)
{
    inb__str ignored;
    if (inb__psl_expr_is_env(e)) {
        return inb__psl_expr_string_or_env(c, e, &ignored);
    }
    if (e->kind == INB__PSL_OBJECT) {
        return false;
    }
    for (size_t i = 0; e->kind == INB__PSL_ARRAY && i < e->n; i++) {
        if (!value_check(c, e->items[i])) {
            return false;
        }
    }
    return true;
}

static bool provider_read(inb__psl_checker *c, const inb__psl_block *block,
                          inb__psl_properties *props, inb__str *out)
{
    const inb__psl_property *p = inb__psl_properties_take(props, "provider");
    if (!p) {
        inb__psl_error(c->d, block->span, "the generator \"%.*s\" has no provider",
                       INB__STR_ARG(block->name.name));
        inb__psl_hint(c->d, "Add provider = \"prisma-client\", or the name of another generator.");
        return false;
    }
    return inb__psl_expr_string_or_env(c, p->value, out);
}

static void strings_check(inb__psl_checker *c, inb__psl_properties *props)
{
    inb__str ignored;
    inb__psl_expr *const *items;
    const inb__psl_property *p = inb__psl_properties_take(props, "output");
    if (p) {
        (void)inb__psl_expr_string_or_env(c, p->value, &ignored);
    }
    p = inb__psl_properties_take(props, "binaryTargets");
    size_t n = p ? inb__psl_expr_items(&items, &p->value) : 0;
    for (size_t i = 0; i < n; i++) {
        (void)inb__psl_expr_string_or_env(c, items[i], &ignored);
    }
}

static void generator_read(inb__psl_checker *c, const inb__psl_block *block)
{
    inb__psl_properties props;
    inb__str ignored;
    inb__dm_generator *out = &c->dm->generators[c->dm->n_generators];
    *out = (inb__dm_generator){.name = block->name.name, .doc = block->documentation, .ast = block};
    if (!inb__psl_properties_open(&props, c, block)) {
        return;
    }
    const inb__psl_property *p = inb__map_get(&props.map, INB__STR("engineType"));
    if (p) {
        (void)inb__psl_expr_string(c, p->value, &ignored);
    }
    if (!provider_read(c, block, &props, &out->provider)) {
        return;
    }
    strings_check(c, &props);
    p = inb__psl_properties_take(&props, "previewFeatures");
    unsigned bits = p ? previews_read(c, p) : 0;
    while ((p = inb__psl_properties_next(&props))) {
        if (!value_check(c, p->value)) {
            return;
        }
    }
    c->dm->previews |= bits;
    c->dm->n_generators++;
}

void inb__psl_check_generators(inb__psl_checker *c)
{
    c->dm->generators = INB__NEW_N(c->arena, inb__dm_generator, c->schema->n_blocks + 1);
    for (size_t i = 0; i < c->schema->n_blocks; i++) {
        if (c->schema->blocks[i]->kind == INB__PSL_GENERATOR) {
            generator_read(c, c->schema->blocks[i]);
        }
    }
}

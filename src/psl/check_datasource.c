/* Checks the datasource: provider, relation mode, extensions and schemas. */
#include "config.h"

#include "psl/checker.h"
#include "psl/expr.h"
#include "psl/properties.h"
#include "psl/suggest.h"

static const inb__psl_provider postgres = {
    .name = "postgresql",
    .is_postgres = true,
    .identifier_limit = 63,
    .named_keys = true,
    .named_foreign_keys = true,
    .scalar_lists = true,
    .json_lists = true,
    .decimals = true,
    .free_autoincrement = true,
    .all_algorithms = true,
    .partial_indexes = true,
    .references_in_any_order = true,
    .schemas = true,
};

/* ---- provider -------------------------------------------------------------------------------- */

static bool provider_is_foreign(inb__str name)
{
    static const char *const names[] = {"mysql", "sqlite", "sqlserver", "mongodb", "cockroachdb"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (inb__str_is(name, names[i])) {
            return true;
        }
    }
    return false;
}

static bool provider_text(inb__psl_checker *c, const inb__psl_block *block,
                          const inb__psl_property *p, inb__str *out)
{
    if (!p) {
        inb__psl_error(c->d, block->span, "the datasource \"%.*s\" has no provider",
                       INB__STR_ARG(block->name.name));
        inb__psl_hint(c->d, "Add provider = \"postgresql\".");
        return false;
    }
    if (inb__psl_expr_is_env(p->value)) {
        inb__psl_error(c->d, block->span, "the provider cannot come from env()");
        inb__psl_hint(c->d, "Write provider = \"postgresql\".");
        return false;
    }
    if (p->value->kind != INB__PSL_STRING || p->value->value.n == 0) {
        inb__psl_error(c->d, p->value->span,
                       "the provider must be the name of a database, as a string");
        inb__psl_hint(c->d, "Write provider = \"postgresql\".");
        return false;
    }
    *out = p->value->value;
    return true;
}

static bool provider_read(inb__psl_checker *c, const inb__psl_block *block,
                          inb__psl_properties *props, inb__str *out)
{
    const inb__psl_property *p = inb__psl_properties_take(props, "provider");
    if (!provider_text(c, block, p, out)) {
        return false;
    }
    if (inb__str_is(*out, "postgresql") || inb__str_is(*out, "postgres")) {
        return true;
    }
    if (provider_is_foreign(*out)) {
        inb__psl_error(c->d, p->value->span, "the provider \"%.*s\" is not supported here",
                       INB__STR_ARG(*out));
        inb__psl_hint(c->d, "inboard migrates PostgreSQL only.");
    } else {
        inb__psl_error(c->d, p->value->span, "unknown provider \"%.*s\"", INB__STR_ARG(*out));
        inb__psl_hint(c->d, "Write provider = \"postgresql\".");
    }
    return false;
}

/* ---- relation mode --------------------------------------------------------------------------- */

static const inb__psl_property *relation_mode_find(inb__psl_checker *c, inb__psl_properties *props)
{
    const inb__psl_property *mode = inb__psl_properties_take(props, "relationMode");
    const inb__psl_property *old = inb__psl_properties_take(props, "referentialIntegrity");
    if (old) {
        inb__psl_warning(c->d, old->span,
                         "\"referentialIntegrity\" has been renamed to \"relationMode\"");
        inb__psl_hint(c->d, "Rename the key.");
    }
    if (mode && old) {
        inb__psl_error(c->d, old->span,
                       "\"referentialIntegrity\" and \"relationMode\" cannot both be set");
        inb__psl_hint(c->d, "Keep \"relationMode\".");
        return NULL;
    }
    return mode ? mode : old;
}

static void relation_mode_read(inb__psl_checker *c, inb__psl_properties *props,
                               inb__dm_datasource *out)
{
    inb__str text;
    const inb__psl_property *p = relation_mode_find(c, props);
    if (!p || !inb__psl_expr_string(c, p->value, &text)) {
        return;
    }
    bool is_prisma = inb__str_is(text, "prisma");
    if (!is_prisma && !inb__str_is(text, "foreignKeys")) {
        inb__psl_error(c->d, props->block->span, "unknown relation mode \"%.*s\"",
                       INB__STR_ARG(text));
        inb__psl_hint(c->d, "Write \"foreignKeys\" or \"prisma\".");
        return;
    }
    out->relation_mode_written = true;
    out->relation_mode =
        is_prisma ? INB__DM_RELATION_MODE_PRISMA : INB__DM_RELATION_MODE_FOREIGN_KEYS;
}

/* ---- extensions ------------------------------------------------------------------------------ */

static void extension_text(inb__psl_checker *c, const inb__psl_arg *arg, inb__str *out)
{
    if (!inb__psl_expr_string(c, arg->value, out)) {
        inb__psl_error(c->d, arg->span, "the argument \"%.*s\" of an extension must be a string",
                       INB__STR_ARG(arg->name.name));
        inb__psl_hint(c->d, "Write it in quotes.");
    }
}

static void extension_arg(inb__psl_checker *c, inb__map *seen, const inb__psl_arg *arg,
                          inb__dm_extension *out)
{
    inb__str name = arg->name.name, ignored;
    if (!arg->value) {
        return;
    }
    if (name.n == 0) {
        inb__psl_error(c->d, arg->span, "the arguments of an extension must be named");
        inb__psl_hint(c->d, "Write map:, schema: or version: before the value.");
    } else if (inb__map_put(seen, name, (void *)arg)) {
        inb__psl_error(c->d, arg->span, "the argument \"%.*s\" is given twice", INB__STR_ARG(name));
        inb__psl_hint(c->d, "Keep one of the two.");
    } else if (inb__str_is(name, "map")) {
        extension_text(c, arg, &out->db_name);
    } else if (inb__str_is(name, "schema")) {
        extension_text(c, arg, &out->schema);
    } else if (inb__str_is(name, "version")) {
        extension_text(c, arg, &out->version);
    } else {
        inb__psl_expr_string(c, arg->value, &ignored);
        inb__psl_error(c->d, arg->span, "an extension has no argument \"%.*s\"",
                       INB__STR_ARG(name));
        inb__psl_hint(c->d, "The arguments are map, schema and version.");
    }
}

static void extension_read(inb__psl_checker *c, const inb__psl_expr *e, inb__dm_extension *out)
{
    inb__map seen;
    inb__map_init(&seen, c->arena);
    *out = (inb__dm_extension){.name = e->value, .db_name = e->value};
    for (size_t i = 0; e->kind == INB__PSL_FUNCTION && i < e->args->n; i++) {
        extension_arg(c, &seen, &e->args->v[i], out);
    }
}

static void extensions_read(inb__psl_checker *c, inb__psl_properties *props,
                            inb__psl_checked_source *out)
{
    const inb__psl_property *p = inb__psl_properties_take(props, "extensions");
    inb__psl_expr *const *items;
    size_t n = p ? inb__psl_expr_items(&items, &p->value) : 0;
    bool ok = p != NULL;
    for (size_t i = 0; i < n; i++) {
        if (items[i]->kind != INB__PSL_CONSTANT && items[i]->kind != INB__PSL_FUNCTION) {
            inb__psl_expr_mismatch(c, items[i], "the name of an extension without quotes");
            ok = false;
        }
    }
    if (!ok) {
        return;
    }
    out->dm.extensions = INB__NEW_N(c->arena, inb__dm_extension, n + 1);
    out->dm.n_extensions = n;
    out->extension_spans = INB__NEW_N(c->arena, inb__span, n + 1);
    out->has_extensions = true;
    out->extensions_span = p->span;
    for (size_t i = 0; i < n; i++) {
        extension_read(c, items[i], &out->dm.extensions[i]);
        out->extension_spans[i] = items[i]->span;
    }
}

/* ---- schemas --------------------------------------------------------------------------------- */

static void schemas_check_repeated(inb__psl_checker *c, const inb__dm_datasource *source,
                                   const inb__psl_expr *list)
{
    inb__psl_expr *const *items, *self = (inb__psl_expr *)list;
    inb__map seen;
    inb__map_init(&seen, c->arena);
    size_t n = inb__psl_expr_items(&items, &self);
    for (size_t i = 0; i < n; i++) {
        const inb__psl_expr *before = inb__map_set(&seen, source->schemas[i], items[i]);
        if (before) {
            inb__psl_error(c->d, before->span, "the schema \"%.*s\" is listed twice",
                           INB__STR_ARG(source->schemas[i]));
            inb__psl_hint(c->d, "Remove one of the two.");
        }
    }
}

static void schemas_read(inb__psl_checker *c, inb__psl_properties *props, inb__dm_datasource *out)
{
    const inb__psl_property *p = inb__psl_properties_take(props, "schemas");
    if (!p) {
        return;
    }
    inb__psl_expr *const *items;
    size_t n = inb__psl_expr_items(&items, &p->value);
    bool ok = true;
    out->schemas = INB__NEW_N(c->arena, inb__str, n + 1);
    for (size_t i = 0; i < n; i++) {
        ok = inb__psl_expr_string(c, items[i], &out->schemas[i]) && ok;
    }
    if (!ok) {
        return;
    }
    if (n == 0) {
        inb__psl_error(c->d, p->value->span, "the list of schemas is empty");
        inb__psl_hint(c->d, "List at least one, or remove the key.");
        return;
    }
    out->n_schemas = n;
    schemas_check_repeated(c, out, p->value);
}

/* ---- the block ------------------------------------------------------------------------------- */

/*
 * Where older projects keep connection URLs. Prisma 7 has moved them out of the schema and refuses
 * them; inboard takes the URL from the environment and ignores them.
 */
static void urls_read(inb__psl_checker *c, inb__psl_properties *props)
{
    static const char *const keys[] = {"url", "directUrl", "shadowDatabaseUrl"};
    inb__str ignored;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const inb__psl_property *p = inb__psl_properties_take(props, keys[i]);
        if (p) {
            (void)inb__psl_expr_string_or_env(c, p->value, &ignored);
        }
    }
}

static void key_hint(inb__psl_checker *c, inb__str name)
{
    const inb__str keys[] = {INB__STR("provider"), INB__STR("relationMode"), INB__STR("schemas"),
                             INB__STR("extensions")};
    const size_t n = sizeof(keys) / sizeof(keys[0]);
    inb__nearest s = inb__nearest_to(name);
    for (size_t i = 0; i < n; i++) {
        inb__nearest_consider(&s, keys[i]);
    }
    inb__psl_suggest_known(c, &s, keys, n);
}

static void rest_refuse(inb__psl_checker *c, inb__psl_properties *props)
{
    const inb__psl_property *p = inb__psl_properties_take(props, "previewFeatures");
    if (p) {
        inb__psl_error(c->d, p->span, "preview features belong to a generator");
        inb__psl_hint(c->d, "Move the line into the generator block.");
    }
    while ((p = inb__psl_properties_next(props))) {
        inb__psl_error(c->d, p->span, "a datasource has no key \"%.*s\"",
                       INB__STR_ARG(p->name.name));
        key_hint(c, p->name.name);
    }
}

static inb__dm_datasource *datasource_read(inb__psl_checker *c, const inb__psl_block *block)
{
    inb__psl_properties props;
    inb__psl_checked_source *source = INB__NEW(c->arena, inb__psl_checked_source);
    inb__dm_datasource *out = &source->dm;
    out->name = block->name.name;
    out->doc = block->documentation;
    out->ast = block;
    if (!inb__psl_properties_open(&props, c, block) ||
        !provider_read(c, block, &props, &out->provider)) {
        return NULL;
    }
    relation_mode_read(c, &props, out);
    extensions_read(c, &props, source);
    urls_read(c, &props);
    schemas_read(c, &props, out);
    rest_refuse(c, &props);
    return out;
}

/* Prisma counts in each file alone; the first datasource of all is the one that holds. */
void inb__psl_check_datasources(inb__psl_checker *c)
{
    c->datasources = INB__NEW_N(c->arena, size_t, c->schema->n_files + 1);
    for (size_t i = 0; i < c->schema->n_blocks; i++) {
        const inb__psl_block *block = c->schema->blocks[i];
        inb__dm_datasource *source =
            block->kind == INB__PSL_DATASOURCE ? datasource_read(c, block) : NULL;
        if (!source) {
            continue;
        }
        c->datasources[block->span.file]++;
        if (!c->dm->datasource) {
            c->dm->datasource = source;
            c->provider = &postgres;
        }
    }
    for (size_t i = 0; i < c->schema->n_blocks; i++) {
        const inb__psl_block *block = c->schema->blocks[i];
        if (block->kind == INB__PSL_DATASOURCE && c->datasources[block->span.file] > 1) {
            inb__psl_error(c->d, block->span, "a schema can have only one datasource");
            inb__psl_hint(c->d, "Keep one of them.");
        }
    }
}

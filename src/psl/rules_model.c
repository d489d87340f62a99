/* Rules of models and views, composite types, extensions and autoincrement(). */
#include "config.h"

#include "psl/check_parts.h"
#include "psl/criterion.h"
#include "psl/rules.h"
#include "psl/suggest.h"

/* ---- composite types, unknown functions, extensions ------------------------------------------ */

typedef INB__VEC(inb__psl_checked_field *) field_stack;

/* The fields of a type that make it contain another: required ones. */
static void nested_push(inb__psl_checker *c, field_stack *stack, const inb__psl_checked_top *type)
{
    for (size_t i = 0; i < type->n_all; i++) {
        inb__psl_checked_field *f = type->all[i];
        if (f->composite && f->dm.arity == INB__DM_REQUIRED) {
            INB__VEC_ADD(c->arena, stack, f);
        }
    }
}

static void endless_report(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    inb__psl_error(c->d, f->dm.ast->span, "the composite type \"%.*s\" contains itself",
                   INB__STR_ARG(f->composite->block->name.name));
    inb__psl_hint(c->d, "Make the field optional or a list.");
}

/* Types that are entered altogether: a schema with more is refused without naming each cycle. */
#define TYPES_ENTERED_MAX 1000000

/* Searches a path from one field back to its type; each type is entered once. */
static void endless_find(inb__psl_checker *c, inb__psl_checked_field *root, size_t *entered_types)
{
    field_stack stack = {0};
    inb__map entered;
    inb__map_init(&entered, c->arena);
    INB__VEC_ADD(c->arena, &stack, root);
    while (stack.n && *entered_types < TYPES_ENTERED_MAX) {
        inb__psl_checked_field *f = stack.v[--stack.n];
        if (f->composite == f->owner || (f != root && f->composite == root->composite)) {
            endless_report(c, f);
        } else if (!inb__map_put(&entered, f->composite->block->name.name, f)) {
            nested_push(c, &stack, f->composite);
            *entered_types += 1 + f->composite->n_all;
        }
    }
}

void inb__psl_rules_model_composites(inb__psl_checker *c)
{
    field_stack roots = {0};
    for (size_t i = 0; i < c->schema->n_blocks; i++) {
        if (c->schema->blocks[i]->kind == INB__PSL_TYPE) {
            nested_push(c, &roots, c->tops[i]);
        }
    }
    for (size_t i = 0, entered = 0; i < roots.n && entered < TYPES_ENTERED_MAX; i++) {
        endless_find(c, roots.v[i], &entered);
    }
    for (size_t i = 0; i < c->schema->n_blocks; i++) {
        const inb__psl_block *block = c->schema->blocks[i];
        if (block->kind == INB__PSL_TYPE) {
            inb__psl_error(c->d, block->span, "composite types are not supported for PostgreSQL");
            inb__psl_hint(c->d, "Make \"%.*s\" a model with a relation, or a column of type Json.",
                          INB__STR_ARG(block->name.name));
        }
    }
}

void inb__psl_rules_model_defaults(inb__psl_checker *c)
{
    for (size_t i = 0; i < c->unknown_defaults.n; i++) {
        const inb__psl_expr *e = c->unknown_defaults.v[i]->default_expr;
        inb__psl_error(c->d, e->span, "unknown function %.*s() in @default",
                       INB__STR_ARG(e->value));
        inb__nearest s = inb__nearest_to(e->value);
        const char *name;
        for (size_t k = 0; (name = inb__psl_check_default_function(k)) != NULL; k++) {
            inb__nearest_consider(&s, inb__str_of(name));
        }
        if (s.best.n) {
            inb__psl_hint(c->d, "Did you mean %.*s()?", INB__STR_ARG(s.best));
        } else {
            inb__psl_hint(c->d, "Write an expression of the database as dbgenerated(\"…\").");
        }
    }
}

void inb__psl_rules_model_extensions(inb__psl_checker *c)
{
    const inb__psl_checked_source *source = (const inb__psl_checked_source *)c->dm->datasource;
    if (!source || !source->has_extensions) {
        return;
    }
    if (!(c->dm->previews & INB__DM_PREVIEW_POSTGRESQL_EXTENSIONS)) {
        inb__psl_error(c->d, source->extensions_span, "extensions are a preview feature");
        inb__psl_hint(c->d, "Add \"postgresqlExtensions\" to the generator's previewFeatures.");
        return;
    }
    for (size_t i = 0; i < source->dm.n_extensions; i++) {
        inb__str name = source->dm.extensions[i].name;
        const char *what = NULL;
        if (name.n && inb__is_digit(name.p[0])) {
            what = "cannot begin with a digit";
        } else if (memchr(name.p, '-', name.n)) {
            what = "cannot contain \"-\"";
        }
        if (what) {
            inb__psl_error(c->d, source->extension_spans[i],
                           "the name of an extension %s: \"%.*s\"", what, INB__STR_ARG(name));
            inb__psl_hint(c->d, "Choose another name, and keep the database's with map: \"%.*s\".",
                          INB__STR_ARG(name));
        }
    }
}

/* ---- unique keys --------------------------------------------------------------- */

static void criterion_check(inb__psl_checker *c, const inb__psl_checked_top *top)
{
    inb__psl_criterion ignored;
    if (!top->model->is_ignored && !inb__psl_criterion_strict(top->model, &ignored)) {
        inb__psl_error(c->d, top->block->span,
                       "\"%.*s\" has no primary key and no unique key of required fields",
                       INB__STR_ARG(top->model->name));
        inb__psl_hint(c->d,
                      "Put @id or @unique on a required field, or @@id([…]) or @@unique([…]) on "
                      "several.");
    }
}

/* ---- primary keys ---------------------------------------------------------------------------- */

static void key_name_rules(inb__psl_checker *c, inb__psl_rules *r, const inb__psl_checked_top *top)
{
    const inb__dm_primary_key *pk = top->model->primary_key;
    if (!c->provider->named_keys) {
        return;
    }
    inb__psl_rules_names_length(c, pk->attr, pk->db_name);
    inb__span span = inb__psl_ast_argument_span(pk->attr, "map");
    if (inb__psl_rules_names_taken_in_schema(r, c, top->model, pk->db_name)) {
        inb__psl_rules_names_refuse(c, span, pk->db_name, "the schema");
    }
    if (inb__psl_rules_names_taken_in_model(r, top->model, pk->db_name)) {
        inb__psl_rules_names_refuse(c, span, pk->db_name, "the table");
    }
}

static void key_refuse(inb__psl_checker *c, const inb__dm_primary_key *pk, const char *what)
{
    inb__psl_error(c->d, pk->attr->span, "a PostgreSQL primary key has no \"%s\"", what);
    inb__psl_hint(c->d, "Remove the argument.");
}

static void key_argument_rules(inb__psl_checker *c, const inb__psl_checked_top *top)
{
    const inb__psl_checked_key *key = (const inb__psl_checked_key *)top->model->primary_key;
    const inb__dm_primary_key *pk = &key->dm;
    if (pk->is_mapped && !c->provider->named_keys) {
        inb__psl_error(c->d, top->block->span, "the name of a primary key requires a datasource");
        inb__psl_suggest_datasource(c);
    }
    if (key->has_length) {
        key_refuse(c, pk, "length");
    }
    for (size_t i = 0; i < pk->n_fields; i++) {
        if (pk->fields[i].sort != INB__SORT_NONE) {
            key_refuse(c, pk, "sort");
            break;
        }
    }
}

static void key_rules(inb__psl_checker *c, inb__psl_rules *r, const inb__psl_checked_top *top)
{
    const inb__dm_primary_key *pk = top->model->primary_key;
    if (!pk) {
        return;
    }
    key_name_rules(c, r, top);
    inb__psl_rules_names_client_unique(c, r, top->model, pk->name, pk->attr);
    if (pk->n_fields == 0) {
        inb__psl_error(c->d, pk->attr->span, "the field list of a key is empty");
        inb__psl_hint(c->d, "Name at least one field.");
    }
    if (inb__psl_rules_names_joined_clash(c, top->model, pk->fields, pk->n_fields)) {
        inb__psl_error(c->d, pk->attr->span,
                       "the client's name of this key is also the name of a field");
        inb__psl_hint(c->d, "Choose another name: @@id([…], name: \"…\").");
    }
    key_argument_rules(c, top);
}

/* ---- autoincrement --------------------------------------------------------------------------- */

static bool is_autoincrement(const inb__psl_checked_field *f)
{
    return f->dm.default_value->kind == INB__DM_DEFAULT_AUTOINCREMENT;
}

static bool is_indexed(inb__psl_checker *c, inb__dm_field *f)
{
    return inb__psl_key_lookup_find(&c->keys, f->model, &f, 1) & INB__PSL_KEY_PREFIX;
}

/* Applies only without a datasource: PostgreSQL allows sequences everywhere. */
static void autoincrement_rules(inb__psl_checker *c, const inb__psl_checked_top *top)
{
    size_t n = 0;
    if (c->provider->free_autoincrement) {
        return;
    }
    for (size_t i = 0; i < top->n_all; i++) {
        n += is_autoincrement(top->all[i]);
    }
    if (n > 1) {
        inb__psl_error(c->d, top->block->span,
                       "autoincrement() on several fields requires a datasource");
        inb__psl_suggest_datasource(c);
    }
    for (size_t i = 0; i < top->n_all; i++) {
        inb__dm_field *f = &top->all[i]->dm;
        const inb__dm_primary_key *pk = top->model->primary_key;
        if (!is_autoincrement(top->all[i])) {
            continue;
        }
        if (!pk || pk->n_fields != 1 || pk->fields[0].field != f) {
            inb__psl_error(c->d, f->ast->span,
                           "autoincrement() on a field outside the key requires a datasource");
            inb__psl_suggest_datasource(c);
        }
        if (!is_indexed(c, f)) {
            inb__psl_error(c->d, f->ast->span,
                           "autoincrement() on a field without an index requires a datasource");
            inb__psl_suggest_datasource(c);
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void shard_key_rules(inb__psl_checker *c, const inb__psl_checked_top *top)
{
    if (!top->shard_key) {
        return;
    }
    if (top->shard_key_empty) {
        inb__psl_error(c->d, top->shard_key->span, "the field list of a shard key is empty");
        inb__psl_hint(c->d, "Remove the attribute.");
    }
    if (!(c->dm->previews & INB__DM_PREVIEW_SHARD_KEYS)) {
        inb__psl_error(c->d, top->shard_key->span, "shard keys are a preview feature");
        inb__psl_hint(c->d, "Remove the attribute.");
    }
    inb__psl_error(c->d, top->shard_key->span, "PostgreSQL has no shard keys");
    inb__psl_hint(c->d, "Remove the attribute.");
}

void inb__psl_rules_model(inb__psl_checker *c, inb__psl_rules *r, inb__psl_checked_top *top)
{
    criterion_check(c, top);
    key_rules(c, r, top);
    inb__psl_rules_names_schema(c, top, top->model->schema);
    shard_key_rules(c, top);
    for (size_t i = 0; c->provider->is_postgres && i < top->model->n_indexes; i++) {
        inb__psl_rules_index_opclasses(c, (inb__psl_checked_index *)top->model->indexes[i]);
    }
    autoincrement_rules(c, top);
    const inb__psl_checked_key *key = (const inb__psl_checked_key *)top->model->primary_key;
    if (key && key->has_clustered) {
        key_refuse(c, &key->dm, "clustered");
    }
}

void inb__psl_rules_model_view(inb__psl_checker *c, inb__psl_checked_top *top)
{
    if (!(c->dm->previews & INB__DM_PREVIEW_VIEWS)) {
        inb__psl_error(c->d, top->block->span, "views are a preview feature");
        inb__psl_hint(c->d, "Add \"views\" to the generator's previewFeatures.");
    }
    inb__psl_rules_names_schema(c, top, top->model->schema);
    /* Older versions of Prisma accept it, and a view never becomes SQL. */
    if (top->model->primary_key) {
        const inb__psl_attribute *attr = top->model->primary_key->attr;
        inb__psl_warning(c->d, attr->span, "a view has no primary key: %sid has no effect",
                         inb__psl_ast_sign(attr));
        inb__psl_hint(c->d, "Prisma 8 refuses it: write %sunique where values are unique.",
                      inb__psl_ast_sign(attr));
    }
}

/* Rules of names that must be unique: constraints, the client's names, tables, enums. */
#include "config.h"

#include "psl/rules.h"
#include "psl/suggest.h"

/* ---- counting -------------------------------------------------------------------------------- */

static void count_add(inb__psl_checker *c, inb__map *map, inb__str key)
{
    size_t *count = inb__map_get(map, key);
    if (!count) {
        count = INB__NEW(c->arena, size_t);
        inb__map_put(map, key, count);
    }
    ++*count;
}

static bool count_many(const inb__map *map, inb__str key)
{
    const size_t *count = inb__map_get(map, key);
    return count && *count > 1;
}

/* A name within its schema; a quote separates the two and is in neither. The schema "" is another
 * than none. */
static inb__str schema_key(inb__psl_checker *c, const inb__psl_checked_top *top, inb__str schema,
                           inb__str name)
{
    return inb__arena_join(c->arena, schema, top->has_schema ? "\"\"" : "\"", name);
}

static inb__str model_key(inb__psl_checker *c, const inb__dm_model *m, inb__str name)
{
    return schema_key(c, inb__psl_checked_top_of(c, m), m->schema, name);
}

static void client_name_add(inb__psl_checker *c, inb__map *map, inb__str name, bool is_key)
{
    if (name.n == 0) {
        return;
    }
    inb__psl_client_name *entry = inb__map_get(map, name);
    if (!entry) {
        entry = INB__NEW(c->arena, inb__psl_client_name);
        inb__map_put(map, name, entry);
    }
    entry->count++;
    entry->is_key |= is_key;
    entry->is_unique |= !is_key;
}

static void model_count(inb__psl_rules *r, inb__psl_checker *c, const inb__dm_model *m)
{
    inb__map *names = &r->model_names[m->index], *client = &r->client_names[m->index];
    inb__map_init(names, c->arena);
    inb__map_init(client, c->arena);
    if (m->primary_key) {
        if (c->provider->named_keys && !m->is_view) {
            count_add(c, &r->schema_names, model_key(c, m, m->primary_key->db_name));
            count_add(c, names, m->primary_key->db_name);
        }
        client_name_add(c, client, m->primary_key->name, true);
    }
    for (size_t i = 0; i < m->n_indexes; i++) {
        count_add(c, &r->schema_names, model_key(c, m, m->indexes[i]->db_name));
        count_add(c, names, m->indexes[i]->db_name);
        client_name_add(c, client, m->indexes[i]->name, false);
    }
}

/* A foreign key counts where its relation was found, which for a missing one is the other model. */
static void relations_count(inb__psl_rules *r, inb__psl_checker *c)
{
    for (size_t i = 0; i < c->dm->n_relations; i++) {
        const inb__dm_relation *relation = c->dm->relations[i];
        if (relation->kind != INB__DM_MANY_TO_MANY) {
            const inb__dm_field *f = relation->field_a ? relation->field_a : relation->field_b;
            if (!f->model->is_view) {
                count_add(c, &r->model_names[f->model->index], relation->db_name);
            }
        }
    }
}

void inb__psl_rules_names_init(inb__psl_rules *r, inb__psl_checker *c)
{
    *r = (inb__psl_rules){.model_names = INB__NEW_N(c->arena, inb__map, c->dm->n_models + 1),
                          .client_names = INB__NEW_N(c->arena, inb__map, c->dm->n_models + 1)};
    inb__map_init(&r->schema_names, c->arena);
    inb__map_init(&c->listed_schemas, c->arena);
    for (size_t i = 0; c->dm->datasource && i < c->dm->datasource->n_schemas; i++) {
        inb__map_put(&c->listed_schemas, c->dm->datasource->schemas[i],
                     &c->dm->datasource->schemas[i]);
    }
    size_t n = 0;
    for (size_t i = 0; i < c->dm->n_models; i++) {
        n += c->dm->models[i]->n_indexes + 1;
    }
    inb__map_reserve(&r->schema_names, n);
    for (size_t i = 0; i < c->dm->n_models; i++) {
        model_count(r, c, c->dm->models[i]);
    }
    relations_count(r, c);
}

/* Without a datasource the namespaces are unknown. */
bool inb__psl_rules_names_taken_in_schema(inb__psl_rules *r, inb__psl_checker *c,
                                          const inb__dm_model *m, inb__str name)
{
    return c->provider->is_postgres && count_many(&r->schema_names, model_key(c, m, name));
}

bool inb__psl_rules_names_taken_in_model(inb__psl_rules *r, const inb__dm_model *m, inb__str name)
{
    return count_many(&r->model_names[m->index], name);
}

void inb__psl_rules_names_refuse(inb__psl_checker *c, inb__span span, inb__str name,
                                 const char *where)
{
    inb__psl_error(c->d, span, "the constraint name \"%.*s\" is used twice in %s",
                   INB__STR_ARG(name), where);
    inb__psl_hint(c->d, "Give one of them another name with the argument \"map\".");
}

void inb__psl_rules_names_length(inb__psl_checker *c, const inb__psl_attribute *attr, inb__str name)
{
    if (name.n > c->provider->identifier_limit) {
        inb__psl_error(c->d, attr->span, "the constraint name \"%.*s\" is longer than %zu bytes",
                       INB__STR_ARG(name), c->provider->identifier_limit);
        inb__psl_hint(c->d, "PostgreSQL would truncate it: write a shorter name in \"map\".");
    }
}

/* ---- the client's names ---------------------------------------------------------------------- */

void inb__psl_rules_names_client_clash(inb__psl_checker *c, inb__psl_rules *r,
                                       const inb__psl_checked_field *f)
{
    const inb__dm_model *m = f->dm.model;
    const inb__psl_client_name *taken = inb__map_get(&r->client_names[m->index], f->dm.name);
    for (int key = 0; taken && key <= 1; key++) {
        if (key ? taken->is_key : taken->is_unique) {
            inb__psl_error(c->d, f->owner->block->span,
                           "the name \"%.*s\" in %s is also the name of a field",
                           INB__STR_ARG(f->dm.name), key ? "@@id" : "@@unique");
            inb__psl_hint(c->d, "Choose another value for \"name\".");
        }
    }
}

void inb__psl_rules_names_client_unique(inb__psl_checker *c, inb__psl_rules *r,
                                        const inb__dm_model *m, inb__str name,
                                        const inb__psl_attribute *attr)
{
    const inb__psl_client_name *taken = inb__map_get(&r->client_names[m->index], name);
    if (name.n && taken && taken->count > 1) {
        inb__psl_error(c->d, inb__psl_ast_argument_span(attr, "name"),
                       "the name \"%.*s\" is used twice in \"%.*s\"", INB__STR_ARG(name),
                       INB__STR_ARG(m->name));
        inb__psl_hint(c->d, "Choose another value for \"name\".");
    }
}

bool inb__psl_rules_names_joined_clash(inb__psl_checker *c, const inb__dm_model *m,
                                       const inb__dm_index_field *fields, size_t n)
{
    if (n <= 1) {
        return false;
    }
    size_t length = n - 1;
    for (size_t i = 0; i < n; i++) {
        length += fields[i].field->name.n;
    }
    char *text = inb__arena_alloc(c->arena, length + 1), *p = text;
    for (size_t i = 0; i < n; i++) {
        if (i) {
            *p++ = '_';
        }
        p = mempcpy(p, fields[i].field->name.p, fields[i].field->name.n);
    }
    const inb__psl_checked_field *f =
        inb__map_get(&inb__psl_checked_top_of(c, m)->fields, (inb__str){text, length});
    return f && f->dm.type.kind != INB__DM_TYPE_MODEL;
}

/* ---- tables and enums ------------------------------------------------------------------------ */

static void table_taken(inb__psl_checker *c, const inb__psl_checked_top *at,
                        const inb__psl_checked_top *there)
{
    const inb__dm_model *m = at->model, *other = there->model;
    inb__span span = at->map_attr ? at->map_attr->span : at->block->span;
    inb__psl_error(c->d, span, "\"%.*s\" and \"%.*s\" both map to the table \"%.*s\"",
                   INB__STR_ARG(other->name), INB__STR_ARG(m->name), INB__STR_ARG(m->db_name));
    inb__psl_hint(c->d, "Give one of them another name in @@map.");
    inb__diagnostic_note_add(c->d, there->block->name.span, "\"%.*s\" is declared here",
                             INB__STR_ARG(other->name));
}

static void table_name_check(inb__psl_checker *c, inb__map *tables, inb__psl_checked_top *top)
{
    const inb__dm_model *m = top->model;
    inb__psl_checked_top *before = inb__map_set(tables, model_key(c, m, m->db_name), top);
    if (before) {
        bool at_new = m->is_mapped;
        table_taken(c, at_new ? top : before, at_new ? before : top);
    }
}

void inb__psl_rules_names_tables(inb__psl_checker *c)
{
    inb__map tables;
    inb__map_init(&tables, c->arena);
    inb__map_reserve(&tables, c->dm->n_models);
    for (int views = 0; views <= 1; views++) {
        for (size_t i = 0; i < c->dm->n_models; i++) {
            if (c->dm->models[i]->is_view == (views == 1)) {
                table_name_check(c, &tables, c->model_tops[i]);
            }
        }
    }
}

void inb__psl_rules_names_schema(inb__psl_checker *c, const inb__psl_checked_top *top,
                                 inb__str schema)
{
    const inb__dm_datasource *source = c->dm->datasource;
    if (!source) {
        if (top->has_schema) {
            inb__psl_error(c->d, top->schema_span, "@@schema requires a datasource for PostgreSQL");
            inb__psl_suggest_datasource(c);
        }
        return;
    }
    if (top->has_schema && !inb__map_get(&c->listed_schemas, schema)) {
        inb__psl_error(c->d, top->schema_span, "the schema \"%.*s\" is not in the datasource",
                       INB__STR_ARG(schema));
        inb__psl_hint(c->d, "Add it to the list \"schemas\" of the datasource.");
    }
    if (!top->has_schema && source->n_schemas) {
        inb__psl_error(c->d, top->block->span, "\"%.*s\" has no @@schema",
                       INB__STR_ARG(top->block->name.name));
        inb__psl_hint(c->d,
                      "The datasource lists schemas: add @@schema(\"%.*s\") or another of them.",
                      INB__STR_ARG(source->schemas[0]));
    }
}

void inb__psl_rules_names_enums(inb__psl_checker *c)
{
    inb__map names;
    inb__map_init(&names, c->arena);
    for (size_t i = 0; i < c->schema->n_blocks; i++) {
        inb__psl_checked_top *top = c->tops[i];
        if (top->block->kind != INB__PSL_ENUM) {
            continue;
        }
        inb__dm_enum *e = top->enumeration;
        inb__str key = schema_key(c, top, e->schema, e->db_name);
        const inb__psl_checked_top *there = inb__map_put(&names, key, top);
        if (there) {
            inb__psl_error(c->d, top->block->span, "another enum also maps to the type \"%.*s\"",
                           INB__STR_ARG(e->db_name));
            inb__psl_hint(c->d, "Give one of them another name in @@map.");
            inb__diagnostic_note_add(c->d, there->block->name.span, "\"%.*s\" is declared here",
                                     INB__STR_ARG(there->block->name.name));
        }
    }
    for (size_t i = 0; i < c->schema->n_blocks; i++) {
        if (c->tops[i]->block->kind == INB__PSL_ENUM) {
            inb__psl_rules_names_schema(c, c->tops[i], c->tops[i]->enumeration->schema);
        }
    }
}

/* ---- messages ----------------------------------------------------------------------------------
 */

const char *inb__psl_rules_names_quoted(inb__psl_checker *c, inb__dm_field *const *fields, size_t n)
{
    inb__str *names = INB__NEW_N(c->arena, inb__str, n + 1);
    for (size_t i = 0; i < n; i++) {
        names[i] = fields[i]->name;
    }
    return inb__psl_suggest_quoted(c->arena, names, n);
}

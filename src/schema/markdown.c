/* A schema as a document: contents, diagram, tables, views, enums and extensions. */
#include "config.h"

#include "schema/markdown_parts.h"

#include "util/cleanup.h"
#include "util/limits.h"

#include <ctype.h>

/* ---- pieces of Markdown ---------------------------------------------------------------------- */

static void paragraph(inb__buf *out, inb__str text)
{
    if (text.n) {
        inb__buf_printf(out, "%.*s\n\n", INB__STR_ARG(text));
    }
}

/*
 * The anchor that readers of Markdown make of a heading: lower case, no punctuation, hyphens for
 * spaces.
 */
static inb__str slug(inb__document *d, inb__str heading)
{
    char *p = inb__arena_strndup(d->arena, heading.p, heading.n);
    size_t n = 0;
    for (size_t i = 0; i < heading.n; i++) {
        unsigned char c = (unsigned char)heading.p[i];
        if (isalnum(c) || c == '_' || c == '-' || c >= 0x80) {
            p[n++] = (char)tolower(c);
        } else if (c == ' ') {
            p[n++] = '-';
        }
    }
    return (inb__str){p, n};
}

/* The same with the number that sets apart headings of one text. */
static inb__str anchor_take(inb__document *d, inb__str heading)
{
    inb__str base = slug(d, heading);
    size_t *taken = inb__map_get(&d->slugs, base);
    if (!taken) {
        inb__map_put(&d->slugs, base, INB__NEW(d->arena, size_t));
        return base;
    }
    return inb__str_of(inb__arena_printf(d->arena, "%.*s-%zu", INB__STR_ARG(base), ++*taken));
}

static void heading(inb__document *d)
{
    const inb__headline *h = &d->outline.v[d->next++];
    inb__buf_fill(d->body, '#', (size_t)h->level);
    inb__buf_printf(d->body, " %.*s\n\n", INB__STR_ARG(h->text));
}

static void contents_write(inb__document *d)
{
    for (size_t i = 1; i < d->outline.n; i++) {
        const inb__headline *h = &d->outline.v[i];
        inb__buf_fill(d->body, ' ', (size_t)(h->level - 2) * 2);
        inb__buf_printf(d->body, "- [%.*s](#%.*s)\n", INB__STR_ARG(h->text),
                        INB__STR_ARG(h->anchor));
    }
    inb__buf_str(d->body, d->outline.n > 1 ? "\n" : "");
}

/* ---- names ----------------------------------------------------------------------------------- */

static inb__str model_key(inb__document *d, inb__str space, inb__str name)
{
    inb__str s = space.n ? space : d->schema->default_space;
    return inb__str_of(
        inb__arena_printf(d->arena, "%.*s.%.*s", INB__STR_ARG(s), INB__STR_ARG(name)));
}

/* The model of a table; NULL for the table of a many-to-many relation. */
static const inb__dm_model *model_of(inb__document *d, const inb__table *t)
{
    return inb__map_get(&d->models, model_key(d, d->schema->spaces[t->space], t->name));
}

/* ---- sections -------------------------------------------------------------------------------- */

static void model_line(inb__document *d, const inb__dm_model *m)
{
    if (!m) {
        inb__buf_str(d->body, "The pairs of a many-to-many relation.\n\n");
        return;
    }
    inb__buf_printf(d->body, "Model `%.*s`.\n\n", INB__STR_ARG(m->name));
    paragraph(d->body, m->doc);
}

static void tables_write(inb__document *d)
{
    if (d->schema->n_tables) {
        heading(d);
    }
    for (uint32_t i = 0; i < d->schema->n_tables; i++) {
        const inb__table *t = &d->schema->tables[i];
        const inb__dm_model *m = model_of(d, t);
        heading(d);
        model_line(d, m);
        inb__markdown_columns(d, t, m);
        inb__markdown_indexes(d, t);
        inb__markdown_foreign_keys(d, i);
        inb__markdown_relations(d, m);
    }
}

/* A view is in no model of tables: its column is made here, for the type's sake. */
static inb__column view_column(const inb__dm_field *f)
{
    return (inb__column){
        .name = f->db_name, .type = inb__schema_field_type(f), .arity = inb__schema_field_arity(f)};
}

static void view_columns_write(inb__document *d, const inb__dm_model *m)
{
    INB__MARKDOWN_HEAD(d->body, "Column", "Field", "Type", "Null", "Description");
    for (size_t i = 0; i < m->n_fields; i++) {
        const inb__dm_field *f = m->fields[i];
        if (!inb__dm_field_is_scalar(f)) {
            continue;
        }
        inb__column c = view_column(f);
        inb__buf_str(d->body, "| ");
        inb__markdown_code(d->body, f->db_name);
        inb__buf_str(d->body, " | ");
        inb__markdown_code(d->body, f->name);
        inb__buf_str(d->body, " | ");
        inb__markdown_type(d, &c);
        inb__buf_printf(d->body, " | %s | ", f->arity == INB__DM_REQUIRED ? "no" : "yes");
        inb__markdown_cell(d->body, f->doc);
        inb__buf_str(d->body, " |\n");
    }
    inb__buf_char(d->body, '\n');
}

static void views_write(inb__document *d)
{
    bool any = false;
    for (size_t i = 0; i < d->dm->n_models; i++) {
        const inb__dm_model *m = d->dm->models[i];
        if (!m->is_view) {
            continue;
        }
        if (!any) {
            heading(d);
        }
        any = true;
        heading(d);
        model_line(d, m);
        view_columns_write(d, m);
        inb__markdown_relations(d, m);
    }
}

static void enum_users(inb__document *d, uint32_t enumeration)
{
    const char *before = "Used by ";
    for (uint32_t i = d->first_use[enumeration]; i != INB__SCHEMA_NONE; i = d->uses.v[i].next) {
        const inb__type_use *use = &d->uses.v[i];
        inb__buf_str(d->body, before);
        inb__markdown_table_link(d, use->table);
        inb__buf_char(d->body, ' ');
        inb__markdown_code(d->body, d->schema->tables[use->table].columns[use->column].name);
        before = ", ";
    }
    inb__buf_str(d->body, *before == ',' ? ".\n\n" : "Used by no column.\n\n");
}

static void enums_write(inb__document *d)
{
    if (d->dm->n_enums) {
        heading(d);
    }
    for (uint32_t i = 0; i < d->dm->n_enums; i++) {
        const inb__dm_enum *e = d->dm->enums[i];
        heading(d);
        inb__buf_printf(d->body, "Enum `%.*s`. ", INB__STR_ARG(e->name));
        enum_users(d, i);
        paragraph(d->body, e->doc);
        INB__MARKDOWN_HEAD(d->body, "Value", "Name", "Description");
        for (size_t v = 0; v < e->n_values; v++) {
            inb__buf_str(d->body, "| ");
            inb__markdown_code(d->body, e->values[v].db_name);
            inb__buf_str(d->body, " | ");
            inb__markdown_code(d->body, e->values[v].name);
            inb__buf_str(d->body, " | ");
            inb__markdown_cell(d->body, e->values[v].doc);
            inb__buf_str(d->body, " |\n");
        }
        inb__buf_char(d->body, '\n');
    }
}

static void extensions_write(inb__document *d)
{
    if (d->schema->n_extensions) {
        heading(d);
    }
    for (size_t i = 0; i < d->schema->n_extensions; i++) {
        const inb__extension *e = &d->schema->extensions[i];
        inb__buf_str(d->body, "- ");
        inb__markdown_code(d->body, e->name);
        if (e->schema.n) {
            inb__buf_printf(d->body, " in schema `%.*s`", INB__STR_ARG(e->schema));
        }
        if (e->version.n) {
            inb__buf_printf(d->body, ", version %.*s", INB__STR_ARG(e->version));
        }
        inb__buf_char(d->body, '\n');
    }
    inb__buf_str(d->body, d->schema->n_extensions ? "\n" : "");
}

/* Writes it, and says whether readers of Markdown draw it. */
static bool diagram_fits(inb__buf *out, const inb__schema *schema, bool keys_only)
{
    inb__buf_clear(out);
    if (schema->n_foreign_keys > INB__MERMAID_EDGES_MAX) {
        return false;
    }
    inb__mermaid_diagram(out, schema, keys_only);
    return out->length <= INB__MERMAID_TEXT_MAX;
}

static void diagram_write(inb__document *d)
{
    if (!d->schema->n_tables) {
        return;
    }
    INB__AUTO_BUF inb__buf diagram;
    inb__buf_init(&diagram, INB__LIMIT_FILE);
    heading(d);
    bool drawn = diagram_fits(&diagram, d->schema, false);
    if (!drawn && diagram_fits(&diagram, d->schema, true)) {
        drawn = true;
        paragraph(d->body,
                  INB__STR("Only the columns of keys are shown: a diagram of all columns is "
                           "larger than Mermaid draws."));
    }
    if (drawn) {
        inb__buf_printf(d->body, "```mermaid\n%s```\n\n", inb__buf_text(&diagram));
    } else {
        paragraph(d->body,
                  INB__STR("There is no diagram: this schema is larger than Mermaid draws."));
    }
    d->body->failed = d->body->failed || diagram.failed;
}

static uint32_t *none_array(inb__arena *arena, size_t n)
{
    uint32_t *a = INB__NEW_N(arena, uint32_t, n);
    memset(a, 0xff, n * sizeof(*a));
    return a;
}

/* Chains are made from the end, so that they run in the order of the schema. */
static void foreign_keys_chain(inb__document *d)
{
    const inb__schema *s = d->schema;
    d->first_key = none_array(d->arena, s->n_tables);
    d->next_key = none_array(d->arena, s->n_foreign_keys);
    for (size_t i = s->n_foreign_keys; i-- > 0;) {
        uint32_t *first = &d->first_key[s->foreign_keys[i].table];
        d->next_key[i] = *first;
        *first = (uint32_t)i;
    }
}

static void enum_uses_chain(inb__document *d)
{
    const inb__schema *s = d->schema;
    d->first_use = none_array(d->arena, s->n_enums);
    for (size_t i = s->n_tables; i-- > 0;) {
        for (size_t k = s->tables[i].n_columns; k-- > 0;) {
            const inb__column_type *type = &s->tables[i].columns[k].type;
            if (type->kind == INB__COLUMN_ENUM) {
                uint32_t *first = &d->first_use[type->enumeration];
                inb__type_use use = {(uint32_t)i, (uint32_t)k, *first};
                *first = (uint32_t)d->uses.n;
                INB__VEC_ADD(d->arena, &d->uses, use);
            }
        }
    }
}

static void models_map(inb__document *d)
{
    inb__map_init(&d->models, d->arena);
    for (size_t i = 0; i < d->dm->n_models; i++) {
        inb__dm_model *m = d->dm->models[i];
        if (!m->is_view) {
            inb__map_put(&d->models, model_key(d, m->schema, m->db_name), m);
        }
    }
}

static void outline_add(inb__document *d, int level, inb__str text)
{
    inb__headline h = {.level = level, .text = text, .anchor = anchor_take(d, text)};
    INB__VEC_ADD(d->arena, &d->outline, h);
}

static void outline_views(inb__document *d)
{
    bool any = false;
    for (size_t i = 0; i < d->dm->n_models; i++) {
        const inb__dm_model *m = d->dm->models[i];
        if (m->is_view && !any) {
            outline_add(d, 2, INB__STR("Views"));
            any = true;
        }
        if (m->is_view) {
            outline_add(d, 3, m->db_name);
        }
    }
}

/* Every heading in the order of the sections below. */
static void outline_build(inb__document *d)
{
    const inb__schema *s = d->schema;
    outline_add(d, 1, INB__STR("Database schema"));
    if (s->n_tables) {
        outline_add(d, 2, INB__STR("Diagram"));
        outline_add(d, 2, INB__STR("Tables"));
    }
    d->first_table = d->outline.n;
    for (uint32_t i = 0; i < s->n_tables; i++) {
        outline_add(d, 3, inb__markdown_name(d, s->tables[i].space, s->tables[i].name));
    }
    outline_views(d);
    if (s->n_enums) {
        outline_add(d, 2, INB__STR("Enums"));
    }
    for (size_t i = 0; i < s->n_enums; i++) {
        outline_add(d, 3, inb__markdown_name(d, s->enums[i].space, s->enums[i].name));
    }
    if (s->n_extensions) {
        outline_add(d, 2, INB__STR("Extensions"));
    }
}

void inb__markdown_document(inb__buf *out, inb__arena *arena, const inb__dm *dm,
                            const inb__schema *schema)
{
    inb__document d = {.body = out, .arena = arena, .dm = dm, .schema = schema};
    inb__map_init(&d.slugs, arena);
    models_map(&d);
    foreign_keys_chain(&d);
    enum_uses_chain(&d);
    outline_build(&d);
    heading(&d);
    inb__buf_str(
        out, "Written by `inboard docs` from the Prisma schema: change that and run it again.\n\n");
    paragraph(out, dm->datasource ? dm->datasource->doc : INB__STR(""));
    contents_write(&d);
    diagram_write(&d);
    tables_write(&d);
    views_write(&d);
    enums_write(&d);
    extensions_write(&d);
    while (out->length > 1 && out->data[out->length - 2] == '\n') {
        out->data[--out->length] = '\0';
    }
}

#include "config.h"

#include "schema/markdown.h"

#include "schema/render.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/map.h"
#include "util/vec.h"

#include <ctype.h>

typedef struct headline {
    int level;
    inb__str text, anchor;
} headline;

/* The document while it is written. Its headings are known before: the table of contents and links go ahead of them. */
typedef struct document {
    inb__buf *body;
    inb__arena *arena;
    const inb__dm *dm;
    const inb__schema *schema;
    inb__map slugs;  /* of headings: a size_t *, how often it was taken */
    inb__map models; /* by "space.table" */
    INB__VEC(headline) outline;
    size_t next;        /* of the outline: what heading() writes */
    size_t first_table; /* of the outline */
} document;

/* ---- pieces of Markdown --------------------------------------------------------------------------- */

/* Text in a cell: a line break and a bar would end it. */
static void cell_text(inb__buf *out, inb__str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\n') {
            inb__buf_str(out, "<br>");
        } else if (s.p[i] == '|') {
            inb__buf_str(out, "\\|");
        } else if (s.p[i] != '\r') {
            inb__buf_char(out, s.p[i]);
        }
    }
}

/* Code in a line or a cell; text with backticks takes two of them around it. */
static void code(inb__buf *out, inb__str s)
{
    bool ticks = s.n && memchr(s.p, '`', s.n);
    inb__buf_str(out, ticks ? "`` " : "`");
    cell_text(out, s);
    inb__buf_str(out, ticks ? " ``" : "`");
}

static void code_buf(inb__buf *out, const inb__buf *text)
{
    code(out, (inb__str){inb__buf_text(text), text->length});
}

static void paragraph(inb__buf *out, inb__str text)
{
    if (text.n) {
        inb__buf_printf(out, "%.*s\n\n", INB__STR_ARG(text));
    }
}

/* The anchor that readers of Markdown make of a heading: lower case, no punctuation, hyphens for spaces. */
static inb__str slug(document *d, inb__str heading)
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
static inb__str anchor_take(document *d, inb__str heading)
{
    inb__str base = slug(d, heading);
    size_t *taken = inb__map_get(&d->slugs, base);
    if (!taken) {
        inb__map_put(&d->slugs, base, INB__NEW(d->arena, size_t));
        return base;
    }
    return inb__str_of(inb__arena_printf(d->arena, "%.*s-%zu", INB__STR_ARG(base), ++*taken));
}

static void heading(document *d)
{
    const headline *h = &d->outline.v[d->next++];
    inb__buf_fill(d->body, '#', (size_t)h->level);
    inb__buf_printf(d->body, " %.*s\n\n", INB__STR_ARG(h->text));
}

static void contents_write(document *d)
{
    for (size_t i = 1; i < d->outline.n; i++) {
        const headline *h = &d->outline.v[i];
        inb__buf_fill(d->body, ' ', (size_t)(h->level - 2) * 2);
        inb__buf_printf(d->body, "- [%.*s](#%.*s)\n", INB__STR_ARG(h->text),
                        INB__STR_ARG(h->anchor));
    }
    inb__buf_str(d->body, d->outline.n > 1 ? "\n" : "");
}

static void table_head(inb__buf *out, const char *const *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        inb__buf_printf(out, "| %s ", columns[i]);
    }
    inb__buf_str(out, "|\n");
    for (size_t i = 0; i < n; i++) {
        inb__buf_str(out, "| --- ");
    }
    inb__buf_str(out, "|\n");
}

#define TABLE_HEAD(out, ...)                                                                       \
    table_head((out), (const char *const[]){__VA_ARGS__},                                          \
               sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* ---- names ---------------------------------------------------------------------------------------- */

/* As a heading and in links: "users", or "billing.users" outside the default schema. */
static inb__str shown_name(document *d, uint32_t space, inb__str name)
{
    inb__str s = d->schema->spaces[space];
    if (inb__str_eq(s, d->schema->default_space)) {
        return name;
    }
    return inb__str_of(
        inb__arena_printf(d->arena, "%.*s.%.*s", INB__STR_ARG(s), INB__STR_ARG(name)));
}

static inb__str model_key(document *d, inb__str space, inb__str name)
{
    inb__str s = space.n ? space : d->schema->default_space;
    return inb__str_of(
        inb__arena_printf(d->arena, "%.*s.%.*s", INB__STR_ARG(s), INB__STR_ARG(name)));
}

/* The model of a table; NULL for the table of a many-to-many relation. */
static const inb__dm_model *model_of(document *d, const inb__table *t)
{
    return inb__map_get(&d->models, model_key(d, d->schema->spaces[t->space], t->name));
}

static const inb__dm_field *field_of(const inb__dm_model *m, inb__str column)
{
    for (size_t i = 0; m && i < m->n_fields; i++) {
        if (inb__dm_field_is_scalar(m->fields[i]) && inb__str_eq(m->fields[i]->db_name, column)) {
            return m->fields[i];
        }
    }
    return NULL;
}

/* ---- columns -------------------------------------------------------------------------------------- */

static void column_type(document *d, const inb__column *c)
{
    INB__AUTO_BUF inb__buf type;
    inb__buf_init(&type, INB__LIMIT_MESSAGE);
    if (c->type.kind == INB_COLUMN_ENUM) {
        const inb__enum *e = &d->schema->enums[c->type.enumeration];
        inb__str name = shown_name(d, e->space, e->name);
        inb__buf_add(&type, name.p, name.n);
    } else if (c->type.kind == INB_COLUMN_UNSUPPORTED) {
        inb__buf_add(&type, c->type.unsupported.p, c->type.unsupported.n);
    } else {
        inb__native_sql(&type, &c->type.native);
    }
    inb__buf_str(&type, c->arity == INB_DM_LIST ? "[]" : "");
    code_buf(d->body, &type);
}

/* What the client makes of a field that the database has no default for. */
static void client_default(inb__buf *out, const inb__dm_field *f)
{
    static const char *const functions[] = {
        [INB_DM_DEFAULT_UUID] = "uuid", [INB_DM_DEFAULT_CUID] = "cuid",
        [INB_DM_DEFAULT_ULID] = "ulid", [INB_DM_DEFAULT_NANOID] = "nanoid",
    };
    if (f && f->default_value.kind >= INB_DM_DEFAULT_UUID) {
        inb__buf_printf(out, "by the client: `%s(", functions[f->default_value.kind]);
        if (f->default_value.arg) {
            inb__buf_printf(out, "%lld", (long long)f->default_value.arg);
        }
        inb__buf_str(out, ")`");
    } else if (f && f->is_updated_at) {
        inb__buf_str(out, "by the client: the time of the change");
    }
}

static void column_default(document *d, const inb__column *c, const inb__dm_field *f)
{
    INB__AUTO_BUF inb__buf text;
    inb__buf_init(&text, INB__LIMIT_FILE);
    if (c->default_value.kind == INB_DEFAULT_SEQUENCE) {
        inb__buf_str(d->body, "from a sequence");
        return;
    }
    if (c->default_value.kind == INB_DEFAULT_UNKNOWN) {
        inb__buf_str(d->body, "by the database");
        return;
    }
    if (inb__render_default(&text, d->schema, c)) {
        code_buf(d->body, &text);
        inb__buf_str(d->body, f && f->is_updated_at ? "; " : "");
    }
    client_default(d->body, f);
}

static void columns_write(document *d, const inb__table *t, const inb__dm_model *m)
{
    TABLE_HEAD(d->body, "Column", "Field", "Type", "Null", "Default", "Description");
    for (size_t i = 0; i < t->n_columns; i++) {
        const inb__column *c = &t->columns[i];
        const inb__dm_field *f = field_of(m, c->name);
        inb__buf_str(d->body, "| ");
        code(d->body, c->name);
        inb__buf_str(d->body, " | ");
        if (f) {
            code(d->body, f->name);
        }
        inb__buf_str(d->body, " | ");
        column_type(d, c);
        inb__buf_printf(d->body, " | %s | ", c->arity == INB_DM_REQUIRED ? "no" : "yes");
        column_default(d, c, f);
        inb__buf_str(d->body, " | ");
        cell_text(d->body, f ? f->doc : INB__STR(""));
        inb__buf_str(d->body, " |\n");
    }
    inb__buf_char(d->body, '\n');
}

/* ---- keys and indexes ----------------------------------------------------------------------------- */

static void index_columns(document *d, const inb__table *t, const inb__index *x)
{
    static const char *const sorts[] = {
        [INB_DM_SORT_NONE] = "", [INB_DM_SORT_ASC] = "", [INB_DM_SORT_DESC] = " descending"};
    for (size_t i = 0; i < x->n_columns; i++) {
        inb__buf_str(d->body, i ? ", " : "");
        code(d->body, t->columns[x->columns[i].column].name);
        if (x->columns[i].opclass.n) {
            inb__buf_char(d->body, ' ');
            code(d->body, x->columns[i].opclass);
        }
        inb__buf_str(d->body, sorts[x->columns[i].sort]);
    }
}

static void indexes_write(document *d, const inb__table *t)
{
    if (t->primary_key) {
        inb__buf_str(d->body, "Primary key: ");
        index_columns(d, t, t->primary_key);
        inb__buf_str(d->body, " (");
        code(d->body, t->primary_key->name);
        inb__buf_str(d->body, ")\n\n");
    }
    if (t->n_indexes) {
        TABLE_HEAD(d->body, "Index", "Columns", "Kind", "Rows");
    }
    for (size_t i = 0; i < t->n_indexes; i++) {
        const inb__index *x = &t->indexes[i];
        inb__buf_str(d->body, "| ");
        code(d->body, x->name);
        inb__buf_str(d->body, " | ");
        index_columns(d, t, x);
        inb__buf_printf(d->body, " | %s%s | ", x->unique ? "unique, " : "",
                        inb__algorithm_sql(x->algorithm));
        if (x->predicate.n) {
            code(d->body, x->predicate);
        } else {
            inb__buf_str(d->body, "all");
        }
        inb__buf_str(d->body, " |\n");
    }
    inb__buf_str(d->body, t->n_indexes ? "\n" : "");
}

/* ---- relations ------------------------------------------------------------------------------------ */

static void table_link(document *d, uint32_t table)
{
    const headline *h = &d->outline.v[d->first_table + table];
    inb__buf_printf(d->body, "[%.*s](#%.*s)", INB__STR_ARG(h->text), INB__STR_ARG(h->anchor));
}

static void key_columns(document *d, uint32_t table, const uint32_t *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        inb__buf_str(d->body, i ? ", " : "");
        code(d->body, d->schema->tables[table].columns[columns[i]].name);
    }
}

static void foreign_key_write(document *d, const inb__foreign_key *f)
{
    inb__buf_str(d->body, "| ");
    code(d->body, f->name);
    inb__buf_str(d->body, " | ");
    key_columns(d, f->table, f->columns, f->n_columns);
    inb__buf_str(d->body, " | ");
    table_link(d, f->references);
    inb__buf_str(d->body, " (");
    key_columns(d, f->references, f->referenced, f->n_columns);
    inb__buf_printf(d->body, ") | %s | %s |\n", inb__action_sql(f->on_delete),
                    inb__action_sql(f->on_update));
}

static void foreign_keys_write(document *d, uint32_t table)
{
    bool any = false;
    for (size_t i = 0; i < d->schema->n_foreign_keys; i++) {
        const inb__foreign_key *f = &d->schema->foreign_keys[i];
        if (f->table != table) {
            continue;
        }
        if (!any) {
            TABLE_HEAD(d->body, "Foreign key", "Columns", "References", "On delete", "On update");
        }
        any = true;
        foreign_key_write(d, f);
    }
    inb__buf_str(d->body, any ? "\n" : "");
}

/* The relation fields of a model: what a client navigates by. */
static void relations_write(document *d, const inb__dm_model *m)
{
    static const char *const arities[] = {[INB_DM_REQUIRED] = "one",
                                          [INB_DM_OPTIONAL] = "one or none",
                                          [INB_DM_LIST] = "any number"};
    bool any = false;
    for (size_t i = 0; m && i < m->n_fields; i++) {
        const inb__dm_field *f = m->fields[i];
        if (f->type.kind != INB_DM_TYPE_MODEL) {
            continue;
        }
        if (!any) {
            TABLE_HEAD(d->body, "Relation", "To", "How many", "Description");
        }
        any = true;
        inb__buf_str(d->body, "| ");
        code(d->body, f->name);
        inb__buf_str(d->body, " | ");
        code(d->body, f->type.model->name);
        inb__buf_printf(d->body, " | %s | ", arities[f->arity]);
        cell_text(d->body, f->doc);
        inb__buf_str(d->body, " |\n");
    }
    inb__buf_str(d->body, any ? "\n" : "");
}

/* ---- sections ------------------------------------------------------------------------------------- */

static void model_line(document *d, const inb__dm_model *m)
{
    if (!m) {
        inb__buf_str(d->body, "The pairs of a many-to-many relation.\n\n");
        return;
    }
    inb__buf_printf(d->body, "Model `%.*s`.\n\n", INB__STR_ARG(m->name));
    paragraph(d->body, m->doc);
}

static void tables_write(document *d)
{
    if (d->schema->n_tables) {
        heading(d);
    }
    for (uint32_t i = 0; i < d->schema->n_tables; i++) {
        const inb__table *t = &d->schema->tables[i];
        const inb__dm_model *m = model_of(d, t);
        heading(d);
        model_line(d, m);
        columns_write(d, t, m);
        indexes_write(d, t);
        foreign_keys_write(d, i);
        relations_write(d, m);
    }
}

/* A view is in no model of tables: its column is made here, for the type's sake. */
static inb__column view_column(const inb__dm_field *f)
{
    inb__column c = {.name = f->db_name, .arity = f->arity};
    if (f->type.kind == INB_DM_TYPE_ENUM) {
        c.type.kind = INB_COLUMN_ENUM;
        c.type.enumeration = (uint32_t)f->type.enumeration->index;
    } else if (f->type.kind == INB_DM_TYPE_UNSUPPORTED) {
        c.type.kind = INB_COLUMN_UNSUPPORTED;
        c.type.unsupported = f->type.unsupported;
    } else {
        c.type.native = inb__dm_field_native(f);
    }
    return c;
}

static void view_columns_write(document *d, const inb__dm_model *m)
{
    TABLE_HEAD(d->body, "Column", "Field", "Type", "Null", "Description");
    for (size_t i = 0; i < m->n_fields; i++) {
        const inb__dm_field *f = m->fields[i];
        if (!inb__dm_field_is_scalar(f)) {
            continue;
        }
        inb__column c = view_column(f);
        inb__buf_str(d->body, "| ");
        code(d->body, f->db_name);
        inb__buf_str(d->body, " | ");
        code(d->body, f->name);
        inb__buf_str(d->body, " | ");
        column_type(d, &c);
        inb__buf_printf(d->body, " | %s | ", f->arity == INB_DM_REQUIRED ? "no" : "yes");
        cell_text(d->body, f->doc);
        inb__buf_str(d->body, " |\n");
    }
    inb__buf_char(d->body, '\n');
}

static void views_write(document *d)
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
        relations_write(d, m);
    }
}

static void enum_users(document *d, uint32_t enumeration)
{
    const char *before = "Used by ";
    for (uint32_t i = 0; i < d->schema->n_tables; i++) {
        const inb__table *t = &d->schema->tables[i];
        for (size_t k = 0; k < t->n_columns; k++) {
            const inb__column_type *type = &t->columns[k].type;
            if (type->kind == INB_COLUMN_ENUM && type->enumeration == enumeration) {
                inb__buf_str(d->body, before);
                table_link(d, i);
                inb__buf_char(d->body, ' ');
                code(d->body, t->columns[k].name);
                before = ", ";
            }
        }
    }
    inb__buf_str(d->body, *before == ',' ? ".\n\n" : "Used by no column.\n\n");
}

static void enums_write(document *d)
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
        TABLE_HEAD(d->body, "Value", "Name", "Description");
        for (size_t v = 0; v < e->n_values; v++) {
            inb__buf_str(d->body, "| ");
            code(d->body, e->values[v].db_name);
            inb__buf_str(d->body, " | ");
            code(d->body, e->values[v].name);
            inb__buf_str(d->body, " | ");
            cell_text(d->body, e->values[v].doc);
            inb__buf_str(d->body, " |\n");
        }
        inb__buf_char(d->body, '\n');
    }
}

static void extensions_write(document *d)
{
    if (d->schema->n_extensions) {
        heading(d);
    }
    for (size_t i = 0; i < d->schema->n_extensions; i++) {
        const inb__extension *e = &d->schema->extensions[i];
        inb__buf_str(d->body, "- ");
        code(d->body, e->name);
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

static void diagram_write(document *d)
{
    if (d->schema->n_tables) {
        heading(d);
        inb__buf_str(d->body, "```mermaid\n");
        inb__schema_mermaid(d->body, d->schema);
        inb__buf_str(d->body, "```\n\n");
    }
}

static void models_map(document *d)
{
    inb__map_init(&d->models, d->arena);
    for (size_t i = 0; i < d->dm->n_models; i++) {
        inb__dm_model *m = d->dm->models[i];
        if (!m->is_view) {
            inb__map_put(&d->models, model_key(d, m->schema, m->db_name), m);
        }
    }
}

static void outline_add(document *d, int level, inb__str text)
{
    headline h = {.level = level, .text = text, .anchor = anchor_take(d, text)};
    INB__VEC_ADD(d->arena, &d->outline, h);
}

static void outline_views(document *d)
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
static void outline_build(document *d)
{
    const inb__schema *s = d->schema;
    outline_add(d, 1, INB__STR("Database schema"));
    if (s->n_tables) {
        outline_add(d, 2, INB__STR("Diagram"));
        outline_add(d, 2, INB__STR("Tables"));
    }
    d->first_table = d->outline.n;
    for (uint32_t i = 0; i < s->n_tables; i++) {
        outline_add(d, 3, shown_name(d, s->tables[i].space, s->tables[i].name));
    }
    outline_views(d);
    if (s->n_enums) {
        outline_add(d, 2, INB__STR("Enums"));
    }
    for (size_t i = 0; i < s->n_enums; i++) {
        outline_add(d, 3, shown_name(d, s->enums[i].space, s->enums[i].name));
    }
    if (s->n_extensions) {
        outline_add(d, 2, INB__STR("Extensions"));
    }
}

void inb__schema_markdown(inb__buf *out, inb__arena *arena, const inb__dm *dm,
                          const inb__schema *schema)
{
    document d = {.body = out, .arena = arena, .dm = dm, .schema = schema};
    inb__map_init(&d.slugs, arena);
    models_map(&d);
    outline_build(&d);
    heading(&d);
    inb__buf_str(out, "Written by `inboard docs` from the Prisma schema: change that and run it again.\n\n");
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

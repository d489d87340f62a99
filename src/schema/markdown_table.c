/* The section of one table: columns, indexes, foreign keys and relations. */
#include "config.h"

#include "schema/markdown_parts.h"

#include "schema/render.h"
#include "util/cleanup.h"
#include "util/limits.h"

static const inb__dm_field *field_of(const inb__dm_model *m, inb__str column)
{
    for (size_t i = 0; m && i < m->n_fields; i++) {
        if (inb__dm_field_is_scalar(m->fields[i]) && inb__str_eq(m->fields[i]->db_name, column)) {
            return m->fields[i];
        }
    }
    return NULL;
}

static void code_buf(inb__buf *out, const inb__buf *text)
{
    inb__markdown_code(out, (inb__str){inb__buf_text(text), text->length});
}

/* ---- columns --------------------------------------------------------------------------------- */

void inb__markdown_type(inb__document *d, const inb__column *c)
{
    INB__AUTO_BUF inb__buf type;
    inb__buf_init(&type, INB__LIMIT_MESSAGE);
    if (c->type.kind == INB__COLUMN_ENUM) {
        const inb__enum *e = &d->schema->enums[c->type.enumeration];
        inb__str name = inb__markdown_name(d, e->space, e->name);
        inb__buf_add(&type, name.p, name.n);
    } else if (c->type.kind == INB__COLUMN_UNSUPPORTED) {
        inb__buf_add(&type, c->type.unsupported.p, c->type.unsupported.n);
    } else {
        inb__native_sql(&type, &c->type.native);
    }
    inb__buf_str(&type, c->arity == INB__ARITY_LIST ? "[]" : "");
    code_buf(d->body, &type);
}

/* What the client makes of a field that the database has no default for. */
static void client_default(inb__buf *out, const inb__dm_field *f)
{
    static const char *const functions[] = {
        [INB__DM_DEFAULT_UUID] = "uuid",
        [INB__DM_DEFAULT_CUID] = "cuid",
        [INB__DM_DEFAULT_ULID] = "ulid",
        [INB__DM_DEFAULT_NANOID] = "nanoid",
    };
    if (f && f->default_value->kind >= INB__DM_DEFAULT_UUID) {
        inb__buf_printf(out, "by the client: `%s(", functions[f->default_value->kind]);
        if (f->default_value->arg) {
            inb__buf_printf(out, "%lld", (long long)f->default_value->arg);
        }
        inb__buf_str(out, ")`");
    } else if (f && f->is_updated_at) {
        inb__buf_str(out, "by the client: the time of the change");
    }
}

static void column_default(inb__document *d, const inb__column *c, const inb__dm_field *f)
{
    INB__AUTO_BUF inb__buf text;
    inb__buf_init(&text, INB__LIMIT_FILE);
    if (c->default_value.kind == INB__DEFAULT_SEQUENCE) {
        inb__buf_str(d->body, "from a sequence");
        return;
    }
    if (c->default_value.kind == INB__DEFAULT_UNKNOWN) {
        inb__buf_str(d->body, "by the database");
        return;
    }
    if (inb__render_default(&text, d->schema, c)) {
        code_buf(d->body, &text);
        inb__buf_str(d->body, f && f->is_updated_at ? "; " : "");
    }
    client_default(d->body, f);
}

void inb__markdown_columns(inb__document *d, const inb__table *t, const inb__dm_model *m)
{
    INB__MARKDOWN_HEAD(d->body, "Column", "Field", "Type", "Null", "Default", "Description");
    for (size_t i = 0; i < t->n_columns; i++) {
        const inb__column *c = &t->columns[i];
        const inb__dm_field *f = field_of(m, c->name);
        inb__buf_str(d->body, "| ");
        inb__markdown_code(d->body, c->name);
        inb__buf_str(d->body, " | ");
        if (f) {
            inb__markdown_code(d->body, f->name);
        }
        inb__buf_str(d->body, " | ");
        inb__markdown_type(d, c);
        inb__buf_printf(d->body, " | %s | ", c->arity == INB__ARITY_REQUIRED ? "no" : "yes");
        column_default(d, c, f);
        inb__buf_str(d->body, " | ");
        inb__markdown_cell(d->body, f ? f->doc : INB__STR(""));
        inb__buf_str(d->body, " |\n");
    }
    inb__buf_char(d->body, '\n');
}

/* ---- keys and indexes ------------------------------------------------------------------------ */

static void index_columns(inb__document *d, const inb__table *t, const inb__index *x)
{
    static const char *const sorts[] = {
        [INB__SORT_NONE] = "", [INB__SORT_ASC] = "", [INB__SORT_DESC] = " descending"};
    for (size_t i = 0; i < x->n_columns; i++) {
        inb__buf_str(d->body, i ? ", " : "");
        inb__markdown_code(d->body, t->columns[x->columns[i].column].name);
        if (x->columns[i].opclass.n) {
            inb__buf_char(d->body, ' ');
            inb__markdown_code(d->body, x->columns[i].opclass);
        }
        inb__buf_str(d->body, sorts[x->columns[i].sort]);
    }
}

void inb__markdown_indexes(inb__document *d, const inb__table *t)
{
    if (t->primary_key) {
        inb__buf_str(d->body, "Primary key: ");
        index_columns(d, t, t->primary_key);
        inb__buf_str(d->body, " (");
        inb__markdown_code(d->body, t->primary_key->name);
        inb__buf_str(d->body, ")\n\n");
    }
    if (t->n_indexes) {
        INB__MARKDOWN_HEAD(d->body, "Index", "Columns", "Kind", "Rows");
    }
    for (size_t i = 0; i < t->n_indexes; i++) {
        const inb__index *x = &t->indexes[i];
        inb__buf_str(d->body, "| ");
        inb__markdown_code(d->body, x->name);
        inb__buf_str(d->body, " | ");
        index_columns(d, t, x);
        inb__buf_printf(d->body, " | %s%s | ", x->unique ? "unique, " : "",
                        inb__index_method_sql(x->algorithm));
        if (x->predicate.n) {
            inb__markdown_code(d->body, x->predicate);
        } else {
            inb__buf_str(d->body, "all");
        }
        inb__buf_str(d->body, " |\n");
    }
    inb__buf_str(d->body, t->n_indexes ? "\n" : "");
}

/* ---- relations ------------------------------------------------------------------------------- */

static void key_columns(inb__document *d, uint32_t table, const uint32_t *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        inb__buf_str(d->body, i ? ", " : "");
        inb__markdown_code(d->body, d->schema->tables[table].columns[columns[i]].name);
    }
}

static void foreign_key_write(inb__document *d, const inb__foreign_key *f)
{
    inb__buf_str(d->body, "| ");
    inb__markdown_code(d->body, f->name);
    inb__buf_str(d->body, " | ");
    key_columns(d, f->table, f->columns, f->n_columns);
    inb__buf_str(d->body, " | ");
    inb__markdown_table_link(d, f->references);
    inb__buf_str(d->body, " (");
    key_columns(d, f->references, f->referenced, f->n_columns);
    inb__buf_printf(d->body, ") | %s | %s |\n", inb__ref_action_sql(f->on_delete),
                    inb__ref_action_sql(f->on_update));
}

void inb__markdown_foreign_keys(inb__document *d, uint32_t table)
{
    uint32_t i = d->first_key[table];
    if (i == INB__SCHEMA_NONE) {
        return;
    }
    INB__MARKDOWN_HEAD(d->body, "Foreign key", "Columns", "References", "On delete", "On update");
    for (; i != INB__SCHEMA_NONE; i = d->next_key[i]) {
        foreign_key_write(d, &d->schema->foreign_keys[i]);
    }
    inb__buf_char(d->body, '\n');
}

/* The relation fields of a model: what a client navigates by. */
void inb__markdown_relations(inb__document *d, const inb__dm_model *m)
{
    static const char *const arities[] = {[INB__DM_REQUIRED] = "one",
                                          [INB__DM_OPTIONAL] = "one or none",
                                          [INB__DM_LIST] = "any number"};
    bool any = false;
    for (size_t i = 0; m && i < m->n_fields; i++) {
        const inb__dm_field *f = m->fields[i];
        if (f->type.kind != INB__DM_TYPE_MODEL) {
            continue;
        }
        if (!any) {
            INB__MARKDOWN_HEAD(d->body, "Relation", "To", "How many", "Description");
        }
        any = true;
        inb__buf_str(d->body, "| ");
        inb__markdown_code(d->body, f->name);
        inb__buf_str(d->body, " | ");
        inb__markdown_code(d->body, f->type.model->name);
        inb__buf_printf(d->body, " | %s | ", arities[f->arity]);
        inb__markdown_cell(d->body, f->doc);
        inb__buf_str(d->body, " |\n");
    }
    inb__buf_str(d->body, any ? "\n" : "");
}

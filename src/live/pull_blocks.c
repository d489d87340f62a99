/* Models, views and enums as blocks of the schema language. */
#include "config.h"

#include "live/pull_parts.h"

#include "psl/ast.h"
#include "psl/default_name.h"

/*
 * Text of several lines, each behind three slashes; without the one of a commented field, which the
 * parser takes for the documentation of the field that follows.
 */
static void doc_write(inb__psl_out *out, const char *indent, inb__str doc)
{
    size_t start = 0;
    for (size_t i = 0; doc.n && i <= doc.n; i++) {
        if (i == doc.n || doc.p[i] == '\n') {
            inb__str line = {doc.p + start, i - start};
            start = i + 1;
            if (inb__str_starts(line, INB__PULL_COMMENTED)) {
                continue;
            }
            inb__psl_out_str(out, indent);
            inb__psl_out_str(out, line.n ? "/// " : "///");
            inb__psl_out_add(out, line);
            inb__psl_out_str(out, "\n");
        }
    }
}

static void map_write(inb__psl_out *out, const char *attribute, inb__str name)
{
    inb__psl_out_str(out, attribute);
    inb__psl_out_str(out, "(");
    inb__pull_string_write(out, name);
    inb__psl_out_str(out, ")");
}

/* ---- scalar fields --------------------------------------------------------------------------- */

#define COMMENTED                                                                                  \
    "/// " INB__PULL_COMMENTED ". Please provide a valid one that matches [a-zA-Z][a-zA-Z0-9_]*\n"

/* The keys of a view are what the present schema says. */
static void view_keys_write(inb__psl_out *out, const inb__pull_run *run, const inb__dm_field *old)
{
    for (size_t i = 0; old && i < old->ast->attributes.n; i++) {
        const inb__psl_attribute *a = old->ast->attributes.v[i];
        if (inb__str_is(a->name.name, "unique")) {
            inb__psl_out_str(out, " ");
            inb__psl_out_add(out, inb__psl_ast_text(run->old->ast, a->span));
        }
    }
}

static void trailing_comment_write(inb__psl_out *out, const inb__psl_field *ast)
{
    if (ast->comment.n && !inb__str_starts(ast->comment, "///")) {
        inb__psl_out_str(out, " ");
        inb__psl_out_add(out, ast->comment);
    }
}

static void field_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m,
                        uint32_t column)
{
    const inb__pull_field *f = &m->fields[column];
    if (f->old) {
        inb__pull_comments_before(out, run, f->old->ast->span);
        doc_write(out, "  ", f->old->doc);
    }
    inb__psl_out_str(out, f->is_commented ? "  " COMMENTED "  // " : "  ");
    inb__psl_out_add(out, f->name);
    inb__psl_out_str(out, " ");
    inb__pull_type_write(out, run, m, column);
    if (m->table) {
        inb__pull_field_keys_write(out, run, m, column);
    } else {
        view_keys_write(out, run, f->old);
    }
    inb__pull_default_write(out, run, m, column);
    inb__psl_out_str(out, f->old && f->old->is_updated_at ? " @updatedAt" : "");
    if (f->is_mapped) {
        map_write(out, " @map", f->fact->name);
    }
    inb__pull_native_write(out, run, m, column);
    inb__psl_out_str(out, f->old && f->old->is_ignored ? " @ignore" : "");
    if (f->old) {
        trailing_comment_write(out, f->old->ast);
    }
    inb__psl_out_str(out, "\n");
}

/* ---- relation fields ------------------------------------------------------------------------- */

static void key_fields_write(inb__psl_out *out, const char *name, const inb__pull_model *m,
                             const uint32_t *columns, size_t n)
{
    inb__psl_out_str(out, name);
    for (size_t i = 0; i < n; i++) {
        inb__psl_out_str(out, i ? ", " : "[");
        inb__psl_out_add(out, m->fields[columns[i]].name);
    }
    inb__psl_out_str(out, "]");
}

static void old_fields_write(inb__psl_out *out, const char *name, inb__dm_field *const *fields,
                             size_t n)
{
    inb__psl_out_str(out, name);
    for (size_t i = 0; i < n; i++) {
        inb__psl_out_str(out, i ? ", " : "[");
        inb__psl_out_add(out, fields[i]->name);
    }
    inb__psl_out_str(out, "]");
}

static void action_write(inb__psl_out *out, const char *name, inb__ref_action action)
{
    inb__psl_out_str(out, name);
    inb__psl_out_str(out, inb__psl_words_action(action));
}

/* The action that goes without saying: that of the keys that have a column that is always there. */
static inb__ref_action usual_on_delete(const inb__pull_model *m, const inb__foreign_key *k)
{
    for (size_t i = 0; i < k->n_columns; i++) {
        if (m->columns[k->columns[i]].arity != INB__ARITY_OPTIONAL) {
            return INB__REF_RESTRICT;
        }
    }
    return INB__REF_SET_NULL;
}

static void key_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_relation *r)
{
    const inb__foreign_key *k = &run->live->schema.foreign_keys[r->key];
    inb__str *names = INB__NEW_N(run->arena, inb__str, k->n_columns);
    for (size_t i = 0; i < k->n_columns; i++) {
        names[i] = r->a->columns[k->columns[i]].name;
    }
    key_fields_write(out, r->name.n ? ", fields: " : "fields: ", r->a, k->columns, k->n_columns);
    key_fields_write(out, ", references: ", r->b, k->referenced, k->n_columns);
    if (k->on_delete != usual_on_delete(r->a, k)) {
        action_write(out, ", onDelete: ", k->on_delete);
    }
    if (k->on_update != INB__REF_CASCADE) {
        action_write(out, ", onUpdate: ", k->on_update);
    }
    inb__str usual =
        inb__psl_default_name_foreign_key(run->arena, r->a->fact->name, names, k->n_columns);
    bool said = r->old && r->old->is_mapped && inb__str_eq(r->old->db_name, k->name);
    if (said || !inb__str_eq(k->name, usual)) {
        inb__psl_out_str(out, ", map: ");
        inb__pull_string_write(out, k->name);
    }
}

static void copied_write(inb__psl_out *out, const inb__dm_relation *r)
{
    old_fields_write(out, r->name.n ? ", fields: " : "fields: ", r->fields, r->n_fields);
    old_fields_write(out, ", references: ", r->references, r->n_references);
    if (r->on_delete_written != INB__REF_UNSET) {
        action_write(out, ", onDelete: ", r->on_delete_written);
    }
    if (r->on_update_written != INB__REF_UNSET) {
        action_write(out, ", onUpdate: ", r->on_update_written);
    }
    if (r->is_mapped) {
        inb__psl_out_str(out, ", map: ");
        inb__pull_string_write(out, r->db_name);
    }
}

static const inb__dm_field *old_end(const inb__pull_model *m, const inb__pull_end *end)
{
    for (size_t i = 0; m->old && i < m->old->n_fields; i++) {
        const inb__dm_field *f = m->old->fields[i];
        if (!inb__dm_field_is_scalar(f) && inb__str_eq(f->name, end->name)) {
            return f;
        }
    }
    return NULL;
}

static void end_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m,
                      const inb__pull_end *end)
{
    static const char *const marks[] = {
        [INB__DM_REQUIRED] = "", [INB__DM_OPTIONAL] = "?", [INB__DM_LIST] = "[]"};
    const inb__pull_relation *r = end->relation;
    const inb__dm_field *old = old_end(m, end);
    if (old) {
        inb__pull_comments_before(out, run, old->ast->span);
        doc_write(out, "  ", old->doc);
    }
    inb__psl_out_str(out, "  ");
    inb__psl_out_add(out, end->name);
    inb__psl_out_str(out, " ");
    inb__psl_out_add(out, end->type->name);
    inb__psl_out_str(out, marks[end->arity]);
    if (r->name.n || end->is_forward) {
        inb__psl_out_str(out, " @relation(");
        if (r->name.n) {
            inb__pull_string_write(out, r->name);
        }
        if (end->is_forward && r->copied) {
            copied_write(out, r->copied);
        } else if (end->is_forward) {
            key_write(out, run, r);
        }
        inb__psl_out_str(out, ")");
    }
    bool ignored = (end->type->is_ignored && !m->is_ignored) || (old && old->is_ignored);
    inb__psl_out_str(out, ignored ? " @ignore" : "");
    if (old) {
        trailing_comment_write(out, old->ast);
    }
    inb__psl_out_str(out, "\n");
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Block attributes that only the present schema can say. */
static void old_attributes_write(inb__psl_out *out, const inb__pull_run *run,
                                 const inb__pull_model *m)
{
    for (size_t i = 0; m->old && i < m->old->ast->attributes.n; i++) {
        const inb__psl_attribute *a = m->old->ast->attributes.v[i];
        bool of_view = inb__str_is(a->name.name, "unique") || inb__str_is(a->name.name, "index") ||
                       inb__str_is(a->name.name, "id");
        if ((m->is_view && of_view) || inb__str_is(a->name.name, "shardKey")) {
            inb__psl_out_str(out, "  ");
            inb__psl_out_add(out, inb__psl_ast_text(run->old->ast, a->span));
            inb__psl_out_str(out, "\n");
        }
    }
}

static void block_end_write(inb__psl_out *out, const inb__pull_run *run, bool is_mapped,
                            inb__str name, inb__str space)
{
    if (is_mapped) {
        map_write(out, "  @@map", name);
        inb__psl_out_str(out, "\n");
    }
    if (run->options->n_spaces) {
        map_write(out, "  @@schema", space);
        inb__psl_out_str(out, "\n");
    }
    inb__psl_out_str(out, "}\n");
}

static void columnless_write(inb__psl_out *out, const inb__pull_model *m)
{
    inb__psl_out_str(out, "// model ");
    inb__psl_out_add(out, m->name);
    inb__psl_out_str(out, " {\n");
    if (m->is_mapped) {
        map_write(out, "// @@map", m->fact->name);
        inb__psl_out_str(out, "\n");
    }
    inb__psl_out_str(out, "// }\n");
}

static void docs_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m)
{
    if (m->old) {
        inb__pull_comments_before(out, run, m->old->ast->span);
        doc_write(out, "", m->old->doc);
    }
    for (size_t i = 0; i < m->docs.n; i++) {
        doc_write(out, "", m->docs.v[i]);
    }
}

void inb__pull_model_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m)
{
    docs_write(out, run, m);
    if (!m->fact->n_columns) {
        columnless_write(out, m);
        return;
    }
    inb__pull_block_begin(out, m->is_view ? "view" : "model", m->name, m->old ? m->old->ast : NULL);
    for (uint32_t i = 0; i < m->fact->n_columns; i++) {
        field_write(out, run, m, i);
    }
    for (size_t i = 0; i < m->ends.n; i++) {
        end_write(out, run, m, &m->ends.v[i]);
    }
    if (m->old) {
        inb__pull_comments_before(out, run,
                                  (inb__span){m->old->ast->span.file, m->old->ast->body.end, 0});
    }
    inb__psl_out_str(out, "\n");
    if (m->table) {
        inb__pull_block_keys_write(out, run, m);
    }
    old_attributes_write(out, run, m);
    inb__psl_out_str(out, m->is_ignored ? "  @@ignore\n" : "");
    block_end_write(out, run, m->is_mapped, m->fact->name, m->fact->space);
}

static void value_line_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_value *v)
{
    if (v->old) {
        inb__pull_comments_before(out, run, v->old->ast->span);
        doc_write(out, "  ", v->old->doc);
    }
    inb__psl_out_str(out, v->is_commented ? "  // " : "  ");
    inb__psl_out_add(out, v->name);
    if (v->is_mapped) {
        map_write(out, " @map", v->label);
    }
    if (v->old && v->old->ast->comment.n && !inb__str_starts(v->old->ast->comment, "///")) {
        inb__psl_out_str(out, " ");
        inb__psl_out_add(out, v->old->ast->comment);
    }
    inb__psl_out_str(out, "\n");
}

void inb__pull_enum_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_enum *e)
{
    if (e->old) {
        inb__pull_comments_before(out, run, e->old->ast->span);
        doc_write(out, "", e->old->doc);
    } else if (e->fact->comment.p) {
        doc_write(out, "",
                  INB__STR("This enum is commented in the database, and requires an additional "
                           "setup for migrations: Read more: "
                           "https://pris.ly/d/database-comments"));
    }
    inb__pull_block_begin(out, "enum", e->name, e->old ? e->old->ast : NULL);
    for (size_t i = 0; i < e->fact->n_labels; i++) {
        value_line_write(out, run, &e->values[i]);
    }
    inb__psl_out_str(out, "\n");
    block_end_write(out, run, e->is_mapped, e->fact->name, e->fact->space);
}

/* What is said about what was pulled: documentation in the schema, and warnings beside it. */
#include "config.h"

#include "live/pull_parts.h"

#include <stdarg.h>
#include <stdlib.h>

void inb__pull_warn(inb__pull_run *run, inb__pull_warning_kind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    inb__pull_warning w = {.kind = kind,
                           .text = inb__str_of(inb__arena_vprintf(run->arena, format, args))};
    va_end(args);
    INB__VEC_ADD(run->arena, &run->warnings, w);
}

/* Unless the present documentation says so. */
static void doc_add(inb__pull_run *run, inb__pull_model *m, const char *text)
{
    inb__str doc = m->old ? m->old->doc : (inb__str){NULL, 0};
    if (!doc.n || !memmem(doc.p, doc.n, text, strlen(text))) {
        INB__VEC_ADD(run->arena, &m->docs, inb__str_of(text));
    }
}

#define MORE " and requires additional setup for migrations. Visit https://pris.ly/d/"

/* ---- identifiers ----------------------------------------------------------------------------- */

static bool identifies(const inb__pull_model *m, const inb__index *x)
{
    if (x->predicate.n || !inb__pull_is_sayable(m, x)) {
        return false;
    }
    for (size_t i = 0; i < x->n_columns; i++) {
        const inb__column *c = &m->columns[x->columns[i].column];
        if (c->arity == INB__ARITY_OPTIONAL || c->type.kind == INB__COLUMN_UNSUPPORTED) {
            return false;
        }
    }
    return true;
}

static void identifier_find(inb__pull_run *run, inb__pull_model *m)
{
    bool ignored_before = m->old && m->old->is_ignored;
    m->is_ignored = ignored_before;
    if (m->is_view || !m->table) {
        m->has_identifier = true;
        return;
    }
    m->has_identifier = m->table->primary_key && identifies(m, m->table->primary_key);
    for (size_t i = 0; i < m->table->n_indexes; i++) {
        m->has_identifier = m->has_identifier ||
                            (m->table->indexes[i].unique && identifies(m, &m->table->indexes[i]));
    }
    if (!m->has_identifier) {
        m->is_ignored = true;
        inb__pull_warn(run, INB__PULL_NO_IDENTIFIER, "\"%.*s\"", INB__STR_ARG(m->name));
    }
}

/* ---- documentation --------------------------------------------------------------------------- */

static bool is_commented_on(const inb__pull_model *m)
{
    bool found = m->fact->comment.p != NULL;
    for (size_t i = 0; i < m->fact->n_columns; i++) {
        found = found || m->fact->columns[i].comment.p;
    }
    return found;
}

static bool has_deferrable(const inb__fact_relation *fact)
{
    bool found = false;
    for (size_t i = 0; i < fact->n_indexes; i++) {
        found = found || (fact->indexes[i].deferrable && !fact->indexes[i].is_exclusion);
    }
    for (size_t i = 0; i < fact->n_foreign_keys; i++) {
        found = found || fact->foreign_keys[i].deferrable;
    }
    return found;
}

static bool has_nulls_order(const inb__fact_index *x)
{
    for (size_t i = 0; i < x->n_keys; i++) {
        if (x->keys[i].nulls_first != x->keys[i].descending && inb__str_is(x->method, "btree")) {
            return true;
        }
    }
    return false;
}

/* The index is one of the present schema. */
static bool index_is_old(const inb__pull_model *m, inb__str name)
{
    for (size_t i = 0; m->old && i < m->old->n_indexes; i++) {
        if (inb__str_eq(m->old->indexes[i]->db_name, name)) {
            return true;
        }
    }
    return false;
}

static void indexes_doc(inb__pull_run *run, inb__pull_model *m)
{
    const inb__fact_relation *fact = m->fact;
    bool nulls = false, expression = false;
    for (size_t i = 0; i < fact->n_indexes; i++) {
        const inb__fact_index *x = &fact->indexes[i];
        nulls = nulls || (!x->has_expression && !x->is_exclusion && has_nulls_order(x) &&
                          !index_is_old(m, x->name));
        expression = expression || (x->has_expression && !x->is_exclusion);
    }
    if (nulls) {
        doc_add(run, m,
                "This model contains an index with non-default null sort order" MORE
                "default-index-null-ordering for more info.");
    }
    if (expression) {
        doc_add(run, m,
                "This model contains an expression index which requires additional setup "
                "for migrations. Visit https://pris.ly/d/expression-indexes for more info.");
    }
}

static void new_model_doc(inb__pull_run *run, inb__pull_model *m)
{
    const inb__fact_relation *fact = m->fact;
    const struct {
        bool applies;
        const char *text;
    } docs[] = {
        {fact->kind == 'p' && fact->has_children,
         "This table is a partition table" MORE "partition-tables for more info."},
        {fact->kind == 'r' && fact->has_children,
         "This table has subclasses" MORE "table-inheritance for more info."},
        {fact->n_checks > 0,
         "This table contains check constraints" MORE "check-constraints for more info."},
        {fact->n_exclusions > 0,
         "This table contains exclusion constraints" MORE "exclusion-constraints for more info."},
    };
    for (size_t i = 0; i < sizeof(docs) / sizeof(docs[0]); i++) {
        if (docs[i].applies) {
            doc_add(run, m, docs[i].text);
        }
    }
}

static void model_doc(inb__pull_run *run, inb__pull_model *m)
{
    bool is_new = !m->old;
    const char *kind = m->is_view ? "view" : "model";
    if (!m->fact->n_columns) { /* the one line that a second pull knows again */
        doc_add(run, m,
                "We could not retrieve columns for the underlying table. Either it has none "
                "or you are missing rights to see them. Please check your privileges.");
        return;
    }
    if (m->was_reserved) {
        doc_add(run, m,
                inb__arena_printf(run->arena,
                                  "This %s has been renamed to '%.*s' during introspection, "
                                  "because the original name '%.*s' is reserved.",
                                  kind, INB__STR_ARG(m->name), INB__STR_ARG(m->fact->name)));
    }
    if (is_new) {
        new_model_doc(run, m);
    }
    if (!m->has_identifier && !(m->old && m->old->is_ignored)) {
        doc_add(run, m,
                "The underlying table does not contain a valid unique identifier and can "
                "therefore currently not be handled by Prisma Client.");
    }
    if (is_new && is_commented_on(m)) {
        doc_add(run, m,
                inb__arena_printf(run->arena,
                                  "This %s or at least one of its fields has comments in the "
                                  "database, and requires an additional setup for migrations: Read "
                                  "more: https://pris.ly/d/database-comments",
                                  kind));
    }
    if (is_new && has_deferrable(m->fact)) {
        doc_add(run, m,
                "This model has constraints using non-default deferring rules" MORE
                "constraint-deferring for more info.");
    }
    if (is_new && m->fact->row_security) {
        doc_add(run, m,
                "This model contains row level security" MORE "row-level-security for more info.");
    }
    indexes_doc(run, m);
}

/* ---- warnings -------------------------------------------------------------------------------- */

static int name_order(const void *a, const void *b)
{
    return inb__str_cmp(*(const inb__str *)a, *(const inb__str *)b);
}

static void constraint_warn(inb__pull_run *run, inb__pull_warning_kind kind,
                            const inb__pull_model *m, inb__str name)
{
    inb__pull_warn(run, kind, "Model: \"%.*s\", constraint: \"%.*s\"", INB__STR_ARG(m->name),
                   INB__STR_ARG(name));
}

static void field_warn(inb__pull_run *run, inb__pull_warning_kind kind, const inb__pull_model *m,
                       const inb__pull_field *f)
{
    inb__pull_warn(run, kind, "%s: \"%.*s\", field: \"%.*s\"", m->is_view ? "View" : "Model",
                   INB__STR_ARG(m->name), INB__STR_ARG(f->name));
}

/* One warning a model, with the names in their order. */
static void commented_warn(inb__pull_run *run, const inb__pull_model *m)
{
    INB__VEC(inb__str) names = {0};
    for (size_t i = 0; i < m->fact->n_columns; i++) {
        if (m->fields[i].is_commented) {
            INB__VEC_ADD(run->arena, &names, m->fields[i].name);
        }
    }
    if (!names.n) {
        return;
    }
    qsort(names.v, names.n, sizeof(*names.v), name_order);
    inb__str list = {NULL, 0};
    for (size_t i = 0; i < names.n; i++) {
        list = inb__str_of(inb__arena_printf(run->arena, "%.*s%s\"%.*s\"", INB__STR_ARG(list),
                                             i ? ", " : "", INB__STR_ARG(names.v[i])));
    }
    inb__pull_warn(run, m->is_view ? INB__PULL_VIEW_FIELD_COMMENTED : INB__PULL_FIELD_COMMENTED,
                   "%s: \"%.*s\", field(s): [%.*s]", m->is_view ? "View" : "Model",
                   INB__STR_ARG(m->name), INB__STR_ARG(list));
}

static void fields_warn(inb__pull_run *run, const inb__pull_model *m)
{
    commented_warn(run, m);
    for (size_t i = 0; i < m->fact->n_columns; i++) {
        const inb__pull_field *f = &m->fields[i];
        if (f->old && f->is_mapped &&
            !inb__str_eq(f->name, inb__pull_sanitize(run->arena, f->fact->name))) {
            field_warn(run, m->is_view ? INB__PULL_VIEW_FIELD_MAPPED : INB__PULL_FIELD_MAPPED, m,
                       f);
        }
        if (m->columns[i].type.kind == INB__COLUMN_UNSUPPORTED) {
            inb__pull_warn(run, m->is_view ? INB__PULL_VIEW_UNSUPPORTED : INB__PULL_UNSUPPORTED,
                           "%s: \"%.*s\", field: \"%.*s\", original data type: \"%.*s\"",
                           m->is_view ? "View" : "Model", INB__STR_ARG(m->name),
                           INB__STR_ARG(f->name), INB__STR_ARG(m->columns[i].type.unsupported));
        }
        if (f->fact->generated) {
            field_warn(run, INB__PULL_GENERATED, m, f);
        }
    }
}

static bool method_is_known(const inb__fact_index *x)
{
    for (int i = 0; i < INB__METHODS; i++) {
        if (inb__str_is(x->method, inb__index_method_name((inb__index_method)i))) {
            return true;
        }
    }
    return false;
}

static bool is_simplified(const inb__fact_index *x)
{
    bool other = x->included > 0 || x->nulls_not_distinct;
    for (size_t i = 0; i < x->n_keys; i++) {
        other = other || x->keys[i].collated || (x->unique && !x->keys[i].opclass_default);
    }
    return other;
}

static void index_warn(inb__pull_run *run, const inb__pull_model *m, const inb__fact_index *x)
{
    if (x->is_exclusion) {
        return;
    }
    if (x->deferrable) {
        constraint_warn(run, INB__PULL_DEFERRABLE, m, x->name);
    }
    if (x->has_expression) {
        constraint_warn(run, INB__PULL_EXPRESSION_INDEX, m, x->name);
    } else if (!x->valid || !method_is_known(x)) {
        constraint_warn(run, INB__PULL_INDEX_LEFT_OUT, m, x->name);
    } else if (is_simplified(x)) {
        constraint_warn(run, INB__PULL_INDEX_SIMPLER, m, x->name);
    }
    for (size_t i = 0; i < x->n_keys; i++) {
        const inb__fact_key *k = &x->keys[i];
        if (k->column != INB__CATALOGUE_NONE && k->nulls_first != k->descending &&
            inb__str_is(x->method, "btree")) {
            inb__pull_warn(run, INB__PULL_NULLS_ORDER, "Index: \"%.*s\", column: \"%.*s\"",
                           INB__STR_ARG(x->name), INB__STR_ARG(m->fact->columns[k->column].name));
        }
    }
}

/* No relation can be of it. */
static bool key_is_left_out(const inb__pull_run *run, const inb__fact_foreign_key *f)
{
    const inb__live_model *live = run->live;
    for (size_t i = 0; i < live->schema.n_foreign_keys; i++) {
        if (live->keys[i] == f) {
            return !inb__live_types_match(&live->schema, &live->schema.foreign_keys[i]);
        }
    }
    return true;
}

static void key_warn(inb__pull_run *run, const inb__pull_model *m, const inb__fact_foreign_key *f)
{
    if (f->deferrable) {
        constraint_warn(run, INB__PULL_DEFERRABLE, m, f->name);
    }
    if (key_is_left_out(run, f)) {
        inb__pull_warn(run, INB__PULL_KEY_LEFT_OUT,
                       "Model: \"%.*s\", constraint: \"%.*s\", references: \"%.*s.%.*s\"",
                       INB__STR_ARG(m->name), INB__STR_ARG(f->name),
                       INB__STR_ARG(f->references_space), INB__STR_ARG(f->references_name));
    } else if (f->set_columns || f->match_full || !f->validated) {
        constraint_warn(run, INB__PULL_KEY_SIMPLER, m, f->name);
    }
}

static void constraints_warn(inb__pull_run *run, const inb__pull_model *m)
{
    const inb__fact_relation *fact = m->fact;
    for (size_t i = 0; i < fact->n_checks; i++) {
        constraint_warn(run, INB__PULL_CHECK, m, fact->checks[i]);
    }
    for (size_t i = 0; i < fact->n_exclusions; i++) {
        constraint_warn(run, INB__PULL_EXCLUSION, m, fact->exclusions[i]);
    }
    for (size_t i = 0; i < fact->n_indexes; i++) {
        index_warn(run, m, &fact->indexes[i]);
    }
    for (size_t i = 0; i < fact->n_foreign_keys; i++) {
        key_warn(run, m, &fact->foreign_keys[i]);
    }
}

static void comments_warn(inb__pull_run *run, const inb__pull_model *m)
{
    const char *kind = m->is_view ? "view" : "model";
    if (m->fact->comment.p) {
        inb__pull_warn(run, INB__PULL_COMMENT, "Type: \"%s\", name: \"%.*s\"", kind,
                       INB__STR_ARG(m->name));
    }
    for (size_t i = 0; i < m->fact->n_columns; i++) {
        if (m->fact->columns[i].comment.p) {
            inb__pull_warn(run, INB__PULL_COMMENT, "Type: \"field\", name: \"%.*s.%.*s\"",
                           INB__STR_ARG(m->name), INB__STR_ARG(m->fields[i].name));
        }
    }
}

static void model_warn(inb__pull_run *run, const inb__pull_model *m)
{
    const inb__fact_relation *fact = m->fact;
    const struct {
        bool applies;
        inb__pull_warning_kind kind;
    } warnings[] = {
        {!fact->n_columns, INB__PULL_NO_COLUMNS},
        {m->old && m->old->primary_key && m->old->primary_key->name.n, INB__PULL_ID_NAMED},
        {m->old && m->is_mapped && !m->is_view, INB__PULL_MODEL_MAPPED},
        {m->old && m->is_mapped && m->is_view, INB__PULL_VIEW_MAPPED},
        {fact->kind == 'p' && fact->has_children, INB__PULL_PARTITIONED},
        {fact->kind == 'r' && fact->has_children, INB__PULL_INHERITED},
        {fact->row_security, INB__PULL_ROW_SECURITY},
        {!fact->readable, INB__PULL_UNREADABLE},
    };
    for (size_t i = 0; i < sizeof(warnings) / sizeof(warnings[0]); i++) {
        if (warnings[i].applies) {
            inb__pull_warn(run, warnings[i].kind, "\"%.*s\"", INB__STR_ARG(m->name));
        }
    }
    if (m->is_renamed) {
        inb__pull_warn(run, INB__PULL_RENAMED, "Type: \"%s\", name: \"%.*s\"",
                       m->is_view ? "view" : "model", INB__STR_ARG(m->name));
    }
    fields_warn(run, m);
    constraints_warn(run, m);
    comments_warn(run, m);
}

static void enum_warn(inb__pull_run *run, const inb__pull_enum *e)
{
    if (e->old && e->is_mapped) {
        inb__pull_warn(run, INB__PULL_ENUM_MAPPED, "\"%.*s\"", INB__STR_ARG(e->name));
    }
    if (e->is_renamed) {
        inb__pull_warn(run, INB__PULL_RENAMED, "Type: \"enum\", name: \"%.*s\"",
                       INB__STR_ARG(e->name));
    }
    if (e->fact->comment.p) {
        inb__pull_warn(run, INB__PULL_COMMENT, "Type: \"enum\", name: \"%.*s\"",
                       INB__STR_ARG(e->name));
    }
    for (size_t i = 0; i < e->fact->n_labels; i++) {
        const inb__pull_value *v = &e->values[i];
        if (v->old && v->is_mapped &&
            !inb__str_eq(v->name, inb__pull_sanitize(run->arena, v->label))) {
            inb__pull_warn(run, INB__PULL_VALUE_MAPPED, "Enum: \"%.*s\", value: \"%.*s\"",
                           INB__STR_ARG(e->name), INB__STR_ARG(v->name));
        }
        if (v->is_commented) {
            inb__pull_warn(run, INB__PULL_VALUE_COMMENTED, "Enum: \"%.*s\", value: \"%.*s\"",
                           INB__STR_ARG(e->name), INB__STR_ARG(v->name));
        }
    }
}

void inb__pull_remarks_add(inb__pull_run *run)
{
    for (size_t i = 0; i < run->n_enums; i++) {
        enum_warn(run, &run->enums[i]);
    }
    for (size_t i = 0; i < run->n_models; i++) {
        inb__pull_model *m = &run->models[i];
        if (m->fact && !m->is_join) {
            identifier_find(run, m);
            model_doc(run, m);
            model_warn(run, m);
        }
    }
}

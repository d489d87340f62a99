/* From rows to facts: schemas, relations and their columns, enums, extensions. */
#include "config.h"

#include "catalogue/catalogue_rows.h"

#include "catalogue/catalogue_queries.h"
#include "util/vec.h"

static void spaces_fill(inb__catalogue *c, const inb_result *r)
{
    c->n_spaces = (size_t)inb_result_rows(r);
    c->spaces = INB__NEW_N(&c->arena, inb__str, c->n_spaces);
    for (int i = 0; i < inb_result_rows(r); i++) {
        c->spaces[i] = inb__row_text(c, r, i, 0);
    }
}

static void relations_fill(inb__catalogue *c, const inb_result *r)
{
    c->n_relations = (size_t)inb_result_rows(r);
    c->relations = INB__NEW_N(&c->arena, inb__fact_relation, c->n_relations);
    for (int i = 0; i < inb_result_rows(r); i++) {
        c->relations[i] = (inb__fact_relation){
            .oid = inb__row_oid(r, i, INB__RELATION_OID),
            .space = inb__row_text(c, r, i, INB__RELATION_SPACE),
            .name = inb__row_text(c, r, i, INB__RELATION_NAME),
            .kind = inb__row_char(r, i, INB__RELATION_KIND),
            .has_children = inb__row_bool(r, i, INB__RELATION_HAS_CHILDREN),
            .row_security = inb__row_bool(r, i, INB__RELATION_ROW_SECURITY),
            .of_extension = inb__row_bool(r, i, INB__RELATION_OF_EXTENSION),
            .readable = inb__row_bool(r, i, INB__RELATION_READABLE),
            .comment = inb__row_nullable(c, r, i, INB__RELATION_COMMENT),
        };
    }
}

static inb__fact_column column_of(inb__catalogue *c, const inb_result *r, int i)
{
    return (inb__fact_column){
        .name = inb__row_text(c, r, i, INB__COLUMN_NAME),
        .number = (int)inb__row_oid(r, i, INB__COLUMN_NUMBER),
        .type_oid = inb__row_oid(r, i, INB__COLUMN_TYPE_OID),
        .type_space = inb__row_text(c, r, i, INB__COLUMN_TYPE_SPACE),
        .type_name = inb__row_text(c, r, i, INB__COLUMN_TYPE_NAME),
        .type_written = inb__row_text(c, r, i, INB__COLUMN_WRITTEN),
        .type_modified = inb__row_nullable(c, r, i, INB__COLUMN_MODIFIED),
        .type_kind = inb__row_char(r, i, INB__COLUMN_TYPE_KIND),
        .is_list = inb__row_bool(r, i, INB__COLUMN_IS_LIST),
        .not_null = inb__row_bool(r, i, INB__COLUMN_NOT_NULL),
        .identity = inb__row_char(r, i, INB__COLUMN_IDENTITY),
        .generated = inb__row_char(r, i, INB__COLUMN_GENERATED),
        .expression = inb__row_nullable(c, r, i, INB__COLUMN_EXPRESSION),
        .comment = inb__row_nullable(c, r, i, INB__COLUMN_COMMENT),
        .domain = inb__row_text(c, r, i, INB__COLUMN_DOMAIN),
        .domain_default = inb__row_bool(r, i, INB__COLUMN_DOMAIN_DEFAULT),
    };
}

/* The rows are in the order of their relations. */
static void columns_fill(inb__catalogue *c, const inb_result *r)
{
    const uint32_t *by_oid = inb__catalogue_by_oid(c);
    int rows = inb_result_rows(r);
    for (int i = 0, end; i < rows; i = end) {
        uint32_t oid = inb__row_oid(r, i, INB__COLUMN_RELATION);
        for (end = i; end < rows && inb__row_oid(r, end, INB__COLUMN_RELATION) == oid; end++) {
        }
        uint32_t place = inb__catalogue_relation_of(c, by_oid, oid);
        if (place == INB__CATALOGUE_NONE) {
            continue;
        }
        inb__fact_relation *relation = &c->relations[place];
        relation->n_columns = (size_t)(end - i);
        relation->columns = INB__NEW_N(&c->arena, inb__fact_column, relation->n_columns);
        for (int k = i; k < end; k++) {
            relation->columns[k - i] = column_of(c, r, k);
        }
    }
}

static void enums_fill(inb__catalogue *c, const inb_result *r)
{
    INB__VEC(inb__fact_enum) enums = {0};
    int rows = inb_result_rows(r);
    for (int i = 0, end; i < rows; i = end) {
        uint32_t oid = inb__row_oid(r, i, INB__ENUM_OID);
        for (end = i; end < rows && inb__row_oid(r, end, INB__ENUM_OID) == oid; end++) {
        }
        inb__fact_enum *e = INB__VEC_PUSH(&c->arena, &enums);
        *e = (inb__fact_enum){
            .oid = oid,
            .space = inb__row_text(c, r, i, INB__ENUM_SPACE),
            .name = inb__row_text(c, r, i, INB__ENUM_NAME),
            .comment = inb__row_nullable(c, r, i, INB__ENUM_COMMENT),
            .of_extension = inb__row_bool(r, i, INB__ENUM_OF_EXTENSION),
            .labels = INB__NEW_N(&c->arena, inb__str, end - i),
        };
        for (int k = i; k < end; k++) {
            inb__str label = inb__row_nullable(c, r, k, INB__ENUM_LABEL);
            if (label.p) { /* an enum can be without labels */
                e->labels[e->n_labels++] = label;
            }
        }
    }
    c->enums = enums.v;
    c->n_enums = enums.n;
}

static void extensions_fill(inb__catalogue *c, const inb_result *r)
{
    c->n_extensions = (size_t)inb_result_rows(r);
    c->extensions = INB__NEW_N(&c->arena, inb__fact_extension, c->n_extensions);
    for (int i = 0; i < inb_result_rows(r); i++) {
        c->extensions[i] = (inb__fact_extension){
            .name = inb__row_text(c, r, i, INB__EXTENSION_NAME),
            .space = inb__row_text(c, r, i, INB__EXTENSION_SPACE),
            .version = inb__row_text(c, r, i, INB__EXTENSION_VERSION),
            .relocatable = inb__row_bool(r, i, INB__EXTENSION_RELOCATABLE),
        };
    }
}

void inb__catalogue_fill(inb__catalogue *out, const inb__catalogue_answers *answers)
{
    out->database = inb__row_text(out, answers->settings, 0, INB__SETTINGS_DATABASE);
    out->user = inb__row_text(out, answers->settings, 0, INB__SETTINGS_USER);
    spaces_fill(out, answers->spaces);
    relations_fill(out, answers->relations);
    columns_fill(out, answers->columns);
    enums_fill(out, answers->enums);
    extensions_fill(out, answers->extensions);
    inb__catalogue_fill_keys(out, answers);
}

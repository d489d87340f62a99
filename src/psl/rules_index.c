/* Rules of indexes and unique constraints, and of their operator classes. */
#include "config.h"

#include "psl/fieldlist.h"
#include "psl/opclass.h"
#include "psl/rules.h"
#include "psl/suggest.h"
#include "psl/words.h"

/* ---- operator classes ------------------------------------------------------------------------ */

#define OPCLASSES_SHOWN 4

/* XML has no equality: PostgreSQL cannot index it. Reported once an index. */
static void xml_check(inb__psl_checker *c, const inb__dm_index *index)
{
    for (size_t i = 0; i < index->n_fields; i++) {
        const inb__dm_field *f = index->fields[i].field;
        if (f->type.native.kind == INB__NATIVE_XML) {
            inb__psl_error(c->d, f->ast->span, "a column of type Xml cannot be in an index");
            inb__psl_hint(c->d, "Remove \"%.*s\" from the %s.", INB__STR_ARG(f->name),
                          index->kind == INB__DM_INDEX_UNIQUE ? "unique constraint" : "index");
            return;
        }
    }
}

static void opclass_hint(inb__psl_checker *c, const inb__dm_index *index, const inb__dm_field *f)
{
    inb__str names[OPCLASSES_SHOWN];
    size_t n = inb__psl_opclass_list(names, OPCLASSES_SHOWN, index->algorithm, &f->type,
                                     f->arity == INB__DM_LIST);
    if (n) {
        inb__psl_hint(c->d, "Write a matching one: %.*s(ops: %.*s)%s%s.", INB__STR_ARG(f->name),
                      INB__STR_ARG(names[0]), n > 1 ? "; others are " : "",
                      n > 1 ? inb__psl_suggest_quoted(c->arena, names + 1, n - 1) : "");
    } else {
        inb__psl_hint(c->d,
                      "Use another index type, or name an operator class: %.*s(ops: raw(\"…\")).",
                      INB__STR_ARG(f->name));
    }
}

static void misfit_report(inb__psl_checker *c, const inb__dm_index *index,
                          const inb__dm_index_field *field)
{
    const inb__dm_field *f = field->field;
    const char *algorithm = inb__psl_words_method(index->algorithm);
    const char *type = f->type.native.kind != INB__NATIVE_NONE
                           ? inb__native_label(f->type.native.kind)
                       : f->type.kind == INB__DM_TYPE_SCALAR ? inb__psl_words_scalar(f->type.scalar)
                       : f->type.kind == INB__DM_TYPE_ENUM   ? "an enum"
                                                             : "Unsupported";
    if (field->opclass && !inb__opclass_supports(field->opclass, index->algorithm)) {
        inb__psl_error(c->d, index->attr->span, "the operator class %s does not support %s indexes",
                       inb__psl_opclass_name(field->opclass), algorithm);
    } else if (field->opclass) {
        inb__psl_error(c->d, index->attr->span, "the operator class %s does not fit \"%.*s\" (%s)",
                       inb__psl_opclass_name(field->opclass), INB__STR_ARG(f->name), type);
    } else {
        inb__psl_error(c->d, index->attr->span,
                       "a %s index over \"%.*s\" (%s) requires an operator class", algorithm,
                       INB__STR_ARG(f->name), type);
    }
    opclass_hint(c, index, f);
}

/* To the operator classes an unknown native type is none; but GiST, which has classes for
 * native types only, asks whether one is written. */
static bool is_native_unknown(const inb__dm_index *index, const inb__dm_field *dm)
{
    const inb__psl_checked_field *f = inb__psl_checked_field_of(dm);
    return index->algorithm == INB__METHOD_GIST && f->native &&
           inb__psl_words_native_find(f->native_name) == INB__NATIVE_NONE;
}

static bool field_fits(const inb__dm_index *index, const inb__dm_index_field *field)
{
    const inb__dm_field *f = field->field;
    bool is_plain = f->type.kind == INB__DM_TYPE_SCALAR && !is_native_unknown(index, f);
    int scalar = is_plain ? (int)f->type.scalar : -1;
    if (field->raw_opclass.p) {
        return true;
    }
    if (field->opclass && !inb__opclass_supports(field->opclass, index->algorithm)) {
        return false;
    }
    if (!field->opclass && f->type.kind == INB__DM_TYPE_UNSUPPORTED) {
        return true;
    }
    return (index->algorithm <= INB__METHOD_HASH) ||
           inb__psl_opclass_fits(index->algorithm, field->opclass, f->type.native.kind, scalar,
                                 f->arity == INB__DM_LIST);
}

void inb__psl_rules_index_opclasses(inb__psl_checker *c, inb__psl_checked_index *index)
{
    const inb__dm_index *dm = &index->dm;
    xml_check(c, dm);
    for (size_t i = 0; i < dm->n_fields; i++) {
        if (!field_fits(dm, &dm->fields[i])) {
            misfit_report(c, dm, &dm->fields[i]);
        }
    }
    if (dm->algorithm == INB__METHOD_SPGIST && dm->n_fields != 1) {
        inb__psl_error(c->d, dm->attr->span, "an SpGist index can have only one column");
        inb__psl_hint(c->d, "Create an index for each column.");
    }
}

/* ---- indexes --------------------------------------------------------------------------------- */

static void refuse(inb__psl_checker *c, const inb__dm_index *index, const char *message,
                   const char *hint)
{
    inb__psl_error(c->d, index->attr->span, "%s", message);
    inb__psl_hint(c->d, "%s", hint);
}

static bool has_sort(const inb__dm_index *index)
{
    for (size_t i = 0; i < index->n_fields; i++) {
        if (index->fields[i].sort != INB__SORT_NONE) {
            return true;
        }
    }
    return false;
}

static void index_name_rules(inb__psl_checker *c, inb__psl_rules *r, const inb__dm_index *index)
{
    if (inb__psl_rules_names_taken_in_schema(r, c, index->model, index->db_name)) {
        const char *argument = inb__psl_ast_argument(index->attr, "map") ? "map" : "name";
        inb__psl_rules_names_refuse(c, inb__psl_ast_argument_span(index->attr, argument),
                                    index->db_name, "the schema");
    }
    if (index->kind == INB__DM_INDEX_UNIQUE &&
        inb__psl_rules_names_joined_clash(c, index->model, index->fields, index->n_fields)) {
        refuse(c, index, "the client's name of this constraint is also the name of a field",
               "Choose another name: @@unique([…], name: \"…\").");
    }
    inb__psl_rules_names_client_unique(c, r, index->model, index->name, index->attr);
}

static void index_argument_rules(inb__psl_checker *c, const inb__psl_checked_index *index)
{
    const inb__dm_index *dm = &index->dm;
    if (index->has_length) {
        refuse(c, dm, "a PostgreSQL index has no \"length\"", "Remove the argument.");
    }
    if (dm->algorithm_written && dm->algorithm != INB__METHOD_BTREE &&
        !c->provider->all_algorithms) {
        inb__psl_error(c->d, inb__psl_ast_argument_span(dm->attr, "type"),
                       "the index type %s requires a datasource",
                       inb__psl_words_method(dm->algorithm));
        inb__psl_suggest_datasource(c);
    }
    if (dm->algorithm == INB__METHOD_HASH && c->provider->all_algorithms && has_sort(dm)) {
        refuse(c, dm, "a Hash index has no sort order", "Remove \"sort\".");
    }
    if (dm->kind == INB__DM_INDEX_FULLTEXT) {
        refuse(c, dm, "PostgreSQL has no fulltext indexes in this language",
               "Make a Gin index over a tsvector in a migration of your own.");
    }
    if (dm->is_mapped) {
        inb__psl_rules_names_length(c, dm->attr, dm->db_name);
    }
    if (index->has_clustered) {
        refuse(c, dm, "a PostgreSQL index has no \"clustered\"", "Remove the argument.");
    }
    if (index->has_ops && dm->kind != INB__DM_INDEX_NORMAL) {
        refuse(c, dm, "operator classes are for @@index only", "Remove \"ops\".");
    }
}

static void composite_rule(inb__psl_checker *c, const inb__dm_index *index)
{
    for (size_t i = 0; index->n_fields > 1 && i < index->n_fields; i++) {
        const inb__dm_field *f = index->fields[i].field;
        if (index->kind == INB__DM_INDEX_UNIQUE && f->type.kind == INB__DM_TYPE_COMPOSITE) {
            inb__psl_error(c->d, index->attr->span,
                           "a unique constraint over several fields cannot include \"%.*s\", which "
                           "has a composite type",
                           INB__STR_ARG(f->name));
            inb__psl_hint(c->d, "Remove it from the list.");
            return;
        }
    }
}

static void where_rule(inb__psl_checker *c, const inb__dm_index *index)
{
    if (index->where.kind == INB__DM_WHERE_NONE) {
        return;
    }
    inb__span span = inb__psl_ast_argument_span(index->attr, "where");
    if (!(c->dm->previews & INB__DM_PREVIEW_PARTIAL_INDEXES)) {
        inb__psl_error(c->d, span, "partial indexes are a preview feature");
        inb__psl_hint(c->d, "Add \"partialIndexes\" to the generator's previewFeatures.");
    } else if (!c->provider->partial_indexes) {
        inb__psl_error(c->d, span, "a partial index requires a datasource");
        inb__psl_suggest_datasource(c);
    }
}

void inb__psl_rules_index(inb__psl_checker *c, inb__psl_rules *r, inb__psl_checked_index *index)
{
    if (index->dm.n_fields == 0) {
        refuse(c, &index->dm, "the field list of an index is empty", "Name at least one field.");
    }
    index_name_rules(c, r, &index->dm);
    index_argument_rules(c, index);
    composite_rule(c, &index->dm);
    where_rule(c, &index->dm);
}

void inb__psl_rules_index_view(inb__psl_checker *c, inb__psl_checked_index *index)
{
    const inb__dm_index *dm = &index->dm;
    if (dm->kind != INB__DM_INDEX_UNIQUE) {
        refuse(c, dm, "a view cannot have indexes", "Remove the attribute.");
    }
    if (inb__psl_rules_names_joined_clash(c, dm->model, dm->fields, dm->n_fields)) {
        refuse(c, dm, "the client's name of this constraint is also the name of a field",
               "Choose another name: @@unique([…], name: \"…\").");
    }
    if (dm->is_mapped) {
        refuse(c, dm, "a unique attribute of a view has no constraint, and so no \"map\"",
               "Remove the argument.");
    }
    if (index->has_clustered) {
        refuse(c, dm, "a unique attribute of a view cannot be clustered", "Remove the argument.");
    }
    for (size_t i = 0; i < dm->n_fields; i++) {
        if (index->field_has_arguments[i]) {
            refuse(c, dm, "the fields of @@unique in a view have no arguments", "Remove them.");
        }
    }
}

/* Rules of many-to-many relations. */
#include "config.h"

#include "psl/rules_relation.h"

static void view_rule(inb__psl_checker *c, inb__psl_checked_field *const *fields)
{
    for (size_t i = 0; i < 2; i++) {
        if (fields[0]->dm.model->is_view || fields[1]->dm.model->is_view) {
            inb__psl_error(c->d, inb__psl_end_span(fields[i]),
                           "a view cannot be part of a many-to-many relation");
            inb__psl_hint(c->d, "Declare the join table as a model.");
        }
    }
}

static bool refers_to_id(const inb__psl_checked_field *f)
{
    const inb__dm_primary_key *pk = f->dm.type.model->primary_key;
    return !f->end->references.present ||
           (f->end->references.n == 1 && pk->fields[0].field == &f->end->references.v[0]->dm);
}

static void single_id_rule(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    const inb__dm_model *to = f->dm.type.model;
    if (!to->primary_key || to->primary_key->n_fields != 1) {
        inb__psl_error(c->d, inb__psl_end_span(f),
                       "the many-to-many relation \"%.*s\" requires a single-field @id in \"%.*s\"",
                       INB__STR_ARG(f->dm.name), INB__STR_ARG(to->name));
        inb__psl_hint(c->d, "Declare the join table as a model.");
    } else if (!refers_to_id(f)) {
        inb__psl_error(c->d, inb__psl_end_span(f),
                       "a many-to-many relation can refer only to the @id of \"%.*s\"",
                       INB__STR_ARG(to->name));
        inb__psl_hint(c->d, "Remove \"references\".");
    }
}

static void many_to_many_rules(inb__psl_checker *c, inb__psl_checked_field *const *fields)
{
    view_rule(c, fields);
    for (size_t i = 0; i < 2; i++) {
        single_id_rule(c, fields[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        const inb__psl_checked_field *f = fields[i];
        const inb__span spans[] = {f->end->on_delete_span, f->end->on_update_span};
        const inb__ref_action actions[] = {f->end->on_delete, f->end->on_update};
        for (size_t k = 0; k < 2; k++) {
            if (actions[k] != INB__REF_UNSET) {
                inb__psl_error(c->d, spans[k],
                               "a many-to-many relation cannot have referential actions");
                inb__psl_hint(c->d, "Declare the join table as a model.");
            }
        }
    }
    for (size_t i = 0; i < 2; i++) {
        if (fields[i]->end->references.present) {
            inb__psl_error(c->d, inb__psl_end_span(fields[i]),
                           "a many-to-many relation cannot have \"references\"");
            inb__psl_hint(c->d,
                          "Remove the argument, or make one side of the relation a single value.");
        }
    }
}

static void embedded_rules(inb__psl_checker *c, inb__psl_checked_field *const *fields)
{
    for (size_t i = 0; i < 2; i++) {
        inb__psl_error(c->d, inb__psl_end_span(fields[i]),
                       "a many-to-many relation cannot have \"fields\"");
        inb__psl_hint(c->d,
                      "Remove \"fields\" and \"references\": the join table has the foreign keys.");
    }
}

void inb__psl_rules_many_to_many(inb__psl_checker *c, const inb__psl_ends *e, bool is_embedded)
{
    inb__psl_checked_field *fields[] = {e->forward, e->back};
    if (is_embedded) {
        embedded_rules(c, fields);
    } else {
        many_to_many_rules(c, fields);
    }
}

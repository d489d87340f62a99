/* Rules of a relation field by itself. */
#include "config.h"

#include "psl/check_parts.h"
#include "psl/rules.h"
#include "psl/suggest.h"

/* ---- which relation a field belongs to ------------------------------------------------------- */

static const char *group_names(inb__psl_checker *c, const inb__psl_field_group *group)
{
    inb__str *names = INB__NEW_N(c->arena, inb__str, group->n);
    for (size_t i = 0; i < group->n; i++) {
        names[i] = group->v[i]->dm.name;
    }
    return inb__psl_suggest_quoted(c->arena, names, group->n);
}

static bool ambiguity_check(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    const inb__psl_field_group *group = inb__psl_check_relations_group(c, f);
    bool is_self = f->dm.model == f->dm.type.model;
    if (group->n < 2 || (is_self && group->n == 2 && f->end->is_named)) {
        return true;
    }
    inb__psl_error(c->d, f->dm.ast->span,
                   "the relation fields %s of \"%.*s\" are ambiguous: all refer to \"%.*s\" with "
                   "one relation name",
                   group_names(c, group), INB__STR_ARG(f->dm.model->name),
                   INB__STR_ARG(f->dm.type.model->name));
    if (is_self && group->n == 2) {
        inb__psl_hint(c->d, "If they are the two sides of one relation, give both the same name: "
                            "@relation(\"name\").");
    } else {
        inb__psl_hint(
            c->d, "Give each relation its own name, the same on both sides: @relation(\"name\").");
    }
    return false;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static void ignored_rule(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    const inb__dm_model *to = f->dm.type.model;
    if (to->is_ignored && !f->dm.is_ignored && !f->dm.model->is_ignored) {
        inb__psl_error(c->d, f->dm.ast->span,
                       "\"%.*s\" refers to the model \"%.*s\", which is ignored",
                       INB__STR_ARG(f->dm.name), INB__STR_ARG(to->name));
        inb__psl_hint(c->d, "Add @ignore to the field.");
    }
}

static bool mode_is_prisma(const inb__psl_checker *c)
{
    return c->dm->datasource && c->dm->datasource->relation_mode == INB__DM_RELATION_MODE_PRISMA;
}

/* Without foreign keys the client carries out the actions, and it has fewer. */
static void action_rule(inb__psl_checker *c, const inb__psl_checked_field *f,
                        inb__ref_action action, const char *argument)
{
    if (action != INB__REF_NO_ACTION && action != INB__REF_SET_DEFAULT) {
        return;
    }
    inb__psl_error(c->d, inb__psl_ast_argument_span(f->end->attr, argument),
                   "the action %s does not exist with relationMode = \"prisma\"",
                   inb__psl_words_action(action));
    inb__psl_hint(c->d, "Write one of Cascade, Restrict and SetNull.");
}

static void map_rule(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    if (!f->end->fk_named) {
        return;
    }
    if (!c->provider->named_foreign_keys) {
        inb__psl_error(c->d, f->end->attr->span, "the name of a foreign key requires a datasource");
        inb__psl_suggest_datasource(c);
        return;
    }
    inb__psl_rules_names_length(c, f->end->attr, f->end->fk_name);
}

static bool is_indexed(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    inb__dm_field **fields = inb__psl_check_relations_fields(c, &f->end->fields);
    return inb__psl_key_lookup_find(&c->keys, f->dm.model, fields, f->end->fields.n) &
           INB__PSL_KEY_PREFIX;
}

static void missing_index_rule(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    if (f->end->fields.present && !is_indexed(c, f)) {
        inb__psl_warning(c->d, f->end->attr->span,
                         "no index begins with the fields of the relation \"%.*s\"",
                         INB__STR_ARG(f->dm.name));
        inb__psl_hint(c->d, "With relationMode = \"prisma\" the client looks up the referencing "
                            "rows: add an @@index.");
    }
}

bool inb__psl_rules_relation_field(inb__psl_checker *c, inb__psl_rules *r,
                                   inb__psl_checked_field *f)
{
    if (!ambiguity_check(c, f)) {
        return false;
    }
    inb__psl_rules_names_client_clash(c, r, f);
    ignored_rule(c, f);
    if (mode_is_prisma(c)) {
        action_rule(c, f, f->end->on_delete, "onDelete");
        action_rule(c, f, f->end->on_update, "onUpdate");
    }
    map_rule(c, f);
    if (mode_is_prisma(c)) {
        missing_index_rule(c, f);
    }
    return true;
}

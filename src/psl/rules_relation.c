/* Rules of one-to-one and one-to-many relations. */
#include "config.h"

#include "psl/rules_relation.h"

#include "psl/fieldlist.h"

static inb__psl_checked_field *end_of(inb__dm_field *f)
{
    return f ? inb__psl_checked_field_of(f) : NULL;
}

/* ---- cycles, where the client emulates the actions ------------------------------------------- */

static void cycle_rule(inb__psl_checker *c, const inb__psl_rules *r, const inb__psl_ends *e)
{
    if (!c->dm->datasource || c->dm->datasource->relation_mode != INB__DM_RELATION_MODE_PRISMA ||
        !e->forward || !e->back || !inb__psl_cycles_meet(&r->cycles, e->r)) {
        return;
    }
    inb__psl_error(c->d, inb__psl_end_span(e->forward),
                   "the referential actions of \"%.*s\" form a cycle",
                   INB__STR_ARG(e->forward->dm.name));
    inb__psl_hint(
        c->d, "Break the cycle: set onDelete and onUpdate of one of its relations to Restrict.");
}

/* ---- both ends ------------------------------------------------------------------------------- */

static void both_ends_rule(inb__psl_checker *c, const inb__psl_ends *e)
{
    const inb__psl_checked_field *only = !e->back ? e->forward : !e->forward ? e->back : NULL;
    if (only) {
        inb__psl_error(c->d, inb__psl_end_span(only),
                       "the relation \"%.*s\" has no opposite field in \"%.*s\"",
                       INB__STR_ARG(only->dm.name), INB__STR_ARG(only->dm.type.model->name));
        inb__psl_hint(c->d, "Add a field of type %.*s there, or run `inboard format`.",
                      INB__STR_ARG(only->dm.model->name));
    }
}

static void lacks(inb__psl_checker *c, const inb__psl_checked_field *f, const char *argument)
{
    inb__psl_error(c->d, inb__psl_end_span(f), "the relation \"%.*s\" has no \"%s\" in @relation",
                   INB__STR_ARG(f->dm.name), argument);
    inb__psl_hint(c->d, "Write @relation(fields: […], references: […]), or run `inboard format`.");
}

static bool has_actions(const inb__psl_checked_field *f)
{
    return f->end->on_delete != INB__REF_UNSET || f->end->on_update != INB__REF_UNSET;
}

static void actions_refuse(inb__psl_checker *c, const inb__psl_checked_field *f,
                           const inb__psl_checked_field *other)
{
    inb__psl_error(c->d, inb__psl_end_span(f), "\"%.*s\" cannot have onDelete or onUpdate",
                   INB__STR_ARG(f->dm.name));
    inb__psl_hint(c->d, "They belong to the side with the foreign key, \"%.*s\" of \"%.*s\".",
                  INB__STR_ARG(other->dm.name), INB__STR_ARG(other->dm.model->name));
}

static void one_to_many_rules(inb__psl_checker *c, const inb__psl_ends *e)
{
    both_ends_rule(c, e);
    if (!e->forward || !e->back) {
        return;
    }
    if (e->forward->end->fields.n == 0) {
        lacks(c, e->forward, "fields");
    }
    if (e->forward->end->references.n == 0) {
        lacks(c, e->forward, "references");
    }
    if (e->back->end->fields.n || e->back->end->references.n) {
        inb__psl_error(c->d, inb__psl_end_span(e->back),
                       "\"%.*s\" cannot have \"fields\" or \"references\"",
                       INB__STR_ARG(e->back->dm.name));
        inb__psl_hint(c->d, "They belong to the side with the foreign key, \"%.*s\" of \"%.*s\".",
                      INB__STR_ARG(e->forward->dm.name), INB__STR_ARG(e->forward->dm.model->name));
    }
    if (has_actions(e->back)) {
        actions_refuse(c, e->back, e->forward);
    }
}

/* ---- one to one ------------------------------------------------------------------------------ */

static void at_both_ends(inb__psl_checker *c, const inb__psl_ends *e, const char *what)
{
    const inb__psl_checked_field *fields[] = {e->forward, e->back};
    for (size_t i = 0; i < 2; i++) {
        inb__psl_error(c->d, inb__psl_end_span(fields[i]), "%s", what);
        inb__psl_hint(c->d, "Exactly one of \"%.*s.%.*s\" and \"%.*s.%.*s\" must have it.",
                      INB__STR_ARG(e->forward->dm.model->name), INB__STR_ARG(e->forward->dm.name),
                      INB__STR_ARG(e->back->dm.model->name), INB__STR_ARG(e->back->dm.name));
    }
}

static void one_argument_rule(inb__psl_checker *c, const inb__psl_ends *e, size_t forward,
                              size_t back, const char *argument)
{
    if (!forward == !back) {
        at_both_ends(c, e,
                     inb__arena_printf(c->arena, "%s of this relation %s \"%s\" in @relation",
                                       forward ? "both sides" : "neither side",
                                       forward ? "have" : "has", argument));
    }
}

static void unique_rule(inb__psl_checker *c, const inb__psl_ends *e)
{
    const inb__psl_checked_field *f = e->forward;
    const inb__dm_relation *r = e->r;
    if (!f->end->fields.present) {
        return;
    }
    unsigned kinds = inb__psl_key_lookup_find(&c->keys, r->model_a, r->fields, r->n_fields);
    if (kinds & (INB__PSL_KEY_UNIQUE | INB__PSL_KEY_PRIMARY)) {
        return;
    }
    if (f->end->fields.n == 0) {
        inb__psl_error(c->d, inb__psl_end_span(f),
                       "a one-to-one relation requires unique fields, and \"fields\" is empty");
        inb__psl_hint(c->d, "List the fields of the foreign key.");
        return;
    }
    inb__psl_error(c->d, inb__psl_end_span(f),
                   "a one-to-one relation requires unique fields, and %s %s not",
                   inb__psl_rules_names_quoted(c, r->fields, r->n_fields),
                   f->end->fields.n == 1 ? "is" : "are");
    inb__psl_hint(c->d, f->end->fields.n == 1
                            ? "Add @unique to that field, or make the other side a list."
                            : "Add @@unique over those fields, or make the other side a list.");
}

/* Applies only if nothing else is wrong, as in Prisma. */
static void sides_rules(inb__psl_checker *c, const inb__psl_ends *e)
{
    const inb__psl_checked_field *f = e->forward, *b = e->back;
    if (c->d->errors == 0 && f->end->fields.n && b->end->references.n) {
        at_both_ends(c, e, "\"fields\" and \"references\" are on different sides");
    }
    if (c->d->errors == 0 && f->end->references.n && b->end->fields.n) {
        inb__psl_error(c->d, inb__psl_end_span(f),
                       "\"fields\" and \"references\" are on different sides");
        inb__psl_hint(c->d, "Put both into one @relation.");
    }
    if (c->d->errors == 0 && b->dm.arity == INB__DM_REQUIRED) {
        inb__psl_error(c->d, inb__psl_end_span(b),
                       "\"%.*s\" must be optional: a foreign key cannot require the other side",
                       INB__STR_ARG(b->dm.name));
        inb__psl_hint(c->d, "Write %.*s?.", INB__STR_ARG(f->dm.model->name));
    }
    if (c->d->errors == 0 && f->dm.arity == INB__DM_REQUIRED &&
        (b->end->fields.present || b->end->references.present)) {
        inb__psl_error(c->d, inb__psl_end_span(b),
                       "\"fields\" and \"references\" are on the optional side");
        inb__psl_hint(c->d, "Move them to the required side, \"%.*s.%.*s\".",
                      INB__STR_ARG(f->dm.model->name), INB__STR_ARG(f->dm.name));
    }
}

static void one_to_one_rules(inb__psl_checker *c, const inb__psl_ends *e)
{
    const inb__psl_checked_field *f = e->forward, *b = e->back;
    both_ends_rule(c, e);
    if (b) {
        one_argument_rule(c, e, f->end->fields.n, b->end->fields.n, "fields");
        one_argument_rule(c, e, f->end->references.n, b->end->references.n, "references");
        if (has_actions(b)) {
            actions_refuse(c, b, f);
            if (has_actions(f)) {
                actions_refuse(c, f, b);
            }
        }
    }
    unique_rule(c, e);
    if (b) {
        sides_rules(c, e);
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

void inb__psl_rules_relation(inb__psl_checker *c, inb__psl_rules *r,
                             inb__psl_checked_relation *relation)
{
    inb__dm_relation *dm = &relation->dm;
    inb__psl_ends e = {dm, end_of(dm->field_a), end_of(dm->field_b)};
    if (dm->kind == INB__DM_MANY_TO_MANY) {
        inb__psl_rules_many_to_many(c, &e, relation->is_embedded);
        return;
    }
    cycle_rule(c, r, &e);
    inb__psl_rules_reference(c, r, &e);
    if (dm->kind == INB__DM_ONE_TO_ONE) {
        one_to_one_rules(c, &e);
    } else {
        one_to_many_rules(c, &e);
    }
}

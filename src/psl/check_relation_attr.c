/* Checks @relation and the other attributes of a relation field. */
#include "config.h"

#include "psl/attrs.h"
#include "psl/check_parts.h"
#include "psl/expr.h"
#include "psl/fieldlist.h"
#include "psl/suggest.h"

/* ---- @relation ------------------------------------------------------------------------------- */

static void list_store(inb__psl_checker *c, inb__psl_checked_list *out,
                       const inb__psl_fieldlist *list)
{
    *out = (inb__psl_checked_list){.present = true};
    if (!list->done) {
        return;
    }
    out->v = INB__NEW_N(c->arena, inb__psl_checked_field *, list->fields.n + 1);
    for (size_t i = 0; i < list->fields.n; i++) {
        out->v[out->n++] = inb__psl_checked_field_of(list->fields.v[i].field);
    }
}

/* Names in a list that are not scalar fields of the model: reported by kind, all in
 * one. */
static void list_report(inb__psl_checker *c, const inb__psl_fieldlist *list, inb__span span,
                        const inb__psl_checked_top *top)
{
    if (list->unknown.n) {
        inb__psl_error(c->d, span, "\"%.*s\" has no field %s", INB__STR_ARG(top->block->name.name),
                       inb__psl_suggest_quoted(c->arena, list->unknown.v, list->unknown.n));
        inb__psl_suggest_field(c, top, list->unknown.v[0]);
    }
    if (list->relations.n) {
        inb__psl_error(c->d, span, "the lists of a relation can contain only scalar fields, not %s",
                       inb__psl_suggest_quoted(c->arena, list->relations.v, list->relations.n));
        inb__psl_hint(c->d,
                      "Write the fields of the foreign key and the fields that they reference.");
    }
}

static void relation_lists(inb__psl_checker *c, inb__psl_attr_args *args, inb__psl_checked_field *f)
{
    inb__psl_fieldlist list;
    const inb__psl_expr *e = inb__psl_attr_args_value(args, "fields");
    if (e) {
        inb__psl_fieldlist_resolve(&list, c, e, f->owner, args->attr->span, INB__FIELDS_PLAIN);
        list_report(c, &list, e->span, f->owner);
        list_store(c, &f->end->fields, &list);
    }
    e = inb__psl_attr_args_value(args, "references");
    if (e) {
        inb__psl_checked_top *to = inb__psl_checked_top_of(c, f->dm.type.model);
        inb__psl_fieldlist_resolve(&list, c, e, to, args->attr->span, INB__FIELDS_PLAIN);
        list_report(c, &list, args->attr->span, to);
        list_store(c, &f->end->references, &list);
    }
}

static void action_read(inb__psl_checker *c, inb__psl_attr_args *args, const char *argument,
                        inb__ref_action *out, inb__span *span_out)
{
    inb__str word;
    const inb__psl_expr *e = inb__psl_attr_args_value(args, argument);
    if (!e || !inb__psl_expr_constant(c, e, &word)) {
        return;
    }
    inb__ref_action action = inb__psl_words_action_find(word);
    if (action != INB__REF_UNSET) {
        *out = action;
        *span_out = e->span;
        return;
    }
    inb__psl_error(c->d, e->span, "unknown referential action \"%.*s\"", INB__STR_ARG(word));
    inb__psl_hint(c->d, "Write one of Cascade, Restrict, NoAction, SetNull and SetDefault.");
}

static void relation_name(inb__psl_checker *c, inb__psl_attr_args *args, inb__psl_checked_field *f)
{
    inb__str name;
    const inb__psl_expr *e = inb__psl_attr_args_first_quiet(args, "name");
    if (!e || !inb__psl_expr_string(c, e, &name)) {
        return;
    }
    if (name.n == 0) {
        inb__psl_error(c->d, args->attr->span, "the name of a relation is empty");
        inb__psl_hint(c->d, "Write a name, or remove it.");
        return;
    }
    f->end->is_named = true;
    f->end->name = name;
}

static void relation_read(inb__psl_checker *c, inb__psl_attr_args *args, inb__psl_checked_field *f)
{
    f->end->attr = args->attr;
    relation_lists(c, args, f);
    relation_name(c, args, f);
    action_read(c, args, "onDelete", &f->end->on_delete, &f->end->on_delete_span);
    action_read(c, args, "onUpdate", &f->end->on_update, &f->end->on_update_span);
    f->end->fk_named = inb__psl_attr_args_text(args, "map", &f->end->fk_name);
}

/* ---- attributes that a relation field cannot have
 * ------------------------------------------------------- */

static void unique_refuse(inb__psl_checker *c, const inb__psl_attr_args *args,
                          const inb__psl_checked_field *f)
{
    inb__psl_error(c->d, args->attr->span, "the relation field \"%.*s\" cannot be @unique",
                   INB__STR_ARG(f->dm.name));
    if (f->end->fields.n == 1) {
        inb__psl_hint(c->d, "Put @unique on \"%.*s\".", INB__STR_ARG(f->end->fields.v[0]->dm.name));
    } else if (f->end->fields.n > 1) {
        char *list = inb__arena_strdup(c->arena, "");
        for (size_t i = 0; i < f->end->fields.n; i++) {
            list = inb__arena_printf(c->arena, "%s%s%.*s", list, i ? ", " : "",
                                     INB__STR_ARG(f->end->fields.v[i]->dm.name));
        }
        inb__psl_hint(c->d, "Write @@unique([%s]) instead.", list);
    } else {
        inb__psl_hint(c->d, "Put it on the field of the foreign key.");
    }
}

static void misplaced_refuse(inb__psl_checker *c, const inb__psl_attr_args *args,
                             const inb__psl_checked_field *f)
{
    inb__psl_error(c->d, args->attr->span, "the relation field \"%.*s\" cannot have @%.*s",
                   INB__STR_ARG(f->dm.name), INB__STR_ARG(args->attr->name.name));
    inb__psl_hint(c->d, "A relation field has no column: put the attribute on a scalar field.");
}

void inb__psl_check_relation_attr(inb__psl_checker *c, inb__psl_checked_field *f)
{
    inb__psl_attrs attrs;
    inb__psl_attr_args args;
    inb__psl_attrs_open(&attrs, c, &f->dm.ast->attributes);
    if (inb__psl_attrs_one(&attrs, "relation", &args)) {
        relation_read(c, &args, f);
        inb__psl_attr_args_close(&args);
    }
    if (inb__psl_attrs_one(&attrs, "id", &args)) {
        misplaced_refuse(c, &args, f);
    }
    if (inb__psl_attrs_one(&attrs, "ignore", &args)) {
        f->dm.is_ignored = true;
        inb__psl_attr_args_close(&args);
    }
    if (inb__psl_attrs_one(&attrs, "default", &args)) {
        misplaced_refuse(c, &args, f);
    }
    if (inb__psl_attrs_one(&attrs, "map", &args)) {
        misplaced_refuse(c, &args, f);
        inb__psl_attr_args_first(&args, "name");
    }
    if (inb__psl_attrs_one(&attrs, "unique", &args)) {
        unique_refuse(c, &args, f);
    }
    inb__psl_attrs_close(&attrs);
}

/* Adds what Prisma's formatter adds to relations: opposite fields, scalar fields, arguments. */
#include "config.h"

#include "psl/complete.h"

#include "psl/checker.h"
#include "psl/criterion.h"
#include "psl/format_table.h"
#include "psl/inflect.h"
#include "psl/words.h"

#include <stdlib.h>

/* A piece of text and the place in its file where it goes. */
typedef struct insertion {
    uint32_t file, at;
    size_t order;
    inb__str text;
} insertion;

typedef struct completer {
    inb__arena *arena;
    const inb__dm *dm;
    bool named;
    INB__VEC(insertion) insertions;
} completer;

/* A scalar field of a foreign key, existing or to be added. */
typedef struct reference {
    inb__str name;
    inb__dm_arity arity;
    const inb__dm_field *referenced;
    bool exists;
} reference;

typedef struct reference_list {
    reference *v;
    size_t n;
} reference_list;

static void insert(completer *c, uint32_t file, uint32_t at, const char *text)
{
    INB__VEC_ADD(c->arena, &c->insertions,
                 ((insertion){file, at, c->insertions.n, inb__str_of(text)}));
}

/* A line before the closing brace of a model. */
static void line_insert(completer *c, const inb__dm_model *model, const char *text)
{
    inb__span span = model->ast->span;
    insert(c, span.file, span.end - 1, text);
}

static const char *arity_suffix(inb__dm_arity arity)
{
    return arity == INB__DM_LIST ? "[]" : arity == INB__DM_OPTIONAL ? "?" : "";
}

/* ---- the fields of the foreign key --------------------------------------------------------- */

static const inb__dm_field *scalar_find(const inb__dm_model *m, inb__str name)
{
    const inb__psl_checked_top *top = inb__psl_checked_field_of(m->fields[0])->owner;
    const inb__psl_checked_field *f = inb__map_get(&top->fields, name);
    return f && inb__dm_field_is_scalar(&f->dm) ? &f->dm : NULL;
}

/* "userId" for the field "id" of the model "User". */
static inb__str reference_name(completer *c, const inb__dm_field *referenced)
{
    inb__str model = inb__psl_inflect_lower_first(c->arena, referenced->model->name);
    inb__str field = inb__psl_inflect_upper_first(c->arena, referenced->name);
    return inb__arena_join(c->arena, model, "", field);
}

static reference_list references_infer(completer *c, const inb__dm_relation *r)
{
    inb__psl_criterion first;
    (void)inb__psl_criterion_first(r->model_b, &first);
    reference_list list = {INB__NEW_N(c->arena, reference, first.n + 1), first.n};
    for (size_t i = 0; i < first.n; i++) {
        reference *one = &list.v[i];
        one->referenced = first.fields[i].field;
        one->name = reference_name(c, one->referenced);
        const inb__dm_field *there = scalar_find(r->model_a, one->name);
        one->exists = there != NULL;
        one->arity = there ? there->arity : r->field_a ? r->field_a->arity : INB__DM_OPTIONAL;
    }
    return list;
}

static void name_add(inb__psl_out *out, size_t i, inb__str name)
{
    inb__psl_out_str(out, i ? ", " : "");
    inb__psl_out_add(out, name);
}

static void fields_argument_add(completer *c, inb__psl_out *out, const inb__dm_relation *r)
{
    reference_list list = references_infer(c, r);
    inb__psl_out_str(out, "fields: [");
    for (size_t i = 0; i < list.n; i++) {
        name_add(out, i, list.v[i].name);
    }
    inb__psl_out_str(out, "]");
}

static void references_argument_add(inb__psl_out *out, const inb__dm_relation *r)
{
    inb__psl_criterion one = {0};
    bool found = inb__psl_criterion_strict(r->model_b, &one);
    inb__psl_out_str(out, "references: [");
    for (size_t i = 0; r->n_references && i < r->n_references; i++) {
        name_add(out, i, r->references[i]->name);
    }
    for (size_t i = 0; found && r->n_references == 0 && i < one.n; i++) {
        name_add(out, i, one.fields[i].field->name);
    }
    inb__psl_out_str(out, "]");
}

/* Which arguments of @relation are written. */
static bool has_fields(const inb__dm_relation *r)
{
    return r->field_a && inb__psl_checked_field_of(r->field_a)->end->fields.present;
}

static bool has_references(const inb__dm_relation *r)
{
    return r->field_a && inb__psl_checked_field_of(r->field_a)->end->references.present;
}

/* The arguments that are missing, "" when none is. */
static const char *missing_arguments(completer *c, const inb__dm_relation *r)
{
    inb__psl_out out = {.arena = c->arena};
    if (!has_fields(r)) {
        fields_argument_add(c, &out, r);
    }
    if (!has_references(r)) {
        inb__psl_out_str(&out, out.n ? ", " : "");
        references_argument_add(&out, r);
    }
    inb__psl_out_add(&out, (inb__str){"", 1});
    return out.p;
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* The relation's name with its quotes, if it must be repeated. */
static inb__str quoted_name(const completer *c, const inb__dm_relation *r)
{
    const inb__dm_field *end = r->field_a ? r->field_a : r->field_b;
    const inb__psl_attribute *a = inb__psl_checked_field_of(end)->end->attr;
    for (size_t i = 0; c->named && a && i < a->args.n; i++) {
        const inb__psl_arg *arg = &a->args.v[i];
        if (arg->value && (arg->name.name.n == 0 || inb__str_is(arg->name.name, "name"))) {
            return arg->value->text;
        }
    }
    return INB__STR("");
}

static void back_field_insert(completer *c, const inb__dm_relation *r)
{
    bool list = r->kind != INB__DM_ONE_TO_ONE;
    inb__str type = r->model_a->name, quoted = quoted_name(c, r);
    inb__str name = inb__psl_inflect_camel_case(c->arena, type);
    if (list) {
        name = inb__psl_inflect_plural(c->arena, name);
    }
    const char *relation =
        quoted.n ? inb__arena_printf(c->arena, "@relation(%.*s)", INB__STR_ARG(quoted)) : "";
    line_insert(c, r->model_b,
                inb__arena_printf(c->arena, "%.*s %.*s%s %s %s\n", INB__STR_ARG(name),
                                  INB__STR_ARG(type), list ? "[]" : "?", relation,
                                  r->model_a->is_ignored ? "@ignore" : ""));
}

static void forward_field_insert(completer *c, const inb__dm_relation *r)
{
    inb__dm_arity arity = INB__DM_REQUIRED;
    reference_list list = references_infer(c, r);
    for (size_t i = 0; i < list.n; i++) {
        arity = list.v[i].arity == INB__DM_OPTIONAL ? INB__DM_OPTIONAL : arity;
    }
    inb__str type = r->model_b->name, quoted = quoted_name(c, r);
    inb__str name = inb__psl_inflect_camel_case(c->arena, type);
    line_insert(c, r->model_a,
                inb__arena_printf(c->arena, "%.*s %.*s%s @relation(%.*s%s%s)\n", INB__STR_ARG(name),
                                  INB__STR_ARG(type), arity_suffix(arity), INB__STR_ARG(quoted),
                                  quoted.n ? ", " : "", missing_arguments(c, r)));
}

static void scalar_field_insert(completer *c, const inb__dm_relation *r, const reference *one)
{
    const inb__psl_attribute *native = inb__psl_checked_field_of(one->referenced)->native;
    inb__str attribute = native ? inb__psl_ast_text(c->dm->ast, native->span) : INB__STR("");
    line_insert(c, r->model_a,
                inb__arena_printf(c->arena, "%.*s %s%s %.*s\n", INB__STR_ARG(one->name),
                                  inb__psl_words_scalar(one->referenced->type.scalar),
                                  arity_suffix(one->arity), INB__STR_ARG(attribute)));
}

/* Up to the first whose type is not one of the language's own. */
static void scalar_fields_insert(completer *c, const inb__dm_relation *r)
{
    if (has_fields(r)) {
        return;
    }
    reference_list list = references_infer(c, r);
    for (size_t i = 0; i < list.n; i++) {
        if (list.v[i].exists) {
            continue;
        }
        if (list.v[i].referenced->type.kind != INB__DM_TYPE_SCALAR) {
            return;
        }
        scalar_field_insert(c, r, &list.v[i]);
    }
}

/* ---- attributes ------------------------------------------------------------------------------ */

static void attribute_insert(completer *c, const inb__dm_relation *r)
{
    const inb__psl_type *type = &r->field_a->ast->type;
    insert(c, type->span.file, type->span.end,
           inb__arena_printf(c->arena, " @relation(%s)", missing_arguments(c, r)));
}

static void arguments_insert(completer *c, const inb__dm_relation *r, const inb__psl_attribute *a)
{
    const char *missing = missing_arguments(c, r);
    if (!*missing) {
        return;
    }
    if (a->args.present) {
        insert(c, a->span.file, a->args.span.end - 1,
               inb__arena_printf(c->arena, "%s%s", a->args.n ? ", " : "", missing));
    } else {
        insert(c, a->span.file, a->name.span.end, inb__arena_printf(c->arena, "(%s)", missing));
    }
}

static void relation_complete(completer *c, const inb__dm_relation *r)
{
    if (!r->field_b) {
        back_field_insert(c, r);
    }
    if (!r->field_a) {
        forward_field_insert(c, r);
    }
    scalar_fields_insert(c, r);
    if (r->field_a) {
        const inb__psl_attribute *a = inb__psl_checked_field_of(r->field_a)->end->attr;
        if (a) {
            arguments_insert(c, r, a);
        } else {
            attribute_insert(c, r);
        }
    }
}

/* ---- texts ----------------------------------------------------------------------------------- */

static int insertion_cmp(const void *a, const void *b)
{
    const insertion *x = a, *y = b;
    if (x->file != y->file) {
        return x->file < y->file ? -1 : 1;
    }
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

/* The text of a file with its own insertions, which begin at *next. */
static inb__str file_text(completer *c, size_t file, size_t *next)
{
    inb__str text = c->dm->ast->files[file].text;
    inb__psl_out out = {.arena = c->arena};
    size_t from = 0;
    for (; *next < c->insertions.n && c->insertions.v[*next].file == file; ++*next) {
        const insertion *one = &c->insertions.v[*next];
        inb__psl_out_add(&out, (inb__str){text.p + from, one->at - from});
        inb__psl_out_add(&out, one->text);
        from = one->at;
    }
    if (from == 0) {
        return text;
    }
    inb__psl_out_add(&out, (inb__str){text.p + from, text.n - from});
    return (inb__str){out.p, out.n};
}

inb__str *inb__psl_complete(inb__arena *arena, const inb__dm *dm, bool named)
{
    completer c = {.arena = arena, .dm = dm, .named = named};
    for (size_t i = 0; i < dm->n_relations; i++) {
        if (dm->relations[i]->kind != INB__DM_MANY_TO_MANY) {
            relation_complete(&c, dm->relations[i]);
        }
    }
    if (c.insertions.n == 0) {
        return NULL;
    }
    qsort(c.insertions.v, c.insertions.n, sizeof(*c.insertions.v), insertion_cmp);
    inb__str *texts = INB__NEW_N(arena, inb__str, dm->ast->n_files);
    size_t next = 0;
    for (size_t i = 0; i < dm->ast->n_files; i++) {
        texts[i] = file_text(&c, i, &next);
    }
    return texts;
}

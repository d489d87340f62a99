/* Checks the attributes of scalar fields, composite types, models, views and enums. */
#include "config.h"

#include "psl/check_parts.h"
#include "psl/expr.h"
#include "psl/words.h"

/* ---- @map ------------------------------------------------------------------------------------ */

static bool map_read(inb__psl_checker *c, inb__psl_attr_args *args, inb__str *out)
{
    const inb__psl_expr *e = inb__psl_attr_args_first(args, "name");
    return e && inb__psl_expr_string(c, e, out);
}

static void column_taken(inb__psl_checker *c, const inb__psl_checked_field *f)
{
    inb__psl_error(c->d, f->dm.ast->span, "the column \"%.*s\" already belongs to another field",
                   INB__STR_ARG(f->dm.db_name));
    inb__psl_hint(c->d, "Give \"%.*s\" another name in @map.", INB__STR_ARG(f->dm.name));
}

/* Two fields are one column when they are mapped to one name, or one to the name of the other. */
static void field_map(inb__psl_checker *c, inb__psl_attr_args *args, inb__psl_checked_field *f)
{
    inb__str name;
    if (!map_read(c, args, &name)) {
        return;
    }
    f->dm.db_name = name;
    f->dm.is_mapped = true;
    if (inb__map_put(&f->owner->columns, name, f)) {
        column_taken(c, f);
    }
    const inb__psl_checked_field *other = inb__map_get(&f->owner->fields, name);
    if (other && other != f && other->dm.type.kind != INB__DM_TYPE_MODEL &&
        other->dm.type.kind != INB__DM_TYPE_UNKNOWN &&
        (!other->dm.is_mapped || inb__str_eq(other->dm.db_name, name))) {
        column_taken(c, f);
    }
}

/* ---- native types ---------------------------------------------------------------------------- */

static void native_read(inb__psl_checker *c, inb__psl_attrs *attrs, inb__psl_checked_field *f)
{
    const inb__psl_attribute *attr = inb__psl_attrs_native(attrs);
    if (!attr) {
        return;
    }
    const char *dot = memchr(attr->name.name.p, '.', attr->name.name.n);
    f->native = attr;
    f->native_name = (inb__str){dot + 1, (size_t)(attr->name.name.p + attr->name.name.n - dot - 1)};

    inb__native kind = inb__psl_words_native_find(f->native_name);
    inb__str *args = INB__NEW_N(c->arena, inb__str, attr->args.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < attr->args.n; i++) {
        if (attr->args.v[i].value) {
            args[n++] = attr->args.v[i].value->text;
        }
    }
    if (kind != INB__NATIVE_NONE) {
        inb__psl_words_native_parse(&f->dm.type.native, kind, args, n);
    }
}

/* ---- fields ---------------------------------------------------------------------------------- */

static void ignore_read(inb__psl_checker *c, inb__psl_attr_args *args, inb__psl_checked_field *f)
{
    if (f->dm.type.kind == INB__DM_TYPE_UNSUPPORTED) {
        inb__psl_error(c->d, args->attr->span, "a field of type Unsupported cannot have @ignore");
        inb__psl_hint(c->d, "Remove it: the client omits such a field in any case.");
    } else {
        f->dm.is_ignored = true;
    }
}

static void updated_at_read(inb__psl_checker *c, inb__psl_attr_args *args,
                            inb__psl_checked_field *f)
{
    if (f->dm.type.kind != INB__DM_TYPE_SCALAR || f->dm.type.scalar != INB__DM_DATETIME) {
        inb__psl_error(c->d, args->attr->span, "@updatedAt requires a field of type DateTime");
        inb__psl_hint(c->d, "Make the field a DateTime, or remove @updatedAt.");
    }
    if (f->dm.arity == INB__DM_LIST) {
        inb__psl_error(c->d, args->attr->span, "@updatedAt cannot be on a list field");
        inb__psl_hint(c->d, "Remove the brackets, or @updatedAt.");
    }
    f->dm.is_updated_at = true;
}

static void scalar_attribute(inb__psl_checker *c, inb__psl_attrs *attrs, inb__psl_checked_field *f,
                             const char *name,
                             void (*read)(inb__psl_checker *, inb__psl_attr_args *,
                                          inb__psl_checked_field *))
{
    inb__psl_attr_args args;
    if (inb__psl_attrs_one(attrs, name, &args)) {
        read(c, &args, f);
        inb__psl_attr_args_close(&args);
    }
}

static void relation_refuse(inb__psl_checker *c, inb__psl_attr_args *args,
                            inb__psl_checked_field *f)
{
    inb__psl_error(c->d, args->attr->span, "\"%.*s\" is a scalar field and cannot have @relation",
                   INB__STR_ARG(f->dm.name));
    inb__psl_hint(c->d, "Put it on the field whose type is the other model.");
}

void inb__psl_check_attributes_scalar(inb__psl_checker *c, inb__psl_checked_field *f)
{
    inb__psl_attrs attrs;
    inb__psl_attrs_open(&attrs, c, &f->dm.ast->attributes);
    scalar_attribute(c, &attrs, f, "map", field_map);
    scalar_attribute(c, &attrs, f, "ignore", ignore_read);
    scalar_attribute(c, &attrs, f, "relation", relation_refuse);
    scalar_attribute(c, &attrs, f, "id", inb__psl_check_index_field_id);
    scalar_attribute(c, &attrs, f, "updatedAt", updated_at_read);
    scalar_attribute(c, &attrs, f, "default", inb__psl_check_default);
    if (f->dm.type.kind == INB__DM_TYPE_SCALAR) {
        native_read(c, &attrs, f);
    }
    scalar_attribute(c, &attrs, f, "unique", inb__psl_check_index_field_unique);
    scalar_attribute(c, &attrs, f, "shardKey", inb__psl_check_index_field_shard_key);
    inb__psl_attrs_close(&attrs);
}

void inb__psl_check_attributes_composite(inb__psl_checker *c, inb__psl_checked_field *f)
{
    inb__psl_attrs attrs;
    inb__psl_attrs_open(&attrs, c, &f->dm.ast->attributes);
    if (f->dm.type.kind == INB__DM_TYPE_SCALAR) {
        native_read(c, &attrs, f);
    }
    scalar_attribute(c, &attrs, f, "map", field_map);
    scalar_attribute(c, &attrs, f, "default", inb__psl_check_default_composite);
    inb__psl_attrs_close(&attrs);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void schema_read(inb__psl_checker *c, inb__psl_attr_args *args, inb__psl_checked_top *top,
                        inb__str *out)
{
    const inb__psl_expr *e = inb__psl_attr_args_first(args, "map");
    if (e && inb__psl_expr_string(c, e, out)) {
        top->has_schema = true;
        top->schema_span = e->span;
    }
}

static void block_map(inb__psl_checker *c, inb__psl_attr_args *args, inb__psl_checked_top *top,
                      inb__str *name, bool *mapped)
{
    inb__str text;
    if (map_read(c, args, &text)) {
        *name = text;
        *mapped = true;
    }
    top->map_attr = args->attr;
}

static void model_ignore(inb__psl_checker *c, inb__psl_checked_top *top)
{
    for (size_t i = 0; i < top->n_all; i++) {
        const inb__dm_field *f = &top->all[i]->dm;
        if (f->is_ignored && f->type.kind != INB__DM_TYPE_MODEL) {
            inb__psl_error(c->d, f->ast->span,
                           "@ignore of \"%.*s\" is redundant: its model is ignored",
                           INB__STR_ARG(f->name));
            inb__psl_hint(c->d, "Remove this @ignore, or the @@ignore of the model.");
        }
    }
    top->model->is_ignored = true;
}

static void model_attributes(inb__psl_checker *c, inb__psl_checked_top *top, inb__psl_attrs *attrs)
{
    inb__psl_attr_args args;
    if (inb__psl_attrs_one(attrs, "ignore", &args)) {
        model_ignore(c, top);
        inb__psl_attr_args_close(&args);
    }
    if (inb__psl_attrs_one(attrs, "id", &args)) {
        inb__psl_check_index_block_id(c, &args, top);
        inb__psl_attr_args_close(&args);
    }
    if (inb__psl_attrs_one(attrs, "map", &args)) {
        block_map(c, &args, top, &top->model->db_name, &top->model->is_mapped);
        inb__psl_attr_args_close(&args);
    }
    if (inb__psl_attrs_one(attrs, "schema", &args)) {
        schema_read(c, &args, top, &top->model->schema);
        inb__psl_attr_args_close(&args);
    }
    static const struct {
        const char *name;
        inb__dm_index_kind kind;
    } indexes[] = {{"index", INB__DM_INDEX_NORMAL},
                   {"unique", INB__DM_INDEX_UNIQUE},
                   {"fulltext", INB__DM_INDEX_FULLTEXT}};
    for (size_t i = 0; i < 3; i++) {
        while (inb__psl_attrs_next(attrs, indexes[i].name, &args)) {
            inb__psl_check_index_block(c, &args, top, indexes[i].kind);
            inb__psl_attr_args_close(&args);
        }
    }
    if (inb__psl_attrs_one(attrs, "shardKey", &args)) {
        inb__psl_check_index_block_shard_key(c, &args, top);
        inb__psl_attr_args_close(&args);
    }
}

/* Only now is it known whether the model is ignored. */
static void key_field_required(inb__psl_checker *c, const inb__psl_checked_top *top,
                               const inb__dm_field *f, const inb__psl_attribute *attr)
{
    if (f && !top->model->is_ignored && f->arity != INB__DM_REQUIRED) {
        inb__psl_error(c->d, attr->span, "the field \"%.*s\" with @%.*s must be required",
                       INB__STR_ARG(f->name), INB__STR_ARG(attr->name.name));
        inb__psl_hint(c->d, "Remove the \"?\" or \"[]\".");
    }
}

static void model_read(inb__psl_checker *c, inb__psl_checked_top *top)
{
    inb__psl_attrs attrs;
    for (size_t i = 0; i < top->n_all; i++) {
        inb__dm_type_kind kind = top->all[i]->dm.type.kind;
        if (kind != INB__DM_TYPE_MODEL && kind != INB__DM_TYPE_UNKNOWN) {
            inb__psl_check_attributes_scalar(c, top->all[i]);
        }
    }
    inb__psl_attrs_open(&attrs, c, &top->block->attributes);
    model_attributes(c, top, &attrs);
    const inb__dm_primary_key *pk = top->model->primary_key;
    if (pk) {
        key_field_required(c, top, pk->on_field, pk->attr);
    }
    key_field_required(c, top, top->shard_key_field, top->shard_key);
    inb__psl_attrs_close(&attrs);
}

static void enum_read(inb__psl_checker *c, inb__psl_checked_top *top)
{
    inb__psl_attrs attrs;
    inb__psl_attr_args args;
    inb__dm_enum *e = top->enumeration;
    for (size_t i = 0; i < e->n_values; i++) {
        inb__psl_attrs_open(&attrs, c, &top->block->values[i]->attributes);
        if (inb__psl_attrs_one(&attrs, "map", &args)) {
            e->values[i].is_mapped = map_read(c, &args, &e->values[i].db_name);
            inb__psl_attr_args_close(&args);
        }
        inb__psl_attrs_close(&attrs);
    }
    inb__psl_attrs_open(&attrs, c, &top->block->attributes);
    if (inb__psl_attrs_one(&attrs, "map", &args)) {
        block_map(c, &args, top, &e->db_name, &e->is_mapped);
        inb__psl_attr_args_close(&args);
    }
    if (inb__psl_attrs_one(&attrs, "schema", &args)) {
        schema_read(c, &args, top, &e->schema);
        inb__psl_attr_args_close(&args);
    }
    inb__psl_attrs_close(&attrs);
}

static void type_read(inb__psl_checker *c, inb__psl_checked_top *top)
{
    for (size_t i = 0; i < top->n_all; i++) {
        if (top->all[i]->dm.type.kind != INB__DM_TYPE_UNKNOWN) {
            inb__psl_check_attributes_composite(c, top->all[i]);
        }
    }
}

void inb__psl_check_attributes(inb__psl_checker *c)
{
    for (size_t i = 0; i < c->schema->n_blocks; i++) {
        inb__psl_checked_top *top = c->tops[i];
        for (size_t k = 0; k < top->n_all; k++) {
            if (top->all[k]->dm.type.kind == INB__DM_TYPE_MODEL) {
                inb__psl_check_relation_attr(c, top->all[k]);
            }
        }
    }
    for (size_t i = 0; i < c->schema->n_blocks; i++) {
        inb__psl_checked_top *top = c->tops[i];
        switch (top->block->kind) {
        case INB__PSL_MODEL:
        case INB__PSL_VIEW:
            model_read(c, top);
            break;
        case INB__PSL_ENUM:
            enum_read(c, top);
            break;
        case INB__PSL_TYPE:
            type_read(c, top);
            break;
        default:
            break;
        }
    }
}

/* Checks identifiers and duplicates, and registers everything that has a name. */
#include "config.h"

#include "psl/checker.h"

#include "psl/words.h"

static void ident_check(inb__psl_checker *c, const inb__psl_ident *ident, const char *what)
{
    if (ident->name.n == 0) {
        inb__psl_error(c->d, ident->span, "the name of %s is empty", what);
        inb__psl_hint(c->d, "Write a name.");
    } else if (inb__is_digit(ident->name.p[0])) {
        inb__psl_error(c->d, ident->span, "the name of %s cannot begin with a digit: \"%.*s\"",
                       what, INB__STR_ARG(ident->name));
        inb__psl_hint(c->d, "Begin it with a letter, and keep the database's name with @map or "
                            "@@map.");
    } else if (memchr(ident->name.p, '-', ident->name.n)) {
        inb__psl_error(c->d, ident->span, "the name of %s cannot contain \"-\": \"%.*s\"", what,
                       INB__STR_ARG(ident->name));
        inb__psl_hint(c->d, "Use \"_\", and keep the database's name with @map or @@map.");
    }
}

static void attributes_check(inb__psl_checker *c, const inb__psl_attributes *attributes)
{
    for (size_t i = 0; i < attributes->n; i++) {
        ident_check(c, &attributes->v[i]->name, "an attribute");
    }
}

static void reserved_check(inb__psl_checker *c, const inb__psl_block *block)
{
    if (inb__psl_words_is_reserved(block->name.name)) {
        inb__psl_error(c->d, block->span, "\"%.*s\" is a reserved name",
                       INB__STR_ARG(block->name.name));
        inb__psl_hint(c->d, "Choose another name, and keep the database's with @@map(\"%.*s\").",
                      INB__STR_ARG(block->name.name));
    }
}

static void enum_names(inb__psl_checker *c, inb__psl_checked_top *top)
{
    const inb__psl_block *block = top->block;
    ident_check(c, &block->name, "an enum");
    reserved_check(c, block);
    attributes_check(c, &block->attributes);

    inb__dm_enum *e = INB__NEW(c->arena, inb__dm_enum);
    *e = (inb__dm_enum){.name = block->name.name,
                        .db_name = block->name.name,
                        .doc = block->documentation,
                        .values = INB__NEW_N(c->arena, inb__dm_enum_value, block->n_values + 1),
                        .n_values = block->n_values,
                        .index = c->dm->n_enums,
                        .ast = block};
    for (size_t i = 0; i < block->n_values; i++) {
        const inb__psl_value *v = block->values[i];
        e->values[i] = (inb__dm_enum_value){.name = v->name.name,
                                            .db_name = v->name.name,
                                            .doc = v->documentation,
                                            .index = i,
                                            .ast = v};
        ident_check(c, &v->name, "an enum value");
        attributes_check(c, &v->attributes);
        if (inb__map_put(&top->enum_values, v->name.name, &e->values[i])) {
            inb__psl_error(c->d, v->span, "the enum \"%.*s\" has the value \"%.*s\" twice",
                           INB__STR_ARG(e->name), INB__STR_ARG(v->name.name));
            inb__psl_hint(c->d, "Remove one of the two.");
        }
    }
    top->enumeration = e;
    c->dm->enums[c->dm->n_enums++] = e;
}

static const inb__dm_default no_default;

static inb__psl_checked_field *field_new(inb__psl_checker *c, inb__psl_checked_top *top,
                                         size_t index)
{
    const inb__psl_field *ast = top->block->fields[index];
    inb__psl_checked_field *f = INB__NEW(c->arena, inb__psl_checked_field);
    *f = (inb__psl_checked_field){.owner = top};
    f->dm.name = f->dm.db_name = ast->name.name;
    f->dm.doc = ast->documentation;
    f->dm.model = top->model;
    f->dm.index = (uint32_t)index;
    f->dm.default_value = &no_default;
    f->end = &c->no_end;
    f->dm.arity = (inb__dm_arity)ast->type.arity;
    f->dm.type.kind = INB__DM_TYPE_UNKNOWN;
    f->dm.ast = ast;
    return f;
}

/* Attributes that only a table can have. */
static void type_field_check(inb__psl_checker *c, const inb__psl_field *f)
{
    static const char *const refused[] = {"relation", "id", "unique"};
    for (size_t i = 0; i < f->attributes.n; i++) {
        inb__str name = f->attributes.v[i]->name.name;
        for (size_t k = 0; k < sizeof(refused) / sizeof(refused[0]); k++) {
            if (inb__str_is(name, refused[k])) {
                inb__psl_error(c->d, f->span, "a field of a composite type cannot have @%s",
                               refused[k]);
                inb__psl_hint(c->d, "Only the fields of a model can have keys and relations.");
            }
        }
    }
}

static void type_check(inb__psl_checker *c, const inb__psl_block *block)
{
    for (size_t i = 0; i < block->attributes.n; i++) {
        const inb__psl_attribute *attr = block->attributes.v[i];
        inb__psl_error(c->d, attr->span, "a composite type cannot have @@%.*s",
                       INB__STR_ARG(attr->name.name));
        inb__psl_hint(c->d, "Put it into the model that uses the type.");
    }
    for (size_t i = 0; i < block->n_fields; i++) {
        type_field_check(c, block->fields[i]);
    }
}

/* Of several fields with one name, the name refers to the last one, as in Prisma. */
static void field_names(inb__psl_checker *c, inb__psl_checked_top *top)
{
    const inb__psl_block *block = top->block;
    top->all = INB__NEW_N(c->arena, inb__psl_checked_field *, block->n_fields + 1);
    top->n_all = block->n_fields;
    inb__map_reserve(&top->fields, block->n_fields);
    for (size_t i = 0; i < block->n_fields; i++) {
        const inb__psl_field *ast = block->fields[i];
        top->all[i] = field_new(c, top, i);
        if (block->kind != INB__PSL_TYPE) {
            ident_check(c, &ast->name, "a field");
            attributes_check(c, &ast->attributes);
        }
        if (inb__map_set(&top->fields, ast->name.name, top->all[i])) {
            inb__psl_error(c->d, ast->name.span, "the %s \"%.*s\" has the field \"%.*s\" twice",
                           inb__psl_ast_keyword(block->kind), INB__STR_ARG(block->name.name),
                           INB__STR_ARG(ast->name.name));
            inb__psl_hint(c->d, "Give one of the two another name, or remove it.");
        }
    }
}

static void model_names(inb__psl_checker *c, inb__psl_checked_top *top)
{
    const inb__psl_block *block = top->block;
    ident_check(c, &block->name, block->kind == INB__PSL_VIEW ? "a view" : "a model");
    reserved_check(c, block);
    attributes_check(c, &block->attributes);

    inb__dm_model *m = INB__NEW(c->arena, inb__dm_model);
    *m = (inb__dm_model){.name = block->name.name,
                         .db_name = block->name.name,
                         .doc = block->documentation,
                         .is_view = block->kind == INB__PSL_VIEW,
                         .index = c->dm->n_models,
                         .ast = block};
    top->model = m;
    c->model_tops[m->index] = top;
    c->dm->models[c->dm->n_models++] = m;
    field_names(c, top);
    m->fields = INB__NEW_N(c->arena, inb__dm_field *, top->n_all + 1);
    m->n_fields = top->n_all;
    for (size_t i = 0; i < top->n_all; i++) {
        m->fields[i] = &top->all[i]->dm;
    }
}

static void properties_check(inb__psl_checker *c, const inb__psl_block *block)
{
    inb__map seen;
    inb__map_init(&seen, c->arena);
    for (size_t i = 0; i < block->n_properties; i++) {
        inb__psl_property *p = block->properties[i];
        if (inb__map_put(&seen, p->name.name, p)) {
            inb__psl_error(c->d, p->name.span, "the %s \"%.*s\" has the key \"%.*s\" twice",
                           inb__psl_ast_keyword(block->kind), INB__STR_ARG(block->name.name),
                           INB__STR_ARG(p->name.name));
            inb__psl_hint(c->d, "Keep one of the two.");
        }
    }
}

static void top_names(inb__psl_checker *c, inb__psl_checked_top *top)
{
    inb__map_init(&top->fields, c->arena);
    inb__map_init(&top->columns, c->arena);
    inb__map_init(&top->enum_values, c->arena);
    switch (top->block->kind) {
    case INB__PSL_ENUM:
        enum_names(c, top);
        break;
    case INB__PSL_MODEL:
    case INB__PSL_VIEW:
        model_names(c, top);
        break;
    case INB__PSL_TYPE:
        ident_check(c, &top->block->name, "a type");
        type_check(c, top->block);
        field_names(c, top);
        break;
    default:
        properties_check(c, top->block);
    }
}

/* Types, datasources and generators each have their own namespace. */
static void top_declare(inb__psl_checker *c, inb__map *space, inb__psl_checked_top *top)
{
    inb__str name = top->block->name.name;
    inb__psl_checked_top *there = inb__map_set(space, name, top);
    if (there) {
        const char *keyword = inb__psl_ast_keyword(there->block->kind);
        inb__psl_error(c->d, top->block->name.span, "the name \"%.*s\" is taken by %s %s",
                       INB__STR_ARG(name), strchr("aeiou", keyword[0]) ? "an" : "a", keyword);
        inb__psl_hint(c->d, there->block->span.file == top->block->span.file
                                ? "Rename one of them."
                                : "Rename one of them, or move a copy of the schema to another "
                                  "folder.");
        inb__diagnostic_note_add(c->d, there->block->name.span, "\"%.*s\" is declared here",
                                 INB__STR_ARG(name));
    }
}

void inb__psl_check_names(inb__psl_checker *c)
{
    size_t n = c->schema->n_blocks;
    inb__map datasources, generators;
    inb__map_init(&datasources, c->arena);
    inb__map_init(&generators, c->arena);
    inb__map_init(&c->types, c->arena);
    inb__map_reserve(&c->types, n);
    c->tops = INB__NEW_N(c->arena, inb__psl_checked_top *, n + 1);
    c->model_tops = INB__NEW_N(c->arena, inb__psl_checked_top *, n + 1);
    c->dm->models = INB__NEW_N(c->arena, inb__dm_model *, n + 1);
    c->dm->enums = INB__NEW_N(c->arena, inb__dm_enum *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const inb__psl_block *block = c->schema->blocks[i];
        inb__psl_checked_top *top = c->tops[i] = INB__NEW(c->arena, inb__psl_checked_top);
        top->block = block;
        if (inb__psl_words_scalar_find(block->name.name) >= 0) {
            inb__psl_error(c->d, block->name.span, "\"%.*s\" is the name of a scalar type",
                           INB__STR_ARG(block->name.name));
            inb__psl_hint(c->d, "Choose another name.");
        }
        top_names(c, top);
        top_declare(c,
                    block->kind == INB__PSL_DATASOURCE  ? &datasources
                    : block->kind == INB__PSL_GENERATOR ? &generators
                                                        : &c->types,
                    top);
    }
}

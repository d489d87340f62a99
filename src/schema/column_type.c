/* The type of a column as a reader and as the catalogue name it. */
#include "config.h"

#include "schema/model.h"

#include "postgres/object_name.h"

static void type_args(inb__buf *out, const inb__native_type *type)
{
    for (int i = 0; i < type->n_args; i++) {
        inb__buf_printf(out, "%s%lld", i ? "," : "(", (long long)type->args[i]);
    }
    if (type->n_args) {
        inb__buf_char(out, ')');
    }
}

void inb__column_type_name(inb__buf *out, const inb__schema *schema, const inb__column *column)
{
    const inb__column_type *t = &column->type;
    inb__str name = t->unsupported;
    switch (t->kind) {
    case INB__COLUMN_NATIVE:
        inb__buf_str(out, inb__native_label(t->native.kind));
        type_args(out, &t->native);
        name = (inb__str){NULL, 0};
        break;
    case INB__COLUMN_ENUM:
        name = schema->enums[t->enumeration].name;
        break;
    case INB__COLUMN_UNSUPPORTED:
        break;
    }
    if (name.n) {
        inb__buf_add(out, name.p, name.n);
    }
    if (column->arity == INB__ARITY_LIST) {
        inb__buf_str(out, "[]");
    }
}

const char *inb__column_type_catalogue(inb__arena *arena, const inb__schema *schema,
                                       const inb__column *column)
{
    const inb__column_type *t = &column->type;
    const char *list = column->arity == INB__ARITY_LIST ? "[]" : "";
    if (t->kind == INB__COLUMN_UNSUPPORTED) {
        return "";
    }
    if (t->kind == INB__COLUMN_NATIVE) {
        char format[INB__NATIVE_FORMAT_SIZE];
        inb__native_format(format, &t->native);
        return inb__arena_printf(arena, "%s%s", format, list);
    }
    inb__str name = inb__name_cut(schema->enums[t->enumeration].name, INB__LIMIT_IDENTIFIER);
    return inb__arena_printf(arena, "%.*s%s", INB__STR_ARG(name), list);
}

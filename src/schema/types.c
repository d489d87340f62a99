#include "config.h"

#include "schema/model.h"

#include "psl/names.h"
#include "util/limits.h"

/* How a type is written in SQL: a name, its arguments, what follows them. By inb__dm_native. */
static const struct {
    const char *sql;
    const char *serial;
} native_types[INB_DM_NATIVES] = {
    [INB_DM_NATIVE_NONE] = {"", NULL},
    [INB_DM_NATIVE_SMALLINT] = {"SMALLINT", "SMALLSERIAL"},
    [INB_DM_NATIVE_INTEGER] = {"INTEGER", "SERIAL"},
    [INB_DM_NATIVE_BIGINT] = {"BIGINT", "BIGSERIAL"},
    [INB_DM_NATIVE_DECIMAL] = {"DECIMAL", NULL},
    [INB_DM_NATIVE_MONEY] = {"MONEY", NULL},
    [INB_DM_NATIVE_INET] = {"INET", NULL},
    [INB_DM_NATIVE_OID] = {"OID", NULL},
    [INB_DM_NATIVE_CITEXT] = {"CITEXT", NULL},
    [INB_DM_NATIVE_REAL] = {"REAL", NULL},
    [INB_DM_NATIVE_DOUBLE_PRECISION] = {"DOUBLE PRECISION", NULL},
    [INB_DM_NATIVE_VARCHAR] = {"VARCHAR", NULL},
    [INB_DM_NATIVE_CHAR] = {"CHAR", NULL},
    [INB_DM_NATIVE_TEXT] = {"TEXT", NULL},
    [INB_DM_NATIVE_BYTEA] = {"BYTEA", NULL},
    [INB_DM_NATIVE_TIMESTAMP] = {"TIMESTAMP", NULL},
    [INB_DM_NATIVE_TIMESTAMPTZ] = {"TIMESTAMPTZ", NULL},
    [INB_DM_NATIVE_DATE] = {"DATE", NULL},
    [INB_DM_NATIVE_TIME] = {"TIME", NULL},
    [INB_DM_NATIVE_TIMETZ] = {"TIMETZ", NULL},
    [INB_DM_NATIVE_BOOLEAN] = {"BOOLEAN", NULL},
    [INB_DM_NATIVE_BIT] = {"BIT", NULL},
    [INB_DM_NATIVE_VARBIT] = {"VARBIT", NULL},
    [INB_DM_NATIVE_UUID] = {"UUID", NULL},
    [INB_DM_NATIVE_XML] = {"XML", NULL},
    [INB_DM_NATIVE_JSON] = {"JSON", NULL},
    [INB_DM_NATIVE_JSONB] = {"JSONB", NULL},
};

static void type_args(inb__buf *out, const inb__dm_native_type *type)
{
    for (int i = 0; i < type->n_args; i++) {
        inb__buf_printf(out, "%s%lld", i ? "," : "(", (long long)type->args[i]);
    }
    if (type->n_args) {
        inb__buf_char(out, ')');
    }
}

void inb__native_sql(inb__buf *out, const inb__dm_native_type *type)
{
    inb__buf_str(out, native_types[type->kind].sql);
    type_args(out, type);
}

const char *inb__native_serial(inb__dm_native kind)
{
    return native_types[kind].serial;
}

bool inb__native_eq(const inb__dm_native_type *a, const inb__dm_native_type *b)
{
    if (a->kind != b->kind || a->n_args != b->n_args) {
        return false;
    }
    for (int i = 0; i < a->n_args; i++) {
        if (a->args[i] != b->args[i]) {
            return false;
        }
    }
    return true;
}

void inb__column_type_name(inb__buf *out, const inb__schema *schema, const inb__column *column)
{
    const inb__column_type *t = &column->type;
    inb__str name = t->unsupported;
    switch (t->kind) {
    case INB_COLUMN_NATIVE:
        inb__buf_str(out, inb__dm_native_name(t->native.kind));
        type_args(out, &t->native);
        name = (inb__str){NULL, 0};
        break;
    case INB_COLUMN_ENUM:
        name = schema->enums[t->enumeration].name;
        break;
    case INB_COLUMN_UNSUPPORTED:
        break;
    }
    if (name.n) {
        inb__buf_add(out, name.p, name.n);
    }
    if (column->arity == INB_DM_LIST) {
        inb__buf_str(out, "[]");
    }
}

/* How format_type() prints a type: the name, the name where no length is written, what follows the
 * arguments. */
static const struct {
    const char *name;
    const char *bare;
    const char *tail;
} catalogue_types[INB_DM_NATIVES] = {
    [INB_DM_NATIVE_SMALLINT] = {"smallint", NULL, ""},
    [INB_DM_NATIVE_INTEGER] = {"integer", NULL, ""},
    [INB_DM_NATIVE_BIGINT] = {"bigint", NULL, ""},
    [INB_DM_NATIVE_DECIMAL] = {"numeric", NULL, ""},
    [INB_DM_NATIVE_MONEY] = {"money", NULL, ""},
    [INB_DM_NATIVE_INET] = {"inet", NULL, ""},
    [INB_DM_NATIVE_OID] = {"oid", NULL, ""},
    [INB_DM_NATIVE_CITEXT] = {"citext", NULL, ""},
    [INB_DM_NATIVE_REAL] = {"real", NULL, ""},
    [INB_DM_NATIVE_DOUBLE_PRECISION] = {"double precision", NULL, ""},
    [INB_DM_NATIVE_VARCHAR] = {"character varying", NULL, ""},
    [INB_DM_NATIVE_CHAR] = {"character", "character(1)", ""},
    [INB_DM_NATIVE_TEXT] = {"text", NULL, ""},
    [INB_DM_NATIVE_BYTEA] = {"bytea", NULL, ""},
    [INB_DM_NATIVE_TIMESTAMP] = {"timestamp", NULL, " without time zone"},
    [INB_DM_NATIVE_TIMESTAMPTZ] = {"timestamp", NULL, " with time zone"},
    [INB_DM_NATIVE_DATE] = {"date", NULL, ""},
    [INB_DM_NATIVE_TIME] = {"time", NULL, " without time zone"},
    [INB_DM_NATIVE_TIMETZ] = {"time", NULL, " with time zone"},
    [INB_DM_NATIVE_BOOLEAN] = {"boolean", NULL, ""},
    [INB_DM_NATIVE_BIT] = {"bit", "bit(1)", ""},
    [INB_DM_NATIVE_VARBIT] = {"bit varying", NULL, ""},
    [INB_DM_NATIVE_UUID] = {"uuid", NULL, ""},
    [INB_DM_NATIVE_XML] = {"xml", NULL, ""},
    [INB_DM_NATIVE_JSON] = {"json", NULL, ""},
    [INB_DM_NATIVE_JSONB] = {"jsonb", NULL, ""},
};

static const char *native_catalogue(inb__arena *arena, const inb__dm_native_type *type,
                                    const char *list)
{
    const char *name = catalogue_types[type->kind].name, *tail = catalogue_types[type->kind].tail;
    const char *bare = catalogue_types[type->kind].bare;
    if (type->n_args == 0) {
        return inb__arena_printf(arena, "%s%s%s", bare ? bare : name, tail, list);
    }
    if (type->n_args == 1) {
        return inb__arena_printf(arena, "%s(%lld)%s%s", name, (long long)type->args[0], tail, list);
    }
    return inb__arena_printf(arena, "%s(%lld,%lld)%s%s", name, (long long)type->args[0],
                             (long long)type->args[1], tail, list);
}

const char *inb__column_type_catalogue(inb__arena *arena, const inb__schema *schema,
                                       const inb__column *column)
{
    const inb__column_type *t = &column->type;
    const char *list = column->arity == INB_DM_LIST ? "[]" : "";
    if (t->kind == INB_COLUMN_UNSUPPORTED) {
        return "";
    }
    if (t->kind == INB_COLUMN_NATIVE) {
        return native_catalogue(arena, &t->native, list);
    }
    inb__str name = inb__psl_name_cut(schema->enums[t->enumeration].name, INB__LIMIT_IDENTIFIER);
    return inb__arena_printf(arena, "%.*s%s", INB__STR_ARG(name), list);
}

const char *inb__action_sql(inb__dm_action action)
{
    static const char *const sql[] = {
        [INB_DM_ACTION_NONE] = "",      [INB_DM_NO_ACTION] = "NO ACTION",
        [INB_DM_RESTRICT] = "RESTRICT", [INB_DM_CASCADE] = "CASCADE",
        [INB_DM_SET_NULL] = "SET NULL", [INB_DM_SET_DEFAULT] = "SET DEFAULT",
    };
    return sql[action];
}

const char *inb__algorithm_sql(inb__dm_algorithm algorithm)
{
    static const char *const sql[] = {
        [INB_DM_BTREE] = "BTREE", [INB_DM_HASH] = "HASH",     [INB_DM_GIST] = "GIST",
        [INB_DM_GIN] = "GIN",     [INB_DM_SPGIST] = "SPGIST", [INB_DM_BRIN] = "BRIN",
    };
    return sql[algorithm];
}

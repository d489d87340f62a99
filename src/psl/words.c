/* The words of the schema language for types, index methods, referential actions and its client. */
#include "config.h"

#include "psl/words.h"

static const char *const scalar_names[INB__DM_SCALARS] = {
    [INB__DM_STRING] = "String",     [INB__DM_BOOLEAN] = "Boolean", [INB__DM_INT] = "Int",
    [INB__DM_BIGINT] = "BigInt",     [INB__DM_FLOAT] = "Float",     [INB__DM_DECIMAL] = "Decimal",
    [INB__DM_DATETIME] = "DateTime", [INB__DM_JSON] = "Json",       [INB__DM_BYTES] = "Bytes",
};

int inb__psl_words_scalar_find(inb__str name)
{
    for (int i = 0; i < INB__DM_SCALARS; i++) {
        if (inb__str_is(name, scalar_names[i])) {
            return i;
        }
    }
    return -1;
}

const char *inb__psl_words_scalar(inb__dm_scalar scalar)
{
    return scalar_names[scalar];
}

/* ---- native types ---------------------------------------------------------------------------- */

static const inb__dm_scalar natives[INB__NATIVES] = {
    [INB__NATIVE_SMALLINT] = INB__DM_INT,
    [INB__NATIVE_INTEGER] = INB__DM_INT,
    [INB__NATIVE_BIGINT] = INB__DM_BIGINT,
    [INB__NATIVE_DECIMAL] = INB__DM_DECIMAL,
    [INB__NATIVE_MONEY] = INB__DM_DECIMAL,
    [INB__NATIVE_INET] = INB__DM_STRING,
    [INB__NATIVE_OID] = INB__DM_INT,
    [INB__NATIVE_CITEXT] = INB__DM_STRING,
    [INB__NATIVE_REAL] = INB__DM_FLOAT,
    [INB__NATIVE_DOUBLE_PRECISION] = INB__DM_FLOAT,
    [INB__NATIVE_VARCHAR] = INB__DM_STRING,
    [INB__NATIVE_CHAR] = INB__DM_STRING,
    [INB__NATIVE_TEXT] = INB__DM_STRING,
    [INB__NATIVE_BYTEA] = INB__DM_BYTES,
    [INB__NATIVE_TIMESTAMP] = INB__DM_DATETIME,
    [INB__NATIVE_TIMESTAMPTZ] = INB__DM_DATETIME,
    [INB__NATIVE_DATE] = INB__DM_DATETIME,
    [INB__NATIVE_TIME] = INB__DM_DATETIME,
    [INB__NATIVE_TIMETZ] = INB__DM_DATETIME,
    [INB__NATIVE_BOOLEAN] = INB__DM_BOOLEAN,
    [INB__NATIVE_BIT] = INB__DM_STRING,
    [INB__NATIVE_VARBIT] = INB__DM_STRING,
    [INB__NATIVE_UUID] = INB__DM_STRING,
    [INB__NATIVE_XML] = INB__DM_STRING,
    [INB__NATIVE_JSON] = INB__DM_JSON,
    [INB__NATIVE_JSONB] = INB__DM_JSON,
};

inb__native inb__psl_words_native_find(inb__str name)
{
    for (int i = INB__NATIVE_NONE + 1; i < INB__NATIVES; i++) {
        if (inb__str_is(name, inb__native_label((inb__native)i))) {
            return (inb__native)i;
        }
    }
    return INB__NATIVE_NONE;
}

inb__dm_scalar inb__psl_words_native_scalar(inb__native kind)
{
    return natives[kind];
}

inb__native_type inb__psl_words_native_default(inb__dm_scalar scalar)
{
    static const inb__native_type defaults[INB__DM_SCALARS] = {
        [INB__DM_STRING] = {INB__NATIVE_TEXT, 0, {0}},
        [INB__DM_BOOLEAN] = {INB__NATIVE_BOOLEAN, 0, {0}},
        [INB__DM_INT] = {INB__NATIVE_INTEGER, 0, {0}},
        [INB__DM_BIGINT] = {INB__NATIVE_BIGINT, 0, {0}},
        [INB__DM_FLOAT] = {INB__NATIVE_DOUBLE_PRECISION, 0, {0}},
        [INB__DM_DECIMAL] = {INB__NATIVE_DECIMAL, 2, {65, 30}},
        [INB__DM_DATETIME] = {INB__NATIVE_TIMESTAMP, 1, {3}},
        [INB__DM_JSON] = {INB__NATIVE_JSONB, 0, {0}},
        [INB__DM_BYTES] = {INB__NATIVE_BYTEA, 0, {0}},
    };
    return defaults[scalar];
}

/* Prisma stores it as an unsigned number of 32 bits. */
static bool argument_parse(inb__str text, int64_t *out)
{
    uint64_t n = 0;
    size_t i = text.n && text.p[0] == '+';
    if (i == text.n) {
        return false;
    }
    for (; i < text.n; i++) {
        if (!inb__is_digit(text.p[i])) {
            return false;
        }
        n = n * 10 + (uint64_t)(text.p[i] - '0');
        if (n > UINT32_MAX) {
            return false;
        }
    }
    *out = (int64_t)n;
    return true;
}

bool inb__psl_words_native_parse(inb__native_type *out, inb__native kind, const inb__str *args,
                                 size_t n)
{
    inb__native_type type = {.kind = kind};
    size_t max = (size_t)inb__native_max_args(kind);
    if (max == 0) {
        *out = type;
        return true;
    }
    if (n != 0 && n != max) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!argument_parse(args[i], &type.args[i])) {
            return false;
        }
    }
    type.n_args = (int)n;
    *out = type;
    return true;
}

/* ---- index methods -----------------------------------------------------------------------------
 */

static const char *const method_names[INB__METHODS] = {
    [INB__METHOD_BTREE] = "BTree", [INB__METHOD_HASH] = "Hash",     [INB__METHOD_GIST] = "Gist",
    [INB__METHOD_GIN] = "Gin",     [INB__METHOD_SPGIST] = "SpGist", [INB__METHOD_BRIN] = "Brin",
};

const char *inb__psl_words_method(inb__index_method method)
{
    return method_names[method];
}

int inb__psl_words_method_find(inb__str name)
{
    for (int i = 0; i < INB__METHODS; i++) {
        if (inb__str_is(name, method_names[i])) {
            return i;
        }
    }
    return -1;
}

/* ---- referential actions -----------------------------------------------------------------------
 */

static const char *const action_names[INB__REF_ACTIONS] = {
    [INB__REF_UNSET] = "",
    [INB__REF_NO_ACTION] = "NoAction",
    [INB__REF_RESTRICT] = "Restrict",
    [INB__REF_CASCADE] = "Cascade",
    [INB__REF_SET_NULL] = "SetNull",
    [INB__REF_SET_DEFAULT] = "SetDefault",
};

const char *inb__psl_words_action(inb__ref_action action)
{
    return action_names[action];
}

inb__ref_action inb__psl_words_action_find(inb__str name)
{
    for (int i = INB__REF_UNSET + 1; i < INB__REF_ACTIONS; i++) {
        if (inb__str_is(name, action_names[i])) {
            return (inb__ref_action)i;
        }
    }
    return INB__REF_UNSET;
}

/* ---- names ----------------------------------------------------------------------------------- */

static const char *const reserved_names[] = {
    "PrismaClient", "async",      "await",    "break",   "case",       "catch",     "class",
    "const",        "continue",   "debugger", "default", "delete",     "do",        "else",
    "enum",         "export",     "extends",  "false",   "finally",    "for",       "function",
    "if",           "implements", "import",   "in",      "instanceof", "interface", "let",
    "new",          "null",       "package",  "private", "protected",  "public",    "return",
    "super",        "switch",     "this",     "throw",   "true",       "try",       "typeof",
    "using",        "var",        "void",     "while",   "with",       "yield",
};

bool inb__psl_words_is_reserved(inb__str name)
{
    for (size_t i = 0; i < sizeof(reserved_names) / sizeof(reserved_names[0]); i++) {
        if (inb__str_is(name, reserved_names[i])) {
            return true;
        }
    }
    return false;
}

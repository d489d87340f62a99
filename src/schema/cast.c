/*
 * What becomes of values when a column changes its type. Which types are cast at all is Prisma's
 * table; which casts keep every value is PostgreSQL's (Prisma takes some for safe that are not).
 */
#include "config.h"

#include "schema/cast.h"

#define BIT(native) (1u << (INB__NATIVE_##native))

#define TEXTS (BIT(VARCHAR) | BIT(CHAR))
#define INTEGERS (BIT(SMALLINT) | BIT(INTEGER) | BIT(BIGINT))
#define ANY (~0u)

/* The widest a value gets when it is written as text, in characters; of Money that is the locale's.
 */
static const int64_t text_width[INB__NATIVES] = {
    [INB__NATIVE_SMALLINT] = 6,
    [INB__NATIVE_INTEGER] = 11,
    [INB__NATIVE_BIGINT] = 20,
    [INB__NATIVE_MONEY] = 40,
    [INB__NATIVE_INET] = 43,
    [INB__NATIVE_OID] = 10,
    [INB__NATIVE_CITEXT] = INT64_MAX,
    [INB__NATIVE_REAL] = 47,
    [INB__NATIVE_DOUBLE_PRECISION] = 317,
    [INB__NATIVE_TEXT] = INT64_MAX,
    [INB__NATIVE_TIMESTAMP] = 29,
    [INB__NATIVE_TIMESTAMPTZ] = 38,
    [INB__NATIVE_DATE] = 13,
    [INB__NATIVE_TIME] = 15,
    [INB__NATIVE_TIMETZ] = 24,
    [INB__NATIVE_BOOLEAN] = 5,
    [INB__NATIVE_UUID] = 36,
    [INB__NATIVE_XML] = INT64_MAX,
    [INB__NATIVE_JSON] = INT64_MAX,
    [INB__NATIVE_JSONB] = INT64_MAX,
};

/* PostgreSQL's limits of a numeric without precision: digits before and after the point. */
#define NUMERIC_DIGITS 131072
#define NUMERIC_SCALE 16383

/* What decides, once a rule's types fit. */
typedef enum rule_kind {
    SAFE,
    RISKY,
    ZONED,        /* by the session's time zone; a precision that falls is risky */
    WIDE,         /* a text type: safe when it takes the widest value */
    WIDE_ONLY,    /* the same, but no cast below `limit` characters */
    BYTES,        /* a text type: safe without a limit, risky from `limit` characters on */
    DIGITS,       /* Decimal: safe with `limit` digits before the point */
    FROM_DECIMAL, /* a type of integers: safe when all digits fit: at most `limit`, none after the
                     point */
    DECIMALS,     /* Decimal to Decimal */
    DECIMAL_TEXT,
    LENGTHS,    /* VarChar or Char to VarChar or Char */
    PRECISIONS, /* a type of time to itself: no change where a precision is not written */
    BIT_WIDTHS, /* Bit to VarBit and texts: no cast into what is too narrow */
    VARBIT_BIT,
    VARBITS,
    VARBIT_TEXT
} rule_kind;

typedef struct cast_rule {
    unsigned from, to;
    rule_kind kind;
    int64_t limit;
} cast_rule;

/* The first rule that fits decides; without one there is no cast. */
static const cast_rule rules[] = {
    {BIT(INET), BIT(CITEXT) | BIT(TEXT), SAFE, 0},
    {BIT(INET), BIT(VARCHAR), WIDE, 0},
    {BIT(MONEY), BIT(CITEXT) | BIT(TEXT), SAFE, 0},
    {BIT(MONEY), BIT(VARCHAR), WIDE, 0},
    {BIT(MONEY), ANY, RISKY, 0},
    {BIT(CITEXT), BIT(TEXT), SAFE, 0},
    {BIT(CITEXT), BIT(VARCHAR), WIDE, 0},
    {BIT(CITEXT), ANY, RISKY, 0},
    {BIT(OID), BIT(TEXT) | BIT(BIGINT), SAFE, 0},
    {BIT(OID), BIT(VARCHAR), WIDE, 0},
    {BIT(OID), BIT(INTEGER), RISKY, 0},

    {BIT(SMALLINT), BIT(INTEGER) | BIT(BIGINT), SAFE, 0},
    {BIT(INTEGER), BIT(SMALLINT), RISKY, 0},
    {BIT(INTEGER), BIT(BIGINT), SAFE, 0},
    {BIT(BIGINT), BIT(SMALLINT) | BIT(INTEGER), RISKY, 0},
    {BIT(SMALLINT), BIT(REAL), SAFE, 0},
    {BIT(SMALLINT) | BIT(INTEGER), BIT(DOUBLE_PRECISION), SAFE, 0},
    {INTEGERS, BIT(REAL) | BIT(DOUBLE_PRECISION), RISKY, 0},
    {INTEGERS, BIT(TEXT), SAFE, 0},
    {BIT(SMALLINT), BIT(DECIMAL), DIGITS, 5},
    {BIT(INTEGER), BIT(DECIMAL), DIGITS, 10},
    {BIT(BIGINT), BIT(DECIMAL), DIGITS, 19},
    {BIT(SMALLINT), TEXTS, WIDE, 0},
    {BIT(INTEGER), TEXTS, WIDE, 0},
    {BIT(BIGINT), TEXTS, WIDE, 0},

    {BIT(DECIMAL), BIT(SMALLINT), FROM_DECIMAL, 2},
    {BIT(DECIMAL), BIT(INTEGER), FROM_DECIMAL, 9},
    {BIT(DECIMAL), BIT(BIGINT), FROM_DECIMAL, 18},
    {BIT(DECIMAL), BIT(DECIMAL), DECIMALS, 0},
    {BIT(DECIMAL), BIT(REAL) | BIT(DOUBLE_PRECISION), RISKY, 0},
    {BIT(DECIMAL), BIT(TEXT), SAFE, 0},
    {BIT(DECIMAL), TEXTS, DECIMAL_TEXT, 0},

    {BIT(REAL), BIT(DOUBLE_PRECISION) | BIT(TEXT), SAFE, 0},
    {BIT(DOUBLE_PRECISION), BIT(REAL), RISKY, 0},
    {BIT(DOUBLE_PRECISION), BIT(TEXT), SAFE, 0},
    {BIT(REAL) | BIT(DOUBLE_PRECISION), INTEGERS | BIT(DECIMAL), RISKY, 0},
    {BIT(REAL), TEXTS, WIDE, 0},
    {BIT(DOUBLE_PRECISION), TEXTS, WIDE, 0},

    {TEXTS, BIT(TEXT), SAFE, 0},
    {BIT(VARCHAR), BIT(CHAR), RISKY, 0}, /* which has no blanks at its end */
    {TEXTS, TEXTS, LENGTHS, 0},
    {BIT(TEXT), BIT(CITEXT), SAFE, 0},
    {BIT(TEXT), TEXTS, WIDE, 0},
    {BIT(BYTEA), BIT(TEXT), SAFE, 0},
    {BIT(BYTEA), TEXTS, BYTES, 3},

    {BIT(TIMESTAMP), BIT(TIMESTAMP), PRECISIONS, 0},
    {BIT(TIMESTAMPTZ), BIT(TIMESTAMPTZ), PRECISIONS, 0},
    {BIT(TIME), BIT(TIME), PRECISIONS, 0},
    {BIT(TIMETZ), BIT(TIMETZ), PRECISIONS, 0},
    {BIT(TIMESTAMP) | BIT(TIMESTAMPTZ), BIT(TEXT), SAFE, 0},
    {BIT(TIMESTAMP) | BIT(TIMESTAMPTZ), BIT(TIMESTAMP) | BIT(TIMESTAMPTZ), ZONED, 0},
    {BIT(TIMESTAMP) | BIT(TIMESTAMPTZ), BIT(DATE) | BIT(TIME) | BIT(TIMETZ), RISKY, 0},
    {BIT(DATE), BIT(TEXT) | BIT(TIMESTAMP), SAFE, 0},
    {BIT(DATE), BIT(TIMESTAMPTZ), ZONED, 0},
    {BIT(TIME), BIT(TEXT), SAFE, 0},
    {BIT(TIME), BIT(TIMETZ), ZONED, 0},
    {BIT(TIMETZ), BIT(TEXT), SAFE, 0},
    {BIT(TIMETZ), BIT(TIME), RISKY, 0},
    {BIT(TIMESTAMP), TEXTS, WIDE_ONLY, 23},
    {BIT(TIMESTAMPTZ), TEXTS, WIDE_ONLY, 28},
    {BIT(DATE), TEXTS, WIDE_ONLY, 28},
    {BIT(TIME), TEXTS, WIDE_ONLY, 14},
    {BIT(TIMETZ), TEXTS, WIDE_ONLY, 19},

    {BIT(BOOLEAN), BIT(TEXT), SAFE, 0},
    {BIT(BOOLEAN), BIT(VARCHAR), WIDE, 0},
    {BIT(BOOLEAN), BIT(CHAR), WIDE_ONLY, 4},
    {BIT(BIT), BIT(TEXT) | BIT(VARBIT) | TEXTS, BIT_WIDTHS, 0},
    {BIT(VARBIT), BIT(TEXT), SAFE, 0},
    {BIT(VARBIT), BIT(VARBIT), VARBITS, 0},
    {BIT(VARBIT), BIT(BIT), VARBIT_BIT, 0},
    {BIT(VARBIT), TEXTS, VARBIT_TEXT, 0},
    {BIT(UUID), BIT(TEXT), SAFE, 0},
    {BIT(UUID), TEXTS, WIDE_ONLY, 32},
    {BIT(XML) | BIT(JSON) | BIT(JSONB), BIT(TEXT), SAFE, 0},
    {BIT(XML) | BIT(JSON) | BIT(JSONB), TEXTS, WIDE, 0},
    {BIT(JSON), BIT(JSONB), RISKY, 0}, /* which has each key once, and no \\u0000 */
    {BIT(JSONB), BIT(JSON), SAFE, 0},
};

static inb__cast safe_if(bool safe)
{
    return safe ? INB__CAST_SAFE : INB__CAST_RISKY;
}

/* How much a type holds, in characters or bits: VarChar and VarBit alone any number, Char and Bit
 * alone one. */
static int64_t width(const inb__native_type *t)
{
    bool single = t->kind == INB__NATIVE_CHAR || t->kind == INB__NATIVE_BIT;
    return t->n_args ? t->args[0] : single ? 1 : INT64_MAX;
}

/* Characters of the widest value of a Decimal. */
static int64_t decimal_width(const inb__native_type *t)
{
    if (t->n_args < 2) {
        return INT64_MAX;
    }
    return t->args[0] + (t->args[1] > 0 ? 2 : 1) + (t->args[1] == t->args[0] ? 1 : 0);
}

static int64_t decimal_digits(const inb__native_type *t)
{
    return t->n_args == 2 ? t->args[0] - t->args[1] : NUMERIC_DIGITS;
}

static int64_t decimal_scale(const inb__native_type *t)
{
    return t->n_args == 2 ? t->args[1] : NUMERIC_SCALE;
}

/* Digits of seconds after the point. */
static int64_t precision(const inb__native_type *t)
{
    return t->kind == INB__NATIVE_DATE ? 0 : t->n_args ? t->args[0] : 6;
}

static inb__cast precisions_cast(const inb__native_type *from, const inb__native_type *to)
{
    bool same = !from->n_args || !to->n_args || from->args[0] == to->args[0];
    return same ? INB__CAST_SAME : safe_if(precision(to) >= precision(from));
}

static inb__cast rule_apply(const cast_rule *rule, const inb__native_type *from,
                            const inb__native_type *to)
{
    switch (rule->kind) {
    case SAFE:
        return INB__CAST_SAFE;
    case RISKY:
        return INB__CAST_RISKY;
    case ZONED:
        return precision(to) >= precision(from) ? INB__CAST_ZONED : INB__CAST_RISKY;
    case WIDE:
        return safe_if(width(to) >= text_width[from->kind]);
    case WIDE_ONLY:
        return width(to) < rule->limit ? INB__CAST_NONE
                                       : safe_if(width(to) >= text_width[from->kind]);
    case BYTES:
        return width(to) < rule->limit ? INB__CAST_NONE : safe_if(width(to) == INT64_MAX);
    case DIGITS:
        return safe_if(decimal_digits(to) >= rule->limit);
    case FROM_DECIMAL:
        return safe_if(decimal_scale(from) == 0 && decimal_digits(from) <= rule->limit);
    case DECIMALS:
        return safe_if(decimal_digits(to) >= decimal_digits(from) &&
                       decimal_scale(to) >= decimal_scale(from));
    case DECIMAL_TEXT:
        return safe_if(width(to) >= decimal_width(from));
    case LENGTHS:
        return safe_if(width(to) >= width(from));
    case PRECISIONS:
        return precisions_cast(from, to);
    case BIT_WIDTHS:
    case VARBITS:
        return width(to) >= width(from) ? INB__CAST_SAFE : INB__CAST_NONE;
    case VARBIT_BIT:
        return width(to) <= width(from) ? INB__CAST_RISKY : INB__CAST_NONE;
    case VARBIT_TEXT:
        return safe_if(width(to) >= width(from));
    }
    return INB__CAST_NONE;
}

inb__cast inb__cast_native(const inb__native_type *from, const inb__native_type *to)
{
    if (inb__native_eq(from, to)) {
        return INB__CAST_SAME;
    }
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (rules[i].from & (1u << from->kind) && rules[i].to & (1u << to->kind)) {
            return rule_apply(&rules[i], from, to);
        }
    }
    return INB__CAST_NONE;
}

/* An array as text: its literal. */
static inb__cast list_to_scalar_cast(const inb__column_type *to)
{
    if (to->kind != INB__COLUMN_NATIVE) {
        return INB__CAST_NONE;
    }
    switch (to->native.kind) {
    case INB__NATIVE_TEXT:
        return INB__CAST_SAFE;
    case INB__NATIVE_VARCHAR:
        return safe_if(to->native.n_args == 0);
    case INB__NATIVE_CHAR:
        return INB__CAST_RISKY;
    default:
        return INB__CAST_NONE;
    }
}

static bool same_enum(const inb__schema *from, uint32_t prev, const inb__schema *to, uint32_t next)
{
    const inb__enum *a = &from->enums[prev], *b = &to->enums[next];
    return inb__str_eq(a->name, b->name) &&
           inb__str_eq(from->spaces[a->space], to->spaces[b->space]);
}

inb__cast inb__cast_column(const inb__schema *from, const inb__column *prev, const inb__schema *to,
                           const inb__column *next)
{
    const inb__column_type *a = &prev->type, *b = &next->type;
    if (a->kind == INB__COLUMN_ENUM && b->kind == INB__COLUMN_ENUM) {
        return same_enum(from, a->enumeration, to, b->enumeration) ? INB__CAST_SAME
                                                                   : INB__CAST_NONE;
    }
    if (a->kind == INB__COLUMN_ENUM || b->kind == INB__COLUMN_ENUM) {
        return INB__CAST_NONE;
    }
    if ((prev->arity == INB__ARITY_LIST) != (next->arity == INB__ARITY_LIST)) {
        return prev->arity == INB__ARITY_LIST ? list_to_scalar_cast(b) : INB__CAST_NONE;
    }
    if (a->kind == INB__COLUMN_UNSUPPORTED && b->kind == INB__COLUMN_UNSUPPORTED) {
        return INB__CAST_SAME; /* Prisma does not look into types that it does not know */
    }
    if (a->kind == INB__COLUMN_UNSUPPORTED || b->kind == INB__COLUMN_UNSUPPORTED) {
        return INB__CAST_RISKY;
    }
    return inb__cast_native(&a->native, &b->native);
}

/* To which PostgreSQL assigns values of any type. */
static bool is_text(const inb__column_type *t)
{
    static const unsigned texts = TEXTS | BIT(TEXT);
    return t->kind == INB__COLUMN_NATIVE && texts & (1u << t->native.kind);
}

const char *inb__cast_column_through(const inb__column *prev, const inb__column *next)
{
    static const struct {
        unsigned from, to;
        const char *through;
    } casts[] = {
        {BIT(MONEY), INTEGERS | BIT(REAL) | BIT(DOUBLE_PRECISION), "numeric"},
        {BIT(MONEY), ~(BIT(MONEY) | BIT(DECIMAL) | BIT(CITEXT) | BIT(TEXT) | TEXTS), "text"},
        {BIT(CITEXT), ~(BIT(CITEXT) | BIT(TEXT) | TEXTS), "text"},
        {BIT(TIMESTAMP), BIT(TIMETZ), "timestamptz"},
    };
    bool opaque = prev->type.kind == INB__COLUMN_UNSUPPORTED;
    if (opaque != (next->type.kind == INB__COLUMN_UNSUPPORTED)) {
        return !opaque || !is_text(&next->type) ? "text" : NULL;
    }
    if (prev->type.kind != INB__COLUMN_NATIVE || next->type.kind != INB__COLUMN_NATIVE) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(casts) / sizeof(casts[0]); i++) {
        if (casts[i].from & (1u << prev->type.native.kind) &&
            casts[i].to & (1u << next->type.native.kind)) {
            return casts[i].through;
        }
    }
    return NULL;
}

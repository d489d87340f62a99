#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- values for rows that have none ---------------------------------------------------------- */

/*
 * A value of a type made of a number, so that as many can be had as there are rows; $ is the
 * number.
 */
static const char *invented(inb__native kind)
{
    static const char *const values[INB__NATIVES] = {
        [INB__NATIVE_SMALLINT] = "$",
        [INB__NATIVE_INTEGER] = "$",
        [INB__NATIVE_BIGINT] = "$",
        [INB__NATIVE_DECIMAL] = "$",
        [INB__NATIVE_MONEY] = "($)::numeric::money",
        [INB__NATIVE_INET] = "'0.0.0.0'::inet + ($)",
        [INB__NATIVE_OID] = "($)::oid",
        [INB__NATIVE_CITEXT] = "($)::text",
        [INB__NATIVE_REAL] = "$",
        [INB__NATIVE_DOUBLE_PRECISION] = "$",
        [INB__NATIVE_VARCHAR] = "($)::text",
        [INB__NATIVE_CHAR] = "($)::text",
        [INB__NATIVE_TEXT] = "($)::text",
        [INB__NATIVE_BYTEA] = "convert_to(($)::text, 'UTF8')",
        [INB__NATIVE_TIMESTAMP] = "timestamp '1970-01-01' + ($) * interval '1 second'",
        [INB__NATIVE_TIMESTAMPTZ] =
            "timestamptz '1970-01-01 00:00:00+00' + ($) * interval '1 second'",
        [INB__NATIVE_DATE] = "date '1970-01-01' + ($)::integer",
        [INB__NATIVE_TIME] = "time '00:00' + ($) * interval '1 millisecond'",
        [INB__NATIVE_TIMETZ] = "timetz '00:00+00' + ($) * interval '1 millisecond'",
        [INB__NATIVE_BOOLEAN] = "false",
        [INB__NATIVE_BIT] = "($)::bigint",
        [INB__NATIVE_VARBIT] = "($)::integer::bit(32)",
        [INB__NATIVE_UUID] = "gen_random_uuid()",
        [INB__NATIVE_XML] = "xmlparse(content '')",
        [INB__NATIVE_JSON] = "to_json($)",
        [INB__NATIVE_JSONB] = "to_jsonb($)",
    };
    return values[kind];
}

static const char *with_number(inb__rollout *z, const char *form, const char *number)
{
    const char *at = strchr(form, '$');
    return at ? inb__arena_printf(z->arena, "%.*s%s%s", (int)(at - form), form, number, at + 1)
              : form;
}

const char *inb__rollout_invent(inb__rollout *z, const inb__column *c, const char *number)
{
    const char *type = inb__rollout_type(z, c);
    if (c->arity == INB__ARITY_LIST || c->type.kind == INB__COLUMN_UNSUPPORTED) {
        return NULL;
    }
    if (c->type.kind == INB__COLUMN_ENUM) {
        const inb__enum *e = &z->mid.enums[c->type.enumeration];
        return e->n_values ? inb__arena_printf(z->arena, "%s::%s",
                                               inb__rollout_literal(z, e->values[0]), type)
                           : NULL;
    }
    inb__native kind = c->type.native.kind;
    bool text = kind == INB__NATIVE_TEXT || kind == INB__NATIVE_CITEXT ||
                kind == INB__NATIVE_VARCHAR || kind == INB__NATIVE_CHAR ||
                kind == INB__NATIVE_BYTEA;
    bool json = kind == INB__NATIVE_JSON || kind == INB__NATIVE_JSONB;
    if ((text || json) && strcmp(number, "0") == 0) {
        return text ? "''" : inb__arena_printf(z->arena, "'{}'::%s", type);
    }
    return inb__arena_printf(z->arena, "(%s)::%s", with_number(z, invented(kind), number), type);
}

/* ---- conversions ----------------------------------------------------------------------------- */

const char *inb__rollout_converted(inb__rollout *z, const inb__rollout_column *c,
                                   const inb__column *next, const char *old, bool cast)
{
    bool list = next->arity == INB__ARITY_LIST;
    const char *type = cast ? inb__rollout_type(z, next) : NULL;
    switch (c->conversion) {
    case INB__ROLLOUT_ASSIGN:
        return old;
    case INB__ROLLOUT_THROUGH: {
        bool text = strcmp(c->through, "text") == 0;
        const char *through =
            inb__arena_printf(z->arena, "%s::%s%s", old, c->through, list && !text ? "[]" : "");
        return cast ? inb__arena_printf(z->arena, "%s::%s", through, type) : through;
    }
    case INB__ROLLOUT_TO_LIST:
        return inb__arena_printf(z->arena, "CASE WHEN %s IS NOT NULL THEN ARRAY[%s]%s%s END", old,
                                 old, cast ? "::" : "", cast ? type : "");
    case INB__ROLLOUT_FIRST:
        return inb__arena_printf(z->arena, "(%s)[1]", old);
    case INB__ROLLOUT_INVENT:
        break;
    }
    return NULL;
}

const char *inb__rollout_constant(inb__rollout *z, const inb__column *c)
{
    const inb__default_kind kind = c->default_value.kind;
    return kind == INB__DEFAULT_SEQUENCE ? NULL : inb__rollout_default(z, &z->mid, c);
}

/* Values of rows: those that nobody says, and the old one converted to the new type. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- values for rows that have none ---------------------------------------------------------- */

typedef const inb__fragment *(*numbered)(inb__arena *arena, const inb__fragment *number);
typedef const inb__fragment *(*plain)(inb__arena *arena);

/* A value of a type, made of a number where as many can be had as there are rows. */
static const struct {
    numbered of;
    plain alone;
} invented[INB__NATIVES] = {
    [INB__NATIVE_SMALLINT] = {inb__rollout_sql_invent_number, NULL},
    [INB__NATIVE_INTEGER] = {inb__rollout_sql_invent_number, NULL},
    [INB__NATIVE_BIGINT] = {inb__rollout_sql_invent_number, NULL},
    [INB__NATIVE_DECIMAL] = {inb__rollout_sql_invent_number, NULL},
    [INB__NATIVE_REAL] = {inb__rollout_sql_invent_number, NULL},
    [INB__NATIVE_DOUBLE_PRECISION] = {inb__rollout_sql_invent_number, NULL},
    [INB__NATIVE_OID] = {inb__rollout_sql_invent_number, NULL},
    [INB__NATIVE_MONEY] = {inb__rollout_sql_invent_money, NULL},
    [INB__NATIVE_INET] = {inb__rollout_sql_invent_inet, NULL},
    [INB__NATIVE_CITEXT] = {inb__rollout_sql_invent_text, NULL},
    [INB__NATIVE_VARCHAR] = {inb__rollout_sql_invent_text, NULL},
    [INB__NATIVE_CHAR] = {inb__rollout_sql_invent_text, NULL},
    [INB__NATIVE_TEXT] = {inb__rollout_sql_invent_text, NULL},
    [INB__NATIVE_BYTEA] = {inb__rollout_sql_invent_bytea, NULL},
    [INB__NATIVE_TIMESTAMP] = {inb__rollout_sql_invent_timestamp, NULL},
    [INB__NATIVE_TIMESTAMPTZ] = {inb__rollout_sql_invent_timestamptz, NULL},
    [INB__NATIVE_DATE] = {inb__rollout_sql_invent_date, NULL},
    [INB__NATIVE_TIME] = {inb__rollout_sql_invent_time, NULL},
    [INB__NATIVE_TIMETZ] = {inb__rollout_sql_invent_timetz, NULL},
    [INB__NATIVE_BIT] = {inb__rollout_sql_invent_bit, NULL},
    [INB__NATIVE_VARBIT] = {inb__rollout_sql_invent_varbit, NULL},
    [INB__NATIVE_JSON] = {inb__rollout_sql_invent_json, NULL},
    [INB__NATIVE_JSONB] = {inb__rollout_sql_invent_jsonb, NULL},
    [INB__NATIVE_BOOLEAN] = {NULL, inb__rollout_sql_invent_boolean},
    [INB__NATIVE_UUID] = {NULL, inb__rollout_sql_invent_uuid},
    [INB__NATIVE_XML] = {NULL, inb__rollout_sql_invent_xml},
};

bool inb__rollout_invents_many(const inb__column *c)
{
    return c->type.kind == INB__COLUMN_NATIVE && invented[c->type.native.kind].of;
}

/* What is the same in all rows: "" and {} rather than numbers. */
static const inb__fragment *neutral(inb__rollout *p, inb__native kind)
{
    switch (kind) {
    case INB__NATIVE_TEXT:
    case INB__NATIVE_CITEXT:
    case INB__NATIVE_VARCHAR:
    case INB__NATIVE_CHAR:
    case INB__NATIVE_BYTEA:
        return inb__fragment_literal(p->arena, INB__STR(""));
    case INB__NATIVE_JSON:
    case INB__NATIVE_JSONB:
        return inb__fragment_literal(p->arena, INB__STR("{}"));
    default:
        return NULL;
    }
}

const inb__fragment *inb__rollout_invent(inb__rollout *p, const inb__column *c,
                                         const inb__fragment *number)
{
    const inb__fragment *value = NULL;
    if (c->arity == INB__ARITY_LIST || c->type.kind == INB__COLUMN_UNSUPPORTED) {
        return NULL;
    }
    if (c->type.kind == INB__COLUMN_ENUM) {
        const inb__enum *e = &p->mid->enums[c->type.enumeration];
        value = e->n_values ? inb__fragment_literal(p->arena, e->values[0]) : NULL;
    } else if (!number && neutral(p, c->type.native.kind)) {
        value = neutral(p, c->type.native.kind);
    } else if (inb__rollout_invents_many(c)) {
        number = number ? number : inb__fragment_verbatim(p->arena, INB__STR("0"));
        value = invented[c->type.native.kind].of(p->arena, number);
    } else {
        value = invented[c->type.native.kind].alone(p->arena);
    }
    return value ? inb__rollout_sql_convert_cast(p->arena, value, inb__rollout_type(p, c)) : NULL;
}

bool inb__rollout_is_by_label(const inb__rollout *p, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__column *prev = &inb__rollout_prev_table(p, t)->columns[t->columns[column].prev];
    return prev->type.kind == INB__COLUMN_ENUM &&
           p->to->tables[table].columns[column].type.kind == INB__COLUMN_ENUM;
}

bool inb__rollout_refers(const inb__schema *s, uint32_t table, uint32_t column)
{
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        const inb__foreign_key *f = &s->foreign_keys[i];
        for (size_t k = 0; f->table == table && k < f->n_columns; k++) {
            if (f->columns[k] == column) {
                return true;
            }
        }
    }
    return false;
}

const inb__fragment *inb__rollout_constant(inb__rollout *p, const inb__column *c)
{
    return inb__fragment_default(p->arena, p->mid, c);
}

/* ---- conversions ----------------------------------------------------------------------------- */

/* An explicit cast to one of these cuts what is too long; an assignment refuses it. */
static bool is_assigned(const inb__column_type *t)
{
    return t->kind == INB__COLUMN_NATIVE &&
           (t->native.kind == INB__NATIVE_TEXT || t->native.kind == INB__NATIVE_VARCHAR ||
            t->native.kind == INB__NATIVE_CHAR || t->native.kind == INB__NATIVE_CITEXT);
}

static const inb__fragment *element_converted(inb__rollout *p, const inb__rollout_column *c,
                                              const inb__column *next, const inb__fragment *value)
{
    if (c->conversion != INB__ROLLOUT_CAST) {
        return value;
    }
    if (c->through) {
        value = inb__rollout_sql_convert_through(
            p->arena, value, inb__fragment_verbatim(p->arena, inb__str_of(c->through)));
    }
    if (is_assigned(&next->type) && next->arity != INB__ARITY_LIST) {
        return value;
    }
    return inb__rollout_sql_convert_cast(p->arena, value, inb__rollout_type(p, next));
}

const inb__fragment *inb__rollout_converted(inb__rollout *p, const inb__rollout_column *c,
                                            const inb__column *next, const inb__fragment *old)
{
    if (c->conversion == INB__ROLLOUT_NONE) {
        return NULL;
    }
    if (!c->to_list) {
        const inb__fragment *value = c->first ? inb__rollout_sql_convert_first(p->arena, old) : old;
        return element_converted(p, c, next, value);
    }
    inb__column *element = INB__NEW(p->arena, inb__column);
    *element = *next;
    element->arity = INB__ARITY_OPTIONAL;
    return inb__rollout_sql_convert_to_list(p->arena, old, element_converted(p, c, element, old));
}

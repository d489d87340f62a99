/* The `where:` of a partial index as SQL. */
#include "config.h"

#include "schema/from_datamodel.h"

#include "postgres/quote.h"

/* A term needs no more than its two texts with every byte doubled, and its words. */
#define TERM_WORDS 32

static char *put(char *p, const char *text)
{
    return stpcpy(p, text);
}

static char *put_str(char *p, inb__str text)
{
    return text.n ? mempcpy(p, text.p, text.n) : p;
}

static inb__str value_text(const inb__dm_value *v)
{
    return v->kind == INB__DM_VALUE_ENUM && v->enum_value ? v->enum_value->db_name : v->text;
}

static char *term_write(char *p, const inb__dm_where_term *term)
{
    p = inb__quote_put(p, '"', term->field->db_name);
    if (term->value.kind == INB__DM_VALUE_NULL) {
        return put(p, term->negated ? " IS NOT NULL" : " IS NULL");
    }
    p = put(p, term->negated ? " != " : " = ");
    if (term->value.kind == INB__DM_VALUE_NUMBER || term->value.kind == INB__DM_VALUE_BOOLEAN) {
        return put_str(p, term->value.text);
    }
    return inb__quote_put(p, '\'', value_text(&term->value));
}

inb__str inb__predicate_sql(inb__arena *arena, const inb__dm_where *where)
{
    if (where->kind != INB__DM_WHERE_TERMS) {
        return where->kind == INB__DM_WHERE_RAW ? where->sql : (inb__str){NULL, 0};
    }
    size_t size = 1;
    for (size_t i = 0; i < where->n_terms; i++) {
        const inb__dm_where_term *t = &where->terms[i];
        size += 2 * (t->field->db_name.n + value_text(&t->value).n) + TERM_WORDS;
    }
    char *text = inb__arena_alloc(arena, size), *p = text;
    for (size_t i = 0; i < where->n_terms; i++) {
        p = term_write(i ? put(p, " AND ") : p, &where->terms[i]);
    }
    return (inb__str){text, (size_t)(p - text)};
}

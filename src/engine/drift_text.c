/* Differences between the catalogue and the expectation in words, and whether two defaults differ.
 */
#include "config.h"

#include "engine/drift_text.h"

#include "engine/reconcile.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- defaults
 * -------------------------------------------------------------------------------------- */

/* A literal: what is between its quotes, or a bare number or word. */
typedef struct literal {
    inb__str text; /* with quotes still doubled */
    bool quoted;
} literal;

/* Reads one from the beginning; false when there is none, or one that is not written plainly. */
static bool literal_read(literal *out, const char **p)
{
    const char *s = *p;
    out->quoted = *s == '\'';
    if (!out->quoted) {
        size_t n = strspn(s, "-.0123456789truefals");
        out->text = (inb__str){s, n};
        *p = s + n;
        return n > 0;
    }
    const char *end = s + 1;
    while (*end && (*end != '\'' || end[1] == '\'')) {
        end += *end == '\'' ? 2 : 1;
    }
    out->text = (inb__str){s + 1, (size_t)(end - s - 1)};
    *p = end + 1;
    return *end == '\'' && !memchr(s, '\\', (size_t)(end - s));
}

/* Nothing but casts and closing parentheses, as many as were opened. */
static bool only_casts(const char *p, int open)
{
    bool named = false;
    for (; *p; p++) {
        if (*p == ')' && open > 0 && !named) {
            open--;
        } else if (p[0] == ':' && p[1] == ':') {
            /* a type's name has its own parentheses and quotes, and nothing follows it */
            named = true;
            p++;
        } else if (!named) {
            return false;
        } else if (strchr("+*/%<>=~!@#&|^`?'", *p)) {
            return false;
        }
    }
    return true;
}

static bool is_number(inb__str s)
{
    size_t digits = 0;
    for (size_t i = s.n > 0 && s.p[0] == '-'; i < s.n; i++) {
        if (s.p[i] != '.' && !inb__is_digit(s.p[i])) {
            return false;
        }
        digits += s.p[i] != '.';
    }
    return digits > 0;
}

/* Without the sign of zero, leading zeros, and what is zero after the point. */
static inb__str number_trim(inb__str s, bool *negative)
{
    *negative = s.n > 0 && s.p[0] == '-';
    s.p += *negative;
    s.n -= *negative;
    while (s.n > 0 && s.p[0] == '0') {
        s.p++;
        s.n--;
    }
    if (s.n > 0 && memchr(s.p, '.', s.n)) {
        while (s.p[s.n - 1] == '0') {
            s.n--;
        }
        s.n -= s.p[s.n - 1] == '.';
    }
    *negative = *negative && s.n > 0;
    return s;
}

static bool numbers_differ(inb__str a, inb__str b)
{
    bool a_negative, b_negative;
    inb__str x = number_trim(a, &a_negative), y = number_trim(b, &b_negative);
    return a_negative != b_negative || !inb__str_eq(x, y);
}

bool inb__drift_default_differs(const char *expected, const char *actual)
{
    literal want, have;
    int open = 0;
    for (; *actual == '('; actual++) {
        open++;
    }
    if (!literal_read(&want, &expected) || !literal_read(&have, &actual) ||
        !only_casts(actual, open)) {
        return false;
    }
    if (!want.quoted && is_number(want.text)) {
        return is_number(have.text) && numbers_differ(want.text, have.text);
    }
    /* 'x' is compared with 'x', true with true: values of different kinds are not compared */
    return want.quoted == have.quoted && !inb__str_eq(want.text, have.text);
}

/* ---- words
 * ----------------------------------------------------------------------------------------- */

/* "schema"."relation", the schema only where it is not the connection's. */
static const char *relation_name(inb__arena *a, const inb_table *t, const inb_expected *e)
{
    const char *schema = inb__table_text(t, e->schema), *name = inb__table_text(t, e->relation);
    return *schema ? inb__arena_printf(a, "\"%s\".\"%s\"", schema, name)
                   : inb__arena_printf(a, "\"%s\"", name);
}

static const char *type_name(inb__arena *a, const inb_table *t, const inb_expected *e)
{
    const char *schema = inb__table_text(t, e->type_schema), *name = inb__table_text(t, e->type);
    return *schema ? inb__arena_printf(a, "%s.%s", schema, name) : name;
}

/* How kinds with a name of their own in a table are called, and how grave their absence is. */
static const struct {
    const char *what;
    inb__finding_kind kind;
} kinds[] = {
    [INB_EXPECTED_PRIMARY_KEY] = {"primary key", INB__FINDING_KEY},
    [INB_EXPECTED_UNIQUE] = {"unique index", INB__FINDING_KEY},
    [INB_EXPECTED_INDEX] = {"index", INB__FINDING_INDEX},
    [INB_EXPECTED_FOREIGN_KEY] = {"foreign key", INB__FINDING_CONSTRAINT},
    [INB_EXPECTED_CHECK] = {"check", INB__FINDING_CONSTRAINT},
};

static size_t part_describe(inb__finding *out, inb__arena *a, const inb_table *t,
                            const inb_expected *e, const inb__difference *d)
{
    const char *what = kinds[e->kind].what, *name = inb__table_text(t, e->name);
    const char *relation = relation_name(a, t, e), *expected = inb__table_text(t, e->type);
    const char *text;
    if (d->state) {
        text = inb__arena_printf(a, "%s \"%s\" of table %s is %s", what, name, relation, d->state);
    } else if (d->name_missing) {
        text = inb__arena_printf(a, "%s \"%s\" of table %s is missing%s%s", what, name, relation,
                                 *expected ? ": " : "", expected);
    } else {
        text = inb__arena_printf(a, "%s \"%s\" of table %s is %s, expected %s", what, name,
                                 relation, d->actual ? d->actual : "another one", expected);
    }
    *out = (inb__finding){kinds[e->kind].kind, text};
    return 1;
}

static size_t default_describe(inb__finding *out, inb__arena *a, const inb_table *t,
                               const inb_expected *e, const inb__difference *d)
{
    const char *relation = relation_name(a, t, e), *name = inb__table_text(t, e->name);
    const char *expected = inb__table_text(t, e->type);
    if (d->name_missing) {
        *out = (inb__finding){INB__FINDING_NO_DEFAULT,
                              inb__arena_printf(a, "column %s.\"%s\" has no default%s%s", relation,
                                                name, *expected ? ", expected " : "", expected)};
        return 1;
    }
    if (!d->actual || !inb__drift_default_differs(expected, d->actual)) {
        return 0;
    }
    *out = (inb__finding){INB__FINDING_DEFAULT,
                          inb__arena_printf(a, "column %s.\"%s\" has the default %s, expected %s",
                                            relation, name, d->actual, expected)};
    return 1;
}

static size_t name_missing(inb__finding *out, inb__arena *a, const inb_table *t,
                           const inb_expected *e)
{
    const char *relation = relation_name(a, t, e), *name = inb__table_text(t, e->name);
    *out = (inb__finding){
        INB__FINDING_MISSING,
        e->kind == INB_EXPECTED_LABEL
            ? inb__arena_printf(a, "value \"%s\" of enum %s is missing", name, relation)
            : inb__arena_printf(a, "column %s.\"%s\" is missing", relation, name)};
    return 1;
}

/* "numeric(9,2)[]": its parts. */
typedef struct type_parts {
    inb__str name, tail;
    int n_args;
    unsigned long args[2];
} type_parts;

static type_parts type_split(const char *type)
{
    static const char text[] = "text";
    const char *open = strchr(type, '('), *close = open ? strchr(open, ')') : NULL;
    const char *zone = strstr(type, " with"); /* behind the modifiers, where there are some */
    size_t n = open ? (size_t)(open - type) : zone ? (size_t)(zone - type) : strcspn(type, "[");
    type_parts p = {.name = {type, n}, .tail = inb__str_of(close ? close + 1 : type + n)};
    for (const char *at = open; at && at < close && p.n_args < 2; at = strchr(at + 1, ',')) {
        p.args[p.n_args++] = strtoul(at + 1, NULL, 10);
    }
    if (inb__str_is(p.name, text)) {
        p.name = INB__STR("character varying");
    }
    return p;
}

/* The same values in the same form fit, and more: statements work as with the expected type. */
static bool is_wider(const char *expected, const char *actual)
{
    static const char *const growing[] = {"character varying", "bit varying", "numeric",
                                          "timestamp",         "time",        NULL};
    type_parts e = type_split(expected), a = type_split(actual);
    bool grows = false;
    for (size_t i = 0; growing[i]; i++) {
        grows = grows || inb__str_is(e.name, growing[i]);
    }
    if (!grows || !inb__str_eq(e.name, a.name) || !inb__str_eq(e.tail, a.tail)) {
        return false;
    }
    return a.n_args == 0 ||
           (a.n_args == e.n_args && a.args[0] >= e.args[0] && a.args[1] == e.args[1]);
}

static size_t column_describe(inb__finding out[2], inb__arena *a, const inb_table *t,
                              const inb_expected *e, const inb__difference *d)
{
    const char *relation = relation_name(a, t, e), *name = inb__table_text(t, e->name);
    size_t n = 0;
    if (d->actual) {
        bool wider = is_wider(inb__table_text(t, e->type), d->actual);
        out[n++] =
            (inb__finding){wider ? INB__FINDING_WIDER : INB__FINDING_TYPE,
                           inb__arena_printf(a, "column %s.\"%s\" is of type %s, expected %s",
                                             relation, name, d->actual, type_name(a, t, e))};
    }
    if (d->nullable) {
        out[n++] =
            (inb__finding){INB__FINDING_NULLABLE,
                           inb__arena_printf(a, "column %s.\"%s\" is nullable, expected NOT NULL",
                                             relation, name)};
    }
    return n;
}

size_t inb__drift_describe(inb__finding out[2], inb__arena *arena, const inb_table *table,
                           const inb_expected *e, const inb__difference *d)
{
    if (d->relation_missing) {
        const char *what = e->kind == INB_EXPECTED_LABEL ? "enum" : "table";
        out[0] =
            (inb__finding){INB__FINDING_MISSING, inb__arena_printf(arena, "%s %s is missing", what,
                                                                   relation_name(arena, table, e))};
        return 1;
    }
    switch ((inb_expected_kind)e->kind) {
    case INB_EXPECTED_DEFAULT:
        return default_describe(out, arena, table, e, d);
    case INB_EXPECTED_COLUMN:
    case INB_EXPECTED_LABEL:
        return d->name_missing ? name_missing(out, arena, table, e)
                               : column_describe(out, arena, table, e, d);
    default:
        return part_describe(out, arena, table, e, d);
    }
}

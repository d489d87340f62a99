/* The names of the sequences behind autoincrementing columns, and what happens to them. */
#include "config.h"

#include "schema/sequence.h"

#include "postgres/object_name.h"
#include "schema/render.h"
#include "util/cleanup.h"
#include "util/limits.h"

#define SUFFIX "_seq"

/* PostgreSQL takes a name of such bytes without quotes, if neither a digit nor '$' begins it. */
static bool is_plain(inb__str part, bool first)
{
    for (size_t i = 0; i < part.n; i++) {
        unsigned char c = (unsigned char)part.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
        if (!letter && ((first && i == 0) || (c != '$' && !inb__is_digit(part.p[i])))) {
            return false;
        }
    }
    return true;
}

static void lower_write(inb__buf *out, inb__str text)
{
    char bytes[4];
    size_t n;
    for (size_t i = 0; i < text.n; i += n) {
        uint32_t code = inb__utf8_decode(text.p + i, text.n - i, &n);
        inb__buf_add(out, bytes, inb__utf8_encode(inb__utf8_lower(code), bytes));
        inb__buf_str(out, code == '"' ? "\"" : "");
    }
}

void inb__sequence_new_name_write(inb__buf *out, const inb__schema *view, inb__str space,
                                  const inb__table *t, const inb__column *c)
{
    const char *quote = is_plain(t->name, true) && is_plain(c->name, false) ? "" : "\"";
    inb__render_space(out, view, space);
    inb__buf_str(out, quote);
    lower_write(out, t->name);
    inb__buf_char(out, '_');
    lower_write(out, c->name);
    inb__buf_printf(out, SUFFIX "%s", quote);
}

inb__str inb__sequence_new_name(inb__arena *arena, const inb__table *t, const inb__column *c)
{
    inb__str name = inb__arena_join(arena, t->name, "_", c->name);
    /* A letter and its lower case take four bytes at most. */
    char *text = inb__arena_alloc(arena, name.n * 4 + sizeof(SUFFIX)), *p = text;
    size_t n;
    for (size_t i = 0; i < name.n; i += n) {
        uint32_t code = inb__utf8_decode(name.p + i, name.n - i, &n);
        p += inb__utf8_encode(inb__utf8_lower(code), p);
    }
    strcpy(p, SUFFIX);
    return inb__str_of(text);
}

/* PostgreSQL's own name for the sequence of a SERIAL column. */
static void serial_name(char out[INB__NAME_SIZE], const inb__table *t, const inb__column *c)
{
    inb__name_choose(out, inb__name_cut(t->name, INB__LIMIT_IDENTIFIER),
                     inb__name_cut(c->name, INB__LIMIT_IDENTIFIER), "seq");
}

inb__str inb__sequence_serial_name(inb__arena *arena, const inb__table *t, const inb__column *c)
{
    char name[INB__NAME_SIZE];
    serial_name(name, t, c);
    return inb__str_of(inb__arena_strdup(arena, name));
}

/* The table's name as text. */
static void table_literal(inb__buf *out, const inb__schema *view, inb__str space,
                          const inb__table *t)
{
    INB__AUTO_BUF inb__buf name;
    inb__buf_init(&name, INB__LIMIT_FILE);
    inb__render_name(&name, view, space, t->name);
    inb__quote_literal(out, inb__str_of(inb__buf_text(&name)));
    out->failed = out->failed || name.failed;
}

bool inb__sequence_is_shared(const inb__schema *to, const inb__column *prev)
{
    for (size_t i = 0; i < to->n_tables; i++) {
        const inb__table *t = &to->tables[i];
        for (size_t k = 0; k < t->n_columns; k++) {
            const inb__default *d = &t->columns[k].default_value;
            if (d->kind == INB__DEFAULT_SEQUENCE && inb__str_eq(d->sql, prev->default_value.sql)) {
                return true;
            }
        }
    }
    return false;
}

void inb__sequence_drop(inb__buf *out, const inb__schema *view, inb__str space, const inb__table *t,
                        const inb__column *c)
{
    if (c->default_value.sql.n) {
        inb__buf_str(out, "DROP SEQUENCE ");
        inb__render_name(out, view, space, c->default_value.sql);
        inb__buf_str(out, ";\n");
        return;
    }
    inb__buf_str(out, "DO $$\nDECLARE\n    owned text := pg_get_serial_sequence(");
    table_literal(out, view, space, t);
    inb__buf_str(out, ", ");
    inb__quote_literal(out, c->name);
    inb__buf_str(out, ");\n"
                      "BEGIN\n"
                      "    IF owned IS NOT NULL AND NOT EXISTS (\n"
                      "        SELECT FROM pg_depend WHERE refobjid = owned::regclass\n"
                      "                                AND classid = 'pg_attrdef'::regclass) THEN\n"
                      "        EXECUTE 'DROP SEQUENCE ' || owned;\n"
                      "    END IF;\n"
                      "END\n"
                      "$$;\n");
}

void inb__sequence_widen(inb__buf *out, const inb__schema *view, inb__str space,
                         const inb__table *t, const inb__column *prev, const inb__column *next)
{
    inb__native a = prev->type.native.kind, b = next->type.native.kind;
    bool wider = (a == INB__NATIVE_SMALLINT && b != a) ||
                 (a == INB__NATIVE_INTEGER && b == INB__NATIVE_BIGINT);
    if (!wider || !inb__native_serial(b)) {
        return;
    }
    char name[INB__NAME_SIZE];
    serial_name(name, t, prev);
    inb__str known = prev->default_value.sql;
    inb__buf_str(out, known.n ? "ALTER SEQUENCE " : "ALTER SEQUENCE IF EXISTS ");
    inb__render_name(out, view, space, known.n ? known : inb__str_of(name));
    inb__buf_str(out, " AS ");
    inb__native_sql(out, &next->type.native);
    inb__buf_str(out, ";\n");
}

#include "config.h"

#include "schema/sequence.h"

#include "psl/names.h"
#include "schema/render.h"
#include "util/limits.h"

#include <stdio.h>

#define SUFFIX "_seq"
#define NAME_MAX (2 * INB__LIMIT_IDENTIFIER + 8)

/* A name that PostgreSQL takes without quotes. */
static bool is_plain(const char *name)
{
    for (const char *p = name; *p; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || *p == '_';
        if (!letter && !(p > name && inb__is_digit(*p))) {
            return false;
        }
    }
    return *name;
}

void inb__sequence_new_name(inb__buf *out, const inb__schema *view, inb__str space,
                            const inb__table *t, const inb__column *c)
{
    char name[NAME_MAX];
    snprintf(name, sizeof(name), "%.*s_%.*s" SUFFIX, INB__STR_ARG(t->name), INB__STR_ARG(c->name));
    for (char *p = name; *p; p++) {
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
    }
    inb__render_space(out, view, space);
    if (is_plain(name)) {
        inb__buf_str(out, name);
    } else {
        inb__sql_ident(out, inb__str_of(name));
    }
}

/* PostgreSQL's own name for the sequence of a SERIAL column: both names give way, the longer one
 * first. */
static void serial_name(char out[NAME_MAX], const inb__table *t, const inb__column *c)
{
    size_t room = INB__LIMIT_IDENTIFIER - strlen(SUFFIX) - 1, table = t->name.n, column = c->name.n;
    while (table + column > room) {
        *(table > column ? &table : &column) -= 1;
    }
    inb__str a = inb__psl_name_cut(t->name, table), b = inb__psl_name_cut(c->name, column);
    snprintf(out, NAME_MAX, "%.*s_%.*s" SUFFIX, INB__STR_ARG(a), INB__STR_ARG(b));
}

inb__str inb__sequence_serial_name(inb__arena *arena, const inb__table *t, const inb__column *c)
{
    char name[NAME_MAX];
    serial_name(name, t, c);
    return inb__str_of(inb__arena_strdup(arena, name));
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
    char name[NAME_MAX];
    serial_name(name, t, c);
    inb__buf_str(out, "DROP SEQUENCE IF EXISTS ");
    inb__render_name(out, view, space, inb__str_of(name));
    inb__buf_str(out, ", ");
    inb__sequence_new_name(out, view, space, t, c);
    inb__buf_str(out, ";\n");
}

void inb__sequence_widen(inb__buf *out, const inb__schema *view, inb__str space,
                         const inb__table *t, const inb__column *prev, const inb__column *next)
{
    inb__dm_native a = prev->type.native.kind, b = next->type.native.kind;
    bool wider = (a == INB_DM_NATIVE_SMALLINT && b != a) ||
                 (a == INB_DM_NATIVE_INTEGER && b == INB_DM_NATIVE_BIGINT);
    if (!wider || !inb__native_serial(b)) {
        return;
    }
    char name[NAME_MAX];
    serial_name(name, t, prev);
    inb__str known = prev->default_value.sql;
    inb__buf_str(out, known.n ? "ALTER SEQUENCE " : "ALTER SEQUENCE IF EXISTS ");
    inb__render_name(out, view, space, known.n ? known : inb__str_of(name));
    inb__buf_str(out, " AS ");
    inb__native_sql(out, &next->type.native);
    inb__buf_str(out, ";\n");
}

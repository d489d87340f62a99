/* What every section of the document is written with: cells, code, heads of tables, links. */
#include "config.h"

#include "schema/markdown_parts.h"

void inb__markdown_cell(inb__buf *out, inb__str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\n') {
            inb__buf_str(out, "<br>");
        } else if (s.p[i] == '|') {
            inb__buf_str(out, "\\|");
        } else if (s.p[i] != '\r') {
            inb__buf_char(out, s.p[i]);
        }
    }
}

void inb__markdown_code(inb__buf *out, inb__str s)
{
    bool ticks = s.n && memchr(s.p, '`', s.n);
    inb__buf_str(out, ticks ? "`` " : "`");
    inb__markdown_cell(out, s);
    inb__buf_str(out, ticks ? " ``" : "`");
}

void inb__markdown_head(inb__buf *out, const char *const *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        inb__buf_printf(out, "| %s ", columns[i]);
    }
    inb__buf_str(out, "|\n");
    for (size_t i = 0; i < n; i++) {
        inb__buf_str(out, "| --- ");
    }
    inb__buf_str(out, "|\n");
}

inb__str inb__markdown_name(inb__document *d, uint32_t space, inb__str name)
{
    inb__str s = d->schema->spaces[space];
    if (inb__str_eq(s, d->schema->default_space)) {
        return name;
    }
    return inb__str_of(
        inb__arena_printf(d->arena, "%.*s.%.*s", INB__STR_ARG(s), INB__STR_ARG(name)));
}

void inb__markdown_table_link(inb__document *d, uint32_t table)
{
    const inb__headline *h = &d->outline.v[d->first_table + table];
    inb__buf_printf(d->body, "[%.*s](#%.*s)", INB__STR_ARG(h->text), INB__STR_ARG(h->anchor));
}

/* Lays out rows in aligned columns. */
#include "config.h"

#include "psl/format_table.h"

static void out_spaces(inb__psl_out *out, size_t n)
{
    static const char spaces[] = "                                ";
    const size_t most = sizeof(spaces) - 1;
    for (; n > most; n -= most) {
        inb__psl_out_add(out, (inb__str){spaces, most});
    }
    inb__psl_out_add(out, (inb__str){spaces, n});
}

void inb__psl_format_table_init(inb__psl_format_table *t, inb__arena *arena)
{
    *t = (inb__psl_format_table){.text.arena = arena};
}

void inb__psl_format_table_row(inb__psl_format_table *t)
{
    INB__VEC_ADD(t->text.arena, &t->rows, ((inb__psl_format_row){0}));
}

static inb__psl_format_row *last_row(inb__psl_format_table *t)
{
    return &t->rows.v[t->rows.n - 1];
}

static void cell_add(inb__psl_format_table *t, inb__psl_format_cell *cell, inb__str text)
{
    if (cell->n == 0) {
        cell->start = t->text.n;
    }
    inb__psl_out_add(&t->text, text);
    cell->n += text.n;
}

void inb__psl_format_table_column(inb__psl_format_table *t, size_t column, inb__str text)
{
    cell_add(t, &last_row(t)->columns[column], text);
}

void inb__psl_format_table_suffix(inb__psl_format_table *t, inb__str text)
{
    cell_add(t, &last_row(t)->suffix, text);
}

void inb__psl_format_table_verbatim(inb__psl_format_table *t, inb__str line)
{
    inb__psl_format_table_row(t);
    last_row(t)->verbatim = true;
    inb__psl_format_table_suffix(t, line);
}

static void widths_measure(const inb__psl_format_table *t, size_t widths[INB__PSL_COLUMNS])
{
    memset(widths, 0, sizeof(*widths) * INB__PSL_COLUMNS);
    for (size_t i = 0; i < t->rows.n; i++) {
        for (size_t c = 0; c < INB__PSL_COLUMNS; c++) {
            size_t n = t->rows.v[i].columns[c].n;
            widths[c] = n > widths[c] ? n : widths[c];
        }
    }
}

static inb__str cell_text(const inb__psl_format_table *t, const inb__psl_format_cell *cell)
{
    return (inb__str){t->text.p + cell->start, cell->n};
}

static void row_render(const inb__psl_format_table *t, const inb__psl_format_row *row,
                       const size_t widths[INB__PSL_COLUMNS], inb__psl_out *out, size_t indent)
{
    size_t columns = INB__PSL_COLUMNS;
    while (columns > 0 && row->columns[columns - 1].n == 0) {
        columns--;
    }
    if (columns || row->suffix.n) {
        out_spaces(out, indent);
    }
    for (size_t c = 0; c < columns; c++) {
        inb__psl_out_add(out, cell_text(t, &row->columns[c]));
        if (c + 1 < columns) {
            out_spaces(out, widths[c] - row->columns[c].n + 1);
        }
    }
    if (row->suffix.n) {
        out_spaces(out, columns > 0);
        inb__psl_out_add(out, cell_text(t, &row->suffix));
    }
    inb__psl_out_str(out, "\n");
}

void inb__psl_format_table_render(inb__psl_format_table *t, inb__psl_out *out, unsigned indent)
{
    size_t widths[INB__PSL_COLUMNS];
    widths_measure(t, widths);
    for (size_t i = 0; i < t->rows.n; i++) {
        row_render(t, &t->rows.v[i], widths, out, (size_t)indent * INB__PSL_INDENT);
    }
    t->rows.n = 0;
    t->text.n = 0;
}

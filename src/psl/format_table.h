/*
 * The tables that a formatted block is made of: rows with columns of one width, a suffix (the
 * trailing comment) that has no part in the widths, and verbatim lines between them.
 */
#ifndef INB_PSL_FORMAT_TABLE_H
#define INB_PSL_FORMAT_TABLE_H

#include "psl/out.h"
#include "util/arena.h"
#include "util/text.h"
#include "util/vec.h"

#define INB__PSL_COLUMNS 3 /* name, type, attributes */
#define INB__PSL_INDENT 2

/* A slice of the table's text. */
typedef struct inb__psl_format_cell {
    size_t start, n;
} inb__psl_format_cell;

typedef struct inb__psl_format_row {
    bool verbatim; /* only the suffix, outside the columns */
    inb__psl_format_cell columns[INB__PSL_COLUMNS];
    inb__psl_format_cell suffix;
} inb__psl_format_row;

typedef struct inb__psl_format_table {
    inb__psl_out text;
    INB__VEC(inb__psl_format_row) rows;
} inb__psl_format_table;

void inb__psl_format_table_init(inb__psl_format_table *t, inb__arena *arena);

/* A new row, empty: printed like that it is an empty line. */
void inb__psl_format_table_row(inb__psl_format_table *t);

/* Adds to a column of the last row, or to its suffix; one cell is written to the end before
 * another. */
void inb__psl_format_table_column(inb__psl_format_table *t, size_t column, inb__str text);
void inb__psl_format_table_suffix(inb__psl_format_table *t, inb__str text);

/* A line outside the columns. */
void inb__psl_format_table_verbatim(inb__psl_format_table *t, inb__str line);

/* Prints the rows, each indented so many levels, and empties the table. */
void inb__psl_format_table_render(inb__psl_format_table *t, inb__psl_out *out, unsigned indent);

#endif

/* One line of a block as a row of a table. */
#ifndef INB_PSL_FORMAT_LINE_H
#define INB_PSL_FORMAT_LINE_H

#include "psl/ast.h"
#include "psl/format_table.h"

void inb__psl_format_line_field(inb__psl_format_table *t, const inb__psl_field *f);
void inb__psl_format_line_value(inb__psl_format_table *t, const inb__psl_value *v);
void inb__psl_format_line_property(inb__psl_format_table *t, const inb__psl_property *p);
void inb__psl_format_line_block_attribute(inb__psl_format_table *t, const inb__psl_attribute *a);

/* Comments, a row for each line. */
void inb__psl_format_line_comment(inb__psl_format_table *t, const inb__psl_comment *comment);

/* The rank of an attribute among others: id, unique, default, …, then all others. */
unsigned inb__psl_format_line_rank(const inb__psl_attribute *a);

#endif

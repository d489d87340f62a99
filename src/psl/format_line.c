/* Formats one line of a block as a row of a table. */
#include "config.h"

#include "psl/format_line.h"

#include "psl/scan.h"

enum { COLUMN_NAME, COLUMN_TYPE, COLUMN_ATTRIBUTES };

/* ---- expressions ----------------------------------------------------------------------------- */

/* A cell that is being written. */
typedef struct cell {
    inb__psl_format_table *table;
    size_t column;
} cell;

static void cell_add(const cell *c, inb__str text)
{
    inb__psl_format_table_column(c->table, c->column, text);
}

static void cell_str(const cell *c, const char *text)
{
    cell_add(c, inb__str_of(text));
}

static void args_format(const cell *c, const inb__psl_args *args);

static void expr_format(const cell *c, const inb__psl_expr *e)
{
    switch (e->kind) {
    case INB__PSL_FUNCTION:
        cell_add(c, e->value);
        args_format(c, e->args);
        break;
    case INB__PSL_ARRAY:
        cell_str(c, "[");
        for (size_t i = 0; i < e->n; i++) {
            cell_str(c, i ? ", " : "");
            expr_format(c, e->items[i]);
        }
        cell_str(c, "]");
        break;
    case INB__PSL_OBJECT:
        cell_str(c, "{ ");
        for (size_t i = 0; i < e->n; i++) {
            cell_str(c, i ? ", " : "");
            cell_add(c, e->members[i].key.name);
            cell_str(c, ": ");
            expr_format(c, e->members[i].value);
        }
        cell_str(c, " }");
        break;
    case INB__PSL_NUMBER:
    case INB__PSL_STRING:
    case INB__PSL_CONSTANT:
        cell_add(c, e->text);
        break;
    }
}

static void args_format(const cell *c, const inb__psl_args *args)
{
    if (!args->present) {
        return;
    }
    cell_str(c, "(");
    for (size_t i = 0; i < args->n; i++) {
        const inb__psl_arg *arg = &args->v[i];
        cell_str(c, i ? ", " : "");
        if (arg->name.name.n) {
            cell_add(c, arg->name.name);
            cell_str(c, ": ");
        }
        if (arg->value) {
            expr_format(c, arg->value);
        }
    }
    cell_str(c, ")");
}

static void attribute_format(const cell *c, const inb__psl_attribute *a)
{
    cell_str(c, a->block ? "@@" : "@");
    cell_add(c, a->name.name);
    args_format(c, &a->args);
}

/* ---- attributes ------------------------------------------------------------------------------ */

static const char *const attribute_order[] = {
    "id", "unique", "default", "updatedAt", "index", "fulltext", "map", "relation", "ignore"};
#define ATTRIBUTE_RANKS (sizeof(attribute_order) / sizeof(attribute_order[0]))

unsigned inb__psl_format_line_rank(const inb__psl_attribute *a)
{
    unsigned rank = 0;
    while (rank < ATTRIBUTE_RANKS && !inb__str_is(a->name.name, attribute_order[rank])) {
        rank++;
    }
    return rank;
}

static void field_attributes_format(const cell *c, const inb__psl_attributes *list)
{
    size_t written = 0;
    for (unsigned rank = 0; rank <= ATTRIBUTE_RANKS; rank++) {
        for (size_t i = 0; i < list->n; i++) {
            if (inb__psl_format_line_rank(list->v[i]) == rank) {
                cell_str(c, written++ ? " " : "");
                attribute_format(c, list->v[i]);
            }
        }
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void type_format(const cell *c, const inb__psl_type *type)
{
    static const char *const suffixes[] = {
        [INB__PSL_FORM_PLAIN] = "",           [INB__PSL_FORM_OPTIONAL] = "?",
        [INB__PSL_FORM_LIST] = "[]",          [INB__PSL_FORM_OPTIONAL_LIST] = "[]?",
        [INB__PSL_FORM_LEGACY_REQUIRED] = "", [INB__PSL_FORM_LEGACY_LIST] = "[]",
    };
    if (type->kind != INB__PSL_TYPE_NONE) {
        cell_add(c, type->name.name);
        cell_str(c, suffixes[type->form]);
    }
}

void inb__psl_format_line_field(inb__psl_format_table *t, const inb__psl_field *f)
{
    inb__psl_format_table_row(t);
    inb__psl_format_table_column(t, COLUMN_NAME, f->name.name);
    type_format(&(cell){t, COLUMN_TYPE}, &f->type);
    field_attributes_format(&(cell){t, COLUMN_ATTRIBUTES}, &f->attributes);
    inb__psl_format_table_suffix(t, f->comment);
}

/* The attributes of an enum's value are neither sorted nor aligned. */
void inb__psl_format_line_value(inb__psl_format_table *t, const inb__psl_value *v)
{
    inb__psl_format_table_row(t);
    inb__psl_format_table_column(t, COLUMN_NAME, v->name.name);
    for (size_t i = 0; i < v->attributes.n; i++) {
        attribute_format(&(cell){t, 1}, v->attributes.v[i]);
    }
    inb__psl_format_table_suffix(t, v->comment);
}

/* A key without a value loses its "=" and is not a row: the next run reads it as an invalid line.
 */
void inb__psl_format_line_property(inb__psl_format_table *t, const inb__psl_property *p)
{
    if (!p->value) {
        inb__psl_format_table_verbatim(t, p->name.name);
        inb__psl_format_table_suffix(t, p->comment.n ? INB__STR(" ") : INB__STR(""));
    } else {
        const cell c = {t, 1};
        inb__psl_format_table_row(t);
        inb__psl_format_table_column(t, COLUMN_NAME, p->name.name);
        cell_str(&c, "= ");
        expr_format(&c, p->value);
    }
    inb__psl_format_table_suffix(t, p->comment);
}

void inb__psl_format_line_block_attribute(inb__psl_format_table *t, const inb__psl_attribute *a)
{
    inb__psl_format_table_row(t);
    attribute_format(&(cell){t, COLUMN_NAME}, a);
    inb__psl_format_table_suffix(t, a->comment);
}

/* ---- comments -------------------------------------------------------------------------------- */

static inb__str line_take(inb__str *text)
{
    const char *end = memchr(text->p, '\n', text->n);
    inb__str line = {text->p, end ? (size_t)(end - text->p) : text->n};
    size_t taken = end ? line.n + 1 : line.n;
    text->p += taken;
    text->n -= taken;
    return line;
}

static void multi_line_format(inb__psl_format_table *t, inb__str inner)
{
    inb__psl_format_table_row(t);
    inb__psl_format_table_suffix(t, INB__STR("/**"));
    while (inner.n) {
        inb__str line = inb__psl_scan_trim(line_take(&inner));
        if (line.n && line.p[0] == '*') {
            line = inb__psl_scan_trim((inb__str){line.p + 1, line.n - 1});
        }
        if (line.n) {
            inb__psl_format_table_row(t);
            inb__psl_format_table_suffix(t, INB__STR(" * "));
            inb__psl_format_table_suffix(t, line);
        }
    }
    inb__psl_format_table_row(t);
    inb__psl_format_table_suffix(t, INB__STR(" */"));
}

void inb__psl_format_line_comment(inb__psl_format_table *t, const inb__psl_comment *comment)
{
    for (size_t i = 0; i < comment->n; i++) {
        const inb__psl_comment_line *line = &comment->v[i];
        if (line->kind == INB__PSL_MULTI_LINE_COMMENT) {
            multi_line_format(t, line->inner);
        } else {
            inb__psl_format_table_row(t);
            inb__psl_format_table_suffix(t, line->text);
        }
    }
}

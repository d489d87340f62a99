/* Formats one file: blocks as tables, everything else as it is. */
#include "config.h"

#include "psl/format.h"

#include "psl/format_line.h"
#include "psl/format_table.h"
#include "psl/scan.h"

/* A block attribute that waits for the end of its block, with the comment above it. */
typedef struct pending_attribute {
    const inb__psl_attribute *attribute;
    const inb__psl_comment *comment; /* or NULL */
} pending_attribute;

typedef struct formatter {
    inb__psl_out out;
    inb__psl_format_table table;
    INB__VEC(pending_attribute) attributes;
    bool keep_first_blank;
} formatter;

static inb__psl_item_kind kind_at(const inb__psl_items *items, size_t i)
{
    return i < items->n ? items->v[i].kind : INB__PSL_ITEM_BLANK;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* An empty line ends the alignment; the new table begins with it. */
static void table_restart(formatter *f)
{
    inb__psl_format_table_render(&f->table, &f->out, 1);
    inb__psl_format_table_row(&f->table);
}

/* The effect of an empty line before the item at i: none where it is removed or added again. */
static void block_blank_format(formatter *f, const inb__psl_items *items, size_t i)
{
    if (i < items->n && items->v[i].kind != INB__PSL_ITEM_ATTRIBUTE &&
        items->v[i].kind != INB__PSL_ITEM_COMMENT) {
        table_restart(f);
    }
}

static void attributes_format(formatter *f)
{
    inb__psl_format_table_render(&f->table, &f->out, 1);
    if (f->attributes.n) {
        inb__psl_format_table_row(&f->table);
    }
    unsigned worst = 0;
    for (unsigned rank = 0; rank <= worst; rank++) {
        for (size_t i = 0; i < f->attributes.n; i++) {
            const pending_attribute *pending = &f->attributes.v[i];
            unsigned own = inb__psl_format_line_rank(pending->attribute);
            worst = own > worst ? own : worst;
            if (own != rank) {
                continue;
            }
            if (pending->comment) {
                inb__psl_format_line_comment(&f->table, pending->comment);
            }
            inb__psl_format_line_block_attribute(&f->table, pending->attribute);
        }
    }
    f->attributes.n = 0;
    inb__psl_format_table_render(&f->table, &f->out, 1);
}

static inb__str line_without_end(const inb__psl_file *file, inb__span span)
{
    inb__str line = {file->text.p + span.start, span.end - span.start};
    if (line.n && line.p[line.n - 1] == '\n') {
        line.n--;
    }
    return line;
}

/* A comment goes with the attribute below it; one after an empty line keeps the empty line. */
static void block_comment_format(formatter *f, const inb__psl_items *items, size_t i,
                                 bool after_blank, const inb__psl_comment **pending)
{
    if (kind_at(items, i + 1) == INB__PSL_ITEM_ATTRIBUTE) {
        *pending = items->v[i].comment;
        return;
    }
    if (after_blank) {
        table_restart(f);
    }
    inb__psl_format_line_comment(&f->table, items->v[i].comment);
}

static void block_items_format(formatter *f, const inb__psl_file *file, const inb__psl_items *items,
                               bool keep_first_blank)
{
    const inb__psl_comment *pending = NULL;
    bool after_blank = false, begun = keep_first_blank; /* an empty line comes after a line only */
    for (size_t i = 0; i < items->n; i++) {
        const inb__psl_item *item = &items->v[i];
        switch (item->kind) {
        case INB__PSL_ITEM_BLANK:
            if (begun) {
                block_blank_format(f, items, i + 1);
            }
            after_blank = begun;
            continue;
        case INB__PSL_ITEM_COMMENT:
            block_comment_format(f, items, i, after_blank, &pending);
            break;
        case INB__PSL_ITEM_FIELD:
            inb__psl_format_line_field(&f->table, item->field);
            break;
        case INB__PSL_ITEM_VALUE:
            inb__psl_format_line_value(&f->table, item->value);
            break;
        case INB__PSL_ITEM_PROPERTY:
            inb__psl_format_line_property(&f->table, item->property);
            break;
        case INB__PSL_ITEM_ATTRIBUTE:
            INB__VEC_ADD(f->out.arena, &f->attributes,
                         ((pending_attribute){item->attribute, pending}));
            pending = NULL;
            break;
        default:
            inb__psl_format_table_verbatim(&f->table, line_without_end(file, item->span));
            break;
        }
        after_blank = false;
        begun |= !pending;
    }
}

/*
 * The text after the opening brace, as a comment in the first line of the block. Prisma drops it,
 * which loses a comment, or a field that was written there by mistake.
 */
static inb__psl_items items_with_opening(formatter *f, const inb__psl_block *block)
{
    inb__arena *arena = f->out.arena;
    inb__psl_scan s;
    inb__psl_comment_line *line = INB__NEW(arena, inb__psl_comment_line);
    inb__psl_scan_init(&s, 0, block->opening);
    if (!inb__psl_scan_comment(&s, line) || s.at < s.n) {
        line->kind = INB__PSL_LINE_COMMENT;
        line->text = inb__str_of(inb__arena_printf(arena, "// %.*s", INB__STR_ARG(block->opening)));
    }
    inb__psl_comment *comment = INB__NEW(arena, inb__psl_comment);
    *comment = (inb__psl_comment){.v = line, .n = 1};
    inb__psl_items items = {INB__NEW_N(arena, inb__psl_item, block->items.n + 1),
                            block->items.n + 1};
    items.v[0] = (inb__psl_item){.kind = INB__PSL_ITEM_COMMENT, .comment = comment};
    if (block->items.n) {
        memcpy(items.v + 1, block->items.v, sizeof(*items.v) * block->items.n);
    }
    return items;
}

static void block_format(formatter *f, const inb__psl_file *file, const inb__psl_block *block)
{
    inb__psl_items items = block->opening.n ? items_with_opening(f, block) : block->items;
    inb__psl_out_str(&f->out, inb__psl_ast_keyword(block->kind));
    inb__psl_out_str(&f->out, " ");
    inb__psl_out_add(&f->out, block->name.name);
    inb__psl_out_str(&f->out, " {\n");
    block_items_format(f, file, &items, f->keep_first_blank && block->attributes.n > 0);
    attributes_format(f);
    inb__psl_out_str(&f->out, "}\n");
}

/* ---- files ----------------------------------------------------------------------------------- */

static void file_item_format(formatter *f, const inb__psl_file *file, size_t i)
{
    const inb__psl_items *items = &file->items;
    const inb__psl_item *item = &items->v[i];
    switch (item->kind) {
    case INB__PSL_ITEM_BLOCK:
        block_format(f, file, item->block);
        if (kind_at(items, i + 1) != INB__PSL_ITEM_BLANK) {
            /* The text after the brace moves to its own line: the next run would add the empty
             * line. */
            inb__psl_out_str(&f->out, "\n");
        }
        break;
    case INB__PSL_ITEM_COMMENT:
        inb__psl_format_line_comment(&f->table, item->comment);
        inb__psl_format_table_render(&f->table, &f->out, 0);
        break;
    case INB__PSL_ITEM_BLANK:
        if (i > 0 && i + 1 < items->n) {
            inb__psl_out_str(&f->out, "\n");
        }
        break;
    default:
        inb__psl_out_add(&f->out, (inb__str){file->text.p + item->span.start,
                                             item->span.end - item->span.start});
        break;
    }
}

static inb__str file_format(inb__arena *arena, const inb__psl_file *file, bool keep_first_blank)
{
    formatter f = {.out.arena = arena, .keep_first_blank = keep_first_blank};
    inb__psl_format_table_init(&f.table, arena);
    for (size_t i = 0; i < file->items.n; i++) {
        file_item_format(&f, file, i);
    }
    if (f.out.n == 0 || f.out.p[f.out.n - 1] != '\n') {
        inb__psl_out_str(&f.out, "\n");
    }
    return (inb__str){f.out.p, f.out.n};
}

/*
 * Where the attributes of a block stood first, Prisma moves them to the end and keeps the empty
 * line that was below them; on the next run it removes that line. A text with such lines and no
 * other difference is left as it is, so that the layout lasts.
 */
inb__str inb__psl_format_file(inb__arena *arena, const inb__psl_file *file)
{
    inb__str text = file_format(arena, file, false);
    if (inb__str_eq(text, file->text)) {
        return text;
    }
    inb__str kept = file_format(arena, file, true);
    return inb__str_eq(kept, file->text) ? kept : text;
}

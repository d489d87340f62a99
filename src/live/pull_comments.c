/* The comments of the present schema, which Prisma loses: each goes where its neighbour goes. */
#include "config.h"

#include "live/pull_parts.h"

#include "psl/ast.h"

/* A line that db pull itself writes where no block can be. */
static bool is_ours(inb__str line)
{
    return inb__str_starts(line, "// model ") || inb__str_is(inb__str_trim(line), "// }") ||
           inb__str_starts(line, "// @@map(") || memmem(line.p, line.n, " @map(", 6) ||
           memmem(line.p, line.n, "We could not retrieve columns", 29) ||
           memmem(line.p, line.n, INB__PULL_COMMENTED, strlen(INB__PULL_COMMENTED));
}

static void comment_write(inb__psl_out *out, const inb__psl_comment *comment, bool with_doc)
{
    for (size_t i = 0; i < comment->n; i++) {
        const inb__psl_comment_line *line = &comment->v[i];
        if ((line->kind == INB__PSL_DOC_COMMENT && !with_doc) || is_ours(line->text)) {
            continue;
        }
        inb__psl_out_add(out, line->text);
        inb__psl_out_str(out, "\n");
    }
}

/* The comments among items that stand between the thing before and the one that begins there. */
static void items_write(inb__psl_out *out, const inb__psl_items *items, size_t thing)
{
    size_t first = thing;
    while (first > 0 && (items->v[first - 1].kind == INB__PSL_ITEM_COMMENT ||
                         items->v[first - 1].kind == INB__PSL_ITEM_BLANK)) {
        first--;
    }
    for (size_t i = first; i < thing; i++) {
        if (items->v[i].kind == INB__PSL_ITEM_COMMENT) {
            bool apart = i + 1 < thing; /* then its documentation is nobody's */
            size_t before = out->n;
            comment_write(out, items->v[i].comment, apart);
            inb__psl_out_str(out, apart && out->n > before ? "\n" : "");
        }
    }
}

static const inb__psl_items *items_around(const inb__psl_schema *schema, inb__span thing)
{
    const inb__psl_file *file = &schema->files[thing.file];
    for (size_t i = 0; i < schema->n_blocks; i++) {
        const inb__psl_block *b = schema->blocks[i];
        if (b->span.file == thing.file && b->span.start < thing.start &&
            thing.start < b->span.end) {
            return &b->items;
        }
    }
    return &file->items;
}

static bool is_thing(inb__psl_item_kind kind)
{
    return kind == INB__PSL_ITEM_FIELD || kind == INB__PSL_ITEM_VALUE ||
           kind == INB__PSL_ITEM_PROPERTY || kind == INB__PSL_ITEM_BLOCK;
}

/* The comments behind the last thing, also those before the attributes of a block. */
static void end_write(inb__psl_out *out, const inb__psl_items *items)
{
    size_t first = items->n;
    while (first > 0 && !is_thing(items->v[first - 1].kind)) {
        first--;
    }
    for (size_t i = first; i < items->n; i++) {
        if (items->v[i].kind == INB__PSL_ITEM_COMMENT) {
            comment_write(out, items->v[i].comment, true);
        }
    }
}

void inb__pull_comments_before(inb__psl_out *out, const inb__pull_run *run, inb__span thing)
{
    const inb__psl_items *items = items_around(run->old->ast, thing);
    size_t i = 0;
    bool found = false;
    for (; i < items->n && !found; i++) {
        found = items->v[i].span.start == thing.start &&
                items->v[i].kind != INB__PSL_ITEM_COMMENT &&
                items->v[i].kind != INB__PSL_ITEM_BLANK;
        if (found) {
            items_write(out, items, i);
        }
    }
    if (!found && thing.end == 0) {
        end_write(out, items);
    }
}

void inb__pull_block_begin(inb__psl_out *out, const char *keyword, inb__str name,
                           const inb__psl_block *old)
{
    inb__psl_out_str(out, keyword);
    inb__psl_out_str(out, " ");
    inb__psl_out_add(out, name);
    inb__psl_out_str(out, " {");
    if (old && inb__str_starts(inb__str_trim(old->opening), "//")) {
        inb__psl_out_str(out, " ");
        inb__psl_out_add(out, inb__str_trim(old->opening));
    }
    inb__psl_out_str(out, "\n");
}

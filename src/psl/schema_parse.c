/* Parses files into blocks and lines. */
#include "config.h"

#include "psl/schema_parse.h"

#include "psl/lower.h"
#include "psl/schema_error.h"
#include "psl/syntax.h"
#include "util/vec.h"

typedef INB__VEC(inb__psl_item) item_list;
typedef INB__VEC(uint32_t) offset_list;

/* The three kinds of block bodies. */
typedef enum body_kind { BODY_FIELDS, BODY_VALUES, BODY_PROPERTIES } body_kind;
#define BODY_KINDS 3

/*
 * Where the lines of the last body began that was never closed. Its lines are read again as lines
 * of the file, and an opening brace among them would read on to the end again: a line in this list
 * is known to have no closing brace.
 */
typedef struct reader {
    inb__psl_syntax p;
    offset_list unclosed[BODY_KINDS];
    item_list body;      /* of the block that is being read: room for all of them, one by one */
    uint32_t last_brace; /* the offset after the last "}", 0 when there is none */
} reader;

static inb__psl_item *item_add(reader *r, item_list *list, inb__psl_item_kind kind, uint32_t start)
{
    inb__psl_item *item = INB__VEC_PUSH(r->p.arena, list);
    item->kind = kind;
    item->span = inb__psl_scan_since(&r->p.s, start);
    return item;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Spaces, perhaps a comment, and the end of the line. */
static bool line_end_parse(reader *r, inb__str *comment)
{
    inb__psl_comment_line line = {0};
    inb__psl_scan_skip_space(&r->p.s);
    (void)inb__psl_scan_comment(&r->p.s, &line);
    *comment = line.text;
    inb__psl_scan_skip_space(&r->p.s);
    return inb__psl_scan_newline(&r->p.s);
}

static bool field_parse(reader *r, item_list *items)
{
    uint32_t start = r->p.s.at;
    inb__psl_ident name;
    if (!inb__psl_scan_ident(&r->p.s, &name)) {
        return false;
    }
    inb__psl_field *f = INB__NEW(r->p.arena, inb__psl_field);
    f->name = name;
    inb__psl_scan_skip_space(&r->p.s);
    f->colon = inb__psl_scan_since(&r->p.s, r->p.s.at);
    if (inb__psl_scan_take(&r->p.s, ":")) {
        f->colon.end++;
        inb__psl_scan_skip_space(&r->p.s);
    }
    inb__psl_syntax_type(&r->p, &f->type);
    inb__psl_syntax_field_attributes(&r->p, &f->attributes);
    if (!line_end_parse(r, &f->comment)) {
        r->p.s.at = start;
        return false;
    }
    inb__psl_item *item = item_add(r, items, INB__PSL_ITEM_FIELD, start);
    item->field = f;
    f->span = item->span;
    return true;
}

static bool value_parse(reader *r, item_list *items)
{
    uint32_t start = r->p.s.at;
    inb__psl_ident name;
    if (!inb__psl_scan_ident(&r->p.s, &name)) {
        return false;
    }
    inb__psl_value *v = INB__NEW(r->p.arena, inb__psl_value);
    v->name = name;
    inb__psl_syntax_field_attributes(&r->p, &v->attributes);
    if (!line_end_parse(r, &v->comment)) {
        r->p.s.at = start;
        return false;
    }
    inb__psl_item *item = item_add(r, items, INB__PSL_ITEM_VALUE, start);
    item->value = v;
    v->span = item->span;
    return true;
}

static bool property_parse(reader *r, item_list *items)
{
    uint32_t start = r->p.s.at;
    inb__psl_property *property = INB__NEW(r->p.arena, inb__psl_property);
    inb__psl_comment_line comment = {0};
    if (!inb__psl_scan_ident(&r->p.s, &property->name)) {
        return false;
    }
    inb__psl_scan_skip_space(&r->p.s);
    if (!inb__psl_scan_take(&r->p.s, "=")) {
        r->p.s.at = start;
        return false;
    }
    inb__psl_scan_skip_space(&r->p.s);
    (void)inb__psl_syntax_expr(&r->p, &property->value);
    inb__psl_scan_skip_space(&r->p.s);
    (void)inb__psl_scan_comment(&r->p.s, &comment);
    property->comment = comment.text;
    property->span = inb__psl_scan_since(&r->p.s, start);
    inb__psl_scan_skip_space(&r->p.s);
    if (!inb__psl_scan_newline(&r->p.s)) {
        r->p.s.at = start;
        return false;
    }
    item_add(r, items, INB__PSL_ITEM_PROPERTY, start)->property = property;
    return true;
}

static bool block_attribute_parse(reader *r, item_list *items)
{
    uint32_t start = r->p.s.at;
    inb__psl_attribute *a;
    if (!inb__psl_syntax_block_attribute(&r->p, &a)) {
        return false;
    }
    inb__psl_scan_skip_space(&r->p.s);
    if (!inb__psl_scan_newline(&r->p.s)) {
        r->p.s.at = start;
        return false;
    }
    item_add(r, items, INB__PSL_ITEM_ATTRIBUTE, start)->attribute = a;
    return true;
}

/* Comments, each with the line ending after it if there is one. */
static bool comment_parse(reader *r, item_list *items)
{
    uint32_t start = r->p.s.at;
    INB__VEC(inb__psl_comment_line) lines = {0};
    inb__psl_comment_line line;
    uint32_t end = start;
    while (inb__psl_scan_comment(&r->p.s, &line)) {
        INB__VEC_ADD(r->p.arena, &lines, line);
        (void)inb__psl_scan_newline(&r->p.s);
        end = r->p.s.at;
        inb__psl_scan_skip_space(&r->p.s);
    }
    r->p.s.at = end;
    if (lines.n == 0) {
        return false;
    }
    inb__psl_comment *comment = INB__NEW(r->p.arena, inb__psl_comment);
    inb__psl_item *item = item_add(r, items, INB__PSL_ITEM_COMMENT, start);
    *comment = (inb__psl_comment){lines.v, lines.n, item->span};
    item->comment = comment;
    return true;
}

static bool blank_parse(reader *r, item_list *items)
{
    uint32_t start = r->p.s.at, end = start;
    while (inb__psl_scan_newline(&r->p.s)) {
        end = r->p.s.at;
        inb__psl_scan_skip_space(&r->p.s);
    }
    r->p.s.at = end;
    if (end == start) {
        return false;
    }
    item_add(r, items, INB__PSL_ITEM_BLANK, start);
    return true;
}

static void junk_parse(reader *r, item_list *items)
{
    uint32_t start = r->p.s.at;
    inb__psl_scan_skip_line(&r->p.s);
    (void)inb__psl_scan_newline(&r->p.s);
    item_add(r, items, INB__PSL_ITEM_JUNK, start);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static bool offset_known(const offset_list *list, uint32_t offset)
{
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->v[middle] < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < list->n && list->v[low] == offset;
}

/* One item of a body. */
static void body_item_parse(reader *r, body_kind kind, item_list *items)
{
    static bool (*const line[BODY_KINDS])(reader *, item_list *) = {
        [BODY_FIELDS] = field_parse,
        [BODY_VALUES] = value_parse,
        [BODY_PROPERTIES] = property_parse,
    };
    if (!line[kind](r, items) && (kind == BODY_PROPERTIES || !block_attribute_parse(r, items)) &&
        !comment_parse(r, items) && !blank_parse(r, items)) {
        junk_parse(r, items);
    }
}

/* From after the line of the opening brace to after the closing one; false when there is none. */
static bool body_parse(reader *r, body_kind kind, inb__psl_block *block)
{
    inb__psl_scan *s = &r->p.s;
    offset_list lines = {0};
    r->body.n = 0;
    inb__psl_scan_skip_space(s);
    block->body = inb__psl_scan_since(s, s->at);
    if (s->at >= r->last_brace || offset_known(&r->unclosed[kind], s->at)) {
        return false;
    }
    while (s->at < s->n && inb__psl_scan_peek(s) != '}') {
        INB__VEC_ADD(r->p.arena, &lines, s->at);
        body_item_parse(r, kind, &r->body);
        block->body.end = s->at;
        inb__psl_scan_skip_space(s);
    }
    if (!inb__psl_scan_take(s, "}")) {
        r->unclosed[kind] = lines;
        return false;
    }
    block->items.n = r->body.n;
    block->items.v = INB__NEW_N(r->p.arena, inb__psl_item, r->body.n);
    if (r->body.n) {
        memcpy(block->items.v, r->body.v, r->body.n * sizeof(*r->body.v));
    }
    return true;
}

/* "{" and the rest of its line. */
static bool block_open_parse(inb__psl_scan *s, inb__str *rest)
{
    inb__psl_scan_skip_space(s);
    if (!inb__psl_scan_take(s, "{")) {
        return false;
    }
    uint32_t start = s->at;
    inb__psl_scan_skip_line(s);
    *rest = inb__psl_scan_trim(inb__psl_scan_slice(s, start));
    return inb__psl_scan_newline(s);
}

static const struct {
    const char *keyword;
    inb__psl_block_kind kind;
    body_kind body;
} blocks[] = {
    {"model", INB__PSL_MODEL, BODY_FIELDS},
    {"type", INB__PSL_TYPE, BODY_FIELDS},
    {"view", INB__PSL_VIEW, BODY_FIELDS},
    {"enum", INB__PSL_ENUM, BODY_VALUES},
    {"datasource", INB__PSL_DATASOURCE, BODY_PROPERTIES},
    {"generator", INB__PSL_GENERATOR, BODY_PROPERTIES},
};
#define BLOCKS (sizeof(blocks) / sizeof(blocks[0]))

static bool block_parse(reader *r, item_list *items)
{
    inb__psl_scan *s = &r->p.s;
    uint32_t start = s->at;
    inb__psl_ident name;
    inb__str opening;
    size_t i = 0;
    while (i < BLOCKS && !inb__psl_scan_take(s, blocks[i].keyword)) {
        i++;
    }
    inb__psl_scan_skip_space(s);
    if (i < BLOCKS && inb__psl_scan_ident(s, &name) && block_open_parse(s, &opening)) {
        inb__psl_block *block = INB__NEW(r->p.arena, inb__psl_block);
        block->kind = blocks[i].kind;
        block->name = name;
        block->opening = opening;
        if (body_parse(r, blocks[i].body, block)) {
            inb__psl_item *item = item_add(r, items, INB__PSL_ITEM_BLOCK, start);
            item->block = block;
            block->span = item->span;
            return true;
        }
    }
    s->at = start;
    return false;
}

/* Space after a type that could have arguments belongs to it; space after arguments does not.
 */
static void arguments_end(inb__psl_scan *s, const inb__psl_attributes *attributes)
{
    if (attributes->n && attributes->v[attributes->n - 1]->args.present) {
        s->at = attributes->v[attributes->n - 1]->args.span.end;
    }
}

static bool alias_parse(reader *r, item_list *items)
{
    inb__psl_scan *s = &r->p.s;
    uint32_t start = s->at;
    inb__psl_ident name;
    inb__psl_type type;
    inb__psl_attributes attributes;
    if (inb__psl_scan_take(s, "type")) {
        inb__psl_scan_skip_space(s);
        if (inb__psl_scan_ident(s, &name)) {
            inb__psl_scan_skip_space(s);
            if (inb__psl_scan_take(s, "=")) {
                inb__psl_scan_skip_space(s);
                if (inb__psl_syntax_base_type(&r->p, &type)) {
                    inb__psl_syntax_field_attributes(&r->p, &attributes);
                    arguments_end(s, &attributes);
                    item_add(r, items, INB__PSL_ITEM_ALIAS, start);
                    return true;
                }
            }
        }
    }
    s->at = start;
    return false;
}

static bool unknown_block_parse(reader *r, item_list *items)
{
    inb__psl_scan *s = &r->p.s;
    uint32_t start = s->at;
    inb__psl_ident name;
    inb__str opening;
    if (inb__psl_scan_ident(s, &name) && block_open_parse(s, &opening) && s->at < r->last_brace) {
        s->at = (uint32_t)((const char *)memchr(s->text + s->at, '}', s->n - s->at) - s->text) + 1;
        item_add(r, items, INB__PSL_ITEM_UNKNOWN, start);
        return true;
    }
    s->at = start;
    return false;
}

/* ---- files ----------------------------------------------------------------------------------- */

static uint32_t last_brace_find(inb__str text)
{
    size_t n = text.n;
    while (n > 0 && text.p[n - 1] != '}') {
        n--;
    }
    return (uint32_t)n;
}

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static void file_parse(inb__psl_file *file, uint32_t number, inb__arena *arena)
{
    reader r = {.p.arena = arena, .last_brace = last_brace_find(file->text)};
    item_list items = {0};
    inb__psl_scan_init(&r.p.s, number, file->text);
    r.p.s.at = inb__str_starts(file->text, BYTE_ORDER_MARK) ? sizeof(BYTE_ORDER_MARK) - 1 : 0;
    inb__psl_scan_skip_space(&r.p.s);
    while (r.p.s.at < r.p.s.n) {
        if (!block_parse(&r, &items) && !alias_parse(&r, &items) &&
            !unknown_block_parse(&r, &items) && !comment_parse(&r, &items) &&
            !blank_parse(&r, &items)) {
            junk_parse(&r, &items);
        }
        inb__psl_scan_skip_space(&r.p.s);
    }
    file->items = (inb__psl_items){items.v, items.n};
}

void inb__psl_schema_parse(inb__psl_schema *schema, inb__arena *arena,
                           inb__diagnostics *diagnostics)
{
    for (size_t i = 0; i < schema->n_files; i++) {
        file_parse(&schema->files[i], (uint32_t)i, arena);
        (void)inb__diagnostics_source(diagnostics, schema->files[i].path, schema->files[i].text);
        if (inb__str_starts(schema->files[i].text, BYTE_ORDER_MARK)) {
            inb__psl_error(diagnostics, (inb__span){.file = (uint32_t)i},
                           "the file begins with a byte order mark");
            inb__psl_hint(diagnostics, "Save the file as UTF-8 without a byte order mark.");
        }
    }
    inb__psl_lower(schema, arena, diagnostics);
}

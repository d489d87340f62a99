/* Second half of parsing: attaches documentation, unescapes strings, reports syntax errors. */
#include "config.h"

#include "psl/lower.h"

#include "psl/scan.h"
#include "util/vec.h"

typedef struct lowering {
    inb__arena *arena;
    inb__diagnostics *diagnostics;
    INB__VEC(inb__psl_block *) blocks;
} lowering;

/* ---- expressions ----------------------------------------------------------------------------- */

static void args_lower(lowering *l, const inb__psl_args *args);

static void expr_lower(lowering *l, inb__psl_expr *e)
{
    switch (e->kind) {
    case INB__PSL_STRING:
        e->value = inb__psl_unescape(l->arena, e->text, e->span, l->diagnostics);
        break;
    case INB__PSL_FUNCTION:
        args_lower(l, e->args);
        break;
    case INB__PSL_ARRAY:
        for (size_t i = 0; i < e->n; i++) {
            expr_lower(l, e->items[i]);
        }
        break;
    case INB__PSL_OBJECT:
        for (size_t i = 0; i < e->n; i++) {
            expr_lower(l, e->members[i].value);
        }
        break;
    case INB__PSL_NUMBER:
    case INB__PSL_CONSTANT:
        break;
    }
}

static void args_lower(lowering *l, const inb__psl_args *args)
{
    for (size_t i = 0; i < args->n; i++) {
        if (args->v[i].value) {
            expr_lower(l, args->v[i].value);
        }
    }
}

static void attributes_lower(lowering *l, const inb__psl_attributes *attributes)
{
    for (size_t i = 0; i < attributes->n; i++) {
        args_lower(l, &attributes->v[i]->args);
    }
}

/* ---- documentation --------------------------------------------------------------------------- */

typedef INB__VEC(inb__str) line_list;

/* The lines joined by \n; p is NULL where there are none, which differs from an empty line. */
static inb__str lines_join(lowering *l, const line_list *lines)
{
    if (lines->n < 2) {
        return lines->n ? lines->v[0] : (inb__str){0};
    }
    size_t size = lines->n;
    for (size_t i = 0; i < lines->n; i++) {
        size += lines->v[i].n;
    }
    char *text = INB__NEW_N(l->arena, char, size), *end = text;
    for (size_t i = 0; i < lines->n; i++) {
        if (i) {
            *end++ = '\n';
        }
        memcpy(end, lines->v[i].p, lines->v[i].n);
        end += lines->v[i].n;
    }
    return (inb__str){text, (size_t)(end - text)};
}

static inb__str comment_line_text(const inb__psl_comment_line *line)
{
    inb__str text = inb__psl_scan_trim(line->inner);
    if (line->kind == INB__PSL_DOC_COMMENT) {
        text.n = (size_t)(line->inner.p + line->inner.n - text.p);
    }
    return text;
}

static void documentation_collect(lowering *l, line_list *lines, const inb__psl_comment *comment)
{
    for (size_t i = 0; comment && i < comment->n; i++) {
        if (comment->v[i].kind != INB__PSL_LINE_COMMENT) {
            INB__VEC_ADD(l->arena, lines, comment_line_text(&comment->v[i]));
        }
    }
}

static inb__str documentation_of(lowering *l, const inb__psl_comment *comment)
{
    line_list lines = {0};
    documentation_collect(l, &lines, comment);
    return lines_join(l, &lines);
}

/* The documentation of a line: the comments above it, then the one after it. */
static inb__str line_documentation(lowering *l, const inb__psl_comment **above, inb__str trailing)
{
    line_list lines = {0};
    documentation_collect(l, &lines, *above);
    *above = NULL;
    inb__psl_scan s;
    inb__psl_comment_line line;
    inb__psl_scan_init(&s, 0, trailing);
    if (inb__psl_scan_comment(&s, &line) && line.kind != INB__PSL_LINE_COMMENT) {
        INB__VEC_ADD(l->arena, &lines, comment_line_text(&line));
    }
    return lines_join(l, &lines);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool type_check(lowering *l, const inb__psl_type *type)
{
    switch (type->form) {
    case INB__PSL_FORM_LEGACY_REQUIRED:
        inb__psl_error(l->diagnostics, type->span, "\"!\" after a type is no longer supported");
        inb__psl_hint(l->diagnostics,
                      "Write \"%.*s\": a field is required unless its type ends in \"?\".",
                      INB__STR_ARG(type->name.name));
        return false;
    case INB__PSL_FORM_LEGACY_LIST:
        inb__psl_error(l->diagnostics, type->span,
                       "brackets around a type are no longer supported");
        inb__psl_hint(l->diagnostics, "Write \"%.*s[]\".", INB__STR_ARG(type->name.name));
        return false;
    case INB__PSL_FORM_OPTIONAL_LIST:
        inb__psl_error(l->diagnostics, type->span, "a list cannot be optional");
        inb__psl_hint(l->diagnostics, "Write \"%.*s[]\", which may be empty, or \"%.*s?\".",
                      INB__STR_ARG(type->name.name), INB__STR_ARG(type->name.name));
        return false;
    case INB__PSL_FORM_PLAIN:
    case INB__PSL_FORM_OPTIONAL:
    case INB__PSL_FORM_LIST:
        break;
    }
    return true;
}

/* True when the line is a field in all its parts. */
static bool field_lower(lowering *l, const inb__psl_block *block, inb__psl_field *f,
                        const inb__psl_comment **above)
{
    f->documentation = line_documentation(l, above, f->comment);
    if (f->colon.end > f->colon.start) {
        inb__psl_error(l->diagnostics, f->colon,
                       "unexpected \":\" after the name of field \"%.*s\"",
                       INB__STR_ARG(f->name.name));
        inb__psl_hint(l->diagnostics,
                      "Remove the colon: a field is its name, a space and its type.");
        return false;
    }
    if (!type_check(l, &f->type)) {
        return false;
    }
    if (f->type.kind == INB__PSL_TYPE_UNSUPPORTED) {
        inb__psl_unsupported *u = f->type.unsupported;
        u->type = inb__psl_unescape(l->arena, u->type, u->span, l->diagnostics);
    }
    attributes_lower(l, &f->attributes);
    if (f->type.kind == INB__PSL_TYPE_NONE) {
        inb__psl_error(l->diagnostics, f->span, "field \"%.*s\" of %s \"%.*s\" has no type",
                       INB__STR_ARG(f->name.name), inb__psl_ast_keyword(block->kind),
                       INB__STR_ARG(block->name.name));
        inb__psl_hint(l->diagnostics, "Write a type after the name, as in \"%.*s String\".",
                      INB__STR_ARG(f->name.name));
        return false;
    }
    return true;
}

static void junk_report(lowering *l, const inb__psl_block *block, inb__span span)
{
    static const char *const hints[] = {
        [INB__PSL_MODEL] = "A line of a model is a field, as in \"name String @unique\", a block "
                           "attribute, as in \"@@index([name])\", or a comment.",
        [INB__PSL_VIEW] =
            "A line of a view is a field, as in \"name String\", a block attribute, as in "
            "\"@@map(\\\"x\\\")\", or a comment.",
        [INB__PSL_TYPE] = "A line of a type is a field, as in \"name String\", or a comment.",
        [INB__PSL_ENUM] =
            "A line of an enum is a value, as in \"RED\" or \"RED @map(\\\"red\\\")\", a block "
            "attribute or a comment.",
        [INB__PSL_DATASOURCE] = "A line of a datasource is an assignment, as in \"provider = "
                                "\\\"postgresql\\\"\", or a comment.",
        [INB__PSL_GENERATOR] = "A line of a generator is an assignment, as in \"provider = "
                               "\\\"prisma-client-js\\\"\", or a comment.",
    };
    inb__psl_error(l->diagnostics, span, "this line is not valid in a%s %s",
                   block->kind == INB__PSL_ENUM ? "n" : "", inb__psl_ast_keyword(block->kind));
    inb__psl_hint(l->diagnostics, "%s", hints[block->kind]);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void block_lower(lowering *l, inb__psl_block *block)
{
    INB__VEC(inb__psl_field *) fields = {0};
    INB__VEC(inb__psl_value *) values = {0};
    INB__VEC(inb__psl_property *) properties = {0};
    INB__VEC(inb__psl_attribute *) attributes = {0};
    const inb__psl_comment *above = NULL;
    for (size_t i = 0; i < block->items.n; i++) {
        const inb__psl_item *item = &block->items.v[i];
        switch (item->kind) {
        case INB__PSL_ITEM_FIELD:
            if (field_lower(l, block, item->field, &above)) {
                INB__VEC_ADD(l->arena, &fields, item->field);
            }
            break;
        case INB__PSL_ITEM_VALUE:
            item->value->documentation = line_documentation(l, &above, item->value->comment);
            attributes_lower(l, &item->value->attributes);
            INB__VEC_ADD(l->arena, &values, item->value);
            break;
        case INB__PSL_ITEM_PROPERTY:
            if (item->property->value) {
                expr_lower(l, item->property->value);
            }
            INB__VEC_ADD(l->arena, &properties, item->property);
            break;
        case INB__PSL_ITEM_ATTRIBUTE:
            args_lower(l, &item->attribute->args);
            INB__VEC_ADD(l->arena, &attributes, item->attribute);
            break;
        case INB__PSL_ITEM_COMMENT:
            above = item->comment;
            break;
        case INB__PSL_ITEM_JUNK:
            junk_report(l, block, item->span);
            break;
        default:
            break;
        }
    }
    block->fields = fields.v;
    block->n_fields = fields.n;
    block->values = values.v;
    block->n_values = values.n;
    block->properties = properties.v;
    block->n_properties = properties.n;
    block->attributes = (inb__psl_attributes){attributes.v, attributes.n};
    INB__VEC_ADD(l->arena, &l->blocks, block);
}

static void unknown_block_report(lowering *l, inb__span span)
{
    inb__psl_error(l->diagnostics, span, "this block does not begin with a keyword");
    inb__psl_hint(l->diagnostics,
                  "Begin it with \"model\", \"enum\", \"type\", \"view\", \"datasource\" or "
                  "\"generator\" and a name.");
}

static void alias_report(lowering *l, inb__span span)
{
    inb__psl_error(l->diagnostics, span, "a type cannot be an alias");
    inb__psl_hint(l->diagnostics, "Write the type itself where the alias is used.");
}

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static void file_junk_report(lowering *l, const inb__psl_file *file, inb__span span)
{
    if (span.start == 0 && inb__str_starts(file->text, BYTE_ORDER_MARK)) {
        inb__psl_error(l->diagnostics, span, "the file begins with a byte order mark");
        inb__psl_hint(l->diagnostics, "Save it as UTF-8 without a byte order mark.");
        return;
    }
    inb__psl_error(l->diagnostics, span, "this line does not begin with a keyword");
    inb__psl_hint(l->diagnostics, "Outside a block, write only comments and blocks such as \"model "
                                  "Name {\"; a block ends with \"}\" on its own line.");
}

static bool takes_documentation(const inb__psl_item *item)
{
    return item->kind == INB__PSL_ITEM_BLOCK;
}

static void file_lower(lowering *l, const inb__psl_file *file)
{
    const inb__psl_comment *above = NULL;
    for (size_t i = 0; i < file->items.n; i++) {
        const inb__psl_item *item = &file->items.v[i];
        switch (item->kind) {
        case INB__PSL_ITEM_BLOCK:
            item->block->documentation = documentation_of(l, above);
            above = NULL;
            block_lower(l, item->block);
            break;
        case INB__PSL_ITEM_ALIAS:
            alias_report(l, item->span);
            break;
        case INB__PSL_ITEM_UNKNOWN:
            unknown_block_report(l, item->span);
            break;
        case INB__PSL_ITEM_JUNK:
            file_junk_report(l, file, item->span);
            break;
        case INB__PSL_ITEM_COMMENT:
            if (i + 1 < file->items.n && takes_documentation(&file->items.v[i + 1])) {
                above = item->comment;
            }
            break;
        default:
            break;
        }
    }
}

void inb__psl_lower(inb__psl_schema *schema, inb__arena *arena, inb__diagnostics *diagnostics)
{
    lowering l = {.arena = arena, .diagnostics = diagnostics};
    for (size_t i = 0; i < schema->n_files; i++) {
        file_lower(&l, &schema->files[i]);
    }
    schema->blocks = l.blocks.v;
    schema->n_blocks = l.blocks.n;
}

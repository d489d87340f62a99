/* Parses the parts of a line: expressions, arguments, attributes, types. */
#include "config.h"

#include "psl/syntax.h"

#include "util/limits.h"
#include "util/vec.h"

static bool args_parse(inb__psl_syntax *p, inb__psl_args *out);

/* Takes `literal` after spaces, or leaves the cursor before the spaces. */
static bool take_after_space(inb__psl_syntax *p, const char *literal)
{
    uint32_t start = p->s.at;
    inb__psl_scan_skip_space(&p->s);
    if (inb__psl_scan_take(&p->s, literal)) {
        return true;
    }
    p->s.at = start;
    return false;
}

static inb__psl_expr *expr_new(inb__psl_syntax *p, inb__psl_expr_kind kind, uint32_t start)
{
    inb__psl_expr *e = INB__NEW(p->arena, inb__psl_expr);
    e->kind = kind;
    e->span = inb__psl_scan_since(&p->s, start);
    e->text = inb__psl_scan_slice(&p->s, start);
    e->value = e->text;
    return e;
}

/* A path: a function's name where arguments follow, else a number where it is one, else a word. */
static bool path_parse(inb__psl_syntax *p, inb__psl_expr **out)
{
    uint32_t start = p->s.at;
    inb__psl_ident path;
    inb__psl_args args;
    if (!inb__psl_scan_path(&p->s, &path)) {
        return false;
    }
    uint32_t end = p->s.at;
    inb__psl_scan_skip_space(&p->s);
    if (args_parse(p, &args)) {
        *out = expr_new(p, INB__PSL_FUNCTION, start);
        (*out)->value = path.name;
        (*out)->args = INB__NEW(p->arena, inb__psl_args);
        *(*out)->args = args;
        return true;
    }
    p->s.at = start;
    bool number = inb__psl_scan_number(&p->s);
    if (!number) {
        p->s.at = end;
    }
    *out = expr_new(p, number ? INB__PSL_NUMBER : INB__PSL_CONSTANT, start);
    return true;
}

static bool array_parse(inb__psl_syntax *p, inb__psl_expr **out)
{
    uint32_t start = p->s.at;
    INB__VEC(inb__psl_expr *) items = {0};
    if (!inb__psl_scan_take(&p->s, "[")) {
        return false;
    }
    inb__psl_expr *item;
    bool more = !take_after_space(p, "]");
    while (more) {
        inb__psl_scan_skip_space(&p->s);
        if (!inb__psl_syntax_expr(p, &item)) {
            p->s.at = start;
            return false;
        }
        INB__VEC_ADD(p->arena, &items, item);
        more = take_after_space(p, ",");
        if (!more && !take_after_space(p, "]")) {
            p->s.at = start;
            return false;
        }
    }
    *out = expr_new(p, INB__PSL_ARRAY, start);
    (*out)->items = items.v;
    (*out)->n = items.n;
    return true;
}

static bool member_parse(inb__psl_syntax *p, inb__psl_member *out)
{
    inb__psl_scan_skip_space(&p->s);
    uint32_t start = p->s.at;
    if (!inb__psl_scan_ident(&p->s, &out->key) || !take_after_space(p, ":")) {
        return false;
    }
    inb__psl_scan_skip_space(&p->s);
    if (!inb__psl_syntax_expr(p, &out->value)) {
        return false;
    }
    out->span = inb__psl_scan_since(&p->s, start);
    return true;
}

static bool object_parse(inb__psl_syntax *p, inb__psl_expr **out)
{
    uint32_t start = p->s.at;
    INB__VEC(inb__psl_member) members = {0};
    if (!inb__psl_scan_take(&p->s, "{")) {
        return false;
    }
    inb__psl_member member = {0};
    bool more = !take_after_space(p, "}");
    while (more) {
        if (!member_parse(p, &member)) {
            p->s.at = start;
            return false;
        }
        INB__VEC_ADD(p->arena, &members, member);
        more = take_after_space(p, ",");
        if (!more && !take_after_space(p, "}")) {
            p->s.at = start;
            return false;
        }
    }
    *out = expr_new(p, INB__PSL_OBJECT, start);
    (*out)->members = members.v;
    (*out)->n = members.n;
    return true;
}

static bool literal_parse(inb__psl_syntax *p, inb__psl_expr **out)
{
    uint32_t start = p->s.at;
    inb__psl_expr_kind kind = inb__psl_scan_string(&p->s) ? INB__PSL_STRING : INB__PSL_NUMBER;
    if (kind == INB__PSL_NUMBER && !inb__psl_scan_number(&p->s)) {
        return false;
    }
    *out = expr_new(p, kind, start);
    return true;
}

bool inb__psl_syntax_expr(inb__psl_syntax *p, inb__psl_expr **out)
{
    if (p->depth == INB__LIMIT_NESTING) {
        return false;
    }
    p->depth++;
    bool found =
        path_parse(p, out) || array_parse(p, out) || object_parse(p, out) || literal_parse(p, out);
    p->depth--;
    return found;
}

/* `name: value` or `name:`; an expression may follow a name and a colon, and may be missing. */
static bool named_arg_parse(inb__psl_syntax *p, inb__psl_arg *out)
{
    uint32_t start = p->s.at;
    if (!inb__psl_scan_ident(&p->s, &out->name) || !take_after_space(p, ":")) {
        p->s.at = start;
        return false;
    }
    uint32_t colon = p->s.at;
    inb__psl_scan_skip_space(&p->s);
    if (!inb__psl_syntax_expr(p, &out->value)) {
        out->value = NULL;
        p->s.at = colon;
    }
    out->span = inb__psl_scan_since(&p->s, start);
    return true;
}

static bool arg_parse(inb__psl_syntax *p, inb__psl_arg *out)
{
    *out = (inb__psl_arg){0};
    inb__psl_scan_skip_space(&p->s);
    if (named_arg_parse(p, out)) {
        return true;
    }
    *out = (inb__psl_arg){0};
    if (!inb__psl_syntax_expr(p, &out->value)) {
        return false;
    }
    out->span = out->value->span;
    return true;
}

/* `arg, arg` up to the first text that is not an argument; a trailing comma is left. */
static void arg_list_parse(inb__psl_syntax *p, inb__psl_args *out)
{
    INB__VEC(inb__psl_arg) list = {0};
    inb__psl_arg arg;
    uint32_t end;
    do {
        end = p->s.at;
        if (list.n && !take_after_space(p, ",")) {
            break;
        }
        if (!arg_parse(p, &arg)) {
            p->s.at = end;
            break;
        }
        INB__VEC_ADD(p->arena, &list, arg);
    } while (true);
    out->v = list.v;
    out->n = list.n;
}

static bool args_parse(inb__psl_syntax *p, inb__psl_args *out)
{
    uint32_t start = p->s.at;
    *out = (inb__psl_args){0};
    if (!inb__psl_scan_take(&p->s, "(")) {
        return false;
    }
    arg_list_parse(p, out);
    if (take_after_space(p, ",")) {
        out->has_trailing_comma = true;
        out->trailing_comma = inb__psl_scan_since(&p->s, p->s.at - 1);
    }
    if (!take_after_space(p, ")")) {
        p->s.at = start;
        return false;
    }
    out->present = true;
    out->span = inb__psl_scan_since(&p->s, start);
    return true;
}

/* Trailing space of an attribute without arguments belongs to it, as in Prisma. */
static bool attribute_parse(inb__psl_syntax *p, const char *signs, inb__psl_attribute **out)
{
    uint32_t start = p->s.at;
    inb__psl_ident name;
    if (!inb__psl_scan_take(&p->s, signs)) {
        return false;
    }
    inb__psl_scan_skip_space(&p->s);
    if (!inb__psl_scan_path(&p->s, &name)) {
        p->s.at = start;
        return false;
    }
    inb__psl_attribute *a = INB__NEW(p->arena, inb__psl_attribute);
    a->name = name;
    inb__psl_scan_skip_space(&p->s);
    (void)args_parse(p, &a->args);
    a->span = inb__psl_scan_since(&p->s, start);
    *out = a;
    return true;
}

bool inb__psl_syntax_field_attribute(inb__psl_syntax *p, inb__psl_attribute **out)
{
    return attribute_parse(p, "@", out);
}

bool inb__psl_syntax_block_attribute(inb__psl_syntax *p, inb__psl_attribute **out)
{
    if (!attribute_parse(p, "@@", out)) {
        return false;
    }
    inb__psl_attribute *a = *out;
    inb__psl_comment_line comment;
    inb__psl_scan_skip_space(&p->s);
    if (inb__psl_scan_comment(&p->s, &comment)) {
        a->comment = comment.text;
    }
    a->block = true;
    a->span = inb__psl_scan_since(&p->s, a->span.start);
    return true;
}

void inb__psl_syntax_field_attributes(inb__psl_syntax *p, inb__psl_attributes *out)
{
    INB__VEC(inb__psl_attribute *) list = {0};
    inb__psl_attribute *a;
    inb__psl_scan_skip_space(&p->s);
    while (inb__psl_syntax_field_attribute(p, &a)) {
        INB__VEC_ADD(p->arena, &list, a);
        inb__psl_scan_skip_space(&p->s);
    }
    out->v = list.v;
    out->n = list.n;
}

static bool unsupported_parse(inb__psl_syntax *p, inb__psl_type *out)
{
    uint32_t start = p->s.at;
    if (inb__psl_scan_take(&p->s, "Unsupported(")) {
        inb__psl_scan_skip_space(&p->s);
        uint32_t string = p->s.at;
        if (inb__psl_scan_string(&p->s)) {
            inb__psl_unsupported u = {inb__psl_scan_slice(&p->s, string),
                                      inb__psl_scan_since(&p->s, string)};
            if (take_after_space(p, ")")) {
                out->kind = INB__PSL_TYPE_UNSUPPORTED;
                out->unsupported = INB__NEW(p->arena, inb__psl_unsupported);
                *out->unsupported = u;
                out->name = (inb__psl_ident){inb__psl_scan_slice(&p->s, start),
                                             inb__psl_scan_since(&p->s, start)};
                return true;
            }
        }
    }
    p->s.at = start;
    return false;
}

bool inb__psl_syntax_base_type(inb__psl_syntax *p, inb__psl_type *out)
{
    if (unsupported_parse(p, out)) {
        return true;
    }
    if (inb__psl_scan_ident(&p->s, &out->name)) {
        out->kind = INB__PSL_TYPE_NAMED;
        return true;
    }
    return false;
}

static void type_form(inb__psl_type *out, inb__psl_type_form form, inb__psl_arity arity)
{
    out->form = form;
    out->arity = arity;
}

static void type_suffix_parse(inb__psl_syntax *p, inb__psl_type *out)
{
    if (take_after_space(p, "[]")) {
        bool optional = take_after_space(p, "?");
        type_form(out, optional ? INB__PSL_FORM_OPTIONAL_LIST : INB__PSL_FORM_LIST, INB__PSL_LIST);
    } else if (take_after_space(p, "?")) {
        type_form(out, INB__PSL_FORM_OPTIONAL, INB__PSL_OPTIONAL);
    } else if (take_after_space(p, "!")) {
        type_form(out, INB__PSL_FORM_LEGACY_REQUIRED, INB__PSL_REQUIRED);
    }
}

static bool legacy_list_parse(inb__psl_syntax *p, inb__psl_type *out)
{
    if (!inb__psl_scan_take(&p->s, "[")) {
        return false;
    }
    inb__psl_scan_skip_space(&p->s);
    type_form(out, INB__PSL_FORM_LEGACY_LIST, INB__PSL_LIST);
    return inb__psl_syntax_base_type(p, out) && take_after_space(p, "]");
}

void inb__psl_syntax_type(inb__psl_syntax *p, inb__psl_type *out)
{
    uint32_t start = p->s.at;
    *out = (inb__psl_type){0};
    if (inb__psl_syntax_base_type(p, out)) {
        type_suffix_parse(p, out);
    } else if (!legacy_list_parse(p, out)) {
        *out = (inb__psl_type){0};
        p->s.at = start;
        return;
    }
    out->span = inb__psl_scan_since(&p->s, start);
}

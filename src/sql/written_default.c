/* DEFAULT expressions: literals, now(), nextval(), and everything else as text. */
#include "config.h"

#include "sql/written_default.h"

#include "sql/expr_text.h"

/* Under casts, which PostgreSQL adds to a literal anyhow. */
static const inb__node *under_casts(const inb__node *n)
{
    while (inb__node_at(n, "TypeCast")) {
        n = inb__node_at(n, "TypeCast/arg");
    }
    return n;
}

static bool literal_of(const inb__node *expression, inb__sql_default *out)
{
    static const struct {
        const char *kind, *path;
        inb__sql_default_kind as;
    } kinds[] = {
        {"sval", "sval/sval", INB__SQL_DEFAULT_TEXT},
        {"ival", "ival/ival", INB__SQL_DEFAULT_NUMBER},
        {"fval", "fval/fval", INB__SQL_DEFAULT_NUMBER},
        {"bsval", "bsval/bsval", INB__SQL_DEFAULT_BITS},
    };
    const inb__node *constant = inb__node_at(under_casts(expression), "A_Const");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (inb__node_at(constant, kinds[i].kind)) {
            out->kind = kinds[i].as;
            out->text = inb__node_text(constant, kinds[i].path);
            if (out->kind == INB__SQL_DEFAULT_BITS && out->text.n) {
                out->text = (inb__str){out->text.p + 1, out->text.n - 1}; /* a letter leads it */
            }
            out->text =
                out->text.n || out->kind == INB__SQL_DEFAULT_TEXT ? out->text : INB__STR("0");
            return true;
        }
    }
    if (inb__node_at(constant, "boolval")) {
        out->kind = INB__SQL_DEFAULT_BOOLEAN;
        out->text =
            inb__node_bool(constant, "boolval/boolval") ? INB__STR("true") : INB__STR("false");
    }
    return out->kind == INB__SQL_DEFAULT_BOOLEAN;
}

static bool list_of(inb__classifier *c, const inb__node *expression, inb__sql_default *out)
{
    const inb__node *array = inb__node_at(under_casts(expression), "A_ArrayExpr");
    const inb__node *elements = inb__node_at(array, "elements");
    INB__NODE_EACH(n, elements)
    {
        inb__sql_default item = {0};
        if (!literal_of(n, &item)) {
            return false;
        }
        INB__VEC_ADD(c->arena, &out->items, inb__catalog_keep(c->catalog, item.text));
    }
    out->kind = array ? INB__SQL_DEFAULT_LIST : out->kind;
    return array != NULL;
}

/* now() and CURRENT_TIMESTAMP, which say the same. */
static bool now_of(const inb__node *expression, inb__sql_default *out)
{
    const inb__node *call = inb__node_at(expression, "FuncCall");
    inb__name name = inb__classify_name_of_list(inb__node_at(call, "funcname"));
    bool now = inb__str_is(name.name, "now") && !inb__node_at(call, "args");
    bool value = inb__node_is(expression, "SQLValueFunction/op", "SVFOP_CURRENT_TIMESTAMP");
    out->kind = now || value ? INB__SQL_DEFAULT_NOW : out->kind;
    out->text = now ? INB__STR("now()") : INB__STR("CURRENT_TIMESTAMP");
    return now || value;
}

static bool sequence_of(inb__classifier *c, const inb__node *expression, inb__sql_default *out)
{
    const inb__node *call = inb__node_at(expression, "FuncCall");
    inb__name name = inb__classify_name_of_list(inb__node_at(call, "funcname"));
    inb__sql_default of = {0};
    if (!inb__str_is(name.name, "nextval") ||
        !literal_of(inb__node_first(inb__node_at(call, "args")), &of) ||
        of.kind != INB__SQL_DEFAULT_TEXT) {
        return false;
    }
    inb__name sequence = inb__classify_regclass(c->scratch, of.text);
    out->kind = INB__SQL_DEFAULT_SEQUENCE;
    out->sequence = inb__catalog_relation_touch(c->catalog, sequence);
    return true;
}

inb__sql_default inb__written_default(inb__classifier *c, const inb__node *expression)
{
    inb__sql_default out = {0};
    if (!expression || inb__node_bool(under_casts(expression), "A_Const/isnull")) {
        return out;
    }
    if (literal_of(expression, &out) || now_of(expression, &out)) {
        out.text = inb__catalog_keep(c->catalog, out.text);
        return out;
    }
    out = (inb__sql_default){0};
    if (list_of(c, expression, &out) || sequence_of(c, expression, &out)) {
        return out;
    }
    const char *text = inb__expr_text(c->scratch, expression);
    out = (inb__sql_default){.kind = text ? INB__SQL_DEFAULT_EXPRESSION : INB__SQL_DEFAULT_UNKNOWN};
    out.text = inb__catalog_keep(c->catalog, inb__str_of(text));
    return out;
}

static inb__str item_read(inb__arena *arena, inb__str text, size_t *at)
{
    char *out = inb__arena_alloc(arena, text.n + 1);
    size_t n = 0;
    bool quoted = text.p[*at] == '"';
    *at += quoted;
    while (*at < text.n && (quoted ? text.p[*at] != '"' : text.p[*at] != ',')) {
        *at += text.p[*at] == '\\' && *at + 1 < text.n;
        out[n++] = text.p[(*at)++];
    }
    *at += quoted;
    inb__str item = {out, n};
    return quoted ? item : inb__str_trim(item);
}

bool inb__written_default_items(inb__arena *arena, inb__strs *out, inb__str text)
{
    text = inb__str_trim(text);
    if (text.n < 2 || text.p[0] != '{' || text.p[text.n - 1] != '}' ||
        memchr(text.p + 1, '{', text.n - 1)) {
        return false;
    }
    text = inb__str_trim((inb__str){text.p + 1, text.n - 2});
    for (size_t at = 0; at < text.n;) {
        while (at < text.n && inb__is_space(text.p[at])) {
            at++;
        }
        bool bare = at < text.n && text.p[at] != '"';
        inb__str item = at < text.n ? item_read(arena, text, &at) : INB__STR("");
        if (bare && inb__ascii_eq_nocase(item, INB__STR("null"))) {
            return false;
        }
        INB__VEC_ADD(arena, out, item);
        while (at < text.n && inb__is_space(text.p[at])) {
            at++;
        }
        if (at < text.n && text.p[at++] != ',') {
            return false;
        }
    }
    return true;
}

void inb__written_default_rename(inb__classifier *c, inb__sql_default *d, inb__str from,
                                 inb__str to)
{
    inb__strs items = {0};
    if (d->kind == INB__SQL_DEFAULT_TEXT && inb__str_eq(d->text, from)) {
        d->text = to;
    } else if (d->kind == INB__SQL_DEFAULT_TEXT &&
               inb__written_default_items(c->arena, &items, d->text)) {
        *d = (inb__sql_default){.kind = INB__SQL_DEFAULT_LIST, .items = items};
    }
    for (size_t i = 0; i < d->items.n; i++) {
        d->items.v[i] = inb__str_eq(d->items.v[i], from) ? to : d->items.v[i];
    }
}

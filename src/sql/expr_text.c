/* Expressions as text: in PostgreSQL's own writing, and in a form for comparing. */
#include "config.h"

#include "sql/expr_text.h"

#include "postgres/keyword.h"
#include "postgres/native_type.h"
#include "sql/parser.h"
#include "sql/sql_expr.h"
#include "sql/type_name.h"
#include "util/vec.h"

#define DEPTH_MAX 100
#define TEXT_MAX ((size_t)1 << 20) /* BETWEEN writes its value twice, at every depth */

typedef struct writer {
    inb__arena *arena;
    INB__VEC(char) out;
    int depth;
    bool canonical;
    bool failed; /* something that is not known here */
} writer;

static void put_str(writer *w, inb__str s)
{
    w->failed |= s.n > TEXT_MAX - w->out.n;
    for (size_t i = 0; !w->failed && i < s.n; i++) {
        INB__VEC_ADD(w->arena, &w->out, s.p[i]);
    }
}

static void put(writer *w, const char *s)
{
    put_str(w, inb__str_of(s));
}

static bool name_is_plain(inb__str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || c == '_' || (i && inb__is_digit(c)))) {
            return false;
        }
    }
    return name.n && !inb__keyword_is_special(name);
}

static void put_quoted(writer *w, inb__str s, char quote)
{
    char q[2] = {quote, '\0'};
    put(w, q);
    for (size_t i = 0; i < s.n; i++) {
        put_str(w, (inb__str){s.p + i, 1});
        put(w, s.p[i] == quote ? q : "");
    }
    put(w, q);
}

static void put_name(writer *w, inb__str name)
{
    if (name_is_plain(name)) {
        put_str(w, name);
    } else {
        put_quoted(w, name, '"');
    }
}

static void put_expr(writer *w, const inb__node *n);

static void put_list(writer *w, const inb__node *list)
{
    bool first = true;
    INB__NODE_EACH(n, list)
    {
        put(w, first ? "" : ", ");
        put_expr(w, n);
        first = false;
    }
}

/* Between words: "(", a, " = ", b, ")". */
static void put_two(writer *w, const inb__node *l, const char *between, const inb__node *r)
{
    put(w, "(");
    put_expr(w, l);
    put(w, between);
    put_expr(w, r);
    put(w, ")");
}

/* ---- constants and types --------------------------------------------------------------------- */

/* The text of a constant; p is NULL for NULL. */
static inb__str const_text(const inb__node *c)
{
    static const char *const paths[] = {"sval/sval", "fval/fval", "bsval/bsval"};
    if (inb__node_at(c, "ival")) {
        inb__str digits = inb__node_text(c, "ival/ival");
        return digits.n ? digits : INB__STR("0");
    }
    if (inb__node_at(c, "boolval")) {
        return inb__node_bool(c, "boolval/boolval") ? INB__STR("true") : INB__STR("false");
    }
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        inb__str text = inb__node_text(c, paths[i]);
        if (text.n) {
            return text;
        }
    }
    return inb__node_at(c, "sval") ? INB__STR("") : (inb__str){NULL, 0};
}

static void put_const(writer *w, const inb__node *c)
{
    inb__str text = const_text(c);
    bool quoted = inb__node_at(c, "sval") || (w->canonical && text.p);
    if (!text.p) {
        put(w, "NULL");
    } else if (inb__node_at(c, "bsval")) {
        put(w, "B");
        put_quoted(w, (inb__str){text.p + 1, text.n - 1}, '\'');
    } else if (quoted) {
        put_quoted(w, text, '\'');
    } else {
        put_str(w, text);
    }
}

/* As format_type() has it. */
static void put_type(writer *w, const inb__node *type)
{
    inb__str text = inb__type_name_text(w->arena, type);
    inb__str base = text, args = {NULL, 0};
    bool list = inb__str_ends(base, "[]");
    base.n -= list ? 2 : 0;
    const char *open = memchr(base.p, '(', base.n);
    if (open) {
        args = (inb__str){open, base.n - (size_t)(open - base.p)};
        base.n = (size_t)(open - base.p);
    }
    inb__native_type native = {.kind = inb__native_of_typname(base)};
    if (native.kind != INB__NATIVE_NONE && !args.n) {
        char name[INB__NATIVE_FORMAT_SIZE];
        inb__native_format(name, &native);
        put(w, native.kind == INB__NATIVE_CHAR  ? "bpchar"
               : native.kind == INB__NATIVE_BIT ? "\"bit\""
                                                : name);
    } else {
        put_str(w, base);
        put_str(w, args);
    }
    put(w, list ? "[]" : "");
}

/* A cast that a server adds or leaves out as it likes: of a literal, or of a column to text. */
static bool cast_is_silent(writer *w, const inb__node *arg, const inb__node *type)
{
    const inb__node *inner = inb__node_inner(arg);
    while (inner && inb__str_is(inner->key, "TypeCast")) {
        inner = inb__node_inner(inb__node_at(inner, "arg"));
    }
    inb__str to = inb__type_name_text(w->arena, type);
    bool text = inb__str_is(to, "text") || inb__str_starts(to, "varchar");
    return inner && (inb__str_is(inner->key, "A_Const") || inb__str_is(inner->key, "A_ArrayExpr") ||
                     (text && inb__str_is(inner->key, "ColumnRef")));
}

static void put_cast(writer *w, const inb__node *n)
{
    const inb__node *arg = inb__node_at(n, "arg"), *type = inb__node_at(n, "typeName");
    const inb__node *constant = inb__node_at(arg, "A_Const");
    if (w->canonical && cast_is_silent(w, arg, type)) {
        put_expr(w, arg);
        return;
    }
    bool bare = inb__node_at(constant, "sval") || inb__node_at(arg, "A_ArrayExpr") ||
                (constant && !const_text(constant).p);
    put(w, bare ? "" : "(");
    put_expr(w, arg);
    put(w, bare ? "::" : ")::");
    put_type(w, type);
}

/* ---- names and calls ------------------------------------------------------------------------- */

static void put_column(writer *w, const inb__node *n)
{
    const inb__node *fields = inb__node_at(n, "fields");
    bool first = true;
    INB__NODE_EACH(field, fields)
    {
        inb__str name = inb__node_text(field, "String/sval");
        w->failed |= name.n == 0;
        put(w, first ? "" : ".");
        put_name(w, name);
        first = false;
    }
}

/* What has a syntax of its own, or anything more than arguments. */
static bool call_is_special(const inb__node *n)
{
    static const char *const more[] = {"agg_order",        "agg_filter",   "over",
                                       "agg_within_group", "agg_distinct", "func_variadic"};
    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
        if (inb__node_at(n, more[i])) {
            return true;
        }
    }
    return false;
}

static void put_call(writer *w, const inb__node *n)
{
    const inb__node *names = inb__node_at(n, "funcname");
    bool first = true;
    w->failed |= call_is_special(n);
    INB__NODE_EACH(part, names)
    {
        inb__str name = inb__node_text(part, "String/sval");
        if (inb__str_is(name, "pg_catalog") && first) {
            continue;
        }
        put(w, first ? "" : ".");
        put_name(w, name);
        first = false;
    }
    put(w, "(");
    put(w, inb__node_bool(n, "agg_star") ? "*" : "");
    put_list(w, inb__node_at(n, "args"));
    put(w, ")");
}

static void put_value_function(writer *w, const inb__node *n)
{
    static const struct {
        const char *op, *sql;
    } functions[] = {
        {"SVFOP_CURRENT_DATE", "CURRENT_DATE"},
        {"SVFOP_CURRENT_TIME", "CURRENT_TIME"},
        {"SVFOP_CURRENT_TIME_N", "CURRENT_TIME"},
        {"SVFOP_CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"},
        {"SVFOP_CURRENT_TIMESTAMP_N", "CURRENT_TIMESTAMP"},
        {"SVFOP_LOCALTIME", "LOCALTIME"},
        {"SVFOP_LOCALTIME_N", "LOCALTIME"},
        {"SVFOP_LOCALTIMESTAMP", "LOCALTIMESTAMP"},
        {"SVFOP_LOCALTIMESTAMP_N", "LOCALTIMESTAMP"},
        {"SVFOP_CURRENT_ROLE", "CURRENT_ROLE"},
        {"SVFOP_CURRENT_USER", "CURRENT_USER"},
        {"SVFOP_USER", "USER"},
        {"SVFOP_SESSION_USER", "SESSION_USER"},
        {"SVFOP_CURRENT_CATALOG", "CURRENT_CATALOG"},
        {"SVFOP_CURRENT_SCHEMA", "CURRENT_SCHEMA"},
    };
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (inb__node_is(n, "op", functions[i].op)) {
            bool now =
                w->canonical && inb__str_is(inb__str_of(functions[i].sql), "CURRENT_TIMESTAMP");
            inb__str op = inb__node_text(n, "op");
            put(w, now && !inb__str_ends(op, "_N") ? "now()" : functions[i].sql);
            if (inb__str_ends(op, "_N")) {
                put(w,
                    inb__arena_printf(w->arena, "(%lld)", (long long)inb__node_int(n, "typmod")));
            }
            return;
        }
    }
    w->failed = true;
}

static void put_coalesce(writer *w, const inb__node *n)
{
    put(w, "COALESCE(");
    put_list(w, inb__node_at(n, "args"));
    put(w, ")");
}

static void put_min_max(writer *w, const inb__node *n)
{
    put(w, inb__node_is(n, "op", "IS_GREATEST") ? "GREATEST(" : "LEAST(");
    put_list(w, inb__node_at(n, "args"));
    put(w, ")");
}

static void put_array(writer *w, const inb__node *n)
{
    put(w, "ARRAY[");
    put_list(w, inb__node_at(n, "elements"));
    put(w, "]");
}

/* ---- operators ------------------------------------------------------------------------------- */

static void put_operator(writer *w, const inb__node *n, const char *around)
{
    const inb__node *names = inb__node_at(n, "name");
    put(w, around);
    w->failed |= inb__node_count(names) != 1; /* OPERATOR(schema.=) */
    INB__NODE_EACH(part, names)
    {
        put_str(w, inb__node_text(part, "String/sval"));
    }
    put(w, " ");
}

/* a = ANY (ARRAY[…]), which PostgreSQL makes of a IN (…). */
static void put_in(writer *w, const inb__node *n)
{
    bool negative = inb__node_is(inb__node_first(inb__node_at(n, "name")), "String/sval", "<>");
    put(w, "(");
    put_expr(w, inb__node_at(n, "lexpr"));
    put(w, negative ? " <> ALL (ARRAY[" : " = ANY (ARRAY[");
    put_list(w, inb__node_at(n, "rexpr/List/items"));
    put(w, "]))");
}

static void put_any(writer *w, const inb__node *n, const char *word)
{
    put(w, "(");
    put_expr(w, inb__node_at(n, "lexpr"));
    put_operator(w, n, " ");
    put(w, word);
    put(w, " (");
    put_expr(w, inb__node_at(n, "rexpr"));
    put(w, "))");
}

static void put_between(writer *w, const inb__node *n, bool negative)
{
    const inb__node *value = inb__node_at(n, "lexpr");
    const inb__node *ends = inb__node_at(n, "rexpr/List/items"), *low = inb__node_first(ends);
    w->failed |= !low || !inb__node_next(ends, low);
    if (w->failed) {
        return;
    }
    put(w, "(");
    put_two(w, value, negative ? " < " : " >= ", low);
    put(w, negative ? " OR " : " AND ");
    put_two(w, value, negative ? " > " : " <= ", inb__node_next(ends, low));
    put(w, ")");
}

static void put_operation(writer *w, const inb__node *n)
{
    const inb__node *l = inb__node_at(n, "lexpr"), *r = inb__node_at(n, "rexpr");
    inb__str kind = inb__node_text(n, "kind");
    if (inb__str_is(kind, "AEXPR_IN")) {
        put_in(w, n);
    } else if (inb__str_is(kind, "AEXPR_OP_ANY") || inb__str_is(kind, "AEXPR_OP_ALL")) {
        put_any(w, n, inb__str_is(kind, "AEXPR_OP_ANY") ? "ANY" : "ALL");
    } else if (inb__str_is(kind, "AEXPR_BETWEEN") || inb__str_is(kind, "AEXPR_NOT_BETWEEN")) {
        put_between(w, n, inb__str_is(kind, "AEXPR_NOT_BETWEEN"));
    } else if (inb__str_is(kind, "AEXPR_DISTINCT")) {
        put_two(w, l, " IS DISTINCT FROM ", r);
    } else if (inb__str_is(kind, "AEXPR_NOT_DISTINCT")) {
        put(w, "(NOT "); /* as the server keeps it */
        put_two(w, l, " IS DISTINCT FROM ", r);
        put(w, ")");
    } else if (inb__str_is(kind, "AEXPR_NULLIF")) {
        put(w, "NULLIF");
        put_two(w, l, ", ", r);
    } else if (inb__str_is(kind, "AEXPR_OP") || inb__str_is(kind, "AEXPR_LIKE") ||
               inb__str_is(kind, "AEXPR_ILIKE")) {
        put(w, "(");
        if (l) {
            put_expr(w, l);
        }
        put_operator(w, n, l ? " " : "");
        put_expr(w, r);
        put(w, ")");
    } else {
        w->failed = true;
    }
}

static void put_boolean(writer *w, const inb__node *n)
{
    const inb__node *args = inb__node_at(n, "args");
    bool negates = inb__node_is(n, "boolop", "NOT_EXPR");
    const char *word = inb__node_is(n, "boolop", "AND_EXPR") ? " AND " : " OR ";
    bool first = true;
    put(w, negates ? "(NOT " : "(");
    INB__NODE_EACH(arg, args)
    {
        put(w, first ? "" : word);
        put_expr(w, arg);
        first = false;
    }
    put(w, ")");
}

static void put_null_test(writer *w, const inb__node *n)
{
    put(w, "(");
    put_expr(w, inb__node_at(n, "arg"));
    put(w, inb__node_is(n, "nulltesttype", "IS_NULL") ? " IS NULL)" : " IS NOT NULL)");
}

static void put_boolean_test(writer *w, const inb__node *n)
{
    static const struct {
        const char *type, *sql;
    } tests[] = {{"IS_TRUE", "TRUE"},       {"IS_NOT_TRUE", "NOT TRUE"},
                 {"IS_FALSE", "FALSE"},     {"IS_NOT_FALSE", "NOT FALSE"},
                 {"IS_UNKNOWN", "UNKNOWN"}, {"IS_NOT_UNKNOWN", "NOT UNKNOWN"}};
    put(w, "(");
    put_expr(w, inb__node_at(n, "arg"));
    put(w, " IS ");
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        put(w, inb__node_is(n, "booltesttype", tests[i].type) ? tests[i].sql : "");
    }
    put(w, ")");
}

static void put_case(writer *w, const inb__node *n)
{
    const inb__node *args = inb__node_at(n, "args"), *rest = inb__node_at(n, "defresult");
    put(w, "CASE");
    if (inb__node_at(n, "arg")) {
        put(w, " ");
        put_expr(w, inb__node_at(n, "arg"));
    }
    INB__NODE_EACH(arg, args)
    {
        put(w, " WHEN ");
        put_expr(w, inb__node_at(arg, "CaseWhen/expr"));
        put(w, " THEN ");
        put_expr(w, inb__node_at(arg, "CaseWhen/result"));
    }
    put(w, " ELSE ");
    if (rest) {
        put_expr(w, rest);
    } else {
        put(w, "NULL");
    }
    put(w, " END");
}

static void put_collate(writer *w, const inb__node *n)
{
    put(w, "(");
    put_expr(w, inb__node_at(n, "arg"));
    put(w, " COLLATE ");
    INB__NODE_EACH(part, inb__node_at(n, "collname"))
    {
        put_quoted(w, inb__node_text(part, "String/sval"), '"');
    }
    put(w, ")");
}

static void put_expr(writer *w, const inb__node *n)
{
    static const struct {
        const char *key;
        void (*put)(writer *w, const inb__node *n);
    } kinds[] = {
        {"A_Const", put_const},
        {"TypeCast", put_cast},
        {"ColumnRef", put_column},
        {"FuncCall", put_call},
        {"SQLValueFunction", put_value_function},
        {"A_Expr", put_operation},
        {"BoolExpr", put_boolean},
        {"NullTest", put_null_test},
        {"BooleanTest", put_boolean_test},
        {"CoalesceExpr", put_coalesce},
        {"MinMaxExpr", put_min_max},
        {"CaseExpr", put_case},
        {"A_ArrayExpr", put_array},
        {"CollateClause", put_collate},
    };
    const inb__node *inner = inb__node_inner(n);
    if (!inner || w->failed || w->depth >= DEPTH_MAX) {
        w->failed = true;
        return;
    }
    w->depth++;
    size_t i = 0, n_kinds = sizeof(kinds) / sizeof(kinds[0]);
    while (i < n_kinds && !inb__str_is(inner->key, kinds[i].key)) {
        i++;
    }
    w->failed = i == n_kinds;
    if (!w->failed) {
        kinds[i].put(w, inner);
    }
    w->depth--;
}

static const char *text_of(writer *w, const inb__node *expression)
{
    put_expr(w, expression);
    INB__VEC_ADD(w->arena, &w->out, '\0');
    return w->failed ? NULL : w->out.v;
}

const char *inb__expr_text(inb__arena *arena, const inb__node *expression)
{
    writer w = {.arena = arena};
    return text_of(&w, expression);
}

const char *inb__expr_canonical(inb__arena *arena, inb__str sql)
{
    const char *query = inb__arena_printf(arena, "SELECT (%.*s)", INB__STR_ARG(sql));
    const inb__node *node;
    inb__parser_fault fault;
    writer w = {.arena = arena, .canonical = true};
    if (inb__parser_statement(&node, arena, inb__str_of(query), &fault)) {
        return NULL;
    }
    const inb__node *targets = inb__node_at(node, "SelectStmt/targetList");
    const inb__node *value = inb__node_at(inb__node_first(targets), "ResTarget/val");
    return value && inb__node_count(targets) == 1 ? text_of(&w, value) : NULL;
}

bool inb__expr_same(inb__str a, inb__str b, void *arena)
{
    const char *x = inb__expr_canonical(arena, a), *y = inb__expr_canonical(arena, b);
    return (x && y && strcmp(x, y) == 0) || inb__sql_expr_same(a, b, arena);
}

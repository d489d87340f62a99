/*
 * Whether a row that a backfill wrote surely does not meet its predicate any more: what is written,
 * against the conditions of the predicate.
 */
#include "config.h"

#include "sql/sql_backfill.h"
#include "sql/type_name.h"

#include <stdlib.h>

static bool ends(const inb__backfilling *b, const inb__node *n);

/* ---- values ---------------------------------------------------------------------------------- */

/* One of several columns that one row is assigned to. */
static const inb__node *row_part(const inb__node *assigned)
{
    int64_t at = inb__node_int(assigned, "colno");
    const inb__node *args = inb__node_at(assigned, "source/RowExpr/args");
    INB__NODE_EACH(n, args)
    {
        if (--at == 0) {
            return n;
        }
    }
    return NULL;
}

/* What a column becomes; NULL where it is not written, or not as a whole. */
static const inb__node *assigned(const inb__backfilling *b, inb__str column)
{
    const inb__node *targets = inb__node_at(b->body, "targetList");
    INB__NODE_EACH(n, targets)
    {
        const inb__node *target = inb__node_at(n, "ResTarget");
        if (column.n && inb__str_eq(inb__node_text(target, "name"), column)) {
            const inb__node *value = inb__node_at(target, "val");
            const inb__node *row = inb__node_at(value, "MultiAssignRef");
            return inb__node_at(target, "indirection") ? NULL : row ? row_part(row) : value;
        }
    }
    return NULL;
}

static bool is_null(const inb__node *n)
{
    return inb__node_bool(n, "A_Const/isnull");
}

/* TRUE or FALSE. */
static bool is_truth(const inb__node *n, bool truth)
{
    const inb__node *value = inb__node_at(n, "A_Const/boolval");
    return value && inb__node_bool(value, "boolval") == truth;
}

static inb__str type_of(const inb__backfilling *b, inb__str column)
{
    const inb__sql_column *found = inb__catalog_column_find(b->table, column);
    return found ? found->type : INB__STR("");
}

/* A literal, without a cast to the column's own type; NULL for anything else. */
static const inb__node *literal_of(const inb__backfilling *b, const inb__node *n, inb__str type)
{
    const inb__node *cast = inb__node_at(n, "TypeCast");
    if (cast && inb__type_name_same(
                    inb__type_name_text(b->c->scratch, inb__node_at(cast, "typeName")), type)) {
        n = inb__node_at(cast, "arg");
    }
    return is_null(n) ? NULL : inb__node_at(n, "A_Const");
}

static bool is_any(inb__str word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (inb__str_is(word, words[i])) {
            return true;
        }
    }
    return false;
}

#define IS_ANY(word, words) is_any((word), (words), sizeof(words) / sizeof((words)[0]))

static bool is_integer_type(inb__str type)
{
    static const char *const types[] = {"int2", "int4", "int8"};
    return IS_ANY(type, types);
}

static bool is_enum(const inb__backfilling *b, inb__str type)
{
    return inb__catalog_enum_of_type(b->c->catalog, type) != NULL;
}

/* Texts that differ in a byte differ. */
static bool is_text_like(const inb__backfilling *b, inb__str column)
{
    static const char *const types[] = {"text", "varchar"};
    const inb__sql_column *found = inb__catalog_column_find(b->table, column);
    return found &&
           ((IS_ANY(found->type, types) && found->collation.n == 0) || is_enum(b, found->type));
}

/* What is stored is what was computed: no scale, precision or length rounds it. */
static bool is_kept(const inb__backfilling *b, inb__str column, const inb__node *value)
{
    static const char *const exact[] = {"text", "varchar", "bool", "uuid", "jsonb", "bytea"};
    static const char *const literal[] = {"date", "timestamp", "timestamptz", "json", "inet"};
    inb__str type = type_of(b, column), from = inb__backfill_column(b, value);
    const inb__node *constant = literal_of(b, value, type);
    bool integer = is_integer_type(type) && constant && inb__node_at(constant, "ival");
    bool same_type = from.n && type.n && inb__str_eq(type_of(b, from), type);
    return IS_ANY(type, exact) || is_enum(b, type) || integer || same_type ||
           (constant && inb__node_at(constant, "sval") && IS_ANY(type, literal));
}

/* f(column) with f(f(x)) = f(x): functions that can be taken in any order. */
static bool is_repeatable(const inb__backfilling *b, inb__str column, const inb__node *value)
{
    static const char *const functions[] = {"lower", "upper", "btrim", "ltrim", "rtrim", "abs"};
    bool lower = false, upper = false, called = false;
    for (const inb__node *call; (call = inb__node_at(value, "FuncCall"));) {
        inb__name name = inb__classify_name_of_list(inb__node_at(call, "funcname"));
        const inb__node *args = inb__node_at(call, "args");
        bool fits = inb__node_count(args) == 1 && IS_ANY(name.name, functions) &&
                    inb__functions_stability(b->c, call) == INB__STABILITY_STEADY;
        if (!fits) {
            return false;
        }
        lower = lower || inb__str_is(name.name, "lower");
        upper = upper || inb__str_is(name.name, "upper");
        value = inb__node_first(args);
        called = true;
    }
    return called && !(lower && upper) && inb__str_eq(inb__backfill_column(b, value), column);
}

/* The column is the other side of the comparison once it is written. */
static bool becomes(const inb__backfilling *b, inb__str column, const inb__node *other)
{
    const inb__node *value = assigned(b, column);
    return value && inb__backfill_same(b, value, other) && is_kept(b, column, other) &&
           (inb__backfill_independent(b, other) || is_repeatable(b, column, other));
}

static bool literals_differ(const inb__backfilling *b, inb__str column, const inb__node *x,
                            const inb__node *y)
{
    inb__str type = type_of(b, column);
    const inb__node *l = literal_of(b, x, type), *r = literal_of(b, y, type);
    if (inb__node_at(l, "ival") && inb__node_at(r, "ival")) {
        return is_integer_type(type) &&
               inb__node_int(l, "ival/ival") != inb__node_int(r, "ival/ival");
    }
    if (inb__node_at(l, "sval") && inb__node_at(r, "sval")) {
        return is_text_like(b, column) &&
               !inb__str_eq(inb__node_text(l, "sval/sval"), inb__node_text(r, "sval/sval"));
    }
    return inb__node_at(l, "boolval") && inb__node_at(r, "boolval") &&
           inb__node_bool(l, "boolval/boolval") != inb__node_bool(r, "boolval/boolval");
}

/* ---- conditions ------------------------------------------------------------------------------ */

/* A row whose columns are all NULL is NULL to IS NULL, but not to NOT NULL. */
static bool null_ends(const inb__backfilling *b, const inb__node *n)
{
    inb__str column = inb__backfill_column(b, inb__node_at(n, "arg"));
    const inb__node *value = assigned(b, column);
    if (!inb__node_is(n, "nulltesttype", "IS_NULL")) {
        return is_null(value);
    }
    return value && !inb__catalog_type_may_be_row(b->c->catalog, type_of(b, column)) &&
           inb__backfill_not_null(b, value);
}

static bool column_ends(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *value = assigned(b, inb__backfill_column(b, n));
    return is_truth(value, false) || is_null(value);
}

/* a IS NOT TRUE and its like: what ends it. */
static bool truth_ends(const inb__backfilling *b, const inb__node *n)
{
    static const struct {
        const char *test;
        bool by_true, by_false, by_null;
    } tests[] = {
        {"IS_TRUE", false, true, true},    {"IS_NOT_TRUE", true, false, false},
        {"IS_FALSE", true, false, true},   {"IS_NOT_FALSE", false, true, false},
        {"IS_UNKNOWN", true, true, false}, {"IS_NOT_UNKNOWN", false, false, true},
    };
    const inb__node *value = assigned(b, inb__backfill_column(b, inb__node_at(n, "arg")));
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        if (inb__node_is(n, "booltesttype", tests[i].test)) {
            return (tests[i].by_true && is_truth(value, true)) ||
                   (tests[i].by_false && is_truth(value, false)) ||
                   (tests[i].by_null && is_null(value));
        }
    }
    return false;
}

static bool not_ends(const inb__backfilling *b, const inb__node *arg)
{
    const inb__node *value = assigned(b, inb__backfill_column(b, arg));
    return is_truth(value, true) || is_null(value);
}

static bool junction_ends(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *args = inb__node_at(n, "args");
    if (inb__node_is(n, "boolop", "NOT_EXPR")) {
        return not_ends(b, inb__node_first(args));
    }
    bool any = false, all = true, both = inb__node_is(n, "boolop", "AND_EXPR");
    inb__backfilling part = *b;
    part.within = both ? args : NULL;
    INB__NODE_EACH(arg, args)
    {
        bool one = ends(&part, arg);
        any = any || one;
        all = all && one;
    }
    return both ? any : all;
}

static bool in_ends(const inb__backfilling *b, inb__str column, const inb__node *list, bool is_in)
{
    bool some = false, all = true;
    INB__NODE_EACH(item, list)
    {
        some = some || becomes(b, column, item);
        all = all && literals_differ(b, column, assigned(b, column), item);
    }
    return is_in ? all : some;
}

/* Between whole numbers. */
static bool order_ends(const inb__backfilling *b, inb__str column, inb__str op,
                       const inb__node *other)
{
    inb__str type = type_of(b, column);
    const inb__node *l = literal_of(b, assigned(b, column), type), *r = literal_of(b, other, type);
    if (!is_integer_type(type) || !inb__node_at(l, "ival") || !inb__node_at(r, "ival")) {
        return false;
    }
    int64_t x = inb__node_int(l, "ival/ival"), y = inb__node_int(r, "ival/ival");
    return (inb__str_is(op, "<") && x >= y) || (inb__str_is(op, "<=") && x > y) ||
           (inb__str_is(op, ">") && x <= y) || (inb__str_is(op, ">=") && x < y);
}

static bool comparison_ends(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *left = inb__node_at(n, "lexpr"), *right = inb__node_at(n, "rexpr");
    inb__name op = inb__classify_name_of_list(inb__node_at(n, "name"));
    inb__str column = inb__backfill_column(b, left);
    bool unequal = inb__str_is(op.name, "<>"), equal = inb__str_is(op.name, "=");
    if (inb__node_is(n, "kind", "AEXPR_IN")) {
        return in_ends(b, column, inb__node_at(right, "List/items"), equal);
    }
    if (!assigned(b, column) && (equal || unequal)) { /* 1 <> a */
        const inb__node *swapped = left;
        left = right;
        right = swapped;
        column = inb__backfill_column(b, left);
    }
    const inb__node *value = assigned(b, column);
    if (!value) {
        return false;
    }
    if (inb__node_is(n, "kind", "AEXPR_DISTINCT")) {
        return becomes(b, column, right);
    }
    bool plain = inb__node_is(n, "kind", "AEXPR_OP") && op.schema.n == 0;
    bool differs = equal && literals_differ(b, column, value, right);
    return plain && (is_null(value) || differs || (unequal && becomes(b, column, right)) ||
                     order_ends(b, column, op.name, right));
}

static const struct {
    const char *kind;
    bool (*ends)(const inb__backfilling *b, const inb__node *n);
} conditions[] = {
    {"NullTest", null_ends},     {"A_Expr", comparison_ends}, {"BoolExpr", junction_ends},
    {"BooleanTest", truth_ends}, {"ColumnRef", column_ends},
};

/* Whether the condition is not true for any row that was written. */
static bool ends(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *inner = inb__node_inner(n);
    for (size_t i = 0; inner && i < sizeof(conditions) / sizeof(conditions[0]); i++) {
        if (inb__str_is(inner->key, conditions[i].kind)) {
            return conditions[i].ends(b, inner);
        }
    }
    return false;
}

bool inb__backfill_leaves(const inb__backfilling *b)
{
    return b->deletes || ends(b, inb__node_at(b->body, "whereClause"));
}

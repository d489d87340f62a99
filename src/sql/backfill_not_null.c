/* Whether an expression of a backfill is surely not NULL for the rows that its predicate takes. */
#include "config.h"

#include "sql/sql_backfill.h"
#include "sql/type_name.h"

/* PostgreSQL's own, which give NULL only for NULL. */
static const char *const strict[] = {
    "abs",         "ascii",        "btrim",       "ceil",          "ceiling",
    "char_length", "chr",          "convert_to",  "date_trunc",    "decode",
    "encode",      "floor",        "hashtext",    "initcap",       "left",
    "length",      "lower",        "lpad",        "ltrim",         "make_date",
    "md5",         "octet_length", "quote_ident", "quote_literal", "regexp_replace",
    "repeat",      "replace",      "reverse",     "right",         "round",
    "rpad",        "rtrim",        "sha256",      "split_part",    "strpos",
    "to_json",     "to_jsonb",     "to_tsvector", "translate",     "trunc",
    "upper",
};

/* … and never. */
static const char *const never_null[] = {
    "clock_timestamp",
    "concat",
    "gen_random_uuid",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "nextval",
    "now",
    "random",
    "statement_timestamp",
    "transaction_timestamp",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
};

static const char *const operators[] = {"||", "+", "-",  "*",  "/",  "%",   "=", "<>",
                                        "<",  ">", "<=", ">=", "~~", "!~~", "~", "!~"};

static bool is_one_of(inb__str word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (inb__str_is(word, words[i])) {
            return true;
        }
    }
    return false;
}

#define IS_ONE_OF(word, words) is_one_of((word), (words), sizeof(words) / sizeof((words)[0]))

/* ---- types ----------------------------------------------------------------------------------- */

/* Whether a type, "" for one that is not known, may be of the kind that is asked for. */
typedef bool type_test(inb__str type);

static bool may_be_json(inb__str type)
{
    return type.n == 0 || inb__str_starts(type, "jsonb");
}

/* lower() and upper() of a range are its ends, of which it need not have any. */
static bool may_be_range(inb__str type)
{
    static const char *const texts[] = {"text", "varchar", "bpchar", "char", "citext", "name"};
    bool text = false;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        text = text || inb__str_starts(type, texts[i]);
    }
    return !text;
}

static inb__str column_type(const inb__backfilling *b, const inb__node *ref)
{
    inb__name name = inb__backfill_column_ref(ref);
    const inb__node *range = inb__backfill_range(b, name.schema);
    const inb__relation *r = inb__backfill_column(b, ref).n ? b->table
                             : range                        ? inb__classify_relation(b->c, range)
                                                            : NULL;
    const inb__sql_column *found = r ? inb__catalog_column_find(r, name.name) : NULL;
    const inb__domain *domain =
        found ? inb__catalog_domain_of_type(b->c->catalog, found->type) : NULL;
    return domain ? domain->base : found ? found->type : INB__STR("");
}

/* An element of an array has its type; a part of a row may have any. */
static bool part_is_element(const inb__node *n)
{
    bool element = true;
    INB__NODE_EACH(part, inb__node_at(n, "indirection"))
    {
        element = element && inb__node_at(part, "A_Indices");
    }
    return element;
}

static bool may_have(const inb__backfilling *b, const inb__node *n, type_test *test);

static bool any_may_have(const inb__backfilling *b, const inb__node *list, type_test *test)
{
    bool any = false;
    INB__NODE_EACH(n, list)
    {
        any = any || may_have(b, n, test);
    }
    return any;
}

static bool call_may_have(const inb__node *call, type_test *test)
{
    inb__str name = inb__classify_name_of_list(inb__node_at(call, "funcname")).name;
    bool json = inb__str_starts(name, "json") || inb__str_starts(name, "to_json");
    bool servers = IS_ONE_OF(name, strict) || IS_ONE_OF(name, never_null);
    return json ? test(INB__STR("jsonb")) : !servers;
}

static bool operation_may_have(const inb__backfilling *b, const inb__node *n, type_test *test)
{
    static const char *const texts[] = {"->>", "#>>"};
    inb__str op = inb__classify_name_of_list(inb__node_at(n, "name")).name;
    return !IS_ONE_OF(op, texts) && (may_have(b, inb__node_at(n, "lexpr"), test) ||
                                     may_have(b, inb__node_at(n, "rexpr"), test));
}

/* Whether the value of an expression may be of a type: its columns', where an operator makes it. */
static bool may_have(const inb__backfilling *b, const inb__node *n, type_test *test)
{
    const inb__node *inner = inb__node_inner(n);
    inb__str key = inner ? inner->key : INB__STR("A_Const");
    if (inb__str_is(key, "ColumnRef")) {
        return test(column_type(b, inner));
    }
    if (inb__str_is(key, "TypeCast")) {
        return test(inb__type_name_text(b->c->scratch, inb__node_at(inner, "typeName")));
    }
    if (inb__str_is(key, "FuncCall")) {
        return call_may_have(inner, test);
    }
    if (inb__str_is(key, "A_Expr")) {
        return operation_may_have(b, inner, test);
    }
    if (inb__str_is(key, "CoalesceExpr") || inb__str_is(key, "MinMaxExpr")) {
        return any_may_have(b, inb__node_at(inner, "args"), test);
    }
    if (inb__str_is(key, "A_Indirection")) {
        return !part_is_element(inner) || may_have(b, inb__node_at(inner, "arg"), test);
    }
    return !inb__str_is(key, "A_Const");
}

/* ---- what is not NULL ------------------------------------------------------------------------ */

static bool all_not_null(const inb__backfilling *b, const inb__node *list)
{
    bool all = true;
    INB__NODE_EACH(n, list)
    {
        all = all && inb__backfill_not_null(b, n);
    }
    return all;
}

static bool any_not_null(const inb__backfilling *b, const inb__node *list)
{
    bool any = false;
    INB__NODE_EACH(n, list)
    {
        any = any || inb__backfill_not_null(b, n);
    }
    return any;
}

static bool never(const inb__backfilling *b, const inb__node *n)
{
    (void)b, (void)n;
    return true;
}

static bool constant(const inb__backfilling *b, const inb__node *n)
{
    (void)b;
    return !inb__node_bool(n, "isnull");
}

static bool any_of_args(const inb__backfilling *b, const inb__node *n)
{
    return any_not_null(b, inb__node_at(n, "args"));
}

static bool all_of_args(const inb__backfilling *b, const inb__node *n)
{
    return all_not_null(b, inb__node_at(n, "args"));
}

static bool call(const inb__backfilling *b, const inb__node *n)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(n, "funcname"));
    bool servers = (name.schema.n == 0 || inb__str_is(name.schema, "pg_catalog")) &&
                   !inb__catalog_object_is_known(b->c->catalog, "function", name);
    bool ends = (inb__str_is(name.name, "lower") || inb__str_is(name.name, "upper")) &&
                any_may_have(b, inb__node_at(n, "args"), may_be_range);
    return servers && !ends &&
           (IS_ONE_OF(name.name, never_null) ||
            (IS_ONE_OF(name.name, strict) && all_of_args(b, n)));
}

static bool operation(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *left = inb__node_at(n, "lexpr");
    bool plain = inb__node_is(n, "kind", "AEXPR_OP") || inb__node_is(n, "kind", "AEXPR_LIKE") ||
                 inb__node_is(n, "kind", "AEXPR_ILIKE");
    inb__name op = inb__classify_name_of_list(inb__node_at(n, "name"));
    return inb__node_is(n, "kind", "AEXPR_DISTINCT") ||
           inb__node_is(n, "kind", "AEXPR_NOT_DISTINCT") ||
           (plain && op.schema.n == 0 && IS_ONE_OF(op.name, operators) &&
            (!left || inb__backfill_not_null(b, left)) &&
            inb__backfill_not_null(b, inb__node_at(n, "rexpr")));
}

/* A jsonb's null is NULL once it is cast, from PostgreSQL 18 on. */
static bool cast(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *arg = inb__node_at(n, "arg");
    return !may_have(b, arg, may_be_json) && inb__backfill_not_null(b, arg);
}

/* CASE WHEN a IS NOT NULL of an a that is not: no other branch is taken. */
static const inb__node *sure_branch(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *when = inb__node_at(inb__node_first(inb__node_at(n, "args")), "CaseWhen");
    const inb__node *test = inb__node_at(when, "expr/NullTest");
    bool sure = !inb__node_at(n, "arg") && inb__node_is(test, "nulltesttype", "IS_NOT_NULL") &&
                inb__backfill_not_null(b, inb__node_at(test, "arg"));
    return sure ? inb__node_at(when, "result") : NULL;
}

static bool choice(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *otherwise = inb__node_at(n, "defresult"), *whens = inb__node_at(n, "args");
    const inb__node *sure = sure_branch(b, n);
    if (sure) {
        return inb__backfill_not_null(b, sure);
    }
    bool all = otherwise && inb__backfill_not_null(b, otherwise);
    INB__NODE_EACH(when, whens)
    {
        all = all && inb__backfill_not_null(b, inb__node_at(when, "CaseWhen/result"));
    }
    return all;
}

static bool value_function(const inb__backfilling *b, const inb__node *n)
{
    (void)b;
    return !inb__node_is(n, "op", "SVFOP_CURRENT_SCHEMA");
}

/* EXISTS and ARRAY; and a count, which is one row. */
static bool sub_select(const inb__backfilling *b, const inb__node *n)
{
    (void)b;
    const inb__node *select = inb__node_at(n, "subselect/SelectStmt");
    const inb__node *only = inb__node_first(inb__node_at(select, "targetList"));
    inb__name name =
        inb__classify_name_of_list(inb__node_at(only, "ResTarget/val/FuncCall/funcname"));
    bool grouped = inb__node_at(select, "groupClause") || inb__node_at(select, "havingClause") ||
                   inb__node_at(select, "limitCount") || inb__node_at(select, "limitOffset");
    bool count = inb__str_is(name.name, "count") && !grouped &&
                 !inb__node_at(only, "ResTarget/val/FuncCall/over");
    return inb__node_is(n, "subLinkType", "EXISTS_SUBLINK") ||
           inb__node_is(n, "subLinkType", "ARRAY_SUBLINK") ||
           (inb__node_is(n, "subLinkType", "EXPR_SUBLINK") && count);
}

/* A column of a table in FROM, which no outer join makes NULL. */
static bool column_of_from(const inb__backfilling *b, inb__name ref)
{
    const inb__node *range = inb__backfill_range(b, ref.schema);
    return range && inb__catalog_column_proven(inb__classify_relation(b->c, range), ref.name);
}

static bool column(const inb__backfilling *b, const inb__node *n)
{
    inb__name ref = inb__backfill_column_ref(n);
    inb__str own = inb__backfill_column(b, n);
    return own.n ? inb__catalog_column_proven(b->table, own) : column_of_from(b, ref);
}

static const struct {
    const char *kind;
    bool (*is)(const inb__backfilling *b, const inb__node *n);
} kinds[] = {
    {"A_Const", constant},       {"ColumnRef", column},
    {"FuncCall", call},          {"CoalesceExpr", any_of_args},
    {"MinMaxExpr", any_of_args}, {"A_Expr", operation},
    {"TypeCast", cast},          {"CaseExpr", choice},
    {"NullTest", never},         {"BooleanTest", never},
    {"BoolExpr", all_of_args},   {"SQLValueFunction", value_function},
    {"A_ArrayExpr", never},      {"SubLink", sub_select},
};

/* A condition of the predicate says so: E IS NOT NULL, or a comparison of E, which NULL never
 * meets. */
static bool is_demanded_by(const inb__backfilling *b, const inb__node *list, const inb__node *n)
{
    INB__NODE_EACH(condition, list)
    {
        const inb__node *test = inb__node_at(condition, "NullTest");
        const inb__node *compared = inb__node_at(condition, "A_Expr");
        bool strict_one = inb__node_is(compared, "kind", "AEXPR_OP") ||
                          inb__node_is(compared, "kind", "AEXPR_LIKE") ||
                          inb__node_is(compared, "kind", "AEXPR_IN");
        bool same = (inb__node_is(test, "nulltesttype", "IS_NOT_NULL") &&
                     inb__backfill_same(b, inb__node_at(test, "arg"), n)) ||
                    (strict_one && inb__backfill_same(b, inb__node_at(compared, "lexpr"), n));
        if (same) {
            return true;
        }
    }
    return false;
}

/* Of the whole predicate; or of the part of it that is looked at, where it says so of the row as it
 * is once it is written as well. */
static bool is_demanded(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *where = inb__node_at(b->body, "whereClause");
    bool all = inb__node_is(where, "BoolExpr/boolop", "AND_EXPR");
    return (all && is_demanded_by(b, inb__node_at(where, "BoolExpr/args"), n)) ||
           (b->within && is_demanded_by(b, b->within, n) && inb__backfill_independent(b, n));
}

bool inb__backfill_not_null(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *inner = inb__node_inner(n);
    for (size_t i = 0; inner && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (inb__str_is(inner->key, kinds[i].kind) && kinds[i].is(b, inner)) {
            return true;
        }
    }
    return inner && is_demanded(b, n);
}

/* What must not be in a backfill: an answer that changes by itself, or by other windows. */
#include "config.h"

#include "sql/sql_backfill.h"
#include "sql/type_name.h"

#define HINT_TIME "Write the time itself: the windows run at different times."
#define HINT_OWN                                                                                   \
    "Compute it from columns that the backfill does not write, qualified with the other name of "  \
    "the table, or in a table of its own first."

static bool is_time_function(const inb__node *call)
{
    static const char *const functions[] = {
        "now",       "transaction_timestamp",   "statement_timestamp", "clock_timestamp",
        "timeofday", "pg_postmaster_start_time"};
    inb__name name = inb__classify_name_of_list(inb__node_at(call, "funcname"));
    bool one = inb__node_count(inb__node_at(call, "args")) == 1;
    bool time = inb__str_is(name.name, "age") && one; /* from today */
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        time = time || inb__str_is(name.name, functions[i]);
    }
    return time;
}

/* CURRENT_DATE and the like; not CURRENT_USER. */
static bool is_time_value(const inb__node *n)
{
    inb__str op = inb__node_text(n, "op");
    return inb__str_is(n->key, "SQLValueFunction") &&
           (inb__str_starts(op, "SVFOP_CURRENT_DATE") ||
            inb__str_starts(op, "SVFOP_CURRENT_TIME") || inb__str_starts(op, "SVFOP_LOCALTIME"));
}

/* 'now'::timestamptz and its like, of a type of which a text can be a time that passes. */
static bool is_time_type(inb__str type)
{
    return inb__str_starts(type, "timestamp") || inb__str_is(type, "date") ||
           inb__str_starts(type, "time");
}

static bool has_time_word(const inb__backfilling *b, const inb__node *part)
{
    static const char *const words[] = {"now", "today", "tomorrow", "yesterday"};
    INB__NODE_WALK(n, part)
    {
        inb__str text =
            inb__str_is(n->key, "A_Const") ? inb__node_text(n, "sval/sval") : INB__STR("");
        const char *copy = inb__arena_strndup(b->c->scratch, text.p, text.n);
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
            if (strcasestr(copy, words[i])) {
                return true;
            }
        }
    }
    return false;
}

static bool has_time_column(const inb__backfilling *b, const inb__node *part)
{
    INB__NODE_WALK(n, part)
    {
        inb__str name =
            inb__str_is(n->key, "ColumnRef") ? inb__backfill_column(b, n) : INB__STR("");
        const inb__sql_column *c = inb__catalog_column_find(b->table, name);
        if (c && is_time_type(c->type)) {
            return true;
        }
    }
    return false;
}

/* A literal that is read as the time of the statement. */
static bool is_time_literal(const inb__backfilling *b, const inb__node *n)
{
    if (inb__str_is(n->key, "TypeCast")) {
        inb__str type = inb__type_name_text(b->c->scratch, inb__node_at(n, "typeName"));
        return is_time_type(type) && inb__node_at(n, "arg/A_Const") &&
               has_time_word(b, inb__node_at(n, "arg"));
    }
    return inb__str_is(n->key, "A_Expr") && has_time_column(b, n) && has_time_word(b, n);
}

static bool call_check(const inb__backfilling *b, const inb__node *call)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(call, "funcname"));
    size_t at = inb__backfill_word(b, name.name);
    if (is_time_function(call)) {
        return inb__backfill_refuse(b, at, HINT_TIME,
                                    "the predicate of a backfill depends on the time: %.*s()",
                                    INB__STR_ARG(name.name));
    }
    switch (inb__functions_stability(b->c, call)) {
    case INB__STABILITY_STEADY:
        return true;
    case INB__STABILITY_VOLATILE:
        return inb__backfill_refuse(b, at, "Choose the rows by their columns.",
                                    "the predicate of a backfill is volatile: %.*s()",
                                    INB__STR_ARG(name.name));
    default:
        return inb__backfill_refuse(
            b, at,
            "Choose the rows by their columns, or declare the function IMMUTABLE or STABLE where "
            "a migration creates it.",
            "whether the function \"%.*s\" in the predicate is volatile is unknown",
            INB__STR_ARG(name.name));
    }
}

static bool is_moving_column(inb__str name)
{
    static const char *const columns[] = {"ctid", "xmin", "xmax", "cmin", "cmax"};
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        if (inb__str_is(name, columns[i])) {
            return true;
        }
    }
    return false;
}

static bool steady_check(const inb__backfilling *b, const inb__node *part)
{
    INB__NODE_WALK(n, part)
    {
        if (inb__str_is(n->key, "FuncCall") && !call_check(b, n)) {
            return false;
        }
        if (is_time_value(n) || is_time_literal(b, n)) {
            return inb__backfill_refuse(b, b->out->where, HINT_TIME,
                                        "the predicate of a backfill depends on the time");
        }
    }
    return true;
}

static bool columns_check(const inb__backfilling *b)
{
    INB__NODE_WALK(n, b->body)
    {
        if (!inb__str_is(n->key, "ColumnRef")) {
            continue;
        }
        inb__str name = inb__backfill_column_ref(n).name;
        if (inb__node_count(inb__node_at(n, "fields")) > 2) {
            return inb__backfill_refuse(
                b, inb__backfill_word(b, name),
                "Write the column alone, or with the alias of its table: a window runs on one "
                "partition, whose name is another.",
                "a column is qualified with a schema");
        }
        if (is_moving_column(name)) {
            return inb__backfill_refuse(
                b, inb__backfill_word(b, name), "Choose the rows by their own columns.",
                "the system column \"%.*s\" changes when a row is written", INB__STR_ARG(name));
        }
    }
    return true;
}

/* ---- the same table a second time ------------------------------------------------------------ */

static bool view_reads(const inb__relation *view, const inb__relation *table, int depth)
{
    for (size_t i = 0; depth > 0 && i < view->sources.n; i++) {
        const inb__relation *source = view->sources.v[i];
        if (source == table || view_reads(source, table, depth - 1)) {
            return true;
        }
    }
    return false;
}

static bool is_table(const inb__backfilling *b, const inb__relation *r)
{
    return r == b->table || inb__catalog_relation_descends(r, b->table) ||
           inb__catalog_relation_descends(b->table, r) || view_reads(r, b->table, 16);
}

/* A range of the table besides the one that is written; its name in *alias_out. */
static bool is_second(const inb__backfilling *b, const inb__node *n, inb__str *alias_out)
{
    if (!inb__str_is(n->key, "RangeVar") || inb__query_is_cte(b->body, n) ||
        !is_table(b, inb__classify_relation(b->c, n))) {
        return false;
    }
    inb__str alias = inb__node_text(n, "alias/aliasname");
    *alias_out = alias.n ? alias : inb__node_text(n, "relname");
    return true;
}

/* A column that the backfill writes, read through the other name or through either. */
static const inb__node *written_read(const inb__backfilling *b, inb__str alias)
{
    INB__NODE_WALK(n, b->body)
    {
        if (!inb__str_is(n->key, "ColumnRef")) {
            continue;
        }
        inb__name ref = inb__backfill_column_ref(n);
        bool whole = ref.name.n == 0 || inb__str_eq(ref.name, alias);
        bool own = inb__str_eq(ref.schema, b->alias) && !inb__str_eq(b->alias, alias);
        if (!own && (whole || inb__backfill_writes(b, ref.name)) &&
            (ref.schema.n == 0 || inb__str_eq(ref.schema, alias))) {
            return n;
        }
    }
    return NULL;
}

static bool own_result_check(const inb__backfilling *b)
{
    INB__NODE_WALK(n, b->body)
    {
        inb__str alias;
        if (!is_second(b, n, &alias)) {
            continue;
        }
        if (b->deletes || b->table->kind == INB__RELATION_UNKNOWN || written_read(b, alias)) {
            return inb__backfill_refuse(
                b, inb__backfill_word(b, alias), HINT_OWN,
                "the backfill can read its own result: \"%.*s\" is in it a second time",
                INB__STR_ARG(b->table->name.name));
        }
    }
    return true;
}

/* A sub-select that takes some rows of many answers otherwise in each window. */
static bool parts_check(const inb__backfilling *b, const inb__node *part)
{
    static const struct {
        const char *key, *word, *message, *hint;
    } parts[] = {
        {"limitCount", "limit", "LIMIT in a backfill",
         "Remove it: the windows limit the rows of a statement."},
        {"limitOffset", "offset", "OFFSET in a backfill",
         "Remove it: the windows limit the rows of a statement."},
        {"lockingClause", "for", "a locking clause in a backfill",
         "Remove it: the rows that are written are locked as they are."},
        {"CurrentOfExpr", "current", "WHERE CURRENT OF in a backfill",
         "Write a predicate on columns."},
    };
    INB__NODE_WALK(n, part)
    {
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
            if (inb__str_is(n->key, parts[i].key)) {
                return inb__backfill_refuse(b, inb__backfill_word(b, inb__str_of(parts[i].word)),
                                            parts[i].hint, "%s", parts[i].message);
            }
        }
    }
    return true;
}

bool inb__backfill_predicate_check(inb__backfilling *b)
{
    const inb__node *parts[] = {
        inb__node_at(b->body, b->deletes ? "usingClause" : "fromClause"),
        inb__node_at(b->body, "whereClause"),
    };
    bool good = columns_check(b);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        good = good && parts_check(b, parts[i]) && steady_check(b, parts[i]);
    }
    return good && own_result_check(b);
}

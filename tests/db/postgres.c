/* The tables of src/postgres against a server: it has the last word on what they say. */
#include "config.h"

#include "check_main.h"
#include "db.h"
#include "postgres/index_method.h"
#include "postgres/keyword.h"
#include "postgres/lock_mode.h"
#include "postgres/native_type.h"
#include "postgres/object_name.h"
#include "postgres/operator_class.h"
#include "postgres/quote.h"
#include "postgres/sqlstate.h"
#include "postgres/type_change.h"

#include <ctype.h>

static inb_db db;
static inb_conn *conn;
static char seen[4096];
static bool has_citext;
static int version;

static const char *value(const char *sql)
{
    return inb_db_value(conn, sql, seen, sizeof(seen));
}

static void up(void)
{
    inb_db_create(&db);
    conn = inb_db_open(db.url);
    version = atoi(value("select current_setting('server_version_num')"));
    has_citext =
        atoi(value("select count(*) from pg_available_extensions where name = 'citext'")) > 0;
    if (has_citext) {
        inb_db_do(conn, "create extension citext");
    }
}

static void down(void)
{
    inb_conn_close(conn);
    inb_db_drop(&db);
}

/* The SQL of a type, in a statement. */
static const char *statement(const char *before, const inb__native_type *type, const char *after)
{
    static char text[512];
    inb__buf sql;
    inb__buf_init(&sql, 256);
    inb__native_sql(&sql, type);
    snprintf(text, sizeof(text), "%s%s%s", before, inb__buf_text(&sql), after);
    inb__buf_dispose(&sql);
    return text;
}

static void type_compare(const inb__native_type *type)
{
    char format[INB__NATIVE_FORMAT_SIZE];
    inb__native_format(format, type);
    inb_db_do(conn, statement("create table t (c ", type, ")"));
    ck_assert_str_eq(value("select format_type(atttypid, atttypmod) from pg_attribute where "
                           "attrelid = 't'::regclass and attname = 'c'"),
                     format);
    inb_db_do(conn, "drop table t");
    if (inb__native_serial(type->kind)) {
        char sql[128];
        snprintf(sql, sizeof(sql), "create table t (c %s)", inb__native_serial(type->kind));
        inb_db_do(conn, sql);
        ck_assert_str_eq(value("select format_type(atttypid, atttypmod) from pg_attribute where "
                               "attrelid = 't'::regclass and attname = 'c'"),
                         format);
        inb_db_do(conn, "drop table t");
    }
}

START_TEST(a_type_is_what_the_server_makes_of_it)
{
    for (int i = INB__NATIVE_NONE + 1; i < INB__NATIVES; i++) {
        inb__native_type type = {.kind = (inb__native)i};
        if (type.kind == INB__NATIVE_CITEXT && !has_citext) {
            continue;
        }
        type_compare(&type);
        type.n_args = inb__native_max_args(type.kind);
        type.args[0] = 5;
        type.args[1] = 2;
        if (type.n_args) {
            type_compare(&type);
        }
    }
}
END_TEST

/* What inb__native_range_error refuses, the server refuses, and it takes the value next to it. */
START_TEST(modifiers_end_where_the_server_ends_them)
{
    static const inb__native_type edges[] = {
        {INB__NATIVE_DECIMAL, 2, {1000, 0}}, {INB__NATIVE_DECIMAL, 2, {1001, 0}},
        {INB__NATIVE_DECIMAL, 2, {0, 0}},    {INB__NATIVE_BIT, 1, {0}},
        {INB__NATIVE_BIT, 1, {1}},           {INB__NATIVE_VARBIT, 1, {0}},
        {INB__NATIVE_VARBIT, 1, {1}},
    };
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        inb_error *err = NULL;
        int rc =
            inb_conn_exec(conn, statement("select null::", &edges[i], ""), 0, NULL, NULL, &err);
        ck_assert_msg((rc < 0) == (inb__native_range_error(&edges[i]) != NULL), "case %zu: %s", i,
                      inb_error_message(err));
        inb_error_free(err);
    }
}
END_TEST

/* A class that came with PostgreSQL 14 is not on 13. */
static bool class_is_known(const char *name)
{
    return version >= 140000 || (!strstr(name, "_bloom_") && !strstr(name, "_minmax_multi_"));
}

static void class_compare(const inb__opclass *class, inb__index_method method)
{
    char sql[512];
    snprintf(sql, sizeof(sql),
             "select bool_or(opcdefault)::int from pg_opclass join pg_am a on a.oid = opcmethod "
             "where opcname = '%s' and amname = '%s'",
             inb__opclass_name(class), inb__index_method_name(method));
    ck_assert_msg(strcmp(value(sql), inb__opclass_is_default(class, method) ? "1" : "0") == 0,
                  "%s of %s: \"%s\"", inb__opclass_name(class), inb__index_method_name(method),
                  seen);
}

static void index_make(const inb__opclass *class, inb__index_method method,
                       const inb__native_type *type, const char *list)
{
    char sql[512], column[64];
    snprintf(column, sizeof(column), "%s)", list);
    inb_db_do(conn, statement("create table t (c ", type, column));
    snprintf(sql, sizeof(sql), "create index on t using %s (c %s)", inb__index_method_sql(method),
             inb__opclass_name(class));
    inb_db_do(conn, sql);
    inb_db_do(conn, "drop table t");
}

START_TEST(an_operator_class_is_what_the_server_has)
{
    const inb__opclass *class;
    for (size_t i = 0; (class = inb__opclass_at(i)); i++) {
        for (int m = 0; m < INB__METHODS; m++) {
            inb__index_method method = (inb__index_method)m;
            if (!inb__opclass_supports(class, method) ||
                !class_is_known(inb__opclass_name(class))) {
                continue;
            }
            class_compare(class, method);
            for (int n = INB__NATIVE_NONE + 1; n < INB__NATIVES; n++) {
                inb__native_type type = {.kind = (inb__native)n};
                bool list =
                    inb__opclass_takes(class, type.kind, true) && type.kind == INB__NATIVE_TEXT;
                if (inb__opclass_takes(class, type.kind, false)) {
                    index_make(class, method, &type, "");
                } else if (list) {
                    index_make(class, method, &type, "[]");
                }
            }
        }
    }
}
END_TEST

START_TEST(every_index_method_exists)
{
    for (int m = 0; m < INB__METHODS; m++) {
        char sql[128];
        snprintf(sql, sizeof(sql), "select count(*) from pg_am where amname = '%s'",
                 inb__index_method_name((inb__index_method)m));
        ck_assert_str_eq(value(sql), "1");
    }
}
END_TEST

/* Every keyword that the server quotes is in the table; what it does not quote is there because a
 * newer one does. */
START_TEST(keywords_are_the_servers)
{
    inb_result *result = NULL;
    inb_error *err = NULL;
    ck_assert_int_eq(
        inb_conn_exec(conn, "select word, catcode from pg_get_keywords()", 0, NULL, &result, &err),
        0);
    int n = inb_result_rows(result), free_here = 0;
    ck_assert_int_gt(n, 400);
    for (int i = 0; i < n; i++) {
        const char *word = inb_result_value(result, i, 0);
        bool special = *inb_result_value(result, i, 1) != 'U';
        bool ours = inb__keyword_is_special(inb__str_of(word));
        ck_assert_msg(ours || !special, "%s", word);
        free_here += ours && !special;
    }
    ck_assert_msg(version < 170000 || free_here == 0, "%d words are not special", free_here);
    inb_result_free(result);
}
END_TEST

/* Runs a statement with parameters, which has to say true. */
static void is_true(const char *sql, int n, const char *const *parameters)
{
    inb_result *result = NULL;
    inb_error *err = NULL;
    ck_assert_msg(inb_conn_exec(conn, sql, n, parameters, &result, &err) == 0, "%s: %s", sql,
                  inb_error_message(err));
    ck_assert_msg(strcmp(inb_result_value(result, 0, 0), "t") == 0, "%s: %s", sql, parameters[0]);
    inb_result_free(result);
}

typedef void quote_fn(inb__buf *out, inb__str text);

static const char *quoted(quote_fn *quote, const char *text)
{
    static char copy[1024];
    inb__buf out;
    inb__buf_init(&out, sizeof(copy));
    quote(&out, inb__str_of(text));
    snprintf(copy, sizeof(copy), "%s", inb__buf_text(&out));
    inb__buf_dispose(&out);
    return copy;
}

START_TEST(quoted_text_is_read_back)
{
    static const char *const texts[] = {
        "a",     "A b",  "it's", "\"q\"", "\\", "a\\'b\"", "user", "table",     "caf\xc3\xa9",
        "x{,}y", "null", "a.b",  "1a",    "$1", "%s",      "--",   "/* */; \n", "between"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char sql[2048];
        const char *parameters[] = {texts[i], quoted(inb__quote_element, texts[i])};
        is_true("select ('{' || $2 || '}')::text[] = array[$1]", 2, parameters);
        snprintf(sql, sizeof(sql), "select $1 = %s", quoted(inb__quote_literal, texts[i]));
        is_true(sql, 1, parameters);
        quote_fn *const names[] = {inb__quote_ident, inb__quote_ident_readable};
        for (size_t k = 0; k < 2; k++) {
            snprintf(sql, sizeof(sql),
                     "select (select k = $1 from json_object_keys(row_to_json(r)) k) from "
                     "(select 1 as %s) r",
                     quoted(names[k], texts[i]));
            is_true(sql, 1, parameters);
        }
    }
}
END_TEST

/* quote_ident() itself, over every keyword and some other names. */
START_TEST(a_readable_name_is_quoted_when_the_server_quotes_it)
{
    inb_result *result = NULL;
    inb_error *err = NULL;
    ck_assert_int_eq(inb_conn_exec(conn,
                                   "select n, quote_ident(n) from (select word from "
                                   "pg_get_keywords() union all values ('a1'), ('1a'), ('_'), "
                                   "('a$'), ('A'), ('a b'), ('\"'), ('\xc3\xa9')) t(n)",
                                   0, NULL, &result, &err),
                     0);
    for (int i = 0; i < inb_result_rows(result); i++) {
        const char *name = inb_result_value(result, i, 0);
        const char *ours = quoted(inb__quote_ident_readable, name);
        bool newer = version < 170000 && inb__keyword_is_special(inb__str_of(name));
        ck_assert_msg(newer || strcmp(ours, inb_result_value(result, i, 1)) == 0, "%s", ours);
    }
    inb_result_free(result);
}
END_TEST

/* Runs a statement of a table and a column, then asks for the name that the server chose. */
static void named_compare(const char *const parts[3], const char *table, const char *column,
                          const char *label, const char *query)
{
    char sql[512], name[INB__NAME_SIZE];
    snprintf(sql, sizeof(sql), "%s\"%s\"%s\"%s\"%s", parts[0], table, parts[1], column, parts[2]);
    inb_db_do(conn, sql);
    inb__name_choose(name, inb__str_of(table), inb__str_of(column), label);
    ck_assert_str_eq(value(query), name);
}

/* A SERIAL column's sequence and a CHECK without a name; names short, long and of two bytes a
 * letter. */
START_TEST(chosen_names_are_the_servers)
{
#define E5 "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
    static const char *const names[] = {
        "t", "a_name_of_forty_bytes_of_which_some_go__", "x" E5 E5 E5 E5 E5,
        "a_name_of_sixty_three_bytes_which_is_the_most_that_is_taken_63b"};
    for (size_t i = 0; i < 16; i++) {
        const char *table = names[i / 4], *column = names[i % 4];
        named_compare((const char *const[]){"create table ", " (", " serial)"}, table, column,
                      "seq", "select relname from pg_class where relkind = 'S'");
        named_compare((const char *const[]){"alter table ", " add check (", " > 0)"}, table, column,
                      "check",
                      "select conname from pg_constraint where contype = 'c' and conrelid <> 0 and "
                      "connamespace = 'public'::regnamespace");
        inb_db_do(conn, "drop schema public cascade");
        inb_db_do(conn, "create schema public");
    }
}
END_TEST

/* RAISE takes a condition by the name that the documentation gives it. */
START_TEST(sqlstates_have_the_servers_names)
{
#define STATE(name)                                                                                \
    {                                                                                              \
#name, INB__SQLSTATE_##name                                                                \
    }
    static const struct {
        const char *name, *state;
    } states[] = {STATE(PROTOCOL_VIOLATION),
                  STATE(FEATURE_NOT_SUPPORTED),
                  STATE(INVALID_TEXT_REPRESENTATION),
                  STATE(UNIQUE_VIOLATION),
                  STATE(ACTIVE_SQL_TRANSACTION),
                  STATE(INVALID_TRANSACTION_TERMINATION),
                  STATE(INVALID_AUTHORIZATION_SPECIFICATION),
                  STATE(INVALID_PASSWORD),
                  STATE(INVALID_CATALOG_NAME),
                  STATE(INVALID_SCHEMA_NAME),
                  STATE(SERIALIZATION_FAILURE),
                  STATE(DEADLOCK_DETECTED),
                  STATE(INSUFFICIENT_PRIVILEGE),
                  STATE(UNDEFINED_COLUMN),
                  STATE(UNDEFINED_OBJECT),
                  STATE(DUPLICATE_OBJECT),
                  STATE(DATATYPE_MISMATCH),
                  STATE(WRONG_OBJECT_TYPE),
                  STATE(UNDEFINED_FUNCTION),
                  STATE(UNDEFINED_TABLE),
                  STATE(DUPLICATE_DATABASE),
                  STATE(DUPLICATE_SCHEMA),
                  STATE(DUPLICATE_TABLE),
                  STATE(INVALID_OBJECT_DEFINITION),
                  STATE(OBJECT_NOT_IN_PREREQUISITE_STATE),
                  STATE(OBJECT_IN_USE),
                  STATE(LOCK_NOT_AVAILABLE),
                  STATE(UNSAFE_NEW_ENUM_VALUE_USAGE),
                  STATE(QUERY_CANCELED)};
#undef STATE
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        char sql[256], name[64];
        for (size_t k = 0; k <= strlen(states[i].name); k++) {
            name[k] = (char)tolower((unsigned char)states[i].name[k]);
        }
        snprintf(sql, sizeof(sql), "do $$ begin raise %s; end $$", name);
        inb_error *err = NULL;
        ck_assert_int_eq(inb_conn_exec(conn, sql, 0, NULL, NULL, &err), INB_ESQL);
        ck_assert_str_eq(inb_error_sqlstate(err), states[i].state);
        inb_error_free(err);
    }
}
END_TEST

/* Each mode taken by one session and asked for by another; and its name in pg_locks. */
START_TEST(lock_modes_exclude_each_other_on_the_server)
{
    static const char *const sql_names[] = {
        "",      "access share",        "row share", "row exclusive",   "share update exclusive",
        "share", "share row exclusive", "exclusive", "access exclusive"};
    inb_conn *other = inb_db_open(db.url);
    inb_db_do(conn, "create table t ()");
    for (int a = INB_LOCK_ACCESS_SHARE; a <= INB_LOCK_ACCESS_EXCLUSIVE; a++) {
        char sql[128];
        snprintf(sql, sizeof(sql), "lock table t in %s mode", sql_names[a]);
        inb_db_do(conn, "begin");
        inb_db_do(conn, sql);
        ck_assert_str_eq(value("select mode from pg_locks where relation = 't'::regclass"),
                         inb_lock_mode_name((inb_lock_mode)a));
        for (int b = INB_LOCK_ACCESS_SHARE; b <= INB_LOCK_ACCESS_EXCLUSIVE; b++) {
            inb_error *err = NULL;
            snprintf(sql, sizeof(sql), "lock table t in %s mode nowait", sql_names[b]);
            inb_db_do(other, "begin");
            int rc = inb_conn_exec(other, sql, 0, NULL, NULL, &err);
            ck_assert_msg((rc < 0) == inb__lock_modes_conflict((inb_lock_mode)a, (inb_lock_mode)b),
                          "%s, %s: %s", sql_names[a], sql_names[b], inb_error_message(err));
            inb_error_free(err);
            inb_db_do(other, "rollback");
        }
        inb_db_do(conn, "rollback");
    }
    inb_conn_close(other);
}
END_TEST

START_TEST(other_names_of_types_are_the_servers)
{
    static const char *const names[] = {"int",     "integer", "bigint", "smallint",
                                        "decimal", "boolean", "real",   "double precision",
                                        "int4",    "text"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char sql[256];
        snprintf(sql, sizeof(sql), "select typname from pg_type where oid = '%s'::regtype",
                 names[i]);
        inb__str typname = inb__type_typname(inb__str_of(names[i]));
        ck_assert_msg(inb__str_is(typname, value(sql)), "%s", names[i]);
    }
    static const char *const serials[] = {"serial",  "serial2",   "serial4",
                                          "serial8", "bigserial", "smallserial"};
    for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
        char sql[256];
        snprintf(sql, sizeof(sql), "create table t (c %s)", serials[i]);
        inb_db_do(conn, sql);
        ck_assert(inb__type_is_serial(inb__str_of(serials[i])));
        inb__str typname = inb__type_typname(inb__str_of(serials[i]));
        ck_assert_msg(inb__str_is(typname, value("select typname from pg_attribute join pg_type t "
                                                 "on t.oid = atttypid where attname = 'c' and "
                                                 "attrelid = 't'::regclass")),
                      "%s", serials[i]);
        inb_db_do(conn, "drop table t");
    }
    ck_assert(!inb__type_is_serial(INB__STR("int4")));
}
END_TEST

/* 1 when a change writes a table's file anew, 0 when not, -1 when the server refuses the change. */
static const char rewritten_sql[] =
    "create function pg_temp.rewritten(a text, b text) returns int language plpgsql as $$\n"
    "declare before oid; after oid;\n"
    "begin\n"
    "  execute 'create table t (c ' || a || ')';\n"
    "  before := pg_relation_filenode('t');\n"
    "  begin\n"
    "    execute 'alter table t alter c type ' || b;\n"
    "    after := pg_relation_filenode('t');\n"
    "  exception when others then null;\n"
    "  end;\n"
    "  drop table t;\n"
    "  return case when after is null then -1 else (after <> before)::int end;\n"
    "end $$";

static int rewritten_by(const char *from, const char *to)
{
    const char *parameters[] = {from, to};
    inb_result *result = NULL;
    inb_error *err = NULL;
    ck_assert_msg(
        inb_conn_exec(conn, "select pg_temp.rewritten($1, $2)", 2, parameters, &result, &err) == 0,
        "%s", inb_error_message(err));
    int rewritten = atoi(inb_result_value(result, 0, 0));
    inb_result_free(result);
    return rewritten;
}

/* Every pair of these types and of their arrays: "nothing happens to a row" is said of a change
 * when, and only when, the server leaves the file as it is. */
START_TEST(a_change_that_is_called_free_writes_no_file)
{
    static const char *const types[] = {
        "int2",           "int4",      "int8",      "numeric",   "numeric(10,2)", "numeric(12,2)",
        "numeric(12,3)",  "float4",    "float8",    "text",      "varchar",       "varchar(5)",
        "varchar(9)",     "bpchar(5)", "bpchar(9)", "varbit",    "varbit(5)",     "varbit(9)",
        "bit(5)",         "bit(9)",    "date",      "timestamp", "timestamp(3)",  "timestamptz",
        "timestamptz(3)", "time",      "time(3)",   "timetz",    "timetz(3)",     "interval",
        "interval(3)",    "json",      "jsonb",     "uuid",      "inet",          "cidr",
        "bool",           "bytea",     "oid",       "money",     "xml",           "name",
        "\"char\""};
    enum { N = sizeof(types) / sizeof(types[0]) };
    int wrong = 0;
    inb_db_do(conn, "set timezone to 'Asia/Tokyo'");
    inb_db_do(conn, "begin");
    inb_db_do(conn, rewritten_sql);
    for (int array = 0; array < 2; array++) {
        for (size_t i = 0; i < (size_t)N * N; i++) {
            char from[64], to[64];
            snprintf(from, sizeof(from), "%s%s", types[i / N], array ? "[]" : "");
            snprintf(to, sizeof(to), "%s%s", types[i % N], array ? "[]" : "");
            int rewritten = rewritten_by(from, to);
            inb__type_change change = inb__type_change_of(inb__str_of(from), inb__str_of(to));
            /* oid keeps the bytes of int4, but not what a negative number means. */
            bool other = strcmp(from, "oid") == 0 || strcmp(to, "oid") == 0;
            if (rewritten >= 0 && !other && rewritten == (change == INB__TYPE_SAME)) {
                fprintf(stderr, "# %s to %s: called %d, rewritten %d\n", from, to, change,
                        rewritten);
                wrong++;
            }
        }
    }
    inb_db_do(conn, "rollback");
    ck_assert_int_eq(wrong, 0);
}
END_TEST

int main(int argc, char **argv)
{
    (void)argc;
    inb_db_main(argv);
    Suite *suite = suite_create("postgres");
    TCase *facts = tcase_create("facts");
    tcase_add_checked_fixture(facts, up, down);
    tcase_add_test(facts, a_type_is_what_the_server_makes_of_it);
    tcase_add_test(facts, modifiers_end_where_the_server_ends_them);
    tcase_add_test(facts, an_operator_class_is_what_the_server_has);
    tcase_add_test(facts, every_index_method_exists);
    tcase_add_test(facts, keywords_are_the_servers);
    tcase_add_test(facts, quoted_text_is_read_back);
    tcase_add_test(facts, a_readable_name_is_quoted_when_the_server_quotes_it);
    tcase_add_test(facts, chosen_names_are_the_servers);
    tcase_add_test(facts, sqlstates_have_the_servers_names);
    tcase_add_test(facts, lock_modes_exclude_each_other_on_the_server);
    tcase_add_test(facts, other_names_of_types_are_the_servers);
    tcase_add_test(facts, a_change_that_is_called_free_writes_no_file);
    suite_add_tcase(suite, facts);
    return inb_check_main(suite);
}

#include "config.h"

#include "check_main.h"
#include "oom.h"
#include "sql/lex.h"
#include "sql/parser.h"
#include "sql/split.h"
#include "util/cleanup.h"

#include <stdio.h>

/* What a split gives, as "statement|statement"; "?" before what the parser does not take, "\" and
 * "@" before the others. */
static char *split_text(inb__arena *arena, const char *sql)
{
    inb__pieces pieces = {0};
    inb__split_text(&pieces, arena, inb__str_of(sql));
    char *out = inb__arena_strdup(arena, "");
    for (size_t i = 0; i < pieces.n; i++) {
        const inb__piece *p = &pieces.v[i];
        const char *mark = p->kind == INB__PIECE_META_COMMAND ? "!"
                           : p->kind == INB__PIECE_COPY_DATA  ? "@"
                                                              : "";
        const inb__node *node = NULL;
        inb__parser_fault fault;
        inb__str own = {sql + p->offset, p->length};
        bool taken = !p->unterminated && inb__parser_statement(&node, arena, own, &fault) == 0;
        mark = p->kind == INB__PIECE_STATEMENT && !taken ? "?" : mark;
        out = inb__arena_printf(arena, "%s%s%s%.*s", out, i ? "|" : "", mark, (int)p->length,
                                sql + p->offset);
    }
    return out;
}

static const struct {
    const char *sql, *pieces;
} cases[] = {
    {"", ""},
    {"-- nothing\n/* at all */ ;;\n", ""},
    {"SELECT 1", "SELECT 1"},
    {"SELECT 1; -- one\n/* two */ SELECT 2 /* in */ + 1 ; -- end",
     "SELECT 1|SELECT 2 /* in */ + 1"},
    {"/* a /* nested ; */ b; */ SELECT ';'; SELECT 2 --", "SELECT ';'|SELECT 2"},
    {"SELECT E'\\';'; SELECT 2", "SELECT E'\\';'|SELECT 2"},
    {"SELECT E'a'\n'\\';'; SELECT 2", "SELECT E'a'\n'\\';'|SELECT 2"},
    {"SELECT U&'d\\0061t;'; SELECT U&\"a;b\" FROM t",
     "SELECT U&'d\\0061t;'|SELECT U&\"a;b\" FROM t"},
    {"SELECT \"a;\"\"b\" FROM t; SELECT 2", "SELECT \"a;\"\"b\" FROM t|SELECT 2"},
    {"DO $a$ ; $b$ ; $b$ ; $a$; SELECT 2", "DO $a$ ; $b$ ; $b$ ; $a$|SELECT 2"},
    {"SELECT a$b$c FROM t; SELECT 2", "SELECT a$b$c FROM t|SELECT 2"},
    {"CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b); SELECT 2",
     "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)|SELECT 2"},
    {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; "
     "END; SELECT 2",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; "
     "END|SELECT 2"},
    {"SELECT 'é'; SELECT 'ü'", "SELECT 'é'|SELECT 'ü'"},
    /* From here on the parser does not take the whole. */
    {"SELECT 1; SELEC 2; SELECT 3", "SELECT 1|?SELEC 2|SELECT 3"},
    {"\\d t\nSELECT 1;\nSELECT 2 \\gexec\nSELECT 3;", "!\\d t|SELECT 1|SELECT 2|!\\gexec|SELECT 3"},
    {"COPY t (a) FROM stdin;\n1;\tx\n\\.\nSELECT 2;", "@COPY t (a) FROM stdin|SELECT 2"},
    {"COPY t (a) FROM stdin;\n1;\tx\nSELECT 2;", "@COPY t (a) FROM stdin"},
    {"COPY t (a) FROM stdin;\nSELECT 2;", "COPY t (a) FROM stdin|SELECT 2"},
    {"COPY t FROM stdin; COPY t FROM stdin;\n1\n\\.\nSELECT 2; COPY t FROM stdin",
     "@COPY t FROM stdin|SELECT 2|COPY t FROM stdin"},
    {"SELECT x(; SELECT 2", "?SELECT x(; SELECT 2"},
    {"SELECT 'open; SELECT 2", "?SELECT 'open; SELECT 2"},
    {"SELECT $$open; SELECT 2", "?SELECT $$open; SELECT 2"},
    {"SELECT 1; /* open ; SELECT 2", "SELECT 1|?/* open ; SELECT 2"},
    {"x; CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; SELECT CASE a WHEN 1 THEN 2 END; "
     "END; SELECT 2",
     "?x|CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; SELECT CASE a WHEN 1 THEN 2 END; "
     "END|SELECT 2"},
    {"x; CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b); SELECT E'\\';'",
     "?x|CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)|SELECT E'\\';'"},
    {"x; DO $a$ ; $b$ ; $b$ ; $a$; SELECT U&\"a;\"", "?x|DO $a$ ; $b$ ; $b$ ; $a$|SELECT U&\"a;\""},
    {"x; SELECT E'a'\n '\\';'; SELECT 2", "?x|SELECT E'a'\n '\\';'|SELECT 2"},
};

START_TEST(statements_are_found_by_the_lexical_rules)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    ck_assert_str_eq(split_text(&arena, cases[_i].sql), cases[_i].pieces);
}
END_TEST

START_TEST(a_fault_is_placed_in_bytes)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    const char *sql = "SELECT 'éé';\n SELECT 'ü' FROM FROM t;";
    inb__pieces pieces = {0};
    inb__split_text(&pieces, &arena, inb__str_of(sql));
    ck_assert_uint_eq(pieces.n, 2);
    inb__str own = {sql + pieces.v[1].offset, pieces.v[1].length};
    const inb__node *node = NULL;
    inb__parser_fault fault = {0};
    ck_assert_int_eq(inb__parser_statement(&node, &arena, own, &fault), INB_ESYNTAX);
    ck_assert_str_eq(own.p + fault.offset, "FROM t;");
}
END_TEST

START_TEST(an_expression_that_would_end_the_process_is_refused)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    size_t n = 0, terms = 200000;
    char *sql = inb__arena_alloc(&arena, terms * 4 + 16);
    n = (size_t)sprintf(sql, "SELECT 1");
    for (size_t i = 0; i < terms; i++) {
        memcpy(sql + n, "||1", 3);
        n += 3;
    }
    const inb__node *out = NULL;
    inb__parser_fault fault = {0};
    ck_assert_int_eq(inb__parser_statement(&out, &arena, (inb__str){sql, n}, &fault), INB_ESYNTAX);
    ck_assert_ptr_nonnull(strstr(fault.message, "10000"));
    ck_assert(fault.limit);
}
END_TEST

START_TEST(a_long_list_of_rows_is_not_deep)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    size_t n = 0, rows = 20000;
    char *sql = inb__arena_alloc(&arena, rows * 10 + 64);
    n = (size_t)sprintf(sql, "INSERT INTO t VALUES (1, 'a')");
    for (size_t i = 0; i < rows; i++) {
        n += (size_t)sprintf(sql + n, ",(1,'a')");
    }
    inb__pieces pieces = {0};
    inb__split_text(&pieces, &arena, (inb__str){sql, n});
    ck_assert_uint_eq(pieces.n, 1);
    const inb__node *node = NULL;
    inb__parser_fault fault;
    ck_assert_int_eq(inb__parser_statement(&node, &arena, (inb__str){sql, n}, &fault), 0);
    ck_assert_ptr_nonnull(inb__node_at(node, "InsertStmt"));
}
END_TEST

/* What is quadratic takes minutes here, and Check's time limit ends it. */
START_TEST(nesting_costs_linear_time)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    size_t depth = 300000;
    inb__pieces pieces = {0};
    char *sql = inb__arena_alloc(&arena, 4 * depth + 64), *p = stpcpy(sql, "SELECT '*/', ");
    for (size_t i = 0; i < depth; i++) {
        p = stpcpy(p, "/*");
    }
    for (size_t i = 0; i < depth; i++) {
        p = stpcpy(p, "*/");
    }
    p = stpcpy(p, "'a' /* b */\n'c'");
    inb__split_text(&pieces, &arena, (inb__str){sql, (size_t)(p - sql)});
    ck_assert_uint_eq(pieces.n, 1);
    const inb__node *node = NULL;
    inb__parser_fault fault;
    ck_assert_int_eq(
        inb__parser_statement(&node, &arena, (inb__str){sql, (size_t)(p - sql)}, &fault),
        INB_ESYNTAX);
    ck_assert_str_eq(fault.message, "syntax error at or near \"'c'\"");
    ck_assert_str_eq(sql + fault.offset, "'c'");
}
END_TEST

START_TEST(want_of_memory_is_reported_and_nothing_leaks)
{
    INB_OOM_LOOP(oom)
    {
        inb__arena arena;
        inb__arena_init(&arena);
        inb__pieces pieces = {0};
        volatile int rc = INB_ENOMEM;
        if (!INB__ARENA_ERROR_EXIT(&arena)) {
            const inb__node *node = NULL;
            inb__parser_fault fault;
            inb__split_text(&pieces, &arena, INB__STR("SELECT 1; COPY t FROM stdin; SELECT 2;"));
            rc = inb__parser_statement(&node, inb__arena_sub(&arena),
                                       INB__STR("CREATE TABLE t (a int, b text)"), &fault);
        }
        inb__arena_dispose(&arena);
        if (rc == 0) {
            INB_OOM_DONE(oom);
        } else {
            ck_assert_int_eq(rc, INB_ENOMEM);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sql_split");
    TCase *t = tcase_create("split");
    tcase_add_loop_test(t, statements_are_found_by_the_lexical_rules, 0,
                        (int)(sizeof(cases) / sizeof(cases[0])));
    tcase_add_test(t, a_fault_is_placed_in_bytes);
    tcase_add_test(t, an_expression_that_would_end_the_process_is_refused);
    tcase_add_test(t, a_long_list_of_rows_is_not_deep);
    tcase_add_test(t, nesting_costs_linear_time);
    tcase_add_test(t, want_of_memory_is_reported_and_nothing_leaks);
    suite_add_tcase(suite, t);
    return inb_check_main(suite);
}

/* What PostgreSQL is: the tables of src/postgres, without a server (tests/db/postgres.c has one).
 */
#include "config.h"

#include "check_main.h"
#include "postgres/index_method.h"
#include "postgres/keyword.h"
#include "postgres/lock_mode.h"
#include "postgres/native_type.h"
#include "postgres/object_name.h"
#include "postgres/operator_class.h"
#include "postgres/quote.h"
#include "postgres/ref_action.h"
#include "postgres/type_change.h"

#include <stdio.h>

static const char *sql_of(const inb__native_type *type)
{
    static char text[128];
    inb__buf out;
    inb__buf_init(&out, sizeof(text));
    inb__native_sql(&out, type);
    snprintf(text, sizeof(text), "%s", inb__buf_text(&out));
    inb__buf_dispose(&out);
    return text;
}

static const char *format_of(const inb__native_type *type)
{
    static char text[INB__NATIVE_FORMAT_SIZE];
    inb__native_format(text, type);
    return text;
}

START_TEST(a_type_is_written_with_its_modifiers)
{
    static const struct {
        inb__native_type type;
        const char *sql, *format;
    } cases[] = {
        {{INB__NATIVE_CHAR, 0, {0}}, "CHAR", "character(1)"},
        {{INB__NATIVE_VARCHAR, 1, {10}}, "VARCHAR(10)", "character varying(10)"},
        {{INB__NATIVE_DECIMAL, 2, {65, 30}}, "DECIMAL(65,30)", "numeric(65,30)"},
        {{INB__NATIVE_TIMESTAMPTZ, 1, {4294967295}},
         "TIMESTAMPTZ(4294967295)",
         "timestamp(4294967295) with time zone"},
        {{INB__NATIVE_TIME, 0, {0}}, "TIME", "time without time zone"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_str_eq(sql_of(&cases[i].type), cases[i].sql);
        ck_assert_str_eq(format_of(&cases[i].type), cases[i].format);
    }
}
END_TEST

START_TEST(every_native_type_has_its_names)
{
    for (int i = INB__NATIVE_NONE + 1; i < INB__NATIVES; i++) {
        inb__native_type type = {.kind = (inb__native)i};
        ck_assert_str_ne(sql_of(&type), "");
        ck_assert_str_ne(format_of(&type), "");
        ck_assert_int_le(inb__native_max_args(type.kind), 2);
    }
}
END_TEST

START_TEST(modifiers_out_of_range_are_named)
{
    static const inb__native_type good[] = {{INB__NATIVE_DECIMAL, 2, {1000, 1000}},
                                            {INB__NATIVE_TIME, 1, {6}},
                                            {INB__NATIVE_BIT, 1, {1}},
                                            {INB__NATIVE_VARCHAR, 1, {0}}};
    static const inb__native_type bad[] = {{INB__NATIVE_DECIMAL, 2, {1001, 0}},
                                           {INB__NATIVE_DECIMAL, 2, {0, 0}},
                                           {INB__NATIVE_DECIMAL, 2, {2, 3}},
                                           {INB__NATIVE_TIMESTAMP, 1, {7}},
                                           {INB__NATIVE_VARBIT, 1, {0}}};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ck_assert_ptr_null(inb__native_range_error(&good[i]));
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_ptr_nonnull(inb__native_range_error(&bad[i]));
    }
}
END_TEST

START_TEST(an_operator_class_is_for_its_method_and_types)
{
    const inb__opclass *path = inb__opclass_find(INB__STR("jsonb_path_ops"));
    ck_assert_ptr_nonnull(path);
    ck_assert(inb__opclass_supports(path, INB__METHOD_GIN));
    ck_assert(!inb__opclass_supports(path, INB__METHOD_BRIN));
    ck_assert(!inb__opclass_is_default(path, INB__METHOD_GIN));
    ck_assert(inb__opclass_takes(path, INB__NATIVE_JSONB, false));
    ck_assert(!inb__opclass_takes(path, INB__NATIVE_JSON, false));
    ck_assert(!inb__opclass_takes(path, INB__NATIVE_NONE, false));
    ck_assert_str_eq(
        inb__opclass_name(inb__opclass_default(INB__METHOD_GIN, INB__NATIVE_JSONB, false)),
        "jsonb_ops");
    ck_assert_str_eq(
        inb__opclass_name(inb__opclass_default(INB__METHOD_GIN, INB__NATIVE_INTEGER, true)),
        "array_ops");
    ck_assert_ptr_null(inb__opclass_default(INB__METHOD_GIN, INB__NATIVE_INTEGER, false));
    ck_assert_ptr_null(inb__opclass_find(INB__STR("int4_ops")));
}
END_TEST

START_TEST(kinds_are_written_as_sql)
{
    ck_assert_str_eq(inb__ref_action_sql(INB__REF_SET_NULL), "SET NULL");
    ck_assert_str_eq(inb__ref_action_sql(INB__REF_UNSET), "");
    ck_assert_str_eq(inb__index_method_sql(INB__METHOD_SPGIST), "SPGIST");
    ck_assert_str_eq(inb__index_method_name(INB__METHOD_SPGIST), "spgist");
    ck_assert_str_eq(inb__sort_order_sql(INB__SORT_DESC), " DESC");
    ck_assert_str_eq(inb__sort_order_sql(INB__SORT_NONE), "");
}
END_TEST

typedef void quote_fn(inb__buf *out, inb__str text);

static const char *quoted(quote_fn *quote, inb__str text)
{
    static char seen[256];
    inb__buf out;
    inb__buf_init(&out, sizeof(seen));
    quote(&out, text);
    snprintf(seen, sizeof(seen), "%s", inb__buf_text(&out));
    inb__buf_dispose(&out);
    return seen;
}

START_TEST(text_is_quoted)
{
    static const struct {
        quote_fn *quote;
        const char *text, *quoted;
    } cases[] = {
        {inb__quote_ident, "a", "\"a\""},
        {inb__quote_ident, "", "\"\""},
        {inb__quote_ident, "\"", "\"\"\"\""},
        {inb__quote_ident, "a\"b\"\"c\\", "\"a\"\"b\"\"\"\"c\\\""},
        {inb__quote_literal, "it's", "'it''s'"},
        {inb__quote_literal, "\"\\", "'\"\\'"},
        {inb__quote_element, "a\"b\\c'", "\"a\\\"b\\\\c'\""},
        {inb__quote_ident_readable, "plain_1", "plain_1"},
        {inb__quote_ident_readable, "1st", "\"1st\""},
        {inb__quote_ident_readable, "", "\"\""},
        {inb__quote_ident_readable, "User", "\"User\""},
        {inb__quote_ident_readable, "user", "\"user\""},
        {inb__quote_ident_readable, "caf\xc3\xa9", "\"caf\xc3\xa9\""},
        {inb__quote_base64, "AP8=", "'\\x00ff'"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_str_eq(quoted(cases[i].quote, inb__str_of(cases[i].text)), cases[i].quoted);
    }
    char put[INB__QUOTED_SIZE(3)];
    ck_assert_ptr_eq(inb__quote_put(put, '\'', INB__STR("'''")), put + sizeof(put));
    ck_assert_mem_eq(put, "''''''''", sizeof(put));
}
END_TEST

START_TEST(keywords_are_found)
{
    ck_assert(inb__keyword_is_special(INB__STR("all")));
    ck_assert(inb__keyword_is_special(INB__STR("select")));
    ck_assert(inb__keyword_is_special(INB__STR("between")));
    ck_assert(inb__keyword_is_special(INB__STR("xmltable")));
    ck_assert(!inb__keyword_is_special(INB__STR("SELECT")));
    ck_assert(!inb__keyword_is_special(INB__STR("index")));
    ck_assert(!inb__keyword_is_special(INB__STR("")));
    ck_assert(!inb__keyword_is_special(INB__STR("zz")));
}
END_TEST

static const char *chosen(const char *first, const char *second, const char *label)
{
    static char name[INB__NAME_SIZE];
    inb__name_choose(name, inb__str_of(first), inb__str_of(second), label);
    return name;
}

START_TEST(names_give_way_like_the_servers)
{
    static const char thirty[] = "abcdefghijklmnopqrstuvwxyz1234";
    char sixty[61];
    snprintf(sixty, sizeof(sixty), "%s%s", thirty, thirty);
    ck_assert_str_eq(chosen("t", "c", "seq"), "t_c_seq");
    ck_assert_str_eq(chosen("t", "", "pkey"), "t_pkey");
    ck_assert_str_eq(chosen(sixty, "c", "seq"),
                     "abcdefghijklmnopqrstuvwxyz1234abcdefghijklmnopqrstuvwxyz1_c_seq");
    ck_assert_str_eq(chosen(sixty, sixty, "seq"),
                     "abcdefghijklmnopqrstuvwxyz123_abcdefghijklmnopqrstuvwxyz123_seq");
    ck_assert_uint_eq(inb__name_cut(INB__STR("a\xc3\xa9"), 2).n, 1);
    ck_assert_uint_eq(inb__name_cut(INB__STR("a\xc3\xa9"), 3).n, 3);
}
END_TEST

/* The table of section 13.3.1, by pg_locks' order; X where two exclude each other. */
START_TEST(lock_modes_exclude_each_other_as_documented)
{
    static const char *const documented[] = {".......X", "......XX", "....XXXX", "...XXXXX",
                                             "..XX.XXX", "..XXXXXX", ".XXXXXXX", "XXXXXXXX"};
    for (int a = INB_LOCK_ACCESS_SHARE; a <= INB_LOCK_ACCESS_EXCLUSIVE; a++) {
        for (int b = INB_LOCK_ACCESS_SHARE; b <= INB_LOCK_ACCESS_EXCLUSIVE; b++) {
            ck_assert_msg(inb__lock_modes_conflict((inb_lock_mode)a, (inb_lock_mode)b) ==
                              (documented[a - 1][b - 1] == 'X'),
                          "%s, %s", inb_lock_mode_name((inb_lock_mode)a),
                          inb_lock_mode_name((inb_lock_mode)b));
        }
        ck_assert(!inb__lock_modes_conflict((inb_lock_mode)a, INB_LOCK_NONE));
        ck_assert(!inb__lock_modes_conflict(INB_LOCK_NONE, (inb_lock_mode)a));
    }
    ck_assert_str_eq(inb_lock_mode_name(INB_LOCK_NONE), "");
    ck_assert_str_eq(inb_lock_mode_name((inb_lock_mode)99), "");
}
END_TEST

START_TEST(a_change_of_type_has_its_price)
{
    static const struct {
        const char *from, *to;
        inb__type_change change;
    } cases[] = {
        {"varchar(5)", "varchar(9)", INB__TYPE_SAME},
        {"varchar(9)", "varchar(5)", INB__TYPE_NARROWS},
        {"varchar(5)", "text", INB__TYPE_SAME},
        {"varchar(5)[]", "varchar(9)[]", INB__TYPE_WIDENS},
        {"varchar(5)[]", "varchar[]", INB__TYPE_SAME},
        {"varchar[]", "text[]", INB__TYPE_WIDENS},
        {"text[]", "text", INB__TYPE_NARROWS},
        {"numeric(8,2)", "numeric(10,2)", INB__TYPE_SAME},
        {"numeric(8,2)", "numeric(10,3)", INB__TYPE_NARROWS},
        {"numeric(8,2)[]", "numeric(10,2)[]", INB__TYPE_WIDENS},
        {"timestamp(3)[]", "timestamp(6)[]", INB__TYPE_WIDENS},
        {"int4", "int8", INB__TYPE_WIDENS},
        {"int8", "int4", INB__TYPE_NARROWS},
        {"bpchar(5)", "bpchar(9)", INB__TYPE_WIDENS},
        {"bit(5)", "varbit", INB__TYPE_SAME},
        {"", "text", INB__TYPE_NARROWS},
        {"public.mood", "public.mood", INB__TYPE_SAME},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_msg(inb__type_change_of(inb__str_of(cases[i].from), inb__str_of(cases[i].to)) ==
                          cases[i].change,
                      "%s to %s", cases[i].from, cases[i].to);
    }
    ck_assert(inb__str_is(inb__type_typname(INB__STR("bigserial")), "int8"));
    ck_assert(inb__str_is(inb__type_typname(INB__STR("mood")), "mood"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("postgres");
    TCase *facts = tcase_create("facts");
    tcase_add_test(facts, a_type_is_written_with_its_modifiers);
    tcase_add_test(facts, every_native_type_has_its_names);
    tcase_add_test(facts, modifiers_out_of_range_are_named);
    tcase_add_test(facts, an_operator_class_is_for_its_method_and_types);
    tcase_add_test(facts, kinds_are_written_as_sql);
    tcase_add_test(facts, text_is_quoted);
    tcase_add_test(facts, keywords_are_found);
    tcase_add_test(facts, names_give_way_like_the_servers);
    tcase_add_test(facts, lock_modes_exclude_each_other_as_documented);
    tcase_add_test(facts, a_change_of_type_has_its_price);
    suite_add_tcase(suite, facts);
    return inb_check_main(suite);
}

/* What PostgreSQL is: the tables of src/postgres, without a server (tests/db/postgres.c has one).
 */
#include "config.h"

#include "check_main.h"
#include "postgres/index_method.h"
#include "postgres/native_type.h"
#include "postgres/operator_class.h"
#include "postgres/ref_action.h"

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
        ck_assert_str_ne(inb__native_typname(type.kind), "");
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

int main(void)
{
    Suite *suite = suite_create("postgres");
    TCase *facts = tcase_create("facts");
    tcase_add_test(facts, a_type_is_written_with_its_modifiers);
    tcase_add_test(facts, every_native_type_has_its_names);
    tcase_add_test(facts, modifiers_out_of_range_are_named);
    tcase_add_test(facts, an_operator_class_is_for_its_method_and_types);
    tcase_add_test(facts, kinds_are_written_as_sql);
    suite_add_tcase(suite, facts);
    return inb_check_main(suite);
}

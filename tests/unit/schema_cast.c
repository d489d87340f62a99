/* The table of casts: the borders between safe, risky and not at all. */
#include "config.h"

#include "check_main.h"
#include "psl/datamodel.h"
#include "schema/cast.h"

#define N(name, ...)                                                                               \
    INB__NATIVE_##name,                                                                            \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

static const struct {
    inb__native from;
    int64_t from_args[2];
    inb__native to;
    int64_t to_args[2];
    inb__cast cast;
} casts[] = {
    {N(SMALLINT, -1), N(INTEGER, -1), INB__CAST_SAFE},
    {N(INTEGER, -1), N(SMALLINT, -1), INB__CAST_RISKY},
    {N(INTEGER, -1), N(BOOLEAN, -1), INB__CAST_NONE},
    {N(INTEGER, -1), N(OID, -1), INB__CAST_NONE},
    {N(OID, -1), N(BIGINT, -1), INB__CAST_SAFE},
    {N(SMALLINT, -1), N(DECIMAL, 4, 2), INB__CAST_RISKY},
    {N(SMALLINT, -1), N(DECIMAL, 6, 2), INB__CAST_RISKY},
    {N(SMALLINT, -1), N(DECIMAL, 7, 2), INB__CAST_SAFE},
    {N(SMALLINT, -1), N(VARCHAR, 5), INB__CAST_RISKY},
    {N(SMALLINT, -1), N(VARCHAR, 6), INB__CAST_SAFE},
    {N(INTEGER, -1), N(REAL, -1), INB__CAST_RISKY},
    {N(SMALLINT, -1), N(REAL, -1), INB__CAST_SAFE},
    {N(INTEGER, -1), N(DOUBLE_PRECISION, -1), INB__CAST_SAFE},
    {N(BIGINT, -1), N(DOUBLE_PRECISION, -1), INB__CAST_RISKY},
    {N(OID, -1), N(INTEGER, -1), INB__CAST_RISKY},
    {N(OID, -1), N(VARCHAR, 9), INB__CAST_RISKY},
    {N(OID, -1), N(VARCHAR, 10), INB__CAST_SAFE},
    {N(INET, -1), N(VARCHAR, 42), INB__CAST_RISKY},
    {N(INET, -1), N(VARCHAR, 43), INB__CAST_SAFE},
    {N(CITEXT, -1), N(VARCHAR, 1000), INB__CAST_RISKY},
    {N(CITEXT, -1), N(VARCHAR, -1), INB__CAST_SAFE},
    {N(INTEGER, -1), N(DECIMAL, 9, 0), INB__CAST_RISKY},
    {N(INTEGER, -1), N(DECIMAL, 10, 0), INB__CAST_SAFE},
    {N(BIGINT, -1), N(DECIMAL, 18, 0), INB__CAST_RISKY},
    {N(BIGINT, -1), N(DECIMAL, 19, 0), INB__CAST_SAFE},
    {N(INTEGER, -1), N(VARCHAR, 10), INB__CAST_RISKY},
    {N(INTEGER, -1), N(VARCHAR, 11), INB__CAST_SAFE},
    {N(INTEGER, -1), N(CHAR, -1), INB__CAST_RISKY},
    {N(INTEGER, -1), N(VARCHAR, -1), INB__CAST_SAFE},
    {N(DECIMAL, 9, 0), N(INTEGER, -1), INB__CAST_SAFE},
    {N(DECIMAL, 10, 0), N(INTEGER, -1), INB__CAST_RISKY},
    {N(DECIMAL, 9, 1), N(INTEGER, -1), INB__CAST_RISKY},
    {N(DECIMAL, -1), N(INTEGER, -1), INB__CAST_RISKY},
    {N(DECIMAL, 10, 2), N(DECIMAL, -1), INB__CAST_SAFE},
    {N(DECIMAL, -1), N(DECIMAL, 10, 2), INB__CAST_RISKY},
    {N(DECIMAL, 10, 2), N(DECIMAL, 10, 3), INB__CAST_RISKY},
    {N(DECIMAL, 10, 2), N(DECIMAL, 11, 3), INB__CAST_SAFE},
    {N(DECIMAL, 5, 0), N(VARCHAR, 5), INB__CAST_RISKY},
    {N(DECIMAL, 5, 0), N(VARCHAR, 6), INB__CAST_SAFE},
    {N(DECIMAL, 5, 1), N(VARCHAR, 6), INB__CAST_RISKY},
    {N(DECIMAL, 5, 1), N(VARCHAR, 7), INB__CAST_SAFE},
    {N(REAL, -1), N(CHAR, 46), INB__CAST_RISKY},
    {N(REAL, -1), N(CHAR, 47), INB__CAST_SAFE},
    {N(DOUBLE_PRECISION, -1), N(VARCHAR, 317), INB__CAST_SAFE},
    {N(VARCHAR, 10), N(VARCHAR, 9), INB__CAST_RISKY},
    {N(VARCHAR, 10), N(CHAR, 10), INB__CAST_RISKY},
    {N(VARCHAR, 10), N(CHAR, -1), INB__CAST_RISKY},
    {N(CHAR, 2), N(CHAR, -1), INB__CAST_RISKY},
    {N(VARCHAR, -1), N(VARCHAR, 1000), INB__CAST_RISKY},
    {N(CHAR, -1), N(VARCHAR, 1), INB__CAST_SAFE},
    {N(TEXT, -1), N(VARCHAR, 1000), INB__CAST_RISKY},
    {N(TEXT, -1), N(VARCHAR, -1), INB__CAST_SAFE},
    {N(TEXT, -1), N(CITEXT, -1), INB__CAST_SAFE},
    {N(TEXT, -1), N(INTEGER, -1), INB__CAST_NONE},
    {N(CITEXT, -1), N(INTEGER, -1), INB__CAST_RISKY},
    {N(MONEY, -1), N(XML, -1), INB__CAST_RISKY},
    {N(MONEY, -1), N(VARCHAR, 1), INB__CAST_RISKY},
    {N(MONEY, -1), N(VARCHAR, -1), INB__CAST_SAFE},
    {N(DECIMAL, 4, 4), N(VARCHAR, 6), INB__CAST_RISKY},
    {N(DECIMAL, 4, 4), N(VARCHAR, 7), INB__CAST_SAFE},
    {N(DECIMAL, -1), N(VARCHAR, 200000), INB__CAST_RISKY},
    {N(BYTEA, -1), N(VARCHAR, 2), INB__CAST_NONE},
    {N(BYTEA, -1), N(VARCHAR, 3), INB__CAST_RISKY},
    {N(BYTEA, -1), N(VARCHAR, -1), INB__CAST_SAFE},
    {N(TIMESTAMP, 3), N(TIMESTAMP, -1), INB__CAST_SAME},
    {N(TIMESTAMP, -1), N(TIMESTAMP, 6), INB__CAST_SAME},
    {N(TIMESTAMP, 3), N(TIMESTAMP, 6), INB__CAST_SAFE},
    {N(TIMESTAMP, 6), N(TIMESTAMP, 3), INB__CAST_RISKY},
    {N(TIMESTAMP, 3), N(TIMESTAMPTZ, 3), INB__CAST_ZONED},
    {N(TIMESTAMPTZ, 6), N(TIMESTAMP, -1), INB__CAST_ZONED},
    {N(TIMESTAMP, -1), N(TIMESTAMPTZ, 3), INB__CAST_RISKY},
    {N(TIMESTAMP, 3), N(DATE, -1), INB__CAST_RISKY},
    {N(DATE, -1), N(TIMESTAMP, 0), INB__CAST_SAFE},
    {N(DATE, -1), N(TIMESTAMPTZ, 0), INB__CAST_ZONED},
    {N(TIMESTAMP, 3), N(VARCHAR, 22), INB__CAST_NONE},
    {N(TIMESTAMP, 3), N(VARCHAR, 28), INB__CAST_RISKY},
    {N(TIMESTAMP, 3), N(VARCHAR, 29), INB__CAST_SAFE},
    {N(DATE, -1), N(TIME, -1), INB__CAST_NONE},
    {N(TIME, -1), N(TIMETZ, -1), INB__CAST_ZONED},
    {N(TIMETZ, -1), N(TIME, -1), INB__CAST_RISKY},
    {N(TIME, -1), N(TIMESTAMP, -1), INB__CAST_NONE},
    {N(BOOLEAN, -1), N(VARCHAR, 4), INB__CAST_RISKY},
    {N(BOOLEAN, -1), N(VARCHAR, 5), INB__CAST_SAFE},
    {N(BOOLEAN, -1), N(CHAR, 3), INB__CAST_NONE},
    {N(BOOLEAN, -1), N(CHAR, 4), INB__CAST_RISKY},
    {N(BOOLEAN, -1), N(CHAR, 5), INB__CAST_SAFE},
    {N(BIT, 5), N(VARBIT, 4), INB__CAST_NONE},
    {N(BIT, 5), N(VARBIT, 5), INB__CAST_SAFE},
    {N(BIT, 5), N(BIT, 6), INB__CAST_NONE},
    {N(VARBIT, 5), N(VARBIT, 4), INB__CAST_NONE},
    {N(VARBIT, 5), N(BIT, 5), INB__CAST_RISKY},
    {N(VARBIT, 5), N(BIT, 6), INB__CAST_NONE},
    {N(VARBIT, 5), N(VARCHAR, 4), INB__CAST_RISKY},
    {N(UUID, -1), N(CHAR, 31), INB__CAST_NONE},
    {N(UUID, -1), N(CHAR, 35), INB__CAST_RISKY},
    {N(UUID, -1), N(CHAR, 36), INB__CAST_SAFE},
    {N(JSON, -1), N(JSONB, -1), INB__CAST_RISKY},
    {N(JSONB, -1), N(JSON, -1), INB__CAST_SAFE},
    {N(JSONB, -1), N(VARCHAR, 100), INB__CAST_RISKY},
    {N(XML, -1), N(JSON, -1), INB__CAST_NONE},
};

static inb__native_type type_of(inb__native kind, const int64_t args[2])
{
    inb__native_type t = {.kind = kind};
    if (args[0] >= 0) {
        t.args[0] = args[0];
        t.args[1] = args[1];
        t.n_args = kind == INB__NATIVE_DECIMAL ? 2 : 1;
    }
    return t;
}

START_TEST(casts_have_their_borders)
{
    for (size_t i = 0; i < sizeof(casts) / sizeof(casts[0]); i++) {
        inb__native_type from = type_of(casts[i].from, casts[i].from_args);
        inb__native_type to = type_of(casts[i].to, casts[i].to_args);
        ck_assert_msg(inb__cast_native(&from, &to) == casts[i].cast, "row %zu: %s to %s", i,
                      inb__native_label(from.kind), inb__native_label(to.kind));
    }
}
END_TEST

START_TEST(a_type_is_the_same_as_itself)
{
    for (int kind = 1; kind < INB__NATIVES; kind++) {
        inb__native_type t = {.kind = (inb__native)kind};
        ck_assert_int_eq(inb__cast_native(&t, &t), INB__CAST_SAME);
    }
}
END_TEST

static inb__cast column_cast(inb__column_type from, inb__arity was, inb__column_type to,
                             inb__arity is)
{
    static inb__str spaces[] = {{"public", 6}, {"other", 5}};
    static inb__enum enums[] = {{.space = 0, .name = {"E", 1}}, {.space = 1, .name = {"E", 1}}};
    const inb__schema s = {.spaces = spaces, .n_spaces = 2, .enums = enums, .n_enums = 2};
    const inb__column prev = {.type = from, .arity = was}, next = {.type = to, .arity = is};
    return inb__cast_column(&s, &prev, &s, &next);
}

START_TEST(columns_that_are_not_native)
{
    const inb__column_type text = {.native = {.kind = INB__NATIVE_TEXT}};
    const inb__column_type number = {.native = {.kind = INB__NATIVE_INTEGER}};
    const inb__column_type e = {.kind = INB__COLUMN_ENUM},
                           f = {.kind = INB__COLUMN_ENUM, .enumeration = 1};
    const inb__column_type box = {.kind = INB__COLUMN_UNSUPPORTED, .unsupported = {"box", 3}};
    const inb__column_type line = {.kind = INB__COLUMN_UNSUPPORTED, .unsupported = {"line", 4}};
    const inb__arity one = INB__ARITY_REQUIRED, many = INB__ARITY_LIST;
    ck_assert_int_eq(column_cast(e, one, e, many), INB__CAST_SAME);
    ck_assert_int_eq(column_cast(e, one, f, one), INB__CAST_NONE);
    ck_assert_int_eq(column_cast(e, one, text, one), INB__CAST_NONE);
    ck_assert_int_eq(column_cast(text, one, e, one), INB__CAST_NONE);
    ck_assert_int_eq(column_cast(box, one, line, one), INB__CAST_SAME);
    ck_assert_int_eq(column_cast(box, one, text, one), INB__CAST_RISKY);
    ck_assert_int_eq(column_cast(number, many, text, one), INB__CAST_SAFE);
    ck_assert_int_eq(column_cast(number, many, number, one), INB__CAST_NONE);
    ck_assert_int_eq(column_cast(number, one, number, many), INB__CAST_NONE);
    ck_assert_int_eq(column_cast(number, many, text, many), INB__CAST_SAFE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schema_cast");
    TCase *tc = tcase_create("cast");
    tcase_add_test(tc, casts_have_their_borders);
    tcase_add_test(tc, a_type_is_the_same_as_itself);
    tcase_add_test(tc, columns_that_are_not_native);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

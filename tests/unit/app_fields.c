/* Values from outside, by their kinds: JSON members, CSV columns, query parameters and cursors. */
#include "config.h"

#include "app/cursor.h"
#include "app/field_check.h"
#include "check_main.h"

#include <stdio.h>
#include <stdlib.h>

static const app_field *field_named(const app_field *fields, const char *name)
{
    for (; fields->name; fields++) {
        if (strcmp(fields->name, name) == 0) {
            return fields;
        }
    }
    ck_abort_msg("no field %s", name);
    return NULL;
}

/* "" when the value is taken, or the words that refuse it. */
static const char *check(const app_field *fields, const char *name, const char *value)
{
    const char *wrong = app_field_check(field_named(fields, name), value, strlen(value));
    return wrong ? wrong : "";
}

typedef struct expectation {
    const char *value, *wrong;
} expectation;

static void expect(const app_field *fields, const char *name, const expectation *e)
{
    for (; e->value; e++) {
        const char *got = check(fields, name, e->value);
        ck_assert_msg(strcmp(got, e->wrong) == 0, "%s \"%.60s\": \"%s\", not \"%s\"", name,
                      e->value, got, e->wrong);
    }
}

START_TEST(texts_are_shown_and_never_obeyed)
{
    static const char control[] = "has a control character";
    static const expectation e[] = {
        {"grid", ""},
        {"\xc3\xa9lectricit\xc3\xa9", ""},
        {" a ", ""},
        {"\xc2\xa0", ""},
        {"\xe2\x80\xa7", ""},
        {"\xf0\x9f\x98\x80", ""},
        {"", "is empty"},
        {"   ", "is empty"},
        {"a\nb", control},
        {"a\tb", control},
        {"\x1b[2J", control},
        {"a\x7f", control},
        {"\xc2\x85", control},
        {"\xc2\x9b", control},
        {"\xe2\x80\xa8", control},
        {"\xe2\x80\xae", control},
        {"\xe2\x81\xa6", control},
        {"\xe2\x81\xaa", ""},
        {"\xff", "is not UTF-8 text"},
        {0},
    };
    expect(app_emission_fields, "source", e);
}
END_TEST

START_TEST(texts_are_counted_in_characters)
{
    char text[3 * 201 + 1] = "";
    for (int i = 0; i < 200; i++) {
        strcat(text, "\xe2\x82\xac");
    }
    ck_assert_str_eq(check(app_emission_fields, "source", text), "");
    strcat(text, "a");
    ck_assert_str_eq(check(app_emission_fields, "source", text), "is too long");
}
END_TEST

START_TEST(utf8_is_well_formed_and_shortest)
{
    static const struct {
        const char *bytes;
        size_t n;
        bool valid;
    } cases[] = {
        {"", 0, true},
        {"a", 1, true},
        {"\x00", 1, false},
        {"\xc2\x80", 2, true},
        {"\xdf\xbf", 2, true},
        {"\xe0\xa0\x80", 3, true},
        {"\xed\x9f\xbf", 3, true},
        {"\xee\x80\x80", 3, true},
        {"\xf4\x8f\xbf\xbf", 4, true},
        {"\xc0\x80", 2, false},
        {"\xc1\xbf", 2, false},
        {"\xe0\x9f\xbf", 3, false},
        {"\xf0\x8f\xbf\xbf", 4, false},
        {"\xed\xa0\x80", 3, false},
        {"\xed\xbf\xbf", 3, false},
        {"\xf4\x90\x80\x80", 4, false},
        {"\xf8\x88\x80\x80\x80", 5, false},
        {"\x80", 1, false},
        {"\xc2", 1, false},
        {"\xe2\x82", 2, false},
        {"\xf0\x9f\x98", 3, false},
        {"\xc2"
         "a",
         2, false},
        {"a\xe2\x82\xac"
         "b",
         5, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ck_assert_msg(app_text_valid(cases[i].bytes, cases[i].n) == cases[i].valid, "case %zu", i);
    }
}
END_TEST

START_TEST(quantities_are_decimals_of_twelve_and_six_digits)
{
    static const char no[] = "is not a decimal number of zero or more";
    static const char digits[] = "has more than 12 digits before or 6 after the point";
    static const expectation e[] = {
        {"0", ""},
        {"12.5", ""},
        {"000", ""},
        {"999999999999.999999", ""},
        {"", no},
        {".", no},
        {"1.", no},
        {".5", no},
        {"-1", no},
        {"+1", no},
        {"1e3", no},
        {"1,5", no},
        {" 1", no},
        {"1 ", no},
        {"0x1", no},
        {"1.2.3", no},
        {"NaN", no},
        {"1000000000000", digits},
        {"1.0000000", digits},
        {0},
    };
    expect(app_emission_fields, "quantity", e);
}
END_TEST

START_TEST(dates_exist)
{
    static const char no[] = "is not a date as YYYY-MM-DD";
    static const expectation e[] = {
        {"2026-01-31", ""},
        {"2024-02-29", ""},
        {"2000-02-29", ""},
        {"1900-01-01", ""},
        {"9999-12-31", ""},
        {"2026-02-29", no},
        {"1900-02-29", no},
        {"2026-04-31", no},
        {"2026-00-01", no},
        {"2026-13-01", no},
        {"2026-01-00", no},
        {"2026-1-01", no},
        {"2026/01/01", no},
        {"26-01-01", no},
        {"1899-12-31", no},
        {"2026-01-01 ", no},
        {"2026-01-0a", no},
        {"", no},
        {0},
    };
    expect(app_emission_fields, "period_start", e);
    ck_assert_ptr_null(app_period_check("2026-01-01", "2026-01-01"));
    ck_assert_ptr_null(app_period_check("2025-12-31", "2026-01-01"));
    ck_assert_str_eq(app_period_check("2026-01-02", "2026-01-01"), "is before period_start");
}
END_TEST

START_TEST(enums_are_their_words)
{
    static const char no[] = "is not one of its values";
    static const expectation e[] = {
        {"SCOPE_1", ""}, {"SCOPE_3", ""}, {"SCOPE_4", no},  {"scope_1", no},
        {"SCOPE_", no},  {"", no},        {"SCOPE_11", no}, {0},
    };
    expect(app_emission_fields, "scope", e);
}
END_TEST

START_TEST(addresses_have_two_sides)
{
    static const char no[] = "is not an e-mail address";
    static const expectation e[] = {
        {"a@b", ""},   {"A.b+c@example.com", ""},
        {"", no},      {"a", no},
        {"@b", no},    {"a@", no},
        {"a@b@c", no}, {"a b@c", no},
        {"a@b\n", no}, {"\xc3\xa9@b", no},
        {0},
    };
    char text[300];
    expect(app_login_fields, "email", e);
    memset(text, 'a', 254);
    memcpy(text + 250, "@b.c", 5);
    ck_assert_str_eq(check(app_login_fields, "email", text), "");
    strcat(text, "d");
    ck_assert_str_eq(check(app_login_fields, "email", text), "is too long");
}
END_TEST

START_TEST(passwords_are_bytes)
{
    char text[1026];
    memset(text, '\t', sizeof(text));
    text[1025] = '\0';
    ck_assert_str_eq(check(app_login_fields, "password", text), "is too long");
    text[1024] = '\0';
    ck_assert_str_eq(check(app_login_fields, "password", text), "");
    ck_assert_str_eq(check(app_login_fields, "password", ""), "is empty");
}
END_TEST

START_TEST(connectors_answer_over_http_and_keep_credentials_apart)
{
    static const char no[] = "is not an http or https URL";
    static const char local[] = "is a link-local address";
    static const expectation e[] = {
        {"https://erp.example.com/api", ""},
        {"http://erp.example.com", ""},
        {"https://[2001:db8::1]:8443/", ""},
        {"", no},
        {"https://", no},
        {"ftp://erp.example.com", no},
        {"HTTPS://erp.example.com", no},
        {"https://erp example.com", no},
        {"https://erp.example.com/\xc3\xa9", no},
        {"https://user:secret@erp.example.com", "has credentials in it"},
        {"https://erp.example.com:8443/a?b#c", ""},
        {"https://192.0.2.7", ""},
        {"https://[2001:db8::1/", no},
        {"https://[]/", no},
        {"http://[fe80::1%25eth0]/", no},
        {"https://erp.example.com:port/", no},
        {"https://erp%2eexample.com/", no},
        {"https://erp.example.com\\x", no},
        {"https:///path", no},
        {"http://169.254.169.254/latest/meta-data", local},
        {"http://169.254.169.254.", local},
        {"http://169.254.169.254:80?x", local},
        {"http://2852039166/", local},
        {"http://0xa9fea9fe/", local},
        {"http://0251.0376.0251.0376/", local},
        {"http://169.16689662/", local},
        {"http://[fe80::1]/", local},
        {"http://[febf::1]/", local},
        {"http://[::ffff:169.254.0.1]/", local},
        {"http://[::169.254.0.1]/", local},
        {"http://[fec0::1]/", ""},
        {"http://169.253.0.1/", ""},
        {0},
    };
    expect(app_connector_fields, "base_url", e);
}
END_TEST

START_TEST(uuids_are_lower_case)
{
    static const char good[] = "6d1f8f52-95a4-4a39-a0f6-4dd1a6a1e001";
    char bad[40];
    ck_assert(app_uuid_valid(good, 36));
    ck_assert(!app_uuid_valid(good, 35));
    for (size_t i = 0; i < 36; i++) {
        strcpy(bad, good);
        bad[i] = good[i] == '-' ? 'a' : 'G';
        ck_assert_msg(!app_uuid_valid(bad, 36), "%s", bad);
    }
    strcpy(bad, good);
    bad[35] = '\0';
    ck_assert(!app_uuid_valid(bad, 36));
}
END_TEST

START_TEST(cursors_are_those_that_a_list_gave)
{
#define ID "6d1f8f52-95a4-4a39-a0f6-4dd1a6a1e001"
    static const char *const bad[] = {
        "",          "x",
        "1.",        "." ID,
        "-1." ID,    "+1." ID,
        " 1." ID,    "1e5." ID,
        "1." ID "x", "100000000000000000." ID,
        "1.2.3",     "1.6D1F8F52-95a4-4a39-a0f6-4dd1a6a1e001",
    };
    char us[24], id[INB_UUID_BYTES];
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        ck_assert_msg(!app_cursor_parse(bad[i], us, sizeof(us), id), "%s", bad[i]);
    }
    ck_assert(app_cursor_parse("1790000000000000." ID, us, sizeof(us), id));
    ck_assert_str_eq(us, "1790000000000000");
    ck_assert_str_eq(id, ID);
    ck_assert(app_cursor_parse("99999999999999999", us, sizeof(us), id));
    ck_assert_str_eq(us, "99999999999999999");
    ck_assert_str_eq(id, "");
    ck_assert(!app_cursor_parse("12345", us, 5, id));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("app_fields");
    TCase *tc = tcase_create("fields");
    tcase_add_test(tc, texts_are_shown_and_never_obeyed);
    tcase_add_test(tc, texts_are_counted_in_characters);
    tcase_add_test(tc, utf8_is_well_formed_and_shortest);
    tcase_add_test(tc, quantities_are_decimals_of_twelve_and_six_digits);
    tcase_add_test(tc, dates_exist);
    tcase_add_test(tc, enums_are_their_words);
    tcase_add_test(tc, addresses_have_two_sides);
    tcase_add_test(tc, passwords_are_bytes);
    tcase_add_test(tc, connectors_answer_over_http_and_keep_credentials_apart);
    tcase_add_test(tc, uuids_are_lower_case);
    tcase_add_test(tc, cursors_are_those_that_a_list_gave);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

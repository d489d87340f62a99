/* Rows of a CSV file: what is read, what is refused with which words, and where reading goes on. */
#include "config.h"

#include "app/body.h"
#include "check_main.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define HEADER "scope,quantity,period_start,period_end,source\n"

static app_csv csv;
static app_csv_row row;

static void open_text(const char *text)
{
    app_csv_open(&csv, text, strlen(text), 0);
}

/* The row's values with | between them, or "! " and what is wrong with it. */
static const char *next(void)
{
    static char out[8192];
    if (!app_csv_next(&csv, &row)) {
        return "end";
    }
    if (row.wrong) {
        snprintf(out, sizeof(out), "! %s", row.wrong);
        return out;
    }
    *out = '\0';
    for (int i = 0; i < row.columns; i++) {
        strcat(out, i ? "|" : "");
        strcat(out, row.value[i]);
    }
    return out;
}

static void expect_rows(const char *text, const char *const *rows)
{
    open_text(text);
    for (int i = 0; rows[i]; i++) {
        ck_assert_str_eq(next(), rows[i]);
    }
    ck_assert_str_eq(next(), "end");
}

#define ROWS(text, ...) expect_rows(text, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(rows_are_what_rfc_4180_says)
{
    ROWS("a,b\n1,2\n", "a|b", "1|2");
    ROWS("a,b\r\n1,2\r\n", "a|b", "1|2");
    ROWS("a,b", "a|b");
    ROWS("a,b\r", "a|b");
    ROWS("\xef\xbb\xbf"
         "a,b\n",
         "a|b");
    ROWS("a,\n,b\n,\n", "a|", "|b", "|");
    ROWS(" a , b \n\t\n", " a | b ", "\t");
    ROWS("\"a,b\",\"c\"\"d\"\n\"\",\"\"\"\"\n", "a,b|c\"d", "|\"");
    ROWS("\"a\nb\",c\n\"d\r\ne\"\n", "a\nb|c", "d\r\ne");
    ROWS("\n\r\n\na\n\n\nb\n\n", "a", "b");
}
END_TEST

START_TEST(a_malformed_row_costs_its_first_line_and_no_other)
{
    ROWS("a\"b,c\nd\n", "! has a quote inside a field that does not begin with one", "d");
    ROWS("\"a\"b\nd\n", "! has text after a closing quote", "d");
    ROWS("\"a\" ,b\nd\n", "! has text after a closing quote", "d");
    ROWS("\"a\nd\n", "! has a quote that is not closed", "d");
    ROWS("x,\"a\nb\"c\nd\n", "! has text after a closing quote",
         "! has a quote inside a field that does not begin with one", "d");
    ROWS("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16\n1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\nd\n",
         "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16", "! has more than 16 columns", "d");
}
END_TEST

/* A text of n bytes with `before` in front and `after` behind. */
static char *padded(const char *before, size_t n, const char *after)
{
    char *text = malloc(strlen(before) + n + strlen(after) + 1);
    strcpy(text, before);
    memset(text + strlen(before), 'x', n);
    strcpy(text + strlen(before) + n, after);
    return text;
}

START_TEST(a_row_has_4096_bytes_of_values)
{
    static const struct {
        const char *before;
        size_t n;
        const char *after;
        bool good;
    } cases[] = {
        {"", 4096, "\nd\n", true},         {"", 4097, "\nd\n", false},
        {"a,", 4095, "\nd\n", true},       {"a,", 4096, "\nd\n", false},
        {"\"", 4095, "\"\"\"\nd\n", true}, {"\"", 4096, "\"\"\"\nd\n", false},
        {"", 4096, "\r\nd\n", true},       {"\"", 100000, "\nd\n", false},
        {"", 1000000, "\nd\n", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *text = padded(cases[i].before, cases[i].n, cases[i].after);
        open_text(text);
        const char *got = next();
        ck_assert_msg((got[0] != '!') == cases[i].good, "case %zu: %.60s", i, got);
        ck_assert(cases[i].good || strcmp(got, "! is longer than 4,096 bytes") == 0);
        ck_assert_str_eq(next(), "d");
        ck_assert_str_eq(next(), "end");
        free(text);
    }
}
END_TEST

START_TEST(lines_are_those_of_the_file)
{
    static const long lines[] = {1, 2, 5, 7, 8};
    open_text("h\n\"a\n\nb\"\nc\"d\n\ne\"\nf\n");
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        next();
        ck_assert_int_eq(row.line, lines[i]);
    }
}
END_TEST

START_TEST(reading_goes_on_at_any_row)
{
    static const char text[] = "h\n\"a\nb\",1\r\n\nc\"d\ne\n";
    app_csv again;
    static app_csv_row same;
    app_csv_open(&csv, text, strlen(text), 0);
    for (size_t at = 0; app_csv_next(&csv, &row); at = csv.at) {
        app_csv_open(&again, text, strlen(text), at);
        ck_assert(app_csv_next(&again, &same));
        ck_assert_int_eq(same.line, row.line);
        ck_assert_uint_eq(again.at, csv.at);
    }
    ck_assert_uint_eq(csv.at, strlen(text));
}
END_TEST

static const char *header_of(const char *text)
{
    static char wrong[160];
    app_csv_header header;
    open_text(text);
    ck_assert(app_csv_next(&csv, &row));
    return app_csv_header_read(&header, &row, wrong);
}

START_TEST(a_header_names_every_column_once)
{
    ck_assert_ptr_null(header_of(HEADER));
    ck_assert_ptr_null(header_of("source,period_end,period_start,quantity,scope\n"));
    ck_assert_str_eq(header_of("scope,quantity,period_start,period_end\n"),
                     "column \"source\" is missing");
    ck_assert_str_eq(header_of("scope,quantity,period_start,period_end,source,scope\n"),
                     "column \"scope\" occurs twice");
    ck_assert_str_eq(header_of("scope,Quantity\n"), "column \"Quantity\" is unknown");
    ck_assert_str_eq(header_of("scope,\"quantity\n"), "the header has a quote that is not closed");
}
END_TEST

/* What becomes of one row under the header: "ok", or "LINE column: message". */
static const char *emission_of(const char *line)
{
    static char out[256];
    char text[512], wrong[160];
    app_csv_header header;
    json_t *error;
    snprintf(text, sizeof(text), HEADER "%s", line);
    open_text(text);
    ck_assert(app_csv_next(&csv, &row));
    ck_assert_ptr_null(app_csv_header_read(&header, &row, wrong));
    ck_assert(app_csv_next(&csv, &row));
    json_t *emission = app_csv_emission(&header, &row, &error);
    ck_assert(!emission != !error);
    if (emission) {
        ck_assert_str_eq(json_string_value(json_object_get(emission, "source")), "grid");
        snprintf(out, sizeof(out), "ok");
    } else {
        snprintf(out, sizeof(out), "%lld %s: %s",
                 (long long)json_integer_value(json_object_get(error, "line")),
                 json_string_value(json_object_get(error, "column")),
                 json_string_value(json_object_get(error, "message")));
    }
    json_decref(emission);
    json_decref(error);
    return out;
}

START_TEST(an_error_names_line_column_and_reason)
{
    ck_assert_str_eq(emission_of("SCOPE_1,1.5,2026-01-01,2026-01-31,grid\n"), "ok");
    ck_assert_str_eq(emission_of("SCOPE_9,1.5,2026-01-01,2026-01-31,grid\n"),
                     "2 scope: is not one of its values");
    ck_assert_str_eq(emission_of("\n\nSCOPE_1,x,2026-01-01,2026-01-31,grid\n"),
                     "4 quantity: is not a decimal number of zero or more");
    ck_assert_str_eq(emission_of("SCOPE_1,1,2026-02-30,2026-01-31,grid\n"),
                     "2 period_start: is not a date as YYYY-MM-DD");
    ck_assert_str_eq(emission_of("SCOPE_1,1,2026-01-31,2026-01-01,grid\n"),
                     "2 period_end: is before period_start");
    ck_assert_str_eq(emission_of("SCOPE_1,1,2026-01-01,2026-01-31,\n"), "2 source: is empty");
    ck_assert_str_eq(emission_of("SCOPE_1,1\n"), "2 : does not have as many columns as the header");
    ck_assert_str_eq(emission_of("SCOPE_1,\"1\n"), "2 : has a quote that is not closed");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("app_csv");
    TCase *tc = tcase_create("csv");
    tcase_add_test(tc, rows_are_what_rfc_4180_says);
    tcase_add_test(tc, a_malformed_row_costs_its_first_line_and_no_other);
    tcase_add_test(tc, a_row_has_4096_bytes_of_values);
    tcase_add_test(tc, lines_are_those_of_the_file);
    tcase_add_test(tc, reading_goes_on_at_any_row);
    tcase_add_test(tc, a_header_names_every_column_once);
    tcase_add_test(tc, an_error_names_line_column_and_reason);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

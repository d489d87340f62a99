/* JSON bodies by their tables of fields, and the file of a form. */
#include "config.h"

#include "app/body.h"
#include "app/json_text.h"
#include "check_main.h"

#include <stdio.h>
#include <stdlib.h>

#define EMISSION                                                                                   \
    "{\"scope\":\"SCOPE_2\",\"quantity\":%s,\"period_start\":\"2026-01-01\","                      \
    "\"period_end\":\"2026-01-31\",\"source\":\"grid\"}"

static app_body body;

/* "ok", "malformed", or the errors as "field message; …". */
static const char *read_body(const app_field *fields, const char *text)
{
    static char out[1024];
    json_t *errors, *error;
    size_t i;
    app_body_result result = app_body_read(&body, &errors, fields, text, strlen(text));
    if (result == APP_BODY_OK) {
        return "ok";
    }
    if (result == APP_BODY_MALFORMED) {
        ck_assert_ptr_null(errors);
        return "malformed";
    }
    ck_assert_int_eq(result, APP_BODY_INVALID);
    *out = '\0';
    json_array_foreach(errors, i, error)
    {
        size_t used = strlen(out);
        snprintf(out + used, sizeof(out) - used, "%s%s %s", used ? "; " : "",
                 json_string_value(json_object_get(error, "field")),
                 json_string_value(json_object_get(error, "message")));
    }
    json_decref(errors);
    return out;
}

static const char *emission(const char *quantity)
{
    char text[512];
    snprintf(text, sizeof(text), EMISSION, quantity);
    return read_body(app_emission_fields, text);
}

START_TEST(a_body_is_one_object_without_duplicate_members)
{
    static const char *const malformed[] = {
        "",
        "{",
        "[]",
        "1",
        "null",
        "\"x\"",
        "{}{}",
        "{\"email\":\"a@b\",\"email\":\"a@b\"}",
        "\xef\xbb\xbf{}",
        "{\"email\":\"\xff\"}",
        "{\"email\":\"a\\u0000b\"}",
        "{\"email\":NaN}",
        "{'email':'a@b'}",
        "{\"email\":\"a@b\",}",
    };
    for (size_t i = 0; i < sizeof(malformed) / sizeof(*malformed); i++) {
        ck_assert_str_eq(read_body(app_login_fields, malformed[i]), "malformed");
    }
}
END_TEST

START_TEST(every_member_that_is_wrong_is_named_at_once)
{
    ck_assert_str_eq(read_body(app_login_fields, "{}"), "email is missing; password is missing");
    ck_assert_str_eq(read_body(app_login_fields, "{\"email\":1,\"password\":\"\",\"x\":2}"),
                     "email is not a string; password is empty; x is unknown");
    ck_assert_str_eq(read_body(app_login_fields, "{\"email\":\"a@b\",\"password\":\"x\"}"), "ok");
    ck_assert_str_eq(body.values[APP_LOGIN_EMAIL], "a@b");
    ck_assert_str_eq(body.values[APP_LOGIN_PASSWORD], "x");
    app_body_dispose(&body);
}
END_TEST

START_TEST(an_optional_member_may_be_left_out)
{
    ck_assert_str_eq(read_body(app_connector_change_fields, "{\"name\":\"n\"}"), "ok");
    ck_assert_str_eq(body.values[APP_CONNECTOR_NAME], "n");
    ck_assert_ptr_null(body.values[APP_CONNECTOR_SYSTEM]);
    ck_assert_ptr_null(body.values[APP_CONNECTOR_SECRET]);
    app_body_dispose(&body);
    ck_assert_str_eq(read_body(app_connector_change_fields, "{\"name\":null}"),
                     "name is not a string");
}
END_TEST

START_TEST(a_quantity_is_what_was_sent)
{
    static const struct {
        const char *sent, *got;
    } good[] = {
        {"\"12.5\"", "12.5"},
        {"12.5", "12.5"},
        {"0.1", "0.1"},
        {"7", "7"},
        {"123456789.012345", "123456789.012345"},
        {"\"123456789012.123456\"", "123456789012.123456"},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        ck_assert_str_eq(emission(good[i].sent), "ok");
        ck_assert_str_eq(body.values[APP_EMISSION_QUANTITY], good[i].got);
        app_body_dispose(&body);
    }
    ck_assert_str_eq(emission("0.1234567890123456"),
                     "quantity has more than 15 digits: send it as a string");
    ck_assert_str_eq(emission("true"), "quantity is neither a number nor a string");
    ck_assert_str_eq(emission("-1"), "quantity is not a decimal number of zero or more");
    ck_assert_str_eq(emission("1e300"), "quantity is not a decimal number of zero or more");
}
END_TEST

START_TEST(a_secret_is_the_bytes_that_were_sent)
{
#define REST "\"name\":\"n\",\"system\":\"SAP\",\"base_url\":\"https://x.example\""
    static const char *const secrets[] = {
        "{\"tax\":0.1,\"ttl\":1e3}",
        "{ \"a\" : [ 1.0 , \"}\\\"{\" ] ,\n\t\"b\":{\"secret\":null}}",
        "{\"\\u00e9\":\"\\/\",\"z\":1,\"a\":2}",
        "{}",
    };
    static const char *const forms[] = {
        "{\"secret\":%s," REST "}",
        "{" REST ", \"secret\" : %s }",
        "{" REST ",\"s\\u0065cret\":%s\n}",
    };
    char text[512];
    for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++) {
        for (size_t k = 0; k < sizeof(forms) / sizeof(*forms); k++) {
            const char *hole = strstr(forms[k], "%s");
            snprintf(text, sizeof(text), "%.*s%s%s", (int)(hole - forms[k]), forms[k], secrets[i],
                     hole + 2);
            ck_assert_str_eq(read_body(app_connector_fields, text), "ok");
            ck_assert_str_eq(body.values[APP_CONNECTOR_SECRET], secrets[i]);
            app_body_dispose(&body);
        }
    }
    ck_assert_str_eq(read_body(app_connector_fields, "{\"secret\":[1]," REST "}"),
                     "secret is not an object");
}
END_TEST

START_TEST(a_period_ends_after_it_starts)
{
    ck_assert_str_eq(read_body(app_emission_fields,
                               "{\"scope\":\"SCOPE_2\",\"quantity\":1,\"period_start\":"
                               "\"2026-02-01\",\"period_end\":\"2026-01-31\",\"source\":\"g\"}"),
                     "period_end is before period_start");
}
END_TEST

/* The file of a form, "-" when there is none. */
static const char *file_of(const char *type, const char *form)
{
    static char out[256];
    const char *file;
    size_t n;
    if (!app_multipart_file(type, form, strlen(form), &file, &n)) {
        return "-";
    }
    snprintf(out, sizeof(out), "%.*s", (int)n, file);
    return out;
}

#define TYPE "multipart/form-data; boundary="
#define PART "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"

START_TEST(a_boundary_is_found_wherever_the_header_has_it)
{
    static const char *const types[] = {
        TYPE "B",
        TYPE "\"B\"",
        TYPE "B; charset=utf-8",
        TYPE "\"B\"; charset=utf-8",
        "multipart/form-data; charset=utf-8; boundary=B",
        "Multipart/Form-Data; Boundary=B",
    };
    static const char *const none[] = {
        "multipart/form-data", TYPE, TYPE "\"\"", "multipart/mixed; boundary=B", TYPE "C",
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        ck_assert_str_eq(file_of(types[i], PART "a,b\r\n--B--\r\n"), "a,b");
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
        ck_assert_str_eq(file_of(none[i], PART "a,b\r\n--B--\r\n"), "-");
    }
}
END_TEST

START_TEST(the_first_file_of_a_form_is_taken)
{
#define NOTE "--B\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi\r\n"
    ck_assert_str_eq(file_of(TYPE "B", NOTE PART "a\r\n--B--"), "a");
    ck_assert_str_eq(file_of(TYPE "B", PART "a\r\n" PART "b\r\n--B--"), "a");
    ck_assert_str_eq(file_of(TYPE "B", PART "\r\n--B--"), "");
    ck_assert_str_eq(file_of(TYPE "B", "--B\r\ncontent-disposition: form-data; name=\"file\"\r\n"
                                       "\r\na\r\nb\r\n--B--"),
                     "a\r\nb");
    ck_assert_str_eq(file_of(TYPE "B", NOTE "--B--"), "-");
    ck_assert_str_eq(file_of(TYPE "B", PART "no end"), "-");
    ck_assert_str_eq(file_of(TYPE "B", "--B\r\n\r\n\r\n--B--"), "-");
    ck_assert_str_eq(file_of(TYPE "B", "--B"), "-");
    ck_assert_str_eq(file_of(TYPE "B", ""), "-");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("app_body");
    TCase *tc = tcase_create("bodies");
    app_json_prepare();
    tcase_add_test(tc, a_body_is_one_object_without_duplicate_members);
    tcase_add_test(tc, every_member_that_is_wrong_is_named_at_once);
    tcase_add_test(tc, an_optional_member_may_be_left_out);
    tcase_add_test(tc, a_quantity_is_what_was_sent);
    tcase_add_test(tc, a_secret_is_the_bytes_that_were_sent);
    tcase_add_test(tc, a_period_ends_after_it_starts);
    tcase_add_test(tc, a_boundary_is_found_wherever_the_header_has_it);
    tcase_add_test(tc, the_first_file_of_a_form_is_taken);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

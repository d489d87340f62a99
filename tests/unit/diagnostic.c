/* The list of findings and its one printer: layout, order, long lines, what must not be printed. */
#include "config.h"

#include "check_main.h"
#include "oom.h"
#include "util/cleanup.h"
#include "util/diagnostic_print.h"
#include "util/printable.h"

#include <stdio.h>

static inb__arena arena;
static inb__diagnostics list;

static void setup(void)
{
    inb__arena_init(&arena);
    inb__diagnostics_init(&list, &arena);
}

static void teardown(void)
{
    inb__arena_dispose(&arena);
}

static uint32_t source(const char *path, const char *text)
{
    return inb__diagnostics_source(&list, path, inb__str_of(text));
}

static void error_at(uint32_t file, uint32_t start, uint32_t end, const char *message)
{
    inb__diagnostic_add(&list, INB__SEVERITY_ERROR, (inb__span){file, start, end}, NULL, "%s",
                        message);
}

static const char *text_of(bool colour)
{
    inb__buf b;
    inb__buf_init(&b, 65536);
    inb__diagnostics_text(&b, &list, colour);
    ck_assert(!b.failed);
    const char *text = inb__arena_strdup(&arena, inb__buf_text(&b));
    inb__buf_dispose(&b);
    return text;
}

static const char *json_of(void)
{
    inb__buf b;
    inb__json j;
    inb__buf_init(&b, 65536);
    inb__json_init_compact(&j, &b);
    inb__json_object(&j);
    inb__diagnostics_json(&j, &list);
    inb__json_object_end(&j);
    const char *text = inb__arena_strdup(&arena, inb__buf_text(&b));
    inb__buf_dispose(&b);
    return text;
}

START_TEST(what_to_write_instead_is_shown_line_by_line)
{
    uint32_t file = source("m.sql", "CREATE INDEX i ON t (a);\n");
    inb__diagnostic_add(&list, INB__SEVERITY_WARNING, (inb__span){file, 0, 6}, "r", "it waits");
    inb__diagnostic_instead(&list, "-- first\nCREATE x;");
    ck_assert_str_eq(text_of(false), "m.sql:1:1: warning: it waits [r]\n"
                                     "    1 | CREATE INDEX i ON t (a);\n"
                                     "      | ^^^^^^\n"
                                     "  instead:\n"
                                     "      -- first\n"
                                     "      CREATE x;\n");
    ck_assert(strstr(json_of(), "\"instead\":\"-- first\\nCREATE "));
}
END_TEST

START_TEST(a_finding_has_place_line_marks_code_hint_and_notes)
{
    uint32_t file = source("a.prisma", "model A {\n\tid Strin @id\n}\n");
    inb__diagnostic_add(&list, INB__SEVERITY_ERROR, (inb__span){file, 14, 19}, "P1012",
                        "unknown type \"%s\"", "Strin");
    inb__diagnostic_hint(&list, "Write %s.", "String");
    inb__diagnostic_note_add(&list, (inb__span){file, 6, 7}, "in this model");
    inb__diagnostic_note_add(&list, INB__SPAN_NOWHERE, "types are listed in the manual");
    ck_assert_str_eq(text_of(false), "a.prisma:2:5: error: unknown type \"Strin\" [P1012]\n"
                                     "    2 | \tid Strin @id\n"
                                     "      | \t   ^^^^^\n"
                                     "  hint: Write String.\n"
                                     "a.prisma:1:7: note: in this model\n"
                                     "    1 | model A {\n"
                                     "      |       ^\n"
                                     "note: types are listed in the manual\n");
    ck_assert_str_eq(
        json_of(),
        "{\"diagnostics\":[{\"severity\":\"error\",\"code\":\"P1012\",\"file\":\"a.prisma\","
        "\"line\":2,\"column\":5,\"end_line\":2,\"end_column\":10,\"start\":14,\"end\":19,"
        "\"message\":\"unknown type \\\"Strin\\\"\",\"hint\":\"Write "
        "String.\",\"instead\":null,\"notes\":["
        "{\"file\":\"a.prisma\",\"line\":1,\"column\":7,\"message\":\"in this model\"},"
        "{\"file\":null,\"line\":null,\"column\":null,"
        "\"message\":\"types are listed in the manual\"}]}]}");
}
END_TEST

START_TEST(a_finding_about_a_path_or_about_nothing_has_no_place)
{
    uint32_t file = inb__diagnostics_source(&list, "m/1_a/migration.sql", (inb__str){NULL, 0});
    inb__diagnostic_add(&list, INB__SEVERITY_WARNING, (inb__span){file, 0, 0}, NULL, "empty");
    inb__diagnostic_add(&list, INB__SEVERITY_NOTE, INB__SPAN_NOWHERE, NULL, "by the way");
    ck_assert_str_eq(text_of(false), "m/1_a/migration.sql: warning: empty\nnote: by the way\n");
    ck_assert_ptr_nonnull(strstr(json_of(), "\"file\":\"m/1_a/migration.sql\",\"line\":null,"
                                            "\"column\":null,\"end_line\":null,"
                                            "\"end_column\":null,\"start\":null,\"end\":null"));
    ck_assert_ptr_nonnull(strstr(json_of(), "\"severity\":\"note\",\"code\":null,\"file\":null"));
    ck_assert_uint_eq(list.errors, 0);
}
END_TEST

START_TEST(marks_count_characters_and_stop_at_the_end_of_the_line)
{
    uint32_t file = source("f", "\xc3\xa9\xe6\xbc\xa2 b\r\nnext\n");
    error_at(file, 2, 5, "one character of three bytes");
    error_at(file, 6, 13, "two lines");
    error_at(file, 6, 9, "a line with its end");
    error_at(file, 14, 14, "the end of the file");
    ck_assert_str_eq(text_of(false), "f:1:2: error: one character of three bytes\n"
                                     "    1 | \xc3\xa9\xe6\xbc\xa2 b\n"
                                     "      |  ^\n"
                                     "f:1:4: error: two lines\n"
                                     "    1 | \xc3\xa9\xe6\xbc\xa2 b\n"
                                     "      |    ^…\n"
                                     "f:1:4: error: a line with its end\n"
                                     "    1 | \xc3\xa9\xe6\xbc\xa2 b\n"
                                     "      |    ^\n"
                                     "f:3:1: error: the end of the file\n");
}
END_TEST

START_TEST(a_long_line_is_shown_around_the_place)
{
    static char line[1001];
    memset(line, '.', 1000);
    memcpy(line + 500, "HERE", 4);
    uint32_t file = source("f", line);
    error_at(file, 500, 504, "in the middle");
    error_at(file, 0, 1000, "all of it");
    error_at(file, 999, 1000, "at the end");
    const char *text = text_of(false);
    char expected[1024];
    memset(line, '.', 160);
    snprintf(expected, sizeof(expected),
             "f:1:501: error: in the middle\n    1 | …%.80sHERE%.76s…\n      |  %80s^^^^\n", line,
             line, "");
    ck_assert_msg(strncmp(text, expected, strlen(expected)) == 0, "%s", text);
    text = strstr(text, "f:1:1: ");
    snprintf(expected, sizeof(expected), "f:1:1: error: all of it\n    1 | %.160s…\n", line);
    ck_assert_msg(strncmp(text, expected, strlen(expected)) == 0, "%s", text);
    const char *marks = strchr(text + strlen(expected), '^');
    ck_assert_uint_eq(strspn(marks, "^"), 160);
    ck_assert_msg(strncmp(marks + 160, "…\n", strlen("…\n")) == 0, "%s", marks);
    snprintf(expected, sizeof(expected),
             "f:1:1000: error: at the end\n    1 | …%.81s\n      |  %80s^\n", line, "");
    ck_assert_msg(strcmp(strstr(text, "f:1:1000"), expected) == 0, "%s", text);
}
END_TEST

START_TEST(nothing_from_outside_commands_the_terminal)
{
    uint32_t file = source("a\x1b[2J\nb/\xff", "x \x1b]0;title\x07 \xc2\x9b \xe2\x80\xae y\n");
    error_at(file, 2, 3, "\x1b[31mred\nforged: line");
    inb__diagnostic_hint(&list, "%s", "\r\x08hint");
    const char *text = text_of(false);
    ck_assert_str_eq(text,
                     "a\xef\xbf\xbd[2J\xef\xbf\xbd"
                     "b/\xef\xbf\xbd:1:3: error: \xef\xbf\xbd[31mred\xef\xbf\xbd"
                     "forged: line\n"
                     "    1 | x \xef\xbf\xbd]0;title\xef\xbf\xbd \xef\xbf\xbd \xef\xbf\xbd y\n"
                     "      |   ^\n"
                     "  hint: \xef\xbf\xbd\xef\xbf\xbdhint\n");
    const char *json = json_of();
    ck_assert_uint_eq(inb__utf8_check(json, strlen(json)), strlen(json));
    ck_assert_ptr_null(strchr(json, '\x1b'));
    ck_assert_ptr_nonnull(strstr(json, "\"file\":\"a\\u001b[2J\\nb/\xef\xbf\xbd\""));
}
END_TEST

START_TEST(colour_is_added_and_nothing_else)
{
    uint32_t file = source("f", "abc\n");
    error_at(file, 1, 2, "wrong");
    const char *with = text_of(true), *without = text_of(false);
    INB__AUTO_BUF inb__buf stripped;
    inb__buf_init(&stripped, 65536);
    ck_assert_ptr_nonnull(strstr(with, "\x1b[1;31merror: \x1b[0mwrong\n"));
    for (const char *p = with; *p; p++) {
        if (*p == '\x1b') {
            p = strchr(p, 'm');
        } else {
            inb__buf_char(&stripped, *p);
        }
    }
    ck_assert_str_eq(inb__buf_text(&stripped), without);
    ck_assert_ptr_null(strchr(without, '\x1b'));
}
END_TEST

START_TEST(lists_are_joined_cut_and_sorted_by_place)
{
    uint32_t b = source("b", "12345"), a = source("a", "12345");
    error_at(a, 1, 2, "3rd");
    error_at(b, 4, 5, "2nd");
    error_at(b, 1, 2, "1st");
    error_at(a, 1, 5, "4th");
    error_at(a, 0, 0, "taken back");
    inb__diagnostics_truncate(&list, 4);
    ck_assert_uint_eq(list.errors, 4);

    inb__diagnostics more;
    inb__diagnostics_init(&more, &arena);
    uint32_t c = inb__diagnostics_source(&more, "c", inb__str_of("x\ny"));
    inb__diagnostic_add(&more, INB__SEVERITY_WARNING, (inb__span){c, 2, 3}, NULL, "5th");
    inb__diagnostic_note_add(&more, (inb__span){c, 0, 1}, "a note moves too");
    inb__diagnostic_add(&more, INB__SEVERITY_ERROR, INB__SPAN_NOWHERE, NULL, "6th");
    inb__diagnostics_append(&list, &more);
    inb__diagnostics_sort(&list);
    for (size_t i = 0; i < list.n; i++) {
        ck_assert_int_eq(list.v[i].message[0], '1' + (int)i);
    }
    ck_assert_uint_eq(list.n, 6);
    ck_assert_uint_eq(list.errors, 5);
    const char *text = text_of(false);
    ck_assert_ptr_nonnull(strstr(text, "c:2:1: warning: 5th\n"));
    ck_assert_ptr_nonnull(strstr(text, "c:1:1: note: a note moves too\n"));
    INB__AUTO_BUF inb__buf count;
    inb__buf_init(&count, 100);
    inb__diagnostics_count(&count, &list);
    ck_assert_str_eq(inb__buf_text(&count), "5 errors, 1 warning");
}
END_TEST

/* In any order the places are right; the printer's cursor goes back where it has to. */
START_TEST(an_unsorted_list_has_the_same_places)
{
    uint32_t file = source("f", "a\nb\nc\n");
    error_at(file, 4, 5, "third line");
    error_at(file, 0, 1, "first line");
    const char *text = text_of(false);
    ck_assert_ptr_nonnull(strstr(text, "f:3:1: error: third line\n    3 | c\n"));
    ck_assert_ptr_nonnull(strstr(text, "f:1:1: error: first line\n    1 | a\n"));
}
END_TEST

START_TEST(errors_are_counted_when_memory_is_out)
{
    INB_OOM_LOOP(oom)
    {
        inb__arena a;
        inb__diagnostics d;
        inb__arena_init(&a);
        inb__diagnostics_init(&d, &a);
        uint32_t file = inb__diagnostics_source(&d, "f", inb__str_of("text"));
        for (uint32_t i = 0; i < 40; i++) {
            inb__diagnostic_add(&d, INB__SEVERITY_ERROR, (inb__span){file, i % 4, 4}, NULL,
                                "%0500u", i);
            inb__diagnostic_hint(&d, "Hint.");
            inb__diagnostic_note_add(&d, INB__SPAN_NOWHERE, "note");
        }
        ck_assert_uint_eq(d.errors, 40);
        bool complete = d.n == 40;
        inb__arena_dispose(&a);
        if (complete) {
            INB_OOM_DONE(oom);
        }
    }
}
END_TEST

START_TEST(text_with_newlines_keeps_them)
{
    INB__AUTO_BUF inb__buf b;
    inb__buf_init(&b, 100);
    inb__printable_lines(&b, INB__STR("a\n\tb\x7f\n"));
    ck_assert_str_eq(inb__buf_text(&b), "a\n\tb\xef\xbf\xbd\n");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("diagnostic");
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_finding_has_place_line_marks_code_hint_and_notes);
    tcase_add_test(tc, what_to_write_instead_is_shown_line_by_line);
    tcase_add_test(tc, a_finding_about_a_path_or_about_nothing_has_no_place);
    tcase_add_test(tc, marks_count_characters_and_stop_at_the_end_of_the_line);
    tcase_add_test(tc, a_long_line_is_shown_around_the_place);
    tcase_add_test(tc, nothing_from_outside_commands_the_terminal);
    tcase_add_test(tc, colour_is_added_and_nothing_else);
    tcase_add_test(tc, lists_are_joined_cut_and_sorted_by_place);
    tcase_add_test(tc, an_unsorted_list_has_the_same_places);
    tcase_add_test(tc, errors_are_counted_when_memory_is_out);
    tcase_add_test(tc, text_with_newlines_keeps_them);
    suite_add_tcase(s, tc);
    return inb_check_main(s);
}

#include "config.h"

#include "check_main.h"
#include "inboard/duration.h"
#include "oom.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/error_set.h"
#include "util/file.h"
#include "util/json.h"
#include "util/map.h"
#include "util/nearest.h"
#include "util/node.h"
#include "util/opt.h"
#include "util/template.h"
#include "util/text.h"
#include "util/vec.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

START_TEST(arena_gives_zeroed_aligned_memory_and_grows_in_place)
{
    INB__AUTO_ARENA inb__arena a;
    inb__arena_init(&a);
    char *p = inb__arena_alloc(&a, 3);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
    memcpy(p, "abc", 3);
    char *q = inb__arena_grow(&a, p, 3, 100);
    ck_assert_ptr_eq(p, q);
    ck_assert_int_eq(q[99], 0);
    ck_assert_ptr_nonnull(inb__arena_alloc(&a, 1));
    char *r = inb__arena_grow(&a, q, 100, 10000);
    ck_assert_ptr_ne(q, r);
    ck_assert_mem_eq(r, "abc", 4);
    ck_assert_ptr_null(inb__arena_alloc(&a, SIZE_MAX - 8));
}
END_TEST

static int exit_entry(int n, char **last, inb__arena *a)
{
    if (INB__ARENA_ERROR_EXIT(a)) {
        inb__arena_dispose(a);
        return INB_ENOMEM;
    }
    for (int i = 0; i < n; i++) {
        *last = inb__arena_printf(a, "%01000d", i);
    }
    inb__arena_error_exit_clear(a);
    return 0;
}

START_TEST(arena_error_exit_takes_every_failure)
{
    INB_OOM_LOOP(oom)
    {
        inb__arena a;
        char *last = NULL;
        inb__arena_init(&a);
        if (exit_entry(50, &last, &a) == 0) {
            ck_assert_int_eq(last[999], '9');
            inb__arena_dispose(&a);
            INB_OOM_DONE(oom);
        }
    }
}
END_TEST

START_TEST(a_template_has_psql_variables)
{
    static const inb__variable variables[] = {{"schema", "\"my own\""}, {"text", "'it''s'"}};
    static const struct {
        const char *text, *filled;
    } cases[] = {
        {"", ""},
        {"SELECT 1", "SELECT 1"},
        {"FROM :\"schema\".t", "FROM \"my own\".t"},
        {":'text'", "'it''s'"},
        {":\"schema\":\"schema\"", "\"my own\"\"my own\""},
        {"x::\"schema\"", "x::\"schema\""},
        {":\"other\", :schema, :\"schema, a[1:2], :", ":\"other\", :schema, :\"schema, a[1:2], :"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        INB__AUTO_BUF inb__buf b;
        inb__buf_init(&b, 1000);
        inb__template_fill(&b, cases[i].text, variables, 2);
        ck_assert_str_eq(inb__buf_text(&b), cases[i].filled);
    }
}
END_TEST

START_TEST(json_is_read_strictly)
{
    static const char *const bad[] = {
        "",          "{", "[1",  "{\"a\"}", "{\"a\":}",    "[1] 2",      "{\"a\":1]", "\"\\x\"",
        "\"\\u12\"", "]", "nul", "[1 2]",   "[1,]",        "{\"a\":1,}", "[,1]",      "01",
        "1.",        "-", "+1",  "\"\n\"",  "\"\\ud800\"", "[[[[1]]]]"};
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char *copy = inb__arena_strdup(&arena, bad[i]);
        ck_assert_msg(!inb__node_read(&arena, copy, strlen(copy), 3, NULL), "read %s", bad[i]);
    }
    char *good =
        inb__arena_strdup(&arena, " {\"a\" : [1, {\"b\":\"x\\u00e9\\n\\ud83d\\ude00\",\"skip\":1}, "
                                  "true, null], \"c\": -12 , \"skip\":[]} ");
    const inb__node *n = inb__node_read(&arena, good, strlen(good), 3, "skip");
    ck_assert_ptr_nonnull(n);
    ck_assert_uint_eq(inb__node_count(inb__node_at(n, "a")), 4);
    ck_assert_int_eq(inb__node_int(n, "c"), -12);
    ck_assert(inb__node_is(inb__node_first(inb__node_at(n, "a")) + 1, "b", "xé\n😀"));
    ck_assert_ptr_null(inb__node_at(n, "a/b/c"));
    ck_assert(!inb__node_bool(NULL, "x"));
}
END_TEST

static int drain_into(void *payload, const char *bytes, size_t n)
{
    inb__buf *all = payload;
    inb__buf_add(all, bytes, n);
    return all->failed ? -1 : 0;
}

START_TEST(buffer_hands_on_what_it_holds)
{
    INB__AUTO_BUF inb__buf all;
    INB__AUTO_BUF inb__buf b;
    inb__buf_init(&all, 1000000);
    inb__buf_init(&b, 100000);
    inb__buf_drain_to(&b, drain_into, &all);
    for (int i = 0; i < 50000; i++) {
        inb__buf_printf(&b, "%d\n", i);
    }
    ck_assert(!b.failed);
    ck_assert_uint_lt(b.capacity, 100000);
    inb__buf_drain(&b);
    ck_assert_uint_eq(b.length, 0);
    ck_assert_uint_eq(all.length, 10 * 2 + 90 * 3 + 900 * 4 + 9000 * 5 + 40000 * 6);
    ck_assert_str_eq(inb__buf_text(&all) + all.length - 12, "49998\n49999\n");
    all.maximum = all.length;
    inb__buf_str(&b, "more");
    inb__buf_drain(&b);
    ck_assert_msg(b.failed, "a drain that fails makes the buffer fail");
}
END_TEST

START_TEST(arena_in_an_arena_ends_with_it_and_uses_its_error_exit)
{
    inb__arena a;
    inb__arena_init(&a);
    inb__arena *sub = inb__arena_sub(&a);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            char *p = inb__arena_alloc(sub, 999);
            for (size_t k = 0; k < 999; k++) {
                ck_assert_int_eq(p[k], 0);
            }
            memset(p, 'x', 999);
        }
        inb__arena_clear(sub);
    }
    volatile bool landed = false;
    if (INB__ARENA_ERROR_EXIT(&a)) {
        landed = true;
    } else {
        (void)!inb__arena_alloc(sub, SIZE_MAX);
        ck_abort_msg("no error exit was taken");
    }
    ck_assert(landed);
    sub->held = true;
    ck_assert_ptr_null(inb__arena_alloc(sub, SIZE_MAX));
    inb__arena_dispose(&a);
}
END_TEST

START_TEST(buffer_refuses_more_than_its_maximum_and_stays_failed)
{
    INB__AUTO_BUF inb__buf b;
    inb__buf_init(&b, 5);
    inb__buf_str(&b, "abc");
    inb__buf_printf(&b, "%d", 12);
    ck_assert(!b.failed);
    ck_assert_str_eq(inb__buf_text(&b), "abc12");
    inb__buf_char(&b, 'x');
    ck_assert(b.failed);
    inb__buf_add(&b, "", 0);
    ck_assert_str_eq(inb__buf_text(&b), "abc12");
    ck_assert_ptr_null(inb__buf_take(&b));
}
END_TEST

START_TEST(map_finds_what_was_put_after_growth)
{
    INB__AUTO_ARENA inb__arena a;
    inb__arena_init(&a);
    inb__map m;
    inb__map_init(&m, &a);
    ck_assert_ptr_null(inb__map_get(&m, INB__STR("x")));
    int values[1000];
    for (int i = 0; i < 1000; i++) {
        char *key = inb__arena_printf(&a, "key %d", i);
        ck_assert_ptr_null(inb__map_put(&m, inb__str_of(key), &values[i]));
    }
    for (int i = 0; i < 1000; i++) {
        char *key = inb__arena_printf(&a, "key %d", i);
        ck_assert_ptr_eq(inb__map_get(&m, inb__str_of(key)), &values[i]);
        ck_assert(inb__str_is(m.entries[i].key, key));
    }
    ck_assert_ptr_eq(inb__map_put(&m, INB__STR("key 7"), &values[0]), &values[7]);
    ck_assert_ptr_eq(inb__map_set(&m, INB__STR("key 7"), &values[0]), &values[7]);
    ck_assert_ptr_eq(inb__map_get(&m, INB__STR("key 7")), &values[0]);
    ck_assert_uint_eq(m.n, 1000);
}
END_TEST

static const struct {
    const char *text;
    size_t n, good;
} utf8_cases[] = {
    {"plain", 5, 5},
    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, 9},
    {"a\0b", 3, 1},
    {"\xc0\x80", 2, 0},         /* overlong NUL */
    {"\xed\xa0\x80", 3, 0},     /* a surrogate */
    {"\xf4\x90\x80\x80", 4, 0}, /* over U+10FFFF */
    {"ok\xe2\x82", 4, 2},       /* cut short */
    {"\x80", 1, 0},
};

START_TEST(utf8_is_checked_by_the_table_of_the_standard)
{
    for (size_t i = 0; i < sizeof(utf8_cases) / sizeof(utf8_cases[0]); i++) {
        ck_assert_uint_eq(inb__utf8_check(utf8_cases[i].text, utf8_cases[i].n), utf8_cases[i].good);
    }
}
END_TEST

/* Wherever it lies: text is read eight bytes at a time. */
START_TEST(utf8_check_stops_at_the_first_bad_byte)
{
    const char bad[] = {'\0', '\x80', '\xff', '\xc3'};
    for (size_t n = 1; n <= 40; n++) {
        for (size_t at = 0; at < n; at++) {
            char text[40];
            memset(text, '\x01', 20);
            memset(text + 20, '\x7f', 20);
            ck_assert_uint_eq(inb__utf8_check(text, n), n);
            text[at] = bad[at % sizeof(bad)];
            ck_assert_uint_eq(inb__utf8_check(text, n), at);
        }
    }
}
END_TEST

START_TEST(utf8_capital_letters_have_small_ones)
{
    static const struct {
        uint32_t capital, small;
    } letters[] = {
        {'A', 'a'},       {'Z', 'z'},     {0xdc, 0xfc},   {0x10c, 0x10d},   {0x141, 0x142},
        {0x178, 0xff},    {0x39e, 0x3be}, {0x401, 0x451}, {0x416, 0x436},   {0x531, 0x561},
        {0x1ea4, 0x1ea5}, {'a', 'a'},     {'@', '@'},     {'[', '['},       {0xd7, 0xd7},
        {0xfc, 0xfc},     {0x10d, 0x10d}, {0x436, 0x436}, {0x4e00, 0x4e00}, {0x1f600, 0x1f600},
    };
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        ck_assert_uint_eq(inb__utf8_lower(letters[i].capital), letters[i].small);
    }
}
END_TEST

START_TEST(utf8_decodes_what_it_encodes)
{
    const uint32_t codes[] = {1, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff};
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        char bytes[4];
        size_t length = 0;
        size_t n = inb__utf8_encode(codes[i], bytes);
        ck_assert_uint_eq(inb__utf8_decode(bytes, n, &length), codes[i]);
        ck_assert_uint_eq(length, n);
    }
}
END_TEST

START_TEST(places_count_characters_and_lines)
{
    const char *text = "one\r\ntwo \xc3\xa9x\nend";
    inb__place p = inb__place_of(text, strlen(text), 11);
    ck_assert_uint_eq(p.line, 2);
    ck_assert_uint_eq(p.column, 6);
    ck_assert(inb__str_is(inb__line_at(text, strlen(text), 1), "one"));
    ck_assert(inb__str_is(inb__line_at(text, strlen(text), strlen(text)), "end"));
}
END_TEST

/* From any offset to any other, back over lines too, the cursor has the place that a search from
 * the beginning finds. */
START_TEST(a_cursor_moves_in_both_directions)
{
    static const char text[] = "a\n\ngr\xc3\xb6\xc3\x9f\x65\n  x\r\n\xe2\x82\xac";
    const size_t n = sizeof(text) - 1;
    for (size_t from = 0; from <= n; from++) {
        for (size_t to = 0; to <= n; to++) {
            inb__cursor c = {.text = {text, n}, .place = {1, 1}};
            inb__cursor_seek(&c, from);
            inb__cursor_seek(&c, to);
            inb__place want = inb__place_of(text, n, to);
            ck_assert_uint_eq(c.offset, to);
            ck_assert_uint_eq(c.place.line, want.line);
            ck_assert_uint_eq(c.place.column, want.column);
            ck_assert(c.line_start == 0 || text[c.line_start - 1] == '\n');
        }
    }
}
END_TEST

START_TEST(json_writes_nesting_and_escapes)
{
    INB__AUTO_BUF inb__buf b;
    inb__buf_init(&b, 4096);
    inb__json j;
    inb__json_init_compact(&j, &b);
    inb__json_object(&j);
    inb__json_member(&j, "a", "x\"\\\n\x01\xc2\x9b\xff\xc3\xa9");
    inb__json_key(&j, "b");
    inb__json_array(&j);
    inb__json_int(&j, -7);
    inb__json_null(&j);
    inb__json_object(&j);
    inb__json_object_end(&j);
    inb__json_array_end(&j);
    inb__json_member_bool(&j, "c", true);
    inb__json_object_end(&j);
    ck_assert_str_eq(
        inb__buf_text(&b),
        "{\"a\":\"x\\\"\\\\\\n\\u0001\\u009b\xef\xbf\xbd\xc3\xa9\",\"b\":[-7,null,{}],\"c\":true}");
}
END_TEST

START_TEST(errors_keep_their_parts_and_causes)
{
    inb_error *err = NULL;
    ck_assert_int_eq(inb__error_set(&err, INB_ESQL, "first %d", 1), INB_ESQL);
    inb__error_sqlstate(&err, "23505");
    ck_assert_int_eq(inb__error_wrap(&err, INB_EMIGRATION, "second"), INB_EMIGRATION);
    inb__error_hint(&err, "Do %s.", "this");
    inb__error_prisma(&err, "P3018");
    inb__error_place(&err, "2026_x", 3, 14, 5);
    ck_assert_str_eq(inb_error_message(err), "second");
    ck_assert_str_eq(inb_error_hint(err), "Do this.");
    ck_assert_str_eq(inb_error_detail(err), "");
    ck_assert_str_eq(inb_error_prisma_code(err), "P3018");
    ck_assert_str_eq(inb_error_migration(err), "2026_x");
    ck_assert_int_eq(inb_error_statement(err), 3);
    ck_assert_int_eq(inb_error_line(err), 14);
    ck_assert_int_eq(inb_error_column(err), 5);
    ck_assert_str_eq(inb_error_sqlstate(inb_error_cause(err)), "23505");
    inb_error_free(err);
    ck_assert_int_eq(inb__error_set(NULL, INB_EIO, "nobody"), INB_EIO);
}
END_TEST

START_TEST(errors_survive_out_of_memory)
{
    INB_OOM_LOOP(oom)
    {
        inb_error *err = NULL;
        int rc = inb__error_set(&err, INB_EIO, "a message");
        inb__error_hint(&err, "A hint.");
        rc = inb__error_wrap(&err, INB_EINVAL, "around");
        ck_assert(rc == INB_EINVAL || rc == INB_ENOMEM);
        ck_assert_int_eq(inb_error_code(err), rc);
        inb_error_free(err);
        if (rc == INB_EINVAL) {
            INB_OOM_DONE(oom);
        }
    }
}
END_TEST

static const struct {
    const char *text;
    long long ms;
} durations[] = {
    {"5", 5000},
    {"0.5", 500},
    {"250ms", 250},
    {"2m", 120000},
    {"2min", 120000},
    {"1h", 3600000},
    {"0", 0},
    {".25", 250},
    {"1.5h", 5400000},
    {"0.0004", 0},
    {"0.0006", 1},
    {"1.2345678s", 1235},
    {"87660h", 315576000000},
    {"87661h", -1},
    {"99999999999h", -1},
    {"", -1},
    {"x", -1},
    {"-5", -1},
    {"5 s", -1},
    {" 5", -1},
    {"1e3", -1},
    {"0x10", -1},
    {"inf", -1},
    {"nan", -1},
    {".", -1},
    {"s", -1},
    {"1.2.3", -1},
    {"5d", -1},
    {"0,5", -1},
    {"5S", -1},
};

START_TEST(durations_take_units_and_nothing_else)
{
    for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
        int64_t ms = -1;
        inb_error *err = NULL;
        int rc = inb_duration_parse(&ms, durations[i].text, &err);
        ck_assert_msg(rc == (durations[i].ms < 0 ? INB_EINVAL : 0), "\"%s\"", durations[i].text);
        ck_assert_int_eq(ms, durations[i].ms);
        ck_assert_int_eq(inb_error_code(err), rc);
        ck_assert_int_eq(*inb_error_hint(err) != '\0', rc != 0);
        inb_error_free(err);
    }
}
END_TEST

START_TEST(options_are_read_from_their_table)
{
    bool json = false;
    const char *dir = "default";
    int64_t wait = 0;
    inb__opt_list from = {0};
    const inb__opt options[] = {
        {"json", 'j', NULL, "print JSON", INB__OPT_FLAG, &json},
        {"migrations", 0, "DIR", "the folder", INB__OPT_TEXT, &dir},
        {"wait", 'w', "SECONDS", "how long", INB__OPT_SECONDS, &wait},
        {"from", 0, "X", "again", INB__OPT_LIST, &from},
        {0},
    };
    char *argv[] = {
        (char[]){"x"},        (char[]){"-j"}, (char[]){"one"},    (char[]){"--migrations=d"},
        (char[]){"-w"},       (char[]){"2"},  (char[]){"--from"}, (char[]){"a"},
        (char[]){"--from=b"}, (char[]){"--"}, (char[]){"--two"},  NULL};
    int n = 0;
    inb_error *err = NULL;
    ck_assert_int_eq(inb__opt_parse(options, 11, argv, &n, &err), 0);
    ck_assert(json);
    ck_assert_str_eq(dir, "d");
    ck_assert_int_eq(wait, 2000);
    ck_assert_int_eq(from.n, 2);
    ck_assert_int_eq(n, 2);
    ck_assert_str_eq(argv[2], "--two");

    char *bad[] = {(char[]){"x"}, (char[]){"--wait"}, (char[]){"soon"}, NULL};
    ck_assert_int_eq(inb__opt_parse(options, 3, bad, &n, &err), INB_EINVAL);
    ck_assert_str_eq(inb_error_message(err), "invalid value \"soon\" for option \"--wait\"");
    char *unknown[] = {(char[]){"x"}, (char[]){"--nope=1"}, NULL};
    ck_assert_int_eq(inb__opt_parse(options, 2, unknown, &n, &err), INB_EINVAL);
    ck_assert_str_eq(inb_error_message(err), "unknown option \"--nope\"");
    inb_error_free(err);
    char *help[] = {(char[]){"x"}, (char[]){"--help"}, NULL};
    ck_assert_int_eq(inb__opt_parse(options, 2, help, &n, NULL), INB__OPT_HELP);
}
END_TEST

/* What is wrong with a command line of one or two words, and what to do. */
START_TEST(a_wrong_option_is_named_with_the_way_out)
{
    static const struct {
        const char *words[2], *message, *hint;
    } cases[] = {
        {{"--zebra"}, "unknown option \"--zebra\"", "--help"},
        {{"--migartions=x"}, "unknown option \"--migartions\"", "Did you mean --migrations?"},
        {{"--JSON"}, "unknown option \"--JSON\"", "Did you mean --json?"},
        {{"-z"}, "unknown option \"-z\"", "--help"},
        {{"-jz"}, "unknown option \"-z\"", "--help"},
        {{"--wa"}, "option \"--wa\" is ambiguous", "--help"},
        {{"--json=1"}, "option \"--json\" takes no value", "--help"},
        {{"--help=1"}, "option \"--help\" takes no value", "--help"},
        {{"--wait"}, "option \"--wait\" needs a value (SECONDS)", "--help"},
        {{"-w"}, "option \"--wait\" needs a value (SECONDS)", "--help"},
        {{"--wait="}, "option \"--wait\" needs a value (SECONDS)", "--help"},
        {{"--wait", ""}, "option \"--wait\" needs a value (SECONDS)", "--help"},
        {{"-w", "x"}, "invalid value \"x\" for option \"--wait\"", "Give seconds"},
        {{"--n", "-1"}, "invalid value \"-1\" for option \"--number\"", "whole number"},
    };
    bool json;
    const char *dir;
    int64_t wait, waste, number;
    const inb__opt options[] = {
        {"json", 'j', NULL, "print JSON", INB__OPT_FLAG, &json},
        {"migrations", 0, "DIR", "the folder", INB__OPT_TEXT, &dir},
        {"wait", 'w', "SECONDS", "how long", INB__OPT_SECONDS, &wait},
        {"waste", 0, "SECONDS", "how long", INB__OPT_SECONDS, &waste},
        {"number", 0, "N", "how many", INB__OPT_NUMBER, &number},
        {0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const int argc = cases[i].words[1] ? 3 : 2;
        char *argv[] = {(char[]){"x"}, strdup(cases[i].words[0]),
                        cases[i].words[1] ? strdup(cases[i].words[1]) : NULL, NULL};
        inb_error *err = NULL;
        int n = 0;
        ck_assert_int_eq(inb__opt_parse(options, argc, argv, &n, &err), INB_EINVAL);
        ck_assert_str_eq(inb_error_message(err), cases[i].message);
        ck_assert_msg(strstr(inb_error_hint(err), cases[i].hint), "%s: %s", cases[i].message,
                      inb_error_hint(err));
        inb_error_free(err);
        free(argv[1]);
        free(argv[2]);
    }
}
END_TEST

/* Wherever the operands are, whatever the environment says of it; letters together; "-" alone. */
START_TEST(operands_keep_their_order_among_options)
{
    bool a = false, b = false;
    const char *o = NULL;
    const inb__opt options[] = {
        {"all", 'a', NULL, "all", INB__OPT_FLAG, &a},
        {"both", 'b', NULL, "both", INB__OPT_FLAG, &b},
        {"output", 'o', "FILE", "where", INB__OPT_TEXT, &o},
        {0},
    };
    setenv("POSIXLY_CORRECT", "1", 1);
    char *argv[] = {(char[]){"x"},  (char[]){"1"},     (char[]){"-abo"}, (char[]){"file"},
                    (char[]){"-"},  (char[]){"--out"}, (char[]){"-"},    (char[]){"3"},
                    (char[]){"--"}, (char[]){"-4"},    (char[]){"--"},   NULL};
    int n = 0;
    ck_assert_int_eq(inb__opt_parse(options, 11, argv, &n, NULL), 0);
    unsetenv("POSIXLY_CORRECT");
    ck_assert(a && b);
    ck_assert_str_eq(o, "-");
    ck_assert_int_eq(n, 5);
    const char *const operands[] = {"1", "-", "3", "-4", "--"};
    for (int i = 0; i < n; i++) {
        ck_assert_str_eq(argv[i + 1], operands[i]);
    }
}
END_TEST

START_TEST(the_nearest_name_is_found_or_none)
{
    inb__nearest s = inb__nearest_to(INB__STR("strng"));
    inb__nearest_consider(&s, INB__STR("Boolean"));
    inb__nearest_consider(&s, INB__STR("String"));
    ck_assert(inb__str_is(s.best, "String"));
    s = inb__nearest_to(INB__STR("Zebra"));
    inb__nearest_consider(&s, INB__STR("Int"));
    ck_assert_uint_eq(s.best.n, 0);
}
END_TEST

START_TEST(files_are_replaced_whole_and_left_alone_when_equal)
{
    char dir[] = "/tmp/inb-unit.XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(dir));
    INB__AUTO_ARENA inb__arena a;
    inb__arena_init(&a);
    char *path = inb__path_join(&a, dir, "f");
    ck_assert_int_eq(inb__file_write(path, INB__STR("one"), NULL), 0);
    struct stat before, after;
    ck_assert_int_eq(stat(path, &before), 0);
    ck_assert_int_eq(inb__file_write(path, INB__STR("one"), NULL), 0);
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_uint_eq(before.st_ino, after.st_ino);
    ck_assert_int_eq(inb__file_write(path, INB__STR("two"), NULL), 0);
    inb__str text;
    ck_assert_int_eq(inb__file_read(&text, &a, path, 10, NULL), 0);
    ck_assert(inb__str_is(text, "two"));
    inb_error *err = NULL;
    ck_assert_int_eq(inb__file_read(&text, &a, path, 2, &err), INB_ELIMIT);
    inb_error_free(err);
    err = NULL;
    inb__dirent *list;
    size_t n;
    ck_assert_int_eq(inb__dir_list(&list, &n, &a, dir, NULL), 0);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(list[0].name, "f");
    ck_assert_int_eq(inb__dir_list(&list, &n, &a, path, &err), INB_EIO);
    inb_error_free(err);
    unlink(path);
    rmdir(dir);
}
END_TEST

/* Names alone lead down; a link and ".." lead where they lead. */
START_TEST(a_path_is_inside_a_folder_when_its_file_is)
{
    char top[] = "/tmp/inb-inside.XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(top));
    INB__AUTO_ARENA inb__arena a;
    inb__arena_init(&a);
    const char *dir = inb__path_join(&a, top, "dir"), *sub = inb__path_join(&a, dir, "sub");
    const char *file = inb__path_join(&a, sub, "f"), *out = inb__path_join(&a, top, "out");
    ck_assert_int_eq(mkdir(dir, 0700) | mkdir(sub, 0700), 0);
    ck_assert_int_eq(inb__file_write(file, INB__STR("x"), NULL), 0);
    ck_assert_int_eq(inb__file_write(out, INB__STR("x"), NULL), 0);
    const char *to_out = inb__path_join(&a, sub, "to_out"), *to_f = inb__path_join(&a, dir, "to_f");
    const char *to_top = inb__path_join(&a, dir, "to_top");
    ck_assert_int_eq(symlink("../../out", to_out) | symlink("sub/f", to_f), 0);
    ck_assert_int_eq(symlink("..", to_top), 0);
    const struct {
        const char *path;
        bool inside;
    } cases[] = {
        {file, true},
        {to_f, true},
        {inb__path_join(&a, dir, "sub//f"), true},
        {inb__path_join(&a, dir, "sub/./f"), true},
        {inb__path_join(&a, dir, "to_top/dir/sub/f"), true},
        {to_out, false},
        {out, false},
        {inb__path_join(&a, dir, "../out"), false},
        {inb__path_join(&a, dir, "to_top/out"), false},
        {inb__path_join(&a, dir, "nothing"), false},
        {inb__path_join(&a, top, "dir2"), false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_msg(inb__path_is_inside(cases[i].path, dir) == cases[i].inside, "%s",
                      cases[i].path);
    }
    ck_assert(inb__path_is_inside(file, inb__path_join(&a, dir, "")));
    ck_assert_int_eq(unlink(to_out) | unlink(to_f) | unlink(to_top) | unlink(file) | unlink(out),
                     0);
    ck_assert_int_eq(rmdir(sub) | rmdir(dir) | rmdir(top), 0);
}
END_TEST

START_TEST(vectors_keep_their_elements_when_they_grow)
{
    INB__AUTO_ARENA inb__arena a;
    inb__arena_init(&a);
    INB__VEC(int) v = {0};
    for (int i = 0; i < 1000; i++) {
        INB__VEC_ADD(&a, &v, i);
        ck_assert_ptr_nonnull(inb__arena_alloc(&a, 1 + (size_t)i % 7));
    }
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(v.v[i], i);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("util");
    TCase *tc = tcase_create("util");
    tcase_add_test(tc, arena_gives_zeroed_aligned_memory_and_grows_in_place);
    tcase_add_test(tc, arena_error_exit_takes_every_failure);
    tcase_add_test(tc, json_is_read_strictly);
    tcase_add_test(tc, buffer_hands_on_what_it_holds);
    tcase_add_test(tc, arena_in_an_arena_ends_with_it_and_uses_its_error_exit);
    tcase_add_test(tc, buffer_refuses_more_than_its_maximum_and_stays_failed);
    tcase_add_test(tc, a_template_has_psql_variables);
    tcase_add_test(tc, map_finds_what_was_put_after_growth);
    tcase_add_test(tc, utf8_is_checked_by_the_table_of_the_standard);
    tcase_add_test(tc, utf8_check_stops_at_the_first_bad_byte);
    tcase_add_test(tc, utf8_decodes_what_it_encodes);
    tcase_add_test(tc, utf8_capital_letters_have_small_ones);
    tcase_add_test(tc, places_count_characters_and_lines);
    tcase_add_test(tc, a_cursor_moves_in_both_directions);
    tcase_add_test(tc, json_writes_nesting_and_escapes);
    tcase_add_test(tc, errors_keep_their_parts_and_causes);
    tcase_add_test(tc, errors_survive_out_of_memory);
    tcase_add_test(tc, durations_take_units_and_nothing_else);
    tcase_add_test(tc, options_are_read_from_their_table);
    tcase_add_test(tc, a_wrong_option_is_named_with_the_way_out);
    tcase_add_test(tc, operands_keep_their_order_among_options);
    tcase_add_test(tc, the_nearest_name_is_found_or_none);
    tcase_add_test(tc, files_are_replaced_whole_and_left_alone_when_equal);
    tcase_add_test(tc, a_path_is_inside_a_folder_when_its_file_is);
    tcase_add_test(tc, vectors_keep_their_elements_when_they_grow);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

/* The rules by which a backfill holds, on readings that were made up. */
#include "config.h"

#include "backfill/amount.h"
#include "backfill/backfill_metrics.h"
#include "backfill/backfill_text.h"
#include "backfill/hold_rules.h"
#include "check_main.h"
#include "util/cleanup.h"
#include "util/limits.h"

#define MB ((int64_t)1 << 20)
#define SECOND 1000000ll

static inb__arena arena;
static inb__hold_memory memory;
static inb__hold_limits limits;
static inb__hold_look look;
static inb__hold_verdict verdict;
static int64_t now;

static void look_begin(void)
{
    now += SECOND / 2;
    look = (inb__hold_look){
        .at_us = now, .wal_error = "", .sessions_error = "", .query = "", .query_error = ""};
}

static void add(inb__hold_what what, const char *name, int64_t value, int64_t ms)
{
    INB__VEC_ADD(&arena, &look.readings, ((inb__hold_reading){what, name, value, ms}));
}

static const char *decide(void)
{
    inb__hold_decide(&verdict, &memory, &look, &limits);
    return verdict.reason;
}

static void setup(void)
{
    inb__arena_init(&arena);
    memory = (inb__hold_memory){0};
    limits = inb__hold_limits_default();
    now = 1000 * SECOND;
    look_begin();
    add(INB__HOLD_WAL, "", 1000 * MB, 0);
    add(INB__HOLD_STANDBY, "a", 0, 4);
    ck_assert(inb__hold_expect(&memory, &arena, &look, &limits));
    ck_assert_str_eq(decide(), "");
    look_begin();
}

static void teardown(void)
{
    inb__arena_dispose(&arena);
}

/* The standby that is expected, with nothing behind. */
static void add_good(void)
{
    add(INB__HOLD_STANDBY, "a", 0, 0);
}

START_TEST(bytes_hold_though_the_clock_says_nothing)
{
    add(INB__HOLD_STANDBY, "a", 70 * MB, 80);
    ck_assert_str_eq(decide(), "standby \"a\" is 70 MB behind (limit 64 MB)");
    ck_assert(verdict.utilization > 1);
    look_begin();
    add(INB__HOLD_STANDBY, "a", 32 * MB, 80);
    ck_assert_str_eq(decide(), "");
    ck_assert(verdict.utilization > 0.49 && verdict.utilization < 0.51);
}
END_TEST

START_TEST(the_clock_counts_only_where_bytes_are_behind)
{
    add(INB__HOLD_STANDBY, "a", 0, 14300);
    ck_assert_str_eq(decide(), "");
    ck_assert(verdict.utilization == 0);
    look_begin();
    add(INB__HOLD_STANDBY, "a", 1, 14300);
    ck_assert_str_eq(decide(), "standby \"a\" is 14 s behind (limit 10 s)");
}
END_TEST

START_TEST(a_standby_that_is_gone_holds)
{
    ck_assert_str_eq(decide(), "standby \"a\" is gone");
    look_begin();
    add(INB__HOLD_STANDBY, "b", 0, 0);
    ck_assert_str_eq(decide(), "standby \"a\" is gone");
    look_begin();
    add_good();
    ck_assert_str_eq(decide(), "");
}
END_TEST

START_TEST(standbys_of_one_name_are_counted)
{
    memory = (inb__hold_memory){0};
    add_good();
    add_good();
    add_good();
    ck_assert(inb__hold_expect(&memory, &arena, &look, &limits));
    look_begin();
    add_good();
    ck_assert_str_eq(decide(), "2 of 3 standbys \"a\" are gone");
}
END_TEST

START_TEST(one_that_is_ignored_may_be_behind_and_go)
{
    static const char *const ignored[] = {"delayed", NULL};
    limits.ignored = ignored;
    memory = (inb__hold_memory){0};
    add(INB__HOLD_STANDBY, "delayed", 900 * MB, 3600000);
    add(INB__HOLD_SLOT, "delayed", 9000 * MB, 0);
    ck_assert(inb__hold_expect(&memory, &arena, &look, &limits));
    ck_assert_str_eq(decide(), "");
    look_begin();
    ck_assert_str_eq(decide(), "");
}
END_TEST

START_TEST(a_reading_that_is_gone_holds)
{
    add_good();
    look.wal_error = "permission denied";
    ck_assert_str_eq(decide(), "WAL and standbys cannot be looked at any more: permission denied");
    look_begin();
    add_good();
    look.sessions_error = "late";
    ck_assert_str_eq(decide(), "sessions and VACUUM cannot be looked at any more: late");
    look_begin();
    add(INB__HOLD_STANDBY, "a", -1, 0);
    ck_assert_str_eq(decide(), "the position of standby \"a\" cannot be read");
}
END_TEST

START_TEST(one_that_was_never_there_does_not)
{
    memory = (inb__hold_memory){0};
    look.wal_error = look.sessions_error = "no such thing on this server";
    ck_assert(inb__hold_expect(&memory, &arena, &look, &limits));
    ck_assert_str_eq(decide(), "");
}
END_TEST

START_TEST(what_the_user_asks_holds_and_so_does_its_failure)
{
    add_good();
    look.query = "office hours";
    ck_assert_str_eq(decide(), "the query that holds the backfill says: office hours");
    look.query = "";
    look.query_error = "relation \"x\" does not exist";
    ck_assert_str_eq(decide(),
                     "the query that holds the backfill failed: relation \"x\" does not exist");
}
END_TEST

START_TEST(slots_and_archives_hold_by_their_bytes)
{
    add_good();
    add(INB__HOLD_SLOT, "s", 1536 * MB, 0);
    ck_assert_str_eq(decide(),
                     "replication slot \"s\" is inactive and retains 1.5 GB of WAL (limit 1 GB)");
    limits.slot_bytes = 0;
    ck_assert_str_eq(decide(), "");
    add(INB__HOLD_ARCHIVE, "", 700 * MB, 0);
    ck_assert_str_eq(decide(), "700 MB of WAL are not archived (limit 672 MB)");
}
END_TEST

START_TEST(the_rate_of_the_WAL_is_that_between_two_looks)
{
    limits.wal_rate = 10 * MB;
    add_good();
    add(INB__HOLD_WAL, "", 1004 * MB, 0); /* 4 MB in half a second */
    ck_assert_str_eq(decide(), "");
    ck_assert(verdict.utilization > 0.79 && verdict.utilization < 0.81);
    look_begin();
    add_good();
    add(INB__HOLD_WAL, "", 1014 * MB, 0);
    ck_assert_str_eq(decide(), "the server writes 20 MB of WAL a second (limit 10 MB)");
}
END_TEST

START_TEST(waiters_hold_at_the_second_look)
{
    add_good();
    look.waiters = 1;
    ck_assert_str_eq(decide(), "");
    look.waiters = 2;
    ck_assert_str_eq(decide(), "2 sessions wait for locks of the backfill, at two looks in a row");
    look.waiters = 0;
    ck_assert_str_eq(decide(), "");
    look.waiters = 1;
    ck_assert_str_eq(decide(), "");
}
END_TEST

START_TEST(an_old_snapshot_holds_after_its_limit)
{
    add_good();
    add(INB__HOLD_OLD, "session 7", 12, 3599000);
    ck_assert_str_eq(decide(), "");
    look.readings.v[look.readings.n - 1].ms = 7200000;
    ck_assert_str_eq(decide(),
                     "session 7 has kept VACUUM from removing old rows for 2 h (limit 1 h)");
}
END_TEST

START_TEST(a_foreign_VACUUM_is_waited_for_and_not_for_ever)
{
    add_good();
    add(INB__HOLD_VACUUM, "t", 77, 15000);
    ck_assert_str_eq(decide(),
                     "VACUUM of t has been running for 15 s (process 77, waited for until 2 min)");
    look.readings.v[look.readings.n - 1].ms = 120000;
    ck_assert_str_eq(decide(), "");
}
END_TEST

START_TEST(a_limit_of_zero_is_not_looked_at)
{
    limits = (inb__hold_limits){0};
    add(INB__HOLD_STANDBY, "a", -1, 0);
    add(INB__HOLD_SLOT, "s", 1024 * 1024 * MB, 0);
    add(INB__HOLD_ARCHIVE, "", 1024 * 1024 * MB, 0);
    add(INB__HOLD_OLD, "s", 1, 1000000000);
    add(INB__HOLD_VACUUM, "t", 1, 0);
    ck_assert_str_eq(decide(), "");
    ck_assert(verdict.utilization == 0);
}
END_TEST

START_TEST(amounts_are_read_at_a_glance)
{
    ck_assert_str_eq(inb__amount_bytes(0).text, "0 bytes");
    ck_assert_str_eq(inb__amount_bytes(1536).text, "1.5 kB");
    ck_assert_str_eq(inb__amount_bytes(64 * MB).text, "64 MB");
    ck_assert_str_eq(inb__amount_bytes(2 * 1024 * MB).text, "2 GB");
    ck_assert_str_eq(inb__amount_ms(250).text, "250 ms");
    ck_assert_str_eq(inb__amount_ms(90000).text, "1.5 min");
    ck_assert_str_eq(inb__amount_count(0).text, "0");
    ck_assert_str_eq(inb__amount_count(999).text, "999");
    ck_assert_str_eq(inb__amount_count(12345678).text, "12 345 678");
    ck_assert_str_eq(inb__amount_count(-123456).text, "-123 456");
    static const struct {
        const char *text;
        int64_t bytes; /* -1: none */
    } cases[] = {{"0", 0},        {"100", 100},         {"64MB", 64 * MB}, {"64 mb", 64 * MB},
                 {"1.5kB", 1536}, {"2TB", 2 * MB * MB}, {"", -1},          {"MB", -1},
                 {"1x", -1},      {"-1", -1},           {"1.2.3", -1},     {"9999999999TB", -1}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t bytes = -1;
        bool is_good = inb__amount_bytes_parse(&bytes, cases[i].text);
        ck_assert_msg(is_good == (cases[i].bytes >= 0), "%s", cases[i].text);
        ck_assert_msg(!is_good || bytes == cases[i].bytes, "%s", cases[i].text);
    }
}
END_TEST

START_TEST(the_lines_say_what_there_is)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    inb__backfill_progress p = {.name = "b",
                                .rows = 1200000,
                                .looked = 1234567,
                                .estimate = 2000000,
                                .batches = 300,
                                .wal = 1536 * MB,
                                .size = 4800,
                                .elapsed_us = 48 * SECOND,
                                .leaf = "t",
                                .hold = ""};
    inb__backfill_view view = {.progress = &p, .rate = 43000.2, .left_ms = 18345, .held = ""};
    inb__backfill_line(&out, &view);
    ck_assert_str_eq(inb__buf_text(&out),
                     "backfill \"b\": 1 234 567 of about 2 000 000 rows (61 %), 1 200 000 changed, "
                     "43 000 a second, 18 s left, batches of 4 800");
    inb__buf_clear(&out);
    p.estimate = -1;
    p.looked = p.rows = 1;
    p.pass = 2;
    p.failed = 3;
    p.hold = "standby \"a\" is gone";
    view.rate = 0;
    view.left_ms = -1;
    inb__backfill_line(&out, &view);
    ck_assert_str_eq(inb__buf_text(&out), "backfill \"b\": 1 row in pass 2, 1 changed, batches of "
                                          "4 800, 3 refused; holds: standby \"a\" is gone");
    inb__buf_clear(&out);
    inb__backfill_final(&out, &view);
    ck_assert_str_eq(inb__buf_text(&out), "backfill \"b\": 1 row in 300 batches, 1.5 GB of WAL, 48 "
                                          "s, 3 rows refused");
    inb__buf_clear(&out);
    p.held_us = 15 * SECOND;
    p.failed = 1;
    p.batches = 1;
    p.rows = 0;
    view.vacuums = 7;
    view.held = "12 s for the lag of a standby";
    inb__backfill_final(&out, &view);
    ck_assert_str_eq(
        inb__buf_text(&out),
        "backfill \"b\": 0 rows in 1 batch, 1.5 GB of WAL, 48 s, 7 VACUUM in step, held "
        "15 s (12 s for the lag of a standby), 1 row refused");
}
END_TEST

START_TEST(metrics_have_one_type_line_each_and_escaped_labels)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    inb__backfill_progress p = {
        .name = "a\"\\b", .rows = 1234567890123, .estimate = -1, .held_us = 1500000, .hold = "x"};
    inb__backfill_view view = {.progress = &p, .rate = 0.5};
    inb__backfill_sample samples[2] = {inb__backfill_sample_of(&view)};
    p.name = "c";
    p.hold = "";
    view.done = true;
    samples[1] = inb__backfill_sample_of(&view);
    inb__backfill_metrics_write(&out, samples, 2);
    const char *text = inb__buf_text(&out);
    ck_assert_ptr_nonnull(strstr(text, "# TYPE inboard_backfill_rows_total counter\n"
                                       "inboard_backfill_rows_total{migration=\"a\\\"\\\\b\"} "
                                       "1234567890123\n"
                                       "inboard_backfill_rows_total{migration=\"c\"} "));
    ck_assert_ptr_nonnull(strstr(text, "inboard_backfill_estimated_rows{migration=\"c\"} -1\n"));
    ck_assert_ptr_nonnull(strstr(text, "held_seconds_total{migration=\"c\"} 1.5\n"));
    ck_assert_ptr_nonnull(strstr(text, "inboard_backfill_done{migration=\"c\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(text, "inboard_backfill_holds{migration=\"c\"} 0\n"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backfill_holds");
    TCase *tests = tcase_create("holds");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, bytes_hold_though_the_clock_says_nothing);
    tcase_add_test(tests, the_clock_counts_only_where_bytes_are_behind);
    tcase_add_test(tests, a_standby_that_is_gone_holds);
    tcase_add_test(tests, standbys_of_one_name_are_counted);
    tcase_add_test(tests, one_that_is_ignored_may_be_behind_and_go);
    tcase_add_test(tests, a_reading_that_is_gone_holds);
    tcase_add_test(tests, one_that_was_never_there_does_not);
    tcase_add_test(tests, what_the_user_asks_holds_and_so_does_its_failure);
    tcase_add_test(tests, slots_and_archives_hold_by_their_bytes);
    tcase_add_test(tests, the_rate_of_the_WAL_is_that_between_two_looks);
    tcase_add_test(tests, waiters_hold_at_the_second_look);
    tcase_add_test(tests, an_old_snapshot_holds_after_its_limit);
    tcase_add_test(tests, a_foreign_VACUUM_is_waited_for_and_not_for_ever);
    tcase_add_test(tests, a_limit_of_zero_is_not_looked_at);
    tcase_add_test(tests, amounts_are_read_at_a_glance);
    tcase_add_test(tests, the_lines_say_what_there_is);
    tcase_add_test(tests, metrics_have_one_type_line_each_and_escaped_labels);
    suite_add_tcase(suite, tests);
    return inb_check_main(suite);
}

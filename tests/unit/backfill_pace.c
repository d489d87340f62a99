/* The pace of a backfill on a server that is a formula: a batch takes so long, and so much a row.
 */
#include "config.h"

#include "backfill/eta.h"
#include "backfill/pace.h"
#include "check_main.h"

#define TARGET_MS 100
#define TARGET_US (TARGET_MS * 1000)

typedef struct server {
    int64_t fixed_us;   /* of a batch: round trip and commit */
    double row_us;      /* of a row */
    int64_t row_wal;    /* bytes */
    unsigned noise_pct; /* a batch takes up to this much longer */
    uint32_t random;
} server;

static inb__pace pace;

static void setup(void)
{
    inb__pace_init(&pace, TARGET_MS);
}

static int64_t server_time(server *s, int64_t rows)
{
    s->random = s->random * 1664525u + 1013904223u;
    double us = (double)s->fixed_us + s->row_us * (double)rows;
    return (int64_t)(us * (1 + (double)(s->random >> 16) / 65536 * s->noise_pct / 100));
}

/* Runs n batches and gives the longest. */
static int64_t batches_run(server *s, int n)
{
    int64_t longest = 0;
    for (int i = 0; i < n; i++) {
        int64_t rows = pace.rows;
        int64_t us = server_time(s, rows);
        longest = us > longest ? us : longest;
        inb__pace_batch(&pace, rows, us, rows * s->row_wal);
        ck_assert(pace.rows >= INB__PACE_LEAST_ROWS && pace.rows <= INB__PACE_MOST_ROWS);
        ck_assert(pace.rows <= rows * 3 / 2 || pace.rows <= 4 * INB__PACE_LEAST_ROWS ||
                  rows == INB__PACE_LEAST_ROWS);
    }
    return longest;
}

START_TEST(the_size_grows_by_a_half_until_a_batch_takes_the_target)
{
    server s = {.fixed_us = 2000, .row_us = 20, .row_wal = 600};
    ck_assert_int_eq(pace.rows, INB__PACE_FIRST_ROWS);
    batches_run(&s, 1);
    ck_assert_int_eq(pace.rows, INB__PACE_FIRST_ROWS * 3 / 2);
    int64_t longest = batches_run(&s, 100);
    ck_assert(longest <= TARGET_US * 12 / 10);
    ck_assert(pace.rows > 4000 && pace.rows < 5500);
}
END_TEST

START_TEST(noise_leaves_it_within_twice_the_target)
{
    server s = {.fixed_us = 2000, .row_us = 20, .row_wal = 600, .noise_pct = 100};
    batches_run(&s, 50);
    int64_t longest = batches_run(&s, 500);
    ck_assert(longest < 2 * TARGET_US);
    ck_assert(pace.rows > 1500);
}
END_TEST

START_TEST(rows_ten_times_as_wide_are_a_matter_of_one_batch)
{
    server s = {.fixed_us = 2000, .row_us = 20, .row_wal = 600};
    batches_run(&s, 60);
    s.row_us *= 10;
    int64_t before = pace.rows;
    batches_run(&s, 1); /* ten times the target */
    ck_assert_int_eq(pace.rows, before / 10);
    ck_assert(batches_run(&s, 100) <= 2 * TARGET_US);
    ck_assert(pace.rows > 350);
    s.row_us /= 10;
    batches_run(&s, 20);
    ck_assert(pace.rows > 4000);
}
END_TEST

START_TEST(a_second_batch_that_was_cut_before_divides_by_ten_once)
{
    pace.rows = 5000;
    inb__pace_batch(&pace, 5000, 6 * TARGET_US, 0);
    ck_assert_int_eq(pace.rows, 500);
    inb__pace_batch(&pace, 5000, 6 * TARGET_US, 0);
    ck_assert_int_eq(pace.rows, 500);
}
END_TEST

START_TEST(load_that_goes_does_not_leave_it_at_the_floor)
{
    server s = {.fixed_us = 2000, .row_us = 20, .row_wal = 600};
    batches_run(&s, 60);
    server loaded = {.fixed_us = 90000, .row_us = 4000, .row_wal = 600, .noise_pct = 50};
    batches_run(&loaded, 60); /* 20 s */
    ck_assert_int_le(pace.rows, 4 * INB__PACE_LEAST_ROWS);
    ck_assert(!inb__pace_is_pinned(&pace)); /* it is the rows */
    batches_run(&s, 25);
    ck_assert(pace.rows > 4000);
    ck_assert(batches_run(&s, 100) <= TARGET_US * 12 / 10);
}
END_TEST

START_TEST(a_commit_that_is_slower_than_the_target_does_not_pin_it)
{
    server s = {.fixed_us = 300000, .row_us = 20, .row_wal = 60};
    batches_run(&s, 200);
    ck_assert(inb__pace_is_pinned(&pace));
    ck_assert_int_gt(pace.rows > pace.resume_rows ? pace.rows : pace.resume_rows, 5000);
    s.fixed_us = 2000;
    batches_run(&s, 50);
    ck_assert(!inb__pace_is_pinned(&pace));
    ck_assert(batches_run(&s, 50) <= TARGET_US * 12 / 10);
}
END_TEST

START_TEST(WAL_is_a_second_limit)
{
    server s = {.fixed_us = 100, .row_us = 0.5, .row_wal = 8192};
    batches_run(&s, 60);
    ck_assert(pace.rows <= INB__PACE_WAL_BYTES / 8192 * 11 / 10);
    ck_assert(pace.rows >= INB__PACE_WAL_BYTES / 8192 * 8 / 10);
    s.row_wal = 0; /* nothing there to be changed */
    batches_run(&s, 60);
    ck_assert_int_eq(pace.rows, INB__PACE_MOST_ROWS);
}
END_TEST

START_TEST(the_end_of_a_table_says_nothing)
{
    pace.rows = 5000;
    inb__pace_batch(&pace, 3, 5000, 2000);
    ck_assert_int_eq(pace.rows, 5000);
    inb__pace_batch(&pace, 0, 5000, 0);
    ck_assert_int_eq(pace.rows, 5000);
    inb__pace_batch(&pace, 2000, 3 * TARGET_US, 2000); /* but this is too long for so few */
    ck_assert(pace.rows < 1000);
}
END_TEST

START_TEST(one_slow_batch_of_ten_is_forgiven)
{
    server s = {.fixed_us = 0, .row_us = 20, .row_wal = 600};
    batches_run(&s, 60);
    int64_t settled = pace.rows;
    inb__pace_batch(&pace, settled, 3 * TARGET_US, settled * 600);
    ck_assert_int_ge(pace.rows, settled * 9 / 10);
    inb__pace_batch(&pace, settled, 3 * TARGET_US, settled * 600);
    ck_assert_int_le(pace.rows, settled / 2);
}
END_TEST

START_TEST(giving_way_halves_down_to_the_floor)
{
    inb__pace_give_way(&pace);
    ck_assert_int_eq(pace.rows, INB__PACE_FIRST_ROWS / 2);
    for (int i = 0; i < 10; i++) {
        inb__pace_give_way(&pace);
    }
    ck_assert_int_eq(pace.rows, INB__PACE_LEAST_ROWS);
}
END_TEST

START_TEST(a_limit_of_the_callers_on_the_rows_holds)
{
    server s = {.row_us = 1};
    inb__pace_most(&pace, 20);
    ck_assert_int_eq(pace.rows, 20);
    inb__pace_batch(&pace, 20, server_time(&s, 20), 0);
    ck_assert_int_eq(pace.rows, 20);
    inb__pace_most(&pace, 0);
    inb__pace_batch(&pace, 20, server_time(&s, 20), 0);
    ck_assert_int_eq(pace.rows, INB__PACE_LEAST_ROWS);
}
END_TEST

START_TEST(another_target_is_followed)
{
    server s = {.fixed_us = 1000, .row_us = 20, .row_wal = 600};
    batches_run(&s, 60);
    inb__pace_target(&pace, 20);
    batches_run(&s, 20);
    ck_assert(pace.rows > 700 && pace.rows < 1100);
    inb__pace_target(&pace, 0);
    batches_run(&s, 1);
    ck_assert_int_ge(pace.target_us, 1000);
}
END_TEST

START_TEST(the_pause_grows_towards_the_limit)
{
    ck_assert_int_eq(inb__pace_pause_us(100000, 0), 0);
    ck_assert_int_eq(inb__pace_pause_us(100000, 0.4), 0);
    ck_assert_int_eq((inb__pace_pause_us(100000, 0.7) + 500) / 1000, 100);
    int64_t before = 0;
    for (int pct = 41; pct <= 120; pct++) {
        int64_t pause = inb__pace_pause_us(100000, pct / 100.0);
        ck_assert_int_ge(pause, before);
        ck_assert_int_le(pause, 2000000);
        before = pause;
    }
    ck_assert_int_eq(before, 2000000);
}
END_TEST

/*
 * A standby that replays a third of what the backfill can write: the pause keeps it below the limit
 * without a hold, and the backfill goes at the standby's rate.
 */
START_TEST(a_slower_standby_is_followed_without_stopping)
{
    double behind = 0, limit = 64e6, replay_per_us = 8;
    int64_t elapsed = 0, written = 0;
    while (elapsed < 120000000) {
        int64_t us = TARGET_US;
        int64_t bytes = us * 24;
        int64_t pause = inb__pace_pause_us(us, behind / limit);
        behind += (double)bytes - replay_per_us * (double)(us + pause);
        behind = behind < 0 ? 0 : behind;
        elapsed += us + pause;
        written += bytes;
        ck_assert(behind < limit);
    }
    ck_assert((double)written > replay_per_us * (double)elapsed * 0.95);
}
END_TEST

START_TEST(what_is_left_is_told_without_the_holds)
{
    inb__eta eta = {0};
    int64_t at = 1000, held = 0, looked = 0;
    inb__eta_tell(&eta, at, held, looked);
    ck_assert_int_eq(inb__eta_left_ms(&eta, 1000000), -1);
    for (int i = 0; i < 100; i++) { /* 10,000 a second, held for a half of the time */
        at += 1000000;
        held += 500000;
        looked += 5000;
        inb__eta_tell(&eta, at, held, looked);
    }
    ck_assert(eta.rate > 9999 && eta.rate < 10001);
    ck_assert_int_eq(inb__eta_left_ms(&eta, 1000000), 50000);
    ck_assert_int_eq(inb__eta_left_ms(&eta, 1000), 0);
    ck_assert_int_eq(inb__eta_left_ms(&eta, -1), -1);
    for (int i = 0; i < 60; i++) { /* half as fast for a minute */
        at += 1000000;
        looked += 5000;
        inb__eta_tell(&eta, at, held, looked);
    }
    ck_assert(eta.rate > 5000 && eta.rate < 6500);
    inb__eta_tell(&eta, at + 1, held, 10); /* another pass */
    ck_assert_int_eq(inb__eta_left_ms(&eta, 1000), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backfill_pace");
    TCase *tests = tcase_create("pace");
    tcase_add_checked_fixture(tests, setup, NULL);
    tcase_add_test(tests, the_size_grows_by_a_half_until_a_batch_takes_the_target);
    tcase_add_test(tests, noise_leaves_it_within_twice_the_target);
    tcase_add_test(tests, rows_ten_times_as_wide_are_a_matter_of_one_batch);
    tcase_add_test(tests, a_second_batch_that_was_cut_before_divides_by_ten_once);
    tcase_add_test(tests, load_that_goes_does_not_leave_it_at_the_floor);
    tcase_add_test(tests, a_commit_that_is_slower_than_the_target_does_not_pin_it);
    tcase_add_test(tests, WAL_is_a_second_limit);
    tcase_add_test(tests, the_end_of_a_table_says_nothing);
    tcase_add_test(tests, one_slow_batch_of_ten_is_forgiven);
    tcase_add_test(tests, giving_way_halves_down_to_the_floor);
    tcase_add_test(tests, a_limit_of_the_callers_on_the_rows_holds);
    tcase_add_test(tests, another_target_is_followed);
    tcase_add_test(tests, the_pause_grows_towards_the_limit);
    tcase_add_test(tests, a_slower_standby_is_followed_without_stopping);
    tcase_add_test(tests, what_is_left_is_told_without_the_holds);
    suite_add_tcase(suite, tests);
    return inb_check_main(suite);
}

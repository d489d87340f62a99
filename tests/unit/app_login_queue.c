/* Turns between clients that sign in. */
#include "config.h"

#include "app/login_queue.h"
#include "check_main.h"

#include <stdio.h>

static app_login_queue queue;
static app_login_wait waits[1024];
static int used;

static void setup(void)
{
    queue = (app_login_queue){.checks_most = 1};
    used = 0;
}

static bool put(const char *client)
{
    waits[used] = (app_login_wait){.client = client, .owner = &waits[used]};
    return app_login_queue_put(&queue, &waits[used++]);
}

/* The next client, whose check is over at once; "-" when none waits. */
static const char *next(void)
{
    app_login_wait *w = app_login_queue_take(&queue);
    if (!w) {
        return "-";
    }
    ck_assert_ptr_eq(w->owner, w);
    app_login_queue_done(&queue, w);
    return w->client;
}

static void expect(const char *order)
{
    char got[256] = "";
    for (size_t i = 0; i < strlen(order); i++) {
        strcat(got, next());
    }
    ck_assert_str_eq(got, order);
}

START_TEST(one_client_is_first_in_first_out)
{
    for (int i = 0; i < 3; i++) {
        put("a");
    }
    for (int i = 0; i < 3; i++) {
        app_login_wait *w = app_login_queue_take(&queue);
        ck_assert_ptr_eq(w, &waits[i]);
        app_login_queue_done(&queue, w);
    }
    ck_assert_str_eq(next(), "-");
}
END_TEST

START_TEST(clients_take_turns)
{
    for (int i = 0; i < 4; i++) {
        put("a");
    }
    put("b");
    put("b");
    put("c");
    expect("abcabaa-");
}
END_TEST

START_TEST(a_flood_costs_a_newcomer_one_turn)
{
    for (int i = 0; i < APP_LOGINS_CLIENT_MOST; i++) {
        put("f");
    }
    expect("fff");
    put("n");
    expect("nf");
    put("n");
    expect("nf");
}
END_TEST

START_TEST(a_client_that_is_being_checked_waits_for_the_others)
{
    put("a");
    app_login_wait *w = app_login_queue_take(&queue);
    put("a");
    put("b");
    app_login_queue_done(&queue, w);
    expect("ba-");
}
END_TEST

START_TEST(so_many_are_checked_at_once)
{
    queue.checks_most = 2;
    put("a");
    put("b");
    put("c");
    app_login_wait *first = app_login_queue_take(&queue);
    ck_assert_ptr_nonnull(app_login_queue_take(&queue));
    ck_assert_ptr_null(app_login_queue_take(&queue));
    app_login_queue_done(&queue, first);
    ck_assert_str_eq(app_login_queue_take(&queue)->client, "c");
}
END_TEST

START_TEST(a_client_cannot_fill_the_queue)
{
    for (int i = 0; i < APP_LOGINS_CLIENT_MOST; i++) {
        ck_assert(put("f"));
    }
    ck_assert(!put("f"));
    ck_assert(put("n"));
    static char names[APP_LOGINS_MOST][8];
    int taken = 0;
    for (int i = 0; i < APP_LOGINS_MOST; i++) {
        snprintf(names[i], sizeof(names[i]), "%d", i);
        taken += put(names[i]);
    }
    ck_assert_int_eq(taken, APP_LOGINS_MOST - APP_LOGINS_CLIENT_MOST - 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("app_login_queue");
    TCase *tc = tcase_create("turns");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, one_client_is_first_in_first_out);
    tcase_add_test(tc, clients_take_turns);
    tcase_add_test(tc, a_flood_costs_a_newcomer_one_turn);
    tcase_add_test(tc, a_client_that_is_being_checked_waits_for_the_others);
    tcase_add_test(tc, so_many_are_checked_at_once);
    tcase_add_test(tc, a_client_cannot_fill_the_queue);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

#include "config.h"

#include "app/login_limit.h"
#include "check_main.h"

#include <stdio.h>

#define SECOND 1000000ll
#define MOST 10
#define EMAIL "owner@example.com"

static app_login_limit tries;
static int64_t now;

static void setup(void)
{
    tries = (app_login_limit){0};
    now = 1000 * SECOND;
    ck_assert_int_eq(app_login_limit_init(&tries, MOST, NULL), 0);
    /* One in 4,096 salts puts two of these accounts into one slot, and forgets the first. */
    snprintf(tries.salt, sizeof(tries.salt), "salt");
}

/* The n-th address of as many as one likes. */
static const char *address(unsigned n)
{
    static char text[32];
    snprintf(text, sizeof(text), "10.%u.%u.%u", n >> 16, n >> 8 & 255, n & 255);
    return text;
}

static int try(const char *email, unsigned from)
{
    return app_login_limit_take(&tries, email, address(from), now);
}

static void sign_in(const char *email, unsigned from)
{
    ck_assert_int_eq(try(email, from), 0);
    app_login_limit_forgive(&tries, email, address(from), now);
}

START_TEST(an_address_has_its_tries_and_one_more_each_period)
{
    for (int i = 0; i < MOST; i++) {
        ck_assert_int_eq(try(EMAIL, 1), 0);
    }
    ck_assert_int_eq(try(EMAIL, 1), 30);
    ck_assert_int_eq(try("OWNER@example.com", 1), 30);
    ck_assert_int_eq(try("another@example.com", 1), 0);
    ck_assert_int_eq(try(EMAIL, 2), 0);
    now += 29 * SECOND;
    ck_assert_int_eq(try(EMAIL, 1), 1);
    now += SECOND;
    ck_assert_int_eq(try(EMAIL, 1), 0);
    ck_assert_int_eq(try(EMAIL, 1), 30);
}
END_TEST

START_TEST(a_right_password_costs_nothing)
{
    for (int i = 0; i < 20 * MOST; i++) {
        sign_in(EMAIL, 1);
    }
    for (unsigned i = 0; i < 20 * MOST; i++) {
        sign_in(EMAIL, 100 + i);
    }
}
END_TEST

/* Uses up what strangers have for the account, one try an address. */
static void guess(const char *email)
{
    for (unsigned i = 0; i < MOST * APP_LOGIN_LIMIT_ACCOUNT; i++) {
        ck_assert_int_eq(try(email, 1000 + i), 0);
    }
    ck_assert_int_eq(try(email, 5000), 300);
}

START_TEST(many_addresses_do_not_help)
{
    guess(EMAIL);
    ck_assert_int_eq(try("another@example.com", 5000), 0);
    now += 300 * SECOND;
    ck_assert_int_eq(try(EMAIL, 5001), 0);
    ck_assert_int_gt(try(EMAIL, 5002), 290);
    /* All of them are back when each has had its five minutes. */
    now += MOST * APP_LOGIN_LIMIT_ACCOUNT * 300 * SECOND;
    guess(EMAIL);
}
END_TEST

START_TEST(a_guesser_does_not_lock_the_owner_out)
{
    sign_in(EMAIL, 7);
    guess(EMAIL);
    sign_in(EMAIL, 7);
    ck_assert_int_eq(try(EMAIL, 5000), 300); /* that sign-in gave the guesser nothing back */
    for (int i = 0; i < MOST; i++) {
        ck_assert_int_eq(try(EMAIL, 7), 0);
    }
    ck_assert_int_eq(try(EMAIL, 7), 30); /* an address that is known has the other limit still */
    ck_assert_int_eq(try(EMAIL, 5000), 300);
    now += 31 * 24 * 3600 * SECOND;
    guess(EMAIL);
    ck_assert_int_eq(try(EMAIL, 7), 300); /* after a month it is a stranger again */
}
END_TEST

/* One password on many accounts. */
START_TEST(an_address_has_a_limit_over_all_accounts)
{
    char email[64];
    sign_in(EMAIL, 1);
    for (int i = 0; i < MOST * APP_LOGIN_LIMIT_CLIENT; i++) {
        snprintf(email, sizeof(email), "user%d@example.com", i);
        ck_assert_int_eq(try(email, 1), 0);
    }
    ck_assert_int_eq(try("another@example.com", 1), 10);
    ck_assert_int_eq(try("another@example.com", 2), 0);
    sign_in(EMAIL, 1);
    now += 10 * SECOND;
    ck_assert_int_eq(try("another@example.com", 1), 0);
    ck_assert_int_eq(try("another@example.com", 1), 10);
}
END_TEST

START_TEST(right_passwords_use_nothing_up_over_all_accounts)
{
    char email[64];
    for (int i = 0; i < 5 * MOST * APP_LOGIN_LIMIT_CLIENT; i++) {
        snprintf(email, sizeof(email), "user%d@example.com", i);
        sign_in(email, 1);
    }
}
END_TEST

START_TEST(zero_is_no_limit)
{
    tries.most = 0;
    for (int i = 0; i < 10 * MOST * APP_LOGIN_LIMIT_ACCOUNT; i++) {
        ck_assert_int_eq(try(EMAIL, 1), 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("app_login_limit");
    TCase *all = tcase_create("tries");
    tcase_add_checked_fixture(all, setup, NULL);
    tcase_add_test(all, an_address_has_its_tries_and_one_more_each_period);
    tcase_add_test(all, a_right_password_costs_nothing);
    tcase_add_test(all, many_addresses_do_not_help);
    tcase_add_test(all, a_guesser_does_not_lock_the_owner_out);
    tcase_add_test(all, an_address_has_a_limit_over_all_accounts);
    tcase_add_test(all, right_passwords_use_nothing_up_over_all_accounts);
    tcase_add_test(all, zero_is_no_limit);
    suite_add_tcase(suite, all);
    return inb_check_main(suite);
}

/* The command line and the environment: what is taken, and what each refusal says. */
#include "config.h"

#include "app/settings.h"
#include "check_main.h"

#include <stdio.h>
#include <stdlib.h>

static app_settings settings;
static app_refusal refusal;

static void setup(void)
{
    clearenv();
    setenv("DATABASE_URL", "postgresql://localhost/db", 1);
    refusal = (app_refusal){0};
}

/* Reads a command line of up to four words; "" when it is taken, or the refusal. */
static const char *read_words(const char *const *words)
{
    char *argv[8] = {(char[]){"app"}};
    static char copies[4][64];
    int n = 1;
    for (; *words; words++, n++) {
        snprintf(copies[n - 1], sizeof(copies[n - 1]), "%s", *words);
        argv[n] = copies[n - 1];
    }
    refusal = (app_refusal){0};
    bool good = app_settings_read(&settings, n, argv, &refusal);
    ck_assert_int_eq(good, !*refusal.message);
    return refusal.message;
}

#define READ(...) read_words((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

START_TEST(without_arguments_it_serves)
{
    ck_assert_str_eq(READ(), "");
    ck_assert_int_eq(settings.mode, APP_MODE_SERVE);
    ck_assert_str_eq(settings.listen, "127.0.0.1:8080");
    ck_assert_int_eq(settings.connect_timeout_ms, 30000);
    ck_assert_int_eq(settings.workers, 4);
    ck_assert_ptr_null(settings.keyring);
}
END_TEST

START_TEST(each_mode_has_its_option)
{
    static const struct {
        const char *word;
        app_mode mode;
    } modes[] = {
        {"--migrate-only", APP_MODE_MIGRATE_ONLY},
        {"--check-schema", APP_MODE_CHECK_SCHEMA},
        {"--status", APP_MODE_STATUS},
        {"--seal=x", APP_MODE_SEAL},
        {"--rotate-keys", APP_MODE_ROTATE_KEYS},
        {"--version", APP_MODE_VERSION},
        {"--help", APP_MODE_HELP},
        {"-h", APP_MODE_HELP},
    };
    for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
        ck_assert_str_eq(READ(modes[i].word), "");
        ck_assert_int_eq(settings.mode, modes[i].mode);
    }
    ck_assert_str_eq(READ("--seal", "sap", "--json"), "");
    ck_assert_str_eq(settings.connector, "sap");
    ck_assert(settings.json);
    ck_assert_str_eq(READ("--wait=90"), "");
    ck_assert_int_eq(settings.wait_ms, 90000);
    ck_assert_str_eq(READ("--wait", "2m"), "");
    ck_assert_int_eq(settings.wait_ms, 120000);
}
END_TEST

START_TEST(wrong_words_are_named)
{
    ck_assert_str_eq(READ("--nope"), "unknown argument \"--nope\"");
    ck_assert_str_eq(READ("serve"), "unknown argument \"serve\"");
    ck_assert_str_eq(READ("--json", "serve"), "unknown argument \"serve\"");
    ck_assert_str_eq(READ("-x"), "unknown argument \"-x\"");
    ck_assert_str_eq(READ("--status=x"), "option \"--status\" takes no value");
    ck_assert_str_eq(READ("--seal"), "option \"--seal\" needs a value: CONNECTOR");
    ck_assert_str_eq(READ("--seal="), "option \"--seal\" needs a value: CONNECTOR");
    ck_assert_str_eq(READ("--wait=soon"), "option \"--wait\" does not take \"soon\"");
    ck_assert_str_eq(READ("--wait=-1"), "option \"--wait\" does not take \"-1\"");
    ck_assert_str_eq(READ("--status", "--check-schema"),
                     "option \"--check-schema\" excludes the other modes");
    ck_assert_str_eq(READ("--status", "--status"), "");
    ck_assert_str_eq(READ("--json"), "option \"--json\" needs a mode that ends");
}
END_TEST

START_TEST(variables_are_checked_by_their_kinds)
{
    setenv("WORKERS", "65", 1);
    ck_assert_str_eq(READ(), "WORKERS is out of range: \"65\"");
    ck_assert_str_eq(refusal.hint, "Give 1 to 64.");
    setenv("WORKERS", "4x", 1);
    ck_assert_str_eq(READ(), "WORKERS is not valid: \"4x\"");
    setenv("WORKERS", "+4", 1);
    ck_assert_str_eq(READ(), "WORKERS is not valid: \"+4\"");
    setenv("WORKERS", "99999999999999999999", 1);
    ck_assert_str_eq(READ(), "WORKERS is not valid: \"99999999999999999999\"");
    setenv("WORKERS", "", 1);
    ck_assert_str_eq(READ(), "");
    ck_assert_int_eq(settings.workers, 4);
    setenv("LOCK_TIMEOUT", "250ms", 1);
    ck_assert_str_eq(READ(), "");
    ck_assert_int_eq(settings.lock_timeout_ms, 250);
    setenv("LOCK_TIMEOUT", "0", 1);
    ck_assert_str_eq(READ(), "LOCK_TIMEOUT is out of range: \"0\"");
    setenv("LOCK_TIMEOUT", "abc", 1);
    ck_assert_str_eq(READ(), "LOCK_TIMEOUT is not valid: \"abc\"");
}
END_TEST

START_TEST(the_database_is_required_where_it_is_used)
{
    unsetenv("DATABASE_URL");
    ck_assert_str_eq(READ(), "DATABASE_URL is not set");
    ck_assert_str_eq(READ("--check-schema"), "DATABASE_URL is not set");
    ck_assert_int_eq(settings.mode, APP_MODE_CHECK_SCHEMA);
    ck_assert_str_eq(READ("--help"), "");
    ck_assert_str_eq(READ("--version"), "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("app_settings");
    TCase *tc = tcase_create("settings");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, without_arguments_it_serves);
    tcase_add_test(tc, each_mode_has_its_option);
    tcase_add_test(tc, wrong_words_are_named);
    tcase_add_test(tc, variables_are_checked_by_their_kinds);
    tcase_add_test(tc, the_database_is_required_where_it_is_used);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

/*
 * A program that was compiled with an older header works with this library: its structures are
 * smaller. It uses the shared library, as such a program does.
 */
#include "config.h"

#include "check_main.h"
#include "db.h"
#include "inboard.h"

/* As a header without the newest members had them. */
typedef struct older_conn_options {
    size_t size;
    const char *url;
    const char *application_name;
    int64_t connect_timeout_ms;
} older_conn_options;

typedef struct older_migrate_options {
    size_t size;
    const char *url;
    const char *direct_url;
    const char *application_name;
} older_migrate_options;

typedef struct older_summary {
    size_t size;
    size_t n_applied;
    int round_trips;
    int connections;
} older_summary;

typedef struct older_status_migration {
    size_t size;
    const char *name;
} older_status_migration;

/* As a header with another member has them. */
typedef struct newer_conn_options {
    inb_conn_options now;
    const char *later;
} newer_conn_options;

typedef struct newer_summary {
    inb_report_summary now;
    const char *later;
} newer_summary;

/* The empty table of a program without migrations: SHA-256 of nothing. */
static const inb_table table = {
    .format = INB_TABLE_FORMAT,
    .text_length = 1,
    .digest = {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
               0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
               0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55},
    .text = "",
};

static inb_db db;

static void up(void)
{
    inb_db_create(&db);
}

static void down(void)
{
    inb_db_drop(&db);
}

START_TEST(an_older_program_connects)
{
    older_conn_options options = {.size = sizeof(options),
                                  .url = db.url,
                                  .application_name = "older",
                                  .connect_timeout_ms = 120000};
    inb_conn *conn = NULL;
    inb_error *err = NULL;
    char name[64];
    int rc = inb_conn_open(&conn, (const inb_conn_options *)&options, &err);
    ck_assert_msg(rc == 0, "%s", inb_error_message(err));
    ck_assert_str_eq(
        inb_db_value(conn, "select current_setting('application_name')", name, sizeof(name)),
        "older");
    inb_conn_close(conn);
}
END_TEST

START_TEST(an_older_program_migrates_and_reads_what_it_knows)
{
    older_migrate_options options = {.size = sizeof(options), .url = db.url};
    const inb_migrate_options *given = (const inb_migrate_options *)&options;
    inb_report *report = NULL;
    inb_error *err = NULL;
    ck_assert_int_eq(inb_report_new(&report, NULL), 0);
    int rc = inb_migrate(&table, given, report, &err);
    ck_assert_msg(rc == 0, "%s", inb_error_message(err));
    struct {
        older_summary summary;
        char after[128];
    } result = {.summary = {.size = sizeof(result.summary)}};
    memset(result.after, 'x', sizeof(result.after));
    ck_assert_int_eq(inb_report_summarize(report, (inb_report_summary *)&result.summary), 0);
    ck_assert_int_eq(result.summary.connections, 1);
    for (size_t i = 0; i < sizeof(result.after); i++) {
        ck_assert_int_eq(result.after[i], 'x');
    }
    inb_report_free(report);

    inb_status *status = NULL;
    rc = inb_status_read(&status, &table, given, &err);
    ck_assert_msg(rc == 0, "%s", inb_error_message(err));
    older_status_migration m = {.size = sizeof(m)};
    ck_assert_int_eq(inb_status_at(status, 0, (inb_status_migration *)&m), INB_EINVAL);
    ck_assert_uint_eq(inb_status_bits(status), 0);
    inb_status_free(status);
}
END_TEST

START_TEST(a_newer_program_works_until_it_asks_for_what_is_newer)
{
    newer_conn_options options = {
        .now = {.size = sizeof(options), .url = db.url, .connect_timeout_ms = 120000}};
    inb_conn *conn = NULL;
    inb_error *err = NULL;
    int rc = inb_conn_open(&conn, &options.now, &err);
    ck_assert_msg(rc == 0, "%s", inb_error_message(err));
    inb_conn_close(conn);
    options.later = "x";
    ck_assert_int_eq(inb_conn_open(&conn, &options.now, &err), INB_EINVAL);
    ck_assert_ptr_nonnull(strstr(inb_error_message(err), "lacks"));
    inb_error_free(err);

    inb_report *report = NULL;
    ck_assert_int_eq(inb_report_new(&report, NULL), 0);
    newer_summary summary = {.now = {.size = sizeof(summary)}, .later = "x"};
    ck_assert_int_eq(inb_report_summarize(report, &summary.now), 0);
    ck_assert_ptr_null(summary.later);
    inb_report_free(report);
}
END_TEST

int main(int argc, char **argv)
{
    (void)argc;
    inb_db_main(argv);
    Suite *suite = suite_create("abi");
    TCase *sizes = tcase_create("sizes");
    tcase_add_checked_fixture(sizes, up, down);
    tcase_add_test(sizes, an_older_program_connects);
    tcase_add_test(sizes, an_older_program_migrates_and_reads_what_it_knows);
    tcase_add_test(sizes, a_newer_program_works_until_it_asks_for_what_is_newer);
    suite_add_tcase(suite, sizes);
    return inb_check_main(suite);
}

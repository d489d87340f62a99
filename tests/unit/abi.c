/*
 * What a program may rely on: every exported function takes NULL without harm, structures of the
 * caller have sizes, headers and library name the same version.
 */
#include "config.h"

#include "check_main.h"
#include "inboard.h"
#include "util/sized.h"

#include <stdio.h>
#include <string.h>

/* ---- NULL ------------------------------------------------------------------------------------ */

/* What a call with NULLs came to; detail and hint of the error are looked at as well. */
static bool refused(int rc, inb_error *err)
{
    bool ok = rc == INB_EINVAL && inb_error_code(err) == INB_EINVAL &&
              strstr(inb_error_message(err), "is NULL");
    if (!ok) {
        fprintf(stderr, "# %d: %s\n", rc, inb_error_message(err));
    }
    inb_error_free(err);
    return ok;
}

#define REFUSED(call)                                                                              \
    ({                                                                                             \
        inb_error *err = NULL;                                                                     \
        int rc = (call);                                                                           \
        refused(rc, err);                                                                          \
    })
#define EMPTY(call)                                                                                \
    ({                                                                                             \
        const char *text = (call);                                                                 \
        text &&*text == '\0';                                                                      \
    })
#define HARMLESS(call) ({ (call), true; })

static bool conn_open_null(void)
{
    inb_conn *conn = NULL;
    inb_conn_options options = {.size = sizeof(options), .url = "postgresql://h/d"};
    inb_conn_options no_url = {.size = sizeof(options)};
    inb_error *why = NULL;
    bool url = inb_conn_open(&conn, &no_url, &why) == INB_EINVAL && why && !conn;
    inb_error_free(why);
    return url && REFUSED(inb_conn_open(NULL, &options, &err)) &&
           REFUSED(inb_conn_open(&conn, NULL, &err)) && inb_conn_open(NULL, NULL, NULL) < 0;
}

static bool migrate_null(void)
{
    static const inb_table table = {.format = INB_TABLE_FORMAT};
    inb_migrate_options no_url = {.size = sizeof(no_url)};
    inb_error *why = NULL;
    bool url = inb_migrate(&table, &no_url, NULL, &why) == INB_EINVAL && why;
    inb_error_free(why);
    return url && REFUSED(inb_migrate(NULL, &no_url, NULL, &err)) &&
           REFUSED(inb_migrate(&table, NULL, NULL, &err)) &&
           inb_migrate(NULL, NULL, NULL, NULL) < 0;
}

static bool status_read_null(void)
{
    static const inb_table table = {.format = INB_TABLE_FORMAT};
    inb_migrate_options no_url = {.size = sizeof(no_url)};
    inb_status *status = NULL;
    inb_error *why = NULL;
    bool url = inb_status_read(&status, &table, &no_url, &why) == INB_EINVAL && why && !status;
    inb_error_free(why);
    return url && REFUSED(inb_status_read(NULL, &table, &no_url, &err)) &&
           REFUSED(inb_status_read(&status, NULL, &no_url, &err)) &&
           REFUSED(inb_status_read(&status, &table, NULL, &err));
}

static bool backfill_run_null(void)
{
    static const inb_table table = {.format = INB_TABLE_FORMAT};
    inb_migrate_options no_url = {.size = sizeof(no_url)};
    return REFUSED(inb_backfill_run(NULL, &no_url, NULL, &err)) &&
           REFUSED(inb_backfill_run(&table, NULL, NULL, &err)) &&
           REFUSED(inb_backfill_retry(NULL, &no_url, NULL, &err)) &&
           REFUSED(inb_backfill_retry(&table, NULL, NULL, &err));
}

static bool backfill_wish_null(void)
{
    static const inb_table table = {.format = INB_TABLE_FORMAT};
    inb_migrate_options no_url = {.size = sizeof(no_url)};
    inb_backfill_settings settings = {.size = sizeof(settings)};
    return REFUSED(inb_backfill_pause(NULL, &no_url, "a", "", &err)) &&
           REFUSED(inb_backfill_pause(&table, NULL, "a", "", &err)) &&
           REFUSED(inb_backfill_pause(&table, &no_url, NULL, "", &err)) &&
           REFUSED(inb_backfill_resume(&table, &no_url, NULL, "", &err)) &&
           REFUSED(inb_backfill_abandon(&table, &no_url, NULL, "", &err)) &&
           REFUSED(inb_backfill_set(NULL, &no_url, "a", &settings, &err)) &&
           REFUSED(inb_backfill_set(&table, NULL, "a", &settings, &err)) &&
           REFUSED(inb_backfill_set(&table, &no_url, NULL, &settings, &err)) &&
           REFUSED(inb_backfill_set(&table, &no_url, "a", NULL, &err));
}

static bool backfill_status_null(void)
{
    static const inb_table table = {.format = INB_TABLE_FORMAT};
    inb_migrate_options no_url = {.size = sizeof(no_url)};
    inb_backfill_list *list = NULL;
    return REFUSED(inb_backfill_status(NULL, &table, &no_url, &err)) &&
           REFUSED(inb_backfill_status(&list, NULL, &no_url, &err)) &&
           REFUSED(inb_backfill_status(&list, &table, NULL, &err)) && !list;
}

static bool digest_hex_null(void)
{
    char out[INB_DIGEST_HEX_BYTES] = "x";
    inb_digest_hex(NULL, "a", 1);
    inb_digest_hex(out, NULL, 1);
    bool empty = *out == '\0';
    inb_digest_hex(out, NULL, 0);
    return empty && strncmp(out, "e3b0c442", 8) == 0;
}

static bool duration_null(void)
{
    int64_t ms;
    return REFUSED(inb_duration_parse(NULL, "1s", &err)) &&
           REFUSED(inb_duration_parse(&ms, NULL, &err));
}

static bool error_wrap_null(void)
{
    inb_error *err = NULL;
    int (*wrap)(inb_error **, int, const char *, ...) = inb_error_wrap;
    void (*hint)(inb_error **, const char *, ...) = inb_error_set_hint;
    bool ok = inb_error_wrap(NULL, INB_ESQL, "%s", "x") == INB_ESQL &&
              wrap(NULL, INB_ESQL, NULL) == INB_ESQL && wrap(&err, INB_ESQL, NULL) == INB_ESQL &&
              *inb_error_message(err);
    hint(&err, NULL);
    ok = ok && EMPTY(inb_error_hint(err));
    inb_error_free(err);
    return ok;
}

static bool error_set_hint_null(void)
{
    inb_error *err = NULL;
    inb_error_set_hint(NULL, "%s", "x");
    inb_error_set_hint(&err, "%s", "x");
    return err == NULL;
}

static bool keyring_load_null(void)
{
    inb_keyring *keyring = NULL;
    return REFUSED(inb_keyring_load(NULL, "file", &err)) &&
           REFUSED(inb_keyring_load(&keyring, NULL, &err));
}

static bool secret_new_null(void)
{
    inb_secret *secret = NULL;
    inb_error *why = NULL;
    bool empty = inb_secret_new(&secret, NULL, 0, &why) == 0 && inb_secret_length(secret) == 0;
    inb_secret_free(secret);
    return empty && REFUSED(inb_secret_new(NULL, "a", 1, &err)) &&
           REFUSED(inb_secret_new(&secret, NULL, 1, &err));
}

/* The sealing functions look at their arguments before they look into them. */
static bool seal_null(void)
{
    char *out = NULL;
    const inb_keyring *keyring = (const inb_keyring *)&out;
    const inb_secret *value = (const inb_secret *)&out;
    return REFUSED(inb_seal(NULL, keyring, "i", value, &err)) &&
           REFUSED(inb_seal(&out, NULL, "i", value, &err)) &&
           REFUSED(inb_seal(&out, keyring, NULL, value, &err)) &&
           REFUSED(inb_seal(&out, keyring, "i", NULL, &err));
}

static bool unseal_null(void)
{
    inb_secret *out = NULL;
    const inb_keyring *keyring = (const inb_keyring *)&out;
    return REFUSED(inb_unseal(NULL, keyring, "i", "{}", &err)) &&
           REFUSED(inb_unseal(&out, NULL, "i", "{}", &err)) &&
           REFUSED(inb_unseal(&out, keyring, NULL, "{}", &err)) &&
           REFUSED(inb_unseal(&out, keyring, "i", NULL, &err));
}

static bool unseal_each_null(void)
{
    return REFUSED(inb_unseal_each(NULL, NULL, NULL, "SELECT 1", NULL, NULL, &err));
}

static bool reseal_null(void)
{
    char *out = NULL;
    const inb_keyring *keyring = (const inb_keyring *)&out;
    return REFUSED(inb_reseal(NULL, keyring, "i", "{}", &err)) &&
           REFUSED(inb_reseal(&out, NULL, "i", "{}", &err)) &&
           REFUSED(inb_reseal(&out, keyring, NULL, "{}", &err)) &&
           REFUSED(inb_reseal(&out, keyring, "i", NULL, &err));
}

static bool password_hash_null(void)
{
    char out[INB_PASSWORD_HASH_BYTES];
    return REFUSED(inb_password_hash(NULL, "a", 1, &err)) &&
           REFUSED(inb_password_hash(out, NULL, 1, &err));
}

static bool conn_exec_null(void)
{
    inb_conn *conn = (inb_conn *)&conn;
    return REFUSED(inb_conn_exec(NULL, "select 1", 0, NULL, NULL, &err)) &&
           REFUSED(inb_conn_exec(conn, NULL, 0, NULL, NULL, &err)) &&
           REFUSED(inb_conn_exec(conn, "select $1", 1, NULL, NULL, &err));
}

static bool smoke_run_null(void)
{
    inb_conn *conn = (inb_conn *)&conn;
    static const inb_smoke_check nameless = {0};
    static const inb_smoke_check empty = {.name = "x"};
    return REFUSED(inb_smoke_run(NULL, NULL, 0, NULL, NULL, &err)) &&
           REFUSED(inb_smoke_run(conn, NULL, 1, NULL, NULL, &err)) &&
           REFUSED(inb_smoke_run(conn, &nameless, 1, NULL, NULL, &err)) &&
           REFUSED(inb_smoke_run(conn, &empty, 1, NULL, NULL, &err));
}

static bool report_null(void)
{
    inb_report *report = NULL;
    inb_report_summary summary = {.size = sizeof(summary)};
    inb_report_migration migration = {.size = sizeof(migration)};
    inb_report_statement statement = {.size = sizeof(statement)};
    ck_assert_int_eq(inb_report_new(&report, NULL), 0);
    bool ok = inb_report_summarize(NULL, &summary) == INB_EINVAL &&
              inb_report_summarize(report, NULL) == INB_EINVAL &&
              inb_report_migration_at(NULL, 0, &migration) == INB_EINVAL &&
              inb_report_migration_at(report, 0, NULL) == INB_EINVAL &&
              inb_report_statement_at(NULL, 0, 0, &statement) == INB_EINVAL &&
              inb_report_statement_at(report, 0, 0, NULL) == INB_EINVAL;
    inb_report_free(report);
    return ok;
}

static bool status_at_null(void)
{
    inb_status_migration m = {.size = sizeof(m)};
    return inb_status_at(NULL, 0, &m) == INB_EINVAL && inb_status_at(NULL, 0, NULL) == INB_EINVAL;
}

#define CALL(name, expression)                                                                     \
    static bool name##_call(void)                                                                  \
    {                                                                                              \
        return (expression);                                                                       \
    }
CALL(backfill_abandon, backfill_wish_null())
CALL(backfill_at, inb_backfill_at(NULL, 0, NULL) == INB_EINVAL)
CALL(backfill_count, inb_backfill_count(NULL) == 0)
CALL(backfill_list_free, HARMLESS(inb_backfill_list_free(NULL)))
CALL(backfill_pause, backfill_wish_null())
CALL(backfill_refusal_at, inb_backfill_refusal_at(NULL, 0, 0, NULL) == INB_EINVAL)
CALL(backfill_resume, backfill_wish_null())
CALL(backfill_retry, backfill_run_null())
CALL(backfill_run, backfill_run_null())
CALL(backfill_set, backfill_wish_null())
CALL(backfill_status, backfill_status_null())
CALL(class_name, EMPTY(inb_class_name((inb_class)99)))
CALL(conn_alive, !inb_conn_alive(NULL))
CALL(conn_check, !inb_conn_check(NULL))
CALL(conn_close, HARMLESS(inb_conn_close(NULL)))
CALL(error_cause, !inb_error_cause(NULL))
CALL(error_code, inb_error_code(NULL) == INB_OK)
CALL(error_column, inb_error_column(NULL) == 0)
CALL(error_detail, EMPTY(inb_error_detail(NULL)))
CALL(error_free, HARMLESS(inb_error_free(NULL)))
CALL(error_hint, EMPTY(inb_error_hint(NULL)))
CALL(error_line, inb_error_line(NULL) == 0)
CALL(error_message, EMPTY(inb_error_message(NULL)))
CALL(error_migration, EMPTY(inb_error_migration(NULL)))
CALL(error_prisma_code, EMPTY(inb_error_prisma_code(NULL)))
CALL(error_sqlstate, EMPTY(inb_error_sqlstate(NULL)))
CALL(error_statement, inb_error_statement(NULL) == 0)
CALL(keyring_current, EMPTY(inb_keyring_current(NULL)))
CALL(keyring_free, HARMLESS(inb_keyring_free(NULL)))
CALL(lock_mode_name, EMPTY(inb_lock_mode_name((inb_lock_mode)99)))
CALL(migration_state_name, EMPTY(inb_migration_state_name((inb_migration_state)99)))
CALL(password_verify, !inb_password_verify(NULL, "a", 1) && !inb_password_verify("a", NULL, 1))
CALL(report_free, HARMLESS(inb_report_free(NULL)))
CALL(report_migrations, inb_report_migrations(NULL) == 0)
CALL(report_new, REFUSED(inb_report_new(NULL, &err)))
CALL(result_affected, inb_result_affected(NULL) == 0)
CALL(result_free, HARMLESS(inb_result_free(NULL)))
CALL(result_length, inb_result_length(NULL, 0, 0) == 0)
CALL(result_rows, inb_result_rows(NULL) == 0)
CALL(result_value, !inb_result_value(NULL, 0, 0))
CALL(secret_bytes, EMPTY(inb_secret_bytes(NULL)))
CALL(secret_free, HARMLESS(inb_secret_free(NULL)))
CALL(secret_length, inb_secret_length(NULL) == 0)
CALL(status_bits, inb_status_bits(NULL) == INB_STATUS_UNDECIDED)
CALL(status_count, inb_status_count(NULL) == 0)
CALL(report_drift_at, EMPTY(inb_report_drift_at(NULL, 0)))
CALL(report_drift_count, inb_report_drift_count(NULL) == 0)
CALL(status_change_at, inb_status_change_at(NULL, 0, NULL) == INB_EINVAL)
CALL(status_change_count, inb_status_change_count(NULL) == 0)
CALL(status_drift_at, EMPTY(inb_status_drift_at(NULL, 0)))
CALL(status_drift_count, inb_status_drift_count(NULL) == 0)
CALL(status_free, HARMLESS(inb_status_free(NULL)))
CALL(status_lock_holder, EMPTY(inb_status_lock_holder(NULL)))
CALL(status_managed, !inb_status_managed(NULL))
CALL(string_free, HARMLESS(inb_string_free(NULL)))
CALL(token_new, REFUSED(inb_token_new(NULL, &err)))
CALL(uuid_new, REFUSED(inb_uuid_new(NULL, &err)))
CALL(version, strcmp(inb_version(), PACKAGE_VERSION) == 0)
CALL(version_number, inb_version_number() == INB_VERSION_NUMBER)

#define DONE(name)                                                                                 \
    {                                                                                              \
        "inb_" #name, name##_call                                                                  \
    }
static const struct {
    const char *name;
    bool (*call)(void);
} calls[] = {
    DONE(backfill_abandon),
    DONE(backfill_at),
    DONE(backfill_count),
    DONE(backfill_list_free),
    DONE(backfill_pause),
    DONE(backfill_refusal_at),
    DONE(backfill_resume),
    DONE(backfill_retry),
    DONE(backfill_run),
    DONE(backfill_set),
    DONE(backfill_status),
    DONE(class_name),
    DONE(conn_alive),
    DONE(conn_check),
    DONE(conn_close),
    {"inb_conn_exec", conn_exec_null},
    {"inb_conn_open", conn_open_null},
    {"inb_digest_hex", digest_hex_null},
    {"inb_duration_parse", duration_null},
    DONE(error_cause),
    DONE(error_code),
    DONE(error_column),
    DONE(error_detail),
    DONE(error_free),
    DONE(error_hint),
    DONE(error_line),
    DONE(error_message),
    DONE(error_migration),
    DONE(error_prisma_code),
    {"inb_error_set_hint", error_set_hint_null},
    DONE(error_sqlstate),
    DONE(error_statement),
    {"inb_error_wrap", error_wrap_null},
    DONE(keyring_current),
    DONE(keyring_free),
    {"inb_keyring_load", keyring_load_null},
    DONE(lock_mode_name),
    {"inb_migrate", migrate_null},
    DONE(migration_state_name),
    {"inb_password_hash", password_hash_null},
    DONE(password_verify),
    DONE(report_free),
    {"inb_report_migration_at", report_null},
    DONE(report_migrations),
    DONE(report_new),
    {"inb_report_statement_at", report_null},
    {"inb_report_summarize", report_null},
    {"inb_reseal", reseal_null},
    DONE(result_affected),
    DONE(result_free),
    DONE(result_length),
    DONE(result_rows),
    DONE(result_value),
    {"inb_seal", seal_null},
    DONE(secret_bytes),
    DONE(secret_free),
    DONE(secret_length),
    {"inb_secret_new", secret_new_null},
    {"inb_smoke_run", smoke_run_null},
    {"inb_status_at", status_at_null},
    DONE(status_bits),
    DONE(status_count),
    DONE(report_drift_at),
    DONE(report_drift_count),
    DONE(status_change_at),
    DONE(status_change_count),
    DONE(status_drift_at),
    DONE(status_drift_count),
    DONE(status_free),
    DONE(status_lock_holder),
    DONE(status_managed),
    {"inb_status_read", status_read_null},
    DONE(string_free),
    DONE(token_new),
    {"inb_unseal", unseal_null},
    {"inb_unseal_each", unseal_each_null},
    DONE(uuid_new),
    DONE(version),
    DONE(version_number),
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

START_TEST(null_is_refused)
{
    ck_assert_msg(calls[_i].call(), "%s", calls[_i].name);
}
END_TEST

/* The list of what is exported has nothing that the table above does not call. */
START_TEST(every_function_is_called)
{
    char path[4096], line[128];
    const char *top = getenv("top_srcdir");
    snprintf(path, sizeof(path), "%s/src/libinboard.sym", top ? top : ".");
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s", path);
    size_t n = 0;
    while (fgets(line, sizeof(line), f)) {
        bool known = false;
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < CALLS; i++) {
            known |= strcmp(calls[i].name, line) == 0;
        }
        ck_assert_msg(known, "%s", line);
        n++;
    }
    fclose(f);
    ck_assert_uint_eq(n, CALLS);
}
END_TEST

/* ---- sizes ----------------------------------------------------------------------------------- */

typedef struct options_now {
    size_t size;
    const char *url;
    int64_t wait;
    void *added;
} options_now;

typedef struct options_older {
    size_t size;
    const char *url;
} options_older;

typedef struct options_newer {
    size_t size;
    const char *url;
    int64_t wait;
    void *added;
    void *later;
} options_newer;

START_TEST(options_of_every_size_are_read)
{
    options_now now;
    inb_error *err = NULL;
    const options_older older = {.size = sizeof(older), .url = "u"};
    memset(&now, 0xff, sizeof(now));
    ck_assert_int_eq(inb__sized_read(&now, sizeof(now), &older, "options", &err), 0);
    ck_assert_uint_eq(now.size, sizeof(now));
    ck_assert_str_eq(now.url, "u");
    ck_assert(now.wait == 0 && now.added == NULL);

    options_newer newer = {.size = sizeof(newer), .url = "u", .wait = 7};
    ck_assert_int_eq(inb__sized_read(&now, sizeof(now), &newer, "options", &err), 0);
    ck_assert(now.wait == 7);
    newer.later = &newer;
    ck_assert_int_eq(inb__sized_read(&now, sizeof(now), &newer, "options", &err), INB_EINVAL);
    ck_assert_str_eq(inb_error_message(err),
                     "a member of options is set that this version of libinboard lacks");
    inb_error_free(err);
}
END_TEST

START_TEST(a_size_that_is_not_set_is_refused)
{
    static const size_t sizes[] = {0,        1,         sizeof(size_t), 2 * sizeof(size_t) + 1,
                                   1u << 20, (size_t)-1};
    options_now now;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        inb_error *err = NULL;
        options_now given = {.size = sizes[i], .url = "u"};
        ck_assert_int_eq(inb__sized_read(&now, sizeof(now), &given, "options", &err), INB_EINVAL);
        ck_assert_str_eq(inb_error_message(err), "the size of options is not set");
        ck_assert_str_ne(inb_error_hint(err), "");
        inb_error_free(err);
        ck_assert_int_eq(inb__sized_write(&given, &now, sizeof(now)), INB_EINVAL);
        ck_assert_str_eq(given.url, "u");
    }
}
END_TEST

START_TEST(results_of_every_size_are_written)
{
    const options_now now = {.url = "u", .wait = 7};
    struct {
        options_older result;
        char after[64];
    } older = {.result = {.size = sizeof(options_older)}};
    memset(older.after, 'x', sizeof(older.after));
    ck_assert_int_eq(inb__sized_write(&older.result, &now, sizeof(now)), 0);
    ck_assert_uint_eq(older.result.size, sizeof(older.result));
    ck_assert_str_eq(older.result.url, "u");
    ck_assert_int_eq(older.after[0], 'x');

    options_newer newer = {.size = sizeof(newer), .later = &newer};
    ck_assert_int_eq(inb__sized_write(&newer, &now, sizeof(now)), 0);
    ck_assert(newer.wait == 7 && newer.later == NULL);
}
END_TEST

/* A structure that ends in padding would have no room for a member without looking the same. */
#define ENDS_WITH(type, member)                                                                    \
    _Static_assert(offsetof(type, member) + sizeof(((type *)0)->member) == sizeof(type),           \
                   #type " ends in padding")
ENDS_WITH(inb_backfill_options, line_ms);
ENDS_WITH(inb_backfill_progress, rows_per_second);
ENDS_WITH(inb_backfill_refusal, failed_at);
ENDS_WITH(inb_backfill_settings, skip_limit);
ENDS_WITH(inb_conn_options, cancel_payload);
ENDS_WITH(inb_migrate_options, to);
ENDS_WITH(inb_option_names, confirm);
ENDS_WITH(inb_report_migration, n_statements);
ENDS_WITH(inb_report_statement, blocked_by);
ENDS_WITH(inb_report_summary, run_id);
ENDS_WITH(inb_status_migration, after);

START_TEST(versions_agree)
{
    char text[32];
    snprintf(text, sizeof(text), "%d.%d.%d", INB_VERSION_MAJOR, INB_VERSION_MINOR,
             INB_VERSION_PATCH);
    ck_assert_str_eq(text, INB_VERSION_STRING);
    ck_assert_str_eq(text, PACKAGE_VERSION);
    ck_assert_str_eq(text, inb_version());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("abi");
    TCase *abi = tcase_create("abi");
    tcase_add_loop_test(abi, null_is_refused, 0, (int)CALLS);
    tcase_add_test(abi, every_function_is_called);
    tcase_add_test(abi, options_of_every_size_are_read);
    tcase_add_test(abi, a_size_that_is_not_set_is_refused);
    tcase_add_test(abi, results_of_every_size_are_written);
    tcase_add_test(abi, versions_agree);
    suite_add_tcase(suite, abi);
    return inb_check_main(suite);
}

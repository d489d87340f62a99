/* The room pg on a real server. */
#include "config.h"

#include "check_main.h"
#include "db.h"
#include "inboard/smoke.h"
#include "pg/pg.h"
#include "util/cleanup.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

static inb_db db;
static inb_conn *conn;
static inb_error *err;

static void setup(void)
{
    inb_db_create(&db);
    conn = inb_db_open(db.url);
}

static void teardown(void)
{
    inb_error_free(err);
    err = NULL;
    inb_conn_close(conn);
    inb_db_drop(&db);
}

static inb__str str(const char *s)
{
    return inb__str_of(s);
}

/* A second connection, with a limit and callbacks. */
static inb_conn *open_with(int64_t limit_ms, inb_cancel_cb cancelled, void *payload)
{
    inb__url url = {0};
    ck_assert_int_eq(inb__url_parse(&url, db.url, NULL), 0);
    inb__pg_options options = {
        .url = &url, .limit_ms = limit_ms, .cancelled = cancelled, .cancel_payload = payload};
    inb_conn *made = NULL;
    ck_assert_int_eq(inb__pg_open(&made, &options, NULL), 0);
    inb__url_dispose(&url);
    return made;
}

static bool after_some_asks(void *payload)
{
    int *left = payload;
    return (*left)-- <= 0;
}

START_TEST(parameters_and_values_pass_unchanged)
{
    const char *params[] = {"it's \"quoted\"", NULL, ""};
    inb_result *r = NULL;
    ck_assert_int_eq(
        inb_conn_exec(conn, "select $1::text, $2::text, $3::text", 3, params, &r, &err), 0);
    ck_assert_int_eq(inb_result_rows(r), 1);
    ck_assert_str_eq(inb_result_value(r, 0, 0), params[0]);
    ck_assert_uint_eq(inb_result_length(r, 0, 0), strlen(params[0]));
    ck_assert_ptr_null(inb_result_value(r, 0, 1));
    ck_assert_str_eq(inb_result_value(r, 0, 2), "");
    ck_assert_ptr_null(inb_result_value(r, 1, 0));
    ck_assert_ptr_null(inb_result_value(r, 0, 3));
    ck_assert_ptr_null(inb_result_value(r, -1, 0));
    ck_assert_str_eq(inb__result_tag(r), "SELECT 1");
    inb_result_free(r);
}
END_TEST

START_TEST(affected_rows_are_counted)
{
    inb_db_do(conn, "create table t (n int)");
    inb_result *r = NULL;
    ck_assert_int_eq(
        inb_conn_exec(conn, "insert into t select generate_series(1, 7)", 0, NULL, &r, &err), 0);
    ck_assert_int_eq(inb_result_affected(r), 7);
    ck_assert_str_eq(inb__result_tag(r), "INSERT 0 7");
    inb_result_free(r);
}
END_TEST

START_TEST(too_many_parameters_are_refused_before_sending)
{
    ck_assert_int_eq(inb_conn_exec(conn, "select 1", 65536, NULL, NULL, &err), INB_EINVAL);
    ck_assert(inb_conn_alive(conn));
    inb_db_do(conn, "select 1");
}
END_TEST

START_TEST(a_refusal_has_its_sqlstate_place_and_detail)
{
    int rc = inb_conn_exec(conn, "select 'é', nothing from nowhere", 0, NULL, NULL, &err);
    ck_assert_int_eq(rc, INB_ESQL);
    ck_assert_str_eq(inb_error_sqlstate(err), "42P01");
    ck_assert_str_eq(inb_error_message(err), "relation \"nowhere\" does not exist");
    ck_assert_int_eq(inb_error_column(err), 26); /* characters: é is one */
    inb_error_free(err);
    err = NULL;
    inb_db_do(conn, "create table t (n int unique)");
    inb_db_do(conn, "insert into t values (1)");
    ck_assert_int_eq(inb_conn_exec(conn, "insert into t values (1)", 0, NULL, NULL, &err),
                     INB_ESQL);
    ck_assert_str_eq(inb_error_sqlstate(err), "23505");
    ck_assert_str_eq(inb_error_detail(err), "Key (n)=(1) already exists.");
    inb_error_free(err);
    err = NULL;
    rc = inb_conn_exec(conn,
                       "do $$ begin raise exception 'two\nlines' using hint = 'look up', errcode = "
                       "'P0123'; end $$",
                       0, NULL, NULL, &err);
    ck_assert_int_eq(rc, INB_ESQL);
    ck_assert_str_eq(inb_error_message(err), "two lines");
    ck_assert_str_eq(inb_error_hint(err), "look up");
    ck_assert_str_eq(inb_error_sqlstate(err), "P0123");
    ck_assert_ptr_nonnull(strstr(inb_error_detail(err), "inline_code_block"));
    ck_assert(inb_conn_alive(conn));
}
END_TEST

START_TEST(a_simple_query_runs_what_refuses_a_transaction)
{
    inb_db_do(conn, "create table t (n int)");
    ck_assert_int_eq(
        inb__pg_simple(conn, str("/* one */ create index concurrently i on t (n);"), NULL, &err),
        0);
    ck_assert_int_eq(inb__pg_simple(conn, str("vacuum t"), NULL, &err), 0);
    ck_assert_int_eq(
        inb__pg_simple(conn, (inb__str){"select 1 garbage after the slice", 8}, NULL, &err), 0);
    ck_assert_int_eq(inb__pg_simple(conn, str("-- nothing"), NULL, &err), 0);
}
END_TEST

START_TEST(several_statements_in_one_simple_query_end_with_the_first_error)
{
    inb_result *r = NULL;
    ck_assert_int_eq(inb__pg_simple(conn, str("select 1; select 2"), &r, &err), 0);
    ck_assert_str_eq(inb_result_value(r, 0, 0), "2");
    inb_result_free(r);
    r = NULL;
    ck_assert_int_eq(inb__pg_simple(conn, str("select 1; select 1/0; select 2"), &r, &err),
                     INB_ESQL);
    ck_assert_str_eq(inb_error_sqlstate(err), "22012");
    ck_assert_ptr_null(r);
}
END_TEST

START_TEST(a_pipeline_is_one_round_trip)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, str("begin"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("create table t (n int)"), 0, NULL);
    for (int i = 0; i < 500; i++) {
        char n[12];
        snprintf(n, sizeof(n), "%d", i);
        const char *params[] = {n};
        inb__pg_pipe_add(&pipe, str("insert into t values ($1::int) returning n"), 1, params);
    }
    inb__pg_pipe_add(&pipe, str("commit"), 0, NULL);
    int before = inb__pg_round_trips(conn);
    ck_assert_int_eq(inb__pg_pipe_run(conn, &pipe, &err), 0);
    ck_assert_int_eq(inb__pg_round_trips(conn) - before, 1);
    ck_assert_uint_eq(pipe.done, 503);
    ck_assert_str_eq(inb_result_value(pipe.steps.v[501].result, 0, 0), "499");
    ck_assert_str_eq(inb__result_tag(pipe.steps.v[502].result), "COMMIT");
    inb__pg_pipe_dispose(&pipe);
    inb__pg_pipe_init(&pipe);
    ck_assert_int_eq(inb__pg_pipe_run(conn, &pipe, &err), 0);
    inb__pg_pipe_dispose(&pipe);
    char count[16];
    ck_assert_str_eq(inb_db_value(conn, "select count(*) from t", count, sizeof(count)), "500");
}
END_TEST

START_TEST(a_large_pipeline_does_not_deadlock)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    char *big = malloc(1 << 20);
    memset(big, 'x', (1 << 20) - 1);
    big[(1 << 20) - 1] = '\0';
    const char *params[] = {big};
    for (int i = 0; i < 30; i++) {
        inb__pg_pipe_add(&pipe, str("select $1::text"), 1, params);
    }
    ck_assert_int_eq(inb__pg_pipe_run(conn, &pipe, &err), 0);
    ck_assert_uint_eq(inb_result_length(pipe.steps.v[29].result, 0, 0), (1 << 20) - 1);
    inb__pg_pipe_dispose(&pipe);
    free(big);
}
END_TEST

START_TEST(a_pipeline_stops_at_the_first_refusal_and_the_connection_lives)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, str("begin"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("create table t (n int)"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("select\n nonsense"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("commit"), 0, NULL);
    ck_assert_int_eq(inb__pg_pipe_run(conn, &pipe, &err), INB_ESQL);
    ck_assert_str_eq(inb_error_sqlstate(err), "42703");
    ck_assert_int_eq(inb_error_statement(err), 3);
    ck_assert_int_eq(inb_error_column(err), 9);
    ck_assert_uint_eq(pipe.done, 2);
    ck_assert_ptr_nonnull(pipe.steps.v[1].result);
    ck_assert_ptr_null(pipe.steps.v[2].result);
    ck_assert_ptr_null(pipe.steps.v[3].result);
    ck_assert_int_eq(inb__pg_transaction(conn), INB__PG_TX_FAILED);
    inb__pg_pipe_dispose(&pipe);
    inb_db_do(conn, "rollback");
    ck_assert_int_eq(inb__pg_transaction(conn), INB__PG_TX_IDLE);
    char there[8];
    ck_assert_str_eq(inb_db_value(conn, "select to_regclass('t')", there, sizeof(there)), "");
}
END_TEST

START_TEST(a_timed_pipeline_gives_each_step_its_own_time)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    pipe.timed = true;
    inb__pg_pipe_add(&pipe, str("select 1"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("select pg_sleep(0.2)"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("select 1"), 0, NULL);
    int64_t started = inb__now_us();
    ck_assert_int_eq(inb__pg_pipe_run(conn, &pipe, &err), 0);
    int64_t all = inb__now_us() - started, sum = 0;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_ge(pipe.steps.v[i].duration_us, 0);
        sum += pipe.steps.v[i].duration_us;
    }
    ck_assert_int_gt(pipe.steps.v[1].duration_us, 150000);
    ck_assert_int_le(sum, all); /* none has another's in it */
    inb__pg_pipe_dispose(&pipe);
}
END_TEST

START_TEST(segments_of_a_pipeline_fail_apart)
{
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    pipe.keep = true;
    inb__pg_pipe_add(&pipe, str("select * from not_there"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("select 'skipped'"), 0, NULL);
    inb__pg_pipe_sync(&pipe);
    inb__pg_pipe_add(&pipe, str("select 'run'"), 0, NULL);
    inb__pg_pipe_sync(&pipe);
    ck_assert_int_eq(inb__pg_pipe_run(conn, &pipe, &err), 0);
    ck_assert_str_eq(inb_error_sqlstate(pipe.steps.v[0].error), "42P01");
    ck_assert_ptr_null(pipe.steps.v[1].result);
    ck_assert_ptr_null(pipe.steps.v[1].error);
    ck_assert_str_eq(inb_result_value(pipe.steps.v[2].result, 0, 0), "run");
    inb__pg_pipe_dispose(&pipe);
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, str("select 1"), 0, NULL);
    inb__pg_pipe_sync(&pipe);
    inb__pg_pipe_add(&pipe, str("select 1/0"), 0, NULL);
    inb__pg_pipe_sync(&pipe);
    inb__pg_pipe_add(&pipe, str("select 2"), 0, NULL);
    ck_assert_int_eq(inb__pg_pipe_run(conn, &pipe, &err), INB_ESQL);
    ck_assert_int_eq(inb_error_statement(err), 2);
    ck_assert_str_eq(inb_result_value(pipe.steps.v[2].result, 0, 0), "2");
    inb__pg_pipe_dispose(&pipe);
    ck_assert_int_eq(inb__pg_transaction(conn), INB__PG_TX_IDLE);
}
END_TEST

START_TEST(a_cancellation_ends_every_segment)
{
    int asks = 3;
    inb_conn *c = open_with(0, after_some_asks, &asks);
    asks = 3;
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    for (int i = 0; i < 7; i++) {
        inb__pg_pipe_add(&pipe, str("select pg_sleep(600)"), 0, NULL);
        inb__pg_pipe_sync(&pipe);
    }
    ck_assert_int_eq(inb__pg_pipe_run(c, &pipe, &err), INB_ECANCELLED);
    ck_assert(inb_conn_alive(c));
    ck_assert_uint_eq(pipe.done, 0);
    inb__pg_pipe_dispose(&pipe);
    inb_conn_close(c);
}
END_TEST

START_TEST(a_limit_cancels_on_the_server)
{
    inb_conn *c = open_with(200, NULL, NULL);
    ck_assert_int_eq(inb_conn_exec(c, "select pg_sleep(600)", 0, NULL, NULL, &err), INB_ESQL);
    ck_assert_str_eq(inb_error_sqlstate(err), "57014");
    ck_assert_str_eq(inb_error_message(err), "the statement took longer than its limit of 200 ms");
    ck_assert_int_eq(inb__pg_limit(c, 0), 200);
    inb_db_do(c, "select pg_sleep(0.3)");
    char count[8];
    const char *sleeping = "select count(*) from pg_stat_activity where query like "
                           "'%pg_sleep(600)%' and state = 'active' and "
                           "pid <> pg_backend_pid()";
    ck_assert_str_eq(inb_db_value(conn, sleeping, count, sizeof(count)), "0");
    inb_conn_close(c);
}
END_TEST

START_TEST(the_caller_cancels_a_statement_and_a_pipeline)
{
    int asks = 3;
    inb_conn *c = open_with(0, after_some_asks, &asks);
    asks = 3;
    ck_assert_int_eq(inb_conn_exec(c, "select pg_sleep(600)", 0, NULL, NULL, &err), INB_ECANCELLED);
    ck_assert_str_eq(inb_error_sqlstate(err), "57014");
    ck_assert(inb_conn_alive(c));
    ck_assert_int_eq(inb_conn_exec(c, "select 1", 0, NULL, NULL, NULL), INB_ECANCELLED);
    inb__pg_shield(c, true);
    inb_db_do(c, "select 1");
    inb__pg_shield(c, false);
    asks = 3;
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, str("begin"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("select pg_sleep(600)"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("commit"), 0, NULL);
    ck_assert_int_eq(inb__pg_pipe_run(c, &pipe, NULL), INB_ECANCELLED);
    ck_assert_uint_eq(pipe.done, 1);
    ck_assert_int_eq(inb__pg_transaction(c), INB__PG_TX_FAILED);
    inb__pg_pipe_dispose(&pipe);
    asks = 3;
    ck_assert_int_eq(inb__pg_sleep(c, 600000, NULL), INB_ECANCELLED);
    inb_conn_close(c);
}
END_TEST

START_TEST(copy_is_refused_in_every_direction_and_way)
{
    inb_db_do(conn, "create table t (n int)");
    inb_db_do(conn, "insert into t select generate_series(1, 100000)");
    const char *copies[] = {"copy t from stdin", "copy t to stdout"};
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(inb__pg_simple(conn, str(copies[i]), NULL, &err), INB_ESQL);
        ck_assert_str_eq(inb_error_sqlstate(err), "0A000");
        ck_assert(inb_conn_alive(conn));
        ck_assert_int_eq(inb_conn_exec(conn, copies[i], 0, NULL, NULL, &err), INB_ESQL);
        ck_assert_str_eq(inb_error_sqlstate(err), "0A000");
        ck_assert(inb_conn_alive(conn));
        char count[16];
        ck_assert_str_eq(inb_db_value(conn, "select count(*) from t", count, sizeof(count)),
                         "100000");
    }
    for (int i = 0; i < 2; i++) {
        inb_conn *c = inb_db_open(db.url);
        inb__pg_pipe pipe;
        inb__pg_pipe_init(&pipe);
        inb__pg_pipe_add(&pipe, str("begin"), 0, NULL);
        inb__pg_pipe_add(&pipe, str(copies[i]), 0, NULL);
        inb__pg_pipe_add(&pipe, str("commit"), 0, NULL);
        ck_assert_int_eq(inb__pg_pipe_run(c, &pipe, &err), INB_ESQL);
        ck_assert_str_eq(inb_error_sqlstate(err), "0A000");
        ck_assert(!inb_conn_alive(c));
        inb__pg_pipe_dispose(&pipe);
        inb_conn_close(c);
    }
}
END_TEST

START_TEST(a_terminated_backend_is_a_lost_connection)
{
    inb_conn *c = inb_db_open(db.url);
    char sql[80];
    snprintf(sql, sizeof(sql), "select pg_terminate_backend(%d)", inb__pg_backend_pid(c));
    inb_db_do(conn, sql);
    ck_assert_int_eq(inb_conn_exec(c, "select 1", 0, NULL, NULL, &err), INB_ECONN);
    ck_assert_str_eq(inb_error_sqlstate(err), "57P01");
    ck_assert_str_eq(inb_error_prisma_code(err), "P1017");
    ck_assert(!inb_conn_alive(c));
    ck_assert_int_eq(inb__pg_transaction(c), INB__PG_TX_UNKNOWN);
    ck_assert_int_eq(inb_conn_exec(c, "select 1", 0, NULL, NULL, &err), INB_ECONN);
    ck_assert_int_eq(inb__pg_sleep(c, 1, &err), INB_ECONN);
    inb_conn_close(c);
}
END_TEST

/* How an application keeps a connection for the next request. */
START_TEST(a_connection_that_was_closed_while_idle_is_noticed_before_it_is_used)
{
    inb_conn *c = inb_db_open(db.url);
    char sql[80];
    ck_assert(inb_conn_check(c));
    snprintf(sql, sizeof(sql), "select pg_terminate_backend(%d)", inb__pg_backend_pid(c));
    inb_db_do(conn, sql);
    while (inb_conn_check(c)) {
        ck_assert_int_eq(inb__pg_sleep(conn, 5, NULL), 0);
    }
    ck_assert(!inb_conn_alive(c));
    ck_assert_int_eq(inb_conn_exec(c, "select 1", 0, NULL, NULL, &err), INB_ECONN);
    inb_conn_close(c);
    /* A notice that waits is no loss. */
    c = inb_db_open(db.url);
    inb_db_do(c, "listen a");
    inb_db_do(conn, "notify a");
    for (int i = 0; i < 20; i++) {
        ck_assert(inb_conn_check(c));
        ck_assert_int_eq(inb__pg_sleep(conn, 5, NULL), 0);
    }
    ck_assert_int_eq(inb_conn_exec(c, "select 1", 0, NULL, NULL, NULL), 0);
    inb_conn_close(c);
}
END_TEST

START_TEST(a_backend_terminated_in_a_statement_or_a_sleep_is_noticed)
{
    inb_conn *c = inb_db_open(db.url);
    ck_assert_int_eq(
        inb_conn_exec(c, "select pg_terminate_backend(pg_backend_pid())", 0, NULL, NULL, &err),
        INB_ECONN);
    inb_conn_close(c);
    c = inb_db_open(db.url);
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, str("select 1"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("select pg_terminate_backend(pg_backend_pid())"), 0, NULL);
    inb__pg_pipe_add(&pipe, str("select 2"), 0, NULL);
    ck_assert_int_eq(inb__pg_pipe_run(c, &pipe, &err), INB_ECONN);
    ck_assert_str_eq(inb_error_sqlstate(err), "57P01");
    inb__pg_pipe_dispose(&pipe);
    inb_conn_close(c);
    c = inb_db_open(db.url);
    char sql[80];
    snprintf(sql, sizeof(sql), "select pg_terminate_backend(%d)", inb__pg_backend_pid(c));
    inb_db_do(conn, sql);
    ck_assert_int_eq(inb__pg_sleep(c, 600000, &err), INB_ECONN);
    inb_conn_close(c);
}
END_TEST

START_TEST(the_urls_schema_and_the_timeout_are_the_sessions)
{
    char url[1100];
    char value[64];
    inb_db_url(url, sizeof(url), db.name, "&schema=odd%22%20Name&connection_limit=5");
    inb_conn_options options = {.size = sizeof(options),
                                .url = url,
                                .statement_timeout_ms = 100,
                                .application_name = "tested"};
    inb_conn *c = NULL;
    ck_assert_int_eq(inb_conn_open(&c, &options, &err), 0);
    ck_assert_str_eq(inb_db_value(c, "show search_path", value, sizeof(value)), "\"odd\"\" Name\"");
    ck_assert_str_eq(inb_db_value(c, "show statement_timeout", value, sizeof(value)), "100ms");
    ck_assert_str_eq(inb_db_value(c, "show application_name", value, sizeof(value)), "tested");
    ck_assert_str_eq(inb_db_value(c, "show client_encoding", value, sizeof(value)), "UTF8");
    ck_assert_int_eq(inb_conn_exec(c, "select pg_sleep(600)", 0, NULL, NULL, &err), INB_ESQL);
    ck_assert_str_eq(inb_error_sqlstate(err), "57014");
    inb_conn_close(c);
}
END_TEST

static void open_refused(const char *url, int code, const char *prisma, const char *words)
{
    inb_conn_options options = {.size = sizeof(options), .url = url};
    inb_conn *c = NULL;
    inb_error *e = NULL;
    ck_assert_int_eq(inb_conn_open(&c, &options, &e), code);
    ck_assert_ptr_null(c);
    ck_assert_str_eq(inb_error_prisma_code(e), prisma);
    ck_assert_msg(strstr(inb_error_message(e), words) != NULL, "%s", inb_error_message(e));
    ck_assert_ptr_null(strstr(inb_error_message(e), "sesame"));
    inb_error_free(e);
}

START_TEST(refused_connections_say_why)
{
    char url[1100];
    inb_db_url(url, sizeof(url), "not_there", "&password=sesame");
    open_refused(url, INB_ECONN, "P1003", "database \"not_there\" does not exist");
    inb_db_url(url, sizeof(url), "postgres", "&user=nobody_such&password=sesame");
    open_refused(url, INB_EPERM, "P1010", "role \"nobody_such\" does not exist");
    open_refused("postgresql://u:sesame@127.0.0.1:1/db", INB_ECONN, "P1001", "onnection refused");
    open_refused("postgresql://u:sesame@/db?host=/tmp/no-such-place", INB_ECONN, "P1001",
                 "No such file");
    open_refused("postgresql://u:sesame@no-such-host.invalid/db", INB_ECONN, "P1001",
                 "no-such-host.invalid");
    open_refused("postgresql://u:sesame@h/db?hostaddr=300.1.1.1", INB_ECONN, "P1001", "300.1.1.1");
    open_refused("host=a,b,c port=1,2 password=sesame", INB_EINVAL, "P1013", "ports");
    inb_db_url(url, sizeof(url), "postgres",
               "&sslmode=require&host=127.0.0.1&port=1&password=sesame");
    open_refused(url, INB_ECONN, "P1001", "onnection refused");
}
END_TEST

START_TEST(a_password_that_is_wrong_or_missing_is_not_tried_again)
{
    /* the server of the tests trusts everybody, so another one answers: it asks for a password, and
     * refuses it */
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(listen(listener, 5), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    atomic_int *callers =
        mmap(NULL, sizeof(*callers), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(callers, MAP_FAILED);
    pid_t pid = fork();
    if (pid == 0) {
        for (;;) {
            char in[1000];
            int s = accept(listener, NULL, NULL);
            atomic_fetch_add(callers, 1);
            ssize_t n = read(s, in, sizeof(in));
            n = write(s, "R\0\0\0\x08\0\0\0\x03", 9);
            n = read(s, in, sizeof(in));
            static const char refusal[] = "SFEHLER\0VFATAL\0C28P01\0Mkein Zutritt\0";
            if (n > 0) {
                char head[5] = {'E', 0, 0, 0, (char)(sizeof(refusal) + 4)};
                n = write(s, head, 5);
                n = write(s, refusal, sizeof(refusal));
            }
            close(s);
        }
    }
    char url[200];
    snprintf(url, sizeof(url),
             "postgresql://u:sesame@127.0.0.1:%d/db?sslmode=disable&gssencmode=disable",
             ntohs(address.sin_port));
    inb_conn_options options = {.size = sizeof(options), .url = url, .connect_timeout_ms = 120000};
    inb_conn *c = NULL;
    ck_assert_int_eq(inb_conn_open(&c, &options, &err), INB_EPERM);
    ck_assert_str_eq(inb_error_prisma_code(err), "P1000");
    ck_assert_str_eq(inb_error_sqlstate(err), "28P01");
    ck_assert_ptr_nonnull(strstr(inb_error_message(err), "kein Zutritt"));
    ck_assert_ptr_null(strstr(inb_error_message(err), "sesame"));
    snprintf(url, sizeof(url),
             "postgresql://u@127.0.0.1:%d/db?sslmode=disable&gssencmode=disable&passfile=/"
             "nonexistent/pgpass",
             ntohs(address.sin_port));
    ck_assert_int_eq(inb_conn_open(&c, &options, &err), INB_EPERM);
    ck_assert_str_eq(inb_error_prisma_code(err), "P1000");
    ck_assert_int_eq(atomic_load(callers), 2);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    munmap(callers, sizeof(*callers));
    close(listener);
}
END_TEST

/* The way to the server, made when it was missed. */
typedef struct later {
    char target[100], path[300];
    int missed;
} later;

static void later_make(inb_log_level level, const char *message, void *payload)
{
    later *l = payload;
    if (level == INB_LOG_INFO && strstr(message, "waiting for the database") && l->missed++ == 0) {
        usleep(50000);
        ck_assert_int_eq(symlink(l->target, l->path), 0);
    }
}

START_TEST(a_database_that_comes_later_is_waited_for)
{
    later l = {.missed = 0};
    const char *host = strstr(getenv("INB_TEST_URL"), "host=");
    ck_assert_ptr_nonnull(host);
    snprintf(l.target, sizeof(l.target), "%.*s/.s.PGSQL.5432", (int)strcspn(host + 5, "&"),
             host + 5);
    char dir[] = "/tmp/inb-later.XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(l.path, sizeof(l.path), "%s/.s.PGSQL.5432", dir);
    char url[1100];
    snprintf(url, sizeof(url), "postgresql:///%s?host=%s&user=postgres", db.name, dir);
    inb_conn_options options = {.size = sizeof(options),
                                .url = url,
                                .connect_timeout_ms = 120000,
                                .log = later_make,
                                .log_payload = &l};
    inb_conn *c = NULL;
    ck_assert_int_eq(inb_conn_open(&c, &options, &err), 0);
    ck_assert_int_ge(l.missed, 1);
    ck_assert_int_ge(inb__pg_connect_us(c), 50000);
    inb_conn_close(c);
    unlink(l.path);
    options.connect_timeout_ms = 300;
    int64_t started = inb__now_us();
    ck_assert_int_eq(inb_conn_open(&c, &options, &err), INB_ECONN);
    ck_assert_int_gt(inb__now_us() - started, 290000);
    int asks = 4;
    options = (inb_conn_options){.size = sizeof(options),
                                 .url = url,
                                 .connect_timeout_ms = 600000,
                                 .cancelled = after_some_asks,
                                 .cancel_payload = &asks};
    ck_assert_int_eq(inb_conn_open(&c, &options, &err), INB_ECANCELLED);
    rmdir(dir);
}
END_TEST

START_TEST(a_server_that_accepts_and_says_nothing_is_left_in_time)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(listen(listener, 5), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    char url[1300];
    snprintf(url, sizeof(url), "postgresql://u:sesame@127.0.0.1:%d/db", ntohs(address.sin_port));
    inb_conn_options options = {.size = sizeof(options), .url = url, .connect_timeout_ms = 400};
    inb_conn *c = NULL;
    ck_assert_int_eq(inb_conn_open(&c, &options, &err), INB_ECONN);
    ck_assert_str_eq(inb_error_prisma_code(err), "P1002");
    /* of two hosts the second is reached, in spite of the first */
    const char *host = strstr(getenv("INB_TEST_URL"), "host=") + 5;
    snprintf(url, sizeof(url),
             "postgresql:///%s?host=127.0.0.1,%.*s&port=%d,5432&user=postgres&connect_timeout=1",
             db.name, (int)strcspn(host, "&"), host, ntohs(address.sin_port));
    options.connect_timeout_ms = 120000;
    ck_assert_int_eq(inb_conn_open(&c, &options, &err), 0);
    inb_conn_close(c);
    close(listener);
}
END_TEST

START_TEST(a_read_only_server_is_refused_unless_any_will_do)
{
    inb_db_do(conn, "create role reader login");
    inb_db_do(conn, "alter role reader set default_transaction_read_only = on");
    char url[1100];
    inb_db_url(url, sizeof(url), db.name, "&user=reader");
    inb_conn_options options = {.size = sizeof(options), .url = url};
    inb_conn *c = NULL;
    int rc = inb_conn_open(&c, &options, &err);
    inb_db_do(conn, "alter role reader reset all");
    options.any_server = true;
    ck_assert_int_eq(rc, INB_EPERM);
    ck_assert_ptr_nonnull(strstr(inb_error_message(err), "read-only"));
    ck_assert_int_eq(inb_conn_open(&c, &options, &err), 0);
    inb_conn_close(c);
    inb_db_do(conn, "drop role reader");
}
END_TEST

START_TEST(names_are_quoted_by_libpq)
{
    INB__AUTO_BUF inb__buf b;
    inb__buf_init(&b, 1000);
    ck_assert_int_eq(inb__pg_add_ident(conn, &b, "a \"name\"", &err), 0);
    ck_assert_str_eq(inb__buf_text(&b), "\"a \"\"name\"\"\"");
    ck_assert_int_eq(inb__pg_add_ident(conn, &b, "\xff", &err), INB_EINVAL);
}
END_TEST

static int check_insert(inb_conn *c, void *payload, inb_error **e)
{
    return inb_conn_exec(c, payload, 0, NULL, NULL, e);
}

static int check_commits(inb_conn *c, void *payload, inb_error **e)
{
    (void)payload;
    return inb_conn_exec(c, "commit", 0, NULL, NULL, e);
}

static int check_commits_and_begins(inb_conn *c, void *payload, inb_error **e)
{
    (void)payload;
    int rc = inb_conn_exec(c, "commit", 0, NULL, NULL, e);
    return rc < 0 ? rc : inb_conn_exec(c, "begin", 0, NULL, NULL, e);
}

static int check_passes_over(inb_conn *c, void *payload, inb_error **e)
{
    (void)e;
    return inb_conn_exec(c, payload, 0, NULL, NULL, NULL) < 0 ? 0 : -1;
}

static int check_fails_silently(inb_conn *c, void *payload, inb_error **e)
{
    (void)c;
    (void)payload;
    (void)e;
    return INB_EINVAL;
}

static int check_terminates(inb_conn *c, void *payload, inb_error **e)
{
    (void)payload;
    return inb_conn_exec(c, "select pg_terminate_backend(pg_backend_pid())", 0, NULL, NULL, e);
}

static int smoke_passed;
static int smoke_failed;

static void smoke_count(const char *name, bool passed, int64_t duration_us, void *payload)
{
    (void)payload;
    ck_assert_ptr_nonnull(name);
    ck_assert_int_ge(duration_us, 0);
    *(passed ? &smoke_passed : &smoke_failed) += 1;
}

static int smoke(inb_smoke_cb run, const char *sql)
{
    const inb_smoke_check checks[] = {
        {"first", check_insert, (void *)(uintptr_t) "insert into t values (1)"},
        {"second", run, (void *)(uintptr_t)sql},
        {"third", check_insert, (void *)(uintptr_t) "insert into t values (3)"},
    };
    smoke_passed = smoke_failed = 0;
    inb_error_free(err);
    err = NULL;
    return inb_smoke_run(conn, checks, 3, smoke_count, NULL, &err);
}

static const char *rows(void)
{
    static char count[16];
    ck_assert_int_eq(inb__pg_transaction(conn), INB__PG_TX_IDLE);
    return inb_db_value(conn, "select count(*) from t", count, sizeof(count));
}

START_TEST(smoke_checks_leave_nothing)
{
    inb_db_do(conn, "create table t (n int primary key)");
    ck_assert_int_eq(smoke(check_insert, "insert into t values (2)"), 0);
    ck_assert_int_eq(smoke_passed, 3);
    ck_assert_str_eq(rows(), "0");
    ck_assert_int_eq(smoke(check_insert, (void *)(uintptr_t) "insert into t values (1)"),
                     INB_ESMOKE);
    ck_assert_ptr_nonnull(strstr(inb_error_message(err), "\"second\""));
    ck_assert_str_eq(inb_error_sqlstate(inb_error_cause(err)), "23505");
    ck_assert_int_eq(smoke_passed, 1);
    ck_assert_int_eq(smoke_failed, 1);
    ck_assert_str_eq(rows(), "0");
    ck_assert_int_eq(smoke(check_fails_silently, NULL), INB_ESMOKE);
    ck_assert_ptr_null(inb_error_cause(err));
    ck_assert_str_eq(rows(), "0");
    ck_assert_int_eq(smoke(check_passes_over, "select 1/0"), INB_ESMOKE);
    ck_assert_str_eq(rows(), "0");
}
END_TEST

START_TEST(a_smoke_check_that_ends_the_transaction_fails)
{
    inb_db_do(conn, "create table t (n int)");
    ck_assert_int_eq(smoke(check_commits, NULL), INB_ESMOKE);
    ck_assert_ptr_nonnull(strstr(inb_error_message(err), "ended the transaction"));
    ck_assert_str_eq(rows(), "1");
    ck_assert_int_eq(smoke(check_commits_and_begins, NULL), INB_ESMOKE);
    ck_assert_ptr_nonnull(strstr(inb_error_message(err), "ended the transaction"));
    ck_assert_str_eq(rows(), "2");
    inb_db_do(conn, "begin");
    ck_assert_int_eq(smoke(check_fails_silently, NULL), INB_EINVAL);
    inb_db_do(conn, "rollback");
    ck_assert_int_eq(smoke(check_terminates, NULL), INB_ECONN);
    ck_assert_int_eq(smoke(check_commits, NULL), INB_ECONN);
}
END_TEST

static int notices;
static int warnings;

static void count_notices(inb_log_level level, const char *message, void *payload)
{
    ck_assert_ptr_eq(payload, &db);
    notices += level == INB_LOG_DEBUG && strcmp(message, "server: heard twice") == 0;
    warnings += level == INB_LOG_WARNING && strcmp(message, "server: warned") == 0;
}

START_TEST(notices_reach_the_log_by_their_severity)
{
    inb_conn_options options = {
        .size = sizeof(options), .url = db.url, .log = count_notices, .log_payload = &db};
    inb_conn *c = NULL;
    ck_assert_int_eq(inb_conn_open(&c, &options, &err), 0);
    inb_db_do(c, "do $$ begin raise notice 'heard\ntwice'; raise warning 'warned'; end $$");
    ck_assert_int_eq(notices, 1);
    ck_assert_int_eq(warnings, 1);
    inb_conn_close(c);
}
END_TEST

START_TEST(facts_cost_no_round_trip)
{
    int before = inb__pg_round_trips(conn);
    ck_assert_int_ge(inb__pg_server_version(conn), 130000);
    ck_assert_int_gt(inb__pg_backend_pid(conn), 0);
    ck_assert_int_gt(inb__pg_connect_us(conn), 0);
    ck_assert_int_eq(inb__pg_round_trips(conn), before);
    ck_assert_int_eq(before, 0);
    int64_t jitter = inb__jitter(1000);
    ck_assert_int_ge(jitter, 500);
    ck_assert_int_le(jitter, 1000);
    ck_assert_int_eq(inb__jitter(0), 0);
}
END_TEST

int main(int argc, char **argv)
{
    (void)argc;
    inb_db_main(argv);
    Suite *suite = suite_create("pg");
    TCase *all = tcase_create("pg");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, parameters_and_values_pass_unchanged);
    tcase_add_test(all, affected_rows_are_counted);
    tcase_add_test(all, too_many_parameters_are_refused_before_sending);
    tcase_add_test(all, a_refusal_has_its_sqlstate_place_and_detail);
    tcase_add_test(all, a_simple_query_runs_what_refuses_a_transaction);
    tcase_add_test(all, several_statements_in_one_simple_query_end_with_the_first_error);
    tcase_add_test(all, a_pipeline_is_one_round_trip);
    tcase_add_test(all, a_large_pipeline_does_not_deadlock);
    tcase_add_test(all, a_pipeline_stops_at_the_first_refusal_and_the_connection_lives);
    tcase_add_test(all, a_timed_pipeline_gives_each_step_its_own_time);
    tcase_add_test(all, segments_of_a_pipeline_fail_apart);
    tcase_add_test(all, a_cancellation_ends_every_segment);
    tcase_add_test(all, a_limit_cancels_on_the_server);
    tcase_add_test(all, the_caller_cancels_a_statement_and_a_pipeline);
    tcase_add_test(all, copy_is_refused_in_every_direction_and_way);
    tcase_add_test(all, a_terminated_backend_is_a_lost_connection);
    tcase_add_test(all, a_connection_that_was_closed_while_idle_is_noticed_before_it_is_used);
    tcase_add_test(all, a_backend_terminated_in_a_statement_or_a_sleep_is_noticed);
    tcase_add_test(all, the_urls_schema_and_the_timeout_are_the_sessions);
    tcase_add_test(all, refused_connections_say_why);
    tcase_add_test(all, a_password_that_is_wrong_or_missing_is_not_tried_again);
    tcase_add_test(all, a_database_that_comes_later_is_waited_for);
    tcase_add_test(all, a_server_that_accepts_and_says_nothing_is_left_in_time);
    tcase_add_test(all, a_read_only_server_is_refused_unless_any_will_do);
    tcase_add_test(all, names_are_quoted_by_libpq);
    tcase_add_test(all, smoke_checks_leave_nothing);
    tcase_add_test(all, a_smoke_check_that_ends_the_transaction_fails);
    tcase_add_test(all, notices_reach_the_log_by_their_severity);
    tcase_add_test(all, facts_cost_no_round_trip);
    suite_add_tcase(suite, all);
    return inb_check_main(suite);
}

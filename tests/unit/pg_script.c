/* The room pg against a libpq that follows a script: what it calls, and what it makes of a
 * connection lost at every call. */
#include "config.h"

#include "check_main.h"
#include "fake_pq.h"
#include "inboard/smoke.h"
#include "oom.h"
#include "pg/pg.h"

#include <string.h>
#include <unistd.h>

#define URL "host=h port=5433 dbname=d user=u password=sesame"
#define CONNECT_TO                                                                                 \
    " application_name=inboard client_encoding=UTF8 target_session_attrs=any "                     \
    "target_session_attrs=read-write keepalives=1 keepalives_idle=30 keepalives_interval=10 "      \
    "keepalives_count=3 tcp_user_timeout=30000"
#define GIVEN "dbname=d user=u password=sesame host=h port=5433" CONNECT_TO

/* clang-format off: it takes a brace that begins an initialiser for a block */
#define CALL(name, ...)                                                                            \
    {                                                                                              \
        .function = (name), __VA_ARGS__                                                            \
    }
#define PLAIN(name)                                                                                \
    {                                                                                              \
        .function = (name)                                                                         \
    }
#define CONNECT                                                                                    \
    CALL("PQconnectStartParams", .given = GIVEN),                                                  \
        CALL("PQconnectPoll", .result = PGRES_POLLING_READING),                                    \
        CALL("PQconnectPoll", .result = PGRES_POLLING_OK), PLAIN("PQsetnonblocking")
#define ANSWER(what) PLAIN("PQflush"), PLAIN("PQisBusy"), CALL("PQgetResult", .answer = (what))
#define END ANSWER(NULL)
#define WAIT PLAIN("PQflush"), CALL("PQisBusy", .result = 1)
#define EXEC(sql, what) CALL("PQsendQueryParams", .given = (sql), .result = 1), ANSWER(what), END
/* clang-format on */
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const fake_answer done = {
    .status = PGRES_COMMAND_OK, .tag = "DONE", .transaction = PQTRANS_IDLE};
static const fake_answer done_inside = {
    .status = PGRES_COMMAND_OK, .tag = "DONE", .transaction = PQTRANS_INTRANS};
static const fake_answer one = {
    .status = PGRES_TUPLES_OK, .value = "1", .transaction = PQTRANS_INTRANS};
static const fake_answer xid = {
    .status = PGRES_TUPLES_OK, .value = "742", .transaction = PQTRANS_INTRANS};
static const fake_answer refused = {.status = PGRES_FATAL_ERROR,
                                    .sqlstate = "42601",
                                    .message = "syntax error",
                                    .position = 3,
                                    .transaction = PQTRANS_INERROR};
static const fake_answer skipped = {.status = PGRES_PIPELINE_ABORTED,
                                    .transaction = PQTRANS_INERROR};
static const fake_answer synced = {.status = PGRES_PIPELINE_SYNC, .transaction = PQTRANS_IDLE};
static const fake_answer synced_inside = {.status = PGRES_PIPELINE_SYNC,
                                          .transaction = PQTRANS_INTRANS};
static const fake_answer synced_failed = {.status = PGRES_PIPELINE_SYNC,
                                          .transaction = PQTRANS_INERROR};
static const fake_answer cancelled = {.status = PGRES_FATAL_ERROR,
                                      .sqlstate = "57014",
                                      .message = "canceling statement due to user request",
                                      .transaction = PQTRANS_IDLE};
static const fake_answer shut_down = {.status = PGRES_FATAL_ERROR,
                                      .sqlstate = "57P01",
                                      .message =
                                          "terminating connection due to administrator command",
                                      .goes = 1};
static const fake_answer copy_in = {.status = PGRES_COPY_IN, .transaction = PQTRANS_ACTIVE};
static const fake_answer copy_out = {.status = PGRES_COPY_OUT, .transaction = PQTRANS_ACTIVE};

static int connection(inb_conn **out, const char *url, int64_t connect_ms, int64_t limit_ms,
                      inb_error **err)
{
    inb__url parsed = {0};
    int rc = inb__url_parse(&parsed, url, err);
    if (rc == 0) {
        inb__pg_options options = {
            .url = &parsed, .connect_timeout_ms = connect_ms, .limit_ms = limit_ms};
        rc = inb__pg_open(out, &options, err);
    }
    inb__url_dispose(&parsed);
    return rc;
}

static int execute(const char *sql, int n, const char *const *params, int64_t limit_ms,
                   inb_error **err)
{
    inb_conn *conn = NULL;
    inb_result *result = NULL;
    int rc = connection(&conn, URL, 0, limit_ms, err);
    if (rc == 0) {
        rc = inb_conn_exec(conn, sql, n, params, &result, err);
        ck_assert(rc == 0 ? result != NULL : result == NULL);
    }
    inb_result_free(result);
    inb_conn_close(conn);
    return rc;
}

/* --- scenarios that end well, unless the connection or the memory does not hold -------------- */

static const fake_call exec_script[] = {
    CONNECT,
    CALL("PQsendQueryParams", .given = "select $1 [a, NULL]", .result = 1),
    CALL("PQflush", .result = 1),
    CALL("PQisBusy", .result = 1),
    CALL("PQconsumeInput", .result = 1),
    ANSWER(&one),
    END,
};

static int exec_play(inb_error **err)
{
    const char *params[] = {"a", NULL};
    return execute("select $1", 2, params, 0, err);
}

static const fake_call simple_script[] = {
    CONNECT, CALL("PQsendQuery", .given = "vacuum", .result = 1), ANSWER(&done), END};

static int simple_play(inb_error **err)
{
    inb_conn *conn = NULL;
    int rc = connection(&conn, URL, 0, 0, err);
    if (rc == 0) {
        rc = inb__pg_simple(conn, INB__STR("vacuum"), NULL, err);
    }
    inb_conn_close(conn);
    return rc;
}

static const fake_call session_script[] = {
    CONNECT,
    EXEC("SELECT pg_catalog.set_config('search_path', COALESCE($1, "
         "pg_catalog.current_setting('search_path')), false), "
         "pg_catalog.set_config('statement_timeout', COALESCE($2, "
         "pg_catalog.current_setting('statement_timeout')), false) [\"app\", 500]",
         &one),
};

static int session_play(inb_error **err)
{
    inb_conn_options options = {
        .size = sizeof(options), .url = URL " schema=app", .statement_timeout_ms = 500};
    inb_conn *conn = NULL;
    int rc = inb_conn_open(&conn, &options, err);
    inb_conn_close(conn);
    return rc;
}

static const fake_call pipe_script[] = {
    CONNECT,
    CALL("PQenterPipelineMode", .result = 1),
    CALL("PQsendQueryParams", .given = "begin", .result = 1),
    CALL("PQsendFlushRequest", .result = 1),
    CALL("PQsendQueryParams", .given = "insert $1 [x]", .result = 1),
    CALL("PQpipelineSync", .result = 1),
    CALL("PQsendQueryParams", .given = "commit", .result = 1),
    CALL("PQsendFlushRequest", .result = 1),
    CALL("PQpipelineSync", .result = 1),
    ANSWER(&done_inside),
    END,
    WAIT,
    CALL("PQconsumeInput", .result = 1),
    ANSWER(&done_inside),
    END,
    ANSWER(&synced),
    ANSWER(&done),
    END,
    ANSWER(&synced),
    CALL("PQexitPipelineMode", .result = 1),
};

static int pipe_play(inb_error **err)
{
    inb_conn *conn = NULL;
    int rc = connection(&conn, URL, 0, 0, err);
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    if (rc == 0) {
        const char *params[] = {"x"};
        pipe.timed = true;
        inb__pg_pipe_add(&pipe, INB__STR("begin"), 0, NULL);
        inb__pg_pipe_add(&pipe, INB__STR("insert $1"), 1, params);
        inb__pg_pipe_sync(&pipe);
        inb__pg_pipe_add(&pipe, INB__STR("commit"), 0, NULL);
        rc = inb__pg_pipe_run(conn, &pipe, err);
        ck_assert(rc < 0 || pipe.done == 3);
        ck_assert(rc < 0 || inb__pg_round_trips(conn) == 1);
    }
    inb__pg_pipe_dispose(&pipe);
    inb_conn_close(conn);
    return rc;
}

static const fake_call smoke_script[] = {
    CONNECT,
    CALL("PQenterPipelineMode", .result = 1),
    CALL("PQsendQueryParams", .given = "BEGIN", .result = 1),
    CALL("PQsendQueryParams", .given = "SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text",
         .result = 1),
    CALL("PQpipelineSync", .result = 1),
    ANSWER(&done_inside),
    END,
    ANSWER(&xid),
    END,
    ANSWER(&synced_inside),
    CALL("PQexitPipelineMode", .result = 1),
    EXEC("insert", &done_inside),
    EXEC("SELECT COALESCE(pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text, '')", &xid),
    EXEC("ROLLBACK", &done),
};

static int smoke_check(inb_conn *conn, void *payload, inb_error **err)
{
    (void)payload;
    return inb_conn_exec(conn, "insert", 0, NULL, NULL, err);
}

static int smoke_play(inb_error **err)
{
    const inb_smoke_check check = {"check", smoke_check, NULL};
    inb_conn *conn = NULL;
    int rc = connection(&conn, URL, 0, 0, err);
    if (rc == 0) {
        rc = inb_smoke_run(conn, &check, 1, NULL, NULL, err);
    }
    inb_conn_close(conn);
    return rc;
}

static const struct {
    const char *name;
    const fake_call *calls;
    size_t n;
    int (*play)(inb_error **err);
} scenarios[] = {
    {"exec", exec_script, LENGTH(exec_script), exec_play},
    {"simple", simple_script, LENGTH(simple_script), simple_play},
    {"session", session_script, LENGTH(session_script), session_play},
    {"pipe", pipe_script, LENGTH(pipe_script), pipe_play},
    {"smoke", smoke_script, LENGTH(smoke_script), smoke_play},
};

START_TEST(the_script_is_followed)
{
    inb_error *err = NULL;
    fake_pq_start(scenarios[_i].calls, scenarios[_i].n, FAKE_PQ_STRICT);
    ck_assert_msg(scenarios[_i].play(&err) == 0, "%s: %s", scenarios[_i].name,
                  inb_error_message(err));
    ck_assert_ptr_null(err);
    fake_pq_end(1);
    ck_assert_int_eq(inb__alloc_live(), 0);
}
END_TEST

START_TEST(a_connection_lost_at_any_call_is_told_and_leaves_nothing)
{
    for (size_t at = 0; at < scenarios[_i].n; at++) {
        inb_error *err = NULL;
        fake_pq_start(scenarios[_i].calls, scenarios[_i].n, (int)at);
        int rc = scenarios[_i].play(&err);
        ck_assert_msg(rc == INB_ECONN, "%s, lost at call %zu (%s): %d %s", scenarios[_i].name, at,
                      scenarios[_i].calls[at].function, rc, inb_error_message(err));
        ck_assert_int_eq(inb_error_code(err), INB_ECONN);
        ck_assert_ptr_null(strstr(inb_error_message(err), "sesame"));
        ck_assert_uint_eq(fake_pq_end(0), at);
        inb_error_free(err);
        ck_assert_int_eq(inb__alloc_live(), 0);
    }
}
END_TEST

START_TEST(any_allocation_may_fail)
{
    INB_OOM_LOOP(oom)
    {
        inb_error *err = NULL;
        fake_pq_start(scenarios[_i].calls, scenarios[_i].n, FAKE_PQ_MAY_SKIP);
        int rc = scenarios[_i].play(&err);
        if (rc == 0) {
            fake_pq_end(1);
            INB_OOM_DONE(oom);
        } else {
            ck_assert_msg(rc == INB_ENOMEM, "%s: %d %s", scenarios[_i].name, rc,
                          inb_error_message(err));
            ck_assert_int_eq(inb_error_code(err), INB_ENOMEM);
            fake_pq_end(0);
        }
        inb_error_free(err);
    }
}
END_TEST

/* --- refusals, cancels and surprises --------------------------------------------------------- */

static inb_error *err;

static void start(const fake_call *calls, size_t n)
{
    inb_error_free(err);
    err = NULL;
    fake_pq_start(calls, n, FAKE_PQ_STRICT);
}

#define START(script) start((script), LENGTH(script))

START_TEST(a_refusal_is_drained_and_mapped)
{
    static const fake_call script[] = {CONNECT, EXEC("selec", &refused)};
    START(script);
    ck_assert_int_eq(execute("selec", 0, NULL, 0, &err), INB_ESQL);
    ck_assert_str_eq(inb_error_sqlstate(err), "42601");
    ck_assert_str_eq(inb_error_message(err), "syntax error");
    ck_assert_int_eq(inb_error_column(err), 3);
    fake_pq_end(1);
}
END_TEST

START_TEST(the_servers_last_words_are_kept)
{
    static const fake_call script[] = {
        CONNECT, CALL("PQsendQueryParams", .given = "select 1", .result = 1), ANSWER(&shut_down)};
    START(script);
    ck_assert_int_eq(execute("select 1", 0, NULL, 0, &err), INB_ECONN);
    ck_assert_str_eq(inb_error_sqlstate(err), "57P01");
    ck_assert_str_eq(inb_error_detail(err), shut_down.message);
    fake_pq_end(0);
}
END_TEST

START_TEST(what_libpq_does_not_take_ends_the_connection)
{
    static const fake_call script[] = {CONNECT,
                                       CALL("PQsendQueryParams", .given = "select 1", .result = 0)};
    START(script);
    inb_conn *conn = NULL;
    ck_assert_int_eq(connection(&conn, URL, 0, 0, &err), 0);
    ck_assert_int_eq(inb_conn_exec(conn, "select 1", 0, NULL, NULL, &err), INB_ENOMEM);
    ck_assert(!inb_conn_alive(conn));
    ck_assert_int_eq(inb_conn_exec(conn, "select 1", 0, NULL, NULL, &err), INB_ECONN);
    inb_conn_close(conn);
    fake_pq_end(1);
}
END_TEST

START_TEST(a_limit_cancels_and_waits_for_the_answer)
{
    static const fake_call script[] = {
        CONNECT,
        CALL("PQsendQueryParams", .given = "select 1", .result = 1),
        PLAIN("PQflush"),
        CALL("PQisBusy", .result = 1, .quiet = 1),
        PLAIN("PQcancel"),
        WAIT,
        CALL("PQconsumeInput", .result = 1),
        ANSWER(&cancelled),
        END,
    };
    START(script);
    ck_assert_int_eq(execute("select 1", 0, NULL, 30, &err), INB_ESQL);
    ck_assert_str_eq(inb_error_message(err), "the statement took longer than its limit of 30 ms");
    fake_pq_end(1);
}
END_TEST

START_TEST(an_answer_that_overtakes_the_cancel_counts)
{
    static const fake_call script[] = {
        CONNECT,
        CALL("PQsendQueryParams", .given = "select 1", .result = 1),
        PLAIN("PQflush"),
        CALL("PQisBusy", .result = 1, .quiet = 1),
        PLAIN("PQcancel"),
        ANSWER(&one),
        END,
    };
    START(script);
    ck_assert_int_eq(execute("select 1", 0, NULL, 30, &err), 0);
    fake_pq_end(1);
}
END_TEST

START_TEST(a_server_that_ignores_cancels_is_given_up)
{
    fake_call script[5 + 6 * 3] = {CONNECT,
                                   CALL("PQsendQueryParams", .given = "select 1", .result = 1)};
    size_t n = 5;
    for (int i = 0; i < 6; i++) {
        script[n++] = (fake_call)PLAIN("PQflush");
        script[n++] = (fake_call)CALL("PQisBusy", .result = 1, .quiet = 1);
        if (i < 5) {
            script[n++] = (fake_call)CALL("PQcancel", .quiet = 1);
        }
    }
    start(script, n);
    ck_assert_int_eq(execute("select 1", 0, NULL, 30, &err), INB_ECONN);
    fake_pq_end(1);
}
END_TEST

START_TEST(a_cancel_that_hangs_does_not_hold_us)
{
    static const fake_call script[] = {
        CONNECT,
        CALL("PQsendQueryParams", .given = "select 1", .result = 1),
        PLAIN("PQflush"),
        CALL("PQisBusy", .result = 1, .quiet = 1),
        CALL("PQcancel", .result = -1),
        ANSWER(&cancelled),
        END,
    };
    START(script);
    ck_assert_int_eq(execute("select 1", 0, NULL, 30, &err), INB_ESQL);
    ck_assert_int_eq(fake_pq_live(), 1); /* the handle that the thread still has */
    fake_pq_cancel_end();
    while (fake_pq_live() > 0) {
        usleep(10000);
    }
    fake_pq_end(1);
}
END_TEST

START_TEST(a_copy_from_the_client_is_ended_with_an_error)
{
    static const fake_call script[] = {
        CONNECT,
        CALL("PQsendQueryParams", .given = "copy", .result = 1),
        ANSWER(&copy_in),
        CALL("PQputCopyEnd", .given = "no data for COPY", .result = 1),
        PLAIN("PQflush"),
        ANSWER(&cancelled),
        END,
    };
    START(script);
    ck_assert_int_eq(execute("copy", 0, NULL, 0, &err), INB_ESQL);
    ck_assert_str_eq(inb_error_sqlstate(err), "0A000");
    fake_pq_end(1);
}
END_TEST

START_TEST(a_copy_to_the_client_is_cancelled_and_skipped)
{
    static const fake_call script[] = {
        CONNECT,
        CALL("PQsendQueryParams", .given = "copy", .result = 1),
        ANSWER(&copy_out),
        PLAIN("PQcancel"),
        CALL("PQgetCopyData", .result = 5),
        CALL("PQgetCopyData", .result = 0),
        CALL("PQconsumeInput", .result = 1),
        CALL("PQgetCopyData", .result = -1),
        ANSWER(&cancelled),
        END,
    };
    START(script);
    ck_assert_int_eq(execute("copy", 0, NULL, 0, &err), INB_ESQL);
    ck_assert_str_eq(inb_error_sqlstate(err), "0A000");
    fake_pq_end(1);
}
END_TEST

static int pipe_of_three(inb_error **error, size_t *done_out)
{
    inb_conn *conn = NULL;
    ck_assert_int_eq(connection(&conn, URL, 0, 0, error), 0);
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, INB__STR("a"), 0, NULL);
    inb__pg_pipe_add(&pipe, INB__STR("b"), 0, NULL);
    inb__pg_pipe_add(&pipe, INB__STR("c"), 0, NULL);
    int rc = inb__pg_pipe_run(conn, &pipe, error);
    *done_out = pipe.done;
    inb__pg_pipe_dispose(&pipe);
    inb_conn_close(conn);
    return rc;
}

#define SEND_THREE                                                                                 \
    CALL("PQenterPipelineMode", .result = 1),                                                      \
        CALL("PQsendQueryParams", .given = "a", .result = 1),                                      \
        CALL("PQsendQueryParams", .given = "b", .result = 1),                                      \
        CALL("PQsendQueryParams", .given = "c", .result = 1),                                      \
    {                                                                                              \
        "PQpipelineSync", .result = 1                                                              \
    }

START_TEST(a_pipeline_names_the_step_that_was_refused)
{
    static const fake_call script[] = {
        CONNECT,
        SEND_THREE,
        ANSWER(&done_inside),
        END,
        ANSWER(&refused),
        END,
        ANSWER(&skipped),
        END,
        ANSWER(&synced_failed),
        CALL("PQexitPipelineMode", .result = 1),
    };
    size_t good = 0;
    START(script);
    ck_assert_int_eq(pipe_of_three(&err, &good), INB_ESQL);
    ck_assert_int_eq(inb_error_statement(err), 2);
    ck_assert_uint_eq(good, 1);
    fake_pq_end(1);
}
END_TEST

START_TEST(a_pipeline_without_its_sync_is_lost)
{
    static const fake_call script[] = {CONNECT, SEND_THREE,    ANSWER(&done), END, ANSWER(&done),
                                       END,     ANSWER(&done), END,           END};
    size_t good = 0;
    START(script);
    ck_assert_int_eq(pipe_of_three(&err, &good), INB_ECONN);
    ck_assert_uint_eq(good, 3);
    fake_pq_end(1);
}
END_TEST

START_TEST(a_pipeline_without_an_answer_is_lost)
{
    static const fake_call script[] = {CONNECT,
                                       SEND_THREE,
                                       ANSWER(&done),
                                       END,
                                       END,
                                       ANSWER(&done),
                                       END,
                                       ANSWER(&synced),
                                       CALL("PQexitPipelineMode", .result = 1)};
    size_t good = 0;
    START(script);
    ck_assert_int_eq(pipe_of_three(&err, &good), INB_ECONN);
    fake_pq_end(1);
}
END_TEST

/* --- connecting
 * -------------------------------------------------------------------------------------------------------
 */

#define REFUSED_BY(text)                                                                           \
    PLAIN("PQconnectStartParams"),                                                                 \
    {                                                                                              \
        "PQconnectPoll", .result = PGRES_POLLING_FAILED, .error = (text)                           \
    }
#define FATAL(words)                                                                               \
    "connection to server at \"h\" (10.0.0.1), port 5433 failed: FATAL:  " words                   \
    "\nLOCATION:  f, p.c:1\n"

static const struct {
    const char *text;
    int code;
    const char *prisma;
    bool again;
} connects[] = {
    {FATAL("57P03: the database system is starting up"), INB_ECONN, "P1001", true},
    {FATAL("53300: sorry, too many clients already"), INB_ECONN, "P1001", true},
    {FATAL("57P01: terminating connection"), INB_ECONN, "P1001", true},
    {"connection to server failed: FATAL:  08P01: server login failed", INB_ECONN, "P1001", true},
    {"connection to server failed: Connection refused\n\tIs the server running?\n", INB_ECONN,
     "P1001", true},
    {"could not translate host name \"h\" to address: Temporary failure in name resolution\n",
     INB_ECONN, "P1001", true},
    {"SSL SYSCALL error: EOF detected\n", INB_ECONN, "P1001", true},
    {"received invalid response to SSL negotiation: H\n", INB_ECONN, "P1001", true},
    {FATAL("28P01: password authentication failed for user \"u\""), INB_EPERM, "P1000", false},
    {FATAL("28000: no pg_hba.conf entry"), INB_EPERM, "P1010", false},
    {FATAL("3D000: database \"d\" does not exist"), INB_ECONN, "P1003", false},
    {FATAL("42501: permission denied for database \"d\""), INB_EPERM, "P1010", false},
    {FATAL("XX000: something else"), INB_ECONN, "P1001", false},
    {"FATAL:  08P01: no such database: d\n", INB_ECONN, "P1003", false},
    {"FATAL:  08P01: unsupported startup parameter: options\n", INB_EINVAL, "P1013", false},
    {"fe_sendauth: no password supplied\n", INB_EPERM, "P1000", false},
    {"SSL error: certificate verify failed\n", INB_ECONN, "P1011", false},
    {"server does not support SSL, but SSL was required\n", INB_ECONN, "P1011", false},
    {"invalid sslcert value\n", INB_EINVAL, "P1013", false},
};

START_TEST(refusals_are_told_apart)
{
    const fake_call script[] = {REFUSED_BY(connects[_i].text), CONNECT};
    start(script, LENGTH(script));
    inb_conn *conn = NULL;
    int rc = connection(&conn, URL, 5000, 0, &err);
    inb_conn_close(conn);
    if (connects[_i].again) {
        ck_assert_int_eq(rc, 0);
        fake_pq_end(1);
        start(script, 2);
        rc = connection(&conn, URL, 0, 0, &err);
        fake_pq_end(1);
    } else {
        ck_assert_uint_eq(fake_pq_end(0), 2);
    }
    ck_assert_int_eq(rc, connects[_i].code);
    ck_assert_str_eq(inb_error_prisma_code(err), connects[_i].prisma);
    ck_assert_ptr_null(strchr(inb_error_message(err), '\n'));
    ck_assert_ptr_null(strstr(inb_error_message(err), "LOCATION"));
}
END_TEST

START_TEST(the_next_host_is_tried_at_once)
{
    static const fake_call script[] = {
        CALL("PQconnectStartParams",
             .given = "user=u dbname=d password=sesame host=a port=1" CONNECT_TO),
        CALL("PQconnectPoll", .result = PGRES_POLLING_FAILED, .error = FATAL("28000: no entry")),
        CALL("PQconnectStartParams",
             .given = "user=u dbname=d password=sesame host=b port=2" CONNECT_TO),
        CALL("PQconnectPoll", .result = PGRES_POLLING_OK),
        PLAIN("PQsetnonblocking"),
    };
    START(script);
    inb_conn *conn = NULL;
    ck_assert_int_eq(
        connection(&conn, "user=u dbname=d password=sesame host=a,b port=1,2", 0, 0, &err), 0);
    inb_conn_close(conn);
    fake_pq_end(1);
}
END_TEST

START_TEST(a_standby_among_refusing_hosts_is_the_reason_given)
{
    static const fake_call script[] = {
        REFUSED_BY(FATAL("28000: no entry")),
        REFUSED_BY("connection to server failed: session is read-only\n"),
    };
    START(script);
    inb_conn *conn = NULL;
    ck_assert_int_eq(connection(&conn, "user=u host=a,b port=1", 0, 0, &err), INB_EPERM);
    ck_assert_ptr_nonnull(strstr(inb_error_message(err), "read-only"));
    fake_pq_end(1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pg_script");
    TCase *tc = tcase_create("script");
    tcase_add_loop_test(tc, the_script_is_followed, 0, LENGTH(scenarios));
    tcase_add_loop_test(tc, a_connection_lost_at_any_call_is_told_and_leaves_nothing, 0,
                        LENGTH(scenarios));
    tcase_add_loop_test(tc, any_allocation_may_fail, 0, LENGTH(scenarios));
    tcase_add_test(tc, a_refusal_is_drained_and_mapped);
    tcase_add_test(tc, the_servers_last_words_are_kept);
    tcase_add_test(tc, what_libpq_does_not_take_ends_the_connection);
    tcase_add_test(tc, a_limit_cancels_and_waits_for_the_answer);
    tcase_add_test(tc, an_answer_that_overtakes_the_cancel_counts);
    tcase_add_test(tc, a_server_that_ignores_cancels_is_given_up);
    tcase_add_test(tc, a_cancel_that_hangs_does_not_hold_us);
    tcase_add_test(tc, a_copy_from_the_client_is_ended_with_an_error);
    tcase_add_test(tc, a_copy_to_the_client_is_cancelled_and_skipped);
    tcase_add_test(tc, a_pipeline_names_the_step_that_was_refused);
    tcase_add_test(tc, a_pipeline_without_its_sync_is_lost);
    tcase_add_test(tc, a_pipeline_without_an_answer_is_lost);
    tcase_add_loop_test(tc, refusals_are_told_apart, 0, LENGTH(connects));
    tcase_add_test(tc, the_next_host_is_tried_at_once);
    tcase_add_test(tc, a_standby_among_refusing_hosts_is_the_reason_given);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

#include "config.h"

#include "fake_pq.h"

#include <check.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct pg_conn {
    int ready; /* an eventfd with something to read */
    int quiet; /* and one without */
    ConnStatusType status;
    PGTransactionStatusType transaction;
    char error[200];
    PQnoticeReceiver receiver;
};

struct pg_result {
    fake_answer answer;
};

struct pg_cancel {
    int unused;
};

static struct {
    const fake_call *calls;
    size_t n;
    size_t next;
    int lose_at;
    int lost;
    int quiet;
    int live;
    PGconn *conn;
} fake;

void fake_pq_start(const fake_call *calls, size_t n, int lose_at)
{
    memset(&fake, 0, sizeof(fake));
    fake.calls = calls;
    fake.n = n;
    fake.lose_at = lose_at;
}

size_t fake_pq_end(int all)
{
    ck_assert_msg(!all || fake.lost || fake.next == fake.n, "the script goes on with %s",
                  fake.next < fake.n ? fake.calls[fake.next].function : "nothing");
    ck_assert_msg(fake.live == 0, "%d connections, results or handles were not freed", fake.live);
    return fake.next;
}

int fake_pq_live(void)
{
    return fake.live;
}

static void lose(PGconn *conn)
{
    fake.lost = 1;
    if (conn) {
        conn->status = CONNECTION_BAD;
        snprintf(conn->error, sizeof(conn->error), "server closed the connection unexpectedly\n");
    }
}

static bool fits(const fake_call *call, const char *function, const char *given)
{
    return strcmp(call->function, function) == 0 &&
           (!call->given || strcmp(call->given, given) == 0);
}

/* To the next call of the script that is this one; nowhere when there is none. */
static void skip_to(const char *function, const char *given)
{
    for (size_t i = fake.next; i < fake.n; i++) {
        if (fits(&fake.calls[i], function, given)) {
            fake.next = i;
            return;
        }
    }
}

/* The script's next call, or NULL when the connection is gone. */
static const fake_call *step(PGconn *conn, const char *function, const char *given)
{
    if (fake.lost) {
        return NULL;
    }
    ck_assert_msg(fake.next < fake.n, "%s was called after the script's end, with %s", function,
                  given);
    if (fake.lose_at == FAKE_PQ_MAY_SKIP) {
        skip_to(function, given);
    }
    const fake_call *call = &fake.calls[fake.next];
    ck_assert_msg(strcmp(call->function, function) == 0,
                  "call %zu: %s (%s), the script has %s (%s)", fake.next, function, given,
                  call->function, call->given ? call->given : "");
    ck_assert_msg(!call->given || strcmp(call->given, given) == 0,
                  "call %zu: %s was given\n%s\nand the script has\n%s", fake.next, function, given,
                  call->given ? call->given : "");
    if (fake.lose_at >= 0 && fake.next == (size_t)fake.lose_at) {
        lose(conn);
        return NULL;
    }
    fake.next++;
    fake.quiet = call->quiet;
    if (conn && call->error) {
        snprintf(conn->error, sizeof(conn->error), "%s", call->error);
    }
    return call;
}

static void *live(size_t size)
{
    void *made = calloc(1, size);
    ck_assert_ptr_nonnull(made);
    fake.live++;
    return made;
}

static void dead(void *made)
{
    ck_assert_int_gt(fake.live, 0);
    fake.live--;
    free(made); /* twice: the allocator, or a sanitizer, ends the test */
}

/* --- connecting -------------------------------------------------------------- */

static PQconninfoOption options[] = {
    {.keyword = (char *)"host"},
    {.keyword = (char *)"port"},
    {.keyword = (char *)"hostaddr"},
    {.keyword = (char *)"dbname"},
    {.keyword = (char *)"user"},
    {.keyword = (char *)"password"},
    {.keyword = (char *)"connect_timeout"},
    {.keyword = NULL},
};

PQconninfoOption *PQconninfoParse(const char *text, char **error)
{
    (void)error;
    ck_assert_str_eq(text, "");
    return options;
}

void PQconninfoFree(PQconninfoOption *made)
{
    ck_assert(!made || made == options);
}

int PQlibVersion(void)
{
    return 150000;
}

PGconn *PQconnectStartParams(const char *const *names, const char *const *values, int expand)
{
    char given[1000] = "";
    size_t n = 0;
    ck_assert_int_eq(expand, 0);
    for (; *names; names++, values++) {
        n += (size_t)snprintf(given + n, sizeof(given) - n, "%s%s=%s", n ? " " : "", *names,
                              *values);
    }
    PGconn *conn = live(sizeof(*conn));
    conn->ready = eventfd(1, EFD_CLOEXEC);
    conn->quiet = eventfd(0, EFD_CLOEXEC);
    conn->transaction = PQTRANS_IDLE;
    conn->status = CONNECTION_STARTED;
    const fake_call *call = step(conn, "PQconnectStartParams", given);
    conn->status = call && call->result == 0 ? CONNECTION_STARTED : CONNECTION_BAD;
    return conn;
}

PostgresPollingStatusType PQconnectPoll(PGconn *conn)
{
    const fake_call *call = step(conn, "PQconnectPoll", "");
    PostgresPollingStatusType state =
        call ? (PostgresPollingStatusType)call->result : PGRES_POLLING_FAILED;
    conn->status = state == PGRES_POLLING_OK       ? CONNECTION_OK
                   : state == PGRES_POLLING_FAILED ? CONNECTION_BAD
                                                   : conn->status;
    return state;
}

void PQfinish(PGconn *conn)
{
    if (conn) {
        close(conn->ready);
        close(conn->quiet);
        dead(conn);
    }
}

int PQsocket(const PGconn *conn)
{
    return conn->status == CONNECTION_BAD ? -1 : fake.quiet ? conn->quiet : conn->ready;
}

ConnStatusType PQstatus(const PGconn *conn)
{
    return conn->status;
}

PGTransactionStatusType PQtransactionStatus(const PGconn *conn)
{
    return conn->status == CONNECTION_BAD ? PQTRANS_UNKNOWN : conn->transaction;
}

char *PQerrorMessage(const PGconn *conn)
{
    return (char *)conn->error;
}

PGVerbosity PQsetErrorVerbosity(PGconn *conn, PGVerbosity verbosity)
{
    (void)conn;
    (void)verbosity;
    return PQERRORS_DEFAULT;
}

PQnoticeReceiver PQsetNoticeReceiver(PGconn *conn, PQnoticeReceiver receiver, void *payload)
{
    (void)payload;
    conn->receiver = receiver;
    return NULL;
}

int PQsetnonblocking(PGconn *conn, int on)
{
    ck_assert_int_eq(on, 1);
    return step(conn, "PQsetnonblocking", "") ? 0 : -1;
}

int PQbackendPID(const PGconn *conn)
{
    (void)conn;
    return 4711;
}

char *PQhost(const PGconn *conn)
{
    static char host[] = "/tmp";
    (void)conn;
    return host;
}

int PQserverVersion(const PGconn *conn)
{
    (void)conn;
    return 150020;
}

const char *PQparameterStatus(const PGconn *conn, const char *name)
{
    (void)conn;
    (void)name;
    return NULL;
}

/* --- sending ----------------------------------------------------------------- */

int PQsendQuery(PGconn *conn, const char *sql)
{
    const fake_call *call = step(conn, "PQsendQuery", sql);
    return call && call->result;
}

/* "select $1 [a, NULL]" */
static const fake_call *given_step(PGconn *conn, const char *function, const char *what, int n,
                                   const char *const *params)
{
    char given[2000];
    size_t used = (size_t)snprintf(given, sizeof(given), "%s", what);
    for (int i = 0; i < n; i++) {
        used += (size_t)snprintf(given + used, sizeof(given) - used, "%s%s", i ? ", " : " [",
                                 params[i] ? params[i] : "NULL");
    }
    snprintf(given + used, sizeof(given) - used, "%s", n ? "]" : "");
    return step(conn, function, given);
}

int PQsendQueryParams(PGconn *conn, const char *sql, int n, const Oid *types,
                      const char *const *params, const int *lengths, const int *formats,
                      int result_format)
{
    ck_assert(!types && !lengths && !formats && result_format == 0);
    const fake_call *call = given_step(conn, "PQsendQueryParams", sql, n, params);
    return call && call->result;
}

int PQsendPrepare(PGconn *conn, const char *name, const char *sql, int n, const Oid *types)
{
    ck_assert(n == 0 && !types);
    const fake_call *call = given_step(conn, "PQsendPrepare", name, 1, &sql);
    return call && call->result;
}

int PQsendQueryPrepared(PGconn *conn, const char *name, int n, const char *const *params,
                        const int *lengths, const int *formats, int result_format)
{
    ck_assert(!lengths && !formats && result_format == 0);
    const fake_call *call = given_step(conn, "PQsendQueryPrepared", name, n, params);
    return call && call->result;
}

static int simple_step(PGconn *conn, const char *function, int when_lost)
{
    const fake_call *call = step(conn, function, "");
    return call ? (int)call->result : when_lost;
}

int PQenterPipelineMode(PGconn *conn)
{
    return simple_step(conn, "PQenterPipelineMode", 0);
}

int PQexitPipelineMode(PGconn *conn)
{
    return simple_step(conn, "PQexitPipelineMode", 0);
}

int PQpipelineSync(PGconn *conn)
{
    return simple_step(conn, "PQpipelineSync", 0);
}

int PQsendFlushRequest(PGconn *conn)
{
    return simple_step(conn, "PQsendFlushRequest", 0);
}

int PQflush(PGconn *conn)
{
    return simple_step(conn, "PQflush", -1);
}

int PQputCopyEnd(PGconn *conn, const char *error)
{
    const fake_call *call = step(conn, "PQputCopyEnd", error);
    return call ? (int)call->result : -1;
}

/* --- receiving --------------------------------------------------------------- */

int PQconsumeInput(PGconn *conn)
{
    return simple_step(conn, "PQconsumeInput", 0);
}

int PQisBusy(PGconn *conn)
{
    return simple_step(conn, "PQisBusy", 1);
}

PGresult *PQgetResult(PGconn *conn)
{
    const fake_call *call = step(conn, "PQgetResult", "");
    if (!call) {
        PGresult *gone = live(sizeof(*gone));
        gone->answer = (fake_answer){.status = PGRES_FATAL_ERROR,
                                     .message = "server closed the connection unexpectedly"};
        return gone;
    }
    if (!call->answer) {
        return NULL;
    }
    PGresult *made = live(sizeof(*made));
    made->answer = *call->answer;
    conn->transaction = call->answer->transaction;
    if (call->answer->goes) {
        lose(conn);
    }
    return made;
}

int PQgetCopyData(PGconn *conn, char **row, int async)
{
    ck_assert_int_eq(async, 1);
    const fake_call *call = step(conn, "PQgetCopyData", "");
    *row = call && call->result > 0 ? live(1) : NULL;
    return call ? (int)call->result : -2;
}

void PQfreemem(void *p)
{
    if (p) {
        dead(p);
    }
}

PGcancel *PQgetCancel(PGconn *conn)
{
    return conn->status == CONNECTION_BAD ? NULL : live(sizeof(PGcancel));
}

void PQfreeCancel(PGcancel *cancel)
{
    if (cancel) {
        dead(cancel);
    }
}

static sem_t cancel_hangs;

void fake_pq_cancel_end(void)
{
    sem_post(&cancel_hangs);
}

/* With a negative result it hangs until fake_pq_cancel_end(). */
int PQcancel(PGcancel *cancel, char *error, int size)
{
    ck_assert_ptr_nonnull(cancel);
    snprintf(error, (size_t)size, "nothing");
    const fake_call *call = step(NULL, "PQcancel", "");
    if (call && call->result < 0) {
        sem_wait(&cancel_hangs);
    }
    return 1;
}

/* --- results ----------------------------------------------------------------- */

void PQclear(PGresult *result)
{
    if (result) {
        dead(result);
    }
}

ExecStatusType PQresultStatus(const PGresult *result)
{
    return result ? result->answer.status : PGRES_FATAL_ERROR;
}

char *PQresultErrorMessage(const PGresult *result)
{
    return (char *)(result && result->answer.message ? result->answer.message : "");
}

char *PQresultErrorField(const PGresult *result, int field)
{
    static char position[16];
    if (!result) {
        return NULL;
    }
    switch (field) {
    case PG_DIAG_SQLSTATE:
        return (char *)result->answer.sqlstate;
    case PG_DIAG_MESSAGE_PRIMARY:
        return (char *)result->answer.message;
    case PG_DIAG_STATEMENT_POSITION:
        snprintf(position, sizeof(position), "%d", result->answer.position);
        return result->answer.position ? position : NULL;
    default:
        return NULL;
    }
}

char *PQcmdStatus(PGresult *result)
{
    return (char *)(result->answer.tag ? result->answer.tag : "");
}

char *PQcmdTuples(PGresult *result)
{
    (void)result;
    return (char *)"";
}

int PQntuples(const PGresult *result)
{
    return result->answer.value != NULL;
}

int PQnfields(const PGresult *result)
{
    return result->answer.value != NULL;
}

char *PQgetvalue(const PGresult *result, int row, int column)
{
    ck_assert_int_eq(row + column, 0);
    return (char *)result->answer.value;
}

int PQgetlength(const PGresult *result, int row, int column)
{
    return (int)strlen(PQgetvalue(result, row, column));
}

int PQgetisnull(const PGresult *result, int row, int column)
{
    (void)row;
    (void)column;
    return result->answer.value == NULL;
}

/* --- quoting ----------------------------------------------------------------- */

static char *quoted(char quote, const char *text, size_t n)
{
    char *out = live(n + 3);
    snprintf(out, n + 3, "%c%.*s%c", quote, (int)n, text, quote);
    return out;
}

char *PQescapeIdentifier(PGconn *conn, const char *text, size_t n)
{
    return conn->status == CONNECTION_BAD ? NULL : quoted('"', text, n);
}

char *PQescapeLiteral(PGconn *conn, const char *text, size_t n)
{
    return conn->status == CONNECTION_BAD ? NULL : quoted('\'', text, n);
}

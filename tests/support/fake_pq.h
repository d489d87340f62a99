/*
 * A libpq that follows a script: an array of the calls that must come, in order, with what each is
 * given and answers. A call that is not the next of the script fails the test. The program is
 * linked with the library's rooms and without -lpq.
 *
 * What acts on the connection is in the script. What only asks (PQstatus, PQresultStatus,
 * PQgetvalue, …) is answered from what happened so far. Every connection, result and cancel handle
 * is counted, and clearing one twice fails the test.
 */
#ifndef INB_TESTS_FAKE_PQ_H
#define INB_TESTS_FAKE_PQ_H

#include <libpq-fe.h>
#include <stddef.h>

/* What PQgetResult gives. */
typedef struct fake_answer {
    ExecStatusType status;
    const char *sqlstate;
    const char *message;
    const char *tag;
    const char *value;                   /* of its one row and column, NULL: no rows */
    PGTransactionStatusType transaction; /* after it */
    int position;
    int goes; /* the connection is bad after it, as after a FATAL */
} fake_answer;

typedef struct fake_call {
    const char *function;
    const char *given; /* the statement and its parameters "select $1 [a, NULL]"; NULL: anything */
    long result;
    const fake_answer *answer; /* PQgetResult: NULL is the NULL that ends a statement's answers */
    const char *error;         /* PQerrorMessage from now on */
    int quiet; /* the socket has nothing to read, until the next call of the script */
} fake_call;

/*
 * Starts a script. lose_at: the call of that number (from 0) finds the connection gone, and all
 * after it; or one of these: the calls of the script must all come, or some may be left out (memory
 * ran out on the way).
 */
#define FAKE_PQ_STRICT (-1)
#define FAKE_PQ_MAY_SKIP (-2)
void fake_pq_start(const fake_call *calls, size_t n, int lose_at);

/* How many calls were made; fails the test when `all` and the script is not at its end, or when
 * anything was not freed. */
size_t fake_pq_end(int all);

/* Ends a PQcancel whose result in the script is negative: it hangs. */
void fake_pq_cancel_end(void);

/* Connections that were not finished, and results that were not cleared. */
int fake_pq_live(void);

#endif

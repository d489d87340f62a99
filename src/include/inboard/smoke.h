/*
 * Smoke checks: small functions that use the migrated database as the application will, in one
 * transaction that is always rolled back.
 */
#ifndef INBOARD_SMOKE_H
#define INBOARD_SMOKE_H

#include <inboard/conn.h>
#include <inboard/error.h>
#include <inboard/export.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

INB_BEGIN_DECLS

/* A check: 0 when it passed; otherwise a negative code, with an error where there is more to say.
 * @since 0.1 */
typedef int (*inb_smoke_cb)(inb_conn *conn, void *payload, inb_error **err);

/* A check and its name. Without a size: it never gets another member. @since 0.1 */
typedef struct inb_smoke_check {
    const char *name;
    inb_smoke_cb run;
    void *payload;
} inb_smoke_check;

/* Called after each check with its time. @since 0.1 */
typedef void (*inb_smoke_result_cb)(const char *name, bool passed, int64_t duration_us,
                                    void *payload);

/*
 * Runs n checks in order, in one transaction that is rolled back at the end; stops at the first
 * that fails. A check that ends the transaction itself (COMMIT) fails.
 *
 * conn: outside of a transaction; checks: may be NULL when n is 0; result: called after each check,
 * may be NULL.
 *
 * Returns 0; INB_ESMOKE: a check failed, the message names it and the cause is the check's error;
 * INB_ECONN; INB_EINVAL; INB_ECANCELLED; INB_ENOMEM. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_smoke_run(inb_conn *conn, const inb_smoke_check *checks, size_t n,
                                            inb_smoke_result_cb result, void *payload,
                                            inb_error **err);

INB_END_DECLS

#endif

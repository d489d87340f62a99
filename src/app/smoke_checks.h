/* The service's smoke checks: what a client does first, through the functions that a request uses.
 */
#ifndef APP_SMOKE_CHECKS_H
#define APP_SMOKE_CHECKS_H

#include <inboard.h>

/* Runs them in one transaction that is rolled back; logs each one's name and milliseconds. */
int app_smoke_run(inb_conn *conn, inb_error **err);

#endif

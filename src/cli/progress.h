/* What a command that works on a database shows meanwhile, and how it is told to stop. */
#ifndef INB_CLI_PROGRESS_H
#define INB_CLI_PROGRESS_H

#include "inboard/conn.h"

/* For inb_log_cb: a line on standard error. */
void inb__cli_log(inb_log_level level, const char *message, void *payload);

/* From now on SIGINT, SIGTERM and SIGHUP ask it to stop; the second function is for inb_cancel_cb.
 */
void inb__cli_signals_take(void);
bool inb__cli_stop_asked(void *payload);

#endif

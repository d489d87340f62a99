/*
 * Shows a backfill while it runs: on a terminal a line that is rewritten, with --json a line of
 * JSON each second, both on standard error; and a file of metrics that is replaced as a whole.
 */
#ifndef INB_CLI_BACKFILL_SHOW_H
#define INB_CLI_BACKFILL_SHOW_H

#include "backfill/backfill_metrics.h"
#include "inboard/log.h"

#define INB__BACKFILL_SHOW_MOST 256 /* backfills of a run that the metrics tell of */

typedef struct inb__backfill_show {
    bool json;
    bool bar; /* there is a terminal */
    const char *metrics_file;
    inb_log_cb log; /* where lines of the log go */
    void *log_payload;
    bool drawn; /* the cursor is at the end of the bar */
    int64_t shown_us, written_us;
    inb__backfill_sample samples[INB__BACKFILL_SHOW_MOST];
    char names[INB__BACKFILL_SHOW_MOST][256];
    size_t n;
} inb__backfill_show;

/* A bar is drawn where standard error is a terminal and JSON is not asked for. */
void inb__backfill_show_begin(inb__backfill_show *show);

/* The hook of a run; the payload is the show. */
void inb__backfill_show_view(void *payload, const inb__backfill_view *view);

/* A line of the log, above the bar; the payload is the show. */
void inb__backfill_show_log(inb_log_level level, const char *message, void *payload);

/* Leaves the terminal at the beginning of a line. */
void inb__backfill_show_end(inb__backfill_show *show);

/* The bar for a line of so many columns. */
void inb__backfill_bar(inb__buf *out, const inb__backfill_view *view, int columns);

#endif

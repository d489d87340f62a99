/* What is said about a backfill while it runs, and at its end. Pure. */
#ifndef INB_BACKFILL_BACKFILL_TEXT_H
#define INB_BACKFILL_BACKFILL_TEXT_H

#include "backfill/backfill.h"

/* What there is to be seen at one moment. */
typedef struct inb__backfill_view {
    const inb__backfill_progress *progress;
    bool done;        /* it is at its end */
    double rate;      /* rows a second, holds left out */
    int64_t left_ms;  /* -1: unknown */
    int vacuums;      /* that were done in step */
    const char *held; /* "12 s for the lag of a standby", "" when it never held */
} inb__backfill_view;

/* One line of a log: rows, rate, time left, size of a batch, and why it holds. */
void inb__backfill_line(inb__buf *out, const inb__backfill_view *view);

/* The last line: rows, batches, WAL, time, and the time that it held, with the reasons. */
void inb__backfill_final(inb__buf *out, const inb__backfill_view *view);

#endif

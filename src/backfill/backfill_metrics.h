/* Backfills as metrics, in the text format of Prometheus. Pure. */
#ifndef INB_BACKFILL_BACKFILL_METRICS_H
#define INB_BACKFILL_BACKFILL_METRICS_H

#include "backfill/backfill_text.h"

/* One backfill at one moment. */
typedef struct inb__backfill_sample {
    const char *name;
    double rows, looked, estimate; /* estimate -1: unknown */
    double batches, wal_bytes, refused, batch_rows;
    double rate, held_seconds, elapsed_seconds;
    double holds; /* 1 while it does */
    double done;  /* 1 when it is */
} inb__backfill_sample;

inb__backfill_sample inb__backfill_sample_of(const inb__backfill_view *view);

/* All of them, each metric once with its samples. */
void inb__backfill_metrics_write(inb__buf *out, const inb__backfill_sample *samples, size_t n);

#endif

/*
 * The pace of a backfill: how many rows the next window has and how long to pause before it. Pure:
 * what batches took goes in, a size comes out.
 *
 * A writer that meets a batch waits for at most one batch, so the time that a batch takes is what
 * is kept to a target, and not its rows. The size follows the ninth of the last ten times; it grows
 * by at most a half a batch and shrinks at once. A second limit is the WAL that a batch writes, so
 * that wide rows do not flood a standby.
 */
#ifndef INB_BACKFILL_PACE_H
#define INB_BACKFILL_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INB__PACE_LEAST_ROWS 50
#define INB__PACE_MOST_ROWS 50000
#define INB__PACE_FIRST_ROWS 500
#define INB__PACE_WAL_BYTES ((int64_t)8 << 20)
#define INB__PACE_SAMPLES 10

typedef struct inb__pace_sample {
    int64_t rows;
    int64_t us;
    int64_t wal_bytes;
} inb__pace_sample;

typedef struct inb__pace {
    int64_t target_us;
    int64_t most_rows;
    int64_t rows;       /* the size of the next window */
    int64_t fixed_us;   /* what a batch takes however small it is, where that is too long; 0: not */
    int64_t floor_us;   /* what batches of the smallest size took, when the probe was begun */
    int64_t probe_rows; /* the size of a batch that tells about fixed_us; 0: no probe */
    int64_t resume_rows; /* the size after it */
    inb__pace_sample samples[INB__PACE_SAMPLES];
    size_t n;    /* of samples that are there */
    size_t next; /* where the next one goes */
} inb__pace;

void inb__pace_init(inb__pace *pace, int64_t target_ms);

/* Another target from the next batch on. */
void inb__pace_target(inb__pace *pace, int64_t target_ms);

/* The size of a batch at most, from the next one on; 0: INB__PACE_MOST_ROWS. */
void inb__pace_most(inb__pace *pace, int64_t rows);

/*
 * Takes in one batch: rows that its window had, written or not. pace->rows is what the next window
 * should have; a window that was cut before and has more than twice as many should be cut anew.
 */
void inb__pace_batch(inb__pace *pace, int64_t rows, int64_t us, int64_t wal_bytes);

/* A window that has to be tried again after a timeout or a deadlock: half as many rows. */
void inb__pace_give_way(inb__pace *pace);

/* True when a batch takes longer than the target whatever its size. */
bool inb__pace_is_pinned(const inb__pace *pace);

/*
 * The pause before the next batch, when the reading nearest to its limit is at this part of it (1:
 * at the limit, where the caller holds). No pause below 0.4, as long as the batch at 0.7, and
 * longer the nearer the limit is: a standby that replays slower is approached and not run into.
 */
int64_t inb__pace_pause_us(int64_t batch_us, double utilization);

#endif

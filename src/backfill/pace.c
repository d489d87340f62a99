/* How many rows the next window of a backfill has, from what the last batches took. */
#include "config.h"

#include "backfill/pace.h"

#define GROWTH 1.5 /* at most, from one batch to the next */
#define PANIC 5    /* times the target: a tenth of the rows */
#define PANIC_DIVISOR 10
#define PROBE 4         /* times the smallest size */
#define SETTLED_LOW 0.9 /* of the target: near enough to leave the size as it is */
#define SETTLED_HIGH 1.1
#define FREE_BELOW 0.4 /* of a limit: no pause */
#define PAUSE_LONGEST_US 2000000

void inb__pace_init(inb__pace *pace, int64_t target_ms)
{
    *pace = (inb__pace){.rows = INB__PACE_FIRST_ROWS, .most_rows = INB__PACE_MOST_ROWS};
    inb__pace_target(pace, target_ms);
}

void inb__pace_target(inb__pace *pace, int64_t target_ms)
{
    pace->target_us = (target_ms > 0 ? target_ms : 1) * 1000;
}

static int64_t rows_clamp(const inb__pace *pace, double rows)
{
    int64_t most = pace->most_rows;
    int64_t least = most < INB__PACE_LEAST_ROWS ? most : INB__PACE_LEAST_ROWS;
    return rows < (double)least ? least : rows > (double)most ? most : (int64_t)rows;
}

/*
 * Where a commit alone takes longer than the target, small batches would only add up: one and a
 * half times what no size can avoid is the target then.
 */
static double target_of(const inb__pace *pace)
{
    int64_t least_us = pace->fixed_us * 3 / 2;
    return (double)(least_us > pace->target_us ? least_us : pace->target_us);
}

bool inb__pace_is_pinned(const inb__pace *pace)
{
    return pace->fixed_us > 0;
}

static void samples_forget(inb__pace *pace)
{
    pace->n = 0;
    pace->next = 0;
}

static void sample_add(inb__pace *pace, const inb__pace_sample *sample)
{
    pace->samples[pace->next] = *sample;
    pace->next = (pace->next + 1) % INB__PACE_SAMPLES;
    pace->n += pace->n < INB__PACE_SAMPLES;
}

/* What the present size would have taken or written in the batch of a sample. */
static double scaled(const inb__pace *pace, const inb__pace_sample *s, bool wal)
{
    return (double)(wal ? s->wal_bytes : s->us) * (double)pace->rows / (double)s->rows;
}

/* The ninth of ten, the largest of fewer. */
static double p90(const inb__pace *pace, bool wal)
{
    double sorted[INB__PACE_SAMPLES];
    for (size_t i = 0; i < pace->n; i++) {
        double value = scaled(pace, &pace->samples[i], wal);
        size_t at = i;
        for (; at > 0 && sorted[at - 1] > value; at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = value;
    }
    return sorted[pace->n - (pace->n == INB__PACE_SAMPLES ? 2 : 1)];
}

static void probe_begin(inb__pace *pace, int64_t rows)
{
    pace->resume_rows = pace->rows;
    pace->probe_rows = rows;
    pace->rows = rows;
}

/* The shortest of ten batches, all of the smallest size; 0: they are not. */
static int64_t floor_time(const inb__pace *pace)
{
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < pace->n; i++) {
        const inb__pace_sample *s = &pace->samples[i];
        if (s->rows > rows_clamp(pace, 0)) {
            return 0;
        }
        least = s->us < least ? s->us : least;
    }
    return least;
}

/*
 * After ten batches: those of the smallest size that are still too long are compared with a larger
 * one, because the rows may not be the reason; and where that was found before, a small one tells
 * whether it is still so.
 */
static void probe_decide(inb__pace *pace)
{
    int64_t floor_us = floor_time(pace);
    if ((double)floor_us > target_of(pace)) {
        pace->floor_us = floor_us;
        probe_begin(pace, rows_clamp(pace, (double)rows_clamp(pace, 0) * PROBE));
    } else if (pace->fixed_us > 0) {
        pace->floor_us = 0;
        probe_begin(pace, rows_clamp(pace, 0));
    }
    if (pace->probe_rows > 0) {
        samples_forget(pace);
    }
}

static void probe_take(inb__pace *pace, int64_t us)
{
    int64_t fixed = us < pace->fixed_us ? us : pace->fixed_us;
    if (pace->floor_us > 0) {
        fixed = (PROBE * pace->floor_us - us) / (PROBE - 1);
    }
    pace->fixed_us = fixed > pace->target_us ? fixed : 0;
    pace->rows = pace->resume_rows;
    pace->probe_rows = 0;
}

static double nearer(double size, double reading, double limit)
{
    double ratio = reading > 0 ? limit / reading : GROWTH;
    if (reading >= SETTLED_LOW * limit && reading <= SETTLED_HIGH * limit) {
        ratio = 1;
    }
    return size * (ratio < GROWTH ? ratio : GROWTH);
}

static void size_follow(inb__pace *pace)
{
    double size = (double)pace->rows;
    double by_time = nearer(size, p90(pace, false), target_of(pace));
    double by_wal = nearer(size, p90(pace, true), (double)INB__PACE_WAL_BYTES);
    pace->rows = rows_clamp(pace, by_time < by_wal ? by_time : by_wal);
}

void inb__pace_batch(inb__pace *pace, int64_t rows, int64_t us, int64_t wal_bytes)
{
    if (rows <= 0 || us < 0) {
        return;
    }
    if (pace->probe_rows > 0) {
        if (rows == pace->probe_rows) {
            probe_take(pace, us);
        }
        return;
    }
    if ((double)us > PANIC * target_of(pace) && rows > rows_clamp(pace, 0)) {
        /* of its own size: the next one may have been cut before this was known */
        int64_t tenth = rows_clamp(pace, (double)rows / PANIC_DIVISOR);
        pace->rows = tenth < pace->rows ? tenth : pace->rows;
        samples_forget(pace);
        return;
    }
    if (rows * 2 < pace->rows && (double)us < target_of(pace)) {
        return; /* the end of a table: its time says nothing about a whole window */
    }
    sample_add(pace, &(inb__pace_sample){rows, us, wal_bytes > 0 ? wal_bytes : 0});
    size_follow(pace);
    if (pace->n == INB__PACE_SAMPLES) {
        probe_decide(pace);
    }
}

void inb__pace_give_way(inb__pace *pace)
{
    pace->probe_rows = 0;
    pace->rows = rows_clamp(pace, (double)pace->rows / 2);
}

void inb__pace_most(inb__pace *pace, int64_t rows)
{
    pace->probe_rows = 0;
    pace->most_rows = rows > 0 ? rows : INB__PACE_MOST_ROWS;
    pace->rows = rows_clamp(pace, (double)pace->rows);
}

int64_t inb__pace_pause_us(int64_t batch_us, double utilization)
{
    if (!(utilization > FREE_BELOW)) {
        return 0;
    }
    double room = 1 - utilization;
    double pause =
        room > 0 ? (double)batch_us * (utilization - FREE_BELOW) / room : PAUSE_LONGEST_US;
    return pause < PAUSE_LONGEST_US ? (int64_t)pause : PAUSE_LONGEST_US;
}

/* Backfills as metrics: each member of a sample has its name, its type and its help. */
#include "config.h"

#include "backfill/backfill_metrics.h"

#include <stddef.h>

static const struct {
    const char *name, *type, *help;
    size_t offset;
} metrics[] = {
#define METRIC(name, type, member, help)                                                           \
    {                                                                                              \
        "inboard_backfill_" name, type, help, offsetof(inb__backfill_sample, member)               \
    }
    METRIC("rows_total", "counter", rows, "Rows changed, by all runs."),
    METRIC("looked_rows", "gauge", looked, "Rows that the windows of this pass had."),
    METRIC("estimated_rows", "gauge", estimate, "Rows of a pass as estimated, -1: unknown."),
    METRIC("batches_total", "counter", batches, "Batches committed, by all runs."),
    METRIC("wal_bytes_total", "counter", wal_bytes, "WAL that the server wrote meanwhile."),
    METRIC("refused_rows", "gauge", refused, "Rows refused by their data."),
    METRIC("batch_rows", "gauge", batch_rows, "Rows of the next batch."),
    METRIC("rows_per_second", "gauge", rate, "Rows a second, holds left out."),
    METRIC("held_seconds_total", "counter", held_seconds, "Time held in this run."),
    METRIC("elapsed_seconds_total", "counter", elapsed_seconds, "Time of this run."),
    METRIC("holds", "gauge", holds, "1 while it holds."),
    METRIC("done", "gauge", done, "1 when it is done."),
};

inb__backfill_sample inb__backfill_sample_of(const inb__backfill_view *view)
{
    const inb__backfill_progress *p = view->progress;
    return (inb__backfill_sample){.name = p->name,
                                  .rows = (double)p->rows,
                                  .looked = (double)p->looked,
                                  .estimate = (double)p->estimate,
                                  .batches = (double)p->batches,
                                  .wal_bytes = (double)p->wal,
                                  .refused = (double)p->failed,
                                  .batch_rows = (double)p->size,
                                  .rate = view->rate,
                                  .held_seconds = (double)p->held_us / 1e6,
                                  .elapsed_seconds = (double)p->elapsed_us / 1e6,
                                  .holds = *p->hold ? 1 : 0,
                                  .done = view->done ? 1 : 0};
}

/* A value of a label: backslash, quote and newline are escaped. */
static void label_write(inb__buf *out, const char *value)
{
    for (; *value; value++) {
        if (*value == '\\' || *value == '"') {
            inb__buf_char(out, '\\');
        }
        inb__buf_str(out, *value == '\n' ? "\\n" : (char[]){*value, '\0'});
    }
}

void inb__backfill_metrics_write(inb__buf *out, const inb__backfill_sample *samples, size_t n)
{
    for (size_t m = 0; m < sizeof(metrics) / sizeof(metrics[0]); m++) {
        inb__buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", metrics[m].name, metrics[m].help,
                        metrics[m].name, metrics[m].type);
        for (size_t i = 0; i < n; i++) {
            const double *value = (const double *)((const char *)&samples[i] + metrics[m].offset);
            inb__buf_printf(out, "%s{migration=\"", metrics[m].name);
            label_write(out, samples[i].name);
            inb__buf_printf(out, "\"} %.15g\n", *value);
        }
    }
}

/* app --backfill: runs the backfills that are pending, in a release job or a worker of its own, and
 * says how far they are: in the log, and in a file of metrics. */
#include "config.h"

#include "app/exits.h"
#include "app/json_text.h"
#include "app/log_line.h"
#include "app/modes.h"
#include "app/program.h"
#include "app/storage.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST 64 /* backfills of one run that are told of */
#define NAME_BYTES 256
#define METRICS_EVERY_S 1

typedef struct backfills {
    const char *metrics_file; /* NULL: none, or it cannot be written */
    time_t written;
    inb_backfill_progress seen[MOST]; /* names in `names`, other texts are not kept */
    char names[MOST][NAME_BYTES];
    bool holds[MOST];
    size_t n;
} backfills;

/* Each metric has its name, its type and help, and where its number is. */
#define INTEGER(name, type, member, help)                                                          \
    {                                                                                              \
        "app_backfill_" name, type, help, offsetof(inb_backfill_progress, member)                  \
    }
static const struct {
    const char *name, *type, *help;
    size_t offset;
} metrics[] = {
    INTEGER("rows_total", "counter", rows, "Rows changed, by all runs."),
    INTEGER("looked_rows", "gauge", looked, "Rows that the windows of this pass had."),
    INTEGER("estimated_rows", "gauge", estimate, "Rows of a pass as estimated, -1: unknown."),
    INTEGER("batches_total", "counter", batches, "Batches committed, by all runs."),
    INTEGER("wal_bytes_total", "counter", wal_bytes, "WAL that the server wrote meanwhile."),
    INTEGER("refused_rows", "gauge", refused, "Rows refused by their data."),
    INTEGER("batch_rows", "gauge", batch_rows, "Rows of the next batch."),
    INTEGER("held_microseconds_total", "counter", held_us, "Time held in this run."),
};

static void head_print(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void metrics_print(FILE *out, const backfills *b)
{
    for (size_t m = 0; m < sizeof(metrics) / sizeof(*metrics); m++) {
        head_print(out, metrics[m].name, metrics[m].type, metrics[m].help);
        for (size_t i = 0; i < b->n; i++) {
            int64_t value;
            memcpy(&value, (const char *)&b->seen[i] + metrics[m].offset, sizeof(value));
            fprintf(out, "%s{migration=\"%s\"} %lld\n", metrics[m].name, b->names[i],
                    (long long)value);
        }
    }
    head_print(out, "app_backfill_holds", "gauge", "1 while it holds.");
    for (size_t i = 0; i < b->n; i++) {
        fprintf(out, "app_backfill_holds{migration=\"%s\"} %d\n", b->names[i], b->holds[i]);
    }
    head_print(out, "app_backfill_done", "gauge", "1 when it is done.");
    for (size_t i = 0; i < b->n; i++) {
        fprintf(out, "app_backfill_done{migration=\"%s\"} %d\n", b->names[i], b->seen[i].done);
    }
}

/* Beside it, and into place: a reader sees the old file or the new one. */
static bool metrics_write(const backfills *b)
{
    char beside[4096];
    int n = snprintf(beside, sizeof(beside), "%s.new", b->metrics_file);
    FILE *out = n < (int)sizeof(beside) ? fopen(beside, "w") : NULL;
    if (!out) {
        return false;
    }
    metrics_print(out, b);
    bool good = !ferror(out);
    good = fclose(out) == 0 && good;
    return good && rename(beside, b->metrics_file) == 0;
}

static void metrics_renew(backfills *b, bool done)
{
    time_t now = time(NULL);
    if (!b->metrics_file || (!done && now - b->written < METRICS_EVERY_S)) {
        return;
    }
    b->written = now;
    if (!metrics_write(b)) {
        app_log(INB_LOG_WARNING, "the metrics cannot be written to \"%.200s\": %s", b->metrics_file,
                strerror(errno));
        b->metrics_file = NULL;
    }
}

static void progress(const inb_backfill_progress *p, void *payload)
{
    backfills *b = payload;
    size_t at = 0;
    while (at < b->n && strcmp(b->names[at], p->name) != 0) {
        at++;
    }
    at = at < MOST ? at : MOST - 1;
    b->n = at < b->n ? b->n : at + 1;
    snprintf(b->names[at], sizeof(b->names[at]), "%s", p->name);
    b->seen[at] = *p;
    b->holds[at] = *p->hold != '\0';
    metrics_renew(b, p->done);
}

static json_t *backfills_json(const backfills *b)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < b->n; i++) {
        const inb_backfill_progress *p = &b->seen[i];
        list = app_json_append(
            list,
            json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:f, s:f}", "name", b->names[i], "done",
                      p->done, "rows", (json_int_t)p->rows, "batches", (json_int_t)p->batches,
                      "wal_bytes", (json_int_t)p->wal_bytes, "refused", (json_int_t)p->refused,
                      "passes", (json_int_t)p->pass, "held_ms", (double)p->held_us / 1000,
                      "elapsed_ms", (double)p->elapsed_us / 1000));
    }
    return json_pack("{s:o}", "backfills", list);
}

int app_run_backfill(const app_settings *s)
{
    inb_error *err = NULL;
    const inb_migrate_options options = app_migrate_options(s);
    backfills *b = calloc(1, sizeof(*b));
    if (!b) {
        app_nomem(&err);
        return app_refuse(err);
    }
    b->metrics_file = s->backfill_metrics;
    const inb_backfill_options more = {.size = sizeof(more),
                                       .workers = s->backfill_workers,
                                       .hold_when = s->backfill_hold_when,
                                       .progress = progress,
                                       .progress_payload = b};
    int rc = inb_backfill_run(&inboard_migrations, &options, &more, &err);
    if (rc == 0 && b->n == 0 && !s->json) {
        puts("no backfill is pending");
    }
    inb_error *unsaid = NULL;
    int printed = s->json ? app_json_print(backfills_json(b), rc ? &unsaid : &err) : 0;
    inb_error_free(unsaid);
    free(b);
    return rc || printed ? app_refuse(err) : APP_EXIT_OK;
}

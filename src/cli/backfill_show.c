/* A backfill on a terminal, as lines of JSON, and in a file of metrics. */
#include "config.h"

#include "cli/backfill_show.h"

#include "backfill/amount.h"
#include "pg/pg.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/json.h"
#include "util/limits.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_EVERY_US 200000
#define JSON_EVERY_US 1000000
#define METRICS_EVERY_US 1000000
#define BAR_CELLS 20
#define COLUMNS 80 /* of a terminal that does not tell */

void inb__backfill_show_begin(inb__backfill_show *show)
{
    show->bar = !show->json && isatty(STDERR_FILENO);
}

static int terminal_columns(void)
{
    struct winsize size;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : COLUMNS;
}

static void cells_write(inb__buf *out, double part)
{
    int full = (int)(part * BAR_CELLS);
    inb__buf_char(out, '[');
    inb__buf_fill(out, '=', (size_t)full);
    inb__buf_fill(out, ' ', (size_t)(BAR_CELLS - full));
    inb__buf_printf(out, "] %d %%", (int)(part * 100));
}

void inb__backfill_bar(inb__buf *out, const inb__backfill_view *view, int columns)
{
    const inb__backfill_progress *p = view->progress;
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_MESSAGE);
    if (p->estimate > 0) {
        double part = (double)p->looked / (double)p->estimate;
        cells_write(&line, part < 0.99 || view->done ? (part < 1 ? part : 1) : 0.99);
        inb__buf_str(&line, "  ");
    }
    inb__buf_printf(&line, "%s rows", inb__amount_count(p->looked).text);
    if (view->rate > 0) {
        inb__buf_printf(&line, "  %s/s", inb__amount_count((int64_t)(view->rate + 0.5)).text);
    }
    if (view->left_ms >= 0) {
        inb__buf_printf(&line, "  %s left", inb__amount_ms(view->left_ms / 1000 * 1000).text);
    }
    inb__buf_printf(&line, "  batch %s", inb__amount_count(p->size).text);
    if (*p->hold) {
        inb__buf_printf(&line, "  holds: %s", p->hold);
    }
    size_t most = columns > 1 ? (size_t)columns - 1 : 0;
    inb__buf_add(out, inb__buf_text(&line), line.length < most ? line.length : most);
}

static void bar_clear(inb__backfill_show *show)
{
    if (show->drawn) {
        fputs("\r\033[K", stderr);
        show->drawn = false;
    }
}

static void bar_draw(inb__backfill_show *show, const inb__backfill_view *view)
{
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_MESSAGE);
    inb__backfill_bar(&line, view, terminal_columns());
    bar_clear(show);
    fputs(inb__buf_text(&line), stderr);
    fflush(stderr);
    show->drawn = true;
}

static void json_line(const inb__backfill_view *view)
{
    const inb__backfill_progress *p = view->progress;
    inb__json j;
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_MESSAGE);
    inb__json_init_compact(&j, &line);
    inb__json_object(&j);
    inb__json_member(&j, "name", p->name);
    inb__json_member_bool(&j, "done", view->done);
    inb__json_member_int(&j, "rows", p->rows);
    inb__json_member_int(&j, "looked", p->looked);
    inb__json_member_int(&j, "estimate", p->estimate);
    inb__json_member_int(&j, "batches", p->batches);
    inb__json_member_int(&j, "batch_rows", p->size);
    inb__json_member_int(&j, "wal_bytes", p->wal);
    inb__json_member_int(&j, "refused", p->failed);
    inb__json_key(&j, "rows_per_second");
    inb__json_double(&j, view->rate, 1);
    inb__json_member_int(&j, "left_ms", view->left_ms);
    inb__json_member_int(&j, "held_ms", p->held_us / 1000);
    inb__json_member_int(&j, "elapsed_ms", p->elapsed_us / 1000);
    inb__json_member_int(&j, "vacuums", view->vacuums);
    inb__json_member(&j, "hold", p->hold);
    inb__json_object_end(&j);
    fprintf(stderr, "%s\n", inb__buf_text(&line));
}

/* The place of a backfill in the metrics; the last one is shared by those that are too many. */
static size_t sample_place(inb__backfill_show *show, const char *name)
{
    size_t at = 0;
    while (at < show->n && strcmp(show->names[at], name) != 0) {
        at++;
    }
    at = at < INB__BACKFILL_SHOW_MOST ? at : INB__BACKFILL_SHOW_MOST - 1;
    show->n = at < show->n ? show->n : at + 1;
    snprintf(show->names[at], sizeof(show->names[at]), "%s", name);
    return at;
}

static void metrics_write(inb__backfill_show *show, const inb__backfill_view *view)
{
    size_t at = sample_place(show, view->progress->name);
    show->samples[at] = inb__backfill_sample_of(view);
    show->samples[at].name = show->names[at];
    inb_error *err = NULL;
    INB__AUTO_BUF inb__buf text;
    inb__buf_init(&text, INB__LIMIT_FILE);
    inb__backfill_metrics_write(&text, show->samples, show->n);
    if (inb__file_write(show->metrics_file, (inb__str){inb__buf_text(&text), text.length}, &err) <
        0) {
        inb__backfill_show_log(INB_LOG_WARNING, inb_error_message(err), show);
        show->metrics_file = NULL; /* said once */
    }
    inb_error_free(err);
}

static bool is_time(int64_t *last_us, int64_t every_us, bool done)
{
    int64_t now = inb__now_us();
    bool is = done || *last_us == 0 || now - *last_us >= every_us;
    *last_us = is ? now : *last_us;
    return is;
}

void inb__backfill_show_view(void *payload, const inb__backfill_view *view)
{
    inb__backfill_show *show = payload;
    int64_t every_us = show->bar ? BAR_EVERY_US : JSON_EVERY_US;
    if ((show->bar || show->json) && is_time(&show->shown_us, every_us, view->done)) {
        if (show->bar) {
            bar_draw(show, view);
        } else {
            json_line(view);
        }
    }
    if (show->metrics_file && is_time(&show->written_us, METRICS_EVERY_US, view->done)) {
        metrics_write(show, view);
    }
}

void inb__backfill_show_log(inb_log_level level, const char *message, void *payload)
{
    inb__backfill_show *show = payload;
    bar_clear(show);
    if (show->log) {
        show->log(level, message, show->log_payload);
    }
}

void inb__backfill_show_end(inb__backfill_show *show)
{
    if (show->drawn) {
        fputs("\n", stderr);
        show->drawn = false;
    }
}

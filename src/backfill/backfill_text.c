/* The lines about a backfill. */
#include "config.h"

#include "backfill/backfill_text.h"

#include "backfill/amount.h"

void inb__backfill_line(inb__buf *out, const inb__backfill_view *v)
{
    const inb__backfill_progress *p = v->progress;
    inb__buf_printf(out, "backfill \"%s\": %s", p->name, inb__amount_count(p->looked).text);
    if (p->estimate > 0) {
        int64_t percent = p->looked < p->estimate ? p->looked * 100 / p->estimate : 99;
        inb__buf_printf(out, " of about %s rows (%d %%)", inb__amount_count(p->estimate).text,
                        (int)percent);
    } else {
        inb__buf_str(out, p->looked == 1 ? " row" : " rows");
    }
    if (p->pass > 1) {
        inb__buf_printf(out, " in pass %d", p->pass);
    }
    inb__buf_printf(out, ", %s changed", inb__amount_count(p->rows).text);
    if (v->rate > 0) {
        inb__buf_printf(out, ", %s a second", inb__amount_count((int64_t)(v->rate + 0.5)).text);
    }
    if (v->left_ms >= 0) {
        inb__buf_printf(out, ", %s left", inb__amount_ms(v->left_ms / 1000 * 1000).text);
    }
    inb__buf_printf(out, ", batches of %s", inb__amount_count(p->size).text);
    if (p->failed > 0) {
        inb__buf_printf(out, ", %s refused", inb__amount_count(p->failed).text);
    }
    if (*p->hold) {
        inb__buf_printf(out, "; holds: %s", p->hold);
    }
}

static void counted(inb__buf *out, int64_t n, const char *one, const char *many)
{
    inb__buf_printf(out, "%s %s", inb__amount_count(n).text, n == 1 ? one : many);
}

void inb__backfill_final(inb__buf *out, const inb__backfill_view *v)
{
    const inb__backfill_progress *p = v->progress;
    inb__buf_printf(out, "backfill \"%s\": ", p->name);
    counted(out, p->rows, "row", "rows");
    inb__buf_str(out, " in ");
    counted(out, p->batches, "batch", "batches");
    inb__buf_printf(out, ", %s of WAL, %s", inb__amount_bytes(p->wal > 0 ? p->wal : 0).text,
                    inb__amount_ms(p->elapsed_us / 1000).text);
    if (v->vacuums > 0) {
        inb__buf_printf(out, ", %d VACUUM in step", v->vacuums);
    }
    if (p->held_us >= 1000) {
        inb__buf_printf(out, ", held %s", inb__amount_ms(p->held_us / 1000).text);
        inb__buf_printf(out, "%s%s%s", *v->held ? " (" : "", v->held, *v->held ? ")" : "");
    }
    if (p->failed > 0) {
        inb__buf_str(out, ", ");
        counted(out, p->failed, "row refused", "rows refused");
    }
}

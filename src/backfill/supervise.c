/* The hooks of a run: holds, VACUUM in step, and what is to be seen. */
#include "config.h"

#include "backfill/supervise.h"

#include "backfill/amount.h"
#include "backfill/eta.h"
#include "backfill/holds.h"
#include "backfill/vacuum_step.h"
#include "postgres/quote.h"
#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/limits.h"

#define LINE_EVERY_MS 10000
#define LOOK_EVERY_US 400000 /* a worker asks each half second, and there may be many */

struct inb__supervise {
    inb__supervise_options options;
    inb__backfill_hooks hooks;
    inb__holds *holds;
    inb__vacuum_step *vacuum; /* NULL: none is wanted */
    inb__eta eta;
    const inb__hold_verdict *verdict;
    int64_t looked_us;
    int64_t held_us[INB__HOLD_RULES];
    int64_t rows;    /* when the progress was told last */
    bool begun;      /* rows is known */
    int64_t said_us; /* when the log got a line */
};

static void look_renew(inb__supervise *s)
{
    int64_t now = inb__now_us();
    if (s->verdict && now - s->looked_us < LOOK_EVERY_US) {
        return;
    }
    if (s->verdict && *s->verdict->reason) {
        s->held_us[s->verdict->rule] += now - s->looked_us;
    }
    s->verdict = inb__holds_look(s->holds);
    s->looked_us = now;
}

static int hold(void *payload, int worker, inb_conn *conn, inb__buf *reason_out,
                double *utilization_out, inb_error **err)
{
    inb__supervise *s = payload;
    (void)err;
    inb__holds_worker(s->holds, worker, inb__pg_backend_pid(conn),
                      s->options.backfill->target_ms * 1000);
    look_renew(s);
    inb__buf_str(reason_out, s->verdict->reason);
    *utilization_out = s->verdict->utilization;
    return 0;
}

/* "12 s for the lag of a standby, 3 s for the query" */
static void held_write(const inb__supervise *s, inb__buf *out)
{
    for (int i = 0; i < INB__HOLD_RULES; i++) {
        if (s->held_us[i] >= 1000) {
            inb__buf_printf(out, "%s%s for %s", out->length > 0 ? ", " : "",
                            inb__amount_ms(s->held_us[i] / 1000).text, inb__hold_rule_name(i));
        }
    }
}

static inb__backfill_view view_of(const inb__supervise *s, const inb__backfill_progress *p,
                                  const inb__buf *held)
{
    return (inb__backfill_view){.progress = p,
                                .rate = s->eta.rate,
                                .left_ms = inb__eta_left_ms(&s->eta, p->estimate),
                                .vacuums = s->vacuum ? inb__vacuum_step_count(s->vacuum) : 0,
                                .held = inb__buf_text(held)};
}

static void line_log(inb__supervise *s, const inb__backfill_view *view,
                     void (*write)(inb__buf *, const inb__backfill_view *))
{
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_MESSAGE);
    write(&line, view);
    s->said_us = inb__now_us();
    inb__log(&s->options.log, INB_LOG_INFO, "%s", inb__buf_text(&line));
}

static void vacuum_go(inb__supervise *s, const inb__backfill_progress *p)
{
    inb__vacuum_step_go(s->vacuum, p->leaf, s->begun ? p->rows - s->rows : 0,
                        inb__holds_last(s->holds));
    inb__holds_worker(s->holds, INB__HOLDS_VACUUM, inb__vacuum_step_pid(s->vacuum), 0);
}

static void progress(void *payload, const inb__backfill_progress *p)
{
    inb__supervise *s = payload;
    INB__AUTO_BUF inb__buf held;
    inb__buf_init(&held, INB__LIMIT_MESSAGE);
    inb__eta_tell(&s->eta, inb__now_us(), p->held_us, p->looked);
    if (s->vacuum && *p->leaf) {
        vacuum_go(s, p);
    }
    s->rows = p->rows;
    s->begun = true;
    held_write(s, &held);
    inb__backfill_view view = view_of(s, p, &held);
    if (s->options.line_ms > 0 && inb__now_us() - s->said_us >= s->options.line_ms * 1000) {
        line_log(s, &view, inb__backfill_line);
    }
    if (s->options.seen) {
        s->options.seen(s->options.payload, &view);
    }
}

void inb__supervise_final(inb__supervise *s, const inb__backfill_progress *total, bool done)
{
    INB__AUTO_BUF inb__buf held;
    inb__buf_init(&held, INB__LIMIT_MESSAGE);
    held_write(s, &held);
    inb__backfill_view view = view_of(s, total, &held);
    view.done = done;
    line_log(s, &view, inb__backfill_final);
    if (s->options.seen) {
        s->options.seen(s->options.payload, &view);
    }
}

static int holds_open(inb__supervise *s, inb_error **err)
{
    const inb__backfill *b = s->options.backfill;
    INB__AUTO_BUF inb__buf table;
    inb__buf_init(&table, INB__LIMIT_MESSAGE);
    if (*b->schema) {
        inb__quote_ident(&table, inb__str_of(b->schema));
        inb__buf_char(&table, '.');
    }
    inb__quote_ident(&table, inb__str_of(b->relation));
    inb__holds_options options = {.connect = s->options.connect,
                                  .relation = inb__buf_text(&table),
                                  .search_path = b->search_path,
                                  .query = s->options.query,
                                  .limits = s->options.limits,
                                  .lag_demanded = s->options.lag_demanded,
                                  .log = s->options.log};
    return inb__holds_open(&s->holds, &options, err);
}

inb__supervise_options inb__supervise_defaults(void)
{
    return (inb__supervise_options){
        .limits = inb__hold_limits_default(), .query = "", .line_ms = LINE_EVERY_MS};
}

int inb__supervise_begin(inb__supervise **out, const inb__supervise_options *options,
                         inb_error **err)
{
    inb__supervise *s = inb__calloc(1, sizeof(*s));
    if (!s) {
        return inb__error_nomem(err);
    }
    s->options = *options;
    s->said_us = inb__now_us();
    s->hooks = (inb__backfill_hooks){.payload = s, .hold = hold, .progress = progress};
    int rc = holds_open(s, err);
    if (rc == 0 && !options->no_vacuum) {
        rc = inb__vacuum_step_open(&s->vacuum, options->connect, options->backfill->search_path,
                                   &options->log, err);
    }
    if (rc < 0) {
        inb__supervise_end(s);
        return rc;
    }
    *out = s;
    return 0;
}

const inb__backfill_hooks *inb__supervise_hooks(inb__supervise *s)
{
    return &s->hooks;
}

void inb__supervise_end(inb__supervise *s)
{
    if (s) {
        inb__vacuum_step_close(s->vacuum);
        inb__holds_close(s->holds);
        inb__free(s);
    }
}

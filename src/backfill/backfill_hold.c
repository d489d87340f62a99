/* Asks the hook and the backfill's row whether to go on, and waits while one of them says no. */
#include "config.h"

#include "backfill/backfill_hold.h"

#include "backfill/backfill_queries.h"
#include "backfill/backfill_state.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LOOK_US 500000
#define WAIT_MS 1000
#define LEASE_US 10000000 /* a third of it */
#define STORE_US 5000000

void inb__hold_progress(inb__worker *w)
{
    inb__walk *walk = w->walk;
    const inb__backfill_hooks *hooks = walk->options->hooks;
    inb__backfill_progress *p = &walk->progress;
    p->name = walk->b->name;
    p->leaf = w->leaf ? w->leaf : "";
    p->hold = walk->hold;
    p->size = w->pace.rows;
    p->elapsed_us = inb__now_us() - walk->started_us;
    if (hooks && hooks->progress) {
        hooks->progress(hooks->payload, p);
    }
}

/* The mutex is held. */
static int hook_ask(inb__worker *w, inb_error **err)
{
    inb__walk *walk = w->walk;
    const inb__backfill_hooks *hooks = walk->options->hooks;
    INB__AUTO_BUF inb__buf reason;
    inb__buf_init(&reason, INB__LIMIT_MESSAGE);
    int64_t every = *walk->hold ? WAIT_MS * 1000 - LOOK_US / 5 : LOOK_US;
    if (!hooks || !hooks->hold || inb__now_us() - walk->hold_asked_us < every) {
        return 0;
    }
    double utilization = 0;
    int rc = hooks->hold(hooks->payload, w->number, w->conn, &reason, &utilization, err);
    walk->hold_asked_us = inb__now_us();
    if (rc == 0) {
        snprintf(walk->hold, sizeof(walk->hold), "%s", inb__buf_text(&reason));
        walk->utilization = utilization;
    }
    return rc;
}

/* Whether nothing is to be done now. */
static int reason_find(bool *holds, inb__worker *w, inb_error **err)
{
    inb__walk *walk = w->walk;
    pthread_mutex_lock(&walk->mutex);
    int rc = 0;
    if (strcmp(walk->state, "paused") == 0) {
        snprintf(walk->hold, sizeof(walk->hold), "paused%s%s", *walk->changed_by ? " by " : "",
                 walk->changed_by);
    } else {
        walk->hold[0] = strncmp(walk->hold, "paused", 6) == 0 ? '\0' : walk->hold[0];
        rc = hook_ask(w, err);
    }
    *holds = *walk->hold != '\0';
    pthread_mutex_unlock(&walk->mutex);
    return rc;
}

/* The reason and the time for whoever asks, from any machine. */
static int reason_store(inb__worker *w, inb_error **err)
{
    inb__walk *walk = w->walk;
    char ms[24], reason[sizeof(walk->hold)];
    const char *params[] = {walk->b->history, walk->b->name, reason, ms};
    int64_t now = inb__now_us();
    pthread_mutex_lock(&walk->mutex);
    bool changed = strcmp(walk->hold, walk->hold_stored) != 0;
    bool due = changed || (*walk->hold && now - walk->hold_stored_us > STORE_US);
    snprintf(reason, sizeof(reason), "%s", walk->hold);
    snprintf(ms, sizeof(ms), "%" PRId64, walk->held_us / 1000);
    if (due) {
        memcpy(walk->hold_stored, reason, sizeof(reason));
        walk->hold_stored_us = now;
        walk->held_us = 0;
    }
    pthread_mutex_unlock(&walk->mutex);
    return due ? inb__state_write(w, inb__query_backfill_held, 4, params, NULL, err) : 0;
}

static int lease_renew(inb__worker *w, inb_error **err)
{
    const char *params[] = {w->walk->b->history, w->walk->b->name, w->holder};
    if (inb__now_us() - w->renewed_us < LEASE_US) {
        return 0;
    }
    w->renewed_us = inb__now_us();
    return inb__state_write(w, inb__query_backfill_renew, 3, params, NULL, err);
}

static int second_wait(inb__worker *w, inb_error **err)
{
    inb__walk *walk = w->walk;
    int64_t before = inb__now_us();
    inb__walk_sleep(walk, WAIT_MS);
    int64_t waited = inb__now_us() - before;
    pthread_mutex_lock(&walk->mutex);
    if (w->number == 0) {
        walk->held_us += waited;
        walk->progress.held_us += waited;
    }
    inb__hold_progress(w);
    pthread_mutex_unlock(&walk->mutex);
    int rc = lease_renew(w, err);
    return rc < 0 ? rc : inb__state_read(w, err);
}

int inb__hold_wait(inb__worker *w, inb_error **err)
{
    inb__walk *walk = w->walk;
    for (;;) {
        bool holds = false;
        int rc = inb__worker_connect(w, err);
        rc = rc < 0 ? rc : reason_find(&holds, w, err);
        rc = rc < 0 || w->number > 0 ? rc : reason_store(w, err);
        if (rc < 0 || !holds || inb__walk_stops(walk)) {
            return rc;
        }
        rc = second_wait(w, err);
        if (rc < 0) {
            return rc;
        }
    }
}

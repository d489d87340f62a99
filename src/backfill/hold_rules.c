/* The rules by which a backfill holds, each with its limit and its sentence. */
#include "config.h"

#include "backfill/hold_rules.h"

#include "backfill/amount.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MB ((int64_t)1 << 20)

inb__hold_limits inb__hold_limits_default(void)
{
    return (inb__hold_limits){.lag_bytes = 64 * MB,
                              .lag_ms = 10000,
                              .slot_bytes = 1024 * MB,
                              .archive_bytes = 42 * 16 * MB,
                              .snapshot_ms = 3600000,
                              .vacuum_ms = 120000};
}

/* One decision: what a rule looks at, and where its answer goes. */
typedef struct hold_case {
    const inb__hold_memory *memory;
    const inb__hold_look *look;
    const inb__hold_limits *limits;
    double utilization;
    inb__buf *reason;
} hold_case;

const inb__hold_reading *inb__hold_reading_of(const inb__hold_look *look, inb__hold_what what)
{
    for (size_t i = 0; i < look->readings.n; i++) {
        if (look->readings.v[i].what == what) {
            return &look->readings.v[i];
        }
    }
    return NULL;
}

static bool is_ignored(const inb__hold_limits *limits, const char *name)
{
    for (const char *const *one = limits->ignored; one && *one; one++) {
        if (strcmp(*one, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Notes how near a limit a reading is; true when it is over it. */
static bool is_over(hold_case *c, double value, int64_t limit)
{
    if (limit <= 0) {
        return false;
    }
    double part = value / (double)limit;
    c->utilization = part > c->utilization ? part : c->utilization;
    return value > (double)limit;
}

/* "70 MB behind (limit 64 MB)" */
static void over_say(hold_case *c, inb__amount_text value, const char *what, inb__amount_text limit)
{
    inb__buf_printf(c->reason, "%s %s (limit %s)", value.text, what, limit.text);
}

static void blind_rule(hold_case *c)
{
    const inb__hold_look *look = c->look;
    if (c->memory->wal_seen && *look->wal_error) {
        inb__buf_printf(c->reason, "WAL and standbys cannot be looked at any more: %s",
                        look->wal_error);
    } else if (c->memory->sessions_seen && *look->sessions_error) {
        inb__buf_printf(c->reason, "sessions and VACUUM cannot be looked at any more: %s",
                        look->sessions_error);
    }
}

static void query_rule(hold_case *c)
{
    if (*c->look->query_error) {
        inb__buf_printf(c->reason, "the query that holds the backfill failed: %s",
                        c->look->query_error);
    } else if (*c->look->query) {
        inb__buf_printf(c->reason, "the query that holds the backfill says: %s", c->look->query);
    }
}

static void gone_rule(hold_case *c)
{
    for (size_t i = 0; i < c->memory->expected.n; i++) {
        const inb__hold_expected *e = &c->memory->expected.v[i];
        int n = 0;
        for (size_t k = 0; k < c->look->readings.n; k++) {
            const inb__hold_reading *r = &c->look->readings.v[k];
            n += r->what == INB__HOLD_STANDBY && strcmp(r->name, e->name) == 0;
        }
        if (n < e->n && e->n == 1) {
            inb__buf_printf(c->reason, "standby \"%s\" is gone", e->name);
            return;
        }
        if (n < e->n) {
            inb__buf_printf(c->reason, "%d of %d standbys \"%s\" are gone", e->n - n, e->n,
                            e->name);
            return;
        }
    }
}

static void lag_say(hold_case *c, const inb__hold_reading *r)
{
    if (r->value < 0) {
        inb__buf_printf(c->reason, "the position of standby \"%s\" cannot be read", r->name);
    } else if (is_over(c, (double)r->value, c->limits->lag_bytes)) {
        inb__buf_printf(c->reason, "standby \"%s\" is ", r->name);
        over_say(c, inb__amount_bytes(r->value), "behind", inb__amount_bytes(c->limits->lag_bytes));
    } else if (r->value > 0 && is_over(c, (double)r->ms, c->limits->lag_ms)) {
        inb__buf_printf(c->reason, "standby \"%s\" is ", r->name);
        over_say(c, inb__amount_ms(r->ms), "behind", inb__amount_ms(c->limits->lag_ms));
    }
}

static void lag_rule(hold_case *c)
{
    bool looked_at = c->limits->lag_bytes > 0 || c->limits->lag_ms > 0;
    for (size_t i = 0; looked_at && c->reason->length == 0 && i < c->look->readings.n; i++) {
        const inb__hold_reading *r = &c->look->readings.v[i];
        if (r->what == INB__HOLD_STANDBY && !is_ignored(c->limits, r->name)) {
            lag_say(c, r);
        }
    }
}

static void slot_rule(hold_case *c)
{
    for (size_t i = 0; c->reason->length == 0 && i < c->look->readings.n; i++) {
        const inb__hold_reading *r = &c->look->readings.v[i];
        if (r->what == INB__HOLD_SLOT && !is_ignored(c->limits, r->name) &&
            is_over(c, (double)r->value, c->limits->slot_bytes)) {
            inb__buf_printf(c->reason, "replication slot \"%s\" is inactive and retains ", r->name);
            over_say(c, inb__amount_bytes(r->value), "of WAL",
                     inb__amount_bytes(c->limits->slot_bytes));
        }
    }
}

static void archive_rule(hold_case *c)
{
    const inb__hold_reading *r = inb__hold_reading_of(c->look, INB__HOLD_ARCHIVE);
    if (r && is_over(c, (double)r->value, c->limits->archive_bytes)) {
        over_say(c, inb__amount_bytes(r->value), "of WAL are not archived",
                 inb__amount_bytes(c->limits->archive_bytes));
    }
}

static void rate_rule(hold_case *c)
{
    if (is_over(c, c->memory->wal_rate, c->limits->wal_rate)) {
        inb__buf_str(c->reason, "the server writes ");
        over_say(c, inb__amount_bytes((int64_t)c->memory->wal_rate), "of WAL a second",
                 inb__amount_bytes(c->limits->wal_rate));
    }
}

/* One look may have met a wait of a moment; the memory has the look before. */
static void waiters_rule(hold_case *c)
{
    if (c->look->waiters > 0 && c->memory->waiters > 0) {
        inb__buf_printf(
            c->reason, "%" PRId64 " %s for locks of the backfill, at two looks in a row",
            c->look->waiters, c->look->waiters == 1 ? "session waits" : "sessions wait");
    }
}

static void snapshot_rule(hold_case *c)
{
    const inb__hold_reading *r = inb__hold_reading_of(c->look, INB__HOLD_OLD);
    if (r && c->limits->snapshot_ms > 0 && r->ms > c->limits->snapshot_ms) {
        inb__buf_printf(c->reason, "%s has kept VACUUM from removing old rows for ", r->name);
        inb__buf_printf(c->reason, "%s (limit %s)", inb__amount_ms(r->ms).text,
                        inb__amount_ms(c->limits->snapshot_ms).text);
    }
}

static void vacuum_rule(hold_case *c)
{
    const inb__hold_reading *r = inb__hold_reading_of(c->look, INB__HOLD_VACUUM);
    if (r && r->ms < c->limits->vacuum_ms) {
        inb__buf_printf(c->reason,
                        "VACUUM of %s has been running for %s (process %" PRId64
                        ", waited for until %s)",
                        r->name, inb__amount_ms(r->ms).text, r->value,
                        inb__amount_ms(c->limits->vacuum_ms).text);
    }
}

bool inb__hold_expect(inb__hold_memory *memory, inb__arena *arena, const inb__hold_look *look,
                      const inb__hold_limits *limits)
{
    memory->wal_seen = !*look->wal_error;
    memory->sessions_seen = !*look->sessions_error;
    for (size_t i = 0; i < look->readings.n; i++) {
        const inb__hold_reading *r = &look->readings.v[i];
        if (r->what != INB__HOLD_STANDBY || is_ignored(limits, r->name)) {
            continue;
        }
        size_t at = 0;
        while (at < memory->expected.n && strcmp(memory->expected.v[at].name, r->name) != 0) {
            at++;
        }
        inb__hold_expected *e = at < memory->expected.n ? &memory->expected.v[at]
                                                        : INB__VEC_PUSH(arena, &memory->expected);
        if (!e || (!e->name && !(e->name = inb__arena_strdup(arena, r->name)))) {
            return false;
        }
        e->n++;
    }
    return true;
}

static void wal_remember(inb__hold_memory *memory, const inb__hold_look *look)
{
    const inb__hold_reading *r = inb__hold_reading_of(look, INB__HOLD_WAL);
    if (!r) {
        return;
    }
    int64_t us = look->at_us - memory->wal_at_us;
    memory->wal_rate =
        memory->wal_at_us > 0 && us > 0 ? (double)(r->value - memory->wal) * 1e6 / (double)us : 0;
    memory->wal = r->value;
    memory->wal_at_us = look->at_us;
}

static const struct {
    void (*rule)(hold_case *);
    const char *name;
} rules[INB__HOLD_RULES] = {
    {blind_rule, "readings that are gone"}, {query_rule, "the query"},
    {gone_rule, "a standby that is gone"},  {lag_rule, "the lag of a standby"},
    {slot_rule, "an inactive slot"},        {archive_rule, "WAL that is not archived"},
    {rate_rule, "the rate of WAL"},         {waiters_rule, "sessions that wait"},
    {snapshot_rule, "an old snapshot"},     {vacuum_rule, "VACUUM of others"},
};

const char *inb__hold_rule_name(int rule)
{
    return rules[rule].name;
}

void inb__hold_decide(inb__hold_verdict *out, inb__hold_memory *memory, const inb__hold_look *look,
                      const inb__hold_limits *limits)
{
    INB__AUTO_BUF inb__buf reason;
    inb__buf_init(&reason, INB__LIMIT_MESSAGE);
    wal_remember(memory, look);
    hold_case c = {.memory = memory, .look = look, .limits = limits, .reason = &reason};
    int rule = 0;
    for (; rule < INB__HOLD_RULES && reason.length == 0 && !reason.failed; rule++) {
        rules[rule].rule(&c);
    }
    *out = (inb__hold_verdict){.utilization = c.utilization, .rule = rule - 1};
    snprintf(out->reason, sizeof(out->reason), "%s",
             reason.failed ? "there is no memory for a reason" : inb__buf_text(&reason));
    memory->waiters = look->waiters;
}

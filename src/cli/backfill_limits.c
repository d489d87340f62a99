/* Reads the limits by which a backfill holds. */
#include "config.h"

#include "cli/backfill_limits.h"

#include "backfill/amount.h"
#include "inboard/duration.h"
#include "util/error_set.h"

#include <string.h>

#define NOT_LOOKED_AT (-1)

static bool is_off(const char *text)
{
    return strcmp(text, "off") == 0 || strcmp(text, "0") == 0;
}

static int size_read(int64_t *out, const char *name, const char *text, inb_error **err)
{
    if (!text) {
        return 0;
    }
    if (is_off(text)) {
        *out = NOT_LOOKED_AT;
        return 0;
    }
    if (inb__amount_bytes_parse(out, text) && *out > 0) {
        return 0;
    }
    inb__error_set(err, INB_EINVAL, "--%s: \"%.100s\" is not a size", name, text);
    inb__error_hint(err, "Give bytes with a unit, such as 512MB or 1.5GB, or off.");
    return INB_EINVAL;
}

/* Bytes or a time, by the unit; a number alone could be either. */
static int lag_read(inb_backfill_options *out, const char *text, inb_error **err)
{
    if (is_off(text)) {
        out->max_lag_bytes = out->max_lag_ms = NOT_LOOKED_AT;
        return 0;
    }
    bool has_unit = text[strspn(text, "0123456789.")] != '\0';
    if (has_unit && inb_duration_parse(&out->max_lag_ms, text, NULL) == 0 && out->max_lag_ms > 0) {
        return 0;
    }
    if (has_unit && inb__amount_bytes_parse(&out->max_lag_bytes, text) && out->max_lag_bytes > 0) {
        return 0;
    }
    inb__error_set(err, INB_EINVAL, "--max-lag: \"%.100s\" is neither a size nor a time", text);
    inb__error_hint(err, "Give bytes with a unit, such as 64MB, a time, such as 10s, or off.");
    return INB_EINVAL;
}

int inb__backfill_cli_read(inb_backfill_options *out, inb__backfill_cli *given, inb_error **err)
{
    int rc = size_read(&out->max_slot_bytes, "max-slot", given->max_slot, err);
    rc = rc < 0 ? rc : size_read(&out->max_wal_rate, "max-wal-rate", given->max_wal_rate, err);
    for (int i = 0; rc == 0 && i < given->max_lag.n; i++) {
        rc = lag_read(out, given->max_lag.v[i], err);
    }
    if (given->max_snapshot_ms >= 0) {
        out->max_snapshot_ms = given->max_snapshot_ms > 0 ? given->max_snapshot_ms : NOT_LOOKED_AT;
    }
    for (int i = 0; i < given->ignored.n; i++) {
        given->ignored_end[i] = given->ignored.v[i];
    }
    out->ignored_standbys = given->ignored_end;
    out->target_ms = given->target_ms;
    out->hold_when = given->hold_when;
    out->no_vacuum = given->no_vacuum;
    return rc;
}

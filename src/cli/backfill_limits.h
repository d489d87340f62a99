/* The options of `inboard backfill run` about pace and holds. */
#ifndef INB_CLI_BACKFILL_LIMITS_H
#define INB_CLI_BACKFILL_LIMITS_H

#include "cli/cli.h"
#include "inboard/backfills.h"

/* As they are given. */
typedef struct inb__backfill_cli {
    int64_t target_ms, max_snapshot_ms; /* -1: not given */
    const char *max_slot, *max_wal_rate;
    inb__opt_list max_lag, ignored;
    const char *ignored_end[INB__OPT_LIST_MAX + 1]; /* those of `ignored`, to a NULL */
    const char *hold_when;
    bool no_vacuum;
    const char *metrics_file;
} inb__backfill_cli;

#define INB__BACKFILL_CLI_OPTIONS(c)                                                               \
    {"target",         0,                                                                          \
     "DURATION",       "what one batch should take [as declared, else 100ms]",                     \
     INB__OPT_SECONDS, &(c)->target_ms},                                                           \
        {"max-lag",     0,                                                                         \
         "LIMIT",       "hold while a standby is behind by more [64MB and 10s]",                   \
         INB__OPT_LIST, &(c)->max_lag},                                                            \
        {"ignore-standby", 0, "NAME", "a standby or slot that may be behind or go", INB__OPT_LIST, \
         &(c)->ignored},                                                                           \
        {"max-slot",    0,                                                                         \
         "SIZE",        "hold while an inactive slot retains more WAL [1GB]",                      \
         INB__OPT_TEXT, &(c)->max_slot},                                                           \
        {"max-wal-rate", 0,                                                                        \
         "SIZE",         "hold while the server writes more WAL a second [off]",                   \
         INB__OPT_TEXT,  &(c)->max_wal_rate},                                                      \
        {"max-snapshot",   0,                                                                      \
         "DURATION",       "hold while a snapshot is older; 0 is off [1h]",                        \
         INB__OPT_SECONDS, &(c)->max_snapshot_ms},                                                 \
        {"hold-when",   0,                                                                         \
         "SQL",         "hold while this SELECT gives more than false, 0 or nothing",              \
         INB__OPT_TEXT, &(c)->hold_when},                                                          \
        {"no-vacuum", 0, NULL, "do not VACUUM the table in step", INB__OPT_FLAG, &(c)->no_vacuum}, \
    {                                                                                              \
        "metrics-file", 0, "FILE", "write metrics of Prometheus there", INB__OPT_TEXT,             \
            &(c)->metrics_file                                                                     \
    }

/* Reads them; INB_EINVAL: what is wrong. The result points into `given`. */
int inb__backfill_cli_read(inb_backfill_options *out, inb__backfill_cli *given, inb_error **err)
    __attribute__((warn_unused_result));

#endif

/*
 * What a program that embeds its migrations does before it serves, and nothing else: the subject of
 * the measurements. start [release]: DATABASE_URL; prints the report's numbers with BENCH_REPORT
 * set.
 */
#include "config.h"

#include <inboard.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const inb_table inboard_migrations;

static void report_print(const inb_report *report)
{
    inb_report_summary s = {.size = sizeof(s)};
    inb_report_summarize(report, &s);
    printf("{\"applied\": %zu, \"round_trips\": %d, \"connect_us\": %lld, \"total_us\": %lld, "
           "\"lock_taken\": %s}\n",
           s.n_applied, s.round_trips, (long long)s.connect_us, (long long)s.total_us,
           s.lock_taken ? "true" : "false");
}

int main(int argc, char **argv)
{
    inb_error *err = NULL;
    inb_report *report = NULL;
    inb_migrate_options options = {
        .size = sizeof(options),
        .url = getenv("DATABASE_URL"),
        .application_name = "bench",
        .mode = argc > 1 && strcmp(argv[1], "release") == 0 ? INB_MODE_RELEASE : INB_MODE_START,
    };
    int rc = inb_report_new(&report, &err);
    if (rc == 0) {
        rc = inb_migrate(&inboard_migrations, &options, report, &err);
    }
    if (rc) {
        fprintf(stderr, "start: %s (%s)\n", inb_error_message(err), inb_error_hint(err));
    } else if (getenv("BENCH_REPORT")) {
        report_print(report);
    }
    inb_report_free(report);
    inb_error_free(err);
    return rc ? 1 : 0;
}

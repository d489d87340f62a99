/*
 * schema FILE ROUNDS: what `inboard migrate diff --from-empty --script` does with a schema, ROUNDS
 * times in one process after one that warms up; memory stays with the process in between, as it
 * does with an engine in WebAssembly. Prints the median of the milliseconds, for validating alone
 * and for the whole; and of the whole the least processor time, which other processes disturb
 * least.
 */
#include "config.h"

#include "psl/schema_check.h"
#include "psl/schema_parse.h"
#include "schema/diff.h"
#include "schema/from_datamodel.h"
#include "util/cleanup.h"
#include "util/error_set.h"

#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SCRIPT_MAX (512u * 1024 * 1024)

typedef struct round_times {
    double validated, scripted, processor;
} round_times;

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int round_run(round_times *out, const char *path, inb_error **err)
{
    INB__AUTO_ARENA inb__arena arena;
    INB__AUTO_BUF inb__buf script;
    inb__arena_init(&arena);
    inb__buf_init(&script, SCRIPT_MAX);
    double start = now(CLOCK_MONOTONIC), processor = now(CLOCK_PROCESS_CPUTIME_ID);
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    inb__diagnostics_init(&diagnostics, &arena);
    int rc = inb__psl_schema_files_read(&schema, &arena, path, err);
    if (rc) {
        return rc;
    }
    inb__psl_schema_parse(&schema, &arena, &diagnostics);
    const inb__dm *dm = inb__psl_schema_check(&arena, &schema, &diagnostics);
    if (diagnostics.errors) {
        return inb__error_set(err, INB_ESYNTAX, "\"%s\" is not valid", path);
    }
    out->validated = now(CLOCK_MONOTONIC) - start;
    inb__schema from, to;
    inb__steps steps;
    inb__schema_empty(&from);
    inb__schema_from_datamodel(&to, &arena, dm);
    inb__schema_diff(&steps, &arena, &from, &to, NULL);
    inb__render_steps(&script, &steps);
    out->scripted = now(CLOCK_MONOTONIC) - start;
    out->processor = now(CLOCK_PROCESS_CPUTIME_ID) - processor;
    return script.failed ? inb__error_nomem(err) : 0;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof(*v), ascending);
    return v[n / 2];
}

int main(int argc, char **argv)
{
    mallopt(M_MMAP_THRESHOLD, INT_MAX);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    size_t rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    double *validated = calloc(rounds + 1, sizeof(double));
    double *scripted = calloc(rounds + 1, sizeof(double));
    double processor = 0;
    inb_error *err = NULL;
    int rc = rounds && validated && scripted ? 0 : -1;
    for (size_t i = 0; rc == 0 && i <= rounds; i++) {
        round_times t;
        rc = round_run(&t, argv[1], &err);
        if (rc == 0 && i > 0) {
            validated[i - 1] = t.validated;
            scripted[i - 1] = t.scripted;
            processor = i == 1 || t.processor < processor ? t.processor : processor;
        }
    }
    if (rc) {
        fprintf(stderr, "schema: %s\n", err ? inb_error_message(err) : "usage: schema FILE ROUNDS");
    } else {
        printf("{\"validate_ms\": %.3f, \"diff_ms\": %.3f, \"diff_cpu_ms\": %.3f}\n",
               median(validated, rounds), median(scripted, rounds), processor);
    }
    inb_error_free(err);
    free(validated);
    free(scripted);
    return rc ? 1 : 0;
}

/* The report of a run, while it is written and when it is read. */
#include "config.h"

#include "engine/run_report.h"

#include "util/alloc.h"
#include "util/sized.h"
#include "util/vec.h"

#include <string.h>

typedef struct record {
    inb_report_migration numbers;
    INB__VEC(inb_report_statement) statements;
} record;

struct inb_report {
    inb__arena arena;
    inb_report_summary summary;
    INB__VEC(record) records;
    INB__VEC(const char *) drift;
};

int inb_report_new(inb_report **out, inb_error **err)
{
    INB__REQUIRE(err, out);
    inb_report *report = inb__calloc(1, sizeof(*report));
    if (!report) {
        return inb__error_nomem(err);
    }
    inb__arena_init(&report->arena);
    report->summary.run_id = "";
    *out = report;
    return 0;
}

void inb_report_free(inb_report *report)
{
    if (report) {
        inb__arena_dispose(&report->arena);
        inb__free(report);
    }
}

int inb_report_summarize(const inb_report *report, inb_report_summary *out)
{
    if (!report || !out) {
        return INB_EINVAL;
    }
    return inb__sized_write(out, &report->summary, sizeof(report->summary));
}

size_t inb_report_migrations(const inb_report *report)
{
    return report ? report->records.n : 0;
}

int inb_report_migration_at(const inb_report *report, size_t index, inb_report_migration *out)
{
    if (!out || index >= inb_report_migrations(report)) {
        return INB_EINVAL;
    }
    const record *r = &report->records.v[index];
    inb_report_migration migration = r->numbers;
    migration.n_statements = r->statements.n;
    return inb__sized_write(out, &migration, sizeof(migration));
}

int inb_report_statement_at(const inb_report *report, size_t migration, size_t index,
                            inb_report_statement *out)
{
    if (!out || migration >= inb_report_migrations(report) ||
        index >= report->records.v[migration].statements.n) {
        return INB_EINVAL;
    }
    const inb_report_statement *statement = &report->records.v[migration].statements.v[index];
    return inb__sized_write(out, statement, sizeof(*statement));
}

size_t inb_report_drift_count(const inb_report *report)
{
    return report ? report->drift.n : 0;
}

const char *inb_report_drift_at(const inb_report *report, size_t index)
{
    return index < inb_report_drift_count(report) ? report->drift.v[index] : "";
}

inb_report_summary *inb__run_report_summary(inb_report *report, inb_report_summary *scratch)
{
    return report ? &report->summary : scratch;
}

const char *inb__run_report_text(inb_report *report, const char *text)
{
    char *copy = report && *text ? inb__arena_strdup(&report->arena, text) : NULL;
    return copy ? copy : "";
}

/* The log has said it, when memory is out. */
void inb__run_report_drift(inb_report *report, const char *text)
{
    const char **added = report ? INB__VEC_PUSH(&report->arena, &report->drift) : NULL;
    if (added) {
        *added = inb__run_report_text(report, text);
    }
}

/* A retry is always of the migration that was started last. */
static bool is_retry(const inb_report *report, const char *name)
{
    size_t n = report->records.n;
    return n > 0 && strcmp(report->records.v[n - 1].numbers.name, name) == 0;
}

int inb__run_report_begin(size_t *out, inb_report *report, const char *name, inb_class cls,
                          bool transactional, inb_error **err)
{
    *out = 0;
    if (!report) {
        return 0;
    }
    if (!is_retry(report, name)) {
        const char *kept = inb__arena_strdup(&report->arena, name);
        record *added = kept ? INB__VEC_PUSH(&report->arena, &report->records) : NULL;
        if (!added) {
            return inb__error_nomem(err);
        }
        added->numbers =
            (inb_report_migration){.name = kept, .cls = cls, .transactional = transactional};
    }
    *out = report->records.n - 1;
    record *r = &report->records.v[*out];
    r->numbers.attempts++;
    r->statements.n = 0;
    return 0;
}

int inb__run_report_statement(inb_report *report, size_t migration, const inb_report_statement *st,
                              inb_error **err)
{
    if (!report) {
        return 0;
    }
    inb_report_statement *added =
        INB__VEC_PUSH(&report->arena, &report->records.v[migration].statements);
    if (!added) {
        return inb__error_nomem(err);
    }
    *added = *st;
    added->blocked_by = inb__run_report_text(report, st->blocked_by ? st->blocked_by : "");
    return 0;
}

inb_report_migration *inb__run_report_migration(inb_report *report, size_t migration)
{
    return report ? &report->records.v[migration].numbers : NULL;
}

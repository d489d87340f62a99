/* Checks of the embedded table: its layout when a program starts, a migration's SQL before it is
 * applied. */
#include "config.h"

#include "table/table_check.h"

#include "table/table_digest.h"
#include "table/table_read.h"
#include "util/limits.h"
#include "vault/digest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool range_ok(uint64_t first, uint64_t n, uint64_t limit)
{
    return first <= limit && n <= limit - first;
}

static bool offsets_ok(const inb_table *t, const uint32_t *offsets, size_t n)
{
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        ok = ok && offsets[i] < t->text_length;
    }
    return ok;
}

/* Text ends inside the table: its last byte is a NUL, so an offset in range is enough. */
static bool texts_ok(const inb_table *t)
{
    const uint32_t texts[] = {t->highest, t->generator};
    return t->text && t->text_length > 0 && t->text[t->text_length - 1] == '\0' &&
           offsets_ok(t, texts, sizeof(texts) / sizeof(texts[0]));
}

static bool zero(const uint32_t *reserved, size_t n)
{
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        ok = ok && reserved[i] == 0;
    }
    return ok;
}

#define RESERVED_OK(row) zero((row)->reserved, sizeof((row)->reserved) / sizeof((row)->reserved[0]))

static bool migration_ok(const inb_table *t, uint32_t i)
{
    const inb_migration *m = inb__table_at(t, i);
    const uint32_t texts[] = {m->name, m->reason, m->compatible_reason, m->before};
    return offsets_ok(t, texts, sizeof(texts) / sizeof(texts[0])) &&
           m->cls <= INB_CLASS_CONTRACTING && RESERVED_OK(m) && m->after <= i &&
           m->backfill <= t->n_backfills &&
           (m->backfill == 0 || t->backfills[m->backfill - 1].migration == i) &&
           range_ok(m->sql, m->sql_length, t->text_length) &&
           range_ok(m->first_statement, m->n_statements, t->n_statements);
}

static bool expected_ok(const inb_table *t, uint32_t i)
{
    const inb_expected *e = &t->expected[i];
    const uint32_t texts[] = {e->schema, e->relation, e->name, e->type, e->type_schema};
    return offsets_ok(t, texts, sizeof(texts) / sizeof(texts[0])) && e->kind <= INB_EXPECTED_CHECK;
}

/* Its migration leads back to it. */
static bool backfill_ok(const inb_table *t, uint32_t i)
{
    const inb_backfill *b = &t->backfills[i];
    const uint32_t texts[] = {b->schema, b->relation, b->alias, b->columns};
    if (b->migration >= t->n_migrations || inb__table_at(t, b->migration)->backfill != i + 1) {
        return false;
    }
    uint32_t length = inb__table_at(t, b->migration)->sql_length;
    return offsets_ok(t, texts, sizeof(texts) / sizeof(texts[0])) &&
           offsets_ok(t, b->keys, INB_BACKFILL_KEYS) && b->n_keys <= INB_BACKFILL_KEYS &&
           range_ok(b->middle, b->middle_length, length) &&
           range_ok(b->from, b->from_length, length) &&
           range_ok(b->where, b->where_length, length) && RESERVED_OK(b);
}

static int corrupt(inb_error **err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int corrupt(inb_error **err, const char *fmt, ...)
{
    char what[160];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    int rc = inb__error_set(err, INB_ECORRUPT, "the embedded migrations are damaged: %s", what);
    inb__error_hint(err,
                    "Rebuild the program with the inboard-embed of this version of the library.");
    return rc;
}

static int rows_check(const inb_table *t, inb_error **err)
{
    for (uint32_t i = 0; i < t->n_migrations; i++) {
        if (!migration_ok(t, i)) {
            return corrupt(err, "migration %u has a value out of range", i + 1);
        }
        if (i > 0 && strcmp(inb__table_name(t, i - 1), inb__table_name(t, i)) >= 0) {
            return corrupt(err, "migration %u is out of order", i + 1);
        }
    }
    for (uint32_t i = 0; i < t->n_expected; i++) {
        if (!expected_ok(t, i)) {
            return corrupt(err, "expectation %u has a value out of range", i + 1);
        }
    }
    for (uint32_t i = 0; i < t->n_backfills; i++) {
        if (!backfill_ok(t, i)) {
            return corrupt(err, "backfill %u has a value out of range", i + 1);
        }
    }
    return 0;
}

int inb__table_check(const inb_table *t, inb_error **err)
{
    if (t->format != INB_TABLE_FORMAT) {
        return corrupt(err, "their format is %u, and this library reads format %u", t->format,
                       INB_TABLE_FORMAT);
    }
    if (!texts_ok(t) || t->n_migrations > INB__LIMIT_MIGRATIONS || !RESERVED_OK(t)) {
        return corrupt(err, "a length is out of range");
    }
    int rc = rows_check(t, err);
    if (rc < 0) {
        return rc;
    }
    uint8_t digest[32];
    inb__table_digest(digest, t);
    return memcmp(digest, t->digest, sizeof(digest)) == 0
               ? 0
               : corrupt(err, "their digest does not match");
}

static bool statement_ok(const inb_table *t, uint32_t index, uint32_t k)
{
    const inb_statement *s = inb__table_statement(t, index, k);
    const uint32_t texts[] = {s->tag, s->reason, s->schema, s->relation, s->object};
    return offsets_ok(t, texts, sizeof(texts) / sizeof(texts[0])) && RESERVED_OK(s) &&
           range_ok(s->offset, s->length, inb__table_at(t, index)->sql_length);
}

int inb__table_check_migration(const inb_table *t, uint32_t index, inb_error **err)
{
    const inb_migration *m = inb__table_at(t, index);
    inb__str sql = inb__table_sql(t, index);
    uint8_t digest[32];
    inb__sha256(digest, sql.p, sql.n);
    if (memcmp(digest, m->checksums[0], sizeof(digest)) != 0) {
        return corrupt(err, "the SQL of migration \"%s\" does not match its checksum",
                       inb__table_name(t, index));
    }
    for (uint32_t k = 0; k < m->n_statements; k++) {
        if (!statement_ok(t, index, k)) {
            return corrupt(err, "statement %u of migration \"%s\" has a value out of range", k + 1,
                           inb__table_name(t, index));
        }
    }
    return 0;
}

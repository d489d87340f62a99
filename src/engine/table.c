#include "config.h"

#include "engine/table.h"

#include "engine/reconcile.h"
#include "util/limits.h"
#include "vault/digest.h"

#include <string.h>

inb__str inb__table_sql(const inb_table *t, uint32_t index)
{
    return (inb__str){t->text + t->migrations[index].sql, t->migrations[index].sql_length};
}

const inb_statement *inb__table_statement(const inb_table *t, uint32_t index, uint32_t k)
{
    return &t->statements[t->migrations[index].first_statement + k];
}

inb__str inb__table_statement_sql(const inb_table *t, uint32_t index, uint32_t k)
{
    const inb_statement *s = inb__table_statement(t, index, k);
    return (inb__str){inb__table_sql(t, index).p + s->offset, s->length};
}

bool inb__table_is_sent(const inb_table *t, uint32_t index, uint32_t k)
{
    return !(inb__table_statement(t, index, k)->flags & INB_STATEMENT_UNSENT);
}

uint32_t inb__table_sent(const inb_table *t, uint32_t index, uint32_t k, size_t n)
{
    while (k < t->migrations[index].n_statements && (n > 0 || !inb__table_is_sent(t, index, k))) {
        n -= inb__table_is_sent(t, index, k);
        k++;
    }
    return k;
}

static bool range_ok(uint64_t first, uint64_t n, uint64_t limit)
{
    return first <= limit && n <= limit - first;
}

/* Text ends inside the table: its last byte is a NUL, so an offset in range is enough. */
static bool texts_ok(const inb_table *t)
{
    return t->text && t->text_length > 0 && t->text[t->text_length - 1] == '\0' &&
           t->highest < t->text_length && t->generator < t->text_length;
}

static bool migration_ok(const inb_table *t, uint32_t i)
{
    const inb_migration *m = &t->migrations[i];
    if (m->name >= t->text_length || m->reason >= t->text_length ||
        m->cls > INB_CLASS_CONTRACTING || !range_ok(m->sql, m->sql_length, t->text_length) ||
        !range_ok(m->first_statement, m->n_statements, t->n_statements)) {
        return false;
    }
    return i == 0 || strcmp(t->text + t->migrations[i - 1].name, t->text + m->name) < 0;
}

static bool expected_ok(const inb_table *t, uint32_t i)
{
    const inb_expected *e = &t->expected[i];
    const uint32_t texts[] = {e->schema, e->relation, e->name, e->type, e->type_schema};
    for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
        if (texts[k] >= t->text_length) {
            return false;
        }
    }
    return e->kind <= INB_EXPECTED_CHECK;
}

static void expected_digest(inb__sha256_state *s, const inb_table *t, const inb_expected *e)
{
    const uint32_t texts[] = {e->schema, e->relation, e->name, e->type, e->type_schema};
    inb__sha256_add(s, &e->kind, 1);
    inb__sha256_add(s, &e->flags, 1);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        inb__sha256_add(s, t->text + texts[i], strlen(t->text + texts[i]) + 1);
    }
}

static void digest_of(unsigned char out[INB__SHA256_BYTES], const inb_table *t)
{
    inb__sha256_state s;
    inb__sha256_init(&s);
    for (uint32_t i = 0; i < t->n_migrations; i++) {
        const inb_migration *m = &t->migrations[i];
        const char *name = t->text + m->name;
        inb__sha256_add(&s, name, strlen(name) + 1);
        inb__sha256_add(&s, &m->cls, 1);
        inb__sha256_add(&s, &m->flags, 1);
        inb__sha256_add(&s, m->checksum, sizeof(m->checksum));
    }
    for (uint32_t i = 0; i < t->n_expected; i++) {
        expected_digest(&s, t, &t->expected[i]);
    }
    inb__sha256_final(&s, out);
}

static int corrupt(inb_error **err, const char *what)
{
    int rc = inb__error_set(err, INB_ECORRUPT, "the embedded migrations are damaged: %s", what);
    inb__error_hint(err,
                    "Build the program again with the inboard-embed of this library's version.");
    return rc;
}

int inb__table_check(const inb_table *t, inb_error **err)
{
    if (t->format != INB_TABLE_FORMAT) {
        return corrupt(err, "they have another format than this library reads");
    }
    if (!texts_ok(t) || t->n_migrations > INB__LIMIT_MIGRATIONS) {
        return corrupt(err, "a length does not fit");
    }
    for (uint32_t i = 0; i < t->n_migrations; i++) {
        if (!migration_ok(t, i)) {
            return corrupt(err, "an entry does not fit, or the names do not ascend");
        }
    }
    for (uint32_t i = 0; i < t->n_expected; i++) {
        if (!expected_ok(t, i)) {
            return corrupt(err, "an entry of what is expected does not fit");
        }
    }
    unsigned char digest[INB__SHA256_BYTES];
    digest_of(digest, t);
    return memcmp(digest, t->digest, sizeof(digest)) == 0
               ? 0
               : corrupt(err, "they do not have the digest they were built with");
}

int inb__table_check_migration(const inb_table *t, uint32_t index, inb_error **err)
{
    const inb_migration *m = &t->migrations[index];
    inb__str sql = inb__table_sql(t, index);
    unsigned char digest[INB__SHA256_BYTES];
    inb__sha256(digest, sql.p, sql.n);
    if (memcmp(digest, m->checksum, sizeof(digest)) != 0) {
        return corrupt(err, "a migration's SQL does not have its checksum");
    }
    for (uint32_t k = 0; k < m->n_statements; k++) {
        const inb_statement *s = inb__table_statement(t, index, k);
        const uint32_t texts[] = {s->tag, s->reason, s->schema, s->relation, s->object};
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
            if (texts[i] >= t->text_length) {
                return corrupt(err, "a statement's text is out of range");
            }
        }
        if (!range_ok(s->offset, s->length, sql.n)) {
            return corrupt(err, "a statement is out of range");
        }
    }
    return 0;
}

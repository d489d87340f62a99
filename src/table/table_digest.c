/* What the digest of an embedded table covers, for the program that writes it and the one that
 * checks it. */
#include "config.h"

#include "table/table_digest.h"

#include "table/table_read.h"
#include "vault/digest.h"

#include <string.h>

static void text_add(inb__sha256_state *s, const char *text)
{
    inb__sha256_add(s, text, strlen(text) + 1);
}

static void number_add(inb__sha256_state *s, uint32_t n)
{
    const uint8_t bytes[] = {(uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16), (uint8_t)(n >> 24)};
    inb__sha256_add(s, bytes, sizeof(bytes));
}

static void migration_add(inb__sha256_state *s, const inb_table *t, uint32_t i)
{
    const inb_migration *m = inb__table_at(t, i);
    text_add(s, inb__table_name(t, i));
    inb__sha256_add(s, &m->cls, 1);
    inb__sha256_add(s, &m->flags, 1);
    inb__sha256_add(s, m->checksums[0], sizeof(m->checksums[0]));
    text_add(s, inb__table_text(t, m->before));
    number_add(s, m->backfill);
    number_add(s, m->after);
}

static void expected_add(inb__sha256_state *s, const inb_table *t, uint32_t i)
{
    const inb_expected *e = &t->expected[i];
    const uint32_t texts[] = {e->schema, e->relation, e->name, e->type, e->type_schema};
    inb__sha256_add(s, &e->kind, 1);
    inb__sha256_add(s, &e->flags, 1);
    for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
        text_add(s, inb__table_text(t, texts[k]));
    }
}

static void backfill_add(inb__sha256_state *s, const inb_table *t, uint32_t i)
{
    const inb_backfill *b = &t->backfills[i];
    const uint32_t texts[] = {b->schema, b->relation, b->alias};
    const uint32_t parts[] = {b->middle, b->middle_length, b->from,  b->from_length,
                              b->where,  b->where_length,  b->flags, b->n_keys};
    number_add(s, b->migration);
    for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
        text_add(s, inb__table_text(t, texts[k]));
    }
    for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
        number_add(s, parts[k]);
    }
    for (size_t k = 0; k < INB_BACKFILL_KEYS; k++) {
        text_add(s, inb__table_text(t, b->keys[k]));
    }
    text_add(s, inb__table_text(t, b->columns));
    number_add(s, b->target_ms);
    number_add(s, b->skip_limit);
}

void inb__table_digest(uint8_t out[32], const inb_table *t)
{
    inb__sha256_state s;
    inb__sha256_init(&s);
    for (uint32_t i = 0; i < t->n_migrations; i++) {
        migration_add(&s, t, i);
    }
    for (uint32_t i = 0; i < t->n_expected; i++) {
        expected_add(&s, t, i);
    }
    for (uint32_t i = 0; i < t->n_backfills; i++) {
        backfill_add(&s, t, i);
    }
    inb__sha256_final(&s, out);
}

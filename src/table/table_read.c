/* The accessors of the embedded table. */
#include "config.h"

#include "table/table_read.h"

#include "table/checksum.h"

#include <string.h>

#define STAMP 14 /* digits */

const inb_migration *inb__table_at(const inb_table *t, uint32_t index)
{
    return &t->migrations[index];
}

const char *inb__table_text(const inb_table *t, uint32_t offset)
{
    return t->text + offset;
}

const char *inb__table_name(const inb_table *t, uint32_t index)
{
    return t->text + t->migrations[index].name;
}

inb__str inb__table_sql(const inb_table *t, uint32_t index)
{
    return (inb__str){t->text + t->migrations[index].sql, t->migrations[index].sql_length};
}

const inb_backfill *inb__table_backfill(const inb_table *t, uint32_t index)
{
    uint32_t at = t->migrations[index].backfill;
    return at ? &t->backfills[at - 1] : NULL;
}

static inb__str backfill_part(const inb_table *t, const inb_backfill *b, uint32_t at, uint32_t n)
{
    return (inb__str){inb__table_sql(t, b->migration).p + at, n};
}

inb__str inb__table_backfill_middle(const inb_table *t, const inb_backfill *b)
{
    return backfill_part(t, b, b->middle, b->middle_length);
}

inb__str inb__table_backfill_from(const inb_table *t, const inb_backfill *b)
{
    return backfill_part(t, b, b->from, b->from_length);
}

inb__str inb__table_backfill_where(const inb_table *t, const inb_backfill *b)
{
    return backfill_part(t, b, b->where, b->where_length);
}

uint32_t inb__table_after(const inb_table *t, uint32_t index)
{
    uint32_t after = t->migrations[index].after;
    return after ? after - 1 : INB__NOT_IN_TABLE;
}

uint32_t inb__table_find(const inb_table *t, const char *name)
{
    uint32_t i = 0;
    while (i < t->n_migrations && strcmp(inb__table_name(t, i), name) != 0) {
        i++;
    }
    return i < t->n_migrations ? i : INB__NOT_IN_TABLE;
}

const char *inb__table_label(const char *folder)
{
    bool stamped = strspn(folder, "0123456789") == STAMP && folder[STAMP] == '_';
    return stamped ? folder + STAMP + 1 : "";
}

uint32_t inb__table_find_called(const inb_table *t, const char *name, size_t *n_out)
{
    uint32_t found = inb__table_find(t, name);
    *n_out = found != INB__NOT_IN_TABLE;
    for (uint32_t i = 0; *name && i < t->n_migrations && (*n_out == 0 || found < i); i++) {
        if (strcmp(inb__table_label(inb__table_name(t, i)), name) == 0) {
            found = i;
            (*n_out)++;
        }
    }
    return found;
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

uint32_t inb__table_flags(const inb_table *t, uint32_t index)
{
    uint32_t flags = 0;
    for (uint32_t k = 0; k < t->migrations[index].n_statements; k++) {
        flags |= inb__table_is_sent(t, index, k) ? inb__table_statement(t, index, k)->flags : 0;
    }
    return flags;
}

bool inb__table_has_checksum(const inb_table *t, uint32_t index, const char *stored)
{
    return inb__checksums_have(t->migrations[index].checksums, inb__str_of(stored));
}

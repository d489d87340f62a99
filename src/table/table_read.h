/* Reading an embedded table that inb__table_check has found whole. */
#ifndef INB_TABLE_TABLE_READ_H
#define INB_TABLE_TABLE_READ_H

#include "inboard/table.h"
#include "util/text.h"

#include <stdbool.h>

/* The index of a migration that the table does not have. */
#define INB__NOT_IN_TABLE UINT32_MAX

/* Bits of inb_migration.flags in a table that is filled in as it is needed, and in no program's:
   the SQL and its statements are not in it yet; and so nobody knows the class. */
#define INB__MIGRATION_UNREAD 64u
#define INB__MIGRATION_UNCLASSED 128u

const inb_migration *inb__table_at(const inb_table *table, uint32_t index);
const char *inb__table_text(const inb_table *table, uint32_t offset);
const char *inb__table_name(const inb_table *table, uint32_t index);
inb__str inb__table_sql(const inb_table *table, uint32_t index);

/* The backfill that a migration is, NULL when it is none; the parts of its statement. */
const inb_backfill *inb__table_backfill(const inb_table *table, uint32_t index);
inb__str inb__table_backfill_middle(const inb_table *table, const inb_backfill *b);
inb__str inb__table_backfill_from(const inb_table *table, const inb_backfill *b);
inb__str inb__table_backfill_where(const inb_table *table, const inb_backfill *b);

/* The index of the backfill's migration that must be done before this one, or INB__NOT_IN_TABLE. */
uint32_t inb__table_after(const inb_table *table, uint32_t index);

/* The index of the migration of this name, or INB__NOT_IN_TABLE. */
uint32_t inb__table_find(const inb_table *table, const char *name);

/* What follows the timestamp of a folder's name, "" where it has none. */
const char *inb__table_label(const char *folder);

/* The index of the migration of this name, else of the one that is called so after its timestamp;
 * *n_out: how many there are, of which the last is returned. */
uint32_t inb__table_find_called(const inb_table *table, const char *name, size_t *n_out);

static inline bool inb__migration_transactional(const inb_migration *m)
{
    return (m->flags & INB_MIGRATION_TRANSACTIONAL) != 0;
}

/* Whether programs of the release before work with it. */
static inline bool inb__migration_compatible(const inb_migration *m)
{
    return m->cls != INB_CLASS_CONTRACTING || (m->flags & INB_MIGRATION_COMPATIBLE) != 0;
}

/* The k-th statement of a migration, from 0, and its text. */
const inb_statement *inb__table_statement(const inb_table *table, uint32_t index, uint32_t k);
inb__str inb__table_statement_sql(const inb_table *table, uint32_t index, uint32_t k);

/* Whether the server is sent the statement: a BEGIN or COMMIT of the file's own is the engine's to
 * do. */
bool inb__table_is_sent(const inb_table *table, uint32_t index, uint32_t k);

/* The statement, from 0, that is the n-th of those sent from the one at k on, n from 0. */
uint32_t inb__table_sent(const inb_table *table, uint32_t index, uint32_t k, size_t n);

/* The flags of all its statements that are sent, together. */
uint32_t inb__table_flags(const inb_table *table, uint32_t index);

/* Whether a checksum that a history stores is this migration's, by Prisma's rule. */
bool inb__table_has_checksum(const inb_table *table, uint32_t index, const char *stored);

#endif

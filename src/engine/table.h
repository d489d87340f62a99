/* The embedded table: is it whole, and what it says. */
#ifndef INB_ENGINE_TABLE_H
#define INB_ENGINE_TABLE_H

#include "inboard/table.h"
#include "util/error_set.h"
#include "util/text.h"

/* INB_ECORRUPT unless the layout is this library's, every index is in range, the names ascend and
 * the digest fits. Reads no SQL. */
int inb__table_check(const inb_table *table, inb_error **err) __attribute__((warn_unused_result));

/* INB_ECORRUPT unless the migration's SQL has its checksum and its statements lie inside it. */
int inb__table_check_migration(const inb_table *table, uint32_t index, inb_error **err)
    __attribute__((warn_unused_result));

inb__str inb__table_sql(const inb_table *table, uint32_t index);

/* The k-th statement of a migration, from 0, and its text. */
const inb_statement *inb__table_statement(const inb_table *table, uint32_t index, uint32_t k);
inb__str inb__table_statement_sql(const inb_table *table, uint32_t index, uint32_t k);

/* Whether the server is sent the statement: a BEGIN or COMMIT of the file's own is the engine's to
 * do. */
bool inb__table_is_sent(const inb_table *table, uint32_t index, uint32_t k);

/* The statement, from 0, that is the n-th of those sent from the one at k on, n from 0. */
uint32_t inb__table_sent(const inb_table *table, uint32_t index, uint32_t k, size_t n);

#endif

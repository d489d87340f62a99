/* Whether an embedded table is whole. */
#ifndef INB_TABLE_TABLE_CHECK_H
#define INB_TABLE_TABLE_CHECK_H

#include "inboard/table.h"
#include "util/error_set.h"

/* INB_ECORRUPT unless the layout is this library's, every index is in range, the names ascend and
 * the digest fits. Reads no SQL. */
int inb__table_check(const inb_table *table, inb_error **err) __attribute__((warn_unused_result));

/* INB_ECORRUPT unless the migration's SQL has its checksum and its statements lie inside it. */
int inb__table_check_migration(const inb_table *table, uint32_t index, inb_error **err)
    __attribute__((warn_unused_result));

#endif

/* The digest of an embedded table. */
#ifndef INB_TABLE_TABLE_DIGEST_H
#define INB_TABLE_TABLE_DIGEST_H

#include "inboard/table.h"

/* Computes it as inboard/table.h says. The table's offsets must be in range. */
void inb__table_digest(uint8_t out[32], const inb_table *table);

#endif

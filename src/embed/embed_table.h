/* From what was understood to the embedded table. */
#ifndef INB_EMBED_EMBED_TABLE_H
#define INB_EMBED_EMBED_TABLE_H

#include "embed/embed_load.h"

/* Builds embed->table in the arena (which has an error exit). INB_ELIMIT when the text is too
 * large. */
int inb__embed_table_build(inb__embed *embed, inb__arena *arena, inb_error **err)
    __attribute__((warn_unused_result));

/* Adds to embed->table the SQL and statements of a migration that was understood later. */
int inb__embed_table_read(inb__embed *embed, uint32_t migration, inb_error **err)
    __attribute__((warn_unused_result));

#endif

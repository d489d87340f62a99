/* The schema that the migrations lead to. */
#ifndef INB_EMBED_EMBED_SCHEMA_H
#define INB_EMBED_EMBED_SCHEMA_H

#include "embed/embed_load.h"

/*
 * Reads and checks the schema at a path into embed->schema. What is wrong with it becomes problems,
 * and embed->schema stays NULL. The arena has an error exit. INB_EIO, INB_ESYNTAX, INB_ELIMIT: it
 * cannot be read as text.
 */
int inb__embed_schema_read(inb__embed *embed, inb__arena *arena, const char *path, inb_error **err)
    __attribute__((warn_unused_result));

#endif

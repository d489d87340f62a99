/* What a schema expects the database to contain, as rows of the embedded table. */
#ifndef INB_EMBED_EMBED_EXPECT_H
#define INB_EMBED_EMBED_EXPECT_H

#include "embed/embed_builder.h"
#include "embed/embed_load.h"

/*
 * Columns, defaults, keys, indexes and foreign keys of embed->schema, and the CHECKs that its
 * migrations have given its tables a name for, unless something opaque may have taken them away.
 */
void inb__embed_expect_put(inb__embed_builder *b, const inb__embed *embed);

#endif

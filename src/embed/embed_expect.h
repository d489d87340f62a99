/* What a schema expects the database to contain, as rows of the embedded table. */
#ifndef INB_EMBED_EMBED_EXPECT_H
#define INB_EMBED_EMBED_EXPECT_H

#include "embed/embed_load.h"
#include "util/map.h"

/* A table being built; text that is equal is stored once. */
typedef struct inb__embed_table_builder {
    inb__arena *arena;
    INB__VEC(char) text;
    INB__VEC(inb_migration) migrations;
    INB__VEC(inb_statement) statements;
    INB__VEC(inb_lock_fact) locks;
    INB__VEC(inb_expected) expected;
    inb__map known; /* text to its offset plus one */
} inb__embed_table_builder;

/* The offset of a text. */
uint32_t inb__embed_table_text_put(inb__embed_table_builder *b, const char *s);

/*
 * Columns, defaults, keys, indexes and foreign keys of embed->schema, and the CHECKs that its
 * migrations have given its tables a name for, unless something opaque may have taken them away.
 */
void inb__embed_expect_put(inb__embed_table_builder *b, const inb__embed *embed);

#endif

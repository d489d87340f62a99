/* The embedded table while it is built: rows, and one text that they point into. */
#ifndef INB_EMBED_EMBED_BUILDER_H
#define INB_EMBED_EMBED_BUILDER_H

#include "inboard/table.h"
#include "util/map.h"
#include "util/vec.h"

/* Text that is equal is stored once. */
typedef struct inb__embed_builder {
    inb__arena *arena;
    INB__VEC(char) text;
    INB__VEC(inb_migration) migrations;
    INB__VEC(inb_statement) statements;
    INB__VEC(inb_lock_fact) locks;
    INB__VEC(inb_expected) expected;
    INB__VEC(inb_backfill) backfills;
    inb__map known; /* text to its offset plus one */
} inb__embed_builder;

/* An empty one with room for so many bytes of text. */
void inb__embed_builder_init(inb__embed_builder *b, inb__arena *arena, size_t text);

/* The offset of a text. */
uint32_t inb__embed_builder_text(inb__embed_builder *b, const char *s);

/* The same for bytes that are stored for themselves, with a NUL behind them. */
uint32_t inb__embed_builder_bytes(inb__embed_builder *b, inb__str s);

#endif

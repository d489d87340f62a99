/* The text of an embedded table: each text once, at an offset. */
#include "config.h"

#include "embed/embed_builder.h"

void inb__embed_builder_init(inb__embed_builder *b, inb__arena *arena, size_t text)
{
    *b = (inb__embed_builder){.arena = arena};
    b->text.v = inb__arena_alloc(arena, text);
    b->text.cap = text;
    inb__map_init(&b->known, arena);
    inb__embed_builder_text(b, "");
}

uint32_t inb__embed_builder_bytes(inb__embed_builder *b, inb__str s)
{
    size_t at = b->text.n;
    if (b->text.cap - b->text.n < s.n + 1) {
        size_t want = b->text.cap * 2 > b->text.n + s.n + 1 ? b->text.cap * 2 : b->text.n + s.n + 1;
        b->text.v = inb__arena_grow(b->arena, b->text.v, b->text.cap, want);
        b->text.cap = want;
    }
    if (s.n) {
        memcpy(b->text.v + at, s.p, s.n);
    }
    b->text.v[at + s.n] = '\0';
    b->text.n += s.n + 1;
    return (uint32_t)at;
}

uint32_t inb__embed_builder_text(inb__embed_builder *b, const char *s)
{
    inb__str key = inb__str_of(s);
    uintptr_t found = (uintptr_t)inb__map_get(&b->known, key);
    if (!found) {
        found = (uintptr_t)inb__embed_builder_bytes(b, key) + 1;
        inb__map_put(&b->known, key, (void *)found);
    }
    return (uint32_t)(found - 1);
}

/* A hash map from text to a pointer, in an arena. Keys are slices that must outlive the map; order
 * is insertion order. */
#ifndef INB_UTIL_MAP_H
#define INB_UTIL_MAP_H

#include "util/arena.h"
#include "util/text.h"

#include <stdint.h>

typedef struct inb__map_entry {
    inb__str key;
    void *value;
    uint32_t hash;
} inb__map_entry;

typedef struct inb__map {
    inb__arena *arena;
    inb__map_entry *entries;
    size_t n, cap;
    uint32_t *slots;
    size_t slot_count;
} inb__map;

void inb__map_init(inb__map *m, inb__arena *arena);

/* Makes room for so many keys. */
void inb__map_reserve(inb__map *m, size_t n);

/* The value of a key, NULL without the key. */
void *inb__map_get(const inb__map *m, inb__str key);

/* Adds the key unless it is there; the value that was there, or NULL when it was added (or memory
 * is out). */
void *inb__map_put(inb__map *m, inb__str key, void *value);

/* As put, but the new value takes the old one's place; the old value or NULL. */
void *inb__map_set(inb__map *m, inb__str key, void *value);

#endif

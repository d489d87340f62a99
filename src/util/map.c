/* Hash maps from text to pointers. */
#include "config.h"

#include "util/map.h"

/* FNV-1a with a final mix; keys are names in a file that its owner wrote, so no secret seed is
 * needed. */
static uint32_t hash_of(inb__str key)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < key.n; i++) {
        h = (h ^ (unsigned char)key.p[i]) * 16777619u;
    }
    h ^= h >> 15;
    h *= 2246822519u;
    return h ^ h >> 13;
}

void inb__map_init(inb__map *m, inb__arena *arena)
{
    *m = (inb__map){.arena = arena};
}

/* The slot where the key is or would be; slots hold the entry's index plus one, 0 when free. */
static size_t slot_find(const inb__map *m, inb__str key, uint32_t hash)
{
    size_t mask = m->slot_count - 1;
    size_t at = hash & mask;
    while (m->slots[at]) {
        const inb__map_entry *e = &m->entries[m->slots[at] - 1];
        if (e->hash == hash && inb__str_eq(e->key, key)) {
            break;
        }
        at = (at + 1) & mask;
    }
    return at;
}

/* Room for `cap` entries, in twice as many slots or a few more. */
static bool grow(inb__map *m, size_t cap)
{
    size_t count = m->slot_count ? m->slot_count : 8;
    while (count < 2 * cap) {
        count *= 2;
    }
    uint32_t *slots = INB__NEW_N(m->arena, uint32_t, count);
    inb__map_entry *entries =
        inb__arena_grow(m->arena, m->entries, m->cap * sizeof(*entries), cap * sizeof(*entries));
    if (!slots || !entries) {
        return false;
    }
    m->entries = entries;
    m->cap = cap;
    m->slots = slots;
    m->slot_count = count;
    for (size_t i = 0; i < m->n; i++) {
        size_t at = entries[i].hash & (count - 1);
        while (slots[at]) {
            at = (at + 1) & (count - 1);
        }
        slots[at] = (uint32_t)i + 1;
    }
    return true;
}

static inb__map_entry *entry_of(const inb__map *m, inb__str key, uint32_t hash)
{
    if (m->slot_count == 0) {
        return NULL;
    }
    uint32_t index = m->slots[slot_find(m, key, hash)];
    return index ? &m->entries[index - 1] : NULL;
}

static void entry_add(inb__map *m, inb__str key, uint32_t hash, void *value)
{
    if (m->n < m->cap || grow(m, m->cap ? m->cap * 2 : 4)) {
        size_t at = slot_find(m, key, hash);
        m->entries[m->n] = (inb__map_entry){key, value, hash};
        m->slots[at] = (uint32_t)++m->n;
    }
}

void inb__map_reserve(inb__map *m, size_t n)
{
    if (n > m->cap) {
        (void)grow(m, n);
    }
}

void *inb__map_get(const inb__map *m, inb__str key)
{
    const inb__map_entry *e = entry_of(m, key, hash_of(key));
    return e ? e->value : NULL;
}

void *inb__map_put(inb__map *m, inb__str key, void *value)
{
    uint32_t hash = hash_of(key);
    const inb__map_entry *there = entry_of(m, key, hash);
    if (there) {
        return there->value;
    }
    entry_add(m, key, hash, value);
    return NULL;
}

void *inb__map_set(inb__map *m, inb__str key, void *value)
{
    uint32_t hash = hash_of(key);
    inb__map_entry *there = entry_of(m, key, hash);
    if (!there) {
        entry_add(m, key, hash, value);
        return NULL;
    }
    void *old = there->value;
    there->value = value;
    return old;
}

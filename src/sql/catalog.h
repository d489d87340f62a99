/*
 * What the migrations so far have made: enough of a catalogue to know what is new in a migration, what a column's type is, and
 * which constraint is a foreign key to where. What the history does not tell is unknown, never guessed.
 */
#ifndef INB_SQL_CATALOG_H
#define INB_SQL_CATALOG_H

#include "util/arena.h"
#include "util/map.h"
#include "util/text.h"
#include "util/vec.h"

#include <stdint.h>

typedef struct inb__catalog {
    inb__arena *arena;
    inb__map relations;
    inb__map objects;
    uint32_t migration; /* the number of the migration being read, from 1 */
} inb__catalog;

void inb__catalog_init(inb__catalog *c, inb__arena *arena);

#endif

#include "config.h"

#include "sql/catalog.h"

void inb__catalog_init(inb__catalog *c, inb__arena *arena)
{
    *c = (inb__catalog){.arena = arena};
    inb__map_init(&c->relations, arena);
    inb__map_init(&c->objects, arena);
}

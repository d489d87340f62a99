/* The key-value lines of a datasource or a generator. */
#include "config.h"

#include "psl/properties.h"

bool inb__psl_properties_open(inb__psl_properties *p, inb__psl_checker *c,
                              const inb__psl_block *block)
{
    *p = (inb__psl_properties){.block = block,
                               .taken = INB__NEW_N(c->arena, bool, block->n_properties + 1)};
    inb__map_init(&p->map, c->arena);
    for (size_t i = 0; i < block->n_properties; i++) {
        inb__psl_property *one = block->properties[i];
        if (!one->value) {
            inb__psl_error(c->d, block->span, "the key \"%.*s\" of the %s \"%.*s\" has no value",
                           INB__STR_ARG(one->name.name), inb__psl_ast_keyword(block->kind),
                           INB__STR_ARG(block->name.name));
            inb__psl_hint(c->d, "Write a value after the \"=\", or remove the line.");
            return false;
        }
        inb__map_set(&p->map, one->name.name, one);
    }
    return true;
}

static const inb__psl_property *entry_take(inb__psl_properties *p, size_t i)
{
    p->taken[i] = true;
    return p->map.entries[i].value;
}

const inb__psl_property *inb__psl_properties_take(inb__psl_properties *p, const char *key)
{
    for (size_t i = 0; i < p->map.n; i++) {
        if (!p->taken[i] && inb__str_is(p->map.entries[i].key, key)) {
            return entry_take(p, i);
        }
    }
    return NULL;
}

const inb__psl_property *inb__psl_properties_next(inb__psl_properties *p)
{
    while (p->next < p->map.n) {
        size_t i = p->next++;
        if (!p->taken[i]) {
            return entry_take(p, i);
        }
    }
    return NULL;
}

/* Finds keys and indexes of a model by their fields, in a tree of the field lists. */
#include "config.h"

#include "psl/key_lookup.h"

#include <stdlib.h>

/*
 * Each list of fields is a path from one of the model's two roots, one for lists in their order and
 * one for sorted lists. A node is found by its parent and the field that leads to it.
 */
typedef struct edge {
    const void *parent, *field;
} edge;

typedef struct node {
    unsigned kinds;
} node;

typedef enum list_order { AS_WRITTEN, SORTED } list_order;

/* Any two addresses of the model's own. */
static edge root_of(const inb__dm_model *m, list_order order)
{
    return (edge){order == AS_WRITTEN ? (const void *)&m->name : (const void *)&m->db_name, NULL};
}

static node *node_find(const inb__psl_key_lookup *keys, const edge *e)
{
    return inb__map_get(&keys->nodes, (inb__str){(const char *)e, sizeof(*e)});
}

static node *node_make(inb__psl_key_lookup *keys, const edge *e)
{
    node *found = node_find(keys, e);
    if (!found) {
        edge *key = INB__NEW(keys->arena, edge);
        *key = *e;
        found = INB__NEW(keys->arena, node);
        inb__map_put(&keys->nodes, (inb__str){(const char *)key, sizeof(*key)}, found);
    }
    return found;
}

static int address_cmp(const void *a, const void *b)
{
    const inb__dm_field *x = *(inb__dm_field *const *)a, *y = *(inb__dm_field *const *)b;
    return (x > y) - (x < y);
}

static void list_add(inb__psl_key_lookup *keys, const inb__dm_model *m, list_order order,
                     inb__dm_field *const *fields, size_t n, unsigned kinds)
{
    edge e = root_of(m, order);
    node *at = node_make(keys, &e);
    for (size_t i = 0; i < n; i++) {
        at->kinds |= INB__PSL_KEY_PREFIX;
        e = (edge){at, fields[i]};
        at = node_make(keys, &e);
    }
    at->kinds |= INB__PSL_KEY_PREFIX | kinds;
}

static void index_add(inb__psl_key_lookup *keys, const inb__dm_model *m,
                      const inb__dm_index_field *fields, size_t n, unsigned kinds)
{
    inb__dm_field **list = INB__NEW_N(keys->arena, inb__dm_field *, n + 1);
    for (size_t i = 0; i < n; i++) {
        list[i] = fields[i].field;
    }
    list_add(keys, m, AS_WRITTEN, list, n, kinds);
    if (kinds) {
        qsort(list, n, sizeof(*list), address_cmp);
        list_add(keys, m, SORTED, list, n, kinds);
    }
}

static void model_build(inb__psl_key_lookup *keys, const inb__dm_model *m)
{
    if (keys->built[m->index]) {
        return;
    }
    keys->built[m->index] = true;
    if (m->primary_key) {
        index_add(keys, m, m->primary_key->fields, m->primary_key->n_fields, INB__PSL_KEY_PRIMARY);
    }
    for (size_t i = 0; i < m->n_indexes; i++) {
        const inb__dm_index *index = m->indexes[i];
        index_add(keys, m, index->fields, index->n_fields,
                  index->kind == INB__DM_INDEX_UNIQUE ? INB__PSL_KEY_UNIQUE : 0);
    }
}

static unsigned list_find(inb__psl_key_lookup *keys, const inb__dm_model *m, list_order order,
                          inb__dm_field *const *fields, size_t n)
{
    edge e = root_of(m, order);
    model_build(keys, m);
    const node *at = node_find(keys, &e);
    for (size_t i = 0; at && i < n; i++) {
        e = (edge){at, fields[i]};
        at = node_find(keys, &e);
    }
    return at ? at->kinds : 0;
}

void inb__psl_key_lookup_init(inb__psl_key_lookup *keys, inb__arena *arena, size_t n_models)
{
    *keys = (inb__psl_key_lookup){.arena = arena, .built = INB__NEW_N(arena, bool, n_models + 1)};
    inb__map_init(&keys->nodes, arena);
}

unsigned inb__psl_key_lookup_find(inb__psl_key_lookup *keys, const inb__dm_model *m,
                                  inb__dm_field *const *fields, size_t n)
{
    return list_find(keys, m, AS_WRITTEN, fields, n);
}

unsigned inb__psl_key_lookup_find_set(inb__psl_key_lookup *keys, const inb__dm_model *m,
                                      inb__dm_field *const *fields, size_t n)
{
    inb__dm_field **sorted = INB__NEW_N(keys->arena, inb__dm_field *, n + 1);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = fields[i];
    }
    qsort(sorted, n, sizeof(*sorted), address_cmp);
    return list_find(keys, m, SORTED, sorted, n) & ~(unsigned)INB__PSL_KEY_PREFIX;
}

/* The differ's top: pairs, steps of each kind, and their order. */
#include "config.h"

#include "schema/diff_pairs.h"

#include "util/map.h"

/* A namespace is created for what is in it; one that only stands in a list is not. */
static void spaces_diff(inb__differ *d)
{
    inb__map had;
    inb__map_init(&had, d->arena);
    bool *used = INB__NEW_N(d->arena, bool, d->to->n_spaces);
    for (size_t i = 0; i < d->from->n_spaces; i++) {
        inb__map_put(&had, d->from->spaces[i], d);
    }
    for (size_t i = 0; i < d->to->n_tables; i++) {
        used[d->to->tables[i].space] = true;
    }
    for (size_t i = 0; i < d->to->n_enums; i++) {
        used[d->to->enums[i].space] = true;
    }
    for (uint32_t i = 0; i < d->to->n_spaces; i++) {
        if (used[i] && !inb__map_get(&had, d->to->spaces[i])) {
            inb__diff_step(d, INB__STEP_CREATE_SPACE)->next = i;
        }
    }
}

/* A wish that nobody wrote down is no difference. */
static bool wishes_differ(inb__str prev, inb__str next)
{
    return prev.n && next.n && !inb__str_eq(prev, next);
}

static void extensions_diff(inb__differ *d)
{
    inb__map had;
    inb__map_init(&had, d->arena);
    for (size_t i = 0; i < d->from->n_extensions; i++) {
        inb__map_put(&had, d->from->extensions[i].name, &d->from->extensions[i]);
    }
    for (uint32_t i = 0; i < d->to->n_extensions; i++) {
        const inb__extension *next = &d->to->extensions[i];
        const inb__extension *prev = inb__map_get(&had, next->name);
        if (prev && !wishes_differ(prev->schema, next->schema) &&
            !wishes_differ(prev->version, next->version)) {
            continue;
        }
        if (prev) {
            inb__diff_step(d, INB__STEP_DROP_EXTENSION)->prev =
                (uint32_t)(prev - d->from->extensions);
        }
        inb__diff_step(d, INB__STEP_CREATE_EXTENSION)->next = i;
    }
}

/* From nothing, each thing is a step; otherwise most are none. */
static void steps_reserve(inb__differ *d)
{
    if (d->from->n_tables > 0) {
        return;
    }
    size_t n = d->to->n_spaces + d->to->n_enums + d->to->n_tables + d->to->n_foreign_keys;
    for (size_t i = 0; i < d->to->n_tables; i++) {
        n += d->to->tables[i].n_indexes;
    }
    INB__VEC_RESERVE(d->arena, &d->steps, n);
}

void inb__schema_diff(inb__steps *out, inb__arena *arena, const inb__schema *from,
                      const inb__schema *to, const inb__diff_options *options)
{
    inb__differ d = {.arena = arena, .from = from, .to = to};
    if (options) {
        d.options = *options;
    }
    d.from = inb__diff_joins_turn(&d);
    inb__diff_pair(&d);
    steps_reserve(&d);
    spaces_diff(&d);
    extensions_diff(&d);
    inb__diff_enums(&d);
    inb__diff_tables(&d);
    inb__diff_indexes(&d);
    inb__diff_foreign_keys(&d);
    inb__diff_sort(&d);
    *out = (inb__steps){.from = d.from,
                        .to = to,
                        .original = from,
                        .v = d.steps.v,
                        .n = d.steps.n,
                        .disordered = d.disordered.v,
                        .n_disordered = d.disordered.n};
}

/* The differ's top: pairs, steps of each kind, and their order. */
#include "config.h"

#include "schema/diff_pairs.h"

#include "util/map.h"

static void extension_spaces_use(const inb__differ *d, bool *used)
{
    for (size_t i = 0; i < d->to->n_extensions; i++) {
        for (size_t k = 0; k < d->to->n_spaces; k++) {
            inb__str space = d->to->spaces[k];
            used[k] |= inb__str_eq(space, d->to->extensions[i].schema) &&
                       !inb__str_eq(space, d->to->default_space);
        }
    }
}

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
    extension_spaces_use(d, used);
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

/* What the database has is not known, so that no step makes it so. */
static bool wish_is_new(inb__str prev, inb__str next)
{
    return !prev.n && next.n;
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
        if (!prev) {
            inb__diff_step(d, INB__STEP_CREATE_EXTENSION)->next = i;
        } else if (wishes_differ(prev->schema, next->schema) ||
                   wishes_differ(prev->version, next->version)) {
            inb__step *step = inb__diff_step(d, INB__STEP_ALTER_EXTENSION);
            step->prev = (uint32_t)(prev - d->from->extensions);
            step->next = i;
        }
        if (prev && (wish_is_new(prev->schema, next->schema) ||
                     wish_is_new(prev->version, next->version))) {
            INB__VEC_ADD(d->arena, &d->unchanged, i);
        }
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
                        .n_disordered = d.disordered.n,
                        .unchanged = d.unchanged.v,
                        .n_unchanged = d.unchanged.n};
}

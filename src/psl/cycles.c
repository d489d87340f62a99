/* Finds cycles of referential actions among models. */
#include "config.h"

#include "psl/cycles.h"

/* Both ends must be there, and an action must change rows. */
static bool is_edge(const inb__dm_relation *r)
{
    bool on_delete = r->on_delete != INB__REF_NO_ACTION && r->on_delete != INB__REF_RESTRICT;
    bool on_update = r->on_update != INB__REF_NO_ACTION && r->on_update != INB__REF_RESTRICT;
    return r->field_a && r->field_b && (on_delete || on_update);
}

/* Tarjan's algorithm without recursion: `path` holds the models being looked at, `open` those
 * without a component yet. */
typedef struct walk {
    inb__psl_cycles *out;
    size_t *index, *low, *next; /* by model; index 0 is "not met" */
    const inb__dm_model **path, **open;
    size_t n_path, n_open, n_met, n_components;
} walk;

static void model_enter(walk *w, const inb__dm_model *m)
{
    w->index[m->index] = w->low[m->index] = ++w->n_met;
    w->path[w->n_path++] = m;
    w->open[w->n_open++] = m;
}

/* All models that were met since m and are still open are one component, the next number. */
static void component_close(walk *w, const inb__dm_model *m)
{
    size_t number = ++w->n_components, first = w->n_open;
    do {
        w->out->component[w->open[--first]->index] = number;
    } while (w->open[first] != m);
    for (size_t i = first; i < w->n_open; i++) {
        const inb__dm_model *one = w->open[i];
        for (size_t k = 0; k < one->n_relations; k++) {
            const inb__dm_relation *r = one->relations[k];
            size_t to = w->out->component[r->model_b->index];
            w->out->meets_self[number] |=
                is_edge(r) && (r->model_b == one || w->out->meets_self[to]);
        }
    }
    w->n_open = first;
}

static void model_leave(walk *w, const inb__dm_model *m)
{
    if (w->low[m->index] == w->index[m->index]) {
        component_close(w, m);
    }
    w->n_path--;
    if (w->n_path) {
        size_t parent = w->path[w->n_path - 1]->index;
        if (w->low[m->index] < w->low[parent]) {
            w->low[parent] = w->low[m->index];
        }
    }
}

static void edge_follow(walk *w, const inb__dm_model *m, const inb__dm_relation *r)
{
    size_t to = r->model_b->index;
    if (!is_edge(r)) {
        return;
    }
    if (w->index[to] == 0) {
        model_enter(w, r->model_b);
    } else if (w->out->component[to] == 0 && w->index[to] < w->low[m->index]) {
        w->low[m->index] = w->index[to];
    }
}

void inb__psl_cycles_find(inb__psl_cycles *out, inb__arena *arena, const inb__dm *dm)
{
    size_t n = dm->n_models + 1;
    *out = (inb__psl_cycles){INB__NEW_N(arena, size_t, n), INB__NEW_N(arena, bool, n)};
    walk w = {.out = out,
              .index = INB__NEW_N(arena, size_t, n),
              .low = INB__NEW_N(arena, size_t, n),
              .next = INB__NEW_N(arena, size_t, n),
              .path = INB__NEW_N(arena, const inb__dm_model *, n),
              .open = INB__NEW_N(arena, const inb__dm_model *, n)};
    for (size_t i = 0; i < dm->n_models; i++) {
        if (w.index[i] == 0) {
            model_enter(&w, dm->models[i]);
        }
        while (w.n_path) {
            const inb__dm_model *m = w.path[w.n_path - 1];
            if (w.next[m->index] < m->n_relations) {
                edge_follow(&w, m, m->relations[w.next[m->index]++]);
            } else {
                model_leave(&w, m);
            }
        }
    }
}

bool inb__psl_cycles_meet(const inb__psl_cycles *cycles, const inb__dm_relation *relation)
{
    size_t from = cycles->component[relation->model_a->index];
    size_t to = cycles->component[relation->model_b->index];
    return is_edge(relation) && (from == to || cycles->meets_self[to]);
}

/* What becomes of each foreign key. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

static bool same_names(const inb__table *a, const uint32_t *x, const inb__table *b,
                       const uint32_t *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!inb__str_eq(a->columns[x[i]].name, b->columns[y[i]].name)) {
            return false;
        }
    }
    return true;
}

/* On the same columns of the same table. */
static bool same_subject(const inb__rollout *p, const inb__foreign_key *g,
                         const inb__foreign_key *f)
{
    const inb__rollout_table *t = &p->tables[f->table];
    return t->pair && t->pair->prev == g->table && g->n_columns == f->n_columns &&
           same_names(&p->from->tables[g->table], g->columns, &p->to->tables[f->table], f->columns,
                      f->n_columns);
}

static bool same_key(const inb__rollout *p, const inb__foreign_key *g, const inb__foreign_key *f)
{
    const inb__rollout_table *r = &p->tables[f->references];
    return same_subject(p, g, f) && r->pair && r->pair->prev == g->references &&
           g->on_delete == f->on_delete && g->on_update == f->on_update &&
           same_names(&p->from->tables[g->references], g->referenced, &p->to->tables[f->references],
                      f->referenced, f->n_columns);
}

/* The same set of columns, whatever the order. */
static bool covers(const inb__table *t, const inb__index *x, const inb__table *other,
                   const uint32_t *columns, size_t n)
{
    if (!x || !x->unique || x->predicate.n || x->n_columns != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        bool found = false;
        for (size_t k = 0; k < n && !found; k++) {
            found =
                inb__str_eq(t->columns[x->columns[k].column].name, other->columns[columns[i]].name);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static bool index_is_dropped(const inb__rollout *p, uint32_t table, uint32_t index)
{
    for (size_t i = 0; i < p->steps->n; i++) {
        const inb__step *s = &p->steps->v[i];
        if (s->kind == INB__STEP_DROP_INDEX && s->prev_table == table && s->prev == index) {
            return true;
        }
    }
    return false;
}

/* A foreign key depends on a unique index: where that is dropped, the key is recreated with it. */
static bool hangs_on_going(inb__rollout *p, const inb__foreign_key *f)
{
    const inb__rollout_table *r = &p->tables[f->references];
    const inb__table *next = &p->to->tables[f->references];
    bool hangs = false;
    if (!r->pair) {
        return false;
    }
    const inb__table *prev = inb__rollout_prev_table(p, r);
    if (r->key_changes && (covers(prev, prev->primary_key, next, f->referenced, f->n_columns) ||
                           covers(next, next->primary_key, next, f->referenced, f->n_columns))) {
        hangs = true;
    }
    for (uint32_t i = 0; i < prev->n_indexes; i++) {
        if (covers(prev, &prev->indexes[i], next, f->referenced, f->n_columns) &&
            index_is_dropped(p, r->pair->prev, i)) {
            p->index_in_switch[r->pair->prev][i] = true;
            hangs = true;
        }
    }
    return hangs;
}

static bool is_touched(inb__rollout *p, const inb__foreign_key *f)
{
    bool touched = hangs_on_going(p, f);
    for (size_t i = 0; i < f->n_columns; i++) {
        const inb__rollout_table *t = &p->tables[f->table], *r = &p->tables[f->references];
        touched = touched || (t->pair && t->columns[f->columns[i]].mode == INB__ROLLOUT_REBUILD) ||
                  (r->pair && r->columns[f->referenced[i]].mode == INB__ROLLOUT_REBUILD);
    }
    return touched;
}

/* What it refers to is unique already. */
static bool is_ready(const inb__rollout *p, const inb__foreign_key *f)
{
    const inb__rollout_table *r = &p->tables[f->references];
    const inb__table *next = &p->to->tables[f->references];
    if (!r->pair) {
        return true;
    }
    const inb__table *prev = inb__rollout_prev_table(p, r);
    bool ready = covers(prev, prev->primary_key, next, f->referenced, f->n_columns);
    for (size_t i = 0; i < prev->n_indexes && !ready; i++) {
        ready = covers(prev, &prev->indexes[i], next, f->referenced, f->n_columns);
    }
    return ready;
}

static uint32_t key_find(const inb__rollout *p, const inb__foreign_key *f,
                         bool (*same)(const inb__rollout *, const inb__foreign_key *,
                                      const inb__foreign_key *))
{
    for (uint32_t i = 0; i < p->from->n_foreign_keys; i++) {
        if (p->key_gone[i] && same(p, &p->from->foreign_keys[i], f)) {
            return i;
        }
    }
    return INB__SCHEMA_NONE;
}

static void key_survey(inb__rollout *p, uint32_t i)
{
    const inb__foreign_key *f = &p->to->foreign_keys[i];
    inb__rollout_key *k = &p->keys[i];
    bool touched = is_touched(p, f);
    bool kept = k->prev != INB__SCHEMA_NONE;
    if (!kept) {
        k->prev = key_find(p, f, same_subject);
    }
    if (k->prev != INB__SCHEMA_NONE) {
        p->key_gone[k->prev] = false;
    }
    k->differs = !kept && k->prev != INB__SCHEMA_NONE;
    if (touched) {
        k->fate = INB__ROLLOUT_KEY_SWITCH;
    } else if (kept) {
        bool same = inb__str_eq(p->from->foreign_keys[k->prev].name, f->name);
        k->fate = same ? INB__ROLLOUT_KEY_KEEP : INB__ROLLOUT_KEY_RENAME;
    } else if (k->prev != INB__SCHEMA_NONE) {
        k->fate = INB__ROLLOUT_KEY_REPLACE;
    } else {
        bool with_table = !p->tables[f->table].pair && is_ready(p, f);
        k->fate = with_table ? INB__ROLLOUT_KEY_WITH_TABLE : INB__ROLLOUT_KEY_ADD;
    }
}

void inb__rollout_foreign_keys_survey(inb__rollout *p)
{
    p->keys = INB__NEW_N(p->arena, inb__rollout_key, p->to->n_foreign_keys);
    p->key_gone = INB__NEW_N(p->arena, bool, p->from->n_foreign_keys);
    memset(p->key_gone, true, p->from->n_foreign_keys);
    for (uint32_t i = 0; i < p->to->n_foreign_keys; i++) {
        p->keys[i].prev = key_find(p, &p->to->foreign_keys[i], same_key);
        if (p->keys[i].prev != INB__SCHEMA_NONE) {
            p->key_gone[p->keys[i].prev] = false;
        }
    }
    for (uint32_t i = 0; i < p->to->n_foreign_keys; i++) {
        key_survey(p, i);
    }
}

/* The names of models, views and enums: the present ones, else Prisma's choice. */
#include "config.h"

#include "live/pull_parts.h"

#include "util/map.h"

/* No block can have the name. */
static bool is_reserved(inb__str name)
{
    return inb__psl_words_is_reserved(name) || inb__psl_words_scalar_find(name) >= 0 ||
           inb__str_is(name, "Unsupported");
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

inb__str inb__pull_sanitize(inb__arena *arena, inb__str name)
{
    size_t start = 0;
    while (start < name.n && !is_letter(name.p[start])) {
        start++;
    }
    char *text = inb__arena_alloc(arena, name.n + 1), *to = text;
    for (size_t i = start; i < name.n; i++) {
        char c = name.p[i];
        if (((unsigned char)c & 0xc0) == 0x80) {
            continue; /* one underscore a character */
        }
        *to++ = is_letter(c) || inb__is_digit(c) || c == '_' ? c : '_';
    }
    return (inb__str){text, (size_t)(to - text)};
}

inb__str inb__pull_name_show(inb__arena *arena, inb__str name)
{
    char *text = inb__arena_strndup(arena, name.p, name.n);
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)text[i];
        text[i] = c < 0x20 || c == 0x7f ? ' ' : text[i];
    }
    return (inb__str){text, name.n};
}

inb__str inb__pull_name_claim(inb__arena *arena, inb__map *taken, inb__str name)
{
    inb__str chosen = name;
    for (int i = 2; inb__map_put(taken, chosen, taken); i++) {
        chosen = inb__str_of(inb__arena_printf(arena, "%.*s_%d", INB__STR_ARG(name), i));
    }
    return chosen;
}

/* How many tables, views and enums would have the name. */
static size_t *count_of(inb__pull_run *run, inb__map *counts, inb__str name)
{
    inb__str sane = inb__pull_sanitize(run->arena, name);
    size_t *n = inb__map_get(counts, sane);
    if (!n) {
        n = INB__NEW(run->arena, size_t);
        inb__map_put(counts, sane, n);
    }
    return n;
}

typedef struct choice {
    inb__str name;
    bool is_duplicate, was_reserved;
} choice;

static choice name_choose(inb__pull_run *run, inb__map *counts, inb__str space, inb__str name)
{
    choice c = {.name = inb__pull_sanitize(run->arena, name)};
    if (*count_of(run, counts, name) > 1 || c.name.n == 0) {
        inb__str full = inb__arena_join(run->arena, space, "_", name);
        c.is_duplicate = true;
        c.name = inb__pull_sanitize(run->arena, full);
        c.name = c.name.n ? c.name : INB__STR("Renamed");
    } else if (is_reserved(c.name)) {
        c.was_reserved = true;
        c.name = inb__arena_join(run->arena, INB__STR("Renamed"), "", c.name);
    }
    return c;
}

static void model_name(inb__pull_run *run, inb__map *counts, inb__map *taken, inb__pull_model *m)
{
    choice c = name_choose(run, counts, m->fact->space, m->fact->name);
    m->name = inb__pull_name_claim(run->arena, taken, c.name);
    m->is_renamed = c.is_duplicate;
    m->was_reserved = c.was_reserved;
}

/* What the names of new relations are made of: the table's name, whatever the model is called. */
static inb__str base_name(inb__arena *arena, const inb__pull_model *m)
{
    inb__str sane = inb__pull_sanitize(arena, m->fact->name);
    if (is_reserved(sane)) {
        return inb__arena_join(arena, INB__STR("Renamed"), "", sane);
    }
    return sane.n ? sane : m->name;
}

static bool is_named(const inb__pull_model *m)
{
    return m->fact && !m->is_join && !m->old;
}

static void counts_take(inb__pull_run *run, inb__map *counts)
{
    const inb__catalogue *c = run->live->catalogue;
    for (size_t i = 0; i < run->n_models; i++) {
        const inb__fact_relation *fact = &c->relations[i];
        if (!run->models[i].is_join && (fact->kind != 'v' || run->with_views)) {
            ++*count_of(run, counts, fact->name);
        }
    }
    for (size_t i = 0; i < run->n_enums; i++) {
        ++*count_of(run, counts, run->enums[i].fact->name);
    }
}

void inb__pull_names_choose(inb__pull_run *run)
{
    inb__map counts, taken;
    inb__map_init(&counts, run->arena);
    inb__map_init(&taken, run->arena);
    counts_take(run, &counts);
    for (size_t i = 0; i < run->n_models; i++) {
        if (run->models[i].fact && run->models[i].old) {
            run->models[i].name = run->models[i].old->name;
            inb__map_put(&taken, run->models[i].name, run);
        }
    }
    for (size_t i = 0; i < run->n_enums; i++) {
        if (run->enums[i].old) {
            run->enums[i].name = run->enums[i].old->name;
            inb__map_put(&taken, run->enums[i].name, run);
        }
    }
    for (size_t i = 0; i < run->n_models; i++) {
        inb__pull_model *m = &run->models[i];
        if (is_named(m)) {
            model_name(run, &counts, &taken, m);
        }
        if (m->fact) {
            m->base = base_name(run->arena, m);
            m->is_mapped = !inb__str_eq(m->name, m->fact->name);
        }
    }
    for (size_t i = 0; i < run->n_enums; i++) {
        inb__pull_enum *e = &run->enums[i];
        if (!e->old) {
            choice c = name_choose(run, &counts, e->fact->space, e->fact->name);
            e->name = inb__pull_name_claim(run->arena, &taken, c.name);
            e->is_renamed = c.is_duplicate;
        }
        e->is_mapped = !inb__str_eq(e->name, e->fact->name);
    }
}

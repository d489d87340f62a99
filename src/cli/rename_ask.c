/* Finds what could be a rename among the steps, and asks. */
#include "config.h"

#include "cli/rename_ask.h"

#include <string.h>

/* A name with a dot or an equals sign cannot be written as a request. */
static bool speakable(inb__str name)
{
    return name.n && !memchr(name.p, '.', name.n) && !memchr(name.p, '=', name.n);
}

/* "schema.table", or the table alone in the default schema of the target. */
static const char *table_text(inb__arena *arena, const inb__schema *target, const inb__schema *s,
                              const inb__table *t)
{
    inb__str space = s->spaces[t->space];
    bool bare = target->default_space.p && inb__str_eq(space, target->default_space);
    return inb__arena_printf(arena, "%.*s%s%.*s", bare ? 0 : (int)space.n, space.p, bare ? "" : ".",
                             INB__STR_ARG(t->name));
}

static bool columns_alike(const inb__table *a, const inb__table *b)
{
    size_t same = 0;
    for (size_t i = 0; i < a->n_columns; i++) {
        for (size_t k = 0; k < b->n_columns; k++) {
            same += inb__str_eq(a->columns[i].name, b->columns[k].name);
        }
    }
    return same > 0 && 2 * same >= a->n_columns && 2 * same >= b->n_columns;
}

static void table_guess(inb__rename_guesses *out, inb__arena *arena, const inb__steps *steps,
                        const inb__table *was, const inb__table *is)
{
    if (!speakable(was->name) || !speakable(is->name) || !columns_alike(was, is)) {
        return;
    }
    const char *from = table_text(arena, steps->to, steps->from, was);
    const char *to = table_text(arena, steps->to, steps->to, is);
    inb__rename_guess guess = {
        .request = inb__arena_printf(arena, "%s=%s", from, to),
        .question = inb__arena_printf(
            arena, "Is the table \"%s\" the table \"%s\" under a new name?", to, from),
        .table = true};
    INB__VEC_ADD(arena, out, guess);
}

static void tables_find(inb__rename_guesses *out, inb__arena *arena, const inb__steps *steps)
{
    for (size_t i = 0; i < steps->n; i++) {
        for (size_t k = 0; k < steps->n && steps->v[i].kind == INB__STEP_DROP_TABLE; k++) {
            if (steps->v[k].kind == INB__STEP_CREATE_TABLE) {
                table_guess(out, arena, steps, &steps->from->tables[steps->v[i].prev],
                            &steps->to->tables[steps->v[k].next]);
            }
        }
    }
}

static void column_guess(inb__rename_guesses *out, inb__arena *arena, const inb__steps *steps,
                         const inb__step *step, const inb__change *drop, const inb__change *add)
{
    const inb__table *t = &steps->from->tables[step->prev_table];
    const inb__column *was = &t->columns[drop->prev];
    const inb__column *is = &steps->to->tables[step->next_table].columns[add->next];
    if (!speakable(was->name) || !speakable(is->name) || !speakable(t->name) ||
        inb__cast_column(steps->from, was, steps->to, is) != INB__CAST_SAME) {
        return;
    }
    const char *table = table_text(arena, steps->to, steps->from, t);
    inb__rename_guess guess = {
        .request = inb__arena_printf(arena, "%s.%.*s=%.*s", table, INB__STR_ARG(was->name),
                                     INB__STR_ARG(is->name)),
        .question = inb__arena_printf(
            arena, "Is the column \"%.*s\" of \"%s\" the column \"%.*s\" under a new name?",
            INB__STR_ARG(is->name), table, INB__STR_ARG(was->name))};
    INB__VEC_ADD(arena, out, guess);
}

static void columns_find(inb__rename_guesses *out, inb__arena *arena, const inb__steps *steps,
                         const inb__step *step)
{
    for (size_t i = 0; i < step->n_changes; i++) {
        for (size_t k = 0; k < step->n_changes && step->changes[i].kind == INB__CHANGE_DROP_COLUMN;
             k++) {
            if (step->changes[k].kind == INB__CHANGE_ADD_COLUMN) {
                column_guess(out, arena, steps, step, &step->changes[i], &step->changes[k]);
            }
        }
    }
}

void inb__rename_guess_find(inb__rename_guesses *out, inb__arena *arena, const inb__steps *steps)
{
    *out = (inb__rename_guesses){0};
    tables_find(out, arena, steps);
    for (size_t i = 0; i < steps->n; i++) {
        if (steps->v[i].kind == INB__STEP_ALTER_TABLE) {
            columns_find(out, arena, steps, &steps->v[i]);
        }
    }
}

void inb__rename_guess_text(inb__buf *out, const inb__rename_guess *guess)
{
    inb__buf_printf(out, "%s Then write it with --rename%s %s", guess->question,
                    guess->table ? "-table" : "", guess->request);
}

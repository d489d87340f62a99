/* Notes about a migration that are no reason to refuse it. */
#include "config.h"

#include "sql/sql_advice.h"

#include "sql/classifier.h"

#define TABLES_NAMED 5u /* of those that one transaction locks */

typedef struct noting {
    inb__sql_script *script;
    inb__arena *arena;
    inb__str text;
} noting;

static void note(noting *n, uint32_t line, const char *message)
{
    inb__sql_note added = {line, message};
    INB__VEC_ADD(n->arena, &n->script->notes, added);
}

bool inb__sql_advice_sets(const inb__sql_statement *s, const inb__node *node)
{
    bool sets = strcmp(s->tag, "SET") == 0 && s->flags & INB_STATEMENT_SETS;
    INB__NODE_WALK(n, node)
    {
        sets = sets || inb__functions_set_config(n);
    }
    return sets;
}

static void settings_note(noting *n)
{
    for (size_t i = 0; i < n->script->statements.n; i++) {
        const inb__sql_statement *s = &n->script->statements.v[i];
        if (s->sets) {
            note(n, s->line,
                 n->script->transactional
                     ? "the setting lasts for the session: inboard resets it after this migration, "
                       "other tools keep it for the next one; SET LOCAL ends with the transaction"
                     : "the setting lasts for the session: inboard resets it after this migration, "
                       "other tools keep it for the next one");
        }
    }
}

/* The tables that the transaction has locked against everybody when it ends, in their order. */
static void exclusive_note(noting *n)
{
    inb__strs tables = {0};
    uint32_t line = 0;
    for (size_t i = 0; n->script->transactional && i < n->script->statements.n; i++) {
        const inb__sql_statement *s = &n->script->statements.v[i];
        for (size_t k = 0; k < s->locks.n; k++) {
            inb__str table = inb__str_of(s->locks.v[k].relation);
            bool exclusive = s->locks.v[k].mode == INB_LOCK_ACCESS_EXCLUSIVE && s->locks.v[k].table;
            if (exclusive && !inb__catalog_strs_have(&tables, table)) {
                INB__VEC_ADD(n->arena, &tables, table);
                line = tables.n == 2 ? s->line : line;
            }
        }
    }
    if (tables.n < 2) {
        return;
    }
    const char *names = "";
    for (size_t i = 0; i < tables.n && i < TABLES_NAMED; i++) {
        names = inb__arena_printf(n->arena, "%s%s%.*s", names, i ? ", " : "",
                                  INB__STR_ARG(tables.v[i]));
    }
    note(n, line,
         inb__arena_printf(
             n->arena,
             "one transaction locks %zu tables in AccessExclusiveLock (%s%s) until its end: "
             "sessions that lock them in another order can deadlock; use one migration per table",
             tables.n, names, tables.n > TABLES_NAMED ? ", …" : ""));
}

bool inb__sql_advice_meets(const inb__sql_script *script, const inb__directive *d, inb_class cls)
{
    bool of_file = d->piece == INB__DIRECTIVE_FILE;
    size_t i = of_file ? 0 : d->piece, end = of_file ? script->statements.n : d->piece + 1;
    while (i < end && i < script->statements.n && script->statements.v[i].cls != cls) {
        i++;
    }
    return i < end && i < script->statements.n;
}

/* An acceptance of nothing would accept what is written there later. */
static void acceptances_note(noting *n)
{
    const inb__directives *all = &n->script->directives;
    inb__cursor at = {.text = n->text, .place = {1, 1}};
    for (size_t i = 0; i < all->n; i++) {
        const inb__directive *d = &all->v[i];
        if (d->kind == INB__DIRECTIVE_ACCEPT && !inb__sql_advice_meets(n->script, d, d->cls)) {
            inb__cursor_seek(&at, d->offset);
            note(n, at.place.line,
                 inb__arena_printf(n->arena, "the directive has no effect: nothing here is %s",
                                   inb_class_name(d->cls)));
        }
    }
}

void inb__sql_advice_take(inb__sql_script *script, inb__arena *arena, inb__str text)
{
    noting n = {script, arena, text};
    settings_note(&n);
    exclusive_note(&n);
    acceptances_note(&n);
}

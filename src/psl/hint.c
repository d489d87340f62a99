#include "config.h"

#include "psl/hint.h"

#include "psl/fieldlist.h"

/* Longer lists help nobody. */
#define FIELDS_SHOWN 8
#define NAMES_SHOWN 12

void inb__psl_suggest_datasource(inb__psl_checker *c)
{
    inb__psl_hint(c->d, "Add a datasource with provider = \"postgresql\".");
}

void inb__psl_suggest_field(inb__psl_checker *c, const inb__psl_checked_top *top, inb__str name)
{
    inb__psl_suggest s = inb__psl_suggest_for(name);
    inb__psl_name_list names = {0};
    for (size_t i = 0; i < top->n_all; i++) {
        inb__str field = top->all[i]->dm.name;
        inb__psl_suggest_name(&s, field);
        if (i < FIELDS_SHOWN) {
            INB__VEC_ADD(c->arena, &names, field);
        }
    }
    if (s.best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s.best));
    } else if (top->n_all > 0 && top->n_all <= FIELDS_SHOWN) {
        inb__psl_hint(c->d, "Its fields are %s.",
                      inb__psl_suggest_quoted(c->arena, names.v, names.n));
    } else {
        inb__psl_hint(c->d, "Add the field to \"%.*s\", or name another.",
                      INB__STR_ARG(top->block->name.name));
    }
}

void inb__psl_suggest_value(inb__psl_checker *c, inb__dm_scalar scalar)
{
    static const char *const advice[INB__DM_SCALARS] = {
        [INB__DM_STRING] = "Write a string in quotes.",
        [INB__DM_BOOLEAN] = "Write true or false.",
        [INB__DM_INT] = "Write a whole number, such as 1.",
        [INB__DM_BIGINT] = "Write a whole number, such as 1.",
        [INB__DM_FLOAT] = "Write a number, such as 1.5.",
        [INB__DM_DECIMAL] = "Write a number, such as 1.50 or \"1.50\".",
        [INB__DM_DATETIME] = "Write a string such as \"2026-01-31T12:00:00Z\".",
        [INB__DM_JSON] = "Write JSON in a string, such as \"{\\\"a\\\": 1}\".",
        [INB__DM_BYTES] = "Write base64 in a string, such as \"aGVsbG8=\".",
    };
    inb__psl_hint(c->d, "%s", advice[scalar]);
}

void inb__psl_suggest_known(inb__psl_checker *c, const inb__psl_suggest *s, const inb__str *names,
                            size_t n)
{
    if (s->best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s->best));
    } else if (n) {
        size_t shown = n < NAMES_SHOWN ? n : NAMES_SHOWN;
        inb__psl_hint(c->d, "Known %s %s%s.", n == 1 ? "is" : "are",
                      inb__psl_suggest_quoted(c->arena, names, shown),
                      n > shown ? " and others" : "");
    } else {
        inb__psl_hint(c->d, "Remove it.");
    }
}

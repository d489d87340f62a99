#include "config.h"

#include "psl/hint.h"

#include "psl/fieldlist.h"

/* Longer lists help nobody. */
#define FIELDS_SHOWN 8
#define NAMES_SHOWN 12

void inb__hint_datasource(inb__chk *c)
{
    inb__psl_hint(c->d, "Add a datasource with provider = \"postgresql\".");
}

void inb__hint_field(inb__chk *c, const inb__chk_top *top, inb__str name)
{
    inb__suggest s = inb__suggest_for(name);
    inb__name_list names = {0};
    for (size_t i = 0; i < top->n_all; i++) {
        inb__str field = top->all[i]->dm.name;
        inb__suggest_name(&s, field);
        if (i < FIELDS_SHOWN) {
            INB__VEC_ADD(c->arena, &names, field);
        }
    }
    if (s.best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s.best));
    } else if (top->n_all > 0 && top->n_all <= FIELDS_SHOWN) {
        inb__psl_hint(c->d, "Its fields are %s.", inb__names_quote(c->arena, names.v, names.n));
    } else {
        inb__psl_hint(c->d, "Add the field to \"%.*s\", or name another.",
                      INB__STR_ARG(top->block->name.name));
    }
}

void inb__hint_value(inb__chk *c, inb__dm_scalar scalar)
{
    static const char *const advice[INB_DM_SCALARS] = {
        [INB_DM_STRING] = "Write a string in quotes.",
        [INB_DM_BOOLEAN] = "Write true or false.",
        [INB_DM_INT] = "Write a whole number, such as 1.",
        [INB_DM_BIGINT] = "Write a whole number, such as 1.",
        [INB_DM_FLOAT] = "Write a number, such as 1.5.",
        [INB_DM_DECIMAL] = "Write a number, such as 1.50 or \"1.50\".",
        [INB_DM_DATETIME] = "Write a string such as \"2026-01-31T12:00:00Z\".",
        [INB_DM_JSON] = "Write JSON in a string, such as \"{\\\"a\\\": 1}\".",
        [INB_DM_BYTES] = "Write base64 in a string, such as \"aGVsbG8=\".",
    };
    inb__psl_hint(c->d, "%s", advice[scalar]);
}

void inb__hint_known(inb__chk *c, const inb__suggest *s, const inb__str *names, size_t n)
{
    if (s->best.n) {
        inb__psl_hint(c->d, "Did you mean \"%.*s\"?", INB__STR_ARG(s->best));
    } else if (n) {
        size_t shown = n < NAMES_SHOWN ? n : NAMES_SHOWN;
        inb__psl_hint(c->d, "Known %s %s%s.", n == 1 ? "is" : "are",
                      inb__names_quote(c->arena, names, shown), n > shown ? " and others" : "");
    } else {
        inb__psl_hint(c->d, "Remove it.");
    }
}

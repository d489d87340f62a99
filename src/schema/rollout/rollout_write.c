/* What every part of the planner writes with: migrations, notes, statements and new names. */
#include "config.h"

#include "schema/rollout/rollout_parts.h"

#include "postgres/object_name.h"
#include "util/limits.h"

#include <stdio.h>

/* ---- migrations ------------------------------------------------------------------------------ */

/* A folder's name takes letters, digits and underscores. */
static const char *folder_name(inb__rollout *p, inb__rollout_phase phase, const char *verb,
                               inb__str subject)
{
    char *name = inb__arena_printf(p->arena, "%s_%s%s%.*s", inb__rollout_phase_name(phase), verb,
                                   subject.n ? "_" : "", INB__STR_ARG(subject));
    size_t n = 0;
    for (; name[n] && n < INB__LIMIT_IDENTIFIER * 2; n++) {
        char c = name[n];
        bool upper = c >= 'A' && c <= 'Z';
        bool fits = upper || (c >= 'a' && c <= 'z') || inb__is_digit(c);
        name[n] = upper ? (char)(c | 0x20) : fits ? c : '_';
    }
    name[n] = '\0';
    return name;
}

void inb__rollout_open(inb__rollout *p, inb__rollout_phase phase, const char *verb,
                       inb__str subject)
{
    p->now = (inb__rollout_migration){.phase = phase, .name = folder_name(p, phase, verb, subject)};
}

void inb__rollout_close(inb__rollout *p)
{
    if (p->now.statements.n) {
        size_t n = p->out.n;
        p->now.waits = n && p->out.v[n - 1].backfill ? n : 0;
        INB__VEC_ADD(p->arena, &p->out, p->now);
    }
}

void inb__rollout_note_names(inb__rollout *p, inb__sentence sentence, const inb__str *names,
                             size_t n)
{
    inb__notes_add(&p->now.notes[inb__sentence_kind(sentence)], p->arena, sentence, names, n);
}

static inb__str type_name(inb__rollout *p, const inb__schema *s, const inb__column *c)
{
    return c->type.kind == INB__COLUMN_UNSUPPORTED
               ? c->type.unsupported
               : inb__str_of(inb__column_type_catalogue(p->arena, s, c));
}

void inb__rollout_note_types(inb__rollout *p, inb__sentence sentence, uint32_t table,
                             uint32_t column)
{
    const inb__rollout_table *t = &p->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    const inb__column *prev = &inb__rollout_prev_table(p, t)->columns[c->prev];
    inb__rollout_note_of(p, sentence, c->before, type_name(p, p->from, prev),
                         type_name(p, p->to, &p->to->tables[table].columns[column]));
}

void inb__rollout_check(inb__rollout *p, const inb__fragment *query)
{
    INB__VEC_ADD(p->arena, &p->now.checks, query);
}

void inb__rollout_opaque(inb__rollout *p, inb_class cls, const char *reason,
                         const inb__fragment *sql)
{
    inb__rollout_statement s = {.sql = sql, .cls = cls, .reason = reason};
    INB__VEC_ADD(p->arena, &p->now.statements, s);
    p->now.cls = cls > p->now.cls ? cls : p->now.cls;
    p->now.has_blocking = p->now.has_blocking || cls == INB_CLASS_BLOCKING;
    p->now.has_contracting = p->now.has_contracting || cls == INB_CLASS_CONTRACTING;
}

void inb__rollout_say(inb__rollout *p, inb_class cls, const inb__fragment *sql)
{
    inb__rollout_opaque(p, cls, NULL, sql);
}

void inb__rollout_step(inb__rollout *p, inb_class cls, const inb__steps *steps, inb__step step)
{
    inb__rollout_say(p, cls, inb__fragment_step(p->arena, steps, step));
}

/* ---- names ----------------------------------------------------------------------------------- */

inb__str inb__rollout_name(inb__rollout *p, inb__str base, const char *suffix)
{
    for (unsigned i = 1;; i++) {
        char tail[32];
        snprintf(tail, sizeof(tail), i > 1 ? "%s%u" : "%s", suffix, i);
        inb__str cut = inb__name_cut(base, INB__LIMIT_IDENTIFIER - strlen(tail));
        inb__str name = inb__str_of(inb__arena_printf(p->arena, "%.*s%s", INB__STR_ARG(cut), tail));
        if (!inb__map_put(&p->names, name, p)) {
            return name;
        }
    }
}

const inb__fragment *inb__rollout_ident(inb__rollout *p, inb__str name)
{
    return inb__fragment_ident(p->arena, name);
}

const inb__fragment *inb__rollout_in_space(inb__rollout *p, inb__str space, inb__str name)
{
    return inb__fragment_name(p->arena, p->to, space, name);
}

const inb__fragment *inb__rollout_in_mid(inb__rollout *p, uint32_t table, inb__str name)
{
    return inb__rollout_in_space(p, p->mid->spaces[p->mid->tables[table].space], name);
}

const inb__fragment *inb__rollout_column_name(inb__rollout *p, uint32_t table, uint32_t column)
{
    return inb__rollout_ident(p, inb__rollout_mid(p, table, column)->name);
}

const inb__fragment *inb__rollout_type(inb__rollout *p, const inb__column *c)
{
    return inb__fragment_type(p->arena, p->mid, c);
}

inb__table *inb__rollout_mid_change(inb__rollout *p, uint32_t table)
{
    inb__schema *mid = INB__NEW(p->arena, inb__schema);
    inb__steps *interim = INB__NEW(p->arena, inb__steps);
    *mid = *p->mid;
    mid->tables = INB__NEW_N(p->arena, inb__table, mid->n_tables);
    memcpy(mid->tables, p->mid->tables, sizeof(inb__table) * mid->n_tables);
    inb__table *t = &mid->tables[table];
    const inb__column *columns = t->columns;
    t->columns = INB__NEW_N(p->arena, inb__column, t->n_columns);
    for (size_t i = 0; i < t->n_columns; i++) {
        t->columns[i] = columns[i];
    }
    *interim = (inb__steps){.from = p->from, .to = mid};
    p->mid = mid;
    p->interim = interim;
    return t;
}

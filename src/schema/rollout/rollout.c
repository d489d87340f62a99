#include "config.h"

#include "schema/rollout/rollout_parts.h"

#include "postgres/object_name.h"

#include <stdio.h>

static const char *const phase_names[INB__ROLLOUT_PHASES] = {"expand", "backfill", "contract"};

const char *inb__rollout_phase_name(inb__rollout_phase phase)
{
    return phase_names[phase];
}

/* ---- migrations ------------------------------------------------------------------------------ */

/* A folder's name takes letters, digits and underscores. */
static const char *folder_name(inb__rollout *z, inb__rollout_phase phase, const char *verb,
                               inb__str subject)
{
    char *name = inb__arena_printf(z->arena, "%s_%s%s%.*s", phase_names[phase], verb,
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

void inb__rollout_open(inb__rollout *z, inb__rollout_phase phase, const char *verb,
                       inb__str subject)
{
    z->now = (inb__rollout_migration){.phase = phase,
                                      .name = folder_name(z, phase, verb, subject),
                                      .about = "",
                                      .before = "",
                                      .after = "",
                                      .check = "",
                                      .review = "",
                                      .sql_start = z->sql->length};
}

void inb__rollout_close(inb__rollout *z)
{
    if (!z->now.n_statements) {
        return;
    }
    z->now.sql_length = z->sql->length - z->now.sql_start;
    INB__VEC_ADD(z->arena, &z->out, z->now);
}

/* Where a sentence's names begin and end: from its first quote to its last. */
static bool names_find(const char *sentence, size_t *first, size_t *end)
{
    const char *p = strchr(sentence, '"'), *last = strrchr(sentence, '"');
    if (!p || p == last) {
        return false;
    }
    *first = (size_t)(p - sentence);
    *end = (size_t)(last - sentence) + 1;
    return true;
}

/*
 * Two sentences that differ only in the names that they quote become one; NULL when they differ
 * otherwise.
 */
static const char *sentences_merge(inb__rollout *z, const char *so_far, const char *more)
{
    const char *tail = so_far;
    for (const char *p = so_far; (p = strstr(p, "; ")) != NULL; p += 2) {
        tail = p + 2;
    }
    size_t a, a_end, b, b_end;
    if (!names_find(tail, &a, &a_end) || !names_find(more, &b, &b_end) || a != b ||
        strncmp(tail, more, a) != 0 || strcmp(tail + a_end, more + b_end) != 0) {
        return NULL;
    }
    size_t kept = (size_t)(tail - so_far) + a_end;
    return inb__arena_printf(z->arena, "%.*s, %s", (int)kept, so_far, more + b);
}

/* Sentences about one migration add up. */
__attribute__((format(printf, 3, 0))) static void sentence_add(inb__rollout *z, const char **to,
                                                               const char *fmt, va_list ap)
{
    const char *text = inb__arena_vprintf(z->arena, fmt, ap);
    const char *merged = **to ? sentences_merge(z, *to, text) : text;
    if (merged) {
        *to = merged;
    } else if (!strstr(*to, text)) {
        *to = inb__arena_printf(z->arena, "%s; %s", *to, text);
    }
}

void inb__rollout_about(inb__rollout *z, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    sentence_add(z, &z->now.about, fmt, ap);
    va_end(ap);
}

void inb__rollout_before(inb__rollout *z, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    sentence_add(z, &z->now.before, fmt, ap);
    va_end(ap);
}

void inb__rollout_after(inb__rollout *z, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    sentence_add(z, &z->now.after, fmt, ap);
    va_end(ap);
}

void inb__rollout_check(inb__rollout *z, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *query = inb__arena_vprintf(z->arena, fmt, ap);
    va_end(ap);
    z->now.check =
        inb__arena_printf(z->arena, "%s%s%s;", z->now.check, *z->now.check ? "\n" : "", query);
}

void inb__rollout_review(inb__rollout *z, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    sentence_add(z, &z->now.review, fmt, ap);
    va_end(ap);
}

__attribute__((format(printf, 4, 0))) static void
say(inb__rollout *z, inb_class cls, const char *reason, const char *fmt, va_list ap)
{
    inb__buf_str(z->sql, z->now.n_statements ? "\n" : "");
    if (reason) {
        inb__buf_printf(z->sql, "-- inboard: class %s %s\n", inb_class_name(cls), reason);
    }
    inb__buf_vprintf(z->sql, fmt, ap);
    inb__buf_str(z->sql, ";\n");
    z->now.n_statements++;
    z->now.cls = cls > z->now.cls ? cls : z->now.cls;
    z->now.has_blocking = z->now.has_blocking || cls == INB_CLASS_BLOCKING;
    z->now.has_contracting = z->now.has_contracting || cls == INB_CLASS_CONTRACTING;
}

void inb__rollout_say(inb__rollout *z, inb_class cls, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(z, cls, NULL, fmt, ap);
    va_end(ap);
}

void inb__rollout_opaque(inb__rollout *z, inb_class cls, const char *reason, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(z, cls, reason, fmt, ap);
    va_end(ap);
}

/* ---- names ----------------------------------------------------------------------------------- */

inb__str inb__rollout_name(inb__rollout *z, inb__str base, const char *suffix)
{
    for (unsigned i = 1;; i++) {
        char tail[32];
        snprintf(tail, sizeof(tail), i > 1 ? "%s%u" : "%s", suffix, i);
        inb__str cut = inb__name_cut(base, INB__LIMIT_IDENTIFIER - strlen(tail));
        inb__str name = inb__str_of(inb__arena_printf(z->arena, "%.*s%s", INB__STR_ARG(cut), tail));
        if (!inb__map_put(&z->names, name, z)) {
            return name;
        }
    }
}

static void schema_names(inb__rollout *z, const inb__schema *s)
{
    for (size_t i = 0; i < s->n_tables; i++) {
        const inb__table *t = &s->tables[i];
        inb__map_put(&z->names, t->name, z);
        for (size_t k = 0; k < t->n_columns; k++) {
            inb__map_put(&z->names, t->columns[k].name, z);
        }
        for (size_t k = 0; k < t->n_indexes; k++) {
            inb__map_put(&z->names, t->indexes[k].name, z);
        }
        if (t->primary_key) {
            inb__map_put(&z->names, t->primary_key->name, z);
        }
    }
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        inb__map_put(&z->names, s->foreign_keys[i].name, z);
    }
    for (size_t i = 0; i < s->n_enums; i++) {
        inb__map_put(&z->names, s->enums[i].name, z);
    }
}

/* ---- pieces of SQL --------------------------------------------------------------------------- */

char *inb__rollout_take(inb__rollout *z, size_t before)
{
    if (z->sql->failed) {
        return inb__arena_strdup(z->arena, "");
    }
    char *text =
        inb__arena_strndup(z->arena, inb__buf_text(z->sql) + before, z->sql->length - before);
    inb__buf_truncate(z->sql, before);
    return text;
}

const char *inb__rollout_quote(inb__rollout *z, inb__str name)
{
    size_t before = z->sql->length;
    inb__quote_ident(z->sql, name);
    return inb__rollout_take(z, before);
}

const char *inb__rollout_literal(inb__rollout *z, inb__str text)
{
    size_t before = z->sql->length;
    inb__quote_literal(z->sql, text);
    return inb__rollout_take(z, before);
}

const char *inb__rollout_in_space(inb__rollout *z, inb__str space, inb__str name)
{
    size_t before = z->sql->length;
    inb__render_name(z->sql, z->to, space, name);
    return inb__rollout_take(z, before);
}

const char *inb__rollout_in_mid(inb__rollout *z, uint32_t table, inb__str name)
{
    return inb__rollout_in_space(z, z->mid.spaces[z->mid.tables[table].space], name);
}

const char *inb__rollout_type(inb__rollout *z, const inb__column *c)
{
    size_t before = z->sql->length;
    inb__render_type(z->sql, &z->mid, c, false);
    return inb__rollout_take(z, before);
}

const char *inb__rollout_default(inb__rollout *z, const inb__schema *s, const inb__column *c)
{
    size_t before = z->sql->length;
    bool any = inb__render_default(z->sql, s, c);
    const char *text = inb__rollout_take(z, before);
    return any ? text : NULL;
}

const char *inb__rollout_step(inb__rollout *z, const inb__steps *steps, inb__step step)
{
    size_t before = z->sql->length;
    inb__render_step(z->sql, steps, &step);
    char *text = inb__rollout_take(z, before);
    size_t n = strlen(text);
    if (n >= 2) {
        text[n - 2] = '\0'; /* ";\n" */
    }
    return text;
}

void inb__rollout_build_index(inb__rollout *z, uint32_t table, uint32_t index)
{
    const inb__index *x = &z->mid.tables[table].indexes[index];
    inb__step step = {.kind = INB__STEP_CREATE_INDEX, .next = index, .next_table = table};
    const char *text = inb__rollout_step(z, &z->interim, step);
    const char *name = strstr(text, "INDEX ");
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "CREATE %sINDEX CONCURRENTLY %s",
                     x->unique ? "UNIQUE " : "", name ? name + strlen("INDEX ") : "");
    z->now.no_transaction = true;
}

/* ---- the plan -------------------------------------------------------------------------------- */

void inb__rollout_plan_build(inb__rollout_plan *out, inb__arena *arena, inb__buf *sql,
                             const inb__steps *steps, const inb__renames *renames)
{
    inb__rollout z = {.arena = arena,
                      .sql = sql,
                      .steps = steps,
                      .renames = renames,
                      .from = steps->from,
                      .to = steps->to};
    inb__map_init(&z.names, arena);
    schema_names(&z, z.from);
    schema_names(&z, z.to);
    for (size_t i = 0; renames && i < renames->n; i++) {
        inb__map_put(&z.names, renames->v[i].was, &z);
    }
    inb__rollout_survey(&z);
    inb__rollout_expand(&z);
    inb__rollout_backfill(&z);
    inb__rollout_tables_rename(&z);
    inb__rollout_tighten(&z);
    inb__rollout_switch(&z);
    inb__rollout_drop(&z);
    *out = (inb__rollout_plan){.v = z.out.v, .n = z.out.n, .sql = sql};
}

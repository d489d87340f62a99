/* The words of findings: names, and the text of the statement with something changed. */
#include "config.h"

#include "postgres/quote.h"
#include "review/lint_parts.h"
#include "sql/lex.h"
#include "util/cleanup.h"

#include <stdarg.h>

#define NAMES_MAX ((size_t)64 * 1024)

void inb__lint_find(inb__lint *l, inb__lint_id id, const char *instead, const char *fmt, ...)
{
    size_t start = (size_t)(l->own.p - l->text.p);
    inb__lint_finding f = {.rule = &inb__lint_rules[id], .piece = l->pieces, .instead = instead};
    f.span = (inb__span){l->file, (uint32_t)start, (uint32_t)(start + l->own.n)};
    va_list ap;
    va_start(ap, fmt);
    f.message = inb__arena_vprintf(l->arena, fmt, ap);
    va_end(ap);
    INB__VEC_ADD(l->arena, &l->findings, f);
}

const char *inb__lint_name(inb__lint *l, inb__name name)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, NAMES_MAX);
    if (name.schema.n && !inb__str_is(name.schema, "public")) {
        inb__quote_ident_readable(&out, name.schema);
        inb__buf_char(&out, '.');
    }
    inb__quote_ident_readable(&out, name.name);
    return inb__arena_strdup(l->arena, inb__buf_text(&out));
}

const char *inb__lint_ident(inb__lint *l, inb__str name)
{
    return inb__lint_name(l, (inb__name){.name = name});
}

const char *inb__lint_idents(inb__lint *l, const inb__strs *names)
{
    const char *all = "";
    for (size_t i = 0; i < names->n; i++) {
        all = inb__arena_printf(l->arena, "%s%s%s", all, i ? ", " : "",
                                inb__lint_ident(l, names->v[i]));
    }
    return all;
}

const char *inb__lint_keys(inb__lint *l, const inb__node *strings)
{
    inb__strs names = {0};
    INB__NODE_EACH(n, strings)
    {
        INB__VEC_ADD(l->arena, &names, inb__node_text(n, "String/sval"));
    }
    return inb__lint_idents(l, &names);
}

bool inb__lint_is_old(const inb__lint *l, const inb__relation *r)
{
    return !r || !inb__catalog_relation_is_new(l->catalog, r);
}

inb__relation *inb__lint_relation(const inb__lint *l, const inb__node *range_var)
{
    return inb__catalog_relation_find(l->catalog, inb__classify_name(range_var));
}

const char *inb__lint_insert(inb__lint *l, const char *word, const char *more)
{
    inb__token t = inb__lex_significant(l->own, 0);
    while (t.kind != INB__TOKEN_END && !inb__lex_is_word(l->own, t, word)) {
        t = inb__lex_significant(l->own, t.offset + t.length);
    }
    size_t at = t.offset + t.length;
    return t.kind == INB__TOKEN_END ? NULL
                                    : inb__arena_printf(l->arena, "%.*s%s%.*s;", (int)at, l->own.p,
                                                        more, (int)(l->own.n - at), l->own.p + at);
}

/* Where the first subcommand begins: behind the name of the table. */
static size_t commands_begin(inb__str own)
{
    static const char *const skipped[] = {"ALTER", "TABLE", "FOREIGN", "IF", "EXISTS", "ONLY"};
    size_t at = 0;
    bool skip = true;
    inb__token t = {0};
    while (skip) {
        t = inb__lex_significant(own, at);
        skip = false;
        for (size_t i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++) {
            skip = skip || inb__lex_is_word(own, t, skipped[i]);
        }
        at = skip ? t.offset + t.length : at;
    }
    at = t.offset + t.length;
    for (t = inb__lex_significant(own, at);
         inb__lex_is_char(own, t, '.') || inb__lex_is_char(own, t, '*');
         t = inb__lex_significant(own, at)) {
        bool dot = inb__lex_is_char(own, t, '.');
        at = t.offset + t.length;
        t = dot ? inb__lex_significant(own, at) : t;
        at = t.offset + t.length;
    }
    return at;
}

inb__str inb__lint_alter_head(const inb__lint *l)
{
    return (inb__str){l->own.p, commands_begin(l->own)};
}

inb__str inb__lint_alter_command(const inb__lint *l, size_t number)
{
    size_t start = commands_begin(l->own), k = 0;
    int depth = 0;
    for (inb__token t = inb__lex(l->own, start);; t = inb__lex(l->own, t.offset + t.length)) {
        depth += inb__lex_is_char(l->own, t, '(') - inb__lex_is_char(l->own, t, ')');
        bool comma = depth == 0 && inb__lex_is_char(l->own, t, ',');
        bool end = t.kind == INB__TOKEN_END;
        if ((comma || end) && k++ == number) {
            return inb__str_trim((inb__str){l->own.p + start, t.offset - start});
        }
        if (end) {
            return INB__STR("");
        }
        start = comma ? t.offset + t.length : start;
    }
}

/* The columns that a constraint is about, as the catalogue has them. */
static void columns_take(inb__lint *l, inb__strs *out, const inb__node *node)
{
    bool foreign = inb__constraint_is(node, "CONSTR_FOREIGN");
    const inb__node *names = inb__node_at(node, foreign ? "fk_attrs" : "keys");
    if (inb__constraint_is(node, "CONSTR_CHECK")) {
        inb__classifier c = inb__lint_classifier(l);
        inb__constraint_expression_columns(&c, out, inb__node_at(node, "raw_expr"));
    }
    INB__NODE_EACH(n, names)
    {
        INB__VEC_ADD(l->arena, out, inb__node_text(n, "String/sval"));
    }
}

static bool is_same(const inb__strs *a, const inb__strs *b)
{
    size_t i = 0;
    while (i < a->n && i < b->n && inb__str_eq(a->v[i], b->v[i])) {
        i++;
    }
    return i == a->n && i == b->n;
}

const char *inb__lint_constraint_name(inb__lint *l, const inb__relation *r, const inb__node *node,
                                      const char *unknown)
{
    inb__strs columns = {0};
    inb__str name = inb__node_text(node, "conname");
    columns_take(l, &columns, node);
    /* The server makes one up, as the catalogue did. */
    for (size_t i = r && !name.n ? r->constraints.n : 0; i-- > 0 && !name.n;) {
        const inb__constraint *k = &r->constraints.v[i];
        bool kind =
            inb__constraint_is(node, "CONSTR_CHECK")     ? k->kind == INB__CONSTRAINT_CHECK
            : inb__constraint_is(node, "CONSTR_FOREIGN") ? k->kind == INB__CONSTRAINT_FOREIGN_KEY
            : inb__constraint_is(node, "CONSTR_PRIMARY") ? k->kind == INB__CONSTRAINT_PRIMARY_KEY
                                                         : k->kind == INB__CONSTRAINT_UNIQUE;
        name = kind && !k->dropped && is_same(&k->columns, &columns) ? k->name : name;
    }
    return name.n ? inb__lint_ident(l, name) : unknown;
}

/* Where the parts of an UPDATE or DELETE are in its text, which the run time puts together anew. */
#include "config.h"

#include "sql/lex.h"
#include "sql/sql_backfill.h"

/* Tokens of the statement, one after the other. */
typedef struct walk {
    inb__str text;
    size_t end;
    inb__token token, before;
    int depth; /* of the token: of parentheses and brackets around it */
} walk;

static bool is_char(const walk *w, inb__token t, const char *chars)
{
    return t.kind == INB__TOKEN_PUNCTUATION && strchr(chars, w->text.p[t.offset]) != NULL;
}

static bool step(walk *w)
{
    w->before = w->token;
    w->depth += is_char(w, w->token, "([");
    w->token = inb__lex_significant(w->text, w->token.offset + w->token.length);
    w->depth -= is_char(w, w->token, ")]");
    return w->token.kind != INB__TOKEN_END && w->token.offset < w->end;
}

/* The keyword at the statement's own level, not as a name after a dot. */
static bool is_keyword(const walk *w, const char *word)
{
    return w->depth == 0 && inb__lex_is_word(w->text, w->token, word) &&
           !is_char(w, w->before, ".");
}

static size_t token_end(inb__token t)
{
    return t.offset + t.length;
}

/* The table's name, which can be a keyword too. */
static void table_skip(walk *w, bool deletes)
{
    bool more = step(w);
    if (deletes && more) {
        more = step(w); /* FROM */
    }
    if (more && is_keyword(w, "only")) {
        step(w);
    }
}

/* SET, or the first of USING and WHERE. */
static bool is_middle(const walk *w, bool deletes)
{
    return deletes ? is_keyword(w, "using") || is_keyword(w, "where")
                   : is_keyword(w, "set") && !inb__lex_is_word(w->text, w->before, "as");
}

static bool is_from(const walk *w, bool deletes)
{
    return deletes ? is_keyword(w, "using")
                   : is_keyword(w, "from") && !inb__lex_is_word(w->text, w->before, "distinct");
}

void inb__backfill_parts_find(inb__backfilling *b)
{
    inb__sql_backfill *out = b->out;
    walk w = {.text = b->text, .end = b->piece->offset + b->piece->length};
    w.token = inb__lex_significant(b->text, b->piece->offset);
    table_skip(&w, b->deletes);
    bool more = step(&w);
    while (more && !is_middle(&w, b->deletes)) {
        more = step(&w);
    }
    out->middle = w.token.offset;
    bool from = false;
    for (; more && !is_keyword(&w, "where"); more = step(&w)) {
        if (from && out->from == 0) {
            out->from = w.token.offset;
        }
        from = from || is_from(&w, b->deletes);
    }
    size_t before = token_end(w.before);
    out->middle_length = before > out->middle ? before - out->middle : 0;
    out->from_length = out->from ? before - out->from : 0;
    more = more && step(&w);
    out->where = w.token.offset;
    while (more) {
        more = step(&w);
    }
    out->where_length = token_end(w.before) - out->where;
}

size_t inb__backfill_word(const inb__backfilling *b, inb__str word)
{
    size_t end = b->piece->offset + b->piece->length;
    for (inb__token t = inb__lex_significant(b->text, b->piece->offset);
         t.kind != INB__TOKEN_END && t.offset < end;
         t = inb__lex_significant(b->text, token_end(t))) {
        inb__str own = inb__lex_text(b->text, t);
        bool quoted = t.kind == INB__TOKEN_QUOTED_NAME && own.n == word.n + 2 &&
                      memcmp(own.p + 1, word.p, word.n) == 0;
        if (quoted || (t.kind == INB__TOKEN_WORD && inb__ascii_eq_nocase(own, word))) {
            return t.offset;
        }
    }
    return b->piece->offset;
}

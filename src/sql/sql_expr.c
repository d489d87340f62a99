/* Brings expressions that mean the same, as a server prints them and as an author writes them, to
 * one form. */
#include "config.h"

#include "sql/sql_expr.h"

#include "sql/lex.h"
#include "sql/parser.h"

/* Words of expressions that are no names, whose case does not count. */
static const char *const keywords[] = {
    "all",     "and",     "any",      "array",    "as",      "at",     "between",   "case",
    "cast",    "collate", "distinct", "else",     "end",     "escape", "exists",    "false",
    "from",    "ilike",   "in",       "interval", "is",      "isnull", "like",      "not",
    "notnull", "null",    "or",       "row",      "similar", "some",   "symmetric", "then",
    "time",    "to",      "true",     "unknown",  "when",    "zone",   NULL};

/* The expression being rewritten: tokens go from `text` to `out`, and their letters to `letters`.
 */
typedef struct rewrite {
    inb__str text;
    size_t at;
    char *out, *letters;
} rewrite;

static bool at_cast(inb__str text, size_t at)
{
    return at + 1 < text.n && text.p[at] == ':' && text.p[at + 1] == ':';
}

static size_t space_skip(inb__str text, size_t at)
{
    return inb__lex_significant(text, at).offset;
}

static bool word_is_among(inb__str text, inb__token t, const char *const *words)
{
    for (; *words; words++) {
        if (inb__lex_is_word(text, t, *words)) {
            return true;
        }
    }
    return false;
}

/* Past what is between parentheses or brackets, when one opens here. */
static size_t enclosed_skip(inb__str text, size_t at, char open, char close)
{
    inb__token t = inb__lex_significant(text, at);
    if (!inb__lex_is_char(text, t, open)) {
        return at;
    }
    while (t.kind != INB__TOKEN_END && !inb__lex_is_char(text, t, close)) {
        t = inb__lex_significant(text, t.offset + t.length);
    }
    return t.offset + t.length;
}

/* Past a type's name, after "::". Types of more words than one go on with these. */
static size_t type_skip(inb__str text, size_t at)
{
    static const char *const more[] = {"varying", "precision", "with", "without",
                                       "time",    "zone",      NULL};
    inb__token t = inb__lex_significant(text, at);
    at = t.offset + t.length;
    for (t = inb__lex_significant(text, at);
         inb__lex_is_char(text, t, '.') || word_is_among(text, t, more);
         t = inb__lex_significant(text, at)) {
        at = t.offset + t.length;
        if (inb__lex_is_char(text, t, '.')) {
            t = inb__lex_significant(text, at);
            at = t.offset + t.length;
        }
    }
    at = enclosed_skip(text, at, '(', ')');
    for (t = inb__lex_significant(text, at); word_is_among(text, t, more);
         t = inb__lex_significant(text, at)) {
        at = t.offset + t.length;
    }
    return enclosed_skip(text, at, '[', ']');
}

static void casts_skip(rewrite *r)
{
    for (size_t at = space_skip(r->text, r->at); at_cast(r->text, at);
         at = space_skip(r->text, r->at)) {
        r->at = type_skip(r->text, at + 2);
    }
}

static void put(rewrite *r, inb__str text)
{
    r->out = mempcpy(r->out, text.p, text.n);
    *r->out++ = ' ';
}

/* Words by their letters (keywords are told apart by the deparsed text), everything but
 * parentheses. */
static void letters_put(rewrite *r, inb__token t, inb__str text)
{
    bool parenthesis = text.n == 1 && (*text.p == '(' || *text.p == ')');
    if (t.kind == INB__TOKEN_QUOTED_NAME && text.n >= 2 && *text.p == '"') {
        text = (inb__str){text.p + 1, text.n - 2};
    }
    if (inb__str_is(text, "!=")) {
        text = INB__STR("<>");
    }
    if (parenthesis) {
        return;
    }
    bool keyword = t.kind == INB__TOKEN_WORD && word_is_among(r->text, t, keywords);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        *r->letters++ = keyword && c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    *r->letters++ = ' ';
}

/*
 * "(literal)" or "(literal::type)" without its parentheses, where a cast follows it: PostgreSQL
 * writes a text that is compared with a column of another text type so. True when one stood here.
 */
static bool enclosed_literal(rewrite *r, inb__token open, inb__token *literal)
{
    if (!inb__lex_is_char(r->text, open, '(')) {
        return false;
    }
    inb__token t = inb__lex_significant(r->text, r->at);
    if (t.kind != INB__TOKEN_STRING && t.kind != INB__TOKEN_NUMBER) {
        return false;
    }
    rewrite inside = {.text = r->text, .at = t.offset + t.length};
    casts_skip(&inside);
    inb__token close = inb__lex_significant(r->text, inside.at);
    size_t after = close.offset + close.length;
    if (!inb__lex_is_char(r->text, close, ')') || !at_cast(r->text, space_skip(r->text, after))) {
        return false;
    }
    *literal = t;
    r->at = after;
    return true;
}

const char *inb__sql_expr_normalize(inb__arena *arena, inb__str expr)
{
    static const char head[] = "SELECT WHERE (";
    char *query = inb__arena_alloc(arena, sizeof(head) + 2 * expr.n + 8);
    char *letters = inb__arena_alloc(arena, 2 * expr.n + 2);
    rewrite r = {.text = expr, .out = stpcpy(query, head), .letters = letters};
    for (inb__token t = inb__lex_significant(expr, 0); t.kind != INB__TOKEN_END;
         t = inb__lex_significant(expr, r.at)) {
        r.at = t.offset + t.length;
        bool literal = t.kind == INB__TOKEN_STRING || t.kind == INB__TOKEN_NUMBER ||
                       enclosed_literal(&r, t, &t);
        inb__str text = inb__lex_text(expr, t);
        put(&r, text);
        letters_put(&r, t, text);
        if (literal) {
            casts_skip(&r);
        }
    }
    strcpy(r.out, ")");
    const char *deparsed = inb__parser_deparse(arena, query);
    return deparsed ? inb__arena_printf(arena, "%s\n%s", deparsed, letters) : NULL;
}

/* A name as PostgreSQL reads it: in quotes by its letters, else in lower case. */
static bool token_is_name(inb__str text, inb__token t, inb__str name)
{
    inb__str token = inb__lex_text(text, t);
    if (t.kind == INB__TOKEN_QUOTED_NAME && token.n == name.n + 2) {
        return memcmp(token.p + 1, name.p, name.n) == 0;
    }
    bool same = t.kind == INB__TOKEN_WORD && token.n == name.n;
    for (size_t i = 0; same && i < name.n; i++) {
        char c = token.p[i];
        same = name.p[i] == (c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
    }
    return same;
}

bool inb__sql_expr_names(inb__str expr, inb__str column)
{
    for (inb__token t = inb__lex_significant(expr, 0); t.kind != INB__TOKEN_END;) {
        size_t after = t.offset + t.length;
        if (at_cast(expr, t.offset)) {
            after = type_skip(expr, t.offset + 2);
        } else if (token_is_name(expr, t, column) &&
                   !inb__lex_is_char(expr, inb__lex_significant(expr, after), '(')) {
            return true;
        }
        t = inb__lex_significant(expr, after);
    }
    return false;
}

bool inb__sql_expr_same(inb__str a, inb__str b, void *arena)
{
    const char *x = inb__sql_expr_normalize(arena, a), *y = inb__sql_expr_normalize(arena, b);
    return x && y && strcmp(x, y) == 0;
}

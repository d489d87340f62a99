/* What the words of a routine's body tell, which is a string to the parser. */
#include "config.h"

#include "sql/routine_body.h"

#include "postgres/object_name.h"
#include "sql/lex.h"

/* The options of a statement, with or without the node around it. */
static const inb__node *options_of(const inb__node *node)
{
    static const char *const paths[] = {"DoStmt/args", "CreateFunctionStmt/options", "args",
                                        "options"};
    const inb__node *options = NULL;
    for (size_t i = 0; !options && i < sizeof(paths) / sizeof(paths[0]); i++) {
        options = inb__node_at(node, paths[i]);
    }
    return options;
}

static const inb__node *option(const inb__node *node, const char *name)
{
    const inb__node *options = options_of(node);
    INB__NODE_EACH(n, options)
    {
        if (inb__node_is(n, "DefElem/defname", name)) {
            return inb__node_at(n, "DefElem/arg");
        }
    }
    return NULL;
}

inb__str inb__routine_body(const inb__node *node)
{
    const inb__node *as = option(node, "as");
    const inb__node *first = inb__node_first(inb__node_at(as, "List/items"));
    return inb__node_text(first ? first : as, "String/sval");
}

bool inb__routine_body_is_sql(const inb__node *node)
{
    return inb__ascii_eq_nocase(inb__node_text(option(node, "language"), "String/sval"),
                                INB__STR("sql"));
}

static bool is_word_part(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || inb__is_digit(c) || c == '_' ||
           (unsigned char)c >= 0x80;
}

bool inb__routine_body_has(inb__str text, inb__str word)
{
    for (size_t i = 0; word.n && i + word.n <= text.n; i++) {
        bool apart = (i == 0 || !is_word_part(text.p[i - 1])) &&
                     (i + word.n == text.n || !is_word_part(text.p[i + word.n]));
        if (apart && memcmp(text.p + i, word.p, word.n) == 0) {
            return true;
        }
    }
    return false;
}

bool inb__routine_body_has_literal(inb__str body, inb__str word)
{
    for (inb__token t = inb__lex_significant(body, 0); t.kind != INB__TOKEN_END;
         t = inb__lex_significant(body, t.offset + t.length)) {
        if (t.kind == INB__TOKEN_STRING && inb__routine_body_has(inb__lex_text(body, t), word)) {
            return true;
        }
    }
    return false;
}

bool inb__routine_body_calls(inb__str body)
{
    static const char *const words[] = {"perform", "execute", "call"};
    bool calls = false;
    for (inb__token t = inb__lex_significant(body, 0); t.kind != INB__TOKEN_END;
         t = inb__lex_significant(body, t.offset + t.length)) {
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
            calls = calls || inb__lex_is_word(body, t, words[i]);
        }
    }
    return calls;
}

/* A name of one word or two, as the server folds it; what is quoted is taken as it is. */
static inb__name name_at(inb__str body, inb__token t, char folded[2][INB__LIMIT_IDENTIFIER + 1])
{
    inb__name name = {{"", 0}, {"", 0}};
    for (int part = 0; part < 2; part++) {
        inb__str s = inb__lex_text(body, t);
        bool quoted = t.kind == INB__TOKEN_QUOTED_NAME && s.n > 1;
        s = quoted ? (inb__str){s.p + 1, s.n - 2} : s;
        if ((t.kind != INB__TOKEN_WORD && !quoted) || s.n > INB__LIMIT_IDENTIFIER) {
            return name;
        }
        for (size_t i = 0; i < s.n; i++) {
            bool capital = s.p[i] >= 'A' && s.p[i] <= 'Z';
            folded[part][i] = capital && !quoted ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
        }
        name.schema = name.name;
        name.name = (inb__str){folded[part], s.n};
        inb__token dot = inb__lex_significant(body, t.offset + t.length);
        if (!inb__lex_is_char(body, dot, '.')) {
            return name;
        }
        t = inb__lex_significant(body, dot.offset + dot.length);
    }
    return name;
}

static bool calls_what_commits(const inb__catalog *catalog, inb__str body, inb__token next)
{
    char folded[2][INB__LIMIT_IDENTIFIER + 1];
    inb__name name = name_at(body, next, folded);
    return name.name.n && inb__catalog_object_is_known(catalog, INB__COMMITS, name);
}

bool inb__routine_body_commits(const inb__catalog *catalog, inb__str body)
{
    inb__token t = inb__lex_significant(body, 0);
    while (t.kind != INB__TOKEN_END) {
        inb__token next = inb__lex_significant(body, t.offset + t.length);
        bool ends = inb__lex_is_word(body, t, "commit") || inb__lex_is_word(body, t, "rollback") ||
                    inb__lex_is_word(body, t, "spi_commit") ||
                    inb__lex_is_word(body, t, "spi_rollback");
        /* in PL/pgSQL a statement; in PL/Python and PL/Perl a call */
        bool statement = inb__lex_is_char(body, next, ';') || inb__lex_is_char(body, next, '(') ||
                         inb__lex_is_word(body, next, "and");
        if ((ends && statement) ||
            (inb__lex_is_word(body, t, "call") && calls_what_commits(catalog, body, next))) {
            return true;
        }
        t = next;
    }
    return false;
}

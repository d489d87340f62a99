/* The bridge to libpg_query: parsing and deparsing, with the limits that keep its recursion safe.
 */
#include "config.h"

#include "sql/parser.h"

#include "sql/lex.h"
#include "util/vec.h"

#include <pg_query.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * libpg_query writes its tree by recursion, without a limit: an expression of a hundred thousand
 * operators in a row would end the process. This many words in one list item is ten times what it
 * takes with the usual 8 MB of stack.
 */
#define WORDS_MAX 10000u

#define MESSAGE_MAX 200u /* bytes of the parser's own message */

/* The words since the last comma, summed over the parentheses around a place: no tree is deeper. */
static bool too_deep(inb__arena *arena, inb__str text, size_t *offset_out)
{
    INB__VEC(size_t) outer = {0};
    size_t here = 0, sum = 0;
    for (inb__token t = inb__lex(text, 0); t.kind != INB__TOKEN_END;
         t = inb__lex(text, t.offset + t.length)) {
        char c = t.kind == INB__TOKEN_PUNCTUATION ? text.p[t.offset] : '\0';
        if (t.kind == INB__TOKEN_SPACE) {
            continue;
        }
        if (c == ';' && outer.n == 0) {
            sum = here = 0;
        } else if (c == '(' || c == '[') {
            INB__VEC_ADD(arena, &outer, here);
            here = 0;
        } else if ((c == ')' || c == ']') && outer.n) {
            sum -= here;
            here = outer.v[--outer.n];
        } else if (c == ',') {
            sum -= here;
            here = 0;
        }
        here++;
        if (++sum > WORDS_MAX) {
            *offset_out = t.offset;
            return true;
        }
    }
    return false;
}

/* Bytes before the character number `position` (from 1), which is how PostgreSQL counts. */
static size_t offset_of(inb__str text, int position)
{
    size_t at = 0;
    for (int left = position - 1; left > 0 && at < text.n; left--) {
        size_t length;
        inb__utf8_decode(text.p + at, text.n - at, &length);
        at += length;
    }
    return position > 0 && at < text.n ? at : text.n;
}

/* What the parser quotes of the text can go over many lines: a message is one. */
static void line_make(char *message)
{
    size_t n = 0;
    while (n < MESSAGE_MAX && message[n] && (unsigned char)message[n] >= ' ') {
        n++;
    }
    if (message[n]) {
        while (n && ((unsigned char)message[n] & 0xc0) == 0x80) {
            n--;
        }
        strcpy(message + n, strlen(message + n) >= strlen("…") ? "…" : "");
    }
}

/* A copy that does not use the error exit: the parser's result must be freed first. */
static char *copy_without_exit(inb__arena *arena, const char *s, size_t n)
{
    arena->held = true;
    char *copy = inb__arena_strndup(arena, s, n);
    arena->held = false;
    return copy;
}

static int nomem(inb__arena *arena)
{
    /* Takes the error exit where one is set. */
    return inb__arena_alloc(arena, SIZE_MAX) ? 0 : INB_ENOMEM;
}

/*
 * Between its ends a comment has no slash and no asterisk any more, which the parser's scanner
 * would look at again and again where they follow one another.
 */
static void comments_flatten(char *text, size_t n)
{
    if (!memmem(text, n, "/*", 2)) {
        return;
    }
    inb__str s = {text, n};
    for (inb__token t = inb__lex(s, 0); t.kind != INB__TOKEN_END;
         t = inb__lex(s, t.offset + t.length)) {
        for (size_t i = 2; t.kind == INB__TOKEN_BLOCK_COMMENT && i + 2 < t.length; i++) {
            char *c = text + t.offset + i;
            *c = *c == '/' || *c == '*' ? ' ' : *c;
        }
    }
}

/*
 * The library leaves negative numbers out of its JSON, as if they were zero: they are read from the
 * statement, where the number's place is that of its sign. Returns the JSON with them.
 */
static char *negatives_restore(inb__arena *arena, char *json, size_t *n, inb__str text)
{
    static const char zero[] = "\"ival\":{},\"location\":";
    const size_t word = sizeof(zero) - 1, room = sizeof("\"ival\":-2147483648");
    size_t count = 0;
    for (const char *p = json; (p = strstr(p, zero)); p += word) {
        size_t at = strtoul(p + word, NULL, 10);
        count += at < text.n && text.p[at] == '-';
    }
    char *out = count ? inb__arena_alloc(arena, *n + count * room + 1) : NULL, *to = out;
    if (!out) {
        return json;
    }
    for (const char *from = json, *end = json + *n; from < end;) {
        const char *p = strstr(from, zero), *copied = p ? p + strlen("\"ival\":{") : end;
        size_t at = p ? strtoul(p + word, NULL, 10) : 0;
        to = mempcpy(to, from, (size_t)(copied - from));
        if (p && at < text.n && text.p[at] == '-') {
            at += strspn(text.p + at + 1, " \t\r\n");
            to += snprintf(to, room, "\"ival\":%lld", -strtoll(text.p + at + 1, NULL, 10));
        }
        from = copied;
    }
    *to = '\0';
    *n = (size_t)(to - out);
    return out;
}

/* The parser's answer, its own memory freed: the tree, or what it refuses. */
static int answer_take(const inb__node **out, inb__arena *arena, inb__str text,
                       inb__parser_fault *fault)
{
    PgQueryParseResult result = pg_query_parse(text.p);
    const char *answer = result.error ? result.error->message : result.parse_tree;
    size_t n = answer ? strlen(answer) : 0;
    int position = result.error ? result.error->cursorpos : 0;
    bool refused = result.error != NULL;
    char *copy = copy_without_exit(arena, answer ? answer : "", n);
    pg_query_free_parse_result(result);
    if (!copy) {
        return nomem(arena);
    }
    if (refused) {
        line_make(copy);
        *fault = (inb__parser_fault){.offset = offset_of(text, position), .message = copy};
        return INB_ESYNTAX;
    }
    copy = negatives_restore(arena, copy, &n, text);
    *out = inb__node_read(arena, copy, n, INB__JSON_DEPTH_MAX, "location");
    *fault = (inb__parser_fault){.message = "the parser's output is invalid"};
    return *out ? 0 : INB_ESYNTAX;
}

int inb__parser_statement(const inb__node **out, inb__arena *arena, inb__str statement,
                          inb__parser_fault *fault)
{
    char *copy = inb__arena_strndup(arena, statement.p, statement.n);
    const inb__node *root = NULL;
    inb__str own = {copy, statement.n};
    size_t deep;
    if (!copy) {
        return INB_ENOMEM;
    }
    if (too_deep(arena, own, &deep)) {
        *fault = (inb__parser_fault){
            .offset = deep, .message = "an expression of more than 10000 words", .limit = true};
        return INB_ESYNTAX;
    }
    comments_flatten(copy, statement.n);
    int rc = answer_take(&root, arena, own, fault);
    const inb__node *raw = inb__node_at(root, "stmts");
    if (rc == 0 && inb__node_count(raw) != 1) {
        *fault = (inb__parser_fault){
            .message = "the parser finds other statements here than the lexical rules"};
        return INB_ESYNTAX;
    }
    if (rc == 0) {
        *out = inb__node_at(inb__node_first(raw), "stmt");
    }
    return rc;
}

const char *inb__parser_deparse(inb__arena *arena, const char *statement)
{
    size_t deep;
    if (too_deep(arena, inb__str_of(statement), &deep)) {
        return NULL;
    }
    bool taken = false;
    char *text = NULL;
    PgQueryProtobufParseResult tree = pg_query_parse_protobuf(statement);
    if (!tree.error) {
        PgQueryDeparseResult result = pg_query_deparse_protobuf(tree.parse_tree);
        taken = !result.error;
        if (taken) {
            text = copy_without_exit(arena, result.query, strlen(result.query));
        }
        pg_query_free_deparse_result(result);
    }
    pg_query_free_protobuf_parse_result(tree);
    if (taken && !text) {
        nomem(arena);
    }
    return text;
}

int inb__parser_version(void)
{
    return PG_VERSION_NUM;
}

const char *inb__parser_version_text(void)
{
    return PG_VERSION;
}

const char *inb__parser_major(void)
{
    return PG_MAJORVERSION;
}

/* The splitter: where one statement ends and the next begins. */
#include "config.h"

#include "sql/split.h"

#include "sql/lex.h"
#include "sql/parser.h"

#define FOLLOWS_MAX 65536u /* bytes that are tried as a statement */

typedef struct splitter {
    inb__pieces *out;
    inb__arena *arena, *scratch;
    inb__str text;
    bool no_terminator; /* of COPY's rows, from here on */
} splitter;

/* Where the lexer stands inside a statement. */
typedef struct cutter {
    inb__str text;
    size_t start, end; /* the statement's first byte, and the byte after its last */
    bool started;
    int words;                     /* how many words were read, as far as it matters */
    bool creates, routine;         /* CREATE, CREATE … FUNCTION or PROCEDURE */
    bool copies, from, from_stdin; /* COPY, COPY … FROM, COPY … FROM STDIN */
    bool after_begin;
    bool unterminated; /* a token that the text ends in */
    int parens, body;  /* depth of parentheses; of BEGIN ATOMIC … END */
} cutter;

/* CREATE [OR REPLACE] FUNCTION or PROCEDURE: only there BEGIN ATOMIC opens a body. */
static void word_note(cutter *c, inb__token t)
{
    c->words++;
    if (c->words == 1) {
        c->creates = inb__lex_is_word(c->text, t, "create");
        c->copies = inb__lex_is_word(c->text, t, "copy");
    } else if (c->words <= 4 && c->creates) {
        c->routine |=
            inb__lex_is_word(c->text, t, "function") || inb__lex_is_word(c->text, t, "procedure");
    }
    if (c->routine && c->after_begin && inb__lex_is_word(c->text, t, "atomic")) {
        c->body = 1;
    } else if (c->body && inb__lex_is_word(c->text, t, "case")) {
        c->body++;
    } else if (c->body && inb__lex_is_word(c->text, t, "end")) {
        c->body--;
    }
    c->after_begin = inb__lex_is_word(c->text, t, "begin");
    c->from_stdin |= c->from && inb__lex_is_word(c->text, t, "stdin");
    c->from = c->copies && c->parens == 0 && inb__lex_is_word(c->text, t, "from");
}

static void token_note(cutter *c, inb__token t)
{
    if (!c->started) {
        *c = (cutter){.text = c->text, .start = t.offset, .started = true};
    }
    c->end = t.offset + t.length;
    c->unterminated |= t.unterminated;
    if (t.kind == INB__TOKEN_WORD) {
        word_note(c, t);
    } else if (inb__lex_is_char(c->text, t, '(') || inb__lex_is_char(c->text, t, '[')) {
        c->parens++;
    } else if ((inb__lex_is_char(c->text, t, ')') || inb__lex_is_char(c->text, t, ']')) &&
               c->parens > 0) {
        c->parens--;
    }
}

/* Past the line that is `\.`, or SIZE_MAX where none is. */
static size_t copy_terminator(inb__str text, size_t at)
{
    while (at < text.n) {
        inb__str line = inb__line_at(text.p, text.n, at);
        const char *next = memchr(text.p + at, '\n', text.n - at);
        at = next ? (size_t)(next - text.p) + 1 : text.n;
        if (inb__str_is(line, "\\.")) {
            return at;
        }
    }
    return SIZE_MAX;
}

/* Whether SQL follows, or nothing: then a COPY FROM STDIN before it has no rows in this file. */
static bool statement_follows(inb__arena *scratch, inb__str text, size_t at)
{
    inb__token first = inb__lex_significant(text, at), t = first;
    while (t.kind != INB__TOKEN_END && !inb__lex_is_char(text, t, ';') &&
           t.offset - first.offset < FOLLOWS_MAX) {
        t = inb__lex_significant(text, t.offset + t.length);
    }
    const inb__node *node;
    inb__parser_fault fault;
    inb__str statement = {text.p + first.offset, t.offset - first.offset};
    bool follows =
        statement.n == 0 || inb__parser_statement(&node, scratch, statement, &fault) == 0;
    inb__arena_clear(scratch);
    return follows;
}

/* Where the rows end that COPY … FROM STDIN has in the file: at its own end when it has none. */
static size_t copy_data_end(splitter *s, size_t at)
{
    size_t end = s->no_terminator ? SIZE_MAX : copy_terminator(s->text, at);
    s->no_terminator = end == SIZE_MAX;
    if (end != SIZE_MAX) {
        return end;
    }
    return statement_follows(s->scratch, s->text, at) ? at : s->text.n;
}

static void cut(splitter *s, cutter *c, inb__piece_kind kind)
{
    if (c->started) {
        inb__piece piece = {.kind = (uint8_t)kind,
                            .offset = (uint32_t)c->start,
                            .length = (uint32_t)(c->end - c->start),
                            .unterminated = c->unterminated};
        INB__VEC_ADD(s->arena, s->out, piece);
    }
    *c = (cutter){.text = c->text};
}

/* The next token that counts: a comment does only when nothing closes it. */
static inb__token token_next(inb__str text, size_t at)
{
    inb__token t = inb__lex(text, at);
    while (!t.unterminated && (t.kind == INB__TOKEN_SPACE || t.kind == INB__TOKEN_LINE_COMMENT ||
                               t.kind == INB__TOKEN_BLOCK_COMMENT)) {
        t = inb__lex(text, t.offset + t.length);
    }
    return t;
}

void inb__split_text(inb__pieces *out, inb__arena *arena, inb__str text)
{
    splitter s = {.out = out, .arena = arena, .scratch = inb__arena_sub(arena), .text = text};
    cutter c = {.text = text};
    inb__token t = token_next(text, 0);
    while (t.kind != INB__TOKEN_END) {
        size_t next = t.offset + t.length;
        if (inb__lex_is_char(text, t, ';') && c.parens == 0 && c.body == 0) {
            size_t end = c.from_stdin ? copy_data_end(&s, next) : next;
            cut(&s, &c, end > next ? INB__PIECE_COPY_DATA : INB__PIECE_STATEMENT);
            next = end;
        } else if (t.kind == INB__TOKEN_BACKSLASH) {
            cut(&s, &c, INB__PIECE_STATEMENT);
            inb__str line = inb__line_at(text.p, text.n, t.offset);
            next = (size_t)(line.p - text.p) + line.n;
            c = (cutter){.text = text, .started = true, .start = t.offset, .end = next};
            cut(&s, &c, INB__PIECE_META_COMMAND);
        } else {
            token_note(&c, t);
        }
        t = token_next(text, next);
    }
    cut(&s, &c, INB__PIECE_STATEMENT);
}

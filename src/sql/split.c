#include "config.h"

#include "sql/split.h"

#include "sql/lex.h"

/* Where the lexer stands inside a statement. */
typedef struct cutter {
    inb__str text;
    size_t start, end; /* the statement's first byte, and the byte after its last */
    bool started;
    int words;                     /* how many words were read, as far as it matters */
    bool creates, routine;         /* CREATE, CREATE … FUNCTION or PROCEDURE */
    bool copies, from, from_stdin; /* COPY, COPY … FROM, COPY … FROM STDIN */
    bool after_begin;
    inb__parser_fault open; /* a token that the text ends in, its message NULL when there is none */
    int parens, body;       /* depth of parentheses; of BEGIN ATOMIC … END */
} cutter;

/* The statement in text[from, to) without what is not its own; empty when there is none. */
static inb__str own_bytes(inb__str text, size_t from, size_t to)
{
    inb__str until = {text.p, to};
    inb__token t = inb__lex_significant(until, from);
    size_t first = t.offset, last = t.offset;
    while (t.kind != INB__TOKEN_END) {
        last = t.offset + t.length;
        t = inb__lex_significant(until, last);
    }
    return (inb__str){text.p + first, last - first};
}

static void pieces_of_parser(inb__pieces *out, inb__arena *arena, inb__str text,
                             const inb__node *raw)
{
    if (!raw) {
        return;
    }
    INB__NODE_EACH(r, raw)
    {
        size_t from = (size_t)inb__node_int(r, "stmt_location");
        size_t n = (size_t)inb__node_int(r, "stmt_len");
        inb__str own = own_bytes(text, from, n ? from + n : text.n);
        inb__piece piece = {.offset = (size_t)(own.p - text.p), .length = own.n};
        piece.node = inb__node_at(r, "stmt");
        INB__VEC_ADD(arena, out, piece);
    }
}

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

static const char *open_words(inb__str text, inb__token t)
{
    if (t.kind == INB__TOKEN_BLOCK_COMMENT) {
        return "a comment that \"/*\" opens is not closed";
    }
    if (t.kind == INB__TOKEN_QUOTED_NAME) {
        return "a quoted name is not closed";
    }
    return text.p[t.offset] == '$' ? "a dollar-quoted string is not closed"
                                   : "a string is not closed";
}

static void token_note(cutter *c, inb__token t)
{
    if (!c->started) {
        *c = (cutter){.text = c->text, .start = t.offset, .started = true};
    }
    c->end = t.offset + t.length;
    if (t.unterminated) {
        c->open = (inb__parser_fault){t.offset, open_words(c->text, t)};
    }
    if (t.kind == INB__TOKEN_WORD) {
        word_note(c, t);
    } else if (inb__lex_is_char(c->text, t, '(') || inb__lex_is_char(c->text, t, '[')) {
        c->parens++;
    } else if ((inb__lex_is_char(c->text, t, ')') || inb__lex_is_char(c->text, t, ']')) &&
               c->parens > 0) {
        c->parens--;
    }
}

/* After the semicolon of COPY … FROM STDIN: past the line that is `\.`, or to the end. */
static size_t copy_data_end(inb__str text, size_t at)
{
    while (at < text.n) {
        inb__str line = inb__line_at(text.p, text.n, at);
        const char *next = memchr(text.p + at, '\n', text.n - at);
        at = next ? (size_t)(next - text.p) + 1 : text.n;
        if (inb__str_is(line, "\\.")) {
            break;
        }
    }
    return at;
}

static void cut(inb__pieces *out, inb__arena *arena, cutter *c, inb__piece_kind kind)
{
    if (c->started) {
        inb__piece piece = {.kind = kind, .offset = c->start, .length = c->end - c->start};
        piece.unterminated = c->open.message != NULL;
        piece.fault = c->open;
        INB__VEC_ADD(arena, out, piece);
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

static void pieces_of_lexer(inb__pieces *out, inb__arena *arena, inb__str text)
{
    cutter c = {.text = text};
    inb__token t = token_next(text, 0);
    while (t.kind != INB__TOKEN_END) {
        size_t next = t.offset + t.length;
        if (inb__lex_is_char(text, t, ';') && c.parens == 0 && c.body == 0) {
            bool data = c.from_stdin;
            cut(out, arena, &c, data ? INB__PIECE_COPY_DATA : INB__PIECE_STATEMENT);
            next = data ? copy_data_end(text, next) : next;
        } else if (t.kind == INB__TOKEN_BACKSLASH) {
            cut(out, arena, &c, INB__PIECE_STATEMENT);
            inb__str line = inb__line_at(text.p, text.n, t.offset);
            next = (size_t)(line.p - text.p) + line.n;
            c = (cutter){.text = text, .started = true, .start = t.offset, .end = next};
            cut(out, arena, &c, INB__PIECE_META_COMMAND);
        } else {
            token_note(&c, t);
        }
        t = token_next(text, next);
    }
    cut(out, arena, &c, c.from_stdin ? INB__PIECE_COPY_DATA : INB__PIECE_STATEMENT);
}

static int piece_parse(inb__piece *piece, inb__arena *arena, inb__str text)
{
    inb__str own = {inb__arena_strndup(arena, text.p + piece->offset, piece->length),
                    piece->length};
    if (!own.p) {
        return INB_ENOMEM;
    }
    const inb__node *raw = NULL;
    int rc = inb__parser_parse(&raw, arena, own, &piece->fault);
    if (rc == 0 && inb__node_count(raw) == 1) {
        piece->node = inb__node_at(inb__node_first(raw), "stmt");
        piece->base = piece->offset;
    } else if (rc == 0) {
        piece->fault =
            (inb__parser_fault){0, "the parser sees other statements here than the lexer"};
    }
    piece->fault.offset += piece->offset;
    return rc == INB_ENOMEM ? rc : 0;
}

int inb__split_text(inb__pieces *out, inb__arena *arena, inb__str text)
{
    const inb__node *raw = NULL;
    inb__parser_fault fault;
    int rc = inb__parser_parse(&raw, arena, text, &fault);
    if (rc == 0) {
        pieces_of_parser(out, arena, text, raw);
    }
    if (rc != INB_ESYNTAX) {
        return rc;
    }
    pieces_of_lexer(out, arena, text);
    for (size_t i = 0; i < out->n; i++) {
        bool whole = out->v[i].kind == INB__PIECE_STATEMENT && !out->v[i].unterminated;
        rc = whole ? piece_parse(&out->v[i], arena, text) : 0;
        if (rc) {
            return rc;
        }
    }
    return 0;
}

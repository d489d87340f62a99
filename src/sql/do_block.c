/*
 * What a DO block makes, where its words tell: nothing, when it only works on rows; or what is not
 * there yet, when it has nothing but statements, IF NOT EXISTS of the catalog, and an EXCEPTION
 * that takes a duplicate for done.
 */
#include "config.h"

#include "sql/classifier.h"

#include "sql/lex.h"
#include "sql/parser.h"

typedef struct block {
    inb__classifier *c;
    inb__str text;
    size_t at;
    bool dry;       /* nothing is made */
    bool duplicate; /* something is there already, without IF NOT EXISTS */
} block;

static inb__token peek(const block *b)
{
    return inb__lex_significant(b->text, b->at);
}

static bool take_word(block *b, const char *word)
{
    inb__token t = peek(b);
    bool is = inb__lex_is_word(b->text, t, word);
    b->at = is ? t.offset + t.length : b->at;
    return is;
}

static bool take_char(block *b, char c)
{
    inb__token t = peek(b);
    bool is = inb__lex_is_char(b->text, t, c);
    b->at = is ? t.offset + t.length : b->at;
    return is;
}

/* ---- rows only ------------------------------------------------------------------------------- */

static bool word_is_among(inb__str text, inb__token t, const char *const *words)
{
    for (; *words; words++) {
        if (inb__lex_is_word(text, t, *words)) {
            return true;
        }
    }
    return false;
}

/* Words of statements that change the schema, or where the next ones work, or that run what the
 * text does not show. */
static const char *const schema_words[] = {"execute",     "create",     "alter",  "drop",
                                           "rename",      "call",       "import", "reassign",
                                           "search_path", "set_config", NULL};

/* What may stand before a parenthesis and calls nothing. */
static const char *const plain_words[] = {
    "in",        "values",      "and",          "or",      "not",       "any",      "all",
    "some",      "exists",      "on",           "using",   "as",        "from",     "where",
    "when",      "then",        "else",         "select",  "set",       "by",       "if",
    "elsif",     "while",       "case",         "return",  "array",     "with",     "having",
    "into",      "loop",        "over",         "filter",  "join",      "between",  "like",
    "ilike",     "limit",       "distinct",     "row",     "returning", "exit",     "for",
    "conflict",  "union",       "materialized", "varchar", "numeric",   "decimal",  "char",
    "timestamp", "timestamptz", "time",         "bit",     "interval",  "coalesce", "nullif",
    "greatest",  "least",       "cast",         "extract", "substring", "trim",     "position",
    NULL};

/* INSERT INTO t (…) and WITH t (…): a table and not a function. */
static bool is_target(inb__str text, inb__token before)
{
    static const char *const words[] = {"into", "with", "recursive", NULL};
    return word_is_among(text, before, words);
}

static inb__token token_after(inb__str text, inb__token t)
{
    return inb__lex_significant(text, t.offset + t.length);
}

/* NAME regclass; in the declarations: its text is the quoted name of a relation, and no more. */
static bool is_regclass(inb__str text, inb__str name)
{
    inb__token t = inb__lex_significant(text, 0);
    while (t.kind != INB__TOKEN_END) {
        inb__token type = token_after(text, t);
        if (inb__str_eq(inb__lex_text(text, t), name) && inb__lex_is_word(text, type, "regclass")) {
            return inb__lex_is_char(text, token_after(text, type), ';');
        }
        t = type;
    }
    return false;
}

/* What is between the tags of $tag$…$tag$; empty for another token. */
static inb__str dollar_quoted(inb__str text, inb__token t)
{
    inb__str quoted = inb__lex_text(text, t);
    const char *end = t.kind == INB__TOKEN_STRING && quoted.p[0] == '$' && !t.unterminated
                          ? memchr(quoted.p + 1, '$', quoted.n - 1)
                          : NULL;
    size_t tag = end ? (size_t)(end - quoted.p) + 1 : 0;
    return tag ? (inb__str){quoted.p + tag, quoted.n - 2 * tag} : (inb__str){NULL, 0};
}

/*
 * EXECUTE 'UPDATE ONLY ' || leaf || $$…$$ with a leaf that is a regclass, as a planned backfill has
 * it: *t moves to its last string, whose content is in *said.
 */
static bool update_take(inb__str *said, inb__str text, inb__token *t)
{
    inb__token verb = token_after(text, *t), first = token_after(text, verb);
    inb__token leaf = token_after(text, first), second = token_after(text, leaf);
    inb__token last = token_after(text, second);
    if (!inb__lex_is_word(text, *t, "execute") ||
        !inb__str_is(inb__lex_text(text, verb), "'UPDATE ONLY '") ||
        !inb__str_is(inb__lex_text(text, first), "||") || leaf.kind != INB__TOKEN_WORD ||
        !is_regclass(text, inb__lex_text(text, leaf)) ||
        !inb__str_is(inb__lex_text(text, second), "||")) {
        return false;
    }
    *said = dollar_quoted(text, last);
    *t = last;
    return said->n && inb__lex_is_word(text, token_after(text, last), "using");
}

static bool words_only(inb__classifier *c, inb__str text, bool whole);

/* Whether what is executed only works on rows, too; *t moves to its end. */
static bool executed_rows_only(inb__classifier *c, inb__str text, inb__token *t)
{
    inb__str said;
    return update_take(&said, text, t) && words_only(c, said, false);
}

/* Whether a block, or what it executes, has no word that changes the schema and calls only what is
 * known. */
static bool words_only(inb__classifier *c, inb__str text, bool whole)
{
    inb__token before = {0}, t = inb__lex_significant(text, 0);
    while (t.kind != INB__TOKEN_END) {
        if (t.kind == INB__TOKEN_WORD && word_is_among(text, t, schema_words) &&
            (!whole || !executed_rows_only(c, text, &t))) {
            return false;
        }
        inb__token next = token_after(text, t);
        bool name = t.kind == INB__TOKEN_WORD || t.kind == INB__TOKEN_QUOTED_NAME;
        bool part = inb__lex_is_char(text, before, '.');
        bool call = name && inb__lex_is_char(text, next, '(');
        if (call &&
            (part || t.kind == INB__TOKEN_QUOTED_NAME ||
             (!word_is_among(text, t, plain_words) &&
              !inb__functions_know(c, inb__lex_text(text, t)))) &&
            !is_target(text, before)) {
            return false;
        }
        before = t;
        t = next;
    }
    return true;
}

/* ---- what is made once ----------------------------------------------------------------------- */

/* To the semicolon that ends a statement; the text without it. */
static inb__str statement_take(block *b)
{
    inb__token t = peek(b);
    size_t from = t.offset;
    while (t.kind != INB__TOKEN_END && !inb__lex_is_char(b->text, t, ';')) {
        t = inb__lex_significant(b->text, t.offset + t.length);
    }
    b->at = t.offset + t.length;
    return (inb__str){b->text.p + from, t.offset - from};
}

/* A guard that asks the catalog, and no table of the application. */
static bool guard_take(block *b)
{
    size_t depth = 0;
    bool from = false;
    do {
        inb__token t = peek(b);
        inb__str word = inb__lex_text(b->text, t);
        if (t.kind == INB__TOKEN_END) {
            return false;
        }
        if (from && !inb__str_starts(word, "pg_") && !inb__str_is(word, "information_schema")) {
            return false;
        }
        from = inb__lex_is_word(b->text, t, "from") || inb__lex_is_word(b->text, t, "join");
        depth += inb__lex_is_char(b->text, t, '(');
        depth -= inb__lex_is_char(b->text, t, ')');
        b->at = t.offset + t.length;
    } while (depth);
    return true;
}

/* Whether a text of the guard is the name: another one says nothing of what follows. */
static bool guard_names(inb__str guard, inb__str name)
{
    inb__token t = inb__lex_significant(guard, 0);
    while (t.kind != INB__TOKEN_END) {
        inb__str inside = {guard.p + t.offset + 1, t.length > 1 ? t.length - 2 : 0};
        if (t.kind == INB__TOKEN_STRING && inb__str_eq(inside, name)) {
            return true;
        }
        t = inb__lex_significant(guard, t.offset + t.length);
    }
    return false;
}

/* A statement that makes one thing. */
typedef struct creation {
    const inb__node *node;
    inb__str name;
    bool known; /* what it is made in, so that `there` holds */
    bool there; /* already */
    bool quiet; /* IF NOT EXISTS */
} creation;

static void table_part_read(creation *out, const inb__node *cmd, const inb__relation *r)
{
    out->name = inb__node_text(cmd, "def/Constraint/conname");
    if (out->name.n) {
        out->there = out->known && inb__catalog_constraint_find(r, out->name);
    } else if (inb__node_is(cmd, "subtype", "AT_AddColumn")) {
        out->name = inb__node_text(cmd, "def/ColumnDef/colname");
        out->quiet = inb__node_bool(cmd, "missing_ok");
        out->there = out->known && inb__catalog_column_find(r, out->name);
    }
}

/* False for a statement that makes anything else, or makes up the name of it. */
static bool creation_read(block *b, creation *out, inb__str text)
{
    inb__parser_fault fault;
    inb__catalog *catalog = b->c->catalog;
    *out = (creation){.name = {"", 0}};
    if (!text.n || inb__parser_statement(&out->node, b->c->scratch, text, &fault)) {
        return false;
    }
    const inb__node *body = inb__node_inner(out->node), *cmds = inb__node_at(body, "cmds");
    inb__name name = inb__classify_name(inb__node_at(body, "relation"));
    const inb__relation *r = inb__catalog_relation_find(catalog, name);
    out->known = r && r->kind != INB__RELATION_UNKNOWN;
    out->quiet = inb__node_bool(body, "if_not_exists");
    if (inb__str_is(body->key, "CreateEnumStmt")) {
        name = inb__classify_name_of_list(inb__node_at(body, "typeName"));
        out->name = name.name;
        out->there = inb__catalog_object_is_known(catalog, "OBJECT_TYPE", name);
        out->known = true;
    } else if (inb__str_is(body->key, "CreateStmt")) {
        out->name = name.name;
        out->there = out->known;
        out->known = true;
    } else if (inb__str_is(body->key, "IndexStmt")) {
        out->name = inb__node_text(body, "idxname");
        out->there = out->known &&
                     inb__catalog_relation_find(catalog, (inb__name){r->name.schema, out->name});
    } else if (inb__node_count(cmds) == 1) {
        table_part_read(out, inb__node_at(inb__node_first(cmds), "AlterTableCmd"), r);
    }
    return out->name.n > 0;
}

/* Makes it; what it is to clients is not told by it. */
static bool creation_apply(block *b, const creation *made)
{
    if (made->there || b->dry) {
        b->duplicate |= made->there && !made->quiet;
        return true;
    }
    if (made->known) {
        inb__sql_statement own = {
            .tag = "", .reason = "", .schema = "", .relation = "", .object = ""};
        inb__classifier inner = *b->c;
        inner.s = &own;
        inner.nested(&inner, made->node);
        return !own.opaque;
    }
    return false;
}

static bool statement_apply(block *b)
{
    creation made;
    return creation_read(b, &made, statement_take(b)) && creation_apply(b, &made);
}

/* IF NOT EXISTS (…) THEN statements END IF; the guard is about what the first of them makes. */
static bool guarded_take(block *b)
{
    size_t from = b->at;
    if (!take_word(b, "not") || !take_word(b, "exists") || !guard_take(b)) {
        return false;
    }
    inb__str guard = {b->text.p + from, b->at - from};
    bool skips = false, first = true, taken = take_word(b, "then");
    for (; taken && !take_word(b, "end"); first = false) {
        creation made;
        taken =
            creation_read(b, &made, statement_take(b)) && (!first || guard_names(guard, made.name));
        skips = first ? made.there : skips;
        taken = taken && (skips || creation_apply(b, &made));
    }
    return taken && take_word(b, "if") && take_char(b, ';');
}

/* WHEN duplicate_… THEN and nothing but a notice, to the END of the block. */
static bool handler_take(block *b)
{
    while (take_word(b, "when")) {
        do {
            inb__token t = peek(b);
            if (!inb__str_starts(inb__lex_text(b->text, t), "duplicate_")) {
                return false;
            }
            b->at = t.offset + t.length;
        } while (take_word(b, "or"));
        if (!take_word(b, "then")) {
            return false;
        }
        while (take_word(b, "null") || take_word(b, "raise")) {
            (void)statement_take(b);
        }
    }
    return take_word(b, "end");
}

/* Statements, guarded or not, and a handler, to the end of the text. */
static bool body_take(block *b)
{
    bool taken = take_word(b, "begin"), ended = false;
    while (taken && !ended && !(ended = take_word(b, "end"))) {
        ended = take_word(b, "exception");
        taken = ended ? handler_take(b) : take_word(b, "if") ? guarded_take(b) : statement_apply(b);
    }
    (void)take_char(b, ';');
    return taken && peek(b).kind == INB__TOKEN_END;
}

/* One thing that is there already takes the whole block back: so it is read without effect first.
 */
bool inb__do_block_understood(inb__classifier *c, inb__str text)
{
    block look = {.c = c, .text = text, .dry = true}, make = {.c = c, .text = text};
    return text.n &&
           (words_only(c, text, true) ||
            (body_take(&look) && (look.duplicate || (body_take(&make) && !make.duplicate))));
}

/* What no migration may contain, whatever its author accepts. */
#include "config.h"

#include "sql/refuse.h"

#include "postgres/object_name.h"
#include "sql/lex.h"
#include "sql/transaction.h"

#define BODY_DEPTH 4 /* strings in strings: EXECUTE '…' in a DO block */

typedef struct checking {
    const inb__problems *problems;
    size_t offset; /* where the statement begins */
} checking;

static void transaction_check(checking *c, const inb__node *body)
{
    inb__problem_add(c->problems, c->offset,
                     "Remove it: a migration already runs in one transaction. If each statement "
                     "must commit separately, write `-- inboard: no-transaction` at the top.",
                     "%s inside a migration", inb__transaction_word(body));
}

static void copy_check(checking *c, const inb__node *body)
{
    if (inb__node_text(body, "filename").n) {
        return;
    }
    if (inb__node_bool(body, "is_from")) {
        inb__problem_add(
            c->problems, c->offset,
            "Write the rows as INSERT … VALUES, or load the data from the program after migrating.",
            "COPY FROM STDIN needs a client that sends the rows");
    } else {
        inb__problem_add(c->problems, c->offset,
                         "Remove it: the output of a migration is not read.",
                         "COPY TO STDOUT needs a client that receives the rows");
    }
}

static bool is_off(inb__str value)
{
    return inb__ascii_eq_nocase(value, INB__STR("off")) ||
           inb__ascii_eq_nocase(value, INB__STR("false")) || inb__str_is(value, "0");
}

/* Settings under which this migration would be read or run otherwise than it is understood. */
static void setting_check(checking *c, const inb__node *body)
{
    inb__str name = inb__node_text(body, "name");
    const inb__node *value = inb__node_first(inb__node_at(body, "args"));
    inb__str text = inb__node_text(value, "A_Const/sval/sval");
    text = text.n ? text : inb__node_text(value, "A_Const/ival/ival");
    bool zero = inb__node_at(value, "A_Const/ival") && text.n == 0;
    if (inb__transaction_sets_modes(body)) {
        inb__problem_add(c->problems, c->offset,
                         "Remove it: a new migration runs in the engine's own transaction.",
                         "the transaction mode is set inside a migration");
    } else if (inb__str_is(name, "standard_conforming_strings") && (is_off(text) || zero)) {
        inb__problem_add(c->problems, c->offset,
                         "Remove it, and write strings with backslashes as E'…'.",
                         "with standard_conforming_strings off the server reads strings "
                         "differently from this analysis");
    }
}

#define HINT_LOCK                                                                                  \
    "Remove it: it would release the advisory lock that the engine holds in this session."

static void lock_problem(checking *c, size_t offset, const char *what)
{
    inb__problem_add(c->problems, offset, HINT_LOCK, "%s releases the migration lock", what);
}

static void lock_scan(checking *c, inb__str text, size_t from, size_t to, size_t place, int depth);

/* What stands in a string is code where the statement has a body. The place of a find is the
 * string's. */
static void string_scan(checking *c, inb__str text, inb__token t, size_t place, int depth)
{
    inb__str s = inb__lex_text(text, t);
    size_t skip = 0, tag = 0;
    if (s.p[0] == '$') {
        while (tag + 1 < s.n && s.p[tag + 1] != '$') {
            tag++;
        }
        skip = tag + 2;
    } else {
        while (skip < s.n && s.p[skip] != '\'') {
            skip++;
        }
        skip++;
    }
    size_t tail = s.p[0] == '$' ? skip : 1;
    if (skip + tail > s.n) {
        return;
    }
    bool exact = s.p[0] == '$' && place == SIZE_MAX;
    lock_scan(c, text, t.offset + skip, t.offset + s.n - tail,
              exact ? SIZE_MAX : (place == SIZE_MAX ? t.offset : place), depth - 1);
}

/* A function's name, also when it is quoted. */
static bool names(inb__str text, inb__token t, const char *function)
{
    inb__str s = inb__lex_text(text, t);
    bool quoted = t.kind == INB__TOKEN_QUOTED_NAME && s.n > 2 && s.p[0] == '"' &&
                  inb__str_is((inb__str){s.p + 1, s.n - 2}, function);
    return quoted || inb__lex_is_word(text, t, function);
}

static const char *lock_call(inb__str text, inb__token t, inb__token next)
{
    if (!inb__lex_is_char(text, next, '(')) {
        return NULL;
    }
    if (names(text, t, "pg_advisory_unlock_all")) {
        return "pg_advisory_unlock_all()";
    }
    if (!names(text, t, "pg_advisory_unlock")) {
        return NULL;
    }
    while (inb__lex_is_char(text, next, '(')) {
        next = inb__lex_significant(text, next.offset + next.length);
    }
    bool ours = inb__str_is(inb__lex_text(text, next), "72707369");
    return ours ? "pg_advisory_unlock(72707369)" : NULL;
}

/* depth 0: strings are only strings. place: where to report, SIZE_MAX: where it stands. */
static void lock_scan(checking *c, inb__str text, size_t from, size_t to, size_t place, int depth)
{
    inb__str until = {text.p, to};
    inb__token t = inb__lex_significant(until, from);
    while (t.kind != INB__TOKEN_END) {
        inb__token next = inb__lex_significant(until, t.offset + t.length);
        size_t at = place == SIZE_MAX ? t.offset : place;
        const char *call = lock_call(until, t, next);
        if (call) {
            lock_problem(c, at, call);
        } else if (inb__lex_is_word(until, t, "discard") && inb__lex_is_word(until, next, "all")) {
            lock_problem(c, at, "DISCARD ALL");
        } else if (t.kind == INB__TOKEN_STRING && depth > 0) {
            string_scan(c, until, t, place, depth);
        }
        t = next;
    }
}

/* Ours, and nobody else's to change: the history of Prisma's name, and the schema of the engine. */
static bool is_history(inb__name name)
{
    return inb__str_is(name.name, "_prisma_migrations") || inb__str_is(name.schema, "inboard");
}

static inb__name list_name(const inb__node *strings)
{
    inb__name name = {{"", 0}, {"", 0}};
    INB__NODE_EACH(part, strings)
    {
        name.schema = name.name;
        name.name = inb__node_text(part, "String/sval");
    }
    return name;
}

/* What a node of a statement names as its object, not as a source of rows. */
static inb__name object_named(const inb__node *n)
{
    static const char *const relations[] = {"relation", "rel", "view", "sequence"};
    for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
        if (inb__str_is(n->key, relations[i])) {
            return (inb__name){inb__node_text(n, "schemaname"), inb__node_text(n, "relname")};
        }
    }
    if (inb__str_is(n->key, "schemaname") || inb__str_is(n->key, "newschema")) {
        return (inb__name){.schema = n->text};
    }
    return (inb__name){{"", 0}, {"", 0}};
}

static bool names_history(const inb__node *body)
{
    bool drops = inb__str_is(body->key, "DropStmt");
    bool schemas = inb__node_is(body, "removeType", "OBJECT_SCHEMA");
    INB__NODE_WALK(n, body)
    {
        if (is_history(object_named(n)) ||
            (inb__str_is(body->key, "TruncateStmt") && inb__str_is(n->key, "RangeVar") &&
             is_history(
                 (inb__name){inb__node_text(n, "schemaname"), inb__node_text(n, "relname")}))) {
            return true;
        }
        inb__name dropped = list_name(drops ? inb__node_at(n, "List/items") : NULL);
        bool schema = schemas && inb__str_is(inb__node_text(n, "String/sval"), "inboard");
        if (drops && (is_history(dropped) || schema)) {
            return true;
        }
    }
    return false;
}

static void history_check(checking *c, const inb__node *body)
{
    static const char *const harmless[] = {
        "SelectStmt", "ExplainStmt",           "CommentStmt",         "GrantStmt",
        "VacuumStmt", "CreatePublicationStmt", "AlterPublicationStmt"};
    for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
        if (inb__str_is(body->key, harmless[i])) {
            return;
        }
    }
    bool reads = inb__str_is(body->key, "CopyStmt") && !inb__node_bool(body, "is_from");
    if (!reads && names_history(body)) {
        inb__problem_add(
            c->problems, c->offset,
            "Remove it: the engine creates and changes them itself (pg_dump -N inboard "
            "-T _prisma_migrations leaves them out).",
            "the statement is about the tables of the migration history");
    }
}

/* The headings by which other tools part the way forward from the way back. */
static bool is_down_section(inb__str comment)
{
    static const char *const marks[] = {"migrate:down",
                                        "+goose down",
                                        "+migrate down",
                                        "//@undo",
                                        "@undo",
                                        "!downs",
                                        "+micrate down",
                                        "down migration",
                                        "rambler down",
                                        "==== down ====",
                                        "create above / drop below"};
    inb__str s = inb__str_trim((inb__str){comment.p + 2, comment.n - 2});
    while (s.n && (s.p[0] == '-' || s.p[0] == '#')) {
        s = inb__str_trim((inb__str){s.p + 1, s.n - 1});
    }
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t n = strlen(marks[i]);
        if (s.n >= n && inb__ascii_eq_nocase((inb__str){s.p, n}, inb__str_of(marks[i])) &&
            (s.n == n || inb__is_space(s.p[n]))) {
            return true;
        }
    }
    return false;
}

void inb__refuse_words(const inb__problems *problems, inb__str text)
{
    for (inb__token t = inb__lex(text, 0); t.kind != INB__TOKEN_END;
         t = inb__lex(text, t.offset + t.length)) {
        bool name = t.kind == INB__TOKEN_WORD || t.kind == INB__TOKEN_QUOTED_NAME;
        size_t quotes = t.kind == INB__TOKEN_QUOTED_NAME ? 2 : 0;
        if (name && t.length > INB__LIMIT_IDENTIFIER + quotes &&
            (quotes == 0 || text.p[t.offset] == '"')) {
            inb__problem_add(problems, t.offset, "Choose a shorter name.",
                             "a name of %zu bytes: PostgreSQL would cut it to %u",
                             t.length - quotes, INB__LIMIT_IDENTIFIER);
        } else if (t.kind == INB__TOKEN_LINE_COMMENT && is_down_section(inb__lex_text(text, t))) {
            inb__problem_add(problems, t.offset,
                             "Remove the section: inboard would run it after the rest of the file.",
                             "a section that undoes the migration, for another tool");
        }
    }
}

static bool has_body(const inb__piece *piece, inb__str text)
{
    static const char *const words[] = {"do", "function", "procedure"};
    inb__str own = {text.p, piece->offset + piece->length};
    inb__token t = inb__lex_significant(own, piece->offset);
    for (int i = 0; i < 4 && t.kind == INB__TOKEN_WORD; i++) {
        for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
            if (inb__lex_is_word(own, t, words[w]) && (w > 0 || i == 0)) {
                return true;
            }
        }
        t = inb__lex_significant(own, t.offset + t.length);
    }
    return false;
}

void inb__refuse_statement(const inb__problems *problems, inb__str text, const inb__piece *piece,
                           const inb__node *node)
{
    checking c = {problems, piece->offset};
    const inb__node *body = inb__node_inner(node);
    if (body && inb__str_is(body->key, "TransactionStmt")) {
        transaction_check(&c, body);
    } else if (body && inb__str_is(body->key, "CopyStmt")) {
        copy_check(&c, body);
    } else if (body && inb__str_is(body->key, "VariableSetStmt")) {
        setting_check(&c, body);
    }
    if (body) {
        history_check(&c, body);
    }
    lock_scan(&c, text, piece->offset, piece->offset + piece->length, SIZE_MAX,
              has_body(piece, text) ? BODY_DEPTH : 0);
}

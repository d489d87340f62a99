/* Analysing a migration: each statement is parsed, classified and checked, then the script as a
 * whole. */
#include "config.h"

#include "sql/analyse.h"

#include "sql/classify.h"
#include "sql/enum_use.h"
#include "sql/lex.h"
#include "sql/parser.h"
#include "sql/refuse.h"
#include "sql/session_effects.h"
#include "sql/split.h"
#include "sql/sql_advice.h"
#include "sql/sql_backfill.h"
#include "sql/transaction.h"
#include "sql/unparsed.h"

#define HINT_NEWER                                                                                 \
    "If a newer server accepts it, write `-- inboard: class CLASS REASON` before the statement "   \
    "or at the top of the file."

#define HINT_OPEN "Close it: the rest of the file was read as a part of it."
#define HINT_RESTRICT "Remove this line: pg_dump writes \\restrict and \\unrestrict for psql alone."
#define HINT_PLACEHOLDER "Write the name itself: inboard replaces nothing in a migration."
#define HINT_VARIABLE "Write the value itself: only psql replaces variables."

#define HINT_LIMIT                                                                                 \
    "The limit keeps the parser's recursion within its stack. Write the values as rows of "        \
    "VALUES, "                                                                                     \
    "or in several statements; or write `-- inboard: class CLASS REASON` before it to ship it "    \
    "without being analysed."

/* One migration being analysed. */
typedef struct analysis {
    inb__sql_script *script;
    const inb__problems *problems;
    inb__arena *arena;
    inb__catalog *catalog;
    inb__str text;
    inb__pieces pieces;
    inb__arena *scratch; /* what lives as long as one statement is looked at */
    inb__enum_values enum_values;
    inb__sql_lock held; /* one of the open transaction that stops others, its relation NULL: none */
    bool separate;      /* no-transaction */
    bool in_block;      /* between BEGIN and COMMIT of the file's own */
    const inb__sql_observer *observer; /* or NULL */
} analysis;

static bool is_restrict(inb__str command)
{
    static const char *const words[] = {"\\restrict", "\\unrestrict"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t n = strlen(words[i]);
        if (command.n >= n && memcmp(command.p, words[i], n) == 0 &&
            (command.n == n || inb__is_space(command.p[n]))) {
            return true;
        }
    }
    return false;
}

/* The statement stays, so that nobody takes the rest for all there is. */
static void piece_refuse(analysis *a, const inb__piece *piece)
{
    bool meta = piece->kind == INB__PIECE_META_COMMAND;
    inb__sql_statement s = {.offset = piece->offset,
                            .length = piece->length,
                            .kind = INB_STATEMENT_UNFIT,
                            .cls = INB_CLASS_CONTRACTING,
                            .tag = meta ? "psql command" : "COPY FROM STDIN",
                            .refused = true};
    s.reason = meta ? "only psql runs it" : "its rows come from a client";
    s.schema = s.relation = s.object = "";
    s.unseen = s.reason;
    INB__VEC_ADD(a->arena, &a->script->statements, s);
    if (piece->kind == INB__PIECE_META_COMMAND) {
        inb__str word = {a->text.p + piece->offset, piece->length};
        inb__problem_add(
            a->problems, piece->offset,
            is_restrict(word) ? HINT_RESTRICT
                              : "Write the SQL itself: only psql runs backslash commands.",
            "psql meta-command \"%.*s\" is not SQL", (int)piece->length, a->text.p + piece->offset);
    } else {
        inb__problem_add(
            a->problems, piece->offset,
            "Write the rows as INSERT … VALUES, or load the data from the program after migrating.",
            "COPY FROM STDIN needs a client that sends the rows");
    }
}

static void transaction_read(inb__sql_statement *s, const inb__node *node)
{
    const inb__node *body = inb__node_inner(node);
    if (inb__str_is(body->key, "TransactionStmt")) {
        s->kind = inb__transaction_kind(body);
        s->tag = inb__transaction_word(body);
        s->reason = s->kind == INB_STATEMENT_UNFIT
                        ? "this transaction control is not supported in a migration"
                        : "it belongs to the migration's transaction";
        s->unseen = inb__str_starts(inb__str_of(s->tag), "ROLLBACK")
                        ? "the changes that it rolls back are unknown"
                        : s->unseen;
    }
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

/* Its directive accepts that rows are written; those that it removes are nobody's any more. */
static void backfill_read(analysis *a, inb__classifier *c, size_t i, const inb__node *node)
{
    const inb__directive *d =
        inb__directive_for(&a->script->directives, INB__DIRECTIVE_BACKFILL, 0);
    inb__sql_backfill *out = INB__NEW(a->arena, inb__sql_backfill);
    if (!d || i > 0 || a->pieces.n != 1 || c->s->fails ||
        !inb__sql_backfill_read(out, c, a->problems, a->text, &a->pieces.v[i], d, node)) {
        return;
    }
    a->script->backfill = out;
    c->s->cls = INB_CLASS_BLOCKING;
    c->s->reason = "existing rows are written, which inboard does in small windows";
}

/* The token that the text ends in. */
static void open_report(analysis *a, const inb__piece *piece)
{
    inb__token t = inb__lex(a->text, piece->offset);
    while (!t.unterminated) {
        t = inb__lex(a->text, t.offset + t.length);
    }
    inb__problem_add(a->problems, t.offset, HINT_OPEN, "%s", open_words(a->text, t));
}

/* What the parser does not take, unless an author's word makes it a statement: true then. */
static bool fault_report(analysis *a, const inb__parser_fault *fault, bool declared)
{
    inb__str rest = {a->text.p + fault->offset, a->text.n - fault->offset};
    bool variable = rest.n > 1 && rest.p[0] == ':' && strchr(" \t\r\n:=", rest.p[1]) == NULL;
    bool placeholder = rest.n > 1 && rest.p[0] == '$' && rest.p[1] == '{';
    if (placeholder) {
        inb__problem_add(a->problems, fault->offset, HINT_PLACEHOLDER,
                         "a placeholder of another tool is not SQL");
    } else if (variable) {
        inb__problem_add(a->problems, fault->offset, HINT_VARIABLE, "a psql variable is not SQL");
    } else if (!declared && fault->limit) {
        inb__problem_add(a->problems, fault->offset, HINT_LIMIT,
                         "%s in one list item is beyond inboard's limit", fault->message);
    } else if (!declared) {
        inb__problem_add(a->problems, fault->offset, HINT_NEWER,
                         "the parser of PostgreSQL %s refuses this: %s", inb__parser_major(),
                         fault->message);
    }
    return placeholder || variable || !declared;
}

static void statement_opaque(const analysis *a, inb__sql_statement *s)
{
    s->opaque = true;
    a->catalog->opaque = true;
    s->cls = INB_CLASS_CONTRACTING;
    s->tag = "unknown";
    s->reason = inb__arena_printf(a->arena, "newer than the parser (PostgreSQL %s): effect unknown",
                                  inb__parser_major());
}

/* The author's word counts where the analysis has none; it cannot overrule what is seen. */
static void class_apply(analysis *a, inb__sql_statement *s, const inb__directive *says, size_t i)
{
    if (says && s->opaque) {
        s->cls = says->cls;
        s->reason = says->reason;
        s->declared = true;
    } else if (says && says->piece == i && s->cls != says->cls) {
        inb__problem_add(a->problems, says->offset,
                         "Declare a class only for a statement that the analysis cannot see into; "
                         "write `-- inboard: accept CLASS REASON` to accept a hazard.",
                         "the class of %s is known: it is %s, not %s", s->tag,
                         inb_class_name(s->cls), inb_class_name(says->cls));
    }
}

/* What the tree tells; without one, what the words do. */
static void statement_understand(analysis *a, inb__sql_statement *s, const inb__node *node)
{
    inb__classifier c = {.arena = a->arena,
                         .scratch = a->scratch,
                         .catalog = a->catalog,
                         .s = s,
                         .separate = a->separate};
    if (!node) {
        statement_opaque(a, s);
        inb__unparsed_read(s, a->arena, a->text);
        return;
    }
    inb__classify_statement(&c, node);
    inb__session_effects_add(&c, node);
    transaction_read(s, node);
    s->modes = inb__transaction_modes(node);
    s->local = inb__transaction_is_local(node);
    s->sets = inb__sql_advice_sets(s, node);
    backfill_read(a, &c, a->script->statements.n, node);
    inb__enum_use_read(&a->enum_values, &c, node, a->script->statements.n);
}

static const inb__sql_lock *strong_lock(const inb__sql_locks *locks)
{
    for (size_t i = 0; i < locks->n; i++) {
        if (locks->v[i].mode >= INB_LOCK_SHARE) {
            return &locks->v[i];
        }
    }
    return NULL;
}

/* A lock that stops others is brief only when nothing slow follows it in its transaction. */
static void held_check(analysis *a, inb__sql_statement *s)
{
    const inb__sql_lock *own = strong_lock(&s->locks);
    const inb__sql_lock *held = a->held.relation ? &a->held : own;
    bool scans = s->flags & (INB_STATEMENT_SCANS | INB_STATEMENT_REWRITES);
    bool slow = scans || (s->lasts && a->held.relation);
    if (a->held.relation && slow) {
        s->held = inb__arena_printf(a->arena, "%s on \"%s\"", inb_lock_mode_name(held->mode),
                                    held->relation);
    }
    if (held && slow && s->cls == INB_CLASS_ADDITIVE) {
        s->cls = INB_CLASS_BLOCKING;
        s->reason = inb__arena_printf(a->arena,
                                      "it reads or waits while the transaction holds %s on \"%s\"",
                                      inb_lock_mode_name(held->mode), held->relation);
    }
    a->in_block =
        s->kind == INB_STATEMENT_BEGIN || (a->in_block && s->kind != INB_STATEMENT_COMMIT);
    if (a->separate && !a->in_block) {
        a->held.relation = NULL;
    } else if (own && !a->held.relation) {
        a->held = *own;
    }
}

/* By its author's word for this one statement. */
static bool is_sent_alone(const analysis *a, size_t i)
{
    const inb__directive *d =
        inb__directive_for(&a->script->directives, INB__DIRECTIVE_NO_TRANSACTION, i);
    return d && d->piece == i;
}

static void statement_read(analysis *a, size_t i)
{
    const inb__piece *piece = &a->pieces.v[i];
    if (piece->kind != INB__PIECE_STATEMENT) {
        piece_refuse(a, piece);
        return;
    }
    inb__sql_statement s = {.offset = piece->offset, .length = piece->length};
    s.tag = s.reason = s.schema = s.relation = s.object = "";
    inb__str own = {a->text.p + piece->offset, piece->length};
    inb__parser_fault fault = {0};
    const inb__node *node = NULL;
    bool parsed =
        !piece->unterminated && inb__parser_statement(&node, a->scratch, own, &fault) == 0;
    const inb__directive *says =
        inb__directive_for(&a->script->directives, INB__DIRECTIVE_CLASS, i);
    const inb__sql_observer *o = a->observer;
    if (o && parsed && o->before) {
        o->before(o->context, a->catalog, own, node);
    }
    statement_understand(a, &s, parsed ? node : NULL);
    s.flags |= is_sent_alone(a, i) ? INB_STATEMENT_NO_TRANSACTION : 0;
    if (piece->unterminated) {
        open_report(a, piece);
        s.refused = true;
    } else if (!parsed) {
        fault.offset += piece->offset;
        s.refused = fault_report(a, &fault, says != NULL);
    }
    if (s.fails) {
        inb__problem_add(a->problems, s.offset, s.instead, "%s fails: %s", s.tag, s.fails);
        s.refused = true;
    }
    held_check(a, &s);
    s.unseen = s.opaque && !s.understood ? s.reason : s.unseen;
    class_apply(a, &s, says, i);
    size_t before = a->problems->list->n;
    inb__refuse_statement(a->problems, a->text, piece, node);
    s.refused |= a->problems->list->n > before;
    INB__VEC_ADD(a->arena, &a->script->statements, s);
    if (o && o->after) {
        o->after(o->context, a->catalog, &s, node);
    }
    inb__arena_clear(a->scratch);
}

static void lines_number(inb__sql_script *script, inb__str text)
{
    uint32_t line = 1;
    size_t at = 0;
    for (size_t i = 0; i < script->statements.n; i++) {
        inb__sql_statement *s = &script->statements.v[i];
        for (; at < s->offset; at++) {
            line += text.p[at] == '\n';
        }
        s->line = line;
    }
}

static void mixed_check(analysis *a)
{
    for (size_t i = 0; i < a->script->statements.n; i++) {
        const inb__sql_statement *s = &a->script->statements.v[i];
        if (s->flags & INB_STATEMENT_NO_TRANSACTION) {
            inb__problem_add(a->problems, s->offset,
                             "Give it a migration of its own, or write `-- inboard: "
                             "no-transaction` at the top: each statement then commits separately.",
                             "%s cannot run in a transaction, and this file has other statements",
                             s->tag);
        }
    }
}

/* What is added to an enum is no value before it has been committed. */
static bool enum_use_check(analysis *a)
{
    const inb__enum_value *used = inb__enum_use_first(&a->enum_values);
    if (used && !a->separate) {
        inb__problem_add(
            a->problems, a->script->statements.v[used->used_by].offset,
            "Put ALTER TYPE … ADD VALUE into an earlier migration: a new enum value "
            "can be used only after its transaction is committed.",
            used->seen ? "the value \"%.*s\" is added to its enum and used in one transaction"
                       : "the value \"%.*s\" is added to its enum, and what this runs may use "
                         "it in the same transaction",
            INB__STR_ARG(used->label));
    }
    return used != NULL;
}

/* A directive that excuses nothing was meant for something else. */
static void compatible_check(analysis *a, const inb__directive *d)
{
    if (inb__sql_advice_meets(a->script, d, INB_CLASS_CONTRACTING)) {
        return;
    }
    inb__problem_add(a->problems, d->offset,
                     "Remove it: the release before works with additive and blocking migrations.",
                     "directive \"compatible\" has no effect: nothing here is contracting");
}

/* Each contracting statement must be excused; the reason is that of the first. */
static void compatible_conclude(analysis *a)
{
    inb__sql_script *script = a->script;
    const char *reason = NULL;
    bool all = true;
    for (size_t i = 0; i < script->statements.n; i++) {
        if (script->statements.v[i].cls == INB_CLASS_CONTRACTING) {
            const inb__directive *d =
                inb__directive_for(&script->directives, INB__DIRECTIVE_COMPATIBLE, i);
            all = all && d;
            reason = reason || !d ? reason : d->reason;
        }
    }
    script->compatible = all ? reason : NULL;
    for (size_t i = 0; i < script->directives.n; i++) {
        if (script->directives.v[i].kind == INB__DIRECTIVE_COMPATIBLE) {
            compatible_check(a, &script->directives.v[i]);
        }
    }
}

/* What the author says of the migration as a whole. */
static void whole_conclude(analysis *a)
{
    const inb__directives *all = &a->script->directives;
    const inb__directive *backfill = inb__directive_for(all, INB__DIRECTIVE_BACKFILL, 0);
    const inb__directive *before = inb__directive_for(all, INB__DIRECTIVE_BEFORE, 0);
    a->script->before = before ? before->reason : NULL;
    a->script->after = inb__directive_for(all, INB__DIRECTIVE_AFTER, 0);
    if (backfill && a->pieces.n != 1) {
        inb__problem_add(a->problems, a->pieces.n > 1 ? a->pieces.v[1].offset : backfill->offset,
                         "Put each other statement in a migration of its own.",
                         "a backfill is one statement, and this file has %zu", a->pieces.n);
    }
    if (backfill && a->separate) {
        inb__problem_add(a->problems, backfill->offset,
                         "Remove no-transaction: a backfill commits each window.",
                         "directives \"backfill\" and \"no-transaction\" together");
    }
}

static void script_conclude(analysis *a)
{
    inb__sql_script *script = a->script;
    inb__transaction_blocks(script);
    bool enum_used = enum_use_check(a); /* reports what it finds, whatever else there is */
    bool local = inb__transaction_has_local(script);
    bool outside = script->unfit || script->commits || script->modes_inside || enum_used || local;
    for (size_t i = 0; i < script->statements.n; i++) {
        const inb__sql_statement *s = &script->statements.v[i];
        outside |= (s->flags & INB_STATEMENT_NO_TRANSACTION) != 0;
        if (i == 0 || s->cls > script->cls) {
            script->cls = s->cls;
            script->reason = s->reason;
        }
    }
    script->transactional = !a->separate && !outside;
    compatible_conclude(a);
    whole_conclude(a);
    if (!a->separate && script->statements.n > 1) {
        mixed_check(a);
    }
}

void inb__analyse_observed(inb__sql_script *out, const inb__problems *problems, inb__arena *arena,
                           inb__catalog *catalog, inb__str text, const inb__sql_observer *observer)
{
    analysis a = {.script = out,
                  .problems = problems,
                  .arena = arena,
                  .catalog = catalog,
                  .text = text,
                  .observer = observer};
    if (observer && observer->begin) {
        observer->begin(observer->context, problems->file, text);
    }
    *out = (inb__sql_script){.reason = "", .cls = INB_CLASS_ADDITIVE};
    inb__catalog_advance(catalog);
    a.scratch = inb__arena_sub(arena);
    inb__split_text(&a.pieces, arena, text);
    out->statements.v = INB__NEW_N(arena, inb__sql_statement, a.pieces.n);
    out->statements.cap = a.pieces.n;
    size_t before = problems->list->n;
    inb__directive_read_all(&out->directives, problems, arena, text, &a.pieces);
    out->misread = problems->list->n > before;
    a.separate = inb__directive_is_given(&out->directives, INB__DIRECTIVE_NO_TRANSACTION);
    for (size_t i = 0; i < a.pieces.n; i++) {
        statement_read(&a, i);
    }
    inb__refuse_words(problems, text);
    inb__secret_scan(problems, text);
    lines_number(out, text);
    script_conclude(&a);
    inb__sql_advice_take(out, arena, text);
    if (observer && observer->end) {
        observer->end(observer->context, catalog, out);
    }
}

void inb__analyse_script(inb__sql_script *out, const inb__problems *problems, inb__arena *arena,
                         inb__catalog *catalog, inb__str text)
{
    inb__analyse_observed(out, problems, arena, catalog, text, NULL);
}

static const char *acceptance_hint(inb__arena *arena, const inb__sql_statement *s)
{
    const char *name = inb_class_name(s->cls);
    if (s->opaque) {
        return "Declare its class on the line before it: `-- inboard: class CLASS REASON` "
               "(docs/CLASSES.md).";
    }
    return inb__arena_printf(arena,
                             "Rewrite it to be additive (see docs/CLASSES.md), or accept it on the "
                             "line before it: `-- inboard: accept %s REASON`.",
                             name);
}

void inb__analyse_acceptance(const inb__sql_script *script, const inb__problems *problems,
                             inb__arena *arena)
{
    for (size_t i = 0; i < script->statements.n; i++) {
        const inb__sql_statement *s = &script->statements.v[i];
        bool fine = s->cls == INB_CLASS_ADDITIVE || s->refused || s->declared ||
                    inb__directive_is_given(&script->directives, INB__DIRECTIVE_BACKFILL);
        if (!fine && !inb__directive_accepts(&script->directives, s->cls, i)) {
            inb__problem_add(problems, s->offset, acceptance_hint(arena, s), "%s is %s: %s", s->tag,
                             inb_class_name(s->cls), s->reason);
        }
    }
}

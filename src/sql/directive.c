/* Reads the directives of a migration: comments that begin with "inboard:". */
#include "config.h"

#include "sql/directive.h"

#include "sql/lex.h"

#define HINT_FORMS                                                                                 \
    "Write `-- inboard: accept CLASS REASON`, `-- inboard: class CLASS REASON`, `-- inboard: "     \
    "compatible REASON`, `-- inboard: allow RULE REASON`, `-- inboard: no-transaction`, `-- "      \
    "inboard: backfill [OPTIONS]`, "                                                               \
    "`-- inboard: before SENTENCE` or `-- inboard: after backfill NAME`."
#define HINT_CLASSES "The classes are additive, blocking and contracting (docs/CLASSES.md)."

/* One directive being read. */
typedef struct reading {
    inb__directive d;
    inb__str rest;
    const inb__problems *problems;
    inb__arena *arena;
    bool whole; /* it speaks for the migration */
} reading;

static inb__str word_take(inb__str *rest)
{
    *rest = inb__str_trim(*rest);
    inb__str word = {rest->p, 0};
    while (word.n < rest->n && !inb__is_space(rest->p[word.n])) {
        word.n++;
    }
    rest->p += word.n;
    rest->n -= word.n;
    *rest = inb__str_trim(*rest);
    return word;
}

static bool class_read(reading *r, const char *verb)
{
    inb__str word = word_take(&r->rest);
    for (int c = INB_CLASS_ADDITIVE; c <= INB_CLASS_CONTRACTING; c++) {
        if (inb__str_is(word, inb_class_name((inb_class)c))) {
            r->d.cls = (inb_class)c;
            return true;
        }
    }
    inb__problem_add(r->problems, r->d.offset, HINT_CLASSES,
                     word.n ? "directive \"%s\" has the unknown class \"%.*s\""
                            : "directive \"%s\" names no class",
                     verb, INB__STR_ARG(word));
    return false;
}

static bool reason_read(reading *r, const char *verb)
{
    if (r->rest.n == 0) {
        inb__problem_add(
            r->problems, r->d.offset,
            "Write the reason after the class: who agreed, what was measured, when it runs.",
            "directive \"%s %s\" gives no reason", verb, inb_class_name(r->d.cls));
        return false;
    }
    r->d.reason = inb__arena_strndup(r->arena, r->rest.p, r->rest.n);
    return true;
}

static bool accept_read(reading *r)
{
    r->d.kind = INB__DIRECTIVE_ACCEPT;
    if (!class_read(r, "accept")) {
        return false;
    }
    if (r->d.cls == INB_CLASS_ADDITIVE) {
        inb__problem_add(
            r->problems, r->d.offset, "Remove it, or name another class.",
            "directive \"accept additive\" has no effect: additive statements need no acceptance");
        return false;
    }
    return reason_read(r, "accept");
}

static bool allow_read(reading *r)
{
    r->d.kind = INB__DIRECTIVE_ALLOW;
    inb__str rule = word_take(&r->rest);
    if (rule.n == 0 || r->rest.n == 0) {
        inb__problem_add(r->problems, r->d.offset,
                         "Write the rule and the reason: `-- inboard: allow RULE REASON`; "
                         "`inboard lint` names the rule of each finding.",
                         rule.n ? "directive \"allow %.*s\" gives no reason"
                                : "directive \"allow\" names no rule%.*s",
                         INB__STR_ARG(rule));
        return false;
    }
    r->d.rule = inb__arena_strndup(r->arena, rule.p, rule.n);
    r->d.reason = inb__arena_strndup(r->arena, r->rest.p, r->rest.n);
    return true;
}

static bool compatible_read(reading *r)
{
    r->d.kind = INB__DIRECTIVE_COMPATIBLE;
    if (r->rest.n == 0) {
        inb__problem_add(r->problems, r->d.offset,
                         "Write why the release before works with it: a trigger keeps the old "
                         "column, or no row and no writer of it breaks the CHECK.",
                         "directive \"compatible\" gives no reason");
        return false;
    }
    r->d.reason = inb__arena_strndup(r->arena, r->rest.p, r->rest.n);
    return true;
}

static bool class_directive_read(reading *r)
{
    r->d.kind = INB__DIRECTIVE_CLASS;
    return class_read(r, "class") && reason_read(r, "class");
}

/* At the top it speaks for the file, unless it says that it means one statement. */
static bool no_transaction_read(reading *r)
{
    r->d.kind = INB__DIRECTIVE_NO_TRANSACTION;
    if (inb__str_is(word_take(&r->rest), "statement") && r->d.piece == INB__DIRECTIVE_FILE) {
        r->d.piece = 0;
    }
    return true;
}

static bool backfill_read(reading *r)
{
    r->d.kind = INB__DIRECTIVE_BACKFILL;
    r->d.backfill = inb__backfill_options_read(r->arena, r->problems, r->d.offset, r->rest);
    return r->d.backfill != NULL;
}

static bool before_read(reading *r)
{
    r->d.kind = INB__DIRECTIVE_BEFORE;
    if (r->rest.n == 0) {
        inb__problem_add(r->problems, r->d.offset,
                         "Write what must be true before it is applied: no running release reads "
                         "\"name\".",
                         "directive \"before\" has no sentence");
        return false;
    }
    r->d.reason = inb__arena_strndup(r->arena, r->rest.p, r->rest.n);
    return true;
}

/* A folder's name can have spaces. */
static bool after_read(reading *r)
{
    r->d.kind = INB__DIRECTIVE_AFTER;
    if (!inb__str_is(word_take(&r->rest), "backfill") || r->rest.n == 0) {
        inb__problem_add(r->problems, r->d.offset,
                         "Write `-- inboard: after backfill NAME`, with the name of the folder or "
                         "of what follows its timestamp.",
                         "directive \"after\" names no backfill");
        return false;
    }
    r->d.reason = inb__arena_strndup(r->arena, r->rest.p, r->rest.n);
    return true;
}

static const struct {
    const char *verb;
    bool (*read)(reading *r);
    bool whole; /* it speaks for the migration and not for a statement */
} verbs[] = {
    {"accept", accept_read, false},
    {"allow", allow_read, false},
    {"after", after_read, true},
    {"backfill", backfill_read, true},
    {"before", before_read, true},
    {"class", class_directive_read, false},
    {"compatible", compatible_read, false},
    {"no-transaction", no_transaction_read, false},
};

static bool directive_read(reading *r)
{
    inb__str verb = word_take(&r->rest);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (inb__str_is(verb, verbs[i].verb)) {
            r->whole = verbs[i].whole;
            return verbs[i].read(r);
        }
    }
    inb__problem_add(r->problems, r->d.offset, HINT_FORMS, "unknown directive \"%.*s\"",
                     INB__STR_ARG(verb));
    return false;
}

static bool is_verb(inb__str rest)
{
    inb__str word = word_take(&rest);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (inb__ascii_eq_nocase(word, inb__str_of(verbs[i].verb))) {
            return true;
        }
    }
    return false;
}

/* What follows "inboard:" in a comment, whose own marks are skipped; false when the comment is not
 * for us. Without the colon it is when a directive's word follows: *colon_out tells. */
static bool is_directive(inb__str comment, inb__str *rest_out, bool *colon_out)
{
    static const char name[] = "inboard";
    inb__str s = {comment.p + 2, comment.n - 2};
    while (s.n && s.p[0] == comment.p[0] && s.p[0] == '-') {
        s = (inb__str){s.p + 1, s.n - 1};
    }
    s = inb__str_trim(s);
    inb__str head = {s.p, s.n < sizeof(name) - 1 ? s.n : sizeof(name) - 1};
    if (!inb__ascii_eq_nocase(head, INB__STR(name))) {
        return false;
    }
    s = (inb__str){s.p + head.n, s.n - head.n};
    bool apart = s.n && inb__is_space(s.p[0]);
    s = inb__str_trim(s);
    *colon_out = s.n && s.p[0] == ':';
    *rest_out = *colon_out ? (inb__str){s.p + 1, s.n - 1} : s;
    return *colon_out || (apart && is_verb(s));
}

/* Before the first statement: each kind and class once for the file, and for that statement. The
 * others follow in the order of their statements. */
static bool at_top(const inb__directive *d)
{
    return d->piece == INB__DIRECTIVE_FILE || d->piece == 0;
}

/* The directive that was given already for the same place, NULL when there is none. */
static const inb__directive *given_before(const inb__directives *all, const inb__directive *d)
{
    for (size_t i = all->n; i-- > 0 && (all->v[i].piece == d->piece || at_top(&all->v[i]));) {
        bool same = all->v[i].kind == d->kind && all->v[i].piece == d->piece;
        bool other_class = d->kind == INB__DIRECTIVE_ACCEPT && all->v[i].cls != d->cls;
        bool other_rule = d->rule && strcmp(all->v[i].rule ? all->v[i].rule : "", d->rule) != 0;
        if (same && !other_class && !other_rule) {
            return &all->v[i];
        }
    }
    return NULL;
}

/* Whether anything but space stands before offset on its line. */
static bool shares_line(inb__str text, size_t offset)
{
    inb__str line = inb__line_at(text.p, text.n, offset);
    size_t before = offset - (size_t)(line.p - text.p);
    size_t mark = line.p == text.p ? inb__lex_mark(text) : 0;
    return before > mark && inb__str_trim((inb__str){line.p + mark, before - mark}).n > 0;
}

static const char *misplaced(inb__str text, inb__token t, const inb__pieces *pieces, size_t next,
                             bool of_file)
{
    if (t.kind == INB__TOKEN_BLOCK_COMMENT) {
        return "a directive is a comment of the form \"-- inboard: …\", on a line of its own";
    }
    const inb__piece *before = next > 0 ? &pieces->v[next - 1] : NULL;
    if (before && t.offset < before->offset + before->length) {
        return "a directive inside a statement";
    }
    if (shares_line(text, t.offset)) {
        return "a directive on the line of a statement";
    }
    return next == pieces->n && !of_file ? "no statement follows this directive" : NULL;
}

/* What was read is kept where it stands well. */
static void directive_take(inb__directives *out, reading *r, inb__str text, inb__token t,
                           const inb__pieces *pieces, size_t next)
{
    const char *wrong = misplaced(text, t, pieces, next, r->d.piece == INB__DIRECTIVE_FILE);
    if (wrong) {
        inb__problem_add(
            r->problems, t.offset,
            "Put it on a line of its own, before its statement or at the top of the file.", "%s",
            wrong);
    } else if (r->whole && r->d.piece != INB__DIRECTIVE_FILE) {
        inb__problem_add(r->problems, t.offset,
                         "Put it at the top of the file, before the first statement.",
                         "a directive of the whole migration after its first statement");
    } else if (given_before(out, &r->d)) {
        inb__problem_add(r->problems, t.offset, "Keep one of them.", "duplicate directive");
    } else {
        INB__VEC_ADD(r->arena, out, r->d);
    }
}

void inb__directive_read_all(inb__directives *out, const inb__problems *problems, inb__arena *arena,
                             inb__str text, const inb__pieces *pieces)
{
    size_t next = 0; /* the first statement that begins after the token */
    for (inb__token t = inb__lex(text, 0); t.kind != INB__TOKEN_END;
         t = inb__lex(text, t.offset + t.length)) {
        while (next < pieces->n && pieces->v[next].offset <= t.offset) {
            next++;
        }
        bool comment = t.kind == INB__TOKEN_LINE_COMMENT || t.kind == INB__TOKEN_BLOCK_COMMENT;
        reading r = {.problems = problems, .arena = arena};
        bool colon = false;
        if (!comment || !is_directive(inb__lex_text(text, t), &r.rest, &colon)) {
            continue;
        }
        r.d.offset = t.offset;
        r.d.piece = next == 0 ? INB__DIRECTIVE_FILE : next;
        if (!colon) {
            inb__problem_add(problems, t.offset, HINT_FORMS,
                             "a directive without the colon after \"inboard\"");
        } else if (directive_read(&r)) {
            directive_take(out, &r, text, t, pieces, next);
        }
    }
}

bool inb__directive_is_given(const inb__directives *all, inb__directive_kind kind)
{
    bool given = false;
    for (size_t i = 0; i < all->n; i++) {
        given = given || all->v[i].kind == kind;
    }
    return given;
}

/* The first of a statement's own, after those at the top. */
static size_t own_find(const inb__directives *all, size_t n_top, size_t piece)
{
    size_t low = n_top, high = all->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (all->v[middle].piece < piece) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Whether it is the one that is asked for. */
typedef bool directive_test(const inb__directive *d, const void *what);

static bool is_of_kind(const inb__directive *d, const void *kind)
{
    return d->kind == *(const inb__directive_kind *)kind;
}

static bool accepts_class(const inb__directive *d, const void *cls)
{
    return d->kind == INB__DIRECTIVE_ACCEPT && d->cls == *(const inb_class *)cls;
}

static bool allows_rule(const inb__directive *d, const void *rule)
{
    return d->kind == INB__DIRECTIVE_ALLOW && strcmp(d->rule, rule) == 0;
}

static const inb__directive *find(const inb__directives *all, directive_test *test,
                                  const void *what, size_t piece)
{
    const inb__directive *of_file = NULL;
    size_t n_top = 0;
    for (; n_top < all->n && at_top(&all->v[n_top]); n_top++) {
        const inb__directive *d = &all->v[n_top];
        if (d->piece == piece && test(d, what)) {
            return d;
        }
        of_file = !of_file && d->piece == INB__DIRECTIVE_FILE && test(d, what) ? d : of_file;
    }
    for (size_t i = own_find(all, n_top, piece); i < all->n && all->v[i].piece == piece; i++) {
        if (test(&all->v[i], what)) {
            return &all->v[i];
        }
    }
    return of_file;
}

const inb__directive *inb__directive_for(const inb__directives *all, inb__directive_kind kind,
                                         size_t piece)
{
    return find(all, is_of_kind, &kind, piece);
}

const inb__directive *inb__directive_accepts(const inb__directives *all, inb_class cls,
                                             size_t piece)
{
    return find(all, accepts_class, &cls, piece);
}

const inb__directive *inb__directive_allows(const inb__directives *all, const char *rule,
                                            size_t piece)
{
    return find(all, allows_rule, rule, piece);
}

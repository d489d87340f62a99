/* Watches an analysis and lets the rules look at each statement. */
#include "config.h"

#include "review/lint.h"

#include "review/lint_parts.h"
#include "sql/lex.h"

void inb__lint_init(inb__lint *l, inb__arena *arena)
{
    *l = (inb__lint){.arena = arena};
}

static const struct {
    const char *node; /* the parser's name of the statement */
    void (*before)(inb__lint *l);
    void (*after)(inb__lint *l);
} looks[] = {
    {"IndexStmt", NULL, inb__lint_index_created},
    {"ReindexStmt", NULL, inb__lint_index_rebuilt},
    {"AlterTableStmt", inb__lint_table_altered_before, inb__lint_table_altered},
    {"CreateStmt", NULL, inb__lint_table_created},
    {"DropStmt", inb__lint_dropped, NULL},
    {"DropdbStmt", NULL, inb__lint_database_dropped},
    {"DropOwnedStmt", NULL, inb__lint_owned_dropped},
    {"RenameStmt", NULL, inb__lint_renamed},
    {"AlterObjectSchemaStmt", NULL, inb__lint_renamed},
    {"GrantStmt", NULL, inb__lint_revoked},
    {"GrantRoleStmt", NULL, inb__lint_revoked},
    {"UpdateStmt", NULL, inb__lint_updated},
    {"DeleteStmt", NULL, inb__lint_deleted},
    {"TruncateStmt", NULL, inb__lint_truncated},
    {"LockStmt", NULL, inb__lint_locked},
    {"CreateTrigStmt", NULL, inb__lint_trigger},
    {"RuleStmt", NULL, inb__lint_trigger},
    {"CreatePolicyStmt", NULL, inb__lint_policy},
    {"AlterPolicyStmt", NULL, inb__lint_policy},
    {"RefreshMatViewStmt", NULL, inb__lint_refreshed},
    {"CreateDomainStmt", NULL, inb__lint_domain_created},
    {"AlterDomainStmt", NULL, inb__lint_domain_altered},
    {"AlterEnumStmt", NULL, inb__lint_enum_altered},
    {"ClusterStmt", NULL, inb__lint_rewritten},
    {"VacuumStmt", NULL, inb__lint_rewritten},
};

static void look(inb__lint *l, const inb__node *node, bool after)
{
    const inb__node *inner = inb__node_inner(node);
    for (size_t i = 0; inner && i < sizeof(looks) / sizeof(looks[0]); i++) {
        void (*rule)(inb__lint *) = after ? looks[i].after : looks[i].before;
        if (rule && inb__str_is(inner->key, looks[i].node)) {
            l->body = inner;
            rule(l);
        }
    }
}

static void script_begin(void *context, uint32_t file, inb__str text)
{
    inb__lint *l = context;
    l->file = file;
    l->text = text;
    l->first = l->began = l->findings.n;
    l->pieces = 0;
    l->changed = false;
    l->keys.n = 0;
}

static void statement_before(void *context, const inb__catalog *catalog, inb__str own,
                             const inb__node *node)
{
    inb__lint *l = context;
    l->catalog = catalog;
    l->own = own;
    l->s = NULL;
    look(l, node, false);
}

/* "takes ShareLock on "t", and reads all rows" */
static const char *fact_of(inb__lint *l, const inb__sql_statement *s)
{
    const char *text = NULL;
    for (size_t i = 0; i < s->locks.n; i++) {
        text = inb__arena_printf(l->arena, "%s%s%s on \"%s\"", text ? text : "takes ",
                                 text ? ", " : "", inb_lock_mode_name(s->locks.v[i].mode),
                                 s->locks.v[i].relation);
    }
    const char *work = s->flags & INB_STATEMENT_REWRITES ? "rewrites all rows"
                       : s->flags & INB_STATEMENT_SCANS  ? "reads all rows"
                                                         : NULL;
    return work && text ? inb__arena_printf(l->arena, "%s, and %s", text, work)
           : work       ? work
                        : text;
}

/* What no rule has said of a hazard; and what is one only of a rule's pattern is none where the
 * facts say that nobody notices. */
static void statement_conclude(inb__lint *l, const inb__sql_statement *s)
{
    size_t kept = l->began;
    bool said = false;
    for (size_t i = l->began; i < l->findings.n; i++) {
        bool hazard = l->findings.v[i].rule->cls != INB__LINT_NO_CLASS;
        if (!hazard || s->cls != INB_CLASS_ADDITIVE) {
            said = said || hazard;
            l->findings.v[kept++] = l->findings.v[i];
        }
    }
    l->findings.n = kept;
    if (!said && s->cls != INB_CLASS_ADDITIVE && !s->refused && !s->declared) {
        inb__lint_find(l, s->opaque ? INB__LINT_OPAQUE : INB__LINT_OTHER_HAZARD, NULL,
                       "%s is %s: %s", s->tag, inb_class_name(s->cls), s->reason);
    }
    const char *fact = l->began < l->findings.n ? fact_of(l, s) : NULL;
    for (; l->began < l->findings.n; l->began++) {
        l->findings.v[l->began].fact = fact;
    }
}

static void statement_after(void *context, const inb__catalog *catalog, const inb__sql_statement *s,
                            const inb__node *node)
{
    inb__lint *l = context;
    l->catalog = catalog;
    l->own = (inb__str){l->text.p + s->offset, s->length};
    l->s = s;
    look(l, node, true);
    l->changed = l->changed && inb__node_at(node, "AlterTableStmt");
    if (s->held) {
        inb__lint_find(l, INB__LINT_LOCK_HELD, NULL,
                       "%s reads or waits while the transaction holds %s", s->tag, s->held);
    }
    statement_conclude(l, s);
    l->pieces++;
}

/* Each statement of a file without a transaction that a second run would refuse. */
static void repeats_check(inb__lint *l, const inb__sql_script *script)
{
    for (size_t i = 0; !script->transactional && i < script->statements.n; i++) {
        const inb__sql_statement *s = &script->statements.v[i];
        bool makes = s->flags & (INB_STATEMENT_CREATES | INB_STATEMENT_DROPS);
        if (makes && !(s->flags & INB_STATEMENT_IF_NOT_EXISTS) && script->statements.n > 1) {
            l->own = (inb__str){l->text.p + s->offset, s->length};
            l->pieces = i;
            inb__lint_find(l, INB__LINT_NOT_REPEATABLE, NULL,
                           "%s fails when the file is run again after an interruption", s->tag);
        }
    }
}

/* Another linter's word in a comment, "squawk-ignore a, b": the rules that it names, or all where
 * it names none. */
static bool comment_ignores(inb__str comment, const char *mark, const inb__lint_rule *rule)
{
    const char *at = memmem(comment.p, comment.n, mark, strlen(mark));
    const char *end = comment.p + comment.n;
    bool named = false;
    if (!at) {
        return false;
    }
    at += strlen(mark);
    if (at < end && *at == '-') {
        return false; /* a longer mark */
    }
    while (at < end) {
        inb__str word = {at, 0};
        while (at < end && !inb__is_space(*at) && *at != ',') {
            at++;
        }
        word.n = (size_t)(at - word.p);
        if (word.n && (inb__lint_rule_has(rule, word) || inb__str_is(word, rule->id))) {
            return true;
        }
        named = named || word.n;
        at += at < end;
    }
    return !named;
}

/* Whether one of the comments between two places has one of the marks for the rule. */
static bool comments_ignore(inb__str text, size_t from, size_t to, const char *const *marks,
                            const inb__lint_rule *rule)
{
    inb__token t = inb__lex(text, from);
    while (t.kind != INB__TOKEN_END && t.offset < to) {
        bool comment = t.kind == INB__TOKEN_LINE_COMMENT || t.kind == INB__TOKEN_BLOCK_COMMENT;
        for (size_t i = 0; comment && marks[i]; i++) {
            if (comment_ignores(inb__lex_text(text, t), marks[i], rule)) {
                return true;
            }
        }
        t = inb__lex(text, t.offset + t.length);
    }
    return false;
}

/* Before the statement, or before the first one for the file. */
static bool other_linter_accepts(const inb__lint *l, const inb__sql_script *script,
                                 const inb__lint_finding *f)
{
    static const char *const of_file[] = {"squawk-ignore-file", NULL};
    static const char *const of_statement[] = {"squawk-ignore", "atlas:nolint", "eugene: ignore",
                                               NULL};
    size_t from = 0, first = script->statements.n ? script->statements.v[0].offset : 0;
    if (f->piece > 0 && f->piece <= script->statements.n) {
        const inb__sql_statement *before = &script->statements.v[f->piece - 1];
        from = before->offset + before->length;
    }
    return comments_ignore(l->text, 0, first, of_file, f->rule) ||
           comments_ignore(l->text, from, f->span.start, of_statement, f->rule);
}

static void acceptance_find(inb__lint *l, const inb__sql_script *script, inb__lint_finding *f)
{
    int cls = f->rule == &inb__lint_rules[INB__LINT_OTHER_HAZARD] && f->piece < script->statements.n
                  ? (int)script->statements.v[f->piece].cls
                  : f->rule->cls;
    const inb__directive *d = inb__directive_allows(&script->directives, f->rule->id, f->piece);
    if (!d && cls > INB_CLASS_ADDITIVE) {
        /* Of a statement that is worse than the rule says, its own class is what its author
         * accepts. */
        inb_class own =
            f->piece < script->statements.n ? script->statements.v[f->piece].cls : (inb_class)cls;
        d = inb__directive_accepts(&script->directives, (inb_class)cls, f->piece);
        d = d ? d : inb__directive_accepts(&script->directives, own, f->piece);
    }
    bool batches = f->rule == &inb__lint_rules[INB__LINT_ROWS_IN_ONE_GO] &&
                   inb__directive_is_given(&script->directives, INB__DIRECTIVE_BACKFILL);
    f->accepted = batches                              ? "it is a backfill, which works in batches"
                  : d                                  ? d->reason
                  : other_linter_accepts(l, script, f) ? "a comment for another linter says so"
                                                       : NULL;
}

/* An allowance of nothing would allow what is written there later. */
static void allowances_check(inb__lint *l, const inb__sql_script *script, size_t end)
{
    for (size_t i = 0; i < script->directives.n; i++) {
        const inb__directive *d = &script->directives.v[i];
        bool used = d->kind != INB__DIRECTIVE_ALLOW;
        for (size_t k = l->first; !used && k < end; k++) {
            const inb__lint_finding *f = &l->findings.v[k];
            used = strcmp(f->rule->id, d->rule) == 0 &&
                   (d->piece == INB__DIRECTIVE_FILE || d->piece == f->piece);
        }
        if (!used) {
            l->own = inb__line_at(l->text.p, l->text.n, d->offset);
            inb__lint_find(l, INB__LINT_UNKNOWN_RULE, NULL,
                           inb__lint_rule_find(inb__str_of(d->rule))
                               ? "the directive has no effect: there is no \"%s\" here"
                               : "there is no rule \"%s\"",
                           d->rule);
        }
    }
}

static void script_end(void *context, const inb__catalog *catalog, const inb__sql_script *script)
{
    inb__lint *l = context;
    l->catalog = catalog;
    inb__lint_foreign_keys_check(l);
    repeats_check(l, script);
    size_t end = l->findings.n;
    for (size_t i = l->first; i < end; i++) {
        acceptance_find(l, script, &l->findings.v[i]);
    }
    allowances_check(l, script, end);
}

inb__sql_observer inb__lint_observer(inb__lint *l)
{
    return (inb__sql_observer){.context = l,
                               .begin = script_begin,
                               .before = statement_before,
                               .after = statement_after,
                               .end = script_end};
}

static void refusals_take(inb__diagnostics *out, const inb__diagnostics *analysis,
                          const bool *wanted)
{
    for (size_t i = 0; i < analysis->n; i++) {
        const inb__diagnostic *d = &analysis->v[i];
        if (d->span.file < analysis->sources.n && wanted[d->span.file]) {
            inb__diagnostic_add(out, d->severity, d->span, d->code ? d->code : "refused", "%s",
                                d->message);
            out->v[out->n - 1].hint = d->hint;
        }
    }
}

void inb__lint_list(inb__diagnostics *out, const inb__lint *l, const inb__diagnostics *analysis,
                    const bool *wanted, bool accepted)
{
    inb__diagnostics_init(out, l->arena);
    for (size_t i = 0; i < analysis->sources.n; i++) {
        inb__diagnostics_source(out, analysis->sources.v[i].path, analysis->sources.v[i].text);
    }
    if (!accepted) {
        refusals_take(out, analysis, wanted);
    }
    for (size_t i = 0; i < l->findings.n; i++) {
        const inb__lint_finding *f = &l->findings.v[i];
        if ((f->accepted != NULL) != accepted || !wanted[f->span.file]) {
            continue;
        }
        inb__diagnostic_add(out, accepted ? INB__SEVERITY_NOTE : f->rule->severity, f->span,
                            f->rule->id, "%s", f->message);
        const char *note =
            accepted ? inb__arena_printf(l->arena, "accepted: %s", f->accepted) : f->fact;
        if (note) {
            inb__diagnostic_note_add(out, INB__SPAN_NOWHERE, "%s", note);
        }
        if (f->instead && !accepted) {
            inb__diagnostic_instead(out, f->instead);
        }
    }
    inb__diagnostics_sort(out);
}

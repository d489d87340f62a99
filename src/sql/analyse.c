#include "config.h"

#include "sql/sql.h"

#include "sql/classify.h"
#include "sql/lex.h"
#include "sql/split.h"

#define HINT_NEWER                                                                                 \
    "If a newer server takes it, write `-- inboard: class CLASS REASON` at the top of the file or before the statement; PostgreSQL's lexical rules then split the file."

/* One migration being analysed. */
typedef struct analysis {
    inb__sql_script *script;
    inb__problems *problems;
    inb__arena *arena;
    inb__catalog *catalog;
    inb__str text;
    inb__pieces pieces;
} analysis;

static void piece_refuse(analysis *a, const inb__piece *piece)
{
    if (piece->kind == INB__PIECE_META_COMMAND) {
        inb__problem_add(a->problems, a->arena, piece->offset,
                         "Write the SQL itself: only psql understands a backslash command, and a server never sees it.",
                         "psql meta-command \"%.*s\" is not SQL", (int)piece->length, a->text.p + piece->offset);
    } else {
        inb__problem_add(a->problems, a->arena, piece->offset,
                         "Write the rows as INSERT … VALUES, or load the data from the program after migrating.",
                         "COPY FROM STDIN takes its rows from a client that is not there");
    }
}

static void statement_opaque(inb__sql_statement *s)
{
    s->opaque = true;
    s->cls = INB_CLASS_CONTRACTING;
    s->tag = "unknown";
    s->reason = "newer than the parser: what it does is not known";
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
    const inb__directive *says = inb__directive_for(&a->script->directives, INB__DIRECTIVE_CLASS, i);
    if (piece->node) {
        inb__sql_classify(&s, a->arena, a->catalog, piece->node);
    } else {
        statement_opaque(&s);
        s.refused = !says;
        if (!says) {
            inb__problem_add(a->problems, a->arena, piece->fault.offset, HINT_NEWER,
                             "the parser of PostgreSQL %s does not take this: %s", inb__sql_parser_major(),
                             piece->fault.message);
        }
    }
    if (s.opaque && says) {
        s.cls = says->cls;
        s.reason = says->reason;
    }
    INB__VEC_ADD(a->arena, &a->script->statements, s);
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

static void script_conclude(analysis *a)
{
    inb__sql_script *script = a->script;
    size_t outside = 0;
    for (size_t i = 0; i < script->statements.n; i++) {
        const inb__sql_statement *s = &script->statements.v[i];
        outside += (s->flags & INB_STATEMENT_NO_TRANSACTION) != 0;
        if (i == 0 || s->cls > script->cls) {
            script->cls = s->cls;
            script->reason = s->reason;
        }
    }
    bool wanted = inb__directive_for(&script->directives, INB__DIRECTIVE_NO_TRANSACTION, 0) != NULL;
    script->transactional = !wanted && outside == 0;
}

void inb__sql_analyse(inb__sql_script *out, inb__problems *problems, inb__arena *arena,
                      inb__catalog *catalog, inb__str text)
{
    analysis a = {.script = out, .problems = problems, .arena = arena, .catalog = catalog, .text = text};
    *out = (inb__sql_script){.reason = "", .cls = INB_CLASS_ADDITIVE};
    catalog->migration++;
    (void)!inb__sql_split(&a.pieces, arena, text);
    inb__directives_read(&out->directives, problems, arena, text, &a.pieces);
    for (size_t i = 0; i < a.pieces.n; i++) {
        statement_read(&a, i);
    }
    lines_number(out, text);
    script_conclude(&a);
}

void inb__sql_check_accepted(const inb__sql_script *script, inb__problems *problems, inb__arena *arena)
{
    for (size_t i = 0; i < script->statements.n; i++) {
        const inb__sql_statement *s = &script->statements.v[i];
        if (s->cls == INB_CLASS_ADDITIVE || s->refused || (s->opaque && inb__directive_for(&script->directives, INB__DIRECTIVE_CLASS, i)) || inb__directive_accepts(&script->directives, s->cls, i)) {
            continue;
        }
        inb__problem_add(problems, arena, s->offset, "hint", "%s is %s: %s", s->tag, inb_class_name(s->cls),
                         s->reason);
    }
}

/* Reads what can be told from the words of a statement that the parser refuses. */
#include "config.h"

#include "sql/unparsed.h"

#include "sql/lex.h"
#include "sql/session_effects.h"

/* A statement read word by word. */
typedef struct reader {
    inb__str text;
    inb__arena *arena;
    size_t at;
} reader;

static bool word_take(reader *r, const char *word)
{
    inb__token t = inb__lex_significant(r->text, r->at);
    if (!inb__lex_is_word(r->text, t, word)) {
        return false;
    }
    r->at = t.offset + t.length;
    return true;
}

static bool words_take(reader *r, const char *const *words)
{
    size_t before = r->at;
    for (; *words; words++) {
        if (!word_take(r, *words)) {
            r->at = before;
            return false;
        }
    }
    return true;
}

static bool name_take(reader *r, const char **out)
{
    inb__token t = inb__lex_significant(r->text, r->at);
    bool name = inb__lex_name(out, r->arena, r->text, t);
    r->at = name ? t.offset + t.length : r->at;
    return name;
}

static bool relation_take(reader *r, const char **schema, const char **relation)
{
    if (!name_take(r, relation)) {
        return false;
    }
    inb__token dot = inb__lex_significant(r->text, r->at);
    if (!inb__lex_is_char(r->text, dot, '.')) {
        return true;
    }
    r->at = dot.offset + dot.length;
    *schema = *relation;
    return name_take(r, relation);
}

/* CREATE [UNIQUE] INDEX CONCURRENTLY [[IF NOT EXISTS] NAME] ON [ONLY] TABLE … */
static void create_index_read(inb__sql_statement *s, reader *r)
{
    static const char *const head[] = {"INDEX", "CONCURRENTLY", NULL};
    static const char *const guard[] = {"IF", "NOT", "EXISTS", NULL};
    bool unique = word_take(r, "CREATE") && word_take(r, "UNIQUE");
    if (!words_take(r, head)) {
        return;
    }
    uint32_t guarded = words_take(r, guard) ? INB_STATEMENT_IF_NOT_EXISTS : 0;
    const char *index = "", *schema = "", *relation = "";
    bool named = word_take(r, "ON") || (name_take(r, &index) && word_take(r, "ON"));
    (void)word_take(r, "ONLY");
    if (!named || !relation_take(r, &schema, &relation)) {
        return;
    }
    s->kind = INB_STATEMENT_CREATE_INDEX_CONCURRENTLY;
    s->tag = unique ? "CREATE UNIQUE INDEX CONCURRENTLY" : "CREATE INDEX CONCURRENTLY";
    s->flags |= INB_STATEMENT_NO_TRANSACTION | INB_STATEMENT_CREATES | guarded;
    s->schema = schema;
    s->relation = relation;
    s->object = index;
}

void inb__unparsed_read(inb__sql_statement *s, inb__arena *arena, inb__str text)
{
    reader r = {text, arena, s->offset};
    s->flags |= INB__SESSION_EFFECTS_UNKNOWN;
    if (word_take(&r, "VACUUM")) {
        s->tag = "VACUUM";
        s->flags |= INB_STATEMENT_NO_TRANSACTION;
    } else {
        create_index_read(s, &r);
    }
}

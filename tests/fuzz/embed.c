/*
 * A migration's text, as inboard-embed reads it: whatever it holds, its statements lie in it one
 * after the other, the lexer gets to its end, and a list of released migrations is read or refused.
 */
#include "config.h"

#include "embed/sum.h"
#include "fuzz.h"
#include "sql/analyse.h"
#include "sql/lex.h"
#include "util/cleanup.h"

static void tokens_check(inb__str text)
{
    size_t at = 0;
    for (inb__token t = inb__lex(text, 0); t.kind != INB__TOKEN_END; t = inb__lex(text, at)) {
        CHECK(t.offset == at && t.length > 0);
        at += t.length;
    }
    CHECK(at == text.n);
}

static void script_check(const inb__sql_script *script, const inb__diagnostics *found,
                         inb__str text)
{
    size_t at = 0;
    uint32_t line = 1;
    for (size_t i = 0; i < script->statements.n; i++) {
        const inb__sql_statement *s = &script->statements.v[i];
        CHECK(s->offset >= at && s->length > 0 && s->offset + s->length <= text.n);
        CHECK(s->line >= line && s->tag && s->reason && s->schema && s->relation && s->object);
        CHECK(s->cls <= script->cls);
        at = s->offset + s->length;
        line = s->line;
        for (size_t k = 0; k < s->locks.n; k++) {
            CHECK(*inb_lock_mode_name(s->locks.v[k].mode));
        }
    }
    const inb__sql_backfill *f = script->backfill;
    if (f) {
        const inb__sql_statement *s = &script->statements.v[0];
        size_t end = s->offset + s->length;
        CHECK(script->statements.n == 1 && *f->relation && *f->alias && f->where_length > 0);
        CHECK(f->middle >= s->offset && f->middle + f->middle_length <= f->where);
        CHECK(f->from_length == 0 || (f->from > f->middle && f->from + f->from_length <= f->where));
        CHECK(f->where + f->where_length == end && f->n_keys <= INB_BACKFILL_KEYS);
    }
    for (size_t i = 0; i < found->n; i++) {
        CHECK(found->v[i].span.start <= text.n && found->v[i].message && found->v[i].hint);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__str text = {inb__arena_strndup(&arena, (const char *)data, size), size};
    CHECK(text.p);
    inb__sum sum = {.text = text};
    inb__sum_fault fault;
    inb__sum_parse(&sum, &arena, &fault);
    CHECK(fault.message || sum.lines.n == 0 || sum.lines.v[0].name);
    text.n = inb__utf8_check(text.p, text.n);
    ((char *)text.p)[text.n] = '\0';
    tokens_check(text);
    inb__catalog catalog;
    inb__catalog_init(&catalog, &arena);
    /* Twice: the second time everything it makes exists. */
    for (int i = 0; i < 2; i++) {
        inb__sql_script script;
        inb__diagnostics found;
        inb__diagnostics_init(&found, &arena);
        const inb__problems problems = {&found, inb__diagnostics_source(&found, "fuzz", text)};
        inb__analyse_script(&script, &problems, &arena, &catalog, text);
        inb__analyse_acceptance(&script, &problems, &arena);
        script_check(&script, &found, text);
    }
    return 0;
}

/* Reads the options of the directive `backfill`. */
#include "config.h"

#include "sql/backfill_options.h"

#include "inboard/duration.h"
#include "sql/lex.h"

#include <stdlib.h>

#define TARGET_MIN_MS 10
#define TARGET_MAX_MS 10000
#define SKIP_MAX 1000000u

#define HINT_FORM                                                                                  \
    "Write `-- inboard: backfill [by KEY[, KEY]] [target=100ms] [on-error=stop|skip:N] [once]`."
#define HINT_TARGET                                                                                \
    "Give the time that one batch should take, from 10ms to 10s, such as target=100ms."
#define HINT_ERROR                                                                                 \
    "Write on-error=stop, or on-error=skip:N with the number of rows that may fail, from 1 to "    \
    "1000000."

typedef struct reading {
    inb__backfill_options *out;
    inb__arena *arena;
    const inb__problems *problems;
    size_t offset;
    inb__str rest;
    bool by, target, on_error; /* given already */
} reading;

static bool wrong(const reading *r, const char *hint, const char *message, inb__str word)
{
    inb__problem_add(r->problems, r->offset, hint, "directive \"backfill\" %s \"%.*s\"", message,
                     INB__STR_ARG(word));
    return false;
}

/* ---- the columns after "by" ------------------------------------------------------------------ */

static bool key_add(reading *r, inb__token t)
{
    inb__str word = inb__lex_text(r->rest, t);
    const char *folded = NULL;
    if (!inb__lex_name(&folded, r->arena, r->rest, t)) {
        return wrong(r, "Write the columns of a unique key: by id, or by \"tenantId\", id.",
                     "has no column after \"by\" but", word);
    }
    inb__str name = inb__str_of(folded);
    for (size_t i = 0; i < r->out->n_keys; i++) {
        if (inb__str_eq(r->out->keys[i], name)) {
            return wrong(r, "Name each column of the key once.", "repeats the column", name);
        }
    }
    if (r->out->n_keys == INB_BACKFILL_KEYS) {
        return wrong(r, "Walk by a key of at most 8 columns.", "has too many columns at", name);
    }
    r->out->keys[r->out->n_keys++] = name;
    return true;
}

static void rest_skip(reading *r, size_t n)
{
    r->rest = inb__str_trim((inb__str){r->rest.p + n, r->rest.n - n});
}

/* NAME[, NAME] */
static bool keys_read(reading *r)
{
    bool more = true;
    while (more) {
        inb__token t = inb__lex(r->rest, 0);
        if (!key_add(r, t)) {
            return false;
        }
        rest_skip(r, t.length);
        more = r->rest.n && r->rest.p[0] == ',';
        rest_skip(r, more);
    }
    return true;
}

/* ---- NAME=VALUE ------------------------------------------------------------------------------ */

static bool target_read(reading *r, inb__str value)
{
    int64_t ms = 0;
    inb_error *why = NULL;
    int rc = inb_duration_parse(&ms, inb__arena_strndup(r->arena, value.p, value.n), &why);
    inb_error_free(why);
    if (rc || ms < TARGET_MIN_MS || ms > TARGET_MAX_MS) {
        return wrong(r, HINT_TARGET, "has the target", value);
    }
    r->out->target_ms = (uint32_t)ms;
    return true;
}

static bool on_error_read(reading *r, inb__str value)
{
    if (inb__str_is(value, "stop")) {
        return true;
    }
    uint64_t n = 0;
    size_t at = inb__str_starts(value, "skip:") ? 5 : value.n;
    bool digits = at < value.n && value.n - at <= 7;
    for (; digits && at < value.n; at++) {
        digits = inb__is_digit(value.p[at]);
        n = n * 10 + (uint64_t)(value.p[at] - '0');
    }
    if (!digits || n == 0 || n > SKIP_MAX) {
        return wrong(r, HINT_ERROR, "has on-error", value);
    }
    r->out->skip_limit = (uint32_t)n;
    return true;
}

static bool option_read(reading *r, inb__str word)
{
    const struct {
        const char *name;
        bool *given;
        bool (*read)(reading *r, inb__str value);
    } options[] = {{"target=", &r->target, target_read},
                   {"on-error=", &r->on_error, on_error_read}};
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        size_t n = strlen(options[i].name);
        if (inb__str_starts(word, options[i].name)) {
            bool again = *options[i].given;
            *options[i].given = true;
            return again ? wrong(r, "Keep one of them.", "repeats", word)
                         : options[i].read(r, (inb__str){word.p + n, word.n - n});
        }
    }
    return wrong(r, HINT_FORM, "has the unknown option", word);
}

static bool word_read(reading *r)
{
    inb__str word = {r->rest.p, 0};
    while (word.n < r->rest.n && !inb__is_space(word.p[word.n])) {
        word.n++;
    }
    rest_skip(r, word.n);
    if (inb__str_is(word, "by")) {
        bool again = r->by;
        r->by = true;
        return again ? wrong(r, "Keep one of them.", "repeats", word) : keys_read(r);
    }
    if (inb__str_is(word, "once")) {
        bool again = r->out->once;
        r->out->once = true;
        return again ? wrong(r, "Keep one of them.", "repeats", word) : true;
    }
    return option_read(r, word);
}

const inb__backfill_options *inb__backfill_options_read(inb__arena *arena,
                                                        const inb__problems *problems,
                                                        size_t offset, inb__str text)
{
    inb__backfill_options *out = INB__NEW(arena, inb__backfill_options);
    out->target_ms = INB_BACKFILL_TARGET_MS;
    reading r = {.out = out,
                 .arena = arena,
                 .problems = problems,
                 .offset = offset,
                 .rest = inb__str_trim(text)};
    bool good = true;
    while (good && r.rest.n) {
        good = word_read(&r);
    }
    return good ? out : NULL;
}

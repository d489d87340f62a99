/* A schema of several files out of one input: a form feed ends a file. */
#ifndef FUZZ_FILES_H
#define FUZZ_FILES_H

#include "psl/schema_parse.h"
#include "util/vec.h"

static inline void files_of(inb__psl_schema *out, inb__arena *arena, inb__str text)
{
    INB__VEC(inb__psl_file) files = {0};
    const char *end = text.p + text.n;
    for (const char *p = text.p, *next; p; p = next) {
        const char *feed = p < end ? memchr(p, '\f', (size_t)(end - p)) : NULL;
        inb__str one = {p, (size_t)((feed ? feed : end) - p)};
        INB__VEC_ADD(arena, &files, ((inb__psl_file){.path = "fuzz", .text = one}));
        next = feed ? feed + 1 : NULL;
    }
    *out = (inb__psl_schema){.files = files.v, .n_files = files.n};
}

static inline inb__str files_join(inb__arena *arena, const inb__str *texts, size_t n)
{
    inb__str all = texts[0];
    for (size_t i = 1; i < n; i++) {
        all = inb__arena_join(arena, all, "\f", texts[i]);
    }
    return all;
}

#endif

/* What is the same of a finding after lines above it were added. */
#include "config.h"

#include "review/report.h"

#include "vault/digest.h"

static inb__str statement_of(const inb__diagnostics *list, const inb__diagnostic *d)
{
    const inb__source *source =
        d->span.file < list->sources.n ? &list->sources.v[d->span.file] : NULL;
    bool placed = source && source->text.p && d->span.end <= source->text.n;
    return placed ? (inb__str){source->text.p + d->span.start, d->span.end - d->span.start}
                  : INB__STR("");
}

static bool is_like(const inb__diagnostics *list, const inb__diagnostic *a,
                    const inb__diagnostic *b)
{
    return a->span.file == b->span.file && a->code && b->code && strcmp(a->code, b->code) == 0 &&
           inb__str_eq(statement_of(list, a), statement_of(list, b));
}

void inb__report_fingerprint(char out[INB__REPORT_PRINT], const inb__diagnostics *list, size_t at)
{
    const inb__diagnostic *d = &list->v[at];
    unsigned char digest[INB__SHA256_BYTES];
    const char *path = d->span.file < list->sources.n ? list->sources.v[d->span.file].path : "";
    uint32_t before = 0;
    /* Those of one file are beside each other. */
    for (size_t i = at; i-- > 0 && list->v[i].span.file == d->span.file;) {
        before += is_like(list, &list->v[i], d);
    }
    inb__str statement = statement_of(list, d);
    inb__sha256_state s;
    inb__sha256_init(&s);
    inb__sha256_add(&s, d->code ? d->code : "", d->code ? strlen(d->code) + 1 : 1);
    inb__sha256_add(&s, path, strlen(path) + 1);
    inb__sha256_add(&s, statement.p, statement.n);
    inb__sha256_add(&s, &before, sizeof(before));
    inb__sha256_final(&s, digest);
    inb__hex(out, digest, sizeof(digest));
}

/* Prisma's checksum rule: a migration with other line endings is the same migration. */
#include "config.h"

#include "table/checksum.h"

#include "vault/digest.h"

#include <stdio.h>

void inb__checksums_of(uint8_t out[INB__CHECKSUMS][32], inb__str sql)
{
    inb__sha256_state lf, crlf;
    inb__sha256_init(&lf);
    inb__sha256_init(&crlf);
    inb__sha256(out[INB__CHECKSUM_AS_IS], sql.p, sql.n);
    for (const char *p = sql.p, *end = sql.p + sql.n; p < end;) {
        const char *feed = memchr(p, '\n', (size_t)(end - p));
        size_t line = (size_t)((feed ? feed : end) - p);
        size_t bare = feed && line > 0 && p[line - 1] == '\r' ? line - 1 : line;
        inb__sha256_add(&lf, p, bare);
        inb__sha256_add(&crlf, p, line);
        if (feed) {
            inb__sha256_add(&lf, "\n", 1);
            inb__sha256_add(&crlf, "\r\n", 2);
        }
        p += line + (feed != NULL);
    }
    inb__sha256_final(&lf, out[INB__CHECKSUM_LF]);
    inb__sha256_final(&crlf, out[INB__CHECKSUM_CRLF]);
}

/* The form of before prisma-engines#1887: each byte with %x, so 0x0a is one digit. */
static bool legacy_equal(const uint8_t digest[32], inb__str stored)
{
    char hex[65];
    char *end = hex;
    for (int i = 0; i < 32; i++) {
        end += snprintf(end, 3, "%x", digest[i]);
    }
    return inb__str_is(stored, hex);
}

static bool digest_equal(const uint8_t digest[32], inb__str stored)
{
    char hex[65];
    if (stored.n != 64) {
        return legacy_equal(digest, stored);
    }
    inb__hex(hex, digest, 32);
    return inb__str_is(stored, hex);
}

bool inb__checksums_have(const uint8_t sums[INB__CHECKSUMS][32], inb__str stored)
{
    bool found = false;
    for (int i = 0; stored.n > 0 && i < INB__CHECKSUMS; i++) {
        found = found || digest_equal(sums[i], stored);
    }
    return found;
}

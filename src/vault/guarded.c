/* Secrets in guarded memory. */
#include "config.h"

#include "vault/guarded.h"

#include "util/alloc.h"
#include "util/limits.h"
#include "vault/digest.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

struct inb_secret {
    unsigned char *bytes;
    size_t n;
};

void *inb__guarded_new(size_t size)
{
    if (!inb__alloc_foreign()) {
        return NULL;
    }
    void *p = sodium_malloc(size);
    if (!p) {
        inb__alloc_foreign_gone();
    }
    return p;
}

void inb__guarded_free(void *p)
{
    if (p) {
        sodium_free(p);
        inb__alloc_foreign_gone();
    }
}

int inb__secret_reserve(inb_secret **out, size_t n, inb_error **err)
{
    int rc = inb__sodium_ready(err);
    if (rc) {
        return rc;
    }
    inb_secret *made = inb__malloc(sizeof(*made));
    unsigned char *bytes = made ? inb__guarded_new(n + 1) : NULL;
    if (!bytes) {
        inb__free(made);
        return inb__error_nomem(err);
    }
    bytes[n] = '\0';
    *made = (inb_secret){bytes, n};
    *out = made;
    return 0;
}

unsigned char *inb__secret_writable(inb_secret *secret)
{
    return secret->bytes;
}

int inb_secret_new(inb_secret **out, const void *bytes, size_t n, inb_error **err)
{
    INB__REQUIRE(err, out);
    if (n > 0) {
        INB__REQUIRE(err, bytes);
    }
    if (n > INB__LIMIT_SEALED) {
        return inb__error_set(err, INB_ELIMIT, "a secret is larger than %u bytes",
                              INB__LIMIT_SEALED);
    }
    int rc = inb__secret_reserve(out, n, err);
    if (rc == 0 && n) {
        memcpy((*out)->bytes, bytes, n);
    }
    return rc;
}

void inb_secret_free(inb_secret *secret)
{
    if (secret) {
        inb__guarded_free(secret->bytes);
        inb__free(secret);
    }
}

const char *inb_secret_bytes(const inb_secret *secret)
{
    return secret ? (const char *)secret->bytes : "";
}

size_t inb_secret_length(const inb_secret *secret)
{
    return secret ? secret->n : 0;
}

void inb_string_free(char *s)
{
    inb__free(s);
}

int inb__core_dumps_off(inb_error **err)
{
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return inb__error_set(err, INB_EIO, "cannot disable core dumps: %s", strerror(errno));
    }
    return 0;
}

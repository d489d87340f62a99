/* SHA-256, random bytes and UUIDs, from libsodium. */
#include "config.h"

#include "vault/digest.h"

#include "inboard/vault.h"
#include "util/text.h"

#include <sodium.h>
#include <stdio.h>

_Static_assert(INB__SHA256_BYTES == crypto_hash_sha256_BYTES, "SHA-256 has 32 bytes");
_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(((inb__sha256_state *)0)->opaque),
               "libsodium's state fits");

static crypto_hash_sha256_state *state_of(inb__sha256_state *s)
{
    return (crypto_hash_sha256_state *)(void *)s->opaque;
}

void inb__sha256(unsigned char out[INB__SHA256_BYTES], const void *bytes, size_t n)
{
    inb__sha256_state s;
    inb__sha256_init(&s);
    inb__sha256_add(&s, bytes, n);
    inb__sha256_final(&s, out);
}

void inb__sha256_init(inb__sha256_state *s)
{
    crypto_hash_sha256_init(state_of(s));
}

void inb__sha256_add(inb__sha256_state *s, const void *bytes, size_t n)
{
    if (n) {
        crypto_hash_sha256_update(state_of(s), bytes, n);
    }
}

void inb__sha256_final(inb__sha256_state *s, unsigned char out[INB__SHA256_BYTES])
{
    crypto_hash_sha256_final(state_of(s), out);
}

int inb__sodium_ready(inb_error **err)
{
    return sodium_init() < 0 ? inb__error_set(err, INB_EIO, "cannot initialize libsodium") : 0;
}

int inb__random_bytes(void *out, size_t n, inb_error **err)
{
    int rc = inb__sodium_ready(err);
    if (rc == 0) {
        randombytes_buf(out, n);
    }
    return rc;
}

int inb_uuid_new(char out[INB_UUID_BYTES], inb_error **err)
{
    INB__REQUIRE(err, out);
    unsigned char b[16];
    int rc = inb__random_bytes(b, sizeof(b), err);
    if (rc) {
        return rc;
    }
    /* RFC 9562: version 4 in the seventh byte, the variant in the ninth. */
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    char hex[2 * sizeof(b) + 1];
    inb__hex(hex, b, sizeof(b));
    snprintf(out, INB_UUID_BYTES, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
             hex + 20);
    return 0;
}

void inb_digest_hex(char out[INB_DIGEST_HEX_BYTES], const void *bytes, size_t n)
{
    if (!out) {
        return;
    }
    if (!bytes && n > 0) {
        *out = '\0';
        return;
    }
    unsigned char digest[INB__SHA256_BYTES];
    inb__sha256(digest, bytes, n);
    inb__hex(out, digest, sizeof(digest));
}

/* Digests and randomness, so that no other room includes sodium.h. */
#ifndef INB_VAULT_DIGEST_H
#define INB_VAULT_DIGEST_H

#include "util/error_set.h"

#include <stddef.h>

#define INB__SHA256_BYTES 32u

/* SHA-256 of n bytes. Allocates nothing and cannot fail. */
void inb__sha256(unsigned char out[INB__SHA256_BYTES], const void *bytes, size_t n);

/* The same piece by piece: init, add as often as needed, final once. */
typedef struct inb__sha256_state {
    _Alignas(16) unsigned char opaque[128];
} inb__sha256_state;
void inb__sha256_init(inb__sha256_state *s);
void inb__sha256_add(inb__sha256_state *s, const void *bytes, size_t n);
void inb__sha256_final(inb__sha256_state *s, unsigned char out[INB__SHA256_BYTES]);

/* Bytes from the system's generator. INB_EIO when libsodium cannot start. */
int inb__random_bytes(void *out, size_t n, inb_error **err) __attribute__((warn_unused_result));

/* Starts libsodium; every function of this room that needs it started calls this first. */
int inb__sodium_ready(inb_error **err) __attribute__((warn_unused_result));

#endif

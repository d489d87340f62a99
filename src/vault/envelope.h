/*
 * The sealed value's JSON. Strict: an object of exactly the six members, each once, in any order
 * (jsonb has its own), v a number, the others strings without escapes. Whatever else a JSON parser
 * would let through is not an envelope.
 */
#ifndef INB_VAULT_ENVELOPE_H
#define INB_VAULT_ENVELOPE_H

#include "util/text.h"

#include <stddef.h>

#define INB__KID_MAX 64u /* bytes of a key id: letters, digits, "._-" */

#define INB__ENVELOPE_VERSION "1"
#define INB__ENVELOPE_ALGORITHM "xchacha20poly1305-ietf"

/* The members as written; slices into the text that was read. */
typedef struct inb__envelope {
    inb__str v, alg, kid, dek, nonce, ct;
} inb__envelope;

/* NULL when the text is an envelope; otherwise what is wrong with it, as words for a message ("ends
 * too early"). */
const char *inb__envelope_read(inb__envelope *out, const char *text, size_t n);

/* True when a text may be a key id. */
bool inb__kid_valid(inb__str kid);

#endif

/* Key-encryption keys by their ids. */
#ifndef INB_VAULT_KEYRING_H
#define INB_VAULT_KEYRING_H

#include "inboard/vault.h"
#include "util/text.h"
#include "vault/envelope.h"

#define INB__KEK_BYTES 32u

typedef struct inb__kek {
    char kid[INB__KID_MAX + 1];
    unsigned char key[INB__KEK_BYTES];
} inb__kek;

/* The key with this id, NULL when the ring has none; the first one, which seals. */
const inb__kek *inb__keyring_find(const inb_keyring *keyring, inb__str kid);
const inb__kek *inb__keyring_first(const inb_keyring *keyring);

/* Reads a keyring's lines; source only names it in messages. */
int inb__keyring_parse(inb_keyring **out, const char *source, const char *text, size_t n,
                       inb_error **err) __attribute__((warn_unused_result));

/*
 * What a key source has to say, in guarded memory that the caller frees with inb__guarded_free: a
 * file that only its owner can read, or a program's standard output.
 */
int inb__keyring_file(char **out, size_t *n_out, const char *path, inb_error **err)
    __attribute__((warn_unused_result));
int inb__keyring_command(char **out, size_t *n_out, const char *command, int64_t timeout_ms,
                         inb_error **err) __attribute__((warn_unused_result));

#endif

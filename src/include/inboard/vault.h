/*
 * Sealed configuration, and the few other things of cryptography that a service with users needs.
 *
 * A sealed value is JSON: {"v":1,"alg":"xchacha20poly1305-ietf","kid":…,"dek":…,"nonce":…,"ct":…}.
 * A fresh data key encrypts the value, the key-encryption key `kid` of a keyring wraps the data
 * key, and both authenticate the row's identity, so a value that was copied to another row does not
 * open. Plaintext and keys live in guarded memory (sodium_malloc) and are wiped when freed. No
 * error names more of a value than its identity.
 */
#ifndef INBOARD_VAULT_H
#define INBOARD_VAULT_H

#include <inboard/error.h>
#include <inboard/export.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

INB_BEGIN_DECLS

typedef struct inb_keyring inb_keyring;

/*
 * Loads a keyring. source is the path of a file that only its owner can read (mode 0600 or 0400),
 * or root and a group of the process (mode 0440: a Kubernetes Secret with fsGroup), or that is one
 * of $CREDENTIALS_DIRECTORY; anything else is INB_ESEALED; or "command:PROGRAM ARG…", whose
 * standard output is read (split at spaces, no shell, and with a part of the environment only:
 * docs/SEALED.md has the list). Each line is `KID BASE64KEY` (32 bytes); empty lines and # comments
 * are skipped; the first key seals, every key opens. Core dumps are switched off for the process.
 * The caller frees *out. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_keyring_load(inb_keyring **out, const char *source,
                                               inb_error **err);
INB_EXPORT void inb_keyring_free(inb_keyring *keyring);
/* The key id that seals. @since 0.1 */
INB_EXPORT const char *inb_keyring_current(const inb_keyring *keyring);

/* A secret in guarded memory. @since 0.1 */
typedef struct inb_secret inb_secret;
INB_EXPORT INB_MUST_CHECK int inb_secret_new(inb_secret **out, const void *bytes, size_t n,
                                             inb_error **err);
INB_EXPORT void inb_secret_free(inb_secret *secret);
/* The bytes, with a NUL after the last; valid until it is freed. @since 0.1 */
INB_EXPORT const char *inb_secret_bytes(const inb_secret *secret);
INB_EXPORT size_t inb_secret_length(const inb_secret *secret);

/*
 * Seals a value for the row `identity` (such as "erp_connectors:<uuid>"). *out is the envelope's
 * JSON; the caller frees it with inb_string_free. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_seal(char **out, const inb_keyring *keyring, const char *identity,
                                       const inb_secret *value, inb_error **err);

/*
 * Opens an envelope. INB_ESEALED: not an envelope, unknown version, algorithm or kid, wrong key,
 * changed, cut short, or sealed for another row; the message names the identity and which of these,
 * never the content. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_unseal(inb_secret **out, const inb_keyring *keyring,
                                         const char *identity, const char *envelope,
                                         inb_error **err);

/* The same value sealed anew by the keyring's current key, when it was sealed by another; *out is
 * NULL when it was already current. @since 0.1 */
INB_EXPORT INB_MUST_CHECK int inb_reseal(char **out, const inb_keyring *keyring,
                                         const char *identity, const char *envelope,
                                         inb_error **err);

/* Frees a text that this library returned; NULL is fine. @since 0.1 */
INB_EXPORT void inb_string_free(char *s);

/* Passwords: argon2id with libsodium's interactive limits, as its own text form. @since 0.1 */
#define INB_PASSWORD_HASH_BYTES 128
INB_EXPORT INB_MUST_CHECK int inb_password_hash(char out[INB_PASSWORD_HASH_BYTES],
                                                const char *password, size_t n, inb_error **err);
/* True when the password fits the hash; takes the same time for every wrong password. @since 0.1 */
INB_EXPORT bool inb_password_verify(const char *hash, const char *password, size_t n);

/* A new bearer token: 32 random bytes in URL-safe base64 (43 characters) and a NUL. @since 0.1 */
#define INB_TOKEN_BYTES 44
INB_EXPORT INB_MUST_CHECK int inb_token_new(char out[INB_TOKEN_BYTES], inb_error **err);
/* SHA-256 in lower-case hex: how a token is stored. @since 0.1 */
#define INB_DIGEST_HEX_BYTES 65
INB_EXPORT void inb_digest_hex(char out[INB_DIGEST_HEX_BYTES], const void *bytes, size_t n);

/* A random UUID, version 4. @since 0.1 */
#define INB_UUID_BYTES 37
INB_EXPORT INB_MUST_CHECK int inb_uuid_new(char out[INB_UUID_BYTES], inb_error **err);

INB_END_DECLS

#endif

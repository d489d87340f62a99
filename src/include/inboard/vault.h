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

/* The keys that seal and open. Immutable: threads may share it. @since 0.1 */
typedef struct inb_keyring inb_keyring;

/*
 * Loads a keyring, which the caller frees. Core dumps are switched off for the process.
 *
 * source: the path of a file, or "command:PROGRAM ARG…", whose standard output is read (split at
 * spaces, no shell, and with a part of the environment only: docs/SEALED.md has the list). A file
 * is one that only its owner can read (mode 0600 or 0400), or root and a group of the process (mode
 * 0440: a Kubernetes Secret with fsGroup), or one of $CREDENTIALS_DIRECTORY. Each line is
 * `KID BASE64KEY` (32 bytes); empty lines and # comments are skipped; the first key seals, every
 * key opens.
 *
 * Returns 0; INB_ESEALED: the file's mode or owner, the command failed, or a line is not a key;
 * INB_EIO; INB_EINVAL; INB_ENOMEM. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_keyring_load(inb_keyring **out, const char *source,
                                               inb_error **err);

/* Wipes and frees a keyring; NULL is fine. @since 0.1 */
INB_EXPORT void inb_keyring_free(inb_keyring *keyring);

/* The id of the key that seals; lives as long as the keyring. "" for NULL. @since 0.1 */
INB_EXPORT const char *inb_keyring_current(const inb_keyring *keyring);

/* A secret in guarded memory. @since 0.1 */
typedef struct inb_secret inb_secret;

/*
 * Copies n bytes into guarded memory; the caller frees *out, and wipes its own copy. bytes may be
 * NULL when n is 0. Returns 0; INB_ELIMIT: more than a sealed value can hold; INB_EINVAL;
 * INB_ENOMEM. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_secret_new(inb_secret **out, const void *bytes, size_t n,
                                             inb_error **err);

/* Wipes and frees a secret; NULL is fine. @since 0.1 */
INB_EXPORT void inb_secret_free(inb_secret *secret);

/* The bytes, with a NUL after the last; they live as long as the secret. "" for NULL. @since 0.1 */
INB_EXPORT const char *inb_secret_bytes(const inb_secret *secret);

/* The number of bytes, 0 for NULL. @since 0.1 */
INB_EXPORT size_t inb_secret_length(const inb_secret *secret);

/*
 * Seals a value with the keyring's current key. *out is the envelope's JSON, which the caller frees
 * with inb_string_free().
 *
 * identity: the row that the value is for, such as "erp_connectors:<uuid>"; the same is needed to
 * open it. Returns 0; INB_EINVAL; INB_ELIMIT; INB_ENOMEM. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_seal(char **out, const inb_keyring *keyring, const char *identity,
                                       const inb_secret *value, inb_error **err);

/*
 * Opens an envelope; the caller frees *out. Returns 0; INB_ESEALED: not an envelope, unknown
 * version, algorithm or key id, wrong key, changed, cut short, or sealed for another row; the
 * message names the identity and which of these, never the content; INB_EINVAL; INB_ENOMEM.
 * @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_unseal(inb_secret **out, const inb_keyring *keyring,
                                         const char *identity, const char *envelope,
                                         inb_error **err);

/*
 * Seals an envelope's value again with the keyring's current key, when another key sealed it. *out
 * is the new envelope, which the caller frees with inb_string_free(), or NULL when the key was the
 * current one already. Returns what inb_unseal() and inb_seal() return. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_reseal(char **out, const inb_keyring *keyring,
                                         const char *identity, const char *envelope,
                                         inb_error **err);

/* Frees a text that this library returned; NULL is fine. @since 0.1 */
INB_EXPORT void inb_string_free(char *s);

/* The room for a password's hash. @since 0.1 */
#define INB_PASSWORD_HASH_BYTES 128

/*
 * Hashes a password of n bytes with argon2id and libsodium's interactive limits (64 MiB, some
 * 100 ms); out is its own text form, with a NUL. Returns 0; INB_EINVAL; INB_ENOMEM. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_password_hash(char out[INB_PASSWORD_HASH_BYTES],
                                                const char *password, size_t n, inb_error **err);

/*
 * Whether a password of n bytes has the hash; takes the same time for every wrong password. False
 * for NULL and for a text that is not a hash. @since 0.1
 */
INB_EXPORT bool inb_password_verify(const char *hash, const char *password, size_t n);

/* The room for a token. @since 0.1 */
#define INB_TOKEN_BYTES 44

/*
 * Makes a bearer token: 32 random bytes in URL-safe base64 (43 characters), and a NUL. Returns 0;
 * INB_EINVAL. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_token_new(char out[INB_TOKEN_BYTES], inb_error **err);

/* The room for a digest in hex. @since 0.1 */
#define INB_DIGEST_HEX_BYTES 65

/*
 * Writes the SHA-256 of n bytes in lower-case hex, with a NUL: the form in which a token is stored.
 * bytes may be NULL when n is 0; out is "" when it is NULL and n is not. @since 0.1
 */
INB_EXPORT void inb_digest_hex(char out[INB_DIGEST_HEX_BYTES], const void *bytes, size_t n);

/* The room for a UUID. @since 0.1 */
#define INB_UUID_BYTES 37

/* Makes a random UUID (version 4) in lower-case hex, with a NUL. Returns 0; INB_EINVAL. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_uuid_new(char out[INB_UUID_BYTES], inb_error **err);

INB_END_DECLS

#endif

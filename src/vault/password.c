/* Password hashes (argon2id) and bearer tokens. */
#include "config.h"

#include "inboard/vault.h"
#include "vault/digest.h"

#include <sodium.h>
#include <string.h>

_Static_assert(INB_PASSWORD_HASH_BYTES == crypto_pwhash_STRBYTES, "argon2id's text form fits");
_Static_assert(INB_TOKEN_BYTES ==
                   sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
               "32 bytes in URL-safe base64");

int inb_password_hash(char out[INB_PASSWORD_HASH_BYTES], const char *password, size_t n,
                      inb_error **err)
{
    INB__REQUIRE(err, out);
    INB__REQUIRE(err, password);
    int rc = inb__sodium_ready(err);
    if (rc) {
        return rc;
    }
    if (n > crypto_pwhash_PASSWD_MAX) {
        return inb__error_set(err, INB_ELIMIT, "a password exceeds argon2id's limit");
    }
    char made[INB_PASSWORD_HASH_BYTES];
    if (crypto_pwhash_str_alg(made, password, n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13)) {
        return inb__error_nomem(err);
    }
    memcpy(out, made, sizeof(made));
    return 0;
}

bool inb_password_verify(const char *hash, const char *password, size_t n)
{
    if (!hash || !password) {
        return false;
    }
    /* libsodium reads all of its 128 bytes: the text is copied to a buffer that has them. */
    char fixed[crypto_pwhash_STRBYTES] = {0};
    size_t length = strlen(hash);
    if (length >= sizeof(fixed) || sodium_init() < 0) {
        return false;
    }
    memcpy(fixed, hash, length);
    return crypto_pwhash_str_verify(fixed, password, n) == 0;
}

int inb_token_new(char out[INB_TOKEN_BYTES], inb_error **err)
{
    INB__REQUIRE(err, out);
    unsigned char bytes[32];
    int rc = inb__random_bytes(bytes, sizeof(bytes), err);
    if (rc == 0) {
        sodium_bin2base64(out, INB_TOKEN_BYTES, bytes, sizeof(bytes),
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        sodium_memzero(bytes, sizeof(bytes));
    }
    return rc;
}

/* Values sealed with a data key of their own, and opened. */
#include "config.h"

#include "util/alloc.h"
#include "util/buf.h"
#include "util/error_set.h"
#include "util/limits.h"
#include "vault/digest.h"
#include "vault/envelope.h"
#include "vault/guarded.h"
#include "vault/keyring.h"

#include <sodium.h>
#include <stdio.h>

/*
 * dek is nonce(24) + AEAD(kek; data key(32) + SHA-256(identity)); nonce and ct are AEAD(data key;
 * value). Both authenticate the version, the algorithm and the key id; ct the identity too. The
 * identity's digest beside the data key is what lets a failure say "sealed for another row" instead
 * of "wrong key".
 */
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define DATA_KEY crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define WRAPPED_PLAIN (DATA_KEY + INB__SHA256_BYTES)
#define WRAPPED (NONCE + WRAPPED_PLAIN + TAG)
#define BASE64(n) sodium_base64_ENCODED_LEN((n), sodium_base64_VARIANT_ORIGINAL)
#define IDENTITY_MAX 512u
#define AAD_MAX (64u + INB__KID_MAX + IDENTITY_MAX)
#define ENVELOPE_MAX (BASE64(INB__LIMIT_SEALED + TAG) + 1024u)

_Static_assert(INB__KEK_BYTES == DATA_KEY, "both keys are of the same cipher");

/* What is authenticated without being encrypted, each part ended by a NUL. */
typedef struct aad {
    unsigned char bytes[AAD_MAX];
    size_t n;
} aad;

static void aad_make(aad *a, const char *part, const inb__kek *kek, const char *identity)
{
    int n = snprintf((char *)a->bytes, sizeof(a->bytes),
                     "inboard " INB__ENVELOPE_VERSION " " INB__ENVELOPE_ALGORITHM " %s%c%s%c%s",
                     part, 0, kek->kid, 0, identity);
    a->n = (size_t)n;
}

static int identity_check(const char *identity, inb_error **err)
{
    return strlen(identity) <= IDENTITY_MAX
               ? 0
               : inb__error_set(err, INB_ELIMIT, "an identity is longer than %u bytes",
                                IDENTITY_MAX);
}

static void base64_add(inb__buf *b, const unsigned char *bytes, size_t n)
{
    size_t length = BASE64(n);
    inb__buf_fill(b, 0, length);
    if (!b->failed) {
        sodium_bin2base64(b->data + b->length - length, length, bytes, n,
                          sodium_base64_VARIANT_ORIGINAL);
        b->length--; /* its NUL */
    }
}

static void data_key_wrap(unsigned char out[WRAPPED], const unsigned char *plain,
                          const inb__kek *kek)
{
    aad a;
    aad_make(&a, "dek", kek, "");
    randombytes_buf(out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, plain, WRAPPED_PLAIN, a.bytes,
                                               a.n, NULL, out, kek->key);
}

static int envelope_write(char **out, const inb__kek *kek, const unsigned char *wrapped,
                          const unsigned char *nonce, const unsigned char *ct, size_t ct_length,
                          inb_error **err)
{
    inb__buf b;
    inb__buf_init(&b, ENVELOPE_MAX);
    inb__buf_printf(&b,
                    "{\"v\":" INB__ENVELOPE_VERSION ",\"alg\":\"" INB__ENVELOPE_ALGORITHM
                    "\",\"kid\":\"%s\",\"dek\":\"",
                    kek->kid);
    base64_add(&b, wrapped, WRAPPED);
    inb__buf_str(&b, "\",\"nonce\":\"");
    base64_add(&b, nonce, NONCE);
    inb__buf_str(&b, "\",\"ct\":\"");
    base64_add(&b, ct, ct_length);
    inb__buf_str(&b, "\"}");
    char *text = inb__buf_take(&b);
    inb__buf_dispose(&b);
    if (!text) {
        return inb__error_nomem(err);
    }
    *out = text;
    return 0;
}

/* plain: a guarded place for the data key and the identity's digest. */
static int seal_with(char **out, unsigned char *plain, const inb__kek *kek, const char *identity,
                     const inb_secret *value, inb_error **err)
{
    unsigned char wrapped[WRAPPED], nonce[NONCE];
    size_t n = inb_secret_length(value);
    unsigned char *ct = inb__malloc(n + TAG);
    if (!ct) {
        return inb__error_nomem(err);
    }
    aad a;
    aad_make(&a, "ct", kek, identity);
    crypto_aead_xchacha20poly1305_ietf_keygen(plain);
    inb__sha256(plain + DATA_KEY, identity, strlen(identity));
    randombytes_buf(nonce, sizeof(nonce));
    crypto_aead_xchacha20poly1305_ietf_encrypt(ct, NULL,
                                               (const unsigned char *)inb_secret_bytes(value), n,
                                               a.bytes, a.n, NULL, nonce, plain);
    data_key_wrap(wrapped, plain, kek);
    int rc = envelope_write(out, kek, wrapped, nonce, ct, n + TAG, err);
    inb__free(ct);
    return rc;
}

int inb_seal(char **out, const inb_keyring *keyring, const char *identity, const inb_secret *value,
             inb_error **err)
{
    INB__REQUIRE(err, out);
    INB__REQUIRE(err, keyring);
    INB__REQUIRE(err, identity);
    INB__REQUIRE(err, value);
    int rc = identity_check(identity, err);
    if (rc) {
        return rc;
    }
    unsigned char *plain = inb__guarded_new(WRAPPED_PLAIN);
    if (!plain) {
        return inb__error_nomem(err);
    }
    rc = seal_with(out, plain, inb__keyring_first(keyring), identity, value, err);
    inb__guarded_free(plain);
    return rc;
}

/* An envelope whose members were decoded. */
typedef struct opening {
    const char *identity;
    const inb__kek *kek;
    unsigned char wrapped[WRAPPED];
    unsigned char nonce[NONCE];
    unsigned char *ct;
    size_t ct_length;
} opening;

static int refused(const char *identity, inb_error **err, const char *wrong)
{
    return inb__error_set(err, INB_ESEALED, "the sealed value of \"%s\" %s", identity, wrong);
}

/* Decodes into exactly n bytes, or up to *length_out of them where that is asked for. */
static bool base64_read(unsigned char *out, size_t n, size_t *length_out, inb__str text)
{
    size_t length;
    const char *rest;
    if (sodium_base642bin(out, n, text.p, text.n, NULL, &length, &rest,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        rest != text.p + text.n) {
        return false;
    }
    if (length_out) {
        *length_out = length;
    }
    return length_out || length == n;
}

static int kek_find(opening *o, const inb__envelope *e, const inb_keyring *keyring, inb_error **err)
{
    if (!inb__str_is(e->v, INB__ENVELOPE_VERSION)) {
        return refused(o->identity, err, "has an unknown version");
    }
    if (!inb__str_is(e->alg, INB__ENVELOPE_ALGORITHM)) {
        return refused(o->identity, err, "has an unknown algorithm");
    }
    o->kek = inb__keyring_find(keyring, e->kid);
    if (!o->kek) {
        inb__error_set(err, INB_ESEALED,
                       "\"%s\" is sealed with key \"%.*s\", which is not in the keyring",
                       o->identity, INB__STR_ARG(e->kid));
        inb__error_hint(
            err, "Add that key to the keyring: only the first line seals, every line opens.");
        return INB_ESEALED;
    }
    return 0;
}

static int members_decode(opening *o, const inb__envelope *e, inb_error **err)
{
    if (!base64_read(o->wrapped, sizeof(o->wrapped), NULL, e->dek) ||
        !base64_read(o->nonce, sizeof(o->nonce), NULL, e->nonce)) {
        return refused(o->identity, err, "is cut short or was changed");
    }
    o->ct = inb__malloc(e->ct.n + 1);
    if (!o->ct) {
        return inb__error_nomem(err);
    }
    if (!base64_read(o->ct, e->ct.n, &o->ct_length, e->ct) || o->ct_length < TAG) {
        return refused(o->identity, err, "is cut short or was changed");
    }
    return 0;
}

static int data_key_open(unsigned char *plain, const opening *o, inb_error **err)
{
    aad a;
    aad_make(&a, "dek", o->kek, "");
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, o->wrapped + NONCE,
                                                   WRAPPED_PLAIN + TAG, a.bytes, a.n, o->wrapped,
                                                   o->kek->key) != 0) {
        inb__error_set(
            err, INB_ESEALED,
            "the sealed value of \"%s\" does not open with key \"%s\": the key differs, or "
            "the value was changed",
            o->identity, o->kek->kid);
        return INB_ESEALED;
    }
    unsigned char digest[INB__SHA256_BYTES];
    inb__sha256(digest, o->identity, strlen(o->identity));
    return sodium_memcmp(digest, plain + DATA_KEY, sizeof(digest)) == 0
               ? 0
               : refused(o->identity, err, "was sealed for another row");
}

static int value_open(inb_secret **out, const unsigned char *data_key, const opening *o,
                      inb_error **err)
{
    inb_secret *value;
    int rc = inb__secret_reserve(&value, o->ct_length - TAG, err);
    if (rc) {
        return rc;
    }
    aad a;
    aad_make(&a, "ct", o->kek, o->identity);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(inb__secret_writable(value), NULL, NULL, o->ct,
                                                   o->ct_length, a.bytes, a.n, o->nonce,
                                                   data_key) != 0) {
        inb_secret_free(value);
        return refused(o->identity, err, "was changed");
    }
    *out = value;
    return 0;
}

static int opening_prepare(opening *o, const inb_keyring *keyring, const char *envelope,
                           inb_error **err)
{
    int rc = identity_check(o->identity, err);
    size_t n = strlen(envelope);
    if (rc) {
        return rc;
    }
    inb__envelope e;
    const char *wrong = n <= ENVELOPE_MAX ? inb__envelope_read(&e, envelope, n) : "is too large";
    if (wrong) {
        return refused(o->identity, err, wrong);
    }
    rc = kek_find(o, &e, keyring, err);
    return rc ? rc : members_decode(o, &e, err);
}

int inb_unseal(inb_secret **out, const inb_keyring *keyring, const char *identity,
               const char *envelope, inb_error **err)
{
    INB__REQUIRE(err, out);
    INB__REQUIRE(err, keyring);
    INB__REQUIRE(err, identity);
    INB__REQUIRE(err, envelope);
    opening o = {.identity = identity};
    int rc = opening_prepare(&o, keyring, envelope, err);
    unsigned char *plain = rc ? NULL : inb__guarded_new(WRAPPED_PLAIN);
    if (rc == 0 && !plain) {
        rc = inb__error_nomem(err);
    }
    if (rc == 0) {
        rc = data_key_open(plain, &o, err);
    }
    if (rc == 0) {
        rc = value_open(out, plain, &o, err);
    }
    inb__guarded_free(plain);
    inb__free(o.ct);
    return rc;
}

int inb_reseal(char **out, const inb_keyring *keyring, const char *identity, const char *envelope,
               inb_error **err)
{
    INB__REQUIRE(err, out);
    INB__REQUIRE(err, keyring);
    INB__REQUIRE(err, identity);
    INB__REQUIRE(err, envelope);
    inb_secret *value;
    int rc = inb_unseal(&value, keyring, identity, envelope, err);
    if (rc) {
        return rc;
    }
    inb__envelope e;
    if (!inb__envelope_read(&e, envelope, strlen(envelope)) &&
        inb__str_is(e.kid, inb_keyring_current(keyring))) {
        *out = NULL;
    } else {
        rc = inb_seal(out, keyring, identity, value, err);
    }
    inb_secret_free(value);
    return rc;
}

/* Sealed values: no text opens but the one that was sealed, and what is read as an envelope can be
 * written again. */
#include "config.h"

#include "fuzz.h"
#include "inboard/vault.h"
#include "vault/envelope.h"
#include "vault/keyring.h"

#include <stdint.h>
#include <string.h>

#define RING "a AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"

/* The members of an envelope that was read lie in the text and make, in another order, an envelope
 * with the same members. */
static void reread(const char *text, size_t n)
{
    inb__envelope one, two;
    if (inb__envelope_read(&one, text, n)) {
        return;
    }
    char *again = malloc(n + 64);
    int length = snprintf(again, n + 64,
                          "{\"ct\":\"%.*s\",\"nonce\":\"%.*s\",\"dek\":\"%.*s\",\"kid\":\"%.*s\","
                          "\"alg\":\"%.*s\",\"v\":%.*s}",
                          INB__STR_ARG(one.ct), INB__STR_ARG(one.nonce), INB__STR_ARG(one.dek),
                          INB__STR_ARG(one.kid), INB__STR_ARG(one.alg), INB__STR_ARG(one.v));
    if (inb__envelope_read(&two, again, (size_t)length) || !inb__str_eq(one.ct, two.ct) ||
        !inb__str_eq(one.v, two.v) || !inb__str_eq(one.kid, two.kid)) {
        abort();
    }
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static inb_keyring *ring;
    inb_secret *value = NULL;
    inb_error *err = NULL;
    if (!ring && inb__keyring_parse(&ring, "fuzz", RING, strlen(RING), NULL) != 0) {
        abort();
    }
    reread((const char *)data, size);
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    /* Nobody has the key: nothing may open, and every refusal says that it is one. */
    if (inb_unseal(&value, ring, "row", text, &err) != INB_ESEALED || value ||
        !*inb_error_message(err)) {
        abort();
    }
    inb_error_free(err);

    inb_keyring *read = NULL;
    if (inb__keyring_parse(&read, "fuzz", text, size, NULL) == 0) {
        if (!*inb_keyring_current(read)) {
            abort();
        }
        inb_keyring_free(read);
    }
    free(text);
    return 0;
}

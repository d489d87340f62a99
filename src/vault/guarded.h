/* Guarded memory: pages of their own between guard pages, locked where the system allows it, wiped
 * when freed. */
#ifndef INB_VAULT_GUARDED_H
#define INB_VAULT_GUARDED_H

#include "inboard/vault.h"
#include "util/error_set.h"

#include <stddef.h>

/* Uninitialised guarded memory, NULL when memory is out; libsodium must have been started. */
void *inb__guarded_new(size_t size) __attribute__((malloc, warn_unused_result));
void inb__guarded_free(void *p);

/* A secret of n bytes still to be written, with a NUL after the last. */
int inb__secret_reserve(inb_secret **out, size_t n, inb_error **err)
    __attribute__((warn_unused_result));
unsigned char *inb__secret_writable(inb_secret *secret);

/* Switches core dumps off for the process, and with them ptrace by its own user. INB_EIO when the
 * system refuses. */
int inb__core_dumps_off(inb_error **err) __attribute__((warn_unused_result));

#endif

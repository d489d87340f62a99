/*
 * Sealed values that a database keeps, opened for the application.
 */
#ifndef INBOARD_SEALED_H
#define INBOARD_SEALED_H

#include <inboard/conn.h>
#include <inboard/vault.h>

INB_BEGIN_DECLS

/*
 * Is given one opened value. value lives until the callback returns, in guarded memory; copy what
 * is to stay into an inb_secret (inb_secret_new). Returns 0 to go on, or a code of enum inb_code
 * with an error, which inb_unseal_each returns. @since 0.1
 */
typedef int (*inb_unsealed_cb)(const char *name, const inb_secret *value, void *payload,
                               inb_error **err);

/*
 * Opens every sealed value of a query and gives each to the application, so that what does not open
 * stops a start and not a request. The query's columns: the identity of the row, as it was sealed
 * for; a name for messages; the envelope (NULL: no value, skipped). *n_out (NULL is fine) is how
 * many were opened. INB_ESEALED names the first that does not open, keyring NULL included.
 * @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_unseal_each(size_t *n_out, inb_conn *conn,
                                              const inb_keyring *keyring, const char *sql,
                                              inb_unsealed_cb opened, void *payload,
                                              inb_error **err);

INB_END_DECLS

#endif

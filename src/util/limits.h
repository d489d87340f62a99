/* The limits on input from outside. Sizes in bytes. */
#ifndef INB_UTIL_LIMITS_H
#define INB_UTIL_LIMITS_H

#define INB__LIMIT_FILE (64u * 1024 * 1024)         /* any file read whole: a migration, a schema */
#define INB__LIMIT_MIGRATIONS 100000u               /* folders in a migrations directory */
#define INB__LIMIT_TABLE_TEXT (1024u * 1024 * 1024) /* all text of an embedded table */
#define INB__LIMIT_PROGRAM (1024u * 1024 * 1024)    /* a program that is searched for its table */
#define INB__LIMIT_MESSAGE 65536u                   /* one message of an error */
#define INB__LIMIT_NESTING 128u                     /* depth of nested expressions in a schema */
#define INB__LIMIT_MIGRATION_NAME 255u              /* _prisma_migrations.migration_name */
#define INB__LIMIT_URL 8192u                        /* a connection URL */
#define INB__LIMIT_SEALED (1024u * 1024)            /* a sealed value's plaintext */
#define INB__LIMIT_KEYRING (64u * 1024)             /* a keyring file or a key command's output */

#endif

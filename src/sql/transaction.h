/*
 * What a file says about transactions of its own, and what it needs to have committed on the way:
 * decided when all of its statements are known.
 */
#ifndef INB_SQL_TRANSACTION_H
#define INB_SQL_TRANSACTION_H

#include "sql/classifier.h"

/* "BEGIN", "COMMIT" and their like for a TransactionStmt, as it is called in messages. */
const char *inb__transaction_word(const inb__node *body);

/* INB_STATEMENT_BEGIN, INB_STATEMENT_COMMIT, INB_STATEMENT_OTHER for a savepoint, or
 * INB_STATEMENT_UNFIT for what neither we nor a migration can do with. */
inb_statement_kind inb__transaction_kind(const inb__node *body);

/* Whether a statement is SET TRANSACTION, or SET of one of the settings that are the same. */
bool inb__transaction_sets_modes(const inb__node *body);

/* What the statement says of its transaction's modes. */
inb__sql_modes inb__transaction_modes(const inb__node *node);

/*
 * Pairs each BEGIN with its COMMIT: these are not sent, because the engine opens and closes the
 * transaction. Modes at the head of a transaction go with the engine's BEGIN. What the server
 * refuses wherever it is run becomes INB_STATEMENT_UNFIT, and the script with it.
 */
void inb__transaction_blocks(inb__sql_script *script);

/* Whether the statement sets something that the COMMIT of its block takes back. */
bool inb__transaction_is_local(const inb__node *node);

/* Whether a block of the script has such a statement, with others after the block. */
bool inb__transaction_has_local(const inb__sql_script *script);

#endif

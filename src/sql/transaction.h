/*
 * What a file says about transactions of its own, and what it needs to have committed on the way:
 * decided when all of its statements are known.
 */
#ifndef INB_SQL_TRANSACTION_H
#define INB_SQL_TRANSACTION_H

#include "sql/analyse.h"
#include "sql/split.h"

/* "BEGIN", "COMMIT" and their like for a TransactionStmt, as it is called in messages. */
const char *inb__transaction_word(const inb__node *body);

/* INB_STATEMENT_BEGIN, INB_STATEMENT_COMMIT, or INB_STATEMENT_UNFIT for what neither we nor a
 * migration can do with. */
inb_statement_kind inb__transaction_kind(const inb__node *body);

/*
 * Pairs each BEGIN with its COMMIT: these are not sent, because the engine opens and closes the
 * transaction. What has no partner, or stands around a statement that takes no transaction, becomes
 * INB_STATEMENT_UNFIT, and the script with it.
 */
void inb__transaction_blocks(inb__sql_script *script);

/* Whether a block sets something that its COMMIT takes back, with statements after it. */
bool inb__transaction_is_local(const inb__sql_script *script, const inb__pieces *pieces);

/*
 * A statement that uses a value which an earlier one of the script adds to an enum that was there
 * before: the server takes it only when that has been committed (55P04). *label is the value;
 * SIZE_MAX when there is none. The pieces are those of the statements.
 */
size_t inb__transaction_enum_use(const inb__sql_script *script, const inb__pieces *pieces,
                                 inb__arena *arena, inb__catalog *catalog, const char **label);

#endif

/*
 * Functions and procedures of extensions that migrations call to change a table: Citus,
 * TimescaleDB, pg_partman.
 */
#ifndef INB_SQL_EXTENSION_CALL_H
#define INB_SQL_EXTENSION_CALL_H

#include "sql/classifier.h"

/* What the call does, by its name; false when it is none of these, or a function of the migrations'
 * own. */
bool inb__extension_call(inb__classifier *c, const inb__node *call);

#endif

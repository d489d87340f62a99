/*
 * The SQLSTATEs that something here acts upon, by the names of appendix A of PostgreSQL's
 * documentation.
 */
#ifndef INB_POSTGRES_SQLSTATE_H
#define INB_POSTGRES_SQLSTATE_H

#include <stdbool.h>
#include <string.h>

#define INB__SQLSTATE_PROTOCOL_VIOLATION "08P01"
#define INB__SQLSTATE_FEATURE_NOT_SUPPORTED "0A000"
#define INB__SQLSTATE_INVALID_TEXT_REPRESENTATION "22P02"
#define INB__SQLSTATE_UNIQUE_VIOLATION "23505"
#define INB__SQLSTATE_ACTIVE_SQL_TRANSACTION "25001"
#define INB__SQLSTATE_INVALID_AUTHORIZATION_SPECIFICATION "28000"
#define INB__SQLSTATE_INVALID_PASSWORD "28P01"
#define INB__SQLSTATE_INVALID_TRANSACTION_TERMINATION "2D000" /* COMMIT in a transaction block */
#define INB__SQLSTATE_INVALID_CATALOG_NAME "3D000"            /* the database does not exist */
#define INB__SQLSTATE_INVALID_SCHEMA_NAME "3F000"             /* the schema does not exist */
#define INB__SQLSTATE_SERIALIZATION_FAILURE "40001"
#define INB__SQLSTATE_DEADLOCK_DETECTED "40P01"
#define INB__SQLSTATE_INSUFFICIENT_PRIVILEGE "42501"
#define INB__SQLSTATE_UNDEFINED_COLUMN "42703"
#define INB__SQLSTATE_UNDEFINED_OBJECT "42704"
#define INB__SQLSTATE_DUPLICATE_OBJECT "42710"
#define INB__SQLSTATE_DATATYPE_MISMATCH "42804"
#define INB__SQLSTATE_WRONG_OBJECT_TYPE "42809"
#define INB__SQLSTATE_UNDEFINED_FUNCTION "42883"
#define INB__SQLSTATE_UNDEFINED_TABLE "42P01"
#define INB__SQLSTATE_DUPLICATE_DATABASE "42P04"
#define INB__SQLSTATE_DUPLICATE_SCHEMA "42P06"
#define INB__SQLSTATE_DUPLICATE_TABLE "42P07" /* also of an index, a view, a sequence */
#define INB__SQLSTATE_INVALID_OBJECT_DEFINITION "42P17"
#define INB__SQLSTATE_OUT_OF_MEMORY "53200" /* also when there are too many locks */
#define INB__SQLSTATE_TOO_MANY_CONNECTIONS "53300"
#define INB__SQLSTATE_OBJECT_NOT_IN_PREREQUISITE_STATE "55000"
#define INB__SQLSTATE_OBJECT_IN_USE "55006" /* by this session: deferred checks, open cursors */
#define INB__SQLSTATE_LOCK_NOT_AVAILABLE "55P03" /* lock_timeout, or NOWAIT */
#define INB__SQLSTATE_UNSAFE_NEW_ENUM_VALUE_USAGE "55P04"
#define INB__SQLSTATE_QUERY_CANCELED "57014" /* statement_timeout, or a cancel request */

/* The beginnings of whole classes. */
#define INB__SQLCLASS_CONNECTION "08"
#define INB__SQLCLASS_INSUFFICIENT_RESOURCES "53"
#define INB__SQLCLASS_SHUTDOWN "57P"

static inline bool inb__sqlstate_is(const char *state, const char *other)
{
    return strcmp(state, other) == 0;
}

/* Whether it begins as the class does. */
static inline bool inb__sqlstate_in(const char *state, const char *class)
{
    return strncmp(state, class, strlen(class)) == 0;
}

static inline bool inb__sqlstate_among(const char *state, const char *const *states, size_t n)
{
    while (n > 0 && !inb__sqlstate_is(state, *states)) {
        states++;
        n--;
    }
    return n > 0;
}

#endif

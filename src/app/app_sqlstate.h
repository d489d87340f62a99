/* The SQLSTATEs that the service acts on, by PostgreSQL's names for them. */
#ifndef APP_APP_SQLSTATE_H
#define APP_APP_SQLSTATE_H

#define APP_SQLSTATE_UNIQUE_VIOLATION "23505"
#define APP_SQLSTATE_QUERY_CANCELED "57014"

/* Classes: the first two characters. */
#define APP_SQLCLASS_DATA_EXCEPTION "22"
#define APP_SQLCLASS_INTEGRITY_CONSTRAINT_VIOLATION "23"

#endif

/* The statement of sql/reset.sql and its columns. */
#ifndef INB_LIVE_RESET_QUERIES_H
#define INB_LIVE_RESET_QUERIES_H

extern const char inb__query_reset_objects[];
enum {
    INB__RESET_ROLE,
    INB__RESET_TYPE,
    INB__RESET_IDENTITY,
    INB__RESET_OWNER,
    INB__RESET_ALLOWED,
    INB__RESET_COMMAND
};

#endif

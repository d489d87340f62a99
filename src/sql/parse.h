/* PostgreSQL's own parser. parse.c is the only file that includes pg_query.h. */
#ifndef INB_SQL_PARSE_H
#define INB_SQL_PARSE_H

#include "sql/tree.h"
#include "util/error_set.h"

/* What the parser says of a text that it does not take. */
typedef struct inb__sql_fault {
    size_t offset; /* bytes; the text's end when the parser gives no place */
    const char *message;
} inb__sql_fault;

/*
 * Parses a whole text. 0: *out is the array of RawStmt nodes. INB_ESYNTAX: *fault says what and
 * where. INB_ENOMEM. The text must have a NUL after its last byte.
 */
int inb__sql_parse(const inb__node **out, inb__arena *arena, inb__str text, inb__sql_fault *fault)
    __attribute__((warn_unused_result));

/* A statement in the parser's own writing; NULL when it is none. Takes the landing where memory is
 * out. */
const char *inb__sql_deparse(inb__arena *arena, const char *statement);

/* The version of PostgreSQL whose parser this is: 150001, "15.1", "15". */
int inb__sql_parser_version(void);
const char *inb__sql_parser_version_text(void);
const char *inb__sql_parser_major(void);

#endif

/* PostgreSQL's own parser. parse.c is the only file that includes pg_query.h. */
#ifndef INB_SQL_PARSE_H
#define INB_SQL_PARSE_H

#include "sql/tree.h"
#include "util/error.h"

/* What the parser says of a text that it does not take. */
typedef struct inb__sql_fault {
    size_t offset; /* bytes; the text's end when the parser gives no place */
    const char *message;
} inb__sql_fault;

/*
 * Parses a whole text. 0: *out is the array of RawStmt nodes. INB_ESYNTAX: *fault says what and where. INB_ENOMEM. The text
 * must have a NUL after its last byte.
 */
int inb__sql_parse(const inb__node **out, inb__arena *arena, inb__str text, inb__sql_fault *fault)
    __attribute__((warn_unused_result));

/*
 * An expression in the parser's own writing, in which two that say the same are the same bytes: "(a>1)" and "a > 1". NULL
 * when it is no expression. The arena may have a landing.
 */
const char *inb__sql_expr_normalize(inb__arena *arena, inb__str expr);

/* The version of PostgreSQL whose parser this is: 150001, "15.1", "15". */
int inb__sql_parser_version(void);
const char *inb__sql_parser_version_text(void);
const char *inb__sql_parser_major(void);

#endif

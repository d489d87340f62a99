/* PostgreSQL's own parser. parser.c is the only file that includes pg_query.h. */
#ifndef INB_SQL_PARSER_H
#define INB_SQL_PARSER_H

#include "util/error_set.h"
#include "util/node.h"

/* What the parser says of a text that it does not take. */
typedef struct inb__parser_fault {
    size_t offset; /* bytes; the text's end when the parser gives no place */
    const char *message;
    bool limit; /* it is a limit of ours; the parser was not asked */
} inb__parser_fault;

/*
 * Parses one statement. 0: *out is its node, {"CreateStmt": …}. INB_ESYNTAX: *fault says what and
 * where. INB_ENOMEM.
 */
int inb__parser_statement(const inb__node **out, inb__arena *arena, inb__str statement,
                          inb__parser_fault *fault) __attribute__((warn_unused_result));

/* A statement in the parser's own writing; NULL when it is none. Takes the error exit where memory
 * is out. */
const char *inb__parser_deparse(inb__arena *arena, const char *statement);

/* The version of PostgreSQL whose parser this is: 150001, "15.1", "15". */
int inb__parser_version(void);
const char *inb__parser_version_text(void);
const char *inb__parser_major(void);

#endif

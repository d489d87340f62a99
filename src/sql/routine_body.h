/*
 * The body of a DO block, a function or a procedure, which is a string to the parser: what of it
 * can be told by its words.
 */
#ifndef INB_SQL_ROUTINE_BODY_H
#define INB_SQL_ROUTINE_BODY_H

#include "sql/catalog.h"
#include "util/node.h"

/* The text of a DO, CREATE FUNCTION or CREATE PROCEDURE statement; "" for any other. */
inb__str inb__routine_body(const inb__node *node);

/* LANGUAGE sql: the server checks its statements when it is created. */
bool inb__routine_body_is_sql(const inb__node *node);

/* Whether the word is in the text, and not as a part of a longer one. */
bool inb__routine_body_has(inb__str text, inb__str word);

/* The same for a word in one of the body's strings. */
bool inb__routine_body_has_literal(inb__str body, inb__str word);

/* PERFORM, EXECUTE or CALL: what it does is not all in its text. */
bool inb__routine_body_calls(inb__str body);

/* COMMIT or ROLLBACK as a statement, or CALL of a procedure of the migrations that has one: the
 * server refuses it where a transaction block is open. */
bool inb__routine_body_commits(const inb__catalog *catalog, inb__str body);

#endif

/* Inside the renderer: statements, and the pieces that several steps share. */
#ifndef INB_SCHEMA_RENDER_H
#define INB_SCHEMA_RENDER_H

#include "postgres/quote.h"
#include "schema/diff.h"

/*
 * "space"."name", or "name" alone in the default namespace of `view`: as a rule the next model,
 * also for what is only in the previous one, because Prisma writes with its eyes on where it wants
 * to get.
 */
void inb__render_name(inb__buf *out, const inb__schema *view, inb__str space, inb__str name);
void inb__render_space(inb__buf *out, const inb__schema *view, inb__str space);
void inb__render_table(inb__buf *out, const inb__schema *view, const inb__schema *s,
                       uint32_t table);

/* The type of a column without its arity's NOT NULL: "TEXT[]", "SERIAL" (with `serial`), "\"E\"".
 */
void inb__render_type(inb__buf *out, const inb__schema *s, const inb__column *c, bool serial);

/* What follows DEFAULT. False, and nothing written, when the column has none that SQL must say. */
bool inb__render_default(inb__buf *out, const inb__schema *s, const inb__column *c);

/* `"c" TYPE NOT NULL DEFAULT d` */
void inb__render_column(inb__buf *out, const inb__schema *s, const inb__column *c);

/* ("a", "b") of an index's columns, with `separator` between them. */
void inb__render_columns(inb__buf *out, const inb__table *t, const inb__index *x,
                         const char *separator);

/* CREATE INDEX of an index of `s`; `how` is "CONCURRENTLY " or "". */
void inb__render_index(inb__buf *out, const inb__schema *s, uint32_t table, uint32_t index,
                       const char *how);

/* A step as one statement without its semicolon; not of TURN_JOIN, ALTER_TABLE and ALTER_ENUM. */
void inb__render_statement(inb__buf *out, const inb__steps *steps, const inb__step *step);

void inb__render_alter_table(inb__buf *out, const inb__steps *steps, const inb__step *step);
void inb__render_alter_enum(inb__buf *out, const inb__steps *steps, const inb__step *step);

#endif

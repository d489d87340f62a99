/*
 * SQL as data: a statement is a template with operands, which are names, types and values of a
 * model, or templates again. Nothing of it is text before it is rendered, so whoever holds one can
 * ask what it is about.
 */
#ifndef INB_SCHEMA_FRAGMENT_H
#define INB_SCHEMA_FRAGMENT_H

#include "schema/diff.h"

/* SQL with places for operands, from rollout.sql (templates.awk). */
typedef struct inb__template {
    const char *name;
    const char *text; /* INB__TEMPLATE_PLACE or _LITERAL and an operand's number are a place */
    size_t n_operands;
} inb__template;

#define INB__TEMPLATE_PLACE '\1'   /* the operand as it is */
#define INB__TEMPLATE_LITERAL '\2' /* the operand's text in quotes */
#define INB__TEMPLATE_FIRST 'a'    /* the number of the first operand */

typedef enum inb__fragment_kind {
    INB__FRAGMENT_TEMPLATE,
    INB__FRAGMENT_LIST,     /* operands with a separator between them */
    INB__FRAGMENT_NAME,     /* "name", or "space"."name" where `schema` is set */
    INB__FRAGMENT_LITERAL,  /* 'text' */
    INB__FRAGMENT_VERBATIM, /* SQL that the schema holds: a predicate */
    INB__FRAGMENT_TYPE,     /* of a column */
    INB__FRAGMENT_DEFAULT,  /* of a column, which has one that SQL says */
    INB__FRAGMENT_COLUMN,   /* its whole definition */
    INB__FRAGMENT_INDEX,    /* CREATE INDEX CONCURRENTLY */
    INB__FRAGMENT_STEP      /* what the differ says, of one statement */
} inb__fragment_kind;

typedef struct inb__fragment inb__fragment;
struct inb__fragment {
    inb__fragment_kind kind;
    const inb__template *template;
    const inb__fragment **operands;
    size_t n_operands;
    const char *separator;
    const inb__schema *schema; /* whose names it uses */
    inb__str space, text;
    const inb__column *column;
    const inb__steps *steps; /* of STEP; its models are not changed as long as the fragment lives */
    inb__step step;          /* of STEP and INDEX */
};

/* All of these are made in the arena, which must have an error exit (util/arena.h). */

const inb__fragment *inb__fragment_of(inb__arena *arena, const inb__template *template,
                                      const inb__fragment *const *operands, size_t n);
const inb__fragment *inb__fragment_ident(inb__arena *arena, inb__str name);
/* A name in a schema, as `view` sees it. */
const inb__fragment *inb__fragment_name(inb__arena *arena, const inb__schema *view, inb__str space,
                                        inb__str name);
const inb__fragment *inb__fragment_literal(inb__arena *arena, inb__str text);
const inb__fragment *inb__fragment_verbatim(inb__arena *arena, inb__str sql);
const inb__fragment *inb__fragment_type(inb__arena *arena, const inb__schema *schema,
                                        const inb__column *column);
/* NULL when SQL has no default to say. */
const inb__fragment *inb__fragment_default(inb__arena *arena, const inb__schema *schema,
                                           const inb__column *column);
const inb__fragment *inb__fragment_column(inb__arena *arena, const inb__schema *schema,
                                          const inb__column *column);
const inb__fragment *inb__fragment_index(inb__arena *arena, const inb__schema *schema,
                                         uint32_t table, uint32_t index);
const inb__fragment *inb__fragment_step(inb__arena *arena, const inb__steps *steps, inb__step step);

/* A list that grows while it is not yet an operand. */
inb__fragment *inb__fragment_list(inb__arena *arena, const char *separator);
void inb__fragment_list_add(inb__arena *arena, inb__fragment *list, const inb__fragment *item);

void inb__fragment_render(inb__buf *out, const inb__fragment *f);

#endif

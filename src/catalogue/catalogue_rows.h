/* Inside the reader: from the rows of the answers to facts. */
#ifndef INB_CATALOGUE_CATALOGUE_ROWS_H
#define INB_CATALOGUE_CATALOGUE_ROWS_H

#include "catalogue/catalogue.h"

/* The answers, in the order of their statements; `nulls` is NULL before PostgreSQL 15. */
typedef struct inb__catalogue_answers {
    const inb_result *settings, *spaces, *relations, *columns, *indexes, *constraints, *enums,
        *extensions, *nulls;
} inb__catalogue_answers;

/* Fills in everything but the arena, which must have an error exit. */
void inb__catalogue_fill(inb__catalogue *out, const inb__catalogue_answers *answers);

/* The parts that have a file of their own: indexes and constraints, and what PostgreSQL 15 added.
 */
void inb__catalogue_fill_keys(inb__catalogue *out, const inb__catalogue_answers *answers);

/* Values of a row, copied into the arena; the second has p NULL for SQL's NULL. */
inb__str inb__row_text(inb__catalogue *c, const inb_result *r, int row, int column);
inb__str inb__row_nullable(inb__catalogue *c, const inb_result *r, int row, int column);
bool inb__row_bool(const inb_result *r, int row, int column);
uint32_t inb__row_oid(const inb_result *r, int row, int column);
char inb__row_char(const inb_result *r, int row, int column);

/* The relation of an OID, or INB__CATALOGUE_NONE; the column of a number, likewise. */
uint32_t inb__catalogue_relation_of(const inb__catalogue *c, const uint32_t *by_oid, uint32_t oid);
uint32_t inb__catalogue_column_of(const inb__fact_relation *relation, int number);

/* The relations by OID, for the above. */
uint32_t *inb__catalogue_by_oid(inb__catalogue *c);

#endif

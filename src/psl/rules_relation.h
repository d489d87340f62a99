/* The rules about relations in parts: the foreign key, the two ends, the join table. */
#ifndef INB_PSL_RULES_RELATION_H
#define INB_PSL_RULES_RELATION_H

#include "psl/rules.h"

/* The two ends of a relation; one is NULL when it is missing. */
typedef struct inb__psl_ends {
    inb__dm_relation *r;
    inb__psl_checked_field *forward, *back;
} inb__psl_ends;

/* The place of a diagnostic about an end. */
static inline inb__span inb__psl_end_span(const inb__psl_checked_field *f)
{
    return f->dm.ast->span;
}

/* What the foreign key lists, refers to and does (rules_reference.c). */
void inb__psl_rules_reference(inb__psl_checker *c, inb__psl_rules *r, const inb__psl_ends *e);

/* rules_many_to_many.c; an embedded relation lists its own keys. */
void inb__psl_rules_many_to_many(inb__psl_checker *c, const inb__psl_ends *e, bool is_embedded);

#endif

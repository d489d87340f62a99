/* The rules about relations in parts: the foreign key, the two ends, the join table. */
#ifndef INB_PSL_RULES_RELATION_H
#define INB_PSL_RULES_RELATION_H

#include "psl/rules.h"

/* The two ends of a relation; one is NULL when it is missing. */
typedef struct inb__ends {
    inb__dm_relation *r;
    inb__chk_field *forward, *back;
} inb__ends;

/* What a diagnostic about an end is about. */
static inline inb__span inb__end_span(const inb__chk_field *f)
{
    return f->dm.ast->span;
}

/* The names of the fields, quoted, for a message. */
const char *inb__ends_names(inb__chk *c, inb__dm_field *const *fields, size_t n);

/* What the foreign key lists, refers to and does (rules_reference.c). */
void inb__rules_reference(inb__chk *c, inb__rules *r, const inb__ends *e);

/* rules_many_to_many.c; an embedded relation says itself where its keys are. */
void inb__rules_many_to_many(inb__chk *c, const inb__ends *e, bool is_embedded);

#endif

/*
 * Cycles of referential actions, which matter when the client itself carries them out: a change of
 * a row can return to the table in which it began. Models are the nodes, relations whose actions
 * change rows are the edges.
 */
#ifndef INB_PSL_CYCLES_H
#define INB_PSL_CYCLES_H

#include "psl/datamodel.h"

typedef struct inb__psl_cycles {
    size_t *component; /* by model: models that reach each other have the same one */
    bool *meets_self;  /* by component: a model that refers to itself can be reached */
} inb__psl_cycles;

/* Finds the components in time that grows with models and relations; the arena has an error exit.
 */
void inb__psl_cycles_find(inb__psl_cycles *out, inb__arena *arena, const inb__dm *dm);

/* Whether changes that begin at this relation come back to its model, or meet one that refers to
 * itself. */
bool inb__psl_cycles_meet(const inb__psl_cycles *cycles, const inb__dm_relation *relation);

#endif

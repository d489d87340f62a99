/* The steps of the differ, applied to a model. */
#ifndef INB_TESTS_STEPS_APPLY_H
#define INB_TESTS_STEPS_APPLY_H

#include "schema/diff.h"

/* What the steps make of their `from`, as far as a model says. */
void inb__steps_apply(inb__schema *out, inb__arena *arena, const inb__steps *steps);

#endif

/* What holds a pending migration back: a sentence that nobody has confirmed, a backfill that is not
 * done. Pure. */
#ifndef INB_ENGINE_GATE_H
#define INB_ENGINE_GATE_H

#include "engine/plan.h"

/* The gate that holds the entry of a pending migration, when these steps are done before it. */
inb__gate inb__gate_of(const inb__plan_step *steps, size_t n_steps, const inb_table *table,
                       const inb__reconciliation *reconciled, const inb__entry *entry,
                       const inb__policy *policy);

/* INB_EPENDING about a migration that a gate holds; its caller sets the hint. */
int inb__gate_error(inb__gate gate, const inb_table *table, uint32_t migration, inb_error **err)
    __attribute__((warn_unused_result));

#endif

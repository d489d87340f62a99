/* Decides whether a gate holds a migration, and says which. */
#include "config.h"

#include "engine/gate.h"

static bool is_confirmed(const inb__policy *policy, uint32_t migration)
{
    return policy->confirmed && policy->confirmed[migration];
}

/* Applied already, or by a step of this plan. */
static bool is_done(const inb__plan_step *steps, size_t n_steps,
                    const inb__reconciliation *reconciled, uint32_t migration)
{
    bool done = false;
    for (size_t i = 0; i < n_steps; i++) {
        done = done || steps[i].migration == migration;
    }
    for (size_t i = 0; !done && i < reconciled->n; i++) {
        const inb__entry *e = &reconciled->entries[i];
        done = e->migration == migration &&
               (e->state == INB_STATE_APPLIED || e->state == INB_STATE_EDITED);
    }
    return done;
}

/* One that was begun had passed its gates. */
inb__gate inb__gate_of(const inb__plan_step *steps, size_t n_steps, const inb_table *table,
                       const inb__reconciliation *reconciled, const inb__entry *entry,
                       const inb__policy *policy)
{
    const inb_migration *m = inb__table_at(table, entry->migration);
    uint32_t after = inb__table_after(table, entry->migration);
    if (entry->resumable) {
        return INB__GATE_NONE;
    }
    if (after != INB__NOT_IN_TABLE && !is_done(steps, n_steps, reconciled, after)) {
        return INB__GATE_AFTER;
    }
    bool said = *inb__table_text(table, m->before) && !is_confirmed(policy, entry->migration);
    return said ? INB__GATE_BEFORE : INB__GATE_NONE;
}

int inb__gate_error(inb__gate gate, const inb_table *table, uint32_t migration, inb_error **err)
{
    const char *name = inb__table_name(table, migration);
    const char *before = inb__table_text(table, inb__table_at(table, migration)->before);
    uint32_t after = inb__table_after(table, migration);
    int rc = gate == INB__GATE_AFTER
                 ? inb__error_set(err, INB_EPENDING,
                                  "migration \"%s\" waits for the backfill \"%s\", which is not "
                                  "done",
                                  name, inb__table_name(table, after))
                 : inb__error_set(err, INB_EPENDING,
                                  "migration \"%s\" waits for a confirmation: %s", name, before);
    inb__error_place(err, name, 0, 0, 0);
    return rc;
}

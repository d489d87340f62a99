#include "config.h"

#include "engine/resume.h"

int inb__resume_apply(inb__run *run, const inb__plan *plan, inb__progress *progress,
                      inb_error **err)
{
    const inb__step *step = &plan->steps[progress->done];
    return inb__error_set(
        err, INB_EMIGRATION, "migration \"%s\" is not transactional",
        inb__table_text(run->table, inb__table_at(run->table, step->migration)->name));
}

/* One session with the migration lock. */
#include "config.h"

#include "engine/under_lock.h"

#include "engine/citus.h"
#include "engine/first_look.h"
#include "engine/lock.h"

static bool queue_stay(inb__run *run, const inb__history *history)
{
    (void)run;
    (void)history;
    return false;
}

static int locked(inb__run *run, inb__under_lock_cb act, void *payload, inb_error **err)
{
    const inb__round_trip_query query = {.names = &run->names, .above = ""};
    inb__history h;
    int rc = inb__first_look_read(&h, run, &query, err);
    if (rc < 0) {
        return rc;
    }
    rc = inb__session_check(&h, err);
    rc = rc < 0 ? rc
                : inb__session_pooler_check(run->conn, &h, &run->connect, run->options.names, err);
    inb__history_dispose(&h);
    rc = rc < 0 ? rc : inb__lock_wait(run, &h, queue_stay, NULL, err);
    if (rc < 0) {
        return rc;
    }
    rc = inb__citus_check(run, &h, err);
    rc = rc < 0 ? rc : act(run, &h, payload, err);
    inb__history_dispose(&h);
    return rc;
}

int inb__under_lock(const inb_table *table, const inb_migrate_options *options,
                    inb__under_lock_cb act, void *payload, inb_error **err)
{
    inb__run run;
    int rc = inb__run_init(&run, table, options, NULL, err);
    rc = rc < 0 ? rc : inb__run_connect(&run, err);
    rc = rc < 0 ? rc : locked(&run, act, payload, err);
    inb__run_leave(&run);
    inb__run_dispose(&run);
    return rc;
}

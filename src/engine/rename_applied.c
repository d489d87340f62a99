/* Renames applied migrations in the history. */
#include "config.h"

#include "engine/rename_applied.h"

#include "engine/record.h"
#include "engine/under_lock.h"

#include <string.h>

typedef struct renaming {
    const inb__folder_name *names;
    size_t n;
} renaming;

/* As they were when somebody said yes. */
static bool is_as_it_was(const inb__history *h, const inb__folder_name *name)
{
    bool applied = false;
    for (size_t i = 0; i < h->n_rows; i++) {
        const inb__history_row *row = &h->rows[i];
        applied = applied || (strcmp(row->name, name->was) == 0 && inb__history_row_applied(row));
        if (strcmp(row->name, name->is) == 0 && !*row->rolled_back_at) {
            return false;
        }
    }
    return applied;
}

static int rename_do(inb__run *run, const inb__history *h, void *payload, inb_error **err)
{
    const renaming *r = payload;
    inb__pg_pipe pipe;
    for (size_t i = 0; i < r->n; i++) {
        if (!is_as_it_was(h, &r->names[i])) {
            inb__error_set(err, INB_EHISTORY, "the history of \"%s\" has changed meanwhile",
                           r->names[i].was);
            inb__error_hint(err, "Run this again to see what it is now.");
            return INB_EHISTORY;
        }
    }
    inb__pg_pipe_init(&pipe);
    inb__pg_pipe_add(&pipe, INB__STR("BEGIN"), 0, NULL);
    for (size_t i = 0; i < r->n; i++) {
        inb__record_renamed_queue(&pipe, run, r->names[i].was, r->names[i].is, h->metadata_exists);
    }
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = inb__pg_pipe_run(run->conn, &pipe, err);
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

int inb__rename_applied(const inb_table *table, const inb_migrate_options *options,
                        const inb__folder_name *names, size_t n, inb_error **err)
{
    renaming r = {names, n};
    return inb__under_lock(table, options, rename_do, &r, err);
}

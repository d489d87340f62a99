/*
 * Emptying schemas: what stands in them goes, and they stay, with their owners, grants and default
 * privileges. Extensions stay too, unless they are asked for. Nothing outside of the schemas is
 * taken along.
 */
#ifndef INB_LIVE_RESET_H
#define INB_LIVE_RESET_H

#include "pg/pg.h"
#include "util/json.h"

/* What goes, what would be lost elsewhere, what stays; fine when zeroed. */
typedef struct inb__reset_plan {
    inb_result *rows;
} inb__reset_plan;

int inb__reset_read(inb__reset_plan *out, inb_conn *conn, const inb__str *spaces, size_t n_spaces,
                    bool extensions, inb_error **err) __attribute__((warn_unused_result));
void inb__reset_dispose(inb__reset_plan *plan);

/* INB_EINVAL: something outside of the schemas depends on what goes. INB_EPERM: something belongs
 * to a role that this one is not. Both name it. */
int inb__reset_check(const inb__reset_plan *plan, inb_error **err)
    __attribute__((warn_unused_result));

/* How many objects go; those are the first ones. */
size_t inb__reset_count(const inb__reset_plan *plan);

/* Queues the removal of n objects from the first one on. */
void inb__reset_queue(inb__pg_pipe *pipe, const inb__reset_plan *plan, size_t first, size_t n);

/* "12 tables, 2 types": what goes, "nothing" when it is nothing. */
void inb__reset_text(inb__buf *out, const inb__reset_plan *plan);

/* The name of each extension that stays, with commas; false and nothing when none does. */
bool inb__reset_stays(inb__buf *out, const inb__reset_plan *plan);

/* What goes, as an array of type and name; empty for a plan that was not read. */
void inb__reset_json(inb__json *j, const inb__reset_plan *plan);

#endif

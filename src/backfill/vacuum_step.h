/*
 * VACUUM in step with a backfill, on a connection of its own, so that the rows that it writes find
 * the space of those that it left: the table grows by a part and not by all of it. Autovacuum comes
 * once a minute and after a fifth of the table; this comes after a twentieth.
 *
 * It does not truncate the table (that takes ACCESS EXCLUSIVE), waits for no lock, and is left out
 * while an older snapshot would keep the rows anyway: then the holder is named.
 */
#ifndef INB_BACKFILL_VACUUM_STEP_H
#define INB_BACKFILL_VACUUM_STEP_H

#include "backfill/hold_rules.h"
#include "pg/pg.h"

#define INB__VACUUM_STEP_ROWS_LEAST 50000
#define INB__VACUUM_STEP_PART 0.05 /* of the table's rows */

typedef struct inb__vacuum_step inb__vacuum_step;

/* So many rows were changed since the last one that another is worth it. Pure, as the next. */
bool inb__vacuum_step_is_due(int64_t changed, int64_t table_rows);

/*
 * Who keeps more than half of what a VACUUM could remove: a snapshot that is older than half of the
 * transactions since `xid_before`. NULL: nobody.
 */
const inb__hold_reading *inb__vacuum_step_keeper(const inb__hold_look *look, int64_t xid_before);

/* The statement for a table, quoted, on a server of this version. */
void inb__vacuum_step_sql(inb__buf *out, const char *table, int server_version);

/* Does not connect yet. Texts are the caller's; search_path is SQL text, "": the session's. */
int inb__vacuum_step_open(inb__vacuum_step **out, const inb__pg_options *connect,
                          const char *search_path, const inb__logger *log, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * So many rows of a table (quoted) were changed, and this is what was looked at last:
 * ends a VACUUM that is done, begins one that is due. What goes wrong is said in the log, once, and
 * never stops the backfill.
 */
void inb__vacuum_step_go(inb__vacuum_step *step, const char *table, int64_t changed,
                         const inb__hold_look *look);

/* Its process on the server, 0: none. */
int inb__vacuum_step_pid(const inb__vacuum_step *step);

/* How many were finished. */
int inb__vacuum_step_count(const inb__vacuum_step *step);

/* A VACUUM that is under way is cancelled: autovacuum finds what is left. */
void inb__vacuum_step_close(inb__vacuum_step *step);

#endif

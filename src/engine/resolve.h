/*
 * Recording in the history what a person found out: that a migration's objects are all there
 * (baseline, or a failure that was repaired by hand), or that nothing of it is. Prisma's `migrate
 * resolve`, with its codes.
 */
#ifndef INB_ENGINE_RESOLVE_H
#define INB_ENGINE_RESOLVE_H

#include "inboard/migrate.h"

/*
 * Marks as applied. Open rows of the name are closed as rolled back first; the history table is
 * made when there is none. INB_EINVAL P3017: not in the table; INB_EHISTORY P3008: recorded as
 * applied already.
 */
int inb__resolve_applied(const inb_table *table, const inb_migrate_options *options,
                         const char *name, inb_error **err) __attribute__((warn_unused_result));

/*
 * Marks as applied every migration of the table up to this one that is not yet, in one transaction;
 * *n_out: how many. INB_EINVAL, INB_EHISTORY as above; P3008: each is.
 */
int inb__resolve_applied_through(uint32_t *n_out, const inb_table *table,
                                 const inb_migrate_options *options, const char *name,
                                 inb_error **err) __attribute__((warn_unused_result));

/* Marks as rolled back. INB_EHISTORY P3011: never started; P3012: not failed. */
int inb__resolve_rolled_back(const inb_table *table, const inb_migrate_options *options,
                             const char *name, inb_error **err) __attribute__((warn_unused_result));

#endif

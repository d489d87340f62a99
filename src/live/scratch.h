/*
 * A private server for development: a cluster in a folder, on a socket that only its user reaches,
 * nothing on TCP. It needs PostgreSQL's own programs.
 */
#ifndef INB_LIVE_SCRATCH_H
#define INB_LIVE_SCRATCH_H

#include "util/arena.h"
#include "util/error_set.h"

typedef struct inb__scratch {
    const char *dir;    /* the folder: data/, log, socket, inboard.lock */
    const char *bindir; /* of initdb and pg_ctl; NULL: looked for */
} inb__scratch;

#define INB__SCRATCH_USER "postgres"
#define INB__SCRATCH_DATABASE "dev"

/*
 * Makes the cluster if need be, starts it if need be, and gives its URL, which lives in the arena.
 * INB_EINVAL: the programs are not there, or the folder has something else in it; INB_ECONN: one of
 * them failed, whose log the hint names; INB_ENOMEM.
 */
int inb__scratch_up(const char **url, inb__arena *arena, const inb__scratch *scratch,
                    inb_error **err) __attribute__((warn_unused_result));

/* Stops it; *was_running says whether there was something to stop. The data stays. */
int inb__scratch_down(bool *was_running, inb__arena *arena, const inb__scratch *scratch,
                      inb_error **err) __attribute__((warn_unused_result));

#endif

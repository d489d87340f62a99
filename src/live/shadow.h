/*
 * A shadow: an empty database to which a history is applied in order to read the result. It is made
 * on the server of the main database and dropped afterwards, or one that is given is emptied before
 * and after. What a run that died has left, the next one removes.
 */
#ifndef INB_LIVE_SHADOW_H
#define INB_LIVE_SHADOW_H

#include "pg/pg.h"
#include "util/arena.h"

typedef struct inb__shadow {
    inb_conn *conn;  /* to the main database, or to the given shadow; holds the run's lock */
    const char *url; /* of the shadow, with all that the main one's has */
    char name[64];   /* of one that was made, "" of one that was given */
} inb__shadow;

typedef struct inb__shadow_options {
    const char *main_url;  /* NULL: not known, where a shadow is given */
    const char *given_url; /* NULL: make one */
} inb__shadow_options;

/*
 * Makes or empties the shadow. INB_EINVAL: the given one is the main database, or has something in
 * it that no shadow run made; INB_EPERM: a right is missing, which the hint names; INB_ELOCK:
 * another run has it. Texts live in the arena, whose memory may be out (INB_ENOMEM).
 */
int inb__shadow_open(inb__shadow *out, inb__arena *arena, const inb__shadow_options *options,
                     inb_error **err) __attribute__((warn_unused_result));

/* Drops or empties it. Fine on a zeroed one; a failure is left to the next run. */
void inb__shadow_close(inb__shadow *shadow);

#endif

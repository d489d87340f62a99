/*
 * A live database for everything that compares or prints one: connect, read the catalog, make the
 * model; and put the model into the words of what it is compared with.
 */
#ifndef INB_LIVE_LIVE_H
#define INB_LIVE_LIVE_H

#include "live/live_model.h"

typedef struct inb__live_source {
    const char *url;
    const inb__str *spaces; /* the schemas to read; with n_spaces 0 the URL's */
    size_t n_spaces;
    inb_cancel_cb cancelled; /* NULL: never */
} inb__live_source;

/*
 * Connects, reads and disconnects. Errors carry Prisma's codes (pg.h). The facts belong to the
 * caller, who disposes of them after the model that points into them.
 */
int inb__live_read(inb__catalogue *out, const inb__live_source *source, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * The live model as the other one can be compared with it, for a diff in either direction: what no
 * schema can say, and the other one does not have, is left out, and what means the same is said in
 * the other one's words. The arena must have an error exit.
 */
void inb__live_adapt(inb__schema *out, inb__arena *arena, const inb__live_model *live,
                     const inb__schema *other);

#endif

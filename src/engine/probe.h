/* The state of a database by the least that tells that nothing is wrong with it. */
#ifndef INB_ENGINE_PROBE_H
#define INB_ENGINE_PROBE_H

#include "engine/history.h"
#include "engine/run.h"

/*
 * Reads the rows of the history when the history is one to believe, nobody else holds the lock, and
 * the catalogue has the fingerprint that a run left which found nothing missing: then the lock's
 * holder, drift and the digest need not be asked about. One round trip. *whole: that is so, and the
 * caller disposes of *out; if not, all of it is to be read, and there is no *out.
 */
int inb__probe_read(bool *whole, inb__history *out, inb__run *run, inb_error **err)
    __attribute__((warn_unused_result));

#endif

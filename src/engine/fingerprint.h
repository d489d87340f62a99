/*
 * A fingerprint of the catalogue that costs little: as long as it is the one that a run has left,
 * nothing that the digest and the expectation are about has changed since.
 */
#ifndef INB_ENGINE_FINGERPRINT_H
#define INB_ENGINE_FINGERPRINT_H

#include "inboard/table.h"
#include "pg/pg.h"

/* Queues its statements, in the transaction at hand; the step of the first. */
size_t inb__fingerprint_queue(inb__pg_pipe *pipe);

/*
 * Its text, in the arena, from the answers to the steps from this one on; NULL when there is none.
 * It names the server's version and the table whose expectation was compared, when it expects
 * something.
 */
const char *inb__fingerprint_text(inb__arena *arena, const inb__pg_pipe *pipe, size_t first,
                                  int server_version, const inb_table *table);

#endif

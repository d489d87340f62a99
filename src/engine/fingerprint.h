/*
 * A fingerprint of the catalogue that costs little: as long as it is the one that a run has left,
 * nothing that the digest and the expectation are about has changed since.
 */
#ifndef INB_ENGINE_FINGERPRINT_H
#define INB_ENGINE_FINGERPRINT_H

#include "inboard/table.h"
#include "pg/pg.h"

/* Queues its statement, in the transaction at hand; the step. */
size_t inb__fingerprint_queue(inb__pg_pipe *pipe);

/* The same after the one that the last run left. */
void inb__fingerprint_stored_queue(inb__pg_pipe *pipe, const char *schema);

/*
 * Compares the answers of these two, the first at this step: false when there are not both. A table
 * without an expectation takes a fingerprint with any.
 */
bool inb__fingerprint_compare(bool *same, inb__arena *arena, const inb__pg_pipe *pipe, size_t first,
                              int server_version, const inb_table *table);

/*
 * Its text, in the arena, from the answer; NULL when there is none. It names the server's version
 * and the table whose expectation was compared, when it expects something.
 */
const char *inb__fingerprint_text(inb__arena *arena, const inb_result *answer, int server_version,
                                  const inb_table *table);

#endif

/* The proof that the migrations make the schema. */
#ifndef INB_EMBED_EMBED_PROOF_H
#define INB_EMBED_EMBED_PROOF_H

#include "embed/embed_load.h"

/*
 * Compares what the migrations make with the schema; each difference becomes a problem. Where
 * statements of the migrations are unknown there is no proof either way: a difference is none, and
 * embed->unproven says so. The arena must have an error exit.
 */
void inb__embed_prove(inb__embed *embed, inb__arena *arena);

#endif

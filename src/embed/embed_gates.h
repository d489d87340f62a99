/* Which backfill `-- inboard: after backfill NAME` means. */
#ifndef INB_EMBED_EMBED_GATES_H
#define INB_EMBED_EMBED_GATES_H

#include "embed/embed_load.h"

/* Fills in `after` of a migration that was analysed, or adds a problem. */
void inb__embed_gate_resolve(inb__embed *embed, size_t migration);

/* Whether its author declares a backfill that was not understood, or a gate that was not found. */
bool inb__embed_gate_unmet(const inb__embed_migration *m);

#endif

/* What was understood, for people and for tools. */
#ifndef INB_EMBED_EXPLAIN_H
#define INB_EMBED_EXPLAIN_H

#include "embed/embed_load.h"
#include "util/buf.h"

void inb__explain_json(const inb__embed *embed, inb__buf *out);
void inb__explain_text(const inb__embed *embed, inb__buf *out);

#endif

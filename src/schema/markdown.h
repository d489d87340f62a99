/*
 * A schema as a document for people: docs/db/SCHEMA.md. The same datamodel gives the same bytes.
 */
#ifndef INB_SCHEMA_MARKDOWN_H
#define INB_SCHEMA_MARKDOWN_H

#include "schema/from_datamodel.h"

/*
 * Tables, columns, keys, relations and enums, with a table of contents and a Mermaid diagram.
 * `schema` is the model of `dm`, which must be valid; the arena must have an error exit
 * (util/arena.h).
 */
void inb__markdown_document(inb__buf *out, inb__arena *arena, const inb__dm *dm,
                            const inb__schema *schema);

/* The diagram alone, without the fence around it; with all columns, or with those of keys. */
void inb__mermaid_diagram(inb__buf *out, const inb__schema *schema, bool keys_only);

/* More than this Mermaid (11) does not draw: maxTextSize in characters, and maxEdges. */
#define INB__MERMAID_TEXT_MAX 50000
#define INB__MERMAID_EDGES_MAX 500

#endif

/*
 * The parser's answer as a tree. libpg_query gives JSON; the nodes lie in one array in the order of
 * the text, each knowing how many it spans, so that going through all of a statement is a loop and
 * no depth of nesting is a recursion.
 */
#ifndef INB_SQL_TREE_H
#define INB_SQL_TREE_H

#include "util/arena.h"
#include "util/text.h"

#include <stdint.h>

typedef enum inb__node_kind {
    INB__NODE_NULL,
    INB__NODE_OBJECT,
    INB__NODE_ARRAY,
    INB__NODE_TEXT,
    INB__NODE_NUMBER,
    INB__NODE_TRUE,
    INB__NODE_FALSE
} inb__node_kind;

typedef struct inb__node {
    inb__str key;  /* its name in the object around it, "" in an array */
    inb__str text; /* of a text or a number */
    uint32_t size; /* nodes of this subtree, itself included */
    uint8_t kind;
} inb__node;

/* Reads JSON (which it overwrites while it resolves escapes, and which must outlive the tree); NULL
 * when it is none. */
inb__node *inb__tree_read(inb__arena *arena, char *json, size_t n)
    __attribute__((warn_unused_result));

/* All accessors take NULL, which has no members, is no number and has no text. */

static inline const inb__node *inb__node_first(const inb__node *n)
{
    return n && n->size > 1 ? n + 1 : NULL;
}

static inline const inb__node *inb__node_next(const inb__node *parent, const inb__node *child)
{
    const inb__node *next = child + child->size;
    return next < parent + parent->size ? next : NULL;
}

/* Each child in turn. */
#define INB__NODE_EACH(child, parent)                                                              \
    for (const inb__node *child = inb__node_first(parent); child;                                  \
         child = inb__node_next((parent), child))

/* The node itself and everything under it, in the order of the text. */
#define INB__NODE_WALK(node, root)                                                                 \
    for (const inb__node *node = (root); node && node < (root) + (root)->size; node++)

/* The member at a path of names: "def/ColumnDef/typeName"; NULL when it is not there. */
const inb__node *inb__node_at(const inb__node *n, const char *path);

/* The text or number at a path as text, "" when there is none; the same as an int (0), as a truth.
 */
inb__str inb__node_text(const inb__node *n, const char *path);
int64_t inb__node_int(const inb__node *n, const char *path);
bool inb__node_bool(const inb__node *n, const char *path);
bool inb__node_is(const inb__node *n, const char *path, const char *text);

size_t inb__node_count(const inb__node *n);

/* A node such as {"ColumnDef": {…}}: the one member of it. */
const inb__node *inb__node_inner(const inb__node *n);

#endif

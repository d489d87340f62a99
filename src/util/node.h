/*
 * JSON as a tree: what the SQL parser answers, and JSON values that are compared. The nodes lie in
 * one array in the order of the text, each knowing how many it spans, so that going through all of
 * a tree is a loop and no depth of nesting is a recursion.
 */
#ifndef INB_UTIL_NODE_H
#define INB_UTIL_NODE_H

#include "util/arena.h"
#include "util/json_reader.h"
#include "util/text.h"

#include <stdint.h>

typedef struct inb__node {
    inb__str key;  /* its name in the object around it, "" in an array */
    inb__str text; /* of a text or a number */
    uint32_t size; /* nodes of this subtree, itself included */
    uint8_t kind;  /* inb__json_event */
} inb__node;

/*
 * Reads JSON, which it overwrites while it resolves escapes, and which must outlive the tree; NULL
 * when it is not JSON, or deeper than `depth_max`. Members that are called `without` are left out;
 * NULL leaves out none.
 */
inb__node *inb__node_read(inb__arena *arena, char *json, size_t n, uint32_t depth_max,
                          const char *without) __attribute__((warn_unused_result));

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

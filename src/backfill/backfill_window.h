/*
 * The SQL of a window: which rows of one relation, and the statement over them. Pure: texts in,
 * text out. A place is the key's columns as text, or a ctid where a relation has no key to walk by.
 */
#ifndef INB_BACKFILL_BACKFILL_WINDOW_H
#define INB_BACKFILL_BACKFILL_WINDOW_H

#include "backfill/backfill.h"
#include "util/arena.h"

/* v[0] NULL: none, which is before every row. */
typedef struct inb__place_of_key {
    const char *v[INB__BACKFILL_KEYS];
} inb__place_of_key;

typedef struct inb__window {
    const char *leaf; /* SQL text */
    bool keyed;       /* else by ctid */
    bool exact;       /* the row at `after` alone */
    int block_size;
    int server_version;
    inb__place_of_key after, through; /* exclusive, inclusive; through none: no upper bound */
} inb__window;

/* A statement and its parameters. Both live in the arena, which needs no error exit; sql is NULL
 * when memory ran out. */
typedef struct inb__window_sql {
    const char *sql;
    int n;
    const char *params[2 * INB__BACKFILL_KEYS];
} inb__window_sql;

/* The statement of the backfill, over the rows of the window. */
inb__window_sql inb__window_statement(inb__arena *arena, const inb__backfill *b,
                                      const inb__window *w);

/* The `size`-th key of the window, if it has so many: where a smaller one ends. */
inb__window_sql inb__window_end(inb__arena *arena, const inb__backfill *b, const inb__window *w,
                                int64_t size);

/* The highest key of the relation. */
inb__window_sql inb__window_last(inb__arena *arena, const inb__backfill *b, const inb__window *w);

/* Keys at which the window is cut into so many parts of about a size, by a sample of `percent`. */
inb__window_sql inb__window_cuts(inb__arena *arena, const inb__backfill *b, const inb__window *w,
                                 int parts, double percent);

/* Whether the predicate finds a row of the relation, without the tables of FROM or USING. */
inb__window_sql inb__window_proof(inb__arena *arena, const inb__backfill *b, const char *leaf);

/* The last ctid of a block, in text of the arena. */
const char *inb__window_block_end(inb__arena *arena, int64_t block);
/* The block of a ctid; -1 of none. */
int64_t inb__window_block(const inb__place_of_key *place);

/* A place as an array literal; NULL when it is none, or memory ran out (*failed). */
const char *inb__place_text(inb__arena *arena, const inb__place_of_key *place, bool *failed);
/* And back, from what the server prints of a text[]; NULL is none. False: it is not that, or out of
 * memory. */
bool inb__place_read(inb__arena *arena, inb__place_of_key *out, const char *text);
bool inb__place_same(const inb__place_of_key *a, const inb__place_of_key *b);

#endif

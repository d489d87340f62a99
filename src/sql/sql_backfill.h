/*
 * A statement under `-- inboard: backfill`: where its parts are, the key that its table is walked
 * by, and whether a row that it wrote still meets its predicate.
 */
#ifndef INB_SQL_SQL_BACKFILL_H
#define INB_SQL_SQL_BACKFILL_H

#include "sql/classifier.h"
#include "sql/split.h"

typedef struct inb__backfilling {
    inb__classifier *c;
    const inb__problems *problems;
    inb__str text; /* of the migration */
    const inb__piece *piece;
    const inb__directive *directive;
    const inb__node *body; /* of the UPDATE or DELETE */
    bool deletes;
    inb__str alias; /* of the table in the statement */
    inb__relation *table;
    inb__strs written;       /* columns */
    const inb__node *within; /* conditions joined by AND of which one is looked at; or NULL */
    inb__sql_backfill *out;
} inb__backfilling;

/*
 * Reads a statement that was classified. False when it cannot be run in windows, which is added to
 * the problems with what to do instead; *out is not filled in then.
 */
bool inb__sql_backfill_read(inb__sql_backfill *out, inb__classifier *c,
                            const inb__problems *problems, inb__str text, const inb__piece *piece,
                            const inb__directive *directive, const inb__node *node);

/* Refuses it; false. */
bool inb__backfill_refuse(const inb__backfilling *b, size_t offset, const char *hint,
                          const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The offset of the first token of the statement that is this keyword or name; of the statement
 * where there is none. */
size_t inb__backfill_word(const inb__backfilling *b, inb__str word);

/* Fills in the parts of *out that are places in the text (backfill_parts.c). */
void inb__backfill_parts_find(inb__backfilling *b);

/* Fills in the key (backfill_key.c); false when what is asked for is none. */
bool inb__backfill_key_choose(inb__backfilling *b);

/* Refuses a predicate whose answer changes by itself or by other windows (backfill_predicate.c). */
bool inb__backfill_predicate_check(inb__backfilling *b);

/* Whether a row that was written surely does not meet the predicate any more (backfill_leaves.c).
 */
bool inb__backfill_leaves(const inb__backfilling *b);

/* Whether an expression is surely not NULL for the rows that the predicate takes
 * (backfill_not_null.c). */
bool inb__backfill_not_null(const inb__backfilling *b, const inb__node *n);

/* Whether an expression is the same for the row as it was and as it is: nothing that is written,
 * volatile or in other rows (backfill_join.c). */
bool inb__backfill_independent(const inb__backfilling *b, const inb__node *value);

/* The item of FROM that is a table of this name or alias, whose columns have their own names; or
 * NULL (backfill_join.c). */
const inb__node *inb__backfill_range(const inb__backfilling *b, inb__str alias);

/* Whether two expressions are the same (backfill_tree.c). */
bool inb__backfill_same(const inb__backfilling *b, const inb__node *x, const inb__node *y);

/* Whether the statement changes a column of its table, itself or by what it is generated of. */
bool inb__backfill_writes(const inb__backfilling *b, inb__str column);

/* The column of the statement's own table that the node is, "" for anything else; the column of
 * any that it is, with the range before it. */
inb__str inb__backfill_column(const inb__backfilling *b, const inb__node *n);
inb__name inb__backfill_column_ref(const inb__node *n);

#endif

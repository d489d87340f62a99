/*
 * Embedded tables made by hand, for tests of the engine alone. inboard-embed makes the real ones.
 *
 *     inb_test_table *t = inb_test_table_new();
 *     inb_test_migration(t, "20250101000000_a", INB_CLASS_ADDITIVE, true);
 *     inb_test_statement(t, "CREATE TABLE", "CREATE TABLE a (id int)");
 *     const inb_table *table = inb_test_table_done(t);
 */
#ifndef INB_TESTS_TABLE_H
#define INB_TESTS_TABLE_H

#include "inboard/table.h"

#include <stdbool.h>

typedef struct inb_test_table inb_test_table;

inb_test_table *inb_test_table_new(void);
void inb_test_table_free(inb_test_table *t);

/* Names must come in byte order. */
void inb_test_migration(inb_test_table *t, const char *name, inb_class cls, bool transactional);

/* Adds a statement to the migration added last, and ";\n" to its text. Returns it for the rest of
 * its members; valid until the next is added. */
inb_statement *inb_test_statement(inb_test_table *t, const char *tag, const char *sql);

/* The migration added last has a statement that none can have. */
void inb_test_unfit(inb_test_table *t);

/* The author of the migration added last says that it is compatible. */
void inb_test_compatible(inb_test_table *t, const char *reason);

/* What must be true before the migration added last is applied; the index of the backfill that must
 * be done. */
void inb_test_before(inb_test_table *t, const char *sentence);
void inb_test_after(inb_test_table *t, uint32_t migration);

/* Adds a row to what the table expects; returns it for the rest of its members. */
inb_expected *inb_test_expected(inb_test_table *t, inb_expected_kind kind, const char *schema,
                                const char *relation, const char *name, const char *type);

/* An offset for a text, as the members of inb_statement want it. */
uint32_t inb_test_text(inb_test_table *t, const char *text);

/* Lays the texts out, computes every digest. The table lives as long as t; nothing can be added
 * after it. */
const inb_table *inb_test_table_done(inb_test_table *t);

#endif

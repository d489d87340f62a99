/*
 * The description of the schema that a run leaves (sql/objects.sql), and what differs from it
 * later: drift by name. It is made, stored and compared on the server; only differences are read.
 */
#ifndef INB_ENGINE_OBJECTS_H
#define INB_ENGINE_OBJECTS_H

#include "engine/history.h"
#include "pg/pg.h"

/*
 * Queues, in the transaction at hand, describing the schema as it is, and how many rows are applied
 * with it. fingerprint: of a catalogue in which nothing is missing, else "".
 */
void inb__objects_store_queue(inb__pg_pipe *pipe, const char *schema, size_t applied,
                              const char *fingerprint);

/* Queues the comparison, in a transaction that may read inboard's tables; its step's index. */
size_t inb__objects_changes_queue(inb__pg_pipe *pipe, const char *schema);

/* Its answer (NULL: it was not asked) as history->changes, in its arena, which has an error exit.
 */
void inb__objects_changes_parse(inb__history *history, const inb_result *answer);

/* Whether the last run described the schema with as many migrations applied as there are now. */
bool inb__objects_described(const inb__history *history);

/* The same, and no migration is unfinished, whose changes those can be that are found. */
bool inb__objects_comparable(const inb__history *history);

#endif

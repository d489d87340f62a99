/*
 * What the migrations so far have made: enough of a catalogue to know what is new in a migration,
 * what a column's type is, and which constraint is a foreign key to where. What the history does
 * not tell is unknown, never guessed.
 *
 * Names are as the parser folds them. A name without a schema and one in "public" are the same: the
 * engine pins search_path to the schema that it migrates.
 */
#ifndef INB_SQL_CATALOG_H
#define INB_SQL_CATALOG_H

#include "util/arena.h"
#include "util/map.h"
#include "util/text.h"
#include "util/vec.h"

#include <stdint.h>

/* A name as it was written: the schema is empty when it was not. */
typedef struct inb__name {
    inb__str schema, name;
} inb__name;

typedef enum inb__relation_kind {
    INB__RELATION_UNKNOWN, /* named by a statement, made by nobody that we know */
    INB__RELATION_TABLE,
    INB__RELATION_INDEX,
    INB__RELATION_VIEW,
    INB__RELATION_SEQUENCE
} inb__relation_kind;

typedef enum inb__constraint_kind {
    INB__CONSTRAINT_CHECK,
    INB__CONSTRAINT_FOREIGN_KEY,
    INB__CONSTRAINT_UNIQUE,
    INB__CONSTRAINT_PRIMARY_KEY,
    INB__CONSTRAINT_EXCLUSION
} inb__constraint_kind;

typedef INB__VEC(inb__str) inb__strs;

typedef struct inb__sql_column {
    inb__str name;
    inb__str type; /* canonical (sql/types.h), "" when unknown */
    bool not_null;
    bool dropped;
} inb__sql_column;

typedef struct inb__relation inb__relation;

typedef struct inb__constraint {
    inb__str name;
    inb__constraint_kind kind;
    bool validated;
    bool dropped;
    bool cascades; /* a foreign key that changes or removes the rows that refer to a removed one */
    uint32_t born; /* the migration that made it */
    inb__relation *parent; /* of a foreign key */
    inb__strs columns;     /* that it is about */
    inb__strs not_null;    /* columns that a CHECK proves to be not null */
} inb__constraint;

struct inb__relation {
    inb__name name;
    inb__relation_kind kind;
    uint32_t born; /* the migration that made it; 0: before them all, or unknown */
    bool gone;
    bool partitioned;
    bool has_children; /* partitions, or tables that inherit from it */
    bool is_partition;
    inb__relation
        *table; /* an index's table; the parent of a partition or of a table that inherits */
    inb__relation *spare; /* the default partition */
    INB__VEC(inb__sql_column) columns;
    INB__VEC(inb__constraint) constraints;
    INB__VEC(inb__relation *) sources; /* what a view reads */
};

typedef struct inb__catalog {
    inb__arena *arena;
    inb__map relations; /* key to inb__relation */
    inb__map objects;   /* "kind key" to the migration that made it */
    uint32_t migration; /* the number of the migration being read, from 1 */
} inb__catalog;

void inb__catalog_init(inb__catalog *c, inb__arena *arena);

/* The relation of that name; NULL when nothing is known of it. */
inb__relation *inb__relation_find(const inb__catalog *c, inb__name name);

/* The same, made known as something that was there before when it was not. */
inb__relation *inb__relation_touch(inb__catalog *c, inb__name name);

/* A relation that this migration makes. */
inb__relation *inb__relation_create(inb__catalog *c, inb__name name, inb__relation_kind kind);

void inb__relation_drop(inb__catalog *c, inb__relation *r);
void inb__relation_rename(inb__catalog *c, inb__relation *r, inb__name to);

/* Made by the migration that is being read: no client knows it, and no row is in it. */
bool inb__relation_is_new(const inb__catalog *c, const inb__relation *r);

inb__sql_column *inb__column_find(const inb__relation *r, inb__str name);
inb__sql_column *inb__column_touch(inb__catalog *c, inb__relation *r, inb__str name);
inb__constraint *inb__constraint_find(const inb__relation *r, inb__str name);
inb__constraint *inb__constraint_add(inb__catalog *c, inb__relation *r, inb__constraint_kind kind,
                                     inb__str name);

/* Whether a validated CHECK or a primary key says that the column holds no NULL. */
bool inb__column_proven(const inb__relation *r, inb__str name);

/* Other objects: types, functions, schemas; `kind` is the parser's OBJECT_… or any word. */
void inb__object_create(inb__catalog *c, const char *kind, inb__name name);
void inb__object_drop(inb__catalog *c, const char *kind, inb__name name);
bool inb__object_is_new(const inb__catalog *c, const char *kind, inb__name name);
bool inb__object_is_known(const inb__catalog *c, const char *kind, inb__name name);

/* "schema.name", or "name". */
const char *inb__name_text(inb__arena *arena, inb__name name);

#endif

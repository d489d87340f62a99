/*
 * What the migrations so far have made: enough of a catalogue to know what is new in a migration,
 * what a column's type is, and which constraint is a foreign key to where. What the history does
 * not tell is unknown, never guessed.
 *
 * Names are as the parser folds them. A name without a schema and one in "public" are the same: the
 * engine pins search_path to the schema that it migrates. Inside a migration that sets search_path
 * itself, a name without a schema is in the first schema of that. A temporary relation is in
 * "pg_temp", and is gone with its migration.
 */
#ifndef INB_SQL_CATALOG_H
#define INB_SQL_CATALOG_H

#include "inboard/table.h"
#include "postgres/index_method.h"
#include "postgres/ref_action.h"
#include "util/arena.h"
#include "util/map.h"
#include "util/text.h"
#include "util/vec.h"

#include <stdint.h>

/* A name; the schema is empty when it was not written, and never in the catalogue. */
typedef struct inb__name {
    inb__str schema, name;
} inb__name;

typedef enum inb__relation_kind {
    INB__RELATION_UNKNOWN, /* named by a statement, made by nobody that we know */
    INB__RELATION_TABLE,
    INB__RELATION_INDEX,
    INB__RELATION_VIEW,
    INB__RELATION_MATVIEW,
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

typedef struct inb__relation inb__relation;

typedef enum inb__sql_default_kind {
    INB__SQL_DEFAULT_NONE,
    INB__SQL_DEFAULT_TEXT,       /* a literal in quotes, whose meaning its column's type gives */
    INB__SQL_DEFAULT_NUMBER,     /* … as it is written */
    INB__SQL_DEFAULT_BOOLEAN,    /* "true", "false" */
    INB__SQL_DEFAULT_BITS,       /* B'…' */
    INB__SQL_DEFAULT_LIST,       /* ARRAY[…] of literals: items */
    INB__SQL_DEFAULT_NOW,        /* now() or CURRENT_TIMESTAMP: text */
    INB__SQL_DEFAULT_SEQUENCE,   /* nextval(): sequence */
    INB__SQL_DEFAULT_EXPRESSION, /* text */
    INB__SQL_DEFAULT_UNKNOWN     /* there is one that cannot be written down: a generated column */
} inb__sql_default_kind;

/* What a column gets that an INSERT does not name. */
typedef struct inb__sql_default {
    inb__sql_default_kind kind;
    inb__str text;
    inb__strs items;
    inb__relation *sequence;
} inb__sql_default;

typedef struct inb__sql_column {
    inb__str name;
    inb__str type;      /* canonical (sql/type_name.h), "" when unknown */
    inb__str collation; /* as written, "" for that of the type */
    inb__strs reads;    /* columns of which it is generated */
    bool not_null;
    bool filled; /* the server gives a value where an INSERT has none */
    bool identity, generated;
    bool dropped;
    inb__sql_default fallback; /* what it gives */
    inb__str opclass;          /* of an index's column, as written, "" for that of its type */
    inb__sort_order sort;      /* of an index's column */
} inb__sql_column;

typedef struct inb__constraint {
    inb__str name;
    inb__constraint_kind kind;
    bool named; /* by the statement, not by the server */
    bool validated;
    bool dropped;
    bool deletes, updates; /* a foreign key that changes its rows when the row they refer to is */
    bool deferrable, deferred;
    bool inherited; /* a partition has it from its parent */
    inb__ref_action on_delete, on_update;
    uint32_t born;         /* the migration that made it */
    inb__relation *parent; /* of a foreign key */
    inb__strs keys;        /* of the parent: empty for its primary key */
    inb__strs columns;     /* that it is about */
    inb__strs not_null;    /* columns that a CHECK proves to be not null */
} inb__constraint;

typedef struct inb__trigger {
    inb__str name;
    inb__name function;
    inb__strs columns; /* of UPDATE OF and WHEN */
} inb__trigger;

struct inb__relation {
    inb__name name;
    inb__relation_kind kind;
    uint32_t born; /* the migration that made it; 0: before them all, or unknown */
    bool complete; /* every column is known */
    bool unique;   /* of an index */
    bool foreign;  /* its rows are another server's */
    bool computed; /* an index: one of its columns is an expression, or it is of EXCLUDE */
    bool partitioned;
    bool has_children; /* partitions, or tables that inherit from it */
    bool is_partition;
    bool clustered; /* CLUSTER finds it by itself */
    bool needed;    /* a statement has asked for it, and no migration had made it */
    inb__relation
        *table; /* an index's table; the parent of a partition or of a table that inherits */
    inb__relation *spare;  /* the default partition */
    inb__relation *owner;  /* of a sequence: the table that it goes with … */
    inb__str owner_column; /* … and the column of it */
    INB__VEC(inb__sql_column) columns;
    INB__VEC(inb__constraint) constraints;
    INB__VEC(inb__trigger) triggers;
    INB__VEC(inb__relation *) sources; /* what a view reads */
    /* Columns that a view names, of whatever relation; those in an index's expressions and
     * predicate. */
    inb__strs uses;
    bool uses_all;            /* SELECT * */
    inb__strs partition_key;  /* columns in it */
    inb__str method;          /* of an index, "" for btree */
    inb__str predicate;       /* of a partial index, "" for a full one */
    inb__str tablespace;      /* "" for the database's own */
    inb__str of_type;         /* of a typed table, canonical */
    uint32_t locked_by, lock; /* the statement that locks it, and where among its locks */
};

typedef struct inb__sql_lock {
    const char *relation; /* "name" in the schema public, "schema.name" in others */
    inb_lock_mode mode;
    bool table; /* of its own: no index, view, sequence or partition, as far as the history tells */
} inb__sql_lock;

typedef INB__VEC(inb__sql_lock) inb__sql_locks;

typedef struct inb__domain {
    inb__str base;      /* its type, canonical */
    inb__str collation; /* "" for that of its type */
    bool checked, not_null;
    bool filled, changes; /* it has a default, which is volatile */
} inb__domain;

typedef struct inb__sql_enum {
    inb__name name;
    inb__strs values;
} inb__sql_enum;

typedef struct inb__catalog {
    inb__arena *arena;
    inb__map relations;           /* key to inb__relation */
    inb__map objects;             /* "kind key" to the migration that made it */
    inb__map domains;             /* key to inb__domain */
    inb__map enums;               /* key to inb__sql_enum */
    inb__map texts;               /* every name that is kept, once */
    inb__map made;                /* names, without schema, that migrations have given relations */
    struct inb__catalog_key *key; /* the one that was made last */
    inb__sql_locks last_locks;    /* of the statement before */
    inb__str path;                /* the schema of names without one, "" for the engine's own */
    bool temporary;               /* this migration makes something in "pg_temp" */
    bool opaque;        /* something that the analysis cannot see into may have changed anything */
    bool partial;       /* earlier migrations were not read: what is not known may be anything */
    bool unseen;        /* an extension may have made relations */
    bool extends;       /* the first of them that names relations needs one that it does not make */
    bool uncertain;     /* what is being created may exist already: IF NOT EXISTS */
    uint32_t founded;   /* the migration that made the first relation, 0: none yet */
    uint32_t migration; /* the number of the migration being read, from 1 */
    uint32_t statement; /* the same of the statement, over all migrations */
} inb__catalog;

/* A text for as long as the catalogue lives, with a NUL: what the parser's tree says ends with the
 * statement. */
inb__str inb__catalog_keep(inb__catalog *c, inb__str text);

void inb__catalog_init(inb__catalog *c, inb__arena *arena);

/* The next migration: temporary relations are gone, and search_path is the engine's again. */
void inb__catalog_advance(inb__catalog *c);

/* The relation of that name; NULL when nothing is known of it. */
inb__relation *inb__catalog_relation_find(const inb__catalog *c, inb__name name);

/* The same, made known as something that was there before when it was not. */
inb__relation *inb__catalog_relation_touch(inb__catalog *c, inb__name name);

/* A relation that this migration makes. */
inb__relation *inb__catalog_relation_create(inb__catalog *c, inb__name name,
                                            inb__relation_kind kind);

/* A migration gives this name to a relation. */
void inb__catalog_name_made(inb__catalog *c, inb__str name);

/* Puts a relation under a name. */
void inb__catalog_relation_place(inb__catalog *c, inb__relation *r, inb__name name);

/* The migration that what is created now is new in; 0 when it may exist already. */
uint32_t inb__catalog_born(const inb__catalog *c);

/* Made by the migration that is being read: no client knows it, and no row is in it. */
bool inb__catalog_relation_is_new(const inb__catalog *c, const inb__relation *r);

/* Whether r is a partition of, or inherits from, the other, at any distance. */
bool inb__catalog_relation_descends(const inb__relation *r, const inb__relation *from);

inb__sql_column *inb__catalog_column_find(const inb__relation *r, inb__str name);
inb__sql_column *inb__catalog_column_touch(inb__catalog *c, inb__relation *r, inb__str name);
/* Whether the index is on the column, or reads it in an expression or its predicate. */
bool inb__catalog_index_reads(const inb__relation *index, inb__str column);
inb__constraint *inb__catalog_constraint_find(const inb__relation *r, inb__str name);
inb__constraint *inb__catalog_primary_key(const inb__relation *r);

/*
 * A name that no relation and no constraint of the schema has, as the server makes one up:
 * "first_second_label", with a number behind it where that is taken.
 */
inb__str inb__catalog_name_choose(inb__catalog *c, inb__str schema, inb__str first, inb__str second,
                                  const char *label);

bool inb__catalog_strs_have(const inb__strs *list, inb__str s);

/* Whether a validated CHECK or a primary key says that the column holds no NULL. */
bool inb__catalog_column_proven(const inb__relation *r, inb__str name);

/* Kinds besides the parser's, by name alone: procedures that commit; functions of which one is, or
 * is not, declared IMMUTABLE or STABLE. */
#define INB__COMMITS "procedure that commits"
#define INB__STEADY "steady function"
#define INB__CHANGING "changing function"

/* Other objects: types, functions, schemas; `kind` is the parser's OBJECT_… or any word. */
void inb__catalog_object_create(inb__catalog *c, const char *kind, inb__name name);
void inb__catalog_object_drop(inb__catalog *c, const char *kind, inb__name name);
void inb__catalog_object_move(inb__catalog *c, const char *kind, inb__name from, inb__name to);
bool inb__catalog_object_is_new(const inb__catalog *c, const char *kind, inb__name name);
/* Known, and not only as what may exist. */
bool inb__catalog_object_is_certain(const inb__catalog *c, const char *kind, inb__name name);
bool inb__catalog_object_is_known(const inb__catalog *c, const char *kind, inb__name name);

inb__domain *inb__catalog_domain_find(const inb__catalog *c, inb__name name);
inb__domain *inb__catalog_domain_create(inb__catalog *c, inb__name name);
/* The domain that a column's canonical type names; NULL when it is none that we know. */
inb__domain *inb__catalog_domain_of_type(const inb__catalog *c, inb__str type);

/* An enum that the migrations make; NULL where they make none of that name. */
inb__sql_enum *inb__catalog_enum_find(const inb__catalog *c, inb__name name);
inb__sql_enum *inb__catalog_enum_create(inb__catalog *c, inb__name name);
void inb__catalog_enum_move(inb__catalog *c, inb__name from, inb__name to);
void inb__catalog_enum_drop(inb__catalog *c, inb__name name);
/* The enum that a column's canonical type names; NULL when it is none that we know. */
inb__sql_enum *inb__catalog_enum_of_type(const inb__catalog *c, inb__str type);

/* Whether a migration makes the type, and not as an enum: it may be that of a row. */
bool inb__catalog_type_may_be_row(const inb__catalog *c, inb__str type);

/* Whether the relation is still what its name means. */
bool inb__catalog_relation_is_there(const inb__catalog *c, const inb__relation *r);

/* What follows from a change (catalog_cascade.c): what belongs to the thing goes with it. */
void inb__catalog_relation_drop(inb__catalog *c, inb__relation *r);
void inb__catalog_relation_rename(inb__catalog *c, inb__relation *r, inb__name to);
void inb__catalog_column_rename(inb__catalog *c, inb__relation *r, inb__str from, inb__str to);
void inb__catalog_column_drop(inb__catalog *c, inb__relation *r, inb__str name);
void inb__catalog_constraint_rename(inb__catalog *c, inb__relation *r, inb__constraint *k,
                                    inb__str to);
void inb__catalog_constraint_drop(inb__catalog *c, inb__relation *r, inb__constraint *k);
void inb__catalog_namespace_rename(inb__catalog *c, inb__str from, inb__str to);
void inb__catalog_type_rename(inb__catalog *c, inb__name from, inb__name to);

/* "schema.name"; "name" where the schema is public or was not written. */
const char *inb__catalog_name_text(inb__arena *arena, inb__name name);

#endif

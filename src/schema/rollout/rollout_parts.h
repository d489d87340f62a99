/* Inside the planner of rollout.h. */
#ifndef INB_SCHEMA_ROLLOUT_PARTS_H
#define INB_SCHEMA_ROLLOUT_PARTS_H

#include "schema/diff_pairs.h"
#include "schema/rollout/rollout.h"
#include "schema/rollout/rollout_sql.h"
#include "schema/sequence.h"
#include "util/map.h"

/* How a column gets from what it is to what it shall be. */
typedef enum inb__rollout_mode {
    INB__ROLLOUT_KEEP,     /* nothing, or a change of the catalogue alone */
    INB__ROLLOUT_ADD,      /* ADD COLUMN as it is: no rewrite, no row that breaks it */
    INB__ROLLOUT_ADD_LATE, /* added bare; its default, its values and NOT NULL follow */
    INB__ROLLOUT_IN_PLACE, /* another type, the same bytes */
    INB__ROLLOUT_REBUILD   /* a new column replaces it */
} inb__rollout_mode;

/* How the values of a rebuilt column are made, or the elements of it where it is or was a list. */
typedef enum inb__rollout_conversion {
    INB__ROLLOUT_ASSIGN, /* as an assignment casts */
    INB__ROLLOUT_CAST,   /* as an explicit cast does, perhaps through another type */
    INB__ROLLOUT_NONE    /* PostgreSQL has none */
} inb__rollout_conversion;

typedef struct inb__rollout_column {
    uint32_t prev;
    unsigned flags; /* INB__COLUMN_… */
    inb__rollout_mode mode;
    inb__rollout_conversion conversion;
    const char *through;  /* of CAST: the type between, as SQL, or NULL */
    bool to_list, first;  /* a list is made of the value, or its first element is the value */
    bool lossy;           /* the conversion can fail */
    bool zoned;           /* it depends on the session's time zone */
    bool unique;          /* a unique index is on it alone or with others */
    bool tightens;        /* NOT NULL is added, by way of a check */
    bool renamed;         /* of REBUILD: only the name is another, and both names are written */
    inb__str interim;     /* of REBUILD: its name before the switch */
    inb__str before, old; /* of REBUILD: the old column's name before the switch, and after it */
    bool filled;          /* existing rows get a value */
    bool synced;          /* of REBUILD: its table's trigger writes it */
    inb__str check;       /* of tightens */
    inb__str kept;        /* of REBUILD with values: the check that they are all there; or empty */
    const inb__fragment
        *numbers; /* the sequence of the backfill's values, where they must differ */
} inb__rollout_column;

typedef struct inb__rollout_index {
    uint32_t prev; /* what it replaces, or INB__SCHEMA_NONE */
    bool build;    /* CONCURRENTLY, under its interim name */
    bool late;     /* only after the values are there */
    bool swap;     /* gets its name when another gives it up */
    bool after;    /* its predicate names a rebuilt column: only after the switch */
    bool proven;   /* unique, as the one that it replaces is of the same values */
    inb__str interim;
} inb__rollout_index;

typedef struct inb__rollout_table {
    const inb__table_pair *pair; /* NULL for a new table */
    const inb__fragment *sql;    /* its name at this point of the plan */
    const inb__rename *renamed;  /* until the contract phase its new name is a view; or NULL */
    inb__rollout_column *columns;
    inb__rollout_index *indexes;
    bool rebuilds; /* one of its columns is */
    inb__str sync; /* the function and trigger that write those; n is 0 for none */
    inb__str sync_space;
    bool key_changes;   /* the primary key is dropped, added, or on other columns */
    bool key_proven;    /* the same values are its primary key now */
    inb__str key_index; /* the unique index that becomes the primary key */
} inb__rollout_table;

/* What becomes of a foreign key of `to`. */
typedef enum inb__rollout_key_fate {
    INB__ROLLOUT_KEY_KEEP,
    INB__ROLLOUT_KEY_RENAME,
    INB__ROLLOUT_KEY_WITH_TABLE, /* together with its new, empty table */
    INB__ROLLOUT_KEY_ADD,        /* NOT VALID, then validated */
    INB__ROLLOUT_KEY_REPLACE, /* another one on the same columns is dropped in the same transaction
                               */
    INB__ROLLOUT_KEY_SWITCH   /* in the switch: what it is about is switched there */
} inb__rollout_key_fate;

typedef struct inb__rollout_key {
    inb__rollout_key_fate fate;
    uint32_t prev; /* its counterpart, or INB__SCHEMA_NONE */
    bool differs;  /* its counterpart refers to something else, or acts otherwise */
} inb__rollout_key;

typedef struct inb__rollout {
    inb__arena *arena;
    const inb__steps *steps;
    const inb__renames *renames;
    inb__diff_options options;
    const inb__schema *from, *to;
    /*
     * `to` with the names that hold at this point of the plan, and as an end of steps. Statements
     * keep it, so it is replaced and not changed (inb__rollout_mid_change).
     */
    const inb__schema *mid;
    const inb__steps *interim;
    inb__differ pairs;
    inb__rollout_table *tables; /* by table of `to` */
    bool *enum_rebuilt;         /* by enum of `to` */
    inb__str *enum_old;         /* by enum of `to`: the old type's name after the switch */
    inb__rollout_key *keys;     /* by foreign key of `to` */
    bool *key_gone;             /* by foreign key of `from`: no counterpart takes its place */
    inb__str **index_now;       /* by table and index of `from`: its name at this point */
    bool **index_in_switch;     /* by table and index of `from`: a foreign key depends on it, so it
                                   is dropped in the switch */
    inb__map names;             /* everything that is named, so that a new name is new */
    INB__VEC(inb__rollout_migration) out;
    inb__rollout_migration now; /* being written */
} inb__rollout;

/* ---- writing (rollout_write.c) --------------------------------------------------------------- */

/* Begins a migration; `subject` (may be empty) becomes part of its name. */
void inb__rollout_open(inb__rollout *p, inb__rollout_phase phase, const char *verb,
                       inb__str subject);
/* Ends it; one without statements is none. What follows a backfill waits for it. */
void inb__rollout_close(inb__rollout *p);

/* Says a sentence of the migration. */
void inb__rollout_note_names(inb__rollout *p, inb__sentence sentence, const inb__str *names,
                             size_t n);
#define inb__rollout_note(p, sentence) inb__rollout_note_names((p), (sentence), NULL, 0)
#define inb__rollout_note_of(p, sentence, ...)                                                     \
    inb__rollout_note_names((p), (sentence), (const inb__str[]){__VA_ARGS__},                      \
                            sizeof((const inb__str[]){__VA_ARGS__}) / sizeof(inb__str))

/* A sentence about a column that changes its type: the column, the old type and the new one. */
void inb__rollout_note_types(inb__rollout *p, inb__sentence sentence, uint32_t table,
                             uint32_t column);

/* A query that finds nothing when the migration can be applied. */
void inb__rollout_check(inb__rollout *p, const inb__fragment *query);
/* Adds one statement. */
void inb__rollout_say(inb__rollout *p, inb_class cls, const inb__fragment *sql);
/* The same of one whose class the analysis cannot see, so it is said, with the reason. */
void inb__rollout_opaque(inb__rollout *p, inb_class cls, const char *reason,
                         const inb__fragment *sql);
/* The same of a step as the differ knows it, between `from` and `mid` or `to`. */
void inb__rollout_step(inb__rollout *p, inb_class cls, const inb__steps *steps, inb__step step);

/* A name like `base` with a suffix that nothing has yet. */
inb__str inb__rollout_name(inb__rollout *p, inb__str base, const char *suffix);

const inb__fragment *inb__rollout_ident(inb__rollout *p, inb__str name);
/* "name" of something in a schema. */
const inb__fragment *inb__rollout_in_space(inb__rollout *p, inb__str space, inb__str name);
/* "name" in the schema in which a table of `to` is at this point of the plan. */
const inb__fragment *inb__rollout_in_mid(inb__rollout *p, uint32_t table, inb__str name);
/* The column of a table of `to` under the name that it has at this point. */
const inb__fragment *inb__rollout_column_name(inb__rollout *p, uint32_t table, uint32_t column);
const inb__fragment *inb__rollout_type(inb__rollout *p, const inb__column *c);

/* A model of the same things as `mid` in which table and columns can be given other names. */
inb__table *inb__rollout_mid_change(inb__rollout *p, uint32_t table);

static inline const inb__column *inb__rollout_mid(const inb__rollout *p, uint32_t table,
                                                  uint32_t column)
{
    return &p->mid->tables[table].columns[column];
}

static inline const inb__table *inb__rollout_prev_table(const inb__rollout *p,
                                                        const inb__rollout_table *t)
{
    return &p->from->tables[t->pair->prev];
}

/* The primary key of a table is on this column, alone or with others. */
static inline bool inb__rollout_key_has(const inb__table *t, uint32_t column)
{
    for (size_t i = 0; t->primary_key && i < t->primary_key->n_columns; i++) {
        if (t->primary_key->columns[i].column == column) {
            return true;
        }
    }
    return false;
}

/* ---- values (rollout_values.c) --------------------------------------------------------------- */

/*
 * The value that rows get for which nobody says one: number is an expression, NULL where all may be
 * the same. NULL when the type has none to offer.
 */
const inb__fragment *inb__rollout_invent(inb__rollout *p, const inb__column *c,
                                         const inb__fragment *number);
/* Whether invented values of a type differ with the number. */
bool inb__rollout_invents_many(const inb__column *c);
/*
 * The new value of a rebuilt column as an expression over the old one; NULL when there is no
 * conversion.
 */
const inb__fragment *inb__rollout_converted(inb__rollout *p, const inb__rollout_column *c,
                                            const inb__column *next, const inb__fragment *old);
/* The default of a column, when each row can have it. */
const inb__fragment *inb__rollout_constant(inb__rollout *p, const inb__column *c);
/* A rebuilt column is of one enum before, and of one afterwards. */
bool inb__rollout_is_by_label(const inb__rollout *p, uint32_t table, uint32_t column);
/* A column is in a foreign key of the schema: a guess would refer to a row by chance. */
bool inb__rollout_refers(const inb__schema *s, uint32_t table, uint32_t column);

/* ---- indexes and constraints (rollout_indexes.c, rollout_constraints.c) ---------------------- */

/* CREATE [UNIQUE] INDEX CONCURRENTLY. */
void inb__rollout_index_build(inb__rollout *p, uint32_t table, uint32_t index);
/* A migration that builds a unique index whose values nobody has proven. */
void inb__rollout_unique_build(inb__rollout *p, uint32_t table, uint32_t index);
/* The index that will carry the primary key, when the same values are the key now, or are not. */
void inb__rollout_key_index_build(inb__rollout *p, uint32_t table, bool proven);
void inb__rollout_index_take_name(inb__rollout *p, uint32_t table, uint32_t index);

/* References to rows that are not there. */
void inb__rollout_orphans_check(inb__rollout *p, const inb__foreign_key *f);
void inb__rollout_key_drop(inb__rollout *p, uint32_t prev);
void inb__rollout_key_add(inb__rollout *p, uint32_t next); /* NOT VALID */
void inb__rollout_key_validate(inb__rollout *p, uint32_t next);

/* A new sequence of a column, which starts after the existing numbers: the first statements of a
 * migration, because they read the table. */
void inb__rollout_sequence_create(inb__rollout *p, uint32_t table, uint32_t column);
/* It becomes the column's default. */
void inb__rollout_sequence_default(inb__rollout *p, uint32_t table, uint32_t column);
/* Both in the switch, where the table is locked already. */
void inb__rollout_sequence_switch(inb__rollout *p, uint32_t table, uint32_t column);

/* ---- the parts of the plan ------------------------------------------------------------------- */

void inb__rollout_survey(inb__rollout *p); /* rollout_survey.c: modes, names, fates */
void inb__rollout_column_survey(inb__rollout *p, inb__rollout_table *t, uint32_t table,
                                uint32_t column);
/* A dropped column that an INSERT cannot omit yet. */
bool inb__rollout_column_hinders(const inb__rollout_table *t, const inb__table *prev,
                                 uint32_t column);
/* A value for those who do not know it; NULL when there is none that all rows could have. */
const inb__fragment *inb__rollout_column_neutral(inb__rollout *p, uint32_t prev_table,
                                                 uint32_t column);
/* A column under another name has the default of the old one as long as both are written. */
bool inb__rollout_default_is_shared(const inb__rollout *p, uint32_t table, uint32_t column);
void inb__rollout_foreign_keys_survey(inb__rollout *p); /* once all tables are surveyed */

void inb__rollout_expand(inb__rollout *p);                     /* rollout_expand.c */
void inb__rollout_table_view(inb__rollout *p, uint32_t table); /* rollout_rename.c */
void inb__rollout_table_sync(inb__rollout *p, uint32_t table); /* rollout_sync.c */
void inb__rollout_backfill(inb__rollout *p);                   /* rollout_backfill.c */
void inb__rollout_tables_rename(inb__rollout *p);              /* rollout_rename.c */
void inb__rollout_joins_turn(inb__rollout *p);                 /* rollout_joins.c */
void inb__rollout_tighten(inb__rollout *p);                    /* rollout_contract.c */
void inb__rollout_switch(inb__rollout *p);                     /* rollout_switch.c */
void inb__rollout_drop(inb__rollout *p);                       /* rollout_drop.c */

#endif

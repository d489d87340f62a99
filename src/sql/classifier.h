/* What the files of the table of facts share: one statement being classified. */
#ifndef INB_SQL_CLASSIFIER_H
#define INB_SQL_CLASSIFIER_H

#include "sql/analyse.h"
#include "sql/catalog.h"
#include "util/node.h"

typedef struct inb__classifier inb__classifier;

struct inb__classifier {
    inb__arena *arena;
    inb__arena *scratch; /* ends with the statement, as its tree does */
    inb__catalog *catalog;
    inb__sql_statement *s;
    const inb__node *body; /* of the statement: what {"CreateStmt": …} holds */
    void (*nested)(inb__classifier *c, const inb__node *node); /* for a statement inside this one */
    bool separate; /* each statement commits for itself: no lock of an earlier one is held */
};

/* A row of the table of facts: what a kind of statement does before its handler looks closer. */
typedef struct inb__statement_rule {
    const char *node; /* the parser's name */
    const char *tag;
    inb_class cls;
    uint32_t flags; /* INB_STATEMENT_… */
    const char *reason;
    void (*more)(inb__classifier *c);
} inb__statement_rule;

/* The statement is at least of this class, for this reason, with these flags. */
void inb__classify_as(inb__classifier *c, inb_class cls, uint32_t flags, const char *reason);

/* Nothing can be told of what it does. */
void inb__classify_opaque(inb__classifier *c, const char *reason);

/* The server will refuse it: as far as the migrations tell, which is nothing after something
 * opaque. The first reason counts. */
void inb__classify_fails(inb__classifier *c, const char *instead, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* What the statement makes of one relation is not all known. */
void inb__classify_unseen(inb__classifier *c, const inb__relation *r, const char *reason);

/* It takes a lock on a relation, unless the migration made that itself. */
void inb__classify_lock(inb__classifier *c, inb__relation *r, inb_lock_mode mode);
/* The same for the partitions of it, and the tables that inherit from it. */
void inb__classify_lock_all(inb__classifier *c, inb__relation *r, inb_lock_mode mode);

/* The statement fails unless the relation is there (relation_needed.c): it is refused where no
 * migration makes one of that name, all can be seen and they began on an empty database. */
void inb__relation_needed(inb__classifier *c, inb__relation *r);
/* CREATE EXTENSION, which may bring relations. */
void inb__relation_extension(inb__classifier *c, inb__str extension);
void inb__relation_import(inb__classifier *c); /* IMPORT FOREIGN SCHEMA */

bool inb__classify_is_new(const inb__classifier *c, const inb__relation *r);

/* What an interrupted run looks for. */
void inb__classify_kind(inb__classifier *c, inb_statement_kind kind, inb__name relation,
                        inb__str object);

/* A RangeVar node, with or without its wrapper; a list of String nodes; the words of a type's name.
 */
inb__name inb__classify_name(const inb__node *range_var);
inb__name inb__classify_name_of_list(const inb__node *strings);
/* Whether a word is the name of one of PostgreSQL's functions that this room knows. */
bool inb__functions_know(inb__classifier *c, inb__str word);
/* Makes what a DO block makes, where its words tell; false where they do not (do_block.c). */
bool inb__do_block_understood(inb__classifier *c, inb__str text);
/* "Name", name or schema.name in a text, as regclass reads it. */
inb__name inb__classify_regclass(inb__arena *arena, inb__str text);
inb__relation *inb__classify_relation(inb__classifier *c, const inb__node *range_var);
/* No ONLY was written before it. */
bool inb__classify_inherits(const inb__node *range_var);

/* A text of the tree for as long as the catalogue lives, with a NUL. */
const char *inb__classify_text(inb__classifier *c, inb__str s);

/* How far a query goes (query_relations.c). */
typedef enum inb__reach {
    INB__REACH_NAMED,   /* it is only remembered, as a view's: the relations that it names */
    INB__REACH_PLANNED, /* and what the views in it read */
    INB__REACH_RUN      /* and what is called in it has its effects */
} inb__reach;

/* Locks for everything that is read under a node. */
void inb__query_reads(inb__classifier *c, const inb__node *root, inb__reach reach);
/* The same for the query of a view, which remembers what it reads. */
void inb__query_view_sources(inb__classifier *c, inb__relation *view, const inb__node *root,
                             inb__reach reach);
/* What a relation is read through, the view included. */
void inb__query_relation_read(inb__classifier *c, inb__relation *r, inb_lock_mode mode);
/* Whether the range under root is the name of a WITH query and not of a relation. */
bool inb__query_is_cte(const inb__node *root, const inb__node *range_var);

/* The locks of a query that is planned and not run, those of what it would change included. */
void inb__dml_plan(inb__classifier *c, const inb__node *root);

/* Views that read the relation go with it, or only those that name the column (drop.c). */
void inb__drop_views(inb__classifier *c, const inb__relation *r, inb__str column);
/* A view that surely reads the relation, or this column of it; NULL when there is none. */
const inb__relation *inb__drop_view_reading(const inb__classifier *c, const inb__relation *r,
                                            inb__str column);
/* Foreign keys that refer to these columns of it (NULL: to any) go. */
void inb__drop_referrers(inb__classifier *c, const inb__relation *r, const inb__strs *columns);

/* OWNED BY among a sequence's options. */
void inb__object_owned_by(inb__classifier *c);

/* Whether a function gives the same for the same rows. */
typedef enum inb__stability {
    INB__STABILITY_STEADY, /* PostgreSQL's own, or declared IMMUTABLE or STABLE by a migration */
    INB__STABILITY_VOLATILE,
    INB__STABILITY_UNKNOWN
} inb__stability;
/* Keeps what a CREATE or ALTER FUNCTION says of it among its options; `otherwise` is what it is
 * where nothing is written, "": as it was. */
void inb__create_function_volatility(inb__classifier *c, inb__name name, const inb__node *options,
                                     const char *otherwise);
inb__stability inb__functions_stability(const inb__classifier *c, const inb__node *call);

/* Whether every function that is called under the node is one of PostgreSQL's that this room knows
 * (functions.c). */
bool inb__functions_are_known(const inb__classifier *c, const inb__node *root);
/* Whether the expression can give another value for each row. */
bool inb__functions_are_volatile(const inb__classifier *c, const inb__node *root);
/* Whether the node is a call of set_config() for longer than a transaction. */
bool inb__functions_set_config(const inb__node *call);
/* What the functions that are called under the node do: opaque where one is not known. */
void inb__functions_called(inb__classifier *c, const inb__node *root);

/* Objects (object_names.c): the catalogue's word for a kind, the name wherever a statement keeps
 * it, the kind in words. */
const char *inb__object_kind(inb__classifier *c, inb__str kind);
inb__name inb__object_name(inb__classifier *c, const inb__node *object);
const char *inb__object_tag(inb__classifier *c, const char *verb, inb__str kind);
/* The relation of which the last word of a list names a part: a column, a trigger, a policy. */
inb__name inb__object_owner_of(const inb__node *items);
/* The same for an ObjectWithArgs node; a routine whose arguments are not written is the one of that
 * name. */
inb__name inb__object_routine_name(inb__classifier *c, const inb__node *object);
/* A function's name with the types of its arguments. */
inb__name inb__object_function_name(inb__classifier *c, inb__name name,
                                    const inb__node *parameters);

/* The handlers, by file. */
void inb__create_table(inb__classifier *c); /* create.c */
void inb__create_table_as(inb__classifier *c);
/* IF NOT EXISTS, and the history has made it: then nothing happens. */
bool inb__create_exists_already(inb__classifier *c, inb__name name, const char *flag);
/* A name that a migration has given to a relation, and no later one taken away. */
void inb__create_must_be_new(inb__classifier *c, inb__name name);
/* What LIKE takes or leaves of the other table beside its columns' names (create_like.c). */
void inb__create_like(inb__classifier *c, inb__relation *r, inb__relation *like, int64_t options);
void inb__create_view(inb__classifier *c);
void inb__create_sequence(inb__classifier *c);
void inb__create_index(inb__classifier *c); /* create_index.c */
void inb__create_object(inb__classifier *c);
void inb__create_function(inb__classifier *c); /* create_function.c */
void inb__create_statistics(inb__classifier *c);
void inb__create_publication(inb__classifier *c);
void inb__create_foreign_table(inb__classifier *c);
void inb__create_cast(inb__classifier *c);
void inb__alter_table(inb__classifier *c);           /* alter.c */
void inb__object_alter_sequence(inb__classifier *c); /* object_statements.c */
void inb__object_alter_enum(inb__classifier *c);
void inb__object_alter_domain(inb__classifier *c);
void inb__alter_rename_schema(inb__classifier *c); /* alter_rename.c */
void inb__alter_rename(inb__classifier *c);
void inb__drop_object(inb__classifier *c);   /* drop.c */
void inb__object_change(inb__classifier *c); /* object_statements.c */
void inb__object_owner_to(inb__classifier *c);
void inb__object_depends(inb__classifier *c);
void inb__object_extension_contents(inb__classifier *c);
void inb__object_comment(inb__classifier *c);
void inb__object_grant(inb__classifier *c);
void inb__object_default_privileges(inb__classifier *c);
void inb__object_on_table(inb__classifier *c);
void inb__object_create_policy(inb__classifier *c);
void inb__object_database(inb__classifier *c);
void inb__dml_insert(inb__classifier *c); /* dml.c */
void inb__dml_update(inb__classifier *c);
void inb__dml_delete(inb__classifier *c);
void inb__dml_merge(inb__classifier *c);
void inb__dml_select(inb__classifier *c);
void inb__dml_copy(inb__classifier *c);
void inb__utility_truncate(inb__classifier *c); /* utility.c */
void inb__utility_lock(inb__classifier *c);
void inb__utility_vacuum(inb__classifier *c);
void inb__utility_cluster(inb__classifier *c);
void inb__utility_reindex(inb__classifier *c);
void inb__utility_drop_owned(inb__classifier *c);
void inb__utility_refresh(inb__classifier *c);
void inb__utility_opaque(inb__classifier *c);
void inb__utility_explain(inb__classifier *c);
void inb__utility_plan(inb__classifier *c);
void inb__utility_move_all(inb__classifier *c);
void inb__utility_set(inb__classifier *c);
void inb__utility_discard(inb__classifier *c);
void inb__utility_subscription(inb__classifier *c);

/* The constraints and columns of a new table or of ADD COLUMN, ADD CONSTRAINT (constraint.c). */
void inb__constraint_take(inb__classifier *c, inb__relation *r, const inb__node *constraint,
                          inb__str column);
void inb__constraint_column_take(inb__classifier *c, inb__relation *r, const inb__node *column);
/* The canonical text of a column's type. */
inb__str inb__constraint_type(inb__classifier *c, const inb__node *type);
/* GENERATED AS IDENTITY: the column's sequence. */
void inb__constraint_identity_take(inb__classifier *c, inb__relation *r, inb__str column);
/* The relations that its foreign keys refer to: its own, or those that a partition has from its
 * parent. */
void inb__constraint_parents_lock(inb__classifier *c, const inb__relation *r, bool inherited,
                                  inb_lock_mode mode);
/* Tables that are made OF the type. */
void inb__alter_typed_tables_lock(inb__classifier *c, inb__name type, uint32_t flags);
/* The default of a domain, NULL for none. */
void inb__constraint_domain_default(inb__classifier *c, inb__domain *d,
                                    const inb__node *expression);
/* The columns that an expression names, each once. */
void inb__constraint_expression_columns(inb__classifier *c, inb__strs *out, const inb__node *root);
/* The collation of a CollateClause, "" for the default one or none. */
inb__str inb__constraint_collation(inb__classifier *c, const inb__node *clause);
/* The columns of the parent that a foreign key refers to. */
const inb__strs *inb__constraint_parent_keys(const inb__constraint *k);
bool inb__constraint_is(const inb__node *constraint, const char *contype);
/* The columns that a CHECK says are not null. */
void inb__constraint_proofs(inb__classifier *c, inb__strs *out, const inb__node *constraint);
/* Whether a CHECK on a domain's value says that it is not null. */
bool inb__constraint_refuses_null(inb__classifier *c, const inb__node *constraint);

/* The table itself (statement_rules.c), ended by a row without a node. */
extern const inb__statement_rule inb__statement_rules[];

#endif

/* What the files of the table of facts share: one statement being classified. */
#ifndef INB_SQL_CLASSIFIER_H
#define INB_SQL_CLASSIFIER_H

#include "sql/catalog.h"
#include "sql/sql.h"
#include "sql/tree.h"

typedef struct inb__classifier {
    inb__arena *arena;
    inb__catalog *catalog;
    inb__sql_statement *s;
    const inb__node *body; /* of the statement: what {"CreateStmt": …} holds */
    bool separate; /* each statement commits for itself: no lock of an earlier one is held */
} inb__classifier;

/* A row of the table of facts: what a kind of statement does before its handler looks closer. */
typedef struct inb__fact {
    const char *node; /* the parser's name */
    const char *tag;
    inb_class cls;
    uint32_t flags; /* INB_STATEMENT_… */
    const char *reason;
    void (*more)(inb__classifier *c);
} inb__fact;

/* The statement is at least of this class, for this reason, with these flags. */
void inb__classify_as(inb__classifier *c, inb_class cls, uint32_t flags, const char *reason);

/* Nothing can be told of what it does. */
void inb__classify_opaque(inb__classifier *c, const char *reason);

/* It takes a lock on a relation, unless the migration made that itself. */
void inb__classify_lock(inb__classifier *c, const inb__relation *r, inb_lock_mode mode);
/* The same for the partitions of it, too. */
void inb__classify_lock_all(inb__classifier *c, const inb__relation *r, inb_lock_mode mode);

bool inb__classify_is_new(const inb__classifier *c, const inb__relation *r);

/* What an interrupted run looks for. */
void inb__classify_kind(inb__classifier *c, inb_statement_kind kind, inb__name relation,
                        inb__str object);

/* A RangeVar node, with or without its wrapper; a list of String nodes; the words of a type's name.
 */
inb__name inb__name_of(const inb__node *range_var);
inb__name inb__name_of_list(const inb__node *strings);
inb__relation *inb__relation_of(inb__classifier *c, const inb__node *range_var);

/* A text of the tree in the arena, with a NUL. */
const char *inb__classify_text(inb__classifier *c, inb__str s);

/* Locks for everything that is read under a node, and what changes rows in it (dml.c). */
void inb__classify_reads(inb__classifier *c, const inb__node *root);
/*
 * The same for the query of a view or a new table, which remembers what it reads. Only a query that
 * runs reads what the views in it read.
 */
void inb__classify_view_sources(inb__classifier *c, inb__relation *view, const inb__node *root,
                                bool runs);
void inb__classify_relation_read(inb__classifier *c, const inb__relation *r);

/* OWNED BY among a sequence's options. */
void inb__classify_owned_by(inb__classifier *c);

/* Whether the expression can give another value for each row (functions.c). */
bool inb__expression_is_volatile(const inb__node *root);
/* A function under the node that is not known to be without effect; "" when there is none. */
inb__str inb__expression_unknown_function(const inb__node *root);

/* The handlers, by file. */
void inb__fact_create_table(inb__classifier *c); /* create.c */
void inb__fact_create_table_as(inb__classifier *c);
void inb__fact_create_view(inb__classifier *c);
void inb__fact_create_sequence(inb__classifier *c);
void inb__fact_create_index(inb__classifier *c);
void inb__fact_create_object(inb__classifier *c);
void inb__fact_create_function(inb__classifier *c);
void inb__fact_create_statistics(inb__classifier *c);
void inb__fact_create_publication(inb__classifier *c);
void inb__fact_alter_table(inb__classifier *c);    /* alter.c */
void inb__fact_alter_sequence(inb__classifier *c); /* object.c */
void inb__fact_alter_enum(inb__classifier *c);
void inb__fact_alter_domain(inb__classifier *c);
void inb__fact_set_schema(inb__classifier *c);
void inb__fact_rename(inb__classifier *c);
void inb__fact_drop(inb__classifier *c);
void inb__fact_comment(inb__classifier *c);
void inb__fact_grant(inb__classifier *c);
void inb__fact_default_privileges(inb__classifier *c);
void inb__fact_on_table(inb__classifier *c);
void inb__fact_create_policy(inb__classifier *c);
void inb__fact_database(inb__classifier *c);
void inb__fact_insert(inb__classifier *c); /* dml.c */
void inb__fact_update(inb__classifier *c);
void inb__fact_delete(inb__classifier *c);
void inb__fact_merge(inb__classifier *c);
void inb__fact_select(inb__classifier *c);
void inb__fact_copy(inb__classifier *c);
void inb__fact_truncate(inb__classifier *c); /* maintain.c */
void inb__fact_lock(inb__classifier *c);
void inb__fact_vacuum(inb__classifier *c);
void inb__fact_cluster(inb__classifier *c);
void inb__fact_reindex(inb__classifier *c);
void inb__fact_refresh(inb__classifier *c);
void inb__fact_opaque(inb__classifier *c);
void inb__fact_explain(inb__classifier *c);
void inb__fact_subscription(inb__classifier *c);

/* The constraints and columns of a new table or of ADD COLUMN, ADD CONSTRAINT (constraint.c). */
void inb__constraint_take(inb__classifier *c, inb__relation *r, const inb__node *constraint,
                          inb__str column);
void inb__column_take(inb__classifier *c, inb__relation *r, const inb__node *column);
void inb__foreign_keys_lock(inb__classifier *c, const inb__relation *r, inb_lock_mode mode);
bool inb__constraint_is(const inb__node *constraint, const char *contype);

/* The table itself (facts.c), ended by a row without a node. */
extern const inb__fact inb__facts[];

/* Looks a statement's row up and applies it; also for the statement inside EXPLAIN. */
void inb__classify_node(inb__classifier *c, const inb__node *node);

#endif

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
void inb__classify_lock(inb__classifier *c, inb__relation *r, inb_lock_mode mode);
/* The same for the partitions of it, and the tables that inherit from it. */
void inb__classify_lock_all(inb__classifier *c, inb__relation *r, inb_lock_mode mode);

bool inb__classify_is_new(const inb__classifier *c, const inb__relation *r);

/* What an interrupted run looks for. */
void inb__classify_kind(inb__classifier *c, inb_statement_kind kind, inb__name relation,
                        inb__str object);

/* A RangeVar node, with or without its wrapper; a list of String nodes; the words of a type's name.
 */
inb__name inb__name_of(const inb__node *range_var);
inb__name inb__name_of_list(const inb__node *strings);
inb__relation *inb__relation_of(inb__classifier *c, const inb__node *range_var);
/* No ONLY was written before it. */
bool inb__name_inherits(const inb__node *range_var);

/* A text of the tree in the arena, with a NUL. */
const char *inb__classify_text(inb__classifier *c, inb__str s);

/* How far a query goes (read.c). */
typedef enum inb__reach {
    INB__REACH_NAMED,   /* it is only remembered, as a view's: the relations that it names */
    INB__REACH_PLANNED, /* and what the views in it read */
    INB__REACH_RUN      /* and what is called in it has its effects */
} inb__reach;

/* Locks for everything that is read under a node. */
void inb__classify_reads(inb__classifier *c, const inb__node *root, inb__reach reach);
/* The same for the query of a view, which remembers what it reads. */
void inb__classify_view_sources(inb__classifier *c, inb__relation *view, const inb__node *root,
                                inb__reach reach);
/* What a relation is read through, the view included. */
void inb__classify_relation_read(inb__classifier *c, inb__relation *r, inb_lock_mode mode);
/* Whether the range under root is the name of a WITH query and not of a relation. */
bool inb__name_is_cte(const inb__node *root, const inb__node *range_var);

/* The locks of a query that is planned and not run, those of what it would change included. */
void inb__classify_plan(inb__classifier *c, const inb__node *root);

/* Views that read the relation go with it, or only those that name the column (drop.c). */
void inb__views_cascade(inb__classifier *c, const inb__relation *r, inb__str column);
/* Foreign keys that refer to these columns of it (NULL: to any) go. */
void inb__referrers_cascade(inb__classifier *c, const inb__relation *r, const inb__strs *columns);

/* OWNED BY among a sequence's options. */
void inb__classify_owned_by(inb__classifier *c);

/* Whether the expression can give another value for each row (functions.c). */
bool inb__expression_is_volatile(const inb__classifier *c, const inb__node *root);
/* What the functions that are called under the node do: opaque where one is not known. */
void inb__classify_calls(inb__classifier *c, const inb__node *root);

/* Objects (object.c): the catalogue's word for a kind, the name wherever a statement keeps it, the
 * kind in words. */
const char *inb__object_kind(inb__classifier *c, inb__str kind);
inb__name inb__object_name(inb__classifier *c, const inb__node *object);
const char *inb__object_tag(inb__classifier *c, const char *verb, inb__str kind);
/* The relation of which the last word of a list names a part: a column, a trigger, a policy. */
inb__name inb__owner_of(const inb__node *items);
/* A function's name with the types of its arguments. */
inb__name inb__function_name(inb__classifier *c, inb__name name, const inb__node *parameters);

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
void inb__fact_create_foreign_table(inb__classifier *c);
void inb__fact_create_cast(inb__classifier *c);
void inb__fact_alter_table(inb__classifier *c);    /* alter.c */
void inb__fact_alter_sequence(inb__classifier *c); /* object.c */
void inb__fact_alter_enum(inb__classifier *c);
void inb__fact_alter_domain(inb__classifier *c);
void inb__fact_set_schema(inb__classifier *c); /* rename.c */
void inb__fact_rename(inb__classifier *c);
void inb__fact_drop(inb__classifier *c);      /* drop.c */
void inb__fact_on_object(inb__classifier *c); /* object.c */
void inb__fact_owner(inb__classifier *c);
void inb__fact_depends(inb__classifier *c);
void inb__fact_extension_contents(inb__classifier *c);
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
void inb__fact_plan(inb__classifier *c);
void inb__fact_move_all(inb__classifier *c);
void inb__fact_set(inb__classifier *c);
void inb__fact_discard(inb__classifier *c);
void inb__fact_subscription(inb__classifier *c);

/* The constraints and columns of a new table or of ADD COLUMN, ADD CONSTRAINT (constraint.c). */
void inb__constraint_take(inb__classifier *c, inb__relation *r, const inb__node *constraint,
                          inb__str column);
void inb__column_take(inb__classifier *c, inb__relation *r, const inb__node *column);
/* The relations that its foreign keys refer to: its own, or those that a partition has from its
 * parent. */
void inb__foreign_keys_lock(inb__classifier *c, const inb__relation *r, bool inherited,
                            inb_lock_mode mode);
/* Tables that are made OF the type. */
void inb__typed_tables_lock(inb__classifier *c, inb__name type, uint32_t flags);
/* The columns of the parent that a foreign key refers to. */
const inb__strs *inb__foreign_key_keys(const inb__constraint *k);
bool inb__constraint_is(const inb__node *constraint, const char *contype);
/* The columns that a CHECK says are not null. */
void inb__constraint_proofs(inb__classifier *c, inb__strs *out, const inb__node *constraint);
/* Whether a CHECK on a domain's value says that it is not null. */
bool inb__check_refuses_null(inb__classifier *c, const inb__node *constraint);

/* The table itself (facts.c), ended by a row without a node. */
extern const inb__fact inb__facts[];

/* Looks a statement's row up and applies it; also for the statement inside EXPLAIN. */
void inb__classify_node(inb__classifier *c, const inb__node *node);

#endif

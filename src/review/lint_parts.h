/* What the files of rules share. */
#ifndef INB_REVIEW_LINT_PARTS_H
#define INB_REVIEW_LINT_PARTS_H

#include "review/lint.h"
#include "sql/classifier.h"

/* A finding about the statement; instead: SQL, or NULL. */
void inb__lint_find(inb__lint *l, inb__lint_id id, const char *instead, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* As a person writes it: schema.name, "Name". */
const char *inb__lint_name(inb__lint *l, inb__name name);
const char *inb__lint_ident(inb__lint *l, inb__str name);
/* "a, b" of names, and of String nodes. */
const char *inb__lint_idents(inb__lint *l, const inb__strs *names);
const char *inb__lint_keys(inb__lint *l, const inb__node *strings);

/* For what src/sql finds out about an expression, which changes nothing. */
static inline inb__classifier inb__lint_classifier(const inb__lint *l)
{
    return (inb__classifier){
        .arena = l->arena, .scratch = l->arena, .catalog = (inb__catalog *)l->catalog};
}

/* A relation that this migration did not make, as far as we know. */
bool inb__lint_is_old(const inb__lint *l, const inb__relation *r);
inb__relation *inb__lint_relation(const inb__lint *l, const inb__node *range_var);

/* The statement with `more` behind the first of its words that is `word`; NULL when there is none.
 */
const char *inb__lint_insert(inb__lint *l, const char *word, const char *more);

/* ALTER TABLE: "ALTER TABLE t", and the text of the subcommand of that number. */
inb__str inb__lint_alter_head(const inb__lint *l);
inb__str inb__lint_alter_command(const inb__lint *l, size_t number);

/* The name that a constraint of a node has or got from the catalogue, else the text `unknown`. */
const char *inb__lint_constraint_name(inb__lint *l, const inb__relation *r, const inb__node *node,
                                      const char *unknown);

/* The rules, by the statement; before it is taken into the catalogue, or after. */
void inb__lint_index_created(inb__lint *l); /* lint_index.c */
void inb__lint_index_rebuilt(inb__lint *l);
void inb__lint_index_check(inb__lint *l, const inb__relation *index);
void inb__lint_foreign_keys_check(inb__lint *l);
void inb__lint_table_altered_before(inb__lint *l); /* lint_alter.c */
void inb__lint_table_altered(inb__lint *l);
void inb__lint_table_created(inb__lint *l); /* lint_column.c */
void inb__lint_type_check(inb__lint *l, const char *column, const inb__node *type);
void inb__lint_column_check(inb__lint *l, const inb__node *column);
void inb__lint_dropped(inb__lint *l); /* lint_drop.c */
void inb__lint_database_dropped(inb__lint *l);
void inb__lint_owned_dropped(inb__lint *l);
void inb__lint_renamed(inb__lint *l);
void inb__lint_revoked(inb__lint *l);
void inb__lint_updated(inb__lint *l); /* lint_rows.c */
void inb__lint_deleted(inb__lint *l);
void inb__lint_truncated(inb__lint *l);
void inb__lint_locked(inb__lint *l); /* lint_other.c */
void inb__lint_trigger(inb__lint *l);
void inb__lint_policy(inb__lint *l);
void inb__lint_refreshed(inb__lint *l);
void inb__lint_domain_created(inb__lint *l);
void inb__lint_domain_altered(inb__lint *l);
void inb__lint_enum_altered(inb__lint *l);
void inb__lint_rewritten(inb__lint *l);

#endif

/* The referential actions of a foreign key. */
#ifndef INB_POSTGRES_REF_ACTION_H
#define INB_POSTGRES_REF_ACTION_H

typedef enum inb__ref_action {
    INB__REF_UNSET, /* nothing is written; PostgreSQL then means NO ACTION */
    INB__REF_NO_ACTION,
    INB__REF_RESTRICT,
    INB__REF_CASCADE,
    INB__REF_SET_NULL,
    INB__REF_SET_DEFAULT
} inb__ref_action;
#define INB__REF_ACTIONS 6

/* "CASCADE", "SET NULL"; "" when unset. */
const char *inb__ref_action_sql(inb__ref_action action);

#endif

/* `[a, b(sort: Desc)]`: the lists of fields that keys, indexes and relations take. */
#ifndef INB_PSL_FIELDLIST_H
#define INB_PSL_FIELDLIST_H

#include "psl/attrs.h"

/* The names of a list that are not scalar fields. */
typedef INB__VEC(inb__str) inb__psl_name_list;

typedef struct inb__psl_fieldlist {
    bool done; /* false: the errors were reported, or are in the next two */
    inb__psl_name_list unknown;
    inb__psl_name_list relations; /* relation fields, and fields of an unknown type */
    INB__VEC(inb__psl_checked_field *) relation_fields;
    INB__VEC(inb__dm_index_field) fields;
    INB__VEC(bool) has_arguments; /* by field */
    bool has_length, has_ops;
} inb__psl_fieldlist;

typedef enum inb__psl_fieldlist_form {
    INB__FIELDS_PLAIN,     /* names only: @relation */
    INB__FIELDS_ARGUMENTS, /* with arguments: @@id */
    INB__FIELDS_PATHS      /* also into composite types: indexes */
} inb__psl_fieldlist_form;

/* Resolves the list against the fields of `top`; a repeated field is reported at the attribute. */
void inb__psl_fieldlist_resolve(inb__psl_fieldlist *out, inb__psl_checker *c,
                                const inb__psl_expr *list, inb__psl_checked_top *top,
                                inb__span attr_span, inb__psl_fieldlist_form form);

#endif

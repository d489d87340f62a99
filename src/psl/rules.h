/* The last pass in parts: one function for each kind of object. */
#ifndef INB_PSL_RULES_H
#define INB_PSL_RULES_H

#include "psl/checker.h"
#include "psl/cycles.h"

/* How often each name is used where it must be unique. */
typedef struct inb__psl_rules {
    inb__map schema_names;  /* schema and name of keys and indexes -> count */
    inb__map *model_names;  /* by model: names of keys, indexes and foreign keys -> count */
    inb__map *client_names; /* by model: `name:` of @@id and @@unique -> inb__psl_client_name */
    inb__psl_cycles cycles; /* made with relationMode = "prisma" only */
} inb__psl_rules;

typedef struct inb__psl_client_name {
    int count;
    bool is_key, is_unique;
} inb__psl_client_name;

void inb__psl_rules_names_init(inb__psl_rules *r, inb__psl_checker *c);

void inb__psl_rules_model_composites(inb__psl_checker *c);
void inb__psl_rules_model_defaults(inb__psl_checker *c);
void inb__psl_rules_model_extensions(inb__psl_checker *c);
void inb__psl_rules_names_tables(inb__psl_checker *c);
void inb__psl_rules_model(inb__psl_checker *c, inb__psl_rules *r, inb__psl_checked_top *top);
void inb__psl_rules_model_view(inb__psl_checker *c, inb__psl_checked_top *top);
void inb__psl_rules_field_scalar(inb__psl_checker *c, inb__psl_rules *r, inb__psl_checked_field *f);
bool inb__psl_rules_relation_field(inb__psl_checker *c, inb__psl_rules *r,
                                   inb__psl_checked_field *f);
void inb__psl_rules_index(inb__psl_checker *c, inb__psl_rules *r, inb__psl_checked_index *index);
void inb__psl_rules_index_view(inb__psl_checker *c, inb__psl_checked_index *index);
void inb__psl_rules_index_opclasses(inb__psl_checker *c, inb__psl_checked_index *index);
void inb__psl_rules_names_enums(inb__psl_checker *c);
void inb__psl_rules_relation(inb__psl_checker *c, inb__psl_rules *r,
                             inb__psl_checked_relation *relation);

/* Shared by several. */
bool inb__psl_rules_names_taken_in_schema(inb__psl_rules *r, inb__psl_checker *c,
                                          const inb__dm_model *m, inb__str name);
bool inb__psl_rules_names_taken_in_model(inb__psl_rules *r, const inb__dm_model *m, inb__str name);
void inb__psl_rules_names_refuse(inb__psl_checker *c, inb__span span, inb__str name,
                                 const char *where);
void inb__psl_rules_names_length(inb__psl_checker *c, const inb__psl_attribute *attr,
                                 inb__str name);
void inb__psl_rules_names_schema(inb__psl_checker *c, const inb__psl_checked_top *top,
                                 inb__str schema);
void inb__psl_rules_names_client_clash(inb__psl_checker *c, inb__psl_rules *r,
                                       const inb__psl_checked_field *f);
void inb__psl_rules_names_client_unique(inb__psl_checker *c, inb__psl_rules *r,
                                        const inb__dm_model *m, inb__str name,
                                        const inb__psl_attribute *attr);
/* Whether the names of fields, joined by "_", are the name of a scalar field. */
bool inb__psl_rules_names_joined_clash(inb__psl_checker *c, const inb__dm_model *m,
                                       const inb__dm_index_field *fields, size_t n);

/* The names of the fields, quoted, for a message. */
const char *inb__psl_rules_names_quoted(inb__psl_checker *c, inb__dm_field *const *fields,
                                        size_t n);

#endif

/* The last pass in parts: one function a thing that rules are about. */
#ifndef INB_PSL_RULES_H
#define INB_PSL_RULES_H

#include "psl/checker.h"
#include "psl/cycles.h"

/* How often each name is used where it must be unique. */
typedef struct inb__rules {
    inb__map schema_names;  /* schema and name of keys and indexes -> count */
    inb__map *model_names;  /* by model: names of keys, indexes and foreign keys -> count */
    inb__map *client_names; /* by model: `name:` of @@id and @@unique -> inb__client_name */
    inb__cycles cycles;     /* made with relationMode = "prisma" only */
} inb__rules;

typedef struct inb__client_name {
    int count;
    bool is_key, is_unique;
} inb__client_name;

void inb__rules_init(inb__rules *r, inb__chk *c);

void inb__rules_composites(inb__chk *c);
void inb__rules_defaults(inb__chk *c);
void inb__rules_extensions(inb__chk *c);
void inb__rules_table_names(inb__chk *c);
void inb__rules_model(inb__chk *c, inb__rules *r, inb__chk_top *top);
void inb__rules_view(inb__chk *c, inb__chk_top *top);
void inb__rules_scalar_field(inb__chk *c, inb__rules *r, inb__chk_field *f);
bool inb__rules_relation_field(inb__chk *c, inb__rules *r, inb__chk_field *f);
void inb__rules_index(inb__chk *c, inb__rules *r, inb__chk_index *index);
void inb__rules_view_index(inb__chk *c, inb__chk_index *index);
void inb__rules_opclasses(inb__chk *c, inb__chk_index *index);
void inb__rules_enums(inb__chk *c);
void inb__rules_relation(inb__chk *c, inb__rules *r, inb__chk_relation *relation);

/* Shared by several. */
bool inb__rules_schema_name_taken(inb__rules *r, inb__chk *c, const inb__dm_model *m,
                                  inb__str name);
bool inb__rules_model_name_taken(inb__rules *r, const inb__dm_model *m, inb__str name);
void inb__rules_name_refuse(inb__chk *c, inb__span span, inb__str name, const char *where);
void inb__rules_name_length(inb__chk *c, const inb__psl_attribute *attr, inb__str name);
void inb__rules_schema(inb__chk *c, const inb__chk_top *top, inb__str schema);
void inb__rules_client_name_clash(inb__chk *c, inb__rules *r, const inb__chk_field *f);
void inb__rules_client_name_unique(inb__chk *c, inb__rules *r, const inb__dm_model *m,
                                   inb__str name, const inb__psl_attribute *attr);
/* Whether the names of fields, joined by "_", are the name of a scalar field. */
bool inb__rules_joined_name_clash(inb__chk *c, const inb__dm_model *m,
                                  const inb__dm_index_field *fields, size_t n);

#endif

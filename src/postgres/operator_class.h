/* Operator classes: which index method and which types each is for. */
#ifndef INB_POSTGRES_OPERATOR_CLASS_H
#define INB_POSTGRES_OPERATOR_CLASS_H

#include "postgres/index_method.h"
#include "postgres/native_type.h"
#include "util/text.h"

typedef struct inb__opclass inb__opclass;

/* By its SQL name ("jsonb_path_ops"); NULL when the table does not have it. */
const inb__opclass *inb__opclass_find(inb__str name);
/* Every class in turn, by number from 0; NULL after the last. */
const inb__opclass *inb__opclass_at(size_t i);

const char *inb__opclass_name(const inb__opclass *opclass);

bool inb__opclass_supports(const inb__opclass *opclass, inb__index_method method);

/* Whether leaving the class out means the same on such an index. */
bool inb__opclass_is_default(const inb__opclass *opclass, inb__index_method method);

/* Whether a column of the type can have it. */
bool inb__opclass_takes(const inb__opclass *opclass, inb__native native, bool is_list);

/* The class that a column of the type has when none is written; NULL: the index cannot be made. */
const inb__opclass *inb__opclass_default(inb__index_method method, inb__native native,
                                         bool is_list);

#endif

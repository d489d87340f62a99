/* Finds the unique key by which a model is referenced. */
#include "config.h"

#include "psl/criterion.h"

static bool is_strict(const inb__psl_criterion *one)
{
    for (size_t i = 0; i < one->n; i++) {
        const inb__dm_field *f = one->fields[i].field;
        if (f->arity == INB__DM_OPTIONAL || f->type.kind == INB__DM_TYPE_UNSUPPORTED) {
            return false;
        }
    }
    return true;
}

/* The first unique key that is strict, or the first of all. */
static bool key_find(const inb__dm_model *m, bool strict, inb__psl_criterion *out)
{
    if (m->primary_key) {
        *out = (inb__psl_criterion){m->primary_key->fields, m->primary_key->n_fields};
        if (!strict || is_strict(out)) {
            return true;
        }
    }
    for (size_t i = 0; i < m->n_indexes; i++) {
        *out = (inb__psl_criterion){m->indexes[i]->fields, m->indexes[i]->n_fields};
        if (m->indexes[i]->kind == INB__DM_INDEX_UNIQUE && (!strict || is_strict(out))) {
            return true;
        }
    }
    *out = (inb__psl_criterion){0};
    return false;
}

bool inb__psl_criterion_first(const inb__dm_model *m, inb__psl_criterion *out)
{
    return key_find(m, false, out);
}

bool inb__psl_criterion_strict(const inb__dm_model *m, inb__psl_criterion *out)
{
    return key_find(m, true, out);
}

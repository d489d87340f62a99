/* Enumerates the unique keys of a model. */
#include "config.h"

#include "psl/criterion.h"

bool inb__psl_criterion_at(const inb__dm_model *m, size_t i, inb__psl_criterion *out)
{
    if (m->primary_key) {
        if (i == 0) {
            *out = (inb__psl_criterion){m->primary_key->fields, m->primary_key->n_fields};
            return true;
        }
        i--;
    }
    for (size_t k = 0; k < m->n_indexes; k++) {
        if (m->indexes[k]->kind == INB__DM_INDEX_UNIQUE && i-- == 0) {
            *out = (inb__psl_criterion){m->indexes[k]->fields, m->indexes[k]->n_fields};
            return true;
        }
    }
    return false;
}

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

bool inb__psl_criterion_strict(const inb__dm_model *m, inb__psl_criterion *out)
{
    inb__psl_criterion one;
    for (size_t i = 0; inb__psl_criterion_at(m, i, &one); i++) {
        if (is_strict(&one)) {
            *out = one;
            return true;
        }
    }
    return false;
}

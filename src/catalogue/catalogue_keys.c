/* From rows to facts: indexes, foreign keys, checks and exclusions. */
#include "config.h"

#include "catalogue/catalogue_rows.h"

#include "catalogue/catalogue_queries.h"
#include "util/vec.h"

#include <stdlib.h>

/* The bits of pg_index.indoption. */
#define OPTION_DESCENDING 1
#define OPTION_NULLS_FIRST 2

static inb__fact_key key_of(inb__catalogue *c, const inb__fact_relation *relation,
                            const inb_result *r, int i)
{
    int number = (int)inb__row_oid(r, i, INB__INDEX_KEY);
    unsigned options = inb__row_oid(r, i, INB__INDEX_OPTION);
    return (inb__fact_key){
        .column = number > 0 ? inb__catalogue_column_of(relation, number) : INB__CATALOGUE_NONE,
        .descending = options & OPTION_DESCENDING,
        .nulls_first = options & OPTION_NULLS_FIRST,
        .opclass = inb__row_text(c, r, i, INB__INDEX_OPCLASS),
        .opclass_default = inb__row_bool(r, i, INB__INDEX_OPCLASS_DEFAULT),
        .collated = inb__row_bool(r, i, INB__INDEX_COLLATED),
    };
}

static inb__fact_index index_of(inb__catalogue *c, const inb__fact_relation *relation,
                                const inb_result *r, int start, int end)
{
    char constraint = inb__row_char(r, start, INB__INDEX_CONSTRAINT);
    inb__fact_index x = {
        .name = inb__row_text(c, r, start, INB__INDEX_NAME),
        .oid = inb__row_oid(r, start, INB__INDEX_OID),
        .method = inb__row_text(c, r, start, INB__INDEX_METHOD),
        .unique = inb__row_bool(r, start, INB__INDEX_UNIQUE),
        .primary = inb__row_bool(r, start, INB__INDEX_PRIMARY),
        .valid = inb__row_bool(r, start, INB__INDEX_VALID),
        .is_exclusion = constraint == 'x',
        .is_constraint = constraint != '\0',
        .deferrable = inb__row_bool(r, start, INB__INDEX_DEFERRABLE),
        .included = (int)inb__row_oid(r, start, INB__INDEX_INCLUDED),
        .predicate = inb__row_nullable(c, r, start, INB__INDEX_PREDICATE),
        .keys = INB__NEW_N(&c->arena, inb__fact_key, end - start),
        .n_keys = (size_t)(end - start),
    };
    for (int i = start; i < end; i++) {
        x.keys[i - start] = key_of(c, relation, r, i);
        x.has_expression = x.has_expression || x.keys[i - start].column == INB__CATALOGUE_NONE;
    }
    return x;
}

/* The rows [*start, …) of one relation; *start moves behind them. */
static void relation_indexes_fill(inb__catalogue *c, inb__fact_relation *relation,
                                  const inb_result *r, int *start)
{
    INB__VEC(inb__fact_index) indexes = {0};
    int rows = inb_result_rows(r);
    uint32_t relation_oid = inb__row_oid(r, *start, INB__INDEX_RELATION);
    while (*start < rows && inb__row_oid(r, *start, INB__INDEX_RELATION) == relation_oid) {
        int end = *start;
        uint32_t oid = inb__row_oid(r, *start, INB__INDEX_OID);
        while (end < rows && inb__row_oid(r, end, INB__INDEX_OID) == oid) {
            end++;
        }
        if (relation) {
            INB__VEC_ADD(&c->arena, &indexes, index_of(c, relation, r, *start, end));
        }
        *start = end;
    }
    if (relation) {
        relation->indexes = indexes.v;
        relation->n_indexes = indexes.n;
    }
}

static inb__fact_relation *relation_at(inb__catalogue *c, const uint32_t *by_oid, uint32_t oid)
{
    uint32_t place = inb__catalogue_relation_of(c, by_oid, oid);
    return place == INB__CATALOGUE_NONE ? NULL : &c->relations[place];
}

/* "{1,2}" as places in the columns of a relation. */
static uint32_t *columns_parse(inb__catalogue *c, const inb__fact_relation *relation,
                               const char *text, size_t *n_out)
{
    INB__VEC(uint32_t) columns = {0};
    const char *p = text + 1;
    while (*p && *p != '}') {
        char *end;
        long number = strtol(p, &end, 10);
        INB__VEC_ADD(&c->arena, &columns, inb__catalogue_column_of(relation, (int)number));
        p = *end == ',' ? end + 1 : end;
    }
    *n_out = columns.n;
    return columns.v;
}

static inb__ref_action action_of(char code)
{
    switch (code) {
    case 'r':
        return INB__REF_RESTRICT;
    case 'c':
        return INB__REF_CASCADE;
    case 'n':
        return INB__REF_SET_NULL;
    case 'd':
        return INB__REF_SET_DEFAULT;
    default:
        return INB__REF_NO_ACTION;
    }
}

static inb__fact_foreign_key foreign_key_of(inb__catalogue *c, const inb__fact_relation *relation,
                                            const uint32_t *by_oid, const inb_result *r, int i)
{
    inb__fact_foreign_key f = {
        .name = inb__row_text(c, r, i, INB__CONSTRAINT_NAME),
        .references =
            inb__catalogue_relation_of(c, by_oid, inb__row_oid(r, i, INB__CONSTRAINT_REFERENCES)),
        .references_space = inb__row_text(c, r, i, INB__CONSTRAINT_REFERENCES_SPACE),
        .references_name = inb__row_text(c, r, i, INB__CONSTRAINT_REFERENCES_NAME),
        .on_delete = action_of(inb__row_char(r, i, INB__CONSTRAINT_ON_DELETE)),
        .on_update = action_of(inb__row_char(r, i, INB__CONSTRAINT_ON_UPDATE)),
        .match_full = inb__row_char(r, i, INB__CONSTRAINT_MATCH) == 'f',
        .deferrable = inb__row_bool(r, i, INB__CONSTRAINT_DEFERRABLE),
        .validated = inb__row_bool(r, i, INB__CONSTRAINT_VALIDATED),
    };
    f.columns =
        columns_parse(c, relation, inb_result_value(r, i, INB__CONSTRAINT_KEY), &f.n_columns);
    if (f.references != INB__CATALOGUE_NONE) {
        size_t n;
        f.referenced = columns_parse(c, &c->relations[f.references],
                                     inb_result_value(r, i, INB__CONSTRAINT_REFERENCED), &n);
    }
    return f;
}

/* The rows [*start, …) of one relation, by kind and name; *start moves behind them. */
static void relation_constraints_fill(inb__catalogue *c, const uint32_t *by_oid,
                                      const inb_result *r, int *start)
{
    INB__VEC(inb__fact_foreign_key) foreign_keys = {0};
    INB__VEC(inb__str) checks = {0}, exclusions = {0};
    uint32_t oid = inb__row_oid(r, *start, INB__CONSTRAINT_RELATION);
    inb__fact_relation *relation = relation_at(c, by_oid, oid);
    for (; *start < inb_result_rows(r) && inb__row_oid(r, *start, INB__CONSTRAINT_RELATION) == oid;
         ++*start) {
        inb__str name = inb__row_text(c, r, *start, INB__CONSTRAINT_NAME);
        char kind = inb__row_char(r, *start, INB__CONSTRAINT_KIND);
        if (relation && kind == 'f') {
            INB__VEC_ADD(&c->arena, &foreign_keys, foreign_key_of(c, relation, by_oid, r, *start));
        } else if (kind == 'c') {
            INB__VEC_ADD(&c->arena, &checks, name);
        } else if (kind == 'x') {
            INB__VEC_ADD(&c->arena, &exclusions, name);
        }
    }
    if (relation) {
        relation->foreign_keys = foreign_keys.v;
        relation->n_foreign_keys = foreign_keys.n;
        relation->checks = checks.v;
        relation->n_checks = checks.n;
        relation->exclusions = exclusions.v;
        relation->n_exclusions = exclusions.n;
    }
}

static void index_nulls_mark(inb__catalogue *c, uint32_t oid)
{
    for (size_t t = 0; t < c->n_relations; t++) {
        for (size_t i = 0; i < c->relations[t].n_indexes; i++) {
            inb__fact_index *x = &c->relations[t].indexes[i];
            x->nulls_not_distinct = x->nulls_not_distinct || x->oid == oid;
        }
    }
}

static void set_columns_mark(inb__fact_relation *relation, inb__str name)
{
    for (size_t i = 0; relation && i < relation->n_foreign_keys; i++) {
        inb__fact_foreign_key *f = &relation->foreign_keys[i];
        f->set_columns = f->set_columns || inb__str_eq(f->name, name);
    }
}

/* They are rare. */
static void nulls_fill(inb__catalogue *c, const uint32_t *by_oid, const inb_result *r)
{
    for (int i = 0; i < inb_result_rows(r); i++) {
        if (inb_result_value(r, i, 0)) {
            index_nulls_mark(c, inb__row_oid(r, i, 0));
        } else {
            set_columns_mark(relation_at(c, by_oid, inb__row_oid(r, i, 1)),
                             inb__row_text(c, r, i, 2));
        }
    }
}

void inb__catalogue_fill_keys(inb__catalogue *out, const inb__catalogue_answers *answers)
{
    const uint32_t *by_oid = inb__catalogue_by_oid(out);
    for (int i = 0; i < inb_result_rows(answers->indexes);) {
        uint32_t oid = inb__row_oid(answers->indexes, i, INB__INDEX_RELATION);
        relation_indexes_fill(out, relation_at(out, by_oid, oid), answers->indexes, &i);
    }
    for (int i = 0; i < inb_result_rows(answers->constraints);) {
        relation_constraints_fill(out, by_oid, answers->constraints, &i);
    }
    nulls_fill(out, by_oid, answers->nulls);
}

/* The values of a row of an answer, and finding relations and columns by their numbers. */
#include "config.h"

#include "catalogue/catalogue_rows.h"

#include <stdlib.h>

inb__str inb__row_nullable(inb__catalogue *c, const inb_result *r, int row, int column)
{
    const char *value = inb_result_value(r, row, column);
    if (!value) {
        return (inb__str){NULL, 0};
    }
    size_t n = inb_result_length(r, row, column);
    return (inb__str){inb__arena_strndup(&c->arena, value, n), n};
}

inb__str inb__row_text(inb__catalogue *c, const inb_result *r, int row, int column)
{
    inb__str text = inb__row_nullable(c, r, row, column);
    return text.p ? text : INB__STR("");
}

bool inb__row_bool(const inb_result *r, int row, int column)
{
    const char *value = inb_result_value(r, row, column);
    return value && value[0] == 't';
}

uint32_t inb__row_oid(const inb_result *r, int row, int column)
{
    const char *value = inb_result_value(r, row, column);
    return value ? (uint32_t)strtoul(value, NULL, 10) : 0;
}

char inb__row_char(const inb_result *r, int row, int column)
{
    const char *value = inb_result_value(r, row, column);
    return value ? value[0] : '\0';
}

static int oid_order(const void *a, const void *b, void *relations)
{
    const inb__fact_relation *r = relations;
    uint32_t x = r[*(const uint32_t *)a].oid, y = r[*(const uint32_t *)b].oid;
    return (x > y) - (x < y);
}

uint32_t *inb__catalogue_by_oid(inb__catalogue *c)
{
    uint32_t *order = INB__NEW_N(&c->arena, uint32_t, c->n_relations);
    for (uint32_t i = 0; i < c->n_relations; i++) {
        order[i] = i;
    }
    if (c->n_relations) {
        qsort_r(order, c->n_relations, sizeof(*order), oid_order, c->relations);
    }
    return order;
}

uint32_t inb__catalogue_relation_of(const inb__catalogue *c, const uint32_t *by_oid, uint32_t oid)
{
    size_t low = 0, high = c->n_relations;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t there = c->relations[by_oid[middle]].oid;
        if (there == oid) {
            return by_oid[middle];
        }
        if (there < oid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return INB__CATALOGUE_NONE;
}

uint32_t inb__catalogue_column_of(const inb__fact_relation *relation, int number)
{
    for (uint32_t i = 0; i < relation->n_columns; i++) {
        if (relation->columns[i].number == number) {
            return i;
        }
    }
    return INB__CATALOGUE_NONE;
}

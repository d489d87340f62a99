/* The datasource and the generators, which are kept: their keys in Prisma's order. */
#include "config.h"

#include "live/pull_parts.h"

#include "psl/ast.h"

#include <stdlib.h>

static const char *const datasource_order[] = {
    "provider", "url", "directUrl", "shadowDatabaseUrl", "relationMode", "extensions", "schemas"};
static const char *const generator_order[] = {"provider", "output", "previewFeatures",
                                              "binaryTargets"};

typedef struct order {
    const char *const *names;
    size_t n;
} order;

static size_t rank_of(const order *o, inb__str name)
{
    size_t rank = 0;
    while (rank < o->n && !inb__str_is(name, o->names[rank])) {
        rank++;
    }
    return rank;
}

static int property_order(const void *a, const void *b, void *payload)
{
    const inb__psl_property *x = *(const inb__psl_property *const *)a;
    const inb__psl_property *y = *(const inb__psl_property *const *)b;
    size_t p = rank_of(payload, x->name.name), q = rank_of(payload, y->name.name);
    return p != q ? (p > q) - (p < q) : inb__str_cmp(x->name.name, y->name.name);
}

/* The features with the one that partial indexes need. */
static void features_write(inb__psl_out *out, const inb__psl_expr *features)
{
    inb__psl_out_str(out, "  previewFeatures = [");
    bool found = false;
    for (size_t i = 0; features && i < features->n; i++) {
        inb__psl_out_str(out, i ? ", " : "");
        inb__psl_out_add(out, features->items[i]->text);
        found = found || inb__str_is(features->items[i]->value, "partialIndexes");
    }
    if (!found) {
        inb__psl_out_str(out,
                         features && features->n ? ", \"partialIndexes\"" : "\"partialIndexes\"");
    }
    inb__psl_out_str(out, "]\n");
}

static void spaces_write(inb__psl_out *out, const inb__pull_options *options)
{
    inb__psl_out_str(out, "  schemas = [");
    for (size_t i = 0; i < options->n_spaces; i++) {
        inb__psl_out_str(out, i ? ", " : "");
        inb__pull_string_write(out, options->spaces[i]);
    }
    inb__psl_out_str(out, "]\n");
}

/* What replaces a property or is added; true when it was written. */
static bool special_write(inb__psl_out *out, const inb__pull_run *run, inb__psl_block_kind kind,
                          const char *name, const inb__psl_expr *value)
{
    if (kind == INB__PSL_GENERATOR && run->uses_partial_indexes &&
        strcmp(name, "previewFeatures") == 0 && (!value || value->kind == INB__PSL_ARRAY)) {
        features_write(out, value);
        return true;
    }
    if (kind == INB__PSL_DATASOURCE && run->options->n_spaces && strcmp(name, "schemas") == 0) {
        spaces_write(out, run->options);
        return true;
    }
    return false;
}

static void property_write(inb__psl_out *out, const inb__pull_run *run, const inb__psl_property *p)
{
    inb__pull_comments_before(out, run, p->span);
    inb__psl_out_str(out, "  ");
    inb__psl_out_add(out, p->name.name);
    inb__psl_out_str(out, " = ");
    if (p->value) {
        inb__psl_out_add(out, p->value->text);
    }
    if (p->comment.n) {
        inb__psl_out_str(out, " ");
        inb__psl_out_add(out, p->comment);
    }
    inb__psl_out_str(out, "\n");
}

static void properties_write(inb__psl_out *out, const inb__pull_run *run,
                             const inb__psl_block *block, const order *o)
{
    const inb__psl_property **sorted =
        INB__NEW_N(run->arena, const inb__psl_property *, block->n_properties + 1);
    for (size_t i = 0; i < block->n_properties; i++) {
        sorted[i] = block->properties[i];
    }
    qsort_r(sorted, block->n_properties, sizeof(*sorted), property_order, (void *)o);
    size_t next = 0;
    for (size_t rank = 0; rank <= o->n; rank++) {
        const char *name = rank < o->n ? o->names[rank] : "";
        bool there = next < block->n_properties && rank_of(o, sorted[next]->name.name) == rank;
        if (rank < o->n &&
            special_write(out, run, block->kind, name, there ? sorted[next]->value : NULL)) {
            next += there;
            continue;
        }
        while (next < block->n_properties && rank_of(o, sorted[next]->name.name) == rank) {
            property_write(out, run, sorted[next++]);
        }
    }
}

void inb__pull_config_write(inb__psl_out *out, const inb__pull_run *run,
                            const inb__psl_block *block)
{
    static const order datasource = {datasource_order,
                                     sizeof(datasource_order) / sizeof(datasource_order[0])};
    static const order generator = {generator_order,
                                    sizeof(generator_order) / sizeof(generator_order[0])};
    bool is_source = block->kind == INB__PSL_DATASOURCE;
    inb__pull_comments_before(out, run, block->span);
    for (size_t i = 0, start = 0; block->documentation.n && i <= block->documentation.n; i++) {
        if (i == block->documentation.n || block->documentation.p[i] == '\n') {
            inb__psl_out_str(out, i > start ? "/// " : "///");
            inb__psl_out_add(out, (inb__str){block->documentation.p + start, i - start});
            inb__psl_out_str(out, "\n");
            start = i + 1;
        }
    }
    inb__pull_block_begin(out, is_source ? "datasource" : "generator", block->name.name, block);
    properties_write(out, run, block, is_source ? &datasource : &generator);
    inb__psl_out_str(out, "}\n");
}

/* Which tables, views and enums are written, and the names of their fields and values. */
#include "config.h"

#include "live/pull_parts.h"

#include "util/map.h"

static bool has_columns(const inb__fact_relation *fact, const char *const *names, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < fact->n_columns; i++) {
        for (size_t k = 0; k < n; k++) {
            found += inb__str_is(fact->columns[i].name, names[k]);
        }
    }
    return found == n;
}

/* The tables of Prisma's tools, by their names and columns. */
static bool is_of_prisma(const inb__fact_relation *fact)
{
    static const char *const migrations[] = {
        "id",   "checksum",       "finished_at", "migration_name",
        "logs", "rolled_back_at", "started_at",  "applied_steps_count"};
    static const char *const old[] = {"revision",          "name",
                                      "datamodel",         "status",
                                      "applied",           "errors",
                                      "started_at",        "finished_at",
                                      "rolled_back",       "datamodel_steps",
                                      "database_migration"};
    return (inb__str_is(fact->name, "_prisma_migrations") &&
            has_columns(fact, migrations, sizeof(migrations) / sizeof(migrations[0]))) ||
           (inb__str_is(fact->name, "_Migration") &&
            has_columns(fact, old, sizeof(old) / sizeof(old[0]))) ||
           (inb__str_is(fact->name, "_RelayId") && fact->n_columns == 2);
}

static const inb__dm_model *old_model(const inb__pull_run *run, const inb__fact_relation *fact)
{
    for (size_t i = 0; !run->options->force && i < run->old->n_models; i++) {
        const inb__dm_model *m = run->old->models[i];
        if (m->is_view == (fact->kind == 'v') && inb__str_eq(m->db_name, fact->name) &&
            (!m->schema.n || inb__str_eq(m->schema, fact->space))) {
            return m;
        }
    }
    return NULL;
}

static const inb__dm_enum *old_enum(const inb__pull_run *run, const inb__fact_enum *fact)
{
    for (size_t i = 0; !run->options->force && i < run->old->n_enums; i++) {
        const inb__dm_enum *e = run->old->enums[i];
        if (inb__str_eq(e->db_name, fact->name) &&
            (!e->schema.n || inb__str_eq(e->schema, fact->space))) {
            return e;
        }
    }
    return NULL;
}

static void model_find(inb__pull_run *run, size_t relation)
{
    const inb__fact_relation *fact = &run->live->catalogue->relations[relation];
    inb__pull_model *m = &run->models[relation];
    bool is_view = fact->kind == 'v';
    if (fact->of_extension || is_of_prisma(fact) || (is_view && !run->with_views)) {
        return;
    }
    m->fact = fact;
    m->is_view = is_view;
    m->old = old_model(run, fact);
    uint32_t table = run->live->table_of[relation];
    if (table != INB__SCHEMA_NONE) {
        m->live = &run->live->tables[table];
        m->table = &run->live->schema.tables[table];
        m->columns = m->table->columns;
        return;
    }
    inb__column *columns = INB__NEW_N(run->arena, inb__column, fact->n_columns);
    for (size_t i = 0; i < fact->n_columns; i++) {
        columns[i] = inb__live_column(run->arena, run->live, &fact->columns[i]);
    }
    m->columns = columns;
}

void inb__pull_models_find(inb__pull_run *run)
{
    run->n_models = run->live->catalogue->n_relations;
    run->models = INB__NEW_N(run->arena, inb__pull_model, run->n_models);
    for (size_t i = 0; i < run->n_models; i++) {
        model_find(run, i);
    }
    run->n_enums = run->live->schema.n_enums;
    run->enums = INB__NEW_N(run->arena, inb__pull_enum, run->n_enums);
    for (size_t i = 0; i < run->n_enums; i++) {
        run->enums[i].fact = run->live->enums[i];
        run->enums[i].old = old_enum(run, run->enums[i].fact);
    }
}

inb__pull_model *inb__pull_model_of(const inb__pull_run *run, uint32_t table)
{
    const inb__fact_relation *fact = run->live->tables[table].fact;
    inb__pull_model *m = &run->models[fact - run->live->catalogue->relations];
    return m->fact ? m : NULL;
}

/* ---- fields ---------------------------------------------------------------------------------- */

static const inb__dm_field *old_field(const inb__pull_model *m, inb__str column)
{
    for (size_t i = 0; m->old && i < m->old->n_fields; i++) {
        const inb__dm_field *f = m->old->fields[i];
        if (inb__dm_field_is_scalar(f) && inb__str_eq(f->db_name, column)) {
            return f;
        }
    }
    return NULL;
}

static void model_fields_name(inb__pull_run *run, inb__pull_model *m)
{
    inb__map taken;
    inb__map_init(&taken, run->arena);
    m->fields = INB__NEW_N(run->arena, inb__pull_field, m->fact->n_columns);
    for (size_t i = 0; i < m->fact->n_columns; i++) {
        inb__pull_field *f = &m->fields[i];
        f->fact = &m->fact->columns[i];
        f->old = old_field(m, f->fact->name);
        if (f->old) {
            f->name = f->old->name;
            inb__map_put(&taken, f->name, m);
        }
    }
    for (size_t i = 0; i < m->fact->n_columns; i++) {
        inb__pull_field *f = &m->fields[i];
        if (!f->old) {
            inb__str sane = inb__pull_sanitize(run->arena, f->fact->name);
            f->is_commented = sane.n == 0;
            f->name = f->is_commented ? inb__pull_name_show(run->arena, f->fact->name)
                                      : inb__pull_name_claim(run->arena, &taken, sane);
        }
        f->base = inb__pull_sanitize(run->arena, f->fact->name);
        f->base = f->base.n ? f->base : f->name;
        f->is_mapped = f->is_commented || !inb__str_eq(f->name, f->fact->name);
    }
}

static const inb__dm_enum_value *old_value(const inb__pull_enum *e, inb__str label)
{
    for (size_t i = 0; e->old && i < e->old->n_values; i++) {
        if (inb__str_eq(e->old->values[i].db_name, label)) {
            return &e->old->values[i];
        }
    }
    return NULL;
}

/* An enum whose labels are all such that no value can have their name: with names of their own. */
static bool needs_names(const inb__pull_enum *e)
{
    for (size_t i = 0; i < e->fact->n_labels; i++) {
        if (e->values[i].old || !e->fact->labels[i].n || inb__live_is_sayable(e->fact->labels[i])) {
            return false;
        }
    }
    return true;
}

static inb__str value_name(inb__pull_run *run, inb__str label, bool needs_name)
{
    if (!label.n) {
        return INB__STR("EMPTY_ENUM_VALUE");
    }
    inb__str text = needs_name ? inb__arena_join(run->arena, INB__STR("value"), "_", label) : label;
    return inb__pull_sanitize(run->arena, text);
}

static void enum_values_name(inb__pull_run *run, inb__pull_enum *e)
{
    inb__map taken;
    inb__map_init(&taken, run->arena);
    e->values = INB__NEW_N(run->arena, inb__pull_value, e->fact->n_labels);
    for (size_t i = 0; i < e->fact->n_labels; i++) {
        inb__pull_value *v = &e->values[i];
        v->label = e->fact->labels[i];
        v->old = old_value(e, v->label);
        if (v->old) {
            v->name = v->old->name;
            inb__map_put(&taken, v->name, e);
        }
    }
    bool named = needs_names(e);
    for (size_t i = 0; i < e->fact->n_labels; i++) {
        inb__pull_value *v = &e->values[i];
        if (!v->old) {
            inb__str name = value_name(run, v->label, named);
            v->is_commented = name.n == 0;
            v->name = v->is_commented ? inb__pull_name_show(run->arena, v->label)
                                      : inb__pull_name_claim(run->arena, &taken, name);
        }
        v->is_mapped = !inb__str_eq(v->name, v->label) || v->is_commented;
    }
}

void inb__pull_fields_name(inb__pull_run *run)
{
    for (size_t i = 0; i < run->n_models; i++) {
        if (run->models[i].fact) {
            model_fields_name(run, &run->models[i]);
        }
    }
    for (size_t i = 0; i < run->n_enums; i++) {
        enum_values_name(run, &run->enums[i]);
    }
}

/* ---- keys ------------------------------------------------------------------------------------ */

bool inb__pull_columns_are_sayable(const inb__pull_model *m, const uint32_t *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (m->fields[columns[i]].is_commented) {
            return false;
        }
    }
    return true;
}

bool inb__pull_is_sayable(const inb__pull_model *m, const inb__index *x)
{
    for (size_t i = 0; i < x->n_columns; i++) {
        if (m->fields[x->columns[i].column].is_commented) {
            return false;
        }
    }
    return true;
}

bool inb__pull_index_is_written(const inb__pull_run *run, const inb__pull_model *m, size_t index)
{
    const inb__index *x = &m->table->indexes[index];
    return inb__pull_is_sayable(m, x) && (!x->predicate.n || run->with_partial_indexes);
}

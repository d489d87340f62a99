/* Runs the passes that turn a syntax tree into the checked datamodel. */
#include "config.h"

#include "psl/schema_check.h"

#include "psl/checker.h"
#include "psl/default_name.h"
#include "psl/schema_parse.h"

/* The provider of a schema without a datasource. */
static const inb__psl_provider no_provider = {.name = "", .identifier_limit = SIZE_MAX};

/* Default names are set when all attributes are read; they depend on the names of the columns. */
static void names_complete(inb__psl_checker *c, inb__dm_model *m)
{
    if (m->primary_key && !m->primary_key->is_mapped) {
        m->primary_key->db_name = inb__psl_default_name_primary_key(c->arena, m->db_name);
    }
    for (size_t i = 0; i < m->n_indexes; i++) {
        inb__dm_index *index = m->indexes[i];
        if (index->is_mapped) {
            continue;
        }
        inb__str *columns = INB__NEW_N(c->arena, inb__str, index->n_fields + 1);
        for (size_t k = 0; k < index->n_fields; k++) {
            columns[k] = index->fields[k].field->db_name;
        }
        index->db_name =
            index->kind == INB__DM_INDEX_UNIQUE
                ? inb__psl_default_name_unique(c->arena, m->db_name, columns, index->n_fields)
                : inb__psl_default_name_index(c->arena, m->db_name, columns, index->n_fields);
    }
}

static void resolve(inb__psl_checker *c, inb__arena *arena, const inb__psl_schema *schema,
                    inb__diagnostics *diagnostics)
{
    *c = (inb__psl_checker){.arena = arena,
                            .schema = schema,
                            .d = diagnostics,
                            .dm = INB__NEW(arena, inb__dm),
                            .provider = &no_provider};
    c->dm->ast = schema;
    inb__psl_check_names(c);
    inb__psl_check_types(c);
    inb__psl_check_attributes(c);
    for (size_t i = 0; i < c->dm->n_models; i++) {
        names_complete(c, c->dm->models[i]);
    }
    inb__psl_key_lookup_init(&c->keys, arena, c->dm->n_models);
    inb__psl_check_relations(c);
}

inb__dm *inb__psl_schema_check_resolve(inb__arena *arena, const inb__psl_schema *schema,
                                       inb__diagnostics *diagnostics)
{
    inb__psl_checker c;
    resolve(&c, arena, schema, diagnostics);
    return c.dm;
}

inb__dm *inb__psl_schema_check(inb__arena *arena, const inb__psl_schema *schema,
                               inb__diagnostics *diagnostics)
{
    inb__psl_checker c;
    resolve(&c, arena, schema, diagnostics);
    inb__psl_check_datasources(&c);
    inb__psl_check_generators(&c);
    if (diagnostics->errors == 0) {
        inb__psl_rules_all(&c);
    }
    return c.dm;
}

int inb__psl_schema_check_path(const inb__dm **out, inb__psl_schema *schema, inb__arena *arena,
                               const char *path, inb__diagnostics *diagnostics, inb_error **err)
{
    int rc = inb__psl_schema_files_read(schema, arena, path, err);
    if (rc) {
        return rc;
    }
    inb__psl_schema_parse(schema, arena, diagnostics);
    *out = inb__psl_schema_check(arena, schema, diagnostics);
    inb__diagnostics_sort(diagnostics);
    return 0;
}

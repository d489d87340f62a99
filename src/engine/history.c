/* From the server's answers to what is known of a database and its migrations. */
#include "config.h"

#include "engine/history.h"

#include "engine/queries.h"
#include "util/map.h"

#include <stdlib.h>
#include <string.h>

static bool flag(const inb_result *r, int row, int column)
{
    const char *v = inb_result_value(r, row, column);
    return v && *v == 't';
}

static const char *text(inb__arena *a, const inb_result *r, int row, int column)
{
    const char *v = inb_result_value(r, row, column);
    return v && *v ? inb__arena_strdup(a, v) : "";
}

static void facts_parse(inb__history *h, const inb_result *r)
{
    h->backend_pid = atoi(inb_result_value(r, 0, INB__FACT_PID));
    h->in_recovery = flag(r, 0, INB__FACT_RECOVERY);
    h->read_only = flag(r, 0, INB__FACT_READ_ONLY);
    h->database = text(&h->arena, r, 0, INB__FACT_DATABASE);
    h->user = text(&h->arena, r, 0, INB__FACT_USER);
    h->schema_exists = flag(r, 0, INB__FACT_SCHEMA);
    h->has_tables = flag(r, 0, INB__FACT_TABLES);
    h->has_relations = flag(r, 0, INB__FACT_RELATIONS);
    h->metadata_schema = flag(r, 0, INB__FACT_METADATA_SCHEMA);
    h->metadata_exists = flag(r, 0, INB__FACT_METADATA);
    h->hidden = flag(r, 0, INB__FACT_HIDDEN);
    h->metadata_readable = flag(r, 0, INB__FACT_METADATA_READABLE);
    h->suspects = text(&h->arena, r, 0, INB__FACT_SUSPECTS);
}

void inb__history_rows_parse(inb__history *h, const inb_result *r)
{
    h->n_rows = (size_t)inb_result_rows(r);
    h->rows = INB__NEW_N(&h->arena, inb__history_row, h->n_rows);
    for (size_t i = 0; i < h->n_rows; i++) {
        int n = (int)i;
        h->rows[i] = (inb__history_row){.id = text(&h->arena, r, n, 0),
                                        .name = text(&h->arena, r, n, 1),
                                        .checksum = text(&h->arena, r, n, 2),
                                        .logs = text(&h->arena, r, n, 3),
                                        .started_at = text(&h->arena, r, n, 4),
                                        .finished_at = text(&h->arena, r, n, 5),
                                        .rolled_back_at = text(&h->arena, r, n, 6),
                                        .reason = "",
                                        .program_version = ""};
    }
}

/* Metadata has the id of its row; most often there is none. */
static void ids_index(inb__map *ids, inb__history *h)
{
    inb__map_init(ids, &h->arena);
    for (size_t i = 0; i < h->n_rows; i++) {
        inb__map_put(ids, inb__str_of(h->rows[i].id), &h->rows[i]);
    }
}

static inb_class class_parse(const char *name)
{
    for (inb_class c = INB_CLASS_ADDITIVE; c < INB_CLASS_CONTRACTING; c++) {
        if (strcmp(inb_class_name(c), name) == 0) {
            return c;
        }
    }
    return INB_CLASS_CONTRACTING;
}

/* An older inboard recorded the class alone. */
static bool compatible_parse(const inb_result *r, int row, inb_class cls)
{
    const char *v = inb_result_value(r, row, 3);
    return v ? strcmp(v, "true") == 0 : cls != INB_CLASS_CONTRACTING;
}

static void metadata_migrations_parse(inb__history *h, const inb__map *ids, const inb_result *r)
{
    for (int i = 0; i < inb_result_rows(r); i++) {
        inb__history_row *row = inb__map_get(ids, inb__str_of(inb_result_value(r, i, 0)));
        if (row) {
            row->has_metadata = true;
            row->cls = class_parse(inb_result_value(r, i, 1));
            row->transactional = flag(r, i, 2);
            row->compatible = compatible_parse(r, i, row->cls);
            row->reason = text(&h->arena, r, i, 4);
            row->program_version = text(&h->arena, r, i, 5);
        }
    }
}

void inb__history_metadata_parse(inb__history *h, const inb_result *migrations)
{
    inb__map ids;
    ids_index(&ids, h);
    metadata_migrations_parse(h, &ids, migrations);
}

/* The result is ordered by migration, so the statements of one stand together. */
static void metadata_statements_parse(inb__history *h, const inb__map *ids, const inb_result *r)
{
    size_t n = (size_t)inb_result_rows(r);
    inb__statement_row *all = INB__NEW_N(&h->arena, inb__statement_row, n);
    for (size_t i = 0; i < n; i++) {
        all[i].number = (uint32_t)strtoul(inb_result_value(r, (int)i, 1), NULL, 10);
        all[i].done = flag(r, (int)i, 2);
        all[i].digest = text(&h->arena, r, (int)i, 3);
        inb__history_row *row = inb__map_get(ids, inb__str_of(inb_result_value(r, (int)i, 0)));
        if (row) {
            row->statements = row->statements ? row->statements : &all[i];
            row->n_statements++;
        }
    }
}

static void metadata_parse(inb__history *h, const inb__history_answers *a)
{
    const inb_result *database = a->metadata;
    if (!database || !a->migrations || !a->statements) {
        return;
    }
    if (inb_result_rows(database) > 0) {
        h->metadata_row = true;
        h->initial = flag(database, 0, 0);
        h->catalogue = text(&h->arena, database, 0, 1);
        const char *rows = inb_result_value(database, 0, 2);
        h->catalogue_rows = rows ? strtoul(rows, NULL, 10) : 0;
    }
    if (inb_result_rows(a->migrations) > 0) {
        inb__map ids;
        ids_index(&ids, h);
        metadata_migrations_parse(h, &ids, a->migrations);
        metadata_statements_parse(h, &ids, a->statements);
    }
}

static void backfills_parse(inb__history *h, const inb_result *r)
{
    int n = inb_result_rows(r);
    h->backfills = INB__NEW_N(&h->arena, inb__history_backfill, n);
    h->n_backfills = (size_t)n;
    for (int i = 0; i < n; i++) {
        h->backfills[i] = (inb__history_backfill){.name = text(&h->arena, r, i, 0),
                                                  .checksum = text(&h->arena, r, i, 1),
                                                  .state = text(&h->arena, r, i, 2)};
    }
}

const inb__history_backfill *inb__history_backfill_find(const inb__history *h, const char *name)
{
    for (size_t i = 0; i < h->n_backfills; i++) {
        if (strcmp(h->backfills[i].name, name) == 0) {
            return &h->backfills[i];
        }
    }
    return NULL;
}

void inb__history_parse(inb__history *h, const inb__history_answers *a)
{
    facts_parse(h, a->facts);
    h->current_schema = text(&h->arena, a->settings, 0, 0);
    h->managed = a->rows != NULL;
    if (a->rows) {
        inb__history_rows_parse(h, a->rows);
        metadata_parse(h, a);
        backfills_parse(h, a->backfills);
    }
    if (a->layout) {
        h->metadata_outdated = h->metadata_exists && flag(a->layout, 0, INB__LAYOUT_OUTDATED);
        h->citus_node = flag(a->layout, 0, INB__LAYOUT_CITUS_NODE);
        h->citus_tables = flag(a->layout, 0, INB__LAYOUT_CITUS_TABLES);
    }
    if (a->holder && inb_result_rows(a->holder) > 0) {
        h->lock_holder = text(&h->arena, a->holder, 0, 0);
    }
}

void inb__history_dispose(inb__history *history)
{
    inb__arena_dispose(&history->arena);
}

size_t inb__history_applied(const inb__history *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n_rows; i++) {
        n += inb__history_row_applied(&h->rows[i]);
    }
    return n;
}

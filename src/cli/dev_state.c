/* Reads history and drift of a development database, and says what is wrong with them. */
#include "config.h"

#include "cli/dev_state.h"

#include "table/table_read.h"

#include <string.h>

static bool is_applied(void *payload, const char *name)
{
    const inb__dev_state *s = payload;
    for (size_t i = 0; i < s->entries.n; i++) {
        if (strcmp(s->entries.v[i].name, name) == 0) {
            return s->entries.v[i].state == INB_STATE_APPLIED;
        }
    }
    return false;
}

/* Two of one text: each folder is the new name of one. */
static bool is_taken(const inb__dev_entries *entries, const char *renamed)
{
    for (size_t i = 0; i < entries->n; i++) {
        if (entries->v[i].renamed && strcmp(entries->v[i].renamed, renamed) == 0) {
            return true;
        }
    }
    return false;
}

static const char *new_name_find(const inb__dev_state *s, const inb_status *status, size_t index)
{
    size_t n = 0;
    const char *renamed = inb__status_renamed(status, index, n);
    while (renamed && is_taken(&s->entries, renamed)) {
        renamed = inb__status_renamed(status, index, ++n);
    }
    return renamed;
}

/* No release runs on a database of development. */
static void gated_find(inb__dev_state *s, inb__arena *arena, const inb_table *table)
{
    for (uint32_t i = 0; i < table->n_migrations; i++) {
        if (*inb__table_text(table, inb__table_at(table, i)->before) &&
            !is_applied(s, inb__table_name(table, i))) {
            const char *name = inb__arena_strdup(arena, inb__table_name(table, i));
            INB__VEC_ADD(arena, &s->gated, name);
        }
    }
}

int inb__dev_history_read(inb__dev_state *s, inb__arena *arena, inb__migrate_cli *cli)
{
    inb_status *status = NULL;
    inb_error *err = NULL;
    int rc = inb__status_read_unread(&status, &cli->embed.table, &cli->unread, &cli->options, &err);
    if (rc < 0) {
        return inb__cli_fail(err, cli->json);
    }
    inb_status_migration m = {.size = sizeof(m)};
    s->managed = inb_status_managed(status);
    for (size_t i = 0; inb_status_at(status, i, &m) == 0; i++) {
        inb__dev_entry e = {.name = inb__arena_strdup(arena, m.name),
                            .state = m.state,
                            .resumes = inb__status_resumes(status, i)};
        const char *renamed = new_name_find(s, status, i);
        e.renamed = renamed ? inb__arena_strdup(arena, renamed) : NULL;
        INB__VEC_ADD(arena, &s->entries, e);
    }
    inb_status_free(status);
    inb__dev_findings_make(&s->findings, arena, &s->entries);
    gated_find(s, arena, &cli->embed.table);
    return inb__migrate_cli_reload(cli); /* what is pending was read, for a status alone */
}

/* What is begun and resumed may have made a part of it. */
static bool is_half_applied(const inb__dev_state *s)
{
    for (size_t i = 0; i < s->entries.n; i++) {
        if (s->entries.v[i].resumes) {
            return true;
        }
    }
    return false;
}

/* A database that was never migrated: does it have what all of the migrations make? */
static int unmanaged_judge(const inb__dev_state *s, inb__arena *arena,
                           const inb__drift_query *query, inb_error **why)
{
    inb__drift all = s->drift;
    int status = s->entries.n ? inb__drift_find(&all, arena, query) : 0;
    if (status) {
        return status;
    }
    if (all.n == 0) {
        inb__error_set(why, INB_EHISTORY,
                       "the database has what the migrations make, and no migration history");
        inb__error_hint(why,
                        "Mark them as applied with `inboard migrate resolve --applied-through %s`.",
                        s->entries.n ? s->entries.v[s->entries.n - 1].name : "NAME");
    } else {
        inb__error_set(why, INB_EHISTORY, "the database is not empty and has no migration history");
        inb__error_hint(why,
                        "Name an empty database or schema in DATABASE_URL; or begin with what it "
                        "has: `inboard db pull`, `inboard migrate new baseline`, then mark that "
                        "with `inboard migrate resolve --applied NAME` (docs/FROM_PRISMA.md).");
    }
    inb__error_prisma(why, "P3005");
    return 0;
}

static void drift_judge(const inb__drift *drift, inb_error **why)
{
    inb__error_set(why, INB_EHISTORY, "the database is not what its migrations make: %zu change%s",
                   drift->n, drift->n == 1 ? "" : "s");
    inb__error_hint(why,
                    "Undo what was changed outside of the migrations; or keep it: write it with "
                    "`inboard db pull` and `inboard migrate new NAME`, and mark that with `inboard "
                    "migrate resolve --applied NAME`; or empty the database and apply everything "
                    "again: --reset.");
}

int inb__dev_state_read(inb__dev_state *out, inb__arena *arena, inb__migrate_cli *cli,
                        const inb__drift_query *query, inb_error **why)
{
    inb__drift_query of_applied = *query;
    *out = (inb__dev_state){0};
    int status = inb__dev_history_read(out, arena, cli);
    if (status == 0 && out->findings.n) {
        inb__dev_findings_error(&out->findings, &out->entries, why);
        return 0;
    }
    if (status || is_half_applied(out)) {
        return status;
    }
    of_applied.applied = is_applied;
    of_applied.payload = out;
    status = inb__drift_find(&out->drift, arena, &of_applied);
    if (status || !out->drift.n) {
        return status;
    }
    if (!out->managed) {
        return unmanaged_judge(out, arena, query, why);
    }
    drift_judge(&out->drift, why);
    return 0;
}

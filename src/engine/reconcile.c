/* Merges the table and the history into one list by name, with the state of each migration. */
#include "config.h"

#include "engine/reconcile.h"

#include "util/vec.h"

#include <string.h>

/* The rows of one name: those that decide its state. */
typedef struct name_rows {
    const inb__history_row *open;
    const inb__history_row *applied;
    const inb__history_row *rolled_back;
    bool matches; /* an applied row has the table's checksum */
} name_rows;

static name_rows rows_decide(const inb__history_row *rows, size_t n, const inb_table *table,
                             uint32_t migration)
{
    name_rows found = {0};
    for (size_t i = 0; i < n; i++) {
        const inb__history_row *row = &rows[i];
        if (inb__history_row_open(row)) {
            found.open = row;
        } else if (inb__history_row_applied(row)) {
            found.applied = row;
            found.matches =
                found.matches || (migration != INB__NOT_IN_TABLE &&
                                  inb__table_has_checksum(table, migration, row->checksum));
        } else {
            found.rolled_back = row;
        }
    }
    return found;
}

/* A started migration is resumable when the states of its statements are recorded. */
static bool row_resumable(const inb__history_row *row)
{
    return row->has_metadata && !row->transactional;
}

/* Its rows go through while others are applied. A table that is not read yet does not tell, but
 * what a release job has recorded does. */
static bool is_backfill(const inb__entry *e, const inb_table *table, const inb__history *history)
{
    return e->migration != INB__NOT_IN_TABLE && (inb__table_at(table, e->migration)->backfill ||
                                                 inb__history_backfill_find(history, e->name));
}

static void entry_decide(inb__entry *e, const name_rows *rows)
{
    bool known = e->migration != INB__NOT_IN_TABLE;
    if (rows->open) {
        e->row = rows->open;
        e->state = INB_STATE_FAILED;
        e->resumable = row_resumable(rows->open);
    } else if (rows->applied && known) {
        e->row = rows->applied;
        e->state = rows->matches ? INB_STATE_APPLIED : INB_STATE_EDITED;
    } else if (rows->applied) {
        e->row = rows->applied;
        e->state = rows->applied->compatible ? INB_STATE_UNKNOWN : INB_STATE_UNKNOWN_UNSAFE;
    } else {
        e->row = rows->rolled_back;
        e->state = rows->rolled_back ? INB_STATE_ROLLED_BACK : INB_STATE_PENDING;
    }
}

static bool is_applied(inb_migration_state state)
{
    return state == INB_STATE_APPLIED || state == INB_STATE_EDITED || state == INB_STATE_UNKNOWN ||
           state == INB_STATE_UNKNOWN_UNSAFE;
}

/* What can only be said when every entry is known. */
static void entries_relate(inb__reconciliation *s, const inb_table *table,
                           const inb__history *history)
{
    const char *table_highest = inb__table_text(table, table->highest);
    bool related = false;
    s->highest_applied = "";
    for (size_t i = 0; i < s->n; i++) {
        if (is_applied(s->entries[i].state)) {
            s->highest_applied = s->entries[i].name;
            s->n_unrelated++;
        }
        related |= s->entries[i].migration != INB__NOT_IN_TABLE && s->entries[i].row;
    }
    s->n_unrelated = related ? 0 : s->n_unrelated;
    for (size_t i = 0; i < s->n; i++) {
        inb__entry *e = &s->entries[i];
        bool waits = e->state == INB_STATE_PENDING || e->state == INB_STATE_ROLLED_BACK;
        bool known = e->migration != INB__NOT_IN_TABLE;
        e->passed = waits && known && strcmp(e->name, s->highest_applied) < 0;
        e->out_of_order = e->passed && !is_backfill(e, table, history);
        e->missing = !known && is_applied(e->state) && strcmp(e->name, table_highest) < 0;
        s->n_pending += known && (waits || e->resumable);
    }
}

/* A rolled-back row of a migration that the table does not have says nothing: it was never applied.
 */
static bool worth_an_entry(const inb__entry *e)
{
    return e->migration != INB__NOT_IN_TABLE || e->state != INB_STATE_ROLLED_BACK;
}

void inb__reconcile(inb__reconciliation *out, inb__arena *arena, const inb_table *table,
                    const inb__history *history)
{
    INB__VEC(inb__entry) entries = {0};
    uint32_t m = 0;
    size_t r = 0;
    while (m < table->n_migrations || r < history->n_rows) {
        const char *ours =
            m < table->n_migrations ? inb__table_text(table, table->migrations[m].name) : NULL;
        const char *theirs = r < history->n_rows ? history->rows[r].name : NULL;
        int order = !ours ? 1 : !theirs ? -1 : strcmp(ours, theirs);
        inb__entry e = {.name = order <= 0 ? ours : theirs,
                        .migration = order <= 0 ? m : INB__NOT_IN_TABLE};
        size_t first = r;
        while (order >= 0 && r < history->n_rows && strcmp(history->rows[r].name, e.name) == 0) {
            r++;
        }
        m += order <= 0;
        name_rows rows = rows_decide(&history->rows[first], r - first, table, e.migration);
        entry_decide(&e, &rows);
        if (worth_an_entry(&e)) {
            INB__VEC_ADD(arena, &entries, e);
        }
    }
    *out = (inb__reconciliation){.entries = entries.v, .n = entries.n};
    entries_relate(out, table, history);
}

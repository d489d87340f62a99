/* What a statement took against what was foretold. */
#include "config.h"

#include "review/trace.h"

static const inb__trace_lock *find(const inb__trace_locks *locks, const char *relation)
{
    const inb__trace_lock *strongest = NULL;
    for (size_t i = 0; i < locks->n; i++) {
        bool same = strcmp(locks->v[i].relation, relation) == 0;
        if (same && (!strongest || locks->v[i].mode > strongest->mode)) {
            strongest = &locks->v[i];
        }
    }
    return strongest;
}

/* Indexes and sequences are listed only where a statement is about them. */
static bool is_listed(const inb__trace_lock *taken, const inb__trace_locks *said)
{
    return strchr("rpvmf", taken->kind) || find(said, taken->relation);
}

static const char *added(inb__arena *arena, const char *text, const char *more)
{
    return text ? inb__arena_printf(arena, "%s; %s", text, more) : more;
}

static const char *locks_compare(inb__arena *arena, const inb__trace_step *step)
{
    const char *wrong = NULL;
    const inb__trace_locks *said = &step->said.locks, *did = &step->did.locks;
    for (size_t i = 0; i < did->n; i++) {
        const inb__trace_lock *taken = &did->v[i], *foretold = find(said, taken->relation);
        if (is_listed(taken, said) && (!foretold || taken->mode > foretold->mode)) {
            wrong =
                added(arena, wrong,
                      inb__arena_printf(arena, "takes %s on \"%s\", and %s was foretold",
                                        inb_lock_mode_name(taken->mode), taken->relation,
                                        foretold ? inb_lock_mode_name(foretold->mode) : "no lock"));
        }
    }
    for (size_t i = 0; i < said->n; i++) {
        const inb__trace_lock *held = find(&step->held, said->v[i].relation);
        if (!held || held->mode < said->v[i].mode) {
            wrong =
                added(arena, wrong,
                      inb__arena_printf(arena, "takes %s on \"%s\", and %s was foretold",
                                        held ? inb_lock_mode_name(held->mode) : "no lock",
                                        said->v[i].relation, inb_lock_mode_name(said->v[i].mode)));
        }
    }
    return wrong;
}

/* Rows are read and written by these; only what changes the schema is held to its reads. */
static bool works_on_rows(const char *tag)
{
    static const char *const tags[] = {"INSERT",  "UPDATE",  "DELETE",       "MERGE",
                                       "SELECT",  "COPY",    "DO",           "CALL",
                                       "EXECUTE", "EXPLAIN", "TRUNCATE",     "ANALYZE",
                                       "VACUUM",  "CLUSTER", "REFRESH",      "REINDEX",
                                       "LOCK",    "DROP",    "CREATE TABLE", "CREATE MATERIALIZED"};
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        if (inb__str_starts(inb__str_of(tag), tags[i])) {
            return true;
        }
    }
    return false;
}

const char *inb__trace_compare(inb__arena *arena, const inb__trace_step *step, const char *tag)
{
    const inb__trace_effect *said = &step->said, *did = &step->did;
    const char *wrong = step->watched ? locks_compare(arena, step) : NULL;
    bool rebuilds = inb__str_starts(inb__str_of(tag), "REINDEX");
    if (!rebuilds && did->rewrites && !said->rewrites) {
        wrong = added(
            arena, wrong,
            inb__arena_printf(arena, "rewrites \"%s\", which was not foretold", did->rewrites));
    } else if (!rebuilds && step->watched && said->rewrites && !did->rewrites) {
        wrong = added(arena, wrong, "rewrites nothing, and that it does was foretold");
    }
    if (!step->watched || said->rewrites || (works_on_rows(tag) && !said->scans)) {
        return wrong;
    }
    if (did->scans && !said->scans) {
        wrong = added(
            arena, wrong,
            inb__arena_printf(arena, "reads all of \"%s\", which was not foretold", did->scans));
    } else if (said->scans && !did->scans) {
        wrong = added(arena, wrong, "reads no table completely, and that it does was foretold");
    }
    return wrong;
}

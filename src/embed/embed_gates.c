/* Finds the backfill that a migration waits for, among the migrations before it. */
#include "config.h"

#include "embed/embed_gates.h"

#include "table/table_read.h"

/* The migration of that name; else the one that is called so after its timestamp. */
static const char *find(const inb__embed *embed, const char *name, size_t *at_out)
{
    size_t n = 0;
    for (size_t i = 0; i < embed->migrations.n; i++) {
        const char *folder = embed->migrations.v[i].name;
        if (strcmp(folder, name) == 0) {
            *at_out = i;
            return NULL;
        }
        if (strcmp(inb__table_label(folder), name) == 0) {
            *at_out = i;
            n++;
        }
    }
    return n == 1 ? NULL : n == 0 ? "is no migration" : "is the name of several migrations";
}

void inb__embed_gate_resolve(inb__embed *embed, size_t migration)
{
    inb__embed_migration *m = &embed->migrations.v[migration];
    if (!m->script.after) {
        return;
    }
    const char *name = m->script.after->reason;
    size_t at = 0;
    const char *wrong = find(embed, name, &at);
    const inb__embed_migration *found = &embed->migrations.v[at];
    if (!wrong && at >= migration) {
        wrong = "is not before this migration";
    } else if (!wrong && found->understood && !found->script.backfill) {
        wrong = "is no backfill";
    }
    if (!wrong) {
        m->after = (uint32_t)at + 1;
        return;
    }
    const inb__problems problems = {&embed->problems, m->file};
    inb__problem_add(&problems, m->script.after->offset,
                     "Write the name of an earlier folder whose migration.sql has `-- inboard: "
                     "backfill`, whole or without its timestamp.",
                     "\"%s\", which it is to come after, %s", name, wrong);
}

bool inb__embed_gate_unmet(const inb__embed_migration *m)
{
    bool backfill = inb__directive_is_given(&m->script.directives, INB__DIRECTIVE_BACKFILL);
    return (backfill && !m->script.backfill) || (m->script.after && !m->after);
}

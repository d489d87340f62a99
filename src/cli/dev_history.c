/* Judges the history of a development database. */
#include "config.h"

#include "cli/dev_history.h"

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

#define AGAIN " empty the database and apply everything again: --reset."

static const struct {
    const char *name, *what, *prisma, *hint;
} kinds[] = {
    [INB__DEV_RUNNING] = {"running", "is being applied by another run", "",
                          "Wait for it to end, and run this again."},
    [INB__DEV_FAILED] = {"failed", "was started and did not finish", "P3009",
                         "Check what of it is there, and record it with `inboard migrate resolve` "
                         "--rolled-back (it is applied again) or --applied; or" AGAIN},
    [INB__DEV_EDITED] = {"edited", "was edited after it was applied", "",
                         "Restore the file as it was applied, and write the change as a new "
                         "migration; or, while it is released nowhere," AGAIN},
    [INB__DEV_RENAMED] = {"renamed", "is applied, and its folder has another name now", "",
                          "Give the folder its name again; or, while it is released nowhere, "
                          "record the new name with --renamed."},
    [INB__DEV_DIVERGED] = {"diverged",
                           "is applied and not in the folder, which has others to apply", "",
                           "The two come from different branches: merge the branch that has it, "
                           "restore its folder, or" AGAIN},
    [INB__DEV_MISSING] = {"missing", "is applied and not in the folder", "",
                          "Restore its folder, which another branch may have, or" AGAIN},
};

const char *inb__dev_kind_name(inb__dev_kind kind)
{
    return kinds[kind].name;
}

static bool is_pending(const inb__dev_entry *e)
{
    return e->state == INB_STATE_PENDING || e->state == INB_STATE_OUT_OF_ORDER ||
           e->state == INB_STATE_ROLLED_BACK;
}

/* What is wrong with one, *kind; false where nothing is. */
static bool entry_judge(inb__dev_kind *kind, const inb__dev_entry *e, bool any_pending)
{
    switch (e->state) {
    case INB_STATE_RUNNING:
        *kind = INB__DEV_RUNNING;
        return true;
    case INB_STATE_FAILED:
        *kind = INB__DEV_FAILED;
        return !e->resumes;
    case INB_STATE_EDITED:
        *kind = INB__DEV_EDITED;
        return true;
    case INB_STATE_UNKNOWN:
    case INB_STATE_UNKNOWN_UNSAFE:
        *kind = e->renamed ? INB__DEV_RENAMED : any_pending ? INB__DEV_DIVERGED : INB__DEV_MISSING;
        return true;
    default:
        return false;
    }
}

static bool is_new_name(const inb__dev_entries *entries, const char *name)
{
    for (size_t i = 0; i < entries->n; i++) {
        if (entries->v[i].renamed && strcmp(entries->v[i].renamed, name) == 0) {
            return true;
        }
    }
    return false;
}

void inb__dev_findings_make(inb__dev_findings *out, inb__arena *arena,
                            const inb__dev_entries *entries)
{
    bool any_pending = false;
    *out = (inb__dev_findings){0};
    for (size_t i = 0; i < entries->n; i++) {
        const inb__dev_entry *e = &entries->v[i];
        any_pending = any_pending || (is_pending(e) && !is_new_name(entries, e->name));
    }
    for (inb__dev_kind wanted = INB__DEV_RUNNING; wanted <= INB__DEV_MISSING; wanted++) {
        for (size_t i = 0; i < entries->n; i++) {
            inb__dev_finding f = {.name = entries->v[i].name, .renamed = entries->v[i].renamed};
            if (entry_judge(&f.kind, &entries->v[i], any_pending) && f.kind == wanted) {
                INB__VEC_ADD(arena, out, f);
            }
        }
    }
}

bool inb__dev_only_renamed(const inb__dev_findings *findings)
{
    return findings->n && findings->v[0].kind == INB__DEV_RENAMED &&
           findings->v[findings->n - 1].kind == INB__DEV_RENAMED;
}

/* Of two branches: where they were one, and what this one has since. */
static void branches_write(inb__buf *out, const inb__dev_entries *entries)
{
    const char *common = NULL, *next = NULL;
    for (size_t i = 0; i < entries->n; i++) {
        common = entries->v[i].state == INB_STATE_APPLIED ? entries->v[i].name : common;
        next = !next && is_pending(&entries->v[i]) ? entries->v[i].name : next;
    }
    if (common) {
        inb__buf_printf(out, "\nThe last that both have is \"%s\"", common);
    } else {
        inb__buf_str(out, "\nThey have none in common");
    }
    inb__buf_printf(out, "; the folder goes on with \"%s\".", next ? next : "");
}

int inb__dev_findings_error(const inb__dev_findings *findings, const inb__dev_entries *entries,
                            inb_error **err)
{
    const inb__dev_finding *first = &findings->v[0];
    int code = first->kind == INB__DEV_RUNNING ? INB_ELOCK : INB_EHISTORY;
    bool diverged = false;
    INB__AUTO_BUF inb__buf detail;
    inb__buf_init(&detail, INB__LIMIT_MESSAGE);
    inb__error_set(err, code, "migration \"%s\" %s", first->name, kinds[first->kind].what);
    for (size_t i = 0; i < findings->n; i++) {
        const inb__dev_finding *f = &findings->v[i];
        diverged = diverged || f->kind == INB__DEV_DIVERGED;
        if (findings->n > 1 || f->renamed) {
            inb__buf_printf(&detail, "%s\"%s\" %s%s%s", i ? "\n" : "", f->name, kinds[f->kind].what,
                            f->renamed ? ": " : "", f->renamed ? f->renamed : "");
        }
    }
    if (diverged) {
        branches_write(&detail, entries);
    }
    const char *text = inb__buf_text(&detail);
    if (*text) {
        inb__error_detail(err, "%s", text + (*text == '\n'));
    }
    inb__error_prisma(err, kinds[first->kind].prisma);
    inb__error_hint(err, "%s", kinds[first->kind].hint);
    inb__error_place(err, first->name, 0, 0, 0);
    return code;
}

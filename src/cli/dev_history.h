/*
 * What stands between a development database and the next migration, in its history: told apart,
 * each with its way out. A function of the states; nothing here asks the database.
 */
#ifndef INB_CLI_DEV_HISTORY_H
#define INB_CLI_DEV_HISTORY_H

#include "inboard/status.h"
#include "util/arena.h"
#include "util/error_set.h"
#include "util/vec.h"

/* One migration of the folder or of the history. */
typedef struct inb__dev_entry {
    const char *name;
    inb_migration_state state;
    bool resumes;        /* begun, and the next run resumes it */
    const char *renamed; /* applied and not in the folder: the one there with its text, or NULL */
} inb__dev_entry;

typedef INB__VEC(inb__dev_entry) inb__dev_entries;

/* Gravest first. */
typedef enum inb__dev_kind {
    INB__DEV_RUNNING,  /* being applied now */
    INB__DEV_FAILED,   /* begun, and not finished */
    INB__DEV_EDITED,   /* applied as something else */
    INB__DEV_RENAMED,  /* applied, and in the folder under another name */
    INB__DEV_DIVERGED, /* applied and not in the folder, which has pending ones */
    INB__DEV_MISSING   /* applied and not in the folder */
} inb__dev_kind;

typedef struct inb__dev_finding {
    inb__dev_kind kind;
    const char *name;
    const char *renamed; /* INB__DEV_RENAMED: its name in the folder; else NULL */
} inb__dev_finding;

typedef INB__VEC(inb__dev_finding) inb__dev_findings;

/* The arena must have an error exit. */
void inb__dev_findings_make(inb__dev_findings *out, inb__arena *arena,
                            const inb__dev_entries *entries);

/* "edited" */
const char *inb__dev_kind_name(inb__dev_kind kind);

/* Whether all of them are folders with another name. */
bool inb__dev_only_renamed(const inb__dev_findings *findings);

/* About the gravest, with all of them in the detail: INB_ELOCK for one that runs, else
 * INB_EHISTORY. entries: what else there is, for its words. */
int inb__dev_findings_error(const inb__dev_findings *findings, const inb__dev_entries *entries,
                            inb_error **err);

#endif

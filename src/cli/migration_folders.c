/* New migrations as folders, all of them or none. */
#include "config.h"

#include "cli/migration_folders.h"

#include "embed/embed_load.h"
#include "util/file.h"
#include "util/limits.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TIME_DIGITS INB__FOLDER_TIME
#define AHEAD_MAX 600 /* seconds that a sequence of migrations may reach beyond now */

static void time_write(char out[TIME_DIGITS + 1], time_t at)
{
    struct tm tm;
    gmtime_r(&at, &tm);
    strftime(out, TIME_DIGITS + 1, "%Y%m%d%H%M%S", &tm);
}

/* The time in a folder's name; -1 where it has none. */
static time_t time_read(const char *name)
{
    struct tm tm = {0};
    char digits[TIME_DIGITS + 1];
    snprintf(digits, sizeof(digits), "%s", name);
    if (strspn(digits, "0123456789") != TIME_DIGITS) {
        return -1;
    }
    const char *end = strptime(digits, "%Y%m%d%H%M%S", &tm);
    return end && !*end ? timegm(&tm) : -1;
}

/* New migrations must sort after all others. */
static int order_check(inb__arena *arena, const char *dir, bool follows, time_t *first,
                       inb_error **err)
{
    inb__dirent *entries;
    size_t n;
    char stamp[TIME_DIGITS + 1];
    int rc = inb__dir_list(&entries, &n, arena, dir, err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        time_t at = follows && entries[i].is_dir ? time_read(entries[i].name) : -1;
        *first = at >= *first && at - time(NULL) < AHEAD_MAX ? at + 1 : *first;
    }
    time_write(stamp, *first);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (entries[i].is_dir && entries[i].name[0] != '.' && strcmp(entries[i].name, stamp) >= 0) {
            rc = inb__error_set(err, INB_EINVAL,
                                "\"%s\" has the migration \"%s\", which is dated later than now",
                                dir, entries[i].name);
            inb__error_hint(err,
                            "A new migration must sort after all others: rename that one if it "
                            "is not released, or wait.");
        }
    }
    return rc;
}

/*
 * All folders are made in one that is not taken for a migration, and moved when every one of
 * them is complete: a full disk leaves nothing behind.
 */
typedef struct writing {
    inb__new_migration *v;
    size_t n;
    const char *dir;
    time_t first;
    char stage[PATH_MAX];
    inb_error **err;
} writing;

static int path_of(const writing *w, char out[PATH_MAX], const char *dir, size_t i,
                   const char *file)
{
    char stamp[TIME_DIGITS + 1];
    time_write(stamp, w->first + (time_t)i);
    int n = snprintf(out, PATH_MAX, "%s/%s_%s%s", dir, stamp, w->v[i].name, file);
    return n < PATH_MAX ? 0
                        : inb__error_set(w->err, INB_EINVAL, "the path of \"%s\" is too long", dir);
}

static int failed(const writing *w, const char *what, const char *path)
{
    return inb__error_set(w->err, INB_EIO, "cannot %s \"%s\": %s", what, path, strerror(errno));
}

static int folder_stage(const writing *w, size_t i)
{
    char path[PATH_MAX];
    int rc = path_of(w, path, w->stage, i, "");
    if (rc == 0 && mkdir(path, 0777) != 0) {
        rc = failed(w, "create folder", path);
    }
    rc = rc ? rc : path_of(w, path, w->stage, i, "/migration.sql");
    return rc ? rc : inb__file_write(path, w->v[i].sql, w->err);
}

/* rename() replaces an empty folder: what is there already is looked for first. */
static int folder_move(const writing *w, size_t i, bool back)
{
    char from[PATH_MAX], to[PATH_MAX];
    int rc = path_of(w, from, back ? w->dir : w->stage, i, "");
    rc = rc ? rc : path_of(w, to, back ? w->stage : w->dir, i, "");
    if (rc == 0 && !back && inb__path_exists(to)) {
        return inb__error_set(w->err, INB_EIO, "\"%s\" already exists", to);
    }
    return rc == 0 && rename(from, to) != 0 ? failed(w, "rename folder", to) : rc;
}

static void stage_remove(const writing *w)
{
    char path[PATH_MAX];
    for (size_t i = 0; i < w->n; i++) {
        if (path_of(w, path, w->stage, i, "/migration.sql") == 0) {
            unlink(path);
        }
        if (path_of(w, path, w->stage, i, "") == 0) {
            rmdir(path);
        }
    }
    rmdir(w->stage);
}

static int folders_write(const writing *w)
{
    int rc = 0;
    size_t moved = 0;
    for (size_t i = 0; rc == 0 && i < w->n; i++) {
        rc = folder_stage(w, i);
    }
    while (rc == 0 && moved < w->n) {
        rc = folder_move(w, moved, false);
        moved += rc == 0;
    }
    while (rc != 0 && moved > 0) {
        writing back = *w;
        back.err = NULL;
        (void)!folder_move(&back, --moved, true);
    }
    return rc;
}

/* Also in the SQL of those that wait for another. */
static int names_note(const writing *w, inb__arena *arena)
{
    for (size_t i = 0; i < w->n; i++) {
        char stamp[TIME_DIGITS + 1];
        time_write(stamp, w->first + (time_t)i);
        w->v[i].folder = inb__arena_printf(arena, "%s_%s", stamp, w->v[i].name);
        if (!w->v[i].folder) {
            return inb__error_nomem(w->err);
        }
    }
    for (size_t i = 0; i < w->n; i++) {
        inb__str sql = w->v[i].sql;
        int at = (int)w->v[i].waits_at;
        if (w->v[i].waits) {
            sql.p = inb__arena_printf(arena, "%.*s%.*s%.*s", at, sql.p, TIME_DIGITS + 1,
                                      w->v[w->v[i].waits - 1].folder, (int)sql.n - at, sql.p + at);
            sql.n += TIME_DIGITS + 1;
            if (!sql.p) {
                return inb__error_nomem(w->err);
            }
            w->v[i].sql = sql;
        }
    }
    return 0;
}

/* The folder of a new history, with the file that says whose it is. */
static int folder_begin(inb__arena *arena, const char *dir, inb_error **err)
{
    static const char lock[] = "# The provider of these migrations: commit this file.\n"
                               "provider = \"postgresql\"\n";
    const char *path = inb__path_join(arena, dir, "migration_lock.toml");
    if (inb__path_exists(dir)) {
        return 0;
    }
    if (mkdir(dir, 0777) != 0) {
        return inb__error_set(err, INB_EIO, "cannot create folder \"%s\": %s", dir,
                              strerror(errno));
    }
    int rc = path ? inb__file_write(path, inb__str_of(lock), err) : inb__error_nomem(err);
    if (rc) {
        rmdir(dir); /* or the next one would take it for a folder that another tool began */
    }
    return rc;
}

int inb__cli_migration_folders(inb__new_migration *v, size_t n, bool follows, inb__arena *arena,
                               const char *dir, inb_error **err)
{
    writing w = {.v = v, .n = n, .dir = dir, .first = time(NULL), .err = err};
    int rc = n && follows ? folder_begin(arena, dir, err) : 0;
    rc = rc || !n ? rc : order_check(arena, dir, follows, &w.first, err);
    rc = rc ? rc : names_note(&w, arena);
    if (rc || !n) {
        return rc;
    }
    if (snprintf(w.stage, sizeof(w.stage), "%s/" INB__EMBED_STAGE "XXXXXX", dir) >= PATH_MAX) {
        return inb__error_set(err, INB_EINVAL, "the path of \"%s\" is too long", dir);
    }
    if (!mkdtemp(w.stage)) {
        return failed(&w, "write into folder", dir);
    }
    rc = folders_write(&w);
    stage_remove(&w);
    return rc;
}

#include "config.h"

#include "cli/zero_folders.h"

#include "util/cleanup.h"
#include "util/file.h"
#include "util/limits.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define TIME_DIGITS 14

static void time_write(char out[TIME_DIGITS + 1], time_t at)
{
    struct tm tm;
    gmtime_r(&at, &tm);
    strftime(out, TIME_DIGITS + 1, "%Y%m%d%H%M%S", &tm);
}

/* New migrations come after all that are there. */
static int order_check(inb__arena *arena, const char *dir, const char *first, inb_error **err)
{
    inb__dirent *entries;
    size_t n;
    int rc = inb__dir_list(&entries, &n, arena, dir, err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (entries[i].is_dir && inb__is_digit(entries[i].name[0]) &&
            strcmp(entries[i].name, first) >= 0) {
            rc = inb__error_set(err, INB_EINVAL, "\"%s\" holds \"%s\", which is later than now",
                                dir, entries[i].name);
            inb__error_hint(err, "A new migration comes after all others: wait, or rename it if it "
                                 "is not released.");
        }
    }
    return rc;
}

static int folder_write(const inb__zero_plan *plan, size_t i, const char *dir, const char *stamp,
                        inb_error **err)
{
    INB__AUTO_BUF inb__buf path;
    INB__AUTO_BUF inb__buf sql;
    inb__buf_init(&path, INB__LIMIT_MESSAGE);
    inb__buf_init(&sql, INB__LIMIT_FILE);
    inb__buf_printf(&path, "%s/%s_%s", dir, stamp, plan->v[i].name);
    inb__zero_migration_sql(&sql, plan, i);
    if (!path.failed && mkdir(inb__buf_text(&path), 0777) != 0) {
        return inb__error_set(err, INB_EIO, "cannot make folder \"%s\": %s", inb__buf_text(&path),
                              strerror(errno));
    }
    inb__buf_str(&path, "/migration.sql");
    if (path.failed || sql.failed) {
        return inb__error_nomem(err);
    }
    return inb__file_write(inb__buf_text(&path), (inb__str){inb__buf_text(&sql), sql.length}, err);
}

int inb__cli_zero_folders(const inb__zero_plan *plan, inb__arena *arena, const char *dir,
                          inb_error **err)
{
    char stamp[TIME_DIGITS + 1];
    time_t now = time(NULL);
    time_write(stamp, now);
    int rc = order_check(arena, dir, stamp, err);
    for (size_t i = 0; rc == 0 && i < plan->n; i++) {
        time_write(stamp, now + (time_t)i);
        rc = folder_write(plan, i, dir, stamp, err);
    }
    return rc;
}

/* Finds and runs the seed. */
#include "config.h"

#include "cli/seed.h"

#include "cli/progress.h"
#include "cli/seed_config.h"
#include "cli/sql_script.h"
#include "util/file.h"
#include "util/limits.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_NAME "seed.sql"
#define PROGRAMS "node_modules/.bin"

extern char **environ;

typedef inb__seed_found (*find_fn)(const char **out, inb__arena *arena, inb__str text);

/* What may name a command, in this order. */
static const struct {
    const char *path;
    find_fn find;
} places[] = {
    {"prisma.config.ts", inb__seed_of_config},   {"prisma.config.mts", inb__seed_of_config},
    {"prisma.config.cts", inb__seed_of_config},  {"prisma.config.js", inb__seed_of_config},
    {"prisma.config.mjs", inb__seed_of_config},  {"prisma.config.cjs", inb__seed_of_config},
    {".config/prisma.ts", inb__seed_of_config},  {".config/prisma.js", inb__seed_of_config},
    {".config/prisma.mts", inb__seed_of_config}, {".config/prisma.mjs", inb__seed_of_config},
    {"package.json", inb__seed_of_package},
};

static int command_find(inb__seed *out, inb__arena *arena, inb_error **err)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        inb__str text;
        if (!inb__path_is_file(places[i].path)) {
            continue;
        }
        int rc = inb__file_read(&text, arena, places[i].path, INB__LIMIT_FILE, err);
        if (rc < 0) {
            return rc;
        }
        inb__seed_found found = places[i].find(&out->command, arena, text);
        if (found == INB__SEED_COMPUTED) {
            inb__error_set(err, INB_EINVAL, "the seed of %s is not written as a text",
                           places[i].path);
            inb__error_hint(err, "Write the command between quotes, or put a " FILE_NAME
                                 " beside the schema and remove it here.");
            return INB_EINVAL;
        }
        if (found == INB__SEED_BROKEN) {
            inb__error_set(err, INB_EINVAL, "%s is not valid JSON", places[i].path);
            inb__error_hint(err, "Correct it: whether it names a seed cannot be told.");
            return INB_EINVAL;
        }
        if (found == INB__SEED_COMMAND) {
            out->origin = places[i].path;
            return 0;
        }
    }
    return 0;
}

/* The folder of the schema. */
static const char *folder_of(inb__arena *arena, const char *schema)
{
    if (!schema || inb__path_is_dir(schema)) {
        return schema ? schema : "prisma";
    }
    const char *slash = strrchr(schema, '/');
    return slash ? inb__arena_strndup(arena, schema, (size_t)(slash - schema) + 1) : ".";
}

int inb__seed_find(inb__seed *out, inb__arena *arena, const char *schema, inb_error **err)
{
    *out = (inb__seed){.command = NULL};
    int rc = command_find(out, arena, err);
    if (rc < 0 || out->command) {
        return rc;
    }
    const char *folder = folder_of(arena, schema);
    char *file = folder ? inb__path_join(arena, folder, FILE_NAME) : NULL;
    if (!file) {
        return inb__error_nomem(err);
    }
    out->file = inb__path_is_file(file) ? file : NULL;
    return 0;
}

/* ---- a command ------------------------------------------------------------------------------- */

/* In the environment and not among the words, which every user of the machine can read. */
static int environment_set(inb__arena *arena, const inb__seed_options *o, inb_error **err)
{
    const char *present = getenv("DATABASE_URL"), *path = getenv("PATH");
    bool replace = o->url_is_given || !present || !*present;
    int failed = replace ? setenv("DATABASE_URL", o->url, 1) : 0;
    if (o->url_is_given && getenv("DIRECT_URL")) {
        failed |= setenv("DIRECT_URL", o->url, 1);
    }
    if (inb__path_is_dir(PROGRAMS)) {
        char *longer = inb__arena_printf(arena, PROGRAMS ":%s", path ? path : "/usr/bin:/bin");
        failed |= longer ? setenv("PATH", longer, 1) : -1;
    }
    return failed ? inb__error_nomem(err) : 0;
}

static int spawn(pid_t *pid, char **words, bool quiet)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t all;
    int e = posix_spawn_file_actions_init(&files);
    if (e) {
        return e;
    }
    e = posix_spawnattr_init(&attributes);
    if (e == 0) {
        sigfillset(&all);
        e = posix_spawnattr_setsigdefault(&attributes, &all);
        e = e ? e : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
        e = e || !quiet ? e
                        : posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
        e = e ? e : posix_spawnp(pid, words[0], &files, &attributes, words, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return e;
}

/* Its status; a signal that asks this process to stop is passed on. */
static int end_wait(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1;
        }
        if (inb__cli_stop_asked(NULL)) {
            kill(pid, SIGTERM);
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int command_run(const inb__seed *seed, inb__arena *arena, const inb__seed_options *o,
                       inb_error **err)
{
    pid_t pid;
    char **words = inb__seed_words(arena, seed->command, o->words, o->n_words);
    if (!words) {
        return inb__error_nomem(err);
    }
    if (!words[0]) {
        inb__error_set(err, INB_EINVAL, "the seed command of %s is empty", seed->origin);
        inb__error_hint(err, "Write a command, or remove it.");
        return INB_EINVAL;
    }
    int rc = environment_set(arena, o, err);
    if (rc < 0) {
        return rc;
    }
    inb__cli_signals_take();
    int e = spawn(&pid, words, o->quiet);
    if (e) {
        inb__error_set(err, INB_EIO, "cannot start the seed command \"%s\" of %s: %s", words[0],
                       seed->origin, strerror(e));
        inb__error_hint(err, "It is looked for in " PROGRAMS " and in PATH, and run without a "
                             "shell.");
        return INB_EIO;
    }
    int status = end_wait(pid);
    if (status) {
        inb__error_set(err, INB_EIO, "the seed command of %s ended with status %d", seed->origin,
                       status);
        inb__error_hint(err, "What it printed says why.");
        return INB_EIO;
    }
    return 0;
}

/* ---- a file ---------------------------------------------------------------------------------- */

static int file_run(const inb__seed *seed, inb__arena *arena, const inb__seed_options *o,
                    inb_error **err)
{
    inb__str text;
    inb__sql_text script;
    inb_conn *conn = NULL;
    int rc = inb__file_read(&text, arena, seed->file, INB__LIMIT_FILE, err);
    rc = rc < 0 ? rc : inb__sql_text_read(&script, arena, seed->file, text, err);
    rc = rc < 0 ? rc : inb__sql_text_connect(&conn, o->url, err);
    rc = rc < 0 ? rc : inb__sql_text_run(conn, &script, err);
    inb_conn_close(conn);
    return rc;
}

int inb__seed_run(const inb__seed *seed, inb__arena *arena, const inb__seed_options *options,
                  inb_error **err)
{
    return (seed->command ? command_run : file_run)(seed, arena, options, err);
}

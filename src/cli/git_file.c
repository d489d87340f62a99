/* Runs git to read a file of another commit. */
#include "config.h"

#include "cli/git_file.h"

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MAX 10

extern char **environ;

static int spawn(pid_t *pid, char *const *argv, int out, bool quiet)
{
    posix_spawn_file_actions_t files;
    int e = posix_spawn_file_actions_init(&files);
    if (e) {
        return e;
    }
    e = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    e = e ? e : posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    if (e == 0 && quiet) {
        e = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    e = e ? e : posix_spawnp(pid, argv[0], &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    return e;
}

static void output_read(inb__buf *out, int fd)
{
    char bytes[4096];
    for (;;) {
        ssize_t n = read(fd, bytes, sizeof(bytes));
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return;
        }
        inb__buf_add(out, bytes, n > 0 ? (size_t)n : 0);
    }
}

static int start(pid_t *pid, int *fd, char *const *argv, bool quiet, inb_error **err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return inb__error_set(err, INB_EIO, "cannot create a pipe for git: %s", strerror(errno));
    }
    int e = spawn(pid, argv, ends[1], quiet);
    close(ends[1]);
    if (e) {
        close(ends[0]);
        inb__error_set(err, INB_EINVAL, "cannot run git: %s", strerror(e));
        inb__error_hint(err, "Install it, or put it in PATH.");
        return INB_EINVAL;
    }
    *fd = ends[0];
    return 0;
}

/*
 * Runs `git -C DIR …` to its end; *status is its exit status, -1 when a signal ended it. quiet: why
 * it failed is not said.
 */
static int git(inb__buf *out, int *status, const char *dir, const char *const *words, bool quiet,
               inb_error **err)
{
    const char *argv[ARGUMENTS_MAX + 1] = {"git", "-C", dir};
    for (size_t i = 0; words[i] && i + 3 < ARGUMENTS_MAX; i++) {
        argv[i + 3] = words[i];
    }
    pid_t pid = 0;
    int fd = -1, ended = 0;
    int rc = start(&pid, &fd, (char *const *)argv, quiet, err);
    if (rc) {
        return rc;
    }
    inb__buf_clear(out);
    output_read(out, fd);
    close(fd);
    while (waitpid(pid, &ended, 0) < 0 && errno == EINTR) {
    }
    *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    return out->failed ? inb__error_nomem(err) : 0;
}

/* "ref" as the name of a commit; the buffer is used for it. */
static int commit_find(const char **commit, inb__buf *out, inb__arena *arena, const char *dir,
                       const char *ref, inb_error **err)
{
    const char *name = inb__arena_printf(arena, "%s^{commit}", ref);
    const char *words[] = {"rev-parse", "--verify", "--quiet", "--end-of-options", name, NULL};
    int status;
    int rc = name ? git(out, &status, dir, words, false, err) : inb__error_nomem(err);
    if (rc) {
        return rc;
    }
    inb__str said = inb__str_trim((inb__str){inb__buf_text(out), out->length});
    if (status != 0) {
        inb__error_set(err, INB_EINVAL, "git finds no commit \"%s\" for \"%s\"", ref, dir);
        inb__error_hint(err, "Name the branch, tag or commit that is released with --since; a "
                             "branch of another repository is fetched first.");
        return INB_EINVAL;
    }
    *commit = inb__arena_strndup(arena, said.p, said.n);
    return *commit ? 0 : inb__error_nomem(err);
}

int inb__git_file_read(inb__str *out, bool *there, inb__arena *arena, const char *dir,
                       const char *name, const char *ref, inb_error **err)
{
    INB__AUTO_BUF inb__buf said;
    inb__buf_init(&said, INB__LIMIT_FILE);
    const char *commit;
    int rc = commit_find(&commit, &said, arena, dir, ref, err);
    if (rc) {
        return rc;
    }
    const char *object = inb__arena_printf(arena, "%s:./%s", commit, name);
    const char *words[] = {"cat-file", "blob", object, NULL};
    int status;
    rc = object ? git(&said, &status, dir, words, true, err) : inb__error_nomem(err);
    if (rc) {
        return rc;
    }
    *there = status == 0;
    char *copy = inb__arena_strndup(arena, inb__buf_text(&said), said.length);
    *out = (inb__str){copy, *there ? said.length : 0};
    return copy ? 0 : inb__error_nomem(err);
}

int inb__git_names_read(inb__str *out, inb__arena *arena, const char *dir, const char *ref,
                        inb_error **err)
{
    INB__AUTO_BUF inb__buf said;
    inb__buf_init(&said, INB__LIMIT_FILE);
    const char *commit = NULL;
    int status = 0, rc = commit_find(&commit, &said, arena, dir, ref, err);
    const char *words[] = {"ls-tree", "-z", "--name-only", commit, "./", NULL};
    rc = rc ? rc : git(&said, &status, dir, words, true, err);
    if (rc) {
        return rc;
    }
    char *copy = inb__arena_strndup(arena, inb__buf_text(&said), said.length);
    *out = (inb__str){copy, status == 0 ? said.length : 0};
    return copy ? 0 : inb__error_nomem(err);
}

/* The output of a key command, run without a shell and with a part of the environment. */
#include "config.h"

#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/error_set.h"
#include "util/limits.h"
#include "vault/guarded.h"
#include "vault/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGUMENTS_MAX 64

extern char **environ;

typedef struct child {
    const char *command;
    pid_t pid;
    int out; /* our end of its standard output */
    int64_t deadline_ms;
} child;

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Cuts the text at its spaces; argv[] points into it and ends with NULL. */
static int words_split(char *argv[ARGUMENTS_MAX + 1], char *text, inb_error **err)
{
    int n = 0;
    char *save;
    for (char *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        if (n == ARGUMENTS_MAX) {
            return inb__error_set(err, INB_ELIMIT, "the key command has more than %d words",
                                  ARGUMENTS_MAX);
        }
        argv[n++] = word;
    }
    argv[n] = NULL;
    return n ? 0 : inb__error_set(err, INB_ESEALED, "the key command is empty");
}

/* True of a variable, "NAME=value", that the command is given. */
static bool variable_is_passed(const char *variable)
{
    /* One that ends in an underscore stands for all that begin with it. */
    static const char *const names[] = {
        "PATH",       "HOME",        "USER",     "LOGNAME",       "LANG",
        "LC_",        "TZ",          "TMPDIR",   "SSL_CERT_FILE", "SSL_CERT_DIR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy",    "https_proxy",
        "no_proxy",   "XDG_",        "AWS_",     "AZURE_",        "BAO_",
        "CLOUDSDK_",  "GOOGLE_",     "KEYRING_", "KUBERNETES_",   "VAULT_",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t n = strlen(names[i]);
        if (strncmp(variable, names[i], n) == 0 && (names[i][n - 1] == '_' || variable[n] == '=')) {
            return true;
        }
    }
    return false;
}

/*
 * What a KMS client may need, and nothing else of the program's environment: the database's
 * password is none of its business. NULL when memory is out; the texts are environ's.
 */
static char **environment_new(void)
{
    size_t n = 0, passed = 0;
    while (environ && environ[n]) {
        n++;
    }
    char **out = inb__calloc(n + 1, sizeof(*out));
    for (size_t i = 0; out && i < n; i++) {
        if (variable_is_passed(environ[i])) {
            out[passed++] = environ[i];
        }
    }
    return out;
}

/* A group of its own, so that it can be ended with its children; signals as in a fresh process. */
static int spawn_in_group(child *c, char **argv, char **env, int out,
                          posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes)
{
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int e = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    e = e ? e : posix_spawn_file_actions_adddup2(files, out, STDOUT_FILENO);
    e = e ? e : posix_spawnattr_setpgroup(attributes, 0);
    e = e ? e : posix_spawnattr_setsigdefault(attributes, &all);
    e = e ? e : posix_spawnattr_setsigmask(attributes, &none);
    e = e ? e
          : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                                     POSIX_SPAWN_SETSIGMASK);
    return e ? e : posix_spawnp(&c->pid, argv[0], files, attributes, argv, env);
}

static int spawn(child *c, char **argv, char **env, int out)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int e = posix_spawn_file_actions_init(&files);
    if (e) {
        return e;
    }
    e = posix_spawnattr_init(&attributes);
    if (e == 0) {
        e = spawn_in_group(c, argv, env, out, &files, &attributes);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return e;
}

static int child_start(child *c, inb_error **err)
{
    char *words[ARGUMENTS_MAX + 1];
    INB__AUTO_FREE char *text = inb__strdup(c->command);
    INB__AUTO_FREE char **env = environment_new();
    if (!text || !env) {
        return inb__error_nomem(err);
    }
    int rc = words_split(words, text, err);
    int ends[2];
    if (rc) {
        return rc;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return inb__error_set(err, INB_EIO, "cannot create a pipe for the key command: %s",
                              strerror(errno));
    }
    int e = spawn(c, words, env, ends[1]);
    close(ends[1]);
    if (e) {
        close(ends[0]);
        return inb__error_set(err, INB_ESEALED, "cannot start key command \"%s\": %s", words[0],
                              strerror(e));
    }
    c->out = ends[0];
    return 0;
}

/* What it prints until its end; NULL, or what went wrong. */
static const char *output_read(child *c, char *bytes, size_t *n)
{
    for (;;) {
        int64_t left = c->deadline_ms - now_ms();
        struct pollfd p = {c->out, POLLIN, 0};
        int ready = left > 0 ? poll(&p, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            return ready < 0 ? "cannot be read" : "took too long";
        }
        ssize_t got = read(c->out, bytes + *n, INB__LIMIT_KEYRING + 1 - *n);
        if (got < 0 && errno != EINTR) {
            return "cannot be read";
        }
        if (got == 0) {
            return NULL;
        }
        *n += got > 0 ? (size_t)got : 0;
        if (*n > INB__LIMIT_KEYRING) {
            return "printed too much";
        }
    }
}

static const char *exit_wait(child *c, int *exit_status)
{
    const struct timespec pause = {0, 5000000};
    int status;
    for (;;) {
        pid_t pid = waitpid(c->pid, &status, WNOHANG);
        if (pid == c->pid) {
            c->pid = 0;
            *exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            return *exit_status ? "failed" : NULL;
        }
        if (pid < 0 && errno != EINTR) {
            c->pid = 0;
            return "ended in an unknown way";
        }
        if (now_ms() >= c->deadline_ms) {
            return "took too long";
        }
        nanosleep(&pause, NULL);
    }
}

static void child_end(child *c)
{
    close(c->out);
    if (c->pid > 0) {
        kill(-c->pid, SIGKILL);
        while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
}

int inb__keyring_command(char **out, size_t *n_out, const char *command, int64_t timeout_ms,
                         inb_error **err)
{
    child c = {.command = command, .deadline_ms = now_ms() + timeout_ms};
    int rc = child_start(&c, err);
    if (rc) {
        return rc;
    }
    size_t n = 0;
    int status = 0;
    char *bytes = inb__guarded_new(INB__LIMIT_KEYRING + 1);
    const char *wrong = bytes ? output_read(&c, bytes, &n) : NULL;
    if (bytes && !wrong) {
        wrong = exit_wait(&c, &status);
    }
    child_end(&c);
    if (bytes && !wrong) {
        *out = bytes;
        *n_out = n;
        return 0;
    }
    inb__guarded_free(bytes);
    if (!bytes) {
        return inb__error_nomem(err);
    }
    if (status) {
        inb__error_set(err, INB_ESEALED, "the key command %s: exit status %d", wrong, status);
    } else {
        inb__error_set(err, INB_ESEALED, "the key command %s", wrong);
    }
    inb__error_hint(err, "Run it by hand as the user that runs the program; what it prints on "
                         "standard error is in the log.");
    return INB_ESEALED;
}

/* Runs a private PostgreSQL with the programs that come with it. */
#include "config.h"

#include "live/scratch.h"

#include "pg/pg.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEBIAN "/usr/lib/postgresql"
#define CONNECT_MS 60000
#define TEXT_MAX 4096
#define SOCKET_DIR "/tmp/inboard-db."
#define SOCKET_FILE ".s.PGSQL.5432" /* of the port below, whatever PGPORT says */
#define PORT "5432"
#define LOCK_FILE "inboard.lock" /* also the mark of a folder that is ours */

typedef struct server {
    inb__arena *arena;
    const char *dir, *data, *log, *socket_file, *bindir;
    const struct passwd *owner; /* whom root runs it as; NULL: ourselves */
    int lock;                   /* held from folder_take() on; -1 before */
} server;

/* ---- PostgreSQL's programs ------------------------------------------------------------------- */

static bool has_programs(inb__arena *arena, const char *bindir)
{
    const char *initdb = inb__path_join(arena, bindir, "initdb");
    return initdb && access(initdb, X_OK) == 0;
}

/* Debian's, the newest. */
static const char *debian_find(inb__arena *arena)
{
    inb__dirent *entries;
    size_t n;
    const char *best = NULL;
    double newest = 0;
    inb_error *ignored = NULL;
    if (inb__dir_list(&entries, &n, arena, DEBIAN, &ignored)) {
        inb_error_free(ignored);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        const char *bindir = inb__arena_printf(arena, DEBIAN "/%s/bin", entries[i].name);
        double version = strtod(entries[i].name, NULL);
        if (bindir && version > newest && has_programs(arena, bindir)) {
            newest = version;
            best = bindir;
        }
    }
    return best;
}

static const char *path_find(inb__arena *arena)
{
    const char *p = getenv("PATH");
    while (p && *p) {
        size_t n = strcspn(p, ":");
        const char *dir = inb__arena_strndup(arena, p, n);
        if (n && dir && has_programs(arena, dir)) {
            return dir;
        }
        p += n + (p[n] == ':');
    }
    return NULL;
}

static int programs_find(server *s, const char *given, inb_error **err)
{
    s->bindir = given ? given : path_find(s->arena);
    s->bindir = s->bindir ? s->bindir : debian_find(s->arena);
    char here[PATH_MAX]; /* a child runs in another folder */
    if (s->bindir && realpath(s->bindir, here)) {
        s->bindir = inb__arena_strdup(s->arena, here);
    }
    if (s->bindir && has_programs(s->arena, s->bindir)) {
        return 0;
    }
    inb__error_set(err, INB_EINVAL, "PostgreSQL's programs are not there: no initdb%s%s",
                   given ? " in " : "", given ? given : "");
    inb__error_hint(err, "Install PostgreSQL's server (Debian: postgresql), or name the folder of "
                         "its programs in PG_BINDIR.");
    return INB_EINVAL;
}

/* PostgreSQL refuses root, who then runs it as the user that its packages make. */
static void owner_become(const struct passwd *owner)
{
    if (owner && (initgroups(owner->pw_name, owner->pw_gid) || setgid(owner->pw_gid) ||
                  setuid(owner->pw_uid))) {
        _exit(126);
    }
}

static void child_run(const server *s, char **argv)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int log = open(s->log, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (null < 0 || log < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 ||
        chdir("/") != 0) {
        _exit(126);
    }
    if (s->owner && fchown(log, s->owner->pw_uid, s->owner->pw_gid) != 0) {
        _exit(126); /* the server writes there too */
    }
    owner_become(s->owner);
    execv(argv[0], argv);
    _exit(127);
}

/*
 * Runs one of PostgreSQL's programs, or a path, to its end: its exit status, -1 when it cannot be
 * run.
 */
static int program_run(const server *s, const char *name, const char *const *args)
{
    char *argv[16] = {name[0] == '/' ? inb__arena_strdup(s->arena, name)
                                     : inb__path_join(s->arena, s->bindir, name)};
    bool complete = argv[0];
    for (size_t i = 0; args[i] && i < 14; i++) {
        argv[i + 1] = inb__arena_strdup(s->arena, args[i]);
        complete = complete && argv[i + 1];
    }
    if (!complete) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        child_run(s, argv);
    }
    int status = 0;
    while (pid > 0 && waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1;
        }
    }
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int program_failed(const server *s, const char *name, inb_error **err)
{
    inb__error_set(err, INB_ECONN, "%s failed", name);
    inb__error_hint(err, "Its output is in %s.", s->log);
    return INB_ECONN;
}

/* ---- the folder ------------------------------------------------------------------------------ */

static int folder_failed(const char *path, inb_error **err)
{
    return inb__error_set(err, INB_EINVAL, "cannot create the folder %s: %s", path,
                          strerror(errno));
}

/* Empty, or marked by an earlier run: nothing of anybody else is started, stopped or changed. */
static int folder_check(const server *s, inb_error **err)
{
    inb__dirent *entries;
    size_t n;
    int rc = inb__dir_list(&entries, &n, s->arena, s->dir, err);
    bool ours = rc == 0 && n == 0;
    for (size_t i = 0; rc == 0 && i < n; i++) {
        ours = ours || strcmp(entries[i].name, LOCK_FILE) == 0;
    }
    if (rc == 0 && !ours) {
        inb__error_set(err, INB_EINVAL, "the folder %s has files in it that `db up` did not make",
                       s->dir);
        inb__error_hint(err, "Name an empty folder, or one that does not exist, with --dir.");
        rc = INB_EINVAL;
    }
    return rc;
}

/*
 * Creates the folder if need be and locks it, until this process ends: of two runs at a time the
 * second finds what the first one made. Root keeps the folder, and the server's user passes it.
 */
static int folder_take(server *s, inb_error **err)
{
    mode_t mode = s->owner ? 0711 : 0700;
    const char *path = inb__path_join(s->arena, s->dir, LOCK_FILE);
    if (!path) {
        return inb__error_nomem(err);
    }
    if (mkdir(s->dir, mode) != 0) {
        int rc = errno == EEXIST ? folder_check(s, err) : folder_failed(s->dir, err);
        if (rc < 0) {
            return rc;
        }
    }
    s->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (s->lock < 0 || chmod(s->dir, mode) != 0) {
        return folder_failed(s->dir, err);
    }
    while (flock(s->lock, LOCK_EX) != 0) {
        if (errno != EINTR) {
            return folder_failed(s->dir, err);
        }
    }
    return 0;
}

static void folder_leave(const server *s)
{
    if (s->lock >= 0) {
        close(s->lock);
    }
}

static int server_init(server *s, inb__arena *arena, const inb__scratch *scratch, inb_error **err)
{
    char here[PATH_MAX];
    const char *dir = realpath(scratch->dir, here) ? inb__arena_strdup(arena, here)
                      : scratch->dir[0] == '/'     ? scratch->dir
                      : getcwd(here, sizeof(here)) ? inb__path_join(arena, here, scratch->dir)
                                                   : NULL;
    *s = (server){.arena = arena, .dir = dir, .lock = -1};
    s->data = dir ? inb__path_join(arena, dir, "data") : NULL;
    s->log = dir ? inb__path_join(arena, dir, "log") : NULL;
    s->socket_file = dir ? inb__path_join(arena, dir, "socket") : NULL;
    if (!s->data || !s->log || !s->socket_file) {
        return inb__error_nomem(err);
    }
    s->owner = geteuid() == 0 ? getpwnam("postgres") : NULL;
    return programs_find(s, scratch->bindir, err);
}

static bool is_running(const server *s)
{
    const char *const args[] = {"status", "-D", s->data, NULL};
    return inb__path_exists(s->data) && program_run(s, "pg_ctl", args) == 0;
}

/* Built beside and moved into place: what a killed run left is not taken for a cluster. */
static int cluster_make(const server *s, inb_error **err)
{
    if (inb__path_exists(s->data)) {
        return 0;
    }
    const char *new = inb__path_join(s->arena, s->dir, "data.new");
    if (!new) {
        return inb__error_nomem(err);
    }
    const char *const remove[] = {"-rf", new, NULL};
    const char *const args[] = {"-D", new,    "-U",          INB__SCRATCH_USER, "-A", "trust",
                                "-E", "UTF8", "--no-locale", "--no-sync",       NULL};
    (void)(inb__path_exists(new) && program_run(s, "/bin/rm", remove));
    if ((mkdir(new, 0700) != 0 && errno != EEXIST) ||
        (s->owner && chown(new, s->owner->pw_uid, s->owner->pw_gid) != 0)) {
        return folder_failed(new, err);
    }
    if (program_run(s, "initdb", args) != 0) {
        return program_failed(s, "initdb", err);
    }
    return rename(new, s->data) == 0 ? 0 : folder_failed(s->data, err);
}

static int socket_read(const server *s, const char **out, inb_error **err)
{
    inb__str text;
    int rc = inb__file_read(&text, s->arena, s->socket_file, TEXT_MAX, err);
    *out = rc == 0 ? text.p : NULL;
    return rc;
}

/* Of a server that does not run: it may have been killed, and left its files. */
static void socket_remove(const server *s)
{
    const char *socket = NULL;
    inb_error *ignored = NULL;
    if (socket_read(s, &socket, &ignored) == 0 &&
        inb__str_starts(inb__str_of(socket), SOCKET_DIR)) {
        int dir = open(socket, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (dir >= 0) {
            unlinkat(dir, SOCKET_FILE, 0);
            unlinkat(dir, SOCKET_FILE ".lock", 0);
            close(dir);
            rmdir(socket);
        }
        unlink(s->socket_file);
    }
    inb_error_free(ignored);
}

/* A short path, whatever the folder's: a socket's has little room. */
static int socket_make(const server *s, const char **out, inb_error **err)
{
    char path[] = SOCKET_DIR "XXXXXX";
    socket_remove(s);
    if (!mkdtemp(path)) {
        return folder_failed(path, err);
    }
    int rc = 0;
    const char *kept = inb__arena_strdup(s->arena, path);
    if (!kept) {
        rc = inb__error_nomem(err);
    } else if (s->owner && chown(path, s->owner->pw_uid, s->owner->pw_gid) != 0) {
        rc = folder_failed(path, err);
    } else {
        rc = inb__file_write(s->socket_file, inb__str_of(path), err);
    }
    if (rc < 0) {
        rmdir(path);
        return rc;
    }
    *out = kept;
    return 0;
}

static int server_start(const server *s, const char *socket, inb_error **err)
{
    const char *options = inb__arena_printf(
        s->arena, "-c listen_addresses='' -c port=" PORT " -c unix_socket_directories='%s'",
        socket);
    const char *const args[] = {"start", "-D", s->data, "-w", "-l", s->log, "-o", options, NULL};
    if (!options) {
        return inb__error_nomem(err);
    }
    if (program_run(s, "pg_ctl", args) != 0) {
        socket_remove(s);
        return program_failed(s, "pg_ctl", err);
    }
    return 0;
}

/* ---- the database ---------------------------------------------------------------------------- */

static const char *url_of(inb__arena *arena, const char *socket, const char *database)
{
    return inb__arena_printf(
        arena, "postgresql:///%s?host=%s&port=" PORT "&user=" INB__SCRATCH_USER, database, socket);
}

static int database_make(const server *s, const char *socket, inb_error **err)
{
    const char *url = url_of(s->arena, socket, "postgres");
    const inb_conn_options options = {.size = sizeof(options),
                                      .url = url,
                                      .application_name = "inboard",
                                      .connect_timeout_ms = CONNECT_MS};
    inb_conn *conn = NULL;
    inb_result *r = NULL;
    int rc = url ? inb_conn_open(&conn, &options, err) : inb__error_nomem(err);
    if (rc == 0) {
        rc = inb_conn_exec(conn,
                           "SELECT FROM pg_catalog.pg_database WHERE datname = "
                           "'" INB__SCRATCH_DATABASE "'",
                           0, NULL, &r, err);
    }
    if (rc == 0 && inb_result_rows(r) == 0) {
        rc = inb_conn_exec(conn, "CREATE DATABASE " INB__SCRATCH_DATABASE, 0, NULL, NULL, err);
    }
    inb_result_free(r);
    inb_conn_close(conn);
    return rc;
}

int inb__scratch_up(const char **url, inb__arena *arena, const inb__scratch *scratch,
                    inb_error **err)
{
    server s;
    const char *socket = NULL;
    int rc = server_init(&s, arena, scratch, err);
    rc = rc < 0 ? rc : folder_take(&s, err);
    if (rc == 0 && is_running(&s)) {
        rc = socket_read(&s, &socket, err);
    } else if (rc == 0) {
        rc = cluster_make(&s, err);
        rc = rc < 0 ? rc : socket_make(&s, &socket, err);
        rc = rc < 0 ? rc : server_start(&s, socket, err);
    }
    rc = rc < 0 ? rc : database_make(&s, socket, err);
    if (rc == 0) {
        const char *text = url_of(arena, socket, INB__SCRATCH_DATABASE);
        rc = text ? 0 : inb__error_nomem(err);
        *url = text;
    }
    folder_leave(&s);
    return rc;
}

int inb__scratch_down(bool *was_running, inb__arena *arena, const inb__scratch *scratch,
                      inb_error **err)
{
    server s;
    bool running = false;
    int rc = server_init(&s, arena, scratch, err);
    if (rc == 0 && inb__path_exists(s.data)) {
        rc = folder_take(&s, err);
        running = rc == 0 && is_running(&s);
        const char *const args[] = {"stop", "-D", s.data, "-m", "fast", "-w", NULL};
        if (running && program_run(&s, "pg_ctl", args) != 0) {
            rc = program_failed(&s, "pg_ctl", err);
        } else if (rc == 0) {
            socket_remove(&s);
        }
    }
    if (rc == 0) {
        *was_running = running;
    }
    folder_leave(&s);
    return rc;
}

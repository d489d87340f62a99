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
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEBIAN "/usr/lib/postgresql"
#define CONNECT_MS 60000
#define TEXT_MAX 4096

typedef struct server {
    inb__arena *arena;
    const char *dir, *data, *log, *socket_file, *bindir;
    const struct passwd *owner; /* whom root runs it as; NULL: ourselves */
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
    int log = open(s->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
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

/* Runs a program to its end: its exit status, -1 when it cannot be run. */
static int program_run(const server *s, const char *name, const char *const *args)
{
    char *argv[16] = {inb__path_join(s->arena, s->bindir, name)};
    for (size_t i = 0; args[i] && i < 14; i++) {
        argv[i + 1] = inb__arena_strdup(s->arena, args[i]);
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

static int folder_make(const server *s, const char *path, inb_error **err)
{
    if ((mkdir(path, 0700) != 0 && errno != EEXIST) ||
        (s->owner && chown(path, s->owner->pw_uid, s->owner->pw_gid) != 0)) {
        return inb__error_set(err, INB_EINVAL, "cannot create the folder %s: %s", path,
                              strerror(errno));
    }
    return 0;
}

static int server_init(server *s, inb__arena *arena, const inb__scratch *scratch, inb_error **err)
{
    char here[PATH_MAX];
    const char *dir = realpath(scratch->dir, here) ? inb__arena_strdup(arena, here)
                      : scratch->dir[0] == '/'     ? scratch->dir
                      : getcwd(here, sizeof(here)) ? inb__path_join(arena, here, scratch->dir)
                                                   : NULL;
    *s = (server){.arena = arena, .dir = dir};
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

static int cluster_make(const server *s, inb_error **err)
{
    const char *version = inb__path_join(s->arena, s->data, "PG_VERSION");
    if (version && inb__path_exists(version)) {
        return 0;
    }
    const char *const args[] = {"-D", s->data, "-U",          INB__SCRATCH_USER, "-A", "trust",
                                "-E", "UTF8",  "--no-locale", "--no-sync",       NULL};
    return program_run(s, "initdb", args) == 0 ? 0 : program_failed(s, "initdb", err);
}

/* A short path, whatever the folder's: a socket's has little room. */
static int socket_make(const server *s, const char **out, inb_error **err)
{
    char path[] = "/tmp/inboard-db.XXXXXX";
    if (!mkdtemp(path) || (s->owner && chown(path, s->owner->pw_uid, s->owner->pw_gid) != 0)) {
        return inb__error_set(err, INB_EINVAL, "cannot create a folder for the socket in /tmp: %s",
                              strerror(errno));
    }
    *out = inb__arena_strdup(s->arena, path);
    return *out ? inb__file_write(s->socket_file, inb__str_of(*out), err) : inb__error_nomem(err);
}

static int socket_read(const server *s, const char **out, inb_error **err)
{
    inb__str text;
    int rc = inb__file_read(&text, s->arena, s->socket_file, TEXT_MAX, err);
    *out = rc == 0 ? text.p : NULL;
    return rc;
}

static int server_start(const server *s, const char *socket, inb_error **err)
{
    const char *options = inb__arena_printf(
        s->arena, "-c listen_addresses='' -c unix_socket_directories='%s'", socket);
    const char *const args[] = {"start", "-D", s->data, "-w", "-l", s->log, "-o", options, NULL};
    if (!options) {
        return inb__error_nomem(err);
    }
    return program_run(s, "pg_ctl", args) == 0 ? 0 : program_failed(s, "pg_ctl", err);
}

/* ---- the database ---------------------------------------------------------------------------- */

static const char *url_of(inb__arena *arena, const char *socket, const char *database)
{
    return inb__arena_printf(arena, "postgresql:///%s?host=%s&user=" INB__SCRATCH_USER, database,
                             socket);
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
    rc = rc < 0 ? rc : folder_make(&s, s.dir, err);
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
    return rc;
}

int inb__scratch_down(bool *was_running, inb__arena *arena, const inb__scratch *scratch,
                      inb_error **err)
{
    server s;
    const char *socket = NULL;
    int rc = server_init(&s, arena, scratch, err);
    if (rc < 0) {
        return rc;
    }
    bool running = is_running(&s);
    const char *const args[] = {"stop", "-D", s.data, "-m", "fast", "-w", NULL};
    if (running && program_run(&s, "pg_ctl", args) != 0) {
        return program_failed(&s, "pg_ctl", err);
    }
    inb_error *ignored = NULL;
    if (socket_read(&s, &socket, &ignored) == 0) {
        rmdir(socket);
        unlink(s.socket_file);
    }
    inb_error_free(ignored);
    *was_running = running;
    return 0;
}

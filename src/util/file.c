/* Whole files and folders. */
#include "config.h"

#include "util/file.h"

#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int io_error(inb_error **err, const char *what, const char *path)
{
    return inb__error_set(err, INB_EIO, "cannot %s \"%s\": %s", what, path, strerror(errno));
}

static int fd_read_all(inb__buf *b, int fd, const char *path, inb_error **err)
{
    char chunk[65536];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof(chunk));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return io_error(err, "read", path);
        }
        if (n == 0) {
            return 0;
        }
        if ((size_t)n > b->maximum - b->length) {
            return inb__error_set(err, INB_ELIMIT, "\"%s\" is larger than %zu bytes", path,
                                  b->maximum);
        }
        inb__buf_add(b, chunk, (size_t)n);
        if (b->failed) {
            return inb__error_nomem(err);
        }
    }
}

int inb__file_read(inb__str *out, inb__arena *arena, const char *path, size_t maximum,
                   inb_error **err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return io_error(err, "open", path);
    }
    inb__buf b;
    inb__buf_init(&b, maximum);
    int rc = fd_read_all(&b, fd, standard ? "standard input" : path, err);
    if (!standard) {
        close(fd);
    }
    if (rc == 0) {
        /* The buffer is freed before the error exit could be taken: the copy is made without one.
         */
        bool exit_set = arena->exit_set;
        arena->exit_set = false;
        char *copy = inb__arena_strndup(arena, inb__buf_text(&b), b.length);
        arena->exit_set = exit_set;
        if (copy) {
            *out = (inb__str){copy, b.length};
        } else {
            rc = inb__error_nomem(err);
        }
    }
    inb__buf_dispose(&b);
    return rc;
}

static int fd_write_all(int fd, inb__str bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        bytes.p += n;
        bytes.n -= (size_t)n;
    }
    return 0;
}

static bool file_has(const char *path, inb__str bytes)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size != bytes.n) {
        return false;
    }
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__str there;
    return inb__file_read(&there, &arena, path, bytes.n, NULL) == 0 && inb__str_eq(there, bytes);
}

/* The mode a new file gets, or the one that the file being replaced has. */
static mode_t mode_for(const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0) {
        return st.st_mode & 07777;
    }
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static bool same_bytes(int a, int b)
{
    char x[65536], y[65536];
    for (;;) {
        ssize_t n = read(a, x, sizeof(x)), m = read(b, y, sizeof(y));
        if (n != m || n < 0 || (n > 0 && memcmp(x, y, (size_t)n) != 0)) {
            return false;
        }
        if (n == 0) {
            return true;
        }
    }
}

/* Whether what was written beside is what is there already. */
static bool is_unchanged(const char *path, int fd)
{
    struct stat there, written;
    if (stat(path, &there) != 0 || !S_ISREG(there.st_mode) || fstat(fd, &written) != 0 ||
        there.st_size != written.st_size || lseek(fd, 0, SEEK_SET) != 0) {
        return false;
    }
    int old = open(path, O_RDONLY | O_CLOEXEC);
    bool same = old >= 0 && same_bytes(old, fd);
    if (old >= 0) {
        close(old);
    }
    return same;
}

int inb__file_begin(inb__file_out *f, const char *path, inb_error **err)
{
    struct stat st;
    *f = (inb__file_out){.path = path, .fd = STDOUT_FILENO};
    if (strcmp(path, "-") == 0) {
        f->path = "standard output";
        return 0;
    }
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
        /* A device or a pipe cannot be replaced, only written to. */
        f->fd = open(path, O_WRONLY | O_CLOEXEC);
        return f->fd < 0 ? io_error(err, "write", path) : 0;
    }
    INB__AUTO_BUF inb__buf beside;
    inb__buf_init(&beside, 65536);
    inb__buf_printf(&beside, "%s.XXXXXX", path);
    f->beside = inb__buf_take(&beside);
    if (!f->beside) {
        return inb__error_nomem(err);
    }
    f->fd = mkstemp(f->beside);
    if (f->fd < 0) {
        io_error(err, "write", path);
        inb__free(f->beside);
        return INB_EIO;
    }
    return 0;
}

int inb__file_add(void *file, const char *bytes, size_t n)
{
    inb__file_out *f = file;
    if (!f->failed && fd_write_all(f->fd, (inb__str){bytes, n}) != 0) {
        f->failed = errno ? errno : EIO;
    }
    return f->failed ? INB_EIO : 0;
}

/* Everything but the name: a close that fails can be a write that failed. */
static int out_close(inb__file_out *f, bool moves)
{
    int failed = f->failed;
    if (moves && !failed && (fchmod(f->fd, mode_for(f->path)) != 0 || fsync(f->fd) != 0)) {
        failed = errno;
    }
    if (f->fd != STDOUT_FILENO && close(f->fd) != 0 && !failed) {
        failed = errno;
    }
    return failed;
}

int inb__file_end(inb__file_out *f, bool keep, inb_error **err)
{
    bool moves = f->beside && keep && !f->failed && !is_unchanged(f->path, f->fd);
    int failed = out_close(f, moves);
    if (moves && !failed && rename(f->beside, f->path) != 0) {
        failed = errno;
    }
    if (f->beside && (!moves || failed)) {
        unlink(f->beside);
    }
    inb__free(f->beside);
    errno = failed;
    return failed ? io_error(err, "write", f->path) : 0;
}

int inb__file_write(const char *path, inb__str bytes, inb_error **err)
{
    inb__file_out f;
    if (strcmp(path, "-") != 0 && file_has(path, bytes)) {
        return 0;
    }
    int rc = inb__file_begin(&f, path, err);
    if (rc == 0) {
        (void)!inb__file_add(&f, bytes.p, bytes.n);
        rc = inb__file_end(&f, true, err);
    }
    return rc;
}

static int dirent_by_name(const void *a, const void *b)
{
    return strcmp(((const inb__dirent *)a)->name, ((const inb__dirent *)b)->name);
}

/* Most file systems say what an entry is: one that does not, and a link, is looked at. */
static inb__dirent entry_of(DIR *dir, const struct dirent *d)
{
    struct stat st;
    inb__dirent e = {.is_dir = d->d_type == DT_DIR};
    if (d->d_type == DT_UNKNOWN || d->d_type == DT_LNK) {
        e.may_be_link = true;
        e.is_dir = fstatat(dirfd(dir), d->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
    }
    return e;
}

int inb__dir_list(inb__dirent **out, size_t *n_out, inb__arena *arena, const char *path,
                  inb_error **err)
{
    DIR *dir = opendir(path);
    if (!dir) {
        return io_error(err, "open", path);
    }
    bool exit_set = arena->exit_set;
    arena->exit_set = false;
    INB__VEC(inb__dirent) list = {0};
    int rc = 0;
    const struct dirent *d;
    while (rc == 0 && (errno = 0, d = readdir(dir))) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0) {
            continue;
        }
        inb__dirent *slot = INB__VEC_PUSH(arena, &list);
        if (slot) {
            *slot = entry_of(dir, d);
            slot->name = inb__arena_strdup(arena, d->d_name);
        }
        rc = slot && slot->name ? 0 : inb__error_nomem(err);
    }
    if (rc == 0 && errno != 0) {
        rc = io_error(err, "read", path);
    }
    closedir(dir);
    arena->exit_set = exit_set;
    if (rc == 0) {
        if (list.n) {
            qsort(list.v, list.n, sizeof(*list.v), dirent_by_name);
        }
        *out = list.v;
        *n_out = list.n;
    }
    return rc;
}

bool inb__path_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool inb__path_is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool inb__path_is_file_itself(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool inb__path_is_inside(const char *path, const char *dir)
{
    char *file = realpath(path, NULL), *folder = realpath(dir, NULL);
    size_t n = folder ? strlen(folder) : 0;
    bool inside = file && folder && strncmp(file, folder, n) == 0 &&
                  (file[n] == '/' || (n && folder[n - 1] == '/'));
    free(file);
    free(folder);
    return inside;
}

bool inb__path_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

char *inb__path_join(inb__arena *arena, const char *dir, const char *name)
{
    size_t n = strlen(dir);
    const char *slash = n && dir[n - 1] == '/' ? "" : "/";
    return inb__arena_printf(arena, "%s%s%s", dir, slash, name);
}

void inb__standard_streams_hold(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        /* open() gives the lowest that is free, and those below are not. */
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) {
            _exit(126);
        }
    }
}

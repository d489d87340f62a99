/* Keyrings: where one is loaded from, and its lines. */
#include "config.h"

#include "vault/keyring.h"

#include "util/alloc.h"
#include "util/error_set.h"
#include "util/limits.h"
#include "vault/digest.h"
#include "vault/guarded.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMMAND_PREFIX "command:"
#define COMMAND_TIMEOUT_MS 15000

struct inb_keyring {
    inb__kek *keys; /* guarded, and read-only once loaded */
    size_t n;
};

const inb__kek *inb__keyring_first(const inb_keyring *keyring)
{
    return &keyring->keys[0];
}

const inb__kek *inb__keyring_find(const inb_keyring *keyring, inb__str kid)
{
    for (size_t i = 0; i < keyring->n; i++) {
        if (inb__str_is(kid, keyring->keys[i].kid)) {
            return &keyring->keys[i];
        }
    }
    return NULL;
}

const char *inb_keyring_current(const inb_keyring *keyring)
{
    return keyring ? inb__keyring_first(keyring)->kid : "";
}

void inb_keyring_free(inb_keyring *keyring)
{
    if (keyring) {
        inb__guarded_free(keyring->keys);
        inb__free(keyring);
    }
}

/* The text from *p up to a newline, which is skipped. */
static inb__str line_take(const char **p, const char *end)
{
    const char *start = *p;
    const char *newline = memchr(start, '\n', (size_t)(end - start));
    *p = newline ? newline + 1 : end;
    return (inb__str){start, (size_t)((newline ? newline : end) - start)};
}

static const char *key_parse(inb__kek *out, inb__str line)
{
    size_t n = 0;
    while (n < line.n && !inb__is_space(line.p[n])) {
        n++;
    }
    inb__str kid = {line.p, n};
    inb__str key = inb__str_trim((inb__str){line.p + n, line.n - n});
    if (!inb__kid_valid(kid)) {
        return "has a key id that is not 1 to 64 letters, digits, dots, dashes or underscores";
    }
    size_t length;
    const char *rest;
    if (sodium_base642bin(out->key, sizeof(out->key), key.p, key.n, NULL, &length, &rest,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        length != sizeof(out->key) || rest != key.p + key.n) {
        return "has a key that is not 32 bytes in base64";
    }
    memcpy(out->kid, kid.p, kid.n);
    out->kid[kid.n] = '\0';
    return NULL;
}

static int line_add(inb_keyring *ring, inb__str line, const char *source, int number,
                    inb_error **err)
{
    inb__kek *slot = &ring->keys[ring->n];
    const char *wrong = key_parse(slot, line);
    if (!wrong && inb__keyring_find(ring, inb__str_of(slot->kid))) {
        wrong = "repeats a key id";
    }
    if (wrong) {
        return inb__error_set(err, INB_ESEALED, "line %d of keyring \"%s\" %s", number, source,
                              wrong);
    }
    ring->n++;
    return 0;
}

static size_t lines_count(const char *text, size_t n)
{
    size_t lines = 1;
    for (size_t i = 0; i < n; i++) {
        lines += text[i] == '\n';
    }
    return lines;
}

static int lines_read(inb_keyring *ring, const char *source, const char *text, size_t n,
                      inb_error **err)
{
    const char *p = text;
    for (int number = 1; p < text + n; number++) {
        inb__str line = inb__str_trim(line_take(&p, text + n));
        if (line.n == 0 || line.p[0] == '#') {
            continue;
        }
        int rc = line_add(ring, line, source, number, err);
        if (rc) {
            return rc;
        }
    }
    if (ring->n == 0) {
        inb__error_set(err, INB_ESEALED, "keyring \"%s\" has no key", source);
        inb__error_hint(err, "Each line is a key id, a space, and 32 bytes in base64.");
        return INB_ESEALED;
    }
    return 0;
}

int inb__keyring_parse(inb_keyring **out, const char *source, const char *text, size_t n,
                       inb_error **err)
{
    int rc = inb__sodium_ready(err);
    if (rc) {
        return rc;
    }
    inb_keyring *ring = inb__calloc(1, sizeof(*ring));
    if (!ring) {
        return inb__error_nomem(err);
    }
    ring->keys = inb__guarded_new(lines_count(text, n) * sizeof(*ring->keys));
    rc = ring->keys ? lines_read(ring, source, text, n, err) : inb__error_nomem(err);
    if (rc) {
        inb_keyring_free(ring);
        return rc;
    }
    sodium_mprotect_readonly(ring->keys);
    *out = ring;
    return 0;
}

static bool group_is_ours(gid_t group)
{
    gid_t groups[NGROUPS_MAX];
    int n = getgroups(NGROUPS_MAX, groups);
    for (int i = 0; i < n; i++) {
        if (groups[i] == group) {
            return true;
        }
    }
    return group == getegid();
}

/* True of a file directly in systemd's directory of credentials, whose files are root's, with an
 * access control list for the service's user that the mode shows as a group's right to read. */
static bool is_credential(const char *path)
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    size_t n = dir ? strlen(dir) : 0;
    return n && strncmp(path, dir, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

/*
 * True when a group may read the file: it is root's, only root can write it, and the group is one
 * of this process, which is how an orchestrator hands a secret to a user that is not root
 * (Kubernetes with fsGroup). PostgreSQL has the same rule for its key file. A process of root needs
 * no group to read it: there the file must be read-only too.
 */
static bool group_may_read(const struct stat *st, const char *path)
{
    bool kept =
        st->st_uid == 0 && !(st->st_mode & 037) && (geteuid() != 0 || !(st->st_mode & 0200));
    return kept && (group_is_ours(st->st_gid) || is_credential(path));
}

/* NULL when nobody but the file's owner, who is root or this user, can read or write it, or a group
 * that may. */
static const char *file_unsafe(const struct stat *st, const char *path)
{
    if (!S_ISREG(st->st_mode)) {
        return "is not a regular file";
    }
    if (st->st_uid != geteuid() && st->st_uid != 0) {
        return "belongs to another user";
    }
    return (st->st_mode & 077) && !group_may_read(st, path)
               ? "can be read or written by others than its owner"
               : NULL;
}

static int fd_read(char *bytes, size_t *n, int fd)
{
    while (*n <= INB__LIMIT_KEYRING) {
        ssize_t got = read(fd, bytes + *n, INB__LIMIT_KEYRING + 1 - *n);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got < 0 ? -1 : 0;
        }
        *n += (size_t)got;
    }
    errno = EFBIG;
    return -1;
}

static int opened_read(char **out, size_t *n_out, int fd, const char *path, inb_error **err)
{
    struct stat st;
    const char *unsafe = fstat(fd, &st) == 0 ? file_unsafe(&st, path) : strerror(errno);
    if (unsafe) {
        inb__error_set(err, INB_ESEALED, "keyring \"%s\" %s", path, unsafe);
        inb__error_hint(err, "Give it to the user that runs the program with mode 0400, or to root "
                             "and a group of that "
                             "user with mode 0440.");
        return INB_ESEALED;
    }
    char *bytes = inb__guarded_new(INB__LIMIT_KEYRING + 1);
    if (!bytes) {
        return inb__error_nomem(err);
    }
    size_t n = 0;
    if (fd_read(bytes, &n, fd) != 0) {
        inb__guarded_free(bytes);
        return inb__error_set(err, INB_ESEALED, "cannot read keyring \"%s\": %s", path,
                              strerror(errno));
    }
    *out = bytes;
    *n_out = n;
    return 0;
}

int inb__keyring_file(char **out, size_t *n_out, const char *path, inb_error **err)
{
    /* O_NONBLOCK: a pipe in the file's place must not hold the start up before it is refused. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return inb__error_set(err, INB_ESEALED, "cannot open keyring \"%s\": %s", path,
                              strerror(errno));
    }
    int rc = opened_read(out, n_out, fd, path, err);
    close(fd);
    return rc;
}

int inb_keyring_load(inb_keyring **out, const char *source, inb_error **err)
{
    INB__REQUIRE(err, out);
    INB__REQUIRE(err, source);
    int rc = inb__sodium_ready(err);
    if (rc == 0) {
        rc = inb__core_dumps_off(err);
    }
    if (rc) {
        return rc;
    }
    char *text;
    size_t n, prefix = sizeof(COMMAND_PREFIX) - 1;
    const char *name = source;
    if (strncmp(source, COMMAND_PREFIX, prefix) == 0) {
        name = "command:…"; /* its arguments may be secrets of their own */
        rc = inb__keyring_command(&text, &n, source + prefix, COMMAND_TIMEOUT_MS, err);
    } else {
        rc = inb__keyring_file(&text, &n, source, err);
    }
    if (rc == 0) {
        rc = inb__keyring_parse(out, name, text, n, err);
        inb__guarded_free(text);
    }
    return rc;
}

/*
 * Preloaded into a program: counts its allocations, and fails one of them, or all from one on, as
 * the test says that runs it. Test and program share the file that FAIL_ALLOC names.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

typedef struct control {
    _Atomic int64_t left;    /* allocations until one fails; negative: none does */
    _Atomic int64_t forever; /* not one, but all from there on */
    _Atomic int64_t failed;
    _Atomic int64_t count;
    _Atomic int64_t live; /* blocks allocated and not freed */
} control;

static control before_the_file = {.left = -1};
static control *c = &before_the_file;

__attribute__((constructor)) static void control_map(void)
{
    const char *path = getenv("FAIL_ALLOC");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *p =
        fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p != MAP_FAILED) {
        c = p;
        close(fd);
    }
}

static int fails(void)
{
    atomic_fetch_add(&c->count, 1);
    if (atomic_load(&c->left) < 0) {
        return 0;
    }
    int64_t left = atomic_fetch_sub(&c->left, 1);
    if (left > 0 || (left < 0 && !atomic_load(&c->forever))) {
        return 0;
    }
    if (atomic_load(&c->forever)) {
        atomic_store(&c->left, 0);
    }
    atomic_fetch_add(&c->failed, 1);
    errno = ENOMEM;
    return 1;
}

static void *counted(void *p)
{
    if (p) {
        atomic_fetch_add(&c->live, 1);
    }
    return p;
}

void *malloc(size_t n)
{
    return fails() ? NULL : counted(__libc_malloc(n));
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : counted(__libc_calloc(n, size));
}

void *realloc(void *p, size_t n)
{
    if (!p) {
        return malloc(n);
    }
    return fails() ? NULL : __libc_realloc(p, n);
}

void *memalign(size_t alignment, size_t n)
{
    return fails() ? NULL : counted(__libc_memalign(alignment, n));
}

void *aligned_alloc(size_t alignment, size_t n)
{
    return memalign(alignment, n);
}

int posix_memalign(void **out, size_t alignment, size_t n)
{
    void *p = memalign(alignment, n);
    *out = p ? p : *out;
    return p ? 0 : ENOMEM;
}

void free(void *p)
{
    if (p) {
        atomic_fetch_sub(&c->live, 1);
        __libc_free(p);
    }
}

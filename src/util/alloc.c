/* Memory allocation, with failures on demand for tests. */
#include "config.h"

#include "util/alloc.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_long live;
static atomic_long count;
static atomic_long fail_at = -1;
static atomic_int fail_forever;

static int must_fail(void)
{
    atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
    long n = atomic_load_explicit(&fail_at, memory_order_relaxed);
    if (n < 0) {
        return 0;
    }
    if (n > 0) {
        atomic_store_explicit(&fail_at, n - 1, memory_order_relaxed);
        return 0;
    }
    if (!atomic_load_explicit(&fail_forever, memory_order_relaxed)) {
        atomic_store_explicit(&fail_at, -1, memory_order_relaxed);
    }
    return 1;
}

static void *counted(void *p)
{
    if (p) {
        atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
    }
    return p;
}

void *inb__malloc(size_t size)
{
    return must_fail() ? NULL : counted(malloc(size ? size : 1));
}

void *inb__calloc(size_t n, size_t size)
{
    return must_fail() ? NULL : counted(calloc(n ? n : 1, size ? size : 1));
}

void *inb__realloc(void *p, size_t size)
{
    if (!p) {
        return inb__malloc(size);
    }
    return must_fail() ? NULL : realloc(p, size ? size : 1);
}

char *inb__strndup(const char *s, size_t n)
{
    char *copy = inb__malloc(n + 1);
    if (copy) {
        memcpy(copy, s, n);
        copy[n] = '\0';
    }
    return copy;
}

char *inb__strdup(const char *s)
{
    return inb__strndup(s, strlen(s));
}

void inb__free(void *p)
{
    if (p) {
        atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
        free(p);
    }
}

int inb__alloc_foreign(void)
{
    if (must_fail()) {
        return 0;
    }
    atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
    return 1;
}

void inb__alloc_foreign_gone(void)
{
    atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
}

void inb__alloc_fail(long countdown, int forever)
{
    atomic_store(&fail_forever, forever);
    atomic_store(&fail_at, countdown);
}

long inb__alloc_live(void)
{
    return atomic_load(&live);
}

long inb__alloc_count(void)
{
    return atomic_load(&count);
}

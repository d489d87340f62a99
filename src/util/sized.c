/* Structures of the caller that begin with their own size. */
#include "config.h"

#include "util/sized.h"

#include <stdbool.h>
#include <string.h>

#define SIZE_MOST 4096 /* a larger one is a variable that nobody has set */

/* A compiler gives a structure with pointers a size that is a multiple of theirs. */
static bool size_is_plausible(size_t size)
{
    return size >= 2 * sizeof(size_t) && size % sizeof(size_t) == 0 && size <= SIZE_MOST;
}

static bool is_zero(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i]) {
            return false;
        }
    }
    return true;
}

int inb__sized_read(void *to, size_t known, const void *from, const char *name, inb_error **err)
{
    size_t size;
    memcpy(&size, from, sizeof(size));
    if (!size_is_plausible(size)) {
        int rc = inb__error_set(err, INB_EINVAL, "the size of %s is not set", name);
        inb__error_hint(err, "Initialise it with .size = sizeof(%s).", name);
        return rc;
    }
    size_t shared = size < known ? size : known;
    if (!is_zero((const unsigned char *)from + shared, size - shared)) {
        int rc = inb__error_set(
            err, INB_EINVAL, "a member of %s is set that this version of libinboard lacks", name);
        inb__error_hint(err, "Run the program with the version of libinboard that it was compiled "
                             "with, or a newer one.");
        return rc;
    }
    memset(to, 0, known);
    memcpy(to, from, shared);
    memcpy(to, &known, sizeof(known));
    return 0;
}

int inb__sized_write(void *to, const void *from, size_t known)
{
    size_t size;
    memcpy(&size, to, sizeof(size));
    if (!size_is_plausible(size)) {
        return INB_EINVAL;
    }
    size_t shared = size < known ? size : known;
    memset(to, 0, size);
    memcpy(to, from, shared);
    memcpy(to, &size, sizeof(size));
    return 0;
}

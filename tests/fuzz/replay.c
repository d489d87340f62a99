/*
 * Runs a fuzz target without libFuzzer, as a test: over every file of its corpus, and over every
 * beginning of each. Arguments are files to run instead.
 */
#include "config.h"

#include "fuzz.h"
#include "util/arena.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/limits.h"

#include <string.h>

#define PREFIXES 2048 /* at most, of one file */

/* From memory of exactly that size, so that a sanitizer sees a read past the end. */
static void run(const char *bytes, size_t n)
{
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact) {
        abort();
    }
    memcpy(exact, bytes, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static int replay(int number, const char *path, const char *name)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__str bytes = {0};
    if (inb__file_read(&bytes, &arena, path, INB__LIMIT_FILE, NULL) < 0) {
        printf("not ok %d - %s cannot be read\n", number, name);
        return 1;
    }
    size_t step = bytes.n / PREFIXES + 1;
    for (size_t n = 0; n < bytes.n; n += step) {
        run(bytes.p, n);
    }
    run(bytes.p, bytes.n);
    printf("ok %d - %s\n", number, name);
    fflush(stdout);
    return 0;
}

static int replay_corpus(const char *target)
{
    const char *source = getenv("top_srcdir");
    char folder[4096];
    snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", source ? source : ".", target);
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__dirent *entries = NULL;
    size_t n = 0;
    if (inb__dir_list(&entries, &n, &arena, folder, NULL) < 0 || n == 0) {
        printf("1..1\nnot ok 1 - no corpus in %s\n", folder);
        return 1;
    }
    printf("1..%zu\n", n);
    int failed = 0;
    for (size_t i = 0; i < n; i++) {
        const char *path = inb__path_join(&arena, folder, entries[i].name);
        failed |= replay((int)i + 1, path, entries[i].name);
    }
    return failed;
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        const char *slash = strrchr(argv[0], '/');
        return replay_corpus(slash ? slash + 1 : argv[0]);
    }
    int failed = 0;
    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        failed |= replay(i, argv[i], argv[i]);
    }
    return failed;
}

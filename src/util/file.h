/* Whole files: read with a limit, written beside and moved into place, folders listed in byte
 * order. */
#ifndef INB_UTIL_FILE_H
#define INB_UTIL_FILE_H

#include "util/arena.h"
#include "util/error_set.h"
#include "util/text.h"

/* Reads a file ("-" is standard input) of at most `maximum` bytes; the bytes live in the arena, NUL
 * after the last. */
int inb__file_read(inb__str *out, inb__arena *arena, const char *path, size_t maximum,
                   inb_error **err) __attribute__((warn_unused_result));

/*
 * Writes a file so that a reader sees the old bytes or the new ones, never a part; keeps the old
 * file untouched (and its time) when the bytes are the same. "-" is standard output.
 */
int inb__file_write(const char *path, inb__str bytes, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * The same piece by piece, for what is too large to be held: begin, add, end. With `keep` false
 * nothing is kept of it. inb__file_add() is a buffer's drain (util/buf.h).
 */
typedef struct inb__file_out {
    const char *path;
    char *beside; /* where it is written, NULL where that is the path */
    int fd;
    int failed; /* errno of the first failure */
} inb__file_out;

int inb__file_begin(inb__file_out *f, const char *path, inb_error **err)
    __attribute__((warn_unused_result));
int inb__file_add(void *file, const char *bytes, size_t n);
int inb__file_end(inb__file_out *f, bool keep, inb_error **err) __attribute__((warn_unused_result));

/* One entry of a folder. */
typedef struct inb__dirent {
    char *name;
    bool is_dir; /* links followed */
    bool may_be_link;
} inb__dirent;

/* The entries of a folder but "." and "..", in byte order of their names, links followed. */
int inb__dir_list(inb__dirent **out, size_t *n_out, inb__arena *arena, const char *path,
                  inb_error **err) __attribute__((warn_unused_result));

bool inb__path_is_dir(const char *path);
/* Whether the file is in the folder or below it, links followed; false when one of them is not
 * there. */
bool inb__path_is_inside(const char *path, const char *dir);
bool inb__path_exists(const char *path);
/* A regular file, links followed. */
bool inb__path_is_file(const char *path);
/* A regular file and no link, whatever the folders above it are. */
bool inb__path_is_file_itself(const char *path);

/*
 * The first call of main(): a closed standard stream is replaced by /dev/null, opened in the wrong
 * direction so that its use fails. Otherwise the next socket would get its number, and output would
 * be sent to the database.
 */
void inb__standard_streams_hold(void);

/* "dir/name" in the arena. */
char *inb__path_join(inb__arena *arena, const char *dir, const char *name);

#endif

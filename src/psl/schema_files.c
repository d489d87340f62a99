/* Reads the files of a schema. */
#include "config.h"

#include "psl/schema_parse.h"

#include "util/file.h"
#include "util/limits.h"
#include "util/vec.h"

#include <stdlib.h>

typedef INB__VEC(inb__psl_file) file_list;

static bool begins_with(inb__str text, const char *bytes, size_t n)
{
    return text.n >= n && memcmp(text.p, bytes, n) == 0;
}

static int text_check(inb__str text, const char *path, inb_error **err)
{
    size_t good = inb__utf8_check(text.p, text.n);
    if (good == text.n) {
        return 0;
    }
    inb__place place = inb__place_of(text.p, text.n, good);
    int rc = text.p[good] == '\0'
                 ? inb__error_set(err, INB_ESYNTAX, "\"%s\" has a NUL byte in line %u, column %u",
                                  path, place.line, place.column)
                 : inb__error_set(err, INB_ESYNTAX,
                                  "\"%s\" is not UTF-8 text: byte 0x%02x in line %u, column %u",
                                  path, (unsigned char)text.p[good], place.line, place.column);
    inb__error_place(err, NULL, 0, (int)place.line, (int)place.column);
    inb__error_hint(err, begins_with(text, "\xff\xfe", 2) || begins_with(text, "\xfe\xff", 2)
                             ? "It looks like UTF-16: save it as UTF-8."
                             : "Save the file as UTF-8.");
    return rc;
}

static int file_load(file_list *files, inb__arena *arena, const char *path, inb_error **err)
{
    inb__str text;
    int rc = inb__file_read(&text, arena, path, INB__LIMIT_FILE, err);
    if (rc == 0) {
        rc = text_check(text, path, err);
    }
    if (rc == 0) {
        INB__VEC_ADD(arena, files, ((inb__psl_file){.path = path, .text = text}));
    }
    return rc;
}

static int folder_load(file_list *files, inb__arena *arena, const char *path, unsigned depth,
                       inb_error **err)
{
    inb__dirent *entries;
    size_t n;
    if (depth == INB__LIMIT_NESTING) {
        return inb__error_set(err, INB_ELIMIT, "\"%s\" is more than %u folders deep", path, depth);
    }
    int rc = inb__dir_list(&entries, &n, arena, path, err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        const char *name = inb__path_join(arena, path, entries[i].name);
        if (entries[i].is_dir) {
            rc = folder_load(files, arena, name, depth + 1, err);
        } else if (inb__str_ends(inb__str_of(name), ".prisma")) {
            rc = file_load(files, arena, name, err);
        }
    }
    return rc;
}

static int file_by_path(const void *a, const void *b)
{
    return strcmp(((const inb__psl_file *)a)->path, ((const inb__psl_file *)b)->path);
}

int inb__psl_schema_files_read(inb__psl_schema *out, inb__arena *arena, const char *path,
                               inb_error **err)
{
    file_list files = {0};
    const char *name = inb__arena_strdup(arena, path);
    int rc;
    if (inb__path_is_dir(name)) {
        rc = folder_load(&files, arena, name, 0, err);
        if (files.n) {
            qsort(files.v, files.n, sizeof(*files.v), file_by_path);
        } else if (rc == 0) {
            rc = inb__error_set(err, INB_EIO, "\"%s\" contains no *.prisma file", name);
        }
    } else {
        rc = file_load(&files, arena, name, err);
    }
    if (rc == 0) {
        *out = (inb__psl_schema){.files = files.v, .n_files = files.n};
    }
    return rc;
}

void inb__psl_schema_files_text(inb__psl_schema *out, inb__arena *arena, const char *path,
                                inb__str text)
{
    inb__psl_file *file = INB__NEW(arena, inb__psl_file);
    file->path = inb__arena_strdup(arena, path);
    file->text = text;
    *out = (inb__psl_schema){.files = file, .n_files = 1};
}

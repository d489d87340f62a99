/*
 * inboard.sum: the released migrations, one a line as "NAME CHECKSUM CLASS" in byte order of the
 * names, and a last line with the SHA-256 of all bytes above it. Two branches that each add a
 * migration both change that line, and so conflict in review.
 *
 * A name is written as it is, but for bytes that would break the line: \\, \n and \xHH.
 */
#ifndef INB_EMBED_SUM_H
#define INB_EMBED_SUM_H

#include "inboard/table.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/error_set.h"
#include "util/text.h"
#include "util/vec.h"

#define INB__SUM_NAME "inboard.sum"

typedef struct inb__sum_line {
    const char *name;
    inb__str checksum; /* 64 hexadecimal digits */
    inb_class cls;
    size_t offset; /* of the line */
} inb__sum_line;

typedef struct inb__sum {
    bool exists;
    inb__str text;
    INB__VEC(inb__sum_line) lines;
} inb__sum;

/* What is wrong with the file itself. */
typedef struct inb__sum_fault {
    size_t offset;
    const char *message; /* NULL: nothing */
} inb__sum_fault;

/* Reads the text in sum->text (in the arena, with an error exit). */
void inb__sum_parse(inb__sum *sum, inb__arena *arena, inb__sum_fault *fault);

/* Writes the head, then each line in order, then the end with the digest. */
void inb__sum_begin(inb__buf *out);
void inb__sum_add(inb__buf *out, const char *name, const char *checksum, inb_class cls);
void inb__sum_end(inb__buf *out);

#endif

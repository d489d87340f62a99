/* The embedded table of a program that was built before. */
#ifndef INB_EMBED_PROGRAM_TABLE_H
#define INB_EMBED_PROGRAM_TABLE_H

#include "inboard/table.h"
#include "util/arena.h"
#include "util/error_set.h"

/*
 * Finds the table in the file of a program or a shared library (ELF, of this machine's word size
 * and byte order; stripped or not) and checks it and each of its migrations. Nothing of the program
 * is run. The table lives in the arena, which must have an error exit. INB_EIO, INB_ELIMIT: the
 * file cannot be read; INB_EINVAL: it is no such program, or has no table or several; INB_ECORRUPT:
 * its table is damaged.
 */
int inb__program_table_read(const inb_table **out, inb__arena *arena, const char *path,
                            inb_error **err) __attribute__((warn_unused_result));

#endif

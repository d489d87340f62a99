/* New migrations as folders in Prisma's layout. */
#ifndef INB_CLI_MIGRATION_FOLDERS_H
#define INB_CLI_MIGRATION_FOLDERS_H

#include "util/arena.h"
#include "util/error_set.h"
#include "util/text.h"

#define INB__FOLDER_TIME 14 /* the digits before a migration's name */

typedef struct inb__new_migration {
    const char *name; /* without the time */
    inb__str sql;
    const char *folder; /* what it is called once it is written */
    size_t waits;    /* the number, from 1, of one of them whose name is in its SQL; 0: of none */
    size_t waits_at; /* the name's place, where the time of its folder is added */
} inb__new_migration;

/*
 * Writes each as DIR/TIME_NAME/migration.sql, a second apart from now on. With `follows`, from
 * right after the last one where that was made just before; and DIR is made where it is not there.
 * Refused when DIR already holds a migration that is later. All of them or, when one cannot be
 * written, none. The arena needs no error exit.
 */
int inb__cli_migration_folders(inb__new_migration *v, size_t n, bool follows, inb__arena *arena,
                               const char *dir, inb_error **err)
    __attribute__((warn_unused_result));

#endif

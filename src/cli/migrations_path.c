/* The default place of the migrations. */
#include "config.h"

#include "cli/cli.h"

#include "util/file.h"

#include <stdlib.h>

const char *inb__cli_migrations_path(const char *given, inb_error **err)
{
    /* Beside the schema first, as Prisma has it; then beside the folder of the schema. */
    static const char *const places[] = {"prisma/migrations", "migrations"};
    if (given) {
        return given;
    }
    const char *variable = getenv("INBOARD_MIGRATIONS");
    if (variable && *variable) {
        return variable;
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (inb__path_is_dir(places[i])) {
            return places[i];
        }
    }
    inb__error_set(err, INB_EINVAL, "neither \"%s\" nor \"%s\" exists here", places[1], places[0]);
    inb__error_hint(err, "Name the folder of migrations with --migrations.");
    return NULL;
}

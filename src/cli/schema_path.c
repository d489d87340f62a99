/* The default place of the schema. */
#include "config.h"

#include "cli/cli.h"

#include "util/file.h"

const char *inb__cli_schema_path(const char *given, inb_error **err)
{
    static const char *const places[] = {"prisma/schema.prisma", "prisma"};
    if (given) {
        return given;
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (inb__path_exists(places[i])) {
            return places[i];
        }
    }
    inb__error_set(err, INB_EINVAL, "neither \"%s\" nor a folder \"%s\" exists here", places[0],
                   places[1]);
    inb__error_hint(
        err,
        "Name the schema with --schema, or begin one: datasource db { provider = \"postgresql\" }");
    return NULL;
}

/* The schema of --schema as the relational model that the migrations lead to. */
#include "config.h"

#include "embed/embed_schema.h"

#include "psl/schema_check.h"
#include "schema/from_datamodel.h"
#include "util/file.h"

/* The folders of the files too: a file that is added to one is a change. */
static void paths_note(inb__embed *embed, inb__arena *arena, const inb__psl_schema *schema,
                       const char *path)
{
    if (inb__path_is_dir(path)) {
        INB__VEC_ADD(arena, &embed->read, inb__arena_strdup(arena, path));
    }
    inb__str last = inb__str_of(path);
    for (size_t i = 0; i < schema->n_files; i++) {
        const char *file = schema->files[i].path, *slash = strrchr(file, '/');
        inb__str folder = {file, slash ? (size_t)(slash - file) : 0};
        if (inb__path_is_dir(path) && !inb__str_eq(folder, last)) {
            INB__VEC_ADD(arena, &embed->read, inb__arena_strndup(arena, folder.p, folder.n));
            last = folder;
        }
        INB__VEC_ADD(arena, &embed->read, file);
    }
}

int inb__embed_schema_read(inb__embed *embed, inb__arena *arena, const char *path, inb_error **err)
{
    const inb__dm *dm;
    inb__psl_schema source;
    inb__diagnostics diagnostics;
    inb__diagnostics_init(&diagnostics, arena);
    int rc = inb__psl_schema_check_path(&dm, &source, arena, path, &diagnostics, err);
    if (rc) {
        return rc;
    }
    paths_note(embed, arena, &source, path);
    if (diagnostics.errors) {
        inb__diagnostics_append(&embed->problems, &diagnostics);
        return 0;
    }
    inb__schema *schema = INB__NEW(arena, inb__schema);
    inb__schema_from_datamodel(schema, arena, dm);
    embed->schema = schema;
    embed->schema_file = inb__diagnostics_source(&embed->problems, path, (inb__str){NULL, 0});
    embed->partial_indexes = dm->previews & INB__DM_PREVIEW_PARTIAL_INDEXES;
    return 0;
}

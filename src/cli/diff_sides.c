/* Reads what is compared: schemas, and folders of migrations by analysis alone. */
#include "config.h"

#include "cli/diff_sides.h"

#include "cli/cli.h"
#include "cli/diff_shadow.h"
#include "cli/schema_read.h"
#include "embed/program_table.h"
#include "schema/from_datamodel.h"
#include "sql/expr_text.h"
#include "sql/sql_expr.h"
#include "util/cleanup.h"
#include "util/diagnostic_print.h"
#include "util/limits.h"
#include "util/printable.h"

#include <stdio.h>
#include <string.h>

int inb__diff_side_check(inb__diff_side *side, const char *name, inb_error **err)
{
    int given = side->empty + (side->schema != NULL) + (side->datamodel != NULL) +
                (side->migrations != NULL) + (side->program != NULL) +
                inb__diff_live_given(&side->live);
    if (given != 1) {
        inb__error_set(err, INB_EINVAL,
                       given ? "--%s-… is given more than once" : "--%s-… is missing", name);
        inb__error_hint(err,
                        "Give one of --%s-empty, --%s-schema PATH, --%s-migrations DIR, "
                        "--%s-program FILE and --%s-url URL.",
                        name, name, name, name, name);
        return INB_EINVAL;
    }
    side->schema = side->schema ? side->schema : side->datamodel;
    return 0;
}

/* A schema without a datasource is most likely a file that came out empty, and the answer would be
 * to drop every table. */
static int source_refuse(const char *path, bool json)
{
    inb_error *err = NULL;
    bool is_stdin = strcmp(path, "-") == 0;
    inb__error_set(&err, INB_ESYNTAX, "no datasource in %s%s%s", is_stdin ? "" : "\"",
                   is_stdin ? "standard input" : path, is_stdin ? "" : "\"");
    inb__error_hint(&err, "Add a block \"datasource db { … }\"; for an empty database give "
                          "--from-empty or --to-empty.");
    return inb__cli_fail(err, json);
}

static int schema_read(inb__diff_side *side, inb__arena *arena, bool json)
{
    int status = inb__cli_schema_read(&side->dm, arena, side->schema, json);
    if (status == 0 && !side->dm->datasource) {
        return source_refuse(side->schema, json);
    }
    if (status == 0) {
        inb__schema_from_datamodel(&side->model, arena, side->dm);
    }
    return status;
}

static int folder_refuse(const inb__diff_side *side, inb_error *err, bool json)
{
    if (inb_error_code(err) == INB_EIO && !side->program) { /* --migrations is another one here */
        inb__error_hint(&err, "Give the path of the folder that has the migrations.");
    }
    if (inb_error_code(err) != INB_ESYNTAX) {
        return inb__cli_fail_input(err, json);
    }
    inb__diagnostics_print(stderr, &side->embed.problems);
    return inb__cli_fail(err, json);
}

/* The schema that says which namespaces there are. */
static const inb__dm *schema_of(const inb__diff_side *side, const inb__diff_side *other)
{
    return other->dm ? other->dm : side->of;
}

static int shadow_read(inb__diff_side *side, const inb__diff_side *other, inb__arena *arena,
                       bool json)
{
    int status = inb__diff_shadow_read(&side->live, &side->embed.table, side->shadow_url,
                                       schema_of(side, other), arena, json);
    if (status == 0) {
        inb__live_adapt(&side->model, arena, &side->live.model, &other->model);
    }
    return status;
}

static int embed_read(inb__diff_side *side, inb__arena *arena, inb_error **err)
{
    inb__embed_options load = {
        .dir = side->migrations,
        .policy = INB__EMBED_HISTORY,
        .begins = side->begins,
        .wanted = side->wanted,
        .payload = side->payload,
    };
    if (side->program) {
        load.dir = side->program;
        int rc = inb__program_table_read(&load.table, arena, side->program, err);
        if (rc) {
            return rc;
        }
    }
    return inb__embed_load(&side->embed, &side->arena, &load, err);
}

/* What the schema on the other side can say: its namespaces, and partial indexes where it has any
 * to say. */
static int migrations_read(inb__diff_side *side, const inb__diff_side *other, inb__arena *arena,
                           bool json)
{
    const inb__dm *dm = schema_of(side, other);
    inb__schema said;
    inb_error *err = NULL;
    inb__arena_init(&side->arena);
    side->loaded = true;
    if (embed_read(side, arena, &err)) {
        return folder_refuse(side, err, json);
    }
    if (side->shadow && !side->begins) {
        return shadow_read(side, other, arena, json);
    }
    inb__history_model_options options = {0};
    if (dm) {
        inb__schema_from_datamodel(&said, arena, dm);
        options.spaces = said.spaces;
        options.n_spaces = said.n_spaces;
        options.full_indexes = !(dm->previews & INB__DM_PREVIEW_PARTIAL_INDEXES);
    }
    inb__embed_model(&side->model, &side->unseen, arena, &side->embed, &options);
    return 0;
}

/* After everything else is known: a live database says what it has in the words of the other side.
 */
static int live_read(inb__diff_side *side, const inb__diff_side *other, inb__arena *arena,
                     bool json)
{
    int status = inb__diff_live_read(&side->live, schema_of(side, other), arena, json);
    if (status == 0) {
        inb__live_adapt(&side->model, arena, &side->live.model, &other->model);
    }
    return status;
}

int inb__diff_sides_read(inb__diff_side *from, inb__diff_side *to, inb__arena *arena, bool json)
{
    inb__diff_side *sides[] = {from, to};
    int status = 0;
    for (size_t i = 0; i < 2 && status == 0; i++) {
        if (sides[i]->empty) {
            inb__schema_empty(&sides[i]->model);
        } else if (sides[i]->schema) {
            status = schema_read(sides[i], arena, json);
        }
    }
    for (size_t i = 0; i < 2 && status == 0; i++) {
        if (sides[i]->migrations || sides[i]->program) {
            status = migrations_read(sides[i], sides[1 - i], arena, json);
        }
    }
    for (size_t i = 0; i < 2 && status == 0; i++) {
        if (inb__diff_live_given(&sides[i]->live) && !sides[i]->live.read) {
            status = live_read(sides[i], sides[1 - i], arena, json);
        }
    }
    return status;
}

void inb__diff_side_dispose(inb__diff_side *side)
{
    inb__diff_live_dispose(&side->live);
    if (side->loaded) {
        inb__arena_dispose(&side->arena);
        side->loaded = false;
    }
}

static bool names_column(inb__str sql, inb__str column, void *payload)
{
    (void)payload;
    return inb__sql_expr_names(sql, column);
}

inb__diff_options inb__diff_sides_options(const inb__diff_side *from, const inb__diff_side *to,
                                          inb__arena *arena)
{
    bool written = from->loaded || to->loaded || from->live.read || to->live.read;
    return (inb__diff_options){.same_sql = written ? inb__expr_same : inb__sql_expr_same,
                               .names_column = names_column,
                               .payload = arena,
                               .written = written};
}

void inb__diff_side_unseen_print(const inb__diff_side *side)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    for (size_t i = 0; i < side->unseen.n; i++) {
        const inb__unseen *u = &side->unseen.v[i];
        inb__printable_lines(&out, inb__str_of(u->path));
        inb__buf_printf(&out, ":%u: warning: %s: %s\n", u->line, u->tag, u->reason);
    }
    fputs(inb__buf_text(&out), stderr);
}

/* Reads the catalog: one snapshot, one round trip. */
#include "config.h"

#include "catalogue/catalogue.h"

#include "catalogue/catalogue_queries.h"
#include "catalogue/catalogue_rows.h"
#include "postgres/quote.h"
#include "util/cleanup.h"
#include "util/limits.h"

#define VERSION_WITH_NULLS 150000

/* The statements in the order in which they are sent. */
enum {
    STEP_BEGIN,
    STEP_SETTINGS,
    STEP_SPACES,
    STEP_RELATIONS,
    STEP_COLUMNS,
    STEP_INDEXES,
    STEP_CONSTRAINTS,
    STEP_ENUMS,
    STEP_EXTENSIONS,
    STEP_NULLS
};

static void add(inb__pg_pipe *pipe, const char *sql, const char *param)
{
    const char *params[] = {param};
    inb__pg_pipe_add(pipe, inb__str_of(sql), param ? 1 : 0, params);
}

/* The schemas as an array literal. */
static void spaces_write(inb__buf *out, const inb__catalogue_options *options)
{
    inb__buf_char(out, '{');
    for (size_t i = 0; i < options->n_spaces; i++) {
        inb__buf_str(out, i ? "," : "");
        inb__quote_element(out, options->spaces[i]);
    }
    inb__buf_char(out, '}');
}

static void statements_add(inb__pg_pipe *pipe, const char *path, const char *spaces, bool nulls)
{
    add(pipe, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL);
    add(pipe, inb__query_catalogue_settings, path);
    add(pipe, inb__query_catalogue_spaces, spaces);
    add(pipe, inb__query_catalogue_relations, spaces);
    add(pipe, inb__query_catalogue_columns, spaces);
    add(pipe, inb__query_catalogue_indexes, spaces);
    add(pipe, inb__query_catalogue_constraints, spaces);
    add(pipe, inb__query_catalogue_enums, spaces);
    add(pipe, inb__query_catalogue_extensions, NULL);
    if (nulls) {
        add(pipe, inb__query_catalogue_15_nulls, spaces);
    }
    inb__pg_pipe_sync(pipe); /* also after a refusal the transaction ends */
    add(pipe, "ROLLBACK", NULL);
}

static int facts_take(inb__catalogue *out, const inb__pg_pipe *pipe, bool nulls, inb_error **err)
{
    const inb__pg_step *s = pipe->steps.v;
    const inb__catalogue_answers answers = {
        .settings = s[STEP_SETTINGS].result,
        .spaces = s[STEP_SPACES].result,
        .relations = s[STEP_RELATIONS].result,
        .columns = s[STEP_COLUMNS].result,
        .indexes = s[STEP_INDEXES].result,
        .constraints = s[STEP_CONSTRAINTS].result,
        .enums = s[STEP_ENUMS].result,
        .extensions = s[STEP_EXTENSIONS].result,
        .nulls = nulls ? s[STEP_NULLS].result : NULL,
    };
    if (INB__ARENA_ERROR_EXIT(&out->arena)) {
        return inb__error_nomem(err);
    }
    inb__catalogue_fill(out, &answers);
    inb__arena_error_exit_clear(&out->arena);
    return 0;
}

int inb__catalogue_read(inb__catalogue *out, inb_conn *conn, const inb__catalogue_options *options,
                        inb_error **err)
{
    inb__pg_pipe pipe;
    inb__catalogue c = {.database = {NULL, 0}};
    INB__AUTO_BUF inb__buf path;
    INB__AUTO_BUF inb__buf spaces;
    inb__buf_init(&path, INB__LIMIT_MESSAGE);
    inb__buf_init(&spaces, INB__LIMIT_FILE);
    inb__quote_ident(&path, inb__str_of(options->default_space));
    spaces_write(&spaces, options);
    if (path.failed || spaces.failed) {
        return inb__error_nomem(err);
    }
    bool nulls = inb__pg_server_version(conn) >= VERSION_WITH_NULLS;
    inb__pg_pipe_init(&pipe);
    statements_add(&pipe, inb__buf_text(&path), inb__buf_text(&spaces), nulls);
    int rc = inb__pg_pipe_run(conn, &pipe, err);
    inb__arena_init(&c.arena);
    rc = rc < 0 ? rc : facts_take(&c, &pipe, nulls, err);
    inb__pg_pipe_dispose(&pipe);
    if (rc < 0) {
        inb__arena_dispose(&c.arena);
        return rc;
    }
    c.default_space = inb__str_of(options->default_space);
    *out = c;
    return 0;
}

void inb__catalogue_dispose(inb__catalogue *catalogue)
{
    inb__arena_dispose(&catalogue->arena);
}

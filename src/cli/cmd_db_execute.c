/* `inboard db execute`: runs a file of SQL. */
#include "config.h"

#include "cli/cli.h"

#include "cli/database_url.h"
#include "cli/production_guard.h"
#include "cli/sql_script.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/json.h"
#include "util/limits.h"

typedef struct execute_run {
    const char *file, *url, *schema;
    bool from_stdin, force, json;
    inb__arena arena;
    inb__sql_text script;
} execute_run;

static int source_check(const execute_run *run, inb_error **err)
{
    if (run->from_stdin == (run->file != NULL)) {
        inb__error_set(err, INB_EINVAL, "%s",
                       run->file ? "--file and --stdin exclude each other"
                                 : "neither --file nor --stdin is given");
        inb__error_hint(err, "Give the SQL with one of --file FILE and --stdin.");
        return INB_EINVAL;
    }
    return 0;
}

static int script_run(execute_run *run, const char *url, inb_error **err)
{
    inb_conn *conn = NULL;
    inb__production_facts facts;
    const inb__guard guard = {
        .verb = "execute it", .what = run->script.changes, .force = run->force};
    int rc = inb__sql_text_connect(&conn, url, err);
    if (rc == 0 && run->script.n_changes) {
        rc = inb__production_read(&facts, conn, err);
        rc = rc < 0 ? rc : inb__production_guard(&facts, &guard, err);
    }
    rc = rc < 0 ? rc : inb__sql_text_run(conn, &run->script, err);
    inb_conn_close(conn);
    return rc;
}

static int result_print(const execute_run *run)
{
    INB__AUTO_BUF inb__buf out;
    inb__json j;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    if (run->json) {
        inb__json_init(&j, &out);
        inb__json_object(&j);
        inb__json_member_int(&j, "statements", (int64_t)run->script.n);
        inb__json_object_end(&j);
    } else {
        inb__buf_printf(&out, "%zu statement%s executed\n", run->script.n,
                        run->script.n == 1 ? "" : "s");
    }
    return inb__cli_print(&out);
}

static int execute(execute_run *run)
{
    inb_error *err = NULL;
    inb__str text;
    const char *url;
    const char *path = run->from_stdin ? "-" : run->file;
    if (inb__file_read(&text, &run->arena, path, INB__LIMIT_FILE, &err)) {
        return inb__cli_fail_input(err, run->json);
    }
    if (inb__sql_text_read(&run->script, &run->arena, run->from_stdin ? "standard input" : path,
                           text, &err)) {
        return inb__cli_fail(err, run->json);
    }
    int status = inb__cli_find_url(&url, &run->arena, run->url, run->schema, run->json);
    if (status == 0 && script_run(run, url, &err) < 0) {
        status = inb__cli_fail(err, run->json);
    }
    return status ? status : result_print(run);
}

int inb__cmd_db_execute(int argc, char **argv)
{
    execute_run run = {0};
    const inb__opt options[] = {
        {"file", 0, "FILE", "the SQL", INB__OPT_TEXT, &run.file},
        {"stdin", 0, NULL, "read the SQL from standard input", INB__OPT_FLAG, &run.from_stdin},
        INB__CLI_URL_OPTION(&run.url),
        {"schema", 0, "PATH", "the schema whose datasource names the database", INB__OPT_TEXT,
         &run.schema},
        {"force", 'f', NULL, "ask nothing, also of a database that looks like production",
         INB__OPT_FLAG, &run.force},
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &run.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard db execute (--file FILE | --stdin) [--url URL] [--schema PATH]\n"
                    "                         [--force] [--json]",
        .about =
            "Runs SQL on a database, in one transaction unless it says otherwise. No rows are\n"
            "shown. SQL that does more than add (inboard-classes(7)) wants the name of a database\n"
            "that looks like production.\n"
            "\n" INB__PRODUCTION_RULE,
        .options = options,
        .more = INB__CLI_URL_ENVIRONMENT
        "\n\nExit status: 0 done; 1 the SQL was refused, or the answer was no; 2 usage, the file\n"
        "cannot be read, or nobody is there to be asked; 6 database not reachable or not\n"
        "permitted.",
    };
    int status = 0;
    inb_error *err = NULL;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    if (source_check(&run, &err)) {
        return inb__cli_fail(err, run.json);
    }
    inb__arena_init(&run.arena);
    status = execute(&run);
    inb__arena_dispose(&run.arena);
    return status;
}

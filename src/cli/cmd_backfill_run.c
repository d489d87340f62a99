/* `inboard backfill run` and `inboard backfill retry`: the windows of backfills. */
#include "config.h"

#include "cli/backfill_limits.h"
#include "cli/backfill_show.h"
#include "cli/migrate_cli.h"
#include "engine/backfill_api.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/vec.h"

#include <inttypes.h>

typedef struct finished {
    const char *name;
    inb__backfill_result result;
} finished;

typedef struct work {
    inb__migrate_cli cli;
    inb__backfill_request request;
    inb__backfill_cli given;
    inb__backfill_show show;
    inb__arena arena;
    INB__VEC(finished) all;
} work;

static void finished_note(void *payload, const char *name, const inb__backfill_result *result)
{
    work *w = payload;
    const finished f = {inb__arena_strdup(&w->arena, name), *result};
    if (f.name) {
        INB__VEC_ADD(&w->arena, &w->all, f);
    }
}

static void finished_json(inb__json *j, const finished *f)
{
    const inb__backfill_progress *t = &f->result.total;
    inb__json_object(j);
    inb__json_member(j, "name", f->name);
    inb__json_member_bool(j, "done", f->result.done);
    inb__json_member_int(j, "rows", t->rows);
    inb__json_member_int(j, "batches", t->batches);
    inb__json_member_int(j, "wal_bytes", t->wal);
    inb__json_member_int(j, "refused", t->failed);
    inb__json_member_int(j, "passes", t->pass);
    inb__json_key(j, "held_ms");
    inb__json_double(j, (double)t->held_us / 1000, 3);
    inb__json_key(j, "elapsed_ms");
    inb__json_double(j, (double)t->elapsed_us / 1000, 3);
    inb__json_object_end(j);
}

static void json_write(inb__buf *out, const work *w, const inb_error *err)
{
    inb__json j;
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_key(&j, "backfills");
    inb__json_array(&j);
    for (size_t i = 0; i < w->all.n; i++) {
        finished_json(&j, &w->all.v[i]);
    }
    inb__json_array_end(&j);
    if (err) {
        inb__json_key(&j, "error");
        inb__cli_error_json(&j, err);
    }
    inb__json_object_end(&j);
}

/* What is seen of it, and where lines of the log go meanwhile. */
static void show_begin(work *w, inb__migrate_cli *cli)
{
    inb__backfill_show *show = &w->show;
    show->json = cli->json;
    show->metrics_file = w->given.metrics_file;
    show->log = cli->options.log;
    show->log_payload = cli->options.log_payload;
    cli->options.log = inb__backfill_show_log;
    cli->options.log_payload = show;
    inb__backfill_show_begin(show);
    if (show->bar || show->json) {
        w->request.watch.line_ms = 0;
    }
    w->request.watch.seen = inb__backfill_show_view;
    w->request.watch.payload = show;
}

static int work_do(inb__migrate_cli *cli, void *payload)
{
    work *w = payload;
    inb_error *err = NULL;
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    show_begin(w, cli);
    int rc =
        inb__backfill_run_unread(&cli->embed.table, &cli->unread, &cli->options, &w->request, &err);
    inb__backfill_show_end(&w->show);
    if (cli->json) {
        json_write(&out, w, err);
    } else if (rc < 0) {
        return inb__cli_fail(err, false);
    } else if (w->all.n == 0) {
        inb__buf_str(&out, "no backfill is pending\n");
    }
    int status = rc < 0 ? inb__cli_exit(rc) : INB__EXIT_OK;
    int printed = inb__cli_print(&out);
    inb_error_free(err);
    return status ? status : printed;
}

static int run(int argc, char **argv, bool retry)
{
    work w = {.given.max_snapshot_ms = -1};
    int64_t workers = 1;
    inb_error *err = NULL;
    inb_backfill_options more = {.size = sizeof(more)};
    const inb__opt options[] = {
        INB__CLI_MIGRATIONS_OPTION(&w.cli.dir),
        {"workers", 0, "N", "connections that share the table [1]", INB__OPT_NUMBER, &workers},
        {"retry", 0, "SECONDS", "try a window again after lock timeouts for this long [600]",
         INB__OPT_SECONDS, &w.request.retry_ms},
        INB__CLI_WAIT_OPTION(&w.cli.options.connect_timeout_ms, "30"),
        INB__CLI_LOCK_WAIT_OPTION(&w.cli.options.lock_wait_ms),
        INB__BACKFILL_CLI_OPTIONS(&w.given),
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &w.cli.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = retry ? "inboard backfill retry [NAME] [OPTION]..."
                          : "inboard backfill run [NAME] [OPTION]...",
        .about = retry ? "Takes the rows once more that a backfill's data has refused. With the "
                         "last of\nthem, a backfill that came to its end is done."
                       : "Runs a pending backfill, or each, in windows beside the application, to "
                         "its end.\nIt can be stopped at any time; the next run goes on where it "
                         "was. Several runs\nshare the work.",
        .options = options,
        .more = INB__MIGRATE_ENVIRONMENT
        "\n\nExit status: 0 done; 1 rows were refused by their data, or the statement; 2 usage, or "
        "no\nsuch backfill; 3 a migration before it is pending, or it is paused; 4 history "
        "refused, or\nedited meanwhile; 5 lock; 6 database.",
    };
    int status = 0;
    if (!inb__cli_parse_operand(&usage, argc, argv, &w.request.name, &status)) {
        return status;
    }
    if (inb__backfill_cli_read(&more, &w.given, &err) < 0) {
        return inb__cli_fail(err, w.cli.json);
    }
    w.request.watch = inb__backfill_watch(&more);
    w.request.target_ms = more.target_ms;
    w.request.workers = workers > 64 ? 64 : (int)workers;
    w.request.retry_only = retry;
    w.request.finished = finished_note;
    w.request.payload = &w;
    w.cli.later = true;
    inb__arena_init(&w.arena);
    status = inb__migrate_cli_run(&w.cli, work_do, &w);
    inb__arena_dispose(&w.arena);
    return status;
}

int inb__cmd_backfill_run(int argc, char **argv)
{
    return run(argc, argv, false);
}

int inb__cmd_backfill_retry(int argc, char **argv)
{
    return run(argc, argv, true);
}

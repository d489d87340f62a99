/* `inboard backfill status` and what a person says to a backfill: pause, resume, set, abandon. */
#include "config.h"

#include "cli/migrate_cli.h"
#include "engine/backfill_list.h"
#include "inboard/backfills.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/printable.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- status */

static void refused_json(inb__json *j, const inb_backfill_list *list, size_t i)
{
    inb_backfill_refusal r = {.size = sizeof(r)};
    inb__json_key(j, "rows_refused");
    inb__json_array(j);
    for (size_t k = 0; inb_backfill_refusal_at(list, i, k, &r) == 0; k++) {
        inb__json_object(j);
        inb__json_member(j, "relation", r.relation);
        inb__json_member(j, "key", r.key);
        inb__json_member(j, "sqlstate", r.sqlstate);
        inb__json_member(j, "message", r.message);
        inb__json_member(j, "failed_at", r.failed_at);
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
}

static void status_json(inb__buf *out, const inb_backfill_list *list)
{
    inb__json j;
    inb_backfill_progress p = {.size = sizeof(p)};
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_key(&j, "backfills");
    inb__json_array(&j);
    for (size_t i = 0; inb_backfill_at(list, i, &p) == 0; i++) {
        inb__json_object(&j);
        inb__json_member(&j, "name", p.name);
        inb__json_member(&j, "state", p.state);
        inb__json_member(&j, "hold", p.hold);
        inb__json_member_int(&j, "rows", p.rows);
        inb__json_member_int(&j, "looked", p.looked);
        inb__json_member_int(&j, "estimate", p.estimate);
        inb__json_member_int(&j, "batches", p.batches);
        inb__json_member_int(&j, "wal_bytes", p.wal_bytes);
        inb__json_member_int(&j, "refused", p.refused);
        inb__json_member_int(&j, "passes", p.pass);
        inb__json_member_int(&j, "workers", p.workers);
        inb__json_key(&j, "held_ms");
        inb__json_double(&j, (double)p.held_us / 1000, 3);
        inb__json_member(&j, "message", p.message);
        refused_json(&j, list, i);
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    inb__json_object_end(&j);
}

/* Keys and messages hold what the rows do. */
static void refused_text(inb__buf *out, const inb_backfill_list *list, size_t i)
{
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_MESSAGE);
    inb_backfill_refusal r = {.size = sizeof(r)};
    for (size_t k = 0; inb_backfill_refusal_at(list, i, k, &r) == 0; k++) {
        inb__buf_printf(&line, "%s %s: %s, %s", r.relation, r.key, r.sqlstate, r.message);
        inb__buf_str(out, "    refused: ");
        inb__printable(out, inb__str_of(inb__buf_text(&line)));
        inb__buf_char(out, '\n');
        inb__buf_clear(&line);
    }
}

static void status_text(inb__buf *out, const inb_backfill_list *list)
{
    inb_backfill_progress p = {.size = sizeof(p)};
    if (inb_backfill_count(list) == 0) {
        inb__buf_str(out, "there is no backfill\n");
    }
    for (size_t i = 0; inb_backfill_at(list, i, &p) == 0; i++) {
        inb__buf_printf(out, "%-10s%s", p.state, p.name);
        if (p.pass > 0) {
            inb__buf_printf(out, ": %" PRId64 " rows in %" PRId64 " batches, looked at %" PRId64,
                            p.rows, p.batches, p.looked);
            inb__buf_printf(out, p.estimate >= 0 ? " of about %" PRId64 : "%.0" PRId64,
                            p.estimate >= 0 ? p.estimate : 0);
        }
        inb__buf_printf(out, "%s%s\n", *p.hold ? "; holds: " : "", p.hold);
        if (*p.message && strcmp(p.state, "failed") == 0) {
            inb__buf_str(out, "    ");
            inb__printable_lines(out, inb__str_of(p.message));
            inb__buf_char(out, '\n');
        }
        refused_text(out, list, i);
    }
}

static int status_do(inb__migrate_cli *cli, void *payload)
{
    (void)payload;
    inb_backfill_list *list = NULL;
    inb_error *err = NULL;
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    int rc =
        inb__backfill_status_unread(&list, &cli->embed.table, &cli->unread, &cli->options, &err);
    if (rc < 0) {
        return inb__cli_fail(err, cli->json);
    }
    (cli->json ? status_json : status_text)(&out, list);
    inb_backfill_list_free(list);
    return inb__cli_print(&out);
}

int inb__cmd_backfill_status(int argc, char **argv)
{
    inb__migrate_cli cli = {.later = true};
    const inb__opt options[] = {
        INB__CLI_MIGRATIONS_OPTION(&cli.dir),
        INB__CLI_WAIT_OPTION(&cli.options.connect_timeout_ms, "30"),
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &cli.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard backfill status [OPTION]...",
        .about = "Lists the backfills of a folder with their states, how far they are, and the "
                 "rows\nthat their data has refused. It takes no lock and writes nothing.",
        .options = options,
        .more = INB__MIGRATE_ENVIRONMENT
        "\n\nExit status: 0 done; 1 the folder was refused; 2 usage; 6 database.",
    };
    int status = 0;
    return inb__cli_parse(&usage, argc, argv, &status) ? inb__migrate_cli_run(&cli, status_do, NULL)
                                                       : status;
}

/* ---- wishes */

typedef int (*wish_fn)(const inb_table *table, const inb_migrate_options *options, const char *name,
                       const char *by, inb_error **err);

typedef struct wish {
    const char *verb, *done, *about;
    wish_fn act; /* NULL: set */
    const char *name;
    inb_backfill_settings settings;
    bool declared; /* what is not given is as the migration has it */
} wish;

static int wish_do(inb__migrate_cli *cli, void *payload)
{
    const wish *w = payload;
    char by[INB__CLI_OPERATOR_SIZE];
    inb_error *err = NULL;
    inb__cli_operator(by);
    int rc = w->act
                 ? w->act(&cli->embed.table, &cli->options, w->name, by, &err)
                 : inb_backfill_set(&cli->embed.table, &cli->options, w->name, &w->settings, &err);
    if (rc < 0) {
        return inb__cli_fail(err, cli->json);
    }
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    if (cli->json) {
        inb__json j;
        inb__json_init(&j, &out);
        inb__json_object(&j);
        inb__json_member(&j, "backfill", w->name);
        inb__json_member(&j, "is", w->done);
        inb__json_object_end(&j);
    } else {
        inb__buf_printf(&out, "%s is %s\n", w->name, w->done);
    }
    return inb__cli_print(&out);
}

static int name_missing(bool json)
{
    inb_error *err = NULL;
    inb__error_set(&err, INB_EINVAL, "no backfill is named");
    inb__error_hint(&err, "Give the name of its folder; `inboard backfill status` lists them.");
    return inb__cli_fail(err, json);
}

static int wish_run(int argc, char **argv, wish *w, const inb__opt *options, inb__migrate_cli *cli)
{
    char synopsis[80];
    snprintf(synopsis, sizeof(synopsis), "inboard backfill %s NAME [OPTION]...", w->verb);
    const inb__usage usage = {
        .synopsis = synopsis,
        .about = w->about,
        .options = options,
        .more = INB__MIGRATE_ENVIRONMENT
        "\n\nExit status: 0 done; 1 the folder was refused; 2 usage, or no such backfill that was "
        "begun;\n6 database.",
    };
    int status = 0;
    if (!inb__cli_parse_operand(&usage, argc, argv, &w->name, &status)) {
        return status;
    }
    inb_backfill_settings *s = &w->settings;
    int64_t otherwise = w->declared ? -1 : 0;
    s->target_ms = s->target_ms ? s->target_ms : otherwise;
    s->batch_rows = s->batch_rows ? s->batch_rows : otherwise;
    s->skip_limit = s->skip_limit ? s->skip_limit : otherwise;
    cli->later = true;
    return w->name ? inb__migrate_cli_run(cli, wish_do, w) : name_missing(cli->json);
}

static int state_wish(int argc, char **argv, wish *w)
{
    inb__migrate_cli cli = {0};
    const inb__opt options[] = {
        INB__CLI_MIGRATIONS_OPTION(&cli.dir),
        INB__CLI_WAIT_OPTION(&cli.options.connect_timeout_ms, "30"),
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &cli.json},
        {0},
    };
    return wish_run(argc, argv, w, options, &cli);
}

int inb__cmd_backfill_pause(int argc, char **argv)
{
    wish w = {.verb = "pause",
              .done = "paused",
              .about = "Pauses a backfill from its next batch on, wherever it runs.",
              .act = inb_backfill_pause};
    return state_wish(argc, argv, &w);
}

int inb__cmd_backfill_resume(int argc, char **argv)
{
    wish w = {.verb = "resume",
              .done = "resumed",
              .about = "Lets a backfill go on that was paused.",
              .act = inb_backfill_resume};
    return state_wish(argc, argv, &w);
}

int inb__cmd_backfill_abandon(int argc, char **argv)
{
    wish w = {.verb = "abandon",
              .done = "abandoned",
              .about = "Ends a backfill and forgets where it was. Rows that were written stay, and "
                       "its\nmigration is pending: another run begins with the first row.",
              .act = inb_backfill_abandon};
    return state_wish(argc, argv, &w);
}

int inb__cmd_backfill_set(int argc, char **argv)
{
    inb__migrate_cli cli = {0};
    wish w = {.verb = "set",
              .done = "set",
              .about = "Changes how a backfill runs, from its next batch on, wherever it runs."};
    inb_backfill_settings *s = &w.settings;
    const inb__opt options[] = {
        INB__CLI_MIGRATIONS_OPTION(&cli.dir),
        {"target", 0, "DURATION", "what a batch should take, such as 50ms", INB__OPT_SECONDS,
         &s->target_ms},
        {"batch", 0, "ROWS", "the rows of each batch, whatever it takes", INB__OPT_NUMBER,
         &s->batch_rows},
        {"skip", 0, "ROWS", "go on after so many rows that their data refuses", INB__OPT_NUMBER,
         &s->skip_limit},
        {"declared", 0, NULL, "what is not given here is as the migration has it again",
         INB__OPT_FLAG, &w.declared},
        INB__CLI_WAIT_OPTION(&cli.options.connect_timeout_ms, "30"),
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &cli.json},
        {0},
    };
    s->size = sizeof(*s);
    return wish_run(argc, argv, &w, options, &cli);
}

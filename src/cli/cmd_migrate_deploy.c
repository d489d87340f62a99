/* `inboard migrate deploy`: applies the pending migrations of a folder. */
#include "config.h"

#include "cli/database_create.h"
#include "cli/deploy_plan.h"
#include "cli/migrate_cli.h"
#include "inboard.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/limits.h"

#include <inttypes.h>
#include <string.h>

static void statements_json(inb__json *j, const inb_report *report, size_t migration)
{
    inb_report_statement st = {.size = sizeof(st)};
    inb__json_key(j, "statements");
    inb__json_array(j);
    for (size_t i = 0; inb_report_statement_at(report, migration, i, &st) == 0; i++) {
        inb__json_object(j);
        inb__json_member_int(j, "number", st.number);
        inb__json_member_int(j, "line", st.line);
        inb__json_key(j, "duration_ms");
        inb__json_double(j, (double)st.duration_us / 1000, 3);
        if (st.lock_wait_us >= 0) {
            inb__json_key(j, "lock_wait_ms");
            inb__json_double(j, (double)st.lock_wait_us / 1000, 3);
            inb__json_member(j, "blocked_by", st.blocked_by);
        }
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
}

static void migrations_json(inb__json *j, const inb_report *report, bool finished)
{
    inb_report_migration m = {.size = sizeof(m)};
    inb__json_array(j);
    for (size_t i = 0; inb_report_migration_at(report, i, &m) == 0; i++) {
        if (m.finished != finished) {
            continue;
        }
        inb__json_object(j);
        inb__json_member(j, "name", m.name);
        inb__json_member(j, "class", inb_class_name(m.cls));
        inb__json_member_bool(j, "transactional", m.transactional);
        inb__json_member_bool(j, "resumed", m.resumed);
        inb__json_member_int(j, "attempts", m.attempts);
        inb__json_key(j, "duration_ms");
        inb__json_double(j, (double)m.duration_us / 1000, 3);
        statements_json(j, report, i);
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
}

/* err: the reason of the failure, or NULL. Migrations applied before it stay applied. */
static void report_json(inb__buf *out, const inb_report *report, const inb__embed *embed,
                        const inb_error *err)
{
    inb__json j;
    inb_report_summary s = {.size = sizeof(s)};
    inb_report_summarize(report, &s);
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_member_int(&j, "found", embed->table.n_migrations);
    inb__json_member_int(&j, "analysed", (int64_t)embed->n_understood);
    inb__json_key(&j, "applied");
    migrations_json(&j, report, true);
    if (err) {
        inb__json_key(&j, "unfinished");
        migrations_json(&j, report, false);
        inb__json_key(&j, "error");
        inb__cli_error_json(&j, err);
    }
    inb__json_key(&j, "drift");
    inb__json_array(&j);
    for (size_t i = 0; i < inb_report_drift_count(report); i++) {
        inb__json_string(&j, inb_report_drift_at(report, i));
    }
    inb__json_array_end(&j);
    inb__json_member_bool(&j, "new_database", s.new_database);
    inb__json_member_int(&j, "server_version", s.server_version);
    inb__json_member_int(&j, "round_trips", s.round_trips);
    inb__json_member_int(&j, "connections", s.connections);
    inb__json_member_bool(&j, "lock_taken", s.lock_taken);
    inb__json_key(&j, "lock_wait_ms");
    inb__json_double(&j, (double)s.lock_wait_us / 1000, 3);
    inb__json_key(&j, "total_ms");
    inb__json_double(&j, (double)s.total_us / 1000, 3);
    inb__json_member(&j, "run", s.run_id);
    inb__json_object_end(&j);
}

/* The migrations themselves are named by the progress on standard error, as each is applied. */
static void report_text(inb__buf *out, const inb_report *report, const char *dir, uint32_t found)
{
    inb_report_summary s = {.size = sizeof(s)};
    inb_report_summarize(report, &s);
    inb__buf_printf(out, "%" PRIu32 " migration%s found in %s\n", found, found == 1 ? "" : "s",
                    dir);
    if (inb_report_migrations(report) == 0) {
        inb__buf_str(out, "nothing is pending\n");
    } else {
        inb__buf_printf(out, "%zu applied in %.1f ms\n", s.n_applied, (double)s.total_us / 1000);
    }
}

/* What the command line asks for besides the options of the library. */
typedef struct request {
    bool create_database, dry_run;
    inb__opt_list confirm;
} request;

static int deploy(inb__migrate_cli *cli, void *payload)
{
    const request *asked = payload;
    char by[INB__CLI_OPERATOR_SIZE];
    inb__cli_operator(by);
    cli->options.confirm = asked->confirm.v;
    cli->options.n_confirm = (size_t)asked->confirm.n;
    cli->options.confirmed_by = by;
    if (asked->dry_run) {
        return inb__deploy_plan_print(cli);
    }
    inb_report *report = NULL;
    inb_error *err = NULL;
    bool made;
    int rc = inb_report_new(&report, &err);
    rc = rc == 0 && asked->create_database ? inb__cli_database_create(&made, &cli->options, &err)
                                           : rc;
    rc = rc < 0 ? rc
                : inb__migrate_unread(&cli->embed.table, &cli->unread, &cli->options, report, &err);
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    bool told = cli->json && report;
    if (told) {
        report_json(&out, report, &cli->embed, err);
    } else if (rc == 0) {
        report_text(&out, report, cli->dir, cli->embed.table.n_migrations);
    }
    inb_report_free(report);
    if (rc < 0 && !told) {
        return inb__cli_fail(err, cli->json);
    }
    int status = rc < 0 ? inb__cli_exit(inb_error_code(err)) : INB__EXIT_OK;
    int printed = inb__cli_print(&out);
    inb_error_free(err);
    return status ? status : printed;
}

static bool backfills_choose(inb_backfills *out, const char *word)
{
    static const char *const words[] = {[INB_BACKFILLS_INLINE] = "inline",
                                        [INB_BACKFILLS_WAIT] = "wait",
                                        [INB_BACKFILLS_SKIP] = "skip"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i], word) == 0) {
            *out = (inb_backfills)i;
            return true;
        }
    }
    return false;
}

static int backfills_error(const char *word, bool json)
{
    inb_error *err = NULL;
    inb__error_set(&err, INB_EINVAL, "--backfills is inline, wait or skip, and not \"%s\"", word);
    inb__error_hint(&err, "inline runs small ones, wait stops at each, skip leaves them pending.");
    return inb__cli_fail(err, json);
}
#define EXIT_STATUS                                                                                \
    "\n\nExit status: 0 done; 1 a migration failed, or the folder was refused; 2 usage, or the "   \
    "folder\n"                                                                                     \
    "cannot be read; 3 a migration waits for a confirmation or a backfill; 4 history refused;\n"   \
    "5 lock not obtained; 6 database not reachable or not permitted."

int inb__cmd_migrate_deploy(int argc, char **argv)
{
    inb__migrate_cli cli = {0};
    const char *backfills = "inline";
    bool out_of_order = false, unreleased = false;
    request asked = {0};
    inb_migrate_options *o = &cli.options;
    const inb__opt options[] = {
        INB__CLI_MIGRATIONS_OPTION(&cli.dir),
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &cli.json},
        {"create-database", 0, NULL, "create the database when it is missing", INB__OPT_FLAG,
         &asked.create_database},
        {"dry-run", 0, NULL, "print what would be done, and write nothing", INB__OPT_FLAG,
         &asked.dry_run},
        {"to", 0, "NAME", "stop after this migration", INB__OPT_TEXT, &o->to},
        {"confirm", 0, "NAME", "what must be true before this migration is so", INB__OPT_LIST,
         &asked.confirm},
        INB__CLI_WAIT_OPTION(&o->connect_timeout_ms, "30"),
        INB__CLI_LOCK_WAIT_OPTION(&o->lock_wait_ms),
        {"lock-timeout", 0, "SECONDS",
         "wait for a table lock this long, then roll back and retry [3]", INB__OPT_SECONDS,
         &o->lock_timeout_ms},
        {"retry", 0, "SECONDS", "retry after lock timeouts for this long [60]", INB__OPT_SECONDS,
         &o->retry_budget_ms},
        {"concurrent-wait", 0, "SECONDS",
         "let CREATE INDEX CONCURRENTLY and its kin wait for older transactions this long "
         "[as --retry]",
         INB__OPT_SECONDS, &o->concurrent_wait_ms},
        {"backfills", 0, "inline|wait|skip",
         "run backfills of up to a minute and stop at others, stop at each, or leave them [inline]",
         INB__OPT_TEXT, &backfills},
        {"unreleased", 0, NULL, "also apply migrations that inboard.sum does not list",
         INB__OPT_FLAG, &unreleased},
        {"out-of-order", 0, NULL, "also apply migrations that sort before an applied one",
         INB__OPT_FLAG, &out_of_order},
        {"allow-unknown", 0, NULL, "accept migrations of the history that the folder lacks",
         INB__OPT_FLAG, &o->allow_unknown},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard migrate deploy [OPTION]...",
        .about = "Applies every pending migration of a folder, whatever its class, under the\n"
                 "migration lock. A folder without inboard.sum is an existing Prisma history:\n"
                 "only the checks of Prisma's own tools are made.",
        .options = options,
        .more = INB__MIGRATE_ENVIRONMENT EXIT_STATUS,
    };
    int status = 0;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    if (!backfills_choose(&o->backfills, backfills)) {
        return backfills_error(backfills, cli.json);
    }
    cli.released_only = !unreleased;
    cli.later = true;
    o->order = out_of_order ? INB_ORDER_ALLOW : INB_ORDER_STRICT;
    return inb__migrate_cli_run(&cli, deploy, &asked);
}

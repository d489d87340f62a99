/* `inboard migrate status`: every migration with its state. */
#include "config.h"

#include "cli/migrate_cli.h"
#include "inboard.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/limits.h"
#include "util/printable.h"

#define CONNECT_MS 5000 /* a database that is not there is reported soon */

static const struct {
    unsigned bit;
    const char *key;
    const char *text; /* NULL: more than one sentence */
} findings[] = {
    {INB_STATUS_PENDING, "pending",
     "migrations are pending: `inboard migrate deploy` applies them"},
    {INB_STATUS_FAILED, "failed", "P3009: a migration failed or is in progress"},
    {INB_STATUS_EDITED, "edited", "an applied migration was edited afterwards"},
    {INB_STATUS_UNKNOWN, "unknown", NULL},
    {INB_STATUS_OUT_OF_ORDER, "out_of_order", "a pending migration sorts before an applied one"},
    {INB_STATUS_DRIFT, "drift", NULL},
};

#define N_FINDINGS (sizeof(findings) / sizeof(findings[0]))

/* null, as the class, where neither the folder nor the database tells. */
static void compatible_json(inb__json *j, const inb_status_migration *m)
{
    inb__json_key(j, "compatible");
    if (m->class_known) {
        inb__json_bool(j, m->compatible);
    } else {
        inb__json_null(j);
    }
    inb__json_member(j, "reason", m->class_known && *m->reason ? m->reason : NULL);
}

/* null where there is no text. */
static void text_json(inb__json *j, const char *key, const char *text)
{
    inb__json_member(j, key, *text ? text : NULL);
}

static void drift_json(inb__json *j, const inb_status *status)
{
    inb_status_change c = {.size = sizeof(c)};
    inb__json_key(j, "drift");
    inb__json_array(j);
    for (size_t i = 0; i < inb_status_drift_count(status); i++) {
        inb__json_string(j, inb_status_drift_at(status, i));
    }
    inb__json_array_end(j);
    inb__json_key(j, "changes");
    inb__json_array(j);
    for (size_t i = 0; inb_status_change_at(status, i, &c) == 0; i++) {
        inb__json_object(j);
        text_json(j, "kind", c.kind);
        text_json(j, "object", c.object);
        inb__json_member(j, "change", c.change);
        text_json(j, "was", c.was);
        text_json(j, "now", c.now);
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
}

static void status_json(inb__buf *out, const inb_status *status)
{
    inb__json j;
    inb_status_migration m = {.size = sizeof(m)};
    unsigned bits = inb_status_bits(status);
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_member_int(&j, "status", bits);
    inb__json_key(&j, "findings");
    inb__json_array(&j);
    for (size_t i = 0; i < N_FINDINGS; i++) {
        if (bits & findings[i].bit) {
            inb__json_string(&j, findings[i].key);
        }
    }
    inb__json_array_end(&j);
    const char *holder = inb_status_lock_holder(status);
    inb__json_member_bool(&j, "managed", inb_status_managed(status));
    inb__json_member(&j, "lock_holder", *holder ? holder : NULL);
    inb__json_key(&j, "migrations");
    inb__json_array(&j);
    for (size_t i = 0; inb_status_at(status, i, &m) == 0; i++) {
        inb__json_object(&j);
        inb__json_member(&j, "name", m.name);
        inb__json_member(&j, "state", inb_migration_state_name(m.state));
        inb__json_member(&j, "class", m.class_known ? inb_class_name(m.cls) : NULL);
        compatible_json(&j, &m);
        text_json(&j, "before", m.before);
        inb__json_member_bool(&j, "confirmed", m.confirmed);
        text_json(&j, "after", m.after);
        inb__json_member_bool(&j, "held", m.held);
        text_json(&j, "started_at", m.started_at);
        text_json(&j, "finished_at", m.finished_at);
        text_json(&j, "logs", m.logs);
        text_json(&j, "application_version", m.application_version);
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    drift_json(&j, status);
    inb__json_object_end(&j);
}

/* Applied migrations of the history that the folder has, and that it lacks. */
static void applied_count(const inb_status *status, size_t *known, size_t *unknown)
{
    inb_status_migration m = {.size = sizeof(m)};
    *known = *unknown = 0;
    for (size_t i = 0; inb_status_at(status, i, &m) == 0; i++) {
        *known += m.state == INB_STATE_APPLIED || m.state == INB_STATE_EDITED;
        *unknown += m.state == INB_STATE_UNKNOWN || m.state == INB_STATE_UNKNOWN_UNSAFE;
    }
}

/* The folder of another database, or an empty one, is worth more words than a missing migration. */
static void unknown_text(inb__buf *out, const inb__migrate_cli *cli, const inb_status *status)
{
    size_t known, unknown;
    applied_count(status, &known, &unknown);
    const char *plural = unknown == 1 ? "" : "s";
    if (cli->embed.table.n_migrations == 0) {
        inb__buf_printf(out,
                        "\"%s\" has no migration, the database has %zu: name the right folder"
                        " with --migrations\n",
                        cli->dir, unknown);
    } else if (known == 0) {
        inb__buf_printf(out,
                        "\"%s\" has none of the %zu applied migration%s of the database: name"
                        " the right folder with --migrations\n",
                        cli->dir, unknown, plural);
    } else {
        inb__buf_str(out, "the history has a migration that the folder lacks\n");
    }
}

/* What a release job is about to do, and what another program has done. */
static void effect_text(inb__buf *out, const inb_status_migration *m)
{
    bool done = m->state == INB_STATE_APPLIED || m->state == INB_STATE_EDITED;
    if (!done && m->class_known) {
        inb__buf_printf(out, "  (%s, %s)", inb_class_name(m->cls),
                        m->compatible ? "compatible" : "breaking");
    }
}

/* What a release job stops for. */
static void gates_text(inb__buf *out, const inb_status_migration *m)
{
    bool pending = m->state != INB_STATE_APPLIED && m->state != INB_STATE_EDITED;
    if (pending && *m->after) {
        inb__buf_str(out, "\n                after backfill ");
        inb__printable(out, inb__str_of(m->after));
    }
    if (pending && *m->before) {
        inb__buf_printf(out,
                        "\n                %s: ", m->confirmed ? "confirmed" : "not confirmed");
        inb__printable(out, inb__str_of(m->before));
    }
}

static void migrations_text(inb__buf *out, const inb_status *status)
{
    inb_status_migration m = {.size = sizeof(m)};
    for (size_t i = 0; inb_status_at(status, i, &m) == 0; i++) {
        inb__buf_printf(out, "%-14s  ", inb_migration_state_name(m.state));
        inb__printable(out, inb__str_of(m.name));
        effect_text(out, &m);
        gates_text(out, &m);
        if (*m.logs) {
            inb__buf_str(out, "\n                ");
            inb__printable_lines(out, inb__str_of(m.logs));
        }
        inb__buf_char(out, '\n');
    }
}

static void status_text(inb__buf *out, const inb__migrate_cli *cli, const inb_status *status)
{
    unsigned bits = inb_status_bits(status);
    migrations_text(out, status);
    if (!inb_status_managed(status)) {
        inb__buf_str(out, "the database has no migration history; where it has what the "
                          "migrations create, mark them: `inboard migrate resolve --applied NAME` "
                          "for each\n");
    }
    if (*inb_status_lock_holder(status)) {
        inb__buf_printf(out, "the migration lock is held by %s\n", inb_status_lock_holder(status));
    }
    for (size_t i = 0; i < N_FINDINGS; i++) {
        if (bits & findings[i].bit & INB_STATUS_UNKNOWN) {
            unknown_text(out, cli, status);
        } else if (bits & findings[i].bit & ~INB_STATUS_DRIFT) {
            inb__buf_printf(out, "%s\n", findings[i].text);
        }
    }
    for (size_t i = 0; i < inb_status_drift_count(status); i++) {
        inb__buf_printf(out, "drift: %s\n", inb_status_drift_at(status, i));
    }
    if (bits == 0) {
        inb__buf_str(out, "the database is up to date\n");
    }
}

/* The status is not known: as JSON an object of the same shape says why. */
static int status_undecided(inb_error *err, bool json)
{
    if (!json) {
        return inb__cli_fail(err, false);
    }
    inb__json j;
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 16 * INB__LIMIT_MESSAGE);
    inb__json_init(&j, &out);
    inb__json_object(&j);
    inb__json_member_int(&j, "status", INB_STATUS_UNDECIDED);
    inb__json_key(&j, "findings");
    inb__json_array(&j);
    inb__json_string(&j, "undecided");
    inb__json_array_end(&j);
    inb__json_key(&j, "error");
    inb__cli_error_json(&j, err);
    inb__json_object_end(&j);
    inb_error_free(err);
    (void)inb__cli_print(&out);
    return (int)INB_STATUS_UNDECIDED;
}

/* bits: set to the findings. */
static int status_show(inb__migrate_cli *cli, void *bits)
{
    inb_status *status = NULL;
    inb_error *err = NULL;
    int rc = inb__status_read_unread(&status, &cli->embed.table, &cli->unread, &cli->options, &err);
    if (rc < 0) {
        return status_undecided(err, cli->json);
    }
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    if (cli->json) {
        status_json(&out, status);
    } else {
        status_text(&out, cli, status);
    }
    *(int *)bits = (int)inb_status_bits(status);
    inb_status_free(status);
    return inb__cli_print(&out);
}

int inb__cmd_migrate_status(int argc, char **argv)
{
    inb__migrate_cli cli = {.later = true, .options = {.connect_timeout_ms = CONNECT_MS}};
    const inb__opt options[] = {
        INB__CLI_MIGRATIONS_OPTION(&cli.dir),
        {"schema", 0, "PATH", "also compare the database with this schema: a file or a folder",
         INB__OPT_TEXT, &cli.schema},
        INB__CLI_WAIT_OPTION(&cli.options.connect_timeout_ms, "5"),
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &cli.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard migrate status [OPTION]...",
        .about = "Lists every migration of the folder and of the database with its state.\n"
                 "Names what is not as the last run left it. Takes no lock and writes nothing.",
        .options = options,
        .more = INB__MIGRATE_ENVIRONMENT
        "\n\nExit status: a sum, 0 when nothing needs attention: 1 pending, 2 failed or in "
        "progress,\n"
        "4 edited, 8 unknown and breaking, 16 out of order, 32 drift, 64 undecided, wrong usage "
        "included.",
    };
    int status = 0;
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        /* 1 and 2 are findings here. */
        return status ? (int)INB_STATUS_UNDECIDED : INB__EXIT_OK;
    }
    int bits = (int)INB_STATUS_UNDECIDED;
    status = inb__migrate_cli_run(&cli, status_show, &bits);
    return status ? (int)INB_STATUS_UNDECIDED : bits;
}

/* `inboard trace`: what migrations take in a shadow database, and whether it was foretold. */
#include "config.h"

#include "cli/cli.h"

#include "cli/diff_shadow.h"
#include "cli/migration_choice.h"
#include "review/trace.h"
#include "table/table_read.h"
#include "util/cleanup.h"
#include "util/diagnostic_print.h"
#include "util/printable.h"

#define NAMES_MAX 1000 /* on the command line */
#define REPORT_MAX ((size_t)256 * 1024 * 1024)

typedef struct tracing {
    const char *dir, *shadow_url;
    bool json;
    inb__migration_choice choice;
    inb__arena *arena;
    inb__embed embed;
    bool *wanted;
    inb__trace trace;
} tracing;

/* ---- the report --------------------------------------------------------------------------------
 */

static const inb_statement *statement_of(const tracing *t, const inb__trace_step *step)
{
    return inb__table_statement(&t->embed.table, step->migration, step->statement);
}

static void locks_text(inb__buf *out, const char *word, const inb__trace_locks *locks)
{
    for (size_t i = 0; i < locks->n; i++) {
        if (!locks->v[i].kind || strchr("rpvmf", locks->v[i].kind)) {
            inb__buf_printf(out, "      %s %s on ", word, inb_lock_mode_name(locks->v[i].mode));
            inb__printable(out, inb__str_of(locks->v[i].relation));
            inb__buf_char(out, '\n');
        }
    }
}

static void step_text(inb__buf *out, const tracing *t, const inb__trace_step *step)
{
    const inb_statement *s = statement_of(t, step);
    inb__buf_printf(out, "  line %u: %s: %.1f ms, %lld rows, %lld bytes of WAL\n", s->line,
                    inb__table_text(&t->embed.table, s->tag), (double)step->us / 1000,
                    (long long)step->rows, (long long)step->wal);
    locks_text(out, "took", &step->did.locks);
    if (step->did.rewrites) {
        inb__buf_printf(out, "      rewrote %s\n", step->did.rewrites);
    }
    if (step->did.scans) {
        inb__buf_printf(out, "      read all of %s\n", step->did.scans);
    }
    if (!step->watched) {
        inb__buf_str(out, "      ran outside of a transaction: its locks could not be read\n");
    }
    if (step->wrong) {
        inb__buf_str(out, "      wrong: ");
        inb__printable(out, inb__str_of(step->wrong));
        inb__buf_char(out, '\n');
    }
}

static void report_text(inb__buf *out, const tracing *t)
{
    uint32_t last = UINT32_MAX;
    for (size_t i = 0; i < t->trace.steps.n; i++) {
        const inb__trace_step *step = &t->trace.steps.v[i];
        if (step->migration != last) {
            inb__printable(out, inb__str_of(inb__table_name(&t->embed.table, step->migration)));
            inb__buf_char(out, '\n');
            last = step->migration;
        }
        step_text(out, t, step);
    }
    inb__buf_printf(out, "%zu statement%s traced, %zu not as foretold\n", t->trace.steps.n,
                    t->trace.steps.n == 1 ? "" : "s", t->trace.wrong);
}

static void effect_json(inb__json *j, const char *key, const inb__trace_effect *effect)
{
    inb__json_key(j, key);
    inb__json_object(j);
    inb__json_key(j, "locks");
    inb__json_array(j);
    for (size_t i = 0; i < effect->locks.n; i++) {
        inb__json_object(j);
        inb__json_member(j, "relation", effect->locks.v[i].relation);
        inb__json_member(j, "mode", inb_lock_mode_name(effect->locks.v[i].mode));
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
    inb__json_member_bool(j, "rewrites", effect->rewrites != NULL);
    inb__json_member_bool(j, "scans", effect->scans != NULL);
    inb__json_object_end(j);
}

static void report_json(inb__buf *out, const tracing *t)
{
    inb__json j;
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_key(&j, "statements");
    inb__json_array(&j);
    for (size_t i = 0; i < t->trace.steps.n; i++) {
        const inb__trace_step *step = &t->trace.steps.v[i];
        const inb_statement *s = statement_of(t, step);
        inb__json_object(&j);
        inb__json_member(&j, "migration", inb__table_name(&t->embed.table, step->migration));
        inb__json_member_int(&j, "line", s->line);
        inb__json_member(&j, "kind", inb__table_text(&t->embed.table, s->tag));
        inb__json_member_bool(&j, "watched", step->watched);
        effect_json(&j, "foretold", &step->said);
        effect_json(&j, "taken", &step->did);
        inb__json_key(&j, "milliseconds");
        inb__json_double(&j, (double)step->us / 1000, 3);
        inb__json_member_int(&j, "rows", step->rows);
        inb__json_member_int(&j, "wal", step->wal);
        inb__json_member(&j, "wrong", step->wrong);
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    inb__json_member_int(&j, "wrong", (int64_t)t->trace.wrong);
    inb__json_object_end(&j);
    inb__buf_char(out, '\n');
}

static int report(const tracing *t)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, REPORT_MAX);
    (t->json ? report_json : report_text)(&out, t);
    int status = inb__cli_print(&out);
    return status == INB__EXIT_OK && t->trace.wrong ? INB__EXIT_FAILED : status;
}

/* ---- the run ------------------------------------------------------------------------------------
 */

static int shadow_connect(inb_conn **conn, const inb__shadow *shadow, inb__url *url,
                          inb_error **err)
{
    int rc = inb__url_parse(url, shadow->url, err);
    const inb__pg_options options = {.url = url, .application_name = "inboard-trace"};
    return rc ? rc : inb__pg_open(conn, &options, err);
}

static int shadow_trace(tracing *t, const inb__shadow *shadow, inb_error **err)
{
    inb__url url = {0};
    inb_conn *conn = NULL;
    int rc = shadow_connect(&conn, shadow, &url, err);
    rc = rc ? rc
            : inb__trace_run(&t->trace, t->arena, conn, &t->embed.table, t->wanted, "public", err);
    inb_conn_close(conn);
    inb__url_dispose(&url);
    return rc;
}

static int choose(tracing *t, inb_error **err)
{
    if (INB__ARENA_ERROR_EXIT(t->arena)) {
        inb__arena_error_exit_clear(t->arena);
        return inb__error_nomem(err);
    }
    t->wanted = INB__NEW_N(t->arena, bool, t->embed.migrations.n + 1);
    int rc = inb__migration_choose(t->wanted, &t->embed, t->arena, t->dir, &t->choice, false, err);
    inb__arena_error_exit_clear(t->arena);
    return rc;
}

/* What is refused cannot be foretold. */
static int folder_read(tracing *t)
{
    inb_error *err = NULL;
    const inb__embed_options options = {.dir = t->dir, .policy = INB__EMBED_EXPLAIN};
    int rc = inb__embed_load(&t->embed, t->arena, &options, &err);
    if (rc == INB_ESYNTAX && !t->json) {
        inb__diagnostics_print(stderr, &t->embed.problems);
    }
    return rc == INB_ESYNTAX ? inb__cli_fail(err, t->json)
           : rc              ? inb__cli_fail_input(err, t->json)
                             : INB__EXIT_OK;
}

static int trace(tracing *t)
{
    inb_error *err = NULL;
    int status = folder_read(t);
    if (status) {
        return status;
    }
    if (choose(t, &err)) {
        return inb__cli_fail_input(err, t->json);
    }
    inb__shadow shadow = {.conn = NULL};
    if (inb__diff_shadow_open(&shadow, t->arena, t->shadow_url, &err)) {
        return inb__cli_fail(err, t->json);
    }
    int rc = shadow_trace(t, &shadow, &err);
    inb__shadow_close(&shadow);
    return rc ? inb__cli_fail(err, t->json) : report(t);
}

int inb__cmd_trace(int argc, char **argv)
{
    tracing t = {0};
    const inb__opt options[] = {
        INB__CLI_MIGRATIONS_OPTION(&t.dir),
        INB__MIGRATION_CHOICE_OPTIONS(&t.choice),
        {"shadow-database-url", 0, "URL", "an empty database to use, not one that is made",
         INB__OPT_TEXT, &t.shadow_url},
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &t.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard trace [NAME… | --pending | --since GITREF | --all]\n"
                    "                     [--migrations DIR] [--shadow-database-url URL] [--json]",
        .about =
            "Runs the migrations of a folder in a shadow database, statement by statement, and\n"
            "prints of the chosen ones what each took: locks on what was there before, tables\n"
            "rewritten and read, rows, WAL, time. Whatever is not as `inboard-embed --explain`\n"
            "foretells it is named.",
        .options = options,
        .more =
            "The shadow is made on the server of DATABASE_URL, and dropped afterwards.\n\n"
            "Exit status: 0 everything was as foretold; 1 something was not, or a statement is\n"
            "refused; 2 wrong usage; 6 the database cannot be reached.",
    };
    int status = 0;
    if (!inb__cli_parse_operands(&usage, argc, argv, NAMES_MAX, &t.choice.n_names, &status)) {
        return status;
    }
    t.choice.names = argv + 1;
    inb_error *err = NULL;
    if (inb__migration_choice_check(&t.choice, &err)) {
        return inb__cli_fail(err, t.json);
    }
    t.dir = inb__cli_migrations_path(t.dir, &err);
    if (!t.dir) {
        return inb__cli_fail(err, t.json);
    }
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    t.arena = &arena;
    return trace(&t);
}

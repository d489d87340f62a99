/* `inboard migrate new`: the next migration, from what the migrations make to what the schema says.
 */
#include "config.h"

#include "cli/cli.h"

#include "cli/diff_sides.h"
#include "cli/new_script.h"
#include "cli/rename_ask.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/limits.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 200
#define REPORT_MAX (16u * 1024 * 1024)

typedef struct creation {
    const char *name, *name_option, *dir, *schema, *shadow_url;
    bool zero_downtime, empty, accept_unseen, shadow, json;
    inb__opt_list rename, rename_table;
    char slug[NAME_MAX_BYTES + 1];
    inb__diff_side from, to;
    inb__schema renamed;
    inb__renames renames;
    inb__steps steps;
    inb__risks risks;
    inb__rename_guesses guesses; /* that nobody has answered */
    inb__new_migration *made;
    size_t n_made;
    inb__arena *arena;
} creation;

/* Letters and digits in lower case with '_' between words: "addUser", "add user" are "add_user". */
static void name_make(char out[NAME_MAX_BYTES + 1], const char *name)
{
    size_t n = 0;
    for (const char *p = name; *p && n < NAME_MAX_BYTES; p++) {
        unsigned char c = (unsigned char)*p;
        bool word = isalnum(c) && c < 0x80;
        bool hump = p > name && isupper(c) && islower((unsigned char)p[-1]);
        if ((!word || hump) && n && out[n - 1] != '_') {
            out[n++] = '_';
        }
        if (word && n < NAME_MAX_BYTES) {
            out[n++] = (char)tolower(c);
        }
    }
    n -= n && out[n - 1] == '_';
    out[n] = '\0';
}

static int usage_check(creation *c, inb_error **err)
{
    const char *name = c->name ? c->name : c->name_option;
    if (!name || (c->name && c->name_option)) {
        inb__error_set(err, INB_EINVAL,
                       name ? "the name is given twice" : "the name of the migration is missing");
        inb__error_hint(err, "Name it after what it does: inboard migrate new add_invoices.");
        return INB_EINVAL;
    }
    name_make(c->slug, name);
    if (!*c->slug) {
        inb__error_set(err, INB_EINVAL, "\"%s\" has no letter and no digit", name);
        inb__error_hint(err, "Name it after what it does: inboard migrate new add_invoices.");
        return INB_EINVAL;
    }
    if (c->empty && (c->zero_downtime || c->rename.n || c->rename_table.n)) {
        inb__error_set(err, INB_EINVAL, "--empty takes neither --zero-downtime nor renames");
        inb__error_hint(err, "Leave out --empty to write what the schema asks for.");
        return INB_EINVAL;
    }
    return 0;
}

/* ---- what is between the migrations and the schema ------------------------------------------- */

static int steps_make(creation *c)
{
    const inb__rename_requests wishes = {c->rename.v, c->rename_table.v, (size_t)c->rename.n,
                                         (size_t)c->rename_table.n};
    inb_error *err = NULL;
    int rc = inb__renames_apply(&c->renamed, &c->renames, c->arena, &c->from.model, &c->to.model,
                                &wishes, &err);
    if (rc) {
        return inb__cli_fail(err, c->json);
    }
    const inb__diff_options options = inb__diff_sides_options(&c->from, &c->to, c->arena);
    inb__schema_diff(&c->steps, c->arena, &c->renamed, &c->to.model, &options);
    inb__risks_find(&c->risks, c->arena, &c->steps);
    return 0;
}

static bool was_asked(const inb__opt_list *asked, const inb__rename_guess *guess)
{
    for (int i = 0; i < asked->n; i++) {
        if (strcmp(asked->v[i], guess->request) == 0) {
            return true;
        }
    }
    return asked->n == INB__OPT_LIST_MAX;
}

/* One answer changes what else there is to ask: after each yes the steps are made again. */
static int renames_ask(creation *c)
{
    inb__opt_list asked = {.n = 0};
    int status = steps_make(c);
    inb__rename_guess_find(&c->guesses, c->arena, &c->steps);
    for (size_t i = 0; status == 0 && inb__rename_can_ask() && i < c->guesses.n; i++) {
        inb__rename_guess guess = c->guesses.v[i];
        inb__opt_list *wishes = guess.table ? &c->rename_table : &c->rename;
        if (was_asked(&asked, &guess) || wishes->n == INB__OPT_LIST_MAX) {
            continue;
        }
        asked.v[asked.n++] = guess.request;
        if (inb__rename_ask(&guess)) {
            wishes->v[wishes->n++] = guess.request;
            status = steps_make(c);
            inb__rename_guess_find(&c->guesses, c->arena, &c->steps);
            i = (size_t)-1;
        }
    }
    if (inb__rename_can_ask()) {
        c->guesses.n = 0; /* all are answered */
    }
    return status;
}

/* A model that may lack something would make a migration that is wrong. */
static int unseen_refuse(const creation *c)
{
    inb_error *err = NULL;
    size_t n = c->from.unseen.n;
    inb__diff_side_unseen_print(&c->from);
    if (!n || c->accept_unseen) {
        return 0;
    }
    inb__error_set(&err, INB_ESYNTAX,
                   "%zu statement%s of the migrations can have changed the schema in a way that "
                   "analysis alone does not show",
                   n, n == 1 ? "" : "s");
    inb__error_hint(&err,
                    "Give --shadow to apply them to a shadow database and read that; or, if they "
                    "change no table, column, key, index or enum, --accept-unseen.");
    return inb__cli_fail(err, c->json);
}

static int difference_find(creation *c)
{
    int status = inb__diff_sides_read(&c->from, &c->to, c->arena, c->json);
    status = status ? status : unseen_refuse(c);
    return status ? status : renames_ask(c);
}

static void plan_write(creation *c)
{
    inb__rollout_plan plan;
    const inb__diff_options options = inb__diff_sides_options(&c->from, &c->to, c->arena);
    inb__rollout_plan_build(&plan, c->arena, &c->steps, &c->renames, &options);
    c->made = inb__new_rollout(c->arena, &plan, c->slug);
    c->n_made = plan.n;
}

static void script_write(creation *c)
{
    c->made = INB__NEW(c->arena, inb__new_migration);
    c->n_made = 1;
    c->made[0] = (inb__new_migration){.name = c->slug};
    c->made[0].sql = c->empty ? INB__STR("-- This is an empty migration.\n")
                              : inb__new_script(c->arena, &c->steps, &c->risks, &c->renames,
                                                &c->guesses, c->from.embed.catalog);
}

/* Under the error exits of both arenas. */
static int texts_make(creation *c)
{
    int status = c->empty ? 0 : difference_find(c);
    bool nothing = !c->empty && !c->steps.n && !c->renames.n;
    if (status || nothing) {
        return status;
    }
    if (c->from.loaded && INB__ARENA_ERROR_EXIT(&c->from.arena)) {
        inb_error *err = NULL;
        inb__error_nomem(&err);
        return inb__cli_fail(err, c->json);
    }
    (c->zero_downtime ? plan_write : script_write)(c);
    return 0;
}

/* ---- the report ------------------------------------------------------------------------------ */

static int report_json(const creation *c)
{
    INB__AUTO_BUF inb__buf out;
    inb__json j;
    inb__buf_init(&out, REPORT_MAX);
    inb__json_init(&j, &out);
    inb__json_object(&j);
    inb__json_key(&j, "migrations");
    inb__json_array(&j);
    for (size_t i = 0; i < c->n_made; i++) {
        inb__json_object(&j);
        inb__json_member(&j, "name", c->made[i].folder);
        inb__json_member_str(&j, "sql", c->made[i].sql);
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    inb__json_object_end(&j);
    return inb__cli_print(&out);
}

/* What was not asked is said: a rename that is taken for a loss loses rows. */
static void guesses_print(const creation *c)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, REPORT_MAX);
    for (size_t i = 0; i < c->guesses.n; i++) {
        inb__buf_str(&out, "note: ");
        inb__rename_guess_text(&out, &c->guesses.v[i]);
        inb__buf_char(&out, '\n');
    }
    fputs(inb__buf_text(&out), stderr);
}

static int report(const creation *c)
{
    guesses_print(c);
    if (c->json) {
        return report_json(c);
    }
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, REPORT_MAX);
    if (!c->n_made) {
        inb__buf_printf(&out, "The migrations make the schema: nothing to write.\n");
    }
    for (size_t i = 0; i < c->n_made; i++) {
        inb__buf_printf(&out, "%s/%s/migration.sql\n", c->dir, c->made[i].folder);
    }
    return inb__cli_print(&out);
}

static int create(creation *c)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb_error *err = NULL;
    c->arena = &arena;
    if (INB__ARENA_ERROR_EXIT(&arena)) {
        inb__error_nomem(&err);
        inb__diff_side_dispose(&c->from);
        return inb__cli_fail(err, c->json);
    }
    int status = texts_make(c);
    inb__arena_error_exit_clear(&arena);
    if (status == 0 && c->n_made &&
        inb__cli_migration_folders(c->made, c->n_made, true, &arena, c->dir, &err)) {
        status = inb__cli_fail_input(err, c->json);
    } else if (status == 0) {
        status = report(c);
    }
    inb__diff_side_dispose(&c->from);
    return status;
}

/* The paths that are not given, by the rule of all commands. */
static int paths_find(creation *c, inb_error **err)
{
    inb_error *none = NULL;
    const char *first = inb__path_is_dir("prisma") ? "prisma/migrations" : "migrations";
    if (!c->empty && !(c->schema = inb__cli_schema_path(c->schema, err))) {
        return INB_EINVAL;
    }
    c->dir = inb__cli_migrations_path(c->dir, &none);
    inb_error_free(none);
    c->dir = c->dir ? c->dir : first;
    c->from.migrations = c->dir;
    c->from.begins = !inb__path_exists(c->dir);
    c->from.shadow = c->shadow || c->shadow_url;
    c->from.shadow_url = c->shadow_url;
    c->to.schema = c->schema;
    return 0;
}

int inb__cmd_migrate_new(int argc, char **argv)
{
    creation c = {0};
    const inb__opt options[] = {
        {"name", 'n', "NAME", "the name, in the spelling of Prisma", INB__OPT_TEXT, &c.name_option},
        {"schema", 0, "PATH", "the schema: a file or a folder [prisma/schema.prisma, prisma]",
         INB__OPT_TEXT, &c.schema},
        INB__CLI_MIGRATIONS_OPTION(&c.dir),
        {"rename", 0, "TABLE.OLD=NEW", "a renamed column, which keeps its rows", INB__OPT_LIST,
         &c.rename},
        {"rename-table", 0, "OLD=NEW", "a renamed table", INB__OPT_LIST, &c.rename_table},
        {"zero-downtime", 0, NULL, "as a sequence of migrations without downtime", INB__OPT_FLAG,
         &c.zero_downtime},
        {"empty", 0, NULL, "an empty migration, to be written by hand", INB__OPT_FLAG, &c.empty},
        {"accept-unseen", 0, NULL,
         "go on although the effect of some statements on the schema is unknown", INB__OPT_FLAG,
         &c.accept_unseen},
        {"shadow", 0, NULL, "apply the migrations to a shadow database, and read that",
         INB__OPT_FLAG, &c.shadow},
        {"shadow-database-url", 0, "URL", "the same, to this database, which is emptied",
         INB__OPT_TEXT, &c.shadow_url},
        {"json", 0, NULL, "print JSON: the migrations and their SQL", INB__OPT_FLAG, &c.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard migrate new NAME [--schema PATH] [--migrations DIR]\n"
                    "                            [--rename TABLE.OLD=NEW]… [--rename-table "
                    "OLD=NEW]…\n"
                    "                            [--zero-downtime] [--shadow|--shadow-database-url "
                    "URL]\n"
                    "                            [--accept-unseen] [--json]\n"
                    "       inboard migrate new NAME --empty [--migrations DIR] [--json]",
        .about = "Writes the migration that takes a database from what the migrations make to\n"
                 "what the schema says, as DIR/TIME_NAME/migration.sql. Needs no database. On a\n"
                 "terminal it asks about what could be a rename; elsewhere it tells the option.",
        .options = options,
        .more = "Exit status: 0 written, or nothing to write; 1 the schema or the migrations are\n"
                "refused, or statements are unknown; 2 wrong usage, or something cannot be read\n"
                "or written; 6 the server of the shadow database cannot be reached.",
    };
    int status = 0;
    inb_error *err = NULL;
    if (!inb__cli_parse_operand(&usage, argc, argv, &c.name, &status)) {
        return status;
    }
    if (usage_check(&c, &err) || paths_find(&c, &err)) {
        return inb__cli_fail(err, c.json);
    }
    return create(&c);
}

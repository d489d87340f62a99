/* Writes the next migration. */
#include "config.h"

#include "cli/new_migration.h"

#include "cli/cli.h"
#include "cli/terminal.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/limits.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define REPORT_MAX (16u * 1024 * 1024)

/* Letters and digits in lower case with '_' between words: "addUser", "add user" are "add_user". */
static void name_make(char out[INB__NEW_NAME_MAX + 1], const char *name)
{
    size_t n = 0;
    for (const char *p = name; *p && n < INB__NEW_NAME_MAX; p++) {
        unsigned char c = (unsigned char)*p;
        bool word = isalnum(c) && c < 0x80;
        bool hump = p > name && isupper(c) && islower((unsigned char)p[-1]);
        if ((!word || hump) && n && out[n - 1] != '_') {
            out[n++] = '_';
        }
        if (word && n < INB__NEW_NAME_MAX) {
            out[n++] = (char)tolower(c);
        }
    }
    n -= n && out[n - 1] == '_';
    out[n] = '\0';
}

int inb__new_name(inb__creation *c, const char *name, inb_error **err)
{
    name_make(c->slug, name);
    if (!*c->slug) {
        inb__error_set(err, INB_EINVAL, "\"%s\" has no letter and no digit", name);
        inb__error_hint(err, "Name it after what it does, such as add_invoices.");
        return INB_EINVAL;
    }
    return 0;
}

int inb__new_paths(inb__creation *c, inb_error **err)
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

/* ---- what is between the migrations and the schema ------------------------------------------- */

static int steps_make(inb__creation *c)
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
static int renames_ask(inb__creation *c)
{
    inb__opt_list asked = {.n = 0};
    int status = steps_make(c);
    inb__rename_guess_find(&c->guesses, c->arena, &c->steps);
    for (size_t i = 0; status == 0 && inb__terminal_is_there() && i < c->guesses.n; i++) {
        inb__rename_guess guess = c->guesses.v[i];
        inb__opt_list *wishes = guess.table ? &c->rename_table : &c->rename;
        if (was_asked(&asked, &guess) || wishes->n == INB__OPT_LIST_MAX) {
            continue;
        }
        asked.v[asked.n++] = guess.request;
        if (inb__terminal_confirm(guess.question)) {
            wishes->v[wishes->n++] = guess.request;
            status = steps_make(c);
            inb__rename_guess_find(&c->guesses, c->arena, &c->steps);
            i = (size_t)-1;
        }
    }
    if (inb__terminal_is_there()) {
        c->guesses.n = 0; /* all are answered */
    }
    return status;
}

/* A model that may lack something would make a migration that is wrong. */
static int unseen_refuse(const inb__creation *c)
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

/* Once more, with what a server has after the unknown statements. */
static int shadow_read(inb__creation *c)
{
    inb__diff_side_dispose(&c->from);
    c->from = (inb__diff_side){.migrations = c->dir, .shadow = true, .shadow_url = c->shadow_url};
    c->to = (inb__diff_side){.schema = c->schema};
    return inb__diff_sides_read(&c->from, &c->to, c->arena, c->json);
}

int inb__new_difference(inb__creation *c)
{
    int status = inb__diff_sides_read(&c->from, &c->to, c->arena, c->json);
    if (status == 0 && c->from.unseen.n && c->shadow_if_unseen && !c->accept_unseen) {
        status = shadow_read(c);
    }
    status = status ? status : unseen_refuse(c);
    return status ? status : renames_ask(c);
}

/* ---- the texts ------------------------------------------------------------------------------- */

static void plan_write(inb__creation *c)
{
    inb__rollout_plan plan;
    const inb__diff_options options = inb__diff_sides_options(&c->from, &c->to, c->arena);
    inb__rollout_plan_build(&plan, c->arena, &c->steps, &c->renames, &options);
    c->made = inb__new_rollout(c->arena, &plan, c->slug);
    c->n_made = plan.n;
}

static void script_write(inb__creation *c)
{
    c->made = INB__NEW(c->arena, inb__new_migration);
    c->n_made = 1;
    c->made[0] = (inb__new_migration){.name = c->slug};
    c->made[0].sql = c->empty ? INB__STR("-- This is an empty migration.\n")
                              : inb__new_script(c->arena, &c->steps, &c->risks, &c->renames,
                                                &c->guesses, c->from.embed.catalog);
}

int inb__new_compose(inb__creation *c)
{
    if (c->from.loaded && INB__ARENA_ERROR_EXIT(&c->from.arena)) {
        inb_error *err = NULL;
        inb__error_nomem(&err);
        return inb__cli_fail(err, c->json);
    }
    (c->zero_downtime ? plan_write : script_write)(c);
    if (c->from.loaded) {
        inb__arena_error_exit_clear(&c->from.arena);
    }
    return 0;
}

int inb__new_write(inb__creation *c, inb_error **err)
{
    return inb__cli_migration_folders(c->made, c->n_made, true, c->arena, c->dir, err);
}

/* ---- the report ------------------------------------------------------------------------------ */

void inb__new_guesses_print(const inb__creation *c)
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

void inb__new_json(inb__json *j, const inb__creation *c)
{
    inb__json_key(j, "migrations");
    inb__json_array(j);
    for (size_t i = 0; i < c->n_made; i++) {
        inb__json_object(j);
        inb__json_member(j, "name", c->made[i].folder);
        inb__json_member_str(j, "sql", c->made[i].sql);
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
}

void inb__new_dispose(inb__creation *c)
{
    inb__diff_side_dispose(&c->from);
    inb__diff_side_dispose(&c->to);
}

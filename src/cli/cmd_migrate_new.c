/* `inboard migrate new`: the next migration, from what the migrations make to what the schema says.
 */
#include "config.h"

#include "cli/cli.h"

#include "cli/new_migration.h"
#include "util/cleanup.h"

#define REPORT_MAX (16u * 1024 * 1024)

static int usage_check(inb__creation *c, const char *operand, const char *option, inb_error **err)
{
    const char *name = operand ? operand : option;
    if (!name || (operand && option)) {
        inb__error_set(err, INB_EINVAL,
                       name ? "the name is given twice" : "the name of the migration is missing");
        inb__error_hint(err, "Name it after what it does: inboard migrate new add_invoices.");
        return INB_EINVAL;
    }
    if (c->empty && (c->zero_downtime || c->rename.n || c->rename_table.n)) {
        inb__error_set(err, INB_EINVAL, "--empty takes neither --zero-downtime nor renames");
        inb__error_hint(err, "Leave out --empty to write what the schema asks for.");
        return INB_EINVAL;
    }
    return inb__new_name(c, name, err);
}

/* Under the error exit of the arena. */
static int texts_make(inb__creation *c)
{
    int status = c->empty ? 0 : inb__new_difference(c);
    return status == 0 && inb__new_is_needed(c) ? inb__new_compose(c) : status;
}

static int report(const inb__creation *c)
{
    INB__AUTO_BUF inb__buf out;
    inb__json j;
    inb__buf_init(&out, REPORT_MAX);
    inb__new_guesses_print(c);
    if (c->json) {
        inb__json_init(&j, &out);
        inb__json_object(&j);
        inb__new_json(&j, c);
        inb__json_object_end(&j);
    } else if (!c->n_made) {
        inb__buf_printf(&out, "The migrations make the schema: nothing to write.\n");
    }
    for (size_t i = 0; i < c->n_made && !c->json; i++) {
        inb__buf_printf(&out, "%s/%s/migration.sql\n", c->dir, c->made[i].folder);
    }
    return inb__cli_print(&out);
}

static int create(inb__creation *c)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb_error *err = NULL;
    c->arena = &arena;
    if (INB__ARENA_ERROR_EXIT(&arena)) {
        inb__error_nomem(&err);
        inb__new_dispose(c);
        return inb__cli_fail(err, c->json);
    }
    int status = texts_make(c);
    inb__arena_error_exit_clear(&arena);
    if (status == 0 && c->n_made && inb__new_write(c, &err)) {
        status = inb__cli_fail_input(err, c->json);
    } else if (status == 0) {
        status = report(c);
    }
    inb__new_dispose(c);
    return status;
}

int inb__cmd_migrate_new(int argc, char **argv)
{
    inb__creation c = {0};
    const char *name = NULL, *name_option = NULL;
    const inb__opt options[] = {
        {"name", 'n', "NAME", "the name, in the spelling of Prisma", INB__OPT_TEXT, &name_option},
        INB__NEW_OPTIONS(c),
        {"empty", 0, NULL, "an empty migration, to be written by hand", INB__OPT_FLAG, &c.empty},
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
    if (!inb__cli_parse_operand(&usage, argc, argv, &name, &status)) {
        return status;
    }
    if (usage_check(&c, name, name_option, &err) || inb__new_paths(&c, &err)) {
        return inb__cli_fail(err, c.json);
    }
    return create(&c);
}

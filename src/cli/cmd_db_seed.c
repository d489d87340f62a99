/* `inboard db seed`: fills the database with first rows. */
#include "config.h"

#include "cli/cli.h"

#include "cli/database_url.h"
#include "cli/seed.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/limits.h"

#include <string.h>

typedef struct seed_run {
    const char *schema, *url;
    bool json;
    char **words;
    int n_words;
} seed_run;

static int result_print(const inb__seed *seed, bool json)
{
    INB__AUTO_BUF inb__buf out;
    inb__json j;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    if (json) {
        inb__json_init(&j, &out);
        inb__json_object(&j);
        inb__json_member(&j, "file", seed->file);
        inb__json_member(&j, "command", seed->command);
        inb__json_object_end(&j);
    } else if (seed->file || seed->command) {
        inb__buf_printf(&out, "seeded with %s\n", seed->file ? seed->file : seed->command);
    } else {
        inb__buf_str(&out, "there is no seed: write prisma/seed.sql\n");
    }
    return inb__cli_print(&out);
}

static int seed(const seed_run *run, inb__arena *arena)
{
    inb__seed found;
    inb_error *err = NULL;
    if (inb__seed_find(&found, arena, run->schema, &err)) {
        return inb__cli_fail(err, run->json);
    }
    if (!found.file && !found.command) {
        return result_print(&found, run->json);
    }
    inb__seed_options options = {.url_is_given = run->url != NULL,
                                 .words = run->words,
                                 .n_words = run->n_words,
                                 .quiet = run->json};
    int status = inb__cli_find_url(&options.url, arena, run->url, run->schema, run->json);
    if (status == 0 && inb__seed_run(&found, arena, &options, &err)) {
        status = inb__cli_fail(err, run->json);
    }
    return status ? status : result_print(&found, run->json);
}

/* What follows "--" is for the seed command. */
static void words_take(seed_run *run, int *argc, char **argv)
{
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            run->words = argv + i + 1;
            run->n_words = *argc - i - 1;
            *argc = i;
        }
    }
}

int inb__cmd_db_seed(int argc, char **argv)
{
    seed_run run = {0};
    const inb__opt options[] = {
        {"schema", 0, "PATH", "the schema beside which seed.sql is [prisma/schema.prisma]",
         INB__OPT_TEXT, &run.schema},
        INB__CLI_URL_OPTION(&run.url),
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &run.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis = "inboard db seed [--schema PATH] [--url URL] [--json] [-- WORD...]",
        .about =
            "Runs the project's seed: the command that prisma.config.ts (migrations.seed) or\n"
            "package.json (prisma.seed) names, or else seed.sql beside the schema, which is one\n"
            "transaction unless it says otherwise. A command gets the words after --, and the\n"
            "database as DATABASE_URL in its environment.",
        .options = options,
        .more = INB__CLI_URL_ENVIRONMENT
        "\n\nExit status: 0 done, or there is no seed; 1 the seed failed; 2 usage; 6 database not\n"
        "reachable or not permitted.",
    };
    int status = 0;
    words_take(&run, &argc, argv);
    if (!inb__cli_parse(&usage, argc, argv, &status)) {
        return status;
    }
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    return seed(&run, &arena);
}

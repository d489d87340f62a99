/* `inboard db up` and `inboard db down`: a private server for development. */
#include "config.h"

#include "cli/cli.h"

#include "live/scratch.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/limits.h"

#include <stdlib.h>

#define DIR_DEFAULT ".inboard"

typedef struct server_run {
    const char *dir;
    bool json;
    const char *url;
    bool was_running;
} server_run;

static void result_write(const server_run *run, inb__buf *out, bool up)
{
    inb__json j;
    if (run->json) {
        inb__json_init(&j, out);
        inb__json_object(&j);
        if (up) {
            inb__json_member(&j, "url", run->url);
        } else {
            inb__json_member_bool(&j, "stopped", run->was_running);
        }
        inb__json_object_end(&j);
    } else if (up) {
        inb__buf_printf(out, "%s\n", run->url);
    } else {
        inb__buf_str(out, run->was_running ? "stopped\n" : "no server was running\n");
    }
}

static int run_server(server_run *run, bool up)
{
    inb_error *err = NULL;
    INB__AUTO_ARENA inb__arena arena;
    INB__AUTO_BUF inb__buf out;
    inb__arena_init(&arena);
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    const char *bindir = getenv("PG_BINDIR");
    const inb__scratch scratch = {.dir = run->dir ? run->dir : DIR_DEFAULT,
                                  .bindir = bindir && *bindir ? bindir : NULL};
    int rc = up ? inb__scratch_up(&run->url, &arena, &scratch, &err)
                : inb__scratch_down(&run->was_running, &arena, &scratch, &err);
    if (rc < 0) {
        return inb__cli_fail(err, run->json);
    }
    result_write(run, &out, up);
    return inb__cli_print(&out);
}

static int command(int argc, char **argv, bool up)
{
    server_run run = {0};
    const inb__opt options[] = {
        {"dir", 0, "DIR", "the folder of the server [" DIR_DEFAULT "]", INB__OPT_TEXT, &run.dir},
        {"json", 0, NULL, "print JSON", INB__OPT_FLAG, &run.json},
        {0},
    };
    const inb__usage usage = {
        .synopsis =
            up ? "inboard db up [--dir DIR] [--json]" : "inboard db down [--dir DIR] [--json]",
        .about = up ? "Starts a private PostgreSQL for development, making it if need be, and "
                      "prints the\n"
                      "URL of its database. It listens on a socket of its own and not on TCP."
                    : "Stops the private PostgreSQL of `inboard db up`. Its data stays.",
        .options = options,
        .more = "Environment:\n"
                "  PG_BINDIR         the folder of PostgreSQL's programs\n\n"
                "Exit status: 0 done; 2 wrong usage, PostgreSQL's programs are not there, or the "
                "folder\n"
                "has other files in it; 6 one of the programs failed.",
    };
    int status = 0;
    return inb__cli_parse(&usage, argc, argv, &status) ? run_server(&run, up) : status;
}

int inb__cmd_db_up(int argc, char **argv)
{
    return command(argc, argv, true);
}

int inb__cmd_db_down(int argc, char **argv)
{
    return command(argc, argv, false);
}

/* Asks before the rows of the development database are changed. */
#include "config.h"

#include "cli/dev_risks.h"

#include "cli/cli.h"
#include "cli/database_url.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "live/risk_counts.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <stdio.h>
#include <string.h>

/* A rename that is written as a loss is applied before anybody reads it. */
static int guesses_refuse(const inb__creation *c)
{
    const inb__rename_guesses *guesses = &c->guesses;
    inb_error *err = NULL;
    inb__error_set(&err, INB_ESYNTAX, "a change of the schema can be a rename: %s",
                   guesses->v[0].question);
    for (size_t i = 0; guesses->n > 1 && i < guesses->n; i++) {
        const char *before = i ? inb_error_detail(err) : "";
        inb__error_detail(&err, "%s%s%s", before, i ? "\n" : "", guesses->v[i].question);
    }
    inb__error_hint(&err,
                    "Say it with --rename%s %s; or with --accept-data-loss that it is not, or "
                    "write the migration with --create-only.",
                    guesses->v[0].table ? "-table" : "", guesses->v[0].request);
    return inb__cli_fail(err, c->json);
}

static int risks_refuse(const inb__creation *c, bool impossible)
{
    inb_error *err = NULL;
    if (impossible) {
        inb__error_set(&err, INB_ESYNTAX,
                       "the next migration cannot be applied to the rows that the database has");
        inb__error_hint(&err, "Give what is required a default, or write the migration with "
                              "--create-only and fill the rows in it.");
    } else {
        inb__error_set(&err, INB_ESYNTAX,
                       "the next migration can lose rows or values of the database, or fail on "
                       "them");
        inb__error_hint(&err, "Go on with --accept-data-loss, or write it with --create-only and "
                              "review it first.");
    }
    return inb__cli_fail(err, c->json);
}

static int risks_count(const inb__creation *c, const inb__dm *dm, inb__risks *risks)
{
    const char *url;
    inb_error *err = NULL;
    int rc = inb__cli_database_url(&url, c->arena, NULL, dm, &err);
    rc = rc < 0
             ? rc
             : inb__risk_counts_read(risks, &c->steps, &c->renames, url, inb__cli_stop_asked, &err);
    return rc < 0 ? inb__cli_fail(err, c->json) : 0;
}

static void risk_print(const inb__risk *risk)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    inb__risk_text(&out, risk);
    inb__cli_log(INB_LOG_WARNING, inb__buf_text(&out), NULL);
}

int inb__dev_risks_check(const inb__creation *c, const inb__dm *dm, bool accepted)
{
    /* The counts are not for the file. */
    inb__risks risks = {INB__NEW_N(c->arena, inb__risk, c->risks.n + 1), c->risks.n};
    bool any = false, impossible = false;
    if (c->guesses.n && !accepted) {
        return guesses_refuse(c);
    }
    if (!risks.n) {
        return 0;
    }
    memcpy(risks.v, c->risks.v, sizeof(*risks.v) * risks.n);
    int status = risks_count(c, dm, &risks);
    for (size_t i = 0; i < risks.n && status == 0; i++) {
        if (inb__risk_comes_true(&risks.v[i])) {
            risk_print(&risks.v[i]);
            any = true;
            impossible = impossible || inb__risk_is_unexecutable(risks.v[i].kind);
        }
    }
    accepted =
        accepted || (status == 0 && any && !impossible && inb__terminal_is_there() &&
                     inb__terminal_confirm("Write the migration and apply it all the same?"));
    return status || !any || (accepted && !impossible) ? status : risks_refuse(c, impossible);
}

/* The question before something is destroyed. */
#include "config.h"

#include "cli/production_guard.h"

#include "cli/terminal.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/printable.h"

#include <stdio.h>
#include <string.h>

static int stopped(inb_error **err)
{
    inb__error_set(err, INB_ECANCELLED, "stopped: nothing was changed");
    inb__error_hint(err, "Run it again to answer otherwise.");
    return INB_ECANCELLED;
}

static int nobody(const inb__production_facts *f, const inb__guard *g, const char *reasons,
                  inb_error **err)
{
    if (*reasons) {
        inb__error_set(err, INB_EINVAL, "the database \"%s\" looks like production", f->database);
        inb__error_detail(err, "%s", reasons);
        inb__error_hint(err,
                        "Give --force to %s all the same, or run it on a terminal and type "
                        "the name of the database.",
                        g->verb);
    } else {
        inb__error_set(err, INB_EINVAL, "nobody is there to confirm it for database \"%s\"",
                       f->database);
        inb__error_hint(err, "Give --force to %s, or run it on a terminal.", g->verb);
    }
    return INB_EINVAL;
}

static void question_write(inb__buf *out, const inb__production_facts *f, const inb__guard *g,
                           const char *reasons)
{
    if (g->what) {
        inb__buf_printf(out, "%s\n", g->what);
    }
    if (*reasons) {
        inb__buf_printf(out, "The database \"%s\" looks like production: %s.\n", f->database,
                        reasons);
    }
}

static bool answer_is_yes(const inb__production_facts *f, const inb__guard *g, bool by_name)
{
    char answer[128];
    INB__AUTO_BUF inb__buf question;
    inb__buf_init(&question, INB__LIMIT_MESSAGE);
    if (by_name) {
        inb__buf_printf(&question, "Type its name to %s:", g->verb);
        return inb__terminal_ask(answer, sizeof(answer), inb__buf_text(&question)) &&
               strcmp(answer, f->database) == 0;
    }
    inb__buf_printf(&question, "Database \"%s\": %s?", f->database, g->verb);
    return inb__terminal_confirm(inb__buf_text(&question));
}

int inb__production_guard(const inb__production_facts *facts, const inb__guard *guard,
                          inb_error **err)
{
    INB__AUTO_BUF inb__buf reasons;
    INB__AUTO_BUF inb__buf question;
    INB__AUTO_BUF inb__buf shown;
    inb__buf_init(&reasons, INB__LIMIT_MESSAGE);
    inb__buf_init(&question, INB__LIMIT_MESSAGE);
    inb__buf_init(&shown, INB__LIMIT_MESSAGE);
    bool production = inb__production_looks(&reasons, facts);
    if (guard->force || (!production && !guard->always)) {
        return 0;
    }
    if (!inb__terminal_is_there()) {
        return nobody(facts, guard, inb__buf_text(&reasons), err);
    }
    question_write(&question, facts, guard, inb__buf_text(&reasons));
    inb__printable_lines(&shown, inb__str_of(inb__buf_text(&question)));
    fputs(inb__buf_text(&shown), stderr);
    return answer_is_yes(facts, guard, production) ? 0 : stopped(err);
}

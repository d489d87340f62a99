/* The hints of the engine that depend on who reads them, and the names that are filled in. */
#include "config.h"

#include "engine/hint.h"

#include "postgres/quote.h"
#include "util/cleanup.h"
#include "util/error_set.h"
#include "util/limits.h"
#include "util/template.h"

/* What a program that says nothing has: the options of the call itself. */
static const inb_option_names library = {
    .release = "inb_migrate() with mode = INB_MODE_RELEASE",
    .allow_unknown = "allow_unknown = true in inb_migrate_options",
    .out_of_order = "order = INB_ORDER_ALLOW in inb_migrate_options",
    .backfill = "inb_backfill_run()",
    .confirm = "inb_migrate() with mode = INB_MODE_RELEASE and, in confirm,",
    .direct_url = "direct_url in inb_migrate_options",
};

typedef enum means {
    MEANS_RELEASE,
    MEANS_UNKNOWN,
    MEANS_ORDER,
    MEANS_URL,
    MEANS_RESOLVE,
    MEANS_BACKFILL,
    MEANS_CONFIRM
} means;

static const struct {
    means needs;
    const char *with, *without; /* the reader has it, or not */
} hints[] = {
    [INB__HINT_FAILED] = {MEANS_RESOLVE,
                          "Check the database, then run :\"resolve\" with --rolled-back NAME (to "
                          "apply it again) or --applied NAME (when all of it is there).",
                          "Check the database, then record what became of it: UPDATE :\"history\" "
                          "SET rolled_back_at = now() WHERE migration_name = :\"migration\" AND "
                          "finished_at IS NULL; applies it again, SET finished_at = now() says "
                          "that all of it is there."},
    [INB__HINT_EDITED] = {MEANS_RELEASE,
                          "Restore the applied file and put the change into a new migration.",
                          "Restore the applied file and put the change into a new migration."},
    [INB__HINT_MISSING] = {MEANS_UNKNOWN,
                           "Restore the migration's folder; or, when this release works with the "
                           "database as it is, go on with :\"allow_unknown\".",
                           "Restore the migration's folder, or start another release."},
    [INB__HINT_UNKNOWN] = {MEANS_UNKNOWN,
                           "Start the release that contains this migration; or, when this release "
                           "works with the database as it is, go on with :\"allow_unknown\".",
                           "Start the release that contains this migration."},
    [INB__HINT_UNRELATED] = {MEANS_UNKNOWN,
                             "Make sure that these migrations belong to this database; if they "
                             "do, go on with :\"allow_unknown\".",
                             "Make sure that these migrations belong to this database."},
    [INB__HINT_ORDER] = {MEANS_ORDER,
                         "Give the migration a later time in its name, or apply it out of order "
                         "with :\"out_of_order\".",
                         "Give the migration a later time in its name."},
    [INB__HINT_NOT_EMPTY] = {MEANS_RESOLVE,
                             "Baseline it: run :\"resolve\" --applied NAME for each migration "
                             "whose objects already exist.",
                             "Name an empty schema in the URL; or baseline it: create :\"history\" "
                             "with a row for each migration whose objects already exist "
                             "(docs/FROM_PRISMA.md)."},
    [INB__HINT_PENDING] = {MEANS_RELEASE,
                           "Run the release job (:\"release\"), which applies every class.",
                           "Run the release job, which applies every class."},
    [INB__HINT_BACKFILL] = {MEANS_BACKFILL,
                            "Run :\"backfill\", which goes on where it was; then the release job "
                            "again, for what comes after it.",
                            "Run the backfill, then the release job again, for what comes after "
                            "it."},
    [INB__HINT_CONFIRM] = {MEANS_CONFIRM,
                           "When that is so, run :\"confirm\" :\"migration\": it is recorded who "
                           "said so.",
                           "When that is so, run the release job and confirm it."},
    [INB__HINT_UNFIT] = {MEANS_RESOLVE,
                         "Nothing was applied. Correct the file; or, where it must not change, "
                         "run its statements by hand and then :\"resolve\" --applied NAME.",
                         "Nothing was applied. Correct the file; or, where it must not change, "
                         "run its statements by hand and insert its row into :\"history\"."},
    [INB__HINT_ENDED] = {MEANS_RESOLVE,
                         "Remove BEGIN and COMMIT from the file, check the state of the database, "
                         "and run :\"resolve\" with --applied or --rolled-back.",
                         "Remove BEGIN and COMMIT from the file, check the state of the database, "
                         "and record what became of it: UPDATE :\"history\" SET rolled_back_at = "
                         "now() WHERE migration_name = :\"migration\" AND finished_at IS NULL; "
                         "applies it again, SET finished_at = now() says that all of it is "
                         "there."},
    [INB__HINT_POOL_FULL] = {MEANS_URL,
                             "Set :\"direct_url\" to the address of the database itself, or "
                             "enlarge the pool.",
                             "Connect to the database itself, or enlarge the pool."},
    [INB__HINT_POOLER] = {MEANS_URL,
                          "Set :\"direct_url\" to the address of the database itself, or to a "
                          "pool in session mode.",
                          "Connect to the database itself, or to a pool in session mode."},
};

static const char *or_none(const char *text)
{
    return text ? text : "";
}

void inb__hint_set(inb_error **err, inb__hint hint, const inb_option_names *names,
                   const char *history, const char *migration)
{
    INB__AUTO_BUF inb__buf literal;
    INB__AUTO_BUF inb__buf text;
    names = names ? names : &library;
    inb__buf_init(&literal, INB__LIMIT_MESSAGE);
    inb__buf_init(&text, INB__LIMIT_MESSAGE);
    inb__quote_literal(&literal, inb__str_of(migration));
    const inb__variable variables[] = {
        {"release", or_none(names->release)},
        {"allow_unknown", or_none(names->allow_unknown)},
        {"out_of_order", or_none(names->out_of_order)},
        {"direct_url", or_none(names->direct_url)},
        {"resolve", or_none(names->resolve)},
        {"backfill", or_none(names->backfill)},
        {"confirm", or_none(names->confirm)},
        {"history", history},
        {"migration", inb__buf_text(&literal)},
    };
    const char *has = variables[hints[hint].needs].text;
    inb__template_fill(&text, *has ? hints[hint].with : hints[hint].without, variables,
                       sizeof(variables) / sizeof(variables[0]));
    inb__error_hint(err, "%s", inb__buf_text(&text));
}

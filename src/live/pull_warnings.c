/* The warnings of db pull as one text: Prisma's groups and sentences, then inboard's own. */
#include "config.h"

#include "live/pull.h"

#define NAMES                                                                                      \
    "Please provide valid ones that match [a-zA-Z][a-zA-Z0-9_]* using the `@map` attribute:"
#define FIELDS                                                                                     \
    "These fields were commented out because their names are currently not supported by "          \
    "Prisma. " NAMES
#define ENRICHED " information taken from the previous Prisma schema:"
#define TYPES                                                                                      \
    "These fields are not supported by Prisma Client, because Prisma currently does not support "  \
    "their types:"
#define SUPPORT "because Prisma currently does not fully support "

static const struct {
    const char *name; /* in JSON */
    const char *heading;
} groups[INB__PULL_WARNINGS] = {
    [INB__PULL_FIELD_COMMENTED] = {"field-commented-out", FIELDS},
    [INB__PULL_VIEW_FIELD_COMMENTED] = {"field-commented-out", FIELDS},
    [INB__PULL_FIELD_MAPPED] = {"field-mapped", "These fields were enriched with `@map`" ENRICHED},
    [INB__PULL_VIEW_FIELD_MAPPED] = {"field-mapped",
                                     "These fields were enriched with `@map`" ENRICHED},
    [INB__PULL_VALUE_COMMENTED] = {"value-commented-out",
                                   "These enum values were commented out because their names are "
                                   "currently not supported by Prisma. " NAMES},
    [INB__PULL_NO_COLUMNS] = {"no-columns",
                              "The following models were commented out as we could not retrieve "
                              "columns for them. Please check your privileges:"},
    [INB__PULL_NO_IDENTIFIER] = {"no-identifier",
                                 "The following models were ignored as they do not have a valid "
                                 "unique identifier or id. This is currently not supported by "
                                 "Prisma Client:"},
    [INB__PULL_ID_NAMED] = {"id-named",
                            "These models were enriched with custom compound id names taken from "
                            "the previous Prisma schema:"},
    [INB__PULL_UNSUPPORTED] = {"unsupported-type", TYPES},
    [INB__PULL_VIEW_UNSUPPORTED] = {"unsupported-type", TYPES},
    [INB__PULL_MODEL_MAPPED] = {"model-mapped", "These models were enriched with `@@map`" ENRICHED},
    [INB__PULL_VIEW_MAPPED] = {"view-mapped", "These views were enriched with `@@map`" ENRICHED},
    [INB__PULL_VALUE_MAPPED] = {"value-mapped",
                                "These enum values were enriched with `@map`" ENRICHED},
    [INB__PULL_ENUM_MAPPED] = {"enum-mapped", "These enums were enriched with `@@map`" ENRICHED},
    [INB__PULL_RELATIONS_COPIED] = {"relations-copied",
                                    "Relations were copied from the previous data model due to not "
                                    "using foreign keys in the database. If any of the relation "
                                    "columns changed in the database, the relations might not be "
                                    "correct anymore:"},
    [INB__PULL_RENAMED] = {"renamed", "These items were renamed due to their names being "
                                      "duplicates in the Prisma schema:"},
    [INB__PULL_PARTITIONED] = {"partitioned", "These tables are partition tables, which are not "
                                              "yet fully supported:"},
    [INB__PULL_INHERITED] = {"inherited", "These tables are inherited tables, which are not yet "
                                          "fully supported:"},
    [INB__PULL_NULLS_ORDER] = {"nulls-order",
                               "These index columns are having a non-default null sort order, "
                               "which is not yet fully supported. Read more: "
                               "https://pris.ly/d/non-default-index-null-ordering"},
    [INB__PULL_ROW_SECURITY] = {"row-security",
                                "These tables contain row level security, which is not yet fully "
                                "supported. Read more: https://pris.ly/d/row-level-security"},
    [INB__PULL_CHECK] = {"check", "These constraints are not supported by Prisma Client, " SUPPORT
                                  "check constraints. Read more: "
                                  "https://pris.ly/d/check-constraints"},
    [INB__PULL_EXCLUSION] = {"exclusion",
                             "These constraints are not supported by Prisma Client, " SUPPORT
                             "exclusion constraints. Read more: "
                             "https://pris.ly/d/exclusion-constraints"},
    [INB__PULL_DEFERRABLE] = {"deferrable",
                              "These primary key, foreign key or unique constraints are using "
                              "non-default deferring in the database, which is not yet fully "
                              "supported. Read more: https://pris.ly/d/constraint-deferring"},
    [INB__PULL_COMMENT] = {"comment",
                           "These objects have comments defined in the database, which is not yet "
                           "fully supported. Read more: https://pris.ly/d/database-comments"},
    [INB__PULL_EXPRESSION_INDEX] = {"expression-index",
                                    "These indexes are not supported by Prisma Client, " SUPPORT
                                    "expression indexes. Read more: "
                                    "https://pris.ly/d/expression-indexes"},
    [INB__PULL_INDEX_LEFT_OUT] = {"index-left-out",
                                  "These indexes are left out: they are not valid, or have an "
                                  "access method that the schema language does not know:"},
    [INB__PULL_INDEX_SIMPLER] = {"index-simplified",
                                 "These indexes have an INCLUDE, NULLS NOT DISTINCT, collation or "
                                 "operator class that the schema language cannot say:"},
    [INB__PULL_KEY_LEFT_OUT] = {"key-left-out",
                                "These foreign keys are left out: they refer to tables that were "
                                "not pulled, or to columns of another type:"},
    [INB__PULL_KEY_SIMPLER] = {"key-simplified",
                               "These foreign keys are NOT VALID, MATCH FULL or SET NULL for some "
                               "columns, which the schema language cannot say:"},
    [INB__PULL_GENERATED] = {"generated", "These columns are generated by the database, which the "
                                          "schema language cannot say:"},
    [INB__PULL_UNREADABLE] = {"unreadable", "This role has no right to read these tables; they "
                                            "were pulled from the catalog:"},
};

const char *inb__pull_warning_name(inb__pull_warning_kind kind)
{
    return groups[kind].name;
}

void inb__pull_warnings_write(inb__buf *out, const inb__pulled *pulled)
{
    for (int kind = 0; kind < INB__PULL_WARNINGS; kind++) {
        bool open = false;
        for (size_t i = 0; i < pulled->n_warnings; i++) {
            const inb__pull_warning *w = &pulled->warnings[i];
            if ((int)w->kind == kind) {
                inb__buf_str(out, out->length == 0 ? "*** WARNING ***\n" : "");
                if (!open) {
                    inb__buf_printf(out, "\n%s\n", groups[kind].heading);
                }
                inb__buf_printf(out, "  - %.*s\n", INB__STR_ARG(w->text));
                open = true;
            }
        }
    }
}

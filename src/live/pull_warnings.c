/* The warnings of db pull as one text: what the text of a schema does not say, by kind. */
#include "config.h"

#include "live/pull.h"

#define FROM_SCHEMA "taken from the present schema"
#define NOT_SAID "that the schema language cannot say"
#define NAMES                                                                                      \
    "which have other characters than letters, digits and underscores, or begin with no letter; "  \
    "give them a name with @map"

static const struct {
    const char *name; /* in JSON */
    const char *heading;
} groups[INB__PULL_WARNINGS] = {
    [INB__PULL_FIELD_COMMENTED] = {"field-commented-out",
                                   "fields commented out for their names, " NAMES},
    [INB__PULL_VIEW_FIELD_COMMENTED] = {"field-commented-out",
                                        "fields of views commented out for their names, " NAMES},
    [INB__PULL_FIELD_MAPPED] = {"field-mapped", "fields with a name " FROM_SCHEMA},
    [INB__PULL_VIEW_FIELD_MAPPED] = {"field-mapped", "fields of views with a name " FROM_SCHEMA},
    [INB__PULL_VALUE_COMMENTED] = {"value-commented-out",
                                   "enum values commented out for their names, " NAMES},
    [INB__PULL_NO_COLUMNS] = {"no-columns",
                              "tables commented out, because this role sees no column of them"},
    [INB__PULL_NO_IDENTIFIER] =
        {"no-identifier",
         "models with @@ignore, because no key of theirs has only NOT NULL columns"},
    [INB__PULL_ID_NAMED] = {"id-named", "models with a name of their compound key " FROM_SCHEMA},
    [INB__PULL_UNSUPPORTED] = {"unsupported-type", "fields with a type " NOT_SAID},
    [INB__PULL_VIEW_UNSUPPORTED] = {"unsupported-type", "fields of views with a type " NOT_SAID},
    [INB__PULL_MODEL_MAPPED] = {"model-mapped", "models with a name " FROM_SCHEMA},
    [INB__PULL_VIEW_MAPPED] = {"view-mapped", "views with a name " FROM_SCHEMA},
    [INB__PULL_VALUE_MAPPED] = {"value-mapped", "enum values with a name " FROM_SCHEMA},
    [INB__PULL_ENUM_MAPPED] = {"enum-mapped", "enums with a name " FROM_SCHEMA},
    [INB__PULL_RELATIONS_COPIED] = {"relations-copied",
                                    "relations " FROM_SCHEMA ", which no foreign key proves"},
    [INB__PULL_RENAMED] =
        {"renamed",
         "renamed, because two of them had the same name, or one has no letter of A to Z"},
    [INB__PULL_PARTITIONED] = {"partitioned",
                               "tables with partitions, which the schema language cannot say"},
    [INB__PULL_INHERITED] =
        {"inherited", "tables that inherit from others, which the schema language cannot say"},
    [INB__PULL_NULLS_ORDER] = {"nulls-order", "index columns with an order of NULLs " NOT_SAID},
    [INB__PULL_ROW_SECURITY] =
        {"row-security", "tables with row-level security, which the schema language cannot say"},
    [INB__PULL_CHECK] = {"check", "check constraints, which the schema language cannot say"},
    [INB__PULL_EXCLUSION] = {"exclusion",
                             "exclusion constraints, which the schema language cannot say"},
    [INB__PULL_DEFERRABLE] = {"deferrable",
                              "deferrable constraints, which the schema language cannot say"},
    [INB__PULL_COMMENT] = {"comment",
                           "comments in the database, which the schema language cannot say"},
    [INB__PULL_EXPRESSION_INDEX] = {"expression-index",
                                    "indexes of expressions, which the schema language cannot say"},
    [INB__PULL_INDEX_LEFT_OUT] =
        {"index-left-out",
         "indexes left out, because they are not valid or have an access method " NOT_SAID},
    [INB__PULL_INDEX_SIMPLER] =
        {"index-simplified",
         "indexes with an INCLUDE, NULLS NOT DISTINCT, collation or operator class " NOT_SAID},
    [INB__PULL_KEY_LEFT_OUT] = {"key-left-out",
                                "foreign keys left out, because they refer to tables that were not "
                                "pulled or to columns of another type"},
    [INB__PULL_KEY_SIMPLER] = {"key-simplified",
                               "foreign keys with NOT VALID, MATCH FULL or SET NULL for some "
                               "columns, which the schema language cannot say"},
    [INB__PULL_GENERATED] = {"generated",
                             "generated columns, which the schema language cannot say"},
    [INB__PULL_UNREADABLE] =
        {"unreadable", "tables that this role may not read; they were pulled from the catalog"},
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
                if (!open) {
                    inb__buf_printf(out, "warning: %s:\n", groups[kind].heading);
                }
                inb__buf_printf(out, "  - %.*s\n", INB__STR_ARG(w->text));
                open = true;
            }
        }
    }
}

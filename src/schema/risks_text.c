/* The risks as sentences, and whether counts rule them out. */
#include "config.h"

#include "schema/diff.h"

static const char *const names[INB__RISKS] = {
    [INB__RISK_NON_EMPTY_TABLE_DROP] = "NonEmptyTableDrop",
    [INB__RISK_NON_EMPTY_COLUMN_DROP] = "NonEmptyColumnDrop",
    [INB__RISK_RISKY_CAST] = "RiskyCast",
    [INB__RISK_PRIMARY_KEY_CHANGE] = "PrimaryKeyChange",
    [INB__RISK_UNIQUE_CONSTRAINT_ADDITION] = "UniqueConstraintAddition",
    [INB__RISK_ENUM_VALUE_REMOVAL] = "EnumValueRemoval",
    [INB__RISK_DROP_AND_RECREATE_COLUMN] = "DropAndRecreateColumn",
    [INB__RISK_ZONED_CAST] = "TimeZoneCast",
    [INB__RISK_FOREIGN_KEY_ADDITION] = "ForeignKeyAddition",
    [INB__RISK_PRIMARY_KEY_ADDITION] = "PrimaryKeyAddition",
    [INB__RISK_SEQUENCE_START] = "SequenceStart",
    [INB__RISK_SEQUENCE_DROP] = "SequenceDrop",
    [INB__RISK_EXTENSION_CHANGE] = "ExtensionChange",
    [INB__RISK_EXTENSION_UNCHANGED] = "ExtensionUnchanged",
    [INB__RISK_ENUM_VALUE_ORDER] = "EnumValueOrder",
    [INB__RISK_JOIN_SIDES_UNKNOWN] = "JoinTableSidesUnknown",
    [INB__RISK_ADDED_REQUIRED_FIELD] = "AddedRequiredFieldToTable",
    [INB__RISK_ADDED_REQUIRED_FIELD_CLIENT_DEFAULT] =
        "AddedRequiredFieldToTableWithPrismaLevelDefault",
    [INB__RISK_MADE_OPTIONAL_FIELD_REQUIRED] = "MadeOptionalFieldRequired",
    [INB__RISK_MADE_SCALAR_FIELD_LIST] = "MadeScalarFieldIntoArrayField",
    [INB__RISK_DROP_AND_RECREATE_REQUIRED_COLUMN] = "DropAndRecreateRequiredColumn",
};

const char *inb__risk_name(inb__risk_kind kind)
{
    return names[kind];
}

bool inb__risk_applies(const inb__risk *check)
{
    bool rows = check->rows != 0, values = check->non_null != 0;
    if (check->kind == INB__RISK_MADE_OPTIONAL_FIELD_REQUIRED) {
        bool counted = check->rows >= 0 && check->non_null >= 0;
        return !counted || check->rows > check->non_null;
    }
    return (!check->needs_rows || rows) && (!check->needs_non_null || values);
}

static void names_write(inb__buf *out, const inb__risk *c)
{
    for (size_t i = 0; i < c->n_names; i++) {
        inb__buf_printf(out, "%s\"%.*s\"", i ? ", " : "", INB__STR_ARG(c->names[i]));
    }
}

/* What is there, when somebody has counted. */
static void count_write(inb__buf *out, int64_t n, const char *thing)
{
    if (n != INB__COUNT_UNKNOWN) {
        inb__buf_printf(out, ": it has %lld %s%s", (long long)n, thing, n == 1 ? "" : "s");
    }
}

static void table_drop_text(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(out, "table \"%.*s\" is dropped with all its rows", INB__STR_ARG(c->table));
    count_write(out, c->rows, "row");
}

static void column_write(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(out, "column \"%.*s\" of table \"%.*s\" ", INB__STR_ARG(c->column),
                    INB__STR_ARG(c->table));
}

static void column_drop_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_str(out, "is dropped with all its values");
    count_write(out, c->non_null, "value");
}

static void risky_cast_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_printf(out, "is cast from %.*s to %.*s, which may cut values or fail",
                    INB__STR_ARG(c->from_type), INB__STR_ARG(c->to_type));
    count_write(out, c->non_null, "value");
}

static void primary_key_text(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(out, "the primary key of table \"%.*s\" is replaced", INB__STR_ARG(c->table));
    count_write(out, c->rows, "row");
}

static void unique_text(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(out, "table \"%.*s\" gets a unique index on ", INB__STR_ARG(c->table));
    names_write(out, c);
    inb__buf_str(out, ", which fails when rows have the same values there");
}

static void enum_text(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(out, "enum \"%.*s\" loses ", INB__STR_ARG(c->table));
    names_write(out, c);
    inb__buf_str(out, ", which fails when a row still has it");
}

static void recreate_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_str(out, "is dropped and recreated, which loses its values");
    count_write(out, c->non_null, "value");
}

static void required_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_str(out, "is required and has no default, so it cannot be added to a table with rows");
    count_write(out, c->rows, "row");
}

static void required_client_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_str(
        out, "is required and only clients fill it, so it cannot be added to a table with rows");
    count_write(out, c->rows, "row");
}

static void made_required_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_str(out, "becomes required, which fails when a row has NULL there");
    bool counted = c->rows >= 0 && c->non_null >= 0;
    count_write(out, counted ? c->rows - c->non_null : INB__COUNT_UNKNOWN, "NULL value");
}

static void made_list_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_str(out, "becomes a list, to which its values cannot be cast");
    count_write(out, c->non_null, "value");
}

static void recreate_required_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_str(out, "is dropped and recreated, required and without a default, so its table "
                      "must be empty");
    count_write(out, c->rows, "row");
}

static void zoned_cast_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_printf(out, "is cast from %.*s to %.*s by the time zone of the session that does it",
                    INB__STR_ARG(c->from_type), INB__STR_ARG(c->to_type));
    count_write(out, c->non_null, "value");
}

static void foreign_key_text(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(out, "table \"%.*s\" gets a foreign key on ", INB__STR_ARG(c->table));
    names_write(out, c);
    inb__buf_printf(out, " to table \"%.*s\", which fails when a row refers to a missing row",
                    INB__STR_ARG(c->to_type));
}

static void primary_key_addition_text(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(out, "table \"%.*s\" gets a primary key on ", INB__STR_ARG(c->table));
    names_write(out, c);
    inb__buf_str(out, ", which fails when rows have the same values or NULL there");
}

static void sequence_start_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_str(out, "gets a sequence that starts at 1, whatever numbers its rows have: set it "
                      "after them");
    count_write(out, c->non_null, "value");
}

static void sequence_drop_text(inb__buf *out, const inb__risk *c)
{
    column_write(out, c);
    inb__buf_str(out, "loses its sequence, which is dropped with its last number");
}

static void extension_change_text(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(out,
                    "extension \"%.*s\" is altered, which fails where the server has no script for "
                    "the new version or the extension cannot be moved",
                    INB__STR_ARG(c->table));
}

static void extension_unchanged_text(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(out,
                    "extension \"%.*s\" stays as it is: the old schema does not say which version "
                    "it has and where it is",
                    INB__STR_ARG(c->table));
}

static void enum_order_text(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(out,
                    "enum \"%.*s\" keeps the order of its values, with new ones behind them: ORDER "
                    "BY and comparisons do not follow the schema",
                    INB__STR_ARG(c->table));
}

static void join_text(inb__buf *out, const inb__risk *c)
{
    inb__buf_printf(
        out,
        "both fields of the self relation in table \"%.*s\" have new names: its columns "
        "A and B may have changed sides, which no step does",
        INB__STR_ARG(c->table));
    count_write(out, c->rows, "row");
}

void inb__risk_text(inb__buf *out, const inb__risk *check)
{
    static void (*const texts[INB__RISKS])(inb__buf *, const inb__risk *) = {
        [INB__RISK_NON_EMPTY_TABLE_DROP] = table_drop_text,
        [INB__RISK_NON_EMPTY_COLUMN_DROP] = column_drop_text,
        [INB__RISK_RISKY_CAST] = risky_cast_text,
        [INB__RISK_PRIMARY_KEY_CHANGE] = primary_key_text,
        [INB__RISK_UNIQUE_CONSTRAINT_ADDITION] = unique_text,
        [INB__RISK_ENUM_VALUE_REMOVAL] = enum_text,
        [INB__RISK_DROP_AND_RECREATE_COLUMN] = recreate_text,
        [INB__RISK_ZONED_CAST] = zoned_cast_text,
        [INB__RISK_FOREIGN_KEY_ADDITION] = foreign_key_text,
        [INB__RISK_PRIMARY_KEY_ADDITION] = primary_key_addition_text,
        [INB__RISK_SEQUENCE_START] = sequence_start_text,
        [INB__RISK_SEQUENCE_DROP] = sequence_drop_text,
        [INB__RISK_EXTENSION_CHANGE] = extension_change_text,
        [INB__RISK_EXTENSION_UNCHANGED] = extension_unchanged_text,
        [INB__RISK_ENUM_VALUE_ORDER] = enum_order_text,
        [INB__RISK_JOIN_SIDES_UNKNOWN] = join_text,
        [INB__RISK_ADDED_REQUIRED_FIELD] = required_text,
        [INB__RISK_ADDED_REQUIRED_FIELD_CLIENT_DEFAULT] = required_client_text,
        [INB__RISK_MADE_OPTIONAL_FIELD_REQUIRED] = made_required_text,
        [INB__RISK_MADE_SCALAR_FIELD_LIST] = made_list_text,
        [INB__RISK_DROP_AND_RECREATE_REQUIRED_COLUMN] = recreate_required_text,
    };
    texts[check->kind](out, check);
}

/* The table of rules. */
#include "config.h"

#include "review/lint_rules.h"

#include "review/lint_pages.h"

#define E INB__SEVERITY_ERROR
#define W INB__SEVERITY_WARNING
#define N INB__SEVERITY_NOTE
#define BLOCK INB_CLASS_BLOCKING
#define CONTRACT INB_CLASS_CONTRACTING
#define NONE INB__LINT_NO_CLASS

const inb__lint_rule inb__lint_rules[INB__LINT_RULES] = {
    [INB__LINT_INDEX_NOT_CONCURRENT] = {"index-not-concurrent", E, BLOCK,
                                        " require-concurrent-index-creation E6 PG101 ",
                                        "an index is built while writers wait"},
    [INB__LINT_DROP_INDEX_NOT_CONCURRENT] = {"drop-index-not-concurrent", W, CONTRACT,
                                             " require-concurrent-index-deletion PG102 ",
                                             "an index is dropped while readers and writers wait"},
    [INB__LINT_REINDEX_NOT_CONCURRENT] = {"reindex-not-concurrent", E, BLOCK,
                                          " require-concurrent-reindex ",
                                          "an index is rebuilt while writers wait"},
    [INB__LINT_INDEX_IF_NOT_EXISTS] = {"index-if-not-exists", W, NONE, " ",
                                       "IF NOT EXISTS is satisfied by an invalid index"},
    [INB__LINT_INDEX_DUPLICATE] = {"index-duplicate", W, NONE, " ",
                                   "another index already does what this one does"},
    [INB__LINT_INDEX_WIDE] = {"index-wide", N, NONE, " ", "an index has more than three columns"},
    [INB__LINT_DETACH_NOT_CONCURRENT] = {"detach-not-concurrent", W, CONTRACT,
                                         " require-concurrent-partition-detach ",
                                         "a partition is detached while readers and writers wait"},
    [INB__LINT_ATTACH_SCANS] = {"attach-scans", W, BLOCK, " ",
                                "a table is read completely while it becomes a partition"},
    [INB__LINT_FOREIGN_KEY_VALIDATED] = {"foreign-key-validated", E, BLOCK,
                                         " adding-foreign-key-constraint E1 "
                                         "constraint-missing-not-valid ",
                                         "a foreign key is checked while writers wait"},
    [INB__LINT_FOREIGN_KEY_NO_INDEX] = {"foreign-key-no-index", W, NONE, " E15 ",
                                        "the columns of a foreign key have no index"},
    [INB__LINT_CHECK_VALIDATED] = {"check-validated", E, BLOCK,
                                   " constraint-missing-not-valid E1 PG305 ",
                                   "a CHECK is checked while readers and writers wait"},
    [INB__LINT_NOT_NULL_SCANS] = {"not-null-scans", E, CONTRACT,
                                  " adding-not-nullable-field E2 MF104 PG303 ",
                                  "SET NOT NULL reads all rows while readers and writers wait"},
    [INB__LINT_KEY_BUILDS_INDEX] = {"key-builds-index", E, BLOCK,
                                    " disallowed-unique-constraint "
                                    "adding-serial-primary-key-field "
                                    "constraint-missing-not-valid E7 MF101 PG104 PG105 ",
                                    "a key builds its index while readers and writers wait"},
    [INB__LINT_EXCLUSION_BUILDS_INDEX] = {"exclusion-builds-index", E, BLOCK,
                                          " constraint-missing-not-valid E8 ",
                                          "EXCLUDE builds an index while readers and writers wait"},
    [INB__LINT_PRIMARY_KEY_NULLABLE] = {"primary-key-nullable", E, CONTRACT, " W14 PG304 ",
                                        "a primary key makes columns NOT NULL by reading all rows"},
    [INB__LINT_VALIDATE_SAME_TRANSACTION] =
        {"validate-same-transaction", E, BLOCK, " constraint-missing-not-valid ",
         "a constraint is validated in the transaction that adds it"},
    [INB__LINT_TYPE_REWRITES] = {"type-rewrites", E, BLOCK, " changing-column-type E5 E10 PG301 ",
                                 "a change of type rewrites the table"},
    [INB__LINT_TYPE_NARROWS] = {"type-narrows", E, CONTRACT, " changing-column-type E5 PG301 ",
                                "a change of type can refuse values or change their meaning"},
    [INB__LINT_COLUMN_REWRITES] = {"column-rewrites", E, BLOCK,
                                   " adding-field-with-default E11 PG302 ",
                                   "a new column rewrites the table"},
    [INB__LINT_COLUMN_REQUIRED] = {"column-required", E, CONTRACT, " adding-required-field MF103 ",
                                   "a new column is NOT NULL and has no default"},
    [INB__LINT_TABLE_REWRITES] = {"table-rewrites", E, BLOCK, " prefer-repack E10 ",
                                  "a table is rewritten while readers and writers wait"},
    [INB__LINT_LOCK_HELD] = {"lock-held", E, BLOCK, " E4 ",
                             "a statement is slow while its transaction holds a strong lock"},
    [INB__LINT_LOCK_EXPLICIT] = {"lock-explicit", W, BLOCK, " ", "LOCK TABLE stops others"},
    [INB__LINT_TRIGGER_ON_TABLE] = {"trigger-on-table", W, CONTRACT, " ",
                                    "writes to an existing table have other effects than before"},
    [INB__LINT_ROW_SECURITY] = {"row-security", W, CONTRACT, " ",
                                "clients see other rows than before"},
    [INB__LINT_REFRESH_NOT_CONCURRENT] = {"refresh-not-concurrent", W, BLOCK, " ",
                                          "a materialized view is refreshed while readers wait"},
    [INB__LINT_DOMAIN_CONSTRAINT] = {"domain-constraint", W, NONE,
                                     " ban-alter-domain-with-add-constraint "
                                     "ban-create-domain-with-constraint ",
                                     "a constraint of a domain is hard to change later"},
    [INB__LINT_ROWS_ALL] = {"rows-all", E, BLOCK, " ", "every row of a table is changed"},
    [INB__LINT_ROWS_IN_ONE_GO] = {"rows-in-one-go", W, BLOCK, " ",
                                  "rows are changed in one transaction"},
    [INB__LINT_TRUNCATE] = {"truncate", E, CONTRACT, " ban-truncate-cascade ",
                            "a table is emptied"},
    [INB__LINT_DROP_DATABASE] = {"drop-database", E, CONTRACT, " ban-drop-database ",
                                 "a database is dropped"},
    [INB__LINT_DROP_SCHEMA] = {"drop-schema", E, CONTRACT, " DS101 ", "a schema is dropped"},
    [INB__LINT_DROP_TABLE] = {"drop-table", E, CONTRACT, " ban-drop-table DS102 ",
                              "a table is dropped"},
    [INB__LINT_DROP_COLUMN] = {"drop-column", E, CONTRACT, " ban-drop-column DS103 ",
                               "a column is dropped"},
    [INB__LINT_DROP_CONSTRAINT] = {"drop-constraint", W, CONTRACT, " CD101 ",
                                   "a constraint is dropped"},
    [INB__LINT_DROP_DEFAULT] = {"drop-default", W, CONTRACT, " ", "a column loses its default"},
    [INB__LINT_DROP_NOT_NULL] = {"drop-not-null", W, CONTRACT, " ban-drop-not-null ",
                                 "readers can get NULL where there never was one"},
    [INB__LINT_DROP_OBJECT] = {"drop-object", W, CONTRACT, " ", "an object is dropped"},
    [INB__LINT_DROP_OWNED] = {"drop-owned", E, CONTRACT, " ", "everything of a role is dropped"},
    [INB__LINT_RENAME] = {"rename", E, CONTRACT, " renaming-column renaming-table BC101 BC102 ",
                          "something gets another name or schema"},
    [INB__LINT_REVOKE] = {"revoke", W, CONTRACT, " ", "a role loses privileges"},
    [INB__LINT_ENUM_RENAME_VALUE] = {"enum-rename-value", E, CONTRACT, " ",
                                     "a value of an enum gets another name"},
    [INB__LINT_ENUM_ORDER] = {"enum-order", N, NONE, " require-enum-value-ordering ",
                              "a value is added at the end of an enum"},
    [INB__LINT_OPAQUE] = {"opaque", W, CONTRACT, " ",
                          "the analysis cannot see what a statement does"},
    [INB__LINT_ASSIGNED_TWICE] = {"assigned-twice", E, NONE, " ban-duplicate-column-assignments ",
                                  "a column is assigned twice"},
    [INB__LINT_NOT_REPEATABLE] = {"not-repeatable", N, NONE, " prefer-robust-stmts ",
                                  "outside of a transaction only inboard can resume the file"},
    [INB__LINT_ALTER_TWICE] = {"alter-twice", N, NONE, " W12 ",
                               "two statements alter one table, and one would do"},
    [INB__LINT_KEY_INTEGER] = {"key-integer", W, NONE,
                               " prefer-bigint-over-int "
                               "prefer-bigint-over-smallint ",
                               "a key of 32 bits can run out"},
    [INB__LINT_SERIAL] = {"serial", N, NONE, " prefer-identity ",
                          "serial has a sequence that is only loosely tied to its column"},
    [INB__LINT_TYPE_CHAR] = {"type-char", W, NONE, " ban-char-field ", "char(n) pads its values"},
    [INB__LINT_TYPE_VARCHAR] = {"type-varchar", N, NONE, " prefer-text-field ",
                                "the limit of varchar(n) is hard to lower later"},
    [INB__LINT_TYPE_TIMESTAMP] = {"type-timestamp", N, NONE, " prefer-timestamp-tz ",
                                  "timestamp without time zone is no point in time"},
    [INB__LINT_TYPE_JSON] = {"type-json", W, NONE, " E3 ", "json has no equality"},
    [INB__LINT_OTHER_HAZARD] = {"other-hazard", W, NONE, " ",
                                "a statement is blocking or contracting"},
    [INB__LINT_UNKNOWN_RULE] = {"unknown-rule", W, NONE, " ",
                                "an allowance names no rule, or allows nothing"},
};

const inb__lint_rule *inb__lint_rule_find(inb__str name)
{
    for (size_t i = 0; i < INB__LINT_RULES; i++) {
        if (inb__str_is(name, inb__lint_rules[i].id)) {
            return &inb__lint_rules[i];
        }
    }
    return NULL;
}

bool inb__lint_rule_has(const inb__lint_rule *rule, inb__str other)
{
    const char *at = rule->others;
    while (other.n && (at = strstr(at, " ")) != NULL && at[1]) {
        at++;
        const char *end = strchr(at, ' ');
        if (end && inb__str_eq((inb__str){at, (size_t)(end - at)}, other)) {
            return true;
        }
    }
    return false;
}

const char *inb__lint_rule_page(const inb__lint_rule *rule)
{
    for (size_t i = 0; inb__lint_pages[i].id; i++) {
        if (strcmp(inb__lint_pages[i].id, rule->id) == 0) {
            return inb__lint_pages[i].text;
        }
    }
    return NULL;
}

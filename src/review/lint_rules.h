/* The rules of `inboard lint`: one row each. */
#ifndef INB_REVIEW_LINT_RULES_H
#define INB_REVIEW_LINT_RULES_H

#include "inboard/table.h"
#include "util/diagnostic.h"
#include "util/text.h"

#include <stdbool.h>

typedef enum inb__lint_id {
    INB__LINT_INDEX_NOT_CONCURRENT,
    INB__LINT_DROP_INDEX_NOT_CONCURRENT,
    INB__LINT_REINDEX_NOT_CONCURRENT,
    INB__LINT_INDEX_IF_NOT_EXISTS,
    INB__LINT_INDEX_DUPLICATE,
    INB__LINT_INDEX_WIDE,
    INB__LINT_DETACH_NOT_CONCURRENT,
    INB__LINT_ATTACH_SCANS,
    INB__LINT_FOREIGN_KEY_VALIDATED,
    INB__LINT_FOREIGN_KEY_NO_INDEX,
    INB__LINT_CHECK_VALIDATED,
    INB__LINT_NOT_NULL_SCANS,
    INB__LINT_KEY_BUILDS_INDEX,
    INB__LINT_EXCLUSION_BUILDS_INDEX,
    INB__LINT_PRIMARY_KEY_NULLABLE,
    INB__LINT_VALIDATE_SAME_TRANSACTION,
    INB__LINT_TYPE_REWRITES,
    INB__LINT_TYPE_NARROWS,
    INB__LINT_COLUMN_REWRITES,
    INB__LINT_COLUMN_REQUIRED,
    INB__LINT_TABLE_REWRITES,
    INB__LINT_LOCK_HELD,
    INB__LINT_LOCK_EXPLICIT,
    INB__LINT_TRIGGER_ON_TABLE,
    INB__LINT_ROW_SECURITY,
    INB__LINT_REFRESH_NOT_CONCURRENT,
    INB__LINT_DOMAIN_CONSTRAINT,
    INB__LINT_ROWS_ALL,
    INB__LINT_ROWS_IN_ONE_GO,
    INB__LINT_TRUNCATE,
    INB__LINT_DROP_DATABASE,
    INB__LINT_DROP_SCHEMA,
    INB__LINT_DROP_TABLE,
    INB__LINT_DROP_COLUMN,
    INB__LINT_DROP_CONSTRAINT,
    INB__LINT_DROP_DEFAULT,
    INB__LINT_DROP_NOT_NULL,
    INB__LINT_DROP_OBJECT,
    INB__LINT_DROP_OWNED,
    INB__LINT_RENAME,
    INB__LINT_REVOKE,
    INB__LINT_ENUM_RENAME_VALUE,
    INB__LINT_ENUM_ORDER,
    INB__LINT_OPAQUE,
    INB__LINT_ASSIGNED_TWICE,
    INB__LINT_NOT_REPEATABLE,
    INB__LINT_ALTER_TWICE,
    INB__LINT_KEY_INTEGER,
    INB__LINT_SERIAL,
    INB__LINT_TYPE_CHAR,
    INB__LINT_TYPE_VARCHAR,
    INB__LINT_TYPE_TIMESTAMP,
    INB__LINT_TYPE_JSON,
    INB__LINT_OTHER_HAZARD,
    INB__LINT_UNKNOWN_RULE,
    INB__LINT_RULES
} inb__lint_id;

typedef struct inb__lint_rule {
    const char *id; /* as people write it */
    inb__severity severity;
    int cls;            /* the inb_class whose acceptance covers it, or INB__LINT_NO_CLASS */
    const char *others; /* the names that other linters have for it, between blanks */
    const char *title;
} inb__lint_rule;

#define INB__LINT_NO_CLASS (-1)

extern const inb__lint_rule inb__lint_rules[INB__LINT_RULES];

/* The rule of that name; NULL when there is none. */
const inb__lint_rule *inb__lint_rule_find(inb__str name);

/* Whether another linter has the name for it. One name can be that of several rules. */
bool inb__lint_rule_has(const inb__lint_rule *rule, inb__str other);

/* The page of docs/rules of a rule, as Markdown. */
const char *inb__lint_rule_page(const inb__lint_rule *rule);

#endif

/* The statement that compares the catalogue with what the table expects. */
#ifndef INB_ENGINE_DRIFT_SQL_H
#define INB_ENGINE_DRIFT_SQL_H

/*
 * $1: the schema of the connection; then arrays, an element for each row of the expectation, as
 * inb_expected has them: $2 schema, $3 relation, $4 name, $5 type, $6 schema of the type, $7 kind,
 * $8 flags. One row for each that is not as expected, in order. On own ground (history_sql.h).
 */
extern const char inb__sql_differences[];
enum {
    INB__DIFFERENCE_INDEX, /* from 1 */
    INB__DIFFERENCE_RELATION_MISSING,
    INB__DIFFERENCE_NAME_MISSING,
    INB__DIFFERENCE_ACTUAL, /* the type, definition or expression that it has instead, NULL when
                               that is as expected */
    INB__DIFFERENCE_NULLABLE,
    INB__DIFFERENCE_STATE /* "INVALID", "NOT VALID", NULL */
};

#endif

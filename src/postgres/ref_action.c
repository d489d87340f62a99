/* How referential actions are written in SQL. */
#include "config.h"

#include "postgres/ref_action.h"

const char *inb__ref_action_sql(inb__ref_action action)
{
    static const char *const sql[] = {
        [INB__REF_UNSET] = "",
        [INB__REF_NO_ACTION] = "NO ACTION",
        [INB__REF_RESTRICT] = "RESTRICT",
        [INB__REF_CASCADE] = "CASCADE",
        [INB__REF_SET_NULL] = "SET NULL",
        [INB__REF_SET_DEFAULT] = "SET DEFAULT",
    };
    return sql[action];
}

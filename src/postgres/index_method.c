/* How index access methods and sort orders are written. */
#include "config.h"

#include "postgres/index_method.h"

static const struct {
    const char *name, *sql;
} methods[INB__METHODS] = {
    [INB__METHOD_BTREE] = {"btree", "BTREE"},    [INB__METHOD_HASH] = {"hash", "HASH"},
    [INB__METHOD_GIST] = {"gist", "GIST"},       [INB__METHOD_GIN] = {"gin", "GIN"},
    [INB__METHOD_SPGIST] = {"spgist", "SPGIST"}, [INB__METHOD_BRIN] = {"brin", "BRIN"},
};

const char *inb__index_method_name(inb__index_method method)
{
    return methods[method].name;
}

const char *inb__index_method_sql(inb__index_method method)
{
    return methods[method].sql;
}

const char *inb__sort_order_sql(inb__sort_order order)
{
    static const char *const sql[] = {
        [INB__SORT_NONE] = "", [INB__SORT_ASC] = " ASC", [INB__SORT_DESC] = " DESC"};
    return sql[order];
}

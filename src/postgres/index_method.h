/* Index access methods, and the order of an index column. */
#ifndef INB_POSTGRES_INDEX_METHOD_H
#define INB_POSTGRES_INDEX_METHOD_H

typedef enum inb__index_method {
    INB__METHOD_BTREE, /* PostgreSQL's default */
    INB__METHOD_HASH,
    INB__METHOD_GIST,
    INB__METHOD_GIN,
    INB__METHOD_SPGIST,
    INB__METHOD_BRIN
} inb__index_method;
#define INB__METHODS 6

typedef enum inb__sort_order { INB__SORT_NONE, INB__SORT_ASC, INB__SORT_DESC } inb__sort_order;

/* "gin": pg_am.amname. */
const char *inb__index_method_name(inb__index_method method);

/* "GIN": the same as a keyword's neighbour in generated SQL. */
const char *inb__index_method_sql(inb__index_method method);

/* " ASC", " DESC"; "" when nothing is written. */
const char *inb__sort_order_sql(inb__sort_order order);

#endif

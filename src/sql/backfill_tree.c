/* What the files of a backfill's analysis share: refusing, columns and expressions of the tree. */
#include "config.h"

#include "sql/sql_backfill.h"

bool inb__backfill_refuse(const inb__backfilling *b, size_t offset, const char *hint,
                          const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *message = inb__arena_vprintf(b->c->arena, fmt, ap);
    va_end(ap);
    inb__problem_add(b->problems, offset, hint, "%s", message);
    return false;
}

inb__name inb__backfill_column_ref(const inb__node *n)
{
    inb__name ref = {{"", 0}, {"", 0}};
    const inb__node *fields = inb__node_at(n, "fields");
    INB__NODE_EACH(part, fields)
    {
        ref.schema = ref.name;
        ref.name = inb__node_text(part, "String/sval");
    }
    return ref;
}

inb__str inb__backfill_column(const inb__backfilling *b, const inb__node *n)
{
    const inb__node *ref = n && inb__str_is(n->key, "ColumnRef") ? n : inb__node_at(n, "ColumnRef");
    inb__name name = inb__backfill_column_ref(ref);
    bool own = ref && (name.schema.n == 0 || inb__str_eq(name.schema, b->alias));
    return own ? name.name : INB__STR("");
}

bool inb__backfill_writes(const inb__backfilling *b, inb__str name)
{
    const inb__sql_column *column = inb__catalog_column_find(b->table, name);
    bool writes = inb__catalog_strs_have(&b->written, name) ||
                  (column && column->generated && column->reads.n == 0 && b->written.n > 0);
    for (size_t i = 0; column && column->generated && i < column->reads.n; i++) {
        writes = writes || inb__catalog_strs_have(&b->written, column->reads.v[i]);
    }
    return writes;
}

bool inb__backfill_same(const inb__backfilling *b, const inb__node *x, const inb__node *y)
{
    inb__str column = inb__backfill_column(b, x);
    if (column.n) {
        return inb__str_eq(column, inb__backfill_column(b, y));
    }
    if (!x || !y || x->kind != y->kind || !inb__str_eq(x->text, y->text) ||
        inb__node_count(x) != inb__node_count(y)) {
        return false;
    }
    const inb__node *other = inb__node_first(y);
    INB__NODE_EACH(n, x)
    {
        if (!inb__str_eq(n->key, other->key) || !inb__backfill_same(b, n, other)) {
            return false;
        }
        other = inb__node_next(y, other);
    }
    return true;
}

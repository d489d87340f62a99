#include "config.h"

#include "sql/classify.h"

void inb__sql_classify(inb__sql_statement *s, inb__arena *arena, inb__catalog *catalog, const inb__node *node)
{
    (void)arena;
    (void)catalog;
    const inb__node *body = inb__node_inner(node);
    inb__str type = body->key;
    s->tag = inb__arena_strndup(arena, type.p, type.n);
    s->cls = INB_CLASS_CONTRACTING;
    s->reason = "not classified";
    if (inb__str_is(type, "CreateStmt")) {
        s->cls = INB_CLASS_ADDITIVE;
        s->tag = "CREATE TABLE";
        s->reason = "a new table";
    } else if (inb__str_is(type, "IndexStmt")) {
        s->tag = "CREATE INDEX";
        s->cls = INB_CLASS_BLOCKING;
        if (inb__node_bool(body, "concurrent")) {
            s->cls = INB_CLASS_ADDITIVE;
            s->tag = "CREATE INDEX CONCURRENTLY";
            s->flags |= INB_STATEMENT_NO_TRANSACTION;
        }
    }
}

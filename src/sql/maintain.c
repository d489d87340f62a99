/* Upkeep, and what cannot be seen into. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/lex.h"

#define BLOCK INB_CLASS_BLOCKING
#define AE INB_LOCK_ACCESS_EXCLUSIVE

/* A new table has nobody who could wait. */
static void blocks(inb__classifier *c, const inb__relation *r, uint32_t flags, const char *reason)
{
    if (!inb__classify_is_new(c, r)) {
        inb__classify_as(c, BLOCK, flags, reason);
    }
}

static void referrers_truncate(inb__classifier *c, const inb__relation *r, int depth)
{
    for (size_t i = 0; depth > 0 && i < c->catalog->relations.n; i++) {
        const inb__relation *child = c->catalog->relations.entries[i].value;
        for (size_t k = 0; child && k < child->constraints.n; k++) {
            const inb__constraint *fk = &child->constraints.v[k];
            if (fk->parent == r && !fk->dropped && child != r) {
                inb__classify_lock_all(c, child, AE);
                referrers_truncate(c, child, depth - 1);
            }
        }
    }
}

void inb__fact_truncate(inb__classifier *c)
{
    const inb__node *relations = inb__node_at(c->body, "relations");
    bool cascade = inb__node_is(c->body, "behavior", "DROP_CASCADE");
    INB__NODE_EACH(n, relations)
    {
        inb__relation *r = inb__relation_of(c, n);
        inb__classify_lock_all(c, r, AE);
        if (cascade) {
            referrers_truncate(c, r, 16);
        }
        if (!inb__classify_is_new(c, r)) {
            inb__classify_as(c, INB_CLASS_CONTRACTING, INB_STATEMENT_REWRITES,
                             "all rows are removed");
        }
    }
}

void inb__fact_lock(inb__classifier *c)
{
    const inb__node *relations = inb__node_at(c->body, "relations");
    inb_lock_mode mode = (inb_lock_mode)inb__node_int(c->body, "mode");
    INB__NODE_EACH(n, relations)
    {
        inb__relation *r = inb__relation_of(c, n);
        inb__classify_lock_all(c, r, mode);
        if (mode >= INB_LOCK_SHARE) {
            blocks(c, r, 0, "writers wait until the migration is committed");
        }
    }
}

static bool option_is_on(const inb__node *options, const char *name)
{
    INB__NODE_EACH(n, options)
    {
        const inb__node *option = inb__node_at(n, "DefElem");
        bool off = inb__node_is(option, "arg/String/sval", "false") ||
                   inb__node_is(option, "arg/String/sval", "off");
        if (inb__node_is(option, "defname", name) && !off) {
            return true;
        }
    }
    return false;
}

void inb__fact_vacuum(inb__classifier *c)
{
    const inb__node *options = inb__node_at(c->body, "options");
    const inb__node *tables = inb__node_at(c->body, "rels");
    bool vacuum = inb__node_bool(c->body, "is_vacuumcmd");
    bool full = vacuum && option_is_on(options, "full");
    c->s->tag = full ? "VACUUM FULL" : vacuum ? "VACUUM" : "ANALYZE";
    c->s->flags |= vacuum ? INB_STATEMENT_NO_TRANSACTION : 0;
    INB__NODE_EACH(n, tables)
    {
        inb__classify_lock_all(c, inb__relation_of(c, inb__node_at(n, "VacuumRelation/relation")),
                               full ? AE : INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
    }
    if (full) {
        inb__classify_as(c, BLOCK, INB_STATEMENT_REWRITES,
                         "the table is rewritten while nobody reads it");
    }
}

void inb__fact_cluster(inb__classifier *c)
{
    const inb__node *relation = inb__node_at(c->body, "relation");
    if (!relation) {
        inb__classify_as(c, BLOCK, INB_STATEMENT_REWRITES | INB_STATEMENT_NO_TRANSACTION,
                         "every clustered table is rewritten while nobody reads it");
        return;
    }
    inb__relation *r = inb__relation_of(c, relation);
    inb__classify_lock_all(c, r, AE);
    blocks(c, r, INB_STATEMENT_REWRITES, "the table is rewritten while nobody reads it");
}

static void table_reindex(inb__classifier *c, const inb__relation *r, inb_lock_mode on_table,
                          inb_lock_mode on_index)
{
    inb__classify_lock_all(c, r, on_table);
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        const inb__relation *index = c->catalog->relations.entries[i].value;
        if (index && index->kind == INB__RELATION_INDEX && index->table == r) {
            inb__classify_lock(c, index, on_index);
        }
    }
}

void inb__fact_reindex(inb__classifier *c)
{
    bool concurrent = option_is_on(inb__node_at(c->body, "params"), "concurrently");
    bool index = inb__node_is(c->body, "kind", "REINDEX_OBJECT_INDEX");
    const inb__node *relation = inb__node_at(c->body, "relation");
    inb__relation *r = inb__relation_of(c, relation);
    inb__relation *table = index ? r->table : r;
    inb_lock_mode on_table = concurrent ? INB_LOCK_SHARE_UPDATE_EXCLUSIVE : INB_LOCK_SHARE;
    inb_lock_mode on_index = concurrent ? INB_LOCK_SHARE_UPDATE_EXCLUSIVE : AE;
    c->s->tag = concurrent ? "REINDEX CONCURRENTLY" : "REINDEX";
    c->s->flags |= concurrent || !r ? INB_STATEMENT_NO_TRANSACTION : 0;
    if (index) {
        inb__classify_lock_all(c, table, on_table);
        inb__classify_lock(c, r, on_index);
    } else if (r) {
        table_reindex(c, r, on_table, on_index);
    }
    if (concurrent) {
        inb__name on =
            index || !r ? (inb__name){r ? r->name.schema : INB__STR(""), INB__STR("")} : r->name;
        inb__classify_kind(c, INB_STATEMENT_REINDEX_CONCURRENTLY, on,
                           index ? r->name.name : INB__STR(""));
        inb__classify_as(c, INB_CLASS_ADDITIVE, INB_STATEMENT_SCANS,
                         "the index is built again while readers and writers go on");
    } else if (!table || !inb__classify_is_new(c, table)) {
        inb__classify_as(
            c, BLOCK, INB_STATEMENT_REWRITES | INB_STATEMENT_SCANS,
            "writers wait while the table is read, and so do readers that need the index");
    }
}

void inb__fact_refresh(inb__classifier *c)
{
    inb__relation *r = inb__relation_of(c, inb__node_at(c->body, "relation"));
    bool concurrent = inb__node_bool(c->body, "concurrent");
    inb__classify_lock(c, r, concurrent ? INB_LOCK_EXCLUSIVE : AE);
    for (size_t i = 0; i < r->sources.n; i++) {
        inb__classify_relation_read(c, r->sources.v[i]);
    }
    if (concurrent) {
        c->s->tag = "REFRESH MATERIALIZED VIEW CONCURRENTLY";
        blocks(c, r, 0, "the view's query runs again, which takes as long as its tables are large");
    } else {
        blocks(c, r, INB_STATEMENT_REWRITES, "readers wait while the view's query runs again");
    }
}

/* COMMIT or ROLLBACK as a statement of its own: the server refuses it where a transaction block is open. */
static bool ends_transaction(inb__str body)
{
    inb__token t = inb__lex_significant(body, 0);
    while (t.kind != INB__TOKEN_END) {
        inb__token next = inb__lex_significant(body, t.offset + t.length);
        bool ends = inb__token_is_word(body, t, "commit") || inb__token_is_word(body, t, "rollback");
        if (ends && (inb__token_is_char(body, next, ';') || inb__token_is_word(body, next, "and"))) {
            return true;
        }
        t = next;
    }
    return false;
}

static bool block_ends_transaction(const inb__node *args)
{
    INB__NODE_EACH(n, args)
    {
        if (inb__node_is(n, "DefElem/defname", "as") &&
            ends_transaction(inb__node_text(n, "DefElem/arg/String/sval"))) {
            return true;
        }
    }
    return false;
}

void inb__fact_opaque(inb__classifier *c)
{
    static const struct {
        const char *node, *reason;
    } reasons[] = {
        {"DoStmt", "what a DO block does is not known"},
        {"CallStmt", "what the procedure does is not known"},
        {"ExecuteStmt", "what the prepared statement does is not known"},
    };
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (inb__str_is(c->body->key, reasons[i].node)) {
            inb__classify_opaque(c, reasons[i].reason);
        }
    }
    if (block_ends_transaction(inb__node_at(c->body, "args"))) {
        c->s->flags |= INB_STATEMENT_NO_TRANSACTION;
    }
}

/* Planning takes the locks; only ANALYZE runs what it explains. */
void inb__fact_explain(inb__classifier *c)
{
    bool runs = option_is_on(inb__node_at(c->body, "options"), "analyze");
    inb__classify_node(c, inb__node_at(c->body, "query"));
    c->s->tag = runs ? "EXPLAIN ANALYZE" : "EXPLAIN";
    if (!runs) {
        c->s->opaque = false;
        c->s->cls = INB_CLASS_ADDITIVE;
        c->s->flags = 0;
        c->s->reason = "nothing is run";
    }
}

void inb__fact_subscription(inb__classifier *c)
{
    const inb__node *options = inb__node_at(c->body, "options");
    bool slot = true;
    INB__NODE_EACH(n, options)
    {
        bool off = inb__node_is(n, "DefElem/arg/String/sval", "false");
        bool about = inb__node_is(n, "DefElem/defname", "create_slot") ||
                     inb__node_is(n, "DefElem/defname", "connect");
        slot = slot && !(about && off);
    }
    c->s->flags |= slot ? INB_STATEMENT_NO_TRANSACTION : 0;
}

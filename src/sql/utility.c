/* Upkeep, and what cannot be seen into. */
#include "config.h"

#include "postgres/lock_mode.h"
#include "sql/classifier.h"
#include "sql/extension_call.h"
#include "sql/routine_body.h"

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
        inb__relation *child = c->catalog->relations.entries[i].value;
        for (size_t k = 0; child && k < child->constraints.n; k++) {
            const inb__constraint *fk = &child->constraints.v[k];
            if (fk->parent == r && !fk->dropped && child != r) {
                inb__classify_lock_all(c, child, AE);
                referrers_truncate(c, child, depth - 1);
            }
        }
    }
}

/* ONLY leaves out what is below a table. */
static void range_lock(inb__classifier *c, const inb__node *range, inb_lock_mode mode)
{
    if (inb__classify_inherits(range)) {
        inb__classify_lock_all(c, inb__classify_relation(c, range), mode);
    } else {
        inb__classify_lock(c, inb__classify_relation(c, range), mode);
    }
}

/* Every table that the history tells of, in a schema ("": in any). */
static void tables_lock(inb__classifier *c, inb__str schema, inb_lock_mode mode, bool views,
                        void (*each)(inb__classifier *c, inb__relation *r, inb_lock_mode mode))
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *r = c->catalog->relations.entries[i].value;
        bool table =
            r && (r->kind == INB__RELATION_TABLE || (views && r->kind == INB__RELATION_MATVIEW));
        if (table && (schema.n == 0 || inb__str_eq(r->name.schema, schema))) {
            each(c, r, mode);
        }
    }
}

void inb__utility_truncate(inb__classifier *c)
{
    const inb__node *relations = inb__node_at(c->body, "relations");
    bool cascade = inb__node_is(c->body, "behavior", "DROP_CASCADE");
    INB__NODE_EACH(n, relations)
    {
        inb__relation *r = inb__classify_relation(c, n);
        inb__relation_needed(c, r);
        range_lock(c, n, AE);
        if (cascade) {
            referrers_truncate(c, r, 16);
        }
        if (!inb__classify_is_new(c, r)) {
            inb__classify_as(c, INB_CLASS_CONTRACTING, INB_STATEMENT_REWRITES,
                             "all rows are deleted");
        }
    }
}

void inb__utility_lock(inb__classifier *c)
{
    const inb__node *relations = inb__node_at(c->body, "relations");
    inb_lock_mode mode = (inb_lock_mode)inb__node_int(c->body, "mode");
    INB__NODE_EACH(n, relations)
    {
        inb__relation *r = inb__classify_relation(c, n);
        range_lock(c, n, mode);
        if (r->kind == INB__RELATION_VIEW) {
            inb__query_relation_read(c, r, mode);
        }
        if (inb__lock_mode_blocks_writers(mode)) {
            blocks(c, r, 0, "writers wait until the migration commits");
        }
    }
}

static bool option_is_on(const inb__node *options, const char *name)
{
    INB__NODE_EACH(n, options)
    {
        const inb__node *option = inb__node_at(n, "DefElem");
        bool off =
            inb__node_is(option, "arg/String/sval", "false") ||
            inb__node_is(option, "arg/String/sval", "off") ||
            (inb__node_at(option, "arg/Integer") && inb__node_int(option, "arg/Integer/ival") == 0);
        if (inb__node_is(option, "defname", name) && !off) {
            return true;
        }
    }
    return false;
}

/* Partitions are done, too; what inherits is only read for a sample. */
static void vacuum_lock(inb__classifier *c, inb__relation *r, inb_lock_mode mode, bool samples)
{
    if (r->partitioned) {
        inb__classify_lock_all(c, r, mode);
    } else {
        inb__classify_lock(c, r, mode);
        if (samples) {
            inb__classify_lock_all(c, r, INB_LOCK_ACCESS_SHARE);
        }
    }
}

static void clustered_lock(inb__classifier *c, inb__relation *r, inb_lock_mode mode)
{
    if (r->clustered) {
        inb__classify_lock(c, r, mode);
    }
}

void inb__utility_vacuum(inb__classifier *c)
{
    const inb__node *options = inb__node_at(c->body, "options");
    const inb__node *tables = inb__node_at(c->body, "rels");
    bool vacuum = inb__node_bool(c->body, "is_vacuumcmd");
    bool full = vacuum && option_is_on(options, "full");
    c->s->tag = full ? "VACUUM FULL" : vacuum ? "VACUUM" : "ANALYZE";
    c->s->flags |= vacuum ? INB_STATEMENT_NO_TRANSACTION : 0;
    inb_lock_mode mode = full ? AE : INB_LOCK_SHARE_UPDATE_EXCLUSIVE;
    INB__NODE_EACH(n, tables)
    {
        vacuum_lock(c, inb__classify_relation(c, inb__node_at(n, "VacuumRelation/relation")), mode,
                    !vacuum || option_is_on(options, "analyze"));
    }
    c->s->lasts = !tables || c->s->locks.n;
    if (!tables) {
        tables_lock(c, INB__STR(""), mode, true, inb__classify_lock);
        c->s->tag = inb__arena_printf(c->arena, "%s of every table", c->s->tag);
    }
    if (full) {
        inb__classify_as(c, BLOCK, INB_STATEMENT_REWRITES,
                         "the table is rewritten, and reads and writes wait");
    }
}

void inb__utility_cluster(inb__classifier *c)
{
    const inb__node *relation = inb__node_at(c->body, "relation");
    if (!relation) {
        inb__classify_as(c, BLOCK, INB_STATEMENT_REWRITES | INB_STATEMENT_NO_TRANSACTION,
                         "every clustered table is rewritten, and reads and writes wait");
        tables_lock(c, INB__STR(""), AE, true, clustered_lock);
        return;
    }
    inb__relation *r = inb__classify_relation(c, relation);
    r->clustered |= inb__node_text(c->body, "indexname").n > 0;
    inb__classify_lock_all(c, r, AE);
    blocks(c, r, INB_STATEMENT_REWRITES, "the table is rewritten, and reads and writes wait");
}

static void table_reindex(inb__classifier *c, inb__relation *r, inb_lock_mode mode)
{
    bool concurrent = mode == INB_LOCK_SHARE_UPDATE_EXCLUSIVE;
    inb__classify_lock_all(c, r, mode);
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *index = c->catalog->relations.entries[i].value;
        if (index && index->kind == INB__RELATION_INDEX && index->table == r) {
            inb__classify_lock(c, index, concurrent ? mode : AE);
        }
    }
}

static void index_reindex(inb__classifier *c, inb__relation *index, inb_lock_mode mode)
{
    if (index->table && index->table->partitioned) {
        inb__classify_lock_all(c, index->table, mode);
    }
    inb__classify_lock(c, index->table, mode);
    inb__classify_lock(c, index, mode == INB_LOCK_SHARE ? AE : mode);
}

/* REINDEX of a schema, the database or the system's own tables; the last are nobody's here. */
static void all_reindex(inb__classifier *c, inb_lock_mode mode)
{
    bool schema = inb__node_is(c->body, "kind", "REINDEX_OBJECT_SCHEMA");
    if (!inb__node_is(c->body, "kind", "REINDEX_OBJECT_SYSTEM")) {
        tables_lock(c, schema ? inb__node_text(c->body, "name") : INB__STR(""), mode, true,
                    table_reindex);
    }
}

void inb__utility_reindex(inb__classifier *c)
{
    bool concurrent = option_is_on(inb__node_at(c->body, "params"), "concurrently");
    bool index = inb__node_is(c->body, "kind", "REINDEX_OBJECT_INDEX");
    const inb__node *relation = inb__node_at(c->body, "relation");
    inb__relation *r = inb__classify_relation(c, relation);
    const inb__relation *table = index ? r->table : r;
    inb_lock_mode mode = concurrent ? INB_LOCK_SHARE_UPDATE_EXCLUSIVE : INB_LOCK_SHARE;
    bool outside = concurrent || !r || (table && table->partitioned);
    c->s->tag = concurrent ? "REINDEX CONCURRENTLY" : "REINDEX";
    c->s->flags |= outside ? INB_STATEMENT_NO_TRANSACTION : 0;
    if (index) {
        index_reindex(c, r, mode);
    } else if (r) {
        table_reindex(c, r, mode);
    } else {
        all_reindex(c, mode);
    }
    if (concurrent) {
        inb__name on = inb__classify_name(relation);
        inb__name in_schema = {on.schema, INB__STR("")};
        inb__classify_kind(c, INB_STATEMENT_REINDEX_CONCURRENTLY, index ? in_schema : on,
                           index ? on.name : INB__STR(""));
        inb__classify_as(c, INB_CLASS_ADDITIVE, INB_STATEMENT_SCANS,
                         "the index is rebuilt while readers and writers continue");
    } else if (!table || !inb__classify_is_new(c, table)) {
        inb__classify_as(c, BLOCK, INB_STATEMENT_REWRITES | INB_STATEMENT_SCANS,
                         "writers wait while the index is rebuilt, and so do readers that use it");
    }
}

/* Tables are not told their tablespace by the history where a default was set: those that name
 * none are in the database's own. */
void inb__utility_move_all(inb__classifier *c)
{
    inb__str from = inb__node_text(c->body, "orig_tablespacename");
    inb__str kind = inb__node_text(c->body, "objtype");
    from = inb__str_is(from, "pg_default") ? INB__STR("") : from;
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *r = c->catalog->relations.entries[i].value;
        inb__relation_kind want = inb__str_is(kind, "OBJECT_INDEX")     ? INB__RELATION_INDEX
                                  : inb__str_is(kind, "OBJECT_MATVIEW") ? INB__RELATION_MATVIEW
                                                                        : INB__RELATION_TABLE;
        if (r && r->kind == want && inb__str_eq(r->tablespace, from)) {
            inb__classify_lock(c, r, AE);
        }
    }
}

void inb__utility_drop_owned(inb__classifier *c)
{
    inb__classify_unseen(c, NULL, "the objects that the role owns are unknown");
}

/* CONCURRENTLY compares the rows by a unique index of plain columns and all rows. */
static void refresh_must_match_rows(inb__classifier *c, const inb__relation *view, bool empties)
{
    bool unique = view->kind != INB__RELATION_MATVIEW || !view->born;
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        const inb__relation *index = c->catalog->relations.entries[i].value;
        unique |= index && index->kind == INB__RELATION_INDEX && index->table == view &&
                  index->unique && index->uses.n == 0;
    }
    if (empties) {
        inb__classify_fails(c, "Remove one of them.",
                            "CONCURRENTLY and WITH NO DATA cannot be used together");
    } else if (!unique) {
        inb__classify_fails(c, "Create a unique index on columns of it, without WHERE, before.",
                            "the materialized view \"%.*s\" has no unique index to compare rows by",
                            INB__STR_ARG(view->name.name));
    }
}

void inb__utility_refresh(inb__classifier *c)
{
    inb__relation *r = inb__classify_relation(c, inb__node_at(c->body, "relation"));
    bool concurrent = inb__node_bool(c->body, "concurrent");
    bool empties = inb__node_bool(c->body, "skipData");
    if (concurrent) {
        refresh_must_match_rows(c, r, empties);
    }
    inb__classify_lock(c, r, concurrent ? INB_LOCK_EXCLUSIVE : AE);
    for (size_t i = 0; !empties && i < r->sources.n; i++) {
        inb__query_relation_read(c, r->sources.v[i], INB_LOCK_ACCESS_SHARE);
    }
    if (empties && !inb__classify_is_new(c, r)) {
        inb__classify_as(c, INB_CLASS_CONTRACTING, INB_STATEMENT_REWRITES,
                         "the view is emptied, and cannot be read until it is refreshed");
    } else if (concurrent) {
        c->s->tag = "REFRESH MATERIALIZED VIEW CONCURRENTLY";
        blocks(c, r, 0, "the view's query runs again: the time grows with the size of its tables");
    } else {
        blocks(c, r, INB_STATEMENT_REWRITES, "readers wait while the view's query runs again");
    }
}

/* A procedure that no migration has made may commit: then it needs to be outside of a block, and
 * psql runs it there. */
static bool call_commits(const inb__classifier *c)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(c->body, "funccall/funcname"));
    bool known = inb__catalog_object_is_known(c->catalog, "function", name);
    return name.name.n && (known ? inb__catalog_object_is_known(c->catalog, INB__COMMITS, name)
                                 : c->separate || c->catalog->partial);
}

void inb__utility_opaque(inb__classifier *c)
{
    if (inb__extension_call(c, inb__node_at(c->body, "funccall"))) {
        return;
    }
    static const struct {
        const char *node, *reason;
    } reasons[] = {
        {"DoStmt", "the effect of a DO block is unknown"},
        {"CallStmt", "the effect of the procedure is unknown"},
        {"ExecuteStmt", "the effect of the prepared statement is unknown"},
    };
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (inb__str_is(c->body->key, reasons[i].node)) {
            inb__classify_opaque(c, reasons[i].reason);
        }
    }
    c->s->understood = inb__str_is(c->body->key, "DoStmt") &&
                       inb__do_block_understood(c, inb__routine_body(c->body));
    if (inb__routine_body_commits(c->catalog, inb__routine_body(c->body)) || call_commits(c)) {
        c->s->flags |= INB_STATEMENT_NO_TRANSACTION;
    }
}

/* Planning takes the locks; only ANALYZE runs what it explains. */
void inb__utility_explain(inb__classifier *c)
{
    if (option_is_on(inb__node_at(c->body, "options"), "analyze")) {
        c->nested(c, inb__node_at(c->body, "query"));
        c->s->tag = "EXPLAIN ANALYZE";
    } else {
        inb__utility_plan(c);
    }
}

/* PREPARE, DECLARE and EXPLAIN: the query is planned, now or when it is used. */
void inb__utility_plan(inb__classifier *c)
{
    inb__dml_plan(c, c->body);
}

/* Names without a schema are in the first of the path from here on. */
static void search_path_set(inb__classifier *c, const inb__node *args)
{
    c->catalog->path = INB__STR("");
    INB__NODE_EACH(n, args)
    {
        inb__str schema = inb__node_text(n, "A_Const/sval/sval");
        bool system = inb__str_is(schema, "$user") || inb__str_is(schema, "pg_catalog") ||
                      inb__str_is(schema, "pg_temp");
        if (schema.n && !system) {
            c->catalog->path = inb__catalog_keep(c->catalog, schema);
            return;
        }
    }
}

void inb__utility_set(inb__classifier *c)
{
    inb__str kind = inb__node_text(c->body, "kind");
    bool all = inb__str_is(kind, "VAR_RESET_ALL");
    bool resets = all || inb__str_is(kind, "VAR_RESET") || inb__str_is(kind, "VAR_SET_DEFAULT");
    c->s->tag = all || inb__str_is(kind, "VAR_RESET") ? "RESET"
                : inb__node_bool(c->body, "is_local") ? "SET LOCAL"
                                                      : "SET";
    if (all || inb__node_is(c->body, "name", "search_path")) {
        search_path_set(c, resets ? NULL : inb__node_at(c->body, "args"));
    }
}

void inb__utility_discard(inb__classifier *c)
{
    if (inb__node_is(c->body, "target", "DISCARD_ALL")) {
        c->s->flags |= INB_STATEMENT_NO_TRANSACTION;
    }
}

void inb__utility_subscription(inb__classifier *c)
{
    inb__create_object(c);
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

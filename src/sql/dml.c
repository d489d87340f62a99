/* Rows: what is changed, at any depth of a statement. */
#include "config.h"

#include "sql/classifier.h"

#define BLOCK INB_CLASS_BLOCKING
#define CONTRACT INB_CLASS_CONTRACTING

/* Rows of the source that exist: not those of VALUES, which are as many as are written. */
static bool copies_existing(inb__classifier *c, const inb__node *insert)
{
    const inb__node *sources[] = {inb__node_at(insert, "selectStmt"),
                                  inb__node_at(insert, "withClause")};
    if (inb__node_at(sources[0], "SelectStmt/valuesLists")) {
        return false;
    }
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        INB__NODE_WALK(n, sources[i])
        {
            if (inb__str_is(n->key, "RangeVar") && !inb__query_is_cte(c->body, n) &&
                !inb__classify_is_new(c, inb__classify_relation(c, n))) {
                return true;
            }
        }
    }
    return false;
}

/* Whether one of the columns is among what is assigned; where nothing is listed, all are. */
static bool assigns(const inb__relation *r, const inb__node *targets, const inb__strs *columns,
                    bool insert)
{
    if (!targets) {
        return insert;
    }
    INB__NODE_EACH(n, targets)
    {
        if (inb__catalog_strs_have(columns, inb__node_text(n, "ResTarget/name"))) {
            return true;
        }
    }
    for (size_t i = 0; insert && i < columns->n; i++) {
        const inb__sql_column *column = inb__catalog_column_find(r, columns->v[i]);
        if (!column || column->filled) {
            return true;
        }
    }
    return false;
}

/* A row that is written is looked up where the foreign keys lead that it sets. */
static void parents_lock(inb__classifier *c, const inb__relation *r, const inb__node *targets,
                         bool insert)
{
    for (size_t i = 0; i < r->constraints.n; i++) {
        const inb__constraint *k = &r->constraints.v[i];
        if (k->parent && !k->dropped && assigns(r, targets, &k->columns, insert)) {
            inb__classify_lock_all(c, k->parent, INB_LOCK_ROW_SHARE);
        }
    }
}

/* A row that is removed, or whose key changes, is looked for in the tables that refer to it. */
static void referrers_lock(inb__classifier *c, const inb__relation *r, const inb__node *targets)
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *child = c->catalog->relations.entries[i].value;
        for (size_t k = 0; child && k < child->constraints.n; k++) {
            const inb__constraint *fk = &child->constraints.v[k];
            if (fk->parent != r || fk->dropped ||
                (targets && !assigns(r, targets, inb__constraint_parent_keys(fk), false))) {
                continue;
            }
            bool changes = targets ? fk->updates : fk->deletes;
            inb__classify_lock(c, child, changes ? INB_LOCK_ROW_EXCLUSIVE : INB_LOCK_ROW_SHARE);
        }
    }
}

static void update_existing(inb__classifier *c, inb__relation *target, const inb__node *targets,
                            bool all)
{
    if (inb__classify_is_new(c, target)) {
        return;
    }
    parents_lock(c, target, targets, false);
    if (targets) {
        referrers_lock(c, target, targets);
    }
    inb__classify_as(c, BLOCK, all ? INB_STATEMENT_SCANS : 0,
                     all ? "every row is updated, and concurrent writes to these rows wait"
                         : "existing rows are updated, and concurrent writes to these rows wait");
}

static void insert_classify(inb__classifier *c, const inb__node *n, inb__relation *target)
{
    const inb__node *conflict = inb__node_at(n, "onConflictClause");
    if (!inb__classify_is_new(c, target)) {
        parents_lock(c, target, inb__node_at(n, "cols"), true);
    }
    if (copies_existing(c, n)) {
        inb__classify_as(c, BLOCK, 0,
                         "rows of existing tables are copied: the time grows with their size");
    }
    if (inb__node_is(conflict, "action", "ONCONFLICT_UPDATE")) {
        update_existing(c, target, inb__node_at(conflict, "targetList"), false);
    }
}

static void update_classify(inb__classifier *c, const inb__node *n, inb__relation *target)
{
    update_existing(c, target, inb__node_at(n, "targetList"), !inb__node_at(n, "whereClause"));
}

static void delete_existing(inb__classifier *c, inb__relation *target, bool all)
{
    if (!inb__classify_is_new(c, target)) {
        referrers_lock(c, target, NULL);
        inb__classify_as(c, CONTRACT, all ? INB_STATEMENT_SCANS : 0,
                         all ? "every row is deleted" : "existing rows are deleted");
    }
}

static void delete_classify(inb__classifier *c, const inb__node *n, inb__relation *target)
{
    delete_existing(c, target, !inb__node_at(n, "whereClause"));
}

static void merge_classify(inb__classifier *c, const inb__node *n, inb__relation *target)
{
    const inb__node *clauses = inb__node_at(n, "mergeWhenClauses");
    INB__NODE_EACH(clause, clauses)
    {
        const inb__node *when = inb__node_at(clause, "MergeWhenClause");
        const inb__node *targets = inb__node_at(when, "targetList");
        if (inb__node_is(when, "commandType", "CMD_DELETE")) {
            delete_existing(c, target, false);
        } else if (inb__node_is(when, "commandType", "CMD_UPDATE")) {
            update_existing(c, target, targets, false);
        } else if (inb__node_is(when, "commandType", "CMD_INSERT") &&
                   !inb__classify_is_new(c, target)) {
            parents_lock(c, target, targets, true);
        }
    }
    if (!inb__classify_is_new(c, target)) {
        inb__classify_as(c, BLOCK, 0,
                         "existing rows are compared with the source and can be updated");
    }
}

static const struct {
    const char *node;
    void (*classify)(inb__classifier *c, const inb__node *n, inb__relation *target);
} changes[] = {
    {"InsertStmt", insert_classify},
    {"UpdateStmt", update_classify},
    {"DeleteStmt", delete_classify},
    {"MergeStmt", merge_classify},
};

#define N_CHANGES (sizeof(changes) / sizeof(changes[0]))

static size_t change_find(const inb__node *n)
{
    size_t i = 0;
    while (i < N_CHANGES && !inb__str_is(n->key, changes[i].node)) {
        i++;
    }
    return i;
}

/* The table whose rows are changed, which is another one where a view is named. */
static inb__relation *target_lock(inb__classifier *c, const inb__node *n)
{
    const inb__node *range = inb__node_at(n, "relation");
    inb__relation *target = inb__classify_relation(c, range);
    inb__relation_needed(c, target);
    bool insert = inb__str_is(n->key, "InsertStmt");
    bool rows_below = insert ? target->partitioned : inb__classify_inherits(range);
    if (rows_below) {
        inb__classify_lock_all(c, target, INB_LOCK_ROW_EXCLUSIVE);
    } else {
        inb__classify_lock(c, target, INB_LOCK_ROW_EXCLUSIVE);
    }
    for (int depth = 16; depth > 0 && target->kind == INB__RELATION_VIEW && target->sources.n == 1;
         depth--) {
        target = target->sources.v[0];
        inb__classify_lock_all(c, target, INB_LOCK_ROW_EXCLUSIVE);
    }
    return target;
}

/* Every statement under the node that changes rows: the node itself, and what stands in WITH. */
static void changes_classify(inb__classifier *c, const inb__node *root)
{
    INB__NODE_WALK(n, root)
    {
        size_t i = change_find(n);
        if (i < N_CHANGES) {
            inb__relation *target = target_lock(c, n);
            changes[i].classify(c, n, target);
            inb__classify_kind(c, c->s->kind, target->name, INB__STR(""));
        }
    }
    inb__query_reads(c, root, INB__REACH_RUN);
}

void inb__dml_plan(inb__classifier *c, const inb__node *root)
{
    INB__NODE_WALK(n, root)
    {
        if (change_find(n) < N_CHANGES) {
            target_lock(c, n);
        }
    }
    inb__query_reads(c, root, INB__REACH_PLANNED);
}

void inb__dml_insert(inb__classifier *c)
{
    changes_classify(c, c->body);
}

void inb__dml_update(inb__classifier *c)
{
    changes_classify(c, c->body);
}

void inb__dml_delete(inb__classifier *c)
{
    changes_classify(c, c->body);
}

void inb__dml_merge(inb__classifier *c)
{
    changes_classify(c, c->body);
}

void inb__dml_select(inb__classifier *c)
{
    const inb__node *into = inb__node_at(c->body, "intoClause/rel");
    changes_classify(c, c->body);
    if (into) {
        c->s->tag = "SELECT INTO";
        if (c->s->locks.n) {
            inb__classify_as(c, BLOCK, INB_STATEMENT_SCANS,
                             "rows of existing tables are copied: the time grows with their size");
        }
        inb__classify_unseen(
            c,
            inb__catalog_relation_create(c->catalog, inb__classify_name(into), INB__RELATION_TABLE),
            "the columns of the table are those of a query");
    }
}

void inb__dml_copy(inb__classifier *c)
{
    bool from = inb__node_bool(c->body, "is_from");
    const inb__node *relation = inb__node_at(c->body, "relation");
    c->s->tag = from ? "COPY FROM" : "COPY TO";
    if (!relation) {
        changes_classify(c, inb__node_at(c->body, "query"));
    } else if (from) {
        inb__relation *target = inb__classify_relation(c, relation);
        inb__classify_lock(c, target, INB_LOCK_ROW_EXCLUSIVE);
        parents_lock(c, target, inb__node_at(c->body, "attlist"), true);
        inb__classify_kind(c, c->s->kind, target->name, INB__STR(""));
    } else {
        inb__classify_lock(c, inb__classify_relation(c, relation), INB_LOCK_ACCESS_SHARE);
        c->s->lasts = c->s->locks.n > 0;
    }
    if (inb__node_bool(c->body, "is_program")) {
        inb__classify_opaque(c, "the effect of the program is unknown");
    } else if (from) {
        inb__classify_as(c, BLOCK, 0, "rows are loaded: the time grows with the size of the file");
    }
}

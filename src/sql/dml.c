/* Rows: what is read and what is changed, at any depth of a statement. */
#include "config.h"

#include "sql/classifier.h"

#define VIEW_DEPTH 16

static bool is_cte(const inb__node *root, inb__str name)
{
    INB__NODE_WALK(n, root)
    {
        if (inb__str_is(n->key, "ctename") && inb__str_eq(n->text, name)) {
            return true;
        }
    }
    return false;
}

/* Reading a view locks what it reads. */
static void read_lock(inb__classifier *c, const inb__relation *r, inb_lock_mode mode, int depth)
{
    inb__classify_lock(c, r, mode);
    for (size_t i = 0; r && depth > 0 && i < r->sources.n; i++) {
        read_lock(c, r->sources.v[i], INB_LOCK_ACCESS_SHARE, depth - 1);
    }
}

typedef struct reading {
    inb__classifier *c;
    inb__relation *view; /* that is being made of what is read, or NULL */
    const inb__node *root;
    inb_lock_mode mode;
    int depth; /* of views that are looked through */
} reading;

static void range_read(reading *r, const inb__node *range_var)
{
    inb__name name = inb__name_of(range_var);
    if (name.schema.n == 0 && is_cte(r->root, name.name)) {
        return;
    }
    inb__relation *source = inb__relation_touch(r->c->catalog, name);
    read_lock(r->c, source, r->mode, r->depth);
    if (r->view) {
        INB__VEC_ADD(r->c->arena, &r->view->sources, source);
    }
}

static void ranges_read(reading *r)
{
    INB__NODE_WALK(n, r->root)
    {
        if (inb__str_is(n->key, "lockingClause")) {
            r->mode = INB_LOCK_ROW_SHARE;
        }
    }
    INB__NODE_WALK(n, r->root)
    {
        if (inb__str_is(n->key, "RangeVar")) {
            range_read(r, n);
        }
    }
}

void inb__classify_reads(inb__classifier *c, const inb__node *root)
{
    reading r = {.c = c, .root = root, .mode = INB_LOCK_ACCESS_SHARE, .depth = VIEW_DEPTH};
    ranges_read(&r);
}

static void opaque_if_calls(inb__classifier *c, const inb__node *root)
{
    inb__str name = inb__expression_unknown_function(root);
    if (name.n) {
        inb__classify_opaque(c, inb__arena_printf(c->arena,
                                                  "what the function \"%.*s\" does is not known",
                                                  INB__STR_ARG(name)));
    }
}

void inb__classify_relation_read(inb__classifier *c, const inb__relation *r)
{
    read_lock(c, r, INB_LOCK_ACCESS_SHARE, VIEW_DEPTH);
}

void inb__classify_view_sources(inb__classifier *c, inb__relation *view, const inb__node *root,
                                bool runs)
{
    reading r = {.c = c, .view = view, .root = root, .mode = INB_LOCK_ACCESS_SHARE};
    r.depth = runs ? VIEW_DEPTH : 0;
    ranges_read(&r);
    if (runs) {
        opaque_if_calls(c, root);
    }
}

static bool reads_existing(inb__classifier *c, const inb__node *root)
{
    INB__NODE_WALK(n, root)
    {
        if (inb__str_is(n->key, "RangeVar") && !is_cte(root, inb__name_of(n).name) &&
            !inb__classify_is_new(c, inb__relation_of(c, n))) {
            return true;
        }
    }
    return false;
}

/* A row that is written is looked up where its foreign keys lead. */
static void foreign_keys_lock(inb__classifier *c, const inb__relation *r)
{
    if (!inb__classify_is_new(c, r)) {
        inb__foreign_keys_lock(c, r, INB_LOCK_ROW_SHARE);
    }
}

/* A row that is removed is looked for in the tables that refer to it. */
static void referrers_lock(inb__classifier *c, const inb__relation *r)
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        const inb__relation *child = c->catalog->relations.entries[i].value;
        for (size_t k = 0; child && k < child->constraints.n; k++) {
            const inb__constraint *fk = &child->constraints.v[k];
            if (fk->parent == r && !fk->dropped) {
                inb__classify_lock(c, child,
                                   fk->cascades ? INB_LOCK_ROW_EXCLUSIVE : INB_LOCK_ROW_SHARE);
            }
        }
    }
}

static void insert_classify(inb__classifier *c, const inb__node *n, const inb__relation *target)
{
    foreign_keys_lock(c, target);
    bool existing = !inb__classify_is_new(c, target);
    if (reads_existing(c, inb__node_at(n, "selectStmt"))) {
        inb__classify_as(
            c, INB_CLASS_BLOCKING, 0,
            "rows of existing tables are copied, which takes as long as they are large");
    }
    if (existing && inb__node_is(n, "onConflictClause/action", "ONCONFLICT_UPDATE")) {
        inb__classify_as(c, INB_CLASS_BLOCKING, 0,
                         "rows that exist are changed, and whoever writes to them waits");
    }
}

static void update_classify(inb__classifier *c, const inb__node *n, const inb__relation *target)
{
    (void)n;
    foreign_keys_lock(c, target);
    if (!inb__classify_is_new(c, target)) {
        inb__classify_as(c, INB_CLASS_BLOCKING, 0,
                         "rows that exist are changed, and whoever writes to them waits");
    }
}

static void delete_classify(inb__classifier *c, const inb__node *n, const inb__relation *target)
{
    (void)n;
    if (!inb__classify_is_new(c, target)) {
        referrers_lock(c, target);
        inb__classify_as(c, INB_CLASS_CONTRACTING, 0, "rows that exist are removed");
    }
}

static void merge_classify(inb__classifier *c, const inb__node *n, const inb__relation *target)
{
    update_classify(c, n, target);
    const inb__node *clauses = inb__node_at(n, "mergeWhenClauses");
    INB__NODE_EACH(clause, clauses)
    {
        if (inb__node_is(clause, "MergeWhenClause/commandType", "CMD_DELETE")) {
            delete_classify(c, n, target);
        }
    }
}

/* Every statement under the node that changes rows: the node itself, and what stands in WITH. */
static void changes_classify(inb__classifier *c, const inb__node *root)
{
    static const struct {
        const char *node;
        void (*classify)(inb__classifier *c, const inb__node *n, const inb__relation *target);
    } changes[] = {
        {"InsertStmt", insert_classify},
        {"UpdateStmt", update_classify},
        {"DeleteStmt", delete_classify},
        {"MergeStmt", merge_classify},
    };
    INB__NODE_WALK(n, root)
    {
        for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
            if (inb__str_is(n->key, changes[i].node)) {
                inb__relation *target = inb__relation_of(c, inb__node_at(n, "relation"));
                inb__classify_lock_all(c, target, INB_LOCK_ROW_EXCLUSIVE);
                changes[i].classify(c, n, target);
            }
        }
    }
    inb__classify_reads(c, root);
    opaque_if_calls(c, root);
}

void inb__fact_insert(inb__classifier *c)
{
    changes_classify(c, c->body);
}

void inb__fact_update(inb__classifier *c)
{
    changes_classify(c, c->body);
}

void inb__fact_delete(inb__classifier *c)
{
    changes_classify(c, c->body);
}

void inb__fact_merge(inb__classifier *c)
{
    changes_classify(c, c->body);
}

void inb__fact_select(inb__classifier *c)
{
    const inb__node *into = inb__node_at(c->body, "intoClause/rel");
    changes_classify(c, c->body);
    if (into) {
        c->s->tag = "SELECT INTO";
        if (c->s->locks.n) {
            inb__classify_as(
                c, INB_CLASS_BLOCKING, INB_STATEMENT_SCANS,
                "rows of existing tables are copied, which takes as long as they are large");
        }
        inb__relation_create(c->catalog, inb__name_of(into), INB__RELATION_TABLE);
    }
}

void inb__fact_copy(inb__classifier *c)
{
    bool from = inb__node_bool(c->body, "is_from");
    const inb__node *relation = inb__node_at(c->body, "relation");
    c->s->tag = from ? "COPY FROM" : "COPY TO";
    if (!relation) {
        changes_classify(c, inb__node_at(c->body, "query"));
    } else {
        inb__classify_lock(c, inb__relation_of(c, relation),
                           from ? INB_LOCK_ROW_EXCLUSIVE : INB_LOCK_ACCESS_SHARE);
    }
    if (inb__node_bool(c->body, "is_program")) {
        inb__classify_opaque(c, "what the program does is not known");
    } else if (from) {
        inb__classify_as(c, INB_CLASS_BLOCKING, 0,
                         "rows are loaded, which takes as long as the file is large");
    }
}

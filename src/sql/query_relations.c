/* What a query reads, at any depth, and through which views. */
#include "config.h"

#include "sql/classifier.h"

#define VIEW_DEPTH 16

static bool is_inside(const inb__node *n, const inb__node *outer)
{
    return n > outer && n < outer + outer->size;
}

/* A WITH query's name is seen by what comes after it in its statement, and where it is RECURSIVE by
 * all of the statement. */
static bool with_names(const inb__node *with, const inb__node *range, inb__str name)
{
    bool recursive = inb__node_bool(with, "recursive");
    const inb__node *ctes = inb__node_at(with, "ctes");
    INB__NODE_EACH(n, ctes)
    {
        if (!recursive && is_inside(range, n)) {
            return false;
        }
        if (inb__str_eq(inb__node_text(n, "CommonTableExpr/ctename"), name)) {
            return true;
        }
    }
    return false;
}

bool inb__query_is_cte(const inb__node *root, const inb__node *range)
{
    inb__name name = inb__classify_name(range);
    INB__NODE_WALK(with, root)
    {
        if (name.schema.n || !inb__str_is(with->key, "withClause")) {
            continue;
        }
        const inb__node *statement = with - 1;
        while (statement > root && !is_inside(with, statement)) {
            statement--;
        }
        if (is_inside(range, statement) && with_names(with, range, name.name)) {
            return true;
        }
    }
    return false;
}

/* Reading a view locks what it reads; a materialized one has its own rows. */
static void read_lock(inb__classifier *c, inb__relation *r, inb_lock_mode mode, bool inherits,
                      int depth)
{
    if (inherits && depth > 0) {
        inb__classify_lock_all(c, r, mode);
    } else {
        inb__classify_lock(c, r, mode);
    }
    for (size_t i = 0; r->kind == INB__RELATION_VIEW && depth > 0 && i < r->sources.n; i++) {
        read_lock(c, r->sources.v[i], mode, true, depth - 1);
    }
}

void inb__query_relation_read(inb__classifier *c, inb__relation *r, inb_lock_mode mode)
{
    read_lock(c, r, mode, true, VIEW_DEPTH);
}

typedef struct reading {
    inb__classifier *c;
    inb__relation *view; /* that is being made of what is read, or NULL */
    const inb__node *root;
    bool locks; /* FOR UPDATE or the like is somewhere in it */
    int depth;  /* of views that are looked through */
} reading;

/* FOR UPDATE locks the relations that it names, or all. */
static inb_lock_mode mode_of(const reading *r, const inb__node *range)
{
    inb__str name = inb__node_text(range, "alias/aliasname");
    name = name.n ? name : inb__node_text(range, "relname");
    INB__NODE_WALK(n, r->root)
    {
        if (!r->locks || !inb__str_is(n->key, "LockingClause")) {
            continue;
        }
        const inb__node *named = inb__node_at(n, "lockedRels");
        bool all = !named;
        INB__NODE_EACH(of, named)
        {
            all |= inb__str_eq(inb__node_text(of, "RangeVar/relname"), name);
        }
        if (all) {
            return INB_LOCK_ROW_SHARE;
        }
    }
    return INB_LOCK_ACCESS_SHARE;
}

static void range_read(reading *r, const inb__node *range)
{
    if (inb__query_is_cte(r->root, range)) {
        return;
    }
    inb__relation *source = inb__catalog_relation_touch(r->c->catalog, inb__classify_name(range));
    inb__relation_needed(r->c, source);
    read_lock(r->c, source, mode_of(r, range), inb__classify_inherits(range), r->depth);
    if (r->view) {
        INB__VEC_ADD(r->c->arena, &r->view->sources, source);
    }
}

static void ranges_read(reading *r)
{
    INB__NODE_WALK(n, r->root)
    {
        r->locks |= inb__str_is(n->key, "lockingClause");
    }
    const inb__node *named_to = NULL; /* the end of a locking clause: its names are no ranges */
    INB__NODE_WALK(n, r->root)
    {
        if (inb__str_is(n->key, "lockingClause")) {
            named_to = n + n->size;
        } else if (inb__str_is(n->key, "RangeVar") && n >= named_to) {
            range_read(r, n);
        }
    }
}

void inb__query_reads(inb__classifier *c, const inb__node *root, inb__reach reach)
{
    reading r = {.c = c, .root = root, .depth = reach == INB__REACH_NAMED ? 0 : VIEW_DEPTH};
    size_t before = c->s->locks.n;
    ranges_read(&r);
    if (reach == INB__REACH_RUN) {
        c->s->lasts |= c->s->locks.n > before;
        inb__functions_called(c, root);
    }
}

static void view_uses(inb__classifier *c, inb__relation *view, const inb__node *root)
{
    INB__NODE_WALK(n, root)
    {
        if (inb__str_is(n->key, "A_Star")) {
            view->uses_all = true;
        } else if (inb__str_is(n->key, "ColumnRef")) {
            inb__str name = inb__classify_name_of_list(inb__node_at(n, "fields")).name;
            if (name.n && !inb__catalog_strs_have(&view->uses, name)) {
                INB__VEC_ADD(c->arena, &view->uses, inb__catalog_keep(c->catalog, name));
            }
        }
    }
}

void inb__query_view_sources(inb__classifier *c, inb__relation *view, const inb__node *root,
                             inb__reach reach)
{
    view->sources.n = view->uses.n = 0;
    view->uses_all = false;
    reading r = {.c = c, .view = view, .root = root};
    r.depth = reach == INB__REACH_NAMED ? 0 : VIEW_DEPTH;
    ranges_read(&r);
    view_uses(c, view, root);
    if (reach == INB__REACH_RUN) {
        inb__functions_called(c, root);
    }
}

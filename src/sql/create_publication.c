/* CREATE PUBLICATION: the tables that it locks, and those that lose UPDATE and DELETE by it. */
#include "config.h"

#include "sql/classifier.h"

static bool publishes_changes(const inb__node *options)
{
    INB__NODE_EACH(n, options)
    {
        inb__str what = inb__node_text(n, "DefElem/arg/String/sval");
        if (inb__node_is(n, "DefElem/defname", "publish")) {
            return memmem(what.p, what.n, "update", 6) || memmem(what.p, what.n, "delete", 6);
        }
    }
    return true;
}

/* An UPDATE of a table that is published needs a replica identity: by default its primary key. */
static void published(inb__classifier *c, const inb__relation *r, bool changes)
{
    if (changes && !inb__classify_is_new(c, r) && !inb__catalog_primary_key(r)) {
        inb__classify_as(c, INB_CLASS_CONTRACTING, 0,
                         inb__arena_printf(c->arena,
                                           "no primary key of \"%.*s\" is known: without a replica "
                                           "identity UPDATE and DELETE on it fail",
                                           INB__STR_ARG(r->name.name)));
    }
}

/* Which tables it has is not told one by one: those of a schema, or all. */
static void published_all(inb__classifier *c, inb__str schema, bool changes)
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        const inb__relation *r = c->catalog->relations.entries[i].value;
        bool there = r && r->kind == INB__RELATION_TABLE &&
                     (schema.n == 0 || inb__str_eq(r->name.schema, schema));
        if (there) {
            published(c, r, changes);
        }
    }
}

void inb__create_publication(inb__classifier *c)
{
    inb__create_object(c);
    bool changes = publishes_changes(inb__node_at(c->body, "options"));
    const inb__node *objects = inb__node_at(c->body, "pubobjects");
    INB__NODE_EACH(n, objects)
    {
        const inb__node *range = inb__node_at(n, "PublicationObjSpec/pubtable/relation");
        if (range) {
            inb__relation *r = inb__classify_relation(c, range);
            inb__classify_lock(c, r, INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
            if (!r->partitioned) {
                inb__classify_lock_all(c, r, INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
            }
            published(c, r, changes);
        } else {
            published_all(c, inb__node_text(n, "PublicationObjSpec/name"), changes);
        }
    }
    if (inb__node_bool(c->body, "for_all_tables")) {
        published_all(c, INB__STR(""), changes);
    }
}

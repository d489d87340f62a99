/* Rules of indexes. */
#include "config.h"

#include "review/lint_parts.h"

#define WIDE 3u

/* The columns of an index or a key in their order, without those that are gone. */
static bool begins_with(const inb__relation *index, const inb__relation *other)
{
    for (size_t i = 0; i < other->columns.n; i++) {
        const inb__sql_column *a = &index->columns.v[i], *b = &other->columns.v[i];
        if (!inb__str_eq(a->name, b->name) || !inb__str_eq(a->opclass, b->opclass) ||
            a->sort != b->sort || a->name.n == 0) {
            return false;
        }
    }
    return true;
}

static bool is_plain(const inb__relation *index)
{
    return index->kind == INB__RELATION_INDEX && !index->computed && index->columns.n > 0;
}

/* Whether `other` is of no more use beside `index`. */
static bool is_covered(const inb__relation *index, const inb__relation *other)
{
    bool same = other->columns.n == index->columns.n;
    return other->table == index->table && is_plain(index) && is_plain(other) &&
           other->columns.n <= index->columns.n && inb__str_eq(index->method, other->method) &&
           inb__str_eq(index->predicate, other->predicate) &&
           (same || index->method.n == 0 || inb__str_is(index->method, "btree")) &&
           (!other->unique || (same && index->unique)) && begins_with(index, other);
}

void inb__lint_index_check(inb__lint *l, const inb__relation *index)
{
    const inb__catalog *c = l->catalog;
    for (size_t i = 0; i < c->relations.n; i++) {
        const inb__relation *other = c->relations.entries[i].value;
        if (!other || other == index || !inb__catalog_relation_is_there(c, other)) {
            continue;
        }
        if (is_covered(other, index)) {
            inb__lint_find(l, INB__LINT_INDEX_DUPLICATE, NULL,
                           "\"%.*s\" does what the index \"%.*s\" does already",
                           INB__STR_ARG(index->name.name), INB__STR_ARG(other->name.name));
            return;
        }
        if (is_covered(index, other)) {
            inb__lint_find(
                l, INB__LINT_INDEX_DUPLICATE,
                inb__arena_printf(l->arena,
                                  "-- in a migration of its own:\nDROP INDEX CONCURRENTLY %s;",
                                  inb__lint_name(l, other->name)),
                "with \"%.*s\" the index \"%.*s\" is of no more use",
                INB__STR_ARG(index->name.name), INB__STR_ARG(other->name.name));
            return;
        }
    }
}

/* The index that the statement made. */
static const inb__relation *index_made(inb__lint *l, const inb__relation *table)
{
    inb__str given = inb__node_text(l->body, "idxname");
    if (given.n && table) {
        return inb__catalog_relation_find(l->catalog, (inb__name){table->name.schema, given});
    }
    const inb__relation *made = NULL;
    for (size_t i = 0; i < l->catalog->relations.n; i++) {
        const inb__relation *r = l->catalog->relations.entries[i].value;
        made = r && r->kind == INB__RELATION_INDEX && r->table == table ? r : made;
    }
    return made;
}

/* CONCURRENTLY does not go with a partitioned table: part by part. */
static const char *partitioned_instead(inb__lint *l, const inb__relation *table)
{
    const char *only = inb__lint_insert(l, "ON", " ONLY");
    const char *all = inb__arena_printf(l->arena, "%s", only ? only : "");
    for (size_t i = 0; i < l->catalog->relations.n; i++) {
        const inb__relation *part = l->catalog->relations.entries[i].value;
        if (part && part->is_partition && part->table == table) {
            all = inb__arena_printf(
                l->arena,
                "%s\n-- CREATE INDEX CONCURRENTLY on %s, then ALTER INDEX … ATTACH PARTITION", all,
                inb__lint_name(l, part->name));
        }
    }
    return all;
}

void inb__lint_index_created(inb__lint *l)
{
    const inb__relation *table = inb__lint_relation(l, inb__node_at(l->body, "relation"));
    bool concurrent = inb__node_bool(l->body, "concurrent");
    const char *name = table ? inb__lint_name(l, table->name) : "the table";
    if (!concurrent && inb__lint_is_old(l, table)) {
        inb__lint_find(l, INB__LINT_INDEX_NOT_CONCURRENT,
                       table && table->partitioned ? partitioned_instead(l, table)
                                                   : inb__lint_insert(l, "INDEX", " CONCURRENTLY"),
                       "writers of %s wait while the index is built", name);
    }
    if (concurrent && inb__node_bool(l->body, "if_not_exists")) {
        inb__lint_find(l, INB__LINT_INDEX_IF_NOT_EXISTS, NULL,
                       "IF NOT EXISTS is satisfied by the invalid index that an interrupted build "
                       "leaves; inboard builds that again, psql and other tools do not");
    }
    const inb__relation *index = index_made(l, table);
    if (index && table) {
        inb__lint_index_check(l, index);
    }
    size_t columns = inb__node_count(inb__node_at(l->body, "indexParams"));
    if (columns > WIDE && !inb__node_bool(l->body, "unique")) {
        inb__lint_find(l, INB__LINT_INDEX_WIDE, NULL,
                       "the index has %zu columns: its size and the cost of writes grow with each",
                       columns);
    }
}

void inb__lint_index_rebuilt(inb__lint *l)
{
    if (!inb__str_eq(inb__str_of(l->s->tag), INB__STR("REINDEX CONCURRENTLY"))) {
        bool index = inb__node_is(l->body, "kind", "REINDEX_OBJECT_INDEX");
        inb__lint_find(l, INB__LINT_REINDEX_NOT_CONCURRENT,
                       inb__lint_insert(l, index ? "INDEX" : "TABLE", " CONCURRENTLY"),
                       "writers wait while the index is rebuilt, and so do readers that use it");
    }
}

/* Whether an index or a key begins with the columns, in any order. */
static bool is_indexed(const inb__lint *l, const inb__relation *table, const inb__strs *columns)
{
    for (size_t i = 0; i < l->catalog->relations.n; i++) {
        const inb__relation *index = l->catalog->relations.entries[i].value;
        bool usable = index && index->table == table && is_plain(index) && !index->predicate.n &&
                      index->columns.n >= columns->n;
        for (size_t k = 0; usable && k < columns->n; k++) {
            usable = inb__catalog_strs_have(columns, index->columns.v[k].name);
        }
        if (usable) {
            return true;
        }
    }
    return false;
}

void inb__lint_foreign_keys_check(inb__lint *l)
{
    for (size_t i = 0; i < l->keys.n; i++) {
        const inb__lint_key *key = &l->keys.v[i];
        const inb__constraint *k = inb__catalog_constraint_find(key->table, key->name);
        if (!k || k->dropped || k->columns.n == 0 || is_indexed(l, key->table, &k->columns)) {
            continue;
        }
        const char *columns = inb__lint_idents(l, &k->columns);
        l->own = key->own;
        l->pieces = key->piece;
        inb__lint_find(l, INB__LINT_FOREIGN_KEY_NO_INDEX,
                       inb__arena_printf(l->arena,
                                         "-- in a migration of its own:\nCREATE INDEX CONCURRENTLY "
                                         "ON %s (%s);",
                                         inb__lint_name(l, key->table->name), columns),
                       "no index begins with (%s): each DELETE and each change of a key of the "
                       "referenced table reads all of %s",
                       columns, inb__lint_name(l, key->table->name));
    }
}

/* What follows from a change: indexes go with their table, views with what they read, names with
 * their schema. */
#include "config.h"

#include "sql/catalog.h"

#include "sql/type_name.h"

static inb__relation *relation_at(const inb__catalog *c, size_t i)
{
    return c->relations.entries[i].value;
}

static void relation_forget(inb__catalog *c, inb__relation *r)
{
    for (size_t i = 0; i < c->relations.n; i++) {
        if (relation_at(c, i) == r) {
            c->relations.entries[i].value = NULL;
        }
    }
}

/* Its indexes and the sequences of its columns. */
static bool belongs(const inb__relation *other, const inb__relation *r)
{
    return (other->table == r && other->kind == INB__RELATION_INDEX) || other->owner == r;
}

/* What belongs to it, and the partitions and tables that have their columns from it. */
void inb__catalog_relation_drop(inb__catalog *c, inb__relation *r)
{
    for (size_t i = 0; i < c->relations.n; i++) {
        inb__relation *other = relation_at(c, i);
        bool own =
            other && other != r && (belongs(other, r) || inb__catalog_relation_descends(other, r));
        if (own) {
            inb__catalog_relation_drop(c, other);
        }
    }
    relation_forget(c, r);
}

static void relation_move(inb__catalog *c, inb__relation *r, inb__name to)
{
    relation_forget(c, r);
    inb__catalog_name_made(c, to.name);
    inb__catalog_relation_place(c, r, to);
}

void inb__catalog_relation_rename(inb__catalog *c, inb__relation *r, inb__name to)
{
    inb__str schema = r->name.schema;
    relation_move(c, r, to);
    if (inb__str_eq(schema, r->name.schema)) {
        return;
    }
    size_t n = c->relations.n;
    for (size_t i = 0; i < n; i++) {
        inb__relation *other = relation_at(c, i);
        if (other && other != r && belongs(other, r)) {
            relation_move(c, other, (inb__name){r->name.schema, other->name.name});
        }
    }
}

/* A list of its own: copies of tables, indexes and constraints share theirs. */
static void strs_rename(inb__catalog *c, inb__strs *list, inb__str from, inb__str to)
{
    if (!inb__catalog_strs_have(list, from)) {
        return;
    }
    inb__strs renamed = {0};
    for (size_t i = 0; i < list->n; i++) {
        INB__VEC_ADD(c->arena, &renamed, inb__str_eq(list->v[i], from) ? to : list->v[i]);
    }
    *list = renamed;
}

/* The column of the relation itself, and what its constraints and indexes call it. */
static void column_rename(inb__catalog *c, inb__relation *r, inb__str from, inb__str to)
{
    inb__sql_column *column = inb__catalog_column_find(r, from);
    if (column) {
        column->name = to;
    }
    for (size_t i = 0; i < r->constraints.n; i++) {
        strs_rename(c, &r->constraints.v[i].columns, from, to);
        strs_rename(c, &r->constraints.v[i].not_null, from, to);
    }
    for (size_t i = 0; i < r->columns.n; i++) {
        strs_rename(c, &r->columns.v[i].reads, from, to);
    }
    for (size_t i = 0; i < r->triggers.n; i++) {
        strs_rename(c, &r->triggers.v[i].columns, from, to);
    }
    strs_rename(c, &r->partition_key, from, to);
    for (size_t i = 0; i < c->relations.n; i++) {
        inb__relation *other = relation_at(c, i);
        if (!other) {
            continue;
        }
        column = other->table == r && other->kind == INB__RELATION_INDEX
                     ? inb__catalog_column_find(other, from)
                     : NULL;
        if (column) {
            column->name = to;
        }
        if (other->table == r && other->kind == INB__RELATION_INDEX) {
            strs_rename(c, &other->uses, from, to);
        }
        if (other->owner == r && inb__str_eq(other->owner_column, from)) {
            other->owner_column = to;
        }
        for (size_t k = 0; k < other->constraints.n; k++) {
            if (other->constraints.v[k].parent == r) {
                strs_rename(c, &other->constraints.v[k].keys, from, to);
            }
        }
    }
}

void inb__catalog_column_rename(inb__catalog *c, inb__relation *r, inb__str from, inb__str to)
{
    to = inb__catalog_keep(c, to);
    column_rename(c, r, from, to);
    for (size_t i = 0; r->has_children && i < c->relations.n; i++) {
        inb__relation *child = relation_at(c, i);
        if (child && inb__catalog_relation_descends(child, r)) {
            column_rename(c, child, from, to);
        }
    }
}

static inb__relation *index_of(const inb__catalog *c, const inb__relation *r, inb__str name)
{
    inb__relation *index = inb__catalog_relation_find(c, (inb__name){r->name.schema, name});
    return index && index->table == r && index->kind == INB__RELATION_INDEX ? index : NULL;
}

/* Indexes that are about the column go with it, and so do constraints. */
void inb__catalog_column_drop(inb__catalog *c, inb__relation *r, inb__str name)
{
    for (size_t i = 0; i < r->constraints.n; i++) {
        inb__constraint *k = &r->constraints.v[i];
        if (!k->dropped && inb__catalog_strs_have(&k->columns, name)) {
            inb__catalog_constraint_drop(c, r, k);
        }
    }
    for (size_t i = 0; i < c->relations.n; i++) {
        inb__relation *index = relation_at(c, i);
        if (index && index->table == r && index->kind == INB__RELATION_INDEX &&
            inb__catalog_index_reads(index, name)) {
            relation_forget(c, index);
        }
    }
    for (size_t i = 0; i < c->relations.n; i++) {
        inb__relation *sequence = relation_at(c, i);
        if (sequence && sequence->owner == r && inb__str_eq(sequence->owner_column, name)) {
            relation_forget(c, sequence);
        }
    }
    inb__sql_column *column = inb__catalog_column_find(r, name);
    if (column) {
        column->dropped = true;
    }
    for (size_t i = 0; i < r->columns.n; i++) { /* no generated column is of a generated one */
        const inb__sql_column *other = &r->columns.v[i];
        if (!other->dropped && other->generated && inb__catalog_strs_have(&other->reads, name)) {
            inb__catalog_column_drop(c, r, other->name);
        }
    }
}

/* A unique constraint and its index have one name. */
void inb__catalog_constraint_rename(inb__catalog *c, inb__relation *r, inb__constraint *k,
                                    inb__str to)
{
    inb__relation *index = index_of(c, r, k->name);
    if (index) {
        relation_move(c, index, (inb__name){index->name.schema, to});
    }
    k->name = inb__catalog_keep(c, to);
}

void inb__catalog_constraint_drop(inb__catalog *c, inb__relation *r, inb__constraint *k)
{
    inb__relation *index =
        k->kind == INB__CONSTRAINT_CHECK || k->kind == INB__CONSTRAINT_FOREIGN_KEY
            ? NULL
            : index_of(c, r, k->name);
    if (index) {
        relation_forget(c, index);
    }
    k->dropped = true;
}

void inb__catalog_namespace_rename(inb__catalog *c, inb__str from, inb__str to)
{
    size_t n = c->relations.n;
    for (size_t i = 0; i < n; i++) {
        inb__relation *r = relation_at(c, i);
        if (r && inb__str_eq(r->name.schema, from)) {
            relation_move(c, r, (inb__name){to, r->name.name});
        }
    }
    n = c->enums.n;
    for (size_t i = 0; i < n; i++) {
        const inb__sql_enum *e = c->enums.entries[i].value;
        if (e && inb__str_eq(e->name.schema, from)) {
            inb__catalog_type_rename(c, e->name, (inb__name){to, e->name.name});
        }
    }
}

void inb__catalog_type_rename(inb__catalog *c, inb__name from, inb__name to)
{
    const char *array = "[]";
    inb__str old = inb__str_of(inb__catalog_name_text(c->arena, from));
    for (size_t i = 0; i < c->relations.n; i++) {
        inb__relation *r = relation_at(c, i);
        for (size_t k = 0; r && k < r->columns.n; k++) {
            inb__str *type = &r->columns.v[k].type;
            inb__str list = inb__str_of(inb__arena_printf(c->arena, "%s%s", old.p, array));
            bool lists = inb__type_name_same(*type, list);
            if (lists || inb__type_name_same(*type, old)) {
                *type = inb__str_of(inb__arena_printf(
                    c->arena, "%s%s", inb__catalog_name_text(c->arena, to), lists ? array : ""));
            }
        }
    }
    const inb__domain *d = inb__catalog_domain_find(c, from);
    if (d) {
        *inb__catalog_domain_create(c, to) = *d;
    }
    inb__catalog_enum_move(c, from, to);
    inb__catalog_object_move(c, "OBJECT_TYPE", from, to);
}

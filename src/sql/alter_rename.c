/* Names that change: RENAME and SET SCHEMA. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/type_name.h"

#define ADD INB_CLASS_ADDITIVE
#define CONTRACT INB_CLASS_CONTRACTING
#define AE INB_LOCK_ACCESS_EXCLUSIVE

/* Kinds of objects that are relations or parts of one, and how a rename of one locks it. */
static const struct {
    const char *kind, *tag;
    inb_lock_mode mode;
    enum { WHOLE, PART, PART_OF_FAMILY, PART_OF_PARTS } what; /* of the relation is renamed */
    inb_class cls;
    const char *reason;
} renames[] = {
    {"OBJECT_TABLE", "ALTER TABLE RENAME", AE, WHOLE, CONTRACT, "code that names the table breaks"},
    {"OBJECT_FOREIGN_TABLE", "ALTER FOREIGN TABLE RENAME", AE, WHOLE, CONTRACT,
     "code that names the table breaks"},
    {"OBJECT_VIEW", "ALTER VIEW RENAME", AE, WHOLE, CONTRACT, "code that names the view breaks"},
    {"OBJECT_MATVIEW", "ALTER MATERIALIZED VIEW RENAME", AE, WHOLE, CONTRACT,
     "code that names the view breaks"},
    {"OBJECT_SEQUENCE", "ALTER SEQUENCE RENAME", AE, WHOLE, CONTRACT,
     "code that names the sequence breaks"},
    {"OBJECT_INDEX", "ALTER INDEX RENAME", INB_LOCK_SHARE_UPDATE_EXCLUSIVE, WHOLE, ADD,
     "no query names an index"},
    {"OBJECT_COLUMN", "ALTER TABLE RENAME COLUMN", AE, PART_OF_FAMILY, CONTRACT,
     "code that names the column breaks"},
    {"OBJECT_TABCONSTRAINT", "ALTER TABLE RENAME CONSTRAINT", AE, PART_OF_FAMILY, CONTRACT,
     "code that names the constraint breaks (ON CONFLICT ON CONSTRAINT, error handlers)"},
    {"OBJECT_TRIGGER", "ALTER TRIGGER RENAME", AE, PART_OF_PARTS, ADD, "no query names a trigger"},
    {"OBJECT_POLICY", "ALTER POLICY RENAME", AE, PART, ADD, "no query names a policy"},
    {"OBJECT_RULE", "ALTER RULE RENAME", AE, PART, ADD, "no query names a rule"},
};

#define N_RENAMES (sizeof(renames) / sizeof(renames[0]))

/* An index that is behind a constraint gives it its name. */
static void index_rename(inb__classifier *c, inb__relation *index, inb__str to)
{
    inb__constraint *k = inb__catalog_constraint_find(index->table, index->name.name);
    inb__catalog_relation_rename(c->catalog, index, (inb__name){index->name.schema, to});
    if (k) {
        k->name = inb__catalog_keep(c->catalog, to);
    }
}

static void part_rename(inb__classifier *c, inb__relation *r, inb__str kind, inb__str to)
{
    inb__str from = inb__node_text(c->body, "subname");
    inb__constraint *k = inb__catalog_constraint_find(r, from);
    if (inb__str_is(kind, "OBJECT_COLUMN")) {
        inb__catalog_column_rename(c->catalog, r, from, to);
    } else if (inb__str_is(kind, "OBJECT_TABCONSTRAINT") && k) {
        inb__catalog_constraint_rename(c->catalog, r, k, to);
    }
    for (size_t i = 0; inb__str_is(kind, "OBJECT_TRIGGER") && i < r->triggers.n; i++) {
        inb__trigger *t = &r->triggers.v[i];
        t->name = inb__str_eq(t->name, from) ? inb__catalog_keep(c->catalog, to) : t->name;
    }
}

/* ALTER TABLE can name an index, a view or a sequence, too. */
static const char *tag_of(inb__classifier *c, size_t row)
{
    inb__str on = inb__node_text(c->body, "relationType");
    bool column = inb__str_is(inb__node_text(c->body, "renameType"), "OBJECT_COLUMN");
    return column && !inb__str_is(on, "OBJECT_TABLE")
               ? inb__arena_printf(c->arena, "%s RENAME COLUMN", inb__object_tag(c, "ALTER", on))
               : renames[row].tag;
}

static void rename_relation(inb__classifier *c, size_t row, inb__relation *r)
{
    inb__str to = inb__node_text(c->body, "newname");
    bool all = inb__classify_inherits(inb__node_at(c->body, "relation")) &&
               (renames[row].what == PART_OF_FAMILY ||
                (renames[row].what == PART_OF_PARTS && r->partitioned));
    bool index = r->kind == INB__RELATION_INDEX;
    if (all) {
        inb__classify_lock_all(c, r, renames[row].mode);
    } else {
        inb__classify_lock(c, r, renames[row].mode);
    }
    c->s->tag = tag_of(c, row);
    if (!inb__classify_is_new(c, r)) {
        inb__classify_as(c, index ? ADD : renames[row].cls, 0,
                         index ? "no query names an index" : renames[row].reason);
    }
    if (renames[row].what != WHOLE) {
        part_rename(c, r, inb__node_text(c->body, "renameType"), to);
    } else if (index) {
        index_rename(c, r, to);
    } else {
        inb__catalog_relation_rename(c->catalog, r, (inb__name){r->name.schema, to});
    }
}

/* What bears the name in the catalogue. */
static void object_move(inb__classifier *c, const char *kind, inb__name from, inb__name to)
{
    if (strcmp(kind, "OBJECT_SCHEMA") == 0) {
        inb__catalog_namespace_rename(c->catalog, from.name, to.name);
    }
    if (strcmp(kind, "OBJECT_TYPE") == 0) {
        inb__catalog_type_rename(c->catalog, from, to);
    } else {
        inb__catalog_object_move(c->catalog, kind, from, to);
    }
}

/* The same arguments with another name before them. */
static inb__str name_with_arguments(inb__classifier *c, inb__str from, inb__str to)
{
    const char *open = from.n ? memchr(from.p, '(', from.n) : NULL;
    return open ? inb__str_of(inb__arena_printf(c->arena, "%.*s%.*s", INB__STR_ARG(to),
                                                (int)(from.p + from.n - open), open))
                : to;
}

static void rename_object(inb__classifier *c, inb__str kind)
{
    const char *object = inb__object_kind(c, kind);
    inb__name name = inb__object_name(c, inb__node_at(c->body, "object"));
    inb__str to = inb__node_text(c->body, "newname");
    const inb__node *relation = inb__node_at(c->body, "relation");
    if (inb__str_is(kind, "OBJECT_ATTRIBUTE")) {
        object = "OBJECT_TYPE"; /* that a composite type's attribute belongs to */
        name = inb__classify_name(relation);
        inb__alter_typed_tables_lock(c, name, 0);
    } else if (inb__str_is(kind, "OBJECT_DOMCONSTRAINT")) {
        object = "OBJECT_TYPE";
    } else if (name.name.n == 0) {
        name.name = inb__node_text(c->body, "subname");
    }
    bool whole = strcmp(object, "OBJECT_TYPE") != 0 || inb__str_is(kind, "OBJECT_TYPE") ||
                 inb__str_is(kind, "OBJECT_DOMAIN");
    c->s->tag = inb__arena_printf(c->arena, "%s RENAME", inb__object_tag(c, "ALTER", kind));
    if (!inb__catalog_object_is_new(c->catalog, object, name)) {
        inb__classify_as(c, CONTRACT, 0, "code that uses the old name breaks");
    }
    if (whole) {
        object_move(c, object, name,
                    (inb__name){name.schema, name_with_arguments(c, name.name, to)});
    }
}

void inb__alter_rename(inb__classifier *c)
{
    inb__str kind = inb__node_text(c->body, "renameType");
    const inb__node *relation = inb__node_at(c->body, "relation");
    for (size_t i = 0; relation && i < N_RENAMES; i++) {
        if (inb__str_is(kind, renames[i].kind)) {
            rename_relation(c, i, inb__classify_relation(c, relation));
            return;
        }
    }
    rename_object(c, kind);
}

void inb__alter_rename_schema(inb__classifier *c)
{
    inb__str kind = inb__node_text(c->body, "objectType");
    inb__str schema = inb__node_text(c->body, "newschema");
    const inb__node *relation = inb__node_at(c->body, "relation");
    c->s->tag = inb__arena_printf(c->arena, "%s SET SCHEMA", inb__object_tag(c, "ALTER", kind));
    bool is_new;
    if (relation) {
        inb__relation *r = inb__classify_relation(c, relation);
        inb__classify_lock(c, r, AE);
        is_new = inb__classify_is_new(c, r);
        inb__catalog_relation_rename(c->catalog, r, (inb__name){schema, r->name.name});
    } else {
        const char *object = inb__object_kind(c, kind);
        inb__name name = inb__object_name(c, inb__node_at(c->body, "object"));
        is_new = inb__catalog_object_is_new(c->catalog, object, name);
        object_move(c, object, name, (inb__name){schema, name.name});
    }
    if (!is_new) {
        inb__classify_as(c, CONTRACT, 0, "code that uses the old name breaks");
    }
}

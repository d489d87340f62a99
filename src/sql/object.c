/* Objects of every kind: renamed, moved, dropped, commented, granted. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/types.h"

#define ADD INB_CLASS_ADDITIVE
#define CONTRACT INB_CLASS_CONTRACTING
#define AE INB_LOCK_ACCESS_EXCLUSIVE

/* The relation of which the last word names a part: a column, a trigger, a policy. */
static inb__name owner_of(const inb__node *items)
{
    inb__name owner = {{"", 0}, {"", 0}};
    inb__str last = {"", 0};
    INB__NODE_EACH(part, items)
    {
        owner.schema = owner.name;
        owner.name = last;
        last = inb__node_text(part, "String/sval");
    }
    return owner;
}

void inb__classify_owned_by(inb__classifier *c)
{
    const inb__node *options = inb__node_at(c->body, "options");
    INB__NODE_EACH(n, options)
    {
        const inb__node *items = inb__node_at(n, "DefElem/arg/List/items");
        if (inb__node_is(n, "DefElem/defname", "owned_by") && inb__node_count(items) > 1) {
            inb__relation *table = inb__relation_touch(c->catalog, owner_of(items));
            inb__classify_lock(c, table, INB_LOCK_ACCESS_SHARE);
        }
    }
}

void inb__fact_alter_sequence(inb__classifier *c)
{
    inb__classify_owned_by(c);
    inb__relation *r = inb__relation_of(c, inb__node_at(c->body, "sequence"));
    inb__classify_lock(c, r, INB_LOCK_SHARE_ROW_EXCLUSIVE);
    const inb__node *options = inb__node_at(c->body, "options");
    INB__NODE_EACH(n, options)
    {
        const inb__node *option = inb__node_at(n, "DefElem");
        if (inb__node_is(option, "defname", "restart") && !inb__classify_is_new(c, r)) {
            inb__classify_as(c, CONTRACT, 0, "values that were given before can be given again");
        }
    }
}

void inb__fact_alter_enum(inb__classifier *c)
{
    inb__name type = inb__name_of_list(inb__node_at(c->body, "typeName"));
    if (inb__node_text(c->body, "oldVal").n) {
        c->s->tag = "ALTER TYPE RENAME VALUE";
        if (!inb__object_is_new(c->catalog, "OBJECT_TYPE", type)) {
            inb__classify_as(c, CONTRACT, 0, "code that names the value breaks");
        }
        return;
    }
    c->s->flags |= inb__node_bool(c->body, "skipIfNewValExists") ? INB_STATEMENT_IF_NOT_EXISTS : 0;
    inb__classify_kind(c, INB_STATEMENT_ADD_ENUM_VALUE, type, inb__node_text(c->body, "newVal"));
}

/* Every table with a column of the type, as far as the history tells. */
static void users_lock(inb__classifier *c, inb__name type, inb_lock_mode mode)
{
    inb__str text = inb__str_of(inb__name_text(c->arena, type));
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        const inb__relation *r = c->catalog->relations.entries[i].value;
        for (size_t k = 0; r && r->kind != INB__RELATION_INDEX && k < r->columns.n; k++) {
            if (!r->columns.v[k].dropped && inb__str_eq(r->columns.v[k].type, text)) {
                inb__classify_lock(c, r, mode);
            }
        }
    }
}

void inb__fact_alter_domain(inb__classifier *c)
{
    inb__name type = inb__name_of_list(inb__node_at(c->body, "typeName"));
    inb__str subtype = inb__node_text(c->body, "subtype");
    bool valid = !inb__node_bool(c->body, "def/Constraint/skip_validation");
    if (inb__object_is_new(c->catalog, "OBJECT_TYPE", type)) {
        return;
    }
    if (inb__str_is(subtype, "O") || inb__str_is(subtype, "V") ||
        (inb__str_is(subtype, "C") && valid)) {
        users_lock(c, type, INB_LOCK_SHARE);
    }
    if (inb__str_is(subtype, "O")) {
        inb__classify_as(c, CONTRACT, INB_STATEMENT_SCANS,
                         "every column of the domain refuses NULL from now on");
    } else if (inb__str_is(subtype, "V") || (inb__str_is(subtype, "C") && valid)) {
        inb__classify_as(c, INB_CLASS_BLOCKING, INB_STATEMENT_SCANS,
                         "writers wait while every table that uses the domain is read");
    } else if (inb__str_is(subtype, "C")) {
        inb__classify_as(c, ADD, 0,
                         "values that exist are not looked at; values written from now on are");
    } else if (!inb__str_is(subtype, "T") || !inb__node_at(c->body, "def")) {
        inb__classify_as(c, CONTRACT, 0, "what the domain promised to readers and writers is gone");
    }
    if (inb__str_is(subtype, "C") || inb__str_is(subtype, "O")) {
        inb__object_create(c->catalog, "checked domain", type);
    }
}

/* Kinds of objects that are relations, and how a rename of one locks it. */
static const struct {
    const char *kind, *tag;
    inb_lock_mode mode;
    bool whole; /* the relation itself is renamed, not a part of it */
    inb_class cls;
    const char *reason;
} renames[] = {
    {"OBJECT_TABLE", "ALTER TABLE RENAME", AE, true, CONTRACT, "code that names the table breaks"},
    {"OBJECT_FOREIGN_TABLE", "ALTER FOREIGN TABLE RENAME", AE, true, CONTRACT,
     "code that names the table breaks"},
    {"OBJECT_VIEW", "ALTER VIEW RENAME", AE, true, CONTRACT, "code that names the view breaks"},
    {"OBJECT_MATVIEW", "ALTER MATERIALIZED VIEW RENAME", AE, true, CONTRACT,
     "code that names the view breaks"},
    {"OBJECT_SEQUENCE", "ALTER SEQUENCE RENAME", AE, true, CONTRACT,
     "code that names the sequence breaks"},
    {"OBJECT_INDEX", "ALTER INDEX RENAME", INB_LOCK_SHARE_UPDATE_EXCLUSIVE, true, ADD,
     "no query names an index"},
    {"OBJECT_COLUMN", "ALTER TABLE RENAME COLUMN", AE, false, CONTRACT,
     "code that names the column breaks"},
    {"OBJECT_TABCONSTRAINT", "ALTER TABLE RENAME CONSTRAINT", AE, false, CONTRACT,
     "code that names the constraint breaks: ON CONFLICT ON CONSTRAINT, and what reads the name in "
     "an error"},
    {"OBJECT_TRIGGER", "ALTER TRIGGER RENAME", AE, false, ADD, "no query names a trigger"},
    {"OBJECT_POLICY", "ALTER POLICY RENAME", AE, false, ADD, "no query names a policy"},
    {"OBJECT_RULE", "ALTER RULE RENAME", AE, false, ADD, "no query names a rule"},
};

static inb__str *renamed_part(inb__relation *r, inb__str kind, inb__str name)
{
    if (inb__str_is(kind, "OBJECT_COLUMN")) {
        inb__sql_column *column = inb__column_find(r, name);
        return column ? &column->name : NULL;
    }
    inb__constraint *k =
        inb__str_is(kind, "OBJECT_TABCONSTRAINT") ? inb__constraint_find(r, name) : NULL;
    return k ? &k->name : NULL;
}

static void rename_relation(inb__classifier *c, size_t row, inb__relation *r)
{
    inb__str to = inb__node_text(c->body, "newname");
    inb__classify_lock_all(c, r, renames[row].mode);
    c->s->tag = renames[row].tag;
    if (!inb__classify_is_new(c, r)) {
        inb__classify_as(c, renames[row].cls, 0, renames[row].reason);
    }
    if (renames[row].whole) {
        inb__relation_rename(c->catalog, r, (inb__name){r->name.schema, to});
        return;
    }
    inb__str *part =
        renamed_part(r, inb__node_text(c->body, "renameType"), inb__node_text(c->body, "subname"));
    if (part) {
        *part = to;
    }
}

/* "ALTER DOMAIN" from OBJECT_DOMAIN. */
static const char *object_tag(inb__classifier *c, const char *verb, inb__str kind)
{
    inb__str words = {kind.p + strlen("OBJECT_"),
                      kind.n > strlen("OBJECT_") ? kind.n - strlen("OBJECT_") : 0};
    char *tag = inb__arena_printf(c->arena, "%s %.*s", verb, INB__STR_ARG(words));
    for (char *p = tag; *p; p++) {
        *p = *p == '_' ? ' ' : *p;
    }
    return tag;
}

/* The name of an object that is no relation, wherever its statement keeps it. */
static inb__name object_name(const inb__node *object)
{
    static const char *const paths[] = {"ObjectWithArgs/objname", "TypeName/names", "List/items"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (inb__node_at(object, paths[i])) {
            return inb__name_of_list(inb__node_at(object, paths[i]));
        }
    }
    return (inb__name){.name = inb__node_text(object, "String/sval")};
}

/* Functions, procedures and aggregates share their names here; domains and types do, too. */
static const char *object_kind(inb__classifier *c, inb__str kind)
{
    static const struct {
        const char *from, *to;
    } same[] = {
        {"OBJECT_PROCEDURE", "OBJECT_FUNCTION"},
        {"OBJECT_ROUTINE", "OBJECT_FUNCTION"},
        {"OBJECT_DOMAIN", "OBJECT_TYPE"},
    };
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        if (inb__str_is(kind, same[i].from)) {
            return same[i].to;
        }
    }
    return inb__classify_text(c, kind);
}

/* Columns of the type, and of arrays of it, go by its new name. */
static void columns_retype(inb__classifier *c, inb__name from, inb__str to)
{
    const char *array = "[]";
    inb__str old = inb__str_of(inb__name_text(c->arena, from));
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *r = c->catalog->relations.entries[i].value;
        for (size_t k = 0; r && k < r->columns.n; k++) {
            inb__str *type = &r->columns.v[k].type;
            inb__str list = inb__str_of(inb__arena_printf(c->arena, "%s%s", old.p, array));
            bool lists = inb__type_same(*type, list);
            if (lists || inb__type_same(*type, old)) {
                const char *name = inb__name_text(c->arena, (inb__name){from.schema, to});
                *type = inb__str_of(inb__arena_printf(c->arena, "%s%s", name, lists ? array : ""));
            }
        }
    }
}

void inb__fact_rename(inb__classifier *c)
{
    inb__str kind = inb__node_text(c->body, "renameType");
    const inb__node *relation = inb__node_at(c->body, "relation");
    for (size_t i = 0; relation && i < sizeof(renames) / sizeof(renames[0]); i++) {
        if (inb__str_is(kind, renames[i].kind)) {
            rename_relation(c, i, inb__relation_of(c, relation));
            return;
        }
    }
    const char *object = object_kind(c, kind);
    inb__name name = object_name(inb__node_at(c->body, "object"));
    c->s->tag = inb__arena_printf(c->arena, "%s RENAME", object_tag(c, "ALTER", kind));
    if (strcmp(object, "OBJECT_TYPE") == 0) {
        columns_retype(c, name, inb__node_text(c->body, "newname"));
    }
    if (!inb__object_is_new(c->catalog, object, name)) {
        inb__classify_as(c, CONTRACT, 0, "code that uses the old name breaks");
        return;
    }
    inb__object_drop(c->catalog, object, name);
    inb__object_create(c->catalog, object,
                       (inb__name){name.schema, inb__node_text(c->body, "newname")});
}

void inb__fact_set_schema(inb__classifier *c)
{
    inb__str kind = inb__node_text(c->body, "objectType");
    const inb__node *relation = inb__node_at(c->body, "relation");
    c->s->tag = inb__arena_printf(c->arena, "%s SET SCHEMA", object_tag(c, "ALTER", kind));
    if (relation) {
        inb__relation *r = inb__relation_of(c, relation);
        inb__classify_lock_all(c, r, AE);
        if (!inb__classify_is_new(c, r)) {
            inb__classify_as(c, CONTRACT, 0, "code that uses the old name breaks");
        }
        inb__relation_rename(c->catalog, r,
                             (inb__name){inb__node_text(c->body, "newschema"), r->name.name});
        return;
    }
    if (!inb__object_is_new(c->catalog, object_kind(c, kind),
                            object_name(inb__node_at(c->body, "object")))) {
        inb__classify_as(c, CONTRACT, 0, "code that uses the old name breaks");
    }
}

/* DROP of a table takes what refers to it along, and its own foreign keys. */
static void referrers_lock(inb__classifier *c, const inb__relation *r)
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *child = c->catalog->relations.entries[i].value;
        for (size_t k = 0; child && k < child->constraints.n; k++) {
            if (child->constraints.v[k].parent == r && !child->constraints.v[k].dropped) {
                inb__classify_lock(c, child, AE);
                child->constraints.v[k].dropped = true;
            }
        }
    }
}

static void table_drop(inb__classifier *c, inb__relation *r)
{
    inb__classify_lock_all(c, r, AE);
    inb__foreign_keys_lock(c, r, AE);
    referrers_lock(c, r);
    if (r->table && r->is_partition) {
        inb__classify_lock(c, r->table, AE);
        r->table->spare = r->table->spare == r ? NULL : r->table->spare;
    }
}

static void index_drop(inb__classifier *c, inb__relation *r)
{
    bool concurrent = inb__node_bool(c->body, "concurrent");
    inb_lock_mode mode = concurrent ? INB_LOCK_SHARE_UPDATE_EXCLUSIVE : AE;
    if (r->table) {
        inb__classify_lock_all(c, r->table, mode);
    }
    inb__classify_lock(c, r, mode);
    c->s->tag = concurrent ? "DROP INDEX CONCURRENTLY" : "DROP INDEX";
    if (concurrent) {
        c->s->flags |= INB_STATEMENT_NO_TRANSACTION;
        inb__classify_kind(c, INB_STATEMENT_DROP_INDEX_CONCURRENTLY,
                           (inb__name){r->name.schema, INB__STR("")}, r->name.name);
    }
}

/* An object of the kind dropped; what it was is known by now. */
static void relation_drop(inb__classifier *c, inb__str kind, const inb__node *object)
{
    inb__relation *r = inb__relation_touch(c->catalog, object_name(object));
    bool index = inb__str_is(kind, "OBJECT_INDEX");
    if (index) {
        index_drop(c, r);
    } else {
        table_drop(c, r);
    }
    if (!inb__classify_is_new(c, r) && !(index && inb__classify_is_new(c, r->table))) {
        inb__classify_as(c, CONTRACT, 0,
                         index ? "queries of the previous release that need the index become slow, "
                                 "and a unique one keeps no promise"
                               : "code that uses it breaks");
    }
    inb__relation_drop(c->catalog, r);
}

static void part_drop(inb__classifier *c, const inb__node *object)
{
    inb__relation *r =
        inb__relation_touch(c->catalog, owner_of(inb__node_at(object, "List/items")));
    inb__classify_lock_all(c, r, AE);
    if (!inb__classify_is_new(c, r)) {
        inb__classify_as(c, CONTRACT, 0,
                         "clients see other rows, or their writes have other effects, than before");
    }
}

static void object_drop(inb__classifier *c, inb__str kind, const inb__node *object)
{
    const char *as = object_kind(c, kind);
    inb__name name = object_name(object);
    if (!inb__object_is_new(c->catalog, as, name)) {
        inb__classify_as(c, CONTRACT, 0, "code that uses it breaks");
    }
    inb__object_drop(c->catalog, as, name);
}

void inb__fact_drop(inb__classifier *c)
{
    static const struct {
        const char *kind;
        bool part;
    } on_relations[] = {
        {"OBJECT_TABLE", false},    {"OBJECT_VIEW", false},          {"OBJECT_MATVIEW", false},
        {"OBJECT_SEQUENCE", false}, {"OBJECT_FOREIGN_TABLE", false}, {"OBJECT_INDEX", false},
        {"OBJECT_TRIGGER", true},   {"OBJECT_POLICY", true},         {"OBJECT_RULE", true},
    };
    inb__str kind = inb__node_text(c->body, "removeType");
    const inb__node *objects = inb__node_at(c->body, "objects");
    c->s->tag = inb__str_is(kind, "OBJECT_MATVIEW") ? "DROP MATERIALIZED VIEW"
                                                    : object_tag(c, "DROP", kind);
    c->s->flags |= inb__node_bool(c->body, "missing_ok") ? INB_STATEMENT_IF_NOT_EXISTS : 0;
    size_t row = 0, rows = sizeof(on_relations) / sizeof(on_relations[0]);
    while (row < rows && !inb__str_is(kind, on_relations[row].kind)) {
        row++;
    }
    INB__NODE_EACH(object, objects)
    {
        if (row == rows) {
            object_drop(c, kind, object);
        } else if (on_relations[row].part) {
            part_drop(c, object);
        } else {
            relation_drop(c, kind, object);
        }
    }
}

void inb__fact_comment(inb__classifier *c)
{
    static const struct {
        const char *kind;
        bool part; /* the last word of the name is a part of the relation */
        inb_lock_mode mode;
    } commented[] = {
        {"OBJECT_TABLE", false, INB_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"OBJECT_VIEW", false, INB_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"OBJECT_MATVIEW", false, INB_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"OBJECT_SEQUENCE", false, INB_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"OBJECT_INDEX", false, INB_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"OBJECT_FOREIGN_TABLE", false, INB_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"OBJECT_COLUMN", true, INB_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"OBJECT_TABCONSTRAINT", true, INB_LOCK_ACCESS_SHARE},
        {"OBJECT_TRIGGER", true, INB_LOCK_ACCESS_SHARE},
        {"OBJECT_POLICY", true, INB_LOCK_ACCESS_SHARE},
        {"OBJECT_RULE", true, INB_LOCK_ACCESS_SHARE},
    };
    inb__str kind = inb__node_text(c->body, "objtype");
    const inb__node *items = inb__node_at(c->body, "object/List/items");
    c->s->tag = object_tag(c, "COMMENT ON", kind);
    for (size_t i = 0; i < sizeof(commented) / sizeof(commented[0]); i++) {
        if (!inb__str_is(kind, commented[i].kind)) {
            continue;
        }
        inb__name name = commented[i].part ? owner_of(items) : inb__name_of_list(items);
        inb__classify_lock(c, inb__relation_touch(c->catalog, name), commented[i].mode);
    }
}

/* Servers of before 18 take no lock on what is named, and no server on ALL TABLES IN SCHEMA. */
static void granted_lock(inb__classifier *c)
{
    if (!inb__node_is(c->body, "targtype", "ACL_TARGET_OBJECT") ||
        !(inb__node_is(c->body, "objtype", "OBJECT_TABLE") ||
          inb__node_is(c->body, "objtype", "OBJECT_SEQUENCE"))) {
        return;
    }
    INB__NODE_EACH(n, inb__node_at(c->body, "objects"))
    {
        inb__classify_lock(c, inb__relation_of(c, n), INB_LOCK_ACCESS_SHARE);
    }
}

void inb__fact_grant(inb__classifier *c)
{
    bool role = inb__str_is(c->body->key, "GrantRoleStmt");
    granted_lock(c);
    if (!inb__node_bool(c->body, "is_grant")) {
        c->s->tag = role ? "REVOKE ROLE" : "REVOKE";
        inb__classify_as(c, CONTRACT, 0, "clients are refused what they were allowed");
    }
}

void inb__fact_default_privileges(inb__classifier *c)
{
    if (!inb__node_bool(c->body, "action/is_grant")) {
        inb__classify_as(c, CONTRACT, 0, "clients are refused objects that later migrations make");
    }
}

/* CREATE TRIGGER, CREATE RULE and ALTER POLICY: existing statements have other effects from now on.
 */
void inb__fact_on_table(inb__classifier *c)
{
    bool policy = inb__str_is(c->body->key, "AlterPolicyStmt");
    bool trigger = inb__str_is(c->body->key, "CreateTrigStmt");
    inb__relation *r = inb__relation_of(c, inb__node_at(c->body, policy ? "table" : "relation"));
    inb__classify_lock_all(c, r, trigger ? INB_LOCK_SHARE_ROW_EXCLUSIVE : AE);
    if (!inb__classify_is_new(c, r)) {
        inb__classify_as(
            c, CONTRACT, 0,
            policy ? "clients see other rows than before"
                   : "existing writes have other effects from now on, and can be refused");
    }
}

void inb__fact_create_policy(inb__classifier *c)
{
    inb__relation *r = inb__relation_of(c, inb__node_at(c->body, "table"));
    inb__classify_lock(c, r, AE);
    if (!inb__node_bool(c->body, "permissive") && !inb__classify_is_new(c, r)) {
        inb__classify_as(c, CONTRACT, 0, "a restrictive policy hides rows and refuses writes");
    }
}

void inb__fact_database(inb__classifier *c)
{
    const inb__node *options = inb__node_at(c->body, "options");
    INB__NODE_EACH(n, options)
    {
        if (inb__node_is(n, "DefElem/defname", "tablespace")) {
            c->s->flags |= INB_STATEMENT_NO_TRANSACTION;
        }
    }
}

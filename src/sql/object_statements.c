/* Statements about one object of any kind: ALTER, COMMENT, GRANT, CREATE TRIGGER and the like. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/type_name.h"
#include "sql/written_default.h"

#define ADD INB_CLASS_ADDITIVE
#define CONTRACT INB_CLASS_CONTRACTING
#define AE INB_LOCK_ACCESS_EXCLUSIVE
#define SUE INB_LOCK_SHARE_UPDATE_EXCLUSIVE

/* Kinds of objects that are relations, or parts of one. */
static const struct {
    const char *kind;
    bool part; /* the last word of the name is a part of the relation */
    inb_lock_mode comment;
} relation_kinds[] = {
    {"OBJECT_TABLE", false, SUE},
    {"OBJECT_VIEW", false, SUE},
    {"OBJECT_MATVIEW", false, SUE},
    {"OBJECT_SEQUENCE", false, SUE},
    {"OBJECT_INDEX", false, SUE},
    {"OBJECT_FOREIGN_TABLE", false, SUE},
    {"OBJECT_COLUMN", true, SUE},
    {"OBJECT_TABCONSTRAINT", true, INB_LOCK_ACCESS_SHARE},
    {"OBJECT_TRIGGER", true, INB_LOCK_ACCESS_SHARE},
    {"OBJECT_POLICY", true, INB_LOCK_ACCESS_SHARE},
    {"OBJECT_RULE", true, INB_LOCK_ACCESS_SHARE},
};

#define N_RELATION_KINDS (sizeof(relation_kinds) / sizeof(relation_kinds[0]))

static size_t relation_kind_find(inb__str kind)
{
    size_t i = 0;
    while (i < N_RELATION_KINDS && !inb__str_is(kind, relation_kinds[i].kind)) {
        i++;
    }
    return i;
}

/* The relation that a name in a statement is about; NULL for an object of another kind. */
static inb__relation *relation_named(inb__classifier *c, inb__str kind, const inb__node *object)
{
    size_t row = relation_kind_find(kind);
    if (row == N_RELATION_KINDS) {
        return NULL;
    }
    inb__name name = relation_kinds[row].part
                         ? inb__object_owner_of(inb__node_at(object, "List/items"))
                         : inb__object_name(c, object);
    return inb__catalog_relation_touch(c->catalog, name);
}

static bool object_is_new(inb__classifier *c, inb__str kind, const inb__node *object)
{
    const inb__relation *r = relation_named(c, kind, object);
    if (r) {
        return inb__classify_is_new(c, r);
    }
    inb__name name = inb__object_name(c, object);
    const char *as = inb__object_kind(c, kind);
    bool unspecified = inb__node_bool(object, "ObjectWithArgs/args_unspecified");
    return inb__catalog_object_is_new(c->catalog, unspecified ? "function" : as, name);
}

/* Statements that change one object: harmless where this migration made it. */
static const struct {
    const char *node, *kind, *path, *reason;
} changed[] = {
    {"AlterEventTrigStmt", "OBJECT_EVENT_TRIGGER", "trigname",
     "it changes the code that runs on later schema changes"},
    {"AlterFdwStmt", "OBJECT_FDW", "fdwname", "existing foreign tables can behave differently"},
    {"AlterForeignServerStmt", "OBJECT_FOREIGN_SERVER", "servername",
     "existing foreign tables can read from another server"},
    {"AlterFunctionStmt", "OBJECT_FUNCTION", "func",
     "the behavior of an existing function changes"},
    {"AlterOpFamilyStmt", "OBJECT_OPFAMILY", "opfamilyname", "the use of existing indexes changes"},
    {"AlterPublicationStmt", "OBJECT_PUBLICATION", "pubname", "subscribers can receive other data"},
    {"AlterRoleSetStmt", "OBJECT_ROLE", "role/rolename",
     "the privileges of a role or the settings of its sessions change"},
    {"AlterRoleStmt", "OBJECT_ROLE", "role/rolename",
     "the privileges of a role or the settings of its sessions change"},
    {"AlterSubscriptionStmt", "OBJECT_SUBSCRIPTION", "subname",
     "the data copied from another server changes"},
    {"AlterTSConfigurationStmt", "OBJECT_TSCONFIGURATION", "cfgname",
     "existing searches can return other results"},
    {"AlterTSDictionaryStmt", "OBJECT_TSDICTIONARY", "dictname",
     "existing searches can return other results"},
    {"AlterTypeStmt", "OBJECT_TYPE", "typeName", "the behavior of an existing type changes"},
    {"AlterUserMappingStmt", "OBJECT_FOREIGN_SERVER", "servername",
     "access to existing foreign tables can fail"},
};

void inb__object_change(inb__classifier *c)
{
    for (size_t i = 0; i < sizeof(changed) / sizeof(changed[0]); i++) {
        if (!inb__str_is(c->body->key, changed[i].node)) {
            continue;
        }
        const inb__node *named = inb__node_at(c->body, changed[i].path);
        inb__name name = {.name = inb__node_text(named, "")};
        if (inb__node_at(named, "objname")) {
            name = inb__object_routine_name(c, named);
        } else if (name.name.n == 0) {
            name = inb__classify_name_of_list(named);
        }
        if (inb__str_is(c->body->key, "AlterFunctionStmt")) {
            inb__create_function_volatility(
                c, inb__classify_name_of_list(inb__node_at(named, "objname")),
                inb__node_at(c->body, "actions"), "");
        }
        bool is_new = inb__catalog_object_is_new(c->catalog, changed[i].kind, name);
        inb__classify_as(c, is_new ? ADD : CONTRACT, 0,
                         is_new ? "this migration created it" : changed[i].reason);
    }
}

/* OWNER TO and SECURITY LABEL; tables have an ALTER TABLE of their own for the former. */
void inb__object_owner_to(inb__classifier *c)
{
    bool label = inb__str_is(c->body->key, "SecLabelStmt");
    inb__str kind = inb__node_text(c->body, label ? "objtype" : "objectType");
    const inb__node *object = inb__node_at(c->body, "object");
    if (label) {
        c->s->tag = inb__object_tag(c, "SECURITY LABEL ON", kind);
        inb__classify_lock(c, relation_named(c, kind, object), SUE);
    } else {
        c->s->tag = inb__arena_printf(c->arena, "%s OWNER TO", inb__object_tag(c, "ALTER", kind));
    }
    if (!object_is_new(c, kind, object)) {
        inb__classify_as(c, CONTRACT, 0,
                         label ? "a security module can refuse what it allowed before"
                               : "the former owner loses its rights");
    }
}

void inb__object_depends(inb__classifier *c)
{
    bool view = inb__node_is(c->body, "objectType", "OBJECT_MATVIEW");
    bool trigger = inb__node_is(c->body, "objectType", "OBJECT_TRIGGER");
    const inb__node *relation = inb__node_at(c->body, "relation");
    c->s->tag =
        inb__arena_printf(c->arena, "%s DEPENDS ON EXTENSION",
                          inb__object_tag(c, "ALTER", inb__node_text(c->body, "objectType")));
    if (view || trigger) {
        inb__classify_lock(c, inb__classify_relation(c, relation),
                           view ? AE : INB_LOCK_ACCESS_SHARE);
    }
}

void inb__object_extension_contents(inb__classifier *c)
{
    inb__relation *r =
        relation_named(c, inb__node_text(c->body, "objtype"), inb__node_at(c->body, "object"));
    inb__classify_lock(c, r, SUE);
}

void inb__object_owned_by(inb__classifier *c)
{
    const inb__node *options = inb__node_at(c->body, "options");
    inb__relation *sequence = inb__classify_relation(c, inb__node_at(c->body, "sequence"));
    INB__NODE_EACH(n, options)
    {
        const inb__node *items = inb__node_at(n, "DefElem/arg/List/items");
        if (inb__node_is(n, "DefElem/defname", "owned_by")) {
            sequence->owner = NULL;
        }
        if (inb__node_is(n, "DefElem/defname", "owned_by") && inb__node_count(items) > 1) {
            sequence->owner = inb__catalog_relation_touch(c->catalog, inb__object_owner_of(items));
            sequence->owner_column =
                inb__catalog_keep(c->catalog, inb__classify_name_of_list(items).name);
            inb__classify_lock(c, sequence->owner, INB_LOCK_ACCESS_SHARE);
        }
    }
}

/* What an option of ALTER SEQUENCE can break; NULL for nothing. */
static const char *sequence_hazard(inb__classifier *c, const inb__node *option)
{
    bool given = inb__node_at(option, "arg") != NULL;
    inb__str type = inb__type_name_text(c->scratch, inb__node_at(option, "arg/TypeName"));
    if (inb__node_is(option, "defname", "restart")) {
        return "earlier values can be returned again";
    }
    if (inb__node_is(option, "defname", "cycle") && inb__node_bool(option, "arg/Boolean/boolval")) {
        return "the sequence starts over at its end and returns earlier values again";
    }
    if ((inb__node_is(option, "defname", "maxvalue") && given) ||
        (inb__node_is(option, "defname", "as") && !inb__str_is(type, "int8"))) {
        return "the sequence can reach its end earlier, and nextval() then fails";
    }
    return NULL;
}

void inb__object_alter_sequence(inb__classifier *c)
{
    inb__object_owned_by(c);
    inb__relation *r = inb__classify_relation(c, inb__node_at(c->body, "sequence"));
    inb__classify_lock(c, r, INB_LOCK_SHARE_ROW_EXCLUSIVE);
    const inb__node *options = inb__node_at(c->body, "options");
    INB__NODE_EACH(n, options)
    {
        const char *reason = sequence_hazard(c, inb__node_at(n, "DefElem"));
        if (reason && !inb__classify_is_new(c, r)) {
            inb__classify_as(c, CONTRACT, 0, reason);
        }
    }
}

static size_t value_find(const inb__strs *values, inb__str value)
{
    size_t i = 0;
    while (i < values->n && !inb__str_eq(values->v[i], value)) {
        i++;
    }
    return i;
}

/* BEFORE or AFTER a neighbour, or at the end. */
static void enum_value_add(inb__classifier *c, inb__sql_enum *e)
{
    inb__str value = inb__node_text(c->body, "newVal");
    inb__str neighbour = inb__node_text(c->body, "newValNeighbor");
    size_t at = neighbour.n ? value_find(&e->values, neighbour) : e->values.n;
    if (value_find(&e->values, value) < e->values.n) {
        return;
    }
    at += at < e->values.n && inb__node_bool(c->body, "newValIsAfter");
    INB__VEC_ADD(c->arena, &e->values, INB__STR(""));
    memmove(&e->values.v[at + 1], &e->values.v[at], sizeof(inb__str) * (e->values.n - 1 - at));
    e->values.v[at] = inb__catalog_keep(c->catalog, value);
}

/* The columns whose default is the old value have the new one. */
static void enum_value_rename(inb__classifier *c, inb__sql_enum *e)
{
    inb__str from = inb__node_text(c->body, "oldVal");
    inb__str to = inb__catalog_keep(c->catalog, inb__node_text(c->body, "newVal"));
    size_t at = value_find(&e->values, from);
    if (at < e->values.n) {
        e->values.v[at] = to;
    }
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *r = c->catalog->relations.entries[i].value;
        for (size_t k = 0; r && k < r->columns.n; k++) {
            inb__str type = r->columns.v[k].type;
            type.n -= inb__str_ends(type, "[]") ? strlen("[]") : 0;
            if (inb__catalog_enum_of_type(c->catalog, type) == e) {
                inb__written_default_rename(c, &r->columns.v[k].fallback, from, to);
            }
        }
    }
}

static void enum_change(inb__classifier *c, inb__name type)
{
    inb__sql_enum *e = inb__catalog_enum_find(c->catalog, type);
    if (e && inb__node_text(c->body, "oldVal").n) {
        enum_value_rename(c, e);
    } else if (e) {
        enum_value_add(c, e);
    }
}

void inb__object_alter_enum(inb__classifier *c)
{
    inb__name type = inb__classify_name_of_list(inb__node_at(c->body, "typeName"));
    enum_change(c, type);
    if (inb__node_text(c->body, "oldVal").n) {
        c->s->tag = "ALTER TYPE RENAME VALUE";
        if (!inb__catalog_object_is_new(c->catalog, "OBJECT_TYPE", type)) {
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
    inb__str text = inb__str_of(inb__catalog_name_text(c->scratch, type));
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *r = c->catalog->relations.entries[i].value;
        for (size_t k = 0; r && r->kind != INB__RELATION_INDEX && k < r->columns.n; k++) {
            if (!r->columns.v[k].dropped && inb__type_name_same(r->columns.v[k].type, text)) {
                inb__classify_lock(c, r, mode);
            }
        }
    }
}

/* ADD CONSTRAINT and VALIDATE, by far the widest: every table that uses the domain is read. */
static void domain_check(inb__classifier *c, inb__name type, bool valid, bool refuses_null)
{
    if (valid) {
        users_lock(c, type, INB_LOCK_SHARE);
    }
    if (refuses_null) {
        inb__classify_as(c, CONTRACT, valid ? INB_STATEMENT_SCANS : 0,
                         "every column of the domain becomes NOT NULL");
    } else if (valid) {
        inb__classify_as(c, INB_CLASS_BLOCKING, INB_STATEMENT_SCANS,
                         "writers wait while all tables that use the domain are scanned");
    } else {
        inb__classify_as(c, ADD, 0, "existing values are not checked; values written later are");
    }
}

void inb__object_alter_domain(inb__classifier *c)
{
    inb__name type = inb__classify_name_of_list(inb__node_at(c->body, "typeName"));
    const inb__node *k = inb__node_at(c->body, "def/Constraint");
    inb__str subtype = inb__node_text(c->body, "subtype");
    bool not_null = inb__str_is(subtype, "O"), adds = inb__str_is(subtype, "C");
    bool validates = inb__str_is(subtype, "V");
    bool refuses_null = not_null || (adds && inb__constraint_refuses_null(c, k));
    inb__domain *domain = inb__catalog_domain_find(c->catalog, type);
    if (domain && (adds || not_null)) {
        domain->checked = true;
        domain->not_null |= refuses_null;
    } else if (domain && inb__str_is(subtype, "N")) {
        domain->not_null = false;
    }
    if (domain && inb__str_is(subtype, "T")) {
        inb__constraint_domain_default(c, domain, inb__node_at(c->body, "def"));
    }
    if (inb__catalog_object_is_new(c->catalog, "OBJECT_TYPE", type)) {
        return;
    }
    if (adds || not_null || validates) {
        domain_check(c, type, !adds || !inb__node_bool(k, "skip_validation"), refuses_null);
    } else if (!inb__str_is(subtype, "T") || !inb__node_at(c->body, "def")) {
        inb__classify_as(c, CONTRACT, 0, "readers and writers lose a guarantee of the domain");
    }
}

void inb__object_comment(inb__classifier *c)
{
    inb__str kind = inb__node_text(c->body, "objtype");
    size_t row = relation_kind_find(kind);
    c->s->tag = inb__object_tag(c, "COMMENT ON", kind);
    if (row < N_RELATION_KINDS) {
        inb__classify_lock(c, relation_named(c, kind, inb__node_at(c->body, "object")),
                           relation_kinds[row].comment);
    }
}

static bool granted_are_new(inb__classifier *c)
{
    bool in_schema = inb__node_is(c->body, "targtype", "ACL_TARGET_ALL_IN_SCHEMA");
    inb__str kind = in_schema ? INB__STR("OBJECT_SCHEMA") : inb__node_text(c->body, "objtype");
    const inb__node *objects = inb__node_at(c->body, "objects");
    bool all = objects != NULL;
    INB__NODE_EACH(n, objects)
    {
        all &= object_is_new(c, kind, n);
    }
    return all;
}

void inb__object_grant(inb__classifier *c)
{
    bool role = inb__str_is(c->body->key, "GrantRoleStmt");
    if (inb__node_bool(c->body, "is_grant")) {
        return;
    }
    c->s->tag = role ? "REVOKE ROLE" : "REVOKE";
    bool is_new = !role && granted_are_new(c);
    inb__classify_as(c, is_new ? ADD : CONTRACT, 0,
                     is_new ? "this migration created its objects" : "clients lose privileges");
}

void inb__object_default_privileges(inb__classifier *c)
{
    if (!inb__node_bool(c->body, "action/is_grant")) {
        inb__classify_as(c, CONTRACT, 0,
                         "clients lose default privileges on objects created later");
    }
}

static void trigger_take(inb__classifier *c, inb__relation *r)
{
    bool rows = inb__node_bool(c->body, "row");
    if (r->partitioned && rows) {
        inb__classify_lock_all(c, r, INB_LOCK_SHARE_ROW_EXCLUSIVE);
    } else {
        inb__classify_lock(c, r, INB_LOCK_SHARE_ROW_EXCLUSIVE);
    }
    inb__relation *from = inb__classify_relation(c, inb__node_at(c->body, "constrrel"));
    inb__classify_lock(c, from, INB_LOCK_ACCESS_SHARE);
    inb__strs columns = {0};
    const inb__node *named = inb__node_at(c->body, "columns");
    INB__NODE_EACH(n, named)
    {
        INB__VEC_ADD(c->arena, &columns,
                     inb__catalog_keep(c->catalog, inb__node_text(n, "String/sval")));
    }
    inb__constraint_expression_columns(c, &columns, inb__node_at(c->body, "whenClause"));
    inb__str name = inb__node_text(c->body, "trigname");
    for (size_t i = 0; inb__node_bool(c->body, "replace") && i < r->triggers.n; i++) {
        inb__trigger *old = &r->triggers.v[i];
        old->name = inb__str_eq(old->name, name) ? INB__STR("") : old->name;
    }
    inb__trigger *t = INB__VEC_PUSH(c->arena, &r->triggers);
    inb__name function = inb__classify_name_of_list(inb__node_at(c->body, "funcname"));
    *t = (inb__trigger){inb__catalog_keep(c->catalog, name),
                        {inb__catalog_keep(c->catalog, function.schema),
                         inb__catalog_keep(c->catalog, function.name)},
                        columns};
}

/* CREATE TRIGGER, CREATE RULE and ALTER POLICY: existing statements have other effects from now on.
 */
void inb__object_on_table(inb__classifier *c)
{
    bool policy = inb__str_is(c->body->key, "AlterPolicyStmt");
    bool trigger = inb__str_is(c->body->key, "CreateTrigStmt");
    inb__relation *r =
        inb__classify_relation(c, inb__node_at(c->body, policy ? "table" : "relation"));
    inb__relation_needed(c, r);
    if (trigger) {
        trigger_take(c, r);
    } else {
        inb__classify_lock(c, r, AE);
        inb__dml_plan(c, c->body);
    }
    if (!inb__classify_is_new(c, r)) {
        inb__classify_as(c, CONTRACT, 0,
                         policy
                             ? "clients see other rows than before"
                             : "existing writes have other effects afterwards, and can be refused");
    }
}

void inb__object_create_policy(inb__classifier *c)
{
    inb__relation *r = inb__classify_relation(c, inb__node_at(c->body, "table"));
    inb__relation_needed(c, r);
    inb__classify_lock(c, r, AE);
    inb__query_reads(c, c->body, INB__REACH_NAMED);
    if (!inb__node_bool(c->body, "permissive") && !inb__classify_is_new(c, r)) {
        inb__classify_as(c, CONTRACT, 0, "a restrictive policy hides rows and refuses writes");
    }
}

void inb__object_database(inb__classifier *c)
{
    const inb__node *options = inb__node_at(c->body, "options");
    INB__NODE_EACH(n, options)
    {
        if (inb__node_is(n, "DefElem/defname", "tablespace")) {
            c->s->flags |= INB_STATEMENT_NO_TRANSACTION;
        }
    }
}

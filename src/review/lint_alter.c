/* Rules of ALTER TABLE. */
#include "config.h"

#include "postgres/type_change.h"
#include "review/lint_parts.h"
#include "sql/type_name.h"

/* One subcommand. */
typedef struct altering {
    inb__lint *l;
    const inb__relation *r;
    const inb__node *cmd;
    size_t number;
    const char *table, *column;
} altering;

/* "ALTER TABLE t" and the rest of a statement of its own. */
static const char *alone(const altering *a, const char *more)
{
    inb__str head = inb__lint_alter_head(a->l);
    inb__str command = inb__lint_alter_command(a->l, a->number);
    return inb__arena_printf(a->l->arena, "%.*s %.*s%s", INB__STR_ARG(head), INB__STR_ARG(command),
                             more);
}

/* ---- before the catalogue has it ------------------------------------------------------------- */

static void type_changed(const altering *a)
{
    const inb__sql_column *column =
        a->r ? inb__catalog_column_find(a->r, inb__node_text(a->cmd, "name")) : NULL;
    inb__str from = column ? column->type : INB__STR("");
    inb__str known = from.n ? from : INB__STR("an unknown type");
    inb__str to = inb__type_name_text(a->l->arena, inb__node_at(a->cmd, "def/ColumnDef/typeName"));
    bool computed = inb__node_at(a->cmd, "def/ColumnDef/raw_default") != NULL;
    inb__lint_type_check(a->l, a->column, inb__node_at(a->cmd, "def/ColumnDef/typeName"));
    inb__type_change change = computed ? INB__TYPE_NARROWS : inb__type_change_of(from, to);
    const char *words = inb__arena_printf(a->l->arena, "column %s changes from %.*s to %.*s",
                                          a->column, INB__STR_ARG(known), INB__STR_ARG(to));
    if (change == INB__TYPE_SAME) {
        return;
    }
    const char *instead = inb__arena_printf(
        a->l->arena,
        "-- a second column, kept in step by a trigger and filled in batches:\n"
        "-- inboard migrate new NAME --zero-downtime writes the sequence from "
        "the schema;\n-- its first step is\n"
        "ALTER TABLE %s ADD COLUMN %s %.*s;",
        a->table,
        inb__lint_ident(a->l, inb__arena_join(a->l->arena, inb__node_text(a->cmd, "name"), "_",
                                              INB__STR("new"))),
        INB__STR_ARG(to));
    inb__lint_find(a->l,
                   change == INB__TYPE_WIDENS ? INB__LINT_TYPE_REWRITES : INB__LINT_TYPE_NARROWS,
                   instead, "%s: %s", words,
                   change == INB__TYPE_WIDENS
                       ? "the table is rewritten while readers and writers wait"
                       : "the table is rewritten or checked, and values can be refused or change "
                         "their meaning");
}

static void column_dropped(const altering *a)
{
    inb__lint_find(a->l, INB__LINT_DROP_COLUMN, NULL,
                   "column %s of %s is dropped with its values, and code that names it breaks",
                   a->column, a->table);
}

static void constraint_dropped(const altering *a)
{
    inb__lint_find(a->l, INB__LINT_DROP_CONSTRAINT, NULL,
                   "constraint %s of %s no longer holds, and code can rely on it", a->column,
                   a->table);
}

/* ---- after it ----------------------------------------------------------------------------------
 */

static void not_null_set(const altering *a)
{
    const char *check = inb__lint_ident(
        a->l, inb__arena_join(a->l->arena, inb__node_text(a->cmd, "name"), "_", INB__STR("set")));
    inb__lint_find(
        a->l, INB__LINT_NOT_NULL_SCANS,
        inb__arena_printf(a->l->arena,
                          "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID;\n"
                          "-- in the next migration:\n"
                          "ALTER TABLE %s VALIDATE CONSTRAINT %s;\n"
                          "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n"
                          "ALTER TABLE %s DROP CONSTRAINT %s;",
                          a->table, check, a->column, a->table, check, a->table, a->column,
                          a->table, check),
        "column %s of %s becomes NOT NULL: all rows are read while readers and writers "
        "wait",
        a->column, a->table);
}

static void not_null_dropped(const altering *a)
{
    inb__lint_find(a->l, INB__LINT_DROP_NOT_NULL, NULL,
                   "readers of %s can get NULL in %s, where there never was one", a->table,
                   a->column);
}

static void default_set(const altering *a)
{
    if (!inb__node_at(a->cmd, "def")) {
        inb__lint_find(a->l, INB__LINT_DROP_DEFAULT, NULL,
                       "an INSERT into %s that omits %s relied on its default", a->table,
                       a->column);
    }
}

/* The foreign keys of the table that this migration made, and no statement before this one. */
static void keys_note(inb__lint *l, const inb__relation *r)
{
    for (size_t i = 0; r && i < r->constraints.n; i++) {
        const inb__constraint *k = &r->constraints.v[i];
        bool noted = k->kind != INB__CONSTRAINT_FOREIGN_KEY || k->dropped ||
                     k->born != l->catalog->migration;
        for (size_t n = 0; n < l->keys.n && !noted; n++) {
            noted = l->keys.v[n].table == r && inb__str_eq(l->keys.v[n].name, k->name);
        }
        if (!noted) {
            inb__lint_key key = {(inb__relation *)r, k->name, l->own, l->pieces};
            INB__VEC_ADD(l->arena, &l->keys, key);
        }
    }
}

/* A default that gives another value for each row. */
static bool is_volatile(inb__lint *l, const inb__node *k)
{
    const inb__classifier c = inb__lint_classifier(l);
    return inb__constraint_is(k, "CONSTR_DEFAULT") &&
           inb__functions_are_volatile(&c, inb__node_at(k, "raw_expr"));
}

static void column_added(const altering *a)
{
    const inb__node *column = inb__node_at(a->cmd, "def/ColumnDef");
    const inb__node *constraints = inb__node_at(column, "constraints");
    bool required = false, filled = inb__type_name_is_serial(inb__node_at(column, "typeName"));
    bool references = false, varies = filled;
    INB__NODE_EACH(n, constraints)
    {
        const inb__node *k = inb__node_at(n, "Constraint");
        required |=
            inb__constraint_is(k, "CONSTR_NOTNULL") || inb__constraint_is(k, "CONSTR_PRIMARY");
        filled |= inb__constraint_is(k, "CONSTR_DEFAULT") ||
                  inb__constraint_is(k, "CONSTR_IDENTITY") ||
                  inb__constraint_is(k, "CONSTR_GENERATED");
        varies |= inb__constraint_is(k, "CONSTR_IDENTITY") ||
                  inb__constraint_is(k, "CONSTR_GENERATED") || is_volatile(a->l, k);
        references |= inb__constraint_is(k, "CONSTR_FOREIGN");
        if (inb__constraint_is(k, "CONSTR_UNIQUE") || inb__constraint_is(k, "CONSTR_PRIMARY")) {
            inb__lint_find(a->l, INB__LINT_KEY_BUILDS_INDEX, NULL,
                           "the index of the new column %s is built while readers and writers of "
                           "%s wait",
                           a->column, a->table);
        }
    }
    if (a->l->s->flags & INB_STATEMENT_REWRITES && varies) {
        inb__lint_find(
            a->l, INB__LINT_COLUMN_REWRITES,
            inb__arena_printf(
                a->l->arena,
                "ALTER TABLE %s ADD COLUMN %s %.*s;\n"
                "-- in the next migrations: ALTER COLUMN … SET DEFAULT, then the values "
                "of the rows in batches, then NOT NULL",
                a->table, a->column,
                INB__STR_ARG(inb__type_name_text(a->l->arena, inb__node_at(column, "typeName")))),
            "the new column %s has another value in each row: %s is rewritten while "
            "readers and writers wait",
            a->column, a->table);
    }
    if (required && !filled) {
        inb__lint_find(a->l, INB__LINT_COLUMN_REQUIRED, NULL,
                       "the new column %s is NOT NULL without a default: the statement fails when "
                       "%s has rows, and so does every INSERT that omits it",
                       a->column, a->table);
    }
    if (references) {
        keys_note(a->l, a->r);
    }
    inb__lint_column_check(a->l, column);
}

/* With its index built before, a key takes a moment. */
static const char *key_instead(const altering *a, const inb__node *k, bool primary)
{
    const char *name = inb__lint_constraint_name(a->l, a->r, k, "NAME");
    return inb__arena_printf(
        a->l->arena,
        "-- in a migration of its own:\nCREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s);\n"
        "-- in the next one:\nALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s;",
        name, a->table, inb__lint_keys(a->l, inb__node_at(k, "keys")), a->table, name,
        primary ? "PRIMARY KEY" : "UNIQUE", name);
}

/* Columns of a primary key that may be NULL as far as the history tells. */
static void nullable_check(const altering *a, const inb__node *k)
{
    bool reads = a->l->s->cls == INB_CLASS_CONTRACTING;
    if (reads) {
        inb__lint_find(a->l, INB__LINT_PRIMARY_KEY_NULLABLE, NULL,
                       "a column of the primary key %s may contain NULL: all rows are read while "
                       "readers and writers of %s wait; make it NOT NULL first",
                       inb__lint_constraint_name(a->l, a->r, k, ""), a->table);
    }
}

static void key_added(const altering *a, const inb__node *k)
{
    bool primary = inb__constraint_is(k, "CONSTR_PRIMARY");
    if (!inb__node_text(k, "indexname").n) {
        inb__lint_find(a->l, INB__LINT_KEY_BUILDS_INDEX, key_instead(a, k, primary),
                       "the index of the %s is built while readers and writers of %s wait",
                       primary ? "primary key" : "unique constraint", a->table);
    }
    if (primary) {
        nullable_check(a, k);
    }
}

static void checked_later(const altering *a, const inb__node *k, bool foreign)
{
    const char *name = inb__lint_constraint_name(a->l, a->r, k, "NAME");
    if (inb__node_bool(k, "skip_validation")) {
        return;
    }
    inb__lint_find(a->l, foreign ? INB__LINT_FOREIGN_KEY_VALIDATED : INB__LINT_CHECK_VALIDATED,
                   inb__arena_printf(a->l->arena,
                                     "%s\n-- in the next migration:\nALTER TABLE %s VALIDATE "
                                     "CONSTRAINT %s;",
                                     alone(a, " NOT VALID;"), a->table, name),
                   foreign ? "every row of %s is looked up while writers of both tables wait"
                           : "every row of %s is checked while readers and writers wait",
                   a->table);
}

static void constraint_added(const altering *a)
{
    const inb__node *k = inb__node_at(a->cmd, "def/Constraint");
    bool foreign = inb__constraint_is(k, "CONSTR_FOREIGN");
    if (inb__constraint_is(k, "CONSTR_UNIQUE") || inb__constraint_is(k, "CONSTR_PRIMARY")) {
        key_added(a, k);
    } else if (inb__constraint_is(k, "CONSTR_EXCLUSION")) {
        inb__lint_find(a->l, INB__LINT_EXCLUSION_BUILDS_INDEX, NULL,
                       "the index of the exclusion constraint is built while readers and writers "
                       "of %s wait, and PostgreSQL has no way to build it beforehand",
                       a->table);
    } else if (foreign || inb__constraint_is(k, "CONSTR_CHECK")) {
        checked_later(a, k, foreign);
    }
    if (foreign) {
        keys_note(a->l, a->r);
    }
}

static void constraint_validated(const altering *a)
{
    const inb__constraint *k =
        a->r ? inb__catalog_constraint_find(a->r, inb__node_text(a->cmd, "name")) : NULL;
    if (k && k->born && k->born == a->l->catalog->migration) {
        inb__lint_find(
            a->l, INB__LINT_VALIDATE_SAME_TRANSACTION,
            inb__arena_printf(a->l->arena, "-- in a migration of its own:\n%s", alone(a, ";")),
            "the lock of ADD CONSTRAINT is held while all rows of %s are read", a->table);
    }
}

static void partition_attached(const altering *a)
{
    if (a->l->s->flags & INB_STATEMENT_SCANS) {
        inb__lint_find(
            a->l, INB__LINT_ATTACH_SCANS, NULL,
            "all rows of the new partition of %s, or of its default partition, are read: "
            "give the table a CHECK of the bounds first, NOT VALID and then validated",
            a->table);
    }
}

static void partition_detached(const altering *a)
{
    if (!inb__node_bool(a->cmd, "def/PartitionCmd/concurrent")) {
        inb__lint_find(a->l, INB__LINT_DETACH_NOT_CONCURRENT, alone(a, " CONCURRENTLY;"),
                       "readers and writers of %s wait for the lock on all of it", a->table);
    }
}

static void storage_changed(const altering *a)
{
    if (a->l->s->flags & INB_STATEMENT_REWRITES) {
        inb__lint_find(a->l, INB__LINT_TABLE_REWRITES, NULL,
                       "%s is rewritten while readers and writers wait", a->table);
    }
}

static void trigger_changed(const altering *a)
{
    inb__lint_find(a->l, INB__LINT_TRIGGER_ON_TABLE, NULL,
                   "writes to %s have other effects than before", a->table);
}

static void security_changed(const altering *a)
{
    inb__lint_find(a->l, INB__LINT_ROW_SECURITY, NULL, "clients of %s see other rows than before",
                   a->table);
}

static const struct {
    const char *subtype;
    void (*before)(const altering *a);
    void (*after)(const altering *a);
} commands[] = {
    {"AT_AddColumn", NULL, column_added},
    {"AT_DropColumn", column_dropped, NULL},
    {"AT_AlterColumnType", type_changed, NULL},
    {"AT_SetNotNull", NULL, not_null_set},
    {"AT_DropNotNull", NULL, not_null_dropped},
    {"AT_ColumnDefault", NULL, default_set},
    {"AT_AddConstraint", NULL, constraint_added},
    {"AT_DropConstraint", constraint_dropped, NULL},
    {"AT_ValidateConstraint", NULL, constraint_validated},
    {"AT_AttachPartition", NULL, partition_attached},
    {"AT_DetachPartition", NULL, partition_detached},
    {"AT_SetLogged", NULL, storage_changed},
    {"AT_SetUnLogged", NULL, storage_changed},
    {"AT_SetTableSpace", NULL, storage_changed},
    {"AT_SetAccessMethod", NULL, storage_changed},
    {"AT_EnableTrig", NULL, trigger_changed},
    {"AT_EnableAlwaysTrig", NULL, trigger_changed},
    {"AT_EnableReplicaTrig", NULL, trigger_changed},
    {"AT_DisableTrig", NULL, trigger_changed},
    {"AT_EnableTrigAll", NULL, trigger_changed},
    {"AT_DisableTrigAll", NULL, trigger_changed},
    {"AT_EnableTrigUser", NULL, trigger_changed},
    {"AT_DisableTrigUser", NULL, trigger_changed},
    {"AT_EnableRowSecurity", NULL, security_changed},
    {"AT_DisableRowSecurity", NULL, security_changed},
    {"AT_ForceRowSecurity", NULL, security_changed},
    {"AT_NoForceRowSecurity", NULL, security_changed},
};

static void commands_look(inb__lint *l, bool after)
{
    const inb__node *range = inb__node_at(l->body, "relation");
    altering a = {.l = l, .r = inb__lint_relation(l, range)};
    a.table = inb__lint_name(l, inb__classify_name(range));
    if (!inb__lint_is_old(l, a.r)) {
        return;
    }
    const inb__node *list = inb__node_at(l->body, "cmds");
    INB__NODE_EACH(n, list)
    {
        a.cmd = inb__node_at(n, "AlterTableCmd");
        inb__str name = inb__node_text(a.cmd, "name");
        a.column =
            inb__lint_ident(l, name.n ? name : inb__node_text(a.cmd, "def/ColumnDef/colname"));
        for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
            void (*rule)(const altering *) = after ? commands[i].after : commands[i].before;
            if (rule && inb__node_is(a.cmd, "subtype", commands[i].subtype)) {
                rule(&a);
            }
        }
        a.number++;
    }
}

void inb__lint_table_altered_before(inb__lint *l)
{
    commands_look(l, false);
}

/* For longer than the statement's tree. */
static inb__str kept(inb__lint *l, inb__str s)
{
    return (inb__str){inb__arena_strndup(l->arena, s.n ? s.p : "", s.n), s.n};
}

/* Two in a row that could be one take the lock twice. */
static void again_check(inb__lint *l)
{
    inb__name name = inb__classify_name(inb__node_at(l->body, "relation"));
    if (l->changed && l->s->cls == INB_CLASS_ADDITIVE && inb__str_eq(l->last.name, name.name) &&
        inb__str_eq(l->last.schema, name.schema) &&
        !inb__node_is(inb__node_first(inb__node_at(l->body, "cmds")), "AlterTableCmd/subtype",
                      "AT_ValidateConstraint")) {
        inb__lint_find(l, INB__LINT_ALTER_TWICE, NULL,
                       "the statement before alters %s, too: one ALTER TABLE with both takes the "
                       "lock once",
                       inb__lint_name(l, name));
    }
    l->changed = true;
    l->last = (inb__name){kept(l, name.schema), kept(l, name.name)};
}

void inb__lint_table_altered(inb__lint *l)
{
    if (inb__node_is(l->body, "objtype", "OBJECT_TABLE")) {
        again_check(l);
    }
    commands_look(l, true);
}

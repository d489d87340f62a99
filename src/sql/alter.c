/* ALTER TABLE: a table of facts of its own, one row a subcommand. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/types.h"

#define ADD INB_CLASS_ADDITIVE
#define BLOCK INB_CLASS_BLOCKING
#define CONTRACT INB_CLASS_CONTRACTING
#define AE INB_LOCK_ACCESS_EXCLUSIVE
#define SUE INB_LOCK_SHARE_UPDATE_EXCLUSIVE
#define SRE INB_LOCK_SHARE_ROW_EXCLUSIVE
#define REWRITES INB_STATEMENT_REWRITES
#define SCANS INB_STATEMENT_SCANS

/* One subcommand on one table. */
typedef struct altering {
    inb__classifier *c;
    inb__relation *r;
    const inb__node *cmd;
    inb__str name; /* of the column or constraint */
    bool alone;    /* the statement has no other subcommand */
} altering;

typedef struct alter_fact {
    const char *subtype;
    const char *tag;
    inb_class cls;
    inb_lock_mode mode; /* on the table; INB_LOCK_NONE: the handler says */
    uint32_t flags;
    const char *reason;
    void (*more)(altering *a);
} alter_fact;

/* On a table that is new nothing waits and nobody breaks. */
static void hazard(altering *a, inb_class cls, uint32_t flags, const char *reason)
{
    if (!inb__classify_is_new(a->c, a->r)) {
        inb__classify_as(a->c, cls, flags, reason);
    }
}

static const char *says(altering *a, const char *format)
{
    return inb__arena_printf(a->c->arena, "column \"%.*s\" %s", INB__STR_ARG(a->name), format);
}

/* What ADD COLUMN says of its column. */
typedef struct column_facts {
    const inb__node *fallback; /* the DEFAULT expression, NULL when there is none or it is NULL */
    bool not_null, primary, unique, check, references, generated;
} column_facts;

static column_facts column_facts_of(const inb__node *column)
{
    column_facts f = {0};
    const inb__node *constraints = inb__node_at(column, "constraints");
    INB__NODE_EACH(n, constraints)
    {
        const inb__node *k = inb__node_at(n, "Constraint");
        const inb__node *expression = inb__node_at(k, "raw_expr");
        if (inb__constraint_is(k, "CONSTR_DEFAULT") &&
            !inb__node_bool(expression, "A_Const/isnull")) {
            f.fallback = expression;
        }
        f.not_null |= inb__constraint_is(k, "CONSTR_NOTNULL");
        f.primary |= inb__constraint_is(k, "CONSTR_PRIMARY");
        f.unique |= inb__constraint_is(k, "CONSTR_UNIQUE");
        f.check |= inb__constraint_is(k, "CONSTR_CHECK");
        f.references |= inb__constraint_is(k, "CONSTR_FOREIGN");
        f.generated |=
            inb__constraint_is(k, "CONSTR_IDENTITY") || inb__constraint_is(k, "CONSTR_GENERATED");
    }
    return f;
}

static void column_add_hazards(altering *a, const inb__node *column, const column_facts *f)
{
    const inb__node *type = inb__node_at(column, "typeName");
    bool serial = inb__type_is_serial(type);
    bool domain = inb__object_is_known(a->c->catalog, "checked domain",
                                       inb__name_of_list(inb__node_at(type, "names")));
    bool filled = f->fallback || serial || f->generated;
    if (serial || f->generated || domain || inb__expression_is_volatile(f->fallback)) {
        hazard(
            a, BLOCK, REWRITES,
            says(a,
                 "has another value in each row, so the table is rewritten while nobody reads it"));
    }
    if ((f->not_null || f->primary) && !filled) {
        hazard(a, CONTRACT, SCANS,
               says(a,
                    "must not be null and has no default: rows that exist refuse it, and so does "
                    "every INSERT that does not know it"));
    }
    if (f->unique || f->primary) {
        hazard(a, BLOCK, SCANS,
               says(a, "gets a unique index, which is built while nobody reads the table"));
    }
    if (f->check) {
        hazard(
            a, BLOCK, SCANS,
            says(a, "has a CHECK, for which all rows are read while nobody else reads the table"));
    }
    if (f->references && f->fallback) {
        hazard(
            a, BLOCK, SCANS,
            says(a, "has a default and refers to another table, so each row is looked up there"));
    }
}

static void column_add(altering *a)
{
    const inb__node *column = inb__node_at(a->cmd, "def/ColumnDef");
    a->name = inb__node_text(column, "colname");
    column_facts f = column_facts_of(column);
    column_add_hazards(a, column, &f);
    inb__column_take(a->c, a->r, column);
    if (a->alone) {
        inb__classify_kind(a->c, INB_STATEMENT_ADD_COLUMN, a->r->name, a->name);
    }
    a->c->s->flags |= inb__node_bool(a->cmd, "missing_ok") ? INB_STATEMENT_IF_NOT_EXISTS : 0;
}

static void column_default(altering *a)
{
    if (!inb__node_at(a->cmd, "def")) {
        a->c->s->tag = "ALTER TABLE DROP DEFAULT";
        hazard(a, CONTRACT, 0,
               says(a, "loses its default, which an INSERT that leaves it out relied on"));
    }
}

static void column_not_null(altering *a)
{
    bool proven = inb__column_proven(a->r, a->name);
    if (proven) {
        hazard(a, ADD, 0,
               says(a, "is known to hold no NULL, so nothing is read and nothing new is refused"));
    } else {
        hazard(a, CONTRACT, SCANS,
               says(a, "refuses NULL from now on, and all rows are read for one while nobody reads "
                       "the table"));
    }
    inb__column_touch(a->c->catalog, a->r, a->name)->not_null = true;
}

static void column_nullable(altering *a)
{
    inb__column_touch(a->c->catalog, a->r, a->name)->not_null = false;
}

static bool concerns(const inb__constraint *k, inb__str column)
{
    for (size_t i = 0; i < k->columns.n; i++) {
        if (inb__str_eq(k->columns.v[i], column)) {
            return !k->dropped;
        }
    }
    return false;
}

static void column_drop(altering *a)
{
    inb__sql_column *column = inb__column_find(a->r, a->name);
    for (size_t i = 0; i < a->r->constraints.n; i++) {
        inb__constraint *k = &a->r->constraints.v[i];
        if (concerns(k, a->name)) {
            inb__classify_lock_all(a->c, k->parent, AE);
            k->dropped = true;
        }
    }
    if (column) {
        column->dropped = true;
    }
}

/* USING that only says what happens anyway: the column, or the column cast to its new type. */
static bool using_is_plain(altering *a, const inb__node *expression, inb__str to)
{
    const inb__node *cast = inb__node_at(expression, "TypeCast");
    const inb__node *ref = inb__node_at(cast ? inb__node_at(cast, "arg") : expression, "ColumnRef");
    bool same =
        !cast || inb__str_eq(inb__type_text(a->c->arena, inb__node_at(cast, "typeName")), to);
    return !expression ||
           (ref && same &&
            inb__str_eq(inb__name_of_list(inb__node_at(ref, "fields")).name, a->name));
}

static bool is_checked(const inb__relation *r, inb__str column)
{
    for (size_t i = 0; i < r->constraints.n; i++) {
        const inb__constraint *k = &r->constraints.v[i];
        if (k->kind == INB__CONSTRAINT_CHECK && concerns(k, column)) {
            return true;
        }
    }
    return false;
}

static void column_type(altering *a)
{
    const inb__node *def = inb__node_at(a->cmd, "def/ColumnDef");
    inb__sql_column *column = inb__column_touch(a->c->catalog, a->r, a->name);
    inb__str to = inb__type_text(a->c->arena, inb__node_at(def, "typeName"));
    inb__type_change change = inb__type_change_of(column->type, to);
    if (!using_is_plain(a, inb__node_at(def, "raw_default"), to)) {
        change = INB__TYPE_NARROWS;
    }
    const char *from = column->type.n ? inb__classify_text(a->c, column->type)
                                      : "a type that the history does not tell";
    const char *words =
        inb__arena_printf(a->c->arena, "changes from %s to %.*s", from, INB__STR_ARG(to));
    if (change == INB__TYPE_NARROWS) {
        words = inb__arena_printf(
            a->c->arena, "%s: the table is rewritten, and values can be refused or read otherwise",
            words);
        hazard(a, CONTRACT, REWRITES, says(a, words));
    } else if (change == INB__TYPE_WIDENS) {
        words = inb__arena_printf(a->c->arena, "%s: the table is rewritten while nobody reads it",
                                  words);
        hazard(a, BLOCK, REWRITES, says(a, words));
    } else if (is_checked(a->r, a->name)) {
        words = inb__arena_printf(a->c->arena,
                                  "%s: no row changes, but its CHECK reads them all again", words);
        hazard(a, BLOCK, SCANS, says(a, words));
    } else {
        words = inb__arena_printf(a->c->arena, "%s: no row changes, and every value stays", words);
        hazard(a, ADD, 0, says(a, words));
    }
    column->type = to;
}

static bool index_columns_proven(altering *a, inb__str index_name)
{
    const inb__relation *index =
        inb__relation_find(a->c->catalog, (inb__name){a->r->name.schema, index_name});
    for (size_t i = 0; index && i < index->columns.n; i++) {
        if (!inb__column_proven(a->r, index->columns.v[i].name)) {
            return false;
        }
    }
    return index && index->columns.n;
}

static bool keys_proven(altering *a, const inb__node *keys)
{
    INB__NODE_EACH(n, keys)
    {
        if (!inb__column_proven(a->r, inb__node_text(n, "String/sval"))) {
            return false;
        }
    }
    return true;
}

static void key_add(altering *a, const inb__node *k)
{
    inb__str index = inb__node_text(k, "indexname");
    bool primary = inb__constraint_is(k, "CONSTR_PRIMARY");
    bool proven = !primary || (index.n ? index_columns_proven(a, index)
                                       : keys_proven(a, inb__node_at(k, "keys")));
    if (!proven) {
        hazard(a, CONTRACT, SCANS,
               "columns of the primary key refuse NULL from now on, and all rows are read for one");
    }
    if (index.n) {
        hazard(a, ADD, 0, "the index exists and already keeps its columns unique");
    } else {
        hazard(a, BLOCK, SCANS, "a unique index is built while nobody reads the table");
    }
}

/* A CHECK that says NOT NULL narrows as NOT NULL does. */
static void not_null_check(altering *a, const inb__constraint *k)
{
    for (size_t i = 0; i < k->not_null.n; i++) {
        const inb__sql_column *column = inb__column_find(a->r, k->not_null.v[i]);
        if (!column || !column->not_null) {
            a->name = k->not_null.v[i];
            hazard(a, CONTRACT, 0,
                   says(a, "refuses NULL from now on, also from code that does not know it"));
        }
    }
}

static void constraint_add(altering *a)
{
    const inb__node *k = inb__node_at(a->cmd, "def/Constraint");
    bool foreign = inb__constraint_is(k, "CONSTR_FOREIGN");
    bool valid = !inb__node_bool(k, "skip_validation");
    inb__classify_lock_all(a->c, a->r, foreign ? SRE : AE);
    if (inb__constraint_is(k, "CONSTR_UNIQUE") || inb__constraint_is(k, "CONSTR_PRIMARY")) {
        key_add(a, k);
    } else if (inb__constraint_is(k, "CONSTR_EXCLUSION")) {
        hazard(a, BLOCK, SCANS, "an index is built while nobody reads the table");
    } else if (valid) {
        hazard(a, BLOCK, SCANS,
               foreign ? "writers of both tables wait while each row is looked up"
                       : "all rows are read while nobody else reads the table");
    } else {
        hazard(a, ADD, 0, "rows that exist are not looked at; rows written from now on are");
    }
    inb__constraint_take(a->c, a->r, k, INB__STR(""));
    if (a->r->constraints.n) {
        not_null_check(a, &a->r->constraints.v[a->r->constraints.n - 1]);
    }
    if (a->alone) {
        inb__classify_kind(a->c, INB_STATEMENT_ADD_CONSTRAINT, a->r->name,
                           inb__node_text(k, "conname"));
    }
}

static void constraint_validate(altering *a)
{
    inb__constraint *k = inb__constraint_find(a->r, a->name);
    if (k) {
        inb__classify_lock_all(a->c, k->parent, INB_LOCK_ROW_SHARE);
        k->validated = true;
    }
    if (k && k->born == a->c->catalog->migration && !a->c->separate) {
        hazard(
            a, BLOCK, SCANS,
            "all rows are read while the lock of ADD CONSTRAINT in this same transaction is held");
    }
    if (a->alone) {
        inb__classify_kind(a->c, INB_STATEMENT_VALIDATE_CONSTRAINT, a->r->name, a->name);
    }
}

/* A CHECK that says no more than NOT NULL does: nothing is lost with it. */
static bool says_nothing(const altering *a, const inb__constraint *k)
{
    if (k->kind != INB__CONSTRAINT_CHECK || k->not_null.n == 0 || k->not_null.n != k->columns.n) {
        return false;
    }
    for (size_t i = 0; i < k->not_null.n; i++) {
        const inb__sql_column *column = inb__column_find(a->r, k->not_null.v[i]);
        if (!column || !column->not_null) {
            return false;
        }
    }
    return true;
}

static void constraint_drop(altering *a)
{
    inb__constraint *k = inb__constraint_find(a->r, a->name);
    a->c->s->flags |= inb__node_bool(a->cmd, "missing_ok") ? INB_STATEMENT_IF_NOT_EXISTS : 0;
    if (k && says_nothing(a, k)) {
        hazard(a, ADD, 0, "the columns are NOT NULL themselves, so nothing is lost with the CHECK");
    } else {
        hazard(a, CONTRACT, 0, "what the constraint promised to readers and writers is gone");
    }
    if (k) {
        inb__classify_lock_all(a->c, k->parent, AE);
        k->dropped = true;
    }
}

static void relation_options(altering *a)
{
    static const char *const strong[] = {"user_catalog_table", "security_barrier", "check_option",
                                         "security_invoker"};
    const inb__node *options = inb__node_at(a->cmd, "def/List/items");
    inb_lock_mode mode = SUE;
    INB__NODE_EACH(n, options)
    {
        for (size_t i = 0; i < sizeof(strong) / sizeof(strong[0]); i++) {
            mode = inb__node_is(n, "DefElem/defname", strong[i]) ? AE : mode;
        }
    }
    inb__classify_lock(a->c, a->r, mode);
}

static void identity_add(altering *a)
{
    hazard(
        a, CONTRACT, 0,
        says(
            a,
            "is filled by the server from now on, and a value that a client gives can be refused"));
}

static void inherit(altering *a)
{
    inb__relation *parent = inb__relation_of(a->c, inb__node_at(a->cmd, "def/RangeVar"));
    inb__classify_lock(a->c, parent, SUE);
    a->r->table = parent;
    parent->has_children = true;
}

static void disinherit(altering *a)
{
    inb__relation *parent = inb__relation_of(a->c, inb__node_at(a->cmd, "def/RangeVar"));
    inb__classify_lock(a->c, parent, INB_LOCK_ACCESS_SHARE);
    a->r->table = a->r->table == parent ? NULL : a->r->table;
}

static void partition_attach(altering *a)
{
    const inb__node *cmd = inb__node_at(a->cmd, "def/PartitionCmd");
    inb__relation *child = inb__relation_of(a->c, inb__node_at(cmd, "name"));
    if (inb__node_is(a->c->body, "objtype", "OBJECT_INDEX")) {
        inb__classify_lock(a->c, a->r, INB_LOCK_ACCESS_SHARE);
        inb__classify_lock(a->c, child, AE);
        hazard(a, ADD, 0, "no client sees how an index hangs together");
        return;
    }
    inb__classify_lock(a->c, a->r, SUE);
    inb__classify_lock(a->c, child, AE);
    inb__classify_lock(a->c, a->r->spare, AE);
    inb__foreign_keys_lock(a->c, a->r, SRE);
    if (!inb__classify_is_new(a->c, child)) {
        hazard(a, BLOCK, SCANS,
               "the partition is read for rows that do not belong in it while nobody reads or "
               "writes it");
    }
    child->table = a->r;
    child->is_partition = true;
    a->r->partitioned = a->r->has_children = true;
    if (inb__node_bool(cmd, "bound/is_default")) {
        a->r->spare = child;
    }
}

static void partition_detach(altering *a)
{
    const inb__node *cmd = inb__node_at(a->cmd, "def/PartitionCmd");
    inb__relation *child = inb__relation_of(a->c, inb__node_at(cmd, "name"));
    bool concurrent = inb__node_bool(cmd, "concurrent");
    inb__classify_lock(a->c, a->r, concurrent ? SUE : AE);
    inb__classify_lock(a->c, child, AE);
    inb__foreign_keys_lock(a->c, child, AE);
    if (concurrent) {
        a->c->s->tag = "ALTER TABLE DETACH PARTITION CONCURRENTLY";
        a->c->s->flags |= INB_STATEMENT_NO_TRANSACTION;
        inb__classify_kind(a->c, INB_STATEMENT_DETACH_CONCURRENTLY, a->r->name, child->name.name);
    }
    child->table = NULL;
    child->is_partition = false;
    a->r->spare = a->r->spare == child ? NULL : a->r->spare;
}

#define TRIGGERS "writes have other effects than before"
#define ROWS_SEEN "clients see other rows than before"

static const alter_fact facts[] = {
    {"AT_AddColumn", "ALTER TABLE ADD COLUMN", ADD, AE, 0,
     "the new column holds one value or NULL in all rows, and none is touched", column_add},
    {"AT_ColumnDefault", "ALTER TABLE SET DEFAULT", ADD, AE, 0,
     "only rows written from now on get it", column_default},
    {"AT_DropNotNull", "ALTER TABLE DROP NOT NULL", CONTRACT, AE, 0,
     "readers can be given a NULL where there never was one", column_nullable},
    {"AT_SetNotNull", "ALTER TABLE SET NOT NULL", ADD, AE, 0, "the table is new", column_not_null},
    {"AT_DropExpression", "ALTER TABLE DROP EXPRESSION", CONTRACT, AE, 0,
     "the server no longer fills the column", NULL},
    {"AT_SetStatistics", "ALTER TABLE SET STATISTICS", ADD, SUE, 0, "only planning changes", NULL},
    {"AT_SetOptions", "ALTER TABLE SET column options", ADD, SUE, 0, "only planning changes", NULL},
    {"AT_ResetOptions", "ALTER TABLE RESET column options", ADD, SUE, 0, "only planning changes",
     NULL},
    {"AT_SetStorage", "ALTER TABLE SET STORAGE", ADD, AE, 0,
     "only values written from now on are stored otherwise", NULL},
    {"AT_SetCompression", "ALTER TABLE SET COMPRESSION", ADD, AE, 0,
     "only values written from now on are stored otherwise", NULL},
    {"AT_DropColumn", "ALTER TABLE DROP COLUMN", CONTRACT, AE, 0,
     "code that names the column breaks", column_drop},
    {"AT_AddConstraint", "ALTER TABLE ADD CONSTRAINT", ADD, INB_LOCK_NONE, 0, "the table is new",
     constraint_add},
    {"AT_AlterConstraint", "ALTER TABLE ALTER CONSTRAINT", ADD, AE, 0,
     "only when it is checked changes", NULL},
    {"AT_ValidateConstraint", "ALTER TABLE VALIDATE CONSTRAINT", ADD, SUE, SCANS,
     "all rows are read while readers and writers go on", constraint_validate},
    {"AT_DropConstraint", "ALTER TABLE DROP CONSTRAINT", ADD, AE, 0, "the table is new",
     constraint_drop},
    {"AT_AlterColumnType", "ALTER TABLE ALTER COLUMN TYPE", ADD, AE, 0, "the table is new",
     column_type},
    {"AT_AlterColumnGenericOptions", "ALTER FOREIGN TABLE OPTIONS", ADD, AE, 0,
     "only how rows are fetched changes", NULL},
    {"AT_ChangeOwner", "ALTER TABLE OWNER TO", CONTRACT, AE, 0, "the former owner loses its rights",
     NULL},
    {"AT_ClusterOn", "ALTER TABLE CLUSTER ON", ADD, SUE, 0, "no row moves until CLUSTER", NULL},
    {"AT_DropCluster", "ALTER TABLE SET WITHOUT CLUSTER", ADD, SUE, 0, "no row moves", NULL},
    {"AT_SetLogged", "ALTER TABLE SET LOGGED", BLOCK, AE, REWRITES,
     "the table is rewritten while nobody reads it", NULL},
    {"AT_SetUnLogged", "ALTER TABLE SET UNLOGGED", BLOCK, AE, REWRITES,
     "the table is rewritten while nobody reads it", NULL},
    {"AT_SetAccessMethod", "ALTER TABLE SET ACCESS METHOD", BLOCK, AE, REWRITES,
     "the table is rewritten while nobody reads it", NULL},
    {"AT_SetTableSpace", "ALTER TABLE SET TABLESPACE", BLOCK, AE, REWRITES,
     "the table is copied while nobody reads it", NULL},
    {"AT_SetRelOptions", "ALTER TABLE SET", ADD, INB_LOCK_NONE, 0,
     "only how rows are stored or planned for changes", relation_options},
    {"AT_ResetRelOptions", "ALTER TABLE RESET", ADD, INB_LOCK_NONE, 0,
     "only how rows are stored or planned for changes", relation_options},
    {"AT_ReplaceRelOptions", "ALTER TABLE SET", ADD, AE, 0,
     "only how rows are stored or planned for changes", NULL},
    {"AT_EnableTrig", "ALTER TABLE ENABLE TRIGGER", CONTRACT, SRE, 0, TRIGGERS, NULL},
    {"AT_EnableAlwaysTrig", "ALTER TABLE ENABLE ALWAYS TRIGGER", CONTRACT, SRE, 0, TRIGGERS, NULL},
    {"AT_EnableReplicaTrig", "ALTER TABLE ENABLE REPLICA TRIGGER", CONTRACT, SRE, 0, TRIGGERS,
     NULL},
    {"AT_DisableTrig", "ALTER TABLE DISABLE TRIGGER", CONTRACT, SRE, 0, TRIGGERS, NULL},
    {"AT_EnableTrigAll", "ALTER TABLE ENABLE TRIGGER ALL", CONTRACT, SRE, 0, TRIGGERS, NULL},
    {"AT_DisableTrigAll", "ALTER TABLE DISABLE TRIGGER ALL", CONTRACT, SRE, 0, TRIGGERS, NULL},
    {"AT_EnableTrigUser", "ALTER TABLE ENABLE TRIGGER USER", CONTRACT, SRE, 0, TRIGGERS, NULL},
    {"AT_DisableTrigUser", "ALTER TABLE DISABLE TRIGGER USER", CONTRACT, SRE, 0, TRIGGERS, NULL},
    {"AT_EnableRule", "ALTER TABLE ENABLE RULE", CONTRACT, AE, 0, TRIGGERS, NULL},
    {"AT_EnableAlwaysRule", "ALTER TABLE ENABLE ALWAYS RULE", CONTRACT, AE, 0, TRIGGERS, NULL},
    {"AT_EnableReplicaRule", "ALTER TABLE ENABLE REPLICA RULE", CONTRACT, AE, 0, TRIGGERS, NULL},
    {"AT_DisableRule", "ALTER TABLE DISABLE RULE", CONTRACT, AE, 0, TRIGGERS, NULL},
    {"AT_AddInherit", "ALTER TABLE INHERIT", CONTRACT, AE, 0, ROWS_SEEN, inherit},
    {"AT_DropInherit", "ALTER TABLE NO INHERIT", CONTRACT, AE, 0, ROWS_SEEN, disinherit},
    {"AT_AddOf", "ALTER TABLE OF", ADD, AE, 0, "the columns stay", NULL},
    {"AT_DropOf", "ALTER TABLE NOT OF", ADD, AE, 0, "the columns stay", NULL},
    {"AT_ReplicaIdentity", "ALTER TABLE REPLICA IDENTITY", ADD, AE, 0,
     "only what is sent to subscribers changes", NULL},
    {"AT_EnableRowSecurity", "ALTER TABLE ENABLE ROW LEVEL SECURITY", CONTRACT, AE, 0, ROWS_SEEN,
     NULL},
    {"AT_DisableRowSecurity", "ALTER TABLE DISABLE ROW LEVEL SECURITY", CONTRACT, AE, 0, ROWS_SEEN,
     NULL},
    {"AT_ForceRowSecurity", "ALTER TABLE FORCE ROW LEVEL SECURITY", CONTRACT, AE, 0, ROWS_SEEN,
     NULL},
    {"AT_NoForceRowSecurity", "ALTER TABLE NO FORCE ROW LEVEL SECURITY", CONTRACT, AE, 0, ROWS_SEEN,
     NULL},
    {"AT_GenericOptions", "ALTER FOREIGN TABLE OPTIONS", CONTRACT, AE, 0, ROWS_SEEN, NULL},
    {"AT_AttachPartition", "ALTER TABLE ATTACH PARTITION", ADD, INB_LOCK_NONE, 0,
     "the partition is new", partition_attach},
    {"AT_DetachPartition", "ALTER TABLE DETACH PARTITION", CONTRACT, INB_LOCK_NONE, 0,
     "the table loses the partition's rows", partition_detach},
    {"AT_DetachPartitionFinalize", "ALTER TABLE DETACH PARTITION FINALIZE", CONTRACT, INB_LOCK_NONE,
     0, "the table loses the partition's rows", partition_detach},
    {"AT_AddIdentity", "ALTER TABLE ADD GENERATED", ADD, AE, 0, "the table is new", identity_add},
    {"AT_SetIdentity", "ALTER TABLE SET GENERATED", ADD, AE, 0, "the table is new", identity_add},
    {"AT_DropIdentity", "ALTER TABLE DROP IDENTITY", CONTRACT, AE, 0,
     "the server no longer fills the column", NULL},
};

static const alter_fact *fact_find(inb__str subtype)
{
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        if (inb__str_is(subtype, facts[i].subtype)) {
            return &facts[i];
        }
    }
    return NULL;
}

static void command_classify(altering *a)
{
    const alter_fact *f = fact_find(inb__node_text(a->cmd, "subtype"));
    if (!f) {
        inb__classify_opaque(a->c, "the analysis does not know this kind of ALTER TABLE");
        return;
    }
    if (a->alone) {
        a->c->s->tag = f->tag;
    }
    if (f->mode != INB_LOCK_NONE) {
        inb__classify_lock_all(a->c, a->r, f->mode);
    }
    a->name = inb__node_text(a->cmd, "name");
    if (f->more) {
        f->more(a);
    }
    hazard(a, f->cls, f->flags, f->reason);
}

/* ALTER TYPE of a composite type is an ALTER TABLE for the parser: tables of the type would have to
 * be rewritten. */
static void composite(inb__classifier *c)
{
    c->s->tag = "ALTER TYPE";
    if (!inb__object_is_new(c->catalog, "OBJECT_TYPE",
                            inb__name_of(inb__node_at(c->body, "relation")))) {
        inb__classify_as(c, CONTRACT, 0,
                         "existing columns, functions and code that use the type change with it");
    }
}

void inb__fact_alter_table(inb__classifier *c)
{
    if (inb__node_is(c->body, "objtype", "OBJECT_TYPE")) {
        composite(c);
        return;
    }
    const inb__node *commands = inb__node_at(c->body, "cmds");
    altering a = {.c = c, .r = inb__relation_of(c, inb__node_at(c->body, "relation"))};
    a.alone = inb__node_count(commands) == 1;
    INB__NODE_EACH(n, commands)
    {
        a.cmd = inb__node_at(n, "AlterTableCmd");
        command_classify(&a);
    }
    if (inb__classify_is_new(c, a.r)) {
        inb__classify_as(c, ADD, 0, "this migration makes what it changes");
    }
}

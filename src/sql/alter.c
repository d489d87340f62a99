/* ALTER TABLE: a table of facts of its own, one row a subcommand. */
#include "config.h"

#include "sql/altering.h"

#include "sql/type_name.h"

#define ADD INB_CLASS_ADDITIVE
#define BLOCK INB_CLASS_BLOCKING
#define CONTRACT INB_CLASS_CONTRACTING
#define AE INB_LOCK_ACCESS_EXCLUSIVE
#define SUE INB_LOCK_SHARE_UPDATE_EXCLUSIVE
#define SRE INB_LOCK_SHARE_ROW_EXCLUSIVE
#define REWRITES INB_STATEMENT_REWRITES

/* What it is done to, where ONLY is not written. */
typedef enum reach {
    SELF,
    PARTS, /* its partitions, too */
    FAMILY /* and the tables that inherit from it */
} reach;

typedef struct alter_fact {
    const char *subtype;
    reach reach;
    const char *tag;
    inb_class cls;
    inb_lock_mode mode; /* on the table; INB_LOCK_NONE: the handler says */
    uint32_t flags;
    const char *reason;
    void (*more)(inb__altering *a);
} alter_fact;

/* Some options of views decide which rows are seen and which are taken. */
static void relation_options(inb__altering *a)
{
    static const struct {
        const char *name;
        inb_class cls;
    } strong[] = {{"user_catalog_table", ADD},
                  {"security_barrier", ADD},
                  {"check_option", CONTRACT},
                  {"security_invoker", CONTRACT}};
    const inb__node *options = inb__node_at(a->cmd, "def/List/items");
    inb_lock_mode mode = SUE;
    INB__NODE_EACH(n, options)
    {
        for (size_t i = 0; i < sizeof(strong) / sizeof(strong[0]); i++) {
            if (inb__node_is(n, "DefElem/defname", strong[i].name)) {
                mode = AE;
                inb__altering_hazard(a, strong[i].cls, 0,
                                     strong[i].cls == ADD
                                         ? "only storage or planning of the table changes"
                                         : "the view shows or accepts other rows than before");
            }
        }
    }
    inb__classify_lock(a->c, a->r, mode);
}

static void cluster_on(inb__altering *a)
{
    a->r->clustered = true;
}

static void replica_identity(inb__altering *a)
{
    if (inb__node_is(a->cmd, "def/ReplicaIdentityStmt/identity_type", "n")) {
        inb__altering_hazard(a, CONTRACT, 0,
                             "UPDATE and DELETE fail if a publication contains the table");
    }
}

static void tablespace_set(inb__altering *a)
{
    inb__str name = a->name;
    a->r->tablespace =
        inb__str_is(name, "pg_default") ? INB__STR("") : inb__catalog_keep(a->c->catalog, name);
}

/* A sequence is one row. */
static void persistence_set(inb__altering *a)
{
    if (a->r->kind != INB__RELATION_SEQUENCE) {
        inb__altering_hazard(a, BLOCK, REWRITES,
                             "the table is rewritten, and reads and writes wait");
    } else {
        inb__altering_hazard(a, ADD, 0, "a sequence is one row");
    }
}

#define TRIGGERS "writes have other effects than before"
#define ROWS_SEEN "clients see other rows than before"

static const alter_fact facts[] = {
    {"AT_AddColumn", FAMILY, "ALTER TABLE ADD COLUMN", ADD, AE, 0,
     "existing rows are not rewritten: the new column is NULL or a constant in them",
     inb__alter_column_add},
    {"AT_ColumnDefault", FAMILY, "ALTER TABLE SET DEFAULT", ADD, AE, 0,
     "only rows written later get it", inb__alter_column_default},
    {"AT_DropNotNull", FAMILY, "ALTER TABLE DROP NOT NULL", CONTRACT, AE, 0,
     "readers can get NULL where there never was one", inb__alter_column_nullable},
    {"AT_SetNotNull", FAMILY, "ALTER TABLE SET NOT NULL", ADD, AE, 0, "the table is new",
     inb__alter_column_not_null},
    {"AT_DropExpression", FAMILY, "ALTER TABLE DROP EXPRESSION", CONTRACT, AE, 0,
     "the server no longer fills the column", inb__alter_column_plain},
    {"AT_DropOids", SELF, "ALTER TABLE SET WITHOUT OIDS", ADD, AE, 0,
     "tables have no OIDs since PostgreSQL 12", NULL},
    {"AT_SetStatistics", FAMILY, "ALTER TABLE SET STATISTICS", ADD, SUE, 0, "only planning changes",
     NULL},
    {"AT_SetOptions", SELF, "ALTER TABLE SET column options", ADD, SUE, 0, "only planning changes",
     NULL},
    {"AT_ResetOptions", SELF, "ALTER TABLE RESET column options", ADD, SUE, 0,
     "only planning changes", NULL},
    {"AT_SetStorage", FAMILY, "ALTER TABLE SET STORAGE", ADD, AE, 0,
     "only values written later are stored differently", NULL},
    {"AT_SetCompression", SELF, "ALTER TABLE SET COMPRESSION", ADD, AE, 0,
     "only values written later are stored differently", NULL},
    {"AT_DropColumn", FAMILY, "ALTER TABLE DROP COLUMN", CONTRACT, AE, 0,
     "code that names the column breaks", inb__alter_column_drop},
    {"AT_AddConstraint", FAMILY, "ALTER TABLE ADD CONSTRAINT", ADD, INB_LOCK_NONE, 0,
     "the table is new", inb__alter_constraint_add},
    {"AT_AlterConstraint", PARTS, "ALTER TABLE ALTER CONSTRAINT", ADD, AE, 0,
     "only the time of the check changes", inb__alter_constraint_alter},
    {"AT_ValidateConstraint", FAMILY, "ALTER TABLE VALIDATE CONSTRAINT", ADD, INB_LOCK_NONE, 0,
     "the table is new", inb__alter_constraint_validate},
    {"AT_DropConstraint", FAMILY, "ALTER TABLE DROP CONSTRAINT", ADD, AE, 0, "the table is new",
     inb__alter_constraint_drop},
    {"AT_AlterColumnType", FAMILY, "ALTER TABLE ALTER COLUMN TYPE", ADD, AE, 0, "the table is new",
     inb__alter_column_type},
    {"AT_AlterColumnGenericOptions", SELF, "ALTER FOREIGN TABLE OPTIONS", ADD, AE, 0,
     "only the fetching of rows changes", NULL},
    {"AT_ChangeOwner", SELF, "ALTER TABLE OWNER TO", CONTRACT, AE, 0,
     "the former owner loses its rights", NULL},
    {"AT_ClusterOn", SELF, "ALTER TABLE CLUSTER ON", ADD, SUE, 0,
     "rows move only when CLUSTER runs", cluster_on},
    {"AT_DropCluster", SELF, "ALTER TABLE SET WITHOUT CLUSTER", ADD, SUE, 0, "no row moves", NULL},
    {"AT_SetLogged", SELF, "ALTER TABLE SET LOGGED", ADD, AE, 0, "the table is new",
     persistence_set},
    {"AT_SetUnLogged", SELF, "ALTER TABLE SET UNLOGGED", ADD, AE, 0, "the table is new",
     persistence_set},
    {"AT_SetAccessMethod", SELF, "ALTER TABLE SET ACCESS METHOD", BLOCK, AE, REWRITES,
     "the table is rewritten, and reads and writes wait", NULL},
    {"AT_SetTableSpace", SELF, "ALTER TABLE SET TABLESPACE", BLOCK, AE, REWRITES,
     "the table is copied, and reads and writes wait", tablespace_set},
    {"AT_SetRelOptions", SELF, "ALTER TABLE SET", ADD, INB_LOCK_NONE, 0,
     "only storage or planning of the table changes", relation_options},
    {"AT_ResetRelOptions", SELF, "ALTER TABLE RESET", ADD, INB_LOCK_NONE, 0,
     "only storage or planning of the table changes", relation_options},
    {"AT_ReplaceRelOptions", SELF, "ALTER TABLE SET", ADD, AE, 0,
     "only storage or planning of the table changes", NULL},
    {"AT_EnableTrig", PARTS, "ALTER TABLE ENABLE TRIGGER", CONTRACT, SRE, 0, TRIGGERS, NULL},
    {"AT_EnableAlwaysTrig", PARTS, "ALTER TABLE ENABLE ALWAYS TRIGGER", CONTRACT, SRE, 0, TRIGGERS,
     NULL},
    {"AT_EnableReplicaTrig", PARTS, "ALTER TABLE ENABLE REPLICA TRIGGER", CONTRACT, SRE, 0,
     TRIGGERS, NULL},
    {"AT_DisableTrig", PARTS, "ALTER TABLE DISABLE TRIGGER", CONTRACT, SRE, 0, TRIGGERS, NULL},
    {"AT_EnableTrigAll", PARTS, "ALTER TABLE ENABLE TRIGGER ALL", CONTRACT, SRE, 0, TRIGGERS, NULL},
    {"AT_DisableTrigAll", PARTS, "ALTER TABLE DISABLE TRIGGER ALL", CONTRACT, SRE, 0, TRIGGERS,
     NULL},
    {"AT_EnableTrigUser", PARTS, "ALTER TABLE ENABLE TRIGGER USER", CONTRACT, SRE, 0, TRIGGERS,
     NULL},
    {"AT_DisableTrigUser", PARTS, "ALTER TABLE DISABLE TRIGGER USER", CONTRACT, SRE, 0, TRIGGERS,
     NULL},
    {"AT_EnableRule", SELF, "ALTER TABLE ENABLE RULE", CONTRACT, AE, 0, TRIGGERS, NULL},
    {"AT_EnableAlwaysRule", SELF, "ALTER TABLE ENABLE ALWAYS RULE", CONTRACT, AE, 0, TRIGGERS,
     NULL},
    {"AT_EnableReplicaRule", SELF, "ALTER TABLE ENABLE REPLICA RULE", CONTRACT, AE, 0, TRIGGERS,
     NULL},
    {"AT_DisableRule", SELF, "ALTER TABLE DISABLE RULE", CONTRACT, AE, 0, TRIGGERS, NULL},
    {"AT_AddInherit", SELF, "ALTER TABLE INHERIT", CONTRACT, AE, 0, ROWS_SEEN,
     inb__alter_partition_inherit},
    {"AT_DropInherit", SELF, "ALTER TABLE NO INHERIT", CONTRACT, AE, 0, ROWS_SEEN,
     inb__alter_partition_disinherit},
    {"AT_AddOf", SELF, "ALTER TABLE OF", ADD, AE, 0, "the columns do not change", NULL},
    {"AT_DropOf", SELF, "ALTER TABLE NOT OF", ADD, AE, 0, "the columns do not change", NULL},
    {"AT_ReplicaIdentity", SELF, "ALTER TABLE REPLICA IDENTITY", ADD, AE, 0,
     "only the data sent to subscribers changes", replica_identity},
    {"AT_EnableRowSecurity", SELF, "ALTER TABLE ENABLE ROW LEVEL SECURITY", CONTRACT, AE, 0,
     ROWS_SEEN, NULL},
    {"AT_DisableRowSecurity", SELF, "ALTER TABLE DISABLE ROW LEVEL SECURITY", CONTRACT, AE, 0,
     ROWS_SEEN, NULL},
    {"AT_ForceRowSecurity", SELF, "ALTER TABLE FORCE ROW LEVEL SECURITY", CONTRACT, AE, 0,
     ROWS_SEEN, NULL},
    {"AT_NoForceRowSecurity", SELF, "ALTER TABLE NO FORCE ROW LEVEL SECURITY", CONTRACT, AE, 0,
     ROWS_SEEN, NULL},
    {"AT_GenericOptions", SELF, "ALTER FOREIGN TABLE OPTIONS", CONTRACT, AE, 0, ROWS_SEEN, NULL},
    {"AT_AttachPartition", SELF, "ALTER TABLE ATTACH PARTITION", ADD, INB_LOCK_NONE, 0,
     "the partition is new", inb__alter_partition_attach},
    {"AT_DetachPartition", SELF, "ALTER TABLE DETACH PARTITION", CONTRACT, INB_LOCK_NONE, 0,
     "the table loses the partition's rows", inb__alter_partition_detach},
    {"AT_DetachPartitionFinalize", SELF, "ALTER TABLE DETACH PARTITION FINALIZE", CONTRACT,
     INB_LOCK_NONE, 0, "the table loses the partition's rows", inb__alter_partition_detach},
    {"AT_AddIdentity", SELF, "ALTER TABLE ADD GENERATED", ADD, AE, 0, "the table is new",
     inb__alter_column_identity_add},
    {"AT_SetIdentity", SELF, "ALTER TABLE SET GENERATED", ADD, AE, 0, "the table is new",
     inb__alter_column_identity_add},
    {"AT_DropIdentity", SELF, "ALTER TABLE DROP IDENTITY", CONTRACT, AE, 0,
     "the server no longer fills the column", inb__alter_column_plain},
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

/* "ALTER TABLE …", "ALTER VIEW …": the row's words for the kind that is named. */
static const char *tag_of(inb__classifier *c, const alter_fact *f)
{
    inb__str kind = inb__node_text(c->body, "objtype");
    const char *rest = f->tag + strlen("ALTER TABLE");
    bool table = strncmp(f->tag, "ALTER TABLE", strlen("ALTER TABLE")) == 0;
    return table && !inb__str_is(kind, "OBJECT_TABLE")
               ? inb__arena_printf(c->arena, "%s%s", inb__object_tag(c, "ALTER", kind), rest)
               : f->tag;
}

static void command_apply(inb__altering *a, const alter_fact *f)
{
    a->name = inb__node_text(a->cmd, "name");
    if (f->mode != INB_LOCK_NONE) {
        inb__classify_lock(a->c, a->r, f->mode);
    }
    if (f->more) {
        f->more(a);
    }
    inb__altering_hazard(a, f->cls, f->flags, f->reason);
}

/* ADD CHECK … NO INHERIT, and a key or foreign key of a table that only inherits, stay where they
 * are. */
static reach reach_of(const inb__altering *a, const alter_fact *f)
{
    const inb__node *k = inb__node_at(a->cmd, "def/Constraint");
    const inb__constraint *known =
        inb__catalog_constraint_find(a->r, inb__node_text(a->cmd, "name"));
    bool check = known ? known->kind == INB__CONSTRAINT_CHECK
                       : !k || inb__constraint_is(k, "CONSTR_CHECK") ||
                             inb__constraint_is(k, "CONSTR_PRIMARY");
    if (inb__node_bool(k, "is_no_inherit")) {
        return SELF;
    }
    return f->reach == FAMILY && !check ? PARTS : f->reach;
}

static void command_classify(inb__altering *a)
{
    const alter_fact *f = fact_find(inb__node_text(a->cmd, "subtype"));
    if (!f) {
        inb__classify_opaque(a->c, "this form of ALTER TABLE is unknown to the analysis");
        return;
    }
    if (a->alone) {
        a->c->s->tag = tag_of(a->c, f);
    }
    inb__relation *r = a->r;
    reach far = reach_of(a, f);
    bool below = far == FAMILY || (far == PARTS && r->partitioned);
    below =
        below && r->has_children && inb__classify_inherits(inb__node_at(a->c->body, "relation"));
    command_apply(a, f);
    for (size_t i = 0; below && i < a->c->catalog->relations.n; i++) {
        inb__relation *child = a->c->catalog->relations.entries[i].value;
        if (child && inb__catalog_relation_descends(child, r)) {
            a->r = child;
            a->inherited = true;
            command_apply(a, f);
        }
    }
    a->r = r;
    a->inherited = false;
}

void inb__alter_typed_tables_lock(inb__classifier *c, inb__name type, uint32_t flags)
{
    inb__str text = inb__str_of(inb__catalog_name_text(c->scratch, type));
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *r = c->catalog->relations.entries[i].value;
        if (r && r->of_type.n && inb__type_name_same(r->of_type, text)) {
            inb__classify_lock(c, r, AE);
            c->s->flags |= inb__classify_is_new(c, r) ? 0 : flags;
        }
    }
}

/* ALTER TYPE of a composite type is an ALTER TABLE for the parser; tables that are made of the type
 * follow it. */
static void composite(inb__classifier *c)
{
    inb__name type = inb__classify_name(inb__node_at(c->body, "relation"));
    const inb__node *commands = inb__node_at(c->body, "cmds");
    uint32_t flags = 0;
    INB__NODE_EACH(n, commands)
    {
        bool retypes = inb__node_is(n, "AlterTableCmd/subtype", "AT_AlterColumnType");
        flags |= retypes ? REWRITES : 0;
    }
    c->s->tag = "ALTER TYPE";
    inb__alter_typed_tables_lock(c, type, flags);
    if (!inb__catalog_object_is_new(c->catalog, "OBJECT_TYPE", type)) {
        inb__classify_as(c, CONTRACT, 0,
                         "columns, functions and code that use the type change with it");
    }
}

void inb__alter_table(inb__classifier *c)
{
    if (inb__node_is(c->body, "objtype", "OBJECT_TYPE")) {
        composite(c);
        return;
    }
    const inb__node *commands = inb__node_at(c->body, "cmds");
    inb__altering a = {.c = c, .r = inb__classify_relation(c, inb__node_at(c->body, "relation"))};
    if (!inb__node_bool(c->body, "missing_ok")) {
        inb__relation_needed(c, a.r);
    }
    a.written = inb__classify_name(inb__node_at(c->body, "relation"));
    a.alone = inb__node_count(commands) == 1;
    INB__NODE_EACH(n, commands)
    {
        a.cmd = inb__node_at(n, "AlterTableCmd");
        command_classify(&a);
    }
    if (inb__classify_is_new(c, a.r)) {
        inb__classify_as(c, ADD, 0, "the table is created by this migration");
    }
}

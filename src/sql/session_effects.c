/* Which statements run code that is not PostgreSQL's own, and which leave something in the session.
 */
#include "config.h"

#include "sql/session_effects.h"

#include "sql/transaction.h"

#define CODE INB_STATEMENT_RUNS_CODE
#define SETTINGS INB_STATEMENT_LEAVES_SETTINGS
#define OBJECTS INB_STATEMENT_LEAVES_OBJECTS
#define CREATES INB_STATEMENT_CREATES
#define DROPS INB_STATEMENT_DROPS
#define SETS INB_STATEMENT_SETS

/* A kind of statement: its flags, and those that depend on its parts. */
typedef struct effect {
    const char *node;
    uint32_t flags;
    uint32_t (*more)(const inb__classifier *c, const inb__node *body);
} effect;

static uint32_t expression(const inb__classifier *c, const inb__node *root)
{
    return inb__functions_are_known(c, root) ? 0 : CODE;
}

/* Created as temporary, or in the schema of temporary objects. */
static uint32_t temporary(const inb__node *range_var)
{
    inb__name name = inb__classify_name(range_var);
    return inb__str_is(name.schema, "pg_temp") ? OBJECTS : 0;
}

/* Defaults and checks are stored, the bounds of a partition are evaluated. */
static uint32_t create_table(const inb__classifier *c, const inb__node *body)
{
    return temporary(inb__node_at(body, "relation")) |
           expression(c, inb__node_at(body, "partbound"));
}

static uint32_t create_table_as(const inb__classifier *c, const inb__node *body)
{
    (void)c;
    return temporary(inb__node_at(body, "into/rel")) |
           (inb__node_bool(body, "into/skipData") ? 0 : CODE);
}

static uint32_t create_view(const inb__classifier *c, const inb__node *body)
{
    (void)c;
    return temporary(inb__node_at(body, "view"));
}

static uint32_t create_sequence(const inb__classifier *c, const inb__node *body)
{
    (void)c;
    return temporary(inb__node_at(body, "sequence"));
}

/* The modes of a transaction end with it, as SET LOCAL does. */
static uint32_t set_variable(const inb__classifier *c, const inb__node *body)
{
    (void)c;
    bool ends = inb__node_bool(body, "is_local") || inb__transaction_sets_modes(body);
    return ends ? 0 : SETS;
}

static bool is_literal(const inb__node *arg)
{
    return inb__node_at(arg, "A_Const") || inb__node_at(arg, "TypeCast/arg/A_Const");
}

/* set_config('name', 'value', false): it does the same when it is repeated. */
static bool is_set_config(const inb__node *target)
{
    const inb__node *call = inb__node_at(target, "ResTarget/val/FuncCall");
    bool literal = true;
    INB__NODE_EACH(arg, inb__node_at(call, "args"))
    {
        literal = literal && is_literal(arg);
    }
    return call && literal && inb__functions_set_config(call);
}

/* A SELECT of nothing but such calls. */
static uint32_t select_settings(const inb__classifier *c, const inb__node *body)
{
    (void)c;
    bool only = !inb__node_at(body, "fromClause") && !inb__node_at(body, "whereClause") &&
                !inb__node_at(body, "withClause") && inb__node_at(body, "targetList");
    INB__NODE_EACH(target, inb__node_at(body, "targetList"))
    {
        only = only && is_set_config(target);
    }
    return only ? SETTINGS | SETS : 0;
}

static bool is_one_of(inb__str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (inb__str_is(s, words[i])) {
            return true;
        }
    }
    return false;
}

/* What an index computes for each row: nothing but its columns, or expressions. */
static uint32_t create_index(const inb__classifier *c, const inb__node *body)
{
    static const char *const methods[] = {"", "btree", "hash", "gist", "gin", "spgist", "brin"};
    inb__str method = inb__node_text(body, "accessMethod");
    bool known = is_one_of(method, methods, sizeof(methods) / sizeof(methods[0]));
    return (known ? 0 : CODE) | expression(c, inb__node_at(body, "indexParams")) |
           expression(c, inb__node_at(body, "whereClause"));
}

/* What ALTER TABLE evaluates for the rows that are there. */
static uint32_t constraint_added(const inb__classifier *c, const inb__node *constraint)
{
    return inb__constraint_is(constraint, "CONSTR_CHECK")       ? expression(c, constraint)
           : inb__constraint_is(constraint, "CONSTR_EXCLUSION") ? CODE
                                                                : 0;
}

static uint32_t constraint_validated(const inb__classifier *c, const inb__node *body,
                                     const inb__node *command)
{
    const inb__relation *r =
        inb__catalog_relation_find(c->catalog, inb__classify_name(inb__node_at(body, "relation")));
    for (size_t i = 0; r && i < r->constraints.n; i++) {
        const inb__constraint *k = &r->constraints.v[i];
        if (inb__str_eq(k->name, inb__node_text(command, "name")) &&
            k->kind == INB__CONSTRAINT_FOREIGN_KEY) {
            return 0;
        }
    }
    return CODE;
}

/* A domain of a migration that was not read can have a CHECK or a default that runs anything. */
static bool may_be_domain(const inb__classifier *c, const inb__node *type)
{
    static const char *const types[] = {"text", "uuid", "json", "jsonb", "bytea", "date", "citext"};
    inb__name name = inb__classify_name_of_list(inb__node_at(type, "names"));
    return c->catalog->partial && name.name.n && !inb__str_is(name.schema, "pg_catalog") &&
           !is_one_of(name.name, types, sizeof(types) / sizeof(types[0]));
}

static uint32_t alter_command(const inb__classifier *c, const inb__node *body,
                              const inb__node *command)
{
    if (inb__node_is(command, "subtype", "AT_AddConstraint")) {
        return constraint_added(c, inb__node_at(command, "def/Constraint"));
    }
    if (inb__node_is(command, "subtype", "AT_ValidateConstraint")) {
        return constraint_validated(c, body, command);
    }
    bool evaluates = inb__node_is(command, "subtype", "AT_AddColumn") ||
                     inb__node_is(command, "subtype", "AT_AlterColumnType");
    if (evaluates && may_be_domain(c, inb__node_at(command, "def/ColumnDef/typeName"))) {
        return CODE;
    }
    bool attaches = inb__node_is(command, "subtype", "AT_AttachPartition");
    return evaluates ? expression(c, command) : attaches ? CODE : 0;
}

/* A table that is written again has its indexes built again, with the expressions in them. */
static uint32_t alter_table(const inb__classifier *c, const inb__node *body)
{
    uint32_t flags = c->s->flags & INB_STATEMENT_REWRITES ? CODE : 0;
    const inb__node *commands = inb__node_at(body, "cmds");
    INB__NODE_EACH(n, commands)
    {
        flags |= alter_command(c, body, inb__node_at(n, "AlterTableCmd"));
    }
    return flags;
}

/* A CHECK that is added is tried on the rows that are there. */
static uint32_t alter_domain(const inb__classifier *c, const inb__node *body)
{
    return inb__node_is(body, "subtype", "V") ? CODE : expression(c, inb__node_at(body, "def"));
}

static uint32_t node_effects(const inb__classifier *c, const inb__node *node);

static uint32_t create_schema(const inb__classifier *c, const inb__node *body)
{
    uint32_t flags = 0;
    const inb__node *elements = inb__node_at(body, "schemaElts");
    INB__NODE_EACH(n, elements)
    {
        flags |= node_effects(c, n);
    }
    return flags;
}

static const effect effects[] = {
    {"CreateStmt", CREATES, create_table},
    {"CreateForeignTableStmt", CREATES, NULL},
    {"CreateTableAsStmt", CREATES, create_table_as},
    {"ViewStmt", CREATES, create_view},
    {"CreateSeqStmt", CREATES, create_sequence},
    {"IndexStmt", CREATES, create_index},
    {"CreateSchemaStmt", CREATES, create_schema},
    {"CreateExtensionStmt", CREATES | CODE, NULL}, /* its script */
    {"CreateEnumStmt", CREATES, NULL},
    {"CreateRangeStmt", CREATES, NULL},
    {"CompositeTypeStmt", CREATES, NULL},
    {"CreateDomainStmt", CREATES, NULL},
    {"DefineStmt", CREATES, NULL},
    {"CreateFunctionStmt", CREATES, NULL},
    {"CreateCastStmt", CREATES, NULL},
    {"CreateConversionStmt", CREATES, NULL},
    {"CreateTransformStmt", CREATES, NULL},
    {"CreateOpClassStmt", CREATES, NULL},
    {"CreateOpFamilyStmt", CREATES, NULL},
    {"CreateAmStmt", CREATES, NULL},
    {"CreatePLangStmt", CREATES, NULL},
    {"CreateFdwStmt", CREATES, NULL},
    {"CreateForeignServerStmt", CREATES, NULL},
    {"CreateUserMappingStmt", CREATES, NULL},
    {"ImportForeignSchemaStmt", CREATES, NULL},
    {"CreateStatsStmt", CREATES, NULL},
    {"CreatePublicationStmt", CREATES, NULL},
    {"CreateSubscriptionStmt", CREATES, NULL},
    {"CreateRoleStmt", CREATES, NULL},
    {"CreateTableSpaceStmt", CREATES, NULL},
    {"CreatedbStmt", CREATES, NULL},
    {"CreateEventTrigStmt", CREATES, NULL},
    {"CreateTrigStmt", CREATES, NULL},
    {"CreatePolicyStmt", CREATES, NULL},
    {"RuleStmt", CREATES, NULL},

    {"AlterTableStmt", 0, alter_table},
    {"AlterSeqStmt", 0, NULL},
    {"AlterEnumStmt", 0, NULL},
    {"AlterDomainStmt", 0, alter_domain},
    {"AlterTypeStmt", 0, NULL},
    {"AlterFunctionStmt", 0, NULL},
    {"AlterObjectSchemaStmt", 0, NULL},
    {"AlterOwnerStmt", 0, NULL},
    {"AlterObjectDependsStmt", 0, NULL},
    {"AlterExtensionContentsStmt", 0, NULL},
    {"AlterExtensionStmt", CODE, NULL}, /* its script */
    {"AlterOperatorStmt", 0, NULL},
    {"AlterOpFamilyStmt", 0, NULL},
    {"AlterCollationStmt", 0, NULL},
    {"AlterStatsStmt", 0, NULL},
    {"AlterTSDictionaryStmt", 0, NULL},
    {"AlterTSConfigurationStmt", 0, NULL},
    {"AlterFdwStmt", 0, NULL},
    {"AlterForeignServerStmt", 0, NULL},
    {"AlterUserMappingStmt", 0, NULL},
    {"AlterPublicationStmt", 0, NULL},
    {"AlterSubscriptionStmt", 0, NULL},
    {"AlterPolicyStmt", 0, NULL},
    {"AlterEventTrigStmt", 0, NULL},
    {"AlterDefaultPrivilegesStmt", 0, NULL},
    {"AlterRoleStmt", 0, NULL},
    {"AlterRoleSetStmt", 0, NULL},
    {"AlterDatabaseStmt", 0, NULL},
    {"AlterDatabaseSetStmt", 0, NULL},
    {"AlterDatabaseRefreshCollStmt", 0, NULL},
    {"AlterSystemStmt", 0, NULL},
    {"AlterTableSpaceOptionsStmt", 0, NULL},
    {"AlterTableMoveAllStmt", 0, NULL},
    {"RenameStmt", 0, NULL},
    {"CommentStmt", 0, NULL},
    {"SecLabelStmt", 0, NULL},
    {"GrantStmt", 0, NULL},
    {"GrantRoleStmt", 0, NULL},
    {"ReassignOwnedStmt", 0, NULL},

    {"DropStmt", DROPS, NULL},
    {"DropOwnedStmt", DROPS, NULL},
    {"DropRoleStmt", DROPS, NULL},
    {"DropUserMappingStmt", DROPS, NULL},
    {"DropTableSpaceStmt", DROPS, NULL},
    {"DropdbStmt", DROPS, NULL},
    {"DropSubscriptionStmt", DROPS, NULL},

    /* Rows have triggers, policies and rules; a query has functions and views. */
    {"TruncateStmt", CODE, NULL},
    {"InsertStmt", CODE, NULL},
    {"UpdateStmt", CODE, NULL},
    {"DeleteStmt", CODE, NULL},
    {"MergeStmt", CODE, NULL},
    {"SelectStmt", CODE, select_settings},
    {"CopyStmt", CODE, NULL},
    {"DoStmt", CODE, NULL},
    {"CallStmt", CODE, NULL},
    {"ExecuteStmt", CODE, NULL},
    {"ExplainStmt", CODE, NULL},
    {"FetchStmt", CODE, NULL},
    {"DeclareCursorStmt", CODE | OBJECTS, NULL},
    {"PrepareStmt", OBJECTS, NULL},
    {"DeallocateStmt", 0, NULL},
    {"ClosePortalStmt", 0, NULL},

    /* Expressions of indexes are evaluated. */
    {"VacuumStmt", CODE, NULL},
    {"ClusterStmt", CODE, NULL},
    {"ReindexStmt", CODE, NULL},
    {"RefreshMatViewStmt", CODE, NULL},
    {"LockStmt", 0, NULL},
    {"CheckPointStmt", 0, NULL},

    /* SET LOCAL too: the rows of the migration are written before its transaction ends. */
    {"VariableSetStmt", SETTINGS, set_variable},
    {"VariableShowStmt", 0, NULL},
    {"ConstraintsSetStmt", 0, NULL},
    {"DiscardStmt", SETTINGS | INB_STATEMENT_DISCARDS, NULL},
    {"ListenStmt", OBJECTS, NULL},
    {"UnlistenStmt", 0, NULL},
    {"NotifyStmt", 0, NULL},
    {"LoadStmt", CODE, NULL},
    {"TransactionStmt", 0, NULL},
};

static uint32_t node_effects(const inb__classifier *c, const inb__node *node)
{
    const inb__node *body = inb__node_inner(node);
    for (size_t i = 0; body && i < sizeof(effects) / sizeof(effects[0]); i++) {
        if (inb__str_is(body->key, effects[i].node)) {
            return effects[i].flags | (effects[i].more ? effects[i].more(c, body) : 0);
        }
    }
    return INB__SESSION_EFFECTS_UNKNOWN;
}

void inb__session_effects_add(inb__classifier *c, const inb__node *node)
{
    c->s->flags |= node_effects(c, node);
}

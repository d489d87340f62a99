/* What the functions of Citus, TimescaleDB and pg_partman do that migrations call. */
#include "config.h"

#include "sql/extension_call.h"

#define AS INB_LOCK_ACCESS_SHARE
#define RE INB_LOCK_ROW_EXCLUSIVE
#define SUE INB_LOCK_SHARE_UPDATE_EXCLUSIVE
#define EX INB_LOCK_EXCLUSIVE
#define AE INB_LOCK_ACCESS_EXCLUSIVE
#define ALONE INB_STATEMENT_NO_TRANSACTION
#define SCANS INB_STATEMENT_SCANS
#define REWRITES INB_STATEMENT_REWRITES

#define SPREAD "its rows are copied to other servers, and writes wait"
#define REBUILT "the table is written again, and reads and writes wait"
#define JOB_DROPS "from now on a background job drops the old rows of the table"
#define JOB_PACKS "from now on a background job compresses the old rows of the table"
#define JOB_FILLS "from now on a background job computes the rows of the view again"
#define JOB_MOVES "from now on a background job writes the old rows of the table again"
#define PACKED "rows are compressed, and writes to them wait"
#define UPKEEP "partitions are created, and those past their retention are dropped"
#define MOVED "rows are moved between partitions"

/* A function that changes a table; the lock is on that. */
typedef struct table_call {
    const char *name;
    inb_lock_mode lock;
    uint32_t flags;
    const char *reason; /* of a table that exists before the migration */
} table_call;

static const table_call table_calls[] = {
    /* Citus */
    {"create_distributed_table", EX, SCANS, SPREAD},
    {"create_distributed_table_concurrently", SUE, SCANS | ALONE,
     "its rows are copied to other servers; writes wait for the end of it"},
    {"create_reference_table", EX, SCANS, SPREAD},
    {"undistribute_table", AE, REWRITES, REBUILT},
    {"alter_distributed_table", AE, REWRITES, REBUILT},
    {"alter_table_set_access_method", AE, REWRITES, REBUILT},
    {"citus_add_local_table_to_metadata", AE, 0,
     "the table becomes a shard of the coordinator, and reads and writes wait"},
    {"truncate_local_data_after_distributing_table", AE, REWRITES,
     "the rows that were left on the coordinator are deleted, and reads and writes wait"},
    {"update_distributed_table_colocation", EX, 0, "the table changes its group of shards"},
    {"create_time_partitions", AE, 0, "partitions are created, and reads and writes wait"},
    /* TimescaleDB */
    {"create_hypertable", AE, SCANS, "the table becomes a hypertable, and reads and writes wait"},
    {"add_dimension", AE, 0, "the table gets another dimension, and reads and writes wait"},
    {"set_chunk_time_interval", AS, 0, "chunks that are created later have another size"},
    {"add_retention_policy", AS, 0, JOB_DROPS},
    {"add_compression_policy", AS, 0, JOB_PACKS},
    {"add_columnstore_policy", AS, 0, JOB_PACKS},
    {"add_continuous_aggregate_policy", AS, 0, JOB_FILLS},
    {"add_reorder_policy", AS, 0, JOB_MOVES},
    {"refresh_continuous_aggregate", RE, ALONE, "the rows of the view are computed again"},
    {"compress_chunk", EX, REWRITES, PACKED},
    {"convert_to_columnstore", EX, REWRITES | ALONE, PACKED},
    /* pg_partman */
    {"create_parent", AE, 0, "partitions are created, and reads and writes wait"},
    {"create_partition", AE, 0, "partitions are created, and reads and writes wait"},
    {"create_sub_parent", AE, 0, "partitions are created, and reads and writes wait"},
    {"run_maintenance", AE, 0, UPKEEP},
    {"run_maintenance_proc", AE, ALONE, UPKEEP},
    {"partition_data_time", RE, SCANS, MOVED},
    {"partition_data_id", RE, SCANS, MOVED},
    {"partition_data_proc", RE, SCANS | ALONE, MOVED},
};

/* Functions that clients do not notice, whatever they are about. */
static const char *const harmless[] = {
    "create_distributed_function",
    "by_range",
    "by_hash",
    "set_integer_now_func",
};

static bool names_table(inb__str argument)
{
    static const char *const names[] = {"table_name",    "relation",      "hypertable",
                                        "main_table",    "relation_name", "continuous_aggregate",
                                        "p_parent_table"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (inb__str_is(argument, names[i])) {
            return true;
        }
    }
    return false;
}

/* The literal of the first argument, or of the one with a table's name. */
static inb__str table_text(const inb__node *call)
{
    const inb__node *args = inb__node_at(call, "args");
    inb__str text = {"", 0};
    bool first = true;
    INB__NODE_EACH(arg, args)
    {
        const inb__node *named = inb__node_at(arg, "NamedArgExpr");
        const inb__node *value = named ? inb__node_at(named, "arg") : arg;
        const inb__node *cast = inb__node_at(value, "TypeCast/arg");
        if (named ? names_table(inb__node_text(named, "name")) : first) {
            text = inb__node_text(cast ? cast : value, "A_Const/sval/sval");
        }
        first = false;
    }
    return text;
}

static void table_call_classify(inb__classifier *c, const table_call *t, const inb__node *call)
{
    inb__str text = table_text(call);
    inb__relation *r =
        text.n ? inb__catalog_relation_touch(c->catalog, inb__classify_regclass(c->scratch, text))
               : NULL;
    c->s->flags |= t->flags & ALONE;
    c->catalog->unseen = true; /* partitions and chunks that it may create */
    if (r && inb__classify_is_new(c, r)) {
        inb__classify_as(c, INB_CLASS_ADDITIVE, 0, "the table is new");
        return;
    }
    inb__classify_lock_all(c, r, t->lock);
    inb__classify_as(c, INB_CLASS_BLOCKING, t->flags, t->reason);
    c->s->lasts = true;
}

bool inb__extension_call(inb__classifier *c, const inb__node *call)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(call, "funcname"));
    if (inb__catalog_object_is_known(c->catalog, "function", name)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(table_calls) / sizeof(table_calls[0]); i++) {
        if (inb__str_is(name.name, table_calls[i].name)) {
            table_call_classify(c, &table_calls[i], call);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
        if (inb__str_is(name.name, harmless[i])) {
            return true;
        }
    }
    return false;
}

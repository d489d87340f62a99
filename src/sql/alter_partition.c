/* ALTER TABLE: partitions and inheritance. */
#include "config.h"

#include "sql/altering.h"

#define ADD INB_CLASS_ADDITIVE
#define BLOCK INB_CLASS_BLOCKING
#define CONTRACT INB_CLASS_CONTRACTING
#define AE INB_LOCK_ACCESS_EXCLUSIVE
#define SUE INB_LOCK_SHARE_UPDATE_EXCLUSIVE
#define SRE INB_LOCK_SHARE_ROW_EXCLUSIVE
#define SCANS INB_STATEMENT_SCANS

void inb__alter_partition_inherit(inb__altering *a)
{
    inb__relation *parent = inb__classify_relation(a->c, inb__node_at(a->cmd, "def/RangeVar"));
    inb__classify_lock(a->c, parent, SUE);
    a->r->table = parent;
    parent->has_children = true;
}

void inb__alter_partition_disinherit(inb__altering *a)
{
    inb__relation *parent = inb__classify_relation(a->c, inb__node_at(a->cmd, "def/RangeVar"));
    inb__classify_lock(a->c, parent, INB_LOCK_ACCESS_SHARE);
    a->r->table = a->r->table == parent ? NULL : a->r->table;
}

void inb__alter_partition_attach(inb__altering *a)
{
    const inb__node *cmd = inb__node_at(a->cmd, "def/PartitionCmd");
    inb__relation *child = inb__classify_relation(a->c, inb__node_at(cmd, "name"));
    if (inb__node_is(a->c->body, "objtype", "OBJECT_INDEX")) {
        inb__classify_lock(a->c, a->r, INB_LOCK_ACCESS_SHARE);
        inb__classify_lock(a->c, child, AE);
        inb__altering_hazard(a, ADD, 0, "attaching an index partition is invisible to clients");
        return;
    }
    inb__classify_lock(a->c, a->r, SUE);
    inb__classify_lock(a->c, child, AE);
    inb__classify_lock(a->c, a->r->spare, AE);
    inb__constraint_parents_lock(a->c, a->r, false, SRE);
    if (!inb__classify_is_new(a->c, child)) {
        inb__altering_hazard(
            a, BLOCK, SCANS,
            "the partition is scanned for rows outside its bounds while reads and writes wait");
    }
    child->table = a->r;
    child->is_partition = true;
    a->r->partitioned = a->r->has_children = true;
    if (inb__node_bool(cmd, "bound/is_default")) {
        a->r->spare = child;
    }
}

void inb__alter_partition_detach(inb__altering *a)
{
    const inb__node *cmd = inb__node_at(a->cmd, "def/PartitionCmd");
    inb__relation *child = inb__classify_relation(a->c, inb__node_at(cmd, "name"));
    bool concurrent = inb__node_bool(cmd, "concurrent");
    inb__classify_lock(a->c, a->r, concurrent ? SUE : AE);
    inb__classify_lock(a->c, child, AE);
    inb__constraint_parents_lock(a->c, child, true, SRE);
    if (concurrent) {
        a->c->s->tag = "ALTER TABLE DETACH PARTITION CONCURRENTLY";
        a->c->s->flags |= INB_STATEMENT_NO_TRANSACTION;
        inb__classify_kind(a->c, INB_STATEMENT_DETACH_CONCURRENTLY, a->written, child->name.name);
    }
    child->table = NULL;
    child->is_partition = false;
    for (size_t i = 0; i < child->constraints.n; i++) {
        child->constraints.v[i].inherited = false;
    }
    a->r->spare = a->r->spare == child ? NULL : a->r->spare;
    inb__classify_unseen(a->c, child, "the keys and indexes that the partition keeps are unknown");
}

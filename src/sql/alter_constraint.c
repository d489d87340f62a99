/* ALTER TABLE: constraints. */
#include "config.h"

#include "sql/altering.h"

#define ADD INB_CLASS_ADDITIVE
#define BLOCK INB_CLASS_BLOCKING
#define CONTRACT INB_CLASS_CONTRACTING
#define AE INB_LOCK_ACCESS_EXCLUSIVE
#define SUE INB_LOCK_SHARE_UPDATE_EXCLUSIVE
#define SRE INB_LOCK_SHARE_ROW_EXCLUSIVE
#define SCANS INB_STATEMENT_SCANS

static bool index_columns_proven(inb__altering *a, inb__str index_name)
{
    const inb__relation *index =
        inb__catalog_relation_find(a->c->catalog, (inb__name){a->r->name.schema, index_name});
    for (size_t i = 0; index && i < index->columns.n; i++) {
        if (!inb__catalog_column_proven(a->r, index->columns.v[i].name)) {
            return false;
        }
    }
    return index && index->columns.n;
}

static bool keys_proven(inb__altering *a, const inb__node *keys)
{
    INB__NODE_EACH(n, keys)
    {
        if (!inb__catalog_column_proven(a->r, inb__node_text(n, "String/sval"))) {
            return false;
        }
    }
    return true;
}

/* UNIQUE NULLS NOT DISTINCT takes one row without a value: code that never gives one breaks at the
 * second. */
static bool takes_one_null(const inb__altering *a, const inb__node *k)
{
    const inb__node *keys = inb__node_at(k, "keys");
    if (!inb__node_bool(k, "nulls_not_distinct")) {
        return false;
    }
    INB__NODE_EACH(n, keys)
    {
        if (inb__catalog_column_proven(a->r, inb__node_text(n, "String/sval"))) {
            return false;
        }
    }
    return true;
}

/* USING INDEX takes a unique index of plain columns and all rows. */
static void index_must_fit(inb__altering *a, inb__str name)
{
    const inb__relation *index =
        inb__catalog_relation_find(a->c->catalog, (inb__name){a->r->name.schema, name});
    bool known = index && index->born && index->kind == INB__RELATION_INDEX;
    if (known && (!index->unique || index->uses.n)) {
        inb__classify_fails(a->c,
                            "Create a unique index of plain columns without WHERE, and use that.",
                            "the index \"%.*s\" %s", INB__STR_ARG(name),
                            index->unique ? "has an expression or a predicate" : "is not unique");
    }
}

static void key_add(inb__altering *a, const inb__node *k)
{
    inb__str index = inb__node_text(k, "indexname");
    bool primary = inb__constraint_is(k, "CONSTR_PRIMARY");
    bool proven = !primary || (index.n ? index_columns_proven(a, index)
                                       : keys_proven(a, inb__node_at(k, "keys")));
    inb__classify_lock(a->c, a->r, a->inherited && proven ? INB_LOCK_SHARE : AE);
    if (!proven) {
        inb__altering_hazard(
            a, CONTRACT, SCANS,
            "the columns of the primary key become NOT NULL, and all rows are read");
    }
    if (takes_one_null(a, k)) {
        inb__altering_hazard(
            a, CONTRACT, SCANS,
            "only one row can be NULL there: a second INSERT that omits the column fails");
    }
    if (index.n) {
        index_must_fit(a, index);
        inb__altering_hazard(a, ADD, 0, "the index exists and is unique already");
    } else {
        inb__altering_hazard(a, BLOCK, SCANS,
                             "a unique index is built while reads and writes wait");
    }
}

/* A CHECK that says NOT NULL narrows as NOT NULL does. */
static void not_null_check(inb__altering *a, const inb__constraint *k)
{
    for (size_t i = 0; i < k->not_null.n; i++) {
        const inb__sql_column *column = inb__catalog_column_find(a->r, k->not_null.v[i]);
        if (!column || !column->not_null) {
            a->name = k->not_null.v[i];
            inb__altering_hazard(
                a, CONTRACT, 0,
                inb__altering_says(a, "refuses NULL, also in an INSERT that omits the column"));
        }
    }
}

static void check_add(inb__altering *a, bool foreign, bool valid)
{
    if (foreign && !valid && a->r->partitioned) {
        inb__altering_hazard(a, CONTRACT, 0,
                             "PostgreSQL before 18 refuses NOT VALID on a partitioned table");
    }
    inb__classify_lock(a->c, a->r, foreign ? SRE : AE);
    if (valid) {
        inb__altering_hazard(a, BLOCK, SCANS,
                             foreign ? "writers of both tables wait while each row is looked up"
                                     : "all rows are read while other reads and writes wait");
    } else {
        inb__altering_hazard(a, ADD, 0, "existing rows are not checked; rows written later are");
    }
}

void inb__alter_constraint_add(inb__altering *a)
{
    const inb__node *k = inb__node_at(a->cmd, "def/Constraint");
    bool key = inb__constraint_is(k, "CONSTR_UNIQUE") || inb__constraint_is(k, "CONSTR_PRIMARY");
    if (key) {
        key_add(a, k);
    } else if (inb__constraint_is(k, "CONSTR_EXCLUSION")) {
        inb__classify_lock(a->c, a->r, AE);
        inb__altering_hazard(a, BLOCK, SCANS, "an index is built while reads and writes wait");
    } else {
        check_add(a, inb__constraint_is(k, "CONSTR_FOREIGN"),
                  !inb__node_bool(k, "skip_validation"));
    }
    if (key && a->inherited) {
        return; /* its index has a name of its own, which we do not know */
    }
    inb__constraint_take(a->c, a->r, k, INB__STR(""));
    if (a->r->constraints.n) {
        not_null_check(a, &a->r->constraints.v[a->r->constraints.n - 1]);
    }
    inb__altering_kind(a, INB_STATEMENT_ADD_CONSTRAINT, inb__node_text(k, "conname"));
}

/* When it is checked: later is no loss, sooner is. */
void inb__alter_constraint_alter(inb__altering *a)
{
    const inb__node *def = inb__node_at(a->cmd, "def/Constraint");
    bool deferrable = inb__node_bool(def, "deferrable");
    bool deferred = inb__node_bool(def, "initdeferred");
    inb__constraint *k = inb__catalog_constraint_find(a->r, inb__node_text(def, "conname"));
    bool sooner = k ? (k->deferrable && !deferrable) || (k->deferred && !deferred) : !deferrable;
    if (sooner) {
        inb__altering_hazard(
            a, CONTRACT, 0,
            "the check runs earlier: a transaction that relied on a deferred check can fail");
    }
    if (k) {
        k->deferrable = deferrable;
        k->deferred = deferred;
    }
}

void inb__alter_constraint_validate(inb__altering *a)
{
    inb__constraint *k = inb__catalog_constraint_find(a->r, a->name);
    bool known = k && k->validated;
    inb__altering_kind(a, INB_STATEMENT_VALIDATE_CONSTRAINT, a->name);
    if (known && a->inherited) {
        return;
    }
    inb__classify_lock(a->c, a->r, SUE);
    if (known) {
        inb__altering_hazard(a, ADD, 0, "it is already valid, so nothing happens");
        return;
    }
    if (k) {
        inb__classify_lock_all(a->c, k->parent, INB_LOCK_ROW_SHARE);
        k->validated = true;
    }
    if (k && k->born == a->c->catalog->migration && !a->c->separate) {
        inb__altering_hazard(
            a, BLOCK, SCANS,
            "all rows are read while this transaction holds the lock of ADD CONSTRAINT");
    } else {
        inb__altering_hazard(a, ADD, SCANS, "all rows are read while readers and writers continue");
    }
}

/* A CHECK that says no more than NOT NULL does: nothing is lost with it. */
static bool says_nothing(const inb__altering *a, const inb__constraint *k)
{
    if (k->kind != INB__CONSTRAINT_CHECK || k->not_null.n == 0 || k->not_null.n != k->columns.n) {
        return false;
    }
    for (size_t i = 0; i < k->not_null.n; i++) {
        const inb__sql_column *column = inb__catalog_column_find(a->r, k->not_null.v[i]);
        if (!column || !column->not_null) {
            return false;
        }
    }
    return true;
}

void inb__alter_constraint_drop(inb__altering *a)
{
    inb__constraint *k = inb__catalog_constraint_find(a->r, a->name);
    a->c->s->flags |= inb__node_bool(a->cmd, "missing_ok") ? INB_STATEMENT_IF_NOT_EXISTS : 0;
    if (k && says_nothing(a, k)) {
        inb__altering_hazard(a, ADD, 0,
                             "the columns are NOT NULL themselves, so the CHECK is redundant");
    } else {
        inb__altering_hazard(a, CONTRACT, 0,
                             "readers and writers lose the guarantee of the constraint");
    }
    if (!k) {
        return;
    }
    inb__classify_lock_all(a->c, k->parent, AE);
    bool key = k->kind == INB__CONSTRAINT_PRIMARY_KEY || k->kind == INB__CONSTRAINT_UNIQUE;
    if (key && inb__node_is(a->cmd, "behavior", "DROP_CASCADE")) {
        inb__drop_referrers(a->c, a->r, &k->columns);
    }
    inb__catalog_constraint_drop(a->c->catalog, a->r, k);
}

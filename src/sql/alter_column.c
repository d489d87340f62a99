/* ALTER TABLE: columns. */
#include "config.h"

#include "sql/altering.h"

#include "postgres/type_change.h"
#include "sql/type_name.h"
#include "sql/written_default.h"

#define ADD INB_CLASS_ADDITIVE
#define BLOCK INB_CLASS_BLOCKING
#define CONTRACT INB_CLASS_CONTRACTING
#define AE INB_LOCK_ACCESS_EXCLUSIVE
#define REWRITES INB_STATEMENT_REWRITES
#define SCANS INB_STATEMENT_SCANS

/* What ADD COLUMN says of its column. */
typedef struct column_facts {
    const inb__node *fallback; /* the DEFAULT expression, NULL when there is none or it is NULL */
    bool not_null, primary, unique, check, references, generated;
    bool refuses_null;            /* a CHECK does */
    bool filled, varies, checked; /* with the type: it has a value, another in each row, a CHECK */
} column_facts;

/* A CHECK that says NOT NULL of the new column. */
static bool refuses_null(inb__altering *a, const inb__node *constraint, inb__str column)
{
    inb__strs proven = {0};
    inb__constraint_proofs(a->c, &proven, constraint);
    return inb__catalog_strs_have(&proven, column);
}

static column_facts column_facts_of(inb__altering *a, const inb__node *column)
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
        if (inb__constraint_is(k, "CONSTR_CHECK")) {
            f.check = true;
            f.refuses_null |= refuses_null(a, k, inb__node_text(column, "colname"));
        }
        f.references |= inb__constraint_is(k, "CONSTR_FOREIGN");
        f.generated |=
            inb__constraint_is(k, "CONSTR_IDENTITY") || inb__constraint_is(k, "CONSTR_GENERATED");
    }
    return f;
}

/* What the type brings: a sequence, or the default and the constraints of a domain. */
static void type_facts_add(inb__altering *a, const inb__node *type, column_facts *f)
{
    bool serial = inb__type_name_is_serial(type);
    const inb__domain *domain =
        inb__node_at(type, "arrayBounds")
            ? NULL
            : inb__catalog_domain_find(a->c->catalog,
                                       inb__classify_name_of_list(inb__node_at(type, "names")));
    f->varies = serial || f->generated || inb__functions_are_volatile(a->c, f->fallback);
    f->filled = f->fallback || serial || f->generated;
    if (domain) {
        f->checked = domain->checked;
        f->not_null |= domain->not_null;
        f->varies |= domain->changes && !f->fallback;
        f->filled |= domain->filled;
    }
}

static void column_add_hazards(inb__altering *a, const column_facts *f)
{
    if (f->varies || f->checked) {
        inb__altering_hazard(
            a, BLOCK, REWRITES,
            inb__altering_says(a, f->varies ? "has a different value in each row: the table is "
                                              "rewritten, and reads and writes wait"
                                            : "has a domain type with a constraint: the table is "
                                              "rewritten, and reads and writes wait"));
    }
    if ((f->not_null || f->primary || f->refuses_null) && !f->filled) {
        inb__altering_hazard(
            a, CONTRACT, SCANS,
            inb__altering_says(a, "is NOT NULL without a default: the statement fails if the table "
                                  "has rows, and so does every INSERT that omits the column"));
    }
    if (f->unique && f->fallback && !f->varies) {
        inb__altering_hazard(
            a, CONTRACT, SCANS,
            inb__altering_says(
                a, "is unique, but every INSERT that omits it writes the same default"));
    }
    if (f->unique || f->primary) {
        inb__altering_hazard(
            a, BLOCK, SCANS,
            inb__altering_says(a,
                               "gets a unique index, which is built while reads and writes wait"));
    }
    if (f->check) {
        inb__altering_hazard(
            a, BLOCK, SCANS,
            inb__altering_says(a,
                               "has a CHECK: all rows are read while other reads and writes wait"));
    }
    if (f->references && f->fallback) {
        inb__altering_hazard(
            a, BLOCK, SCANS,
            inb__altering_says(
                a,
                "has a default and a foreign key: each row is looked up in the referenced table"));
    }
}

void inb__alter_column_add(inb__altering *a)
{
    const inb__node *column = inb__node_at(a->cmd, "def/ColumnDef");
    a->name = inb__node_text(column, "colname");
    column_facts f = column_facts_of(a, column);
    inb__altering_kind(a, INB_STATEMENT_ADD_COLUMN, a->name);
    a->c->s->flags |= inb__node_bool(a->cmd, "missing_ok") ? INB_STATEMENT_IF_NOT_EXISTS : 0;
    if (inb__node_bool(a->cmd, "missing_ok") && inb__catalog_column_find(a->r, a->name)) {
        inb__altering_hazard(a, ADD, 0, "an earlier migration created it, so nothing happens");
        return;
    }
    if (a->r->born && !a->inherited && inb__catalog_column_find(a->r, a->name)) {
        inb__classify_fails(a->c, "Remove it, or write ADD COLUMN IF NOT EXISTS.",
                            "column \"%.*s\" of relation \"%.*s\" already exists",
                            INB__STR_ARG(a->name), INB__STR_ARG(a->r->name.name));
    }
    type_facts_add(a, inb__node_at(column, "typeName"), &f);
    column_add_hazards(a, &f);
    inb__constraint_column_take(a->c, a->r, column);
}

/* A column that the migrations have not made, of a table of which they have made all. */
static void column_must_exist(inb__altering *a)
{
    bool known = inb__catalog_column_find(a->r, a->name) != NULL;
    if (a->r->born && a->r->complete && !known && !inb__node_bool(a->cmd, "missing_ok")) {
        inb__classify_fails(a->c, "Check the name, and the migrations before this one.",
                            "column \"%.*s\" of relation \"%.*s\" does not exist",
                            INB__STR_ARG(a->name), INB__STR_ARG(a->r->name.name));
    }
}

static void in_the_way(inb__altering *a, const char *what, const char *kind, inb__str name)
{
    inb__classify_fails(a->c, "Drop it first, and create it again afterwards.",
                        "%s column \"%.*s\", which the %s \"%.*s\" uses", what,
                        INB__STR_ARG(a->name), kind, INB__STR_ARG(name));
}

/* Another command of the statement drops a column, and is executed first. */
static bool drops_elsewhere(const inb__altering *a)
{
    const inb__node *commands = inb__node_at(a->c->body, "cmds");
    INB__NODE_EACH(n, commands)
    {
        const inb__node *cmd = inb__node_at(n, "AlterTableCmd");
        if (cmd != a->cmd && inb__node_is(cmd, "subtype", "AT_DropColumn")) {
            return true;
        }
    }
    return false;
}

/* Nothing ever takes a column out of a partition key. */
static void partition_key_refuse(inb__altering *a, const char *what)
{
    if (inb__catalog_strs_have(&a->r->partition_key, a->name)) {
        inb__classify_fails(a->c, "Create another table with the other key, and copy the rows.",
                            "%s column \"%.*s\", which is in the partition key", what,
                            INB__STR_ARG(a->name));
    }
}

/* Generated columns and triggers keep what they use; before 15 a generated column goes with it. */
static void own_parts_refuse(inb__altering *a, const char *what)
{
    inb__relation *r = a->r;
    bool drops = inb__node_is(a->cmd, "subtype", "AT_DropColumn");
    if (drops_elsewhere(a)) {
        return;
    }
    for (size_t i = 0; !drops && i < r->columns.n; i++) {
        const inb__sql_column *column = &r->columns.v[i];
        if (!column->dropped && inb__catalog_strs_have(&column->reads, a->name)) {
            in_the_way(a, what, "generated column", column->name);
        }
    }
    for (size_t i = 0; i < r->triggers.n; i++) {
        const inb__trigger *t = &r->triggers.v[i];
        if (t->name.n && inb__catalog_strs_have(&t->columns, a->name)) {
            in_the_way(a, what, "trigger", t->name);
        }
    }
}

/* Views keep the type of a column as it is, and the column. */
static void column_must_be_free(inb__altering *a, const char *what)
{
    partition_key_refuse(a, what);
    own_parts_refuse(a, what);
    const inb__relation *view = inb__drop_view_reading(a->c, a->r, a->name);
    if (view) {
        inb__classify_fails(a->c, "Drop the view first, and create it again afterwards.",
                            "%s column \"%.*s\", which the view \"%.*s\" uses", what,
                            INB__STR_ARG(a->name), INB__STR_ARG(view->name.name));
    }
}

void inb__alter_column_default(inb__altering *a)
{
    column_must_exist(a);
    bool drops = !inb__node_at(a->cmd, "def");
    inb__sql_column *column = inb__catalog_column_touch(a->c->catalog, a->r, a->name);
    column->filled = !drops;
    column->fallback = inb__written_default(a->c, inb__node_at(a->cmd, "def"));
    if (drops) {
        a->c->s->tag = a->alone ? "ALTER TABLE DROP DEFAULT" : a->c->s->tag;
        inb__altering_hazard(
            a, CONTRACT, 0,
            inb__altering_says(a,
                               "loses its default: an INSERT that omits the column relied on it"));
    }
}

void inb__alter_column_not_null(inb__altering *a)
{
    column_must_exist(a);
    bool proven = inb__catalog_column_proven(a->r, a->name);
    if (proven) {
        inb__altering_hazard(
            a, ADD, 0,
            inb__altering_says(
                a, "is known to contain no NULL: no row is read and no further value is refused"));
    } else {
        inb__altering_hazard(
            a, CONTRACT, SCANS,
            inb__altering_says(a, "becomes NOT NULL: all rows are read while reads and writes "
                                  "wait, and later NULLs are refused"));
    }
    inb__catalog_column_touch(a->c->catalog, a->r, a->name)->not_null = true;
}

void inb__alter_column_nullable(inb__altering *a)
{
    column_must_exist(a);
    inb__catalog_column_touch(a->c->catalog, a->r, a->name)->not_null = false;
}

void inb__alter_column_drop(inb__altering *a)
{
    bool cascade = inb__node_is(a->cmd, "behavior", "DROP_CASCADE");
    inb__strs columns = {0};
    column_must_exist(a);
    if (cascade) {
        partition_key_refuse(a, "cannot drop");
    } else {
        column_must_be_free(a, "cannot drop");
    }
    INB__VEC_ADD(a->c->scratch, &columns, a->name);
    for (size_t i = 0; i < a->r->constraints.n; i++) {
        const inb__constraint *k = &a->r->constraints.v[i];
        if (!k->dropped && inb__catalog_strs_have(&k->columns, a->name)) {
            inb__classify_lock_all(a->c, k->parent, AE);
        }
    }
    if (cascade) {
        inb__drop_referrers(a->c, a->r, &columns);
        inb__drop_views(a->c, a->r, a->name);
    }
    inb__catalog_column_drop(a->c->catalog, a->r, a->name);
}

/* USING that only says what happens anyway: the column, or the column cast to its new type. */
static bool using_is_plain(inb__altering *a, const inb__node *expression, inb__str to)
{
    const inb__node *cast = inb__node_at(expression, "TypeCast");
    const inb__node *ref = inb__node_at(cast ? inb__node_at(cast, "arg") : expression, "ColumnRef");
    bool same = !cast ||
                inb__str_eq(inb__type_name_text(a->c->scratch, inb__node_at(cast, "typeName")), to);
    return !expression ||
           (ref && same &&
            inb__str_eq(inb__classify_name_of_list(inb__node_at(ref, "fields")).name, a->name));
}

static bool is_checked(const inb__relation *r, inb__str column)
{
    for (size_t i = 0; i < r->constraints.n; i++) {
        const inb__constraint *k = &r->constraints.v[i];
        if (k->kind == INB__CONSTRAINT_CHECK && !k->dropped &&
            inb__catalog_strs_have(&k->columns, column)) {
            return true;
        }
    }
    return false;
}

/* By an index of the column; with `rebuilt`, by one that a change of its type never reuses: that
 * has an expression or a predicate. */
static bool is_indexed(const inb__altering *a, bool rebuilt)
{
    for (size_t i = 0; i < a->c->catalog->relations.n; i++) {
        const inb__relation *index = a->c->catalog->relations.entries[i].value;
        if (index && index->table == a->r && index->kind == INB__RELATION_INDEX &&
            inb__catalog_index_reads(index, a->name) && (!rebuilt || index->uses.n)) {
            return true;
        }
    }
    return false;
}

/* Foreign keys of the column, and those that refer to it, are made again. */
static bool neighbours_lock(inb__altering *a)
{
    bool any = false;
    for (size_t i = 0; i < a->c->catalog->relations.n; i++) {
        inb__relation *other = a->c->catalog->relations.entries[i].value;
        for (size_t k = 0; other && k < other->constraints.n; k++) {
            const inb__constraint *fk = &other->constraints.v[k];
            bool own = other == a->r && fk->parent && inb__catalog_strs_have(&fk->columns, a->name);
            bool refers = fk->parent == a->r &&
                          inb__catalog_strs_have(inb__constraint_parent_keys(fk), a->name);
            if (!fk->dropped && (own || refers)) {
                inb__classify_lock_all(a->c, own ? fk->parent : other, AE);
                any = true;
            }
        }
    }
    return any;
}

/* A domain is its type where it has no constraint, and nothing is lost when one goes. */
static inb__type_change change_of(const inb__altering *a, inb__str from, inb__str to)
{
    const inb__domain *source = inb__catalog_domain_of_type(a->c->catalog, from);
    const inb__domain *target = inb__catalog_domain_of_type(a->c->catalog, to);
    if (target && (target->checked || target->not_null)) {
        return INB__TYPE_NARROWS;
    }
    inb__str base = target ? target->base : to;
    inb__type_change change = inb__type_change_of(source ? source->base : from, base);
    bool limited = base.n && memchr(base.p, '(', base.n);
    return source && limited && change == INB__TYPE_SAME ? INB__TYPE_WIDENS : change;
}

/* The collation of a column: its own, or that of its domain. */
static inb__str collation_of(const inb__altering *a, inb__str written, inb__str type)
{
    const inb__domain *d = inb__catalog_domain_of_type(a->c->catalog, type);
    return written.n || !d ? written : d->collation;
}

static void type_hazards(inb__altering *a, inb__type_change change, bool collates,
                         const char *words)
{
    static const struct {
        inb_class cls;
        uint32_t flags;
        const char *words;
    } hazards[] = {
        [INB__TYPE_NARROWS] =
            {CONTRACT, REWRITES,
             "the table is rewritten, and values can be refused or change their meaning"},
        [INB__TYPE_WIDENS] = {BLOCK, REWRITES, "the table is rewritten, and reads and writes wait"},
        [INB__TYPE_SAME] = {ADD, 0, "no row changes, and every value is kept"},
    };
    if (collates) {
        inb__altering_hazard(
            a, CONTRACT, is_indexed(a, false) ? SCANS : 0,
            inb__altering_says(
                a, "sorts and compares differently afterwards, and its indexes are rebuilt"));
    }
    if (change == INB__TYPE_SAME && is_checked(a->r, a->name)) {
        words = inb__arena_printf(
            a->c->arena, "%s: no row changes, but its CHECK reads all of them again", words);
        inb__altering_hazard(a, BLOCK, SCANS, inb__altering_says(a, words));
        return;
    }
    if (change == INB__TYPE_SAME && is_indexed(a, true)) {
        words = inb__arena_printf(a->c->arena,
                                  "%s: no row changes, but an index with an expression or a "
                                  "predicate is rebuilt while reads and writes wait",
                                  words);
        inb__altering_hazard(a, BLOCK, SCANS, inb__altering_says(a, words));
        return;
    }
    words = inb__arena_printf(a->c->arena, "%s: %s", words, hazards[change].words);
    inb__altering_hazard(a, hazards[change].cls, hazards[change].flags,
                         inb__altering_says(a, words));
}

void inb__alter_column_type(inb__altering *a)
{
    const inb__node *def = inb__node_at(a->cmd, "def/ColumnDef");
    column_must_exist(a);
    column_must_be_free(a, "cannot change the type of");
    inb__sql_column *column = inb__catalog_column_touch(a->c->catalog, a->r, a->name);
    inb__str to = inb__type_name_text(a->c->scratch, inb__node_at(def, "typeName"));
    inb__type_change change = using_is_plain(a, inb__node_at(def, "raw_default"), to)
                                  ? change_of(a, column->type, to)
                                  : INB__TYPE_NARROWS;
    const char *from = column->type.n ? inb__classify_text(a->c, column->type) : "an unknown type";
    const char *words =
        inb__arena_printf(a->c->arena, "changes from %s to %.*s", from, INB__STR_ARG(to));
    if (neighbours_lock(a) && !inb__str_eq(column->type, to)) {
        inb__altering_hazard(
            a, BLOCK, SCANS,
            inb__altering_says(a, "has a foreign key, which is checked again for each row"));
    }
    inb__str collation = inb__constraint_collation(a->c, inb__node_at(def, "collClause"));
    bool collates = !inb__str_eq(collation_of(a, column->collation, column->type),
                                 collation_of(a, collation, to));
    type_hazards(a, change, collates, words);
    column->type = inb__constraint_type(a->c, inb__node_at(def, "typeName"));
    column->collation = inb__catalog_keep(a->c->catalog, collation);
}

/* DROP IDENTITY and DROP EXPRESSION: the column becomes a plain one. */
void inb__alter_column_plain(inb__altering *a)
{
    inb__sql_column *column = inb__catalog_column_touch(a->c->catalog, a->r, a->name);
    if (column->fallback.kind == INB__SQL_DEFAULT_SEQUENCE && column->identity) {
        inb__catalog_relation_drop(a->c->catalog, column->fallback.sequence);
    }
    if (column->identity || column->generated) {
        column->fallback = (inb__sql_default){0};
        column->identity = column->generated = column->filled = false;
        column->reads.n = 0;
    }
}

void inb__alter_column_identity_add(inb__altering *a)
{
    inb__sql_column *column = inb__catalog_column_touch(a->c->catalog, a->r, a->name);
    column->filled = true;
    if (!column->identity) {
        inb__constraint_identity_take(a->c, a->r, a->name);
    }
    inb__altering_hazard(
        a, CONTRACT, 0,
        inb__altering_says(
            a, "becomes an identity column, and values given by clients can be refused"));
}

/* Columns and constraints: what the catalogue learns of them, and the tables that a foreign key
 * locks. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/type_name.h"
#include "sql/written_default.h"

bool inb__constraint_is(const inb__node *constraint, const char *contype)
{
    return inb__node_is(constraint, "contype", contype);
}

void inb__constraint_parents_lock(inb__classifier *c, const inb__relation *r, bool inherited,
                                  inb_lock_mode mode)
{
    for (size_t i = 0; r && i < r->constraints.n; i++) {
        const inb__constraint *k = &r->constraints.v[i];
        if (k->parent && !k->dropped && k->inherited == inherited) {
            inb__classify_lock_all(c, k->parent, mode);
        }
    }
}

const inb__strs *inb__constraint_parent_keys(const inb__constraint *k)
{
    const inb__constraint *primary = inb__catalog_primary_key(k->parent);
    return k->keys.n || !primary ? &k->keys : &primary->columns;
}

static void strs_of(inb__classifier *c, inb__strs *out, const inb__node *strings)
{
    INB__NODE_EACH(n, strings)
    {
        INB__VEC_ADD(c->arena, out,
                     inb__catalog_keep(c->catalog, inb__node_text(n, "String/sval")));
    }
}

static inb__str column_ref(const inb__node *n)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(n, "fields"));
    return name.name;
}

void inb__constraint_expression_columns(inb__classifier *c, inb__strs *out, const inb__node *root)
{
    INB__NODE_WALK(n, root)
    {
        if (inb__str_is(n->key, "ColumnRef")) {
            inb__str name = column_ref(n);
            if (name.n && !inb__catalog_strs_have(out, name)) {
                INB__VEC_ADD(c->arena, out, inb__catalog_keep(c->catalog, name));
            }
        }
    }
}

static void proof_add(inb__classifier *c, inb__strs *out, const inb__node *expression)
{
    const inb__node *test = inb__node_at(expression, "NullTest");
    if (inb__node_is(test, "nulltesttype", "IS_NOT_NULL")) {
        inb__str name = column_ref(inb__node_at(test, "arg/ColumnRef"));
        if (name.n) {
            INB__VEC_ADD(c->arena, out, inb__catalog_keep(c->catalog, name));
        }
    }
}

/* `a IS NOT NULL`, or several of them and other things joined by AND (the parser flattens the
 * list). */
static void proofs_of(inb__classifier *c, inb__strs *out, const inb__node *expression)
{
    const inb__node *all = inb__node_at(expression, "BoolExpr");
    proof_add(c, out, expression);
    if (inb__node_is(all, "boolop", "AND_EXPR")) {
        const inb__node *args = inb__node_at(all, "args");
        INB__NODE_EACH(arg, args)
        {
            proof_add(c, out, arg);
        }
    }
}

void inb__constraint_proofs(inb__classifier *c, inb__strs *out, const inb__node *constraint)
{
    proofs_of(c, out, inb__node_at(constraint, "raw_expr"));
}

bool inb__constraint_refuses_null(inb__classifier *c, const inb__node *constraint)
{
    inb__strs proven = {0};
    proofs_of(c, &proven, inb__node_at(constraint, "raw_expr"));
    return inb__constraint_is(constraint, "CONSTR_NOTNULL") ||
           (inb__constraint_is(constraint, "CONSTR_CHECK") &&
            inb__catalog_strs_have(&proven, INB__STR("value")));
}

/* The name that the server gives a constraint without one. */
static inb__str name_default(inb__classifier *c, const inb__relation *r, const inb__constraint *k)
{
    const char *columns = "";
    static const char *const suffix[] = {
        [INB__CONSTRAINT_CHECK] = "check",    [INB__CONSTRAINT_FOREIGN_KEY] = "fkey",
        [INB__CONSTRAINT_UNIQUE] = "key",     [INB__CONSTRAINT_PRIMARY_KEY] = "pkey",
        [INB__CONSTRAINT_EXCLUSION] = "excl",
    };
    bool few = k->kind != INB__CONSTRAINT_CHECK || k->columns.n == 1;
    for (size_t i = 0; few && k->kind != INB__CONSTRAINT_PRIMARY_KEY && i < k->columns.n; i++) {
        columns = inb__arena_printf(c->scratch, "%s%s%.*s", columns, i ? "_" : "",
                                    INB__STR_ARG(k->columns.v[i]));
    }
    return inb__catalog_name_choose(c->catalog, r->name.schema, r->name.name, inb__str_of(columns),
                                    suffix[k->kind]);
}

static bool kind_of(const inb__node *constraint, inb__constraint_kind *out)
{
    static const struct {
        const char *contype;
        inb__constraint_kind kind;
    } kinds[] = {
        {"CONSTR_CHECK", INB__CONSTRAINT_CHECK},
        {"CONSTR_FOREIGN", INB__CONSTRAINT_FOREIGN_KEY},
        {"CONSTR_UNIQUE", INB__CONSTRAINT_UNIQUE},
        {"CONSTR_PRIMARY", INB__CONSTRAINT_PRIMARY_KEY},
        {"CONSTR_EXCLUSION", INB__CONSTRAINT_EXCLUSION},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (inb__constraint_is(constraint, kinds[i].contype)) {
            *out = kinds[i].kind;
            return true;
        }
    }
    return false;
}

static inb__ref_action action_of(inb__str letter)
{
    static const struct {
        const char *letter;
        inb__ref_action action;
    } actions[] = {{"r", INB__REF_RESTRICT},
                   {"c", INB__REF_CASCADE},
                   {"n", INB__REF_SET_NULL},
                   {"d", INB__REF_SET_DEFAULT}};
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (inb__str_is(letter, actions[i].letter)) {
            return actions[i].action;
        }
    }
    return INB__REF_NO_ACTION;
}

static void foreign_key_take(inb__classifier *c, inb__constraint *k, const inb__node *constraint)
{
    k->parent = inb__classify_relation(c, inb__node_at(constraint, "pktable"));
    inb__relation_needed(c, k->parent);
    k->on_delete = action_of(inb__node_text(constraint, "fk_del_action"));
    k->on_update = action_of(inb__node_text(constraint, "fk_upd_action"));
    k->deletes = k->on_delete > INB__REF_RESTRICT;
    k->updates = k->on_update > INB__REF_RESTRICT;
    strs_of(c, &k->keys, inb__node_at(constraint, "pk_attrs"));
    inb__classify_lock_all(c, k->parent, INB_LOCK_SHARE_ROW_EXCLUSIVE);
}

/* The elements of EXCLUDE: columns, or expressions that read some. */
static void exclusion_take(inb__classifier *c, inb__relation *index, const inb__node *constraint)
{
    const inb__node *elements = inb__node_at(constraint, "exclusions");
    INB__NODE_EACH(n, elements)
    {
        const inb__node *element =
            inb__node_at(inb__node_first(inb__node_at(n, "List/items")), "IndexElem");
        inb__str name = inb__node_text(element, "name");
        if (name.n) {
            inb__catalog_column_touch(c->catalog, index, name);
        }
        inb__constraint_expression_columns(c, &index->uses, inb__node_at(element, "expr"));
    }
    inb__constraint_expression_columns(c, &index->uses, inb__node_at(constraint, "where_clause"));
}

/* The index behind a unique constraint has the constraint's name. */
static void index_take(inb__classifier *c, inb__relation *r, const inb__constraint *k,
                       const inb__node *constraint)
{
    inb__relation *index = inb__catalog_relation_create(
        c->catalog, (inb__name){r->name.schema, k->name}, INB__RELATION_INDEX);
    index->table = r;
    index->unique = k->kind != INB__CONSTRAINT_EXCLUSION;
    index->computed = !index->unique;
    for (size_t i = 0; i < k->columns.n; i++) {
        inb__catalog_column_touch(c->catalog, index, k->columns.v[i]);
    }
    exclusion_take(c, index, constraint);
}

/* USING INDEX: the index there is takes the constraint's name, or gives it its own. */
static void index_adopt(inb__classifier *c, inb__relation *r, inb__constraint *k, inb__str name)
{
    inb__relation *index =
        inb__catalog_relation_touch(c->catalog, (inb__name){r->name.schema, name});
    index->kind = INB__RELATION_INDEX;
    index->table = r;
    for (size_t i = 0; i < index->columns.n; i++) {
        INB__VEC_ADD(c->arena, &k->columns, index->columns.v[i].name);
    }
    inb__catalog_relation_rename(c->catalog, index, (inb__name){r->name.schema, k->name});
}

static void columns_not_null(inb__classifier *c, inb__relation *r, const inb__strs *names)
{
    for (size_t i = 0; i < names->n; i++) {
        inb__catalog_column_touch(c->catalog, r, names->v[i])->not_null = true;
    }
}

/* The sequence behind a serial or an identity column. */
static void sequence_take(inb__classifier *c, inb__relation *r, inb__str column)
{
    inb__str name =
        inb__catalog_name_choose(c->catalog, r->name.schema, r->name.name, column, "seq");
    inb__relation *sequence = inb__catalog_relation_create(
        c->catalog, (inb__name){r->name.schema, name}, INB__RELATION_SEQUENCE);
    sequence->owner = r;
    sequence->owner_column = inb__catalog_keep(c->catalog, column);
    inb__catalog_column_touch(c->catalog, r, column)->fallback =
        (inb__sql_default){.kind = INB__SQL_DEFAULT_SEQUENCE, .sequence = sequence};
}

void inb__constraint_identity_take(inb__classifier *c, inb__relation *r, inb__str column)
{
    inb__catalog_column_touch(c->catalog, r, column)->identity = true;
    inb__catalog_column_touch(c->catalog, r, column)->not_null = true;
    sequence_take(c, r, column);
}

/* DEFERRABLE after a constraint of a column is a node of its own. */
static void attribute_take(inb__relation *r, const inb__node *constraint)
{
    inb__constraint *k = r->constraints.n ? &r->constraints.v[r->constraints.n - 1] : NULL;
    bool deferred = inb__constraint_is(constraint, "CONSTR_ATTR_DEFERRED");
    if (k && (deferred || inb__constraint_is(constraint, "CONSTR_ATTR_DEFERRABLE"))) {
        k->deferrable = true;
        k->deferred |= deferred;
    }
}

/* What a column says of itself that is no constraint with a name. */
static void column_says(inb__classifier *c, inb__relation *r, const inb__node *constraint,
                        inb__str name)
{
    inb__sql_column *column = inb__catalog_column_touch(c->catalog, r, name);
    bool identity = inb__constraint_is(constraint, "CONSTR_IDENTITY");
    bool generated = inb__constraint_is(constraint, "CONSTR_GENERATED");
    bool fallback = inb__constraint_is(constraint, "CONSTR_DEFAULT");
    if (generated) {
        inb__constraint_expression_columns(c, &column->reads, inb__node_at(constraint, "raw_expr"));
    }
    column->not_null |= inb__constraint_is(constraint, "CONSTR_NOTNULL");
    column->filled |= identity || fallback || generated;
    if (identity) {
        inb__constraint_identity_take(c, r, name);
    } else if (generated) {
        column->generated = true;
        column->fallback.kind = INB__SQL_DEFAULT_UNKNOWN;
    } else if (fallback) {
        column->fallback = inb__written_default(c, inb__node_at(constraint, "raw_expr"));
    }
}

void inb__constraint_take(inb__classifier *c, inb__relation *r, const inb__node *constraint,
                          inb__str column)
{
    inb__constraint_kind kind;
    if (column.n) {
        column_says(c, r, constraint, column);
        attribute_take(r, constraint);
    }
    if (!kind_of(constraint, &kind)) {
        return;
    }
    inb__constraint k = {.kind = kind, .born = inb__catalog_born(c->catalog)};
    k.name = inb__node_text(constraint, "conname");
    k.named = k.name.n > 0;
    k.validated = !inb__node_bool(constraint, "skip_validation");
    k.deferrable = inb__node_bool(constraint, "deferrable");
    k.deferred = inb__node_bool(constraint, "initdeferred");
    strs_of(c, &k.columns,
            inb__node_at(constraint, kind == INB__CONSTRAINT_FOREIGN_KEY ? "fk_attrs" : "keys"));
    if (kind == INB__CONSTRAINT_CHECK) {
        inb__constraint_expression_columns(c, &k.columns, inb__node_at(constraint, "raw_expr"));
        proofs_of(c, &k.not_null, inb__node_at(constraint, "raw_expr"));
    } else if (column.n && k.columns.n == 0) {
        INB__VEC_ADD(c->arena, &k.columns, inb__catalog_keep(c->catalog, column));
    }
    k.name =
        inb__catalog_keep(c->catalog, k.name.n ? k.name : inb__node_text(constraint, "indexname"));
    if (k.name.n == 0) {
        k.name = name_default(c, r, &k);
    }
    inb__str index = inb__node_text(constraint, "indexname");
    if (index.n) {
        index_adopt(c, r, &k, index);
    } else if (kind != INB__CONSTRAINT_FOREIGN_KEY && kind != INB__CONSTRAINT_CHECK) {
        index_take(c, r, &k, constraint);
    }
    if (kind == INB__CONSTRAINT_FOREIGN_KEY) {
        foreign_key_take(c, &k, constraint);
    } else if (kind == INB__CONSTRAINT_PRIMARY_KEY) {
        columns_not_null(c, r, &k.columns);
    }
    INB__VEC_ADD(c->arena, &r->constraints, k);
}

inb__str inb__constraint_collation(inb__classifier *c, const inb__node *clause)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(clause, "collname"));
    bool none = name.name.n == 0 || inb__str_is(name.name, "default");
    bool system = inb__str_is(name.schema, "pg_catalog");
    name.schema = system ? INB__STR("") : name.schema;
    return none ? INB__STR("") : inb__str_of(inb__catalog_name_text(c->scratch, name));
}

/* A type of the migrations' own is the one of the schema that names without one are in. */
inb__str inb__constraint_type(inb__classifier *c, const inb__node *type)
{
    inb__str text = inb__type_name_text(c->scratch, type);
    inb__name name = inb__classify_name_of_list(inb__node_at(type, "names"));
    bool ours = c->catalog->path.n && name.schema.n == 0 &&
                inb__catalog_object_is_known(c->catalog, "OBJECT_TYPE", name);
    text = ours ? inb__arena_join(c->scratch, c->catalog->path, ".", text) : text;
    return inb__catalog_keep(c->catalog, text);
}

void inb__constraint_column_take(inb__classifier *c, inb__relation *r, const inb__node *column)
{
    inb__str name = inb__node_text(column, "colname");
    const inb__node *type = inb__node_at(column, "typeName");
    inb__sql_column *known = inb__catalog_column_touch(c->catalog, r, name);
    known->fallback = (inb__sql_default){0};
    known->identity = known->generated = false;
    known->collation = inb__catalog_keep(
        c->catalog, inb__constraint_collation(c, inb__node_at(column, "collClause")));
    known->type = inb__constraint_type(c, type);
    if (inb__type_name_is_serial(type)) {
        known->not_null = known->filled = true;
        sequence_take(c, r, name);
    }
    const inb__node *constraints = inb__node_at(column, "constraints");
    INB__NODE_EACH(k, constraints)
    {
        inb__constraint_take(c, r, inb__node_at(k, "Constraint"), name);
    }
}

void inb__constraint_domain_default(inb__classifier *c, inb__domain *d, const inb__node *expression)
{
    d->filled = expression && !inb__node_bool(expression, "A_Const/isnull");
    d->changes = d->filled && inb__functions_are_volatile(c, expression);
}

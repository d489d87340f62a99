/* What removes objects, and what goes with them. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/type_name.h"

#define CONTRACT INB_CLASS_CONTRACTING
#define AE INB_LOCK_ACCESS_EXCLUSIVE

static bool is_cascade(const inb__classifier *c)
{
    return inb__node_is(c->body, "behavior", "DROP_CASCADE");
}

static bool reads(const inb__relation *view, const inb__relation *r, inb__str column)
{
    for (size_t i = 0; i < view->sources.n; i++) {
        if (view->sources.v[i] == r) {
            return column.n == 0 || view->uses_all || inb__catalog_strs_have(&view->uses, column);
        }
    }
    return false;
}

const inb__relation *inb__drop_view_reading(const inb__classifier *c, const inb__relation *r,
                                            inb__str column)
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        const inb__relation *view = c->catalog->relations.entries[i].value;
        bool is_view =
            view && (view->kind == INB__RELATION_VIEW || view->kind == INB__RELATION_MATVIEW);
        /* Of several sources the column's own is not known. */
        if (is_view && view->born && (column.n == 0 || view->sources.n == 1) &&
            reads(view, r, column)) {
            return view;
        }
    }
    return NULL;
}

void inb__drop_views(inb__classifier *c, const inb__relation *r, inb__str column)
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *view = c->catalog->relations.entries[i].value;
        bool is_view =
            view && (view->kind == INB__RELATION_VIEW || view->kind == INB__RELATION_MATVIEW);
        if (is_view && view != r && reads(view, r, column)) {
            inb__classify_lock(c, view, AE);
            inb__catalog_relation_drop(c->catalog, view);
            inb__drop_views(c, view, INB__STR(""));
        }
    }
}

static bool same_columns(const inb__strs *a, const inb__strs *b)
{
    for (size_t i = 0; i < a->n; i++) {
        if (inb__catalog_strs_have(b, a->v[i])) {
            return true;
        }
    }
    return a->n == 0;
}

void inb__drop_referrers(inb__classifier *c, const inb__relation *r, const inb__strs *columns)
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *child = c->catalog->relations.entries[i].value;
        for (size_t k = 0; child && k < child->constraints.n; k++) {
            inb__constraint *fk = &child->constraints.v[k];
            if (fk->parent == r && !fk->dropped &&
                (!columns || same_columns(inb__constraint_parent_keys(fk), columns))) {
                inb__classify_lock(c, child, AE);
                fk->dropped = true;
            }
        }
    }
}

/* Another object of the statement. */
static bool is_dropped_too(inb__classifier *c, const inb__relation *r)
{
    const inb__node *objects = inb__node_at(c->body, "objects");
    INB__NODE_EACH(object, objects)
    {
        if (inb__catalog_relation_find(c->catalog, inb__object_name(c, object)) == r) {
            return true;
        }
    }
    return false;
}

/* Without CASCADE a view of it is in the way. */
static void dependents_refuse(inb__classifier *c, const inb__relation *r)
{
    const inb__relation *view = inb__drop_view_reading(c, r, INB__STR(""));
    if (view && view != r && !is_dropped_too(c, view)) {
        inb__classify_fails(c, "Drop the view first, or write CASCADE.",
                            "the view \"%.*s\" depends on \"%.*s\"", INB__STR_ARG(view->name.name),
                            INB__STR_ARG(r->name.name));
    }
}

/* What a table's end takes along: foreign keys from it and to it, views where CASCADE is written,
 * partitions. */
static void table_drop(inb__classifier *c, inb__relation *r)
{
    inb__classify_lock_all(c, r, AE);
    inb__constraint_parents_lock(c, r, false, AE);
    inb__drop_referrers(c, r, NULL);
    if (is_cascade(c)) {
        inb__drop_views(c, r, INB__STR(""));
    } else {
        dependents_refuse(c, r);
    }
    if (is_cascade(c)) {
        inb__classify_lock(c, r->owner, AE); /* whose column loses its default */
    }
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *sequence = c->catalog->relations.entries[i].value;
        if (sequence && sequence->owner == r) {
            inb__classify_lock(c, sequence, AE);
        }
    }
    for (size_t i = 0; r->has_children && i < c->catalog->relations.n; i++) {
        inb__relation *child = c->catalog->relations.entries[i].value;
        if (child && child != r && inb__catalog_relation_descends(child, r)) {
            inb__constraint_parents_lock(c, child, false, AE);
            inb__drop_referrers(c, child, NULL);
        }
    }
    if (r->table && r->is_partition) {
        inb__classify_lock(c, r->table, AE);
        r->table->spare = r->table->spare == r ? NULL : r->table->spare;
    }
}

static void index_drop(inb__classifier *c, inb__relation *r)
{
    bool concurrent = inb__node_bool(c->body, "concurrent");
    inb_lock_mode mode = concurrent ? INB_LOCK_SHARE_UPDATE_EXCLUSIVE : AE;
    if (r->table && r->table->partitioned) {
        inb__classify_lock_all(c, r->table, mode);
    }
    const inb__constraint *k = inb__catalog_constraint_find(r->table, r->name.name);
    if (k && k->kind != INB__CONSTRAINT_CHECK && k->kind != INB__CONSTRAINT_FOREIGN_KEY) {
        inb__classify_fails(c, "Write ALTER TABLE … DROP CONSTRAINT.",
                            "the constraint \"%.*s\" of \"%.*s\" requires the index",
                            INB__STR_ARG(k->name), INB__STR_ARG(r->table->name.name));
    }
    inb__classify_lock(c, r->table, mode);
    inb__classify_lock(c, r, mode);
    c->s->tag = concurrent ? "DROP INDEX CONCURRENTLY" : "DROP INDEX";
    c->s->flags |= concurrent ? INB_STATEMENT_NO_TRANSACTION : 0;
}

/* An object of the kind dropped; what it was is known by now. */
static void relation_drop(inb__classifier *c, inb__str kind, const inb__node *object)
{
    inb__name written = inb__object_name(c, object);
    inb__relation *r = inb__catalog_relation_touch(c->catalog, written);
    bool index = inb__str_is(kind, "OBJECT_INDEX");
    if (!inb__node_bool(c->body, "missing_ok") && inb__str_is(kind, "OBJECT_TABLE")) {
        inb__relation_needed(c, r);
    }
    bool is_new = inb__classify_is_new(c, r) || (index && inb__classify_is_new(c, r->table));
    if (index) {
        index_drop(c, r);
    } else {
        table_drop(c, r);
    }
    if (index && inb__node_bool(c->body, "concurrent")) {
        inb__classify_kind(c, INB_STATEMENT_DROP_INDEX_CONCURRENTLY,
                           (inb__name){written.schema, INB__STR("")}, written.name);
    }
    if (!is_new) {
        inb__classify_as(c, CONTRACT, 0,
                         index ? "queries of the previous release that need the index become slow, "
                                 "and a unique index no longer guarantees uniqueness"
                               : "code that uses it breaks");
    }
    inb__catalog_relation_drop(c->catalog, r);
}

static void part_drop(inb__classifier *c, inb__str kind, const inb__node *object)
{
    const inb__node *items = inb__node_at(object, "List/items");
    inb__relation *r = inb__catalog_relation_touch(c->catalog, inb__object_owner_of(items));
    inb__str name = inb__classify_name_of_list(items).name;
    if (inb__str_is(kind, "OBJECT_TRIGGER") && r->partitioned) {
        inb__classify_lock_all(c, r, AE);
    } else {
        inb__classify_lock(c, r, AE);
    }
    for (size_t i = 0; i < r->triggers.n; i++) {
        inb__trigger *t = &r->triggers.v[i];
        t->name = inb__str_eq(t->name, name) ? INB__STR("") : t->name;
    }
    if (!inb__classify_is_new(c, r)) {
        inb__classify_as(c, CONTRACT, 0,
                         "clients see other rows, or their writes have other effects, than before");
    }
}

/* CASCADE of a function: triggers that call it. */
static void triggers_cascade(inb__classifier *c, inb__name function)
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *r = c->catalog->relations.entries[i].value;
        for (size_t k = 0; r && k < r->triggers.n; k++) {
            inb__trigger *t = &r->triggers.v[k];
            if (t->name.n && inb__str_eq(t->function.name, function.name)) {
                inb__classify_lock(c, r, AE);
                t->name = INB__STR("");
            }
        }
    }
}

static bool calls(inb__str expression, inb__str function)
{
    const char *at =
        expression.n ? memmem(expression.p, expression.n, function.p, function.n) : NULL;
    while (at && at[function.n] != '(' && at[function.n] != '"') {
        at++;
        at = memmem(at, expression.n - (size_t)(at - expression.p), function.p, function.n);
    }
    return at != NULL;
}

/* CASCADE of a function: which of that name a default calls is not told. */
static void defaults_cascade(inb__classifier *c, inb__name function)
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        const inb__relation *r = c->catalog->relations.entries[i].value;
        for (size_t k = 0; r && k < r->columns.n; k++) {
            const inb__sql_column *column = &r->columns.v[k];
            if (!column->dropped && column->fallback.kind == INB__SQL_DEFAULT_EXPRESSION &&
                calls(column->fallback.text, function.name)) {
                inb__classify_unseen(c, NULL, "a default that calls the function may be dropped");
            }
        }
    }
}

/* CASCADE of a type: the columns of it. */
static void columns_cascade(inb__classifier *c, inb__name type)
{
    inb__str text = inb__str_of(inb__catalog_name_text(c->scratch, type));
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *r = c->catalog->relations.entries[i].value;
        for (size_t k = 0; r && k < r->columns.n; k++) {
            inb__sql_column *column = &r->columns.v[k];
            if (!column->dropped && inb__type_name_same(column->type, text)) {
                inb__classify_lock(c, r, AE);
                inb__drop_views(c, r, column->name);
                inb__catalog_column_drop(c->catalog, r, column->name);
            }
        }
    }
}

/* CASCADE of a schema: everything in it. */
static void schema_cascade(inb__classifier *c, inb__str schema)
{
    for (size_t i = 0; i < c->catalog->relations.n; i++) {
        inb__relation *r = c->catalog->relations.entries[i].value;
        if (r && r->kind != INB__RELATION_INDEX && inb__str_eq(r->name.schema, schema)) {
            table_drop(c, r);
            inb__catalog_relation_drop(c->catalog, r);
        }
    }
    for (size_t i = 0; i < c->catalog->enums.n; i++) {
        inb__sql_enum *e = c->catalog->enums.entries[i].value;
        if (e && inb__str_eq(e->name.schema, schema)) {
            inb__catalog_enum_drop(c->catalog, e->name);
        }
    }
}

static void object_drop(inb__classifier *c, inb__str kind, const inb__node *object)
{
    const char *as = inb__object_kind(c, kind);
    inb__name name = inb__object_name(c, object);
    bool unspecified = inb__node_bool(object, "ObjectWithArgs/args_unspecified");
    bool type = strcmp(as, "OBJECT_TYPE") == 0, function = strcmp(as, "OBJECT_FUNCTION") == 0;
    if (!inb__catalog_object_is_new(c->catalog, unspecified ? "function" : as, name)) {
        inb__classify_as(c, CONTRACT, 0,
                         is_cascade(c)
                             ? "code that uses it breaks, and dependent objects are dropped"
                             : "code that uses it breaks");
    }
    inb__catalog_object_drop(c->catalog, as, name);
    if (type) {
        inb__catalog_enum_drop(c->catalog, name);
    }
    if (is_cascade(c) && function) {
        inb__name called =
            inb__classify_name_of_list(inb__node_at(object, "ObjectWithArgs/objname"));
        triggers_cascade(c, called);
        defaults_cascade(c, called);
    } else if (is_cascade(c) && type) {
        columns_cascade(c, name);
    } else if (is_cascade(c) && inb__str_is(kind, "OBJECT_SCHEMA")) {
        schema_cascade(c, name.name);
    }
}

void inb__drop_object(inb__classifier *c)
{
    static const struct {
        const char *kind;
        bool part;
    } on_relations[] = {
        {"OBJECT_TABLE", false},    {"OBJECT_VIEW", false},          {"OBJECT_MATVIEW", false},
        {"OBJECT_SEQUENCE", false}, {"OBJECT_FOREIGN_TABLE", false}, {"OBJECT_INDEX", false},
        {"OBJECT_TRIGGER", true},   {"OBJECT_POLICY", true},         {"OBJECT_RULE", true},
    };
    inb__str kind = inb__node_text(c->body, "removeType");
    const inb__node *objects = inb__node_at(c->body, "objects");
    c->s->tag = inb__object_tag(c, "DROP", kind);
    c->s->flags |= inb__node_bool(c->body, "missing_ok") ? INB_STATEMENT_IF_NOT_EXISTS : 0;
    size_t row = 0, rows = sizeof(on_relations) / sizeof(on_relations[0]);
    while (row < rows && !inb__str_is(kind, on_relations[row].kind)) {
        row++;
    }
    INB__NODE_EACH(object, objects)
    {
        if (row == rows) {
            object_drop(c, kind, object);
        } else if (on_relations[row].part) {
            part_drop(c, kind, object);
        } else {
            relation_drop(c, kind, object);
        }
    }
}

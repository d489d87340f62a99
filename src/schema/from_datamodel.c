/* The relational model of a datamodel: tables, join tables, keys, indexes and defaults. */
#include "config.h"

#include "schema/from_datamodel.h"

#include "postgres/object_name.h"
#include "schema/decimal.h"
#include "util/vec.h"

#include <stdlib.h>

#define DEFAULT_SPACE "public"

typedef struct build {
    inb__arena *arena;
    const inb__dm *dm;
    inb__schema *out;
    uint32_t *table_of;   /* by model's index; INB__SCHEMA_NONE of a view */
    uint32_t **column_of; /* by model's index and field's; INB__SCHEMA_NONE of a relation */
    INB__VEC(inb__table) tables;
    INB__VEC(inb__foreign_key) foreign_keys;
} build;

static int str_order(const void *a, const void *b)
{
    return inb__str_cmp(*(const inb__str *)a, *(const inb__str *)b);
}

/* The schemas that the datasource lists, in byte order, or the default one. */
static void spaces_build(build *b)
{
    const inb__dm_datasource *ds = b->dm->datasource;
    inb__schema *s = b->out;
    s->default_space = INB__STR(DEFAULT_SPACE);
    s->n_spaces = ds && ds->n_schemas ? ds->n_schemas : 1;
    s->spaces = INB__NEW_N(b->arena, inb__str, s->n_spaces);
    if (!ds || !ds->n_schemas) {
        s->spaces[0] = s->default_space;
        return;
    }
    memcpy(s->spaces, ds->schemas, sizeof(inb__str) * s->n_spaces);
    qsort(s->spaces, s->n_spaces, sizeof(inb__str), str_order);
}

static uint32_t space_find(const inb__schema *s, inb__str name)
{
    if (!name.n) {
        name = s->default_space;
    }
    inb__str *found = bsearch(&name, s->spaces, s->n_spaces, sizeof(inb__str), str_order);
    return found ? (uint32_t)(found - s->spaces) : 0;
}

static int extension_order(const void *a, const void *b)
{
    const inb__dm_extension *const *x = a, *const *y = b;
    return inb__str_cmp((*x)->name, (*y)->name);
}

static void extensions_build(build *b)
{
    const inb__dm_datasource *ds = b->dm->datasource;
    size_t n = ds && b->dm->previews & INB__DM_PREVIEW_POSTGRESQL_EXTENSIONS ? ds->n_extensions : 0;
    const inb__dm_extension **sorted = INB__NEW_N(b->arena, const inb__dm_extension *, n);
    b->out->n_extensions = n;
    b->out->extensions = INB__NEW_N(b->arena, inb__extension, n);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = &ds->extensions[i];
    }
    if (n) {
        qsort(sorted, n, sizeof(*sorted), extension_order);
    }
    for (size_t i = 0; i < n; i++) {
        b->out->extensions[i] = (inb__extension){
            .name = sorted[i]->db_name, .schema = sorted[i]->schema, .version = sorted[i]->version};
    }
}

static void enums_build(build *b)
{
    const inb__dm *dm = b->dm;
    b->out->n_enums = dm->n_enums;
    b->out->enums = INB__NEW_N(b->arena, inb__enum, dm->n_enums);
    for (size_t i = 0; i < dm->n_enums; i++) {
        const inb__dm_enum *from = dm->enums[i];
        inb__enum *e = &b->out->enums[i];
        e->space = space_find(b->out, from->schema);
        e->name = from->db_name;
        e->n_values = from->n_values;
        e->values = INB__NEW_N(b->arena, inb__str, from->n_values);
        for (size_t v = 0; v < from->n_values; v++) {
            e->values[v] = from->values[v].db_name;
        }
    }
}

/* Of what kind the value of a scalar is: as its literal was, but that a Decimal may be a string. */
static const inb__value_kind scalar_values[INB__DM_SCALARS] = {
    [INB__DM_STRING] = INB__VALUE_STRING,     [INB__DM_BOOLEAN] = INB__VALUE_BOOLEAN,
    [INB__DM_INT] = INB__VALUE_INT,           [INB__DM_BIGINT] = INB__VALUE_BIGINT,
    [INB__DM_FLOAT] = INB__VALUE_DECIMAL,     [INB__DM_DECIMAL] = INB__VALUE_DECIMAL,
    [INB__DM_DATETIME] = INB__VALUE_DATETIME, [INB__DM_JSON] = INB__VALUE_JSON,
    [INB__DM_BYTES] = INB__VALUE_BYTES,
};

static inb__value value_of(inb__arena *arena, const inb__dm_field *f, const inb__dm_value *v)
{
    inb__value out = {.kind = INB__VALUE_STRING, .text = v->text};
    if (v->kind == INB__DM_VALUE_ENUM) {
        out.kind = INB__VALUE_ENUM;
        out.text = v->enum_value ? v->enum_value->db_name : v->text;
    } else if (f->type.kind == INB__DM_TYPE_SCALAR) {
        out.kind = scalar_values[f->type.scalar];
        bool is_number = out.kind == INB__VALUE_INT || out.kind == INB__VALUE_BIGINT ||
                         out.kind == INB__VALUE_DECIMAL;
        if (is_number && !inb__decimal_plain(&out.text, arena, v->text)) {
            out.kind = INB__VALUE_STRING; /* too long for a number: PostgreSQL is to say so */
        }
    }
    return out;
}

static inb__default default_of(build *b, const inb__dm_field *f)
{
    static const inb__default_kind kinds[] = {
        [INB__DM_DEFAULT_NONE] = INB__DEFAULT_NONE,
        [INB__DM_DEFAULT_VALUE] = INB__DEFAULT_VALUE,
        [INB__DM_DEFAULT_LIST] = INB__DEFAULT_LIST,
        [INB__DM_DEFAULT_DBGENERATED] = INB__DEFAULT_EXPRESSION,
        [INB__DM_DEFAULT_AUTOINCREMENT] = INB__DEFAULT_SEQUENCE,
        [INB__DM_DEFAULT_NOW] = INB__DEFAULT_NOW,
        [INB__DM_DEFAULT_UUID] = INB__DEFAULT_NONE,
        [INB__DM_DEFAULT_CUID] = INB__DEFAULT_NONE,
        [INB__DM_DEFAULT_ULID] = INB__DEFAULT_NONE,
        [INB__DM_DEFAULT_NANOID] = INB__DEFAULT_NONE,
    };
    const inb__dm_default *from = f->default_value;
    inb__default d = {.kind = kinds[from->kind]};
    if (d.kind == INB__DEFAULT_EXPRESSION) {
        /* Prisma takes one that is not said for none where an enum has it. */
        inb__default_kind unsaid =
            f->type.kind == INB__DM_TYPE_ENUM ? INB__DEFAULT_NONE : INB__DEFAULT_UNKNOWN;
        d.kind = from->has_sql ? INB__DEFAULT_EXPRESSION : unsaid;
        d.sql = from->sql;
    } else if (d.kind == INB__DEFAULT_VALUE || d.kind == INB__DEFAULT_LIST) {
        d.n_values = from->n_values;
        d.values = INB__NEW_N(b->arena, inb__value, from->n_values);
        for (size_t i = 0; i < from->n_values; i++) {
            d.values[i] = value_of(b->arena, f, &from->values[i]);
        }
    }
    return d;
}

inb__column_type inb__schema_field_type(const inb__dm_field *f)
{
    inb__column_type t = {.kind = INB__COLUMN_NATIVE};
    if (f->type.kind == INB__DM_TYPE_ENUM) {
        t.kind = INB__COLUMN_ENUM;
        t.enumeration = (uint32_t)f->type.enumeration->index;
    } else if (f->type.kind == INB__DM_TYPE_UNSUPPORTED) {
        t.kind = INB__COLUMN_UNSUPPORTED;
        t.unsupported = f->type.unsupported;
    } else {
        t.native = inb__dm_field_native(f);
    }
    return t;
}

inb__arity inb__schema_field_arity(const inb__dm_field *f)
{
    static const inb__arity arities[] = {
        [INB__DM_REQUIRED] = INB__ARITY_REQUIRED,
        [INB__DM_OPTIONAL] = INB__ARITY_OPTIONAL,
        [INB__DM_LIST] = INB__ARITY_LIST,
    };
    return arities[f->arity];
}

static inb__column column_of(build *b, const inb__dm_field *f)
{
    return (inb__column){
        .name = f->db_name,
        .type = inb__schema_field_type(f),
        .arity = inb__schema_field_arity(f),
        .default_value = default_of(b, f),
        .client_default = f->default_value->kind >= INB__DM_DEFAULT_UUID || f->is_updated_at,
    };
}

static inb__index_column index_column_of(const build *b, const inb__dm_index_field *f,
                                         inb__index_method algorithm)
{
    const inb__dm_field *field = f->field;
    inb__index_column c = {.column = b->column_of[field->model->index][field->index],
                           .sort = f->sort};
    if (f->raw_opclass.p) {
        c.opclass = f->raw_opclass;
        c.opclass_is_raw = true;
    } else if (f->opclass) {
        c.opclass = inb__str_of(inb__opclass_name(f->opclass));
        c.opclass_is_default = inb__opclass_is_default(f->opclass, algorithm);
    }
    return c;
}

static inb__index_column *index_columns_of(build *b, const inb__dm_index_field *fields, size_t n,
                                           inb__index_method algorithm)
{
    inb__index_column *columns = INB__NEW_N(b->arena, inb__index_column, n);
    for (size_t i = 0; i < n; i++) {
        columns[i] = index_column_of(b, &fields[i], algorithm);
    }
    return columns;
}

static inb__index *primary_key_of(build *b, const inb__dm_primary_key *from)
{
    inb__index *x = INB__NEW(b->arena, inb__index);
    *x = (inb__index){.name = from->db_name,
                      .unique = true,
                      .columns =
                          index_columns_of(b, from->fields, from->n_fields, INB__METHOD_BTREE),
                      .n_columns = from->n_fields};
    return x;
}

static inb__index index_of(build *b, const inb__dm_index *from)
{
    return (inb__index){.name = from->db_name,
                        .unique = from->kind == INB__DM_INDEX_UNIQUE,
                        .algorithm = from->algorithm,
                        .columns =
                            index_columns_of(b, from->fields, from->n_fields, from->algorithm),
                        .n_columns = from->n_fields,
                        .predicate = inb__predicate_sql(b->arena, &from->where)};
}

static void columns_build(build *b, inb__table *t, const inb__dm_model *m)
{
    uint32_t *places = INB__NEW_N(b->arena, uint32_t, m->n_fields);
    t->columns = INB__NEW_N(b->arena, inb__column, m->n_fields);
    for (size_t i = 0; i < m->n_fields; i++) {
        places[i] = INB__SCHEMA_NONE;
        if (inb__dm_field_is_scalar(m->fields[i])) {
            places[i] = (uint32_t)t->n_columns;
            t->columns[t->n_columns++] = column_of(b, m->fields[i]);
        }
    }
    b->column_of[m->index] = places;
}

static void model_build(build *b, const inb__dm_model *m)
{
    inb__table t = {.space = space_find(b->out, m->schema), .name = m->db_name};
    columns_build(b, &t, m);
    if (m->primary_key) {
        t.primary_key = primary_key_of(b, m->primary_key);
    }
    t.indexes = INB__NEW_N(b->arena, inb__index, m->n_indexes);
    for (size_t i = 0; i < m->n_indexes; i++) {
        t.indexes[t.n_indexes++] = index_of(b, m->indexes[i]);
    }
    b->table_of[m->index] = (uint32_t)b->tables.n;
    INB__VEC_ADD(b->arena, &b->tables, t);
}

/* The foreign key of an inline relation; none where one of its ends is a view. */
static void relation_build(build *b, const inb__dm_relation *r)
{
    uint32_t table = b->table_of[r->model_a->index], references = b->table_of[r->model_b->index];
    if (table == INB__SCHEMA_NONE || references == INB__SCHEMA_NONE || !r->n_fields) {
        return;
    }
    inb__foreign_key f = {.name = r->db_name,
                          .table = table,
                          .references = references,
                          .columns = INB__NEW_N(b->arena, uint32_t, r->n_fields),
                          .referenced = INB__NEW_N(b->arena, uint32_t, r->n_fields),
                          .n_columns = r->n_fields,
                          .on_delete = r->on_delete,
                          .on_update = r->on_update};
    for (size_t i = 0; i < r->n_fields; i++) {
        f.columns[i] = b->column_of[r->model_a->index][r->fields[i]->index];
        f.referenced[i] = b->column_of[r->model_b->index][r->references[i]->index];
    }
    INB__VEC_ADD(b->arena, &b->foreign_keys, f);
}

static inb__index_column *first_columns(build *b, uint32_t from, size_t n)
{
    inb__index_column *columns = INB__NEW_N(b->arena, inb__index_column, n);
    for (size_t i = 0; i < n; i++) {
        columns[i].column = from + (uint32_t)i;
    }
    return columns;
}

static inb__str join_name(build *b, inb__str table, const char *suffix)
{
    inb__str base = inb__name_cut(table, INB__LIMIT_IDENTIFIER - strlen(suffix));
    return inb__arena_join(b->arena, base, suffix, (inb__str){NULL, 0});
}

static void join_side_build(build *b, uint32_t table, uint32_t column, const inb__dm_model *m)
{
    const inb__dm_field *id = m->primary_key->fields[0].field;
    inb__foreign_key f = {
        .name = join_name(b, b->tables.v[table].name, column ? "_B_fkey" : "_A_fkey"),
        .table = table,
        .references = b->table_of[m->index],
        .columns = INB__NEW(b->arena, uint32_t),
        .referenced = INB__NEW(b->arena, uint32_t),
        .n_columns = 1,
        .on_delete = INB__REF_CASCADE,
        .on_update = INB__REF_CASCADE,
    };
    f.columns[0] = column;
    f.referenced[0] = b->column_of[m->index][id->index];
    INB__VEC_ADD(b->arena, &b->foreign_keys, f);
}

/* The table of a many-to-many relation: two columns of the types of the ids that they refer to. */
static void join_table_build(build *b, const inb__dm_relation *r)
{
    const inb__dm_model *sides[] = {r->model_a, r->model_b};
    inb__table t = {.space = b->tables.v[b->table_of[r->model_a->index]].space,
                    .name = r->db_name,
                    .is_join = true,
                    .n_columns = 2,
                    .columns = INB__NEW_N(b->arena, inb__column, 2),
                    .primary_key = INB__NEW(b->arena, inb__index),
                    .n_indexes = 1,
                    .indexes = INB__NEW(b->arena, inb__index)};
    const inb__dm_field *fields[] = {r->field_a, r->field_b};
    for (size_t i = 0; i < 2; i++) {
        const inb__dm_field *id = sides[i]->primary_key->fields[0].field;
        t.sides[i].table = b->table_of[sides[i]->index];
        t.sides[i].field = fields[i] ? fields[i]->name : (inb__str){NULL, 0};
        t.columns[i] = (inb__column){.name = i ? INB__STR("B") : INB__STR("A"),
                                     .type = inb__schema_field_type(id),
                                     .arity = inb__schema_field_arity(id)};
    }
    *t.primary_key = (inb__index){.name = join_name(b, t.name, "_AB_pkey"),
                                  .unique = true,
                                  .columns = first_columns(b, 0, 2),
                                  .n_columns = 2};
    t.indexes[0] = (inb__index){.name = join_name(b, t.name, "_B_index"),
                                .columns = first_columns(b, 1, 1),
                                .n_columns = 1};
    INB__VEC_ADD(b->arena, &b->tables, t);
}

static bool is_join(const build *b, const inb__dm_relation *r)
{
    return r->kind == INB__DM_MANY_TO_MANY && r->model_a->primary_key && r->model_b->primary_key &&
           b->table_of[r->model_a->index] != INB__SCHEMA_NONE &&
           b->table_of[r->model_b->index] != INB__SCHEMA_NONE;
}

static void relations_build(build *b)
{
    const inb__dm *dm = b->dm;
    bool with_keys =
        !dm->datasource || dm->datasource->relation_mode == INB__DM_RELATION_MODE_FOREIGN_KEYS;
    for (size_t i = 0; i < dm->n_relations && with_keys; i++) {
        if (dm->relations[i]->kind != INB__DM_MANY_TO_MANY) {
            relation_build(b, dm->relations[i]);
        }
    }
    for (size_t i = 0; i < dm->n_relations; i++) {
        const inb__dm_relation *r = dm->relations[i];
        if (!is_join(b, r)) {
            continue;
        }
        join_table_build(b, r);
        if (with_keys) {
            join_side_build(b, (uint32_t)b->tables.n - 1, 0, r->model_a);
            join_side_build(b, (uint32_t)b->tables.n - 1, 1, r->model_b);
        }
    }
}

void inb__schema_from_datamodel(inb__schema *out, inb__arena *arena, const inb__dm *dm)
{
    build b = {.arena = arena, .dm = dm, .out = out};
    inb__schema_empty(out);
    b.table_of = INB__NEW_N(arena, uint32_t, dm->n_models);
    b.column_of = INB__NEW_N(arena, uint32_t *, dm->n_models);
    spaces_build(&b);
    extensions_build(&b);
    enums_build(&b);
    INB__VEC_RESERVE(arena, &b.tables, dm->n_models);
    INB__VEC_RESERVE(arena, &b.foreign_keys, dm->n_relations);
    for (size_t i = 0; i < dm->n_models; i++) {
        b.table_of[i] = INB__SCHEMA_NONE;
        if (!dm->models[i]->is_view) {
            model_build(&b, dm->models[i]);
        }
    }
    relations_build(&b);
    out->tables = b.tables.v;
    out->n_tables = b.tables.n;
    out->foreign_keys = b.foreign_keys.v;
    out->n_foreign_keys = b.foreign_keys.n;
}

/* The type, the default and the keys of a field as the schema language writes them. */
#include "config.h"

#include "live/pull_parts.h"

#include "postgres/quote.h"
#include "psl/default_name.h"
#include "psl/opclass.h"

#include <stdio.h>

void inb__pull_string_write(inb__psl_out *out, inb__str text)
{
    inb__psl_out_str(out, "\"");
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        char escaped[8];
        if (c == '"' || c == '\\') {
            snprintf(escaped, sizeof(escaped), "\\%c", c);
        } else if (c == '\n' || c == '\t' || c == '\r') {
            snprintf(escaped, sizeof(escaped), "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
        } else if (c < 0x20) {
            snprintf(escaped, sizeof(escaped), "\\u%04x", c);
        } else {
            inb__psl_out_add(out, (inb__str){text.p + i, 1});
            continue;
        }
        inb__psl_out_str(out, escaped);
    }
    inb__psl_out_str(out, "\"");
}

/* ---- types ----------------------------------------------------------------------------------- */

static inb__dm_arity arity_of(const inb__pull_model *m, uint32_t column)
{
    static const inb__dm_arity arities[] = {
        [INB__ARITY_REQUIRED] = INB__DM_REQUIRED,
        [INB__ARITY_OPTIONAL] = INB__DM_OPTIONAL,
        [INB__ARITY_LIST] = INB__DM_LIST,
    };
    inb__dm_arity arity = arities[m->columns[column].arity];
    const inb__dm_field *old = m->fields[column].old;
    /* A view says of no column that it is never null. */
    return m->is_view && old && arity == INB__DM_OPTIONAL ? old->arity : arity;
}

void inb__pull_type_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m,
                          uint32_t column)
{
    static const char *const marks[] = {
        [INB__DM_REQUIRED] = "", [INB__DM_OPTIONAL] = "?", [INB__DM_LIST] = "[]"};
    const inb__column_type *type = &m->columns[column].type;
    switch (type->kind) {
    case INB__COLUMN_NATIVE:
        inb__psl_out_str(out,
                         inb__psl_words_scalar(inb__psl_words_native_scalar(type->native.kind)));
        break;
    case INB__COLUMN_ENUM:
        inb__psl_out_add(out, run->enums[type->enumeration].name);
        break;
    case INB__COLUMN_UNSUPPORTED:
        inb__psl_out_str(out, "Unsupported(");
        inb__pull_string_write(out, type->unsupported);
        inb__psl_out_str(out, ")");
        break;
    }
    inb__psl_out_str(out, marks[arity_of(m, column)]);
}

void inb__pull_native_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m,
                            uint32_t column)
{
    const inb__column_type *type = &m->columns[column].type;
    if (type->kind != INB__COLUMN_NATIVE) {
        return;
    }
    inb__native_type usual =
        inb__psl_words_native_default(inb__psl_words_native_scalar(type->native.kind));
    if (inb__native_eq(&usual, &type->native)) {
        return;
    }
    inb__psl_out_str(out, " @");
    inb__psl_out_add(out, run->source);
    inb__psl_out_str(out, ".");
    inb__psl_out_str(out, inb__native_label(type->native.kind));
    for (int i = 0; i < type->native.n_args; i++) {
        char number[32];
        snprintf(number, sizeof(number), "%s%lld", i ? ", " : "(", (long long)type->native.args[i]);
        inb__psl_out_str(out, number);
    }
    inb__psl_out_str(out, type->native.n_args ? ")" : "");
}

/* ---- defaults -------------------------------------------------------------------------------- */

static const inb__pull_value *enum_value_of(const inb__pull_run *run, const inb__column_type *type,
                                            inb__str label)
{
    const inb__pull_enum *e = &run->enums[type->enumeration];
    for (size_t i = 0; i < e->fact->n_labels; i++) {
        if (inb__str_eq(e->values[i].label, label) && !e->values[i].is_commented) {
            return &e->values[i];
        }
    }
    return NULL;
}

static void value_write(inb__psl_out *out, const inb__pull_run *run, const inb__column *c,
                        const inb__value *v)
{
    switch (v->kind) {
    case INB__VALUE_INT:
    case INB__VALUE_BIGINT:
    case INB__VALUE_DECIMAL:
    case INB__VALUE_BOOLEAN:
        inb__psl_out_add(out, v->text);
        break;
    case INB__VALUE_ENUM:
        inb__psl_out_add(out, enum_value_of(run, &c->type, v->text)->name);
        break;
    default:
        inb__pull_string_write(out, v->text);
        break;
    }
}

static bool is_sayable(const inb__pull_run *run, const inb__column *c)
{
    const inb__default *d = &c->default_value;
    for (size_t i = 0; c->type.kind == INB__COLUMN_ENUM && i < d->n_values; i++) {
        if (!enum_value_of(run, &c->type, d->values[i].text)) {
            return false;
        }
    }
    return true;
}

/* What the clients fill in where the database does not. */
static void client_default_write(inb__psl_out *out, const inb__column *c, const inb__dm_field *old)
{
    static const char *const functions[] = {
        [INB__DM_DEFAULT_UUID] = "uuid",
        [INB__DM_DEFAULT_CUID] = "cuid",
        [INB__DM_DEFAULT_ULID] = "ulid",
        [INB__DM_DEFAULT_NANOID] = "nanoid",
    };
    if (!old || old->default_value->kind < INB__DM_DEFAULT_UUID ||
        c->type.kind != INB__COLUMN_NATIVE || c->arity == INB__ARITY_LIST ||
        inb__psl_words_native_scalar(c->type.native.kind) != INB__DM_STRING) {
        return;
    }
    char text[64], arg[32] = "";
    if (old->default_value->arg) {
        snprintf(arg, sizeof(arg), "%lld", (long long)old->default_value->arg);
    }
    snprintf(text, sizeof(text), " @default(%s(%s))", functions[old->default_value->kind], arg);
    inb__psl_out_str(out, text);
}

static void generated_write(inb__psl_out *out, inb__str sql)
{
    inb__psl_out_str(out, "dbgenerated(");
    inb__pull_string_write(out, sql);
    inb__psl_out_str(out, ")");
}

static void list_write(inb__psl_out *out, const inb__pull_run *run, const inb__column *c)
{
    inb__psl_out_str(out, "[");
    for (size_t i = 0; i < c->default_value.n_values; i++) {
        inb__psl_out_str(out, i ? ", " : "");
        value_write(out, run, c, &c->default_value.values[i]);
    }
    inb__psl_out_str(out, "]");
}

void inb__pull_default_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m,
                             uint32_t column)
{
    const inb__column *c = &m->columns[column];
    const inb__default *d = &c->default_value;
    if (d->kind == INB__DEFAULT_NONE) {
        client_default_write(out, c, m->fields[column].old);
        return;
    }
    inb__psl_out_str(out, " @default(");
    if (!is_sayable(run, c)) {
        generated_write(out, m->fields[column].fact->expression);
    } else if (d->kind == INB__DEFAULT_VALUE) {
        value_write(out, run, c, &d->values[0]);
    } else if (d->kind == INB__DEFAULT_LIST) {
        list_write(out, run, c);
    } else if (d->kind == INB__DEFAULT_EXPRESSION) {
        generated_write(out, d->sql);
    } else {
        inb__psl_out_str(out, d->kind == INB__DEFAULT_NOW        ? "now()"
                              : d->kind == INB__DEFAULT_SEQUENCE ? "autoincrement()"
                                                                 : "dbgenerated()");
    }
    inb__psl_out_str(out, ")");
}

/* ---- keys and indexes ------------------------------------------------------------------------ */

static inb__str *column_names(inb__arena *arena, const inb__pull_model *m, const inb__index *x)
{
    inb__str *names = INB__NEW_N(arena, inb__str, x->n_columns);
    for (size_t i = 0; i < x->n_columns; i++) {
        names[i] = m->columns[x->columns[i].column].name;
    }
    return names;
}

/* What follows the fields: name, map, where, type; nothing that goes without saying. */
typedef struct arguments {
    inb__psl_out *out;
    const char *before; /* the next one: "", "(" or ", " */
} arguments;

static void argument_begin(arguments *a, const char *name)
{
    inb__psl_out_str(a->out, a->before);
    inb__psl_out_str(a->out, name);
    a->before = ", ";
}

static void map_write(arguments *a, inb__str name, inb__str usual)
{
    if (!inb__str_eq(name, usual)) {
        argument_begin(a, "map: ");
        inb__pull_string_write(a->out, name);
    }
}

static void where_write(arguments *a, const inb__index *x)
{
    if (x->predicate.n) {
        argument_begin(a, "where: raw(");
        inb__pull_string_write(a->out, x->predicate);
        inb__psl_out_str(a->out, ")");
    }
}

static inb__str unique_name(inb__arena *arena, const inb__pull_model *m, const inb__index *x)
{
    return inb__psl_default_name_unique(arena, m->table->name, column_names(arena, m, x),
                                        x->n_columns);
}

static bool same_predicate(const inb__index *a, const inb__index *b)
{
    return inb__str_eq(a->predicate, b->predicate);
}

static bool is_single(const inb__index *x)
{
    return x->unique && x->n_columns == 1;
}

/* The first unique index of a column alone, by name: what its @unique says. */
static bool is_on_field(const inb__pull_run *run, const inb__pull_model *m, size_t index)
{
    const inb__index *x = &m->table->indexes[index];
    if (!is_single(x) || x->columns[0].sort == INB__SORT_DESC) {
        return false;
    }
    for (size_t i = 0; i < index; i++) {
        const inb__index *y = &m->table->indexes[i];
        if (is_single(y) && y->columns[0].column == x->columns[0].column &&
            y->columns[0].sort != INB__SORT_DESC && inb__pull_index_is_written(run, m, i)) {
            return false;
        }
    }
    return true;
}

/* One that says what another of the column says. */
static bool is_repeated(const inb__pull_model *m, size_t index)
{
    const inb__index *x = &m->table->indexes[index];
    for (size_t i = 0; is_single(x) && i < index; i++) {
        const inb__index *y = &m->table->indexes[i];
        if (is_single(y) && y->columns[0].column == x->columns[0].column && same_predicate(x, y)) {
            return true;
        }
    }
    return false;
}

void inb__pull_field_keys_write(inb__psl_out *out, const inb__pull_run *run,
                                const inb__pull_model *m, uint32_t column)
{
    const inb__index *key = m->table->primary_key;
    if (key && key->n_columns == 1 && key->columns[0].column == column) {
        arguments a = {out, "("};
        inb__psl_out_str(out, " @id");
        map_write(&a, key->name, inb__psl_default_name_primary_key(run->arena, m->table->name));
        inb__psl_out_str(out, a.before[0] == ',' ? ")" : "");
    }
    for (size_t i = 0; i < m->table->n_indexes; i++) {
        const inb__index *x = &m->table->indexes[i];
        if (x->columns[0].column == column && is_on_field(run, m, i) &&
            inb__pull_index_is_written(run, m, i)) {
            arguments a = {out, "("};
            inb__psl_out_str(out, " @unique");
            map_write(&a, x->name, unique_name(run->arena, m, x));
            where_write(&a, x);
            inb__psl_out_str(out, a.before[0] == ',' ? ")" : "");
        }
    }
}

static void index_column_write(inb__psl_out *out, const inb__pull_model *m,
                               const inb__index_column *c)
{
    const inb__opclass *known = c->opclass.n ? inb__opclass_find(c->opclass) : NULL;
    arguments a = {out, "("};
    inb__psl_out_add(out, m->fields[c->column].name);
    if (c->opclass.n && known && !c->opclass_is_raw) {
        argument_begin(&a, "ops: ");
        inb__psl_out_str(out, inb__psl_opclass_name(known));
    } else if (c->opclass.n) {
        argument_begin(&a, "ops: raw(");
        inb__pull_string_write(out, c->opclass);
        inb__psl_out_str(out, ")");
    }
    if (c->sort == INB__SORT_DESC) {
        argument_begin(&a, "sort: Desc");
    }
    inb__psl_out_str(out, a.before[0] == ',' ? ")" : "");
}

static void columns_write(inb__psl_out *out, const inb__pull_model *m, const inb__index *x)
{
    inb__psl_out_str(out, "([");
    for (size_t i = 0; i < x->n_columns; i++) {
        inb__psl_out_str(out, i ? ", " : "");
        index_column_write(out, m, &x->columns[i]);
    }
    inb__psl_out_str(out, "]");
}

static void client_name_write(arguments *a, inb__str name)
{
    if (name.n) {
        argument_begin(a, "name: ");
        inb__pull_string_write(a->out, name);
    }
}

static const inb__dm_index *old_index(const inb__pull_model *m, inb__str name)
{
    for (size_t i = 0; m->old && i < m->old->n_indexes; i++) {
        if (inb__str_eq(m->old->indexes[i]->db_name, name)) {
            return m->old->indexes[i];
        }
    }
    return NULL;
}

static void primary_key_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m)
{
    const inb__index *x = m->table->primary_key;
    if (!x || x->n_columns == 1 || !inb__pull_is_sayable(m, x)) {
        return;
    }
    arguments a = {out, ", "};
    inb__psl_out_str(out, "@@id");
    columns_write(out, m, x);
    if (m->old && m->old->primary_key) {
        client_name_write(&a, m->old->primary_key->name);
    }
    map_write(&a, x->name, inb__psl_default_name_primary_key(run->arena, m->table->name));
    inb__psl_out_str(out, ")\n");
}

static void index_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m,
                        const inb__index *x)
{
    const inb__dm_index *old = old_index(m, x->name);
    arguments a = {out, ", "};
    inb__psl_out_str(out, x->unique ? "@@unique" : "@@index");
    columns_write(out, m, x);
    if (x->unique && old) {
        client_name_write(&a, old->name);
    }
    inb__str usual =
        x->unique ? unique_name(run->arena, m, x)
                  : inb__psl_default_name_index(run->arena, m->table->name,
                                                column_names(run->arena, m, x), x->n_columns);
    map_write(&a, x->name, usual);
    where_write(&a, x);
    if (x->algorithm != INB__METHOD_BTREE) {
        argument_begin(&a, "type: ");
        inb__psl_out_str(out, inb__psl_words_method(x->algorithm));
    }
    inb__psl_out_str(out, ")\n");
}

/* In the present order, then by name: one pass for those that are known, one for the others. */
static void indexes_write(inb__psl_out *out, const inb__pull_run *run, const inb__pull_model *m,
                          bool unique)
{
    for (size_t k = 0; m->old && k < m->old->n_indexes; k++) {
        for (size_t i = 0; i < m->table->n_indexes; i++) {
            const inb__index *x = &m->table->indexes[i];
            if (old_index(m, x->name) == m->old->indexes[k] && x->unique == unique &&
                !is_on_field(run, m, i) && !is_repeated(m, i) &&
                inb__pull_index_is_written(run, m, i)) {
                index_write(out, run, m, x);
            }
        }
    }
    for (size_t i = 0; i < m->table->n_indexes; i++) {
        const inb__index *x = &m->table->indexes[i];
        if (!old_index(m, x->name) && x->unique == unique && !is_on_field(run, m, i) &&
            !is_repeated(m, i) && inb__pull_index_is_written(run, m, i)) {
            index_write(out, run, m, x);
        }
    }
}

void inb__pull_block_keys_write(inb__psl_out *out, const inb__pull_run *run,
                                const inb__pull_model *m)
{
    primary_key_write(out, run, m);
    indexes_write(out, run, m, true);
    indexes_write(out, run, m, false);
}

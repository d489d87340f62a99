/* The old model under the names of the new one, as the user said them. */
#include "config.h"

#include "schema/renames.h"

#include "schema/cast.h"

typedef struct renamer {
    inb__arena *arena;
    inb__schema *out;
    const inb__schema *from, *to;
    inb__renames *renames;
    inb_error **err;
} renamer;

/* A table by its name, of the schema `space` (n is 0: of the default one, or of any). */
typedef struct table_name {
    inb__str space, name;
} table_name;

/* ---- reading --------------------------------------------------------------------------------- */

static bool split(inb__str text, char at, inb__str *head, inb__str *tail)
{
    const char *p = text.n ? memrchr(text.p, at, text.n) : NULL;
    if (!p) {
        return false;
    }
    *head = (inb__str){text.p, (size_t)(p - text.p)};
    *tail = (inb__str){p + 1, text.n - head->n - 1};
    return head->n && tail->n;
}

static table_name table_name_of(inb__str text)
{
    table_name t = {.name = text};
    inb__str space, name;
    if (split(text, '.', &space, &name)) {
        t = (table_name){space, name};
    }
    return t;
}

static int bad_form(renamer *r, const char *option, const char *wish, const char *form)
{
    int rc = inb__error_set(r->err, INB_EINVAL, "--%s \"%s\" is not %s", option, wish, form);
    inb__error_hint(r->err,
                    "Use names of the database: the value of @map or @@map where the schema "
                    "has one.");
    return rc;
}

/* ---- looking up ------------------------------------------------------------------------------ */

static uint32_t table_find(const inb__schema *s, table_name name)
{
    uint32_t found = INB__SCHEMA_NONE;
    for (uint32_t i = 0; i < s->n_tables; i++) {
        inb__str space = s->spaces[s->tables[i].space];
        if (!inb__str_eq(s->tables[i].name, name.name) ||
            (name.space.n && !inb__str_eq(space, name.space))) {
            continue;
        }
        bool is_default = s->default_space.p && inb__str_eq(space, s->default_space);
        if (found == INB__SCHEMA_NONE || is_default) {
            found = i;
        }
    }
    return found;
}

static uint32_t column_find(const inb__table *t, inb__str name)
{
    for (uint32_t i = 0; i < t->n_columns; i++) {
        if (inb__str_eq(t->columns[i].name, name)) {
            return i;
        }
    }
    return INB__SCHEMA_NONE;
}

static const char *of_which(bool next)
{
    return next ? "the new schema" : "the old schema";
}

static int no_table(renamer *r, inb__str name, bool next)
{
    int rc = inb__error_set(r->err, INB_EINVAL, "there is no table \"%.*s\" in %s",
                            INB__STR_ARG(name), of_which(next));
    inb__error_hint(r->err, "Use the table's name in the database: the value of @@map where the "
                            "model has one, with its schema in front where there are several.");
    return rc;
}

static int no_column(renamer *r, const inb__table *t, inb__str name, bool next)
{
    int rc = inb__error_set(r->err, INB_EINVAL, "table \"%.*s\" has no column \"%.*s\" in %s",
                            INB__STR_ARG(t->name), INB__STR_ARG(name), of_which(next));
    inb__error_hint(r->err, "Use the column's name in the database: the value of @map where the "
                            "field has one.");
    return rc;
}

static int still_there(renamer *r, const char *what, inb__str name, bool next)
{
    int rc = inb__error_set(r->err, INB_EINVAL, "%s \"%.*s\" is also in %s", what,
                            INB__STR_ARG(name), of_which(next));
    inb__error_hint(r->err, "The old name must be only in the old schema, and the new name only in "
                            "the new schema.");
    return rc;
}

static int twice(renamer *r, const char *what, inb__str name)
{
    return inb__error_set(r->err, INB_EINVAL, "%s \"%.*s\" is renamed twice", what,
                          INB__STR_ARG(name));
}

/* ---- renaming -------------------------------------------------------------------------------- */

static void rename_add(renamer *r, inb__rename rename)
{
    r->renames->v[r->renames->n++] = rename;
}

/*
 * The number of a schema. One that `from` does not have is put behind those that it has, without
 * being counted: it is not there yet.
 */
static uint32_t space_number(renamer *r, inb__str name, size_t *extra)
{
    size_t all = r->from->n_spaces + *extra;
    for (uint32_t i = 0; i < all; i++) {
        if (inb__str_eq(r->out->spaces[i], name)) {
            return i;
        }
    }
    r->out->spaces[all] = name;
    (*extra)++;
    return (uint32_t)all;
}

static int table_rename(renamer *r, const char *wish, size_t *extra)
{
    inb__str old_text, new_text;
    if (!split(inb__str_of(wish), '=', &old_text, &new_text)) {
        return bad_form(r, "rename-table", wish, "OLD=NEW");
    }
    table_name old = table_name_of(old_text), new = table_name_of(new_text);
    uint32_t i = table_find(r->from, old);
    if (i == INB__SCHEMA_NONE) {
        return no_table(r, old_text, false);
    }
    const inb__table *t = &r->from->tables[i];
    inb__str space = r->from->spaces[t->space];
    new.space = new.space.n ? new.space : space;
    uint32_t next = table_find(r->to, new);
    table_name was = {space, t->name};
    if (next == INB__SCHEMA_NONE) {
        return no_table(r, new_text, true);
    }
    if (table_find(r->to, was) != INB__SCHEMA_NONE) {
        return still_there(r, "table", old_text, true);
    }
    if (table_find(r->from, new) != INB__SCHEMA_NONE) {
        return still_there(r, "table", new_text, false);
    }
    if (inb__renames_find(r->renames, i, INB__SCHEMA_NONE)) {
        return twice(r, "table", old_text);
    }
    if (table_find(r->out, new) != INB__SCHEMA_NONE) {
        return twice(r, "table", new_text);
    }
    rename_add(r, (inb__rename){i, INB__SCHEMA_NONE, space, t->name});
    r->out->tables[i].name = r->to->tables[next].name;
    r->out->tables[i].space = space_number(r, new.space, extra);
    return 0;
}

/* Whether NULL is allowed may differ. */
static bool same_type(const renamer *r, const inb__column *a, const inb__column *b)
{
    return inb__cast_column(r->from, a, r->to, b) == INB__CAST_SAME &&
           (a->arity == INB__ARITY_LIST) == (b->arity == INB__ARITY_LIST);
}

static const char *type_text(renamer *r, const inb__schema *s, const inb__column *c)
{
    return c->type.kind == INB__COLUMN_UNSUPPORTED
               ? inb__arena_printf(r->arena, "%.*s", INB__STR_ARG(c->type.unsupported))
               : inb__column_type_catalogue(r->arena, s, c);
}

static int types_differ(renamer *r, const inb__table *t, const inb__column *a, const inb__column *b)
{
    int rc =
        inb__error_set(r->err, INB_EINVAL,
                       "\"%.*s\" and \"%.*s\" of table \"%.*s\" are of different types: %s and %s",
                       INB__STR_ARG(a->name), INB__STR_ARG(b->name), INB__STR_ARG(t->name),
                       type_text(r, r->from, a), type_text(r, r->to, b));
    inb__error_hint(r->err, "Rename it and change its type in two separate sequences.");
    return rc;
}

/* An enum that loses values is another type, whatever it is called. */
static bool loses_values(const renamer *r, const inb__column *a, const inb__column *b)
{
    if (a->type.kind != INB__COLUMN_ENUM) {
        return false;
    }
    const inb__enum *prev = &r->from->enums[a->type.enumeration];
    const inb__enum *next = &r->to->enums[b->type.enumeration];
    for (size_t i = 0; i < prev->n_values; i++) {
        bool stays = false;
        for (size_t k = 0; k < next->n_values && !stays; k++) {
            stays = inb__str_eq(prev->values[i], next->values[k]);
        }
        if (!stays) {
            return true;
        }
    }
    return false;
}

static int enum_differs(renamer *r, const inb__column *c)
{
    inb__str name = r->from->enums[c->type.enumeration].name;
    int rc = inb__error_set(r->err, INB_EINVAL,
                            "\"%.*s\" cannot be renamed while its enum \"%.*s\" loses values",
                            INB__STR_ARG(c->name), INB__STR_ARG(name));
    inb__error_hint(r->err, "Rename it and remove the values in two separate sequences.");
    return rc;
}

static int column_rename(renamer *r, const char *wish)
{
    inb__str path, new, table_text, old;
    if (!split(inb__str_of(wish), '=', &path, &new) || !split(path, '.', &table_text, &old)) {
        return bad_form(r, "rename", wish, "TABLE.OLD=NEW");
    }
    uint32_t i = table_find(r->from, table_name_of(table_text));
    if (i == INB__SCHEMA_NONE) {
        return no_table(r, table_text, false);
    }
    inb__table *t = &r->out->tables[i];
    uint32_t n = table_find(r->to, (table_name){r->out->spaces[t->space], t->name});
    if (n == INB__SCHEMA_NONE) {
        return no_table(r, t->name, true);
    }
    const inb__table *prev = &r->from->tables[i], *next = &r->to->tables[n];
    uint32_t a = column_find(prev, old), b = column_find(next, new);
    if (a == INB__SCHEMA_NONE || b == INB__SCHEMA_NONE) {
        return a == INB__SCHEMA_NONE ? no_column(r, prev, old, false)
                                     : no_column(r, next, new, true);
    }
    if (column_find(next, old) != INB__SCHEMA_NONE) {
        return still_there(r, "column", old, true);
    }
    if (column_find(prev, new) != INB__SCHEMA_NONE) {
        return still_there(r, "column", new, false);
    }
    if (inb__renames_find(r->renames, i, a) || column_find(t, new) != INB__SCHEMA_NONE) {
        return twice(r, "column", inb__renames_find(r->renames, i, a) ? old : new);
    }
    const inb__column *x = &prev->columns[a], *y = &next->columns[b];
    if (!same_type(r, x, y)) {
        return types_differ(r, prev, x, y);
    }
    if (loses_values(r, x, y)) {
        return enum_differs(r, x);
    }
    rename_add(r, (inb__rename){i, a, {0}, x->name});
    t->columns[a].name = y->name;
    return 0;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* `from` with tables, columns and schemas of its own to change. */
static void schema_copy(renamer *r, size_t more_spaces)
{
    const inb__schema *from = r->from;
    *r->out = *from;
    r->out->spaces = INB__NEW_N(r->arena, inb__str, from->n_spaces + more_spaces);
    for (size_t i = 0; i < from->n_spaces; i++) {
        r->out->spaces[i] = from->spaces[i];
    }
    r->out->tables = INB__NEW_N(r->arena, inb__table, from->n_tables);
    for (size_t i = 0; i < from->n_tables; i++) {
        inb__table *t = &r->out->tables[i];
        *t = from->tables[i];
        t->columns = INB__NEW_N(r->arena, inb__column, t->n_columns);
        for (size_t k = 0; k < t->n_columns; k++) {
            t->columns[k] = from->tables[i].columns[k];
        }
    }
}

int inb__renames_apply(inb__schema *out, inb__renames *renames, inb__arena *arena,
                       const inb__schema *from, const inb__schema *to,
                       const inb__rename_requests *wishes, inb_error **err)
{
    renamer r = {
        .arena = arena, .out = out, .from = from, .to = to, .renames = renames, .err = err};
    size_t extra = 0;
    int rc = 0;
    *renames =
        (inb__renames){.v = INB__NEW_N(arena, inb__rename, wishes->n_columns + wishes->n_tables)};
    schema_copy(&r, wishes->n_tables);
    for (size_t i = 0; rc == 0 && i < wishes->n_tables; i++) {
        rc = table_rename(&r, wishes->tables[i], &extra);
    }
    for (size_t i = 0; rc == 0 && i < wishes->n_columns; i++) {
        rc = column_rename(&r, wishes->columns[i]);
    }
    return rc;
}

const inb__rename *inb__renames_find(const inb__renames *renames, uint32_t table, uint32_t column)
{
    for (size_t i = 0; renames && i < renames->n; i++) {
        if (renames->v[i].table == table && renames->v[i].column == column) {
            return &renames->v[i];
        }
    }
    return NULL;
}

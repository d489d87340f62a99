/* The steps as a summary for a reader. */
#include "config.h"

#include "schema/diff.h"

#include "schema/render.h"

#include <stdlib.h>

/* The sections of a summary, in their order; each names what one kind of step makes or takes. */
static void section(inb__buf *out, const char *title)
{
    inb__buf_printf(out, "%s%s\n", out->length ? "\n" : "", title);
}

static inb__str space_name(const inb__steps *d, const inb__step *s)
{
    return d->to->spaces[s->next];
}

static inb__str extension_next(const inb__steps *d, const inb__step *s)
{
    return d->to->extensions[s->next].name;
}

static inb__str enum_created(const inb__steps *d, const inb__step *s)
{
    return d->to->enums[s->next].name;
}

static inb__str enum_dropped(const inb__steps *d, const inb__step *s)
{
    return d->from->enums[s->prev].name;
}

static inb__str table_created(const inb__steps *d, const inb__step *s)
{
    return d->to->tables[s->next].name;
}

static inb__str table_dropped(const inb__steps *d, const inb__step *s)
{
    return d->from->tables[s->prev].name;
}

static const struct {
    inb__step_kind kind;
    const char *title;
    inb__str (*name)(const inb__steps *d, const inb__step *s);
} lists[] = {
    {INB__STEP_CREATE_SPACE, "[+] Added Schemas", space_name},
    {INB__STEP_ALTER_EXTENSION, "[*] Changed extensions", extension_next},
    {INB__STEP_CREATE_EXTENSION, "[+] Added extensions", extension_next},
    {INB__STEP_CREATE_ENUM, "[+] Added enums", enum_created},
    {INB__STEP_CREATE_TABLE, "[+] Added tables", table_created},
    {INB__STEP_DROP_ENUM, "[-] Removed enums", enum_dropped},
    {INB__STEP_DROP_TABLE, "[-] Removed tables", table_dropped},
};

static void list_write(inb__buf *out, const inb__steps *d, size_t list)
{
    bool open = false;
    for (size_t i = 0; i < d->n; i++) {
        if (d->v[i].kind == lists[list].kind) {
            if (!open) {
                section(out, lists[list].title);
                open = true;
            }
            inb__str name = lists[list].name(d, &d->v[i]);
            inb__buf_printf(out, "  - %.*s\n", INB__STR_ARG(name));
        }
    }
}

static void enum_write(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    inb__str name = d->from->enums[s->prev].name;
    inb__buf_printf(out, "%s[*] Changed the `%.*s` enum\n", out->length ? "\n" : "",
                    INB__STR_ARG(name));
    for (size_t i = 0; i < s->n_added; i++) {
        inb__buf_printf(out, "  [+] Added variant `%.*s`\n", INB__STR_ARG(s->added[i]));
    }
    for (size_t i = 0; i < s->n_removed; i++) {
        inb__buf_printf(out, "  [-] Removed variant `%.*s`\n", INB__STR_ARG(s->removed[i]));
    }
}

/* ---- changed tables
 * ------------------------------------------------------------------------------------ */

static void index_columns_write(inb__buf *out, const inb__table *t, const inb__index *x)
{
    inb__buf_char(out, '(');
    for (size_t i = 0; i < x->n_columns; i++) {
        inb__str name = t->columns[x->columns[i].column].name;
        inb__buf_printf(out, "%s%.*s", i ? ", " : "", INB__STR_ARG(name));
    }
    inb__buf_str(out, ")\n");
}

static void key_columns_write(inb__buf *out, const inb__schema *s, const inb__foreign_key *f)
{
    inb__buf_char(out, '(');
    for (size_t i = 0; i < f->n_columns; i++) {
        inb__str name = s->tables[f->table].columns[f->columns[i]].name;
        inb__buf_printf(out, "%s%.*s", i ? ", " : "", INB__STR_ARG(name));
    }
    inb__buf_str(out, ")\n");
}

static void default_write(inb__buf *out, const inb__schema *s, const inb__column *c)
{
    if (c->default_value.kind == INB__DEFAULT_SEQUENCE) {
        inb__buf_str(out, "a sequence");
    } else if (!inb__render_default(out, s, c)) {
        inb__buf_str(out, c->default_value.kind == INB__DEFAULT_NONE ? "none" : "an expression");
    }
}

static void column_flags_write(inb__buf *out, const inb__steps *d, const inb__change *change,
                               const inb__column *prev, const inb__column *next)
{
    static const char *const arities[] = {[INB__ARITY_REQUIRED] = "Required",
                                          [INB__ARITY_OPTIONAL] = "Nullable",
                                          [INB__ARITY_LIST] = "List"};
    const char *comma = "";
    inb__buf_str(out, " (");
    if (change->flags & INB__COLUMN_ARITY) {
        inb__buf_printf(out, "changed from %s to %s", arities[prev->arity], arities[next->arity]);
        comma = ", ";
    }
    if (change->flags & INB__COLUMN_DEFAULT) {
        inb__buf_printf(out, "%sdefault changed from ", comma);
        default_write(out, d->from, prev);
        inb__buf_str(out, " to ");
        default_write(out, d->to, next);
        comma = ", ";
    }
    if (change->flags & INB__COLUMN_TYPE) {
        inb__buf_printf(out, "%stype changed", comma);
        comma = ", ";
    }
    if (change->flags & INB__COLUMN_AUTOINCREMENT) {
        bool on = next->default_value.kind == INB__DEFAULT_SEQUENCE;
        inb__buf_printf(out, "%scolumn %s", comma,
                        on ? "became autoincrementing" : "is no longer autoincrementing");
    }
    inb__buf_str(out, ")\n");
}

static void change_write(inb__buf *out, const inb__steps *d, const inb__step *s,
                         const inb__change *change)
{
    const inb__table *from = &d->from->tables[s->prev_table];
    const inb__table *to = &d->to->tables[s->next_table];
    const inb__column *prev =
        change->prev == INB__SCHEMA_NONE ? NULL : &from->columns[change->prev];
    const inb__column *next = change->next == INB__SCHEMA_NONE ? NULL : &to->columns[change->next];
    switch (change->kind) {
    case INB__CHANGE_DROP_PRIMARY_KEY:
        inb__buf_str(out, "  [-] Dropped the primary key on columns ");
        index_columns_write(out, from, from->primary_key);
        break;
    case INB__CHANGE_RENAME_PRIMARY_KEY:
        inb__buf_printf(out, "  [*] Renamed the primary key `%.*s` to `%.*s`\n",
                        INB__STR_ARG(from->primary_key->name), INB__STR_ARG(to->primary_key->name));
        break;
    case INB__CHANGE_DROP_COLUMN:
        inb__buf_printf(out, "  [-] Removed column `%.*s`\n", INB__STR_ARG(prev->name));
        break;
    case INB__CHANGE_ADD_COLUMN:
        inb__buf_printf(out, "  [+] Added column `%.*s`\n", INB__STR_ARG(next->name));
        break;
    case INB__CHANGE_ALTER_COLUMN:
        inb__buf_printf(out, "  [*] Altered column `%.*s`", INB__STR_ARG(next->name));
        column_flags_write(out, d, change, prev, next);
        break;
    case INB__CHANGE_RECREATE_COLUMN:
        inb__buf_printf(out, "  [*] Column `%.*s` would be dropped and recreated",
                        INB__STR_ARG(next->name));
        column_flags_write(out, d, change, prev, next);
        break;
    case INB__CHANGE_ADD_PRIMARY_KEY:
        inb__buf_str(out, "  [+] Added primary key on columns ");
        index_columns_write(out, to, to->primary_key);
        break;
    }
}

static void index_write(inb__buf *out, const inb__schema *s, uint32_t table, uint32_t index,
                        const char *what)
{
    const inb__table *t = &s->tables[table];
    const inb__index *x = &t->indexes[index];
    inb__buf_printf(out, "  %s %sindex on columns ", what, x->unique ? "unique " : "");
    index_columns_write(out, t, x);
}

static void rename_write(inb__buf *out, const char *what, inb__str prev, inb__str next)
{
    inb__buf_printf(out, "  [*] Renamed %s `%.*s` to `%.*s`\n", what, INB__STR_ARG(prev),
                    INB__STR_ARG(next));
}

/* One step, as a line or more of its table's section. */
static void table_step_write(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__foreign_key *prev_key =
        s->kind == INB__STEP_DROP_FOREIGN_KEY || s->kind == INB__STEP_RENAME_FOREIGN_KEY
            ? &d->from->foreign_keys[s->prev]
            : NULL;
    const inb__foreign_key *next_key =
        s->kind == INB__STEP_ADD_FOREIGN_KEY || s->kind == INB__STEP_RENAME_FOREIGN_KEY
            ? &d->to->foreign_keys[s->next]
            : NULL;
    switch (s->kind) {
    case INB__STEP_TURN_JOIN:
        inb__buf_str(out, "  [*] Exchanged the columns `A` and `B` of the relation\n");
        break;
    case INB__STEP_DROP_FOREIGN_KEY:
        inb__buf_str(out, "  [-] Removed foreign key on columns ");
        key_columns_write(out, d->from, prev_key);
        break;
    case INB__STEP_ADD_FOREIGN_KEY:
        inb__buf_str(out, "  [+] Added foreign key on columns ");
        key_columns_write(out, d->to, next_key);
        break;
    case INB__STEP_RENAME_FOREIGN_KEY:
        rename_write(out, "foreign key", prev_key->name, next_key->name);
        break;
    case INB__STEP_DROP_INDEX:
        index_write(out, d->from, s->prev_table, s->prev, "[-] Removed");
        break;
    case INB__STEP_CREATE_INDEX:
        index_write(out, d->to, s->next_table, s->next, "[+] Added");
        break;
    case INB__STEP_RENAME_INDEX:
        rename_write(out, "index", d->from->tables[s->prev_table].indexes[s->prev].name,
                     d->to->tables[s->next_table].indexes[s->next].name);
        break;
    default:
        for (size_t i = 0; i < s->n_changes; i++) {
            change_write(out, d, s, &s->changes[i]);
        }
    }
}

typedef struct entry {
    inb__str space, table;
    size_t step;
} entry;

/* Which table a step is a line about. False when it is about none. */
static bool entry_of(const inb__steps *d, size_t step, entry *out)
{
    const inb__step *s = &d->v[step];
    const inb__schema *schema = d->from;
    uint32_t table = s->prev_table;
    switch (s->kind) {
    case INB__STEP_DROP_FOREIGN_KEY:
    case INB__STEP_RENAME_FOREIGN_KEY:
        table = d->from->foreign_keys[s->prev].table;
        break;
    case INB__STEP_ADD_FOREIGN_KEY:
        schema = d->to;
        table = d->to->foreign_keys[s->next].table;
        break;
    case INB__STEP_CREATE_INDEX:
        schema = d->to;
        table = s->next_table;
        break;
    case INB__STEP_TURN_JOIN:
    case INB__STEP_DROP_INDEX:
    case INB__STEP_RENAME_INDEX:
    case INB__STEP_ALTER_TABLE:
        break;
    default:
        return false;
    }
    const inb__table *t = &schema->tables[table];
    *out = (entry){.space = schema->spaces[t->space], .table = t->name, .step = step};
    return true;
}

static int entry_order(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int order = inb__str_cmp(x->table, y->table);
    order = order ? order : inb__str_cmp(x->space, y->space);
    return order ? order : (x->step > y->step) - (x->step < y->step);
}

static void tables_write(inb__buf *out, inb__arena *arena, const inb__steps *d)
{
    entry *entries = INB__NEW_N(arena, entry, d->n);
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++) {
        n += entry_of(d, i, &entries[n]);
    }
    if (n) {
        qsort(entries, n, sizeof(*entries), entry_order);
    }
    for (size_t i = 0; i < n; i++) {
        const entry *e = &entries[i];
        if (!i || !inb__str_eq(e[-1].table, e->table) || !inb__str_eq(e[-1].space, e->space)) {
            inb__buf_printf(out, "%s[*] Changed the `%.*s` table\n", out->length ? "\n" : "",
                            INB__STR_ARG(e->table));
        }
        table_step_write(out, d, &d->v[e->step]);
    }
}

void inb__steps_summary(inb__buf *out, inb__arena *arena, const inb__steps *steps)
{
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        list_write(out, steps, i);
    }
    for (size_t i = 0; i < steps->n; i++) {
        if (steps->v[i].kind == INB__STEP_ALTER_ENUM) {
            enum_write(out, steps, &steps->v[i]);
        }
    }
    tables_write(out, arena, steps);
    if (!steps->n) {
        inb__buf_str(out, "No difference detected.\n");
    }
}

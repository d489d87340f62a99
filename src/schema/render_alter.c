/* ALTER TABLE of a step: its clauses, and the sequences that follow a column. */
#include "config.h"

#include "schema/render.h"

#include "schema/sequence.h"

/* One change of a column, and all that a clause about it needs. */
typedef struct alter {
    inb__buf *out;
    const inb__schema *from, *to;
    const inb__table *prev_table, *next_table;
    const inb__change *change;
    const inb__column *prev, *next;
    bool any; /* a clause is written */
} alter;

static void clause(alter *a)
{
    inb__buf_str(a->out, a->any ? ",\n" : " ");
    a->any = true;
}

static void column_clause(alter *a, const char *what)
{
    clause(a);
    inb__buf_str(a->out, "ALTER COLUMN ");
    inb__quote_ident(a->out, a->prev->name);
    inb__buf_str(a->out, what);
}

static bool is_sequence(const inb__column *c)
{
    return c->default_value.kind == INB__DEFAULT_SEQUENCE;
}

static bool becomes_sequence(const alter *a)
{
    return a->change->flags & INB__COLUMN_AUTOINCREMENT && is_sequence(a->next);
}

static bool ceases_sequence(const alter *a)
{
    return a->change->flags & INB__COLUMN_AUTOINCREMENT && is_sequence(a->prev);
}

/* ---- how values get into the new type
 * ----------------------------------------------------------------- */

typedef enum using_kind { USING_NONE, USING_THROUGH, USING_FIRST, USING_ARRAY } using_kind;

static using_kind using_of(const alter *a)
{
    bool was_list = a->prev->arity == INB__ARITY_LIST, is_list = a->next->arity == INB__ARITY_LIST;
    if (a->prev->type.kind == INB__COLUMN_ENUM && was_list != is_list) {
        return was_list ? USING_FIRST : USING_ARRAY;
    }
    bool through = was_list == is_list && inb__cast_column_through(a->prev, a->next);
    return a->change->flags & INB__COLUMN_TYPE && through ? USING_THROUGH : USING_NONE;
}

static void using_write(const alter *a)
{
    inb__buf *out = a->out;
    switch (using_of(a)) {
    case USING_NONE:
        return;
    case USING_THROUGH:
        inb__buf_str(out, " USING (");
        inb__quote_ident(out, a->prev->name);
        inb__buf_printf(out, "::%s%s::", inb__cast_column_through(a->prev, a->next),
                        a->next->arity == INB__ARITY_LIST ? "[]" : "");
        inb__render_type(out, a->to, a->next, false);
        inb__buf_char(out, ')');
        return;
    case USING_FIRST:
        inb__buf_str(out, " USING ((");
        inb__quote_ident(out, a->prev->name);
        inb__buf_str(out, ")[1])");
        return;
    case USING_ARRAY:
        inb__buf_str(out, " USING (CASE WHEN ");
        inb__quote_ident(out, a->prev->name);
        inb__buf_str(out, " IS NOT NULL THEN ARRAY[");
        inb__quote_ident(out, a->prev->name);
        inb__buf_str(out, "] END)");
    }
}

/* ---- clauses of one column
 * ---------------------------------------------------------------------------- */

static void arity_clause(alter *a)
{
    bool was_required = a->prev->arity == INB__ARITY_REQUIRED;
    if (a->change->flags & INB__COLUMN_ARITY) {
        if (a->next->arity == INB__ARITY_REQUIRED) {
            column_clause(a, " SET NOT NULL");
        } else if (a->next->arity == INB__ARITY_OPTIONAL) {
            column_clause(a, " DROP NOT NULL");
        } else if (was_required) {
            column_clause(a, " DROP NOT NULL");
        }
    }
}

/* PostgreSQL drops before it changes types and sets defaults after: the clauses' order in the text
 * is for the reader. */
static void default_clause(alter *a)
{
    bool replaced = using_of(a) != USING_NONE && a->prev->default_value.kind != INB__DEFAULT_NONE;
    if (becomes_sequence(a)) {
        column_clause(a, " SET DEFAULT nextval('");
        inb__sequence_new_name_write(a->out, a->to, a->to->spaces[a->next_table->space],
                                     a->next_table, a->next);
        inb__buf_str(a->out, "')");
        return;
    }
    inb__default_kind kind = a->next->default_value.kind;
    bool changes = a->change->flags & INB__COLUMN_DEFAULT || replaced;
    bool drops = kind == INB__DEFAULT_NONE || kind == INB__DEFAULT_UNKNOWN;
    if (changes && (drops || replaced)) {
        column_clause(a, " DROP DEFAULT");
    }
    if (changes && !drops) {
        column_clause(a, " SET DEFAULT ");
        inb__render_default(a->out, a->to, a->next);
    }
    if (ceases_sequence(a)) {
        column_clause(a, " DROP DEFAULT");
    }
}

static void type_clause(alter *a)
{
    bool list_changes = (a->prev->arity == INB__ARITY_LIST) != (a->next->arity == INB__ARITY_LIST);
    if (a->change->flags & INB__COLUMN_TYPE || list_changes) {
        column_clause(a, " SET DATA TYPE ");
        inb__render_type(a->out, a->to, a->next, false);
        using_write(a);
    }
}

static void alter_column(alter *a)
{
    arity_clause(a);
    default_clause(a);
    type_clause(a);
}

static void drop_column(alter *a)
{
    clause(a);
    inb__buf_str(a->out, "DROP COLUMN ");
    inb__quote_ident(a->out, a->prev->name);
}

static void add_column(alter *a)
{
    clause(a);
    inb__buf_str(a->out, "ADD COLUMN     ");
    inb__render_column(a->out, a->to, a->next);
}

static void recreate_column(alter *a)
{
    drop_column(a);
    add_column(a);
}

static void drop_primary_key(alter *a)
{
    clause(a);
    inb__buf_str(a->out, "DROP CONSTRAINT ");
    inb__quote_ident(a->out, a->prev_table->primary_key->name);
}

static void add_primary_key(alter *a)
{
    clause(a);
    inb__buf_str(a->out, "ADD CONSTRAINT ");
    inb__quote_ident(a->out, a->next_table->primary_key->name);
    inb__buf_str(a->out, " PRIMARY KEY ");
    inb__render_columns(a->out, a->next_table, a->next_table->primary_key, ", ");
}

static void rename_primary_key(alter *a)
{
    (void)a; /* a statement of its own: PostgreSQL does not rename beside other changes */
}

static void (*const clauses[])(alter *a) = {
    [INB__CHANGE_DROP_PRIMARY_KEY] = drop_primary_key,
    [INB__CHANGE_RENAME_PRIMARY_KEY] = rename_primary_key,
    [INB__CHANGE_DROP_COLUMN] = drop_column,
    [INB__CHANGE_ADD_COLUMN] = add_column,
    [INB__CHANGE_ALTER_COLUMN] = alter_column,
    [INB__CHANGE_RECREATE_COLUMN] = recreate_column,
    [INB__CHANGE_ADD_PRIMARY_KEY] = add_primary_key,
};

/* ---- the statements
 * ------------------------------------------------------------------------------------ */

static void change_set(alter *a, const inb__change *change)
{
    a->change = change;
    a->prev = change->prev == INB__SCHEMA_NONE ? NULL : &a->prev_table->columns[change->prev];
    a->next = change->next == INB__SCHEMA_NONE ? NULL : &a->next_table->columns[change->next];
}

static void sequence_create(alter *a)
{
    if (a->change->kind == INB__CHANGE_ALTER_COLUMN && becomes_sequence(a)) {
        inb__buf_str(a->out, "CREATE SEQUENCE ");
        inb__sequence_new_name_write(a->out, a->to, a->to->spaces[a->next_table->space],
                                     a->next_table, a->next);
        inb__buf_str(a->out, ";\n");
    }
}

static void sequence_follow(alter *a)
{
    if (a->change->kind != INB__CHANGE_ALTER_COLUMN) {
        return;
    }
    if (becomes_sequence(a)) {
        inb__buf_str(a->out, "ALTER SEQUENCE ");
        inb__sequence_new_name_write(a->out, a->to, a->to->spaces[a->next_table->space],
                                     a->next_table, a->next);
        inb__buf_str(a->out, " OWNED BY ");
        inb__render_name(a->out, a->to, a->to->spaces[a->next_table->space], a->next_table->name);
        inb__buf_char(a->out, '.');
        inb__quote_ident(a->out, a->next->name);
        inb__buf_str(a->out, ";\n");
    } else if (ceases_sequence(a) && !inb__sequence_is_shared(a->to, a->prev)) {
        inb__sequence_drop(a->out, a->to, a->from->spaces[a->prev_table->space], a->prev_table,
                           a->prev);
    } else if (is_sequence(a->prev) && is_sequence(a->next) &&
               a->change->flags & INB__COLUMN_TYPE) {
        inb__sequence_widen(a->out, a->to, a->from->spaces[a->prev_table->space], a->prev_table,
                            a->prev, a->next);
    }
}

static void rename_follow(alter *a)
{
    if (a->change->kind != INB__CHANGE_RENAME_PRIMARY_KEY) {
        return;
    }
    inb__buf_str(a->out, "ALTER TABLE ");
    inb__render_name(a->out, a->to, a->to->spaces[a->next_table->space], a->prev_table->name);
    inb__buf_str(a->out, " RENAME CONSTRAINT ");
    inb__quote_ident(a->out, a->prev_table->primary_key->name);
    inb__buf_str(a->out, " TO ");
    inb__quote_ident(a->out, a->next_table->primary_key->name);
    inb__buf_str(a->out, ";\n");
}

static void changes_walk(alter *a, const inb__step *step, void (*visit)(alter *a))
{
    for (size_t i = 0; i < step->n_changes; i++) {
        change_set(a, &step->changes[i]);
        visit(a);
    }
}

static void clause_write(alter *a)
{
    clauses[a->change->kind](a);
}

void inb__render_alter_table(inb__buf *out, const inb__steps *steps, const inb__step *step)
{
    alter a = {.out = out,
               .from = steps->from,
               .to = steps->to,
               .prev_table = &steps->from->tables[step->prev_table],
               .next_table = &steps->to->tables[step->next_table]};
    changes_walk(&a, step, sequence_create);
    size_t before = out->length;
    inb__buf_str(out, "ALTER TABLE ");
    inb__render_name(out, a.to, a.to->spaces[a.next_table->space], a.prev_table->name);
    changes_walk(&a, step, clause_write);
    if (a.any) {
        inb__buf_str(out, ";\n");
    } else {
        inb__buf_truncate(out, before);
    }
    changes_walk(&a, step, rename_follow);
    changes_walk(&a, step, sequence_follow);
}

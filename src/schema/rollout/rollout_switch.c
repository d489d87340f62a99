#include "config.h"

#include "schema/rollout/rollout_parts.h"

/*
 * The moment in which the new takes the place of the old: renames and swaps, each of which only
 * writes the catalogue, in one transaction, because what hangs together must change together.
 */

void inb__rollout_index_take_name(inb__rollout *z, uint32_t table, uint32_t index)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__rollout_index *x = &t->indexes[index];
    const inb__index *next = &z->to->tables[table].indexes[index];
    inb__str space = z->to->spaces[z->to->tables[table].space];
    if (!x->swap) {
        return;
    }
    inb__str *was = &z->index_now[t->pair->prev][x->prev];
    if (inb__str_eq(*was, next->name)) {
        inb__str old = inb__rollout_name(z, *was, "_old");
        inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER INDEX %s RENAME TO %s",
                         inb__rollout_in_space(z, space, *was), inb__rollout_quote(z, old));
        *was = old;
    }
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER INDEX %s RENAME TO %s",
                     inb__rollout_in_space(z, space, x->interim),
                     inb__rollout_quote(z, next->name));
}

/* ---- in the order of the transaction --------------------------------------------------------- */

static void keys_drop(inb__rollout *z)
{
    for (uint32_t i = 0; i < z->to->n_foreign_keys; i++) {
        if (z->keys[i].fate == INB__ROLLOUT_KEY_SWITCH && z->keys[i].prev != INB__SCHEMA_NONE) {
            inb__rollout_key_drop(z, z->keys[i].prev);
        }
    }
}

/* What goes, and no longer tells rows apart, need not be written. */
static void key_columns_loosen(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__table *prev = inb__rollout_prev_table(z, t);
    for (uint32_t i = 0; i < prev->n_columns; i++) {
        if (inb__rollout_key_has(prev, i) && inb__rollout_column_hinders(t, prev, i)) {
            inb__rollout_say(z, INB_CLASS_CONTRACTING,
                             "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", t->name,
                             inb__rollout_quote(z, prev->columns[i].name));
            inb__rollout_after(z, "a release may leave out \"%.*s\"",
                               INB__STR_ARG(prev->columns[i].name));
        }
    }
}

static void primary_key_drop(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__index *was = inb__rollout_prev_table(z, t)->primary_key;
    if (t->key_changes && was) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s DROP CONSTRAINT %s", t->name,
                         inb__rollout_quote(z, was->name));
        key_columns_loosen(z, table);
    }
}

static void hung_indexes_drop(inb__rollout *z, uint32_t table)
{
    uint32_t prev = z->tables[table].pair->prev;
    const inb__table *t = &z->from->tables[prev];
    for (size_t i = 0; i < t->n_indexes; i++) {
        if (z->index_in_switch[prev][i]) {
            inb__rollout_say(
                z, INB_CLASS_CONTRACTING, "DROP INDEX %s",
                inb__rollout_in_space(z, z->from->spaces[t->space], z->index_now[prev][i]));
        }
    }
}

static void column_swap(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    const inb__column *next = &z->to->tables[table].columns[column];
    const inb__column *prev = &inb__rollout_prev_table(z, t)->columns[c->prev];
    const char *old = inb__rollout_quote(z, c->old);
    if (!c->renamed) {
        const char *name = inb__rollout_quote(z, next->name);
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s RENAME COLUMN %s TO %s", t->name,
                         name, old);
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s RENAME COLUMN %s TO %s", t->name,
                         inb__rollout_quote(z, c->interim), name);
    }
    if (c->renamed) {
        inb__rollout_before(z,
                            "no running release uses a name that goes: \"%.*s.%.*s\", now \"%.*s\"",
                            INB__STR_ARG(z->to->tables[table].name), INB__STR_ARG(c->old),
                            INB__STR_ARG(next->name));
        if (prev->arity == INB__ARITY_REQUIRED && next->arity != INB__ARITY_REQUIRED) {
            inb__rollout_after(z, "a release may write NULL to \"%.*s\"", INB__STR_ARG(next->name));
        }
    } else {
        inb__rollout_before(
            z, "every running release works with the old and the new form of \"%.*s.%.*s\"",
            INB__STR_ARG(z->to->tables[table].name), INB__STR_ARG(next->name));
        inb__rollout_after(z, "a release may rely on the new form");
    }
}

static void enum_swap(inb__rollout *z, uint32_t i)
{
    const inb__enum *e = &z->to->enums[i];
    if (z->enum_rebuilt[i]) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TYPE %s RENAME TO %s",
                         inb__rollout_in_space(z, z->to->spaces[e->space], e->name),
                         inb__rollout_quote(z, z->enum_old[i]));
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TYPE %s RENAME TO %s",
                         inb__rollout_in_space(z, z->to->spaces[e->space], z->mid.enums[i].name),
                         inb__rollout_quote(z, e->name));
        inb__rollout_before(z, "no running release writes a value that the enum %s gives up",
                            inb__rollout_quote(z, e->name));
        inb__rollout_after(z, "a release may rely on the new form");
    }
}

/* The SQL of a literal that holds what is formatted. */
__attribute__((format(printf, 2, 3))) static const char *literal(inb__rollout *z, const char *fmt,
                                                                 ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *text = inb__arena_vprintf(z->arena, fmt, ap);
    va_end(ap);
    return inb__rollout_literal(z, inb__str_of(text));
}

/*
 * The sequence goes over to the new column, whatever it is called; otherwise it would go with the
 * old one. One of an identity column cannot: the new column gets another that goes on after it. The
 * old column gives up its default, or it would draw a number more for every row.
 */
static void sequence_move(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    const inb__column *next = &z->to->tables[table].columns[column];
    const char *name = inb__rollout_quote(z, next->name), *old = inb__rollout_quote(z, c->old);
    const char *rename = "";
    if (c->renamed) {
        inb__str to = inb__sequence_serial_name(z->arena, &z->to->tables[table], next);
        rename =
            inb__arena_printf(z->arena, "        EXECUTE 'ALTER SEQUENCE ' || sequence || %s;\n",
                              literal(z, " RENAME TO %s", inb__rollout_quote(z, to)));
    }
    const char *table_text = inb__rollout_literal(z, inb__str_of(t->name));
    inb__rollout_opaque(
        z, INB_CLASS_CONTRACTING, "gives the sequence to the column that takes the place",
        "DO $inboard$\n"
        "DECLARE\n"
        "    sequence text := pg_get_serial_sequence(%s, %s);\n"
        "    identity text := (SELECT attidentity FROM pg_attribute\n"
        "                      WHERE attrelid = %s::regclass AND attname = %s);\n"
        "    number bigint;\n"
        "BEGIN\n"
        "    IF identity <> '' THEN\n"
        "        number := nextval(sequence);\n"
        "        ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY;\n"
        "        EXECUTE %s || CASE identity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END\n"
        "                || ' AS IDENTITY (START WITH ' || number || ')';\n"
        "    ELSE\n"
        "        EXECUTE 'ALTER SEQUENCE ' || sequence || ' AS %s';\n"
        "        EXECUTE 'ALTER SEQUENCE ' || sequence || %s;\n"
        "        EXECUTE %s || quote_literal(sequence) || ')';\n"
        "        ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT;\n"
        "%s"
        "    END IF;\n"
        "END\n"
        "$inboard$",
        table_text, inb__rollout_literal(z, c->old), table_text, inb__rollout_literal(z, c->old),
        t->name, old, literal(z, "ALTER TABLE %s ALTER COLUMN %s ADD GENERATED ", t->name, name),
        inb__rollout_type(z, next), literal(z, " OWNED BY %s.%s", t->name, name),
        literal(z, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT nextval(", t->name, name), t->name,
        old, rename);
}

/* What nobody writes any more must not be asked for; an identity column is asked for to the last.
 */
static void old_column_loosen(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    if (inb__rollout_prev_table(z, t)->columns[c->prev].arity == INB__ARITY_REQUIRED) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL",
                         t->name, inb__rollout_quote(z, c->old));
    }
}

static void default_restore(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    const inb__column *next = &z->to->tables[table].columns[column];
    const inb__column *prev = &inb__rollout_prev_table(z, t)->columns[c->prev];
    const char *value = inb__rollout_default(z, z->to, next);
    if (next->default_value.kind == INB__DEFAULT_SEQUENCE &&
        prev->default_value.kind == INB__DEFAULT_SEQUENCE) {
        sequence_move(z, table, column);
        return;
    }
    /* Or rows to come would have one value in what must differ. */
    if (prev->default_value.kind != INB__DEFAULT_NONE) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                         t->name, inb__rollout_quote(z, c->old));
    }
    if (next->default_value.kind == INB__DEFAULT_SEQUENCE) {
        inb__rollout_sequence_begin(z, table, column);
    } else if (value) {
        inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                         t->name, inb__rollout_quote(z, next->name), value);
    } else if (inb__rollout_default_is_shared(z, table, column)) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                         t->name, inb__rollout_quote(z, next->name));
    } else if (next->default_value.kind == INB__DEFAULT_UNKNOWN) {
        inb__rollout_review(
            z, "\"%.*s\" has a default that the schema does not spell out: set it here",
            INB__STR_ARG(next->name));
    }
}

static void primary_key_add(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__index *is = z->to->tables[table].primary_key;
    if (t->key_changes && is) {
        inb__rollout_say(z, INB_CLASS_ADDITIVE,
                         "ALTER TABLE %s ADD CONSTRAINT %s PRIMARY KEY USING INDEX %s", t->name,
                         inb__rollout_quote(z, is->name), inb__rollout_quote(z, t->key_index));
        if (!t->key_proven) {
            inb__rollout_before(z, "no running release relies on the primary key that %s had",
                                t->name);
        }
    }
}

static void primary_key_rename(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__index *was = inb__rollout_prev_table(z, t)->primary_key;
    const inb__index *is = z->to->tables[table].primary_key;
    if (!t->key_changes && was && is && !inb__str_eq(was->name, is->name)) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
                         t->name, inb__rollout_quote(z, was->name),
                         inb__rollout_quote(z, is->name));
    }
}

typedef void (*table_cb)(inb__rollout *z, uint32_t table);

static void tables_each(inb__rollout *z, table_cb visit)
{
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].pair) {
            visit(z, i);
        }
    }
}

static void columns_swap(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    if (t->sync.n) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "DROP TRIGGER %s ON %s",
                         inb__rollout_quote(z, t->sync), t->name);
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "DROP FUNCTION %s()",
                         inb__rollout_in_space(z, t->sync_space, t->sync));
    }
    for (uint32_t i = 0; i < z->to->tables[table].n_columns; i++) {
        if (z->tables[table].columns[i].mode == INB__ROLLOUT_REBUILD) {
            column_swap(z, table, i);
        }
    }
}

static void defaults_restore(inb__rollout *z, uint32_t table)
{
    for (uint32_t i = 0; i < z->to->tables[table].n_columns; i++) {
        if (z->tables[table].columns[i].mode == INB__ROLLOUT_REBUILD) {
            default_restore(z, table, i);
            old_column_loosen(z, table, i);
        }
    }
}

static void indexes_swap(inb__rollout *z, uint32_t table)
{
    for (uint32_t i = 0; i < z->to->tables[table].n_indexes; i++) {
        const inb__rollout_index *x = &z->tables[table].indexes[i];
        if (x->build && !x->after) {
            inb__rollout_index_take_name(z, table, i);
        }
    }
}

static void keys_add(inb__rollout *z)
{
    for (uint32_t i = 0; i < z->to->n_foreign_keys; i++) {
        if (z->keys[i].fate == INB__ROLLOUT_KEY_SWITCH) {
            if (z->keys[i].differs) {
                inb__rollout_orphans_check(z, &z->to->foreign_keys[i]);
                inb__rollout_after(z,
                                   "a release may rely on what the foreign key \"%.*s\" does now",
                                   INB__STR_ARG(z->to->foreign_keys[i].name));
            }
            inb__rollout_key_add(z, i);
        }
    }
}

/* ---- names ----------------------------------------------------------------------------------- */

static void index_rename(inb__rollout *z, const inb__step *s)
{
    const inb__rollout_index *x = &z->tables[s->next_table].indexes[s->next];
    if (!x->build) {
        inb__rollout_say(z, INB_CLASS_ADDITIVE, "%s", inb__rollout_step(z, z->steps, *s));
    }
}

static void names_change(inb__rollout *z)
{
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "rename", INB__STR(""));
    inb__rollout_about(z, "renames constraints and indexes");
    inb__rollout_before(z, "no running release calls a constraint or an index by its old name");
    tables_each(z, primary_key_rename);
    for (uint32_t i = 0; i < z->to->n_foreign_keys; i++) {
        if (z->keys[i].fate == INB__ROLLOUT_KEY_RENAME) {
            inb__step step = {
                .kind = INB__STEP_RENAME_FOREIGN_KEY, .prev = z->keys[i].prev, .next = i};
            inb__rollout_say(z, INB_CLASS_CONTRACTING, "%s", inb__rollout_step(z, z->steps, step));
        }
    }
    for (size_t i = 0; i < z->steps->n; i++) {
        if (z->steps->v[i].kind == INB__STEP_RENAME_INDEX) {
            index_rename(z, &z->steps->v[i]);
        }
    }
    inb__rollout_close(z);
}

void inb__rollout_switch(inb__rollout *z)
{
    names_change(z);
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "switch", INB__STR(""));
    inb__rollout_about(z, "puts the new in the place of the old, in one short transaction");
    keys_drop(z);
    tables_each(z, primary_key_drop);
    tables_each(z, primary_key_add);
    tables_each(z, hung_indexes_drop);
    tables_each(z, columns_swap);
    for (uint32_t i = 0; i < z->to->n_enums; i++) {
        enum_swap(z, i);
    }
    tables_each(z, defaults_restore);
    tables_each(z, indexes_swap);
    keys_add(z);
    inb__rollout_close(z);
    for (uint32_t i = 0; i < z->to->n_foreign_keys; i++) {
        if (z->keys[i].fate == INB__ROLLOUT_KEY_SWITCH) {
            inb__rollout_key_validate(z, i);
        }
    }
}

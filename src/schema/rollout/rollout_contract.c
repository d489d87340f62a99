#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* ---- unique indexes -------------------------------------------------------------------------- */

/* "a", "b" of an index, with something behind each. */
static const char *column_list(inb__rollout *z, uint32_t table, const inb__index *x,
                               const char *tail, const char *between)
{
    const char *list = "";
    for (size_t i = 0; i < x->n_columns; i++) {
        const inb__column *c = inb__rollout_mid(z, table, x->columns[i].column);
        list = inb__arena_printf(z->arena, "%s%s%s%s", list, i ? between : "",
                                 inb__rollout_quote(z, c->name), tail);
    }
    return list;
}

static void duplicates_check(inb__rollout *z, uint32_t table, const inb__index *x)
{
    const char *columns = column_list(z, table, x, "", ", ");
    const char *where = column_list(z, table, x, " IS NOT NULL", " AND ");
    if (x->predicate.n) {
        where = inb__arena_printf(z->arena, "%s AND (%.*s)", where, INB__STR_ARG(x->predicate));
    }
    inb__rollout_check(z, "SELECT %s, count(*) FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1",
                       columns, z->tables[table].name, where, columns);
}

static void unique_index_build(inb__rollout *z, uint32_t table, uint32_t index)
{
    const inb__rollout_index *x = &z->tables[table].indexes[index];
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "unique", x->interim);
    inb__rollout_about(z, "builds a unique index while the table is written to");
    inb__rollout_before(z, "no running release writes duplicates, and none are left");
    inb__rollout_after(z, "a release may rely on the index");
    duplicates_check(z, table, &z->to->tables[table].indexes[index]);
    inb__rollout_build_index(z, table, index);
    inb__rollout_close(z);
}

/* The index that will carry the primary key. */
void inb__rollout_key_index_build(inb__rollout *z, uint32_t table, bool proven)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__index *key = z->to->tables[table].primary_key;
    if (!t->key_changes || !key || t->key_proven != proven) {
        return;
    }
    size_t before = z->sql->length;
    inb__render_columns(z->sql, &z->mid.tables[table], key, ", ");
    const char *columns = inb__rollout_take(z, before);
    inb__rollout_open(z, proven ? INB__ROLLOUT_BACKFILL : INB__ROLLOUT_CONTRACT, "key", key->name);
    inb__rollout_about(z, "builds the index of the primary key to come");
    inb__rollout_after(z, "a release may rely on the index");
    if (!proven) {
        duplicates_check(z, table, key);
        inb__rollout_before(z, "no running release writes duplicates, and none are left");
    }
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s%s",
                     inb__rollout_quote(z, t->key_index), t->name, columns);
    z->now.no_transaction = true;
    inb__rollout_close(z);
}

static void unique_indexes_build(inb__rollout *z, uint32_t table)
{
    const inb__table *t = &z->to->tables[table];
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        const inb__rollout_index *x = &z->tables[table].indexes[i];
        if (x->build && !x->after && !x->proven && t->indexes[i].unique) {
            unique_index_build(z, table, i);
        }
    }
    inb__rollout_key_index_build(z, table, false);
}

/* ---- NOT NULL -------------------------------------------------------------------------------- */

typedef void (*column_cb)(inb__rollout *z, uint32_t table, uint32_t column);

static void tightened_each(inb__rollout *z, const char *verb, uint32_t table, column_cb visit)
{
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, verb, z->to->tables[table].name);
    for (uint32_t i = 0; i < z->to->tables[table].n_columns; i++) {
        if (z->tables[table].columns[i].tightens) {
            visit(z, table, i);
        }
    }
    inb__rollout_close(z);
}

/* No release can leave it empty: the trigger, or the default, writes it. */
static bool is_held(const inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    if (c->synced) {
        return inb__rollout_prev_table(z, t)->columns[c->prev].arity == INB__ARITY_REQUIRED;
    }
    return c->mode == INB__ROLLOUT_ADD_LATE &&
           z->to->tables[table].columns[column].default_value.kind != INB__DEFAULT_NONE;
}

static void check_add(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__column *c = inb__rollout_mid(z, table, column);
    inb__rollout_say(z, INB_CLASS_CONTRACTING,
                     "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID", t->name,
                     inb__rollout_quote(z, t->columns[column].check),
                     inb__rollout_quote(z, c->name));
    inb__rollout_check(z, "SELECT count(*) FROM %s WHERE %s IS NULL HAVING count(*) > 0", t->name,
                       inb__rollout_quote(z, c->name));
    inb__rollout_about(z, "refuses new rows without \"%.*s\"", INB__STR_ARG(c->name));
    if (t->columns[column].lossy) {
        inb__rollout_before(z, "no running release writes what \"%.*s\" cannot hold",
                            INB__STR_ARG(c->name));
    } else if (!is_held(z, table, column)) {
        inb__rollout_before(z, "every running release writes \"%.*s\", and it is filled",
                            INB__STR_ARG(c->name));
    }
}

static void check_validate(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &z->tables[table];
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s VALIDATE CONSTRAINT %s", t->name,
                     inb__rollout_quote(z, t->columns[column].check));
    inb__rollout_about(z, "reads the table once; writers go on");
}

static void not_null_set(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__column *c = inb__rollout_mid(z, table, column);
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", t->name,
                     inb__rollout_quote(z, c->name));
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s DROP CONSTRAINT %s", t->name,
                     inb__rollout_quote(z, t->columns[column].check));
    inb__rollout_about(z, "makes \"%.*s\" NOT NULL: the validated check spares the scan",
                       INB__STR_ARG(c->name));
}

/* ---- rules that become looser ---------------------------------------------------------------- */

static void column_loosen(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__rollout_column *c = &t->columns[column];
    if (c->prev == INB__SCHEMA_NONE || c->mode == INB__ROLLOUT_REBUILD) {
        return;
    }
    const inb__column *prev = &inb__rollout_prev_table(z, t)->columns[c->prev];
    const inb__column *next = &z->to->tables[table].columns[column];
    const char *name = inb__rollout_quote(z, next->name);
    bool ceases =
        c->flags & INB__COLUMN_AUTOINCREMENT && prev->default_value.kind == INB__DEFAULT_SEQUENCE;
    if (c->flags & INB__COLUMN_ARITY && next->arity != INB__ARITY_REQUIRED) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL",
                         t->name, name);
        inb__rollout_before(z, "every running release can read NULL from \"%.*s\"",
                            INB__STR_ARG(next->name));
        inb__rollout_after(z, "a release may write NULL to \"%.*s\"", INB__STR_ARG(next->name));
    }
    bool replaced = c->flags & INB__COLUMN_DEFAULT && next->default_value.kind != INB__DEFAULT_NONE;
    if (!replaced && (ceases || c->flags & INB__COLUMN_DEFAULT)) {
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                         t->name, name);
        inb__rollout_before(z, "every running release writes \"%.*s\" itself",
                            INB__STR_ARG(next->name));
    }
    if (ceases) {
        size_t before = z->sql->length;
        inb__sequence_drop(z->sql, z->to, z->to->spaces[z->to->tables[table].space],
                           inb__rollout_prev_table(z, t), prev);
        char *drop = inb__rollout_take(z, before);
        drop[strcspn(drop, ";")] = '\0';
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "%s", drop);
    }
}

/* A column that goes, and whose rows cannot all have one value. */
static void going_loosen(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__table *prev = inb__rollout_prev_table(z, t);
    for (uint32_t i = 0; i < prev->n_columns; i++) {
        inb__str name = prev->columns[i].name;
        if (!inb__rollout_column_hinders(t, prev, i) || inb__rollout_key_has(prev, i) ||
            inb__rollout_column_neutral(z, t->pair->prev, i)) {
            continue;
        }
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL",
                         t->name, inb__rollout_quote(z, name));
        inb__rollout_before(z, "every running release can read NULL from \"%.*s\"",
                            INB__STR_ARG(name));
        inb__rollout_after(z, "a release may leave out \"%.*s\"", INB__STR_ARG(name));
    }
}

static void table_loosen(inb__rollout *z, uint32_t table)
{
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "loosen", z->to->tables[table].name);
    inb__rollout_about(z, "takes a rule or a default away");
    for (uint32_t i = 0; i < z->to->tables[table].n_columns; i++) {
        column_loosen(z, table, i);
    }
    going_loosen(z, table);
    inb__rollout_close(z);
}

/* ---- foreign keys ---------------------------------------------------------------------------- */

void inb__rollout_key_drop(inb__rollout *z, uint32_t prev)
{
    inb__step step = {.kind = INB__STEP_DROP_FOREIGN_KEY, .prev = prev};
    inb__rollout_say(z, INB_CLASS_CONTRACTING, "%s", inb__rollout_step(z, z->steps, step));
}

void inb__rollout_key_add(inb__rollout *z, uint32_t next)
{
    inb__step step = {.kind = INB__STEP_ADD_FOREIGN_KEY, .next = next};
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "%s NOT VALID", inb__rollout_step(z, z->steps, step));
}

void inb__rollout_key_validate(inb__rollout *z, uint32_t next)
{
    const inb__foreign_key *f = &z->to->foreign_keys[next];
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "validate", f->name);
    inb__rollout_about(z, "proves the foreign key for the rows that exist; writers go on");
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s VALIDATE CONSTRAINT %s",
                     z->tables[f->table].name, inb__rollout_quote(z, f->name));
    inb__rollout_close(z);
}

static void key_introduce(inb__rollout *z, uint32_t next)
{
    const inb__rollout_key *k = &z->keys[next];
    const inb__foreign_key *f = &z->to->foreign_keys[next];
    if (k->fate != INB__ROLLOUT_KEY_ADD && k->fate != INB__ROLLOUT_KEY_REPLACE) {
        return;
    }
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "foreign_key", f->name);
    inb__rollout_about(z, "holds new rows to the foreign key");
    inb__rollout_before(z, "no running release writes a reference to a row that is not there");
    inb__rollout_orphans_check(z, f);
    if (k->fate == INB__ROLLOUT_KEY_REPLACE) {
        inb__rollout_after(z, "a release may rely on what the foreign key \"%.*s\" does now",
                           INB__STR_ARG(f->name));
        inb__rollout_key_drop(z, k->prev);
    }
    inb__rollout_key_add(z, next);
    inb__rollout_close(z);
    inb__rollout_key_validate(z, next);
}

static void keys_drop(inb__rollout *z)
{
    for (uint32_t i = 0; i < z->from->n_foreign_keys; i++) {
        if (!z->key_gone[i]) {
            continue;
        }
        inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "drop_key", z->from->foreign_keys[i].name);
        inb__rollout_about(z, "drops a foreign key");
        inb__rollout_before(z, "no running release relies on the foreign key");
        inb__rollout_after(z, "a release may do what the foreign key refused");
        inb__rollout_key_drop(z, i);
        inb__rollout_close(z);
    }
}

void inb__rollout_tighten(inb__rollout *z)
{
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (!z->tables[i].pair) {
            continue;
        }
        tightened_each(z, "check", i, check_add);
        tightened_each(z, "validate", i, check_validate);
        tightened_each(z, "not_null", i, not_null_set);
        unique_indexes_build(z, i);
        table_loosen(z, i);
    }
    keys_drop(z);
    for (uint32_t i = 0; i < z->to->n_foreign_keys; i++) {
        key_introduce(z, i);
    }
}

/* ---- what goes at last ----------------------------------------------------------------------- */

static bool is_kept(const inb__rollout *z, uint32_t table)
{
    return inb__pair_of_prev(&z->pairs, table) != NULL;
}

static void index_drop(inb__rollout *z, const inb__step *s)
{
    const inb__table *t = &z->from->tables[s->prev_table];
    if (z->index_in_switch[s->prev_table][s->prev]) {
        return;
    }
    inb__str name = z->index_now[s->prev_table][s->prev];
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "drop_index", name);
    inb__rollout_about(z, "drops an index while the table is written to");
    inb__rollout_before(z, "no query of a running release needs the index");
    if (t->indexes[s->prev].unique) {
        inb__rollout_after(z, "a release may write what the index refused");
    }
    inb__rollout_say(z, INB_CLASS_CONTRACTING, "DROP INDEX CONCURRENTLY %s",
                     inb__rollout_in_space(z, z->from->spaces[t->space], name));
    z->now.no_transaction = true;
    inb__rollout_close(z);
}

/* The one new column that has the type of one that goes, and is alone in that. */
static const inb__column *likely_name(inb__rollout *z, uint32_t table, const inb__column *gone)
{
    const inb__column *found = NULL;
    for (size_t i = 0; i < z->to->tables[table].n_columns; i++) {
        const inb__column *c = &z->to->tables[table].columns[i];
        bool alike = z->tables[table].columns[i].prev == INB__SCHEMA_NONE &&
                     (c->arity == INB__ARITY_LIST) == (gone->arity == INB__ARITY_LIST) &&
                     inb__cast_column(z->from, gone, z->to, c) == INB__CAST_SAME;
        if (alike && found) {
            return NULL;
        }
        found = alike ? c : found;
    }
    return found;
}

static void rename_suggest(inb__rollout *z, uint32_t table, const inb__column *gone)
{
    const inb__column *c = likely_name(z, table, gone);
    if (c) {
        inb__rollout_review(
            z, "whether a column that goes is one that comes: --rename \"%.*s.%.*s=%.*s\"",
            INB__STR_ARG(z->to->tables[table].name), INB__STR_ARG(gone->name),
            INB__STR_ARG(c->name));
    }
}

static void columns_drop(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    const inb__table *prev = inb__rollout_prev_table(z, t);
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "drop_columns", prev->name);
    for (uint32_t i = 0; i < prev->n_columns; i++) {
        const inb__column_pair *pair = inb__column_of_prev(t->pair, i);
        const inb__rollout_column *c = pair ? &t->columns[pair->next] : NULL;
        if (c && c->mode != INB__ROLLOUT_REBUILD) {
            continue;
        }
        inb__str name = c ? c->old : prev->columns[i].name;
        if (!c) {
            rename_suggest(z, table, &prev->columns[i]);
        }
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "ALTER TABLE %s DROP COLUMN %s", t->name,
                         inb__rollout_quote(z, name));
        inb__rollout_about(z, "drops \"%.*s\"", INB__STR_ARG(name));
        inb__rollout_before(z, "no running release knows \"%.*s\"", INB__STR_ARG(name));
    }
    inb__rollout_close(z);
}

static void steps_drop(inb__rollout *z, inb__step_kind kind, const char *verb, const char *about)
{
    for (size_t i = 0; i < z->steps->n; i++) {
        const inb__step *s = &z->steps->v[i];
        if (s->kind != kind) {
            continue;
        }
        inb__rollout_open(z, INB__ROLLOUT_CONTRACT, verb,
                          kind == INB__STEP_DROP_TABLE ? z->from->tables[s->prev].name
                                                       : z->from->enums[s->prev].name);
        inb__rollout_about(z, "%s", about);
        inb__rollout_before(
            z, "no running release uses it, and its rows are kept elsewhere or not needed");
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "%s", inb__rollout_step(z, z->steps, *s));
        inb__rollout_close(z);
    }
}

static void old_enums_drop(inb__rollout *z)
{
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "drop_old_types", INB__STR(""));
    inb__rollout_about(z, "drops the types that the switch put aside");
    for (uint32_t i = 0; i < z->to->n_enums; i++) {
        if (z->enum_rebuilt[i]) {
            inb__rollout_say(
                z, INB_CLASS_CONTRACTING, "DROP TYPE %s",
                inb__rollout_in_space(z, z->to->spaces[z->to->enums[i].space], z->enum_old[i]));
        }
    }
    inb__rollout_before(z, "the switch is done");
    inb__rollout_close(z);
}

static void extensions_replace(inb__rollout *z)
{
    inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "extensions", INB__STR(""));
    inb__rollout_about(z, "drops extensions and creates them where they shall be");
    inb__rollout_before(z, "nothing uses the extension while it is replaced");
    inb__rollout_after(z, "a release may use the new one");
    for (size_t i = 0; i < z->steps->n; i++) {
        const inb__step *s = &z->steps->v[i];
        if (s->kind != INB__STEP_DROP_EXTENSION) {
            continue;
        }
        inb__rollout_say(z, INB_CLASS_CONTRACTING, "%s", inb__rollout_step(z, z->steps, *s));
        for (uint32_t k = 0; k < z->to->n_extensions; k++) {
            inb__step create = {.kind = INB__STEP_CREATE_EXTENSION, .next = k};
            if (inb__str_eq(z->to->extensions[k].name, z->from->extensions[s->prev].name)) {
                inb__rollout_say(z, INB_CLASS_ADDITIVE, "%s",
                                 inb__rollout_step(z, z->steps, create));
            }
        }
    }
    inb__rollout_close(z);
}

/* Indexes whose predicate names a column that was made anew: the name is right only now. */
static void indexes_after(inb__rollout *z, uint32_t table)
{
    const inb__table *t = &z->to->tables[table];
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        inb__rollout_index *x = &z->tables[table].indexes[i];
        if (!x->build || !x->after) {
            continue;
        }
        for (size_t k = 0; k < t->n_columns; k++) {
            inb__rollout_mid(z, table, (uint32_t)k)->name = t->columns[k].name;
        }
        unique_index_build(z, table, i);
        inb__rollout_open(z, INB__ROLLOUT_CONTRACT, "rename", x->interim);
        inb__rollout_about(z, "gives the index its name");
        inb__rollout_index_take_name(z, table, i);
        inb__rollout_close(z);
    }
}

void inb__rollout_drop(inb__rollout *z)
{
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].pair) {
            indexes_after(z, i);
        }
    }
    for (size_t i = 0; i < z->steps->n; i++) {
        if (z->steps->v[i].kind == INB__STEP_DROP_INDEX && is_kept(z, z->steps->v[i].prev_table)) {
            index_drop(z, &z->steps->v[i]);
        }
    }
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].pair) {
            columns_drop(z, i);
        }
    }
    steps_drop(z, INB__STEP_DROP_TABLE, "drop_table", "drops a table and its rows");
    old_enums_drop(z);
    steps_drop(z, INB__STEP_DROP_ENUM, "drop_type", "drops an enum");
    extensions_replace(z);
}

#include "config.h"

#include "schema/rollout/rollout_parts.h"

/* How many of a table's blocks one transaction of a backfill looks through. */
#define BATCH_BLOCKS 32

/* ---- filling --------------------------------------------------------------------------------- */

/* The backfill of one table: one UPDATE of all its columns, so that a row is written once. */
typedef struct filling {
    uint32_t table;
    const char *sets, *wanting;
    const char *numbers; /* statements that set sequences to where they go on */
} filling;

/* Rows that are empty, and only where there is something to fill them with: a pass that changes
 * nothing is the last. */
static void fill(inb__rollout *z, filling *f, uint32_t column, const char *value, bool copied)
{
    const inb__column *c = inb__rollout_mid(z, f->table, column);
    const char *target = inb__rollout_quote(z, c->name);
    const char *known = copied ? inb__arena_printf(z->arena, " AND (%s) IS NOT NULL", value) : "";
    const char *set = copied ? value
                             : inb__arena_printf(z->arena, "coalesce(%s, (%s)::%s)", target, value,
                                                 inb__rollout_type(z, c));
    f->sets = inb__arena_printf(z->arena, "%s%s%s = %s", f->sets,
                                *f->sets ? ",\n                " : "", target, set);
    f->wanting =
        inb__arena_printf(z->arena, "%s%s%s IS NULL%s", f->wanting,
                          *f->wanting ? "\n                       OR " : "", target, known);
    inb__rollout_about(z, "fills \"%.*s\" of the rows that exist", INB__STR_ARG(c->name));
}

/*
 * A sequence for the numbers of rows that must differ: a run that was interrupted goes on where it
 * was. In a column that has numbers they go on after those.
 */
static const char *numbers(inb__rollout *z, filling *f, uint32_t column)
{
    const inb__rollout_column *c = &z->tables[f->table].columns[column];
    const inb__column *next = inb__rollout_mid(z, f->table, column);
    inb__str name = inb__rollout_name(z, z->to->tables[f->table].name, "_fill");
    const char *sequence = inb__rollout_in_mid(z, f->table, name);
    const char *text = inb__rollout_literal(z, inb__str_of(sequence));
    inb__rollout_say(z, INB_CLASS_ADDITIVE, "CREATE SEQUENCE %s", sequence);
    if (c->prev != INB__SCHEMA_NONE && c->mode != INB__ROLLOUT_REBUILD &&
        next->type.kind == INB__COLUMN_NATIVE && next->type.native.kind <= INB__NATIVE_DECIMAL) {
        f->numbers = inb__arena_printf(
            z->arena,
            "%s    PERFORM setval(%s, greatest(nextval(%s), (SELECT max(%s) FROM %s)::bigint));\n",
            f->numbers, text, text, inb__rollout_quote(z, next->name), z->tables[f->table].name);
    }
    INB__VEC_ADD(z->arena, &z->fill_sequences, sequence);
    return inb__arena_printf(z->arena, "nextval(%s)", text);
}

/*
 * Block by block, each batch a transaction of its own, so no row stays locked for longer than its
 * batch and an interrupted run goes on where rows are still empty. Again until a pass finds nothing
 * (or no less than the one before: then the values are NULL themselves): a row that moved while its
 * block was read is in a later one. A column may have the name of a variable.
 */
static void filling_say(inb__rollout *z, const filling *f)
{
    const char *table = z->tables[f->table].name;
    inb__rollout_opaque(
        z, INB_CLASS_BLOCKING, "updates rows in batches, each committed by itself",
        "DO $inboard$\n"
        "#variable_conflict use_column\n"
        "<<inboard>>\n"
        "DECLARE\n"
        "    blocks bigint;\n"
        "    block bigint;\n"
        "    first tid;\n"
        "    beyond tid;\n"
        "    changed bigint;\n"
        "    pass bigint;\n"
        "    last bigint := -1;\n"
        "BEGIN\n"
        "%s"
        "    LOOP\n"
        "        pass := 0;\n"
        "        block := 0;\n"
        "        blocks := pg_relation_size(%s) / current_setting('block_size')::bigint;\n"
        "        WHILE block <= blocks LOOP\n"
        "            first := format('(%%s,0)', block)::tid;\n"
        "            beyond := format('(%%s,0)', block + %d)::tid;\n"
        "            UPDATE %s\n"
        "            SET %s\n"
        "            WHERE ctid >= inboard.first AND ctid < inboard.beyond\n"
        "                  AND (%s);\n"
        "            GET DIAGNOSTICS changed = ROW_COUNT;\n"
        "            pass := pass + changed;\n"
        "            block := block + %d;\n"
        "            COMMIT;\n"
        "        END LOOP;\n"
        "        EXIT WHEN pass IN (0, last);\n"
        "        last := pass;\n"
        "    END LOOP;\n"
        "END\n"
        "$inboard$",
        f->numbers, inb__rollout_literal(z, inb__str_of(table)), BATCH_BLOCKS, table, f->sets,
        f->wanting, BATCH_BLOCKS);
    for (size_t i = 0; i < z->fill_sequences.n; i++) {
        inb__rollout_say(z, INB_CLASS_ADDITIVE, "DROP SEQUENCE %s", z->fill_sequences.v[i]);
    }
    z->fill_sequences.n = 0;
    z->now.no_transaction = true;
}

/* A guess would refer to a row that is not there, or to one that happens to be. */
static bool refers(const inb__schema *s, uint32_t table, uint32_t column)
{
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        const inb__foreign_key *f = &s->foreign_keys[i];
        for (size_t k = 0; f->table == table && k < f->n_columns; k++) {
            if (f->columns[k] == column) {
                return true;
            }
        }
    }
    return false;
}

/* Nobody says what the rows hold that exist: a neutral value, which the author is told of. */
static void fill_invented(inb__rollout *z, filling *f, uint32_t column)
{
    const inb__rollout_column *c = &z->tables[f->table].columns[column];
    const inb__column *next = inb__rollout_mid(z, f->table, column);
    const char *value = refers(z->to, f->table, column) ? NULL : inb__rollout_invent(z, next, "0");
    if (value && c->unique && strcmp(inb__rollout_invent(z, next, "1"), value) != 0) {
        value = inb__rollout_invent(z, next, numbers(z, f, column));
    }
    if (value) {
        fill(z, f, column, value, false);
    }
    inb__rollout_before(z, "every running release writes \"%.*s\"", INB__STR_ARG(next->name));
    inb__rollout_review(z, "nobody says what \"%.*s\" holds in the rows that exist: %s",
                        INB__STR_ARG(next->name),
                        value ? "the value here is a guess" : "write an UPDATE for it here");
}

/* Rows that hold a label which the new form of an enum does not have. */
static void labels_check(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &z->tables[table].columns[column];
    const inb__column *next = &z->to->tables[table].columns[column];
    if (c->mode != INB__ROLLOUT_REBUILD || !c->lossy || next->type.kind != INB__COLUMN_ENUM ||
        c->conversion != INB__ROLLOUT_THROUGH) {
        return;
    }
    const inb__enum *e = &z->to->enums[next->type.enumeration];
    const char *labels = "", *old = inb__rollout_quote(z, c->before);
    for (size_t i = 0; i < e->n_values; i++) {
        labels = inb__arena_printf(z->arena, "%s%s%s", labels, i ? ", " : "",
                                   inb__rollout_literal(z, e->values[i]));
    }
    inb__rollout_check(
        z,
        next->arity == INB__ARITY_LIST
            ? "SELECT %s, count(*) FROM %s WHERE NOT %s::text[] <@ ARRAY[%s]::text[] GROUP BY 1"
            : "SELECT %s, count(*) FROM %s WHERE %s::text <> ALL (ARRAY[%s]::text[]) GROUP BY 1",
        old, z->tables[table].name, old, labels);
}

static void column_fill(inb__rollout *z, filling *f, uint32_t column)
{
    const inb__table *t = &z->to->tables[f->table];
    const inb__rollout_column *c = &z->tables[f->table].columns[column];
    const inb__column *next = inb__rollout_mid(z, f->table, column);
    const char *copy = NULL, *value = inb__rollout_constant(z, next);
    if (c->mode == INB__ROLLOUT_REBUILD) {
        copy = inb__rollout_converted(z, c, next, inb__rollout_quote(z, c->before), true);
    } else if (next->default_value.kind == INB__DEFAULT_SEQUENCE) {
        inb__str name = inb__sequence_serial_name(z->arena, t, &t->columns[column]);
        const char *sequence = inb__rollout_in_mid(z, f->table, name);
        value = inb__arena_printf(z->arena, "nextval(%s)",
                                  inb__rollout_literal(z, inb__str_of(sequence)));
    }
    if (c->renamed) {
        inb__rollout_after(z, "a release may use a new name: \"%.*s.%.*s\" is now \"%.*s\"",
                           INB__STR_ARG(t->name), INB__STR_ARG(c->old), INB__STR_ARG(next->name));
    } else if (c->mode != INB__ROLLOUT_REBUILD) {
        inb__rollout_after(z, "a release may count on \"%.*s\" in every row",
                           INB__STR_ARG(next->name));
    }
    labels_check(z, f->table, column);
    if (copy || value) {
        fill(z, f, column, copy ? copy : value, copy != NULL);
    } else if (next->arity == INB__ARITY_REQUIRED) {
        fill_invented(z, f, column);
    }
}

static bool needs_filling(const inb__rollout_column *c)
{
    return c->mode == INB__ROLLOUT_ADD_LATE || c->mode == INB__ROLLOUT_REBUILD ||
           (c->mode != INB__ROLLOUT_ADD && c->tightens);
}

static void table_fill(inb__rollout *z, uint32_t table)
{
    filling f = {.table = table, .sets = "", .wanting = "", .numbers = ""};
    inb__rollout_open(z, INB__ROLLOUT_BACKFILL, "fill", z->to->tables[table].name);
    for (uint32_t k = 0; k < z->to->tables[table].n_columns; k++) {
        if (needs_filling(&z->tables[table].columns[k])) {
            column_fill(z, &f, k);
        }
    }
    if (*f.sets) {
        filling_say(z, &f);
    }
    inb__rollout_close(z);
}

/* ---- indexes on what was filled -------------------------------------------------------------- */

static void indexes_build(inb__rollout *z, uint32_t table)
{
    const inb__table *t = &z->to->tables[table];
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        const inb__rollout_index *x = &z->tables[table].indexes[i];
        if (!x->build || !x->late || x->after || (t->indexes[i].unique && !x->proven)) {
            continue;
        }
        inb__rollout_open(z, INB__ROLLOUT_BACKFILL, "index", x->interim);
        inb__rollout_about(z, "builds an index on what was filled");
        if (t->indexes[i].unique) {
            inb__rollout_after(z, "a release may rely on the index");
        }
        inb__rollout_build_index(z, table, i);
        inb__rollout_close(z);
    }
}

void inb__rollout_backfill(inb__rollout *z)
{
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].rebuilds) {
            inb__rollout_table_sync(z, i);
        }
    }
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].pair) {
            table_fill(z, i);
        }
    }
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].pair) {
            indexes_build(z, i);
            inb__rollout_key_index_build(z, i, true);
        }
    }
}

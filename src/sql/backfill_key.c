/* The key that a backfill walks its table by, as the migrations make it. */
#include "config.h"

#include "sql/sql_backfill.h"

#define HINT_CTID "Leave out `by`: a table without a unique key is walked by its pages."

/* A unique key of the table that a walk may be made by. */
typedef struct candidate {
    const inb__str *columns[INB_BACKFILL_KEYS];
    size_t n;
} candidate;

/* Each column NOT NULL, and never written by the statement. */
static bool columns_take(candidate *k, const inb__backfilling *b, inb__str column,
                         const inb__str *kept)
{
    if (k->n == INB_BACKFILL_KEYS || !inb__catalog_column_proven(b->table, column)) {
        return false;
    }
    k->columns[k->n++] = kept;
    return true;
}

static bool constraint_take(candidate *k, const inb__backfilling *b, const inb__constraint *from,
                            inb__constraint_kind kind)
{
    *k = (candidate){.n = 0};
    bool good = from->kind == kind && !from->dropped && !from->deferrable && from->columns.n > 0;
    for (size_t i = 0; good && i < from->columns.n; i++) {
        good = columns_take(k, b, from->columns.v[i], &from->columns.v[i]);
    }
    return good;
}

/* All in one direction: a row comparison has no other. That of a constraint was looked at. */
static bool index_take(candidate *k, const inb__backfilling *b, const inb__relation *index)
{
    *k = (candidate){.n = 0};
    bool good = index->kind == INB__RELATION_INDEX && index->table == b->table && index->unique &&
                !index->computed && index->predicate.n == 0 && index->method.n == 0 &&
                index->columns.n > 0 && !inb__catalog_constraint_find(b->table, index->name.name);
    for (size_t i = 0; good && i < index->columns.n; i++) {
        const inb__sql_column *column = &index->columns.v[i];
        good = !column->dropped && column->sort == index->columns.v[0].sort &&
               columns_take(k, b, column->name, &column->name);
    }
    return good;
}

static bool names(const candidate *k, inb__str column)
{
    for (size_t i = 0; i < k->n; i++) {
        if (inb__str_eq(*k->columns[i], column)) {
            return true;
        }
    }
    return false;
}

/* Whether it is the key that `by` names, in any order; any will do without it. */
static bool is_meant(const inb__backfilling *b, const candidate *k)
{
    const inb__backfill_options *options = b->directive->backfill;
    bool same = options->n_keys == 0 || options->n_keys == k->n;
    for (size_t i = 0; same && i < options->n_keys; i++) {
        same = names(k, options->keys[i]);
    }
    return same;
}

static const inb__str *written_column(const inb__backfilling *b, const candidate *k)
{
    for (size_t i = 0; i < k->n; i++) {
        if (inb__backfill_writes(b, *k->columns[i])) {
            return k->columns[i];
        }
    }
    return NULL;
}

/* A key that is not meant, or is written where another may do, is passed over. */
static bool is_fit(const inb__backfilling *b, const candidate *k)
{
    return is_meant(b, k) && (b->directive->backfill->n_keys > 0 || !written_column(b, k));
}

/* The primary key, else a unique constraint, else a unique index, each in the order it was made. */
static bool find(candidate *k, const inb__backfilling *b)
{
    static const inb__constraint_kind kinds[] = {INB__CONSTRAINT_PRIMARY_KEY,
                                                 INB__CONSTRAINT_UNIQUE};
    for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
        for (size_t i = 0; i < b->table->constraints.n; i++) {
            if (constraint_take(k, b, &b->table->constraints.v[i], kinds[kind]) && is_fit(b, k)) {
                return true;
            }
        }
    }
    const inb__map *relations = &b->c->catalog->relations;
    for (size_t i = 0; i < relations->n; i++) {
        const inb__relation *index = relations->entries[i].value;
        if (index && index_take(k, b, index) && is_fit(b, k)) {
            return true;
        }
    }
    return false;
}

/* "a, b" */
static const char *wanted_text(const inb__backfilling *b)
{
    const inb__backfill_options *options = b->directive->backfill;
    const char *text = "";
    for (size_t i = 0; i < options->n_keys; i++) {
        text = inb__arena_printf(b->c->arena, "%s%s%.*s", text, i ? ", " : "",
                                 INB__STR_ARG(options->keys[i]));
    }
    return text;
}

/* Tables that inherit have no key of their parent's. */
static bool keys_hold_below(const inb__backfilling *b)
{
    return b->table->partitioned || !b->table->has_children ||
           (b->out->flags & INB_BACKFILL_ONLY) != 0;
}

static bool key_refuse(const inb__backfilling *b)
{
    const char *wanted = wanted_text(b);
    if (b->table->kind == INB__RELATION_UNKNOWN) {
        return inb__backfill_refuse(b, b->directive->offset, HINT_CTID,
                                    "no migration makes \"%.*s\": its keys are unknown",
                                    INB__STR_ARG(b->table->name.name));
    }
    if (!keys_hold_below(b)) {
        return inb__backfill_refuse(
            b, b->directive->offset, HINT_CTID,
            "the tables that inherit from \"%.*s\" do not have its key (%s)",
            INB__STR_ARG(b->table->name.name), wanted);
    }
    return inb__backfill_refuse(
        b, b->directive->offset,
        "Name the columns of the primary key, or of a unique key whose columns are NOT NULL and "
        "which is not partial, not deferrable, without expressions and in one direction; or leave "
        "out `by`.",
        "(%s) is no key of \"%.*s\" that can be walked by", wanted,
        INB__STR_ARG(b->table->name.name));
}

bool inb__backfill_key_choose(inb__backfilling *b)
{
    candidate k;
    bool found = keys_hold_below(b) && find(&k, b);
    if (!found) {
        return b->directive->backfill->n_keys == 0 || key_refuse(b);
    }
    const inb__str *written = written_column(b, &k);
    if (written) {
        return inb__backfill_refuse(b, inb__backfill_word(b, *written),
                                    "Walk by a key that the statement does not write.",
                                    "the backfill writes \"%.*s\", a column of the key that it "
                                    "walks by",
                                    INB__STR_ARG(*written));
    }
    b->out->n_keys = k.n;
    for (size_t i = 0; i < k.n; i++) {
        b->out->keys[i] = inb__classify_text(b->c, *k.columns[i]);
    }
    return true;
}

/* Understands the statement of a backfill, or says why it cannot be run in windows. */
#include "config.h"

#include "sql/sql_backfill.h"

#define HINT_LEAVES                                                                                \
    "Add a condition that the statement makes false, such as a IS NULL or a IS DISTINCT FROM the " \
    "new value, or write `once`: then each row is visited exactly once."
#define HINT_ONCE                                                                                  \
    "Add a condition that the statement makes false, such as a IS NULL, and leave out `once`; or " \
    "give the table a primary key."

/* Clauses that no window can have. */
static bool clauses_check(const inb__backfilling *b)
{
    static const struct {
        const char *key, *word, *message, *hint;
    } clauses[] = {
        {"withClause", "with", "WITH in a backfill",
         "Write a sub-select in the statement instead: it is put together anew for each window."},
        {"returningList", "returning", "RETURNING in a backfill",
         "Remove it: no client reads the rows."},
        {"relation/catalogname", "", "the table of a backfill is qualified with a database",
         "Write schema.table, or the table alone."},
    };
    for (size_t i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++) {
        if (inb__node_at(b->body, clauses[i].key)) {
            return inb__backfill_refuse(b, inb__backfill_word(b, inb__str_of(clauses[i].word)),
                                        clauses[i].hint, "%s", clauses[i].message);
        }
    }
    if (!inb__node_at(b->body, "whereClause")) {
        return inb__backfill_refuse(b, b->piece->offset,
                                    "Write the condition that is true for the rows that are still "
                                    "to be written, such as WHERE a IS NULL.",
                                    "a backfill without WHERE");
    }
    return true;
}

static bool table_check(const inb__backfilling *b)
{
    static const struct {
        inb__relation_kind kind;
        const char *name;
    } kinds[] = {{INB__RELATION_VIEW, "a view"},
                 {INB__RELATION_MATVIEW, "a materialized view"},
                 {INB__RELATION_SEQUENCE, "a sequence"},
                 {INB__RELATION_INDEX, "an index"}};
    const char *is = b->table->foreign ? "a foreign table" : NULL;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        is = b->table->kind == kinds[i].kind ? kinds[i].name : is;
    }
    return !is || inb__backfill_refuse(
                      b, inb__backfill_word(b, b->table->name.name),
                      "Name the table itself that has the rows: it is walked by its key or pages.",
                      "\"%.*s\" is %s", INB__STR_ARG(b->table->name.name), is);
}

static void written_read(inb__backfilling *b)
{
    const inb__node *targets = inb__node_at(b->body, "targetList");
    const char *text = "";
    INB__NODE_EACH(n, targets)
    {
        inb__str name = inb__node_text(n, "ResTarget/name");
        if (!b->deletes && !inb__catalog_strs_have(&b->written, name)) {
            INB__VEC_ADD(b->c->scratch, &b->written, name);
            text = inb__arena_printf(b->c->scratch, "%s%s%.*s", text, *text ? ", " : "",
                                     INB__STR_ARG(name));
        }
    }
    b->out->columns = inb__classify_text(b->c, inb__str_of(text));
}

static void triggers_read(const inb__backfilling *b)
{
    const char *text = "";
    for (size_t i = 0; i < b->table->triggers.n; i++) {
        text = inb__arena_printf(b->c->scratch, "%s%s%.*s", text, *text ? ", " : "",
                                 INB__STR_ARG(b->table->triggers.v[i].name));
    }
    b->out->triggers = inb__classify_text(b->c, inb__str_of(text));
}

static void names_read(const inb__backfilling *b, const inb__node *range)
{
    const inb__backfill_options *options = b->directive->backfill;
    inb__sql_backfill *out = b->out;
    out->schema = inb__classify_text(b->c, inb__node_text(range, "schemaname"));
    out->relation = inb__classify_text(b->c, inb__node_text(range, "relname"));
    out->alias = inb__classify_text(b->c, b->alias);
    out->target_ms = options->target_ms;
    out->skip_limit = options->skip_limit;
    out->flags = (b->deletes ? INB_BACKFILL_DELETES : 0) | (options->once ? INB_BACKFILL_ONCE : 0) |
                 (inb__classify_inherits(range) ? 0 : INB_BACKFILL_ONLY);
}

/* A row that moves to another partition is found there again. */
static const inb__str *moving_column(const inb__backfilling *b)
{
    for (size_t i = 0; b->table->partitioned && i < b->table->partition_key.n; i++) {
        if (inb__catalog_strs_have(&b->written, b->table->partition_key.v[i])) {
            return &b->table->partition_key.v[i];
        }
    }
    return NULL;
}

static bool passes_check(const inb__backfilling *b)
{
    bool once = b->out->flags & INB_BACKFILL_ONCE;
    b->out->flags |= inb__backfill_leaves(b) ? INB_BACKFILL_LEAVES : 0;
    const inb__str *moving = moving_column(b);
    if (!once && !(b->out->flags & INB_BACKFILL_LEAVES)) {
        return inb__backfill_refuse(b, b->out->where, HINT_LEAVES,
                                    "a row that the backfill wrote may meet its WHERE again");
    }
    if (once && b->out->n_keys == 0) {
        return inb__backfill_refuse(
            b, b->directive->offset, HINT_ONCE,
            "`once` needs a key: \"%.*s\" has none that the migrations tell",
            INB__STR_ARG(b->table->name.name));
    }
    if (once && moving) {
        return inb__backfill_refuse(
            b, inb__backfill_word(b, *moving),
            "Add a condition that the statement makes false, and leave out `once`.",
            "`once` cannot hold: \"%.*s\" is in the partition key, and the row moves",
            INB__STR_ARG(*moving));
    }
    return true;
}

bool inb__sql_backfill_read(inb__sql_backfill *out, inb__classifier *c,
                            const inb__problems *problems, inb__str text, const inb__piece *piece,
                            const inb__directive *directive, const inb__node *node)
{
    const inb__node *body = inb__node_inner(node);
    inb__sql_backfill found = {.schema = ""};
    inb__backfilling b = {.c = c,
                          .problems = problems,
                          .text = text,
                          .piece = piece,
                          .directive = directive,
                          .body = body,
                          .out = &found};
    b.deletes = body && inb__str_is(body->key, "DeleteStmt");
    if (!b.deletes && !(body && inb__str_is(body->key, "UpdateStmt"))) {
        return inb__backfill_refuse(&b, piece->offset,
                                    "Write one UPDATE … WHERE or DELETE … WHERE, or remove the "
                                    "directive.",
                                    "%s cannot be run as a backfill", c->s->tag);
    }
    const inb__node *range = inb__node_at(body, "relation");
    inb__str alias = inb__node_text(range, "alias/aliasname");
    b.alias = alias.n ? alias : inb__node_text(range, "relname");
    b.table = inb__classify_relation(c, range);
    if (!clauses_check(&b) || !table_check(&b)) {
        return false;
    }
    names_read(&b, range);
    written_read(&b);
    triggers_read(&b);
    inb__backfill_parts_find(&b);
    bool good =
        inb__backfill_predicate_check(&b) && inb__backfill_key_choose(&b) && passes_check(&b);
    if (good) {
        *out = found;
    }
    return good;
}

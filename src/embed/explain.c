/* Prints what was understood of each statement, as text and as JSON: --explain. */
#include "config.h"

#include "embed/explain.h"

#include "util/json.h"
#include "util/printable.h"

#include <inttypes.h>

static const char *const kind_names[] = {
    [INB_STATEMENT_OTHER] = "other",
    [INB_STATEMENT_CREATE_INDEX_CONCURRENTLY] = "create index concurrently",
    [INB_STATEMENT_DROP_INDEX_CONCURRENTLY] = "drop index concurrently",
    [INB_STATEMENT_REINDEX_CONCURRENTLY] = "reindex concurrently",
    [INB_STATEMENT_ADD_ENUM_VALUE] = "add enum value",
    [INB_STATEMENT_VALIDATE_CONSTRAINT] = "validate constraint",
    [INB_STATEMENT_DETACH_CONCURRENTLY] = "detach concurrently",
    [INB_STATEMENT_ADD_CONSTRAINT] = "add constraint",
    [INB_STATEMENT_CREATE_RELATION] = "create relation",
    [INB_STATEMENT_ADD_COLUMN] = "add column",
    [INB_STATEMENT_BEGIN] = "begin",
    [INB_STATEMENT_COMMIT] = "commit",
    [INB_STATEMENT_UNFIT] = "unfit",
    [INB_STATEMENT_CREATE_SCHEMA] = "create-schema",
};

static void statement_json(const inb__sql_statement *s, inb__json *j)
{
    inb__json_object(j);
    inb__json_member_int(j, "line", s->line);
    inb__json_member_int(j, "offset", (int64_t)s->offset);
    inb__json_member_int(j, "length", (int64_t)s->length);
    inb__json_member(j, "kind", s->tag);
    inb__json_member(j, "resume", kind_names[s->kind]);
    inb__json_member(j, "class", inb_class_name(s->cls));
    inb__json_key(j, "locks");
    inb__json_array(j);
    for (size_t i = 0; i < s->locks.n; i++) {
        inb__json_object(j);
        inb__json_member(j, "relation", s->locks.v[i].relation);
        inb__json_member(j, "mode", inb_lock_mode_name(s->locks.v[i].mode));
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
    inb__json_member_bool(j, "rewrites", s->flags & INB_STATEMENT_REWRITES);
    inb__json_member_bool(j, "scans", s->flags & INB_STATEMENT_SCANS);
    inb__json_member_bool(j, "transaction", !(s->flags & INB_STATEMENT_NO_TRANSACTION));
    inb__json_member_bool(j, "sent", !(s->flags & INB_STATEMENT_UNSENT));
    inb__json_member(j, "reason", s->reason);
    inb__json_object_end(j);
}

static const struct {
    uint32_t flag;
    const char *key, *text;
} backfill_flags[] = {
    {INB_BACKFILL_DELETES, "deletes", "deletes the rows"},
    {INB_BACKFILL_LEAVES, "leaves", "a row that was written does not meet the predicate any more"},
    {INB_BACKFILL_ONCE, "once", "each row is visited exactly once"},
    {INB_BACKFILL_ONLY, "only", "of ONLY this table"},
};

#define N_BACKFILL_FLAGS (sizeof(backfill_flags) / sizeof(backfill_flags[0]))

static void backfill_json(const inb__embed_migration *m, inb__json *j)
{
    const inb__sql_backfill *f = m->script.backfill;
    inb__json_key(j, "backfill");
    if (!f) {
        inb__json_null(j);
        return;
    }
    inb__json_object(j);
    inb__json_member(j, "schema", *f->schema ? f->schema : NULL);
    inb__json_member(j, "relation", f->relation);
    inb__json_key(j, "key");
    inb__json_array(j);
    for (size_t i = 0; i < f->n_keys; i++) {
        inb__json_string(j, f->keys[i]);
    }
    inb__json_array_end(j);
    inb__json_member(j, "columns", f->columns);
    inb__json_member(j, "triggers", f->triggers);
    inb__json_member_str(j, "where", (inb__str){m->sql.p + f->where, f->where_length});
    for (size_t i = 0; i < N_BACKFILL_FLAGS; i++) {
        inb__json_member_bool(j, backfill_flags[i].key, f->flags & backfill_flags[i].flag);
    }
    inb__json_member_int(j, "target_ms", f->target_ms);
    inb__json_member_int(j, "skip_limit", f->skip_limit);
    inb__json_object_end(j);
}

static bool script_compatible(const inb__sql_script *script)
{
    return script->cls != INB_CLASS_CONTRACTING || script->compatible;
}

/* The backfill that it waits for, NULL: none. */
static const inb__embed_migration *after_of(const inb__embed *embed, const inb__embed_migration *m)
{
    return m->after ? &embed->migrations.v[m->after - 1] : NULL;
}

static void migration_json(const inb__embed *embed, const inb__embed_migration *m, inb__json *j)
{
    const inb__embed_migration *after = after_of(embed, m);
    char hex[2 * sizeof(m->checksums[0]) + 1];
    inb__hex(hex, m->checksums[INB__CHECKSUM_AS_IS], sizeof(m->checksums[0]));
    inb__json_object(j);
    inb__json_member(j, "name", m->name);
    inb__json_member(j, "checksum", hex);
    inb__json_member(j, "class", inb_class_name(m->script.cls));
    inb__json_member_bool(j, "compatible", script_compatible(&m->script));
    inb__json_member(j, "compatible_reason", m->script.compatible);
    inb__json_member_bool(j, "transactional", m->script.transactional);
    inb__json_member_bool(j, "released", m->released);
    inb__json_member(j, "before", m->script.before);
    inb__json_member(j, "after", after ? after->name : NULL);
    backfill_json(m, j);
    inb__json_key(j, "statements");
    inb__json_array(j);
    for (size_t i = 0; i < m->script.statements.n; i++) {
        statement_json(&m->script.statements.v[i], j);
    }
    inb__json_array_end(j);
    inb__json_key(j, "notes");
    inb__json_array(j);
    for (size_t i = 0; i < m->script.notes.n; i++) {
        inb__json_object(j);
        inb__json_member_int(j, "line", m->script.notes.v[i].line);
        inb__json_member(j, "message", m->script.notes.v[i].message);
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
    inb__json_object_end(j);
}

void inb__explain_json(const inb__embed *embed, inb__buf *out)
{
    inb__json j;
    inb__json_init(&j, out);
    inb__json_array(&j);
    for (size_t i = 0; i < embed->migrations.n; i++) {
        migration_json(embed, &embed->migrations.v[i], &j);
    }
    inb__json_array_end(&j);
}

static void statement_text(const inb__sql_statement *s, inb__buf *out)
{
    inb__buf_printf(out, "  line %u: %s: %s\n      ", s->line, s->tag, inb_class_name(s->cls));
    inb__printable(out, inb__str_of(s->reason));
    inb__buf_char(out, '\n');
    for (size_t i = 0; i < s->locks.n; i++) {
        inb__buf_str(out, "      locks ");
        inb__printable(out, inb__str_of(s->locks.v[i].relation));
        inb__buf_printf(out, ": %s\n", inb_lock_mode_name(s->locks.v[i].mode));
    }
    static const struct {
        uint32_t flag;
        const char *says;
    } flags[] = {
        {INB_STATEMENT_REWRITES, "rewrites"},
        {INB_STATEMENT_SCANS, "scans"},
        {INB_STATEMENT_NO_TRANSACTION, "runs outside a transaction"},
        {INB_STATEMENT_UNSENT, "is not sent: the engine's own transaction replaces it"},
    };
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        if (s->flags & flags[i].flag) {
            inb__buf_printf(out, "      %s\n", flags[i].says);
        }
    }
}

static void labelled(inb__buf *out, const char *label, const char *text)
{
    if (text && *text) {
        inb__buf_printf(out, "  %s: ", label);
        inb__printable(out, inb__str_of(text));
        inb__buf_char(out, '\n');
    }
}

static void backfill_text(const inb__sql_backfill *f, inb__str sql, inb__buf *out)
{
    inb__buf_str(out, "  backfill of ");
    inb__printable(out, inb__str_of(f->relation));
    inb__buf_str(out, f->n_keys ? " by " : " by its pages");
    for (size_t i = 0; i < f->n_keys; i++) {
        inb__buf_str(out, i ? ", " : "");
        inb__printable(out, inb__str_of(f->keys[i]));
    }
    inb__buf_printf(out, ", batches of %" PRIu32 " ms, ", f->target_ms);
    if (f->skip_limit) {
        inb__buf_printf(out, "%" PRIu32 " rows may fail\n", f->skip_limit);
    } else {
        inb__buf_str(out, "stops at a row that fails\n");
    }
    labelled(out, "  writes", f->columns);
    labelled(out, "  triggers", f->triggers);
    inb__buf_str(out, "    where: ");
    inb__printable(out, (inb__str){sql.p + f->where, f->where_length});
    inb__buf_char(out, '\n');
    for (size_t i = 0; i < N_BACKFILL_FLAGS; i++) {
        if (f->flags & backfill_flags[i].flag) {
            inb__buf_printf(out, "    %s\n", backfill_flags[i].text);
        }
    }
}

static void schema_text(const inb__schema *schema, inb__buf *out)
{
    size_t columns = 0, labels = 0;
    for (size_t i = 0; i < schema->n_tables; i++) {
        columns += schema->tables[i].n_columns;
    }
    for (size_t i = 0; i < schema->n_enums; i++) {
        labels += schema->enums[i].n_values;
    }
    inb__buf_printf(out,
                    "\nexpected of the database: tables %zu, columns %zu, enums %zu, values %zu\n",
                    schema->n_tables, columns, schema->n_enums, labels);
}

void inb__explain_text(const inb__embed *embed, inb__buf *out)
{
    for (size_t i = 0; i < embed->migrations.n; i++) {
        const inb__embed_migration *m = &embed->migrations.v[i];
        inb__buf_str(out, i ? "\n" : "");
        inb__printable(out, inb__str_of(m->name));
        bool contracting = m->script.cls == INB_CLASS_CONTRACTING;
        inb__buf_printf(out, ": %s%s%s\n", inb_class_name(m->script.cls),
                        !contracting           ? ""
                        : m->script.compatible ? ", compatible"
                                               : ", breaking",
                        m->script.transactional ? "" : ", not in a transaction");
        labelled(out, "compatible", m->script.compatible);
        labelled(out, "before", m->script.before);
        labelled(out, "after backfill", after_of(embed, m) ? after_of(embed, m)->name : NULL);
        if (m->script.backfill) {
            backfill_text(m->script.backfill, m->sql, out);
        }
        for (size_t k = 0; k < m->script.statements.n; k++) {
            statement_text(&m->script.statements.v[k], out);
        }
        for (size_t k = 0; k < m->script.notes.n; k++) {
            inb__buf_printf(out, "  note, line %u: ", m->script.notes.v[k].line);
            inb__printable(out, inb__str_of(m->script.notes.v[k].message));
            inb__buf_char(out, '\n');
        }
    }
    if (embed->schema) {
        schema_text(embed->schema, out);
    }
}

/* From what was understood to the embedded table. */
#include "config.h"

#include "embed/embed_table.h"

#include "embed/embed_expect.h"

#include "sql/parser.h"
#include "table/table_digest.h"
#include "table/table_read.h"
#include "util/limits.h"
#include "vault/digest.h"

#define TEXT_MORE 65536u /* for names and reasons, which are few */

typedef inb__embed_builder builder;

static void statement_put(builder *b, const inb__sql_statement *s, inb__str sql)
{
    inb_statement row = {
        .offset = (uint32_t)s->offset,
        .length = (uint32_t)s->length,
        .line = s->line,
        .kind = (uint8_t)s->kind,
        .cls = (uint8_t)s->cls,
        .flags = s->flags,
        .tag = inb__embed_builder_text(b, s->tag),
        .reason = inb__embed_builder_text(b, s->reason),
        .schema = inb__embed_builder_text(b, s->schema),
        .relation = inb__embed_builder_text(b, s->relation),
        .object = inb__embed_builder_text(b, s->object),
        .first_lock = (uint32_t)b->locks.n,
        .n_locks = (uint32_t)s->locks.n,
    };
    inb__sha256(row.digest, sql.p + s->offset, s->length);
    for (size_t i = 0; i < s->locks.n; i++) {
        inb_lock_fact fact = {inb__embed_builder_text(b, s->locks.v[i].relation),
                              (uint32_t)s->locks.v[i].mode};
        INB__VEC_ADD(b->arena, &b->locks, fact);
    }
    INB__VEC_ADD(b->arena, &b->statements, row);
}

static uint32_t backfill_put(builder *b, const inb__sql_backfill *f, uint32_t migration)
{
    inb_backfill row = {
        .migration = migration,
        .schema = inb__embed_builder_text(b, f->schema),
        .relation = inb__embed_builder_text(b, f->relation),
        .alias = inb__embed_builder_text(b, f->alias),
        .middle = (uint32_t)f->middle,
        .middle_length = (uint32_t)f->middle_length,
        .from = (uint32_t)f->from,
        .from_length = (uint32_t)f->from_length,
        .where = (uint32_t)f->where,
        .where_length = (uint32_t)f->where_length,
        .flags = f->flags,
        .n_keys = (uint32_t)f->n_keys,
        .columns = inb__embed_builder_text(b, f->columns),
        .target_ms = f->target_ms,
        .skip_limit = f->skip_limit,
    };
    for (size_t i = 0; i < f->n_keys; i++) {
        row.keys[i] = inb__embed_builder_text(b, f->keys[i]);
    }
    INB__VEC_ADD(b->arena, &b->backfills, row);
    return (uint32_t)b->backfills.n;
}

static void script_put(inb_migration *row, builder *b, const inb__embed_migration *m,
                       uint32_t index)
{
    row->sql = inb__embed_builder_bytes(b, m->sql);
    row->sql_length = (uint32_t)m->sql.n;
    row->first_statement = (uint32_t)b->statements.n;
    row->n_statements = (uint32_t)m->script.statements.n;
    row->reason = inb__embed_builder_text(b, m->script.reason);
    row->cls = (uint8_t)m->script.cls;
    row->flags = (m->script.transactional ? INB_MIGRATION_TRANSACTIONAL : 0) |
                 (m->script.unfit ? INB_MIGRATION_UNFIT : 0) |
                 (m->script.compatible ? INB_MIGRATION_COMPATIBLE : 0);
    row->compatible_reason =
        inb__embed_builder_text(b, m->script.compatible ? m->script.compatible : "");
    row->backfill = m->script.backfill ? backfill_put(b, m->script.backfill, index) : 0;
    row->before = inb__embed_builder_text(b, m->script.before ? m->script.before : "");
    row->after = m->after;
    for (size_t i = 0; i < m->script.statements.n; i++) {
        statement_put(b, &m->script.statements.v[i], m->sql);
    }
}

static void migration_put(builder *b, const inb__embed_migration *m)
{
    inb_migration row = {.name = inb__embed_builder_text(b, m->name)};
    memcpy(row.checksums, m->checksums, sizeof(row.checksums));
    if (m->understood) {
        script_put(&row, b, m, (uint32_t)b->migrations.n);
    } else {
        row.cls = (uint8_t)m->listed;
        row.flags = INB__MIGRATION_UNREAD | (m->released ? 0 : INB__MIGRATION_UNCLASSED);
    }
    INB__VEC_ADD(b->arena, &b->migrations, row);
}

static int too_large(inb_error **err)
{
    return inb__error_set(err, INB_ELIMIT, "the migrations are larger than %u bytes together",
                          INB__LIMIT_TABLE_TEXT);
}

/* Room for what is many: growing would copy, and an arena keeps the old. */
static void room_make(builder *b, const inb__embed *embed, inb__arena *arena)
{
    size_t text = 0, statements = 0, locks = 0;
    for (size_t i = 0; i < embed->migrations.n; i++) {
        const inb__embed_migration *m = &embed->migrations.v[i];
        text += m->understood ? m->sql.n + 1 : strlen(m->name) + 1;
        statements += m->script.statements.n;
        for (size_t k = 0; k < m->script.statements.n; k++) {
            locks += m->script.statements.v[k].locks.n;
        }
    }
    inb__embed_builder_init(b, arena, text + text / 16 + TEXT_MORE);
    b->statements.v = INB__NEW_N(arena, inb_statement, statements);
    b->statements.cap = statements;
    b->locks.v = INB__NEW_N(arena, inb_lock_fact, locks);
    b->locks.cap = locks;
}

/* The rows may have moved. */
static int rows_take(inb_table *table, const builder *b, inb_error **err)
{
    if (b->text.n > INB__LIMIT_TABLE_TEXT) {
        return too_large(err);
    }
    table->n_statements = (uint32_t)b->statements.n;
    table->n_locks = (uint32_t)b->locks.n;
    table->text_length = (uint32_t)b->text.n;
    table->text = b->text.v;
    table->migrations = b->migrations.v;
    table->statements = b->statements.v;
    table->locks = b->locks.v;
    table->n_backfills = (uint32_t)b->backfills.n;
    table->backfills = b->backfills.v;
    return 0;
}

int inb__embed_table_build(inb__embed *embed, inb__arena *arena, inb_error **err)
{
    builder *b = INB__NEW(arena, builder);
    embed->builder = b;
    room_make(b, embed, arena);
    for (size_t i = 0; i < embed->migrations.n; i++) {
        migration_put(b, &embed->migrations.v[i]);
        if (b->text.n > INB__LIMIT_TABLE_TEXT) {
            return too_large(err);
        }
    }
    if (embed->schema) {
        inb__embed_expect_put(b, embed);
    }
    size_t n = embed->migrations.n;
    inb_table table = {
        .format = INB_TABLE_FORMAT,
        .n_migrations = (uint32_t)n,
        .highest = inb__embed_builder_text(b, n ? embed->migrations.v[n - 1].name : ""),
        .parser_version = (uint32_t)inb__parser_version(),
        .generator = inb__embed_builder_text(b, INB_VERSION),
        .expected = b->expected.v,
        .n_expected = (uint32_t)b->expected.n,
    };
    int rc = rows_take(&table, b, err);
    if (rc == 0) {
        inb__table_digest(table.digest, &table);
        embed->table = table;
    }
    return rc;
}

int inb__embed_table_read(inb__embed *embed, uint32_t migration, inb_error **err)
{
    builder *b = embed->builder;
    script_put(&b->migrations.v[migration], b, &embed->migrations.v[migration], migration);
    return rows_take(&embed->table, b, err);
}

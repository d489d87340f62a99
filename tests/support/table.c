#include "config.h"

#include "table.h"

#include "table/checksum.h"
#include "table/table_digest.h"
#include "vault/digest.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MIGRATIONS 2048
#define STATEMENTS 8192
#define EXPECTED 1024
#define TEXT (4u * 1024 * 1024)

struct inb_test_table {
    inb_migration migrations[MIGRATIONS];
    inb_statement statements[STATEMENTS];
    inb_expected expected[EXPECTED];
    char text[TEXT];
    char sql[TEXT]; /* of the migration that is open */
    size_t sql_length;
    uint32_t line;
    inb_table table;
};

uint32_t inb_test_text(inb_test_table *t, const char *text)
{
    if (!*text) {
        return 0;
    }
    uint32_t at = t->table.text_length;
    size_t n = strlen(text) + 1;
    ck_assert_uint_lt(at + n, TEXT);
    memcpy(t->text + at, text, n);
    t->table.text_length += (uint32_t)n;
    return at;
}

inb_test_table *inb_test_table_new(void)
{
    inb_test_table *t = calloc(1, sizeof(*t));
    ck_assert_ptr_nonnull(t);
    t->table = (inb_table){.format = INB_TABLE_FORMAT,
                           .text_length = 1,
                           .parser_version = 150001,
                           .text = t->text,
                           .migrations = t->migrations,
                           .statements = t->statements,
                           .expected = t->expected};
    t->table.generator = inb_test_text(t, "test");
    return t;
}

void inb_test_table_free(inb_test_table *t)
{
    free(t);
}

/* Ends the open migration: its text and its digests. */
static void migration_end(inb_test_table *t)
{
    if (t->table.n_migrations == 0) {
        return;
    }
    inb_migration *m = &t->migrations[t->table.n_migrations - 1];
    t->sql[t->sql_length] = '\0';
    m->sql = inb_test_text(t, t->sql);
    m->sql_length = (uint32_t)t->sql_length;
    m->n_statements = t->table.n_statements - m->first_statement;
    inb__checksums_of(m->checksums, (inb__str){t->sql, t->sql_length});
}

void inb_test_migration(inb_test_table *t, const char *name, inb_class cls, bool transactional)
{
    migration_end(t);
    ck_assert_uint_lt(t->table.n_migrations, MIGRATIONS);
    t->migrations[t->table.n_migrations++] =
        (inb_migration){.name = inb_test_text(t, name),
                        .first_statement = t->table.n_statements,
                        .reason = inb_test_text(t, "a test says so"),
                        .cls = (uint8_t)cls,
                        .flags = transactional ? INB_MIGRATION_TRANSACTIONAL : 0};
    t->sql_length = 0;
    t->line = 1;
}

void inb_test_unfit(inb_test_table *t)
{
    t->migrations[t->table.n_migrations - 1].flags |= INB_MIGRATION_UNFIT;
}

void inb_test_compatible(inb_test_table *t, const char *reason)
{
    inb_migration *m = &t->migrations[t->table.n_migrations - 1];
    m->flags |= INB_MIGRATION_COMPATIBLE;
    m->compatible_reason = inb_test_text(t, reason);
}

void inb_test_before(inb_test_table *t, const char *sentence)
{
    t->migrations[t->table.n_migrations - 1].before = inb_test_text(t, sentence);
}

void inb_test_after(inb_test_table *t, uint32_t migration)
{
    t->migrations[t->table.n_migrations - 1].after = migration + 1;
}

/* What a statement does to the session, as far as the tests need it. */
static uint32_t flags_of(const char *tag, const char *sql)
{
    static const char *const quiet[] = {"CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE"};
    for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
        if (strncmp(tag, quiet[i], strlen(quiet[i])) == 0) {
            return (i == 0   ? INB_STATEMENT_CREATES
                    : i == 2 ? INB_STATEMENT_DROPS
                             : 0) |
                   (strstr(sql, "TEMP") ? INB_STATEMENT_LEAVES_OBJECTS : 0);
        }
    }
    return INB_STATEMENT_RUNS_CODE | INB_STATEMENT_LEAVES_SETTINGS | INB_STATEMENT_LEAVES_OBJECTS |
           (strncmp(tag, "DISCARD", 7) == 0 ? INB_STATEMENT_DISCARDS : 0);
}

inb_statement *inb_test_statement(inb_test_table *t, const char *tag, const char *sql)
{
    ck_assert_uint_lt(t->table.n_statements, STATEMENTS);
    inb_statement *s = &t->statements[t->table.n_statements++];
    size_t n = strlen(sql);
    ck_assert_uint_lt(t->sql_length + n + 3, TEXT);
    *s = (inb_statement){.offset = (uint32_t)t->sql_length,
                         .length = (uint32_t)n,
                         .line = t->line,
                         .flags = flags_of(tag, sql),
                         .cls = t->migrations[t->table.n_migrations - 1].cls,
                         .tag = inb_test_text(t, tag)};
    inb__sha256(s->digest, sql, n);
    memcpy(t->sql + t->sql_length, sql, n);
    memcpy(t->sql + t->sql_length + n, ";\n", 2);
    t->sql_length += n + 2;
    for (size_t i = 0; i < n; i++) {
        t->line += sql[i] == '\n';
    }
    t->line++;
    return s;
}

inb_expected *inb_test_expected(inb_test_table *t, inb_expected_kind kind, const char *schema,
                                const char *relation, const char *name, const char *type)
{
    ck_assert_uint_lt(t->table.n_expected, EXPECTED);
    inb_expected *e = &t->expected[t->table.n_expected++];
    *e = (inb_expected){.schema = inb_test_text(t, schema),
                        .relation = inb_test_text(t, relation),
                        .name = inb_test_text(t, name),
                        .type = inb_test_text(t, type),
                        .kind = (uint8_t)kind};
    return e;
}

const inb_table *inb_test_table_done(inb_test_table *t)
{
    migration_end(t);
    if (t->table.n_migrations > 0) {
        t->table.highest = t->migrations[t->table.n_migrations - 1].name;
    }
    inb__table_digest(t->table.digest, &t->table);
    return &t->table;
}

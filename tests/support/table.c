#include "config.h"

#include "table.h"

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

static char *replaced(const char *sql, size_t n, const char *to, size_t *out)
{
    char *made = malloc(2 * n + 1);
    ck_assert_ptr_nonnull(made);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (sql[i] == '\n') {
            memcpy(made + at, to, strlen(to));
            at += strlen(to);
        } else {
            made[at++] = sql[i];
        }
    }
    *out = at;
    return made;
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
    inb__sha256(m->checksum, t->sql, t->sql_length);
    inb__sha256(m->checksum_lf, t->sql, t->sql_length);
    size_t n = 0;
    char *crlf = replaced(t->sql, t->sql_length, "\r\n", &n);
    inb__sha256(m->checksum_crlf, crlf, n);
    free(crlf);
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

inb_statement *inb_test_statement(inb_test_table *t, const char *tag, const char *sql)
{
    ck_assert_uint_lt(t->table.n_statements, STATEMENTS);
    inb_statement *s = &t->statements[t->table.n_statements++];
    size_t n = strlen(sql);
    ck_assert_uint_lt(t->sql_length + n + 3, TEXT);
    *s = (inb_statement){.offset = (uint32_t)t->sql_length,
                         .length = (uint32_t)n,
                         .line = t->line,
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

static void expected_digest(inb__sha256_state *s, const inb_test_table *t, const inb_expected *e)
{
    const uint32_t texts[] = {e->schema, e->relation, e->name, e->type, e->type_schema};
    inb__sha256_add(s, &e->kind, 1);
    inb__sha256_add(s, &e->flags, 1);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        inb__sha256_add(s, t->text + texts[i], strlen(t->text + texts[i]) + 1);
    }
}

const inb_table *inb_test_table_done(inb_test_table *t)
{
    migration_end(t);
    inb__sha256_state s;
    inb__sha256_init(&s);
    for (uint32_t i = 0; i < t->table.n_migrations; i++) {
        const inb_migration *m = &t->migrations[i];
        inb__sha256_add(&s, t->text + m->name, strlen(t->text + m->name) + 1);
        inb__sha256_add(&s, &m->cls, 1);
        inb__sha256_add(&s, &m->flags, 1);
        inb__sha256_add(&s, m->checksum, sizeof(m->checksum));
        t->table.highest = m->name;
    }
    for (uint32_t i = 0; i < t->table.n_expected; i++) {
        expected_digest(&s, t, &t->expected[i]);
    }
    inb__sha256_final(&s, t->table.digest);
    return &t->table;
}

/* The embedded table: its checksums, what its checks refuse, what its accessors say. */
#include "config.h"

#include "../support/table.h"
#include "check_main.h"
#include "table/checksum.h"
#include "table/table_check.h"
#include "table/table_read.h"

#include <string.h>

static const char hello[] = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

static bool have(const uint8_t sums[INB__CHECKSUMS][32], const char *stored)
{
    return inb__checksums_have(sums, inb__str_of(stored));
}

/* Prisma's rule for checksums, with its test vector. */
START_TEST(a_checksum_is_prismas)
{
    uint8_t sums[INB__CHECKSUMS][32];
    inb__checksums_of(sums, INB__STR("hello"));
    ck_assert(have(sums, hello));
    /* as releases before prisma-engines#1887 wrote it: 0x0e and 0x04 are one digit each */
    ck_assert(have(sums, "2cf24dba5fb0a3e26e83b2ac5b9e29e1b161e5c1fa7425e7343362938b9824"));
    ck_assert(!have(sums, ""));
    ck_assert(!have(sums, "2cf24d"));
    for (int i = 0; i < INB__CHECKSUMS; i++) {
        uint8_t one[INB__CHECKSUMS][32] = {{0}};
        memcpy(one[i], sums[i], sizeof(one[i]));
        ck_assert(have(one, hello));
    }
}
END_TEST

/* The same script under other line endings. */
static const struct {
    const char *sql, *lf, *crlf;
} endings[] = {
    {"", "", ""},
    {"a", "a", "a"},
    {"a\n", "a\n", "a\r\n"},
    {"a\r\nb\r\n", "a\nb\n", "a\r\r\nb\r\r\n"},
    {"a\nb\r\nc", "a\nb\nc", "a\r\nb\r\r\nc"},
    {"\r\n\n\r", "\n\n\r", "\r\r\n\r\n\r"},
    {"a\r\r\n", "a\r\n", "a\r\r\r\n"},
};

START_TEST(line_endings_make_three_checksums)
{
    uint8_t sums[INB__CHECKSUMS][32], lf[INB__CHECKSUMS][32], crlf[INB__CHECKSUMS][32];
    inb__checksums_of(sums, inb__str_of(endings[_i].sql));
    inb__checksums_of(lf, inb__str_of(endings[_i].lf));
    inb__checksums_of(crlf, inb__str_of(endings[_i].crlf));
    ck_assert_mem_eq(sums[INB__CHECKSUM_LF], lf[INB__CHECKSUM_AS_IS], 32);
    ck_assert_mem_eq(sums[INB__CHECKSUM_CRLF], crlf[INB__CHECKSUM_AS_IS], 32);
}
END_TEST

static void damage_format(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)m, (void)s;
    t->format = 1;
}

static void damage_more(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)m, (void)s;
    t->reserved[0] = 1;
}

static void damage_name(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)s;
    m->name = t->text_length;
}

static void damage_reserved(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)t, (void)s;
    m->reserved[1] = 1;
}

static void damage_before(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)s;
    m->before = t->text_length;
}

static void damage_after(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)t, (void)s;
    m[1].after = 2; /* itself */
}

static void damage_backfill(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)t, (void)s;
    m->backfill = 1; /* of none */
}

static inb_backfill one_backfill = {.migration = 1, .where_length = 3};

static void damage_backfill_migration(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)s;
    t->backfills = &one_backfill;
    t->n_backfills = 1;
    m->backfill = 1;
}

static void damage_backfill_row(inb_table *t, inb_migration *m, inb_statement *s)
{
    damage_backfill_migration(t, m, s);
    m->backfill = 0;
    m[1].backfill = 1;
    one_backfill.where = 1u << 20;
}

static void damage_backfill_digest(inb_table *t, inb_migration *m, inb_statement *s)
{
    damage_backfill_row(t, m, s);
    one_backfill.where = 0;
}

static void damage_order(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)t, (void)s;
    m[1].name = m[0].name;
}

static void damage_class(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)t, (void)s;
    m->cls = INB_CLASS_BLOCKING;
}

static void damage_statement(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)t, (void)m;
    s[1].length = 1000;
}

static void damage_statement_reserved(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)t, (void)m;
    s->reserved[0] = 1;
}

static void damage_sql(inb_table *t, inb_migration *m, inb_statement *s)
{
    (void)t, (void)s;
    m->checksums[0][31] ^= 1;
}

static const struct {
    void (*damage)(inb_table *t, inb_migration *m, inb_statement *s);
    const char *said;
} damages[] = {
    {damage_format, "their format is 1, and this library reads format 2"},
    {damage_more, "a length is out of range"},
    {damage_name, "migration 1 has a value out of range"},
    {damage_reserved, "migration 1 has a value out of range"},
    {damage_before, "migration 1 has a value out of range"},
    {damage_after, "migration 2 has a value out of range"},
    {damage_backfill, "migration 1 has a value out of range"},
    {damage_backfill_migration, "migration 1 has a value out of range"},
    {damage_backfill_row, "backfill 1 has a value out of range"},
    {damage_backfill_digest, "their digest does not match"},
    {damage_order, "migration 2 is out of order"},
    {damage_class, "their digest does not match"},
    {damage_statement, "statement 2 of migration \"a\" has a value out of range"},
    {damage_statement_reserved, "statement 1 of migration \"a\" has a value out of range"},
    {damage_sql, "the SQL of migration \"a\" does not match its checksum"},
};

static inb_test_table *two_migrations(void)
{
    inb_test_table *own = inb_test_table_new();
    inb_test_migration(own, "a", INB_CLASS_ADDITIVE, true);
    inb_test_statement(own, "BEGIN", "BEGIN")->flags = INB_STATEMENT_UNSENT;
    inb_test_statement(own, "CREATE TABLE", "CREATE TABLE a (id int)")->flags =
        INB_STATEMENT_CREATES;
    inb_test_statement(own, "SET", "SET role x")->flags = INB_STATEMENT_LEAVES_SETTINGS;
    inb_test_statement(own, "COMMIT", "COMMIT")->flags = INB_STATEMENT_UNSENT;
    inb_test_migration(own, "b", INB_CLASS_ADDITIVE, true);
    inb_test_statement(own, "DROP TABLE", "DROP TABLE a")->flags = INB_STATEMENT_DROPS;
    return own;
}

START_TEST(what_is_damaged_is_refused)
{
    inb_test_table *own = two_migrations();
    inb_table t = *inb_test_table_done(own);
    inb_migration migrations[2];
    inb_statement statements[5];
    inb_error *err = NULL;
    ck_assert_int_eq(inb__table_check(&t, &err), 0);
    ck_assert_int_eq(inb__table_check_migration(&t, 0, &err), 0);
    memcpy(migrations, t.migrations, sizeof(migrations));
    memcpy(statements, t.statements, sizeof(statements));
    t.migrations = migrations;
    t.statements = statements;
    damages[_i].damage(&t, migrations, statements);
    bool of_migration = strstr(damages[_i].said, "\"a\"") != NULL;
    int rc = of_migration ? inb__table_check_migration(&t, 0, &err) : inb__table_check(&t, &err);
    ck_assert_int_eq(rc, INB_ECORRUPT);
    ck_assert_msg(strstr(inb_error_message(err), damages[_i].said) != NULL, "%s",
                  inb_error_message(err));
    inb_error_free(err);
    inb_test_table_free(own);
}
END_TEST

START_TEST(accessors_read_one_migration)
{
    inb_test_table *own = two_migrations();
    const inb_table *t = inb_test_table_done(own);
    ck_assert_uint_eq(inb__table_find(t, "b"), 1);
    ck_assert_uint_eq(inb__table_find(t, "c"), INB__NOT_IN_TABLE);
    ck_assert_str_eq(inb__table_name(t, 1), "b");
    ck_assert(inb__str_is(inb__table_statement_sql(t, 0, 2), "SET role x"));
    ck_assert(!inb__table_is_sent(t, 0, 0));
    ck_assert_uint_eq(inb__table_sent(t, 0, 0, 1), 2);
    ck_assert_uint_eq(inb__table_flags(t, 0),
                      INB_STATEMENT_CREATES | INB_STATEMENT_LEAVES_SETTINGS);
    ck_assert_uint_eq(inb__table_flags(t, 1), INB_STATEMENT_DROPS);
    ck_assert(!inb__table_has_checksum(t, 0, hello));
    inb_test_table_free(own);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("table");
    TCase *t = tcase_create("table");
    tcase_add_test(t, a_checksum_is_prismas);
    tcase_add_loop_test(t, line_endings_make_three_checksums, 0,
                        (int)(sizeof(endings) / sizeof(endings[0])));
    tcase_add_loop_test(t, what_is_damaged_is_refused, 0,
                        (int)(sizeof(damages) / sizeof(damages[0])));
    tcase_add_test(t, accessors_read_one_migration);
    suite_add_tcase(suite, t);
    return inb_check_main(suite);
}

#include "config.h"

#include "check_main.h"
#include "embed/embed_load.h"
#include "embed/emit.h"
#include "oom.h"
#include "table/table_check.h"
#include "table/table_read.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "vault/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/inb-unit-embed.XXXXXX";

static const struct {
    const char *name, *sql;
} history[] = {
    {"1_init", "CREATE TABLE t (a int);\r\nCREATE TABLE u (a int REFERENCES t (a));\n"},
    {"2 drop", "-- inboard: accept contracting it is over\nDROP TABLE u;"},
    {"3_index", "CREATE INDEX CONCURRENTLY i ON t (a)"},
};

static void path_of(char *out, size_t n, const char *name, const char *file)
{
    snprintf(out, n, "%s/%s%s", dir, name, file);
}

static void folder_make(void)
{
    strcpy(dir + strlen(dir) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    for (size_t i = 0; i < sizeof(history) / sizeof(history[0]); i++) {
        char path[256];
        path_of(path, sizeof(path), history[i].name, "");
        ck_assert_int_eq(mkdir(path, 0700), 0);
        path_of(path, sizeof(path), history[i].name, "/migration.sql");
        ck_assert_int_eq(inb__file_write(path, inb__str_of(history[i].sql), NULL), 0);
    }
}

static void folder_remove(void)
{
    for (size_t i = 0; i < sizeof(history) / sizeof(history[0]); i++) {
        char path[256];
        path_of(path, sizeof(path), history[i].name, "/migration.sql");
        unlink(path);
        path_of(path, sizeof(path), history[i].name, "");
        rmdir(path);
    }
    rmdir(dir);
}

static const char *text(const inb_table *t, uint32_t offset)
{
    ck_assert_uint_lt(offset, t->text_length);
    return t->text + offset;
}

START_TEST(the_table_says_what_is_in_the_folder)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__embed embed;
    inb__embed_options options = {.dir = dir};
    ck_assert_int_eq(inb__embed_load(&embed, &arena, &options, NULL), 0);
    const inb_table *t = &embed.table;
    ck_assert_uint_eq(t->format, INB_TABLE_FORMAT);
    ck_assert_uint_eq(t->n_migrations, 3);
    ck_assert_uint_eq(t->n_statements, 4);
    ck_assert_str_eq(text(t, 0), "");
    ck_assert_str_eq(text(t, t->highest), "3_index");
    for (uint32_t i = 0; i < 3; i++) {
        const inb_migration *m = &t->migrations[i];
        unsigned char digest[32];
        ck_assert_str_eq(text(t, m->name), history[i].name);
        ck_assert_str_eq(text(t, m->sql), history[i].sql);
        inb__sha256(digest, history[i].sql, m->sql_length);
        ck_assert_mem_eq(m->checksums[0], digest, 32);
    }
    unsigned char lf[32], crlf[32];
    inb__sha256(lf, "CREATE TABLE t (a int);\nCREATE TABLE u (a int REFERENCES t (a));\n", 65);
    inb__sha256(crlf, "CREATE TABLE t (a int);\r\r\nCREATE TABLE u (a int REFERENCES t (a));\r\n",
                68);
    ck_assert_mem_eq(t->migrations[0].checksums[1], lf, 32);
    ck_assert_mem_eq(t->migrations[0].checksums[2], crlf, 32);
    const inb_statement *s = &t->statements[t->migrations[2].first_statement];
    ck_assert_uint_eq(s->kind, INB_STATEMENT_CREATE_INDEX_CONCURRENTLY);
    ck_assert_str_eq(text(t, s->object), "i");
    ck_assert_str_eq(text(t, t->locks[s->first_lock].relation), "t");
    ck_assert_uint_eq(t->locks[s->first_lock].mode, INB_LOCK_SHARE_UPDATE_EXCLUSIVE);
    ck_assert_uint_eq(t->migrations[1].cls, INB_CLASS_CONTRACTING);
    ck_assert_uint_eq(t->migrations[1].flags, INB_MIGRATION_TRANSACTIONAL);
    ck_assert_uint_eq(t->migrations[2].flags, 0);
}
END_TEST

START_TEST(an_existing_history_is_taken_as_it_is)
{
    char path[256];
    path_of(path, sizeof(path), "2 drop", "/migration.sql");
    const char *sql = "BEGIN; DROP TABLE u; COMMIT; SELEC 1;";
    ck_assert_int_eq(inb__file_write(path, inb__str_of(sql), NULL), 0);
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__embed embed;
    inb__embed_options options = {.dir = dir, .policy = INB__EMBED_HISTORY};
    ck_assert_int_eq(inb__embed_load(&embed, &arena, &options, NULL), 0);
    ck_assert_uint_eq(embed.table.migrations[1].flags, INB_MIGRATION_TRANSACTIONAL);
    ck_assert_uint_eq(embed.table.migrations[1].n_statements, 4);
    const inb_statement *first = &embed.table.statements[embed.table.migrations[1].first_statement];
    ck_assert_uint_eq(first[0].flags, INB_STATEMENT_UNSENT);
    ck_assert_uint_eq(first[1].flags & INB_STATEMENT_UNSENT, 0);
    ck_assert_uint_eq(first[2].flags, INB_STATEMENT_UNSENT);
    options.policy = INB__EMBED_BUILD;
    inb_error *err = NULL;
    ck_assert_int_eq(inb__embed_load(&embed, &arena, &options, &err), INB_ESYNTAX);
    ck_assert_uint_eq(embed.problems.n, 4);
    inb_error_free(err);
}
END_TEST

START_TEST(what_may_wait_is_read_when_it_is_asked_for)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__embed whole, embed;
    inb__embed_options options = {.dir = dir, .policy = INB__EMBED_HISTORY};
    ck_assert_int_eq(inb__embed_load(&whole, &arena, &options, NULL), 0);
    ck_assert_uint_eq(whole.n_understood, 3);
    options.later = true;
    ck_assert_int_eq(inb__embed_load(&embed, &arena, &options, NULL), 0);
    ck_assert_uint_eq(embed.n_understood, 0);
    ck_assert_uint_eq(embed.table.n_statements, 0);
    ck_assert_int_eq(inb__table_check(&embed.table, NULL), 0);
    const uint8_t unread = INB__MIGRATION_UNREAD | INB__MIGRATION_UNCLASSED;
    for (uint32_t i = 3; i-- > 0;) {
        ck_assert_uint_eq(embed.table.migrations[i].flags, unread);
        ck_assert_mem_eq(embed.table.migrations[i].checksums, whole.table.migrations[i].checksums,
                         sizeof(embed.table.migrations[i].checksums));
        ck_assert_int_eq(inb__embed_understand(&embed, i, NULL), 0);
        ck_assert_int_eq(inb__table_check_migration(&embed.table, i, NULL), 0);
        const inb_migration *m = &embed.table.migrations[i], *same = &whole.table.migrations[i];
        ck_assert_uint_eq(m->flags, same->flags);
        ck_assert_uint_eq(m->cls, same->cls);
        ck_assert_uint_eq(m->n_statements, same->n_statements);
        ck_assert_str_eq(text(&embed.table, m->sql), history[i].sql);
        for (uint32_t k = 0; k < m->n_statements; k++) {
            const inb_statement *a = inb__table_statement(&embed.table, i, k);
            const inb_statement *b = inb__table_statement(&whole.table, i, k);
            ck_assert_mem_eq(a->digest, b->digest, 32);
            ck_assert_str_eq(text(&embed.table, a->tag), text(&whole.table, b->tag));
            ck_assert_uint_eq(a->kind, b->kind);
        }
    }
    ck_assert_uint_eq(embed.n_understood, 3);
}
END_TEST

/* What the first of them makes is not known when one of the others is read alone. */
START_TEST(what_is_read_alone_is_taken_for_the_worse)
{
    static const char made[] =
        "CREATE DOMAIN d AS int CHECK (ours(VALUE));\n"
        "CREATE FUNCTION g(int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n"
        "CREATE TYPE e AS ENUM ('a');\n"
        "CREATE TABLE p (id int PRIMARY KEY, s varchar(10), n int, k e,"
        " CONSTRAINT c CHECK (n IS NOT NULL));\n"
        "CREATE TABLE q (id int, p_id int, CONSTRAINT f FOREIGN KEY (p_id) REFERENCES p NOT VALID);"
        "\nCREATE UNIQUE INDEX u ON q (id);\nCREATE VIEW v AS SELECT s FROM p;\n";
    static const char *const later[] = {
        "ALTER TABLE p ALTER s TYPE varchar(20)",
        "ALTER TABLE p ALTER n SET NOT NULL",
        "ALTER TABLE q VALIDATE CONSTRAINT f",
        "ALTER TABLE q ADD CONSTRAINT k PRIMARY KEY USING INDEX u",
        "ALTER TYPE e ADD VALUE 'b'; UPDATE p SET k = 'b'",
        "ALTER TYPE e ADD VALUE 'b'; UPDATE p SET s = 'c'",
        "DROP TABLE p CASCADE",
        "CREATE INDEX i ON p (s)",
        "CREATE OR REPLACE VIEW v AS SELECT s FROM p WHERE n > 1",
        "ALTER TABLE p ADD COLUMN m int, ADD FOREIGN KEY (m) REFERENCES p",
        "INSERT INTO p VALUES (1)",
        "TRUNCATE p CASCADE",
        "ALTER TABLE p ADD COLUMN x d",
        "ALTER TABLE p ALTER n TYPE d",
        "CREATE OR REPLACE FUNCTION g(int) RETURNS int LANGUAGE sql AS 'SELECT 2'",
        "DELETE FROM p",
        "ALTER TABLE q RENAME TO r",
        "ALTER TABLE p ADD COLUMN o text",
    };
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
        INB__AUTO_ARENA inb__arena arena;
        inb__arena_init(&arena);
        inb__diagnostics problems;
        inb__diagnostics_init(&problems, &arena);
        const inb__problems found = {&problems,
                                     inb__diagnostics_source(&problems, "x", INB__STR("x"))};
        inb__catalog all, none;
        inb__catalog_init(&all, &arena);
        inb__catalog_init(&none, &arena);
        none.partial = true;
        inb__sql_script first, known, alone;
        inb__analyse_script(&first, &found, &arena, &all, inb__str_of(made));
        inb__analyse_script(&known, &found, &arena, &all, inb__str_of(later[i]));
        inb__analyse_script(&alone, &found, &arena, &none, inb__str_of(later[i]));
        ck_assert_msg((alone.cls == INB_CLASS_CONTRACTING) >= (known.cls == INB_CLASS_CONTRACTING),
                      "%s: %d, alone %d", later[i], known.cls, alone.cls);
        ck_assert_msg(alone.transactional == known.transactional, "%s", later[i]);
        ck_assert_uint_eq(alone.unfit, known.unfit);
        for (size_t k = 0; k < known.statements.n; k++) {
            uint32_t runs = INB_STATEMENT_RUNS_CODE;
            uint32_t lost = known.statements.v[k].flags & ~alone.statements.v[k].flags & runs;
            ck_assert_msg(lost == 0, "%s", later[i]);
        }
    }
}
END_TEST

START_TEST(want_of_memory_for_what_waited_is_reported)
{
    INB_OOM_LOOP(oom)
    {
        inb_error *err = NULL;
        inb__arena arena;
        inb__arena_init(&arena);
        inb__embed embed;
        inb__embed_options options = {.dir = dir, .policy = INB__EMBED_HISTORY, .later = true};
        int rc = inb__embed_load(&embed, &arena, &options, &err);
        for (uint32_t i = 0; rc == 0 && i < embed.table.n_migrations; i++) {
            rc = inb__embed_understand(&embed, i, &err);
        }
        inb__arena_dispose(&arena);
        inb_error_free(err);
        if (rc == 0) {
            INB_OOM_DONE(oom);
        } else {
            ck_assert_int_eq(rc, INB_ENOMEM);
        }
    }
}
END_TEST

static const char schema_prisma[] = "datasource db {\n"
                                    "  provider = \"postgresql\"\n"
                                    "  schemas  = [\"audit\", \"public\"]\n"
                                    "}\n"
                                    "enum Kind {\n"
                                    "  A @map(\"the a\")\n"
                                    "  B\n\n"
                                    "  @@map(\"kind\")\n"
                                    "  @@schema(\"audit\")\n"
                                    "}\n"
                                    "model T {\n"
                                    "  id    Int         @id\n"
                                    "  name  String?     @map(\"the name\") @db.VarChar(10)\n"
                                    "  kinds Kind[]\n"
                                    "  at    Unsupported(\"point\")\n\n"
                                    "  @@map(\"t\")\n"
                                    "  @@schema(\"public\")\n"
                                    "}\n"
                                    "model Log {\n"
                                    "  id   BigInt @id\n"
                                    "  kind Kind\n\n"
                                    "  @@schema(\"audit\")\n"
                                    "}\n";

static const struct {
    const char *schema, *relation, *name, *type, *type_schema;
    unsigned kind, flags;
} expected[] = {
    {"", "t", "id", "integer", "", INB_EXPECTED_COLUMN, INB_EXPECTED_NOT_NULL},
    {"", "t", "the name", "character varying(10)", "", INB_EXPECTED_COLUMN, 0},
    {"", "t", "kinds", "kind[]", "audit", INB_EXPECTED_COLUMN, INB_EXPECTED_ENUM},
    {"", "t", "at", "", "", INB_EXPECTED_COLUMN, INB_EXPECTED_NOT_NULL},
    {"audit", "Log", "id", "bigint", "", INB_EXPECTED_COLUMN, INB_EXPECTED_NOT_NULL},
    {"audit", "Log", "kind", "kind", "audit", INB_EXPECTED_COLUMN,
     INB_EXPECTED_NOT_NULL | INB_EXPECTED_ENUM},
    {"", "t", "t_pkey", "btree (\"id\")", "", INB_EXPECTED_PRIMARY_KEY, 0},
    {"audit", "Log", "Log_pkey", "btree (\"id\")", "", INB_EXPECTED_PRIMARY_KEY, 0},
    {"audit", "kind", "the a", "", "", INB_EXPECTED_LABEL, 0},
    {"audit", "kind", "B", "", "", INB_EXPECTED_LABEL, 0},
};

static void schema_write(char *path, size_t n, const char *schema)
{
    path_of(path, n, "schema.prisma", "");
    ck_assert_int_eq(inb__file_write(path, inb__str_of(schema), NULL), 0);
}

START_TEST(the_table_says_what_the_schema_expects)
{
    char path[256];
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__embed embed, without;
    schema_write(path, sizeof(path), schema_prisma);
    inb__embed_options options = {.dir = dir, .schema = path};
    inb_error *err = NULL;
    ck_assert_msg(inb__embed_load(&embed, &arena, &options, &err) == 0, "%s",
                  embed.problems.n ? embed.problems.v[0].message : inb_error_message(err));
    const inb_table *t = &embed.table;
    ck_assert_uint_eq(t->n_expected, sizeof(expected) / sizeof(expected[0]));
    for (uint32_t i = 0; i < t->n_expected; i++) {
        const inb_expected *e = &t->expected[i];
        ck_assert_str_eq(text(t, e->schema), expected[i].schema);
        ck_assert_str_eq(text(t, e->relation), expected[i].relation);
        ck_assert_str_eq(text(t, e->name), expected[i].name);
        ck_assert_str_eq(text(t, e->type), expected[i].type);
        ck_assert_str_eq(text(t, e->type_schema), expected[i].type_schema);
        ck_assert_uint_eq(e->kind, expected[i].kind);
        ck_assert_uint_eq(e->flags, expected[i].flags);
    }
    ck_assert_str_eq(embed.read.v[embed.read.n - 1], path);
    options.schema = NULL;
    ck_assert_int_eq(inb__embed_load(&without, &arena, &options, NULL), 0);
    ck_assert_uint_eq(without.table.n_expected, 0);
    ck_assert_mem_ne(without.table.digest, t->digest, sizeof(t->digest));
    unlink(path);
}
END_TEST

/* Whatever is expected changes the digest; the same schema at another path changes no byte. */
START_TEST(what_is_expected_is_a_part_of_the_digest)
{
    static const char *const schemas[] = {
        "model T {\n  id Int @id\n}\n",
        "model T {\n  id BigInt @id\n}\n",
        "model T {\n  id Int @id\n  a Int\n}\n",
        "model T {\n  id Int @id\n  a Int?\n}\n",
        "model T {\n  id Int @id\n  b Int?\n}\n",
        "model U {\n  id Int @id\n}\n",
        "enum E {\n  A\n}\nmodel T {\n  id Int @id\n}\n",
        "enum E {\n  A\n  B\n}\nmodel T {\n  id Int @id\n}\n",
    };
    enum { N = sizeof(schemas) / sizeof(schemas[0]) };
    unsigned char digests[N][32];
    INB__AUTO_ARENA inb__arena arena;
    INB__AUTO_BUF inb__buf one;
    INB__AUTO_BUF inb__buf two;
    inb__arena_init(&arena);
    inb__buf_init(&one, 1 << 20);
    inb__buf_init(&two, 1 << 20);
    inb__embed embed;
    char path[256], other[256];
    for (size_t i = 0; i < N; i++) {
        INB__AUTO_BUF inb__buf whole;
        inb__buf_init(&whole, 1 << 16);
        inb__buf_printf(&whole, "datasource db {\n  provider = \"postgresql\"\n}\n%s", schemas[i]);
        schema_write(path, sizeof(path), inb__buf_text(&whole));
        inb__embed_options options = {.dir = dir, .schema = path};
        ck_assert_int_eq(inb__embed_load(&embed, &arena, &options, NULL), 0);
        memcpy(digests[i], embed.table.digest, 32);
        for (size_t k = 0; k < i; k++) {
            ck_assert_mem_ne(digests[i], digests[k], 32);
        }
    }
    inb__emit_table(&one, &embed.table, "x");
    path_of(other, sizeof(other), "other.prisma", "");
    ck_assert_int_eq(rename(path, other), 0);
    inb__embed_options options = {.dir = dir, .schema = other};
    ck_assert_int_eq(inb__embed_load(&embed, &arena, &options, NULL), 0);
    inb__emit_table(&two, &embed.table, "x");
    ck_assert_str_eq(inb__buf_text(&one), inb__buf_text(&two));
    unlink(other);
}
END_TEST

START_TEST(a_schema_that_is_not_valid_is_refused)
{
    char path[256];
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__embed embed;
    inb_error *err = NULL;
    schema_write(path, sizeof(path), "model T {\n  id Int @id\n  a Foo\n  b Bar\n}\n");
    inb__embed_options options = {.dir = dir, .schema = path};
    ck_assert_int_eq(inb__embed_load(&embed, &arena, &options, &err), INB_ESYNTAX);
    ck_assert_uint_eq(embed.problems.n, 2);
    const inb__span span = embed.problems.v[0].span;
    const inb__source *source = &embed.problems.sources.v[span.file];
    ck_assert_str_eq(source->path, path);
    ck_assert(inb__str_is((inb__str){source->text.p + span.start, span.end - span.start}, "Foo"));
    ck_assert_str_eq(embed.problems.v[0].code, "P1012");
    ck_assert_ptr_nonnull(strstr(inb_error_message(err), path));
    inb_error_free(err);
    unlink(path);
    ck_assert_int_eq(inb__embed_load(&embed, &arena, &options, NULL), INB_EIO);
}
END_TEST

START_TEST(want_of_memory_is_reported_and_nothing_leaks)
{
    char path[256];
    schema_write(path, sizeof(path), schema_prisma);
    INB_OOM_LOOP(oom)
    {
        inb_error *err = NULL;
        inb__arena arena;
        inb__arena_init(&arena);
        inb__embed embed;
        inb__embed_options options = {.dir = dir, .schema = path};
        INB__AUTO_BUF inb__buf out;
        inb__buf_init(&out, 1 << 20);
        int rc = inb__embed_load(&embed, &arena, &options, &err);
        if (rc == 0) {
            inb__emit_table(&out, &embed.table, "x");
            rc = out.failed ? INB_ENOMEM : 0;
        }
        inb__buf_dispose(&out);
        inb__arena_dispose(&arena);
        inb_error_free(err);
        if (rc == 0) {
            INB_OOM_DONE(oom);
        } else {
            ck_assert_int_eq(rc, INB_ENOMEM);
        }
    }
    unlink(path);
}
END_TEST

static const char *sum_fault(inb__arena *arena, const char *sum_text)
{
    inb__sum sum = {.text = inb__str_of(sum_text)};
    inb__sum_fault fault;
    inb__sum_parse(&sum, arena, &fault);
    return fault.message ? fault.message : "";
}

START_TEST(a_sum_reads_back_what_was_written)
{
    static const char *const names[] = {" 1",      "#2",        "2 \xc3\xbc  ", "3\\x41",
                                        "4\n\r\t", "5\xff\xc3", "digest",       "x y z"};
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 1 << 20);
    char hex[65];
    memset(hex, 'a', 64);
    hex[64] = '\0';
    inb__sum_begin(&out);
    for (size_t i = 0; i < 8; i++) {
        inb__sum_add(&out, names[i], hex, (inb_class)(i % 3));
    }
    inb__sum_end(&out);
    inb__sum sum = {.text = {out.data, out.length}};
    inb__sum_fault fault;
    inb__sum_parse(&sum, &arena, &fault);
    ck_assert_msg(!fault.message, "%s", fault.message);
    ck_assert_uint_eq(sum.lines.n, 8);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_str_eq(sum.lines.v[i].name, names[i]);
        ck_assert_int_eq(sum.lines.v[i].cls, (int)(i % 3));
        ck_assert_uint_eq(inb__place_of(sum.text.p, sum.text.n, sum.lines.v[i].offset).line, i + 2);
    }
    out.data[out.length / 2] ^= 1;
    ck_assert_str_ne(sum_fault(&arena, out.data), "");
}
END_TEST

START_TEST(a_sum_that_is_none_is_refused)
{
    static const char *const bad[] = {
        "",
        "# only words\n",
        "x\n",
        "a b additive\n",
        " additive\n",
        "additive\n",
        "digest 0000000000000000000000000000000000000000000000000000000000000000\n",
        "a 00000000000000000000000000000000000000000000000000000000000000zz additive\n",
        "a\\ 0000000000000000000000000000000000000000000000000000000000000000 additive\n",
    };
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_msg(*sum_fault(&arena, bad[i]), "took \"%s\"", bad[i]);
    }
}
END_TEST

START_TEST(a_symbol_is_a_name_in_c_and_in_cxx)
{
    ck_assert(inb__emit_symbol_ok("inboard_migrations") && inb__emit_symbol_ok("_a1"));
    ck_assert(!inb__emit_symbol_ok("") && !inb__emit_symbol_ok("1a") &&
              !inb__emit_symbol_ok("a-b"));
    ck_assert(!inb__emit_symbol_ok("int") && !inb__emit_symbol_ok("class") &&
              !inb__emit_symbol_ok("\xc3\xbc"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("embed");
    TCase *t = tcase_create("embed");
    tcase_add_checked_fixture(t, folder_make, folder_remove);
    tcase_add_test(t, the_table_says_what_is_in_the_folder);
    tcase_add_test(t, an_existing_history_is_taken_as_it_is);
    tcase_add_test(t, what_may_wait_is_read_when_it_is_asked_for);
    tcase_add_test(t, what_is_read_alone_is_taken_for_the_worse);
    tcase_add_test(t, want_of_memory_for_what_waited_is_reported);
    tcase_add_test(t, the_table_says_what_the_schema_expects);
    tcase_add_test(t, what_is_expected_is_a_part_of_the_digest);
    tcase_add_test(t, a_schema_that_is_not_valid_is_refused);
    tcase_add_test(t, want_of_memory_is_reported_and_nothing_leaks);
    tcase_add_test(t, a_sum_reads_back_what_was_written);
    tcase_add_test(t, a_sum_that_is_none_is_refused);
    tcase_add_test(t, a_symbol_is_a_name_in_c_and_in_cxx);
    suite_add_tcase(suite, t);
    return inb_check_main(suite);
}

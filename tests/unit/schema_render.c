/* Steps as SQL: what a golden case from two schemas cannot show. */
#include "config.h"

#include "check_main.h"
#include "postgres/quote.h"
#include "schema/diff.h"
#include "schema_text.h"
#include "util/cleanup.h"

#define HEAD "datasource db {\n  provider = \"postgresql\"\n}\n"

static void sql_is(const inb__schema *from, const inb__schema *to, inb__arena *arena,
                   const char *expected)
{
    inb__steps steps;
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 1 << 20);
    inb__schema_diff(&steps, arena, from, to, NULL);
    inb__render_steps(&out, &steps);
    ck_assert_str_eq(inb__buf_text(&out), expected);
}

typedef struct pair {
    inb__arena arena;
    inb__schema from, to;
} pair;

static void pair_read(pair *p, const char *from, const char *to)
{
    inb__arena_init(&p->arena);
    ck_assert(!INB__ARENA_ERROR_EXIT(&p->arena));
    ck_assert(schema_of(&p->from, &p->arena, from));
    ck_assert(schema_of(&p->to, &p->arena, to));
}

#define BEFORE                                                                                     \
    HEAD "enum E {\n  a\n  b\n}\nmodel A {\n  id Int @id\n  e E @default(b)\n  n Int @unique\n}\n"
#define AFTER HEAD "enum E {\n  b\n}\nmodel A {\n  id Int @id\n  e E @default(b)\n}\n"

/* A database has no default namespace: what only it says is written in full. */
START_TEST(names_are_written_as_the_target_sees_them)
{
    pair p;
    pair_read(&p, BEFORE, AFTER);
    p.from.default_space = (inb__str){NULL, 0};
    sql_is(&p.from, &p.to, &p.arena,
           "-- AlterEnum\nBEGIN;\nCREATE TYPE \"E_new\" AS ENUM ('b');\n"
           "ALTER TABLE \"public\".\"A\" ALTER COLUMN \"e\" DROP DEFAULT;\n"
           "ALTER TABLE \"A\" ALTER COLUMN \"e\" TYPE \"E_new\" USING (\"e\"::text::\"E_new\");\n"
           "ALTER TYPE \"E\" RENAME TO \"E_old\";\nALTER TYPE \"E_new\" RENAME TO \"E\";\n"
           "DROP TYPE \"public\".\"E_old\";\n"
           "ALTER TABLE \"A\" ALTER COLUMN \"e\" SET DEFAULT 'b';\nCOMMIT;\n\n"
           "-- DropIndex\nDROP INDEX \"A_n_key\";\n\n"
           "-- AlterTable\nALTER TABLE \"A\" DROP COLUMN \"n\";\n");
    inb__arena_dispose(&p.arena);
}
END_TEST

START_TEST(a_target_without_default_namespace_has_full_names)
{
    pair p;
    pair_read(&p, HEAD, HEAD "model A {\n  id Int @id\n  n Int @unique\n}\n");
    p.to.default_space = (inb__str){NULL, 0};
    sql_is(&p.from, &p.to, &p.arena,
           "-- CreateTable\nCREATE TABLE \"public\".\"A\" (\n    \"id\" INTEGER NOT NULL,\n"
           "    \"n\" INTEGER NOT NULL,\n\n    CONSTRAINT \"A_pkey\" PRIMARY KEY (\"id\")\n);\n\n"
           "-- CreateIndex\nCREATE UNIQUE INDEX \"A_n_key\" ON \"public\".\"A\"(\"n\");\n");
    inb__arena_dispose(&p.arena);
}
END_TEST

/* A catalogue knows the name of a sequence; then it alone is dropped, or widened. */
START_TEST(a_known_sequence_is_called_by_its_name)
{
    pair p;
    pair_read(
        &p,
        HEAD
        "model A {\n  id Int @id @default(autoincrement())\n  n Int @default(autoincrement())\n}\n",
        HEAD "model A {\n  id BigInt @id @default(autoincrement())\n  n Int\n}\n");
    p.from.tables[0].columns[0].default_value.sql = INB__STR("ids");
    p.from.tables[0].columns[1].default_value.sql = INB__STR("ns");
    sql_is(&p.from, &p.to, &p.arena,
           "-- AlterTable\nALTER TABLE \"A\" DROP CONSTRAINT \"A_pkey\",\n"
           "ALTER COLUMN \"id\" SET DATA TYPE BIGINT,\nALTER COLUMN \"n\" DROP DEFAULT,\n"
           "ADD CONSTRAINT \"A_pkey\" PRIMARY KEY (\"id\");\n"
           "ALTER SEQUENCE \"ids\" AS BIGINT;\nDROP SEQUENCE \"ns\";\n");
    inb__arena_dispose(&p.arena);
}
END_TEST

START_TEST(only_the_sequence_of_the_column_is_dropped)
{
    pair p;
    pair_read(
        &p,
        HEAD "model A {\n  id Int @id\n  n Int @default(autoincrement()) "
             "@map(\"cccccccccccccccccccccccccccccccccccccccc\")\n  "
             "@@map(\"Tttttttttttttttttttttttttttttttttttttttt\")\n}\n",
        HEAD
        "model A {\n  id Int @id\n  n Int @map(\"cccccccccccccccccccccccccccccccccccccccc\")\n  "
        "@@map(\"Tttttttttttttttttttttttttttttttttttttttt\")\n}\n");
    sql_is(&p.from, &p.to, &p.arena,
           "-- AlterTable\nALTER TABLE \"Tttttttttttttttttttttttttttttttttttttttt\" "
           "ALTER COLUMN \"cccccccccccccccccccccccccccccccccccccccc\" DROP DEFAULT;\n"
           "DO $$\nDECLARE\n    owned text := "
           "pg_get_serial_sequence('\"Tttttttttttttttttttttttttttttttttttttttt\"', "
           "'cccccccccccccccccccccccccccccccccccccccc');\nBEGIN\n    IF owned IS NOT NULL AND NOT "
           "EXISTS (\n        SELECT FROM pg_depend WHERE refobjid = owned::regclass\n"
           "                                AND classid = 'pg_attrdef'::regclass) THEN\n        "
           "EXECUTE 'DROP SEQUENCE ' || owned;\n    END IF;\nEND\n$$;\n");
    inb__arena_dispose(&p.arena);
}
END_TEST

START_TEST(tables_of_others_are_left_alone)
{
    pair p;
    pair_read(&p,
              HEAD "model M {\n  id Int @id\n  @@map(\"_prisma_migrations\")\n}\nmodel S {\n  id "
                   "Int @id\n  @@map(\"Spatial_Ref_Sys\")\n}\n",
              HEAD);
    sql_is(&p.from, &p.to, &p.arena, "-- This is an empty migration.\n");
    sql_is(&p.to, &p.from, &p.arena, "-- This is an empty migration.\n");
    inb__arena_dispose(&p.arena);
}
END_TEST

START_TEST(bytes_are_hexadecimal)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 1024);
    inb__quote_base64(&out, INB__STR("aGk="));
    inb__quote_base64(&out, INB__STR("AP8="));
    inb__quote_base64(&out, INB__STR(""));
    ck_assert_str_eq(inb__buf_text(&out), "'\\x6869''\\x00ff''\\x'");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schema_render");
    TCase *tc = tcase_create("render");
    tcase_add_test(tc, names_are_written_as_the_target_sees_them);
    tcase_add_test(tc, a_target_without_default_namespace_has_full_names);
    tcase_add_test(tc, a_known_sequence_is_called_by_its_name);
    tcase_add_test(tc, only_the_sequence_of_the_column_is_dropped);
    tcase_add_test(tc, tables_of_others_are_left_alone);
    tcase_add_test(tc, bytes_are_hexadecimal);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

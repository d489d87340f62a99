/* The formatter beyond the golden cases (golden.c): names, layout, errors, memory. */
#include "config.h"

#include "check_main.h"
#include "oom.h"

#include "psl/format.h"
#include "psl/inflect.h"
#include "psl/schema_parse.h"

static inb__arena arena;

static void set_up(void)
{
    inb__arena_init(&arena);
}

static void tear_down(void)
{
    inb__arena_dispose(&arena);
}

static inb__str format(inb__str text)
{
    if (INB__ARENA_ERROR_EXIT(&arena)) {
        ck_abort_msg("out of memory");
    }
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    inb__psl_schema_files_text(&schema, &arena, "test", text);
    inb__diagnostics_init(&diagnostics, &arena);
    return inb__psl_format_schema(&arena, &schema, &diagnostics)[0];
}

static void assert_format(inb__str input, inb__str want, const char *what)
{
    inb__str got = format(input);
    ck_assert_msg(inb__str_eq(got, want), "%s:\n%.*s\nnot\n%.*s", what, INB__STR_ARG(got),
                  INB__STR_ARG(want));
    inb__str again = format(got);
    ck_assert_msg(inb__str_eq(again, got), "%s, the second time:\n%.*s", what, INB__STR_ARG(again));
}

static const struct {
    const char *name, *camel, *plural;
} names[] = {
    {"User", "user", "users"},
    {"user_account", "userAccount", "userAccounts"},
    {"userID", "userID", "userIDs"},
    {"URLThing", "urlthing", "urlthings"},
    {"Foo2bar_", "foo2Bar", "foo2Bars"},
    {"Category", "category", "categories"},
    {"Monkey", "monkey", "monkeys"},
    {"Baloney", "baloney", "balonies"},
    {"Day", "day", "days"},
    {"Box", "box", "boxes"},
    {"Boxes", "boxes", "boxes"},
    {"Person", "person", "people"},
    {"Child", "child", "children"},
    {"Mouse", "mouse", "mice"},
    {"Ox", "ox", "oxen"},
    {"Quiz", "quiz", "quizzes"},
    {"Equipment", "equipment", "equipment"},
    {"Status", "status", "statuses"},
    {"Bus", "bus", "buses"},
    {"Analysis", "analysis", "analyses"},
    {"Index", "index", "indices"},
    {"Datum", "datum", "data"},
    {"Criterion", "criterion", "criteria"},
    {"Octopus", "octopus", "octopi"},
    {"Knife", "knife", "knives"},
    {"Leaf", "leaf", "leaves"},
    {"Hero", "hero", "heroes"},
    {"Cherub", "cherub", "cherubim"},
    {"Menu", "menu", "menus"},
    {"Axis", "axis", "axes"},
    {"Étude", "Étude", "Études"},
};

START_TEST(names_are_inflected_as_prisma_does)
{
    inb__str camel = inb__psl_inflect_camel_case(&arena, inb__str_of(names[_i].name));
    inb__str plural = inb__psl_inflect_plural(&arena, camel);
    ck_assert_msg(inb__str_is(camel, names[_i].camel), "%.*s", INB__STR_ARG(camel));
    ck_assert_msg(inb__str_is(plural, names[_i].plural), "%.*s", INB__STR_ARG(plural));
}
END_TEST

/* ---- where Prisma's text loses something, does not parse or does not last ---------------------
 */

static const struct {
    const char *what, *input, *expected;
} ours[] = {
    {"a comment behind the opening brace is kept", "model A { // why\n  id Int @id\n}\n",
     "model A {\n  // why\n  id Int @id\n}\n"},
    {"a field behind the opening brace is kept as a comment", "model A { id Int @id\n  b Int\n}\n",
     "model A {\n  // id Int @id\n  b Int\n}\n"},
    {"what follows a block on its line gets an empty line", "enum A {\n  X\n} enum B {\n  Y\n}\n",
     "enum A {\n  X\n}\n\nenum B {\n  Y\n}\n"},
    {"an indented comment of several lines keeps its text", "// a\n  /* b */\nenum A {\n  X\n}\n",
     "// a\n/**\n * b\n */\nenum A {\n  X\n}\n"},
    {"empty parentheses are filled",
     "model A {\n  id Int @id\n  b B @relation()\n}\nmodel B {\n  id Int @id\n}\n",
     "model A {\n  id  Int @id\n  b   B   @relation(fields: [bId], references: [id])\n  bId "
     "Int\n}\n\n"
     "model B {\n  id Int @id\n  as A[]\n}\n"},
    {"an attribute goes behind the arity",
     "model A {\n  id Int @id\n  b B ?\n}\nmodel B {\n  id Int @id\n}\n",
     "model A {\n  id  Int  @id\n  b   B?   @relation(fields: [bId], references: [id])\n  bId "
     "Int?\n}\n\n"
     "model B {\n  id Int @id\n  as A[]\n}\n"},
    {"the empty line below attributes that stood first stays, as in Prisma",
     "model A {\n  @@id([x, y])\n\n  x Int\n  y Int\n}\n\nmodel B {\n  // why\n  @@id([x])\n  "
     "@@map(\"b\")\n\n\n  // c\n  x Int\n\n  y Int\n}\n\nenum E {\n  @@map(\"e\")\n\n  X\n}\n",
     "model A {\n\n  x Int\n  y Int\n\n  @@id([x, y])\n}\n\nmodel B {\n\n  // c\n  x Int\n\n  y "
     "Int\n\n"
     "  // why\n  @@id([x])\n  @@map(\"b\")\n}\n\nenum E {\n\n  X\n\n  @@map(\"e\")\n}\n"},
    {"an empty line above attributes that stood first does not",
     "model A {\n\n  @@map(\"a\")\n  id Int @id\n}\n",
     "model A {\n  id Int @id\n\n  @@map(\"a\")\n}\n"},
    {"the empty line after the brace that Prisma removes on its next run stays",
     "model A {\n\n  id Int @id\n\n  @@map(\"a\")\n}\n",
     "model A {\n\n  id Int @id\n\n  @@map(\"a\")\n}\n"},
    {"it goes when anything else is laid out anew",
     "model A {\n\n  id Int  @id\n\n  @@map(\"a\")\n}\n",
     "model A {\n  id Int @id\n\n  @@map(\"a\")\n}\n"},
    {"what is missing is added once a comma too many is gone",
     "model A {\n  id Int @id(map: \"x\",)\n  b B\n}\nmodel B {\n  id Int @id\n}\n",
     "model A {\n  id  Int @id(map: \"x\")\n  b   B   @relation(fields: [bId], references: [id])\n "
     " bId "
     "Int\n}\n\n"
     "model B {\n  id Int @id\n  as A[]\n}\n"},
    {"the other end of a named relation has its name",
     "model A {\n  id Int @id\n  b B @relation(\"x\", fields: [bId], references: [id])\n  bId "
     "Int\n}\n"
     "model B {\n  id Int @id\n}\n",
     "model A {\n  id  Int @id\n  b   B   @relation(\"x\", fields: [bId], references: [id])\n  bId "
     "Int\n}\n\n"
     "model B {\n  id Int @id\n  as A[] @relation(\"x\")\n}\n"},
};

START_TEST(better_than_prisma)
{
    assert_format(inb__str_of(ours[_i].input), inb__str_of(ours[_i].expected), ours[_i].what);
}
END_TEST

static int format_or_fail(const char *text)
{
    inb__arena a;
    inb__arena_init(&a);
    if (INB__ARENA_ERROR_EXIT(&a)) {
        inb__arena_dispose(&a);
        return INB_ENOMEM;
    }
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    inb__psl_schema_files_text(&schema, &a, "test", inb__str_of(text));
    inb__diagnostics_init(&diagnostics, &a);
    inb__str *texts = inb__psl_format_schema(&a, &schema, &diagnostics);
    int rc = texts[0].n ? 0 : INB_EINVAL;
    inb__arena_dispose(&a);
    return rc;
}

START_TEST(out_of_memory_leaves_nothing_behind)
{
    INB_OOM_LOOP(oom)
    {
        int rc = format_or_fail(
            "// c\nmodel A { // d\n  id Int @id\n  category Étage[]\n\n  @@map(\"x\")\n}\n"
            "model Étage {\n  id Int @id\n}\n");
        if (rc == 0) {
            INB_OOM_DONE(oom);
        } else {
            ck_assert_int_eq(rc, INB_ENOMEM);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("psl_format");
    TCase *tcase = tcase_create("format");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, names_are_inflected_as_prisma_does, 0,
                        sizeof(names) / sizeof(names[0]));
    tcase_add_loop_test(tcase, better_than_prisma, 0, sizeof(ours) / sizeof(ours[0]));
    tcase_add_test(tcase, out_of_memory_leaves_nothing_behind);
    suite_add_tcase(suite, tcase);
    return inb_check_main(suite);
}

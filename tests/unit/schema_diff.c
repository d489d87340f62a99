/* The differ: what it finds, in which order, and that applying it gets there. */
#include "config.h"

#include "check_main.h"
#include "oom.h"
#include "schema/diff.h"
#include "schema_text.h"
#include "steps_apply.h"
#include "util/cleanup.h"

#define HEAD "datasource db {\n  provider = \"postgresql\"\n}\n"

static const char from_text[] = HEAD
    "enum Kind {\n  A\n  B\n}\nenum Old {\n  X\n}\n"
    "model User {\n  id Int @id @default(autoincrement())\n  email String @unique\n  age Int?\n"
    "  kind Kind @default(A)\n  tags String[] @default([\"x\"])\n  meta Json "
    "@default(\"{\\\"a\\\": 1}\")\n"
    "  posts Post[]\n  groups Group[]\n}\n"
    "model Post {\n  id Int @id\n  title String @db.VarChar(20)\n  authorId Int\n"
    "  author User @relation(fields: [authorId], references: [id])\n  @@index([title])\n  "
    "@@index([authorId])\n}\n"
    "model Group {\n  id Int @id\n  users User[]\n}\n"
    "model Gone {\n  id Int @id\n  o Old\n}\n";

static const char to_text[] =
    HEAD "enum Kind {\n  B\n  C\n}\nenum New {\n  Y\n}\n"
         "model Post {\n  id BigInt @id\n  title String\n  authorId Int\n  n New @default(Y)\n"
         "  author User @relation(fields: [authorId], references: [id], onDelete: Cascade)\n"
         "  @@index([title], map: \"by_title\")\n  @@unique([authorId, title])\n}\n"
         "model User {\n  id Int @id(map: \"user_key\")\n  email String\n  age Int @default(1)\n"
         "  kind Kind @default(B)\n  tags String @default(\"x\")\n  meta Json @default(\"{ "
         "\\\"a\\\" : 1 }\")\n"
         "  posts Post[]\n  groups Group[]\n}\n"
         "model Group {\n  id BigInt @id\n  users User[]\n}\n";

typedef struct pair {
    inb__arena arena;
    inb__schema from, to;
    inb__steps steps;
} pair;

static bool pair_make(pair *p, const char *from, const char *to)
{
    inb__arena_init(&p->arena);
    if (INB__ARENA_ERROR_EXIT(&p->arena)) {
        return false;
    }
    ck_assert(schema_of(&p->from, &p->arena, from));
    ck_assert(schema_of(&p->to, &p->arena, to));
    inb__schema_diff(&p->steps, &p->arena, &p->from, &p->to, NULL);
    return true;
}

static size_t difference(pair *p, const inb__schema *a, const inb__schema *b)
{
    inb__steps steps;
    inb__schema_diff(&steps, &p->arena, a, b, NULL);
    return steps.n;
}

START_TEST(a_schema_does_not_differ_from_itself)
{
    pair p;
    ck_assert(pair_make(&p, from_text, from_text));
    ck_assert_uint_eq(p.steps.n, 0);
    inb__arena_dispose(&p.arena);
}
END_TEST

START_TEST(steps_stand_in_their_order)
{
    pair p;
    ck_assert(pair_make(&p, from_text, to_text));
    ck_assert_uint_gt(p.steps.n, 10);
    for (size_t i = 1; i < p.steps.n; i++) {
        ck_assert_int_le(p.steps.v[i - 1].kind, p.steps.v[i].kind);
    }
    inb__arena_dispose(&p.arena);
}
END_TEST

START_TEST(applying_the_steps_gets_there)
{
    const char *texts[] = {from_text, to_text, HEAD};
    for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
            pair p;
            inb__schema applied;
            ck_assert(pair_make(&p, texts[a], texts[b]));
            inb__steps_apply(&applied, &p.arena, &p.steps);
            ck_assert_uint_eq(difference(&p, &applied, &p.to), 0);
            if (a != b) {
                ck_assert_uint_ne(difference(&p, &applied, &p.from), 0);
            }
            inb__arena_dispose(&p.arena);
        }
    }
}
END_TEST

START_TEST(a_model_is_printed_the_same_each_time)
{
    pair p;
    INB__AUTO_BUF inb__buf a, b;
    inb__buf_init(&a, 1 << 20);
    inb__buf_init(&b, 1 << 20);
    ck_assert(pair_make(&p, from_text, from_text));
    inb__schema_print(&p.from, &a);
    inb__schema_print(&p.to, &b);
    ck_assert_str_eq(inb__buf_text(&a), inb__buf_text(&b));
    ck_assert_ptr_nonnull(
        strstr(inb__buf_text(&a),
               "  column \"kind\" enum \"public\".Kind required default value enum 'A'\n"));
    ck_assert_ptr_nonnull(strstr(
        inb__buf_text(&a), "foreign key \"Post_authorId_fkey\" of \"public\".\"Post\" "
                           "(\"authorId\") to \"public\".\"User\" (\"id\") on delete RESTRICT "
                           "on update CASCADE\n"));
    inb__arena_dispose(&p.arena);
}
END_TEST

static bool in_capitals(inb__str a, inb__str b, void *payload)
{
    (*(int *)payload)++;
    return inb__ascii_eq_nocase(a, b);
}

START_TEST(predicates_are_compared_by_the_callers_rule)
{
    int calls = 0;
    pair p;
    ck_assert(pair_make(&p, from_text, from_text));
    p.from.tables[1].indexes[0].predicate = INB__STR("a > 1");
    inb__index changed = p.to.tables[1].indexes[0];
    changed.predicate = INB__STR("A > 1");
    p.to.tables[1].indexes[0] = changed;
    ck_assert_uint_eq(difference(&p, &p.from, &p.to), 2);
    const inb__diff_options options = {.same_sql = in_capitals, .payload = &calls};
    inb__schema_diff(&p.steps, &p.arena, &p.from, &p.to, &options);
    ck_assert_uint_eq(p.steps.n, 0);
    ck_assert_int_gt(calls, 0);
    inb__arena_dispose(&p.arena);
}
END_TEST

START_TEST(checks_know_when_counts_silence_them)
{
    pair p;
    inb__risks checks;
    INB__AUTO_BUF inb__buf text;
    inb__buf_init(&text, 1 << 16);
    ck_assert(pair_make(&p, from_text, to_text));
    inb__risks_find(&checks, &p.arena, &p.steps);
    bool seen[INB__RISKS] = {false}, unexecutable = false;
    for (size_t i = 0; i < checks.n; i++) {
        inb__risk *c = &checks.v[i];
        seen[c->kind] = true;
        ck_assert(!unexecutable || inb__risk_is_unexecutable(c->kind));
        unexecutable = inb__risk_is_unexecutable(c->kind);
        ck_assert(inb__risk_applies(c));
        inb__buf_clear(&text);
        inb__risk_text(&text, c);
        ck_assert_uint_gt(text.length, 10);
        c->rows = c->non_null = 0;
        ck_assert_int_eq(inb__risk_applies(c), !c->needs_rows && !c->needs_non_null);
        c->rows = 5;
        c->non_null = 3;
        ck_assert(inb__risk_applies(c));
    }
    ck_assert(seen[INB__RISK_NON_EMPTY_TABLE_DROP] && seen[INB__RISK_ENUM_VALUE_REMOVAL]);
    ck_assert(seen[INB__RISK_MADE_OPTIONAL_FIELD_REQUIRED] && seen[INB__RISK_PRIMARY_KEY_CHANGE]);
    ck_assert(seen[INB__RISK_UNIQUE_CONSTRAINT_ADDITION]);
    inb__arena_dispose(&p.arena);
}
END_TEST

/* All that needs memory, in a frame below the error exit's. */
static void everything(pair *p, inb__buf *out)
{
    inb__risks checks;
    inb__schema applied;
    inb__risks_find(&checks, &p->arena, &p->steps);
    inb__steps_apply(&applied, &p->arena, &p->steps);
    inb__render_steps(out, &p->steps);
    inb__steps_summary(out, &p->arena, &p->steps);
    inb__schema_print(&applied, out);
}

START_TEST(every_allocation_may_fail)
{
    INB_OOM_LOOP(oom)
    {
        pair p;
        INB__AUTO_BUF inb__buf out;
        inb__buf_init(&out, 1 << 20);
        if (pair_make(&p, from_text, to_text)) {
            if (!INB__ARENA_ERROR_EXIT(&p.arena)) {
                everything(&p, &out);
                if (!out.failed) {
                    INB_OOM_DONE(oom);
                }
            }
        }
        inb__buf_dispose(&out);
        inb__arena_dispose(&p.arena);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schema_diff");
    TCase *tc = tcase_create("diff");
    tcase_add_test(tc, a_schema_does_not_differ_from_itself);
    tcase_add_test(tc, steps_stand_in_their_order);
    tcase_add_test(tc, applying_the_steps_gets_there);
    tcase_add_test(tc, a_model_is_printed_the_same_each_time);
    tcase_add_test(tc, predicates_are_compared_by_the_callers_rule);
    tcase_add_test(tc, checks_know_when_counts_silence_them);
    tcase_add_test(tc, every_allocation_may_fail);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

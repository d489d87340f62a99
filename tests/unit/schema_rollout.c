/* The planner of a change without an outage: pure, repeatable, and quiet when memory is out. */
#include "config.h"

#include "check_main.h"
#include "oom.h"
#include "schema/markdown.h"
#include "schema/rollout/rollout.h"
#include "schema_text.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <stdio.h>

#define HEAD "datasource db {\n  provider = \"postgresql\"\n}\n"

static const char from_text[] =
    HEAD "enum Kind {\n  A\n  B\n  C\n}\n"
         "model User {\n  id Int @id @default(autoincrement())\n  email String\n  age Int?\n"
         "  kind Kind @default(A)\n  posts Post[]\n  name String @db.VarChar(10)\n}\n"
         "model Post {\n  id Int @id\n  authorId Int\n"
         "  author User @relation(fields: [authorId], references: [id])\n  @@index([authorId])\n}\n"
         "model Gone {\n  id Int @id\n}\n";

static const char to_text[] = HEAD
    "enum Kind {\n  A\n  B\n}\n"
    "model User {\n  id BigInt @id @default(autoincrement())\n  email String @unique\n  age Int\n"
    "  kind Kind @default(B)\n  posts Post[]\n  name String @db.VarChar(20)\n  weight Float\n"
    "  news News[]\n}\n"
    "model Post {\n  id Int @id\n  authorId BigInt\n"
    "  author User @relation(fields: [authorId], references: [id], onDelete: Cascade)\n"
    "  @@index([authorId])\n}\n"
    "model News {\n  id Int @id\n  userId BigInt\n"
    "  user User @relation(fields: [userId], references: [id])\n}\n";

/* to_text with what is renamed: a column and a table of from_text. */
static const char renamed_text[] =
    HEAD "enum Kind {\n  A\n  B\n}\n"
         "model User {\n  id BigInt @id @default(autoincrement())\n  email String @unique\n"
         "  age Int\n  kind Kind @default(B)\n  posts Post[]\n  title String @db.VarChar(10)\n}\n"
         "model Post {\n  id Int @id\n  authorId BigInt\n"
         "  author User @relation(fields: [authorId], references: [id])\n  @@index([authorId])\n}\n"
         "model Kept {\n  id Int @id\n}\n";

typedef struct planning {
    inb__arena arena;
    inb__buf sql;
    inb__schema from, to, renamed;
    const inb__rename_requests *wishes;
    inb__renames renames;
    inb__steps steps;
    inb__rollout_plan plan;
} planning;

/* False when memory is out; to be disposed of in either case. */
static bool plan_of(planning *p, const char *from, const char *to,
                    const inb__rename_requests *wishes)
{
    p->wishes = wishes;
    inb__arena_init(&p->arena);
    inb__buf_init(&p->sql, INB__LIMIT_FILE);
    if (INB__ARENA_ERROR_EXIT(&p->arena)) {
        return false;
    }
    if (!schema_of(&p->from, &p->arena, from) || !schema_of(&p->to, &p->arena, to)) {
        return false;
    }
    const inb__rename_requests none = {0};
    inb_error *err = NULL;
    if (inb__renames_apply(&p->renamed, &p->renames, &p->arena, &p->from, &p->to,
                           p->wishes ? p->wishes : &none, &err)) {
        inb_error_free(err);
        return false;
    }
    inb__schema_diff(&p->steps, &p->arena, &p->renamed, &p->to, NULL);
    inb__rollout_plan_build(&p->plan, &p->arena, &p->steps, &p->renames, NULL);
    inb__arena_error_exit_clear(&p->arena);
    inb__rollout_script(&p->sql, &p->plan);
    return true;
}

static bool plan_make(planning *p, const char *from, const char *to)
{
    return plan_of(p, from, to, NULL);
}

static void plan_dispose(planning *p)
{
    inb__buf_dispose(&p->sql);
    inb__arena_dispose(&p->arena);
}

START_TEST(the_same_change_gives_the_same_sequence)
{
    planning a, b;
    INB__AUTO_BUF inb__buf x;
    INB__AUTO_BUF inb__buf y;
    inb__buf_init(&x, INB__LIMIT_FILE);
    inb__buf_init(&y, INB__LIMIT_FILE);
    ck_assert(plan_make(&a, from_text, to_text));
    ck_assert(plan_make(&b, from_text, to_text));
    inb__rollout_script(&x, &a.plan);
    inb__rollout_script(&y, &b.plan);
    ck_assert_str_eq(inb__buf_text(&x), inb__buf_text(&y));
    ck_assert_uint_gt(a.plan.n, 10);
    plan_dispose(&a);
    plan_dispose(&b);
}
END_TEST

START_TEST(phases_follow_each_other_and_expand_is_additive)
{
    planning p;
    ck_assert(plan_make(&p, from_text, to_text));
    for (size_t i = 0; i < p.plan.n; i++) {
        const inb__rollout_migration *m = &p.plan.v[i];
        ck_assert_uint_gt(m->statements.n, 0);
        ck_assert(i == 0 || m->phase >= p.plan.v[i - 1].phase);
        ck_assert(m->phase != INB__ROLLOUT_EXPAND || m->cls == INB_CLASS_ADDITIVE);
        ck_assert(!m->has_contracting || m->cls == INB_CLASS_CONTRACTING);
        ck_assert(m->cls == INB_CLASS_ADDITIVE || m->has_blocking || m->has_contracting);
    }
    plan_dispose(&p);
}
END_TEST

START_TEST(nothing_to_do_is_no_migration)
{
    planning p;
    ck_assert(plan_make(&p, to_text, to_text));
    ck_assert_uint_eq(p.plan.n, 0);
    plan_dispose(&p);
}
END_TEST

/* A long name is cut for what is made of it, and nothing gets a name that is taken. */
START_TEST(new_names_are_short_and_free)
{
    static const char column[] = "c23456789012345678901234567890123456789012345678901234567890123";
    char from[512], to[512], wanted[128];
    snprintf(from, sizeof(from), HEAD "model T {\n  id Int @id\n  %s Int\n  %.59s_new Int?\n}\n",
             column, column);
    snprintf(to, sizeof(to), HEAD "model T {\n  id Int @id\n  %s BigInt\n  %.59s_new Int?\n}\n",
             column, column);
    snprintf(wanted, sizeof(wanted), "ADD COLUMN \"%.58s_new2\" BIGINT", column);
    planning p;
    ck_assert(plan_make(&p, from, to));
    ck_assert_ptr_nonnull(strstr(inb__buf_text(&p.sql), wanted));
    plan_dispose(&p);
}
END_TEST

START_TEST(the_releases_are_told_where_they_work)
{
    const char *const columns[] = {"User.name=nick"}, *const tables[] = {"User=Person"};
    const inb__rename_requests wishes = {columns, tables, 1, 1};
    planning p;
    ck_assert(plan_of(&p, HEAD "model User {\n  id Int @id\n  name String\n}\n",
                      HEAD "model Person {\n  id Int @id\n  nick String\n}\n", &wishes));
    size_t until = inb__rollout_old_until(&p.plan), from = inb__rollout_new_from(&p.plan);
    ck_assert_uint_gt(from, 0);
    ck_assert_uint_le(from, until);
    ck_assert_uint_lt(until, p.plan.n);
    ck_assert_uint_gt(p.plan.v[until].notes[INB__NOTE_BEFORE].n, 0);
    ck_assert_uint_gt(p.plan.v[from - 1].notes[INB__NOTE_AFTER].n, 0);
    ck_assert_ptr_nonnull(strstr(inb__buf_text(&p.sql), "CREATE VIEW \"Person\""));
    plan_dispose(&p);
}
END_TEST

START_TEST(every_allocation_of_the_planner_may_fail)
{
    static const char *const columns[] = {"User.name=title"}, *const tables[] = {"Gone=Kept"};
    static const inb__rename_requests wishes = {columns, tables, 1, 1};
    INB_OOM_LOOP(oom)
    {
        planning p;
        INB__AUTO_BUF inb__buf out;
        INB__AUTO_BUF inb__buf scratch;
        inb__buf_init(&out, INB__LIMIT_FILE);
        inb__buf_init(&scratch, INB__LIMIT_FILE);
        if (plan_of(&p, from_text, renamed_text, &wishes)) {
            inb__json j;
            inb__json_init(&j, &out);
            inb__json_object(&j);
            inb__rollout_json(&j, &scratch, &p.plan);
            inb__json_object_end(&j);
            inb__rollout_text(&out, &p.plan);
            if (!out.failed && !scratch.failed && !p.sql.failed) {
                INB_OOM_DONE(oom);
            }
        }
        plan_dispose(&p);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("schema rollout");
    TCase *t = tcase_create("plan");
    tcase_add_test(t, the_same_change_gives_the_same_sequence);
    tcase_add_test(t, phases_follow_each_other_and_expand_is_additive);
    tcase_add_test(t, nothing_to_do_is_no_migration);
    tcase_add_test(t, new_names_are_short_and_free);
    tcase_add_test(t, the_releases_are_told_where_they_work);
    tcase_add_test(t, every_allocation_of_the_planner_may_fail);
    suite_add_tcase(s, t);
    return inb_check_main(s);
}

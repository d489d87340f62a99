/* A model that no datamodel made: this program links neither the schema language nor a parser. */
#include "config.h"

#include "check_main.h"
#include "schema/rollout/rollout.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

/* A table of one key and one column, as a catalogue or a history would say it. */
typedef struct small_model {
    inb__schema schema;
    inb__str space;
    inb__table table;
    inb__column columns[2];
    inb__index_column key_column;
    inb__index key;
} small_model;

static void model_make(small_model *m, inb__native native, inb__arity arity)
{
    inb__schema_empty(&m->schema);
    m->space = INB__STR("public");
    m->columns[0] =
        (inb__column){.name = INB__STR("id"), .type = {.native = {.kind = INB__NATIVE_BIGINT}}};
    m->columns[1] = (inb__column){
        .name = INB__STR("size"), .type = {.native = {.kind = native}}, .arity = arity};
    m->key_column = (inb__index_column){.column = 0};
    m->key = (inb__index){
        .name = INB__STR("boxes_pkey"), .unique = true, .columns = &m->key_column, .n_columns = 1};
    m->table = (inb__table){
        .name = INB__STR("boxes"), .columns = m->columns, .n_columns = 2, .primary_key = &m->key};
    m->schema.default_space = m->space;
    m->schema.spaces = &m->space;
    m->schema.n_spaces = 1;
    m->schema.tables = &m->table;
    m->schema.n_tables = 1;
}

START_TEST(two_models_are_compared_and_rendered)
{
    small_model a, b;
    inb__steps steps;
    INB__AUTO_ARENA inb__arena arena;
    INB__AUTO_BUF inb__buf sql;
    inb__arena_init(&arena);
    inb__buf_init(&sql, INB__LIMIT_FILE);
    model_make(&a, INB__NATIVE_INTEGER, INB__ARITY_REQUIRED);
    model_make(&b, INB__NATIVE_BIGINT, INB__ARITY_OPTIONAL);
    ck_assert_int_eq(INB__ARENA_ERROR_EXIT(&arena), 0);
    inb__schema_diff(&steps, &arena, &a.schema, &b.schema, NULL);
    inb__render_steps(&sql, &steps);
    ck_assert_str_eq(inb__buf_text(&sql),
                     "-- AlterTable\nALTER TABLE \"boxes\" ALTER COLUMN \"size\" "
                     "DROP NOT NULL,\nALTER COLUMN \"size\" SET DATA TYPE "
                     "BIGINT;\n");
}
END_TEST

START_TEST(a_plan_is_made_of_them)
{
    small_model a, b;
    inb__steps steps;
    inb__rollout_plan plan;
    INB__AUTO_ARENA inb__arena arena;
    INB__AUTO_BUF inb__buf sql;
    inb__arena_init(&arena);
    inb__buf_init(&sql, INB__LIMIT_FILE);
    model_make(&a, INB__NATIVE_INTEGER, INB__ARITY_REQUIRED);
    model_make(&b, INB__NATIVE_UUID, INB__ARITY_REQUIRED);
    ck_assert_int_eq(INB__ARENA_ERROR_EXIT(&arena), 0);
    inb__schema_diff(&steps, &arena, &a.schema, &b.schema, NULL);
    inb__rollout_plan_build(&plan, &arena, &steps, NULL, NULL);
    ck_assert_uint_gt(plan.n, 3);
    inb__rollout_text(&sql, &plan);
    /* No cast leads from an integer to a UUID, and that is said. */
    ck_assert_ptr_nonnull(strstr(inb__buf_text(&sql), "\"size\" (integer to uuid)"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("schema model");
    TCase *t = tcase_create("model");
    tcase_add_test(t, two_models_are_compared_and_rendered);
    tcase_add_test(t, a_plan_is_made_of_them);
    suite_add_tcase(s, t);
    return inb_check_main(s);
}

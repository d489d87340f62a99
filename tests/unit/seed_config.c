/* The seed command in package.json and prisma.config.ts, and its words. */
#include "config.h"

#include "check_main.h"
#include "cli/seed_config.h"
#include "util/cleanup.h"

typedef struct config {
    const char *text;
    inb__seed_found found;
    const char *command;
} config;

static const config packages[] = {
    {"{}", INB__SEED_NONE, NULL},
    {"{\"prisma\": {\"seed\": \"a b\"}}", INB__SEED_COMMAND, "a b"},
    {"{\"x\": {\"prisma\": {\"seed\": \"no\"}}, \"prisma\": {\"y\": [{\"seed\": 1}], \"seed\": "
     "\"a\\u0020\\\"b\"}}",
     INB__SEED_COMMAND, "a \"b"},
    {"{\"seed\": \"no\", \"prisma\": {\"y\": {\"seed\": \"no\"}}}", INB__SEED_NONE, NULL},
    {"{\"prisma\": {}, \"z\": {\"seed\": \"no\"}}", INB__SEED_NONE, NULL},
    {"{\"prisma\": [\"seed\"]}", INB__SEED_NONE, NULL},
    {"{\"prisma\": {\"seed\": {\"a\": 1}}}", INB__SEED_COMPUTED, NULL},
    {"{\"prisma\": {\"seed\": 7}}", INB__SEED_COMPUTED, NULL},
    {"{\"prisma\": {\"se", INB__SEED_BROKEN, NULL},
    {"", INB__SEED_BROKEN, NULL},
};

static const config configs[] = {
    {"", INB__SEED_NONE, NULL},
    {"export default { migrations: { seed: 'a b' } }", INB__SEED_COMMAND, "a b"},
    {"x({ \"migrations\": { path: \"p\", 'seed': \"it\\\"s\", }, })", INB__SEED_COMMAND, "it\"s"},
    {"x({ migrations: { seed: `a`\n}, })", INB__SEED_COMMAND, "a"},
    {"x({ migrations: { /* seed: 'no', */ // seed: 'no'\n seed: 'a' } })", INB__SEED_COMMAND, "a"},
    {"x({ seed: 'no', a: { seed: 'no' }, migrations: { b: { seed: 'no' } } })", INB__SEED_NONE,
     NULL},
    {"const s = \"migrations: { seed: 'no' }\"; x({ migrations: {} , seed: 'no' })", INB__SEED_NONE,
     NULL},
    {"x({ migrations: { seed: `a ${b}` } })", INB__SEED_COMPUTED, NULL},
    {"x({ migrations: { seed: 'a' + b } })", INB__SEED_COMPUTED, NULL},
    {"x({ migrations: { seed: command } })", INB__SEED_COMPUTED, NULL},
    {"x({ migrations: { seed: 'a", INB__SEED_COMPUTED, NULL},
    {"}}}} migrations: { seed: 'a' }", INB__SEED_COMMAND, "a"},
    {"/* never closed migrations: { seed: 'a' }", INB__SEED_NONE, NULL},
};

typedef inb__seed_found (*find_fn)(const char **out, inb__arena *arena, inb__str text);

static void table_check(const config *rows, size_t n, find_fn find)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    for (size_t i = 0; i < n; i++) {
        const char *command = NULL;
        inb__seed_found found = find(&command, &arena, inb__str_of(rows[i].text));
        ck_assert_msg(found == rows[i].found, "%s: %d", rows[i].text, found);
        if (rows[i].command) {
            ck_assert_str_eq(command, rows[i].command);
        }
    }
}

START_TEST(the_seed_of_package_json)
{
    table_check(packages, sizeof(packages) / sizeof(packages[0]), inb__seed_of_package);
}
END_TEST

START_TEST(the_seed_of_prisma_config)
{
    table_check(configs, sizeof(configs) / sizeof(configs[0]), inb__seed_of_config);
}
END_TEST

/* Deeper than any file that people write. */
START_TEST(a_configuration_of_many_levels)
{
    INB__AUTO_ARENA inb__arena arena;
    char text[4096];
    const char *command = NULL;
    inb__arena_init(&arena);
    memset(text, '{', sizeof(text));
    ck_assert_int_eq(inb__seed_of_config(&command, &arena, (inb__str){text, sizeof(text)}),
                     INB__SEED_NONE);
}
END_TEST

START_TEST(a_command_is_cut_at_spaces)
{
    static char one[] = "--x", two[] = "y z";
    char *more[] = {one, two};
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    char **words = inb__seed_words(&arena, "  ts-node a\\ b  {\"c\":\"d\"} \\x ", more, 2);
    const char *expected[] = {"ts-node", "a b", "{\"c\":\"d\"}", "\\x", "--x", "y z"};
    for (size_t i = 0; i < 6; i++) {
        ck_assert_str_eq(words[i], expected[i]);
    }
    ck_assert_ptr_null(words[6]);
    ck_assert_ptr_null(inb__seed_words(&arena, "   ", more, 0)[0]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seed_config");
    TCase *tc = tcase_create("files");
    tcase_add_test(tc, the_seed_of_package_json);
    tcase_add_test(tc, the_seed_of_prisma_config);
    tcase_add_test(tc, a_configuration_of_many_levels);
    tcase_add_test(tc, a_command_is_cut_at_spaces);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

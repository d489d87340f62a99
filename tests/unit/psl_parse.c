#include "config.h"

#include "check_main.h"
#include "oom.h"

#include "psl/schema_parse.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/limits.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static inb__arena arena;
static inb__psl_schema schema;
static inb__diagnostics diagnostics;

static void set_up(void)
{
    inb__arena_init(&arena);
}

static void tear_down(void)
{
    inb__arena_dispose(&arena);
}

static void parse(const char *text)
{
    if (INB__ARENA_ERROR_EXIT(&arena)) {
        ck_abort_msg("out of memory");
    }
    inb__psl_schema_files_text(&schema, &arena, "test", inb__str_of(text));
    inb__diagnostics_init(&diagnostics, &arena);
    inb__psl_schema_parse(&schema, &arena, &diagnostics);
}

static const inb__psl_field *field(size_t block, size_t i)
{
    ck_assert_uint_lt(block, schema.n_blocks);
    ck_assert_uint_lt(i, schema.blocks[block]->n_fields);
    return schema.blocks[block]->fields[i];
}

static void assert_str(inb__str got, const char *want)
{
    ck_assert_msg(inb__str_is(got, want), "\"%.*s\", not \"%s\"", INB__STR_ARG(got), want);
}

static void assert_span(inb__span span, const char *want)
{
    assert_str(inb__psl_ast_text(&schema, span), want);
}

START_TEST(a_field_has_all_its_parts)
{
    parse("model A {\n  tags String[] @db.VarChar(8) @x(name: [1, -2.5], f(\"\\u00e9\"))   @y // "
          "c\n}\n");
    const inb__psl_field *f = field(0, 0);
    assert_str(f->name.name, "tags");
    assert_str(f->type.name.name, "String");
    ck_assert_int_eq(f->type.arity, INB__PSL_LIST);
    ck_assert_uint_eq(f->attributes.n, 3);
    const inb__psl_attribute *x = f->attributes.v[1];
    assert_str(f->attributes.v[0]->name.name, "db.VarChar");
    assert_span(x->span, "@x(name: [1, -2.5], f(\"\\u00e9\"))");
    assert_str(x->args.v[0].name.name, "name");
    ck_assert_int_eq(x->args.v[0].value->kind, INB__PSL_ARRAY);
    assert_str(x->args.v[0].value->items[1]->value, "-2.5");
    ck_assert_int_eq(x->args.v[1].value->kind, INB__PSL_FUNCTION);
    assert_str(x->args.v[1].value->args->v[0].value->value, "é");
    assert_span(f->attributes.v[2]->span, "@y ");
    assert_str(f->comment, "// c");
    ck_assert_uint_eq(diagnostics.n, 0);
}
END_TEST

START_TEST(an_object_has_members)
{
    parse("model A {\n  @@index([a], where: { a: true, b: { not: null } }) // why\n}\n");
    const inb__psl_attribute *index = schema.blocks[0]->attributes.v[0];
    const inb__psl_expr *where = index->args.v[1].value;
    ck_assert_int_eq(where->kind, INB__PSL_OBJECT);
    ck_assert_uint_eq(where->n, 2);
    assert_str(where->members[1].key.name, "b");
    assert_span(where->members[1].span, "b: { not: null }");
    assert_str(index->comment, "// why");
    assert_span(index->span, "@@index([a], where: { a: true, b: { not: null } }) // why");
}
END_TEST

START_TEST(an_argument_without_value_and_a_trailing_comma_are_kept_for_validation)
{
    parse("model A {\n  @@index(a: , b: 1, )\n}\n");
    const inb__psl_args *args = &schema.blocks[0]->attributes.v[0]->args;
    ck_assert_uint_eq(args->n, 2);
    ck_assert_ptr_null(args->v[0].value);
    ck_assert(args->has_trailing_comma);
    assert_span(args->trailing_comma, ",");
    ck_assert_uint_eq(diagnostics.n, 0);
}
END_TEST

START_TEST(documentation_is_what_stands_above_and_behind)
{
    parse("/// of A\n// not this\n/// and this\nmodel A {\n  /// above\n  a Int /// behind\n  b "
          "Int // no\n}\n");
    assert_str(schema.blocks[0]->documentation, "of A\nand this");
    assert_str(field(0, 0)->documentation, "above\nbehind");
    ck_assert_uint_eq(field(0, 1)->documentation.n, 0);
}
END_TEST

START_TEST(every_kind_of_block_is_known)
{
    parse(
        "model A {\n}\nview B {\n}\ntype C {\n}\nenum D {\n  X\n}\ndatasource e {\n  k = \"v\"\n}\n"
        "generator f {\n}\nmodelG {\n}\n");
    static const inb__psl_block_kind kinds[] = {
        INB__PSL_MODEL,      INB__PSL_VIEW,      INB__PSL_TYPE, INB__PSL_ENUM,
        INB__PSL_DATASOURCE, INB__PSL_GENERATOR, INB__PSL_MODEL};
    ck_assert_uint_eq(schema.n_blocks, 7);
    for (size_t i = 0; i < 7; i++) {
        ck_assert_int_eq(schema.blocks[i]->kind, kinds[i]);
    }
    assert_str(schema.blocks[3]->values[0]->name.name, "X");
    assert_str(schema.blocks[4]->properties[0]->value->value, "v");
    assert_str(schema.blocks[6]->name.name, "G");
}
END_TEST

/* What is wrong, and the lines it is on: as Prisma's engine says of the same text. */
static const struct {
    const char *text, *spans[4];
} faults[] = {
    {"junk here\n", {"junk here\n"}},
    {"model A { id Int }\n", {"model A { id Int }\n"}},
    {"Thing {\n  a\n}\n", {"Thing {\n  a\n}"}},
    {"type X = String @y  \ntype Y = Int @z(1)  \n",
     {"type X = String @y  ", "type Y = Int @z(1)"}},
    {"model A {\n  a: Int\n}\n", {":"}},
    {"model A {\n  a Int!\n  b [Int]\n  c Int[]?\n}\n", {"Int!", "[Int]", "Int[]?"}},
    {"model A {\n  a\n}\n", {"a\n"}},
    {"model A {\n  a Int Int\n  @@x([a,])\n}\n", {"a Int Int\n", "@@x([a,])\n"}},
    {"enum A {\n  a Int\n  b\n  _c\n}\n", {"a Int\n", "_c\n"}},
    {"datasource a {\n  b = 1 2\n  c\n}\n", {"b = 1 2\n", "c\n"}},
    {"model A {\n  a String @default(\"\\q\\u12\\ud83d\\ud83d\")\n}\n",
     {"\\q", "\\u12", "\\ud83d\\ud83d"}},
    {"model A {\n  a Int\n", {"model A {\n", "a Int\n"}},
    {"model A {\r  a Int x\r}\r", {"a Int x\r"}},
};

START_TEST(a_fault_is_reported_where_it_is)
{
    parse(faults[_i].text);
    size_t n = 0;
    while (n < 4 && faults[_i].spans[n]) {
        n++;
    }
    ck_assert_uint_eq(diagnostics.n, n);
    ck_assert_uint_eq(diagnostics.errors, n);
    for (size_t i = 0; i < n; i++) {
        assert_span(diagnostics.v[i].span, faults[_i].spans[i]);
        ck_assert_ptr_nonnull(diagnostics.v[i].hint);
    }
}
END_TEST

START_TEST(nesting_ends_at_its_limit)
{
    char text[4 * INB__LIMIT_NESTING + 64] = "model A {\n  a Int @x(";
    memset(text + strlen(text), '[', 2 * INB__LIMIT_NESTING);
    strcat(text, "\n}\n");
    parse(text);
    ck_assert_uint_eq(diagnostics.n, 1);
}
END_TEST

static double seconds_of(const char *line, size_t n, const char *end)
{
    INB__AUTO_BUF inb__buf b;
    struct timespec from, to;
    inb__buf_init(&b, INB__LIMIT_FILE);
    for (size_t i = 0; i < n; i++) {
        inb__buf_str(&b, line);
    }
    inb__buf_str(&b, end);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    parse(inb__buf_text(&b));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Each is quadratic for a parser that tries every line to the end: 50,000 lines would take minutes.
 */
static const struct {
    const char *line, *end;
} hostile[] = {
    {"model A {\n", ""},
    {"model A {\n", "x }\n"},
    {"enum A {\n  /*\n", "}\n"},
    {"x Int /*\n", "*/ x\n"},
    {"/*\n", ""},
    {"thing {\n", ""},
    {"datasource a {\n", "}x\n"},
    {"x String @y(\"\\\n", ""},
};

START_TEST(time_grows_with_the_size)
{
    ck_assert_double_lt(seconds_of(hostile[_i].line, 50000, hostile[_i].end), 30.0);
}
END_TEST

static char folder[64];

static void file_make(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    ck_assert_int_eq(inb__file_write(path, inb__str_of(text), NULL), 0);
}

START_TEST(a_folder_is_read_in_the_order_of_paths)
{
    strcpy(folder, "/tmp/inb-psl-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    file_make("b.prisma", "enum B {\n  X\n}\n");
    file_make("a.prisma", "enum A {\n  X\n}\n");
    file_make("c.txt", "no");
    ck_assert_int_eq(inb__psl_schema_files_read(&schema, &arena, folder, NULL), 0);
    ck_assert_uint_eq(schema.n_files, 2);
    ck_assert(inb__str_ends(inb__str_of(schema.files[0].path), "/a.prisma"));
    if (INB__ARENA_ERROR_EXIT(&arena)) {
        ck_abort_msg("out of memory");
    }
    inb__diagnostics_init(&diagnostics, &arena);
    inb__psl_schema_parse(&schema, &arena, &diagnostics);
    ck_assert_uint_eq(schema.n_blocks, 2);
    ck_assert_uint_eq(schema.blocks[1]->span.file, 1);
    file_make("b.prisma", "enum \xff {\n}\n");
    inb_error *err = NULL;
    ck_assert_int_eq(inb__psl_schema_files_read(&schema, &arena, folder, &err), INB_ESYNTAX);
    inb_error_free(err);
    static const char *const names[] = {"a.prisma", "b.prisma", "c.txt"};
    for (size_t i = 0; i < 3; i++) {
        char path[256];
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    ck_assert_int_eq(inb__psl_schema_files_read(&schema, &arena, folder, NULL), INB_EIO);
    rmdir(folder);
}
END_TEST

static int parse_or_fail(const char *text, size_t *blocks)
{
    inb__arena a;
    inb__arena_init(&a);
    if (INB__ARENA_ERROR_EXIT(&a)) {
        inb__arena_dispose(&a);
        return INB_ENOMEM;
    }
    inb__psl_schema s;
    inb__diagnostics d;
    inb__psl_schema_files_text(&s, &a, "test", inb__str_of(text));
    inb__diagnostics_init(&d, &a);
    inb__psl_schema_parse(&s, &a, &d);
    *blocks = s.n_blocks;
    inb__arena_dispose(&a);
    return 0;
}

START_TEST(out_of_memory_leaves_nothing_behind)
{
    static const char text[] =
        "/// d\nmodel A {\n  a Int @default(f([1, { b: 2 }])) // c\n  b: X\n  @@x\n}\njunk\n"
        "datasource b {\n  k = \"\\n\"\n}\nenum C {\n  X @y\n}\n";
    INB_OOM_LOOP(oom)
    {
        size_t blocks = 0;
        int rc = parse_or_fail(text, &blocks);
        if (rc == 0) {
            ck_assert_uint_eq(blocks, 3);
            INB_OOM_DONE(oom);
        } else {
            ck_assert_int_eq(rc, INB_ENOMEM);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("psl_parse");
    TCase *tree = tcase_create("tree");
    tcase_add_checked_fixture(tree, set_up, tear_down);
    tcase_add_test(tree, a_field_has_all_its_parts);
    tcase_add_test(tree, an_object_has_members);
    tcase_add_test(tree, an_argument_without_value_and_a_trailing_comma_are_kept_for_validation);
    tcase_add_test(tree, documentation_is_what_stands_above_and_behind);
    tcase_add_test(tree, every_kind_of_block_is_known);
    tcase_add_loop_test(tree, a_fault_is_reported_where_it_is, 0,
                        sizeof(faults) / sizeof(faults[0]));
    suite_add_tcase(suite, tree);

    TCase *limits = tcase_create("limits");
    tcase_add_checked_fixture(limits, set_up, tear_down);
    tcase_add_test(limits, nesting_ends_at_its_limit);
    tcase_add_loop_test(limits, time_grows_with_the_size, 0, sizeof(hostile) / sizeof(hostile[0]));
    tcase_add_test(limits, a_folder_is_read_in_the_order_of_paths);
    tcase_add_test(limits, out_of_memory_leaves_nothing_behind);
    suite_add_tcase(suite, limits);
    return inb_check_main(suite);
}

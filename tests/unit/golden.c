/*
 * The golden cases of validate, folders, format and diff (tests/golden), all in one process. A test
 * goes on after a case that fails, and shows of each how what is printed differs from what Prisma's
 * engine printed.
 */
#include "config.h"

#include "check_main.h"

#include "psl/format.h"
#include "psl/schema_check.h"
#include "psl/schema_parse.h"
#include "schema/diff.h"
#include "schema/from_datamodel.h"
#include "schema/render.h"
#include "sql/sql_expr.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/limits.h"

#include <stdio.h>

#define TEXT_MAX (16u * 1024 * 1024)

/* One case: what it is called, where it is, and what came of it. */
typedef struct golden_case {
    inb__arena arena;
    const char *folder;
    const char *name;
    inb__buf got;
} golden_case;

/* ---- showing how two texts differ ---- */

static inb__str line_take(inb__str *rest)
{
    const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    size_t n = end ? (size_t)(end - rest->p) : rest->n;
    inb__str line = {rest->p, n};
    n += end != NULL;
    rest->p += n;
    rest->n -= n;
    return line;
}

static void lines_show(char sign, inb__str text)
{
    while (text.n) {
        inb__str line = line_take(&text);
        printf("#     %c%.*s\n", sign, INB__STR_ARG(line));
    }
}

/* Takes the lines away with which both begin. */
static void common_drop(inb__str *a, inb__str *b)
{
    while (a->n && b->n) {
        inb__str x = *a, y = *b;
        if (!inb__str_eq(line_take(&x), line_take(&y))) {
            return;
        }
        *a = x;
        *b = y;
    }
}

/* Takes the bytes away with which both end, up to the start of a line. */
static void tail_drop(inb__str *a, inb__str *b)
{
    size_t same = 0, lines = 0;
    while (same < a->n && same < b->n && a->p[a->n - same - 1] == b->p[b->n - same - 1]) {
        if (a->p[a->n - same - 1] == '\n') {
            lines = same;
        }
        same++;
    }
    lines = same == a->n || same == b->n ? same : lines;
    a->n -= lines;
    b->n -= lines;
}

/* Whether the case gave what is wanted; says what differs if not. */
static bool case_agrees(const golden_case *c, inb__str wanted)
{
    inb__str got = {inb__buf_text(&c->got), c->got.length};
    if (!c->got.failed && inb__str_eq(got, wanted)) {
        return true;
    }
    printf("# %s/%s: - what is wanted, + what there is\n", c->folder, c->name);
    common_drop(&wanted, &got);
    tail_drop(&wanted, &got);
    lines_show('-', wanted);
    lines_show('+', got);
    fflush(stdout);
    return false;
}

/* ---- the cases of a folder ---- */

static const char *golden_path(inb__arena *arena, const char *folder, const char *name)
{
    const char *source = getenv("top_srcdir");
    return inb__arena_printf(arena, "%s/tests/golden/%s/%s", source ? source : ".", folder, name);
}

static inb__str file_of(golden_case *c, const char *name)
{
    inb__str text;
    const char *path = golden_path(&c->arena, c->folder, name);
    ck_assert_msg(inb__file_read(&text, &c->arena, path, INB__LIMIT_FILE, NULL) == 0, "no %s",
                  path);
    return text;
}

static char *name_with(golden_case *c, const char *name, const char *end)
{
    return inb__arena_printf(&c->arena, "%s%s", name, end);
}

/* Does the case into c->got, and says what is wanted there. */
typedef inb__str (*case_fn)(golden_case *c);

static bool case_run(const char *folder, const char *name, case_fn run)
{
    golden_case c = {.folder = folder, .name = name};
    inb__arena_init(&c.arena);
    inb__buf_init(&c.got, TEXT_MAX);
    if (INB__ARENA_ERROR_EXIT(&c.arena)) {
        ck_abort_msg("out of memory");
    }
    bool agrees = case_agrees(&c, run(&c));
    inb__buf_dispose(&c.got);
    inb__arena_dispose(&c.arena);
    return agrees;
}

/* Runs every entry whose name has the ending, or every folder when there is none. */
static void cases_run(const char *folder, const char *ending, case_fn run, size_t at_least)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb__dirent *entries;
    size_t n, cases = 0, wrong = 0;
    ck_assert_int_eq(inb__dir_list(&entries, &n, &arena, golden_path(&arena, folder, ""), NULL), 0);
    for (size_t i = 0; i < n; i++) {
        inb__str name = inb__str_of(entries[i].name);
        if (ending ? inb__str_ends(name, ending) : entries[i].is_dir) {
            name.n -= ending ? strlen(ending) : 0;
            wrong += !case_run(folder, inb__arena_strndup(&arena, name.p, name.n), run);
            cases++;
        }
    }
    ck_assert_uint_ge(cases, at_least);
    ck_assert_msg(wrong == 0, "%zu of %zu cases of %s differ: see above", wrong, cases, folder);
}

/* ---- validate ---- */

/* Where older projects have what Prisma 8 refuses, and nothing depends on it: the verdict is our
 * own. */
static const struct {
    const char *name, *verdict;
} ours[] = {
    {"datasource-url", ""},
    {"view-id", "warning 14\nwarning 21\n"},
};

static const char *basename_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const char *const severity_names[] = {[INB__SEVERITY_ERROR] = "error",
                                             [INB__SEVERITY_WARNING] = "warning",
                                             [INB__SEVERITY_NOTE] = "note"};

static bool one_line(const char *text)
{
    return text && text[0] && !strchr(text, '\n');
}

/* Each finding has words of its own and a place in the text. */
static void finding_check(const golden_case *c, const inb__diagnostic *d, inb__str text)
{
    const char *hint = d->hint;
    ck_assert_msg(one_line(d->message) && !inb__str_ends(inb__str_of(d->message), "."), "%s: %s",
                  c->name, d->message);
    ck_assert_msg(one_line(hint) && hint[0] >= 'A' && hint[0] <= 'Z' &&
                      strchr(".?", hint[strlen(hint) - 1]),
                  "%s: the hint of \"%s\" is \"%s\"", c->name, d->message, hint ? hint : "");
    ck_assert_msg(d->span.start <= d->span.end && d->span.end <= text.n, "%s: %s: bytes %u to %u",
                  c->name, d->message, d->span.start, d->span.end);
}

typedef struct finding {
    const char *file;
    uint32_t line;
    inb__severity severity;
} finding;

/* As the expectations are sorted: by file, line, then error before warning. */
static int finding_compare(const void *x, const void *y)
{
    const finding *a = x, *b = y;
    int order = strcmp(a->file, b->file);
    if (order == 0) {
        order = (a->line > b->line) - (a->line < b->line);
    }
    return order ? order : (int)a->severity - (int)b->severity;
}

static void findings_write(golden_case *c, const inb__diagnostics *list, bool with_files)
{
    finding *found = INB__NEW_N(&c->arena, finding, list->n + 1);
    for (size_t i = 0; i < list->n; i++) {
        const inb__diagnostic *d = &list->v[i];
        const inb__source *source = &list->sources.v[d->span.file];
        finding_check(c, d, source->text);
        inb__place place = inb__place_of(source->text.p, source->text.n, d->span.start);
        found[i] = (finding){with_files ? basename_of(source->path) : "", place.line, d->severity};
    }
    qsort(found, list->n, sizeof(*found), finding_compare);
    for (size_t i = 0; i < list->n; i++) {
        inb__buf_printf(&c->got, "%s %s%s%u\n", severity_names[found[i].severity], found[i].file,
                        with_files ? ":" : "", found[i].line);
    }
}

static void schema_validate(golden_case *c, const char *name, bool with_files)
{
    const inb__dm *dm;
    inb__psl_schema schema;
    inb__diagnostics list;
    inb__diagnostics_init(&list, &c->arena);
    const char *path = golden_path(&c->arena, c->folder, name);
    ck_assert_int_eq(inb__psl_schema_check_path(&dm, &schema, &c->arena, path, &list, NULL), 0);
    size_t errors = 0;
    for (size_t i = 0; i < list.n; i++) {
        errors += list.v[i].severity == INB__SEVERITY_ERROR;
    }
    ck_assert_uint_eq(errors, list.errors);
    findings_write(c, &list, with_files);
}

static inb__str validate_case(golden_case *c)
{
    schema_validate(c, name_with(c, c->name, ".prisma"), false);
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (strcmp(c->name, ours[i].name) == 0) {
            return inb__str_of(ours[i].verdict);
        }
    }
    return file_of(c, name_with(c, c->name, ".expected"));
}

static inb__str folder_case(golden_case *c)
{
    schema_validate(c, c->name, true);
    return file_of(c, name_with(c, c->name, ".expected"));
}

START_TEST(schemas_get_the_verdicts_of_the_engine)
{
    cases_run("validate", ".prisma", validate_case, 200);
}
END_TEST

START_TEST(folders_get_the_verdicts_of_the_engine)
{
    cases_run("folders", NULL, folder_case, 6);
}
END_TEST

/* ---- format ---- */

static inb__str formatted(golden_case *c, inb__str text)
{
    inb__psl_schema schema;
    inb__diagnostics list;
    inb__psl_schema_files_text(&schema, &c->arena, c->name, text);
    inb__diagnostics_init(&list, &c->arena);
    return inb__psl_format_schema(&c->arena, &schema, &list)[0];
}

/* The formatted text is formatted already: a second time changes nothing. */
static inb__str format_case(golden_case *c)
{
    inb__str once = formatted(c, file_of(c, name_with(c, c->name, ".input.prisma")));
    inb__str twice = formatted(c, once);
    ck_assert_msg(inb__str_eq(once, twice), "%s: formatting it twice is not formatting it once",
                  c->name);
    inb__buf_add(&c->got, once.p, once.n);
    return file_of(c, name_with(c, c->name, ".expected.prisma"));
}

START_TEST(schemas_are_formatted_to_the_byte)
{
    cases_run("format", ".input.prisma", format_case, 20);
}
END_TEST

/* ---- diff ---- */

START_TEST(an_expression_names_its_columns)
{
    static const struct {
        const char *expr, *column;
        bool names;
    } cases[] = {
        {"deleted_at IS NULL", "deleted_at", true},
        {"\"deleted_at\" IS NULL", "at", false},
        {"kind = 'at' /* at */", "at", false},
        {"Kind = 1", "kind", true},
        {"\"Kind\" = 1", "kind", false},
        {"lower(name) = 'x'", "lower", false},
        {"a = 'x'::kind", "kind", false},
        {"t.kind = 1", "kind", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_msg(inb__sql_expr_names(inb__str_of(cases[i].expr),
                                          inb__str_of(cases[i].column)) == cases[i].names,
                      "%s in %s", cases[i].column, cases[i].expr);
    }
}
END_TEST

static bool same_sql(inb__str a, inb__str b, void *payload)
{
    const char *x = inb__sql_expr_normalize(payload, a), *y = inb__sql_expr_normalize(payload, b);
    return x && y && strcmp(x, y) == 0;
}

/* A side that has no file is an empty database. */
static void side_read(golden_case *c, inb__schema *out, const char *file)
{
    const char *path = golden_path(&c->arena, c->folder, inb__path_join(&c->arena, c->name, file));
    const inb__dm *dm;
    inb__psl_schema schema;
    inb__diagnostics list;
    inb__schema_empty(out);
    if (inb__path_exists(path)) {
        inb__diagnostics_init(&list, &c->arena);
        ck_assert_int_eq(inb__psl_schema_check_path(&dm, &schema, &c->arena, path, &list, NULL), 0);
        ck_assert_msg(list.errors == 0, "%s: %s is not valid", c->name, file);
        inb__schema_from_datamodel(out, &c->arena, dm);
    }
}

static inb__str diff_case(golden_case *c)
{
    inb__schema from, to;
    inb__steps steps;
    const inb__diff_options options = {.same_sql = same_sql, .payload = &c->arena};
    side_read(c, &from, "from.prisma");
    side_read(c, &to, "to.prisma");
    inb__schema_diff(&steps, &c->arena, &from, &to, &options);
    inb__render_steps(&c->got, &steps);
    return file_of(c, inb__path_join(&c->arena, c->name, "expected.sql"));
}

START_TEST(scripts_are_those_of_the_engine_to_the_byte)
{
    cases_run("diff", NULL, diff_case, 70);
}
END_TEST

/* ---- showing a difference ---- */

START_TEST(what_is_shown_is_the_lines_that_differ)
{
    inb__str a = INB__STR("one\ntwo\nthree\n"), b = INB__STR("one\nother\nthree\n");
    common_drop(&a, &b);
    tail_drop(&a, &b);
    ck_assert_msg(inb__str_is(a, "two\n"), "%.*s", INB__STR_ARG(a));
    ck_assert_msg(inb__str_is(b, "other\n"), "%.*s", INB__STR_ARG(b));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("golden");
    TCase *tcase = tcase_create("golden");
    tcase_add_test(tcase, what_is_shown_is_the_lines_that_differ);
    tcase_add_test(tcase, schemas_get_the_verdicts_of_the_engine);
    tcase_add_test(tcase, folders_get_the_verdicts_of_the_engine);
    tcase_add_test(tcase, schemas_are_formatted_to_the_byte);
    tcase_add_test(tcase, scripts_are_those_of_the_engine_to_the_byte);
    tcase_add_test(tcase, an_expression_names_its_columns);
    suite_add_tcase(suite, tcase);
    return inb_check_main(suite);
}

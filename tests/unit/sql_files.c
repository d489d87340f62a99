/* Every .sql file of the sources: PostgreSQL's parser takes it, and its statements have names of
 * the file. */
#include "config.h"

#include "check_main.h"
#include "sql/parser.h"
#include "sql/split.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static glob_t files;

static void files_find(void)
{
    static const char *const patterns[] = {"src/*/sql/*.sql", "src/*/*/sql/*.sql"};
    const char *source = getenv("top_srcdir");
    char pattern[4096];
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        snprintf(pattern, sizeof(pattern), "%s/%s", source ? source : ".", patterns[i]);
        glob(pattern, i > 0 ? GLOB_APPEND : 0, NULL, &files);
    }
}

static char *file_read(inb__arena *arena, const char *path)
{
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s", path);
    char *text = inb__arena_alloc(arena, INB__LIMIT_MESSAGE);
    size_t n = fread(text, 1, INB__LIMIT_MESSAGE - 1, f);
    ck_assert_msg(feof(f), "%s is larger than this test reads", path);
    fclose(f);
    text[n] = '\0';
    return text;
}

/* What psql does with :"name" and :'name', whatever the name. */
static void variables_fill(char *text)
{
    for (char *p = text; *p; p++) {
        if (p[0] == ':' && (p[1] == '"' || p[1] == '\'') && (p == text || p[-1] != ':')) {
            *p = ' ';
        }
    }
}

/* The lines that begin a statement, each of which must have a name that begins with the file's. */
static size_t names_count(const char *path, const char *text)
{
    const char *base = strrchr(path, '/') + 1;
    size_t n = 0, length = strcspn(base, ".");
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        const char *name = strncmp(line, "PREPARE ", 8) == 0    ? line + 8
                           : strncmp(line, "-- name: ", 9) == 0 ? line + 9
                                                                : NULL;
        if (name) {
            ck_assert_msg(strncmp(name, base, length) == 0 && name[length] == '_', "%s: %.40s",
                          path, name);
            n++;
        }
    }
    return n;
}

START_TEST(the_parser_takes_every_file)
{
    const char *path = files.gl_pathv[_i];
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    char *text = file_read(&arena, path);
    size_t names = names_count(path, text);
    variables_fill(text);
    inb__pieces statements = {0};
    inb__split_text(&statements, &arena, inb__str_of(text));
    for (size_t i = 0; i < statements.n; i++) {
        const inb__node *node = NULL;
        inb__parser_fault fault = {0};
        inb__str own = {text + statements.v[i].offset, statements.v[i].length};
        int rc = inb__parser_statement(&node, &arena, own, &fault);
        ck_assert_msg(rc == 0, "%s: %s at: %.60s", path, fault.message, own.p + fault.offset);
    }
    ck_assert_uint_eq(statements.n, names);
}
END_TEST

START_TEST(there_are_files)
{
    ck_assert_uint_ge(files.gl_pathc, 7);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("sql_files");
    TCase *all = tcase_create("sql_files");
    files_find();
    tcase_add_test(all, there_are_files);
    tcase_add_loop_test(all, the_parser_takes_every_file, 0, (int)files.gl_pathc);
    suite_add_tcase(s, all);
    return s;
}

int main(void)
{
    return inb_check_main(suite());
}

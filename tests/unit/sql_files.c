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

static bool is_among(inb__str s, const char *const *words)
{
    for (; *words; words++) {
        if (inb__str_is(s, *words)) {
            return true;
        }
    }
    return false;
}

static inb__str function_of(const inb__node *call)
{
    inb__str name = {"", 0};
    const inb__node *parts = inb__node_at(call, "funcname");
    INB__NODE_EACH(part, parts)
    {
        name = inb__node_text(part, "String/sval");
    }
    return name;
}

/* Of the history or of the metadata tables. */
static bool is_history(const inb__node *n)
{
    return inb__str_is(n->key, "RangeVar") && (inb__node_is(n, "relname", "_prisma_migrations") ||
                                               inb__node_is(n, "schemaname", "inboard"));
}

/* Of the session, or of the catalogue: each node of a cluster has its own. */
static bool is_session(const inb__node *n)
{
    static const char *const functions[] = {"set_config",
                                            "current_setting",
                                            "pg_backend_pid",
                                            "pg_current_xact_id",
                                            "pg_current_xact_id_if_assigned",
                                            "pg_try_advisory_lock",
                                            "pg_advisory_unlock",
                                            NULL};
    return (inb__str_is(n->key, "RangeVar") &&
            (inb__node_is(n, "schemaname", "pg_catalog") ||
             inb__str_starts(inb__node_text(n, "relname"), "pg_"))) ||
           (inb__str_is(n->key, "FuncCall") && is_among(function_of(n), functions));
}

static bool calls_volatile(const inb__node *root)
{
    static const char *const functions[] = {"clock_timestamp", "random", "gen_random_uuid",
                                            "nextval",         "setval", NULL};
    INB__NODE_WALK(n, root)
    {
        if (inb__str_is(n->key, "FuncCall") && is_among(function_of(n), functions)) {
            return true;
        }
    }
    return false;
}

static bool writes(const inb__node *query)
{
    return inb__node_at(query, "InsertStmt") || inb__node_at(query, "UpdateStmt") ||
           inb__node_at(query, "DeleteStmt");
}

/* What a planner that distributes tables over several servers does not take (docs/ENGINE.md). */
static const char *fault_of(const inb__node *root)
{
    bool history = false, session = false;
    INB__NODE_WALK(n, root)
    {
        bool sets = inb__str_is(n->key, "UpdateStmt") || inb__str_is(n->key, "onConflictClause");
        history = history || is_history(n);
        session = session || is_session(n);
        if (sets && calls_volatile(inb__node_at(n, "targetList"))) {
            return "a volatile function in SET";
        }
        if (inb__str_is(n->key, "CommonTableExpr") && writes(inb__node_at(n, "ctequery"))) {
            return "WITH writes";
        }
    }
    return history && session ? "the history's tables beside the catalogue or facts of the session"
                              : NULL;
}

static const inb__node *parsed(inb__arena *arena, const char *sql)
{
    const inb__node *node = NULL;
    inb__parser_fault fault = {0};
    inb__str own = inb__str_of(inb__arena_strdup(arena, sql));
    ck_assert_int_eq(inb__parser_statement(&node, arena, own, &fault), 0);
    return node;
}

START_TEST(the_rules_find_what_they_forbid)
{
    static const char *const bad[] = {
        "PREPARE x AS SELECT set_config('a.b', id, true) FROM inboard.migrations",
        "SELECT 1 FROM _prisma_migrations WHERE EXISTS (SELECT FROM pg_catalog.pg_locks)",
        "SELECT 1 FROM pg_catalog.pg_index i JOIN inboard.statements s ON i.indexrelid = s.oid",
        "PREPARE x AS UPDATE inboard.histories SET updated_at = pg_catalog.clock_timestamp()",
        "INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET at = clock_timestamp()",
        "WITH w AS (DELETE FROM t RETURNING 1) SELECT * FROM w",
    };
    static const char *const good[] = {
        "INSERT INTO t VALUES (now()) ON CONFLICT (id) DO UPDATE SET at = excluded.at",
        "UPDATE _prisma_migrations SET finished_at = pg_catalog.now()",
        "SELECT set_config('a.b', 'c', true), count(*) FROM pg_locks",
    };
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_msg(fault_of(parsed(&arena, bad[i])) != NULL, "%s", bad[i]);
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ck_assert_msg(fault_of(parsed(&arena, good[i])) == NULL, "%s", good[i]);
    }
}
END_TEST

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
        if (strstr(path, "/engine/")) {
            const char *forbidden = fault_of(node);
            ck_assert_msg(!forbidden, "%s: %s: %.80s", path, forbidden, own.p);
        }
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
    tcase_add_test(all, the_rules_find_what_they_forbid);
    tcase_add_loop_test(all, the_parser_takes_every_file, 0, (int)files.gl_pathc);
    suite_add_tcase(s, all);
    return s;
}

int main(void)
{
    return inb_check_main(suite());
}

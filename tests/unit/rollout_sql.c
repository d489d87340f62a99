/* The planner's SQL as PostgreSQL's parser sees it: the script, and the body of each function. */
#include "config.h"

#include "check_main.h"
#include "util/limits.h"

#include <pg_query.h>
#include <stdio.h>
#include <string.h>

static char *script_read(void)
{
    char path[4096];
    const char *source = getenv("top_srcdir");
    snprintf(path, sizeof(path), "%s/src/schema/rollout/rollout.sql", source ? source : ".");
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    char *text = calloc(1, INB__LIMIT_FILE);
    size_t n = fread(text, 1, INB__LIMIT_FILE - 1, f);
    fclose(f);
    ck_assert_uint_gt(n, 10000);
    return text;
}

START_TEST(the_script_is_parsed)
{
    char *text = script_read();
    PgQueryParseResult r = pg_query_parse(text);
    ck_assert_msg(!r.error, "%s at %d", r.error ? r.error->message : "",
                  r.error ? r.error->cursorpos : 0);
    pg_query_free_parse_result(r);
    free(text);
}
END_TEST

/* The statements that hold PL/pgSQL, each as one. */
START_TEST(the_bodies_are_parsed)
{
    char *text = script_read();
    size_t bodies = 0;
    for (char *body = strstr(text, "$inboard$"); body; body = strstr(body, "$inboard$")) {
        char *start = body;
        while (start > text && strncmp(start, "\nDO ", 4) &&
               strncmp(start, "\nCREATE FUNCTION ", 17)) {
            start--;
        }
        char *end = strstr(body + 1, "$inboard$");
        ck_assert_ptr_nonnull(end);
        end = strchr(end, ';');
        *end = '\0';
        PgQueryPlpgsqlParseResult r = pg_query_parse_plpgsql(start + 1);
        ck_assert_msg(!r.error, "%s: %s", r.error ? r.error->message : "", start);
        pg_query_free_plpgsql_parse_result(r);
        bodies++;
        body = end + 1;
    }
    ck_assert_uint_eq(bodies, 3);
    free(text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rollout sql");
    TCase *t = tcase_create("parse");
    tcase_add_test(t, the_script_is_parsed);
    tcase_add_test(t, the_bodies_are_parsed);
    suite_add_tcase(s, t);
    return inb_check_main(s);
}

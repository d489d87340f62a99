#include "config.h"

#include "check_main.h"
#include "oom.h"
#include "pg/url.h"
#include "util/limits.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#define PASSWORD "hunter2"

/* libpq: the parameters that reach it, sorted, but for the password's value. */
static const struct {
    const char *url;
    const char *libpq;
    const char *schema;
    const char *display;
} good[] = {
    {"postgresql://u:hunter2@h:6543/d", "dbname=d host=h password=* port=6543 user=u", "public",
     "postgresql://u@h:6543/d"},
    {"postgres://u@h/d?schema=app", "dbname=d host=h user=u", "app",
     "postgresql://u@h/d?schema=app"},
    {"postgresql://", "", "public", "postgresql:///"},
    {"postgresql:///d?host=/run/pg&user=u", "dbname=d host=/run/pg user=u", "public",
     "postgresql://u@/d?host=/run/pg"},
    {"postgresql://u:hunter2@localhost/d?host=/run/pg", "dbname=d host=/run/pg password=* user=u",
     "public", "postgresql://u@/d?host=/run/pg"},
    {"postgresql://h/d?host=@abstract", "dbname=d host=@abstract", "public",
     "postgresql:///d?host=@abstract"},
    {"postgresql://[::1]:5433/d", "dbname=d host=::1 port=5433", "public",
     "postgresql://[::1]:5433/d"},
    {"postgresql://a:1,b:2/d", "dbname=d host=a,b port=1,2", "public",
     "postgresql:///d?host=a,b&port=1,2"},
    {"postgresql://%75:p%40%2F%3a%25@h/d%20b", "dbname=d b host=h password=* user=u", "public",
     "postgresql://u@h/d%20b"},
    {"postgresql://u:a?b&c@h/d", "dbname=d host=h password=* user=u", "public",
     "postgresql://u@h/d"},
    /* Prisma's own */
    {"postgresql://h/d?connection_limit=5&pool_timeout=2&socket_timeout=3&statement_cache_size=0"
     "&max_connection_lifetime=1&max_idle_connection_lifetime=1&single_use_connections=true",
     "dbname=d host=h", "public", "postgresql://h/d"},
    {"postgresql://h/d?schema=a%22b&schema=%C3%A9", "dbname=d host=h", "\xc3\xa9",
     "postgresql://h/d?schema=%C3%A9"},
    {"postgresql://h/d?connect_timeout=7&application_name=x%20y&options=-c%20a%3Db",
     "application_name=x y connect_timeout=7 dbname=d host=h options=-c a=b", "public",
     "postgresql://h/d"},
    {"postgresql://h/d?options=-c a=b", "dbname=d host=h options=-c a=b", "public",
     "postgresql://h/d"},
    {"postgresql://h/d?&&user=u&", "dbname=d host=h user=u", "public", "postgresql://u@h/d"},
    {"postgresql://h/d?password=hunter2", "dbname=d host=h password=*", "public",
     "postgresql://h/d"},
    {"postgresql://h/d?user=", "dbname=d host=h", "public", "postgresql://h/d"},
    /* TLS, Prisma's way and libpq's */
    {"postgresql://h1:1,h2:2/d?host=h", "dbname=d host=h port=1,2", "public",
     "postgresql:///d?host=h&port=1,2"},
    {"postgresql://h/d?ssl=true", "dbname=d host=h sslmode=require", "public", "postgresql://h/d"},
    {"postgresql://h/d?sslmode=require&sslcert=ca.pem",
     "dbname=d host=h sslmode=require sslrootcert=ca.pem", "public", "postgresql://h/d"},
    {"postgresql://h/d?sslmode=require&sslcert=ca.pem&sslaccept=accept_invalid_certs",
     "dbname=d host=h sslmode=require", "public", "postgresql://h/d"},
    {"postgresql://h/d?sslmode=require&sslcert=ca.pem&sslaccept=strict",
     "dbname=d host=h sslmode=verify-full sslrootcert=ca.pem", "public", "postgresql://h/d"},
    {"postgresql://h/d?sslmode=disable&sslaccept=strict", "dbname=d host=h sslmode=disable",
     "public", "postgresql://h/d"},
    {"postgresql://h/d?sslcert=me.pem&sslkey=me.key&sslpassword=hunter2&sslmode=verify-ca",
     "dbname=d host=h sslcert=me.pem sslkey=me.key sslmode=verify-ca sslpassword=*", "public",
     "postgresql://h/d"},
    /* keyword=value */
    {"host=h dbname=d user=u password=hunter2", "dbname=d host=h password=* user=u", "public",
     "postgresql://u@h/d"},
    {" host = h  schema='my schema' password='it\\'s \\\\' ", "host=h password=*", "my schema",
     "postgresql://h/?schema=my%20schema"},
    {"host=a\\ b connection_limit=5", "host=a b", "public", "postgresql://a%20b/"},
    {"host=h sslcert=me.pem", "host=h sslcert=me.pem", "public", "postgresql://h/"},
    {"host=''", "", "public", "postgresql:///"},
};

static int by_keyword(const void *a, const void *b)
{
    return strcmp(((const inb__url_parameter *)a)->keyword,
                  ((const inb__url_parameter *)b)->keyword);
}

static void parameters_text(inb__url *url, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    qsort(url->parameters, url->n, sizeof(url->parameters[0]), by_keyword);
    for (size_t i = 0; i < url->n; i++) {
        const inb__url_parameter *p = &url->parameters[i];
        bool secret = strstr(p->keyword, "password") != NULL;
        n += (size_t)snprintf(out + n, size - n, "%s%s=%s", i ? " " : "", p->keyword,
                              secret ? "*" : p->value);
    }
}

START_TEST(good_urls_reach_libpq_without_what_is_prismas)
{
    inb__url url = {0};
    inb_error *err = NULL;
    ck_assert_msg(inb__url_parse(&url, good[_i].url, &err) == 0, "%s: %s", good[_i].url,
                  inb_error_message(err));
    char text[1000];
    parameters_text(&url, text, sizeof(text));
    ck_assert_str_eq(text, good[_i].libpq);
    ck_assert_str_eq(url.schema, good[_i].schema);
    ck_assert_str_eq(url.display, good[_i].display);
    ck_assert_ptr_null(strstr(url.display, PASSWORD));
    inb__url_dispose(&url);
    ck_assert_int_eq(inb__alloc_live(), 0);
}
END_TEST

static const struct {
    const char *url;
    int code;
    const char *words;
} bad[] = {
    {"", INB_EINVAL, "no connection URL"},
    {"hunter2", INB_EINVAL, "neither"},
    {"host=h =hunter2", INB_EINVAL, "neither"},
    {"password='hunter2", INB_EINVAL, "not closed"},
    {"password=my hunter2=x", INB_EINVAL, "unknown parameter"},
    {"mysql://u:hunter2@h/d", INB_EINVAL, "scheme"},
    {"prisma+postgres://u:hunter2@h/d", INB_EINVAL, "scheme"},
    {"postgresql://u:hunter2%4@h/d", INB_EINVAL, "hex digits"},
    {"postgresql://u:hunter2%00@h/d", INB_EINVAL, "hex digits"},
    {"postgresql://h/d?password=hunter2%zz", INB_EINVAL, "hex digits"},
    {"postgresql://u:x@hunter2@h/d", INB_EINVAL, "\"@\" in its host"},
    {"postgresql://u:x/hunter2@h/d", INB_EINVAL, "\"@\" in its host"},
    {"postgresql://u:hunter2/d", INB_EINVAL, "port"},
    {"postgresql://h:12a/d?user=hunter2", INB_EINVAL, "port"},
    {"hunter2=h:6543/d?schema=app", INB_EINVAL, "an unknown parameter"},
    {"postgresql://u:p/a?hunter=2@h/d", INB_EINVAL, "unknown parameter"},
    {"postgresql://[::1/d?password=hunter2", INB_EINVAL, "libpq accepts"},
    {"postgresql://h/d?hunter2", INB_EINVAL, "no \"=\""},
    {"postgresql://h/d?sslmod=require", INB_EINVAL, "the unknown parameter \"sslmod\""},
    {"postgresql://h/d?sslmdoe=require", INB_EINVAL, "the unknown parameter \"sslmdoe\""},
    {"postgresql://h/d?shema=hunter2", INB_EINVAL, "the unknown parameter \"shema\""},
    {"postgresql://h/d?hunter%202=1", INB_EINVAL, "an unknown parameter"},
    {"postgresql://h/d?user=u&password=my&hunter2=x", INB_EINVAL, "an unknown parameter"},
    {"postgresql://h/d?currentSchema=hunter2", INB_EINVAL, "its schema"},
    {"postgresql://h/d?search_path=hunter2", INB_EINVAL, "its schema"},
    {"postgresql://h/d?role=hunter2", INB_EINVAL, "\"role\""},
    {"\"postgresql://u:hunter2@h/d\"", INB_EINVAL, "in quotes"},
    {"postgresql://h/d?sslmode=hunter2", INB_EINVAL, "sslmode"},
    {"postgresql://h/d?connect_timeout=hunter2", INB_EINVAL, "connect_timeout"},
    {"postgresql://h/d?keepalives_idle=99999999999", INB_EINVAL, "keepalives_idle"},
    {"postgresql://h/d?pgbouncer=hunter2", INB_EINVAL, "pgbouncer"},
    {"postgresql://h/d?sslaccept=hunter2", INB_EINVAL, "sslaccept"},
    {"postgresql://h/d?sslidentity=hunter2.p12", INB_EINVAL, "PKCS #12"},
    {"postgresql://h/d?schema=", INB_EINVAL, "schema"},
    {"postgresql://h/d?schema=%ff", INB_EINVAL, "not UTF-8"},
    {"postgresql://h/d?schema=0123456789012345678901234567890123456789012345678901234567890123",
     INB_EINVAL, "63 bytes"},
};

START_TEST(bad_urls_are_refused_without_being_repeated)
{
    inb__url url = {0};
    inb_error *err = NULL;
    ck_assert_int_eq(inb__url_parse(&url, bad[_i].url, &err), bad[_i].code);
    ck_assert_msg(strstr(inb_error_message(err), bad[_i].words) != NULL, "%s: %s", bad[_i].url,
                  inb_error_message(err));
    ck_assert_str_eq(inb_error_prisma_code(err), "P1013");
    ck_assert_ptr_null(strstr(inb_error_message(err), "hunter"));
    ck_assert_ptr_null(strstr(inb_error_detail(err), "hunter"));
    ck_assert_ptr_null(strstr(inb_error_hint(err), "hunter"));
    ck_assert_uint_eq(url.n, 0);
    inb_error_free(err);
    ck_assert_int_eq(inb__alloc_live(), 0);
}
END_TEST

/* What platforms and drivers add; what is ignored is named. */
START_TEST(parameters_of_others_are_understood_or_left_out)
{
    static const struct {
        const char *url, *libpq, *ignored;
    } cases[] = {
        {"postgresql://h/d?sslmode=no-verify", "dbname=d host=h sslmode=require", NULL},
        {"postgresql://h/d?uselibpqcompat=true&sslmode=require", "dbname=d host=h sslmode=require",
         NULL},
        {"postgresql://h/d?sslmode=require&supa=base-pooler.x", "dbname=d host=h sslmode=require",
         "supa"},
        {"postgresql://h/d?workaround=supabase-pooler.vercel&supa=x", "dbname=d host=h",
         "workaround, supa"},
        {"postgresql://h/d?prepareThreshold=0&TimeZone=UTC", "dbname=d host=h", "TimeZone"},
        {"  postgresql://h/d?pgbouncer=true\r\n", "dbname=d host=h", NULL},
        {"postgresql://h/d?X-Thing=1", "dbname=d host=h", "X-Thing"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        inb__url url = {0};
        inb_error *err = NULL;
        char text[1000];
        ck_assert_msg(inb__url_parse(&url, cases[i].url, &err) == 0, "%s: %s", cases[i].url,
                      inb_error_message(err));
        parameters_text(&url, text, sizeof(text));
        ck_assert_str_eq(text, cases[i].libpq);
        ck_assert_pstr_eq(url.ignored, cases[i].ignored);
        inb__url_dispose(&url);
    }
    /* Of a newer libpq: passed on to it, or left out. */
    inb__url url = {0};
    ck_assert_int_eq(inb__url_parse(&url, "postgresql://h/d?min_protocol_version=3.0", NULL), 0);
    ck_assert(inb__url_get(&url, "min_protocol_version") || url.ignored);
    inb__url_dispose(&url);
    ck_assert_int_eq(inb__alloc_live(), 0);
}
END_TEST

START_TEST(an_overlong_url_is_a_limit)
{
    char *text = calloc(1, INB__LIMIT_URL + 2);
    memset(text, 'x', INB__LIMIT_URL + 1);
    inb__url url = {0};
    ck_assert_int_eq(inb__url_parse(&url, text, NULL), INB_ELIMIT);
    ck_assert_int_eq(inb__url_parse(&url, NULL, NULL), INB_EINVAL);
    free(text);
}
END_TEST

START_TEST(flags_and_setters)
{
    inb__url url = {0};
    ck_assert_int_eq(inb__url_parse(&url, "postgresql://h/d?pgbouncer=true", NULL), 0);
    ck_assert(url.pgbouncer);
    ck_assert(!url.schema_given);
    ck_assert_int_eq(inb__url_set(&url, "dbname", "other", NULL), 0);
    ck_assert_str_eq(inb__url_get(&url, "dbname"), "other");
    ck_assert_int_eq(inb__url_set(&url, "dbname", NULL, NULL), 0);
    ck_assert_ptr_null(inb__url_get(&url, "dbname"));
    char name[16];
    int rc = 0;
    for (int i = 0; rc == 0 && i < 100; i++) {
        snprintf(name, sizeof(name), "k%d", i);
        rc = inb__url_set(&url, name, "v", NULL);
    }
    ck_assert_int_eq(rc, INB_ELIMIT);
    ck_assert_uint_eq(url.n, INB__URL_PARAMETERS);
    inb__url_dispose(&url);
    ck_assert_int_eq(inb__url_parse(&url, "postgresql://h/d?pgbouncer=false", NULL), 0);
    ck_assert(!url.pgbouncer);
    inb__url_dispose(&url);
}
END_TEST

START_TEST(every_libpq_parameter_fits)
{
    PQconninfoOption *options = PQconninfoParse("", NULL);
    size_t n = 0;
    while (options[n].keyword) {
        n++;
    }
    ck_assert_uint_lt(n, INB__URL_PARAMETERS);
    PQconninfoFree(options);
}
END_TEST

START_TEST(out_of_memory_leaves_nothing)
{
    static const char *const texts[] = {
        "postgresql://u:hunter2@h:6543/d?schema=a&schema=b&sslcert=c&sslaccept=strict&host=i",
        "host=h password='hunter2' schema=a application_name=b",
        "postgresql://h/d?sslmod=1",
    };
    INB_OOM_LOOP(oom)
    {
        inb__url url = {0};
        inb_error *err = NULL;
        int rc = inb__url_parse(&url, texts[_i], &err);
        if (rc == 0 || rc == INB_EINVAL) {
            inb__url_dispose(&url);
            inb_error_free(err);
            INB_OOM_DONE(oom);
        } else {
            ck_assert_int_eq(rc, INB_ENOMEM);
            ck_assert_int_eq(inb_error_code(err), INB_ENOMEM);
            ck_assert_uint_eq(url.n, 0);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pg_url");
    TCase *tc = tcase_create("url");
    tcase_add_loop_test(tc, good_urls_reach_libpq_without_what_is_prismas, 0,
                        sizeof(good) / sizeof(good[0]));
    tcase_add_loop_test(tc, bad_urls_are_refused_without_being_repeated, 0,
                        sizeof(bad) / sizeof(bad[0]));
    tcase_add_test(tc, parameters_of_others_are_understood_or_left_out);
    tcase_add_test(tc, an_overlong_url_is_a_limit);
    tcase_add_test(tc, flags_and_setters);
    tcase_add_test(tc, every_libpq_parameter_fits);
    tcase_add_loop_test(tc, out_of_memory_leaves_nothing, 0, 3);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

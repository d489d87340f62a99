/* Which databases look like production: each sign alone, and its border. */
#include "config.h"

#include "check_main.h"
#include "live/production.h"
#include "util/cleanup.h"
#include "util/limits.h"

static const struct {
    const char *host;
    bool near;
} hosts[] = {
    {"", true},
    {"/var/run/postgresql", true},
    {"@abstract", true},
    {"localhost", true},
    {"db.localhost", true},
    {"127.0.0.1", true},
    {"127.8.0.9", true},
    {"::1", true},
    {"postgres", true},
    {"host.docker.internal", true},
    {"127.example.com", false},
    {"localhost.example.com", false},
    {"db.example.com", false},
    {"10.0.0.5", false},
    {"fe80::1", false},
    {".localhost", false},
};

static const char *reasons_of(inb__buf *out, const inb__production_facts *facts)
{
    inb__buf_clear(out);
    bool looks = inb__production_looks(out, facts);
    ck_assert_int_eq(looks, out->length > 0);
    return inb__buf_text(out);
}

START_TEST(a_host_is_near_or_not)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        const inb__production_facts facts = {.host = hosts[i].host};
        const char *reasons = reasons_of(&out, &facts);
        ck_assert_msg((*reasons == '\0') == hosts[i].near, "%s: %s", hosts[i].host, reasons);
    }
}
END_TEST

START_TEST(each_sign_has_its_border)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    inb__production_facts facts = {.host = "localhost",
                                   .bytes = INB__PRODUCTION_BYTES - 1,
                                   .sessions = INB__PRODUCTION_SESSIONS - 1};
    ck_assert_str_eq(reasons_of(&out, &facts), "");
    facts.bytes++;
    ck_assert_str_eq(reasons_of(&out, &facts), "it has 1.0 GB");
    facts.bytes = 0;
    facts.sessions++;
    ck_assert_str_eq(reasons_of(&out, &facts), "10 other sessions are connected to it");
    facts.sessions = 0;
    facts.standbys = 1;
    ck_assert_str_eq(reasons_of(&out, &facts), "its server has 1 standby");
    facts.archived = true;
    facts.standbys = 2;
    ck_assert_str_eq(reasons_of(&out, &facts),
                     "its server has 2 standbys\nits server archives WAL");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("production");
    TCase *tc = tcase_create("looks");
    tcase_add_test(tc, a_host_is_near_or_not);
    tcase_add_test(tc, each_sign_has_its_border);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

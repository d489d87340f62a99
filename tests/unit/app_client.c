/* Who a client is, directly and behind proxies. */
#include "config.h"

#include "app/client.h"
#include "check_main.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

static app_networks trusted;

static const char *name(const char *peer, const char *forwarded)
{
    static char out[APP_CLIENT_BYTES];
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    bool four = inet_pton(AF_INET, peer, &v4.sin_addr) == 1;
    ck_assert(four || inet_pton(AF_INET6, peer, &v6.sin6_addr) == 1);
    app_client_name(out, four ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6,
                    forwarded, &trusted);
    return out;
}

START_TEST(without_proxies_a_client_is_its_socket)
{
    ck_assert(app_networks_read(&trusted, NULL));
    ck_assert_str_eq(name("192.0.2.7", "198.51.100.1"), "192.0.2.7");
    ck_assert_str_eq(name("::ffff:192.0.2.7", NULL), "192.0.2.7");
    ck_assert_str_eq(name("2001:db8:1:2:3:4:5:6", NULL), "2001:db8:1:2::");
    ck_assert_str_eq(name("2001:db8:1:2:ffff::", NULL), "2001:db8:1:2::");
    ck_assert_str_eq(name("2001:db8:1:3::1", NULL), "2001:db8:1:3::");
    char out[APP_CLIENT_BYTES] = "x";
    const struct sockaddr unix_socket = {.sa_family = AF_UNIX};
    app_client_name(out, &unix_socket, NULL, &trusted);
    ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(a_trusted_proxy_names_the_client)
{
    ck_assert(app_networks_read(&trusted, "10.0.0.0/8, 2001:db8:ff::/48,127.0.0.1"));
    ck_assert_str_eq(name("10.1.2.3", "198.51.100.1"), "198.51.100.1");
    ck_assert_str_eq(name("10.1.2.3", " 198.51.100.1 "), "198.51.100.1");
    ck_assert_str_eq(name("10.1.2.3", "198.51.100.1:4711"), "198.51.100.1");
    ck_assert_str_eq(name("10.1.2.3", "2001:db8:1:2::9"), "2001:db8:1:2::");
    ck_assert_str_eq(name("10.1.2.3", "[2001:db8:1:2::9]:443"), "2001:db8:1:2::");
    ck_assert_str_eq(name("2001:db8:ff:1::1", "198.51.100.1"), "198.51.100.1");
    ck_assert_str_eq(name("127.0.0.1", NULL), "127.0.0.1");
    ck_assert_str_eq(name("11.0.0.1", "198.51.100.1"), "11.0.0.1");
    ck_assert_str_eq(name("2001:db8:fe::1", "198.51.100.1"), "2001:db8:fe::");
}
END_TEST

START_TEST(what_a_client_adds_itself_is_not_believed)
{
    ck_assert(app_networks_read(&trusted, "10.0.0.0/8"));
    ck_assert_str_eq(name("10.1.2.3", "203.0.113.5, 198.51.100.1"), "198.51.100.1");
    ck_assert_str_eq(name("10.1.2.3", "203.0.113.5,198.51.100.1, 10.9.9.9"), "198.51.100.1");
    ck_assert_str_eq(name("10.1.2.3", "10.9.9.9, 10.8.8.8"), "10.9.9.9");
    ck_assert_str_eq(name("10.1.2.3", "198.51.100.1, unknown"), "10.1.2.3");
    ck_assert_str_eq(name("10.1.2.3", "198.51.100.1,"), "10.1.2.3");
    ck_assert_str_eq(name("10.1.2.3", ""), "10.1.2.3");
}
END_TEST

START_TEST(networks_are_read_strictly)
{
    static const char *const bad[] = {
        "10.0.0.0/33",       "10.0.0.0/",   "10.0.0.0/-1", "10.0.0/8", "::/129",
        "proxy.example.com", "10.0.0.0/8x", "/8",          "*",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        ck_assert_msg(!app_networks_read(&trusted, bad[i]), "%s", bad[i]);
    }
    ck_assert(app_networks_read(&trusted, "0.0.0.0/0"));
    ck_assert_str_eq(name("192.0.2.7", "198.51.100.1"), "198.51.100.1");
    ck_assert_str_eq(name("2001:db8::1", "198.51.100.1"), "2001:db8::");
    ck_assert(app_networks_read(&trusted, "10.128.0.0/9"));
    ck_assert_str_eq(name("10.127.0.1", "198.51.100.1"), "10.127.0.1");
    ck_assert_str_eq(name("10.128.0.1", "198.51.100.1"), "198.51.100.1");
    char many[APP_NETWORKS_MAX * 9 + 16] = "";
    for (int i = 0; i < APP_NETWORKS_MAX; i++) {
        strcat(many, "10.0.0.1 ");
    }
    ck_assert(app_networks_read(&trusted, many));
    strcat(many, "10.0.0.1");
    ck_assert(!app_networks_read(&trusted, many));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("app_client");
    TCase *tc = tcase_create("client");
    tcase_add_test(tc, without_proxies_a_client_is_its_socket);
    tcase_add_test(tc, a_trusted_proxy_names_the_client);
    tcase_add_test(tc, what_a_client_adds_itself_is_not_believed);
    tcase_add_test(tc, networks_are_read_strictly);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

/* The framing of requests: what is passed on, what is refused, and that pieces do not matter. */
#include "config.h"

#include "app/wire.h"
#include "check_main.h"

#include <stdio.h>
#include <stdlib.h>

#define GET "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"
#define POST "POST /x HTTP/1.1\r\nHost: h\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

typedef struct stream {
    const char *bytes;
    size_t n;
    unsigned requests, status;
    size_t good; /* bytes that are passed on when the stream arrives at once */
} stream;

/* Status and requests of a stream that arrives in pieces of `piece` bytes. */
static void feed(app_wire *w, const stream *s, size_t piece, size_t *good)
{
    *w = (app_wire){0};
    *good = 0;
    for (size_t at = 0; at < s->n && w->state != APP_WIRE_REFUSED; at += piece) {
        size_t n = s->n - at < piece ? s->n - at : piece;
        size_t passed = app_wire_feed(w, s->bytes + at, n);
        ck_assert_uint_le(passed, n);
        ck_assert(passed == n || w->state == APP_WIRE_REFUSED);
        *good += passed;
    }
}

static void try(const stream *s)
{
    app_wire w;
    size_t good;
    for (size_t piece = s->n; piece >= 1; piece = piece > 16 ? piece / 2 : piece - 1) {
        feed(&w, s, piece, &good);
        ck_assert_msg(w.status == s->status && w.requests == s->requests,
                      "\"%.60s\" in pieces of %zu: status %u (%s), requests %u", s->bytes, piece,
                      w.status, w.wrong ? w.wrong : "", w.requests);
        ck_assert_msg(piece != s->n || good == s->good, "\"%.60s\": %zu bytes", s->bytes, good);
        app_wire_dispose(&w);
    }
}

#define BYTES(text) (text), sizeof(text) - 1
#define GOOD(text, requests)                                                                       \
    {                                                                                              \
        BYTES(text), requests, 0, sizeof(text) - 1                                                 \
    }
/* before: what comes before the request that is refused. */
#define BAD(before, text, requests, status)                                                        \
    {                                                                                              \
        BYTES(before text), requests, status, sizeof(before) - 1                                   \
    }

START_TEST(whole_requests_pass)
{
    static const stream streams[] = {
        GOOD(GET, 1),
        GOOD(GET GET, 2),
        GOOD("\r\n\r\n" GET, 1),
        GOOD("GET /x HTTP/1.0\r\n\r\n" GET, 2),
        GOOD("GET /x?a=1&b=%00 HTTP/1.1\r\nhost:h\r\nX: a\tb \xc3\xa9\r\nY:\r\n\r\n", 1),
        GOOD(POST "Content-Length: 5\r\n\r\nhello" GET, 2),
        GOOD(POST "content-length:0\r\n\r\n" GET, 2),
        GOOD(POST "Content-Length: 4\r\n\r\n\0\n\r\n" GET, 2),
        GOOD(CHUNKED "5\r\nhello\r\n0\r\n\r\n" GET, 2),
        GOOD(CHUNKED "a;x=\"y\"\r\n0123456789\r\n1\r\n\n\r\n000\r\nX: y\r\n\r\n" GET, 2),
        GOOD(CHUNKED "0\r\n\r\n", 1),
        GOOD(POST "Transfer-Encoding:  CHUNKED \r\n\r\n0\r\n\r\n", 1),
        GOOD("FOO * HTTP/1.1\r\nHost: h\r\n\r\n", 1),
        GOOD(POST "Content-Length: 999999999999999999\r\n\r\nx", 1),
    };
    for (size_t i = 0; i < sizeof(streams) / sizeof(*streams); i++) {
        try(&streams[i]);
    }
}
END_TEST

START_TEST(what_could_hide_a_request_is_refused)
{
    static const stream streams[] = {
        /* Line endings and control characters. */
        BAD("", "GET /x HTTP/1.1\nHost: h\n\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\n\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", 0, 400),
        BAD("", "GET /x\0 HTTP/1.1\r\nHost: h\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\0\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\nX: a\0\0Y\0b\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\nX\0: a\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\nX: \x01\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 0, 400),
        BAD("", "\0\0\0\0", 0, 400),
        BAD("", "\n" GET, 0, 400),
        /* The request line. */
        BAD("", "GET\r\n", 0, 400),
        BAD("", "GET /x\r\n", 0, 400),
        BAD("", "GET  /x HTTP/1.1\r\n", 0, 400),
        BAD("", "GET /x  HTTP/1.1\r\n", 0, 400),
        BAD("", "GET /x y HTTP/1.1\r\n", 0, 400),
        BAD("", " GET /x HTTP/1.1\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1 \r\n", 0, 400),
        BAD("", "GET /x http/1.1\r\n", 0, 400),
        BAD("", "GET /x HTTP/11\r\n", 0, 400),
        BAD("", "G(T /x HTTP/1.1\r\n", 0, 400),
        BAD("", "GET /\x7f HTTP/1.1\r\n", 0, 400),
        BAD("", "GET / HTTP/9.9\r\n", 0, 505),
        BAD("", "PRI * HTTP/2.0\r\n", 0, 505),
        /* Fields. */
        BAD("", "GET /x HTTP/1.1\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost : h\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\nX\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\nContent-Type: a\r\ncontent-type: a\r\n\r\n", 0, 400),
        BAD("", "GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\nAuthorization: a\r\n\r\n", 0,
            400),
        /* Lengths. */
        BAD("", POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 0, 400),
        BAD("", POST "Content-Length: 5, 5\r\n\r\n", 0, 400),
        BAD("", POST "Content-Length: +5\r\n\r\n", 0, 400),
        BAD("", POST "Content-Length: -1\r\n\r\n", 0, 400),
        BAD("", POST "Content-Length: 0x5\r\n\r\n", 0, 400),
        BAD("", POST "Content-Length:\r\n\r\n", 0, 400),
        BAD("", POST "Content-Length: 18446744073709551620\r\n\r\n", 0, 400),
        BAD("", POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 0, 400),
        BAD("", POST "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", 0, 400),
        BAD("", POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 0, 400),
        BAD("", POST "Transfer-Encoding: identity\r\n\r\n", 0, 400),
        BAD("", POST "Transfer-Encoding:\r\n\r\n", 0, 400),
        BAD("", "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 0, 400),
        /* Chunks: the head has been passed on, and the answer ends the connection. */
        BAD("", CHUNKED "5\nhello\r\n0\r\n\r\n", 1, 400),
        BAD("", CHUNKED "5\r\nhello\n0\r\n\r\n", 1, 400),
        BAD("", CHUNKED "5\r\nhelloX\r\n0\r\n\r\n", 1, 400),
        BAD("", CHUNKED "5\0\r\nhello\r\n0\r\n\r\n", 1, 400),
        BAD("", CHUNKED "5 \r\nhello\r\n", 1, 400),
        BAD("", CHUNKED " 5\r\nhello\r\n", 1, 400),
        BAD("", CHUNKED "0x5\r\nhello\r\n", 1, 400),
        BAD("", CHUNKED "-5\r\n", 1, 400),
        BAD("", CHUNKED "\r\n", 1, 400),
        BAD("", CHUNKED "zz\r\n", 1, 400),
        BAD("", CHUNKED "ffffffffffffffff\r\n", 1, 400),
        BAD("", CHUNKED "0\n\r\n", 1, 400),
        BAD("", CHUNKED "0\r\nX : y\r\n\r\n", 1, 400),
        /* What comes before is passed on and answered. */
        BAD(GET, "GET /x HTTP/1.1\nHost: h\n\n", 1, 400),
        BAD(POST "Content-Length: 1\r\n\r\nx", " " GET, 1, 400),
        BAD(GET GET, "\0", 2, 400),
    };
    for (size_t i = 0; i < sizeof(streams) / sizeof(*streams); i++) {
        try(&streams[i]);
    }
}
END_TEST

/* A head of `n` lines, each `line`, after the request line and Host. */
static stream head_of(const char *target, const char *line, int n)
{
    size_t size = strlen(target) + strlen(line) * (size_t)n + 64;
    char *text = malloc(size);
    size_t used = (size_t)snprintf(text, size, "GET %s HTTP/1.1\r\nHost: h\r\n", target);
    for (int i = 0; i < n; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s", line);
    }
    used += (size_t)snprintf(text + used, size - used, "\r\n");
    return (stream){text, used, 1, 0, used};
}

static void limit_try(const char *target, const char *line, int n, unsigned status)
{
    stream s = head_of(target, line, n);
    app_wire w = {0};
    app_wire_feed(&w, s.bytes, s.n);
    ck_assert_msg(w.status == status, "%d lines of \"%.20s\": status %u", n, line, w.status);
    ck_assert_uint_eq(w.requests, status == 0);
    app_wire_dispose(&w);
    free((char *)(uintptr_t)s.bytes);
}

START_TEST(heads_have_limits)
{
    char query[8192] = "/x?a";
    limit_try("/x", "X: y\r\n", 99, 0);
    limit_try("/x", "X: y\r\n", 100, 431);
    for (int i = 1; i < 100; i++) {
        strcat(query, "&a=1");
    }
    limit_try(query, "", 0, 0);
    strcat(query, "&");
    limit_try(query, "", 0, 400);
    char line[8193];
    memset(line, 'y', sizeof(line));
    memcpy(line, "X: ", 3);
    memcpy(line + 8188, "\r\n", 3);
    limit_try("/x", line, 1, 0);
    limit_try("/x", line, 2, 431);
    /* Chunks may be many; their lines are short. */
    app_wire w = {0};
    app_wire_feed(&w, BYTES(CHUNKED));
    for (int i = 0; i < 20000; i++) {
        ck_assert_uint_eq(app_wire_feed(&w, BYTES("1\r\nx\r\n")), 6);
    }
    app_wire_feed(&w, BYTES("1;"));
    for (int i = 0; i < 300 && w.status == 0; i++) {
        app_wire_feed(&w, BYTES("y"));
    }
    ck_assert_uint_eq(w.status, 400);
    app_wire_dispose(&w);
}
END_TEST

START_TEST(between_requests_nothing_is_held)
{
    app_wire w = {0};
    app_wire_feed(&w, BYTES(GET POST "Content-Length: 1\r\n\r\nx"));
    ck_assert_ptr_null(w.text);
    app_wire_dispose(&w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("app_wire");
    TCase *tc = tcase_create("wire");
    tcase_add_test(tc, whole_requests_pass);
    tcase_add_test(tc, what_could_hide_a_request_is_refused);
    tcase_add_test(tc, heads_have_limits);
    tcase_add_test(tc, between_requests_nothing_is_held);
    suite_add_tcase(suite, tc);
    return inb_check_main(suite);
}

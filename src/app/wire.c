/* The framing of requests, checked byte by byte before libmicrohttpd reads them. */
#include "config.h"

#include "app/wire.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void refuse(app_wire *w, unsigned status, const char *wrong)
{
    w->state = APP_WIRE_REFUSED;
    w->status = status;
    w->wrong = wrong;
}

static void malformed(app_wire *w, const char *wrong)
{
    refuse(w, 400, wrong);
}

/* RFC 9110, 5.6.2 */
static bool is_token(const char *p, size_t n)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < n; i++) {
        char lower = (char)(p[i] | 0x20);
        bool alphanumeric = (p[i] >= '0' && p[i] <= '9') || (lower >= 'a' && lower <= 'z');
        if (!alphanumeric && !memchr(marks, p[i], sizeof(marks) - 1)) {
            return false;
        }
    }
    return n > 0;
}

/* No control character but the tab, which is none in a value. */
static bool is_value(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (((unsigned char)p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool is_target(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)p[i] <= 0x20 || p[i] == 0x7f) {
            return false;
        }
    }
    return n > 0;
}

static size_t params_count(const char *p, size_t n)
{
    const char *query = memchr(p, '?', n);
    size_t params = query != NULL;
    for (; query && query < p + n; query++) {
        params += *query == '&';
    }
    return params;
}

static bool version_read(app_wire *w, const char *p, size_t n)
{
    if (n != 8 || memcmp(p, "HTTP/", 5) != 0 || p[5] < '0' || p[5] > '9' || p[6] != '.' ||
        p[7] < '0' || p[7] > '9') {
        malformed(w, "the request line is malformed");
        return false;
    }
    w->old = memcmp(p + 5, "1.0", 3) == 0;
    if (!w->old && memcmp(p + 5, "1.1", 3) != 0) {
        refuse(w, 505, "the version of HTTP is not supported");
        return false;
    }
    return true;
}

static void request_line_read(app_wire *w, const char *p, size_t n)
{
    const char *first = memchr(p, ' ', n), *last = memrchr(p, ' ', n);
    if (!first || first == last || !is_token(p, (size_t)(first - p)) ||
        !is_target(first + 1, (size_t)(last - first - 1))) {
        malformed(w, "the request line is malformed");
        return;
    }
    if (version_read(w, last + 1, (size_t)(p + n - last - 1)) &&
        params_count(first + 1, (size_t)(last - first - 1)) > APP_WIRE_PARAMS_MAX) {
        malformed(w, "the query has more than 100 parameters");
    }
    w->part = APP_WIRE_FIELD;
}

/* Fields that a proxy and we could read differently when they are there twice. */
enum { HOST, LENGTH, ENCODING, TYPE, AUTHORIZATION };
static const char *const unique[] = {
    [HOST] = "Host",         [LENGTH] = "Content-Length",       [ENCODING] = "Transfer-Encoding",
    [TYPE] = "Content-Type", [AUTHORIZATION] = "Authorization",
};

static void length_read(app_wire *w, const char *value, size_t n)
{
    uint64_t length = 0;
    for (size_t i = 0; i < n; i++) {
        if (value[i] < '0' || value[i] > '9' || n > 18) {
            malformed(w, "Content-Length is malformed");
            return;
        }
        length = length * 10 + (uint64_t)(value[i] - '0');
    }
    if (n == 0) {
        malformed(w, "Content-Length is malformed");
    }
    w->length_given = true;
    w->left = length;
}

static void encoding_read(app_wire *w, const char *value, size_t n)
{
    if (w->old) {
        malformed(w, "HTTP/1.0 has no transfer codings");
    } else if (n != 7 || strncasecmp(value, "chunked", 7) != 0) {
        malformed(w, "the transfer coding is not supported");
    }
    w->chunked = true;
}

static void unique_read(app_wire *w, int i, const char *value, size_t n)
{
    if (w->seen & (1u << i)) {
        malformed(w, "a header that must be unique is repeated");
        return;
    }
    w->seen |= 1u << i;
    if (i == LENGTH) {
        length_read(w, value, n);
    } else if (i == ENCODING) {
        encoding_read(w, value, n);
    }
}

static void field_read(app_wire *w, const char *p, size_t n)
{
    const char *colon = memchr(p, ':', n);
    size_t name_n = colon ? (size_t)(colon - p) : 0;
    if (!colon || !is_token(p, name_n) || !is_value(colon, n - name_n)) {
        malformed(w, "a header is malformed");
        return;
    }
    if (++w->fields > APP_WIRE_FIELDS_MAX) {
        refuse(w, 431, "the head has more than 100 headers");
        return;
    }
    const char *value = colon + 1, *end = p + n;
    while (value < end && (*value == ' ' || *value == '\t')) {
        value++;
    }
    while (end > value && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    for (int i = 0; w->part == APP_WIRE_FIELD && i <= AUTHORIZATION; i++) {
        if (strlen(unique[i]) == name_n && strncasecmp(p, unique[i], name_n) == 0) {
            unique_read(w, i, value, (size_t)(end - value));
        }
    }
}

static void text_free(app_wire *w)
{
    if (w->text) {
        explicit_bzero(w->text, w->room); /* a token */
        free(w->text);
    }
    w->text = NULL;
    w->room = w->line = 0;
}

/* The next byte is the first of another request. */
static void request_end(app_wire *w)
{
    text_free(w);
    w->part = APP_WIRE_REQUEST_LINE;
    w->state = APP_WIRE_LINE;
    w->head = w->fields = w->seen = 0;
    w->chunked = w->length_given = w->old = false;
    w->left = 0;
}

static void head_end(app_wire *w)
{
    if (w->chunked && w->length_given) {
        malformed(w, "both Content-Length and Transfer-Encoding are given");
    } else if (!w->old && !(w->seen & (1u << HOST))) {
        malformed(w, "the Host header is missing");
    }
    if (w->state == APP_WIRE_REFUSED) {
        return;
    }
    w->requests++;
    if (w->chunked) {
        w->part = APP_WIRE_CHUNK;
    } else if (w->left) {
        w->state = APP_WIRE_BODY;
    } else {
        request_end(w);
    }
}

static int hex_digit(char c)
{
    const char lower = (char)(c | 0x20);
    return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static void chunk_line_read(app_wire *w, const char *p, size_t n)
{
    size_t digits = 0;
    w->left = 0;
    while (digits < n && hex_digit(p[digits]) >= 0) {
        w->left = w->left * 16 + (uint64_t)hex_digit(p[digits++]);
    }
    if (digits == 0 || digits > 8 || (digits < n && p[digits] != ';') || !is_value(p, n)) {
        malformed(w, "a chunk is malformed");
    } else if (w->left == 0) {
        w->part = APP_WIRE_TRAILER;
        w->head = w->fields = 0;
    } else {
        w->state = APP_WIRE_BODY;
    }
}

/* Makes room for one byte more of the line. */
static bool text_grow(app_wire *w)
{
    if (w->line < w->room) {
        return true;
    }
    size_t room = w->room ? w->room * 2 : 512;
    char *grown = malloc(room);
    if (!grown) {
        return false;
    }
    if (w->line) {
        memcpy(grown, w->text, w->line);
    }
    size_t line = w->line;
    text_free(w);
    w->text = grown;
    w->room = room;
    w->line = line;
    return true;
}

/* A line without its CR and LF. */
static void line_read(app_wire *w, const char *p, size_t n)
{
    switch (w->part) {
    case APP_WIRE_REQUEST_LINE:
        if (n) { /* an empty line before it is skipped (RFC 9112, 2.2) */
            request_line_read(w, p, n);
        }
        return;
    case APP_WIRE_FIELD:
        if (n == 0) {
            head_end(w);
        } else {
            field_read(w, p, n);
        }
        return;
    case APP_WIRE_TRAILER:
        if (n == 0) {
            request_end(w);
        } else {
            field_read(w, p, n);
        }
        return;
    case APP_WIRE_CHUNK:
        chunk_line_read(w, p, n);
        return;
    case APP_WIRE_CHUNK_END:
        if (n) {
            malformed(w, "a chunk is malformed");
        }
        w->part = APP_WIRE_CHUNK;
        return;
    }
}

static bool in_head(const app_wire *w)
{
    return w->part != APP_WIRE_CHUNK && w->part != APP_WIRE_CHUNK_END;
}

static void line_add(app_wire *w, char c)
{
    bool ends = c == '\n';
    if (ends && (w->line == 0 || w->text[w->line - 1] != '\r')) {
        malformed(w, "a line ends without CR");
    } else if (!ends && w->line > 0 && w->text[w->line - 1] == '\r') {
        malformed(w, "a CR is not followed by LF");
    } else if (c == '\0') {
        malformed(w, "a NUL byte is in the head");
    } else if (in_head(w) && ++w->head > APP_WIRE_HEAD_MAX) {
        refuse(w, 431, "the head exceeds 16 KiB");
    } else if (!in_head(w) && w->line >= APP_WIRE_CHUNK_LINE_MAX) {
        malformed(w, "a chunk is malformed");
    }
    if (w->state == APP_WIRE_REFUSED) {
        return;
    }
    if (ends) {
        size_t n = w->line - 1;
        w->line = 0;
        line_read(w, w->text, n);
    } else if (text_grow(w)) {
        w->text[w->line++] = c;
    } else {
        refuse(w, 503, "no memory");
    }
}

/* Bytes of a body; returns how many of the n are its own. */
static size_t body_skip(app_wire *w, size_t n)
{
    size_t taken = w->left < n ? (size_t)w->left : n;
    w->left -= taken;
    if (w->left == 0 && w->chunked) {
        w->state = APP_WIRE_LINE;
        w->part = APP_WIRE_CHUNK_END;
    } else if (w->left == 0) {
        request_end(w);
    }
    return taken;
}

size_t app_wire_feed(app_wire *w, const char *bytes, size_t n)
{
    size_t at = 0, start = 0; /* start: of the request that is being read, where it is in here */
    while (at < n && w->state != APP_WIRE_REFUSED) {
        if (w->state == APP_WIRE_BODY) {
            at += body_skip(w, n - at);
        } else {
            start = w->part == APP_WIRE_REQUEST_LINE && w->line == 0 ? at : start;
            line_add(w, bytes[at++]);
        }
    }
    return w->state == APP_WIRE_REFUSED ? start : n;
}

void app_wire_dispose(app_wire *w)
{
    text_free(w);
}

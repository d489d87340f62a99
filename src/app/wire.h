/*
 * The bytes of a connection as a client sends them: requests framed by HTTP/1.1 (RFC 9112), each
 * checked to its last line ending before libmicrohttpd sees it. What a proxy may read in another
 * way is how one request hides in another, so it is refused, and nothing behind it is read: a line
 * that ends without CR, a NUL or another control character, a field that is repeated, two lengths,
 * a transfer coding with HTTP/1.0, a head that is larger than it may be. Pure: bytes in, a verdict
 * out.
 */
#ifndef APP_WIRE_H
#define APP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define APP_WIRE_HEAD_MAX 16384 /* bytes of a request line and its fields */
#define APP_WIRE_FIELDS_MAX 100
#define APP_WIRE_PARAMS_MAX 100 /* of a query */
#define APP_WIRE_CHUNK_LINE_MAX 256

typedef enum app_wire_state {
    APP_WIRE_LINE = 0, /* collecting the request line, a field or a chunk's first line */
    APP_WIRE_BODY,     /* of a given length, or a chunk */
    APP_WIRE_REFUSED
} app_wire_state;

typedef enum app_wire_part {
    APP_WIRE_REQUEST_LINE = 0,
    APP_WIRE_FIELD,
    APP_WIRE_CHUNK,     /* the line with a chunk's size */
    APP_WIRE_CHUNK_END, /* the empty line after a chunk */
    APP_WIRE_TRAILER
} app_wire_part;

/* Zero is a connection that has sent nothing. */
typedef struct app_wire {
    app_wire_state state;
    app_wire_part part; /* what the line is */
    char *text;         /* the line so far; nothing is held between two requests */
    size_t line, room;
    size_t head;     /* bytes of the head so far */
    unsigned fields; /* of the head */
    unsigned seen;   /* a bit for each field that must be unique */
    bool old;        /* HTTP/1.0 */
    bool chunked;
    bool length_given;
    uint64_t left;     /* bytes of the body or chunk */
    unsigned requests; /* heads that were whole and good */
    unsigned status;   /* of the refusal: 400, 431, 505; 503 when memory is out */
    const char *wrong; /* and its reason */
} app_wire;

/*
 * Takes n bytes. Returns how many of them may be passed on: all, or, when the connection is refused
 * in them, those of the requests before the one that is wrong.
 */
size_t app_wire_feed(app_wire *wire, const char *bytes, size_t n);
void app_wire_dispose(app_wire *wire);

#endif

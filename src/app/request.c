/* A request from its head to its body: made, filled, freed; and the memory that bodies may have. */
#include "config.h"

#include "app/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UPLOADS_MOST(s) ((size_t)(s)->settings->max_upload * 8) /* bytes of bodies in memory */
#define SMALL_RESERVE (64u << 20)
#define OVERFLOW_MOST                                                                              \
    (1u << 20) /* of a body that is too large, so much is read before the connection is cut */

#define FORWARDED_BYTES 1024

/* MHD_KeyValueIteratorN: joins the values of X-Forwarded-For, of which the last count. */
static enum MHD_Result forwarded_add(void *payload, enum MHD_ValueKind kind, const char *key,
                                     size_t key_size, const char *value, size_t value_size)
{
    char *list = payload;
    size_t used = strlen(list);
    (void)kind;
    (void)key_size;
    if (strcasecmp(key, "X-Forwarded-For") == 0 && value &&
        used + value_size + 2 <= FORWARDED_BYTES) {
        snprintf(list + used, FORWARDED_BYTES - used, "%s%s", used ? "," : "", value);
    }
    return MHD_YES;
}

static void client_name(app_request *r)
{
    char forwarded[FORWARDED_BYTES] = "";
    const union MHD_ConnectionInfo *from =
        MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (r->server->proxies.n) {
        MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, forwarded_add, forwarded);
    }
    app_client_name(r->client, from ? from->client_addr : NULL, forwarded, &r->server->proxies);
}

app_request *app_request_new(app_door *door, struct MHD_Connection *connection, const char *url,
                             const char *method)
{
    app_server *server = door->server;
    app_request *r = calloc(1, sizeof(*r));
    if (!r) {
        return NULL;
    }
    r->server = server;
    r->connection = connection;
    r->started_us = app_now_us();
    r->route = app_route_find(method, url, r->id, r->allow, sizeof(r->allow));
    r->most = (size_t)(r->route && r->route->body == APP_BODY_CSV ? server->settings->max_upload
                                                                  : server->settings->max_body);
    app_request_number(r->number);
    client_name(r);
    atomic_fetch_add(&server->in_flight, 1);
    return r;
}

static void body_forget(app_request *r)
{
    if (r->body) {
        /* It may have held a password or a secret. */
        explicit_bzero(r->body, r->capacity);
        free(r->body);
        atomic_fetch_sub(&r->server->buffered, r->capacity);
    }
    r->body = NULL;
    r->length = r->capacity = 0;
}

void app_request_free(app_request *r)
{
    body_forget(r);
    if (r->text) {
        explicit_bzero(r->text, r->text_length); /* a token, after a sign-in */
        free(r->text);
    }
    atomic_fetch_sub(&r->server->owed, r->answered);
    atomic_fetch_sub(&r->server->in_flight, 1);
    explicit_bzero(r->token, sizeof(r->token));
    free(r);
}

static bool body_grow(app_request *r, size_t wanted)
{
    size_t capacity = r->capacity ? r->capacity : 4096;
    while (capacity < wanted) {
        capacity *= 2;
    }
    capacity = capacity > r->most + 1 ? r->most + 1 : capacity;
    /* Uploads, which anybody may begin, leave a reserve to requests that are small. */
    bool upload = r->route && r->route->body == APP_BODY_CSV;
    size_t most = UPLOADS_MOST(r->server) + (upload ? 0 : SMALL_RESERVE);
    if (atomic_fetch_add(&r->server->buffered, capacity) + capacity > most) {
        atomic_fetch_sub(&r->server->buffered, capacity);
        return false;
    }
    char *grown = malloc(capacity);
    if (!grown) {
        atomic_fetch_sub(&r->server->buffered, capacity);
        return false;
    }
    size_t length = r->length;
    if (length) {
        memcpy(grown, r->body, length);
    }
    body_forget(r);
    r->body = grown;
    r->length = length;
    r->capacity = capacity;
    return true;
}

bool app_request_add(app_request *r, const char *bytes, size_t n)
{
    if (r->length + n > r->most || r->overflown) {
        size_t seen = (r->overflown ? r->length : 0) + n;
        if (!r->overflown) {
            body_forget(r);
            r->overflown = true;
        }
        r->length = seen;
        return seen <= OVERFLOW_MOST;
    }
    if (r->length + n + 1 > r->capacity && !body_grow(r, r->length + n + 1)) {
        return false;
    }
    memcpy(r->body + r->length, bytes, n);
    r->length += n;
    r->body[r->length] = '\0';
    return true;
}

/* jansson with its memory wiped and its failures reported. */
#include "config.h"

#include "app/json_text.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* Set by an allocation that failed: what one call of jansson does, it does in its caller's thread.
 */
static _Thread_local bool starved;

static void *json_alloc(size_t n)
{
    void *p = malloc(n);
    starved = starved || !p;
    return p;
}

static void json_forget(void *p)
{
    if (p) {
        explicit_bzero(p, malloc_usable_size(p));
        free(p);
    }
}

void app_json_prepare(void)
{
    json_set_alloc_funcs(json_alloc, json_forget);
}

json_t *app_json_read(const char *bytes, size_t n, bool *nomem)
{
    starved = false;
    json_t *value = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL);
    *nomem = !value && starved;
    return value;
}

char *app_json_text(const json_t *json, size_t flags)
{
    starved = false;
    char *text = json ? json_dumps(json, flags) : NULL;
    if (text && starved) {
        json_forget(text);
        text = NULL;
    }
    return text;
}

json_t *app_json_append(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item)) {
        json_decref(list);
        return NULL;
    }
    return list;
}

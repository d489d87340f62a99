/*
 * jansson, with its two gaps closed: values hold passwords and secrets, and none stays behind in
 * memory that was freed; and where memory runs out it is known. jansson itself takes a string for
 * which there is no memory for a syntax error, and leaves a key for which there is none out of what
 * it writes.
 */
#ifndef APP_JSON_TEXT_H
#define APP_JSON_TEXT_H

#include <jansson.h>
#include <stdbool.h>

/* To be called before anything else uses jansson. */
void app_json_prepare(void);

/* NULL when the bytes are no JSON without duplicate keys, or, with *nomem, memory is out. */
json_t *app_json_read(const char *bytes, size_t n, bool *nomem);

/* The value as text by jansson's flags, malloc'd; NULL when memory is out or the value is NULL. */
char *app_json_text(const json_t *json, size_t flags);

/* Appends an item to a list and returns the list; NULL when memory is out, with the list freed. */
json_t *app_json_append(json_t *list, json_t *item);

#endif

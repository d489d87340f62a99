/* The bytes of a member's value, where what was sent matters and not what it means: a number that
 * is read and written again is another text. */
#ifndef APP_JSON_SLICE_H
#define APP_JSON_SLICE_H

#include <stdbool.h>
#include <stddef.h>

/* text: an object that jansson accepted. False when it has no such member. */
bool app_json_slice(const char **out, size_t *n_out, const char *text, size_t n, const char *name);

#endif

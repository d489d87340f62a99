/* Fills psql variables into a template: their syntax is all that it knows of SQL. */
#include "config.h"

#include "util/template.h"

#include <string.h>

/* The variable whose place the text begins with, :"name" or :'name', and the length of the place.
 */
static const inb__variable *variable_at(const char *text, const inb__variable *variables, size_t n,
                                        size_t *length_out)
{
    char quote = text[1];
    const char *end = quote == '"' || quote == '\'' ? strchr(text + 2, quote) : NULL;
    for (size_t i = 0; end && i < n; i++) {
        size_t length = strlen(variables[i].name);
        if (length == (size_t)(end - text) - 2 &&
            memcmp(variables[i].name, text + 2, length) == 0) {
            *length_out = length + 3;
            return &variables[i];
        }
    }
    return NULL;
}

void inb__template_fill(inb__buf *out, const char *text, const inb__variable *variables, size_t n)
{
    for (const char *p = text; *p;) {
        size_t plain = strcspn(p, ":"), colons = strspn(p + plain, ":"), place = 0;
        const inb__variable *v = colons == 1 ? variable_at(p + plain, variables, n, &place) : NULL;
        inb__buf_add(out, p, plain + (v ? 0 : colons));
        if (v) {
            inb__buf_str(out, v->text);
        }
        p += plain + (v ? place : colons);
    }
}

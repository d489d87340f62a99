/* The file of a multipart/form-data body. */
#include "config.h"

#include "app/body.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define BOUNDARY_MAX 70 /* RFC 2046 */

/* Writes "--BOUNDARY"; false when the header has none that is good. */
static bool delimiter_make(char out[BOUNDARY_MAX + 3], const char *content_type)
{
    const char *p = strcasestr(content_type, "boundary=");
    if (strncasecmp(content_type, "multipart/form-data", 19) != 0 || !p) {
        return false;
    }
    p += strlen("boundary=");
    bool quoted = *p == '"';
    p += quoted;
    size_t n = strcspn(p, quoted ? "\"" : "; \t");
    if (n == 0 || n > BOUNDARY_MAX) {
        return false;
    }
    snprintf(out, BOUNDARY_MAX + 3, "--%.*s", (int)n, p);
    return true;
}

/* A part's head up to the empty line; whether it says that the part is a file. */
static bool head_is_file(const char *head, size_t n)
{
    static const char disposition[] = "content-disposition:";
    const char *end = head + n;
    for (const char *line = head; line < end;) {
        const char *line_end = memmem(line, (size_t)(end - line), "\r\n", 2);
        line_end = line_end ? line_end : end;
        size_t length = (size_t)(line_end - line);
        if (length > sizeof(disposition) &&
            strncasecmp(line, disposition, sizeof(disposition) - 1) == 0) {
            return memmem(line, length, "filename=", 9) ||
                   memmem(line, length, "name=\"file\"", 11);
        }
        line = line_end + 2;
    }
    return false;
}

bool app_multipart_file(const char *content_type, const char *body, size_t n, const char **file,
                        size_t *file_n)
{
    char delimiter[BOUNDARY_MAX + 3], closing[BOUNDARY_MAX + 5];
    if (!delimiter_make(delimiter, content_type)) {
        return false;
    }
    size_t length = strlen(delimiter);
    snprintf(closing, sizeof(closing), "\r\n%s", delimiter);
    const char *end = body + n,
               *p = n >= length && memcmp(body, delimiter, length) == 0 ? body + length : NULL;
    while (p && (size_t)(end - p) >= 2 && memcmp(p, "\r\n", 2) == 0) {
        const char *head = p + 2;
        const char *head_end = memmem(p, (size_t)(end - p), "\r\n\r\n", 4);
        const char *content = head_end ? head_end + 4 : NULL;
        const char *next =
            content ? memmem(content, (size_t)(end - content), closing, length + 2) : NULL;
        if (!next) {
            return false;
        }
        if (head < head_end && head_is_file(head, (size_t)(head_end - head))) {
            *file = content;
            *file_n = (size_t)(next - content);
            return true;
        }
        p = next + length + 2;
    }
    return false;
}

/* The cursor of a page, read from a query parameter. */
#include "config.h"

#include "app/cursor.h"

#include "app/field_check.h"

#include <string.h>

/* Fits a PostgreSQL timestamp and a bigint whatever the digits are. */
#define DIGITS_MOST 17

bool app_cursor_parse(const char *text, char *us_out, size_t us_size, char id_out[INB_UUID_BYTES])
{
    size_t digits = strspn(text, "0123456789");
    const char *rest = text + digits;
    if (digits == 0 || digits > DIGITS_MOST || digits >= us_size) {
        return false;
    }
    if (*rest && (*rest != '.' || !app_uuid_valid(rest + 1, strlen(rest + 1)))) {
        return false;
    }
    memcpy(us_out, text, digits);
    us_out[digits] = '\0';
    strcpy(id_out, *rest ? rest + 1 : "");
    return true;
}

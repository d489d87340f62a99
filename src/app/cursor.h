/* A list's cursor: where a page ended, as "MICROSECONDS.UUID" (or a line number alone). Pure. */
#ifndef APP_CURSOR_H
#define APP_CURSOR_H

#include <inboard.h>

/* Writes the parts; id_out is "" when there is none. False when the text is no cursor. */
bool app_cursor_parse(const char *text, char *us_out, size_t us_size, char id_out[INB_UUID_BYTES]);

#endif

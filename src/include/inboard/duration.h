/*
 * Durations as people write them in options and variables, so that a program's own settings read as
 * inboard's do.
 */
#ifndef INBOARD_DURATION_H
#define INBOARD_DURATION_H

#include <inboard/error.h>
#include <inboard/export.h>

#include <stdint.h>

INB_BEGIN_DECLS

/*
 * Reads a decimal number of seconds ("5", "0.5"), or one with a unit directly behind it: "250ms",
 * "5s", "2m" or "2min" (minutes), "1h". Nothing else: no sign, no exponent, no blank, and the point
 * is a point in every locale.
 *
 * ms_out: milliseconds, 0 to ten years, rounded to the nearest. Returns 0; INB_EINVAL when the text
 * is no duration or a longer one, with the hint of what to write; INB_ENOMEM. @since 0.1
 */
INB_EXPORT INB_MUST_CHECK int inb_duration_parse(int64_t *ms_out, const char *text,
                                                 inb_error **err);

INB_END_DECLS

#endif

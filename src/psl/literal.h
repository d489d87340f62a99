/* Whether the text of a default is valid for its type. */
#ifndef INB_PSL_LITERAL_H
#define INB_PSL_LITERAL_H

#include "util/text.h"

bool inb__psl_literal_is_json(inb__str text);
bool inb__psl_literal_is_base64(inb__str text);
bool inb__psl_literal_is_datetime(inb__str text); /* RFC 3339 */
bool inb__psl_literal_is_decimal(inb__str text);

#endif

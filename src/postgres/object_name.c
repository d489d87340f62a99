/* The server's rules for names that are too long or not given (makeObjectName in its source). */
#include "config.h"

#include "postgres/object_name.h"

#include <stdio.h>

inb__str inb__name_cut(inb__str text, size_t limit)
{
    if (text.n <= limit) {
        return text;
    }
    while (limit > 0 && ((unsigned char)text.p[limit] & 0xc0) == 0x80) {
        limit--;
    }
    return (inb__str){text.p, limit};
}

void inb__name_choose(char out[INB__NAME_SIZE], inb__str first, inb__str second, const char *label)
{
    size_t room = INB__LIMIT_IDENTIFIER - strlen(label) - 1 - (second.n > 0);
    size_t a = first.n, b = second.n;
    while (a + b > room) {
        *(a > b ? &a : &b) -= 1;
    }
    first = inb__name_cut(first, a);
    second = inb__name_cut(second, b);
    snprintf(out, INB__NAME_SIZE, "%.*s%s%.*s_%s", INB__STR_ARG(first), second.n ? "_" : "",
             INB__STR_ARG(second), label);
}

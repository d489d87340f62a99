/* Text that grows in an arena. */
#ifndef INB_PSL_OUT_H
#define INB_PSL_OUT_H

#include "util/arena.h"
#include "util/text.h"

typedef struct inb__psl_out {
    inb__arena *arena;
    char *p;
    size_t n, cap;
} inb__psl_out;

void inb__psl_out_add(inb__psl_out *out, inb__str text);
void inb__psl_out_str(inb__psl_out *out, const char *text);

#endif

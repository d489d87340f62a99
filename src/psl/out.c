/* Text that grows in an arena. */
#include "config.h"

#include "psl/out.h"

void inb__psl_out_add(inb__psl_out *out, inb__str text)
{
    if (out->cap - out->n < text.n) {
        size_t cap = out->cap * 2 > out->n + text.n ? out->cap * 2 : out->n + text.n + 256;
        out->p = inb__arena_grow(out->arena, out->p, out->cap, cap);
        out->cap = cap;
    }
    if (text.n) {
        memcpy(out->p + out->n, text.p, text.n);
    }
    out->n += text.n;
}

void inb__psl_out_str(inb__psl_out *out, const char *text)
{
    inb__psl_out_add(out, inb__str_of(text));
}

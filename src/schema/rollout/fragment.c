/* SQL as data: how fragments are made, and the one place where they become text. */
#include "config.h"

#include "schema/rollout/fragment.h"

#include "schema/render.h"
#include "util/cleanup.h"
#include "util/limits.h"

/* ---- making ---------------------------------------------------------------------------------- */

static inb__fragment *fragment_new(inb__arena *arena, inb__fragment value)
{
    inb__fragment *f = INB__NEW(arena, inb__fragment);
    *f = value;
    return f;
}

const inb__fragment *inb__fragment_of(inb__arena *arena, const inb__template *template,
                                      const inb__fragment *const *operands, size_t n)
{
    const inb__fragment **copy = INB__NEW_N(arena, const inb__fragment *, n);
    for (size_t i = 0; i < n; i++) {
        copy[i] = operands[i];
    }
    return fragment_new(arena, (inb__fragment){.kind = INB__FRAGMENT_TEMPLATE,
                                               .template = template,
                                               .operands = copy,
                                               .n_operands = n});
}

const inb__fragment *inb__fragment_ident(inb__arena *arena, inb__str name)
{
    return fragment_new(arena, (inb__fragment){.kind = INB__FRAGMENT_NAME, .text = name});
}

const inb__fragment *inb__fragment_name(inb__arena *arena, const inb__schema *view, inb__str space,
                                        inb__str name)
{
    return fragment_new(
        arena,
        (inb__fragment){.kind = INB__FRAGMENT_NAME, .schema = view, .space = space, .text = name});
}

const inb__fragment *inb__fragment_literal(inb__arena *arena, inb__str text)
{
    return fragment_new(arena, (inb__fragment){.kind = INB__FRAGMENT_LITERAL, .text = text});
}

const inb__fragment *inb__fragment_verbatim(inb__arena *arena, inb__str sql)
{
    return fragment_new(arena, (inb__fragment){.kind = INB__FRAGMENT_VERBATIM, .text = sql});
}

static const inb__fragment *of_column(inb__arena *arena, inb__fragment_kind kind,
                                      const inb__schema *schema, const inb__column *column)
{
    return fragment_new(arena, (inb__fragment){.kind = kind, .schema = schema, .column = column});
}

const inb__fragment *inb__fragment_type(inb__arena *arena, const inb__schema *schema,
                                        const inb__column *column)
{
    return of_column(arena, INB__FRAGMENT_TYPE, schema, column);
}

const inb__fragment *inb__fragment_default(inb__arena *arena, const inb__schema *schema,
                                           const inb__column *column)
{
    return inb__default_is_sql(&column->default_value)
               ? of_column(arena, INB__FRAGMENT_DEFAULT, schema, column)
               : NULL;
}

const inb__fragment *inb__fragment_column(inb__arena *arena, const inb__schema *schema,
                                          const inb__column *column)
{
    return of_column(arena, INB__FRAGMENT_COLUMN, schema, column);
}

const inb__fragment *inb__fragment_index(inb__arena *arena, const inb__schema *schema,
                                         uint32_t table, uint32_t index)
{
    return fragment_new(arena, (inb__fragment){.kind = INB__FRAGMENT_INDEX,
                                               .schema = schema,
                                               .step = {.next_table = table, .next = index}});
}

const inb__fragment *inb__fragment_step(inb__arena *arena, const inb__steps *steps, inb__step step)
{
    return fragment_new(arena,
                        (inb__fragment){.kind = INB__FRAGMENT_STEP, .steps = steps, .step = step});
}

inb__fragment *inb__fragment_list(inb__arena *arena, const char *separator)
{
    return fragment_new(arena, (inb__fragment){.kind = INB__FRAGMENT_LIST, .separator = separator});
}

void inb__fragment_list_add(inb__arena *arena, inb__fragment *list, const inb__fragment *item)
{
    size_t size = sizeof(*list->operands) * list->n_operands;
    list->operands = inb__arena_grow(arena, list->operands, size, size + sizeof(*list->operands));
    list->operands[list->n_operands++] = item;
}

/* ---- rendering ------------------------------------------------------------------------------- */

/* In quotes: what a function takes as the text of a name. */
static void literal_render(inb__buf *out, const inb__fragment *f)
{
    if (f->kind == INB__FRAGMENT_NAME && !f->schema) {
        inb__quote_literal(out, f->text);
        return;
    }
    INB__AUTO_BUF inb__buf text;
    inb__buf_init(&text, INB__LIMIT_FILE);
    inb__fragment_render(&text, f);
    inb__quote_literal(out, inb__str_of(inb__buf_text(&text)));
    out->failed = out->failed || text.failed;
}

static void template_render(inb__buf *out, const inb__fragment *f)
{
    const char *p = f->template->text;
    while (*p) {
        size_t n = strcspn(p, "\1\2");
        inb__buf_add(out, p, n);
        p += n;
        if (!*p) {
            break;
        }
        const inb__fragment *operand = f->operands[p[1] - INB__TEMPLATE_FIRST];
        (*p == INB__TEMPLATE_PLACE ? inb__fragment_render : literal_render)(out, operand);
        p += 2;
        /* A line that would hold nothing else is left out. */
        if (operand->kind == INB__FRAGMENT_LIST && !operand->n_operands && *p == '\n') {
            p++;
        }
    }
}

static void list_render(inb__buf *out, const inb__fragment *f)
{
    for (size_t i = 0; i < f->n_operands; i++) {
        inb__buf_str(out, i ? f->separator : "");
        inb__fragment_render(out, f->operands[i]);
    }
}

void inb__fragment_render(inb__buf *out, const inb__fragment *f)
{
    switch (f->kind) {
    case INB__FRAGMENT_TEMPLATE:
        template_render(out, f);
        break;
    case INB__FRAGMENT_LIST:
        list_render(out, f);
        break;
    case INB__FRAGMENT_NAME:
        if (f->schema) {
            inb__render_space(out, f->schema, f->space);
        }
        inb__quote_ident(out, f->text);
        break;
    case INB__FRAGMENT_LITERAL:
        inb__quote_literal(out, f->text);
        break;
    case INB__FRAGMENT_VERBATIM:
        inb__buf_add(out, f->text.p, f->text.n);
        break;
    case INB__FRAGMENT_TYPE:
        inb__render_type(out, f->schema, f->column, false);
        break;
    case INB__FRAGMENT_DEFAULT:
        inb__render_default(out, f->schema, f->column);
        break;
    case INB__FRAGMENT_COLUMN:
        inb__render_column(out, f->schema, f->column);
        break;
    case INB__FRAGMENT_INDEX:
        inb__render_index(out, f->schema, f->step.next_table, f->step.next, "CONCURRENTLY ");
        break;
    case INB__FRAGMENT_STEP:
        inb__render_statement(out, f->steps, &f->step);
        break;
    }
}

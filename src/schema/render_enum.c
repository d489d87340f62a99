/* ALTER TYPE of a step: values added, or the type created again without some. */
#include "config.h"

#include "schema/render.h"

static const char many_values_note[] =
    "-- This migration adds more than one value to an enum.\n"
    "-- With PostgreSQL versions 11 and earlier, this is not possible\n"
    "-- in a single migration. This can be worked around by creating\n"
    "-- multiple migrations, each migration adding only one value to\n"
    "-- the enum.\n\n\n";

static void values_add(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    const inb__enum *next = &d->to->enums[s->next];
    inb__buf_str(out, s->n_added > 1 ? many_values_note : "");
    for (size_t i = 0; i < s->n_added; i++) {
        inb__buf_str(out, "ALTER TYPE ");
        inb__render_name(out, d->to, d->to->spaces[next->space], next->name);
        inb__buf_str(out, " ADD VALUE ");
        inb__quote_literal(out, s->added[i]);
        inb__buf_str(out, ";\n");
    }
}

static void qualified_with(inb__buf *out, const inb__schema *s, const inb__enum *e,
                           const char *suffix)
{
    inb__render_space(out, s, s->spaces[e->space]);
    inb__quote_ident_with(out, e->name, suffix);
}

static void new_type_create(inb__buf *out, const inb__steps *d, const inb__enum *e)
{
    inb__buf_str(out, "CREATE TYPE ");
    qualified_with(out, d->to, e, "_new");
    inb__buf_str(out, " AS ENUM (");
    for (size_t i = 0; i < e->n_values; i++) {
        inb__buf_str(out, i ? ", " : "");
        inb__quote_literal(out, e->values[i]);
    }
    inb__buf_str(out, ");\n");
}

static void column_alter(inb__buf *out, const inb__schema *s, uint32_t table, uint32_t column)
{
    inb__buf_str(out, "ALTER TABLE ");
    inb__render_table(out, s, s, table);
    inb__buf_str(out, " ALTER COLUMN ");
    inb__quote_ident(out, s->tables[table].columns[column].name);
}

static void defaults_drop(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    for (size_t i = 0; i < s->n_defaults; i++) {
        column_alter(out, d->from, s->defaults[i].prev_table, s->defaults[i].prev_column);
        inb__buf_str(out, " DROP DEFAULT;\n");
    }
}

/*
 * A column that keeps the enum gets the new type: it becomes a list, or ceases to be one, by a
 * later step. One of another type that a later step makes anew gets it as it will be. One that a
 * later step drops only has to let go of the old type.
 */
static void use_convert(inb__buf *out, const inb__steps *d, const inb__step *s,
                        const inb__enum_use *use)
{
    const inb__enum *e = &d->to->enums[s->next];
    const inb__column *prev = &d->from->tables[use->prev_table].columns[use->prev_column];
    bool had = prev->type.kind == INB__COLUMN_ENUM && prev->type.enumeration == s->prev;
    bool stays = use->next_table != INB__SCHEMA_NONE;
    const inb__column *shape =
        had ? prev : &d->to->tables[use->next_table].columns[use->next_column];
    const char *list = shape->arity == INB__ARITY_LIST ? "[]" : "";
    if (stays) {
        column_alter(out, d->to, use->next_table, use->next_column);
        inb__buf_str(out, " TYPE ");
        qualified_with(out, d->to, e, "_new");
    } else {
        column_alter(out, d->from, use->prev_table, use->prev_column);
        inb__buf_str(out, " TYPE TEXT");
    }
    inb__buf_printf(out, "%s USING (", list);
    inb__quote_ident(out, prev->name);
    inb__buf_str(out, stays ? "::text::" : "::text");
    if (stays) {
        qualified_with(out, d->to, e, "_new");
    }
    inb__buf_printf(out, "%s);\n", list);
}

static void types_swap(inb__buf *out, const inb__steps *d, const inb__enum *prev,
                       const inb__enum *next)
{
    inb__buf_str(out, "ALTER TYPE ");
    qualified_with(out, d->to, &(inb__enum){.space = next->space, .name = prev->name}, "");
    inb__buf_str(out, " RENAME TO ");
    inb__quote_ident_with(out, prev->name, "_old");
    inb__buf_str(out, ";\nALTER TYPE ");
    qualified_with(out, d->to, next, "_new");
    inb__buf_str(out, " RENAME TO ");
    inb__quote_ident_with(out, next->name, "");
    inb__buf_str(out, ";\nDROP TYPE ");
    qualified_with(out, d->from, prev, "_old");
    inb__buf_str(out, ";\n");
}

static void defaults_set(inb__buf *out, const inb__steps *d, const inb__step *s)
{
    for (size_t i = 0; i < s->n_defaults; i++) {
        const inb__enum_use *use = &s->defaults[i];
        if (use->next_table == INB__SCHEMA_NONE) {
            continue;
        }
        column_alter(out, d->to, use->next_table, use->next_column);
        inb__buf_str(out, " SET DEFAULT ");
        inb__render_default(out, d->to, &d->to->tables[use->next_table].columns[use->next_column]);
        inb__buf_str(out, ";\n");
    }
}

void inb__render_alter_enum(inb__buf *out, const inb__steps *steps, const inb__step *step)
{
    const inb__enum *prev = &steps->from->enums[step->prev], *next = &steps->to->enums[step->next];
    if (!step->n_removed) {
        values_add(out, steps, step);
        return;
    }
    inb__buf_str(out, "BEGIN;\n");
    new_type_create(out, steps, next);
    defaults_drop(out, steps, step);
    for (size_t i = 0; i < step->n_uses; i++) {
        use_convert(out, steps, step, &step->uses[i]);
    }
    types_swap(out, steps, prev, next);
    defaults_set(out, steps, step);
    inb__buf_str(out, "COMMIT;\n");
}

#include "config.h"

#include "schema/rollout/rollout_parts.h"

static const char *shared_default(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_table *t = &z->tables[table];
    return inb__rollout_default(z, z->from,
                                &inb__rollout_prev_table(z, t)->columns[t->columns[column].prev]);
}

/*
 * Of a column under another name: whoever writes a row knows one of the two names or the other. The
 * new one is not written when it holds its default (an INSERT) or what it held (an UPDATE).
 */
static const char *rename_body(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &z->tables[table].columns[column];
    const char *new = inb__rollout_quote(z, c->interim), *old = inb__rollout_quote(z, c->before);
    const char *left_out = inb__arena_printf(z->arena, "NEW.%s IS NULL", new);
    if (inb__rollout_default_is_shared(z, table, column)) {
        left_out = inb__arena_printf(z->arena, "record_image_eq(ROW(NEW.%s), ROW((%s)::%s))", new,
                                     shared_default(z, table, column),
                                     inb__rollout_type(z, inb__rollout_mid(z, table, column)));
    }
    return inb__arena_printf(
        z->arena,
        "    IF (TG_OP = 'INSERT' AND %s)\n"
        "       OR (TG_OP = 'UPDATE' AND record_image_eq(ROW(NEW.%s), ROW(OLD.%s))) THEN\n"
        "        NEW.%s := NEW.%s; -- by a release that knows the old name\n"
        "    ELSE\n"
        "        NEW.%s := NEW.%s;\n"
        "    END IF;\n",
        left_out, new, new, new, old, old, new);
}

/* What the trigger does to a row that somebody writes. */
static const char *sync_body(inb__rollout *z, uint32_t table, uint32_t column)
{
    const inb__rollout_column *c = &z->tables[table].columns[column];
    if (c->renamed) {
        return rename_body(z, table, column);
    }
    const inb__column *next = inb__rollout_mid(z, table, column);
    const char *old = inb__arena_printf(z->arena, "NEW.%s", inb__rollout_quote(z, c->before));
    const char *new = inb__arena_printf(z->arena, "NEW.%s", inb__rollout_quote(z, c->interim));
    const char *value = inb__rollout_converted(z, c, next, old, false);
    if (value && !c->lossy) {
        return inb__arena_printf(z->arena, "    %s := %s;\n", new, value);
    }
    if (value) {
        return inb__arena_printf(
            z->arena,
            "    BEGIN\n"
            "        %s := %s;\n"
            "    EXCEPTION WHEN data_exception THEN\n"
            "        %s := NULL; -- the value does not fit: the backfill will say so\n"
            "    END;\n",
            new, value, new);
    }
    value = inb__rollout_constant(z, next);
    if (!value && next->arity == INB__ARITY_REQUIRED && !c->unique) {
        value = inb__rollout_invent(z, next, "0");
    }
    return value ? inb__arena_printf(z->arena, "    %s := coalesce(%s, (%s)::%s);\n", new, new,
                                     value, inb__rollout_type(z, next))
                 : NULL;
}

static void defaults_share(inb__rollout *z, uint32_t table)
{
    const inb__rollout_table *t = &z->tables[table];
    for (uint32_t i = 0; i < z->to->tables[table].n_columns; i++) {
        if (inb__rollout_default_is_shared(z, table, i)) {
            inb__rollout_say(z, INB_CLASS_ADDITIVE, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                             t->name, inb__rollout_quote(z, t->columns[i].interim),
                             shared_default(z, table, i));
        }
    }
}

/* One function for all columns of a table: a row is written once, and looked at once. */
void inb__rollout_table_sync(inb__rollout *z, uint32_t table)
{
    inb__rollout_table *t = &z->tables[table];
    const inb__table *to = &z->to->tables[table];
    const char *body = "";
    inb__rollout_open(z, INB__ROLLOUT_BACKFILL, "sync", to->name);
    for (uint32_t i = 0; i < to->n_columns; i++) {
        inb__rollout_column *c = &t->columns[i];
        const char *part = c->mode == INB__ROLLOUT_REBUILD ? sync_body(z, table, i) : NULL;
        if (part) {
            c->synced = true;
            body = inb__arena_printf(z->arena, "%s%s", body, part);
            inb__rollout_about(z, "keeps \"%.*s\" equal to \"%.*s\" in every row that is written",
                               INB__STR_ARG(c->interim), INB__STR_ARG(c->before));
        }
    }
    if (!*body) {
        return;
    }
    t->sync = inb__rollout_name(z, to->name, "_sync");
    t->sync_space = z->mid.spaces[z->mid.tables[table].space];
    const char *function = inb__rollout_in_space(z, t->sync_space, t->sync);
    inb__rollout_say(z, INB_CLASS_ADDITIVE,
                     "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $inboard$\n"
                     "BEGIN\n%s    RETURN NEW;\nEND\n$inboard$",
                     function, body);
    inb__rollout_say(
        z, INB_CLASS_CONTRACTING,
        "CREATE TRIGGER %s BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %s()",
        inb__rollout_quote(z, t->sync), t->name, function);
    defaults_share(z, table);
    inb__rollout_about(z, "a write takes the trigger's time as well");
    inb__rollout_close(z);
}

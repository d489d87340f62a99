/* The steps and their risks as JSON. */
#include "config.h"

#include "schema/diff.h"

static void table_members(inb__json *json, const inb__schema *s, uint32_t table)
{
    inb__json_member_str(json, "schema", s->spaces[s->tables[table].space]);
    inb__json_member_str(json, "table", s->tables[table].name);
}

static void enum_members(inb__json *json, const inb__schema *s, uint32_t e)
{
    inb__json_member_str(json, "schema", s->spaces[s->enums[e].space]);
    inb__json_member_str(json, "enum", s->enums[e].name);
}

static void key_members(inb__json *json, const inb__schema *s, const inb__foreign_key *f)
{
    table_members(json, s, f->table);
    inb__json_member_str(json, "foreignKey", f->name);
}

static void change_write(inb__json *json, const inb__steps *d, const inb__step *s,
                         const inb__change *c)
{
    static const char *const kinds[] = {
        [INB__CHANGE_DROP_PRIMARY_KEY] = "DropPrimaryKey",
        [INB__CHANGE_RENAME_PRIMARY_KEY] = "RenamePrimaryKey",
        [INB__CHANGE_DROP_COLUMN] = "DropColumn",
        [INB__CHANGE_ADD_COLUMN] = "AddColumn",
        [INB__CHANGE_ALTER_COLUMN] = "AlterColumn",
        [INB__CHANGE_RECREATE_COLUMN] = "DropAndRecreateColumn",
        [INB__CHANGE_ADD_PRIMARY_KEY] = "AddPrimaryKey",
    };
    inb__json_object(json);
    inb__json_member(json, "change", kinds[c->kind]);
    if (c->prev != INB__SCHEMA_NONE) {
        inb__json_member_str(json, "column", d->from->tables[s->prev_table].columns[c->prev].name);
    } else if (c->next != INB__SCHEMA_NONE) {
        inb__json_member_str(json, "column", d->to->tables[s->next_table].columns[c->next].name);
    }
    inb__json_object_end(json);
}

static void changes_members(inb__json *json, const inb__steps *d, const inb__step *s)
{
    table_members(json, d->from, s->prev_table);
    inb__json_key(json, "changes");
    inb__json_array(json);
    for (size_t i = 0; i < s->n_changes; i++) {
        change_write(json, d, s, &s->changes[i]);
    }
    inb__json_array_end(json);
}

static void index_members(inb__json *json, const inb__schema *s, uint32_t table, uint32_t index)
{
    table_members(json, s, table);
    inb__json_member_str(json, "index", s->tables[table].indexes[index].name);
}

/* What the step is about, by its name before the step; "to" is its name after a renaming. */
static void subject_members(inb__json *json, const inb__steps *d, const inb__step *s)
{
    switch (s->kind) {
    case INB__STEP_TURN_JOIN:
        table_members(json, d->from, s->prev_table);
        break;
    case INB__STEP_CREATE_SPACE:
        inb__json_member_str(json, "schema", d->to->spaces[s->next]);
        break;
    case INB__STEP_ALTER_EXTENSION:
        inb__json_member_str(json, "extension", d->to->extensions[s->next].name);
        break;
    case INB__STEP_CREATE_EXTENSION:
        inb__json_member_str(json, "extension", d->to->extensions[s->next].name);
        break;
    case INB__STEP_CREATE_ENUM:
        enum_members(json, d->to, s->next);
        break;
    case INB__STEP_ALTER_ENUM:
    case INB__STEP_DROP_ENUM:
        enum_members(json, d->from, s->prev);
        break;
    case INB__STEP_DROP_TABLE:
        table_members(json, d->from, s->prev);
        break;
    case INB__STEP_CREATE_TABLE:
        table_members(json, d->to, s->next);
        break;
    case INB__STEP_ALTER_TABLE:
        changes_members(json, d, s);
        break;
    case INB__STEP_CREATE_INDEX:
        index_members(json, d->to, s->next_table, s->next);
        break;
    case INB__STEP_DROP_INDEX:
        index_members(json, d->from, s->prev_table, s->prev);
        break;
    case INB__STEP_RENAME_INDEX:
        index_members(json, d->from, s->prev_table, s->prev);
        inb__json_member_str(json, "to", d->to->tables[s->next_table].indexes[s->next].name);
        break;
    case INB__STEP_ADD_FOREIGN_KEY:
        key_members(json, d->to, &d->to->foreign_keys[s->next]);
        break;
    case INB__STEP_DROP_FOREIGN_KEY:
        key_members(json, d->from, &d->from->foreign_keys[s->prev]);
        break;
    case INB__STEP_RENAME_FOREIGN_KEY:
        key_members(json, d->from, &d->from->foreign_keys[s->prev]);
        inb__json_member_str(json, "to", d->to->foreign_keys[s->next].name);
        break;
    }
}

static void count_member(inb__json *json, const char *key, bool needed, int64_t n)
{
    if (!needed) {
        return;
    }
    inb__json_key(json, key);
    if (n == INB__COUNT_UNKNOWN) {
        inb__json_null(json);
    } else {
        inb__json_int(json, n);
    }
}

static void check_write(inb__json *json, inb__buf *scratch, const inb__risk *c)
{
    inb__json_object(json);
    inb__json_member(json, "code", inb__risk_name(c->kind));
    if (c->step == INB__STEP_NONE) {
        inb__json_member(json, "step", NULL);
    } else {
        inb__json_member_int(json, "step", (int64_t)c->step);
    }
    static const char *const subjects[INB__RISKS] = {
        [INB__RISK_ENUM_VALUE_REMOVAL] = "enum",
        [INB__RISK_ENUM_VALUE_ORDER] = "enum",
        [INB__RISK_EXTENSION_CHANGE] = "extension",
        [INB__RISK_EXTENSION_UNCHANGED] = "extension",
    };
    if (c->space.n) {
        inb__json_member_str(json, "schema", c->space);
    }
    inb__json_member_str(json, subjects[c->kind] ? subjects[c->kind] : "table", c->table);
    if (c->column.n) {
        inb__json_member_str(json, "column", c->column);
    }
    count_member(json, "rows", c->needs_rows, c->rows);
    count_member(json, "nonNull", c->needs_non_null, c->non_null);
    inb__buf_clear(scratch);
    inb__risk_text(scratch, c);
    inb__json_member(json, "message", inb__buf_text(scratch));
    inb__json_object_end(json);
}

static void checks_member(inb__json *json, inb__buf *scratch, const inb__risks *checks,
                          const char *key, bool unexecutable)
{
    inb__json_key(json, key);
    inb__json_array(json);
    for (size_t i = 0; i < checks->n; i++) {
        if (inb__risk_is_unexecutable(checks->v[i].kind) == unexecutable) {
            check_write(json, scratch, &checks->v[i]);
        }
    }
    inb__json_array_end(json);
}

void inb__steps_json(inb__json *json, inb__buf *scratch, const inb__steps *steps,
                     const inb__risks *checks)
{
    inb__json_key(json, "steps");
    inb__json_array(json);
    for (size_t i = 0; i < steps->n; i++) {
        const inb__step *s = &steps->v[i];
        inb__json_object(json);
        inb__json_member(json, "step", inb__render_step_name(s->kind));
        subject_members(json, steps, s);
        inb__buf_clear(scratch);
        inb__render_step(scratch, steps, s);
        inb__json_member(json, "sql", inb__buf_text(scratch));
        inb__json_object_end(json);
    }
    inb__json_array_end(json);
    inb__buf_clear(scratch);
    inb__render_steps(scratch, steps);
    inb__json_member(json, "sql", inb__buf_text(scratch));
    checks_member(json, scratch, checks, "warnings", false);
    checks_member(json, scratch, checks, "unexecutable", true);
}

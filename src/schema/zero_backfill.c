#include "config.h"

#include "schema/zero_parts.h"

/* How many of a table's blocks one transaction of a backfill looks through. */
#define BATCH_BLOCKS 128

/* ---- values for rows that have none ---------------------------------------------------------- */

/*
 * A value of a type made of a number, so that as many can be had as there are rows; $ is the
 * number.
 */
static const char *invented(inb__dm_native kind)
{
    static const char *const values[INB_DM_NATIVES] = {
        [INB_DM_NATIVE_SMALLINT] = "$",
        [INB_DM_NATIVE_INTEGER] = "$",
        [INB_DM_NATIVE_BIGINT] = "$",
        [INB_DM_NATIVE_DECIMAL] = "$",
        [INB_DM_NATIVE_MONEY] = "($)::numeric::money",
        [INB_DM_NATIVE_INET] = "'0.0.0.0'::inet + ($)",
        [INB_DM_NATIVE_OID] = "($)::oid",
        [INB_DM_NATIVE_CITEXT] = "($)::text",
        [INB_DM_NATIVE_REAL] = "$",
        [INB_DM_NATIVE_DOUBLE_PRECISION] = "$",
        [INB_DM_NATIVE_VARCHAR] = "($)::text",
        [INB_DM_NATIVE_CHAR] = "($)::text",
        [INB_DM_NATIVE_TEXT] = "($)::text",
        [INB_DM_NATIVE_BYTEA] = "convert_to(($)::text, 'UTF8')",
        [INB_DM_NATIVE_TIMESTAMP] = "timestamp '1970-01-01' + ($) * interval '1 second'",
        [INB_DM_NATIVE_TIMESTAMPTZ] =
            "timestamptz '1970-01-01 00:00:00+00' + ($) * interval '1 second'",
        [INB_DM_NATIVE_DATE] = "date '1970-01-01' + ($)::integer",
        [INB_DM_NATIVE_TIME] = "time '00:00' + ($) * interval '1 millisecond'",
        [INB_DM_NATIVE_TIMETZ] = "timetz '00:00+00' + ($) * interval '1 millisecond'",
        [INB_DM_NATIVE_BOOLEAN] = "false",
        [INB_DM_NATIVE_BIT] = "($)::bigint",
        [INB_DM_NATIVE_VARBIT] = "($)::integer::bit(32)",
        [INB_DM_NATIVE_UUID] = "gen_random_uuid()",
        [INB_DM_NATIVE_XML] = "xmlparse(content '')",
        [INB_DM_NATIVE_JSON] = "to_json($)",
        [INB_DM_NATIVE_JSONB] = "to_jsonb($)",
    };
    return values[kind];
}

static const char *with_number(inb__zero *z, const char *form, const char *number)
{
    const char *at = strchr(form, '$');
    return at ? inb__arena_printf(z->arena, "%.*s%s%s", (int)(at - form), form, number, at + 1)
              : form;
}

/* The value that rows get for which nobody says one: number is SQL, "0" where all may be the same.
 */
static const char *invent(inb__zero *z, const inb__column *c, const char *number)
{
    const char *type = inb__zero_type(z, c);
    if (c->arity == INB_DM_LIST || c->type.kind == INB_COLUMN_UNSUPPORTED) {
        return NULL;
    }
    if (c->type.kind == INB_COLUMN_ENUM) {
        const inb__enum *e = &z->mid.enums[c->type.enumeration];
        return e->n_values
                   ? inb__arena_printf(z->arena, "%s::%s", inb__zero_literal(z, e->values[0]), type)
                   : NULL;
    }
    inb__dm_native kind = c->type.native.kind;
    bool text = kind == INB_DM_NATIVE_TEXT || kind == INB_DM_NATIVE_CITEXT ||
                kind == INB_DM_NATIVE_VARCHAR || kind == INB_DM_NATIVE_CHAR ||
                kind == INB_DM_NATIVE_BYTEA;
    bool json = kind == INB_DM_NATIVE_JSON || kind == INB_DM_NATIVE_JSONB;
    if ((text || json) && strcmp(number, "0") == 0) {
        return text ? "''" : inb__arena_printf(z->arena, "'{}'::%s", type);
    }
    return inb__arena_printf(z->arena, "(%s)::%s", with_number(z, invented(kind), number), type);
}

/* ---- conversions ----------------------------------------------------------------------------- */

/*
 * The new value of a rebuilt column as an expression over the old one; NULL when no conversion is
 * known.
 */
static const char *converted(inb__zero *z, const inb__zero_column *c, const inb__column *next,
                             const char *old, bool cast)
{
    bool list = next->arity == INB_DM_LIST;
    const char *type = cast ? inb__zero_type(z, next) : NULL;
    switch (c->conversion) {
    case INB_ZERO_ASSIGN:
        return old;
    case INB_ZERO_THROUGH: {
        bool text = strcmp(c->through, "text") == 0;
        const char *through =
            inb__arena_printf(z->arena, "%s::%s%s", old, c->through, list && !text ? "[]" : "");
        return cast ? inb__arena_printf(z->arena, "%s::%s", through, type) : through;
    }
    case INB_ZERO_TO_LIST:
        return inb__arena_printf(z->arena, "CASE WHEN %s IS NOT NULL THEN ARRAY[%s]%s%s END", old,
                                 old, cast ? "::" : "", cast ? type : "");
    case INB_ZERO_FIRST:
        return inb__arena_printf(z->arena, "(%s)[1]", old);
    case INB_ZERO_INVENT:
        break;
    }
    return NULL;
}

static const char *constant_of(inb__zero *z, const inb__column *c)
{
    const inb__default_kind kind = c->default_value.kind;
    return kind == INB_DEFAULT_SEQUENCE ? NULL : inb__zero_default(z, &z->mid, c);
}

/* ---- dual writing ---------------------------------------------------------------------------- */

/* What the trigger does to a row that somebody writes. */
static const char *sync_body(inb__zero *z, uint32_t table, uint32_t column)
{
    const inb__zero_column *c = &z->tables[table].columns[column];
    const inb__column *next = inb__zero_mid(z, table, column);
    const char *old = inb__arena_printf(
        z->arena, "NEW.%s", inb__zero_quote(z, z->to->tables[table].columns[column].name));
    const char *new = inb__arena_printf(z->arena, "NEW.%s", inb__zero_quote(z, c->interim));
    const char *value = converted(z, c, next, old, false);
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
    value = constant_of(z, next);
    if (!value && next->arity == INB_DM_REQUIRED && !c->unique) {
        value = invent(z, next, "0");
    }
    return value ? inb__arena_printf(z->arena, "    %s := coalesce(%s, %s);\n", new, new, value)
                 : NULL;
}

/* From here on every row that is written has both. */
static void sync_create(inb__zero *z, uint32_t table, uint32_t column)
{
    const inb__zero_table *t = &z->tables[table];
    inb__zero_column *c = &z->tables[table].columns[column];
    const inb__table *to = &z->to->tables[table];
    const char *body = sync_body(z, table, column);
    if (!body) {
        c->helper.n = 0;
        return;
    }
    const char *function = inb__zero_in_space(z, z->to->spaces[to->space], c->helper);
    inb__zero_say(z, INB_CLASS_ADDITIVE,
                  "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $inboard$\n"
                  "BEGIN\n%s    RETURN NEW;\nEND\n$inboard$",
                  function, body);
    inb__zero_say(
        z, INB_CLASS_CONTRACTING,
        "CREATE TRIGGER %s BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %s()",
        inb__zero_quote(z, c->helper), t->name, function);
    inb__zero_about(z, "keeps \"%.*s\" equal to \"%.*s\" in every row that is written",
                    INB__STR_ARG(c->interim), INB__STR_ARG(to->columns[column].name));
}

static void table_sync(inb__zero *z, uint32_t table)
{
    inb__zero_open(z, INB_ZERO_BACKFILL, "sync", z->to->tables[table].name);
    for (uint32_t i = 0; i < z->to->tables[table].n_columns; i++) {
        if (z->tables[table].columns[i].mode == INB_ZERO_REBUILD) {
            sync_create(z, table, i);
        }
    }
    inb__zero_before(z,
                     "nothing else writes the new column, and a write may take the trigger's time");
    inb__zero_close(z);
}

/* ---- filling --------------------------------------------------------------------------------- */

/* The backfill of one table: what each pass over a few blocks does, column by column. */
typedef struct filling {
    uint32_t table;
    const char *updates;
    const char
        *start; /* of the numbers, for a column whose rows must differ; NULL when there is none */
} filling;

static void update_add(inb__zero *z, filling *f, const char *update, bool numbered)
{
    f->updates = inb__arena_printf(z->arena,
                                   "%s%s"
                                   "            GET DIAGNOSTICS changed = ROW_COUNT;\n"
                                   "            pass := pass + changed;\n"
                                   "%s",
                                   f->updates, update,
                                   numbered ? "            filled := filled + changed;\n" : "");
}

/*
 * Rows that are empty, and only where there is something to fill them with: a pass that changes
 * nothing is the last.
 */
static void fill(inb__zero *z, filling *f, uint32_t column, const char *value, bool copied)
{
    const char *table = z->tables[f->table].name;
    const inb__column *c = inb__zero_mid(z, f->table, column);
    const char *target = inb__zero_quote(z, c->name);
    const char *known = copied ? inb__arena_printf(z->arena, " AND (%s) IS NOT NULL", value) : "";
    update_add(z, f,
               inb__arena_printf(
                   z->arena,
                   "            UPDATE %s SET %s = %s\n"
                   "                WHERE %s IS NULL%s AND ctid >= first AND ctid < beyond;\n",
                   table, target, value, target, known),
               false);
    inb__zero_about(z, "fills \"%.*s\" of the rows that exist", INB__STR_ARG(c->name));
}

/* Numbers go on after those that the column holds already. */
static const char *numbers_start(inb__zero *z, const filling *f, uint32_t column)
{
    const inb__zero_column *c = &z->tables[f->table].columns[column];
    const inb__column *next = inb__zero_mid(z, f->table, column);
    const char *start = f->start ? f->start : "0";
    if (c->prev == INB__SCHEMA_NONE || c->mode == INB_ZERO_REBUILD ||
        next->type.kind != INB_COLUMN_NATIVE || next->type.native.kind > INB_DM_NATIVE_DECIMAL) {
        return start;
    }
    return inb__arena_printf(z->arena, "greatest(%s, (SELECT max(%s) FROM %s))", start,
                             inb__zero_quote(z, next->name), z->tables[f->table].name);
}

/* The same with a value for each row of its own. */
static void fill_numbered(inb__zero *z, filling *f, uint32_t column, const char *value)
{
    const char *table = z->tables[f->table].name;
    const inb__column *c = inb__zero_mid(z, f->table, column);
    const char *target = inb__zero_quote(z, c->name);
    update_add(
        z, f,
        inb__arena_printf(
            z->arena,
            "            UPDATE %s AS t SET %s = s.value\n"
            "                FROM (SELECT ctid AS place, %s AS value FROM %s\n"
            "                      WHERE %s IS NULL AND ctid >= first AND ctid < beyond) AS s\n"
            "                WHERE t.ctid = s.place AND t.%s IS NULL;\n",
            table, target, value, table, target, target),
        true);
    f->start = numbers_start(z, f, column);
    inb__zero_about(z, "fills \"%.*s\" of the rows that exist", INB__STR_ARG(c->name));
}

/*
 * Block by block, each batch a transaction of its own, so no row stays locked for longer than its
 * batch and an interrupted run goes on where rows are still empty. Again until a pass finds nothing
 * (or no less than the one before: then the values are NULL themselves): a row that moved while its
 * block was read is in a later one.
 */
static void filling_say(inb__zero *z, const filling *f)
{
    const char *numbers =
        f->start ? inb__arena_printf(z->arena, "    filled bigint := %s;\n", f->start) : "";
    inb__zero_opaque(
        z, INB_CLASS_BLOCKING, "updates rows in batches, each committed by itself",
        "DO $inboard$\n"
        "DECLARE\n"
        "    blocks bigint;\n"
        "    block bigint;\n"
        "    first tid;\n"
        "    beyond tid;\n"
        "    changed bigint;\n"
        "    pass bigint;\n"
        "    last bigint := -1;\n"
        "%s"
        "BEGIN\n"
        "    LOOP\n"
        "        pass := 0;\n"
        "        block := 0;\n"
        "        blocks := pg_relation_size(%s) / current_setting('block_size')::bigint;\n"
        "        WHILE block <= blocks LOOP\n"
        "            first := format('(%%s,0)', block)::tid;\n"
        "            beyond := format('(%%s,0)', block + %d)::tid;\n"
        "%s"
        "            block := block + %d;\n"
        "            COMMIT;\n"
        "        END LOOP;\n"
        "        EXIT WHEN pass IN (0, last);\n"
        "        last := pass;\n"
        "    END LOOP;\n"
        "END\n"
        "$inboard$",
        numbers, inb__zero_literal(z, inb__str_of(z->tables[f->table].name)), BATCH_BLOCKS,
        f->updates, BATCH_BLOCKS);
    z->now.no_transaction = true;
}

/* Nobody says what the rows hold that exist: a neutral value, which the author is told of. */
static void fill_invented(inb__zero *z, filling *f, uint32_t column)
{
    const inb__zero_column *c = &z->tables[f->table].columns[column];
    const inb__column *next = inb__zero_mid(z, f->table, column);
    const char *value = invent(z, next, c->unique ? "filled + row_number() OVER ()" : "0");
    if (value && c->unique) {
        fill_numbered(z, f, column, value);
    } else if (value) {
        fill(z, f, column, value, false);
    }
    inb__zero_before(z, "every running release writes \"%.*s\"", INB__STR_ARG(next->name));
    inb__zero_review(z, "nobody says what \"%.*s\" holds in the rows that exist: %s",
                     INB__STR_ARG(next->name),
                     value ? "the value here is a guess" : "write an UPDATE for it here");
}

static void column_fill(inb__zero *z, filling *f, uint32_t column)
{
    const inb__table *t = &z->to->tables[f->table];
    const inb__zero_column *c = &z->tables[f->table].columns[column];
    const inb__column *next = inb__zero_mid(z, f->table, column);
    const char *copy = NULL, *value = constant_of(z, next);
    if (c->mode == INB_ZERO_REBUILD) {
        copy = converted(z, c, next, inb__zero_quote(z, t->columns[column].name), true);
    } else if (next->default_value.kind == INB_DEFAULT_SEQUENCE) {
        inb__str name = inb__sequence_serial_name(z->arena, t, &t->columns[column]);
        const char *sequence = inb__zero_in_space(z, z->to->spaces[t->space], name);
        value =
            inb__arena_printf(z->arena, "nextval(%s)", inb__zero_literal(z, inb__str_of(sequence)));
    }
    if (copy || value) {
        fill(z, f, column, copy ? copy : value, copy != NULL);
    } else if (next->arity == INB_DM_REQUIRED) {
        fill_invented(z, f, column);
    }
}

static bool needs_filling(const inb__zero_column *c)
{
    return c->mode == INB_ZERO_ADD_LATE || c->mode == INB_ZERO_REBUILD ||
           (c->mode != INB_ZERO_ADD && c->tightens);
}

static void table_fill(inb__zero *z, uint32_t table)
{
    filling f = {.table = table, .updates = ""};
    inb__zero_open(z, INB_ZERO_BACKFILL, "fill", z->to->tables[table].name);
    for (uint32_t k = 0; k < z->to->tables[table].n_columns; k++) {
        if (needs_filling(&z->tables[table].columns[k])) {
            column_fill(z, &f, k);
        }
    }
    if (*f.updates) {
        filling_say(z, &f);
    }
    inb__zero_close(z);
}

/* ---- indexes on what was filled -------------------------------------------------------------- */

static void indexes_build(inb__zero *z, uint32_t table)
{
    const inb__table *t = &z->to->tables[table];
    for (uint32_t i = 0; i < t->n_indexes; i++) {
        const inb__zero_index *x = &z->tables[table].indexes[i];
        if (!x->build || !x->late || x->after || t->indexes[i].unique) {
            continue;
        }
        inb__zero_open(z, INB_ZERO_BACKFILL, "index", x->interim);
        inb__zero_about(z, "builds an index on what was filled");
        inb__zero_build_index(z, table, i);
        inb__zero_close(z);
    }
}

void inb__zero_backfill(inb__zero *z)
{
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].rebuilds) {
            table_sync(z, i);
        }
    }
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].pair) {
            table_fill(z, i);
        }
    }
    for (uint32_t i = 0; i < z->to->n_tables; i++) {
        if (z->tables[i].pair) {
            indexes_build(z, i);
        }
    }
}

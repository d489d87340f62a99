/* Functions that expressions of a migration call: which give another value each time, and which
 * have no effect. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/extension_call.h"

typedef struct function_fact {
    const char *name;
    bool changes; /* volatile: another value for each row */
} function_fact;

/* None of these has an effect that outlives the statement, but for sequences and settings of the
 * session. */
static const function_fact functions[] = {
    {"abs", false},
    {"array_agg", false},
    {"array_append", false},
    {"array_cat", false},
    {"array_fill", false},
    {"array_length", false},
    {"array_position", false},
    {"array_remove", false},
    {"array_to_json", false},
    {"array_to_string", false},
    {"ascii", false},
    {"avg", false},
    {"bool_and", false},
    {"bool_or", false},
    {"btrim", false},
    {"cardinality", false},
    {"ceil", false},
    {"ceiling", false},
    {"char_length", false},
    {"character_length", false},
    {"chr", false},
    {"clock_timestamp", true},
    {"col_description", false},
    {"concat", false},
    {"concat_ws", false},
    {"count", false},
    {"current_database", false},
    {"current_schema", false},
    {"current_schemas", false},
    {"current_setting", false},
    {"currval", true},
    {"date_bin", false},
    {"date_part", false},
    {"date_trunc", false},
    {"decode", false},
    {"degrees", false},
    {"dense_rank", false},
    {"digest", false},
    {"encode", false},
    {"every", false},
    {"exp", false},
    {"extract", false},
    {"first_value", false},
    {"floor", false},
    {"format", false},
    {"format_type", false},
    {"gen_random_bytes", true},
    {"gen_random_uuid", true},
    {"gen_salt", true},
    {"crypt", false},
    {"generate_series", false},
    {"generate_subscripts", false},
    {"greatest", false},
    {"has_table_privilege", false},
    {"host", false},
    {"inet_client_addr", false},
    {"inet_server_addr", false},
    {"initcap", false},
    {"json_agg", false},
    {"json_array_elements", false},
    {"json_array_length", false},
    {"json_build_array", false},
    {"json_build_object", false},
    {"json_each", false},
    {"json_extract_path", false},
    {"json_extract_path_text", false},
    {"json_object_agg", false},
    {"json_object_keys", false},
    {"json_typeof", false},
    {"jsonb_agg", false},
    {"jsonb_array_elements", false},
    {"jsonb_array_elements_text", false},
    {"jsonb_array_length", false},
    {"jsonb_build_array", false},
    {"jsonb_build_object", false},
    {"jsonb_each", false},
    {"jsonb_each_text", false},
    {"jsonb_extract_path", false},
    {"jsonb_extract_path_text", false},
    {"jsonb_insert", false},
    {"jsonb_object", false},
    {"jsonb_object_agg", false},
    {"jsonb_object_keys", false},
    {"jsonb_path_exists", false},
    {"jsonb_path_query", false},
    {"jsonb_set", false},
    {"jsonb_strip_nulls", false},
    {"jsonb_to_tsvector", false},
    {"jsonb_typeof", false},
    {"justify_days", false},
    {"lag", false},
    {"last_value", false},
    {"lastval", true},
    {"lead", false},
    {"least", false},
    {"left", false},
    {"length", false},
    {"ln", false},
    {"log", false},
    {"lower", false},
    {"lpad", false},
    {"ltrim", false},
    {"make_date", false},
    {"make_interval", false},
    {"make_time", false},
    {"make_timestamp", false},
    {"make_timestamptz", false},
    {"max", false},
    {"md5", false},
    {"min", false},
    {"mod", false},
    {"nextval", true},
    {"now", false},
    {"ntile", false},
    {"nullif", false},
    {"num_nonnulls", false},
    {"num_nulls", false},
    {"obj_description", false},
    {"octet_length", false},
    {"overlay", false},
    {"pg_column_size", false},
    {"pg_get_constraintdef", false},
    {"pg_get_indexdef", false},
    {"pg_get_serial_sequence", false},
    {"pg_relation_size", true},
    {"pg_sleep", true},
    {"pg_table_size", true},
    {"pg_total_relation_size", true},
    {"pg_advisory_xact_lock", true},
    {"pg_advisory_xact_lock_shared", true},
    {"pg_backend_pid", false},
    {"pg_current_xact_id", false},
    {"pg_is_in_recovery", true},
    {"pg_notify", true},
    {"pg_postmaster_start_time", false},
    {"pg_try_advisory_xact_lock", true},
    {"pg_typeof", false},
    {"position", false},
    {"power", false},
    {"quote_ident", false},
    {"quote_literal", false},
    {"quote_nullable", false},
    {"radians", false},
    {"random", true},
    {"rank", false},
    {"regexp_matches", false},
    {"regexp_replace", false},
    {"regexp_split_to_array", false},
    {"repeat", false},
    {"replace", false},
    {"reverse", false},
    {"right", false},
    {"round", false},
    {"row_number", false},
    {"row_to_json", false},
    {"rpad", false},
    {"rtrim", false},
    {"set_config", true},
    {"setval", true},
    {"setweight", false},
    {"sha224", false},
    {"sha256", false},
    {"sha384", false},
    {"sha512", false},
    {"sign", false},
    {"split_part", false},
    {"sqrt", false},
    {"starts_with", false},
    {"statement_timestamp", false},
    {"string_agg", false},
    {"string_to_array", false},
    {"strpos", false},
    {"substr", false},
    {"substring", false},
    {"sum", false},
    {"timeofday", true},
    {"timezone", false},
    {"to_char", false},
    {"to_date", false},
    {"to_hex", false},
    {"to_json", false},
    {"to_jsonb", false},
    {"to_number", false},
    {"to_regclass", false},
    {"to_timestamp", false},
    {"to_tsquery", false},
    {"to_tsvector", false},
    {"plainto_tsquery", false},
    {"transaction_timestamp", false},
    {"translate", false},
    {"trim", false},
    {"trunc", false},
    {"txid_current", false},
    {"unaccent", false},
    {"unnest", false},
    {"upper", false},
    {"uuid_generate_v1", true},
    {"uuid_generate_v1mc", true},
    {"uuid_generate_v3", false},
    {"uuid_generate_v4", true},
    {"uuid_generate_v5", false},
    {"uuid_nil", false},
    {"uuidv4", true},
    {"uuidv7", true},
    {"version", false},
    {"width_bucket", false},
};

static inb__str function_name(const inb__node *call, bool *ours_out)
{
    inb__str name = {"", 0};
    size_t parts = 0;
    const inb__node *names = inb__node_at(call, "funcname");
    *ours_out = true;
    if (names) {
        INB__NODE_EACH(part, names)
        {
            /* A schema of the application's own may hold a function with a known name. */
            *ours_out =
                parts == 0 || inb__str_is(name, "pg_catalog") || inb__str_is(name, "public");
            name = inb__node_text(part, "String/sval");
            parts++;
        }
    }
    return name;
}

/* A function of the migrations' own can have a known name. */
static const function_fact *function_find(const inb__classifier *c, const inb__node *call,
                                          inb__str *name_out)
{
    bool known_schema;
    *name_out = function_name(call, &known_schema);
    inb__name name = inb__classify_name_of_list(inb__node_at(call, "funcname"));
    if (inb__catalog_object_is_known(c->catalog, "function", name)) {
        return NULL;
    }
    for (size_t i = 0; known_schema && i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (inb__str_is(*name_out, functions[i].name)) {
            return &functions[i];
        }
    }
    return NULL;
}

bool inb__functions_are_known(const inb__classifier *c, const inb__node *root)
{
    INB__NODE_WALK(n, root)
    {
        inb__str name;
        if (inb__str_is(n->key, "FuncCall") && !function_find(c, n, &name)) {
            return false;
        }
    }
    return true;
}

bool inb__functions_are_volatile(const inb__classifier *c, const inb__node *root)
{
    INB__NODE_WALK(n, root)
    {
        if (inb__str_is(n->key, "FuncCall")) {
            inb__str name;
            const function_fact *f = function_find(c, n, &name);
            if (!f || f->changes) {
                return true;
            }
        }
    }
    return false;
}

bool inb__functions_set_config(const inb__node *call)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(call, "funcname"));
    const inb__node *last = NULL;
    INB__NODE_EACH(arg, inb__node_at(call, "args"))
    {
        last = arg;
    }
    return inb__str_is(call->key, "FuncCall") && inb__str_is(name.name, "set_config") &&
           (name.schema.n == 0 || inb__str_is(name.schema, "pg_catalog")) && last &&
           !inb__node_bool(last, "A_Const/boolval/boolval");
}

/* The sequence that setval() is about; NULL when it cannot be told. */
static const inb__relation *sequence_set(inb__classifier *c, const inb__node *call)
{
    const inb__node *of = inb__node_first(inb__node_at(call, "args"));
    of = inb__node_at(of, "TypeCast/arg") ? inb__node_at(of, "TypeCast/arg") : of;
    bool serial =
        inb__str_is(inb__classify_name_of_list(inb__node_at(of, "FuncCall/funcname")).name,
                    "pg_get_serial_sequence");
    of = serial ? inb__node_first(inb__node_at(of, "FuncCall/args")) : of;
    inb__str text = inb__node_text(of, "A_Const/sval/sval");
    return text.n ? inb__catalog_relation_find(c->catalog, inb__classify_regclass(c->scratch, text))
                  : NULL;
}

static void call_classify(inb__classifier *c, const inb__node *call)
{
    inb__str name;
    const function_fact *f = function_find(c, call, &name);
    if (!f && inb__extension_call(c, call)) {
        return;
    }
    if (!f) {
        inb__classify_opaque(c, inb__arena_printf(c->arena,
                                                  "the effect of the function \"%.*s\" is unknown",
                                                  INB__STR_ARG(name)));
    } else if (inb__str_starts(name, "pg_sleep") || inb__str_starts(name, "pg_advisory_xact")) {
        c->s->lasts = true;
    } else if (inb__str_is(name, "setval") && !inb__classify_is_new(c, sequence_set(c, call))) {
        inb__classify_as(c, INB_CLASS_CONTRACTING, 0,
                         "a sequence is set, and can return earlier values again");
    }
}

void inb__functions_called(inb__classifier *c, const inb__node *root)
{
    INB__NODE_WALK(n, root)
    {
        if (inb__str_is(n->key, "FuncCall")) {
            call_classify(c, n);
        }
    }
}

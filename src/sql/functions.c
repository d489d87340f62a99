/* Functions that expressions of a migration call: which give another value each time, and which
 * have no effect. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/extension_call.h"
#include "sql/server_functions.h"

typedef struct function_fact {
    const char *name;
    bool changes; /* volatile: another value for each row */
} function_fact;

/* Volatile, and without an effect that outlives the statement, but for sequences and settings of
 * the session. */
static const char *const harmless[] = {
    "array_sample",
    "array_shuffle",
    "clock_timestamp",
    "current_query",
    "currval",
    "gen_random_uuid",
    "lastval",
    "nextval",
    "pg_advisory_xact_lock",
    "pg_advisory_xact_lock_shared",
    "pg_blocking_pids",
    "pg_database_size",
    "pg_indexes_size",
    "pg_is_in_recovery",
    "pg_notify",
    "pg_relation_size",
    "pg_sleep",
    "pg_sleep_for",
    "pg_sleep_until",
    "pg_table_size",
    "pg_total_relation_size",
    "pg_try_advisory_xact_lock",
    "pg_try_advisory_xact_lock_shared",
    "random",
    "random_normal",
    "set_config",
    "setseed",
    "setval",
    "timeofday",
    "uuidv4",
    "uuidv7",
};

/* What the servers do not tell: functions of their extensions, and one that is volatile for an odd
 * type only. */
static const function_fact others[] = {
    {"crypt", false},
    {"digest", false},
    {"gen_random_bytes", true},
    {"gen_random_uuid", true}, /* of pgcrypto, in another schema */
    {"gen_salt", true},
    {"hmac", false},
    {"timezone", false}, /* volatile for time with time zone, before 14 */
    {"unaccent", false},
    {"uuid_generate_v1", true},
    {"uuid_generate_v1mc", true},
    {"uuid_generate_v3", false},
    {"uuid_generate_v4", true},
    {"uuid_generate_v5", false},
    {"uuid_nil", false},
};

static const function_fact steady = {"", false}, changing = {"", true};

/* Whether a word is among words between spaces that are in the order of their bytes. */
static bool is_listed(const char *words, size_t n, inb__str word)
{
    size_t low = 0, high = n - 1; /* each the space before a word, or the last of all */
    while (low < high) {
        size_t at = low + (high - low) / 2;
        while (words[at] != ' ') {
            at--;
        }
        inb__str found = {words + at + 1, strcspn(words + at + 1, " ")};
        size_t least = found.n < word.n ? found.n : word.n;
        int order = memcmp(found.p, word.p, least);
        if (order == 0 && found.n == word.n) {
            return true;
        }
        if (order < 0 || (order == 0 && found.n < word.n)) {
            low = at + 1 + found.n;
        } else {
            high = at;
        }
    }
    return false;
}

/* XML of a table or a schema comes from rows, which views and policies have a say in. */
static bool reads_rows(inb__str name)
{
    return memmem(name.p, name.n, "_to_xml", sizeof("_to_xml") - 1) != NULL;
}

static bool is_harmless(inb__str name)
{
    bool found = false;
    for (size_t i = 0; !found && i < sizeof(harmless) / sizeof(harmless[0]); i++) {
        found = inb__str_is(name, harmless[i]);
    }
    return found;
}

static const function_fact *function_named(const inb__catalog *c, inb__name name)
{
    bool servers = name.schema.n == 0 || inb__str_is(name.schema, "pg_catalog");
    /* A function of the migrations' own can have a known name. */
    if (inb__catalog_object_is_known(c, "function", name)) {
        return NULL;
    }
    for (size_t i = 0;
         (servers || inb__str_is(name.schema, "public")) && i < sizeof(others) / sizeof(others[0]);
         i++) {
        if (inb__str_is(name.name, others[i].name)) {
            return &others[i];
        }
    }
    if (servers && is_harmless(name.name)) {
        return &changing;
    }
    bool listed =
        servers && !reads_rows(name.name) &&
        is_listed(inb__server_functions_steady, strlen(inb__server_functions_steady), name.name);
    return listed ? &steady : NULL;
}

bool inb__functions_know(inb__classifier *c, inb__str word)
{
    return word.n && function_named(c->catalog, inb__classify_regclass(c->scratch, word)) != NULL;
}

static const function_fact *function_find(const inb__classifier *c, const inb__node *call,
                                          inb__str *name_out)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(call, "funcname"));
    *name_out = name.name;
    return function_named(c->catalog, name);
}

inb__stability inb__functions_stability(const inb__classifier *c, const inb__node *call)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(call, "funcname"));
    if (inb__catalog_object_is_known(c->catalog, INB__CHANGING, name)) {
        return INB__STABILITY_VOLATILE;
    }
    if (inb__catalog_object_is_known(c->catalog, INB__STEADY, name)) {
        return INB__STABILITY_STEADY;
    }
    const function_fact *f = function_named(c->catalog, name);
    return !f           ? INB__STABILITY_UNKNOWN
           : f->changes ? INB__STABILITY_VOLATILE
                        : INB__STABILITY_STEADY;
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

/* The table of the operator classes of GiST, GIN, SP-GiST and BRIN over the native types. */
#include "config.h"

#include "postgres/operator_class.h"

struct inb__opclass {
    const char *name;
    unsigned methods;  /* bits of inb__index_method */
    unsigned defaults; /* those of them for which leaving the class out means the same */
    uint32_t natives;  /* bits of inb__native */
    bool any_list;     /* arrays of every type */
};

#define ON(method) (1u << INB__METHOD_##method)
#define N(native) (1u << INB__NATIVE_##native)
#define TEXTS (N(TEXT) | N(VARCHAR))

static const inb__opclass opclasses[] = {
    {"inet_ops", ON(GIST) | ON(SPGIST), ON(SPGIST), N(INET), false},
    {"jsonb_ops", ON(GIN), ON(GIN), N(JSONB), false},
    {"jsonb_path_ops", ON(GIN), 0, N(JSONB), false},
    {"array_ops", ON(GIN), ON(GIN), 0, true},
    {"text_ops", ON(SPGIST), ON(SPGIST), TEXTS, false},
    {"bit_minmax_ops", ON(BRIN), ON(BRIN), N(BIT), false},
    {"varbit_minmax_ops", ON(BRIN), ON(BRIN), N(VARBIT), false},
    {"bpchar_bloom_ops", ON(BRIN), 0, N(CHAR), false},
    {"bpchar_minmax_ops", ON(BRIN), ON(BRIN), N(CHAR), false},
    {"bytea_bloom_ops", ON(BRIN), 0, N(BYTEA), false},
    {"bytea_minmax_ops", ON(BRIN), ON(BRIN), N(BYTEA), false},
    {"date_bloom_ops", ON(BRIN), 0, N(DATE), false},
    {"date_minmax_ops", ON(BRIN), ON(BRIN), N(DATE), false},
    {"date_minmax_multi_ops", ON(BRIN), 0, N(DATE), false},
    {"float4_bloom_ops", ON(BRIN), 0, N(REAL), false},
    {"float4_minmax_ops", ON(BRIN), ON(BRIN), N(REAL), false},
    {"float4_minmax_multi_ops", ON(BRIN), 0, N(REAL), false},
    {"float8_bloom_ops", ON(BRIN), 0, N(DOUBLE_PRECISION), false},
    {"float8_minmax_ops", ON(BRIN), ON(BRIN), N(DOUBLE_PRECISION), false},
    {"float8_minmax_multi_ops", ON(BRIN), 0, N(DOUBLE_PRECISION), false},
    {"inet_inclusion_ops", ON(BRIN), ON(BRIN), N(INET), false},
    {"inet_bloom_ops", ON(BRIN), 0, N(INET), false},
    {"inet_minmax_ops", ON(BRIN), 0, N(INET), false},
    {"inet_minmax_multi_ops", ON(BRIN), 0, N(INET), false},
    {"int2_bloom_ops", ON(BRIN), 0, N(SMALLINT), false},
    {"int2_minmax_ops", ON(BRIN), ON(BRIN), N(SMALLINT), false},
    {"int2_minmax_multi_ops", ON(BRIN), 0, N(SMALLINT), false},
    {"int4_bloom_ops", ON(BRIN), 0, N(INTEGER), false},
    {"int4_minmax_ops", ON(BRIN), ON(BRIN), N(INTEGER), false},
    {"int4_minmax_multi_ops", ON(BRIN), 0, N(INTEGER), false},
    {"int8_bloom_ops", ON(BRIN), 0, N(BIGINT), false},
    {"int8_minmax_ops", ON(BRIN), ON(BRIN), N(BIGINT), false},
    {"int8_minmax_multi_ops", ON(BRIN), 0, N(BIGINT), false},
    {"numeric_bloom_ops", ON(BRIN), 0, N(DECIMAL), false},
    {"numeric_minmax_ops", ON(BRIN), ON(BRIN), N(DECIMAL), false},
    {"numeric_minmax_multi_ops", ON(BRIN), 0, N(DECIMAL), false},
    {"oid_bloom_ops", ON(BRIN), 0, N(OID), false},
    {"oid_minmax_ops", ON(BRIN), ON(BRIN), N(OID), false},
    {"oid_minmax_multi_ops", ON(BRIN), 0, N(OID), false},
    {"text_bloom_ops", ON(BRIN), 0, TEXTS, false},
    {"text_minmax_ops", ON(BRIN), ON(BRIN), TEXTS, false},
    {"timestamp_bloom_ops", ON(BRIN), 0, N(TIMESTAMP), false},
    {"timestamp_minmax_ops", ON(BRIN), ON(BRIN), N(TIMESTAMP), false},
    {"timestamp_minmax_multi_ops", ON(BRIN), 0, N(TIMESTAMP), false},
    {"timestamptz_bloom_ops", ON(BRIN), 0, N(TIMESTAMPTZ), false},
    {"timestamptz_minmax_ops", ON(BRIN), ON(BRIN), N(TIMESTAMPTZ), false},
    {"timestamptz_minmax_multi_ops", ON(BRIN), 0, N(TIMESTAMPTZ), false},
    {"time_bloom_ops", ON(BRIN), 0, N(TIME), false},
    {"time_minmax_ops", ON(BRIN), ON(BRIN), N(TIME), false},
    {"time_minmax_multi_ops", ON(BRIN), 0, N(TIME), false},
    {"timetz_bloom_ops", ON(BRIN), 0, N(TIMETZ), false},
    {"timetz_minmax_ops", ON(BRIN), ON(BRIN), N(TIMETZ), false},
    {"timetz_minmax_multi_ops", ON(BRIN), 0, N(TIMETZ), false},
    {"uuid_bloom_ops", ON(BRIN), 0, N(UUID), false},
    {"uuid_minmax_ops", ON(BRIN), ON(BRIN), N(UUID), false},
    {"uuid_minmax_multi_ops", ON(BRIN), 0, N(UUID), false},
};

#define OPCLASSES (sizeof(opclasses) / sizeof(opclasses[0]))

const inb__opclass *inb__opclass_find(inb__str name)
{
    for (size_t i = 0; i < OPCLASSES; i++) {
        if (inb__str_is(name, opclasses[i].name)) {
            return &opclasses[i];
        }
    }
    return NULL;
}

const inb__opclass *inb__opclass_at(size_t i)
{
    return i < OPCLASSES ? &opclasses[i] : NULL;
}

const char *inb__opclass_name(const inb__opclass *opclass)
{
    return opclass->name;
}

bool inb__opclass_supports(const inb__opclass *opclass, inb__index_method method)
{
    return opclass->methods & 1u << method;
}

bool inb__opclass_is_default(const inb__opclass *opclass, inb__index_method method)
{
    return opclass->defaults & 1u << method;
}

bool inb__opclass_takes(const inb__opclass *opclass, inb__native native, bool is_list)
{
    return opclass->any_list ? is_list : native && opclass->natives & 1u << native;
}

const inb__opclass *inb__opclass_default(inb__index_method method, inb__native native, bool is_list)
{
    for (size_t i = 0; i < OPCLASSES; i++) {
        if (inb__opclass_is_default(&opclasses[i], method) &&
            inb__opclass_takes(&opclasses[i], native, is_list)) {
            return &opclasses[i];
        }
    }
    return NULL;
}

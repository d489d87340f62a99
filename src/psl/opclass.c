#include "config.h"

#include "psl/types.h"

static const char *const algorithm_names[] = {
    [INB_DM_BTREE] = "BTree", [INB_DM_HASH] = "Hash",     [INB_DM_GIST] = "Gist",
    [INB_DM_GIN] = "Gin",     [INB_DM_SPGIST] = "SpGist", [INB_DM_BRIN] = "Brin",
};

const char *inb__algorithm_name(inb__dm_algorithm algorithm)
{
    return algorithm_names[algorithm];
}

int inb__algorithm_find(inb__str name)
{
    for (int i = 0; i < (int)(sizeof(algorithm_names) / sizeof(algorithm_names[0])); i++) {
        if (inb__str_is(name, algorithm_names[i])) {
            return i;
        }
    }
    return -1;
}

/*
 * Which operator class goes with which index and type. A class is usable on a column of one of its
 * native types, or on one of its scalar when the column has no native type. `any_list` is for
 * ArrayOps.
 */
struct inb__dm_opclass {
    const char *name;
    const char *sql_name;
    unsigned algorithms; /* bits of inb__dm_algorithm */
    unsigned defaults;   /* those of them for which leaving the class out means the same */
    uint32_t natives;    /* bits of inb__dm_native */
    int scalar;          /* inb__dm_scalar, or -1 */
    bool any_list;
};

#define ON(algorithm) (1u << INB_DM_##algorithm)
#define N(native) (1u << INB_DM_NATIVE_##native)
#define TEXTS (N(TEXT) | N(VARCHAR))

static const inb__dm_opclass opclasses[] = {
    {"InetOps", "inet_ops", ON(GIST) | ON(SPGIST), ON(SPGIST), N(INET), -1, false},
    {"JsonbOps", "jsonb_ops", ON(GIN), ON(GIN), N(JSONB), INB_DM_JSON, false},
    {"JsonbPathOps", "jsonb_path_ops", ON(GIN), 0, N(JSONB), INB_DM_JSON, false},
    {"ArrayOps", "array_ops", ON(GIN), ON(GIN), 0, -1, true},
    {"TextOps", "text_ops", ON(SPGIST), ON(SPGIST), TEXTS | N(CHAR), INB_DM_STRING, false},
    {"BitMinMaxOps", "bit_minmax_ops", ON(BRIN), ON(BRIN), N(BIT), -1, false},
    {"VarBitMinMaxOps", "varbit_minmax_ops", ON(BRIN), ON(BRIN), N(VARBIT), -1, false},
    {"BpcharBloomOps", "bpchar_bloom_ops", ON(BRIN), 0, N(CHAR), -1, false},
    {"BpcharMinMaxOps", "bpchar_minmax_ops", ON(BRIN), ON(BRIN), N(CHAR), -1, false},
    {"ByteaBloomOps", "bytea_bloom_ops", ON(BRIN), 0, N(BYTEA), INB_DM_BYTES, false},
    {"ByteaMinMaxOps", "bytea_minmax_ops", ON(BRIN), ON(BRIN), N(BYTEA), INB_DM_BYTES, false},
    {"DateBloomOps", "date_bloom_ops", ON(BRIN), 0, N(DATE), -1, false},
    {"DateMinMaxOps", "date_minmax_ops", ON(BRIN), ON(BRIN), N(DATE), -1, false},
    {"DateMinMaxMultiOps", "date_minmax_multi_ops", ON(BRIN), 0, N(DATE), -1, false},
    {"Float4BloomOps", "float4_bloom_ops", ON(BRIN), 0, N(REAL), -1, false},
    {"Float4MinMaxOps", "float4_minmax_ops", ON(BRIN), ON(BRIN), N(REAL), -1, false},
    {"Float4MinMaxMultiOps", "float4_minmax_multi_ops", ON(BRIN), 0, N(REAL), -1, false},
    {"Float8BloomOps", "float8_bloom_ops", ON(BRIN), 0, N(DOUBLE_PRECISION), INB_DM_FLOAT, false},
    {"Float8MinMaxOps", "float8_minmax_ops", ON(BRIN), ON(BRIN), N(DOUBLE_PRECISION), INB_DM_FLOAT,
     false},
    {"Float8MinMaxMultiOps", "float8_minmax_multi_ops", ON(BRIN), 0, N(DOUBLE_PRECISION),
     INB_DM_FLOAT, false},
    {"InetInclusionOps", "inet_inclusion_ops", ON(BRIN), ON(BRIN), N(INET), -1, false},
    {"InetBloomOps", "inet_bloom_ops", ON(BRIN), 0, N(INET), -1, false},
    {"InetMinMaxOps", "inet_minmax_ops", ON(BRIN), 0, N(INET), -1, false},
    {"InetMinMaxMultiOps", "inet_minmax_multi_ops", ON(BRIN), 0, N(INET), -1, false},
    {"Int2BloomOps", "int2_bloom_ops", ON(BRIN), 0, N(SMALLINT), -1, false},
    {"Int2MinMaxOps", "int2_minmax_ops", ON(BRIN), ON(BRIN), N(SMALLINT), -1, false},
    {"Int2MinMaxMultiOps", "int2_minmax_multi_ops", ON(BRIN), 0, N(SMALLINT), -1, false},
    {"Int4BloomOps", "int4_bloom_ops", ON(BRIN), 0, N(INTEGER), INB_DM_INT, false},
    {"Int4MinMaxOps", "int4_minmax_ops", ON(BRIN), ON(BRIN), N(INTEGER), INB_DM_INT, false},
    {"Int4MinMaxMultiOps", "int4_minmax_multi_ops", ON(BRIN), 0, N(INTEGER), INB_DM_INT, false},
    {"Int8BloomOps", "int8_bloom_ops", ON(BRIN), 0, N(BIGINT), INB_DM_BIGINT, false},
    {"Int8MinMaxOps", "int8_minmax_ops", ON(BRIN), ON(BRIN), N(BIGINT), INB_DM_BIGINT, false},
    {"Int8MinMaxMultiOps", "int8_minmax_multi_ops", ON(BRIN), 0, N(BIGINT), INB_DM_BIGINT, false},
    {"NumericBloomOps", "numeric_bloom_ops", ON(BRIN), 0, N(DECIMAL), INB_DM_DECIMAL, false},
    {"NumericMinMaxOps", "numeric_minmax_ops", ON(BRIN), ON(BRIN), N(DECIMAL), INB_DM_DECIMAL,
     false},
    {"NumericMinMaxMultiOps", "numeric_minmax_multi_ops", ON(BRIN), 0, N(DECIMAL), INB_DM_DECIMAL,
     false},
    {"OidBloomOps", "oid_bloom_ops", ON(BRIN), 0, N(OID), -1, false},
    {"OidMinMaxOps", "oid_minmax_ops", ON(BRIN), ON(BRIN), N(OID), -1, false},
    {"OidMinMaxMultiOps", "oid_minmax_multi_ops", ON(BRIN), 0, N(OID), -1, false},
    {"TextBloomOps", "text_bloom_ops", ON(BRIN), 0, TEXTS, INB_DM_STRING, false},
    {"TextMinMaxOps", "text_minmax_ops", ON(BRIN), ON(BRIN), TEXTS, INB_DM_STRING, false},
    {"TimestampBloomOps", "timestamp_bloom_ops", ON(BRIN), 0, N(TIMESTAMP), INB_DM_DATETIME, false},
    {"TimestampMinMaxOps", "timestamp_minmax_ops", ON(BRIN), ON(BRIN), N(TIMESTAMP),
     INB_DM_DATETIME, false},
    {"TimestampMinMaxMultiOps", "timestamp_minmax_multi_ops", ON(BRIN), 0, N(TIMESTAMP),
     INB_DM_DATETIME, false},
    {"TimestampTzBloomOps", "timestamptz_bloom_ops", ON(BRIN), 0, N(TIMESTAMPTZ), -1, false},
    {"TimestampTzMinMaxOps", "timestamptz_minmax_ops", ON(BRIN), ON(BRIN), N(TIMESTAMPTZ), -1,
     false},
    {"TimestampTzMinMaxMultiOps", "timestamptz_minmax_multi_ops", ON(BRIN), 0, N(TIMESTAMPTZ), -1,
     false},
    {"TimeBloomOps", "time_bloom_ops", ON(BRIN), 0, N(TIME), -1, false},
    {"TimeMinMaxOps", "time_minmax_ops", ON(BRIN), ON(BRIN), N(TIME), -1, false},
    {"TimeMinMaxMultiOps", "time_minmax_multi_ops", ON(BRIN), 0, N(TIME), -1, false},
    {"TimeTzBloomOps", "timetz_bloom_ops", ON(BRIN), 0, N(TIMETZ), -1, false},
    {"TimeTzMinMaxOps", "timetz_minmax_ops", ON(BRIN), ON(BRIN), N(TIMETZ), -1, false},
    {"TimeTzMinMaxMultiOps", "timetz_minmax_multi_ops", ON(BRIN), 0, N(TIMETZ), -1, false},
    {"UuidBloomOps", "uuid_bloom_ops", ON(BRIN), 0, N(UUID), -1, false},
    {"UuidMinMaxOps", "uuid_minmax_ops", ON(BRIN), ON(BRIN), N(UUID), -1, false},
    {"UuidMinMaxMultiOps", "uuid_minmax_multi_ops", ON(BRIN), 0, N(UUID), -1, false},
};

#define OPCLASSES (sizeof(opclasses) / sizeof(opclasses[0]))

const inb__dm_opclass *inb__opclass_find(inb__str name)
{
    for (size_t i = 0; i < OPCLASSES; i++) {
        if (inb__str_is(name, opclasses[i].name)) {
            return &opclasses[i];
        }
    }
    return NULL;
}

const char *inb__dm_opclass_name(const inb__dm_opclass *opclass)
{
    return opclass->name;
}

const char *inb__dm_opclass_sql_name(const inb__dm_opclass *opclass)
{
    return opclass->sql_name;
}

bool inb__dm_opclass_is_default(const inb__dm_opclass *opclass, inb__dm_algorithm algorithm)
{
    return opclass->defaults & 1u << algorithm;
}

bool inb__opclass_supports(const inb__dm_opclass *opclass, inb__dm_algorithm algorithm)
{
    return opclass->algorithms & 1u << algorithm;
}

static bool class_fits(const inb__dm_opclass *class, inb__dm_native native, int scalar,
                       bool is_list)
{
    if (class->any_list) {
        return is_list;
    }
    if (native != INB_DM_NATIVE_NONE) {
        return class->natives & 1u << native;
    }
    return class->scalar >= 0 && class->scalar == scalar;
}

bool inb__opclass_fits(inb__dm_algorithm algorithm, const inb__dm_opclass *opclass,
                       inb__dm_native native, int scalar, bool is_list)
{
    if (algorithm == INB_DM_BTREE || algorithm == INB_DM_HASH) {
        return opclass == NULL;
    }
    if (opclass) {
        return class_fits(opclass, native, scalar, is_list);
    }
    /* Prisma lets text without a class pass for GiST, which PostgreSQL then refuses without an
     * extension. */
    if (algorithm == INB_DM_GIST) {
        return native == INB_DM_NATIVE_NONE && scalar == INB_DM_STRING;
    }
    for (size_t i = 0; i < OPCLASSES; i++) {
        if (inb__dm_opclass_is_default(&opclasses[i], algorithm) &&
            class_fits(&opclasses[i], native, scalar, is_list)) {
            return true;
        }
    }
    return false;
}

size_t inb__opclass_list(inb__str *out, size_t max, inb__dm_algorithm algorithm,
                         const inb__dm_type *type, bool is_list)
{
    int scalar = type->kind == INB_DM_TYPE_SCALAR ? (int)type->scalar : -1;
    size_t n = 0;
    for (size_t i = 0; n < max && i < OPCLASSES; i++) {
        if (inb__opclass_supports(&opclasses[i], algorithm) &&
            class_fits(&opclasses[i], type->native.kind, scalar, is_list)) {
            out[n++] = inb__str_of(opclasses[i].name);
        }
    }
    return n;
}

/* Operator classes by their names in the schema language, and the columns they fit. */
#include "config.h"

#include "psl/opclass.h"

static const struct {
    const char *name;
    const char *sql_name;
} opclass_names[] = {
    {"InetOps", "inet_ops"},
    {"JsonbOps", "jsonb_ops"},
    {"JsonbPathOps", "jsonb_path_ops"},
    {"ArrayOps", "array_ops"},
    {"TextOps", "text_ops"},
    {"BitMinMaxOps", "bit_minmax_ops"},
    {"VarBitMinMaxOps", "varbit_minmax_ops"},
    {"BpcharBloomOps", "bpchar_bloom_ops"},
    {"BpcharMinMaxOps", "bpchar_minmax_ops"},
    {"ByteaBloomOps", "bytea_bloom_ops"},
    {"ByteaMinMaxOps", "bytea_minmax_ops"},
    {"DateBloomOps", "date_bloom_ops"},
    {"DateMinMaxOps", "date_minmax_ops"},
    {"DateMinMaxMultiOps", "date_minmax_multi_ops"},
    {"Float4BloomOps", "float4_bloom_ops"},
    {"Float4MinMaxOps", "float4_minmax_ops"},
    {"Float4MinMaxMultiOps", "float4_minmax_multi_ops"},
    {"Float8BloomOps", "float8_bloom_ops"},
    {"Float8MinMaxOps", "float8_minmax_ops"},
    {"Float8MinMaxMultiOps", "float8_minmax_multi_ops"},
    {"InetInclusionOps", "inet_inclusion_ops"},
    {"InetBloomOps", "inet_bloom_ops"},
    {"InetMinMaxOps", "inet_minmax_ops"},
    {"InetMinMaxMultiOps", "inet_minmax_multi_ops"},
    {"Int2BloomOps", "int2_bloom_ops"},
    {"Int2MinMaxOps", "int2_minmax_ops"},
    {"Int2MinMaxMultiOps", "int2_minmax_multi_ops"},
    {"Int4BloomOps", "int4_bloom_ops"},
    {"Int4MinMaxOps", "int4_minmax_ops"},
    {"Int4MinMaxMultiOps", "int4_minmax_multi_ops"},
    {"Int8BloomOps", "int8_bloom_ops"},
    {"Int8MinMaxOps", "int8_minmax_ops"},
    {"Int8MinMaxMultiOps", "int8_minmax_multi_ops"},
    {"NumericBloomOps", "numeric_bloom_ops"},
    {"NumericMinMaxOps", "numeric_minmax_ops"},
    {"NumericMinMaxMultiOps", "numeric_minmax_multi_ops"},
    {"OidBloomOps", "oid_bloom_ops"},
    {"OidMinMaxOps", "oid_minmax_ops"},
    {"OidMinMaxMultiOps", "oid_minmax_multi_ops"},
    {"TextBloomOps", "text_bloom_ops"},
    {"TextMinMaxOps", "text_minmax_ops"},
    {"TimestampBloomOps", "timestamp_bloom_ops"},
    {"TimestampMinMaxOps", "timestamp_minmax_ops"},
    {"TimestampMinMaxMultiOps", "timestamp_minmax_multi_ops"},
    {"TimestampTzBloomOps", "timestamptz_bloom_ops"},
    {"TimestampTzMinMaxOps", "timestamptz_minmax_ops"},
    {"TimestampTzMinMaxMultiOps", "timestamptz_minmax_multi_ops"},
    {"TimeBloomOps", "time_bloom_ops"},
    {"TimeMinMaxOps", "time_minmax_ops"},
    {"TimeMinMaxMultiOps", "time_minmax_multi_ops"},
    {"TimeTzBloomOps", "timetz_bloom_ops"},
    {"TimeTzMinMaxOps", "timetz_minmax_ops"},
    {"TimeTzMinMaxMultiOps", "timetz_minmax_multi_ops"},
    {"UuidBloomOps", "uuid_bloom_ops"},
    {"UuidMinMaxOps", "uuid_minmax_ops"},
    {"UuidMinMaxMultiOps", "uuid_minmax_multi_ops"},
};

#define OPCLASSES (sizeof(opclass_names) / sizeof(opclass_names[0]))

const inb__opclass *inb__psl_opclass_find(inb__str name)
{
    for (size_t i = 0; i < OPCLASSES; i++) {
        if (inb__str_is(name, opclass_names[i].name)) {
            return inb__opclass_find(inb__str_of(opclass_names[i].sql_name));
        }
    }
    return NULL;
}

const char *inb__psl_opclass_name(const inb__opclass *opclass)
{
    for (size_t i = 0; i < OPCLASSES; i++) {
        if (strcmp(opclass_names[i].sql_name, inb__opclass_name(opclass)) == 0) {
            return opclass_names[i].name;
        }
    }
    return NULL;
}

/*
 * The type of a column for its index: the one written, else that of its scalar. Prisma takes Char
 * for text in an SP-GiST index, which PostgreSQL then refuses.
 */
static inb__native column_native(inb__index_method algorithm, inb__native native, int scalar)
{
    if (algorithm == INB__METHOD_SPGIST && native == INB__NATIVE_CHAR) {
        return INB__NATIVE_TEXT;
    }
    return native == INB__NATIVE_NONE && scalar >= 0
               ? inb__psl_words_native_default((inb__dm_scalar)scalar).kind
               : native;
}

bool inb__psl_opclass_fits(inb__index_method algorithm, const inb__opclass *opclass,
                           inb__native native, int scalar, bool is_list)
{
    if (algorithm == INB__METHOD_BTREE || algorithm == INB__METHOD_HASH) {
        return opclass == NULL;
    }
    if (opclass) {
        return inb__opclass_takes(opclass, column_native(algorithm, native, scalar), is_list);
    }
    /* Prisma lets text without a class pass for GiST, which PostgreSQL then refuses without an
     * extension. */
    if (algorithm == INB__METHOD_GIST) {
        return native == INB__NATIVE_NONE && scalar == INB__DM_STRING;
    }
    return inb__opclass_default(algorithm, column_native(algorithm, native, scalar), is_list) !=
           NULL;
}

size_t inb__psl_opclass_list(inb__str *out, size_t max, inb__index_method algorithm,
                             const inb__dm_type *type, bool is_list)
{
    inb__native native = column_native(algorithm, type->native.kind,
                                       type->kind == INB__DM_TYPE_SCALAR ? (int)type->scalar : -1);
    const inb__opclass *opclass;
    size_t n = 0;
    for (size_t i = 0; n < max && (opclass = inb__opclass_at(i)); i++) {
        if (inb__opclass_supports(opclass, algorithm) &&
            inb__opclass_takes(opclass, native, is_list)) {
            out[n++] = inb__str_of(inb__psl_opclass_name(opclass));
        }
    }
    return n;
}

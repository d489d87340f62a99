/* The third pass in parts: attributes of relation fields, of scalar fields, of blocks. */
#ifndef INB_PSL_CHECK_PARTS_H
#define INB_PSL_CHECK_PARTS_H

#include "psl/attrs.h"
#include "psl/checker.h"

void inb__chk_relation_field(inb__chk *c, inb__chk_field *f);
void inb__chk_scalar_field(inb__chk *c, inb__chk_field *f);
void inb__chk_composite_field(inb__chk *c, inb__chk_field *f);

/* @default, on a field of a model and on a field of a composite type. */
void inb__chk_default(inb__chk *c, inb__call *call, inb__chk_field *f);
void inb__chk_composite_default(inb__chk *c, inb__call *call, inb__chk_field *f);

/* The functions of @default by number; NULL behind the last. */
const char *inb__default_function(size_t i);

/* @id, @unique on a field; @@id, @@index, @@unique, @@fulltext on a block. */
void inb__chk_field_id(inb__chk *c, inb__call *call, inb__chk_field *f);
void inb__chk_field_unique(inb__chk *c, inb__call *call, inb__chk_field *f);
void inb__chk_block_id(inb__chk *c, inb__call *call, inb__chk_top *top);
void inb__chk_block_index(inb__chk *c, inb__call *call, inb__chk_top *top, inb__dm_index_kind kind);

/* @shardKey, @@shardKey: checked by the same rules as a key, and then refused. */
void inb__chk_field_shard_key(inb__chk *c, inb__call *call, inb__chk_field *f);
void inb__chk_block_shard_key(inb__chk *c, inb__call *call, inb__chk_top *top);

/* `where:` of an index. */
void inb__chk_where(inb__chk *c, inb__call *call, inb__chk_top *top, inb__dm_where *out);

/* "SetNull". */
const char *inb__action_name(inb__ref_action action);

#endif

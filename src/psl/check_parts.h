/* The third pass in parts: attributes of relation fields, of scalar fields, of blocks. */
#ifndef INB_PSL_CHECK_PARTS_H
#define INB_PSL_CHECK_PARTS_H

#include "psl/attrs.h"
#include "psl/checker.h"

void inb__psl_check_relation_attr(inb__psl_checker *c, inb__psl_checked_field *f);
void inb__psl_check_attributes_scalar(inb__psl_checker *c, inb__psl_checked_field *f);
void inb__psl_check_attributes_composite(inb__psl_checker *c, inb__psl_checked_field *f);

/* @default, on a field of a model and on a field of a composite type. */
void inb__psl_check_default(inb__psl_checker *c, inb__psl_attr_args *args,
                            inb__psl_checked_field *f);
void inb__psl_check_default_composite(inb__psl_checker *c, inb__psl_attr_args *args,
                                      inb__psl_checked_field *f);

/* The functions of @default by number; NULL after the last. */
const char *inb__psl_check_default_function(size_t i);

/* @id, @unique on a field; @@id, @@index, @@unique, @@fulltext on a block. */
void inb__psl_check_index_field_id(inb__psl_checker *c, inb__psl_attr_args *args,
                                   inb__psl_checked_field *f);
void inb__psl_check_index_field_unique(inb__psl_checker *c, inb__psl_attr_args *args,
                                       inb__psl_checked_field *f);
void inb__psl_check_index_block_id(inb__psl_checker *c, inb__psl_attr_args *args,
                                   inb__psl_checked_top *top);
void inb__psl_check_index_block(inb__psl_checker *c, inb__psl_attr_args *args,
                                inb__psl_checked_top *top, inb__dm_index_kind kind);

/* @shardKey, @@shardKey: checked by the same rules as a key, and then refused. */
void inb__psl_check_index_field_shard_key(inb__psl_checker *c, inb__psl_attr_args *args,
                                          inb__psl_checked_field *f);
void inb__psl_check_index_block_shard_key(inb__psl_checker *c, inb__psl_attr_args *args,
                                          inb__psl_checked_top *top);

/* `where:` of an index. */
void inb__psl_check_where(inb__psl_checker *c, inb__psl_attr_args *args, inb__psl_checked_top *top,
                          inb__dm_where *out);

#endif

/*
 * From syntax to the checked datamodel. The order is Prisma's, so that the same mistakes are
 * reported: names, types, attributes and relations are always checked, and their errors add up;
 * the rules about the whole apply only to a schema without errors so far.
 */
#ifndef INB_PSL_SCHEMA_CHECK_H
#define INB_PSL_SCHEMA_CHECK_H

#include "psl/ast.h"
#include "psl/datamodel.h"
#include "psl/schema_error.h"
#include "util/arena.h"
#include "util/error_set.h"

/*
 * Checks a parsed schema and adds its errors to `diagnostics`, which has the parser's. The
 * datamodel lives in the arena, which must have an error exit; it is never NULL, and complete when
 * there is no error.
 */
inb__dm *inb__psl_schema_check(inb__arena *arena, const inb__psl_schema *schema,
                               inb__diagnostics *diagnostics);

/*
 * Reads, parses and checks the schema at a path (as inb__psl_schema_files_read takes it), for every
 * program that needs one: *schema and the list get the files, *out is complete when the list has no
 * error.
 */
int inb__psl_schema_check_path(const inb__dm **out, inb__psl_schema *schema, inb__arena *arena,
                               const char *path, inb__diagnostics *diagnostics, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * The first half alone: names, types, attributes and relations, without the configuration and the
 * rules about the whole. A schema without an error here can still lack the other ends of its
 * relations.
 */
inb__dm *inb__psl_schema_check_resolve(inb__arena *arena, const inb__psl_schema *schema,
                                       inb__diagnostics *diagnostics);

#endif

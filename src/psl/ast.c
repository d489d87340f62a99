#include "config.h"

#include "psl/ast.h"

inb__str inb__psl_text(const inb__psl_schema *schema, inb__span span)
{
    return (inb__str){schema->files[span.file].text.p + span.start, span.end - span.start};
}

const char *inb__psl_block_keyword(inb__psl_block_kind kind)
{
    static const char *const keywords[] = {
        [INB_PSL_MODEL] = "model",
        [INB_PSL_VIEW] = "view",
        [INB_PSL_TYPE] = "type",
        [INB_PSL_ENUM] = "enum",
        [INB_PSL_DATASOURCE] = "datasource",
        [INB_PSL_GENERATOR] = "generator",
    };
    return keywords[kind];
}

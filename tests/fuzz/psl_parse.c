/*
 * The schema language's parser and checks. Whatever the bytes, the items of the tree cover them in
 * order with nothing but spaces between, and every diagnostic is about bytes that are there.
 */
#include "config.h"

#include "fuzz.h"
#include "psl/scan.h"
#include "psl/schema_check.h"
#include "psl/schema_parse.h"
#include "util/alloc.h"

static void gap_check(inb__str text, uint32_t from, uint32_t to)
{
    inb__psl_scan s;
    CHECK(from <= to && to <= text.n);
    inb__psl_scan_init(&s, 0, (inb__str){text.p, to});
    s.at = from;
    inb__psl_scan_skip_space(&s);
    CHECK(s.at == to);
}

static void items_check(inb__str text, const inb__psl_items *items, uint32_t start, uint32_t end)
{
    for (size_t i = 0; i < items->n; i++) {
        const inb__psl_item *item = &items->v[i];
        gap_check(text, start, item->span.start);
        CHECK(item->span.end > item->span.start && item->span.end <= end);
        start = item->span.end;
        if (item->kind == INB__PSL_ITEM_BLOCK) {
            const inb__psl_block *block = item->block;
            items_check(text, &block->items, block->body.start, block->body.end);
            CHECK(text.p[item->span.end - 1] == '}');
        }
    }
    gap_check(text, start, end);
}

static void diagnostics_check(inb__str text, const inb__diagnostics *d)
{
    for (size_t i = 0; i < d->n; i++) {
        CHECK(d->v[i].span.start <= d->v[i].span.end && d->v[i].span.end <= text.n);
        CHECK(*d->v[i].message);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    long live = inb__alloc_live();
    inb__arena arena;
    inb__arena_init(&arena);
    if (INB__ARENA_ERROR_EXIT(&arena)) {
        abort();
    }
    inb__str text = {(const char *)data, size};
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    inb__psl_schema_files_text(&schema, &arena, "fuzz", text);
    inb__diagnostics_init(&diagnostics, &arena);
    inb__psl_schema_parse(&schema, &arena, &diagnostics);
    items_check(text, &schema.files[0].items, 0, (uint32_t)size);
    inb__psl_schema_check(&arena, &schema, &diagnostics);
    diagnostics_check(text, &diagnostics);
    inb__arena_dispose(&arena);
    CHECK(inb__alloc_live() == live);
    return 0;
}

/* From the facts of a database and a present schema to the schema's new files. */
#include "config.h"

#include "live/pull.h"

#include "live/pull_parts.h"
#include "psl/ast.h"
#include "psl/format.h"
#include "psl/schema_parse.h"
#include "util/file.h"

#include <stdlib.h>

#define NEW_FILE "introspected.prisma"

/* A block that is to be written: one of the four. */
typedef struct piece {
    const inb__psl_block *config;
    const inb__pull_model *model;
    const inb__pull_enum *enumeration;
    uint32_t file;
    int rank;      /* generators, datasource, models, views, enums */
    size_t before; /* its place in the present schema; then new ones in the database's order */
} piece;

typedef struct pieces {
    INB__VEC(piece) list;
    uint32_t new_file; /* where new blocks go */
} pieces;

enum { RANK_GENERATOR, RANK_DATASOURCE, RANK_MODEL, RANK_VIEW, RANK_ENUM };

static int piece_order(const void *a, const void *b)
{
    const piece *x = a, *y = b;
    if (x->file != y->file) {
        return x->file < y->file ? -1 : 1;
    }
    if (x->rank != y->rank) {
        return x->rank < y->rank ? -1 : 1;
    }
    return (x->before > y->before) - (x->before < y->before);
}

static void config_add(inb__pull_run *run, pieces *p)
{
    const inb__psl_schema *ast = run->old->ast;
    for (size_t i = 0; i < ast->n_blocks; i++) {
        const inb__psl_block *b = ast->blocks[i];
        if (b->kind == INB__PSL_DATASOURCE || b->kind == INB__PSL_GENERATOR) {
            piece one = {.config = b,
                         .file = run->options->force ? p->new_file : b->span.file,
                         .rank = b->kind == INB__PSL_GENERATOR ? RANK_GENERATOR : RANK_DATASOURCE,
                         .before = i};
            INB__VEC_ADD(run->arena, &p->list, one);
        }
    }
}

static bool is_said_in(const inb__psl_comment *comment, const char *line)
{
    for (size_t i = 0; i < comment->n; i++) {
        if (inb__str_is(inb__str_trim(comment->v[i].text), line)) {
            return true;
        }
    }
    return false;
}

/* The place of a model in the present schema, times two, and one more for what is a block of it. */
#define PLACE(index) (2 * (index) + 1)

/*
 * A table without columns was commented out by an earlier pull, perhaps: it stays in front of the
 * model that follows.
 */
static void commented_place(const inb__pull_run *run, const inb__pull_model *m, piece *out)
{
    const char *line = inb__arena_printf(run->arena, "// model %.*s {", INB__STR_ARG(m->name));
    const inb__psl_schema *ast = run->old->ast;
    for (uint32_t f = 0; !run->options->force && f < ast->n_files; f++) {
        size_t place = PLACE(run->old->n_models) - 1;
        for (size_t i = ast->files[f].items.n; i-- > 0;) {
            const inb__psl_item *item = &ast->files[f].items.v[i];
            for (size_t k = 0; item->kind == INB__PSL_ITEM_BLOCK && k < run->old->n_models; k++) {
                place = run->old->models[k]->ast == item->block ? PLACE(k) - 1 : place;
            }
            if (item->kind == INB__PSL_ITEM_COMMENT && is_said_in(item->comment, line)) {
                out->file = f;
                out->before = place;
                return;
            }
        }
    }
}

static void models_add(inb__pull_run *run, pieces *p)
{
    for (size_t i = 0; i < run->n_models; i++) {
        const inb__pull_model *m = &run->models[i];
        if (!m->fact || m->is_join) {
            continue;
        }
        piece one = {.model = m,
                     .file = m->old ? m->old->ast->span.file : p->new_file,
                     .rank = m->is_view ? RANK_VIEW : RANK_MODEL,
                     .before = PLACE(m->old       ? m->old->index
                                     : m->is_view ? run->old->n_models + m->fact->oid
                                                  : run->old->n_models + i)};
        if (!m->fact->n_columns) {
            commented_place(run, m, &one);
        }
        INB__VEC_ADD(run->arena, &p->list, one);
    }
    for (size_t i = 0; i < run->n_enums; i++) {
        const inb__pull_enum *e = &run->enums[i];
        piece one = {.enumeration = e,
                     .file = e->old ? e->old->ast->span.file : p->new_file,
                     .rank = RANK_ENUM,
                     .before = e->old ? e->old->index : run->old->n_enums + i};
        INB__VEC_ADD(run->arena, &p->list, one);
    }
}

static void piece_write(inb__psl_out *out, const inb__pull_run *run, const piece *p)
{
    if (p->config) {
        inb__pull_config_write(out, run, p->config);
    } else if (p->model) {
        inb__pull_model_write(out, run, p->model);
    } else {
        inb__pull_enum_write(out, run, p->enumeration);
    }
}

/* Comments behind the last block of a file. */
static void file_end_write(inb__psl_out *out, const inb__pull_run *run, uint32_t file)
{
    const inb__psl_schema *ast = run->old->ast;
    if (!run->options->force && file < ast->n_files) {
        inb__pull_comments_before(out, run,
                                  (inb__span){file, (uint32_t)ast->files[file].text.n, 0});
    }
}

static inb__str file_format(inb__arena *arena, const char *path, inb__str text)
{
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    inb__diagnostics_init(&diagnostics, arena);
    inb__psl_schema_files_text(&schema, arena, path, text);
    inb__psl_schema_parse(&schema, arena, &diagnostics);
    return inb__psl_format_file(arena, &schema.files[0]);
}

static inb__str file_write(const inb__pull_run *run, const pieces *p, uint32_t file,
                           const char *path)
{
    inb__psl_out out = {.arena = run->arena};
    for (size_t i = 0; i < p->list.n; i++) {
        if (p->list.v[i].file == file) {
            inb__psl_out_str(&out, out.n ? "\n" : "");
            piece_write(&out, run, &p->list.v[i]);
        }
    }
    size_t before = out.n;
    inb__psl_out_str(&out, out.n ? "\n" : "");
    file_end_write(&out, run, file);
    out.n = out.n == before + 1 ? before : out.n;
    return out.n ? file_format(run->arena, path, (inb__str){out.p, out.n}) : INB__STR("");
}

/* The folder of a path, "." where it has none. */
static const char *folder_of(inb__arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? inb__arena_strndup(arena, path, (size_t)(slash - path)) : ".";
}

/* One file is written again; of several, what is new gets one of its own. */
static void files_choose(inb__pull_run *run, inb__pulled *out, pieces *p)
{
    const inb__psl_schema *ast = run->old->ast;
    out->n_files = ast->n_files;
    out->files = INB__NEW_N(run->arena, inb__pull_file, ast->n_files + 1);
    p->new_file = 0;
    for (uint32_t i = 0; i < ast->n_files; i++) {
        out->files[i].path = ast->files[i].path;
        if (inb__str_ends(inb__str_of(ast->files[i].path), "/" NEW_FILE)) {
            p->new_file = i;
        }
    }
    if (ast->n_files > 1 && p->new_file == 0 &&
        !inb__str_ends(inb__str_of(ast->files[0].path), "/" NEW_FILE)) {
        p->new_file = (uint32_t)ast->n_files;
        out->files[ast->n_files] = (inb__pull_file){
            .path = inb__path_join(run->arena, folder_of(run->arena, ast->files[0].path), NEW_FILE),
            .is_new = true};
        out->n_files++;
    }
}

static void partial_indexes_look(inb__pull_run *run)
{
    run->with_partial_indexes = run->old->n_generators > 0;
    for (size_t i = 0; i < run->n_models; i++) {
        const inb__pull_model *m = &run->models[i];
        for (size_t k = 0; m->fact && m->table && !m->is_join && k < m->table->n_indexes; k++) {
            run->uses_partial_indexes =
                run->uses_partial_indexes || (m->table->indexes[k].predicate.n > 0 &&
                                              inb__pull_is_sayable(m, &m->table->indexes[k]));
        }
    }
    run->uses_partial_indexes = run->uses_partial_indexes && run->with_partial_indexes;
}

static void counts_take(const inb__pull_run *run, inb__pulled *out)
{
    for (size_t i = 0; i < run->n_models; i++) {
        const inb__pull_model *m = &run->models[i];
        out->n_models += m->fact && !m->is_join && !m->is_view && m->fact->n_columns;
        out->n_views += m->fact && m->is_view;
    }
    out->n_enums = run->n_enums;
}

void inb__pull(inb__pulled *out, inb__arena *arena, const inb__live_model *live, const inb__dm *old,
               const inb__pull_options *options)
{
    inb__pull_run run = {.arena = arena, .live = live, .old = old, .options = options};
    pieces p = {.new_file = 0};
    *out = (inb__pulled){.files = NULL};
    run.with_views = old->previews & INB__DM_PREVIEW_VIEWS;
    run.by_hand = old->datasource && old->datasource->relation_mode == INB__DM_RELATION_MODE_PRISMA;
    run.source = old->datasource ? old->datasource->name : INB__STR("db");
    inb__pull_models_find(&run);
    inb__pull_joins_find(&run);
    inb__pull_names_choose(&run);
    inb__pull_fields_name(&run);
    partial_indexes_look(&run);
    inb__pull_relations_find(&run);
    inb__pull_remarks_add(&run);
    files_choose(&run, out, &p);
    config_add(&run, &p);
    models_add(&run, &p);
    qsort(p.list.v, p.list.n, sizeof(*p.list.v), piece_order);
    for (uint32_t i = 0; i < out->n_files; i++) {
        out->files[i].text = file_write(&run, &p, i, out->files[i].path);
    }
    out->warnings = run.warnings.v;
    out->n_warnings = run.warnings.n;
    counts_take(&run, out);
}

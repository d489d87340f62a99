/* Checks @id, @unique and their block forms, @@index, @@fulltext and shard keys. */
#include "config.h"

#include "psl/check_parts.h"
#include "psl/expr.h"
#include "psl/fieldlist.h"
#include "psl/suggest.h"
#include "psl/words.h"

/* ---- shared by keys and indexes ------------------------------------------------------------- */

/* `clustered:` is another database's; its presence is an error of a later rule. */
static bool clustered_read(inb__psl_checker *c, inb__psl_attr_args *args)
{
    bool value;
    const inb__psl_expr *e = inb__psl_attr_args_value(args, "clustered");
    return e && inb__psl_expr_bool(c, e, &value);
}

static bool length_read(inb__psl_checker *c, inb__psl_attr_args *args)
{
    int64_t length;
    const inb__psl_expr *e = inb__psl_attr_args_value(args, "length");
    return e && inb__psl_expr_integer(c, e, &length);
}

static inb__sort_order sort_read(inb__psl_checker *c, inb__psl_attr_args *args)
{
    inb__str word;
    const inb__psl_expr *e = inb__psl_attr_args_value(args, "sort");
    if (!e || !inb__psl_expr_constant(c, e, &word)) {
        return INB__SORT_NONE;
    }
    if (inb__str_is(word, "Asc") || inb__str_is(word, "Desc")) {
        return word.p[0] == 'A' ? INB__SORT_ASC : INB__SORT_DESC;
    }
    inb__psl_error(c->d, args->attr->span, "unknown sort order \"%.*s\"", INB__STR_ARG(word));
    inb__psl_hint(c->d, "Write Asc or Desc.");
    return INB__SORT_NONE;
}

/* The name becomes part of the client's code. */
static bool client_name_read(inb__psl_checker *c, inb__psl_attr_args *args, inb__str *out)
{
    if (!inb__psl_attr_args_text(args, "name", out)) {
        return false;
    }
    for (size_t i = 0; i < out->n; i++) {
        char ch = out->p[i];
        if (ch != '_' && !inb__is_digit(ch) && !((ch | 32) >= 'a' && (ch | 32) <= 'z')) {
            inb__psl_error(c->d, args->attr->span,
                           "the name \"%.*s\" can contain only letters, digits and \"_\"",
                           INB__STR_ARG(*out));
            inb__psl_hint(c->d, "This is the client's name; write the database's name in \"map\".");
            break;
        }
    }
    return true;
}

/* ---- @id, @@id ------------------------------------------------------------------------------- */

void inb__psl_check_index_field_id(inb__psl_checker *c, inb__psl_attr_args *args,
                                   inb__psl_checked_field *f)
{
    if (f->dm.model->primary_key) {
        inb__psl_error(c->d, f->owner->block->span, "\"%.*s\" has @id on more than one field",
                       INB__STR_ARG(f->dm.model->name));
        inb__psl_hint(c->d, "A key of several fields is written @@id([a, b]).");
        return;
    }
    inb__psl_checked_key *key = INB__NEW(c->arena, inb__psl_checked_key);
    inb__dm_primary_key *pk = &key->dm;
    pk->is_mapped = inb__psl_attr_args_text(args, "map", &pk->db_name);
    key->has_length = length_read(c, args);
    pk->fields = INB__NEW(c->arena, inb__dm_index_field);
    pk->fields[0] = (inb__dm_index_field){.field = &f->dm, .sort = sort_read(c, args)};
    pk->n_fields = 1;
    key->has_clustered = clustered_read(c, args);
    pk->on_field = &f->dm;
    pk->attr = args->attr;
    f->dm.model->primary_key = pk;
}

/* The fields of @@id or @@shardKey; false when they are none, which is reported. */
static bool key_fields_read(inb__psl_checker *c, inb__psl_attr_args *args,
                            inb__psl_checked_top *top, inb__psl_fieldlist_form form,
                            inb__psl_fieldlist *list)
{
    const inb__psl_expr *e = inb__psl_attr_args_first(args, "fields");
    if (!e) {
        return false;
    }
    inb__psl_fieldlist_resolve(list, c, e, top, args->attr->span, form);
    if (list->unknown.n) {
        inb__psl_error(c->d, e->span, "\"%.*s\" has no field %s", INB__STR_ARG(top->model->name),
                       inb__psl_suggest_quoted(c->arena, list->unknown.v, list->unknown.n));
        inb__psl_suggest_field(c, top, list->unknown.v[0]);
    }
    if (list->relations.n) {
        inb__psl_error(c->d, args->attr->span, "a key can contain only scalar fields, not %s",
                       inb__psl_suggest_quoted(c->arena, list->relations.v, list->relations.n));
        inb__psl_hint(c->d, "Write the fields of the foreign key instead.");
    }
    return list->done;
}

static void key_fields_required(inb__psl_checker *c, const inb__psl_attr_args *args,
                                inb__psl_checked_top *top, const inb__psl_fieldlist *list)
{
    inb__psl_name_list loose = {0};
    for (size_t i = 0; i < list->fields.n; i++) {
        if (list->fields.v[i].field->arity != INB__DM_REQUIRED) {
            INB__VEC_ADD(c->arena, &loose, list->fields.v[i].field->name);
        }
    }
    if (loose.n && !top->model->is_ignored) {
        inb__psl_error(c->d, args->attr->span, "a key can contain only required fields, not %s",
                       inb__psl_suggest_quoted(c->arena, loose.v, loose.n));
        inb__psl_hint(c->d, "Remove the \"?\" or \"[]\", or remove the field from the key.");
    }
}

void inb__psl_check_index_block_id(inb__psl_checker *c, inb__psl_attr_args *args,
                                   inb__psl_checked_top *top)
{
    inb__psl_fieldlist list;
    if (!key_fields_read(c, args, top, INB__FIELDS_ARGUMENTS, &list)) {
        return;
    }
    key_fields_required(c, args, top, &list);
    if (top->model->primary_key) {
        inb__psl_error(c->d, top->block->span, "\"%.*s\" has both @id and @@id",
                       INB__STR_ARG(top->model->name));
        inb__psl_hint(c->d, "A table has one primary key: keep one of them.");
    }
    inb__psl_checked_key *key = INB__NEW(c->arena, inb__psl_checked_key);
    inb__dm_primary_key *pk = &key->dm;
    pk->is_mapped = inb__psl_attr_args_text(args, "map", &pk->db_name);
    if (!client_name_read(c, args, &pk->name)) {
        pk->name = (inb__str){NULL, 0};
    }
    key->has_clustered = clustered_read(c, args);
    key->has_length = list.has_length;
    pk->fields = list.fields.v;
    pk->n_fields = list.fields.n;
    pk->attr = args->attr;
    top->model->primary_key = pk;
}

/* ---- @shardKey, @@shardKey ------------------------------------------------------------------- */

void inb__psl_check_index_field_shard_key(inb__psl_checker *c, inb__psl_attr_args *args,
                                          inb__psl_checked_field *f)
{
    if (f->owner->shard_key) {
        inb__psl_error(c->d, f->owner->block->span, "\"%.*s\" has @shardKey on more than one field",
                       INB__STR_ARG(f->dm.model->name));
        inb__psl_hint(c->d, "A shard key of several fields is written @@shardKey([a, b]).");
        return;
    }
    f->owner->shard_key = args->attr;
    f->owner->shard_key_field = &f->dm;
}

void inb__psl_check_index_block_shard_key(inb__psl_checker *c, inb__psl_attr_args *args,
                                          inb__psl_checked_top *top)
{
    inb__psl_fieldlist list;
    if (!key_fields_read(c, args, top, INB__FIELDS_PLAIN, &list)) {
        return;
    }
    key_fields_required(c, args, top, &list);
    if (top->shard_key) {
        inb__psl_error(c->d, top->block->span, "\"%.*s\" has both @shardKey and @@shardKey",
                       INB__STR_ARG(top->model->name));
        inb__psl_hint(c->d, "Keep one of them.");
    }
    top->shard_key = args->attr;
    top->shard_key_field = NULL;
    top->shard_key_empty = list.fields.n == 0;
}

/* ---- @unique, @@unique, @@index, @@fulltext -------------------------------------------------- */

static void index_add(inb__psl_checker *c, inb__psl_checked_top *top, inb__psl_checked_index *index,
                      const inb__psl_attr_args *args)
{
    inb__dm_model *m = top->model;
    index->dm.model = m;
    index->dm.attr = args->attr;
    if ((m->n_indexes & (m->n_indexes - 1)) == 0) { /* 0 or a power of two: there is no room */
        m->indexes = inb__arena_grow(c->arena, m->indexes, m->n_indexes * sizeof(*m->indexes),
                                     (2 * m->n_indexes + 1) * sizeof(*m->indexes));
    }
    m->indexes[m->n_indexes++] = &index->dm;
}

void inb__psl_check_index_field_unique(inb__psl_checker *c, inb__psl_attr_args *args,
                                       inb__psl_checked_field *f)
{
    inb__psl_checked_index *index = INB__NEW(c->arena, inb__psl_checked_index);
    inb__dm_index *dm = &index->dm;
    dm->kind = INB__DM_INDEX_UNIQUE;
    dm->is_mapped = inb__psl_attr_args_text(args, "map", &dm->db_name);
    index->has_length = length_read(c, args);
    dm->fields = INB__NEW(c->arena, inb__dm_index_field);
    dm->fields[0] = (inb__dm_index_field){.field = &f->dm, .sort = sort_read(c, args)};
    dm->n_fields = 1;
    bool *has_arguments = INB__NEW(c->arena, bool);
    *has_arguments = dm->fields[0].sort != INB__SORT_NONE || index->has_length;
    index->field_has_arguments = has_arguments;
    index->has_clustered = clustered_read(c, args);
    inb__psl_check_where(c, args, f->owner, &dm->where);
    dm->on_field = &f->dm;
    index_add(c, f->owner, index, args);
}

static const char *kind_word(inb__dm_index_kind kind)
{
    return kind == INB__DM_INDEX_UNIQUE   ? "unique"
           : kind == INB__DM_INDEX_NORMAL ? "index"
                                          : "fulltext";
}

/* What to write instead of a relation field: the scalar fields that hold its reference. */
static void relation_hint(inb__psl_checker *c, const inb__psl_fieldlist *list,
                          inb__dm_index_kind kind)
{
    char *text = inb__arena_strdup(c->arena, "");
    size_t n = 0;
    for (size_t i = 0; i < list->relation_fields.n; i++) {
        const inb__psl_checked_list *fields = &list->relation_fields.v[i]->end->fields;
        for (size_t k = 0; k < fields->n; k++) {
            text = inb__arena_printf(c->arena, "%s%s%.*s", text, n++ ? ", " : "",
                                     INB__STR_ARG(fields->v[k]->dm.name));
        }
    }
    if (n) {
        inb__psl_hint(c->d, "Did you mean @@%s([%s])?", kind_word(kind), text);
    } else {
        inb__psl_hint(c->d, "Write the fields of the foreign key instead.");
    }
}

static void index_fields_read(inb__psl_checker *c, inb__psl_attr_args *args,
                              inb__psl_checked_top *top, inb__psl_checked_index *index)
{
    inb__psl_fieldlist list;
    const inb__psl_expr *e = inb__psl_attr_args_first(args, "fields");
    if (!e) {
        return;
    }
    inb__psl_fieldlist_resolve(&list, c, e, top, args->attr->span, INB__FIELDS_PATHS);
    if (list.done) {
        index->dm.fields = list.fields.v;
        index->dm.n_fields = list.fields.n;
        index->has_length = list.has_length;
        index->has_ops = list.has_ops;
        index->field_has_arguments = list.has_arguments.v;
        return;
    }
    if (list.unknown.n) {
        inb__psl_error(c->d, args->attr->span, "\"%.*s\" has no field %s",
                       INB__STR_ARG(top->model->name),
                       inb__psl_suggest_quoted(c->arena, list.unknown.v, list.unknown.n));
        inb__psl_suggest_field(c, top, list.unknown.v[0]);
    }
    if (list.relations.n) {
        inb__psl_error(c->d, args->attr->span, "an index can contain only scalar fields, not %s",
                       inb__psl_suggest_quoted(c->arena, list.relations.v, list.relations.n));
        relation_hint(c, &list, index->dm.kind);
    }
}

/* `name:` of @@index is what `map:` was called once. */
static void index_name_read(inb__psl_checker *c, inb__psl_attr_args *args, inb__dm_index *dm)
{
    inb__str name, map;
    bool has_name = inb__psl_attr_args_text(args, "name", &name);
    bool has_map = inb__psl_attr_args_text(args, "map", &map);
    if (has_name && has_map) {
        inb__psl_error(c->d, args->attr->span,
                       "@@index has both \"name\" and \"map\", which mean the same");
        inb__psl_hint(c->d, "Keep \"map\".");
        return;
    }
    dm->is_mapped = has_name || has_map;
    if (dm->is_mapped) {
        dm->db_name = has_map ? map : name;
    }
}

static void algorithm_read(inb__psl_checker *c, inb__psl_attr_args *args, inb__dm_index *dm)
{
    inb__str word;
    const inb__psl_expr *e = inb__psl_attr_args_value(args, "type");
    if (!e || !inb__psl_expr_constant(c, e, &word)) {
        return;
    }
    int found = inb__psl_words_method_find(word);
    if (found < 0) {
        inb__psl_error(c->d, args->attr->span, "unknown index type \"%.*s\"", INB__STR_ARG(word));
        inb__psl_hint(c->d, "Write one of BTree, Hash, Gist, Gin, SpGist and Brin.");
        return;
    }
    dm->algorithm = (inb__index_method)found;
    dm->algorithm_written = true;
}

void inb__psl_check_index_block(inb__psl_checker *c, inb__psl_attr_args *args,
                                inb__psl_checked_top *top, inb__dm_index_kind kind)
{
    inb__psl_checked_index *index = INB__NEW(c->arena, inb__psl_checked_index);
    inb__dm_index *dm = &index->dm;
    dm->kind = kind;
    index_fields_read(c, args, top, index);
    if (kind == INB__DM_INDEX_NORMAL) {
        index_name_read(c, args, dm);
        algorithm_read(c, args, dm);
    } else {
        if (kind == INB__DM_INDEX_UNIQUE && !client_name_read(c, args, &dm->name)) {
            dm->name = (inb__str){NULL, 0};
        }
        dm->is_mapped = inb__psl_attr_args_text(args, "map", &dm->db_name);
    }
    if (kind != INB__DM_INDEX_FULLTEXT) {
        index->has_clustered = clustered_read(c, args);
        inb__psl_check_where(c, args, top, &dm->where);
    }
    index_add(c, top, index, args);
}

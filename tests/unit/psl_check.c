/* The checked datamodel: what it says of a schema, what is reported, and that it survives every
 * failing allocation. */
#include "config.h"

#include "postgres/object_name.h"
#include "psl/default_name.h"
#include "psl/literal.h"
#include "psl/opclass.h"
#include "psl/schema_check.h"
#include "psl/schema_parse.h"
#include "psl/words.h"
#include "util/cleanup.h"
#include "util/diagnostic_print.h"

#include "check_main.h"
#include "oom.h"

static const char rich[] =
    "datasource db {\n"
    "  provider     = \"postgresql\"\n"
    "  schemas      = [\"app\", \"log\"]\n"
    "  extensions   = [citext, uuidOssp(map: \"uuid-ossp\", schema: \"app\", version: \"1.1\")]\n"
    "  relationMode = \"foreignKeys\"\n"
    "}\n"
    "generator g {\n"
    "  provider        = \"prisma-client\"\n"
    "  previewFeatures = [\"views\", \"partialIndexes\", \"postgresqlExtensions\"]\n"
    "}\n"
    "/// Who writes.\n"
    "model User {\n"
    "  id      Int     @id @default(autoincrement())\n"
    "  email   String  @unique @db.VarChar(200) /// where to write\n"
    "  role    Role    @default(ADMIN)\n"
    "  tags    String[] @default([\"a\", \"b\"])\n"
    "  price   Decimal @default(1.50) @db.Decimal(10, 2)\n"
    "  seen    DateTime @updatedAt @map(\"seen_at\")\n"
    "  shape   Unsupported(\"circle\")?\n"
    "  key     String  @default(dbgenerated(\"gen()\")) @ignore\n"
    "  posts   Post[]\n"
    "  profile Profile?\n"
    "  groups  Group[]\n"
    "  @@unique([role, seen(sort: Desc)], name: \"by_role\")\n"
    "  @@index([tags(ops: ArrayOps)], type: Gin)\n"
    "  @@index([email(ops: raw(\"text_pattern_ops\"))], where: { seen: { not: null }, email: \"x\" "
    "})\n"
    "  @@map(\"users\")\n"
    "  @@schema(\"app\")\n"
    "}\n"
    "model Post {\n"
    "  a        Int\n"
    "  b        Int\n"
    "  authorId Int? @map(\"author\")\n"
    "  author   User? @relation(fields: [authorId], references: [id], onDelete: Cascade)\n"
    "  @@id([a, b], map: \"post_key\")\n"
    "  @@index([authorId], where: raw(\"author > 3\"), map: \"idx\")\n"
    "  @@schema(\"log\")\n"
    "}\n"
    "model Profile {\n"
    "  userId Int @id\n"
    "  user User @relation(fields: [userId], references: [id], map: \"fk\")\n"
    "  @@schema(\"app\")\n"
    "}\n"
    "model Group {\n"
    "  id Int @id\n"
    "  users User[]\n"
    "  @@schema(\"app\")\n"
    "}\n"
    "view Seen {\n"
    "  id Int @unique\n"
    "  @@schema(\"log\")\n"
    "}\n"
    "enum Role {\n"
    "  ADMIN\n"
    "  GUEST @map(\"guest\")\n"
    "  @@map(\"user_role\")\n"
    "  @@schema(\"app\")\n"
    "}\n";

typedef struct checked {
    inb__arena arena;
    inb__psl_schema schema;
    inb__diagnostics diagnostics;
    inb__dm *dm;
} checked;

static int check_text(checked *c, const char *text)
{
    inb__arena_init(&c->arena);
    if (INB__ARENA_ERROR_EXIT(&c->arena)) {
        return INB_ENOMEM;
    }
    inb__diagnostics_init(&c->diagnostics, &c->arena);
    inb__psl_schema_files_text(&c->schema, &c->arena, "test.prisma", inb__str_of(text));
    inb__psl_schema_parse(&c->schema, &c->arena, &c->diagnostics);
    c->dm = inb__psl_schema_check(&c->arena, &c->schema, &c->diagnostics);
    inb__arena_error_exit_clear(&c->arena);
    return 0;
}

static void check_rich(checked *c)
{
    ck_assert_int_eq(check_text(c, rich), 0);
    ck_assert_msg(c->diagnostics.n == 0, "%s", c->diagnostics.n ? c->diagnostics.v[0].message : "");
}

static void assert_str(inb__str s, const char *wanted)
{
    ck_assert_msg(inb__str_is(s, wanted), "\"%.*s\" is not \"%s\"", INB__STR_ARG(s), wanted);
}

static const inb__dm_field *field(const inb__dm_model *m, const char *name)
{
    for (size_t i = 0; i < m->n_fields; i++) {
        if (inb__str_is(m->fields[i]->name, name)) {
            return m->fields[i];
        }
    }
    ck_abort_msg("no field %s", name);
    return NULL;
}

START_TEST(test_configuration)
{
    checked c;
    check_rich(&c);
    const inb__dm_datasource *source = c.dm->datasource;
    assert_str(source->name, "db");
    ck_assert_uint_eq(source->n_schemas, 2);
    assert_str(source->schemas[1], "log");
    ck_assert_uint_eq(source->n_extensions, 2);
    assert_str(source->extensions[0].db_name, "citext");
    ck_assert_uint_eq(source->extensions[0].schema.n, 0);
    assert_str(source->extensions[1].name, "uuidOssp");
    assert_str(source->extensions[1].db_name, "uuid-ossp");
    assert_str(source->extensions[1].schema, "app");
    assert_str(source->extensions[1].version, "1.1");
    ck_assert(source->relation_mode_written);
    ck_assert_int_eq(source->relation_mode, INB__DM_RELATION_MODE_FOREIGN_KEYS);
    ck_assert_uint_eq(c.dm->previews, INB__DM_PREVIEW_VIEWS | INB__DM_PREVIEW_PARTIAL_INDEXES |
                                          INB__DM_PREVIEW_POSTGRESQL_EXTENSIONS);
    ck_assert_uint_eq(c.dm->n_generators, 1);
    inb__arena_dispose(&c.arena);
}
END_TEST

START_TEST(test_fields)
{
    checked c;
    check_rich(&c);
    const inb__dm_model *user = c.dm->models[0];
    assert_str(user->db_name, "users");
    assert_str(user->schema, "app");
    assert_str(user->doc, "Who writes.");
    ck_assert_int_eq(field(user, "id")->default_value->kind, INB__DM_DEFAULT_AUTOINCREMENT);
    const inb__dm_field *email = field(user, "email");
    assert_str(email->doc, "where to write");
    ck_assert_int_eq(email->type.native.kind, INB__NATIVE_VARCHAR);
    ck_assert_int_eq(email->type.native.args[0], 200);
    const inb__dm_field *role = field(user, "role");
    ck_assert_ptr_eq(role->type.enumeration, c.dm->enums[0]);
    ck_assert_ptr_eq(role->default_value->values[0].enum_value, &c.dm->enums[0]->values[0]);
    const inb__dm_field *tags = field(user, "tags");
    ck_assert_int_eq(tags->arity, INB__DM_LIST);
    ck_assert_int_eq(tags->default_value->kind, INB__DM_DEFAULT_LIST);
    ck_assert_uint_eq(tags->default_value->n_values, 2);
    assert_str(tags->default_value->values[1].text, "b");
    assert_str(field(user, "price")->default_value->values[0].text, "1.50");
    const inb__dm_field *seen = field(user, "seen");
    ck_assert(seen->is_updated_at && seen->is_mapped);
    assert_str(seen->db_name, "seen_at");
    ck_assert_int_eq(inb__dm_field_native(seen).kind, INB__NATIVE_TIMESTAMP);
    ck_assert_int_eq(inb__dm_field_native(seen).args[0], 3);
    assert_str(field(user, "shape")->type.unsupported, "circle");
    ck_assert(field(user, "key")->is_ignored && field(user, "key")->default_value->has_sql);
    assert_str(field(user, "key")->default_value->sql, "gen()");
    assert_str(c.dm->enums[0]->db_name, "user_role");
    assert_str(c.dm->enums[0]->values[1].db_name, "guest");
    ck_assert(c.dm->models[4]->is_view);
    inb__arena_dispose(&c.arena);
}
END_TEST

START_TEST(test_indexes_in_prismas_order)
{
    checked c;
    check_rich(&c);
    const inb__dm_model *user = c.dm->models[0], *post = c.dm->models[1];
    ck_assert_uint_eq(user->n_indexes, 4);
    assert_str(user->indexes[0]->db_name, "users_email_key");
    ck_assert_ptr_eq(user->indexes[0]->on_field, field(user, "email"));
    assert_str(user->indexes[1]->db_name, "users_tags_idx");
    ck_assert_int_eq(user->indexes[1]->algorithm, INB__METHOD_GIN);
    ck_assert_str_eq(inb__opclass_name(user->indexes[1]->fields[0].opclass), "array_ops");
    assert_str(user->indexes[2]->fields[0].raw_opclass, "text_pattern_ops");
    const inb__dm_where *where = &user->indexes[2]->where;
    ck_assert_uint_eq(where->n_terms, 2);
    ck_assert(where->terms[0].negated && where->terms[0].value.kind == INB__DM_VALUE_NULL);
    assert_str(where->terms[1].value.text, "x");
    assert_str(user->indexes[3]->db_name, "users_role_seen_at_key");
    assert_str(user->indexes[3]->name, "by_role");
    ck_assert_int_eq(user->indexes[3]->fields[1].sort, INB__SORT_DESC);
    assert_str(user->primary_key->db_name, "users_pkey");
    assert_str(post->primary_key->db_name, "post_key");
    ck_assert_uint_eq(post->primary_key->n_fields, 2);
    assert_str(post->indexes[0]->db_name, "idx");
    assert_str(post->indexes[0]->where.sql, "author > 3");
    inb__arena_dispose(&c.arena);
}
END_TEST

START_TEST(test_relations)
{
    checked c;
    check_rich(&c);
    const inb__dm_model *user = c.dm->models[0], *post = c.dm->models[1],
                        *profile = c.dm->models[2];
    ck_assert_uint_eq(c.dm->n_relations, 3);
    const inb__dm_relation *r = field(post, "author")->relation;
    ck_assert_int_eq(r->kind, INB__DM_ONE_TO_MANY);
    ck_assert_ptr_eq(r->model_a, post);
    ck_assert_ptr_eq(r->field_b, field(user, "posts"));
    ck_assert_ptr_eq(field(user, "posts")->opposite, field(post, "author"));
    ck_assert_int_eq(r->on_delete, INB__REF_CASCADE);
    ck_assert_int_eq(r->on_update_written, INB__REF_UNSET);
    ck_assert_int_eq(r->on_update, INB__REF_CASCADE);
    assert_str(r->db_name, "Post_author_fkey");
    ck_assert_ptr_eq(r->fields[0], field(post, "authorId"));
    ck_assert_ptr_eq(r->references[0], field(user, "id"));
    ck_assert_ptr_eq(post->relations[0], r);
    r = field(profile, "user")->relation;
    ck_assert_int_eq(r->kind, INB__DM_ONE_TO_ONE);
    ck_assert_int_eq(r->on_delete, INB__REF_RESTRICT);
    assert_str(r->db_name, "fk");
    r = field(user, "groups")->relation;
    ck_assert_int_eq(r->kind, INB__DM_MANY_TO_MANY);
    ck_assert_ptr_eq(r->model_a, c.dm->models[3]);
    assert_str(r->db_name, "_GroupToUser");
    ck_assert_uint_eq(user->n_relations, 0);
    inb__arena_dispose(&c.arena);
}
END_TEST

/* A datamodel with errors can still be walked. */
START_TEST(test_what_is_wrong_leaves_a_datamodel)
{
    checked c;
    ck_assert_int_eq(
        check_text(&c, "model A {\n  id Int @id\n  b B\n  cs C[]\n  x Nope @map(\"y\")\n"
                       "  @@index([nope])\n  @@unique\n}\nmodel C {\n  id Int @id(map:)\n}\n"
                       "model A {\n}\nenum E {\n}\n"),
        0);
    ck_assert_uint_gt(c.diagnostics.errors, 5);
    ck_assert_uint_eq(c.dm->n_models, 3);
    ck_assert_int_eq(c.dm->models[0]->fields[3]->type.kind, INB__DM_TYPE_UNKNOWN);
    const inb__dm_relation *r = c.dm->models[0]->fields[2]->relation;
    ck_assert_ptr_null(r->field_a);
    ck_assert_ptr_eq(r->model_a, c.dm->models[1]);
    inb__arena_dispose(&c.arena);
}
END_TEST

START_TEST(test_names_fit)
{
    inb__arena a;
    inb__arena_init(&a);
    char text[64];
    memset(text, 'x', sizeof(text));
    inb__str long_name = {text, 60}, columns[] = {INB__STR("a"), INB__STR("b")};
    inb__str name = inb__psl_default_name_unique(&a, long_name, columns, 2);
    ck_assert_uint_eq(name.n, 63);
    ck_assert(inb__str_ends(name, "_key"));
    assert_str(inb__psl_default_name_index(&a, INB__STR("t"), columns, 2), "t_a_b_idx");
    assert_str(inb__psl_default_name_foreign_key(&a, INB__STR("t"), columns, 1), "t_a_fkey");
    memcpy(text + 57, "\xc3\xa9\xc3\xa9", 4);
    name = inb__psl_default_name_primary_key(&a, (inb__str){text, 61});
    ck_assert_uint_eq(name.n, 57 + 5); /* the 58th byte is the first half of a letter */
    assert_str(inb__psl_default_name_join_table(&a, INB__STR("AToB")), "_AToB");
    inb__arena_dispose(&a);
}
END_TEST

static const struct {
    bool (*is)(inb__str);
    const char *text;
    bool wanted;
} literals[] = {
    {inb__psl_literal_is_json, "{\"a\": [1, -2.5e3, null, \"\\u00e9\"]}", true},
    {inb__psl_literal_is_json, "[1,]", false},
    {inb__psl_literal_is_json, "\"\\ud800\"", false},
    {inb__psl_literal_is_json, "1e999", false},
    {inb__psl_literal_is_json, "1e308", true},
    {inb__psl_literal_is_json, "1.8e308", false},
    {inb__psl_literal_is_json, "0.00179e311", true},
    {inb__psl_literal_is_json, "0.0018e311", false},
    {inb__psl_literal_is_json, "0e999", true},
    {inb__psl_literal_is_json, "", false},
    {inb__psl_literal_is_base64, "YQ==", true},
    {inb__psl_literal_is_base64, "YR==", false},
    {inb__psl_literal_is_base64, "YQ", false},
    {inb__psl_literal_is_base64, "====", false},
    {inb__psl_literal_is_datetime, "2020-02-29T23:59:60.5+01:00", true},
    {inb__psl_literal_is_datetime, "2019-02-29T00:00:00Z", false},
    {inb__psl_literal_is_datetime, "2020-01-01T00:00:00", false},
    {inb__psl_literal_is_decimal, "-1_000.5e-3", true},
    {inb__psl_literal_is_decimal, "1.2.3", false},
    {inb__psl_literal_is_decimal, "1e9223372036854775807", true},
    {inb__psl_literal_is_decimal, "1e9223372036854775808", false},
    {inb__psl_literal_is_decimal, ".", false},
};

START_TEST(test_literals)
{
    ck_assert_msg(literals[_i].is(inb__str_of(literals[_i].text)) == literals[_i].wanted, "%s",
                  literals[_i].text);
}
END_TEST

/* As deep as it goes: a level more is no JSON, and no level is a call. */
START_TEST(test_deep_json)
{
    char text[100000];
    memset(text, '[', 50000);
    memset(text + 50000, ']', 50000);
    ck_assert(!inb__psl_literal_is_json((inb__str){text, sizeof(text)}));
    ck_assert(inb__psl_literal_is_json((inb__str){text + 49900, 200}));
}
END_TEST

START_TEST(test_operator_classes)
{
    const inb__opclass *ops = inb__psl_opclass_find(INB__STR("TimestampTzMinMaxMultiOps"));
    ck_assert_str_eq(inb__opclass_name(ops), "timestamptz_minmax_multi_ops");
    ck_assert(inb__psl_opclass_fits(INB__METHOD_BRIN, ops, INB__NATIVE_TIMESTAMPTZ,
                                    INB__DM_DATETIME, false));
    ck_assert(
        !inb__psl_opclass_fits(INB__METHOD_BRIN, ops, INB__NATIVE_NONE, INB__DM_DATETIME, false));
    ck_assert(!inb__opclass_is_default(ops, INB__METHOD_BRIN));
    ops = inb__psl_opclass_find(INB__STR("InetOps"));
    ck_assert(inb__opclass_is_default(ops, INB__METHOD_SPGIST));
    ck_assert(!inb__opclass_is_default(ops, INB__METHOD_GIST));
    ck_assert_ptr_null(inb__psl_opclass_find(INB__STR("NoOps")));
}
END_TEST

/* Everything again with each allocation failing, on a schema that is right and on one that is
 * wrong. */
START_TEST(test_out_of_memory)
{
    static const char wrong[] = "model A {\n  id Int @id @foo\n  b B @relation(fields: [x])\n}\n"
                                "model B {\n  id Intt @default({)\n}\n";
    INB_OOM_LOOP(oom)
    {
        checked c;
        int rc = check_text(&c, _i ? wrong : rich);
        if (rc == 0) {
            INB_OOM_DONE(oom);
        } else {
            ck_assert_int_eq(rc, INB_ENOMEM);
        }
        inb__arena_dispose(&c.arena);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("psl_check");
    TCase *tcase = tcase_create("check");
    tcase_add_test(tcase, test_configuration);
    tcase_add_test(tcase, test_fields);
    tcase_add_test(tcase, test_indexes_in_prismas_order);
    tcase_add_test(tcase, test_relations);
    tcase_add_test(tcase, test_what_is_wrong_leaves_a_datamodel);
    tcase_add_test(tcase, test_names_fit);
    tcase_add_loop_test(tcase, test_literals, 0, (int)(sizeof(literals) / sizeof(literals[0])));
    tcase_add_test(tcase, test_deep_json);
    tcase_add_test(tcase, test_operator_classes);
    tcase_add_loop_test(tcase, test_out_of_memory, 0, 2);
    suite_add_tcase(suite, tcase);
    return inb_check_main(suite);
}

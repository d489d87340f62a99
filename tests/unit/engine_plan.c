#include "config.h"

#include "check_main.h"
#include "engine/gate.h"
#include "engine/hint.h"
#include "engine/plan.h"
#include "oom.h"
#include "table.h"
#include "util/text.h"

#include <stdio.h>
#include <string.h>

/* Every case is about these: a and c additive, b contracting, d non-transactional and blocking. */
static inb_test_table *made;
static const inb_table *table;

static void table_up(void)
{
    made = inb_test_table_new();
    inb_test_migration(made, "1_a", INB_CLASS_ADDITIVE, true);
    inb_test_statement(made, "CREATE TABLE", "CREATE TABLE a ()");
    inb_test_migration(made, "2_b", INB_CLASS_CONTRACTING, true);
    inb_test_statement(made, "DROP TABLE", "DROP TABLE x");
    inb_test_migration(made, "3_c", INB_CLASS_ADDITIVE, true);
    inb_test_statement(made, "CREATE TABLE", "CREATE TABLE c ()");
    inb_test_migration(made, "4_d", INB_CLASS_BLOCKING, false);
    inb_test_statement(made, "CREATE INDEX", "CREATE INDEX ON c (x)");
    table = inb_test_table_done(made);
}

static void table_down(void)
{
    inb_test_table_free(made);
}

/* A history in a few letters: "a+ b! c~ x+A" is a applied, b open, c rolled back, x (not in the
 * table) applied and recorded as additive. Before the state, ' is another checksum; after it, A
 * additive, B blocking, C contracting, K contracting and compatible, R begun by inboard outside a
 * transaction. */
#define ROWS_MOST 16
typedef struct made_rows {
    inb__history_row rows[ROWS_MOST];
    char names[ROWS_MOST][16];
    char checksums[ROWS_MOST][65];
    size_t n;
} made_rows;

static const char *full_name(char letter)
{
    static const char *const names[] = {"1_a", "2_b", "3_c", "4_d"};
    static char other[8];
    if (letter >= 'a' && letter <= 'd') {
        return names[letter - 'a'];
    }
    /* m sorts inside the table, all else after it */
    snprintf(other, sizeof(other), "%c_%c", letter == 'm' ? '2' : '9', letter);
    return other;
}

static void row_make(made_rows *m, const char *word, size_t n)
{
    inb__history_row *row = &m->rows[m->n];
    bool known = word[0] >= 'a' && word[0] <= 'd';
    bool edited = memchr(word, '\'', n) != NULL;
    snprintf(m->names[m->n], sizeof(m->names[0]), "%s", full_name(word[0]));
    snprintf(m->checksums[m->n], sizeof(m->checksums[0]), "%064d", 0);
    if (known && !edited) {
        inb__hex(m->checksums[m->n], table->migrations[word[0] - 'a'].checksums[0], 32);
    }
    *row = (inb__history_row){.id = "id",
                              .name = m->names[m->n],
                              .checksum = m->checksums[m->n],
                              .logs = "",
                              .started_at = "then",
                              .finished_at = memchr(word, '+', n) ? "now" : "",
                              .rolled_back_at = memchr(word, '~', n) ? "now" : "",
                              .transactional = true};
    row->reason = row->program_version = "";
    if (word[n - 1] >= 'A' && word[n - 1] <= 'Z') {
        bool compatible = memchr(word, 'K', n) != NULL;
        row->has_metadata = true;
        row->cls = memchr(word, 'C', n) || compatible ? INB_CLASS_CONTRACTING
                   : memchr(word, 'B', n)             ? INB_CLASS_BLOCKING
                                                      : INB_CLASS_ADDITIVE;
        row->compatible = compatible || row->cls != INB_CLASS_CONTRACTING;
        row->transactional = memchr(word, 'R', n) == NULL;
        row->reason = compatible ? "a view keeps it" : "it drops something";
        row->program_version = "2.0";
    }
    m->n++;
}

static int row_order(const void *a, const void *b)
{
    return strcmp(((const inb__history_row *)a)->name, ((const inb__history_row *)b)->name);
}

static void rows_make(made_rows *m, const char *text)
{
    memset(m, 0, sizeof(*m));
    while (*text) {
        size_t n = strcspn(text, " ");
        row_make(m, text, n);
        text += n;
        text += *text == ' ';
    }
    qsort(m->rows, m->n, sizeof(m->rows[0]), row_order);
}

typedef struct plan_case {
    const char *rows;
    inb__policy policy;
    bool unmanaged, has_tables, has_relations, initial;
    int code;
    inb__refusal why;
    const char *prisma;
    const char *text;     /* in the message */
    const char *recorded; /* in the detail */
    const char *steps;    /* letters; r before a letter: taken up again */
    char stop;            /* the letter at which it stops, 0: none */
} plan_case;

#define START                                                                                      \
    {                                                                                              \
        .mode = INB_MODE_START, .schema = "public"                                                 \
    }
#define RELEASE                                                                                    \
    {                                                                                              \
        .mode = INB_MODE_RELEASE, .schema = "public"                                               \
    }
#define PRISMA                                                                                     \
    {                                                                                              \
        .mode = INB_MODE_RELEASE, .prisma_order = true, .schema = "public"                         \
    }

static const plan_case cases[] = {
    /* new databases */
    {.unmanaged = true, .policy = START, .steps = "abcd"},
    {.rows = "", .policy = START, .steps = "abcd"},
    {.unmanaged = true, .policy = START, .has_relations = true, .steps = "a", .stop = 'b'},
    {.unmanaged = true, .policy = RELEASE, .has_relations = true, .steps = "abcd"},
    {.unmanaged = true,
     .policy = RELEASE,
     .has_tables = true,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_NOT_EMPTY,
     .prisma = "P3005",
     .text = "no migration history"},
    {.unmanaged = true,
     .policy = PRISMA,
     .has_tables = true,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_NOT_EMPTY,
     .prisma = "P3005",
     .text = "no migration history"},
    /* the first bring-up was interrupted: it goes on as it began */
    {.rows = "a+", .policy = START, .has_relations = true, .initial = true, .steps = "bcd"},
    /* classes */
    {.rows = "a+", .policy = START, .steps = "", .stop = 'b'},
    {.rows = "a+ b+", .policy = START, .steps = "c", .stop = 'd'},
    {.rows = "a+ b+", .policy = RELEASE, .steps = "cd"},
    {.rows = "a+ b+ c+ d+", .policy = START, .steps = ""},
    /* failed */
    {.rows = "a+ b!",
     .policy = START,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_FAILED,
     .prisma = "P3009",
     .text = "\"2_b\" was started"},
    {.rows = "a+ b+ c!",
     .policy = PRISMA,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_FAILED,
     .prisma = "P3009",
     .text = "\"3_c\" was started"},
    {.rows = "a! b!",
     .policy = RELEASE,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_FAILED,
     .prisma = "P3009",
     .text = "2 migrations, first \"1_a\""},
    {.rows = "a+ b+ c+ x!",
     .policy = RELEASE,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_FAILED,
     .prisma = "P3009",
     .text = "\"9_x\" was started"},
    {.rows = "a+ a!",
     .policy = RELEASE,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_FAILED,
     .prisma = "P3009",
     .text = "\"1_a\" was started"},
    /* rolled back: pending again */
    {.rows = "a~", .policy = START, .has_relations = true, .steps = "a", .stop = 'b'},
    {.rows = "a~ a+", .policy = RELEASE, .steps = "bcd"},
    {.rows = "a+~", .policy = RELEASE, .steps = "abcd"},
    {.rows = "a+ x~", .policy = RELEASE, .steps = "bcd"},
    /* the edited check looks at the applied row, not at the one that was rolled back before */
    {.rows = "a'~ a+", .policy = RELEASE, .steps = "bcd"},
    {.rows = "a'+",
     .policy = RELEASE,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_HISTORY,
     .text = "\"1_a\" was edited"},
    {.rows = "a'+ b+ c+ d+",
     .policy = START,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_HISTORY,
     .text = "\"1_a\" was edited"},
    {.rows = "a'+", .policy = PRISMA, .steps = "bcd"},
    {.rows = "a'+ a+", .policy = RELEASE, .steps = "bcd"},
    /* order */
    {.rows = "a+ c+",
     .policy = RELEASE,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_HISTORY,
     .text = "\"2_b\" is pending and sorts before"},
    {.rows = "a+ c+",
     .policy = {.mode = INB_MODE_RELEASE, .order = INB_ORDER_ALLOW},
     .steps = "bd"},
    {.rows = "a+ c+", .policy = PRISMA, .steps = "bd"},
    /* missing */
    {.rows = "a+ m+ b+ c+",
     .policy = RELEASE,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_HISTORY,
     .text = "\"2_m\" was applied, is not in this program, and is not recorded as compatible",
     .recorded = "\"2_m\" was applied, is not in this program, and is not recorded as compatible: "
                 "nothing is recorded of its effect; applied now"},
    {.rows = "a+ m+C b+ c+",
     .policy = RELEASE,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_HISTORY,
     .text = "\"2_m\" was applied, is not in this program",
     .recorded =
         "compatible: contracting, breaking: it drops something; applied now by version 2.0"},
    /* what is compatible passes wherever it sorts, also half of it */
    {.rows = "a+ m+A b+ c+", .policy = RELEASE, .steps = "d"},
    {.rows = "a+ m+B b+ c+", .policy = RELEASE, .steps = "d"},
    {.rows = "a+ m+K b+ c+ d+", .policy = START, .steps = ""},
    {.rows = "a+ m!RK b+ c+ d+", .policy = START, .steps = ""},
    {.rows = "a+ b+ c+ d+ x!RB", .policy = START, .steps = ""},
    {.rows = "a+ b+ c+ d+ x+B y+K z+A", .policy = START, .steps = ""},
    {.rows = "a+ m+C b+ c+ d+ x+K y+C z+",
     .policy = START,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_HISTORY,
     .text = "\"2_m\" was applied, is not in this program",
     .recorded = "\"9_y\" was applied by a newer program and is not recorded as compatible: "
                 "contracting, breaking: it drops something; applied now by version 2.0\n\"9_z\" "
                 "was applied by a newer program and is not recorded as compatible: nothing is "
                 "recorded of its effect; applied now"},
    {.rows = "a+ m+A b+ c+",
     .policy = {.mode = INB_MODE_RELEASE, .order = INB_ORDER_ALLOW},
     .steps = "d"},
    {.rows = "a+ m+ b+ c+",
     .policy = {.mode = INB_MODE_RELEASE, .allow_unknown = true},
     .steps = "d"},
    {.rows = "a+ m+ b+ c+", .policy = PRISMA, .steps = "d"},
    /* unknown: a newer program's */
    {.rows = "a+ b+ c+ d+ x+A", .policy = START, .steps = ""},
    {.rows = "a+ b+ c+ d+ x+A y+A", .policy = START, .steps = ""},
    {.rows = "a+ b+ c+ d+ x+C",
     .policy = START,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_HISTORY,
     .text = "\"9_x\" was applied by a newer program"},
    {.rows = "a+ b+ c+ d+ x+",
     .policy = START,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_HISTORY,
     .text = "\"9_x\" was applied by a newer program"},
    {.rows = "a+ b+ c+ d+ x+",
     .policy = {.mode = INB_MODE_START, .allow_unknown = true},
     .steps = ""},
    {.rows = "a+ b+ c+ x+A",
     .policy = RELEASE,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_HISTORY,
     .text = "\"4_d\" is pending and sorts before"},
    /* begun outside a transaction */
    {.rows = "a+ b+ c+ d!R", .policy = START, .steps = "rd"},
    {.rows = "a+ b+ c+ d'!R", .policy = START, .steps = "rd"},
    {.rows = "a+ b+ c+ d!",
     .policy = START,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_FAILED,
     .prisma = "P3009",
     .text = "\"4_d\" was started"},
    {.rows = "a+ b+ c+ d!A",
     .policy = START,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_FAILED,
     .prisma = "P3009",
     .text = "\"4_d\" was started"},
    /* half of a newer program's additive one: an older program serves, and builds nothing on it */
    {.rows = "a+ b+ c+ d+ x!R", .policy = START, .steps = ""},
    {.rows = "a+ b+ c+ d+ x!RC",
     .policy = START,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_FAILED,
     .prisma = "P3009",
     .text = "\"9_x\" was started"},
    {.rows = "a+ b+ x!R",
     .policy = START,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_FAILED,
     .prisma = "P3009",
     .text = "\"9_x\" was started"},
    /* the gravest is the message, the detail has all */
    {.rows = "a'+ b! c+ x+",
     .policy = RELEASE,
     .code = INB_EHISTORY,
     .why = INB__REFUSED_FAILED,
     .prisma = "P3009",
     .text = "\"2_b\" was started"},
};

static int plan_of(const plan_case *c, inb__plan *plan, inb__refusal *why, inb__arena *arena,
                   inb_error **err)
{
    made_rows rows;
    rows_make(&rows, c->rows ? c->rows : "");
    inb__history h = {.managed = !c->unmanaged,
                      .has_tables = c->has_tables,
                      .has_relations = c->has_relations || c->has_tables || rows.n > 0,
                      .metadata_exists = true,
                      .metadata_readable = true,
                      .initial = c->initial,
                      .rows = rows.rows,
                      .n_rows = rows.n};
    return inb__plan_build(plan, why, arena, table, &h, &c->policy, err);
}

static void steps_text(char *out, const inb__plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        if (plan->steps[i].row) {
            *out++ = 'r';
        }
        *out++ = (char)('a' + plan->steps[i].migration);
    }
    *out = '\0';
}

START_TEST(a_history_gives_a_plan_or_a_refusal)
{
    const plan_case *c = &cases[_i];
    inb__plan plan;
    inb__refusal why;
    inb__arena arena;
    inb_error *err = NULL;
    char steps[32] = "";
    inb__arena_init(&arena);
    int rc = plan_of(c, &plan, &why, &arena, &err);
    ck_assert_msg(rc == c->code, "\"%s\": %d %s", c->rows, rc, inb_error_message(err));
    ck_assert_int_eq(why, c->why);
    if (rc == 0) {
        steps_text(steps, &plan);
        ck_assert_msg(strcmp(steps, c->steps) == 0, "\"%s\": %s", c->rows, steps);
        ck_assert_uint_eq(plan.stop, c->stop ? (uint32_t)(c->stop - 'a') : INB__NOT_IN_TABLE);
    } else {
        ck_assert_str_eq(inb_error_prisma_code(err), c->prisma ? c->prisma : "");
        ck_assert_msg(strstr(inb_error_message(err), c->text) != NULL, "%s",
                      inb_error_message(err));
        ck_assert_msg(!c->recorded || strstr(inb_error_detail(err), c->recorded) != NULL, "%s",
                      inb_error_detail(err));
        ck_assert_str_ne(inb_error_hint(err), "");
    }
    inb_error_free(err);
    inb__arena_dispose(&arena);
}
END_TEST

START_TEST(the_detail_names_everything_that_is_wrong)
{
    const plan_case c = {.rows = "a'+ c! d+ x+", .policy = RELEASE};
    inb__plan plan;
    inb__refusal why;
    inb__arena arena;
    inb_error *err = NULL;
    inb__arena_init(&arena);
    ck_assert_int_eq(plan_of(&c, &plan, &why, &arena, &err), INB_EHISTORY);
    const char *const lines[] = {"\"3_c\" was started", "\"1_a\" was edited",
                                 "\"9_x\" was applied by", "\"2_b\" is pending and sorts before"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        ck_assert_msg(strstr(inb_error_detail(err), lines[i]) != NULL, "%s", inb_error_detail(err));
    }
    inb_error_free(err);
    inb__arena_dispose(&arena);
}
END_TEST

START_TEST(a_pending_error_names_the_way_on)
{
    const plan_case c = {.rows = "a+", .policy = START};
    inb__plan plan;
    inb__refusal why;
    inb__arena arena;
    inb_error *err = NULL;
    inb__arena_init(&arena);
    ck_assert_int_eq(plan_of(&c, &plan, &why, &arena, &err), 0);
    ck_assert_int_eq(inb__plan_pending_error(&plan, table, &c.policy, &err), INB_EPENDING);
    ck_assert_str_eq(inb_error_migration(err), "2_b");
    ck_assert_ptr_nonnull(strstr(inb_error_hint(err), "mode = INB_MODE_RELEASE"));
    inb_error_free(err);
    inb__arena_dispose(&arena);
}
END_TEST

/* The library has members, a program its options, the command its verbs; and a program that has
 * only some of them is not told of others. */
START_TEST(a_hint_names_what_its_reader_has)
{
    static const inb_option_names service = {.size = sizeof(service),
                                             .release = "--migrate-only",
                                             .allow_unknown = "--allow-unknown",
                                             .direct_url = "DIRECT_URL"};
    static const inb_option_names command = {.size = sizeof(command),
                                             .allow_unknown = "--allow-unknown",
                                             .out_of_order = "--out-of-order",
                                             .direct_url = "DIRECT_URL",
                                             .resolve = "inboard migrate resolve"};
    static const inb_option_names bare = {.size = sizeof(bare)};
    const struct {
        const inb_option_names *names;
        const char *never[5];
    } readers[] = {
        {NULL, {"--", "inboard migrate", "DIRECT_URL"}},
        {&service, {"inb_", "INB_", "inboard migrate", "--out-of-order", "--applied"}},
        {&command, {"inb_", "INB_", "--migrate-only"}},
        {&bare, {"inb_", "INB_", "--", "inboard migrate", "DIRECT_URL"}},
    };
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
        for (inb__hint hint = INB__HINT_FAILED; hint <= INB__HINT_POOLER; hint++) {
            inb_error *err = NULL;
            ck_assert_int_eq(inb__error_set(&err, INB_EHISTORY, "x"), INB_EHISTORY);
            inb__hint_set(&err, hint, readers[i].names, "\"s\"._prisma_migrations", "it's");
            const char *said = inb_error_hint(err);
            ck_assert_msg(said[strlen(said) - 1] == '.' && !strstr(said, ":\"") &&
                              !strstr(said, "  "),
                          "%s", said);
            for (size_t k = 0; k < 5 && readers[i].never[k]; k++) {
                ck_assert_msg(!strstr(said, readers[i].never[k]), "%s", said);
            }
            if (hint == INB__HINT_FAILED && readers[i].names != &command) {
                ck_assert_ptr_nonnull(strstr(said,
                                             "UPDATE \"s\"._prisma_migrations SET rolled_back_at "
                                             "= now() WHERE migration_name = 'it''s' AND"));
            }
            inb_error_free(err);
        }
    }
}
END_TEST

START_TEST(what_no_migration_can_have_is_refused_where_it_would_be_applied)
{
    inb_test_table *own = inb_test_table_new();
    inb_test_migration(own, "1_a", INB_CLASS_ADDITIVE, true);
    inb_test_statement(own, "CREATE TABLE", "CREATE TABLE a ()");
    inb_test_migration(own, "2_b", INB_CLASS_ADDITIVE, false);
    inb_test_statement(own, "CREATE TABLE", "CREATE TABLE b ()");
    inb_statement *st = inb_test_statement(own, "COMMIT", "COMMIT");
    st->kind = INB_STATEMENT_UNFIT;
    st->reason = inb_test_text(own, "nothing is open");
    inb_test_unfit(own);
    table = inb_test_table_done(own);
    for (int applied = 0; applied < 2; applied++) {
        const plan_case c = {.rows = applied ? "a+ b+" : "a+", .policy = RELEASE};
        inb__plan plan;
        inb__refusal why;
        inb__arena arena;
        inb_error *err = NULL;
        inb__arena_init(&arena);
        int rc = plan_of(&c, &plan, &why, &arena, &err);
        ck_assert_int_eq(rc, applied ? 0 : INB_EMIGRATION);
        ck_assert_int_eq(why, applied ? INB__REFUSED_NOT : INB__REFUSED_UNFIT);
        if (rc < 0) {
            ck_assert_str_eq(inb_error_message(err),
                             "migration \"2_b\" cannot be applied: COMMIT, nothing is open");
            ck_assert_int_eq(inb_error_statement(err), 2);
            ck_assert_int_eq(inb_error_line(err), 2);
        }
        inb_error_free(err);
        inb__arena_dispose(&arena);
    }
    inb_test_table_free(own);
}
END_TEST

START_TEST(memory_may_run_out_anywhere)
{
    INB_OOM_LOOP(oom)
    {
        inb__plan plan;
        inb__refusal why;
        inb__arena arena;
        inb_error *err = NULL;
        inb__arena_init(&arena);
        int rc = plan_of(&cases[_i], &plan, &why, &arena, &err);
        if (rc != INB_ENOMEM) {
            INB_OOM_DONE(oom);
        }
        inb_error_free(err);
        inb__arena_dispose(&arena);
    }
}
END_TEST

/* As the others, but c waits for a sentence and d for b. */
static void gated_up(void)
{
    made = inb_test_table_new();
    inb_test_migration(made, "1_a", INB_CLASS_ADDITIVE, true);
    inb_test_migration(made, "2_b", INB_CLASS_BLOCKING, true);
    inb_test_migration(made, "3_c", INB_CLASS_ADDITIVE, false);
    inb_test_before(made, "it is so");
    inb_test_migration(made, "4_d", INB_CLASS_ADDITIVE, true);
    inb_test_after(made, 1);
    table = inb_test_table_done(made);
}

static const bool c_is_confirmed[4] = {[2] = true};

#define MODE(of, ...)                                                                              \
    {                                                                                              \
        .mode = INB_MODE_##of, .schema = "public", __VA_ARGS__                                     \
    }

static const struct {
    plan_case plan;
    inb__gate gate;
} gate_cases[] = {
    {{.rows = "a+", .policy = RELEASE, .steps = "b", .stop = 'c'}, INB__GATE_BEFORE},
    {{.rows = "a+ b+", .policy = RELEASE, .steps = "", .stop = 'c'}, INB__GATE_BEFORE},
    {{.rows = "a+ b+", .policy = START, .steps = "", .stop = 'c'}, INB__GATE_BEFORE},
    {{.rows = "a+", .policy = START, .steps = "", .stop = 'b'}, INB__GATE_NONE},
    {{.rows = "a+", .policy = PRISMA, .steps = "b", .stop = 'c'}, INB__GATE_BEFORE},
    {{.rows = "a+", .policy = MODE(RELEASE, .confirmed = c_is_confirmed), .steps = "bcd"},
     INB__GATE_NONE},
    {{.rows = "a+ b+", .policy = MODE(START, .confirmed = c_is_confirmed), .steps = "cd"},
     INB__GATE_NONE},
    /* one that was begun had passed it; on a new database there is none */
    {{.rows = "a+ b+ c!R", .policy = RELEASE, .steps = "rcd"}, INB__GATE_NONE},
    {{.rows = "", .policy = START, .steps = "abcd"}, INB__GATE_NONE},
    {{.rows = "a+", .policy = START, .initial = true, .steps = "bcd"}, INB__GATE_NONE},
    /* what is beyond the last one that is asked for stays pending, and is no reason to stop */
    {{.rows = "a+", .policy = MODE(RELEASE, .to = 2), .steps = "b"}, INB__GATE_NONE},
    {{.rows = "a+", .policy = MODE(RELEASE, .to = 1), .steps = ""}, INB__GATE_NONE},
    {{.rows = "a+", .policy = MODE(RELEASE, .to = 3), .steps = "b", .stop = 'c'}, INB__GATE_BEFORE},
    {{.rows = "", .policy = MODE(RELEASE, .to = 3), .steps = "abc"}, INB__GATE_NONE},
};

START_TEST(a_gate_holds_a_migration_and_all_after_it)
{
    const plan_case *c = &gate_cases[_i].plan;
    inb__plan plan;
    inb__refusal why;
    inb__arena arena;
    inb_error *err = NULL;
    inb__arena_init(&arena);
    ck_assert_int_eq(plan_of(c, &plan, &why, &arena, &err), 0);
    char steps[16];
    steps_text(steps, &plan);
    ck_assert_str_eq(steps, c->steps);
    ck_assert_uint_eq(plan.stop, c->stop ? (uint32_t)(c->stop - 'a') : INB__NOT_IN_TABLE);
    ck_assert_uint_eq(plan.gate, gate_cases[_i].gate);
    if (plan.gate == INB__GATE_BEFORE) {
        ck_assert_int_eq(inb__plan_pending_error(&plan, table, &c->policy, &err), INB_EPENDING);
        ck_assert_str_eq(inb_error_message(err),
                         "migration \"3_c\" waits for a confirmation: it is so");
        ck_assert_str_eq(inb_error_migration(err), "3_c");
        ck_assert_ptr_nonnull(strstr(inb_error_hint(err), "in confirm, '3_c'"));
        inb_error_free(err);
    }
    inb__arena_dispose(&arena);
}
END_TEST

/* b is left pending, as a release job does that skips backfills. */
START_TEST(a_backfill_holds_what_comes_after_it_until_it_is_done)
{
    static const struct {
        inb_migration_state state;
        bool step;
        inb__gate gate;
    } states[] = {
        {INB_STATE_PENDING, false, INB__GATE_AFTER},
        {INB_STATE_ROLLED_BACK, false, INB__GATE_AFTER},
        {INB_STATE_FAILED, false, INB__GATE_AFTER},
        {INB_STATE_OUT_OF_ORDER, false, INB__GATE_AFTER},
        {INB_STATE_PENDING, true, INB__GATE_NONE},
        {INB_STATE_APPLIED, false, INB__GATE_NONE},
        {INB_STATE_EDITED, false, INB__GATE_NONE},
    };
    const inb__plan_step step = {.migration = 1};
    const inb__policy policy = MODE(RELEASE, .confirmed = NULL);
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        inb__entry entries[] = {{.name = "2_b", .migration = 1, .state = states[i].state},
                                {.name = "4_d", .migration = 3, .state = INB_STATE_PENDING}};
        const inb__reconciliation both = {.entries = entries, .n = 2};
        ck_assert_uint_eq(inb__gate_of(&step, states[i].step, table, &both, &entries[1], &policy),
                          states[i].gate);
    }
    inb_error *err = NULL;
    const inb__plan plan = {.stop = 3, .gate = INB__GATE_AFTER};
    ck_assert_int_eq(inb__plan_pending_error(&plan, table, &policy, &err), INB_EPENDING);
    ck_assert_str_eq(inb_error_message(err),
                     "migration \"4_d\" waits for the backfill \"2_b\", which is not done");
    ck_assert_ptr_nonnull(
        strstr(inb_error_hint(err), "Run inb_backfill_run(), which goes on where it was"));
    inb_error_free(err);
}
END_TEST

int main(void)
{
    int n = (int)(sizeof(cases) / sizeof(cases[0]));
    Suite *suite = suite_create("engine_plan");
    TCase *c = tcase_create("plan");
    tcase_add_checked_fixture(c, table_up, table_down);
    tcase_add_loop_test(c, a_history_gives_a_plan_or_a_refusal, 0, n);
    tcase_add_test(c, the_detail_names_everything_that_is_wrong);
    tcase_add_test(c, a_pending_error_names_the_way_on);
    tcase_add_test(c, a_hint_names_what_its_reader_has);
    tcase_add_test(c, what_no_migration_can_have_is_refused_where_it_would_be_applied);
    tcase_add_loop_test(c, memory_may_run_out_anywhere, 0, n);
    suite_add_tcase(suite, c);
    TCase *g = tcase_create("gates");
    tcase_add_checked_fixture(g, gated_up, table_down);
    tcase_add_loop_test(g, a_gate_holds_a_migration_and_all_after_it, 0,
                        (int)(sizeof(gate_cases) / sizeof(gate_cases[0])));
    tcase_add_test(g, a_backfill_holds_what_comes_after_it_until_it_is_done);
    suite_add_tcase(suite, g);
    return inb_check_main(suite);
}

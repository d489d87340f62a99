/* Writes the embedded table as a C file. */
#include "config.h"

#include "embed/emit.h"

#include "util/text.h"

/* Text goes out in rows of this many bytes: C99 promises string literals of 4,095. */
#define ROW 2048u

bool inb__emit_symbol_ok(const char *symbol)
{
    static const char *const keywords[] = {
        "auto",      "break",  "case",     "char",    "class",    "const",    "continue",
        "default",   "delete", "do",       "double",  "else",     "enum",     "extern",
        "float",     "for",    "goto",     "if",      "inline",   "int",      "long",
        "namespace", "new",    "operator", "private", "public",   "register", "restrict",
        "return",    "short",  "signed",   "sizeof",  "static",   "struct",   "switch",
        "template",  "this",   "throw",    "try",     "typedef",  "typename", "union",
        "unsigned",  "using",  "virtual",  "void",    "volatile", "while",
    };
    const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        if (strcmp(symbol, keywords[i]) == 0) {
            return false;
        }
    }
    return *symbol && !inb__is_digit(*symbol) && symbol[strspn(symbol, letters)] == '\0';
}

/* One byte inside a string literal; a following digit cannot join an octal escape of three. */
static void byte_emit(inb__buf *out, unsigned char c)
{
    if (c == '\n') {
        inb__buf_str(out, "\\n");
    } else if (c == '"' || c == '\\' || c == '?') {
        inb__buf_char(out, '\\');
        inb__buf_char(out, (char)c);
    } else if (c >= 0x20 && c < 0x7f) {
        inb__buf_char(out, (char)c);
    } else {
        inb__buf_printf(out, "\\%03o", c);
    }
}

static void row_emit(inb__buf *out, const char *p, size_t n)
{
    inb__buf_str(out, "    {\"");
    for (size_t i = 0; i < n; i++) {
        byte_emit(out, (unsigned char)p[i]);
        if (p[i] == '\n' && i + 1 < n) {
            inb__buf_str(out, "\"\n     \"");
        }
    }
    inb__buf_str(out, "\"},\n");
}

static void text_emit(inb__buf *out, const inb_table *t, const char *symbol)
{
    /* Each row is full: its literal's NUL is the one that C lets go, which newer compilers remark.
     */
    inb__buf_str(out, "#if defined(__clang__)\n"
                      "#if __has_warning(\"-Wunterminated-string-initialization\")\n"
                      "#pragma clang diagnostic ignored \"-Wunterminated-string-initialization\"\n"
                      "#endif\n"
                      "#elif defined(__GNUC__) && __GNUC__ >= 15\n"
                      "#pragma GCC diagnostic ignored \"-Wunterminated-string-initialization\"\n"
                      "#endif\n\n");
    size_t rows = (t->text_length + ROW - 1) / ROW;
    inb__buf_printf(out, "static const char %s_text[%zu][%u] = {\n", symbol, rows, ROW);
    for (size_t at = 0; at < t->text_length; at += ROW) {
        size_t n = t->text_length - at < ROW ? t->text_length - at : ROW;
        row_emit(out, t->text + at, n);
    }
    inb__buf_str(out, "};\n\n");
}

static void bytes_emit(inb__buf *out, const uint8_t *p, size_t n)
{
    inb__buf_char(out, '{');
    for (size_t i = 0; i < n; i++) {
        inb__buf_printf(out, "%s%u", i ? "," : "", p[i]);
    }
    inb__buf_char(out, '}');
}

static void migrations_emit(inb__buf *out, const inb_table *t, const char *symbol)
{
    inb__buf_printf(out, "static const inb_migration %s_migrations[%u] = {\n", symbol,
                    t->n_migrations ? t->n_migrations : 1);
    for (uint32_t i = 0; i < t->n_migrations; i++) {
        const inb_migration *m = &t->migrations[i];
        inb__buf_printf(
            out, "    {%u, %u, %u, %u, %u, %u, %u, %u, {0}, %u, %u, %u, %u, {0},\n     {", m->name,
            m->sql, m->sql_length, m->first_statement, m->n_statements, m->reason, m->cls, m->flags,
            m->compatible_reason, m->backfill, m->before, m->after);
        for (size_t k = 0; k < sizeof(m->checksums) / sizeof(m->checksums[0]); k++) {
            inb__buf_str(out, k ? ",\n      " : "");
            bytes_emit(out, m->checksums[k], sizeof(m->checksums[k]));
        }
        inb__buf_str(out, "}},\n");
    }
    inb__buf_str(out, t->n_migrations
                          ? "};\n\n"
                          : "    {0, 0, 0, 0, 0, 0, 0, 0, {0}, 0, 0, 0, 0, {0}, {{0}}},\n};\n\n");
}

static void statements_emit(inb__buf *out, const inb_table *t, const char *symbol)
{
    if (t->n_statements == 0) {
        return;
    }
    inb__buf_printf(out, "static const inb_statement %s_statements[%u] = {\n", symbol,
                    t->n_statements);
    for (uint32_t i = 0; i < t->n_statements; i++) {
        const inb_statement *s = &t->statements[i];
        inb__buf_printf(out,
                        "    {%u, %u, %u, %u, %u, %u, {0}, %u, %u, %u, %u, %u, %u, %u, {0},\n     ",
                        s->offset, s->length, s->line, s->flags, s->kind, s->cls, s->tag, s->reason,
                        s->schema, s->relation, s->object, s->first_lock, s->n_locks);
        bytes_emit(out, s->digest, sizeof(s->digest));
        inb__buf_str(out, "},\n");
    }
    inb__buf_str(out, "};\n\n");
}

static void locks_emit(inb__buf *out, const inb_table *t, const char *symbol)
{
    if (t->n_locks == 0) {
        return;
    }
    inb__buf_printf(out, "static const inb_lock_fact %s_locks[%u] = {\n", symbol, t->n_locks);
    for (uint32_t i = 0; i < t->n_locks; i++) {
        inb__buf_printf(out, "    {%u, %u},\n", t->locks[i].relation, t->locks[i].mode);
    }
    inb__buf_str(out, "};\n\n");
}

static void expected_emit(inb__buf *out, const inb_table *t, const char *symbol)
{
    if (t->n_expected == 0) {
        return;
    }
    inb__buf_printf(out, "static const inb_expected %s_expected[%u] = {\n", symbol, t->n_expected);
    for (uint32_t i = 0; i < t->n_expected; i++) {
        const inb_expected *e = &t->expected[i];
        inb__buf_printf(out, "    {%u, %u, %u, %u, %u, %u, %u, {0}},\n", e->schema, e->relation,
                        e->name, e->type, e->type_schema, e->kind, e->flags);
    }
    inb__buf_str(out, "};\n\n");
}

static void backfills_emit(inb__buf *out, const inb_table *t, const char *symbol)
{
    if (t->n_backfills == 0) {
        return;
    }
    inb__buf_printf(out, "static const inb_backfill %s_backfills[%u] = {\n", symbol,
                    t->n_backfills);
    for (uint32_t i = 0; i < t->n_backfills; i++) {
        const inb_backfill *b = &t->backfills[i];
        inb__buf_printf(out, "    {%u, %u, %u, %u, %u, %u, %u, %u, %u, %u, %u, %u,\n     {",
                        b->migration, b->schema, b->relation, b->alias, b->middle, b->middle_length,
                        b->from, b->from_length, b->where, b->where_length, b->flags, b->n_keys);
        for (size_t k = 0; k < INB_BACKFILL_KEYS; k++) {
            inb__buf_printf(out, "%s%u", k ? ", " : "", b->keys[k]);
        }
        inb__buf_printf(out, "}, %u, %u, %u, {0}},\n", b->columns, b->target_ms, b->skip_limit);
    }
    inb__buf_str(out, "};\n\n");
}

/* An array that would be empty is not written. */
static void table_pointer_emit(inb__buf *out, const char *symbol, const char *name, uint32_t n,
                               const char *end)
{
    if (n) {
        inb__buf_printf(out, "    %s_%s%s", symbol, name, end);
    } else {
        inb__buf_printf(out, "    0%s", end);
    }
}

void inb__emit_table(inb__buf *out, const inb_table *t, const char *symbol)
{
    inb__buf_str(out, "/* Written by inboard-embed: change the migrations, not this file. */\n"
                      "#include <inboard/table.h>\n\n");
    text_emit(out, t, symbol);
    migrations_emit(out, t, symbol);
    statements_emit(out, t, symbol);
    locks_emit(out, t, symbol);
    expected_emit(out, t, symbol);
    backfills_emit(out, t, symbol);
    inb__buf_printf(out, "extern const inb_table %s;\nconst inb_table %s = {\n", symbol, symbol);
    inb__buf_printf(out, "    %u, %u, %u, %u, %u, %u, %u, %u, %u, {0},\n    ", t->format,
                    t->n_migrations, t->n_statements, t->n_locks, t->text_length, t->highest,
                    t->parser_version, t->generator, t->n_backfills);
    bytes_emit(out, t->digest, sizeof(t->digest));
    inb__buf_printf(out, ",\n    &%s_text[0][0],\n    %s_migrations,\n", symbol, symbol);
    table_pointer_emit(out, symbol, "statements", t->n_statements, ",\n");
    table_pointer_emit(out, symbol, "locks", t->n_locks, ",\n");
    table_pointer_emit(out, symbol, "expected", t->n_expected, ",\n");
    inb__buf_printf(out, "    %u,\n", t->n_expected);
    table_pointer_emit(out, symbol, "backfills", t->n_backfills, ",\n");
    inb__buf_str(out, "    {0}\n};\n");
}

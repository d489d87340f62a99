#include "config.h"

#include "psl/schema_report.h"

#include "util/vec.h"

#include <stdlib.h>

/* Where the lines of each file begin, so that a place is found without reading the file again. */
typedef struct line_table {
    INB__VEC(uint32_t) starts;
} line_table;

typedef struct reporter {
    inb__buf *out;
    const inb__psl_schema *schema;
    line_table *tables;
    bool colour;
} reporter;

static void tables_make(reporter *r, inb__arena *arena)
{
    r->tables = INB__NEW_N(arena, line_table, r->schema->n_files + 1);
    for (size_t f = 0; f < r->schema->n_files; f++) {
        inb__str text = r->schema->files[f].text;
        const char *p = text.p, *end = text.p + text.n;
        INB__VEC_ADD(arena, &r->tables[f].starts, 0);
        while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
            p++;
            INB__VEC_ADD(arena, &r->tables[f].starts, (uint32_t)(p - text.p));
        }
    }
}

static size_t line_of(const reporter *r, uint32_t file, uint32_t offset)
{
    const line_table *t = &r->tables[file];
    size_t low = 0, high = t->starts.n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (t->starts.v[middle] <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Code points between two offsets. */
static size_t width_of(inb__str text, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
    }
    return n;
}

static inb__place place_of(const reporter *r, uint32_t file, uint32_t offset)
{
    size_t line = line_of(r, file, offset);
    inb__str text = r->schema->files[file].text;
    size_t column = width_of(text, r->tables[file].starts.v[line], offset);
    return (inb__place){(uint32_t)line + 1, (uint32_t)column + 1};
}

/* A span without the line ending that the span of a whole line holds. */
static inb__span span_trim(const reporter *r, inb__span span)
{
    inb__str text = r->schema->files[span.file].text;
    while (span.end > span.start && inb__is_space(text.p[span.end - 1])) {
        span.end--;
    }
    return span;
}

static int diagnostic_cmp(const void *a, const void *b)
{
    const inb__psl_diagnostic *x = *(inb__psl_diagnostic *const *)a;
    const inb__psl_diagnostic *y = *(inb__psl_diagnostic *const *)b;
    if (x->span.file != y->span.file) {
        return x->span.file < y->span.file ? -1 : 1;
    }
    if (x->span.start != y->span.start) {
        return x->span.start < y->span.start ? -1 : 1;
    }
    return x < y ? -1 : x > y; /* as they were found */
}

/* In the order of the text. */
static const inb__psl_diagnostic **diagnostics_sort(inb__arena *arena,
                                                    const inb__psl_diagnostics *d)
{
    const inb__psl_diagnostic **sorted = INB__NEW_N(arena, const inb__psl_diagnostic *, d->n + 1);
    for (size_t i = 0; i < d->n; i++) {
        sorted[i] = &d->v[i];
    }
    qsort(sorted, d->n, sizeof(*sorted), diagnostic_cmp);
    return sorted;
}

/* ---- text ------------------------------------------------------------------------------------ */

static void paint(const reporter *r, const char *code)
{
    if (r->colour) {
        inb__buf_printf(r->out, "\033[%sm", code);
    }
}

static void gutter(const reporter *r, int width, size_t line)
{
    paint(r, "1;34");
    if (line) {
        inb__buf_printf(r->out, "%*zu |", width, line);
    } else {
        inb__buf_printf(r->out, "%*s |", width, "");
    }
    paint(r, "0");
}

/* The first line of the span, and the mark under it; "…" where the span goes on. */
static void source_show(const reporter *r, inb__span span, int width, const char *hue)
{
    inb__str text = r->schema->files[span.file].text;
    size_t line = line_of(r, span.file, span.start);
    inb__str shown = inb__line_at(text.p, text.n, r->tables[span.file].starts.v[line]);
    size_t begin = (size_t)(shown.p - text.p);
    size_t end = span.end < begin + shown.n ? span.end : begin + shown.n;
    size_t marks = end > span.start ? width_of(text, span.start, end) : 1;
    gutter(r, width, line + 1);
    inb__buf_printf(r->out, " %.*s\n", INB__STR_ARG(shown));
    gutter(r, width, 0);
    inb__buf_char(r->out, ' ');
    for (size_t i = begin; i < span.start; i++) {
        if (((unsigned char)text.p[i] & 0xc0) != 0x80) {
            inb__buf_char(r->out, text.p[i] == '\t' ? '\t' : ' ');
        }
    }
    paint(r, hue);
    inb__buf_fill(r->out, '^', marks);
    inb__buf_str(r->out, span.end > begin + shown.n ? "…" : "");
    paint(r, "0");
    inb__buf_char(r->out, '\n');
}

static int digits_of(size_t n)
{
    int digits = 1;
    for (; n >= 10; n /= 10) {
        digits++;
    }
    return digits;
}

static void diagnostic_show(const reporter *r, const inb__psl_diagnostic *d)
{
    bool is_error = d->severity == INB__PSL_ERROR;
    const char *hue = is_error ? "1;31" : "1;33";
    inb__span span = span_trim(r, d->span);
    inb__place at = place_of(r, span.file, span.start);
    int width = digits_of(at.line) + 1;
    paint(r, hue);
    inb__buf_str(r->out, is_error ? "error" : "warning");
    paint(r, "0");
    inb__buf_printf(r->out, ": %s\n%*s", d->message, width, "");
    paint(r, "1;34");
    inb__buf_str(r->out, "--> ");
    paint(r, "0");
    inb__buf_printf(r->out, "%s:%u:%u\n", r->schema->files[span.file].path, at.line, at.column);
    source_show(r, span, width, hue);
    if (d->hint[0]) {
        inb__buf_printf(r->out, "%*s", width + 1, "");
        paint(r, "1;34");
        inb__buf_str(r->out, "= ");
        paint(r, "0");
        inb__buf_printf(r->out, "%s\n", d->hint);
    }
    inb__buf_char(r->out, '\n');
}

static void count_show(inb__buf *out, size_t n, const char *what)
{
    inb__buf_printf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

void inb__psl_schema_report_text(inb__buf *out, inb__arena *arena, const inb__psl_schema *schema,
                                 const inb__psl_diagnostics *diagnostics, bool colour)
{
    reporter r = {out, schema, NULL, colour};
    size_t errors = diagnostics->errors, warnings = diagnostics->n - errors;
    if (diagnostics->n == 0) {
        return;
    }
    tables_make(&r, arena);
    const inb__psl_diagnostic **sorted = diagnostics_sort(arena, diagnostics);
    for (size_t i = 0; i < diagnostics->n; i++) {
        diagnostic_show(&r, sorted[i]);
    }
    if (errors) {
        count_show(out, errors, "error");
    }
    inb__buf_str(out, errors && warnings ? ", " : "");
    if (warnings) {
        count_show(out, warnings, "warning");
    }
    inb__buf_str(out, errors ? " (P1012)\n" : "\n");
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void diagnostic_json(const reporter *r, inb__json *j, const inb__psl_diagnostic *d)
{
    inb__place start = place_of(r, d->span.file, d->span.start);
    inb__place end = place_of(r, d->span.file, d->span.end);
    inb__json_object(j);
    inb__json_member(j, "severity", d->severity == INB__PSL_ERROR ? "error" : "warning");
    inb__json_member(j, "file", r->schema->files[d->span.file].path);
    inb__json_member_int(j, "line", start.line);
    inb__json_member_int(j, "column", start.column);
    inb__json_member_int(j, "end_line", end.line);
    inb__json_member_int(j, "end_column", end.column);
    inb__json_member_int(j, "start", d->span.start);
    inb__json_member_int(j, "end", d->span.end);
    inb__json_member(j, "message", d->message);
    inb__json_member(j, "hint", d->hint[0] ? d->hint : NULL);
    inb__json_object_end(j);
}

void inb__psl_schema_report_json(inb__json *j, inb__arena *arena, const inb__psl_schema *schema,
                                 const inb__psl_diagnostics *diagnostics)
{
    reporter r = {NULL, schema, NULL, false};
    if (diagnostics->n) {
        tables_make(&r, arena);
    }
    if (diagnostics->errors) {
        inb__json_member(j, "code", "P1012");
    }
    inb__json_key(j, "diagnostics");
    inb__json_array(j);
    const inb__psl_diagnostic **sorted = diagnostics_sort(arena, diagnostics);
    for (size_t i = 0; i < diagnostics->n; i++) {
        diagnostic_json(&r, j, sorted[i]);
    }
    inb__json_array_end(j);
}

/* The one printer of findings: text with the line and a caret under it, and JSON. */
#include "config.h"

#include "util/diagnostic_print.h"

#include "util/cleanup.h"
#include "util/printable.h"

/* Characters of a line that are shown. */
#define LINE_SHOWN 160u

/*
 * Findings are in the order of the text, their ends nearly so, and their notes near each other: a
 * cursor for each moves little from one to the next, also where many spans are long.
 */
typedef enum mark { MARK_START, MARK_END, MARK_NOTE } mark;
#define MARKS 3

typedef struct printer {
    inb__buf *out;
    const inb__diagnostics *list;
    bool colour;
    struct {
        uint32_t file;
        inb__cursor cursor;
    } marks[MARKS];
} printer;

static const struct {
    const char *name, *hue;
} severities[] = {
    [INB__SEVERITY_ERROR] = {"error", "1;31"},
    [INB__SEVERITY_WARNING] = {"warning", "1;33"},
    [INB__SEVERITY_NOTE] = {"note", "1;36"},
};

#define HUE_GUTTER "1;34"
#define HUE_PLACE "1"

static printer printer_of(inb__buf *out, const inb__diagnostics *list, bool colour)
{
    printer p = {.out = out, .list = list, .colour = colour};
    for (int i = 0; i < MARKS; i++) {
        p.marks[i].file = INB__SPAN_NOWHERE.file;
    }
    return p;
}

/* The source of a span, NULL for one that is nowhere. */
static const inb__source *source_of(const inb__diagnostics *list, inb__span span)
{
    return span.file < list->sources.n ? &list->sources.v[span.file] : NULL;
}

/* True for a span that has a place in its source's text. */
static bool is_placed(const inb__source *source, inb__span span)
{
    return source && source->text.p && span.end != INB__SPAN_NOWHERE.end;
}

/* A mark moved to an offset of a source with text. */
static const inb__cursor *cursor_at(printer *p, mark which, uint32_t file, size_t offset)
{
    inb__cursor *cursor = &p->marks[which].cursor;
    if (p->marks[which].file != file) {
        p->marks[which].file = file;
        *cursor = (inb__cursor){.text = p->list->sources.v[file].text, .place = {1, 1}};
    }
    inb__cursor_seek(cursor, offset);
    return cursor;
}

/* ---- text ------------------------------------------------------------------------------------ */

static void paint(const printer *p, const char *hue)
{
    if (p->colour) {
        inb__buf_printf(p->out, "\033[%sm", hue);
    }
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* The part of a line around an offset. */
typedef struct window {
    size_t from, to;
    bool cut_left, cut_right;
} window;

static window window_around(const inb__cursor *at)
{
    inb__str text = at->text;
    window w = {.from = at->offset};
    for (size_t n = 0; w.from > at->line_start && n < LINE_SHOWN / 2; n++) {
        do {
            w.from--;
        } while (w.from > at->line_start && is_continuation(text.p[w.from]));
    }
    w.cut_left = w.from > at->line_start;
    w.to = w.from;
    for (size_t n = 0; w.to < text.n && text.p[w.to] != '\n'; n++) {
        if (n == LINE_SHOWN) {
            w.cut_right = true;
            return w;
        }
        size_t length;
        inb__utf8_decode(text.p + w.to, text.n - w.to, &length);
        w.to += length;
    }
    w.to -= w.to > w.from && text.p[w.to - 1] == '\r';
    return w;
}

static void gutter(const printer *p, uint32_t line)
{
    paint(p, HUE_GUTTER);
    if (line) {
        inb__buf_printf(p->out, "%5u | ", line);
    } else {
        inb__buf_str(p->out, "      | ");
    }
    paint(p, "0");
}

/* Blanks under the text, so that a mark stands below what it marks. */
static void blanks_under(const printer *p, inb__str text)
{
    size_t length;
    for (size_t at = 0; at < text.n; at += length) {
        inb__utf8_decode(text.p + at, text.n - at, &length);
        inb__buf_char(p->out, text.p[at] == '\t' ? '\t' : ' ');
    }
}

static size_t characters_of(inb__str text)
{
    size_t n = 0, length;
    for (size_t at = 0; at < text.n; at += length, n++) {
        inb__utf8_decode(text.p + at, text.n - at, &length);
    }
    return n;
}

/* A span without the line's end that the span of a whole line holds. */
static size_t end_trimmed(inb__str text, inb__span span)
{
    size_t end = span.end < text.n ? span.end : text.n;
    while (end > span.start && inb__is_space(text.p[end - 1])) {
        end--;
    }
    return end;
}

/* The first line of the span and the marks under it; "…" where either goes on. */
static void line_show(const printer *p, const inb__cursor *at, inb__span span, const char *hue)
{
    const char *text = at->text.p;
    window w = window_around(at);
    size_t end = end_trimmed(at->text, span), marked = end < w.to ? end : w.to;
    size_t marks =
        marked > at->offset ? characters_of((inb__str){text + at->offset, marked - at->offset}) : 1;
    if (w.to == w.from) {
        return;
    }
    gutter(p, at->place.line);
    inb__buf_str(p->out, w.cut_left ? "…" : "");
    inb__printable(p->out, (inb__str){text + w.from, w.to - w.from});
    inb__buf_str(p->out, w.cut_right ? "…\n" : "\n");
    gutter(p, 0);
    inb__buf_str(p->out, w.cut_left ? " " : "");
    blanks_under(p, (inb__str){text + w.from, at->offset - w.from});
    paint(p, hue);
    inb__buf_fill(p->out, '^', marks);
    inb__buf_str(p->out, end > w.to ? "…" : "");
    paint(p, "0");
    inb__buf_char(p->out, '\n');
}

/* "PATH:LINE:COLUMN: SEVERITY: MESSAGE [CODE]" and the line. */
static void finding_show(printer *p, mark which, inb__severity severity, inb__span span,
                         const char *message, const char *code)
{
    const inb__source *source = source_of(p->list, span);
    const inb__cursor *at =
        is_placed(source, span) ? cursor_at(p, which, span.file, span.start) : NULL;
    if (source) {
        paint(p, HUE_PLACE);
        inb__printable(p->out, inb__str_of(source->path));
        if (at) {
            inb__buf_printf(p->out, ":%u:%u", at->place.line, at->place.column);
        }
        inb__buf_str(p->out, ": ");
        paint(p, "0");
    }
    paint(p, severities[severity].hue);
    inb__buf_printf(p->out, "%s: ", severities[severity].name);
    paint(p, "0");
    inb__printable(p->out, inb__str_of(message));
    if (code) {
        inb__buf_printf(p->out, " [%s]", code);
    }
    inb__buf_char(p->out, '\n');
    if (at) {
        line_show(p, at, span, severities[severity].hue);
    }
}

static void instead_show(const printer *p, const char *sql)
{
    paint(p, HUE_PLACE);
    inb__buf_str(p->out, "  instead:\n");
    paint(p, "0");
    for (const char *line = sql; *line;) {
        size_t n = strcspn(line, "\n");
        inb__buf_str(p->out, "      ");
        inb__printable(p->out, (inb__str){line, n});
        inb__buf_char(p->out, '\n');
        line += n + (line[n] != '\0');
    }
}

static void diagnostic_show(printer *p, const inb__diagnostic *d)
{
    finding_show(p, MARK_START, d->severity, d->span, d->message, d->code);
    if (d->hint) {
        paint(p, HUE_PLACE);
        inb__buf_str(p->out, "  hint: ");
        paint(p, "0");
        inb__printable(p->out, inb__str_of(d->hint));
        inb__buf_char(p->out, '\n');
    }
    if (d->instead) {
        instead_show(p, d->instead);
    }
    for (size_t i = 0; i < d->notes.n; i++) {
        finding_show(p, MARK_NOTE, INB__SEVERITY_NOTE, d->notes.v[i].span, d->notes.v[i].message,
                     NULL);
    }
}

void inb__diagnostics_text(inb__buf *out, const inb__diagnostics *list, bool colour)
{
    printer p = printer_of(out, list, colour);
    for (size_t i = 0; i < list->n; i++) {
        diagnostic_show(&p, &list->v[i]);
    }
}

/* All text of a command's findings. */
#define PRINTED_MAX ((size_t)1024 * 1024 * 1024)

void inb__diagnostics_print(FILE *stream, const inb__diagnostics *list)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, PRINTED_MAX);
    inb__diagnostics_text(&out, list, inb__colour_allowed(fileno(stream)));
    fputs(out.failed ? "out of memory for the findings\n" : inb__buf_text(&out), stream);
}

void inb__diagnostics_count(inb__buf *out, const inb__diagnostics *list)
{
    const char *between = "";
    for (size_t s = 0; s < sizeof(severities) / sizeof(severities[0]); s++) {
        size_t n = 0;
        for (size_t i = 0; i < list->n; i++) {
            n += (size_t)list->v[i].severity == s;
        }
        if (n) {
            inb__buf_printf(out, "%s%zu %s%s", between, n, severities[s].name, n == 1 ? "" : "s");
            between = ", ";
        }
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void number_or_null(inb__json *j, const char *key, bool known, size_t n)
{
    inb__json_key(j, key);
    if (known) {
        inb__json_int(j, (int64_t)n);
    } else {
        inb__json_null(j);
    }
}

static bool place_json(printer *p, inb__json *j, mark which, inb__span span)
{
    const inb__source *source = source_of(p->list, span);
    bool known = is_placed(source, span);
    inb__place start = {0};
    if (known) {
        start = cursor_at(p, which, span.file, span.start)->place;
    }
    inb__json_member(j, "file", source ? source->path : NULL);
    number_or_null(j, "line", known, start.line);
    number_or_null(j, "column", known, start.column);
    return known;
}

static void end_json(printer *p, inb__json *j, inb__span span, bool known)
{
    inb__place end = {0};
    if (known) {
        end = cursor_at(p, MARK_END, span.file, span.end)->place;
    }
    number_or_null(j, "end_line", known, end.line);
    number_or_null(j, "end_column", known, end.column);
    number_or_null(j, "start", known, span.start);
    number_or_null(j, "end", known, span.end);
}

static void diagnostic_json(printer *p, inb__json *j, const inb__diagnostic *d)
{
    inb__json_object(j);
    inb__json_member(j, "severity", severities[d->severity].name);
    inb__json_member(j, "code", d->code);
    end_json(p, j, d->span, place_json(p, j, MARK_START, d->span));
    inb__json_member(j, "message", d->message);
    inb__json_member(j, "hint", d->hint);
    inb__json_member(j, "instead", d->instead);
    inb__json_key(j, "notes");
    inb__json_array(j);
    for (size_t i = 0; i < d->notes.n; i++) {
        inb__json_object(j);
        place_json(p, j, MARK_NOTE, d->notes.v[i].span);
        inb__json_member(j, "message", d->notes.v[i].message);
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
    inb__json_object_end(j);
}

void inb__diagnostics_json(inb__json *j, const inb__diagnostics *list)
{
    printer p = printer_of(NULL, list, false);
    inb__json_key(j, "diagnostics");
    inb__json_array(j);
    for (size_t i = 0; i < list->n; i++) {
        diagnostic_json(&p, j, &list->v[i]);
    }
    inb__json_array_end(j);
}

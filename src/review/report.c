/*
 * Text, JSON, and the forms of CI services. Sources: GitHub's workflow commands, GitLab's code
 * quality report (the CodeClimate subset that it names), JUnit's XML as its readers agree on it.
 */
#include "config.h"

#include "review/report.h"

#include "util/diagnostic_print.h"
#include "util/json.h"

#include <stdlib.h>

const char inb__report_form_names[] = "text, json, sarif, github, gitlab, junit, markdown";

static const char *const severity_names[] = {"error", "warning", "note"};

static inb__place place_of(const inb__diagnostics *list, const inb__diagnostic *d)
{
    const inb__source *source =
        d->span.file < list->sources.n ? &list->sources.v[d->span.file] : NULL;
    bool placed = source && source->text.p && d->span.end != INB__SPAN_NOWHERE.end;
    return placed ? inb__place_of(source->text.p, source->text.n, d->span.start)
                  : (inb__place){1, 1};
}

static const char *path_of(const inb__diagnostics *list, const inb__diagnostic *d)
{
    return d->span.file < list->sources.n ? list->sources.v[d->span.file].path : "";
}

static void text_write(inb__buf *out, const inb__diagnostics *list, bool colour)
{
    inb__diagnostics_text(out, list, colour);
    if (list->n) {
        inb__diagnostics_count(out, list);
        inb__buf_char(out, '\n');
    } else {
        inb__buf_str(out, "no findings\n");
    }
}

static void json_write(inb__buf *out, const inb__diagnostics *list, bool colour)
{
    inb__json j;
    (void)colour;
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__diagnostics_json(&j, list);
    inb__json_object_end(&j);
    inb__buf_char(out, '\n');
}

/* ---- GitHub ---------------------------------------------------------------------------------- */

/* A value of a workflow command: what ends it is written as %XX. */
static void command_value(inb__buf *out, const char *text, const char *special)
{
    for (const char *p = text; *p; p++) {
        if (*p == '\n' || *p == '\r' || *p == '%' || strchr(special, *p)) {
            inb__buf_printf(out, "%%%02X", (unsigned)*p);
        } else {
            inb__buf_char(out, *p);
        }
    }
}

static void github_write(inb__buf *out, const inb__diagnostics *list, bool colour)
{
    static const char *const commands[] = {"error", "warning", "notice"};
    (void)colour;
    for (size_t i = 0; i < list->n; i++) {
        const inb__diagnostic *d = &list->v[i];
        inb__place at = place_of(list, d);
        inb__buf_printf(out, "::%s file=", commands[d->severity]);
        command_value(out, path_of(list, d), ":,");
        inb__buf_printf(out, ",line=%u,col=%u,title=", at.line, at.column);
        command_value(out, d->code ? d->code : "inboard", ":,");
        inb__buf_str(out, "::");
        command_value(out, d->message, "");
        if (d->instead) {
            inb__buf_str(out, "%0Ainstead:%0A");
            command_value(out, d->instead, "");
        }
        inb__buf_char(out, '\n');
    }
}

/* ---- GitLab ---------------------------------------------------------------------------------- */

static void gitlab_write(inb__buf *out, const inb__diagnostics *list, bool colour)
{
    static const char *const severities[] = {"critical", "major", "info"};
    inb__json j;
    (void)colour;
    inb__json_init(&j, out);
    inb__json_array(&j);
    for (size_t i = 0; i < list->n; i++) {
        const inb__diagnostic *d = &list->v[i];
        char print[INB__REPORT_PRINT];
        inb__report_fingerprint(print, list, i);
        inb__json_object(&j);
        inb__json_member(&j, "description", d->message);
        inb__json_member(&j, "check_name", d->code ? d->code : "inboard");
        inb__json_member(&j, "fingerprint", print);
        inb__json_member(&j, "severity", severities[d->severity]);
        inb__json_key(&j, "location");
        inb__json_object(&j);
        inb__json_member(&j, "path", path_of(list, d));
        inb__json_key(&j, "lines");
        inb__json_object(&j);
        inb__json_member_int(&j, "begin", place_of(list, d).line);
        inb__json_object_end(&j);
        inb__json_object_end(&j);
        inb__json_object_end(&j);
    }
    inb__json_array_end(&j);
    inb__buf_char(out, '\n');
}

/* ---- JUnit ----------------------------------------------------------------------------------- */

static void xml_text(inb__buf *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        switch (*p) {
        case '&':
            inb__buf_str(out, "&amp;");
            break;
        case '<':
            inb__buf_str(out, "&lt;");
            break;
        case '>':
            inb__buf_str(out, "&gt;");
            break;
        case '"':
            inb__buf_str(out, "&quot;");
            break;
        default:
            /* XML 1.0 has no other control characters. */
            inb__buf_char(out, (unsigned char)*p < 0x20 && *p != '\n' && *p != '\t' ? ' ' : *p);
        }
    }
}

static void junit_case(inb__buf *out, const inb__diagnostics *list, const inb__diagnostic *d)
{
    inb__place at = place_of(list, d);
    inb__buf_str(out, "    <testcase classname=\"");
    xml_text(out, path_of(list, d));
    inb__buf_printf(out, "\" name=\"line %u: ", at.line);
    xml_text(out, d->code ? d->code : "inboard");
    inb__buf_str(out, "\">\n      <failure type=\"");
    xml_text(out, severity_names[d->severity]);
    inb__buf_str(out, "\" message=\"");
    xml_text(out, d->message);
    inb__buf_str(out, "\">");
    xml_text(out, d->instead ? d->instead : d->message);
    inb__buf_str(out, "</failure>\n    </testcase>\n");
}

/* A note is no failure; a clean run is one test that passed. */
static void junit_write(inb__buf *out, const inb__diagnostics *list, bool colour)
{
    size_t failures = inb__report_count(list, INB__SEVERITY_WARNING);
    (void)colour;
    inb__buf_printf(out,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%zu\" "
                    "failures=\"%zu\">\n  <testsuite name=\"inboard lint\" tests=\"%zu\" "
                    "failures=\"%zu\" errors=\"0\" skipped=\"0\">\n",
                    failures ? failures : 1, failures, failures ? failures : 1, failures);
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].severity <= INB__SEVERITY_WARNING) {
            junit_case(out, list, &list->v[i]);
        }
    }
    if (!failures) {
        inb__buf_str(out, "    <testcase classname=\"inboard\" name=\"lint\"/>\n");
    }
    inb__buf_str(out, "  </testsuite>\n</testsuites>\n");
}

/* ---- Markdown -------------------------------------------------------------------------------- */

/* A comment on GitHub holds 65,536 characters. */
#define COMMENT_MAX 60000u

static void markdown_text(inb__buf *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        if (strchr("\\`*_{}[]<>#|~", *p)) {
            inb__buf_char(out, '\\');
        }
        inb__buf_char(out, *p);
    }
}

static void markdown_finding(inb__buf *out, const inb__diagnostics *list, const inb__diagnostic *d)
{
    inb__buf_printf(out, "- **%s** `%s` line %u of ", severity_names[d->severity],
                    d->code ? d->code : "inboard", place_of(list, d).line);
    markdown_text(out, path_of(list, d));
    inb__buf_str(out, ": ");
    markdown_text(out, d->message);
    inb__buf_char(out, '\n');
    for (size_t i = 0; i < d->notes.n; i++) {
        inb__buf_str(out, "  ");
        markdown_text(out, d->notes.v[i].message);
        inb__buf_char(out, '\n');
    }
    if (d->instead) {
        inb__buf_str(out, "\n  ```sql\n");
        for (const char *line = d->instead; *line;) {
            size_t n = strcspn(line, "\n");
            inb__buf_printf(out, "  %.*s\n", (int)n, line);
            line += n + (line[n] != '\0');
        }
        inb__buf_str(out, "  ```\n");
    }
}

static void markdown_write(inb__buf *out, const inb__diagnostics *list, bool colour)
{
    (void)colour;
    inb__buf_str(out, "### inboard lint\n\n");
    size_t i = 0;
    for (; i < list->n && out->length < COMMENT_MAX; i++) {
        markdown_finding(out, list, &list->v[i]);
    }
    if (i < list->n) {
        inb__buf_printf(out, "\n… and %zu more findings\n", list->n - i);
    }
    if (list->n == 0) {
        inb__buf_str(out, "No findings.\n");
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

static const inb__report_form forms[] = {
    {"text", text_write},         {"json", json_write},     {"sarif", inb__report_sarif},
    {"github", github_write},     {"gitlab", gitlab_write}, {"junit", junit_write},
    {"markdown", markdown_write},
};

const inb__report_form *inb__report_form_find(const char *name)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (strcmp(forms[i].name, name) == 0) {
            return &forms[i];
        }
    }
    return NULL;
}

static bool is_true(const char *variable)
{
    const char *value = getenv(variable);
    return value && strcmp(value, "true") == 0;
}

const inb__report_form *inb__report_form_detect(bool to_file)
{
    return inb__report_form_find(is_true("GITHUB_ACTIONS") && !to_file ? "github"
                                 : is_true("GITLAB_CI") && to_file     ? "gitlab"
                                                                       : "text");
}

size_t inb__report_count(const inb__diagnostics *list, inb__severity severity)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        n += list->v[i].severity <= severity;
    }
    return n;
}

/* Findings as SARIF 2.1.0, which GitHub's code scanning and other viewers read. */
#include "config.h"

#include "review/report.h"

#include "review/lint_rules.h"
#include "util/cleanup.h"
#include "util/json.h"

#include <ctype.h>
#include <stdio.h>

/* Results that GitHub takes of one run. */
#define RESULTS_MAX 25000u

static const char *const levels[] = {"error", "warning", "note"};

static void text_member(inb__json *j, const char *key, const char *text)
{
    inb__json_key(j, key);
    inb__json_object(j);
    inb__json_member(j, "text", text);
    inb__json_object_end(j);
}

static void rules_write(inb__json *j)
{
    inb__json_key(j, "rules");
    inb__json_array(j);
    for (size_t i = 0; i < INB__LINT_RULES; i++) {
        const inb__lint_rule *rule = &inb__lint_rules[i];
        inb__json_object(j);
        inb__json_member(j, "id", rule->id);
        text_member(j, "shortDescription", rule->title);
        inb__json_key(j, "help");
        inb__json_object(j);
        inb__json_member(j, "text", inb__lint_rule_page(rule));
        inb__json_member(j, "markdown", inb__lint_rule_page(rule));
        inb__json_object_end(j);
        inb__json_key(j, "defaultConfiguration");
        inb__json_object(j);
        inb__json_member(j, "level", levels[rule->severity]);
        inb__json_object_end(j);
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
}

/* A path as a URI reference: what has a meaning in one is written as %XX. */
static void uri_member(inb__json *j, const char *path)
{
    char uri[4096 * 3];
    size_t n = 0;
    for (const char *p = path; *p && n + 4 < sizeof(uri); p++) {
        unsigned char c = (unsigned char)*p;
        bool plain = c < 0x80 && (isalnum(c) || strchr("-._~/", c));
        if (plain) {
            uri[n++] = *p;
        } else {
            n += (size_t)snprintf(uri + n, sizeof(uri) - n, "%%%02X", c);
        }
    }
    uri[n] = '\0';
    inb__json_member(j, "uri", uri);
}

static void region_write(inb__json *j, const inb__source *source, inb__span span)
{
    inb__place start = inb__place_of(source->text.p, source->text.n, span.start);
    inb__place end = inb__place_of(source->text.p, source->text.n, span.end);
    inb__json_key(j, "region");
    inb__json_object(j);
    inb__json_member_int(j, "startLine", start.line);
    inb__json_member_int(j, "startColumn", start.column);
    inb__json_member_int(j, "endLine", end.line);
    inb__json_member_int(j, "endColumn", end.column);
    inb__json_object_end(j);
}

static void location_write(inb__json *j, const inb__diagnostics *list, const inb__diagnostic *d)
{
    const inb__source *source =
        d->span.file < list->sources.n ? &list->sources.v[d->span.file] : NULL;
    inb__json_key(j, "locations");
    inb__json_array(j);
    if (source) {
        inb__json_object(j);
        inb__json_key(j, "physicalLocation");
        inb__json_object(j);
        inb__json_key(j, "artifactLocation");
        inb__json_object(j);
        uri_member(j, source->path);
        inb__json_object_end(j);
        if (source->text.p && d->span.end <= source->text.n) {
            region_write(j, source, d->span);
        }
        inb__json_object_end(j);
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
}

static void result_write(inb__json *j, const inb__diagnostics *list, size_t at)
{
    const inb__diagnostic *d = &list->v[at];
    char print[INB__REPORT_PRINT];
    inb__report_fingerprint(print, list, at);
    INB__AUTO_BUF inb__buf message;
    inb__buf_init(&message, (size_t)1 << 20);
    inb__buf_str(&message, d->message);
    if (d->instead) {
        inb__buf_printf(&message, "\n\nInstead:\n\n%s", d->instead);
    }
    inb__json_object(j);
    inb__json_member(j, "ruleId", d->code ? d->code : "refused");
    inb__json_member(j, "level", levels[d->severity]);
    text_member(j, "message", inb__buf_text(&message));
    location_write(j, list, d);
    inb__json_key(j, "partialFingerprints");
    inb__json_object(j);
    inb__json_member(j, "inboardStatement/v1", print);
    inb__json_object_end(j);
    inb__json_object_end(j);
}

static void tool_write(inb__json *j)
{
    inb__json_key(j, "tool");
    inb__json_object(j);
    inb__json_key(j, "driver");
    inb__json_object(j);
    inb__json_member(j, "name", "inboard");
    inb__json_member(j, "version", PACKAGE_VERSION);
    rules_write(j);
    inb__json_object_end(j);
    inb__json_object_end(j);
}

void inb__report_sarif(inb__buf *out, const inb__diagnostics *list, bool colour)
{
    inb__json j;
    (void)colour;
    inb__json_init(&j, out);
    inb__json_object(&j);
    inb__json_member(&j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    inb__json_member(&j, "version", "2.1.0");
    inb__json_key(&j, "runs");
    inb__json_array(&j);
    inb__json_object(&j);
    tool_write(&j);
    inb__json_member(&j, "columnKind", "unicodeCodePoints");
    inb__json_key(&j, "results");
    inb__json_array(&j);
    for (size_t i = 0; i < list->n && i < RESULTS_MAX; i++) {
        result_write(&j, list, i);
    }
    inb__json_array_end(&j);
    if (list->n > RESULTS_MAX) {
        inb__json_key(&j, "properties");
        inb__json_object(&j);
        inb__json_member_int(&j, "findingsLeftOut", (int64_t)(list->n - RESULTS_MAX));
        inb__json_object_end(&j);
    }
    inb__json_object_end(&j);
    inb__json_array_end(&j);
    inb__json_object_end(&j);
    inb__buf_char(out, '\n');
}

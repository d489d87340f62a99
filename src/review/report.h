/* Findings as other programs read them: one list of diagnostics, a form each. */
#ifndef INB_REVIEW_REPORT_H
#define INB_REVIEW_REPORT_H

#include "util/buf.h"
#include "util/diagnostic.h"

#include <stdbool.h>

typedef struct inb__report_form {
    const char *name; /* of --format */
    void (*write)(inb__buf *out, const inb__diagnostics *list, bool colour);
} inb__report_form;

/* The form of that name; NULL when there is none. */
const inb__report_form *inb__report_form_find(const char *name);

/* Their names, "text, json, …". */
extern const char inb__report_form_names[];

/* The form that the variables of a CI service ask for, else text: GITHUB_ACTIONS, and GITLAB_CI
 * where a file is written, which its readers want. */
const inb__report_form *inb__report_form_detect(bool to_file);

/* Of a finding, the same wherever its lines move: of its rule, file and statement, and how many of
 * the same are before it. */
#define INB__REPORT_PRINT 65
void inb__report_fingerprint(char out[INB__REPORT_PRINT], const inb__diagnostics *list, size_t at);

/* How many findings are at least of this severity. */
size_t inb__report_count(const inb__diagnostics *list, inb__severity severity);

/* SARIF 2.1.0 (OASIS), for GitHub's code scanning and others. */
void inb__report_sarif(inb__buf *out, const inb__diagnostics *list, bool colour);

#endif

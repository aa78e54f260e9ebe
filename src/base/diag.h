/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one record of everything found wrong or worth saying in a run. Problems are gathered, not
 * printed one by one, so that a user sees all of them at once, grouped and counted; the exit status
 * follows from what was gathered. */
#ifndef PBR_BASE_DIAG_H
#define PBR_BASE_DIAG_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A check that blocks stops a settlement unless somebody overrides it; an error stops everything.
 */
typedef enum { PBR_NOTE, PBR_WARNING, PBR_BLOCKING, PBR_ERROR } pbr_severity;

/* Where a problem is. line and column count from 1, in physical lines and bytes; 0 = not known. */
typedef struct {
    const char *file; /* borrowed while reporting; copied */
    long line, column;
} pbr_place;

#define PBR_NOWHERE ((pbr_place){NULL, 0, 0})

/* What was gathered under one check id. */
typedef struct {
    char *id;
    pbr_severity severity;
    int64_t count; /* times reported */
    int64_t total; /* what it is a share of (rows read, areas); 0 = not a share */
    size_t kept;   /* messages kept, at most the limit for errors and PBR_EXAMPLES for others */
    struct pbr_problem {
        char *file, *message;
        long line, column;
    } * problems;
    size_t room;
} pbr_finding;

enum { PBR_EXAMPLES = 3, PBR_PROBLEMS_SHOWN = 100 };

typedef struct pbr_diag pbr_diag;

pbr_diag *pbr_diag_new(void);
/* A new record that tells values as another does. */
pbr_diag *pbr_diag_new_like(const pbr_diag *other);
void pbr_diag_free(pbr_diag *diag);

/* Values of personal columns are masked in messages unless they are asked for. Ask before the first
 * report. */
void pbr_diag_show_values(pbr_diag *diag);
/* A personal value for a message: quoted, and masked unless values are shown. */
char *pbr_personal(const pbr_diag *diag, char out[PBR_QUOTE_TEXT], pbr_slice value);

/* Reports one problem under a check id ("bad-date"). The message begins in lower case, states the
 * cause with the value in quotes, then what to do. */
void pbr_report(pbr_diag *diag, pbr_severity severity, const char *id, pbr_place place,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
#define pbr_error(diag, id, place, ...) pbr_report(diag, PBR_ERROR, id, place, __VA_ARGS__)
#define pbr_warn(diag, id, place, ...) pbr_report(diag, PBR_WARNING, id, place, __VA_ARGS__)
#define pbr_note(diag, id, place, ...) pbr_report(diag, PBR_NOTE, id, place, __VA_ARGS__)

/* A finding that stands for `count` cases at once. */
void pbr_report_count(pbr_diag *diag, pbr_severity severity, const char *id, int64_t count,
                      int64_t total, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Says what a finding is a share of. Does nothing if the id was never reported. */
void pbr_report_total(pbr_diag *diag, const char *id, int64_t total);

/* Reports the errors of another record here too, and leaves out its warnings and notes, where they
 * were told before. */
void pbr_diag_pass_errors(const pbr_diag *found, pbr_diag *diag);

/* Reports all that was found in a record of its own here, as if it had been reported here in the
 * same order, and empties that record. */
void pbr_diag_append(pbr_diag *diag, pbr_diag *found);

/* "note", "warning", "block" or "error" */
const char *pbr_severity_text(pbr_severity severity);

bool pbr_diag_failed(const pbr_diag *diag);                              /* any error? */
int64_t pbr_diag_count(const pbr_diag *diag, pbr_severity severity);     /* problems reported */
size_t pbr_diag_findings(const pbr_diag *diag, const pbr_finding **out); /* in id order; borrowed */

/* Prints for people: notes, then warnings and what blocks (grouped), then errors one a line as
 * file:line:column: message, in order of file, line and column, then a count. What is less severe
 * than `least` is left out.
 */
void pbr_diag_print(const pbr_diag *diag, FILE *out, pbr_severity least);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/diag.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_BYTES = 1000 };

typedef struct pbr_problem problem;

struct pbr_diag {
    pbr_finding *findings; /* sorted by id */
    size_t count, room;
    int64_t by_severity[PBR_ERROR + 1];
    bool shows_values;
};

pbr_diag *pbr_diag_new(void)
{
    return pbr_alloc(1, sizeof(pbr_diag));
}

pbr_diag *pbr_diag_new_like(const pbr_diag *other)
{
    pbr_diag *diag = pbr_diag_new();
    diag->shows_values = other->shows_values;
    return diag;
}

void pbr_diag_show_values(pbr_diag *diag)
{
    diag->shows_values = true;
}

char *pbr_personal(const pbr_diag *diag, char out[PBR_QUOTE_TEXT], pbr_slice value)
{
    return diag->shows_values ? pbr_quote(out, value) : pbr_mask(out, value);
}

static void free_finding(pbr_finding *finding)
{
    for (size_t i = 0; i < finding->kept; i++) {
        free(finding->problems[i].file);
        free(finding->problems[i].message);
    }
    free(finding->problems);
    free(finding->id);
}

static void empty(pbr_diag *diag)
{
    for (size_t i = 0; i < diag->count; i++) free_finding(&diag->findings[i]);
    free(diag->findings);
    *diag = (pbr_diag){.shows_values = diag->shows_values};
}

void pbr_diag_free(pbr_diag *diag)
{
    if (!diag) return;
    empty(diag);
    free(diag);
}

static size_t place_of(const pbr_diag *diag, const char *id)
{
    size_t i = 0;
    while (i < diag->count && strcmp(diag->findings[i].id, id) < 0) i++;
    return i;
}

static pbr_finding *find(const pbr_diag *diag, const char *id)
{
    size_t at = place_of(diag, id);
    bool found = at < diag->count && strcmp(diag->findings[at].id, id) == 0;
    return found ? &diag->findings[at] : NULL;
}

static pbr_finding *find_or_add(pbr_diag *diag, const char *id, pbr_severity severity)
{
    pbr_finding *found = find(diag, id);
    if (found) {
        if (severity > found->severity) found->severity = severity;
        return found;
    }
    size_t at = place_of(diag, id);
    diag->findings = pbr_grow(diag->findings, &diag->room, diag->count + 1, sizeof(pbr_finding));
    memmove(&diag->findings[at + 1], &diag->findings[at], (diag->count - at) * sizeof(pbr_finding));
    diag->count++;
    diag->findings[at] = (pbr_finding){.id = pbr_strdup(id), .severity = severity};
    return &diag->findings[at];
}

static char *format_message(const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = pbr_alloc((size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, list);
    return text;
}

static void keep(pbr_finding *finding, pbr_place place, char *message)
{
    finding->problems =
        pbr_grow(finding->problems, &finding->room, finding->kept + 1, sizeof(problem));
    finding->problems[finding->kept++] = (problem){
        .file = place.file ? pbr_strdup(place.file) : NULL,
        .message = message,
        .line = place.line,
        .column = place.column,
    };
}

static size_t most_kept(pbr_severity severity)
{
    return severity == PBR_ERROR ? PBR_PROBLEMS_SHOWN : PBR_EXAMPLES;
}

void pbr_report(pbr_diag *diag, pbr_severity severity, const char *id, pbr_place place,
                const char *format, ...)
{
    pbr_finding *finding = find_or_add(diag, id, severity);
    finding->count++;
    diag->by_severity[severity]++;
    if (finding->kept >= most_kept(severity)) return;
    va_list list;
    va_start(list, format);
    keep(finding, place, format_message(format, list));
    va_end(list);
}

void pbr_report_count(pbr_diag *diag, pbr_severity severity, const char *id, int64_t count,
                      int64_t total, const char *format, ...)
{
    pbr_finding *finding = find_or_add(diag, id, severity);
    finding->count += count;
    finding->total = total;
    diag->by_severity[severity]++;
    if (finding->kept >= most_kept(severity)) return;
    va_list list;
    va_start(list, format);
    keep(finding, PBR_NOWHERE, format_message(format, list));
    va_end(list);
}

void pbr_report_total(pbr_diag *diag, const char *id, int64_t total)
{
    pbr_finding *finding = find(diag, id);
    if (finding) finding->total = total;
}

/* Takes over the messages that there is room for; they are no longer the other finding's. */
static void append_finding(pbr_finding *finding, pbr_finding *more)
{
    finding->count += more->count;
    if (more->total) finding->total = more->total;
    for (size_t i = 0; i < more->kept; i++) {
        problem *told = &more->problems[i];
        if (finding->kept < most_kept(more->severity)) {
            finding->problems =
                pbr_grow(finding->problems, &finding->room, finding->kept + 1, sizeof(problem));
            finding->problems[finding->kept++] = *told;
            *told = (problem){0};
        }
    }
}

void pbr_diag_append(pbr_diag *diag, pbr_diag *found)
{
    for (size_t i = 0; i < found->count; i++) {
        pbr_finding *more = &found->findings[i];
        append_finding(find_or_add(diag, more->id, more->severity), more);
    }
    for (int severity = PBR_NOTE; severity <= PBR_ERROR; severity++)
        diag->by_severity[severity] += found->by_severity[severity];
    empty(found);
}

void pbr_diag_pass_errors(const pbr_diag *found, pbr_diag *diag)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(found, &findings);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; findings[i].severity == PBR_ERROR && k < findings[i].kept; k++) {
            const struct pbr_problem *told = &findings[i].problems[k];
            const char *id = findings[i].id;
            pbr_error(diag, id, ((pbr_place){told->file, told->line, told->column}), "%s",
                      told->message);
        }
}

const char *pbr_severity_text(pbr_severity severity)
{
    static const char *const words[] = {
        [PBR_NOTE] = "note",
        [PBR_WARNING] = "warning",
        [PBR_BLOCKING] = "block",
        [PBR_ERROR] = "error",
    };
    return words[severity];
}

bool pbr_diag_failed(const pbr_diag *diag)
{
    return diag->by_severity[PBR_ERROR] > 0;
}

int64_t pbr_diag_count(const pbr_diag *diag, pbr_severity severity)
{
    return diag->by_severity[severity];
}

size_t pbr_diag_findings(const pbr_diag *diag, const pbr_finding **out)
{
    *out = diag->findings;
    return diag->count;
}

static int compare_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int by_place(const void *left, const void *right)
{
    const problem *a = *(const problem *const *)left, *b = *(const problem *const *)right;
    int files = compare_text(a->file, b->file);
    if (files) return files;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    if (a->column != b->column) return a->column < b->column ? -1 : 1;
    return strcmp(a->message, b->message);
}

/* Names and messages hold what others wrote: a terminal must not obey it, nor a log be flooded. */
static void print_text(const char *text, FILE *out)
{
    size_t length = strlen(text), shown = length < SHOWN_BYTES ? length : SHOWN_BYTES;
    for (size_t at = 0, seen, unseen; at < shown; at += seen + unseen) {
        unseen = pbr_unseen(text + at, shown - at, &seen);
        fwrite(text + at, 1, seen, out);
        if (unseen) fputc('?', out);
    }
    if (shown < length) fputs("...", out);
}

static void print_place(const problem *p, FILE *out)
{
    print_text(p->file ? p->file : "pbrcalc", out);
    if (p->file && p->line) fprintf(out, ":%ld", p->line);
    if (p->file && p->line && p->column) fprintf(out, ":%ld", p->column);
    fputs(": ", out);
}

static void print_grouped(const pbr_finding *finding, FILE *out)
{
    const problem *first = &finding->problems[0];
    print_place(first, out);
    fprintf(out, "%s: ", pbr_severity_text(finding->severity));
    print_text(first->message, out);
    if (finding->count > 1 && finding->kept > 1)
        fprintf(out, " (and %" PRId64 " more like it)", finding->count - 1);
    fputc('\n', out);
}

static void print_severity(const pbr_diag *diag, pbr_severity severity, FILE *out)
{
    for (size_t i = 0; i < diag->count; i++)
        if (diag->findings[i].severity == severity && diag->findings[i].kept)
            print_grouped(&diag->findings[i], out);
}

static void print_errors(const pbr_diag *diag, FILE *out)
{
    size_t count = 0, room = 0;
    const problem **all = NULL;
    for (size_t i = 0; i < diag->count; i++) {
        const pbr_finding *finding = &diag->findings[i];
        if (finding->severity != PBR_ERROR) continue;
        all = pbr_grow(all, &room, count + finding->kept, sizeof *all);
        for (size_t k = 0; k < finding->kept; k++) all[count++] = &finding->problems[k];
    }
    if (count) qsort(all, count, sizeof *all, by_place);
    size_t shown = count < PBR_PROBLEMS_SHOWN ? count : PBR_PROBLEMS_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        print_place(all[i], out);
        print_text(all[i]->message, out);
        fputc('\n', out);
    }
    free(all);
    int64_t errors = diag->by_severity[PBR_ERROR];
    if (errors > (int64_t)shown)
        fprintf(out, "pbrcalc: %" PRId64 " problems, the first %zu shown\n", errors, shown);
    else if (errors > 1)
        fprintf(out, "pbrcalc: %" PRId64 " problems\n", errors);
}

void pbr_diag_print(const pbr_diag *diag, FILE *out, pbr_severity least)
{
    for (pbr_severity severity = least; severity < PBR_ERROR; severity++)
        print_severity(diag, severity, out);
    print_errors(diag, out);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/readiness.h"
#include "contract/load.h"
#include "report/tables.h"
#include "report/term_sheet.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

static const pbr_option options[] = {
    PBR_DATA_OPTIONS,
    {"format", "FORMAT", false, "text, csv or json; default: text"},
    {"show-values", NULL, false, "show personal values too, which are masked otherwise"},
    {0},
};

/* A place that is not known is null. */
static json_t *number_json(long number)
{
    return number > 0 ? json_integer(number) : json_null();
}

static json_t *problem_json(const struct pbr_problem *problem)
{
    return json_pack("{s:s?, s:o, s:o, s:s}", "file", problem->file, "line",
                     number_json(problem->line), "column", number_json(problem->column), "message",
                     problem->message);
}

static json_t *finding_json(const pbr_finding *finding)
{
    json_t *problems = json_array();
    for (size_t i = 0; i < finding->kept; i++)
        json_array_append_new(problems, problem_json(&finding->problems[i]));
    return json_pack("{s:s, s:s, s:I, s:I, s:o}", "id", finding->id, "severity",
                     pbr_severity_text(finding->severity), "count", (json_int_t)finding->count,
                     "of", (json_int_t)finding->total, "problems", problems);
}

static void print_json(const pbr_diag *diag)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) json_array_append_new(list, finding_json(&findings[i]));
    json_t *root = json_pack("{s:s, s:o}", "format", "pbrcalc-checks-1", "checks", list);
    json_dumpf(root, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(root);
}

static void print_csv(const pbr_diag *diag)
{
    pbr_out *out = pbr_out_stream(stdout);
    pbr_checks_write(out, diag);
    pbr_out_close(out);
}

/* Notes are no problems. */
static pbr_severity worst(const pbr_diag *diag)
{
    pbr_severity severity = PBR_ERROR;
    while (severity > PBR_NOTE && !pbr_diag_count(diag, severity)) severity--;
    return severity;
}

static void print_share(const pbr_finding *finding)
{
    char text[PBR_RATIO_TEXT];
    mpq_t share;
    mpq_init(share);
    pbr_ratio_set(share, finding->count, finding->total);
    pbr_ratio_scale(share, 100, 1);
    printf(" %8s%%", pbr_ratio_text(text, share, 2));
    mpq_clear(share);
}

/* How often each check found something in the data, after the first places of each. */
static void print_summary(const pbr_diag *diag)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    if (count) printf("\n%-24s %-8s %12s %9s\n", "check", "severity", "count", "share");
    for (size_t i = 0; i < count; i++) {
        const pbr_finding *finding = &findings[i];
        printf("%-24s %-8s %12" PRId64, finding->id, pbr_severity_text(finding->severity),
               finding->count);
        if (finding->total > 0) print_share(finding);
        putchar('\n');
    }
}

static void print_text(const pbr_diag *diag)
{
    pbr_diag_print(diag, stdout, PBR_NOTE);
    if (worst(diag) == PBR_NOTE) puts("no problems were found");
}

static const struct {
    const char *name;
    void (*print)(const pbr_diag *diag);
} formats[] = {{"text", print_text}, {"csv", print_csv}, {"json", print_json}};

static void (*format_of(const pbr_arguments *arguments, pbr_diag *diag))(const pbr_diag *)
{
    const char *name = pbr_arguments_value(arguments, "format");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!name || strcmp(name, formats[i].name) == 0) return formats[i].print;
    pbr_error(diag, "usage", PBR_NOWHERE, "format \"%s\" is not text, csv or json", name);
    return NULL;
}

/* A command that is put wrongly has no findings; it is not done. */
static bool is_misused(const pbr_diag *diag)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    for (size_t i = 0; i < count; i++)
        if (strcmp(findings[i].id, "usage") == 0) return true;
    return false;
}

/* A contract by itself is told back in words, where words are asked for. */
static void tell(const pbr_work *work, const pbr_arguments *arguments,
                 void (*print)(const pbr_diag *diag))
{
    if (work->contract && print == print_text && !pbr_arguments_has(arguments, "quiet"))
        pbr_term_sheet_print(work->contract, stdout);
}

/* What the data show is told where they could be read. */
static void load_data(pbr_work *work, const pbr_arguments *arguments, pbr_diag *found)
{
    pbr_work_load(work, arguments, false, found);
    if (work->measures && !pbr_diag_failed(found)) pbr_tell_checks(work, NULL, 0, found);
}

/* The contract alone may be checked; with data, the data too. The findings are the answer, so they
 * go to standard output and have a diag of their own. */
static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    pbr_work work = {0};
    void (*print)(const pbr_diag *) = format_of(arguments, diag);
    bool data = pbr_arguments_has(arguments, "cohort") || pbr_arguments_has(arguments, "metrics") ||
                pbr_arguments_has(arguments, "reoffences");
    if (!pbr_arguments_need(arguments, "contract", diag) || !print) return PBR_EXIT_NOT_DONE;
    pbr_diag *found = pbr_diag_new();
    if (pbr_arguments_has(arguments, "show-values")) pbr_diag_show_values(found);
    if (data)
        load_data(&work, arguments, found);
    else
        work.contract = pbr_contract_load(pbr_arguments_value(arguments, "contract"), found);
    bool misused = is_misused(found);
    if (!data && !misused) tell(&work, arguments, print);
    bool problems = worst(found) > PBR_NOTE;
    if (misused)
        pbr_diag_print(found, stderr, PBR_WARNING);
    else
        print(found);
    if (data && !misused && print == print_text) print_summary(found);
    pbr_work_free(&work);
    pbr_diag_free(found);
    if (misused) return PBR_EXIT_NOT_DONE;
    return problems ? PBR_EXIT_FOUND : PBR_EXIT_OK;
}

const pbr_command pbr_check_command = {
    .name = "check",
    .summary = "explain a contract, find every problem in it and its data",
    .examples =
        "  pbrcalc check --contract contracts/transforming-rehabilitation\n"
        "  pbrcalc check --contract DIR --quiet\n"
        "  pbrcalc check --contract DIR --cohort cohort.csv --reoffences reoffences.csv \\\n"
        "      --snapshot 2017-12-31 --format csv\n",
    .usage =
        "  pbrcalc check --contract DIR [--cohort FILE... --reoffences FILE... --snapshot DATE | "
        "--metrics FILE]\n      [--format text|csv|json]\n",
    .options = options,
    .run = run,
};

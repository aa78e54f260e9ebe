/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a figure of a settlement came about: the settlement is made again from its own folder, and
 * worked out in steps. */
#include "command/replay.h"
#include "explain/recorded_tables.h"
#include "report/payment_words.h"
#include "report/tables.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 1000, BALANCE_DEPTH = 2 };

static const pbr_option options[] = {
    {"all", NULL, false, "every figure of payments.csv, results.csv and balances.csv"},
    {"depth", "N", false, "levels of steps to tell; default: all, of a payee's total 2"},
    {"json", NULL, false, "for programs: nodes with exact values and formulas"},
    {"html", NULL, false, "one page for a browser, without network and scripts"},
    {0},
};

struct run {
    const pbr_arguments *arguments;
    const char *const *names; /* of the figures */
    size_t names_count;
    pbr_replay replay;
    pbr_workings *workings;
    pbr_recorded_tables tables;
    pbr_explainer *explainer;
    pbr_told *figures;
    size_t figures_count;
};

/* --- the settlement --- */

static bool are_vouched(const struct run *r, pbr_diag *diag)
{
    bool ok = true;
    const pbr_schema *const schemas[] = {&pbr_payments_schema, &pbr_results_schema,
                                         &pbr_balances_schema, &pbr_attrition_schema};
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
        ok &= pbr_manifest_vouches(&r->replay.recorded.manifest, r->replay.recorded.folder,
                                   schemas[i]->file, diag);
    return ok;
}

static bool open_settlement(struct run *r, const char *folder, pbr_diag *diag)
{
    if (!pbr_replay_open(&r->replay, folder, diag)) return false;
    if (!are_vouched(r, diag)) return false;
    r->workings =
        pbr_workings_make(r->replay.settlement, r->replay.work.measures, &r->replay.options, diag);
    if (!pbr_recorded_tables_read(&r->tables, folder, r->replay.settlement, r->replay.arena, diag))
        return false;
    pbr_explained given = {.workings = r->workings,
                           .ledger = r->tables.ledger,
                           .ledger_count = r->tables.ledger_count,
                           .payment_cell = pbr_recorded_payment_cell,
                           .context = &r->tables};
    r->explainer = pbr_explainer_new(&given);
    return !pbr_diag_failed(diag);
}

static void close_settlement(struct run *r)
{
    pbr_explainer_free(r->explainer);
    pbr_recorded_tables_free(&r->tables);
    pbr_workings_free(r->workings);
    pbr_replay_close(&r->replay);
}

/* --- which figures --- */

static void choose_all(struct run *r)
{
    pbr_figure *all;
    size_t count = pbr_figures_all(r->explainer, &all);
    r->figures = pbr_arena_alloc(r->replay.arena, (count + 1) * sizeof *r->figures);
    for (size_t i = 0; i < count; i++) r->figures[r->figures_count++].figure = all[i];
}

static void choose_named(struct run *r, pbr_diag *diag)
{
    r->figures = pbr_arena_alloc(r->replay.arena, (r->names_count + 1) * sizeof *r->figures);
    for (size_t i = 0; i < r->names_count; i++)
        if (pbr_figure_read(r->explainer, r->names[i], &r->figures[r->figures_count].figure, diag))
            r->figures_count++;
}

/* What the folder says is compared with what is told. True if nothing differs. */
static bool derive(struct run *r, pbr_diag *diag)
{
    bool same = true;
    for (size_t i = 0; i < r->figures_count; i++) {
        pbr_told *told = &r->figures[i];
        told->node = pbr_explain_figure(r->explainer, &told->figure);
        pbr_recorded_compare(&r->tables, told, r->replay.arena);
        same &= !told->differs;
        if (told->differs)
            pbr_warn(diag, "figure-differs", PBR_NOWHERE,
                     "figure \"%s\": the folder has \"%s\" and this program comes to another: "
                     "pbrcalc verify tells what differs",
                     told->figure.name, told->cell);
    }
    return same;
}

/* --- telling --- */

static const char *warning_of(const struct run *r)
{
    return pbr_settlement_illustrative(r->replay.settlement)
               ? "Not for payment: terms marked illustrative were used."
               : NULL;
}

/* All levels of a line's figure; of a payee's total its lines. */
static size_t depth_of(const struct run *r, pbr_diag *diag)
{
    bool balance = r->figures_count > 0;
    for (size_t i = 0; i < r->figures_count; i++) balance &= r->figures[i].figure.of_balance;
    return (size_t)pbr_arguments_number(r->arguments, "depth", 1, DEEPEST,
                                        balance ? BALANCE_DEPTH : 0, diag);
}

static void tell(const struct run *r, size_t depth)
{
    pbr_telling telling = {.explainer = r->explainer,
                           .figures = r->figures,
                           .count = r->figures_count,
                           .settlement = r->replay.settlement->id,
                           .title = r->replay.work.contract->scheme->title,
                           .warning = warning_of(r),
                           .depth = depth};
    if (pbr_arguments_has(r->arguments, "json"))
        pbr_explain_as_json(&telling, stdout);
    else if (pbr_arguments_has(r->arguments, "html"))
        pbr_explain_as_html(&telling, stdout);
    else
        pbr_explain_as_text(&telling, stdout);
}

/* --- what can be explained --- */

static void print_pounds(const struct run *r, const char *name, int64_t pence, const char *words)
{
    pbr_scope scope = {.contract = r->replay.work.contract, .arena = r->replay.arena};
    printf("%-44s %16s%s%s\n", name, pbr_money_words(&scope, pence), *words ? "  " : "", words);
}

static void list_lines(const struct run *r)
{
    const pbr_settlement *s = r->replay.settlement;
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        const char *name =
            pbr_arena_printf(r->replay.arena, "%s/%s/%s", s->contract->areas[p->area].code,
                             s->contract->cohorts[p->cohort].name, p->line->id);
        print_pounds(r, name, p->due_pence, p->payee);
    }
}

/* Lines that were tested and have no payment: not ripe, not priced, or settled before. */
static void list_results(const struct run *r)
{
    const pbr_settlement *s = r->replay.settlement;
    for (size_t i = 0; i < s->results_count; i++) {
        const pbr_result *result = &s->results[i];
        bool paid = false;
        for (size_t k = 0; k < s->payments_count && !paid; k++)
            paid = s->payments[k].result == result;
        if (!paid)
            printf("%s/%s/%s: %s, no payment line\n", s->contract->areas[result->area].code,
                   s->contract->cohorts[result->cohort].name, result->line->id,
                   pbr_verdict_text(result->verdict));
    }
}

static void print_columns(const pbr_schema *schema, size_t first)
{
    printf("  %s:", schema->file);
    for (size_t i = first; i < schema->count; i++) printf(" %s", schema->columns[i].name);
    putchar('\n');
}

static void list_what_there_is(const struct run *r)
{
    const pbr_settlement *s = r->replay.settlement;
    printf("settlement %s: add /FIELD to a line, a column of payments.csv or results.csv such as\n"
           "/due_pence; a payee has PAYEE/total\n\n",
           s->id);
    list_lines(r);
    list_results(r);
    putchar('\n');
    for (size_t i = 0; i < s->payees_count; i++)
        print_pounds(r, pbr_arena_printf(r->replay.arena, "%s/total", s->payees[i]),
                     s->balances[i].total_pence, "");
    printf("\nfields are the columns of\n");
    print_columns(&pbr_payments_schema, 6);
    print_columns(&pbr_results_schema, 3);
    print_columns(&pbr_balances_schema, 2);
    printf("and the steps that an explanation names; a share is AREA/COHORT/LINE/FIELD/PAYEE\n");
}

/* --- the command --- */

/* What was warned of when the settlement was made is in its checks.csv, and not said again. */
static bool open_quietly(struct run *r, const char *folder)
{
    pbr_diag *opening = pbr_diag_new();
    bool ok = open_settlement(r, folder, opening);
    pbr_diag_print(opening, stderr, PBR_ERROR);
    pbr_diag_free(opening);
    return ok;
}

static pbr_exit explain(struct run *r, pbr_diag *diag)
{
    bool all = pbr_arguments_has(r->arguments, "all");
    if (!all && !r->names_count) {
        list_what_there_is(r);
        return PBR_EXIT_OK;
    }
    if (all)
        choose_all(r);
    else
        choose_named(r, diag);
    size_t depth = depth_of(r, diag);
    if (pbr_diag_failed(diag)) return PBR_EXIT_NOT_DONE;
    bool same = derive(r, diag);
    tell(r, depth);
    return same ? PBR_EXIT_OK : PBR_EXIT_FOUND;
}

static bool check_usage(const struct run *r, size_t words, pbr_diag *diag)
{
    bool all = pbr_arguments_has(r->arguments, "all");
    bool json = pbr_arguments_has(r->arguments, "json");
    bool html = pbr_arguments_has(r->arguments, "html");
    if (!words)
        pbr_error(diag, "usage", PBR_NOWHERE,
                  "name a settlement folder: see pbrcalc explain --help");
    else if (json && html)
        pbr_error(diag, "usage", PBR_NOWHERE, "--json and --html: give one of them");
    else if (all && words > 1)
        pbr_error(diag, "usage", PBR_NOWHERE, "--all and a figure: give one of them");
    else if ((json || html) && !all && words == 1)
        pbr_error(diag, "usage", PBR_NOWHERE,
                  "name a figure, or give --all: pbrcalc explain DIR lists figures");
    return !pbr_diag_failed(diag);
}

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *const *words;
    size_t count = pbr_arguments_operands(arguments, &words);
    struct run r = {
        .arguments = arguments, .names = words + 1, .names_count = count ? count - 1 : 0};
    if (!check_usage(&r, count, diag)) return PBR_EXIT_NOT_DONE;
    pbr_exit status = PBR_EXIT_NOT_DONE;
    if (open_quietly(&r, words[0])) status = explain(&r, diag);
    close_settlement(&r);
    return status;
}

const pbr_command pbr_explain_command = {
    .name = "explain",
    .summary = "say how a figure of a settlement came about, down to clause and count",
    .examples = "  pbrcalc explain settlement\n"
                "  pbrcalc explain settlement C02/2015Q4/binary/due_pence\n"
                "  pbrcalc explain settlement \"Purple Futures/total\" --depth 3\n"
                "  pbrcalc explain settlement C02/2015Q4/binary/lower --html > lower.html\n",
    .usage = "  pbrcalc explain DIR [FIGURE...] [--all] [--depth N] [--json | --html]\n",
    .options = options,
    .operands = "DIR [FIGURE...]",
    .run = run,
};

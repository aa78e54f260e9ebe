/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/settle.h"

#include "base/must.h"
#include "command/readiness.h"
#include "command/second.h"
#include "command/settlement_folder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MARK "manifest.json"

static const pbr_option options[] = {
    PBR_DATA_OPTIONS,
    {"cohorts", "LIST", false, "cohorts to settle: 2015Q4,2015/16 or all-ripe"},
    {"out", "DIR", false, "the settlement folder to write; it must not exist"},
    {"counts", "FILE", false, "distribution of reoffences, with --metrics and a bootstrap"},
    {"volumes", "FILE", false, "starts by month, sentence type and band"},
    {"service-levels", "FILE", false, "service levels by month"},
    {"decisions", "FILE", false, "decisions on computed lines, and overrides of checks"},
    {"other-lines", "FILE", false, "money that is not computed"},
    {"no-outcomes", NULL, false, "settle monthly lines only: there are no extracts"},
    {"previous", "DIR", true, "earlier settlement folders of the same contract"},
    {"first-of-year", NULL, false, "there is no earlier settlement of these contract years"},
    {"interim", NULL, false, "report cohorts that are not ripe, without a price"},
    {"keep-inputs", NULL, false, "copy the extracts into the folder too"},
    PBR_SECOND_OPTIONS,
    {"qa", NULL, false, "write the QA pack too: qa.xlsx and qa/"},
    {"dry-run", NULL, false, "do everything but write"},
    {"force", NULL, false, "replace a settlement folder that exists"},
    {0},
};

/* Options that move no figure but which files there are: recorded, and not part of the id. */
static const char *const FOLDER_OPTIONS[] = {"no-outcomes", "keep-inputs", "qa", "cross-check"};

/* The options after defaults, for the manifest; the first `moving` of them move figures, and are
 * part of the id. */
struct facts {
    pbr_option_fact *items;
    size_t count, moving, room;
};

static void add_fact(struct facts *facts, const char *name, const char *value)
{
    facts->items = pbr_grow(facts->items, &facts->room, facts->count + 1, sizeof *facts->items);
    facts->items[facts->count++] = (pbr_option_fact){name, value};
}

static void add_flag(struct facts *facts, const char *option, const pbr_arguments *arguments)
{
    add_fact(facts, option, pbr_arguments_has(arguments, option) ? "yes" : "no");
}

static void collect_facts(struct facts *facts, const pbr_work *work, const pbr_arguments *arguments)
{
    char day[PBR_DATE_TEXT];
    bool extracts = !pbr_arguments_has(arguments, "metrics");
    pbr_date_text(work->as_at, day);
    add_fact(facts, "as-at", pbr_arena_text(work->arena, day, strlen(day)));
    pbr_date_text(work->snapshot, day);
    add_fact(facts, "snapshot", pbr_arena_text(work->arena, day, strlen(day)));
    add_fact(facts, "from", extracts ? "extracts" : "metrics");
    for (size_t i = 0; i < work->cohorts_count; i++)
        add_fact(facts, "cohorts", work->contract->cohorts[work->cohorts[i]].name);
    for (size_t i = 0; i < work->runs_count; i++) add_fact(facts, "previous", work->runs[i].id);
    for (size_t i = 0; i < work->inputs_count; i++)
        if (!pbr_is_measured(work->inputs[i].role))
            add_fact(facts, work->inputs[i].role, work->inputs[i].sha256);
    add_flag(facts, "first-of-year", arguments);
    add_flag(facts, "interim", arguments);
    facts->moving = facts->count;
    for (size_t i = 0; i < sizeof FOLDER_OPTIONS / sizeof *FOLDER_OPTIONS; i++)
        add_flag(facts, FOLDER_OPTIONS[i], arguments);
}

/* A yearly cap needs the year's earlier settlements, or the word that there are none. */
static void need_history(const pbr_work *work, const pbr_arguments *arguments, pbr_diag *diag)
{
    bool capped = false;
    for (size_t i = 0; i < work->contract->rules_count; i++)
        capped |= work->contract->rules[i].terms->caps_count > 0;
    bool previous = pbr_arguments_has(arguments, "previous");
    bool first = pbr_arguments_has(arguments, "first-of-year");
    if (capped && !previous && !first)
        pbr_error(diag, "usage", PBR_NOWHERE,
                  "the contract has a cap over the year: give the year's earlier settlements with "
                  "--previous, or say --first-of-year");
    if (previous && first)
        pbr_error(diag, "usage", PBR_NOWHERE,
                  "--previous and --first-of-year contradict each other: give one");
}

static bool reads_standard_input(const pbr_arguments *arguments)
{
    static const char *const names[] = {"cohort", "reoffences", "metrics"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const char *const *files;
        size_t count = pbr_arguments_values(arguments, names[k], &files);
        for (size_t i = 0; i < count; i++)
            if (strcmp(files[i], "-") == 0) return true;
    }
    return false;
}

static void check_options(const pbr_arguments *arguments, pbr_diag *diag)
{
    pbr_arguments_need(arguments, "as-at", diag);
    pbr_arguments_need(arguments, "cohorts", diag);
    if (!pbr_arguments_has(arguments, "dry-run") && pbr_arguments_need(arguments, "out", diag))
        pbr_staged_check(pbr_arguments_value(arguments, "out"), MARK,
                         pbr_arguments_has(arguments, "force"), diag);
    if (pbr_arguments_has(arguments, "keep-inputs") && reads_standard_input(arguments))
        pbr_error(diag, "usage", PBR_NOWHERE,
                  "--keep-inputs cannot keep standard input: name a file");
}

/* What came of one line of one cohort over all areas. */
struct tally {
    size_t verdicts[PBR_NO_RESULT + 1], paid, deducted;
};

static struct tally count_line(const pbr_settlement *s, size_t cohort, const char *line)
{
    struct tally tally = {0};
    for (size_t i = 0; i < s->results_count; i++)
        if (s->results[i].cohort == cohort && !strcmp(s->results[i].line->id, line))
            tally.verdicts[s->results[i].verdict]++;
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *payment = &s->payments[i];
        if (payment->cohort != cohort || strcmp(payment->line->id, line) != 0) continue;
        tally.paid += payment->payable_pence > 0;
        tally.deducted += payment->payable_pence < 0;
    }
    return tally;
}

static bool is_first_of_line(const pbr_settlement *s, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (s->results[i].cohort == s->results[index].cohort &&
            !strcmp(s->results[i].line->id, s->results[index].line->id))
            return false;
    return true;
}

/* As wide as the longest name, so that columns stay under their heads. */
static int line_width(const pbr_settlement *s)
{
    enum { LEAST = 16 };
    size_t width = LEAST;
    for (size_t i = 0; i < s->results_count; i++)
        if (strlen(s->results[i].line->id) > width) width = strlen(s->results[i].line->id);
    return (int)width;
}

static void print_lines(const pbr_settlement *s)
{
    int width = line_width(s);
    printf("\n%-10s %-*s %7s %8s %6s %10s %6s %9s\n", "cohort", width, "line", "better", "neither",
           "worse", "no result", "paid", "deducted");
    for (size_t i = 0; i < s->results_count; i++) {
        const pbr_result *result = &s->results[i];
        if (!is_first_of_line(s, i)) continue;
        struct tally tally = count_line(s, result->cohort, result->line->id);
        printf("%-10s %-*s %7zu %8zu %6zu %10zu %6zu %9zu\n",
               s->contract->cohorts[result->cohort].name, width, result->line->id,
               tally.verdicts[PBR_BETTER], tally.verdicts[PBR_NEITHER], tally.verdicts[PBR_WORSE],
               tally.verdicts[PBR_NO_RESULT], tally.paid, tally.deducted);
    }
}

/* What becomes of negative totals, where the columns do not show it. */
static void print_owing(const char *words, int64_t pence)
{
    char pounds[PBR_RATIO_TEXT];
    if (pence) printf("%-40s %16s\n", words, pbr_pounds_text(pounds, pence));
}

static void print_payees(const pbr_settlement *s)
{
    char lines[PBR_RATIO_TEXT], other[PBR_RATIO_TEXT], now[PBR_RATIO_TEXT];
    int64_t total = 0, brought = 0, carried = 0, set_off = 0;
    snprintf(lines, sizeof lines, "lines (%s)", s->contract->scheme->currency);
    printf("\n%-40s %16s %14s %16s\n", "payee", lines, "other", "pay now");
    for (size_t i = 0; i < s->payees_count; i++) {
        const pbr_balance *balance = &s->balances[i];
        total += balance->pay_now_pence;
        brought += balance->brought_forward_pence;
        carried += balance->carried_pence;
        set_off += balance->set_off_pence;
        printf("%-40s %16s %14s %16s\n", balance->payee,
               pbr_pounds_text(lines, balance->lines_pence),
               pbr_pounds_text(other, balance->other_pence + balance->brought_forward_pence),
               pbr_pounds_text(now, balance->pay_now_pence));
    }
    printf("%-40s %16s %14s %16s\n", "total", pbr_pounds_text(lines, s->due_pence),
           pbr_pounds_text(other, s->others_pence + brought), pbr_pounds_text(now, total));
    print_owing("brought forward, in other", brought);
    print_owing("carried forward, not paid now", carried);
    print_owing("to be set off against other sums", set_off);
}

static size_t areas_settled(const pbr_settlement *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->results_count; i++)
        count += i == 0 || s->results[i].area != s->results[i - 1].area;
    return count;
}

static void print_written(const pbr_settlement *s, const char *folder, size_t files, bool qa)
{
    printf("\nwrote %zu files to %s (workbooks: settlement.xlsx, publication.xlsx%s%s)\n", files,
           folder, qa ? ", qa.xlsx" : "", s->payees_count ? ", schedules/" : "");
}

static void print_summary(const pbr_settlement *s, const pbr_work *work)
{
    printf("settlement %s: %zu areas, %zu results, %zu payment lines\n", s->id, areas_settled(s),
           s->results_count, s->payments_count);
    if (work->measures->counts.start_rows)
        printf("from %" PRId64 " starts of %" PRId64 " persons and %" PRId64 " reoffences\n",
               work->measures->counts.start_rows, work->measures->counts.persons,
               work->measures->counts.reoffence_rows);
    print_lines(s);
    print_payees(s);
    if (pbr_settlement_illustrative(s))
        printf("\nnot for payment: terms marked illustrative were used\n");
}

/* Into `given`, which stays the caller's, or into the folder that --out names. */
static bool write_folder(const pbr_folder_plan *plan, const pbr_arguments *arguments,
                         pbr_staged *given, size_t *files, pbr_diag *diag)
{
    pbr_staged *staged = given ? given
                               : pbr_staged_new(pbr_arguments_value(arguments, "out"), MARK,
                                                pbr_arguments_has(arguments, "force"), diag);
    if (!staged) return false;
    bool ok = pbr_settlement_folder_write(plan, staged, files, diag);
    if (given) return ok;
    if (ok) return pbr_staged_commit(staged, diag);
    pbr_staged_abandon(staged);
    return false;
}

static pbr_folder_plan plan_of(const pbr_work *work, const pbr_settlement *settlement,
                               const struct facts *facts, const pbr_arguments *arguments,
                               pbr_diag *diag)
{
    return (pbr_folder_plan){
        .work = work,
        .settlement = settlement,
        .options = facts->items,
        .options_count = facts->count,
        .interim = pbr_arguments_has(arguments, "interim"),
        .keep_inputs = pbr_arguments_has(arguments, "keep-inputs"),
        .cross_checked = pbr_arguments_has(arguments, "cross-check"),
        .threads = pbr_arguments_number(arguments, "threads", 1, 64, 2, diag),
    };
}

/* Into `staged`, without a word, or into the folder that --out names. */
static pbr_exit settle(pbr_work *work, const struct facts *facts, const pbr_arguments *arguments,
                       pbr_staged *staged, pbr_diag *diag)
{
    const char *id = pbr_settlement_id(work->contract, work->measures, work->as_at, facts->items,
                                       facts->moving, work->arena);
    pbr_settle_options settle = pbr_work_options(work, id, pbr_arguments_has(arguments, "interim"));
    bool dry = pbr_arguments_has(arguments, "dry-run");
    size_t files = 0;
    pbr_settlement *settlement = pbr_settlement_make(work->contract, work->measures, &settle, diag);
    if (!settlement) return PBR_EXIT_NOT_DONE;
    pbr_hold_ready(work, settlement, &settle, diag);
    pbr_workings *workings = pbr_workings_make(settlement, work->measures, &settle, diag);
    bool assured = !dry && pbr_arguments_has(arguments, "qa");
    pbr_qa *qa = assured ? pbr_qa_make(settlement, work->measures, &settle) : NULL;
    pbr_folder_plan plan = plan_of(work, settlement, facts, arguments, diag);
    plan.workings = workings;
    plan.qa = qa;
    bool ok =
        !pbr_diag_failed(diag) && (dry || write_folder(&plan, arguments, staged, &files, diag));
    if (ok && !staged && !pbr_arguments_has(arguments, "quiet")) {
        print_summary(settlement, work);
        if (dry)
            printf("\nnothing was written (--dry-run)\n");
        else
            print_written(settlement, pbr_arguments_value(arguments, "out"), files, qa);
    }
    pbr_qa_free(qa);
    pbr_workings_free(workings);
    pbr_settlement_free(settlement);
    return ok ? PBR_EXIT_OK : PBR_EXIT_NOT_DONE;
}

/* With the second opinion on the measures, if it is asked for: nothing is settled if it differs. */
static pbr_exit settle_twice_measured(pbr_work *work, const struct facts *facts,
                                      const pbr_arguments *arguments, pbr_staged *staged,
                                      pbr_diag *diag)
{
    pbr_second_opinion opinion;
    pbr_exit status = PBR_EXIT_NOT_DONE;
    if (pbr_second_opinion_begin(&opinion, work, work->cohorts, work->cohorts_count, arguments,
                                 diag))
        status = settle(work, facts, arguments, staged, diag);
    bool done = status == PBR_EXIT_OK;
    if (!pbr_second_opinion_end(&opinion, done, diag)) status = PBR_EXIT_NOT_DONE;
    if (status != PBR_EXIT_OK || staged || pbr_arguments_has(arguments, "quiet")) return status;
    if (opinion.figures)
        printf("cross-check: a second calculation gave the same %" PRId64 " figures\n",
               opinion.figures);
    if (opinion.file) printf("wrote what became of each start to %s\n", opinion.file);
    return status;
}

static pbr_exit load_and_settle(const pbr_arguments *arguments, pbr_staged *staged, pbr_diag *diag)
{
    pbr_work work;
    struct facts facts = {0};
    pbr_exit status = PBR_EXIT_NOT_DONE;
    pbr_work_load(&work, arguments, true, diag);
    if (work.contract) need_history(&work, arguments, diag);
    if (work.measures) pbr_work_tables(&work, arguments, diag);
    if (work.contract) pbr_work_previous(&work, arguments, diag);
    if (work.measures && pbr_arguments_has(arguments, "cohorts"))
        pbr_work_choose_cohorts(&work, pbr_arguments_value(arguments, "cohorts"), diag);
    if (!pbr_diag_failed(diag)) {
        pbr_must(work.contract && work.measures);
        collect_facts(&facts, &work, arguments);
        status = settle_twice_measured(&work, &facts, arguments, staged, diag);
    }
    free(facts.items);
    pbr_work_free(&work);
    return status;
}

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    check_options(arguments, diag);
    return load_and_settle(arguments, NULL, diag);
}

bool pbr_settle_into(pbr_staged *staged, const pbr_arguments *arguments, pbr_diag *diag)
{
    return load_and_settle(arguments, staged, diag) == PBR_EXIT_OK;
}

const pbr_command pbr_settle_command = {
    .name = "settle",
    .summary = "settle cohorts: from extracts to payment schedules",
    .examples = "  pbrcalc settle --contract contracts/transforming-rehabilitation \\\n"
                "      --cohort cohort.csv --reoffences reoffences.csv --snapshot 2017-12-31 \\\n"
                "      --cohorts 2015Q4 --first-of-year --as-at 2018-01-26 --out settlement\n"
                "  pbrcalc settle 2015Q4.yaml\n",
    .usage =
        "  pbrcalc settle --contract DIR --cohort FILE... --reoffences FILE... --snapshot DATE "
        "\\\n      --cohorts LIST --as-at DATE --out DIR (--first-of-year | --previous DIR...)\n"
        "  pbrcalc settle --contract DIR --metrics FILE --cohorts LIST --as-at DATE --out DIR "
        "...\n  pbrcalc settle RUN.yaml\n",
    .options = options,
    .run = run,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/settlement_folder.h"

#include "base/crew.h"
#include "base/text.h"
#include "measure/counts.h"
#include "measure/metrics_csv.h"
#include "report/publication_book.h"
#include "report/qa_book.h"
#include "report/qa_tables.h"
#include "report/schedule_book.h"
#include "report/settlement_book.h"
#include "report/tables.h"
#include "report/version.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    const pbr_folder_plan *plan;
    pbr_staged *staged;
    pbr_diag *diag;
    pbr_output_fact *outputs;
    size_t outputs_count, outputs_room;
    size_t *needed; /* cohorts that the settlement rests on */
    size_t needed_count;
    pbr_arena *arena;
    const pbr_near *nears; /* of the QA pack */
    bool failed;
};

static void fail(struct writer *w, const char *name, int failure)
{
    w->failed = true;
    pbr_error(w->diag, "unwritable-file", ((pbr_place){name, 0, 0}),
              "cannot be written: %s; is there room on the disk?", strerror(failure));
}

static void note_output(struct writer *w, const char *name)
{
    w->outputs = pbr_grow(w->outputs, &w->outputs_room, w->outputs_count + 1, sizeof *w->outputs);
    pbr_output_fact *output = &w->outputs[w->outputs_count++];
    output->name = name;
    if (!pbr_sha256_file(pbr_staged_path(w->staged, name), output->sha256)) fail(w, name, errno);
}

static bool is_compared_with(const pbr_contract *contract, size_t cohort)
{
    for (size_t i = 0; i < contract->rules_count; i++)
        for (unsigned k = 0; k < contract->rules[i].terms->metrics_count; k++) {
            const pbr_metric *metric = &contract->rules[i].terms->metrics[k];
            if (metric->compare_with == PBR_WITH_COHORT &&
                strcmp(metric->cohort, contract->cohorts[cohort].name) == 0)
                return true;
        }
    return false;
}

static bool is_member(const pbr_work *work, size_t cohort)
{
    for (size_t i = 0; i < work->cohorts_count; i++)
        if (pbr_contract_is_part(work->contract, cohort, work->cohorts[i])) return true;
    return false;
}

/* Those settled, those they are compared with, and the members of a pool or year: with their
 * measures the settlement can be made again without the extracts. */
static void list_needed(struct writer *w)
{
    const pbr_work *work = w->plan->work;
    const pbr_contract *contract = work->contract;
    w->needed = pbr_arena_alloc(w->arena, contract->cohorts_count * sizeof *w->needed);
    for (size_t i = 0; i < contract->cohorts_count; i++)
        if (pbr_cohort_chosen(i, work->cohorts, work->cohorts_count) || is_member(work, i) ||
            is_compared_with(contract, i))
            w->needed[w->needed_count++] = i;
}

static void write_payments(pbr_out *out, const struct writer *w)
{
    pbr_payments_write(out, w->plan->settlement);
}

static void write_results(pbr_out *out, const struct writer *w)
{
    pbr_results_write(out, w->plan->settlement);
}

static void write_metrics(pbr_out *out, const struct writer *w)
{
    const pbr_work *work = w->plan->work;
    pbr_metrics_write(out, work->measures, work->contract, w->needed, w->needed_count);
}

static void write_attrition(pbr_out *out, const struct writer *w)
{
    const pbr_work *work = w->plan->work;
    pbr_attrition_write(out, work->measures, work->contract, work->cohorts, work->cohorts_count);
}

static void write_counts(pbr_out *out, const struct writer *w)
{
    const pbr_work *work = w->plan->work;
    pbr_counts_write(out, work->measures, work->contract, w->needed, w->needed_count);
}

static void write_balances(pbr_out *out, const struct writer *w)
{
    pbr_balances_write(out, w->plan->settlement);
}

static void write_other(pbr_out *out, const struct writer *w)
{
    pbr_other_write(out, w->plan->settlement);
}

static void write_earlier(pbr_out *out, const struct writer *w)
{
    const pbr_work *work = w->plan->work;
    pbr_earlier_write(out, work->earlier, work->earlier_count, work->runs, work->contract);
}

static void write_checks(pbr_out *out, const struct writer *w)
{
    pbr_checks_write(out, w->diag);
}

static void write_assumptions(pbr_out *out, const struct writer *w)
{
    pbr_qa_assumptions_write(out, w->plan->qa);
}

static void write_exclusions(pbr_out *out, const struct writer *w)
{
    pbr_qa_exclusions_write(out, w->plan->qa);
}

static void write_splits(pbr_out *out, const struct writer *w)
{
    pbr_qa_splits_write(out, w->plan->qa);
}

static void write_turns(pbr_out *out, const struct writer *w)
{
    const pbr_settlement *settlement = w->plan->qa->settled.settlement;
    pbr_qa_turns_write(out, settlement->contract, w->nears, settlement->results_count);
}

struct table {
    const char *name;
    void (*write)(pbr_out *out, const struct writer *w);
};

static const struct table tables[] = {
    {"payments.csv", write_payments}, {"results.csv", write_results},
    {"metrics.csv", write_metrics},   {"attrition.csv", write_attrition},
    {"counts.csv", write_counts},     {"balances.csv", write_balances},
    {"other.csv", write_other},       {"earlier.csv", write_earlier},
    {"checks.csv", write_checks},
};

static const struct table qa_tables[] = {
    {"qa/assumptions.csv", write_assumptions},
    {"qa/exclusions.csv", write_exclusions},
    {"qa/splits.csv", write_splits},
    {"qa/turns.csv", write_turns},
};

static void write_table(struct writer *w, const struct table *table)
{
    pbr_out *out = pbr_out_open(pbr_staged_path(w->staged, table->name));
    if (!out) {
        fail(w, table->name, errno);
        return;
    }
    table->write(out, w);
    if (pbr_out_close(out))
        note_output(w, table->name);
    else
        fail(w, table->name, errno);
}

/* Workbooks show which terms were used; digests of extracts stay in the manifest, so that the order
 * of an extract's rows cannot change a workbook. */
static pbr_run_facts book_facts(struct writer *w)
{
    const pbr_contract *contract = w->plan->work->contract;
    const pbr_work *work = w->plan->work;
    size_t count = 0;
    pbr_input_fact *inputs =
        pbr_arena_alloc(w->arena, (contract->files_count + work->inputs_count) * sizeof *inputs);
    for (size_t i = 0; i < work->inputs_count; i++) {
        inputs[count] = work->inputs[i];
        inputs[count++].sha256 = "in manifest.json";
    }
    for (size_t i = 0; i < contract->files_count; i++)
        inputs[count++] =
            (pbr_input_fact){contract->files[i].name, "contract", contract->files[i].sha256};
    pbr_run_facts facts = {
        .settlement_id = w->plan->settlement->id,
        .program_version = PBR_VERSION,
        .as_at = work->as_at,
        .snapshot = work->snapshot,
        .inputs = inputs,
        .inputs_count = count,
        .overrides = work->overrides,
        .overrides_count = work->overrides_count,
        .interim = w->plan->interim,
    };
    facts.findings_count = pbr_diag_findings(w->diag, &facts.findings);
    return facts;
}

static const char *schedule_name(const struct writer *w, size_t payee)
{
    return pbr_arena_printf(w->arena, "schedules/%s.xlsx", w->plan->settlement->payees[payee]);
}

/* The workbooks that are written side by side. */
struct books {
    struct writer *w;
    pbr_run_facts facts;
    size_t *payees; /* those with most payments first */
};

static size_t payments_of(const pbr_settlement *settlement, size_t payee)
{
    size_t count = 0;
    for (size_t i = 0; i < settlement->payments_count; i++)
        count += strcmp(settlement->payments[i].payee, settlement->payees[payee]) == 0;
    return count;
}

static size_t *order_payees(const struct writer *w)
{
    const pbr_settlement *settlement = w->plan->settlement;
    size_t count = settlement->payees_count;
    size_t *payees = pbr_arena_alloc(w->arena, (count + 1) * sizeof *payees);
    for (size_t i = 0; i < count; i++) {
        size_t at = i, payments = payments_of(settlement, i);
        for (; at && payments_of(settlement, payees[at - 1]) < payments; at--)
            payees[at] = payees[at - 1];
        payees[at] = i;
    }
    return payees;
}

static bool write_schedule(const struct books *books, size_t payee)
{
    struct writer *w = books->w;
    return pbr_schedule_book(pbr_staged_path(w->staged, schedule_name(w, payee)),
                             w->plan->settlement->payees[payee], w->plan->workings, &books->facts,
                             w->diag);
}

static bool write_publication(const struct books *books)
{
    struct writer *w = books->w;
    const pbr_work *work = w->plan->work;
    return pbr_publication_book(pbr_staged_path(w->staged, "publication.xlsx"), w->plan->settlement,
                                work->measures, work->runs, work->runs_count, &books->facts,
                                w->diag);
}

/* The settlement, which is as large as all schedules; the schedules; the publication. */
static bool write_book(void *context, size_t item)
{
    struct books *books = context;
    struct writer *w = books->w;
    if (item == 0)
        return pbr_settlement_book(pbr_staged_path(w->staged, "settlement.xlsx"), w->plan->workings,
                                   &books->facts, w->diag);
    if (item <= w->plan->settlement->payees_count)
        return write_schedule(books, books->payees[item - 1]);
    return write_publication(books);
}

static void write_books(struct writer *w)
{
    size_t payees = w->plan->settlement->payees_count;
    struct books books = {.w = w, .facts = book_facts(w), .payees = order_payees(w)};
    w->failed |= !pbr_crew_run(write_book, &books, payees + 2, (size_t)w->plan->threads);
    if (w->failed) return;
    note_output(w, "settlement.xlsx");
    note_output(w, "publication.xlsx");
    for (size_t i = 0; i < payees; i++) note_output(w, schedule_name(w, i));
}

static void copy_file(struct writer *w, const char *from, const char *name)
{
    if (pbr_staged_copy(w->staged, from, name))
        note_output(w, name);
    else
        fail(w, name, errno ? errno : EIO);
}

/* The one workbook that tells the digests of extracts: its bytes follow theirs. */
static void write_qa(struct writer *w)
{
    const pbr_folder_plan *plan = w->plan;
    const pbr_settled *settled = &plan->qa->settled;
    w->nears =
        pbr_near_make(settled->settlement, settled->measures, PBR_TURN_PERSONS_MOST, w->arena);
    pbr_run_facts facts = book_facts(w);
    pbr_qa_facts inputs = {.inputs = plan->work->inputs,
                           .inputs_count = plan->work->inputs_count,
                           .cross_checked = plan->cross_checked,
                           .nears = w->nears};
    for (size_t i = 0; i < sizeof qa_tables / sizeof *qa_tables; i++) write_table(w, &qa_tables[i]);
    if (w->failed) return;
    if (pbr_qa_book(pbr_staged_path(w->staged, "qa.xlsx"), plan->qa, &facts, &inputs, w->diag))
        note_output(w, "qa.xlsx");
    else
        w->failed = true;
}

/* What is kept must be what was read. */
static void keep(struct writer *w, const char *from, const char *name, const char *sha256)
{
    copy_file(w, from, name);
    if (w->failed || strcmp(w->outputs[w->outputs_count - 1].sha256, sha256) == 0) return;
    w->failed = true;
    pbr_error(w->diag, "input-changed", ((pbr_place){from, 0, 0}),
              "the file was changed while it was being settled: settle again");
}

/* The contract and the run's own tables are small and hold no persons: they are always kept. */
static bool is_kept(const pbr_folder_plan *plan, size_t input)
{
    if (strcmp(plan->work->input_paths[input], "-") == 0) return false;
    return plan->keep_inputs || !pbr_is_measured(plan->work->inputs[input].role);
}

/* Inputs are numbered, since two may have the same name. */
static void keep_inputs(struct writer *w)
{
    const pbr_work *work = w->plan->work;
    const pbr_contract *contract = work->contract;
    for (size_t i = 0; i < work->inputs_count && !w->failed; i++)
        if (is_kept(w->plan, i))
            keep(w, work->input_paths[i],
                 pbr_arena_printf(w->arena, "inputs/%02zu-%s", i + 1, work->inputs[i].name),
                 work->inputs[i].sha256);
    for (size_t i = 0; i < contract->files_count && !w->failed; i++)
        keep(w, pbr_contract_path(contract, contract->files[i].name),
             pbr_arena_printf(w->arena, "inputs/contract/%s", contract->files[i].name),
             contract->files[i].sha256);
}

static void write_manifest(struct writer *w)
{
    const pbr_folder_plan *plan = w->plan;
    pbr_run_facts facts = {.as_at = plan->work->as_at,
                           .snapshot = plan->work->snapshot,
                           .inputs = plan->work->inputs,
                           .inputs_count = plan->work->inputs_count,
                           .overrides = plan->work->overrides,
                           .overrides_count = plan->work->overrides_count};
    errno = 0;
    if (!pbr_manifest_write(pbr_staged_path(w->staged, "manifest.json"), plan->settlement,
                            plan->work->measures, &facts, plan->options, plan->options_count,
                            w->outputs, w->outputs_count))
        fail(w, "manifest.json", errno ? errno : EIO);
}

bool pbr_settlement_folder_write(const pbr_folder_plan *plan, pbr_staged *staged, size_t *files,
                                 pbr_diag *diag)
{
    struct writer w = {.plan = plan, .staged = staged, .diag = diag, .arena = pbr_arena_new()};
    list_needed(&w);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) write_table(&w, &tables[i]);
    if (!w.failed) write_books(&w);
    if (!w.failed && plan->qa) write_qa(&w);
    if (!w.failed) keep_inputs(&w);
    if (!w.failed) write_manifest(&w);
    *files = w.outputs_count + 1;
    free(w.outputs);
    pbr_arena_free(w.arena);
    return !w.failed;
}

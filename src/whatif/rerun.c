/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/rerun.h"

#include "contract/vary.h"
#include "settle/claim.h"
#include "settle/comparator.h"
#include "settle/pence.h"
#include "settle/test.h"

#include <stdlib.h>
#include <string.h>

enum { MADE_MAX = 4096 }; /* rows made from control groups before their memory is given back */

/* What a test came to with a number of reoffenders. */
struct pbr_remembered {
    pbr_judged judged;
    bool known;
};

/* --- asking the engine --- */

static pbr_measure *measure_of(pbr_rerun *r, size_t cell)
{
    return &r->measures->measures[r->compiled->cells[cell].measure -
                                  r->compiled->side->measures->measures];
}

/* What follows persons, not reoffenders, stays: days, scores, those expected. The scores of the
 * reoffenders go with their number. */
static void write_cell(pbr_rerun *r, size_t cell)
{
    const pbr_measure *settled = r->compiled->cells[cell].measure;
    const pbr_drawn *drawn = &r->cells[cell];
    pbr_measure *m = measure_of(r, cell);
    mpq_t share;
    m->reoffenders = drawn->reoffenders;
    if (settled->has_ogrs_sum_reoffenders && settled->reoffenders > 0) {
        mpq_init(share);
        pbr_ratio_set(share, drawn->reoffenders, settled->reoffenders);
        mpq_mul(m->ogrs_sum_reoffenders, settled->ogrs_sum_reoffenders, share);
        mpq_clear(share);
    }
    if (!r->compiled->wants_reoffences) return;
    m->reoffences = drawn->reoffences;
    if (r->compiled->wants_squares) pbr_ratio_set(m->reoffences_squared, drawn->squares, 1);
}

static mpq_ptr rate_in_copy(pbr_rerun *r, size_t row)
{
    const pbr_contract *contract = r->compiled->side->settlement->contract;
    return r->contract->baselines[r->compiled->rows[row].baseline - contract->baselines].rate;
}

/* A year's row moves by what its quarters move, weighted by their cases. */
static void add_movement(pbr_rerun *r, const pbr_compiled_row *row, mpq_t rate)
{
    mpq_t moved, weight;
    int64_t cases = 0;
    mpq_inits(moved, weight, NULL);
    for (unsigned q = 0; q < row->parts_count; q++)
        cases += r->compiled->rows[row->parts[q]].baseline->cases;
    for (unsigned q = 0; q < row->parts_count; q++) {
        const pbr_baseline *quarter = r->compiled->rows[row->parts[q]].baseline;
        mpq_sub(moved, rate_in_copy(r, row->parts[q]), quarter->rate);
        pbr_ratio_set(weight, quarter->cases, cases);
        mpq_mul(moved, moved, weight);
        mpq_add(rate, rate, moved);
    }
    mpq_clears(moved, weight, NULL);
}

static void write_row(pbr_rerun *r, size_t index)
{
    const pbr_compiled_row *row = &r->compiled->rows[index];
    mpq_ptr rate = rate_in_copy(r, index);
    for (unsigned q = 0; q < row->parts_count; q++) write_row(r, row->parts[q]);
    mpq_set(rate, row->baseline->rate);
    if (!r->sampled) return;
    if (row->parts_count)
        add_movement(r, row, rate);
    else if (row->metric->kind != PBR_RATE)
        mpq_set_d(rate, r->rows[index].rate);
    else {
        /* 100 k / cases, not beyond what 63 bits hold */
        mpq_t hundred;
        mpq_init(hundred);
        mpq_set_ui(hundred, 100, 1);
        pbr_ratio_set(rate, r->rows[index].events, row->baseline->cases);
        mpq_mul(rate, rate, hundred);
        mpq_clear(hundred);
    }
}

/* Rows that were made from a control group or an earlier cohort are not needed any more. */
static void forget_made(pbr_rerun *r)
{
    if (!r->made.made || ++r->made_count < MADE_MAX) return;
    pbr_comparators_free(&r->made);
    r->made.made = NULL;
    pbr_arena_free(r->made.arena);
    r->made.arena = pbr_arena_new();
    r->made_count = 0;
}

static void price(pbr_rerun *r, const pbr_compiled_test *test, const pbr_result *result,
                  pbr_judged *judged)
{
    pbr_claim claim = *r->compiled->claims[test->claim].claim;
    claim.result = result;
    claim.computed_pence = 0;
    mpq_inits(claim.units, claim.price, NULL);
    pbr_claim_price(&claim, r->contract, r->diag);
    judged->pence = claim.computed_pence;
    mpq_clears(claim.units, claim.price, NULL);
}

static void ask_engine(pbr_rerun *r, const pbr_compiled_test *test, pbr_judged *judged)
{
    pbr_result result;
    r->asked++;
    write_cell(r, test->cell);
    if (test->comparator != PBR_NONE) write_cell(r, test->comparator);
    if (test->row != PBR_NONE) write_row(r, test->row);
    pbr_result_init(&result);
    result.area = test->result->area;
    result.cohort = test->result->cohort;
    result.rules = test->result->rules;
    result.line = test->result->line;
    result.measure = measure_of(r, test->cell);
    pbr_result_test(&result, &r->made, r->measures, r->diag);
    *judged = (pbr_judged){.verdict = result.verdict, .terminate = result.terminate};
    if (test->claim != PBR_NONE) price(r, test, &result, judged);
    pbr_result_clear(&result);
    forget_made(r);
}

/* --- judging --- */

static void judge_anew(pbr_rerun *r, const pbr_compiled_test *test, pbr_judged *judged)
{
    double baseline = test->row == PBR_NONE ? 0
                      : r->sampled          ? r->rows[test->row].rate
                                            : r->tabled[test->row];
    if (!test->quick.usable ||
        !pbr_quick_judge(&test->quick, &r->cells[test->cell], baseline, judged))
        ask_engine(r, test, judged);
}

static void judge(pbr_rerun *r, size_t index)
{
    const pbr_compiled_test *test = &r->compiled->tests[index];
    struct pbr_remembered *known =
        r->sampled || !r->known[index] ? NULL : &r->known[index][r->cells[test->cell].reoffenders];
    r->judged++;
    if (!known || !known->known) judge_anew(r, test, &r->tests[index]);
    if (known && known->known) r->tests[index] = known->judged;
    if (known) *known = (struct pbr_remembered){r->tests[index], true};
}

static bool is_hurdle_met(const pbr_rerun *r, const pbr_compiled_test *test)
{
    for (size_t i = 0; i < test->hurdles_count; i++) {
        size_t hurdle = test->hurdles[i];
        if (!test->opens[hurdle == PBR_NONE ? PBR_NO_RESULT : r->tests[hurdle].verdict])
            return false;
    }
    return true;
}

static void judge_all(pbr_rerun *r)
{
    const pbr_compiled *compiled = r->compiled;
    for (size_t i = 0; i < compiled->tests_count; i++)
        if (compiled->tests[i].judged) judge(r, i);
    for (size_t i = 0; i < compiled->tests_count; i++)
        r->gated[i] = compiled->tests[i].judged &&
                      compiled->tests[i].stopped[r->tests[i].verdict] &&
                      !is_hurdle_met(r, &compiled->tests[i]);
}

/* --- money: as pbr_claims_net and pbr_claims_cap do it to claims --- */

static void compute_all(pbr_rerun *r)
{
    for (size_t i = 0; i < r->compiled->claims_count; i++) {
        const pbr_compiled_claim *claim = &r->compiled->claims[i];
        if (claim->test != PBR_NONE)
            r->computed[i] = r->gated[claim->test] ? 0 : r->tests[claim->test].pence;
        r->capped[i] = r->computed[i];
    }
}

static void take_net(pbr_rerun *r)
{
    for (size_t i = 0; i < r->compiled->claims_count; i++) {
        const pbr_compiled_claim *claim = &r->compiled->claims[i];
        if (!claim->net_of || r->computed[i] <= 0) continue;
        __int128 left = r->computed[i];
        for (size_t k = 0; k < claim->net_of_count; k++) left -= r->computed[claim->net_of[k]];
        if (left < r->computed[i]) r->capped[i] = left > 0 ? (int64_t)left : 0;
    }
}

static void cap(pbr_rerun *r, const pbr_compiled_room *room)
{
    pbr_cap_room taken = {0};
    for (size_t i = 0; i < room->count; i++) {
        int64_t *pence = &r->capped[room->claims[i]];
        *pence = pbr_cap_take(&taken, room->limit_pence, room->headroom, *pence);
    }
}

void pbr_rerun_split(const pbr_rerun *r, size_t index, int64_t *parts)
{
    const pbr_compiled_claim *claim = &r->compiled->claims[index];
    if (claim->payees_count == 1)
        parts[0] = r->capped[index];
    else
        pbr_pence_split(r->capped[index], claim->days, claim->payees_count, claim->residue, parts);
}

/* --- the whole --- */

static void add_part(pbr_drawn *sum, const pbr_drawn *part, size_t size)
{
    sum->reoffenders += part->reoffenders;
    sum->reoffences += part->reoffences;
    sum->squares += part->squares;
    for (size_t k = 0; sum->histogram && k < size; k++) sum->histogram[k] += part->histogram[k];
}

static void empty(pbr_rerun *r, size_t cell)
{
    pbr_drawn *drawn = &r->cells[cell];
    drawn->reoffenders = drawn->reoffences = drawn->squares = 0;
    if (drawn->histogram)
        memset(drawn->histogram, 0, measure_of(r, cell)->histogram_size * sizeof(int64_t));
}

void pbr_rerun_empty(pbr_rerun *r)
{
    for (size_t i = 0; i < r->compiled->cells_count; i++) empty(r, i);
}

void pbr_rerun_make_room(pbr_rerun *r, int64_t most)
{
    for (size_t i = 0; r->compiled->wants_histogram && i < r->compiled->cells_count; i++) {
        pbr_measure *m = measure_of(r, i);
        pbr_histogram_add(m, (size_t)most, 0);
        r->cells[i].histogram = m->histogram;
    }
}

static void add_up(pbr_rerun *r)
{
    for (size_t i = 0; i < r->compiled->cells_count; i++) {
        const pbr_compiled_cell *cell = &r->compiled->cells[i];
        pbr_drawn *sum = &r->cells[i];
        if (!cell->parts_count) continue;
        empty(r, i);
        for (size_t k = 0; k < cell->parts_count; k++)
            add_part(sum, &r->cells[cell->parts[k]], measure_of(r, cell->parts[k])->histogram_size);
    }
}

void pbr_rerun_settle(pbr_rerun *r)
{
    add_up(r);
    judge_all(r);
    compute_all(r);
    take_net(r);
    for (size_t i = 0; i < r->compiled->rooms_count; i++) cap(r, &r->compiled->rooms[i]);
}

void pbr_rerun_write_out(pbr_rerun *r)
{
    for (size_t i = 0; i < r->compiled->cells_count; i++) write_cell(r, i);
    for (size_t i = 0; i < r->compiled->rows_count; i++) write_row(r, i);
}

static pbr_measures *copy_measures(const pbr_measures *from)
{
    pbr_measures *copy = pbr_measures_new();
    for (size_t i = 0; i < from->measures_count; i++) {
        const pbr_measure *m = &from->measures[i];
        pbr_measure *to = pbr_measures_add(copy);
        pbr_measure_clear(to);
        pbr_measure_init(to, m->area, m->cohort);
        pbr_measure_sum(to, m);
        to->control = m->control;
        to->snapshot = m->snapshot;
        to->ripe = m->ripe;
        to->complete = m->complete;
        to->place = m->place;
    }
    return copy;
}

static void make_room(pbr_rerun *r)
{
    const pbr_compiled *compiled = r->compiled;
    r->cells = pbr_alloc(compiled->cells_count + 1, sizeof *r->cells);
    r->rows = pbr_alloc(compiled->rows_count + 1, sizeof *r->rows);
    r->tabled = pbr_alloc(compiled->rows_count + 1, sizeof *r->tabled);
    r->tests = pbr_alloc(compiled->tests_count + 1, sizeof *r->tests);
    r->gated = pbr_alloc(compiled->tests_count + 1, sizeof *r->gated);
    r->known = pbr_alloc(compiled->tests_count + 1, sizeof *r->known);
    r->computed = pbr_alloc(compiled->claims_count + 1, sizeof *r->computed);
    r->capped = pbr_alloc(compiled->claims_count + 1, sizeof *r->capped);
}

/* Cells begin as they were settled. */
static void begin_cells(pbr_rerun *r)
{
    for (size_t i = 0; i < r->compiled->cells_count; i++) {
        const pbr_measure *settled = r->compiled->cells[i].measure;
        pbr_measure *m = measure_of(r, i);
        r->cells[i] = (pbr_drawn){.reoffenders = settled->reoffenders,
                                  .reoffences = settled->reoffences,
                                  .squares = (int64_t)mpq_get_d(settled->reoffences_squared)};
        if (r->compiled->wants_histogram) r->cells[i].histogram = m->histogram;
        if (r->compiled->wants_squares) m->has_squared = true;
    }
}

pbr_rerun *pbr_rerun_new(const pbr_compiled *compiled, pbr_diag *diag)
{
    pbr_rerun *r = pbr_alloc(1, sizeof *r);
    r->compiled = compiled;
    r->diag = diag;
    r->contract = pbr_contract_copy(compiled->side->settlement->contract);
    r->measures = copy_measures(compiled->side->measures);
    r->made = (pbr_settlement){
        .contract = r->contract, .as_at = compiled->side->options->as_at, .arena = pbr_arena_new()};
    make_room(r);
    begin_cells(r);
    for (size_t i = 0; i < compiled->rows_count; i++)
        r->tabled[i] = mpq_get_d(compiled->rows[i].baseline->rate);
    for (size_t i = 0; i < compiled->claims_count; i++)
        r->computed[i] = compiled->claims[i].claim->computed_pence;
    for (size_t i = 0; i < compiled->tests_count; i++)
        if (compiled->tests[i].judged && compiled->tests[i].by_reoffenders)
            r->known[i] = pbr_alloc((size_t)compiled->tests[i].result->measure->measurable + 1,
                                    sizeof *r->known[i]);
    return r;
}

void pbr_rerun_free(pbr_rerun *r)
{
    if (!r) return;
    for (size_t i = 0; i < r->compiled->tests_count; i++) free(r->known[i]);
    free(r->known);
    free(r->cells);
    free(r->rows);
    free(r->tabled);
    free(r->tests);
    free(r->gated);
    free(r->computed);
    free(r->capped);
    pbr_comparators_free(&r->made);
    pbr_arena_free(r->made.arena);
    pbr_measures_free(r->measures);
    pbr_contract_free(r->contract);
    free(r);
}

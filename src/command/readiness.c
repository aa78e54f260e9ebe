/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/readiness.h"

#include "settle/plausible.h"
#include "whatif/near.h"

#include <inttypes.h>

static void tell(const pbr_work *work, const pbr_cases *more, const pbr_readiness *asked,
                 pbr_diag *diag)
{
    if (work->measures->cases) pbr_cases_report(work->measures->cases, asked, diag);
    pbr_cases_report(more, asked, diag);
}

void pbr_tell_checks(const pbr_work *work, const size_t *cohorts, size_t count, pbr_diag *diag)
{
    pbr_readiness asked = {.contract = work->contract, .cohorts = cohorts, .cohorts_count = count};
    pbr_cases *cases = pbr_cases_new(work->contract);
    pbr_plausible(cases, work->contract, work->measures, work->as_at, NULL, 0);
    tell(work, cases, &asked, diag);
    pbr_cases_free(cases);
}

/* Semantics 8: what rows that repeat another in every cell are worth in money. */
static void price_repeats(const pbr_work *work, const pbr_settlement *settlement,
                          const pbr_settle_options *options, pbr_cases *cases, pbr_diag *diag)
{
    char pounds[PBR_RATIO_TEXT];
    const pbr_measures *measures = work->measures;
    int64_t repeated = measures->counts.reoffences_repeated;
    if (!measures->without_repeats ||
        !pbr_contract_share_above(work->contract, PBR_CHECK_REPEATED, repeated,
                                  measures->counts.reoffence_rows))
        return;
    pbr_settlement *other =
        pbr_settlement_make(work->contract, measures->without_repeats, options, diag);
    if (!other) return;
    pbr_cases_looked(cases, PBR_CHECK_REPEATED, PBR_NONE, measures->counts.reoffence_rows);
    pbr_cases_add(cases, PBR_CHECK_REPEATED, PBR_NONE, PBR_NONE, repeated,
                  "%" PRId64 " reoffence rows repeat another in every cell and count; without them "
                  "the total due would change by %s %s",
                  repeated, work->contract->scheme->currency,
                  pbr_pounds_text(pounds, other->due_pence - settlement->due_pence));
    pbr_settlement_free(other);
}

/* An override that is not yet given lets nothing pass. */
static void check_dates(const pbr_work *work, pbr_diag *diag)
{
    char day[PBR_DATE_TEXT];
    for (size_t i = 0; i < work->overrides_count; i++)
        if (work->overrides[i].date > work->as_at)
            pbr_error(diag, "after-as-at", work->overrides[i].place,
                      "the check is overridden on %s, after --as-at: correct the date, or settle "
                      "later",
                      pbr_date_text(work->overrides[i].date, day));
}

void pbr_hold_ready(pbr_work *work, const pbr_settlement *settlement,
                    const pbr_settle_options *options, pbr_diag *diag)
{
    pbr_readiness asked = {.contract = work->contract,
                           .cohorts = work->cohorts,
                           .cohorts_count = work->cohorts_count,
                           .holds = true,
                           .overrides = work->overrides,
                           .overrides_count = work->overrides_count};
    pbr_cases *cases = pbr_cases_new(work->contract);
    check_dates(work, diag);
    pbr_plausible(cases, work->contract, work->measures, work->as_at, work->runs, work->runs_count);
    price_repeats(work, settlement, options, cases, diag);
    pbr_near_thresholds(cases, settlement, work->measures);
    tell(work, cases, &asked, diag);
    pbr_readiness_close(&asked, diag);
    pbr_cases_free(cases);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qa/trial.h"

void pbr_trial_compare(pbr_trial *trial, const pbr_settled *settled, const pbr_settlement *again)
{
    trial->effect_pence = again->due_pence;
    if (!pbr_pence_add(&trial->effect_pence, -settled->settlement->due_pence))
        trial->not_told = "the difference does not fit in 63 bits of pence";
    trial->verdicts = pbr_verdicts_changed(settled->settlement, again, PBR_NONE, PBR_NONE);
}

void pbr_trial_settle(pbr_trial *trial, const pbr_settled *settled, const pbr_contract *contract,
                      const pbr_measures *measures)
{
    pbr_settlement *again = pbr_settled_again(settled, contract, measures, &trial->not_told);
    if (again) pbr_trial_compare(trial, settled, again);
    pbr_settlement_free(again);
}

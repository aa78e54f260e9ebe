/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What caps the lines, how amounts are rounded, who is paid and when. */
#include "report/term_sheet_parts.h"

#include <string.h>

/* --- caps --- */

static const char *limit_words(pbr_teller *t, const pbr_cap *cap)
{
    bool life = cap->per == PBR_CAP_LIFE;
    const char *limit = pbr_words_column(t, cap->column, PBR_OF_MONEY, life);
    if (!cap->minus) return limit;
    return pbr_arena_printf(t->arena, "%s less %s", limit,
                            pbr_words_column(t, cap->minus, PBR_OF_MONEY, life));
}

static void tell_cap(pbr_teller *t, size_t number, const pbr_cap *cap)
{
    static const char *const levels[] = {
        [PBR_CAP_LINE] = "in a cohort, each line by itself",
        [PBR_CAP_COHORT] = "in a cohort, together",
        [PBR_CAP_YEAR] = "in the cohorts formed in a contract year, together",
        [PBR_CAP_LIFE] = "over the life of the contract, together",
    };
    static const char *const headrooms[] = {
        [PBR_HEADROOM_NET] = "A deduction gives room back to later payments.",
        [PBR_HEADROOM_GROSS] = "A deduction gives no room back.",
    };
    pbr_tell(t, 0, pbr_mark_number(t, number), &cap->from,
             "Cap %s: in an area the line%s %s may come to at most %s, %s. %s", cap->id,
             pbr_words_plural(cap->over_count),
             pbr_words_join(t, (const char *const *)cap->over, cap->over_count, "and"),
             limit_words(t, cap), levels[cap->per], headrooms[cap->headroom]);
}

void pbr_tell_caps(pbr_teller *t)
{
    const pbr_terms *terms = t->rules->terms;
    size_t number = 0;
    pbr_tell_heading(t, PBR_HEADING_PART, "What caps it");
    for (pbr_cap_level level = 0; level < PBR_CAP_LEVELS; level++)
        for (unsigned i = 0; i < terms->caps_count; i++)
            if (terms->caps[i].per == level) tell_cap(t, ++number, &terms->caps[i]);
    if (!number)
        pbr_tell(t, 0, "-", &terms->from, "Nothing does.");
    else
        pbr_tell(t, 0, "-", NULL,
                 "Caps are applied in this order, each to what those before it have left. Under a "
                 "cap, lines come by the last day of their cohort, then in the order of the rules; "
                 "each payment gets what room is left.");
}

/* --- rounding, versions, payee --- */

static const char *const modes[] = {
    [PBR_HALF_EVEN] = "to the nearest, half to the even one",
    [PBR_HALF_UP] = "to the nearest, half away from zero",
    [PBR_FLOOR] = "towards zero",
};

static void tell_rounding(pbr_teller *t)
{
    static const char *const units[] = {
        [PBR_UNITS_EXACT] = "Units are priced exact.",
        [PBR_UNITS_INTEGER] = "Units are rounded to whole ones first, in the same way.",
    };
    const pbr_rounding_terms *rounding = &t->rules->terms->rounding;
    pbr_tell(t, 0, "-", &rounding->from,
             "The amount of each line is rounded once, to the penny, %s. %s", modes[rounding->mode],
             units[rounding->units]);
}

static void tell_versions(pbr_teller *t)
{
    static const char *const days[] = {
        [PBR_COHORT_START] = "on the cohort's first day",
        [PBR_COHORT_END] = "on the cohort's last day",
        [PBR_SETTLEMENT] = "on the day of the settlement",
    };
    const pbr_versions_terms *versions = &t->rules->terms->versions;
    pbr_tell(t, 0, "-", &versions->from,
             "A cohort is settled by the rules in force %s, at the prices of the contract year in "
             "which it begins.",
             days[versions->rules_at]);
}

static void tell_payee(pbr_teller *t)
{
    static const char *const rules[] = {
        [PBR_AT_SETTLEMENT] = "Paid is whoever provides in the area on the day of the settlement.",
        [PBR_AT_FORMATION] = "Paid is whoever provided in the area when the cohort was formed.",
        [PBR_PRO_RATA_DAYS] = "The amount is shared by calendar days of the cohort between those "
                              "who provided in them, cut down to the penny; the pennies left over "
                              "go to the payee on the day of the settlement.",
    };
    static const char *const formations[] = {
        [PBR_LAST_DAY] = "A cohort is formed on its last day.",
        [PBR_FIRST_DAY] = "A cohort is formed on its first day.",
    };
    static const char *const ends[] = {
        [PBR_LAST_PROVIDER] = "After the area's last agreement has ended its last provider stands "
                              "for the one on the day of the settlement.",
        [PBR_REFUSE] = "After the area's last agreement has ended nobody provides, and a "
                       "settlement that asks who does is refused.",
    };
    const pbr_payee_terms *payee = &t->rules->terms->payee;
    pbr_tell(t, 0, "-", &payee->from, "%s", rules[payee->rule]);
    if (payee->rule == PBR_AT_FORMATION)
        pbr_tell(t, 0, "-", &payee->from, "%s", formations[payee->formation_day]);
    else
        pbr_tell(t, 0, "-", &payee->from, "%s", ends[payee->after_end]);
}

static void tell_due(pbr_teller *t)
{
    static const char *const treatments[] = {
        [PBR_INVOICE] = "the payee is invoiced for it",
        [PBR_CARRY_FORWARD] = "nothing is paid, and it is carried to the next settlement",
        [PBR_SET_OFF] = "it is set off against other sums owed to the payee",
    };
    const pbr_due_terms *due = &t->rules->terms->due;
    const pbr_negative_terms *negative = &t->rules->terms->negative_total;
    pbr_tell(t, 0, "-", &due->from, "Money is due %u day%s after the settlement.",
             due->days_after_settlement, pbr_words_plural(due->days_after_settlement));
    pbr_tell(t, 0, "-", &negative->from, "Where a payee's total is negative, %s.",
             treatments[negative->treatment]);
}

void pbr_tell_money(pbr_teller *t)
{
    pbr_tell_heading(t, PBR_HEADING_PART, "How it is rounded and paid");
    tell_rounding(t);
    tell_versions(t);
    tell_payee(t);
    tell_due(t);
    if (t->contract->prices_count)
        pbr_tell_from(t, 0, "-", pbr_words_column_from(t, false),
                      "Prices and limits above are those of prices.csv.");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/checks.h"

#include <string.h>

/* Nothing public sets these: they are what a broken extract passes and a sound one does not. */
const pbr_check_rule pbr_settable_checks[PBR_CHECKS] = {
    [PBR_CHECK_COHORT_SIZE] = {"cohort-size-far", PBR_LEVEL_WARN, "50", "1", "1000000",
                               "percent of the last cohort"},
    [PBR_CHECK_COPIED_DATES] = {"copied-dates", PBR_LEVEL_WARN, "80", "50", "100",
                                "percent of the starts"},
    [PBR_CHECK_COPIED_SCORES] = {"copied-scores", PBR_LEVEL_WARN, "60", "50", "100",
                                 "percent of the starts"},
    [PBR_CHECK_LATE] = {"late-outcome", PBR_LEVEL_NOTE, "0", "0", "100",
                        "percent of the reoffences"},
    [PBR_CHECK_MANY_REOFFENCES] = {"many-reoffences", PBR_LEVEL_WARN, "100", "1", "1000000",
                                   "reoffences of a person"},
    [PBR_CHECK_MANY_STARTS] = {"many-starts", PBR_LEVEL_WARN, "30", "1", "1000000",
                               "starts of a person"},
    [PBR_CHECK_NEAR_THRESHOLD] = {"near-threshold", PBR_LEVEL_NOTE, "5", "1", "1000", "persons"},
    [PBR_CHECK_TWO_AREAS] = {"person-in-two-areas", PBR_LEVEL_NOTE, "0", "0", "100",
                             "percent of the persons"},
    [PBR_CHECK_WITHOUT_START] = {"reoffence-without-start", PBR_LEVEL_NOTE, "0", "0", "100",
                                 "percent of the rows"},
    [PBR_CHECK_REOFFENDER_SHARE] = {"reoffender-share", PBR_LEVEL_BLOCK, "50", "1", "1000000",
                                    "measurable persons"},
    [PBR_CHECK_REPEATED] = {"repeated-reoffence", PBR_LEVEL_WARN, "0", "0", "100",
                            "percent of the rows"},
    [PBR_CHECK_SCORE_MEAN] = {"score-mean-far", PBR_LEVEL_WARN, "10", "0", "1000000",
                              "standard errors"},
    [PBR_CHECK_OUTSIDE] = {"start-outside-scheme", PBR_LEVEL_NOTE, "0", "0", "100",
                           "percent of the starts"},
};

enum { THRESHOLD_PLACES = 6 };

static const char *id_at(const void *context, size_t index)
{
    (void)context;
    return pbr_settable_checks[index].id;
}

pbr_check pbr_check_of(pbr_slice id)
{
    unsigned check = 0;
    while (check < PBR_CHECKS && !pbr_slice_is(id, pbr_settable_checks[check].id)) check++;
    return (pbr_check)check;
}

const char *pbr_check_near(pbr_slice id)
{
    return pbr_near_miss(id, PBR_CHECKS, id_at, NULL);
}

static const pbr_check_setting *setting_of(const pbr_contract *contract, pbr_check check)
{
    const pbr_scheme *scheme = contract->scheme;
    for (unsigned i = 0; i < scheme->checks_count; i++)
        if (strcmp(scheme->checks[i].id, pbr_settable_checks[check].id) == 0)
            return &scheme->checks[i];
    return NULL;
}

pbr_check_level pbr_contract_check_level(const pbr_contract *contract, pbr_check check)
{
    const pbr_check_setting *setting = setting_of(contract, check);
    return setting ? setting->level : pbr_settable_checks[check].level;
}

void pbr_contract_threshold(const pbr_contract *contract, pbr_check check, mpq_t out)
{
    const pbr_check_setting *setting = setting_of(contract, check);
    const char *text =
        setting && setting->threshold ? setting->threshold : pbr_settable_checks[check].threshold;
    pbr_decimal_parse(out, text, strlen(text), THRESHOLD_PLACES);
}

/* Is number * factor / of above the threshold? */
static bool is_above(const pbr_contract *contract, pbr_check check, int64_t number, int64_t factor,
                     int64_t of)
{
    mpq_t value, threshold;
    mpq_inits(value, threshold, NULL);
    pbr_ratio_set(value, number, of);
    pbr_ratio_scale(value, factor, 1);
    pbr_contract_threshold(contract, check, threshold);
    bool above = mpq_cmp(value, threshold) > 0;
    mpq_clears(value, threshold, NULL);
    return above;
}

bool pbr_contract_share_above(const pbr_contract *contract, pbr_check check, int64_t part,
                              int64_t whole)
{
    return whole > 0 && is_above(contract, check, part, 100, whole);
}

bool pbr_contract_count_above(const pbr_contract *contract, pbr_check check, int64_t count)
{
    return is_above(contract, check, count, 1, 1);
}

/* --- is what the contract sets possible? --- */

static pbr_place place_of(const pbr_contract *contract, const char *id, const char *key)
{
    return pbr_contract_scheme_place(contract,
                                     pbr_arena_printf(contract->arena, "checks.%s.%s", id, key));
}

static void refuse_id(const pbr_contract *contract, const char *id, pbr_diag *diag)
{
    char quoted[PBR_QUOTE_TEXT];
    const char *near = pbr_check_near(pbr_slice_of(id));
    pbr_error(diag, "unknown-word", place_of(contract, id, "severity"),
              "%s is no check that a contract can set%s%s%s: docs/checks.md lists them; what makes "
              "figures impossible always stops",
              pbr_quote(quoted, pbr_slice_of(id)), near ? "; did you mean \"" : "",
              near ? near : "", near ? "\"?" : "");
}

static bool is_within(const pbr_check_rule *rule, const char *text)
{
    mpq_t value, limit;
    mpq_inits(value, limit, NULL);
    bool ok = pbr_decimal_parse(value, text, strlen(text), THRESHOLD_PLACES);
    pbr_decimal_parse(limit, rule->least, strlen(rule->least), 0);
    ok = ok && mpq_cmp(value, limit) >= 0;
    pbr_decimal_parse(limit, rule->most, strlen(rule->most), 0);
    ok = ok && mpq_cmp(value, limit) <= 0;
    mpq_clears(value, limit, NULL);
    return ok;
}

static void check_setting(const pbr_contract *contract, const pbr_check_setting *setting,
                          pbr_diag *diag)
{
    char quoted[PBR_QUOTE_TEXT];
    pbr_check check = pbr_check_of(pbr_slice_of(setting->id));
    if (check == PBR_CHECKS) {
        refuse_id(contract, setting->id, diag);
        return;
    }
    const pbr_check_rule *rule = &pbr_settable_checks[check];
    if (setting->threshold && !is_within(rule, setting->threshold))
        pbr_error(diag, "bad-term", place_of(contract, setting->id, "threshold"),
                  "the threshold %s of check \"%s\" is no decimal of %s to %s (%s)",
                  pbr_quote(quoted, pbr_slice_of(setting->threshold)), rule->id, rule->least,
                  rule->most, rule->unit);
}

void pbr_check_settings(const pbr_contract *contract, pbr_diag *diag)
{
    const pbr_scheme *scheme = contract->scheme;
    for (unsigned i = 0; i < scheme->checks_count; i++) {
        const char *id = scheme->checks[i].id;
        check_setting(contract, &scheme->checks[i], diag);
        for (unsigned k = 0; k < i; k++)
            if (strcmp(scheme->checks[k].id, id) == 0)
                pbr_error(diag, "repeated-id", place_of(contract, id, "severity"),
                          "check \"%s\" is set twice: remove one", id);
    }
}

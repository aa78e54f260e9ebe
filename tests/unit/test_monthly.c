/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines by the month need a figure for every month of the year, and say which is missing. The
 * amounts themselves are worked by tests/checks/monthly.py. */
#include "mechanism_world.h"

enum { YEAR_MONTHS = 12 };

/* Fees, credits and volumes of one area in the months of 2015/16, under one version. */
static struct world *a_year_of_months(void)
{
    struct world *w = new_world(1, false);
    w->contract.areas_count = 1;
    w->agreements[0].rules = 0;
    w->agreements[0].to = PBR_NO_DATE;
    w->contract.agreements_count = 1;
    for (int i = FEE; i <= VOLUME; i++)
        w->lines[0][i].index = word("cpi"), w->lines[0][i].index_base = word("2015/16");
    w->options.cohorts_count = 0;
    for (size_t i = 0; i < COHORTS; i++)
        if (w->cohorts[i].kind == PBR_MONTH && strcmp(w->cohorts[i].contract_year, "2015/16") == 0)
            w->chosen[w->options.cohorts_count++] = i;
    assert_int_equal(w->options.cohorts_count, YEAR_MONTHS);
    return w;
}

/* Can be settled; what its lines of volume come to. */
static int64_t assert_whole(struct world *w)
{
    int64_t volumes = 0;
    pbr_diag *diag = pbr_diag_new();
    pbr_settlement *s = pbr_settlement_make(&w->contract, w->measures, &w->options, diag);
    assert_no_errors(diag);
    assert_non_null(s);
    for (size_t i = 0; i < s->payments_count; i++)
        if (s->payments[i].line->kind == PBR_VOLUME) volumes += s->payments[i].computed_pence;
    pbr_settlement_free(s);
    pbr_diag_free(diag);
    return volumes;
}

/* Cannot be settled, for one reason that is told once and names this. */
static void assert_missing(struct world *w, const char *id, const char *name)
{
    pbr_diag *diag = pbr_diag_new();
    assert_null(pbr_settlement_make(&w->contract, w->measures, &w->options, diag));
    assert_only_error(diag, id);
    const pbr_finding *finding = finding_of(diag, id);
    assert_int_equal(finding->count, 1);
    assert_non_null(strstr(finding->problems[0].message, name));
    pbr_diag_free(diag);
}

/* A month of no starts is a month of zeros; one that nobody reported is not. */
static void every_month_has_its_volumes(void **state)
{
    (void)state;
    struct world *w = a_year_of_months();
    assert_whole(w);
    for (size_t k = 0; k < YEAR_MONTHS; k++) {
        size_t month = w->chosen[k];
        for (size_t i = 0; i < w->options.volumes_count; i++)
            if (w->volumes[i].month == month) w->volumes[i].area = AREAS_MAX;
        assert_missing(w, "missing-volume", w->cohorts[month].name);
        for (size_t i = 0; i < w->options.volumes_count; i++) {
            if (w->volumes[i].area == AREAS_MAX) w->volumes[i].starts = 0;
            w->volumes[i].area = 0;
        }
        assert_whole(w);
    }
    free_world(w);
}

static void every_month_has_its_service_levels(void **state)
{
    (void)state;
    struct world *w = a_year_of_months();
    for (size_t k = 0; k < YEAR_MONTHS; k++) {
        size_t month = w->chosen[k], i = 0;
        while (w->levels[i].month != month) i++;
        w->levels[i].measure = "another";
        assert_missing(w, "missing-level", w->cohorts[month].name);
        w->levels[i].measure = "plans";
    }
    assert_whole(w);
    free_world(w);
}

/* The volumes of one type and band that the line gives no weight are not left out of the sum. */
static void every_type_and_band_has_its_weight(void **state)
{
    (void)state;
    struct world *w = a_year_of_months();
    for (size_t i = 0; i < 2 * BANDS; i++) {
        const char **word_of = i % 2 ? &w->volumes[i].type : &w->volumes[i].band, *kept = *word_of;
        *word_of = "unheard";
        assert_missing(w, "unknown-weight", "unheard");
        *word_of = kept;
    }
    free_world(w);
}

/* Zeros behind the last decimal change nothing, to the last place that a decimal may have. */
static void weights_have_all_their_decimals(void **state)
{
    (void)state;
    struct world *w = a_year_of_months();
    mpq_set_ui(w->amounts[0][P_MARGINAL], 50, 1);
    for (size_t i = 0; i < w->options.volumes_count; i++) w->volumes[i].starts = 1000000;
    int64_t pence = assert_whole(w);
    assert_true(pence > 0);
    w->weights[0].weight = word("0.7500000000");
    assert_int_equal(assert_whole(w), pence);
    w->weights[0].weight = word("0.7500000001");
    mpq_set_ui(w->amounts[0][P_FEE], 9999999, 1);
    pence = assert_whole(w);
    w->weights[0].weight = word("0.75");
    assert_true(assert_whole(w) < pence);
    free_world(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_month_has_its_volumes),
        cmocka_unit_test(every_month_has_its_service_levels),
        cmocka_unit_test(every_type_and_band_has_its_weight),
        cmocka_unit_test(weights_have_all_their_decimals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

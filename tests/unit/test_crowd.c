/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is counted of very many rows at once is what is counted of each by itself. */
#include "support.h"

#include "measure/crowd.h"

enum { ROWS = 60, DAYS = 500, FIRST = 16436 /* 2015-01-01 */, VERSIONS = 2 };

struct world {
    pbr_population population;
    pbr_offence rows[ROWS];
    pbr_row_finding findings[ROWS], counted[ROWS]; /* as found; as counted one by one */
};

static void draw_rows(struct world *w, uint64_t *state)
{
    for (size_t i = 0; i < ROWS; i++) {
        int64_t day = FIRST + PBR_OFFENCE_DAY_ZERO + below(state, DAYS);
        int64_t proved = day + (below(state, 4) ? below(state, DAYS) : 0);
        w->rows[i] = (pbr_offence){.committed = (uint64_t)day & PBR_OFFENCE_DAYS,
                                   .proved = (uint64_t)proved & PBR_OFFENCE_DAYS};
        w->findings[i] = (pbr_row_finding){.versions = (uint32_t)below(state, 4),
                                           .repeats = below(state, 3) == 0};
    }
    memcpy(w->counted, w->findings, sizeof w->counted);
}

/* Semantics 7, in so many words. */
static pbr_match_outcome one_by_one(struct world *w, const pbr_ruling *ruling,
                                    const pbr_window *window, pbr_date transferred)
{
    const pbr_terms *terms = w->population.contract->rules[ruling->rules].terms;
    pbr_match_outcome sum = {.window = window, .transferred = transferred};
    for (size_t i = 0; i < ROWS; i++) {
        pbr_date day = pbr_offence_committed(&w->rows[i]), proved = pbr_offence_proved(&w->rows[i]);
        if (!(w->counted[i].versions >> ruling->rules & 1)) continue;
        if (day < window->start || day >= window->follow_up_end) continue;
        if (proved >= window->proof_end) {
            sum.late++;
            continue;
        }
        bool before = ruling->transferred && day < transferred;
        if (ruling->transferred && !before && terms->transferred.treatment == PBR_STOP_COUNTING)
            continue;
        sum.counted++;
        sum.before += before;
        sum.repeats += w->counted[i].repeats;
        w->counted[i].counted = true;
    }
    return sum;
}

static void expect_same(pbr_match_outcome a, pbr_match_outcome b)
{
    assert_int_equal(a.counted, b.counted);
    assert_int_equal(a.before, b.before);
    assert_int_equal(a.late, b.late);
    assert_int_equal(a.repeats, b.repeats);
}

/* Starts of some days, some of them with several starts, each under one of two versions of the
 * rules and transferred on a day or not at all. */
static void look_at_starts(struct world *w, uint64_t *state)
{
    const pbr_rules *rules = w->population.contract->rules;
    pbr_crowd *crowd = pbr_crowd_new(&w->population, w->rows, w->findings, ROWS);
    pbr_window windows[VERSIONS][DAYS];
    for (int start = 0; start < DAYS; start += (int)between(state, 1, 40)) {
        for (size_t i = 0; i < VERSIONS; i++)
            windows[i][start] = pbr_window_of(&rules[i].terms->follow_up, FIRST + start);
        for (int64_t again = between(state, 1, 6); again; again--) {
            pbr_ruling ruling = {.rules = (uint8_t)below(state, VERSIONS),
                                 .transferred = below(state, 2) == 1};
            const pbr_window *window = &windows[ruling.rules][start];
            pbr_date day = FIRST + start + (int)below(state, 400);
            pbr_match_outcome outcome = {.window = window,
                                         .transferred = ruling.transferred ? day : PBR_NO_DATE};
            pbr_crowd_count(crowd, &ruling, &outcome);
            expect_same(outcome, one_by_one(w, &ruling, window, day));
        }
    }
    pbr_crowd_free(crowd);
    for (size_t i = 0; i < ROWS; i++)
        assert_int_equal(w->findings[i].counted, w->counted[i].counted);
}

static void a_crowd_is_counted_as_each_by_itself(void **unused)
{
    (void)unused;
    pbr_terms terms[VERSIONS] = {
        {.follow_up = {.months = 12, .waiting_months = 6},
         .transferred.treatment = PBR_STOP_COUNTING},
        {.follow_up = {.months = 6, .waiting_months = 3}, .transferred.treatment = PBR_EXCLUDE}};
    pbr_rules rules[VERSIONS] = {{.terms = &terms[0]}, {.terms = &terms[1]}};
    pbr_contract contract = {.rules = rules, .rules_count = VERSIONS};
    uint64_t state = 1;
    for (size_t i = 0; i < 200; i++) {
        struct world w = {.population.contract = &contract};
        draw_rows(&w, &state);
        look_at_starts(&w, &state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_crowd_is_counted_as_each_by_itself)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

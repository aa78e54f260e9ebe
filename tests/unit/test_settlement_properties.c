/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random settlements of the sample contract: random terms, tables, agreements and measures. What
 * each line comes to is worked out again in integers alone, from the numbers the world was made of,
 * and what must hold whatever the numbers is checked: nothing is lost between lines, payees and
 * totals; caps and gates hold; the order of measures and the way a year is cut into runs do not
 * matter. */
#include "settle_support.h"

#include "measure/years.h"

enum { AREAS = 3, COHORTS = 5, LINES = 4, SPELLS_MAX = 5 };
#define MICRO INT64_C(1000000)

/* PBR_WORLDS says how many worlds (4000 without it). */
static size_t worlds_wanted(void)
{
    const char *text = getenv("PBR_WORLDS");
    return text ? strtoull(text, NULL, 10) : 4000;
}

static const struct change extra_line[] = {
    {"rules/first.yaml", "caps:\n",
     "  - id: frequency-year\n"
     "    title: Frequency, year\n"
     "    kind: outcome\n"
     "    change: units\n"
     "    metric: frequency\n"
     "    period: year\n"
     "    test: {kind: given, round-thresholds: none, round-rate: none, minimum-cohort: 0}\n"
     "    gate: {line: binary-year, result: [better], applies-to: pay, over: same-cohort}\n"
     "    better: {kind: per-unit, from: baseline, price: frequency_price}\n"
     "    worse: {kind: per-unit, from: baseline, price: frequency_price}\n"
     "caps:\n"},
    {"rules/first.yaml", "over: [binary, frequency, binary-year]",
     "over: [binary, frequency, binary-year, frequency-year]"},
};

/* The world in plain integers, millionths for rates and scores, pence for money. */
struct base {
    int64_t rate, lower, upper, ogrs;
};
struct people {
    int64_t persons, reoffenders, reoffences, ogrs;
};
struct spell {
    pbr_date from, to;
    int payee;
};
struct model {
    struct people people[AREAS][COHORTS];
    struct base base[AREAS][COHORTS][2]; /* binary, frequency */
    int64_t price[AREAS][2][3];          /* by contract year: binary, frequency, year */
    int64_t pot[AREAS][2];
    struct spell spells[AREAS][SPELLS_MAX];
    int spells_count[AREAS];
};

static const char *const payees[] = {"Alder Limited", "Birch Limited", "Cedar Limited"};
static const char *const years[] = {"2015/16", "2016/17"};
static const char *const money[] = {"binary_price", "frequency_price", "year_price"};
static const int year_of[COHORTS] = {0, 0, 0, 1, 1};
static const bool is_year[COHORTS] = {false, false, true, false, true};
static const char *const line_ids[LINES] = {"binary", "frequency", "binary-year", "frequency-year"};

/* --- making a world -----------------------------------------------------------------------------
 */

static const char *one_of(uint64_t *seed, const char *const *words, int64_t count)
{
    return words[below(seed, count)];
}

static void random_test(uint64_t *seed, pbr_test *test, bool rate)
{
    static const char *const levels[] = {"0.5", "0.8", "0.95", "0.99"};
    static const char *const places[] = {"0", "2", "4"};
    static const char *const decimals[] = {"none", "none", "none", "0", "1", "3"};
    static const pbr_test_kind of_rates[] = {PBR_TEST_NONE, PBR_TEST_GIVEN, PBR_TEST_GIVEN,
                                             PBR_TEST_ONE_SAMPLE_Z, PBR_TEST_TWO_SAMPLE_Z};
    static const pbr_test_kind of_means[] = {PBR_TEST_NONE, PBR_TEST_GIVEN, PBR_TEST_GIVEN,
                                             PBR_TEST_NORMAL_MEAN, PBR_TEST_NORMAL_MEAN};
    test->kind = rate ? of_rates[below(seed, 5)] : of_means[below(seed, 5)];
    bool computed = test->kind != PBR_TEST_NONE && test->kind != PBR_TEST_GIVEN;
    test->level = (char *)(uintptr_t)one_of(seed, levels, 4);
    test->sides = (unsigned)between(seed, 1, 2);
    test->variance = test->kind == PBR_TEST_ONE_SAMPLE_Z
                         ? PBR_BINOMIAL
                         : (pbr_variance)between(seed, PBR_POOLED, PBR_UNPOOLED);
    test->sd = (pbr_sd)below(seed, 2);
    test->round_thresholds =
        (char *)(uintptr_t)(computed ? one_of(seed, places, 3) : one_of(seed, decimals, 6));
    test->round_rate = (char *)(uintptr_t)one_of(seed, decimals, 6);
    test->minimum_cohort = below(seed, 4) ? 0 : (unsigned)below(seed, 800);
}

struct parts {
    pbr_payoff better[LINES], worse[LINES];
    pbr_gate gates[LINES];
    pbr_verdict results[LINES][3];
    char *over[LINES];
};

static void random_gate(uint64_t *seed, pbr_line *line, pbr_gate *gate, pbr_verdict *results)
{
    gate->results = results;
    gate->results_count = 0;
    for (int verdict = PBR_BETTER; verdict <= PBR_WORSE; verdict++)
        if (below(seed, 2) || (verdict == PBR_WORSE && !gate->results_count))
            results[gate->results_count++] = (pbr_verdict)verdict;
    gate->applies_to = (pbr_gate_side)below(seed, 3);
    line->gate = below(seed, 4) ? gate : NULL;
}

/* The list of terms says what the record says, as after loading: the workings read the list. */
static void restate(pbr_contract *contract, const char *line, const char *term, const char *value)
{
    pbr_rules *rules = &contract->rules[0];
    pbr_term added = {.path = pbr_arena_printf(contract->arena, "lines.%s.test.%s", line, term),
                      .value = value};
    pbr_term *list =
        pbr_arena_alloc(contract->arena, (rules->list_count + 1) * sizeof *rules->list);
    size_t kept = 0;
    for (size_t i = 0; i < rules->list_count; i++)
        if (strcmp(rules->list[i].path, added.path) != 0) list[kept++] = rules->list[i];
    list[kept++] = added;
    rules->list = list;
    rules->list_count = kept;
}

static void restate_tests(pbr_contract *contract)
{
    for (unsigned i = 0; i < LINES; i++) {
        const pbr_line *line = &contract->rules[0].terms->lines[i];
        restate(contract, line->id, "level", line->test.level);
        restate(contract, line->id, "sides", line->test.sides == 1 ? "1" : "2");
        restate(contract, line->id, "round-thresholds", line->test.round_thresholds);
        restate(contract, line->id, "round-rate", line->test.round_rate);
        restate(contract, line->id, "minimum-cohort",
                pbr_arena_printf(contract->arena, "%u", line->test.minimum_cohort));
    }
}

/* parts holds what a line may have, as it was loaded, so that it can come back in a later world. */
static void random_terms(uint64_t *seed, pbr_terms *terms, struct parts *parts)
{
    for (unsigned i = 0; i < LINES; i++) {
        pbr_line *line = &terms->lines[i];
        random_test(seed, &line->test, i % 2 == 0);
        parts->better[i].measured_from = (pbr_measured_from)below(seed, 2);
        parts->worse[i].measured_from = (pbr_measured_from)below(seed, 2);
        line->better = below(seed, 10) ? &parts->better[i] : NULL;
        line->worse = below(seed, 5) ? &parts->worse[i] : NULL;
        if (i % 2) random_gate(seed, line, &parts->gates[i], parts->results[i]);
    }
    pbr_cap *cap = &terms->caps[0];
    cap->over = parts->over;
    cap->over_count = 0;
    for (unsigned i = 0; i < LINES; i++)
        if (below(seed, 4) || i == 0) cap->over[cap->over_count++] = (char *)(uintptr_t)line_ids[i];
    cap->headroom = (pbr_headroom)below(seed, 2);
    terms->rounding.mode = (pbr_rounding)below(seed, 3);
    terms->rounding.units = (pbr_units_rounding)(below(seed, 4) == 0);
    terms->payee.rule = (pbr_payee_rule)below(seed, 3);
    terms->payee.formation_day = (pbr_formation_day)below(seed, 2);
}

static void set_micro(mpq_t out, int64_t millionths)
{
    pbr_ratio_set(out, millionths, MICRO);
}

static void random_baseline(uint64_t *seed, pbr_baseline *row, struct base *base, bool binary)
{
    int64_t thousandth = 1000;
    base->rate = thousandth * (binary ? between(seed, 30000, 70000) : between(seed, 1500, 5000));
    int64_t width = base->rate / 5000;
    base->lower = base->rate - (below(seed, 6) ? thousandth * below(seed, width) : 0);
    base->upper = base->rate + (below(seed, 6) ? thousandth * below(seed, width) : 0);
    base->ogrs = thousandth * between(seed, 30000, 60000);
    row->cases = between(seed, 1, 5000);
    set_micro(row->rate, base->rate);
    set_micro(row->lower, base->lower);
    set_micro(row->upper, base->upper);
    set_micro(row->ogrs_mean, base->ogrs);
    set_micro(row->sd, between(seed, 0, 5000000));
    row->has_cases = row->has_lower = row->has_upper = row->has_sd = row->has_ogrs_mean = true;
}

static void random_tables(uint64_t *seed, struct world *w, struct model *m)
{
    for (size_t area = 0; area < AREAS; area++) {
        for (size_t cohort = 0; cohort < COHORTS; cohort++)
            for (size_t k = 0; k < 2; k++) {
                const pbr_baseline *row =
                    pbr_contract_baseline(w->contract, area, w->contract->cohorts[cohort].baseline,
                                          &w->terms->metrics[k]);
                size_t at = (size_t)(row - w->contract->baselines);
                if (cohort == NEXT_YEAR)
                    m->base[area][cohort][k] = m->base[area][YEAR][k]; /* both annual */
                else
                    random_baseline(seed, &w->contract->baselines[at], &m->base[area][cohort][k],
                                    k == 0);
            }
        for (int y = 0; y < 2; y++) {
            const pbr_price *row = pbr_contract_price(w->contract, area, years[y]);
            for (int k = 0; k < 3; k++) {
                m->price[area][y][k] = between(seed, 0, 500000);
                pbr_ratio_set(row->amounts[pbr_contract_money_column(w->contract, money[k])],
                              m->price[area][y][k], 100);
            }
            int64_t fee = between(seed, 0, 9000000);
            m->pot[area][y] = between(seed, -1000, 40000000);
            pbr_ratio_set(row->amounts[pbr_contract_money_column(w->contract, "fee")], fee, 100);
            pbr_ratio_set(row->amounts[pbr_contract_money_column(w->contract, "maximum")],
                          fee + m->pot[area][y], 100);
        }
    }
}

/* One to five spells without a gap from before the first cohort on; the last may have ended. */
static void random_agreements(uint64_t *seed, struct world *w, struct model *m, pbr_agreement *rows)
{
    size_t count = 0;
    for (size_t area = 0; area < AREAS; area++) {
        pbr_date from = day("2015-09-01");
        m->spells_count[area] = (int)between(seed, 1, SPELLS_MAX);
        for (int i = 0; i < m->spells_count[area]; i++) {
            bool last = i + 1 == m->spells_count[area];
            pbr_date to = from + (pbr_date)between(seed, 31, 200);
            if (last) to = below(seed, 2) ? PBR_NO_DATE : day("2018-12-31");
            int payee = (int)below(seed, 3);
            m->spells[area][i] = (struct spell){from, to, payee};
            rows[count++] = (pbr_agreement){.area = area,
                                            .from = from,
                                            .to = to,
                                            .provider = payees[payee],
                                            .payee = payees[payee]};
            from = to;
        }
    }
    w->contract->agreements = rows;
    w->contract->agreements_count = count;
}

static void random_people(uint64_t *seed, struct people *p, const struct base *base)
{
    int64_t near = base[0].rate / MICRO + between(seed, -12, 12);
    p->persons = below(seed, 25) ? between(seed, 1, 3000) : 0;
    p->reoffenders = below(seed, 15) ? p->persons * near / 100 : between(seed, 0, p->persons);
    if (p->reoffenders < 0) p->reoffenders = 0;
    p->reoffences = p->reoffenders ? p->reoffenders + below(seed, 6 * p->reoffenders) : 0;
    p->ogrs = p->persons * base[0].ogrs + p->persons * between(seed, -2000000, 2000000) +
              (p->persons ? below(seed, 999999) : 0);
}

static void add_people(struct people *sum, const struct people *part)
{
    sum->persons += part->persons;
    sum->reoffenders += part->reoffenders;
    sum->reoffences += part->reoffences;
    sum->ogrs += part->ogrs;
}

static void shuffle_measures(uint64_t *seed, pbr_measures *measures)
{
    for (size_t i = measures->measures_count; i > 1; i--) {
        size_t k = (size_t)below(seed, (int64_t)i);
        pbr_measure moved = measures->measures[i - 1];
        measures->measures[i - 1] = measures->measures[k];
        measures->measures[k] = moved;
    }
}

static void random_measures(uint64_t *seed, struct world *w, struct model *m)
{
    static const size_t quarters[] = {Q4, Q1, Q2};
    pbr_measures_free(w->measures);
    w->measures = pbr_measures_new();
    for (size_t area = 0; area < AREAS; area++) {
        m->people[area][YEAR] = m->people[area][NEXT_YEAR] = (struct people){0};
        for (size_t i = 0; i < COUNT(quarters); i++) {
            struct people *p = &m->people[area][quarters[i]];
            random_people(seed, p, m->base[area][quarters[i]]);
            add_people(&m->people[area][year_of[quarters[i]] ? NEXT_YEAR : YEAR], p);
            count(w, area, quarters[i], p->persons, p->reoffenders, p->reoffences);
            pbr_measure *row = &w->measures->measures[w->measures->measures_count - 1];
            set_micro(row->ogrs_sum, p->ogrs);
            pbr_ratio_set(row->reoffences_squared, p->reoffences * (p->reoffences + below(seed, 9)),
                          1);
            row->has_ogrs_sum = row->has_squared = true;
        }
    }
    pbr_years_add(w->measures, w->contract, day("2018-01-01"), w->diag);
    assert_no_errors(w->diag);
    shuffle_measures(seed, w->measures);
}

/* --- what a line must come to, in integers ------------------------------------------------------
 */

static int64_t micro_of(const mpq_t value)
{
    mpq_t scaled;
    mpq_init(scaled);
    pbr_ratio_set(scaled, MICRO, 1);
    mpq_mul(scaled, scaled, value);
    assert_int_equal(mpz_cmp_ui(mpq_denref(scaled), 1), 0);
    int64_t whole = mpz_get_si(mpq_numref(scaled));
    mpq_clear(scaled);
    return whole;
}

static int64_t power_of_ten(int power)
{
    int64_t value = 1;
    for (; power > 0; power--) value *= 10;
    return value;
}

/* A rate of top / bottom millionths at a number of decimals, half to even; "none" keeps it. */
static void at_decimals(const char *decimals, __int128 *top, __int128 *bottom)
{
    if (strcmp(decimals, "none") == 0) return;
    int64_t step = power_of_ten(6 - (decimals[0] - '0'));
    *top = (__int128)rounded(*top, *bottom * step, PBR_HALF_EVEN) * step;
    *bottom = 1;
}

/* The adjusted rate in millionths, as top / bottom: percent of persons, or events a reoffender. */
static void rate_of(const struct people *p, const struct base *base, bool binary, __int128 *top,
                    __int128 *bottom)
{
    *bottom = binary ? p->persons : p->reoffenders;
    *top = binary ? (__int128)p->reoffenders * 100 * MICRO + (__int128)p->persons * base->ogrs -
                        p->ogrs
                  : (__int128)p->reoffences * MICRO;
}

static pbr_verdict verdict_of(const pbr_result *r, const struct people *p, const struct base *base)
{
    __int128 top, bottom, lower = micro_of(r->lower), upper = micro_of(r->upper);
    rate_of(p, base, r->metric->kind == PBR_RATE, &top, &bottom);
    bool cohort_sd =
        r->line->test.kind == PBR_TEST_NORMAL_MEAN && r->line->test.sd == PBR_SD_COHORT;
    if (!bottom || bottom < r->line->test.minimum_cohort || (cohort_sd && bottom < 2))
        return PBR_NO_RESULT;
    at_decimals(r->line->test.round_rate, &top, &bottom);
    if (top < lower * bottom) return PBR_BETTER;
    return top > upper * bottom ? PBR_WORSE : PBR_NEITHER;
}

static void check_limits(const pbr_result *r, const struct base *base)
{
    const char *decimals = r->line->test.round_thresholds;
    __int128 lower = base->lower, upper = base->upper, one = 1, other = 1;
    if (r->line->test.kind == PBR_TEST_NONE) lower = upper = base->rate;
    if (r->line->test.kind == PBR_TEST_NONE || r->line->test.kind == PBR_TEST_GIVEN) {
        at_decimals(decimals, &lower, &one);
        at_decimals(decimals, &upper, &other);
        assert_true(micro_of(r->lower) == lower && micro_of(r->upper) == upper);
        return;
    }
    int64_t half_step = power_of_ten(6 - (decimals[0] - '0')) / 2;
    assert_true(micro_of(r->lower) <= base->rate + half_step);
    assert_true(micro_of(r->upper) >= base->rate - half_step);
}

/* Pence before the caps; 0 where nothing is paid. */
static int64_t amount_of(const pbr_result *r, const struct people *p, const struct base *base,
                         int64_t price, const pbr_rounding_terms *rounding)
{
    const pbr_payoff *payoff = r->verdict == PBR_BETTER  ? r->line->better
                               : r->verdict == PBR_WORSE ? r->line->worse
                                                         : NULL;
    if (!payoff || r->gated) return 0;
    __int128 top, bottom;
    bool binary = r->metric->kind == PBR_RATE;
    rate_of(p, base, binary, &top, &bottom);
    int64_t from = payoff->measured_from == PBR_FROM_BASELINE ? base->rate
                   : r->verdict == PBR_BETTER                 ? micro_of(r->lower)
                                                              : micro_of(r->upper);
    __int128 units = bottom * from - top, scale = binary ? 100 * MICRO : MICRO;
    if (rounding->units == PBR_UNITS_INTEGER) return rounded(units, scale, rounding->mode) * price;
    return rounded(units * price, scale, rounding->mode);
}

/* --- what must hold -----------------------------------------------------------------------------
 */

struct totals {
    int64_t computed, capped, due;
    bool found;
};

static struct totals totals_of(const pbr_settlement *s, size_t area, size_t cohort, int line)
{
    struct totals t = {0};
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        if (p->area != area || p->cohort != cohort || strcmp(p->line->id, line_ids[line])) continue;
        t.computed += p->computed_pence;
        t.capped += p->capped_pence;
        t.due += p->due_pence;
        t.found = true;
    }
    return t;
}

static const pbr_result *result_of(const pbr_settlement *s, size_t area, size_t cohort, int line)
{
    for (size_t i = 0; i < s->results_count; i++)
        if (s->results[i].area == area && s->results[i].cohort == cohort &&
            strcmp(s->results[i].line->id, line_ids[line]) == 0)
            return &s->results[i];
    return NULL;
}

static void check_totals(const pbr_settlement *s)
{
    int64_t computed = 0, payable = 0, due = 0, by_payee = 0;
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        assert_int_equal(p->due_pence, p->payable_pence - p->previous_pence);
        assert_int_equal(p->payable_pence, p->capped_pence);
        computed += p->computed_pence;
        payable += p->payable_pence;
        due += p->due_pence;
    }
    for (size_t i = 0; i < s->payees_count; i++) by_payee += pbr_settlement_due_to(s, s->payees[i]);
    assert_int_equal(s->computed_pence, computed);
    assert_int_equal(s->payable_pence, payable);
    assert_int_equal(s->due_pence, due);
    assert_int_equal(by_payee, due);
}

/* A gate never lets a payment through without its hurdle's result, and stops nothing else: where
 * the line states no payoff for its verdict, there is nothing to stop. */
static void check_gate(const pbr_settlement *s, const pbr_result *r, int line)
{
    const pbr_gate *gate = r->line->gate;
    bool pays = r->verdict == PBR_BETTER, deducts = r->verdict == PBR_WORSE, met = false;
    const pbr_result *hurdle = gate ? result_of(s, r->area, r->cohort, line - 1) : NULL;
    for (unsigned i = 0; gate && i < gate->results_count; i++)
        met |= hurdle->verdict == gate->results[i];
    bool watched = gate && ((pays && r->line->better && gate->applies_to != PBR_GATE_DEDUCT) ||
                            (deducts && r->line->worse && gate->applies_to != PBR_GATE_PAY));
    assert_int_equal(r->gated, watched && !met);
}

static void check_results(const struct world *w, const struct model *m, const pbr_settlement *s)
{
    for (size_t area = 0; area < AREAS; area++)
        for (size_t cohort = 0; cohort < COHORTS; cohort++)
            for (int line = is_year[cohort] ? 2 : 0; line < (is_year[cohort] ? 4 : 2); line++) {
                const pbr_result *r = result_of(s, area, cohort, line);
                const struct people *p = &m->people[area][cohort];
                const struct base *base = &m->base[area][cohort][line % 2];
                assert_non_null(r);
                assert_int_equal(r->verdict, verdict_of(r, p, base));
                if (r->verdict != PBR_NO_RESULT) check_limits(r, base);
                check_gate(s, r, line);
                int column = line == 2 ? 2 : line % 2;
                int64_t price = m->price[area][year_of[cohort]][column];
                struct totals t = totals_of(s, area, cohort, line);
                assert_int_equal(t.computed, amount_of(r, p, base, price, &w->terms->rounding));
                assert_int_equal(t.found, r->line->better || r->line->worse);
            }
}

static bool is_capped(const pbr_terms *terms, int line)
{
    for (unsigned i = 0; i < terms->caps[0].over_count; i++)
        if (strcmp(terms->caps[0].over[i], line_ids[line]) == 0) return true;
    return false;
}

/* In order of cohort end, then line: the payments so far never exceed the pot and what deductions
 * gave back; a payment is cut only where the pot is used up; a deduction never. */
static void check_caps(const struct world *w, const struct model *m, const pbr_settlement *s)
{
    static const struct {
        size_t cohort;
        int line;
    } order[] = {{Q4, 0},   {Q4, 1}, {Q1, 0}, {Q1, 1},        {YEAR, 2},
                 {YEAR, 3}, {Q2, 0}, {Q2, 1}, {NEXT_YEAR, 2}, {NEXT_YEAR, 3}};
    bool net = w->terms->caps[0].headroom == PBR_HEADROOM_NET;
    for (size_t area = 0; area < AREAS; area++) {
        int64_t used[2] = {0, 0};
        for (size_t i = 0; i < COUNT(order); i++) {
            struct totals t = totals_of(s, area, order[i].cohort, order[i].line);
            int y = year_of[order[i].cohort];
            if (!is_capped(w->terms, order[i].line) || t.computed <= 0)
                assert_int_equal(t.capped, t.computed);
            if (!is_capped(w->terms, order[i].line)) continue;
            if (t.computed > 0 || net) used[y] += t.capped;
            if (t.computed <= 0) continue;
            assert_in_range(t.capped, 0, t.computed);
            assert_true(t.capped == 0 || used[y] <= m->pot[area][y]);
            assert_true(t.capped == t.computed || used[y] >= m->pot[area][y]);
        }
    }
}

static int payee_on(const struct model *m, size_t area, pbr_date date)
{
    int payee = -1;
    for (int i = 0; i < m->spells_count[area]; i++)
        if (m->spells[area][i].from <= date) payee = m->spells[area][i].payee;
    return payee;
}

/* Days of the cohort by payee, counted one by one; one day of one payee where one is paid alone. */
static int64_t count_days(const struct world *w, const struct model *m, size_t area, size_t cohort,
                          pbr_date as_at, int64_t days[3])
{
    const pbr_payee_terms *terms = &w->terms->payee;
    pbr_date from = w->contract->cohorts[cohort].from, to = w->contract->cohorts[cohort].to;
    days[0] = days[1] = days[2] = 0;
    if (terms->rule == PBR_AT_SETTLEMENT) return days[payee_on(m, area, as_at)] = 1;
    if (terms->rule == PBR_AT_FORMATION) {
        bool last = terms->formation_day == PBR_LAST_DAY;
        return days[payee_on(m, area, last ? to - 1 : from)] = 1;
    }
    for (pbr_date date = from; date < to; date++) days[payee_on(m, area, date)]++;
    return to - from;
}

/* Each payee has its days' part, cut towards zero, and one of them what is left. */
static void check_shares(const struct world *w, const struct model *m, const pbr_settlement *s)
{
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        int64_t days[3], all = count_days(w, m, p->area, p->cohort, s->as_at, days), whole = 0;
        int payee = 0, others = 0;
        while (strcmp(payees[payee], p->payee) != 0) payee++;
        assert_true(days[payee] > 0);
        for (size_t k = 0; k < s->payments_count; k++) {
            const pbr_payment *other = &s->payments[k];
            if (other->area != p->area || other->cohort != p->cohort || other->line != p->line)
                continue;
            whole += other->capped_pence;
            others++;
        }
        assert_int_equal(others, (days[0] > 0) + (days[1] > 0) + (days[2] > 0));
        int64_t part = (int64_t)((__int128)whole * days[payee] / all);
        int64_t more = p->capped_pence - part;
        int now = payee_on(m, p->area, s->as_at);
        bool may_have_rest = payee == now || days[now] == 0;
        assert_true(more == 0 ||
                    (may_have_rest && llabs(more) < others && (more > 0) == (whole > 0)));
    }
}

static bool same_payments(const pbr_settlement *a, const pbr_settlement *b)
{
    if (a->payments_count != b->payments_count || a->due_pence != b->due_pence) return false;
    for (size_t i = 0; i < a->payments_count; i++) {
        const pbr_payment *x = &a->payments[i], *y = &b->payments[i];
        if (x->area != y->area || x->cohort != y->cohort || x->line != y->line ||
            strcmp(x->payee, y->payee) || x->computed_pence != y->computed_pence ||
            x->capped_pence != y->capped_pence || x->due_pence != y->due_pence ||
            !mpq_equal(x->units, y->units) || strcmp(x->reason, y->reason))
            return false;
    }
    return true;
}

static const size_t all_cohorts[COHORTS] = {Q4, Q1, YEAR, Q2, NEXT_YEAR};

/* What all runs so far have paid on each line is what settling at once would pay. */
static void check_sum_of_runs(const struct world *w, const pbr_settlement *at_once)
{
    for (size_t area = 0; area < AREAS; area++)
        for (size_t cohort = 0; cohort < COHORTS; cohort++)
            for (int line = 0; line < LINES; line++) {
                int64_t paid = 0;
                for (size_t i = 0; i < w->earlier_count; i++) {
                    const pbr_earlier *row = &w->earlier[i];
                    if (row->area == area && row->cohort == cohort &&
                        strcmp(row->line, line_ids[line]) == 0)
                        paid += row->due_pence;
                }
                assert_int_equal(paid, totals_of(at_once, area, cohort, line).capped);
            }
}

static void settle_and_remember(struct world *w, const char *id, const size_t *cohorts,
                                size_t count)
{
    pbr_settlement *s = settle(w, id, cohorts, count);
    check_totals(s);
    remember(w, s);
    pbr_settlement_free(s);
}

/* Settles the five cohorts in two runs, cut at random, the later cohorts sometimes first. */
static void settle_in_two_runs(uint64_t *seed, struct world *w)
{
    size_t first[COHORTS], second[COHORTS], first_count = 0, second_count = 0;
    for (size_t i = 0; i < COHORTS; i++)
        if (below(seed, 2))
            first[first_count++] = i;
        else
            second[second_count++] = i;
    if (first_count) settle_and_remember(w, "2018-01-26-x", first, first_count);
    if (second_count) settle_and_remember(w, "2018-04-26-x", second, second_count);
}

/* --- the tests ----------------------------------------------------------------------------------
 */

struct state {
    struct world world;
    struct model model;
    struct parts parts;
    pbr_agreement rows[AREAS * SPELLS_MAX];
    uint64_t seed;
};

static void begin(struct state *t, uint64_t seed)
{
    *t = (struct state){.world = new_world_with(extra_line, COUNT(extra_line)), .seed = seed};
    t->world.terms->metrics[0].adjust = PBR_SCORE_DIFFERENCE;
    for (unsigned i = 0; i < LINES; i++) {
        const pbr_line *line = &t->world.terms->lines[i];
        t->parts.better[i] = *line->better;
        t->parts.worse[i] = *line->worse;
        if (line->gate) t->parts.gates[i] = *line->gate;
    }
}

static void next_world(struct state *t)
{
    random_terms(&t->seed, t->world.terms, &t->parts);
    restate_tests(t->world.contract);
    random_tables(&t->seed, &t->world, &t->model);
    random_agreements(&t->seed, &t->world, &t->model, t->rows);
    random_measures(&t->seed, &t->world, &t->model);
    forget(&t->world);
}

static void every_figure_is_what_integers_say(void **state)
{
    (void)state;
    struct state t;
    size_t verdicts[4] = {0}, cut = 0, gated = 0, shared = 0, worlds = worlds_wanted();
    begin(&t, 2015);
    for (size_t i = 0; i < worlds; i++) {
        next_world(&t);
        pbr_settlement *s = settle(&t.world, "2018-01-26-a", all_cohorts, COHORTS);
        check_totals(s);
        check_results(&t.world, &t.model, s);
        check_caps(&t.world, &t.model, s);
        check_shares(&t.world, &t.model, s);
        for (size_t k = 0; k < s->results_count; k++) verdicts[s->results[k].verdict]++;
        for (size_t k = 0; k < s->results_count; k++) gated += s->results[k].gated;
        for (size_t k = 0; k < s->payments_count; k++)
            cut += s->payments[k].computed_pence != s->payments[k].capped_pence;
        shared += s->payments_count > AREAS * 10;
        pbr_settlement_free(s);
    }
    /* the worlds are varied enough to mean something */
    for (int verdict = PBR_BETTER; verdict <= PBR_NO_RESULT; verdict++)
        assert_true(verdicts[verdict] > worlds);
    assert_true(cut > worlds && gated > worlds && shared > worlds / 10);
    end_world(&t.world);
}

static void the_order_of_measures_does_not_matter(void **state)
{
    (void)state;
    struct state t;
    begin(&t, 2016);
    for (size_t i = 0; i < worlds_wanted() / 4; i++) {
        next_world(&t);
        pbr_settlement *a = settle(&t.world, "2018-01-26-a", all_cohorts, COHORTS);
        shuffle_measures(&t.seed, t.world.measures);
        pbr_settlement *b = settle(&t.world, "2018-01-26-a", all_cohorts, COHORTS);
        assert_true(same_payments(a, b));
        pbr_settlement_free(a);
        pbr_settlement_free(b);
    }
    end_world(&t.world);
}

/* A year settled in parts, in any order, then restated with other measures: at each step the runs
 * together have paid what settling at once pays, and the same again pays nothing. */
static void runs_add_up_to_settling_at_once(void **state)
{
    (void)state;
    struct state t;
    begin(&t, 2017);
    for (size_t i = 0; i < worlds_wanted(); i++) {
        next_world(&t);
        pbr_settlement *at_once = settle(&t.world, "2018-04-26-a", all_cohorts, COHORTS);
        settle_in_two_runs(&t.seed, &t.world);
        check_sum_of_runs(&t.world, at_once);
        pbr_settlement *again = settle(&t.world, "2018-04-26-z", all_cohorts, COHORTS);
        assert_int_equal(again->due_pence, 0);
        pbr_settlement_free(again);
        pbr_settlement_free(at_once);
        size_t earlier = t.world.earlier_count;
        random_measures(&t.seed, &t.world, &t.model);
        t.world.earlier_count = 0;
        at_once = settle(&t.world, "2018-07-26-a", all_cohorts, COHORTS);
        t.world.earlier_count = earlier;
        settle_and_remember(&t.world, "2018-07-26-x", all_cohorts, COHORTS);
        check_sum_of_runs(&t.world, at_once);
        pbr_settlement_free(at_once);
    }
    end_world(&t.world);
}

/* The same run again, with itself as the earlier one, owes no payee anything on any line. */
static void the_same_again_owes_nobody(void **state)
{
    (void)state;
    struct state t;
    begin(&t, 2018);
    for (size_t i = 0; i < worlds_wanted() / 2; i++) {
        next_world(&t);
        settle_and_remember(&t.world, "2018-01-26-a", all_cohorts, COHORTS);
        pbr_settlement *again = settle(&t.world, "2018-01-26-b", all_cohorts, COHORTS);
        for (size_t k = 0; k < again->payments_count; k++)
            assert_int_equal(again->payments[k].due_pence, 0);
        pbr_settlement_free(again);
    }
    end_world(&t.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_figure_is_what_integers_say),
        cmocka_unit_test(the_order_of_measures_does_not_matter),
        cmocka_unit_test(runs_add_up_to_settling_at_once),
        cmocka_unit_test(the_same_again_owes_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

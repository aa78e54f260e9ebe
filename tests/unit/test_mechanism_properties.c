/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold of every settlement, whatever the contract and whatever was measured, over random
 * ones. PBR_CASES says how many (100,000 without it); a failure names the seed that shows it. */
#include "mechanism_world.h"

#include "settle/claim.h"
#include "settle/test.h"

enum { CASES = 100000, KINDS_OF_CASE = 8, DECISIONS_MAX = 6, RUNS_MAX = 4 };

static uint64_t current_seed; /* for the messages of failures */

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) fail_msg("seed %llu: %s", (unsigned long long)current_seed, #condition); \
    } while (0)

static int64_t cases_wanted(void)
{
    const char *text = getenv("PBR_CASES");
    return text ? atoll(text) : CASES;
}

static pbr_settlement *settle(const struct world *w, const pbr_settle_options *options)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_settlement *s = pbr_settlement_make(&w->contract, w->measures, options, diag);
    if (!s) pbr_diag_print(diag, stderr, false);
    pbr_diag_free(diag);
    HOLDS(s != NULL);
    return s;
}

/* --- what each line came to, over its payees --- */

struct amounts {
    bool there;
    int64_t computed, capped, payable, due;
};

struct grid {
    struct amounts at[AREAS_MAX][COHORTS][LINES];
};

static size_t line_index(const char *id)
{
    size_t i = 0;
    while (strcmp(line_ids[i], id) != 0) i++;
    return i;
}

static void add_to_grid(struct grid *grid, const pbr_settlement *s)
{
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        struct amounts *a = &grid->at[p->area][p->cohort][line_index(p->line->id)];
        a->there = true;
        a->computed += p->computed_pence;
        a->capped += p->capped_pence;
        a->payable += p->payable_pence;
        a->due += p->due_pence;
    }
}

static void fill_grid(struct grid *grid, const pbr_settlement *s)
{
    memset(grid, 0, sizeof *grid);
    add_to_grid(grid, s);
}

/* --- sums --- */

static void check_balance(const pbr_balance *b)
{
    HOLDS(b->total_pence == b->brought_forward_pence + b->lines_pence + b->other_pence);
    HOLDS(b->total_pence == b->pay_now_pence + b->carried_pence + b->set_off_pence);
    HOLDS(b->carried_pence <= 0 && b->set_off_pence <= 0);
    HOLDS(b->pay_now_pence >= 0 || b->treatment == PBR_INVOICE);
}

static void check_sums(const pbr_settlement *s)
{
    struct amounts lines = {0};
    int64_t due_to_payees = 0, balances = 0;
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        HOLDS(p->due_pence == p->payable_pence - p->previous_pence);
        lines.computed += p->computed_pence;
        lines.payable += p->payable_pence;
        lines.due += p->due_pence;
    }
    for (size_t i = 0; i < s->payees_count; i++) {
        due_to_payees += pbr_settlement_due_to(s, s->payees[i]);
        balances += s->balances[i].lines_pence;
        check_balance(&s->balances[i]);
    }
    HOLDS(lines.computed == s->computed_pence);
    HOLDS(lines.payable == s->payable_pence);
    HOLDS(lines.due == s->due_pence);
    HOLDS(due_to_payees == s->due_pence && balances == s->due_pence);
}

/* --- fees: instalments sum to as many twelfths of the annual price as there are months; all but
 * the one that takes the residue are alike, and that one is not below them --- */

static void annual_price(const struct world *w, size_t area, size_t year, const pbr_line *line,
                         mpq_t price)
{
    mpq_t part;
    mpq_init(part);
    const mpq_t *row = (const mpq_t *)w->amounts[area * COUNT(price_years) + year];
    mpq_set(price, row[P_FEE]);
    if (line->discount) {
        mpq_set_ui(part, 100, 1);
        mpq_sub(part, part, row[P_DISCOUNT]);
        mpq_mul(price, price, part);
        mpq_set_ui(part, 1, 100);
        mpq_mul(price, price, part);
    }
    if (line->index) {
        mpq_mul(price, price, w->indices[year].value);
        mpq_div(price, price, w->indices[0].value);
    }
    mpq_clear(part);
}

static bool is_chosen(const struct world *w, size_t cohort)
{
    for (size_t i = 0; i < w->options.cohorts_count; i++)
        if (w->chosen[i] == cohort) return true;
    return false;
}

static void check_span(const struct world *w, const struct grid *grid, size_t area, size_t year,
                       const pbr_rules *rules)
{
    const pbr_line *line = &rules->terms->lines[FEE];
    int64_t sum = 0, expected, months = 0, least = INT64_MAX, least_months = 0;
    for (size_t i = 0; i < COHORTS; i++) {
        const pbr_cohort *cohort = &w->cohorts[i];
        if (!is_chosen(w, i) || cohort->kind != PBR_MONTH ||
            strcmp(cohort->contract_year, price_years[year]) != 0 ||
            pbr_contract_rules(&w->contract, area, i, w->options.as_at) != rules)
            continue;
        int64_t instalment = grid->at[area][i][FEE].computed;
        sum += instalment;
        if (instalment < least) least_months = 0;
        least = instalment < least ? instalment : least;
        least_months += instalment == least;
        months++;
    }
    if (!months) return;
    mpq_t price, part;
    mpq_inits(price, part, NULL);
    annual_price(w, area, year, line, price);
    pbr_ratio_set(part, months, 12);
    mpq_mul(price, price, part);
    HOLDS(pbr_ratio_pence(&expected, price, rules->terms->rounding.mode));
    HOLDS(sum == expected);
    HOLDS(least_months >= months - 1 && sum - months * least <= months);
    mpq_clears(price, part, NULL);
}

static void check_instalments(const struct world *w, const struct grid *grid)
{
    for (size_t area = 0; area < w->contract.areas_count; area++)
        for (size_t year = 0; year < 2; year++)
            for (int version = 0; version < VERSIONS; version++)
                check_span(w, grid, area, year, &w->rules[version]);
}

/* --- netting and caps, told again in the plainest way --- */

static const pbr_terms *terms_of(const struct world *w, size_t area, size_t cohort)
{
    return pbr_contract_rules(&w->contract, area, cohort, w->options.as_at)->terms;
}

static bool lies_in(const pbr_cohort *part, const pbr_cohort *whole, pbr_period kind)
{
    return part->kind == kind && part->from >= whole->from && part->to <= whole->to;
}

static void net_plainly(const struct world *w, struct grid *grid, size_t area, size_t cohort,
                        size_t line, size_t other, pbr_period kind)
{
    struct amounts *top_up = &grid->at[area][cohort][line];
    const pbr_line *terms = &terms_of(w, area, cohort)->lines[line];
    int64_t paid = 0;
    if (!top_up->there || !terms->net_of_count || top_up->computed <= 0) return;
    for (size_t i = 0; i < COHORTS; i++)
        if (lies_in(&w->cohorts[i], &w->cohorts[cohort], kind))
            paid += grid->at[area][i][other].computed;
    if (paid > 0) top_up->capped = paid > top_up->computed ? 0 : top_up->computed - paid;
}

static int64_t limit_of(const struct world *w, size_t area, const pbr_cap *cap, size_t cohort)
{
    int64_t pence;
    mpq_t limit;
    mpq_init(limit);
    size_t year = cap->per == PBR_CAP_LIFE
                      ? 2
                      : strcmp(w->cohorts[cohort].contract_year, price_years[0]) != 0;
    const mpq_t *row = (const mpq_t *)w->amounts[area * COUNT(price_years) + year];
    mpq_set(limit, row[P_LINE_LIMIT + (int)cap->per]);
    if (cap->minus) mpq_sub(limit, limit, row[P_MINUS]);
    HOLDS(pbr_ratio_pence(&pence, limit, PBR_FLOOR));
    mpq_clear(limit);
    return pence;
}

static bool is_under(const pbr_cap *cap, size_t line)
{
    for (unsigned i = 0; i < cap->over_count; i++)
        if (strcmp(cap->over[i], line_ids[line]) == 0) return true;
    return false;
}

static bool shares_room(const struct world *w, const pbr_cap *cap, size_t cohort, size_t line,
                        size_t other_cohort, size_t other_line)
{
    switch (cap->per) {
    case PBR_CAP_LINE:
        return cohort == other_cohort && line == other_line;
    case PBR_CAP_COHORT:
        return cohort == other_cohort;
    case PBR_CAP_YEAR:
        return w->cohorts[cohort].contract_year == w->cohorts[other_cohort].contract_year;
    default:
        return true;
    }
}

/* Cohorts by last day; those that end on one day compete line by line. */
struct turn {
    size_t cohort, line;
};

static size_t list_turns(const struct world *w, struct turn *turns)
{
    size_t count = 0;
    for (size_t first = 0, end; first < COHORTS; first = end) {
        for (end = first + 1; end < COHORTS && w->cohorts[end].to == w->cohorts[first].to; end++) {
        }
        for (size_t line = 0; line < LINES; line++)
            for (size_t i = first; i < end; i++) turns[count++] = (struct turn){i, line};
    }
    return count;
}

static void cap_room(const struct world *w, struct grid *grid, size_t area, const pbr_cap *cap,
                     const struct turn *turns, size_t count, size_t first, bool *done)
{
    int64_t limit = limit_of(w, area, cap, turns[first].cohort), used = 0, paid = 0;
    for (size_t i = first; i < count; i++) {
        struct amounts *a = &grid->at[area][turns[i].cohort][turns[i].line];
        if (done[i] || !a->there || !is_under(cap, turns[i].line) ||
            !shares_room(w, cap, turns[first].cohort, turns[first].line, turns[i].cohort,
                         turns[i].line))
            continue;
        done[i] = true;
        int64_t room = limit - used > 0 ? limit - used : 0;
        if (a->capped > room) a->capped = room;
        if (a->capped > 0 || cap->headroom == PBR_HEADROOM_NET) used += a->capped;
        if (a->capped > 0) paid += a->capped;
    }
    HOLDS(used <= (limit > 0 ? limit : 0));
    HOLDS(cap->headroom == PBR_HEADROOM_NET || paid <= (limit > 0 ? limit : 0));
}

static void cap_plainly(const struct world *w, struct grid *grid, size_t area)
{
    static struct turn turns[COHORTS * LINES];
    size_t count = list_turns(w, turns);
    for (unsigned k = 0; k < w->terms[0].caps_count; k++) {
        bool done[COHORTS * LINES] = {false};
        for (size_t i = 0; i < count; i++)
            if (!done[i] && grid->at[area][turns[i].cohort][turns[i].line].there &&
                is_under(&w->caps[k], turns[i].line))
                cap_room(w, grid, area, &w->caps[k], turns, count, i, done);
    }
}

static void check_caps(const struct world *w, const struct grid *grid)
{
    static struct grid plain;
    plain = *grid;
    for (size_t area = 0; area < w->contract.areas_count; area++) {
        for (size_t cohort = 0; cohort < COHORTS; cohort++)
            for (size_t line = 0; line < LINES; line++)
                plain.at[area][cohort][line].capped = plain.at[area][cohort][line].computed;
        for (size_t cohort = 0; cohort < COHORTS; cohort++) {
            net_plainly(w, &plain, area, cohort, RATE_YEAR, RATE, PBR_QUARTER);
            net_plainly(w, &plain, area, cohort, POOL_EVENTS, NAMED_EVENTS, PBR_NAMED);
        }
        cap_plainly(w, &plain, area);
        for (size_t cohort = 0; cohort < COHORTS; cohort++)
            for (size_t line = 0; line < LINES; line++)
                HOLDS(plain.at[area][cohort][line].capped == grid->at[area][cohort][line].capped);
    }
}

/* A top-up pays no less than nothing and no more than its own amount; a cap takes no deduction
 * away. */
static void check_bounds(const struct grid *grid)
{
    const struct amounts *all = &grid->at[0][0][0];
    for (size_t i = 0; i < sizeof grid->at / sizeof *all; i++) {
        HOLDS(all[i].computed < 0 || (all[i].capped >= 0 && all[i].capped <= all[i].computed));
        HOLDS(all[i].computed >= 0 || all[i].capped == all[i].computed);
    }
}

/* --- decisions --- */

static size_t decide(struct world *w, const pbr_settlement *s, pbr_decision *decisions)
{
    size_t count = 0;
    for (size_t i = 0; i < s->payments_count && count < DECISIONS_MAX; i++) {
        const pbr_payment *p = &s->payments[i];
        if (!one_in(w, 10)) continue;
        decisions[count++] = (pbr_decision){.area = p->area,
                                            .cohort = p->cohort,
                                            .line = p->line->id,
                                            .payee = p->payee,
                                            .disposition = (pbr_disposition)below(&w->random, 5),
                                            .authority = "somebody",
                                            .reason = "a reason",
                                            .date = w->options.as_at};
    }
    return count;
}

static void check_decisions(struct world *w, const pbr_settlement *plain)
{
    pbr_decision decisions[DECISIONS_MAX];
    pbr_settle_options options = w->options;
    options.decisions = decisions;
    options.decisions_count = decide(w, plain, decisions);
    pbr_settlement *s = settle(w, &options);
    size_t found = 0;
    HOLDS(s->payments_count == plain->payments_count);
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        HOLDS(p->computed_pence == plain->payments[i].computed_pence);
        HOLDS(p->capped_pence == plain->payments[i].capped_pence);
        bool applies = strcmp(p->disposition, "apply") == 0;
        HOLDS(p->payable_pence == (applies ? p->capped_pence : 0));
        HOLDS(p->decision || p->payable_pence == plain->payments[i].payable_pence);
        found += p->decision != NULL;
    }
    HOLDS(found == options.decisions_count);
    check_sums(s);
    pbr_settlement_free(s);
}

/* --- order --- */

static void check_reversed(const struct world *w, const struct grid *grid)
{
    static struct grid mirrored;
    struct world *other = new_world(current_seed, true);
    size_t areas = w->contract.areas_count;
    pbr_settlement *s = settle(other, &other->options);
    fill_grid(&mirrored, s);
    for (size_t area = 0; area < areas; area++)
        HOLDS(memcmp(grid->at[area], mirrored.at[areas - 1 - area], sizeof grid->at[area]) == 0);
    pbr_settlement_free(s);
    free_world(other);
}

/* --- several runs come to what one run comes to --- */

struct history {
    pbr_earlier *rows;
    pbr_earlier_run runs[RUNS_MAX];
    size_t count, room, runs_count;
};

static void remember(struct history *h, const struct world *w, const pbr_settlement *s)
{
    h->runs[h->runs_count] = (pbr_earlier_run){
        .id = "2018-01-26", .same_terms = true, .same_program = true, .measures = w->measures};
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        h->rows = pbr_grow(h->rows, &h->room, h->count + 1, sizeof *h->rows);
        h->rows[h->count++] = (pbr_earlier){.area = p->area,
                                            .cohort = p->cohort,
                                            .run = h->runs_count,
                                            .line = p->line->id,
                                            .provider = p->provider,
                                            .payee = p->payee,
                                            .disposition = p->disposition,
                                            .adopted = !p->result && mpq_sgn(p->price) == 0,
                                            .computed_pence = p->computed_pence,
                                            .due_pence = p->due_pence};
    }
    h->runs_count++;
}

static pbr_settlement *settle_after(const struct world *w, const struct history *h,
                                    const size_t *cohorts, size_t count)
{
    pbr_settle_options options = w->options;
    options.cohorts = cohorts, options.cohorts_count = count;
    options.earlier = h->rows, options.earlier_count = h->count;
    options.runs = h->runs, options.runs_count = h->runs_count;
    return settle(w, &options);
}

/* Each cohort belongs to one run at least; a later run may settle it again. */
static size_t cohorts_of_run(struct world *w, const size_t *belongs, size_t run, size_t *cohorts)
{
    size_t count = 0;
    for (size_t i = 0; i < w->options.cohorts_count; i++)
        if (belongs[i] == run || (belongs[i] < run && one_in(w, 6)))
            cohorts[count++] = w->chosen[i];
    return count;
}

static void check_runs(struct world *w, const struct grid *grid)
{
    static struct grid sum;
    struct history h = {0};
    size_t belongs[COHORTS], cohorts[COHORTS], runs = (size_t)between(&w->random, 2, RUNS_MAX);
    memset(&sum, 0, sizeof sum);
    for (size_t i = 0; i < COHORTS; i++) belongs[i] = (size_t)below(&w->random, (int64_t)runs);
    for (size_t run = 0; run < runs; run++) {
        pbr_settlement *s = settle_after(w, &h, cohorts, cohorts_of_run(w, belongs, run, cohorts));
        add_to_grid(&sum, s);
        check_sums(s);
        remember(&h, w, s);
        pbr_settlement_free(s);
    }
    for (size_t i = 0; i < sizeof sum.at / sizeof(struct amounts); i++)
        HOLDS((&sum.at[0][0][0])[i].due == (&grid->at[0][0][0])[i].payable);
    pbr_settlement *again = settle_after(w, &h, w->chosen, w->options.cohorts_count);
    HOLDS(again->payments_count == 0 && again->due_pence == 0);
    pbr_settlement_free(again);
    free(h.rows);
}

/* --- payoffs over the change --- */

struct shop {
    struct world *w;
    pbr_line line;
    pbr_payoff payoff;
    pbr_result result;
    pbr_measure measure;
};

/* What a change for the better (sign 1) or the worse (-1) is worth, in pence. */
static int64_t worth(struct shop *shop, const mpq_t change, int sign)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_claims claims = {0};
    pbr_result *result = &shop->result;
    result->verdict = sign > 0 ? PBR_BETTER : PBR_WORSE;
    mpq_set(result->change, change);
    if (sign < 0) mpq_neg(result->change, result->change);
    pbr_claim *claim = pbr_claims_add_line(&claims, 0, 0, &shop->w->rules[0], &shop->line);
    claim->result = result;
    pbr_claim_price(claim, &shop->w->contract, diag);
    int64_t pence = claim->computed_pence;
    HOLDS(!pbr_diag_failed(diag));
    pbr_claims_free(&claims);
    pbr_diag_free(diag);
    return pence;
}

static struct shop *open_shop(struct world *w, pbr_payoff_kind kind)
{
    struct shop *shop = pbr_alloc(1, sizeof *shop);
    shop->w = w;
    shop->payoff = (pbr_payoff){.kind = kind,
                                .price = word("unit"),
                                .table = word(kind == PBR_STEPS ? "a" : "b"),
                                .least = word("0.5"),
                                .full = word("4.25"),
                                .share = word("share"),
                                .most = word("40")};
    shop->line = (pbr_line){.id = word("rate"),
                            .period = PBR_QUARTER,
                            .better = &shop->payoff,
                            .worse = &shop->payoff,
                            .change = one_in(w, 2) ? PBR_CHANGE_UNITS : PBR_CHANGE_RELATIVE};
    pbr_result_init(&shop->result);
    shop->result.rules = &w->rules[0];
    shop->result.line = &shop->line;
    shop->result.metric = &w->metrics[METRIC_RATE];
    shop->result.baseline = &w->baselines[0];
    shop->result.measure = &shop->measure;
    shop->result.cases = between(&w->random, 1, 1000);
    return shop;
}

static void close_shop(struct shop *shop)
{
    pbr_result_clear(&shop->result);
    free(shop);
}

static int64_t price_pence(const struct world *w)
{
    int64_t pence;
    HOLDS(pbr_ratio_pence(&pence, w->amounts[0][P_UNIT], PBR_HALF_UP));
    return pence;
}

static void check_monotone(struct world *w)
{
    static const pbr_payoff_kind kinds[] = {PBR_STEPS, PBR_LINEAR, PBR_SLICES, PBR_SHARE};
    struct shop *shop = open_shop(w, kinds[below(&w->random, (int64_t)COUNT(kinds))]);
    mpq_t small, large;
    mpq_inits(small, large, NULL);
    pbr_ratio_set(small, below(&w->random, 500), 100);
    pbr_ratio_set(large, below(&w->random, 500), 100);
    if (mpq_cmp(small, large) > 0) mpq_swap(small, large);
    for (int sign = -1; sign <= 1; sign += 2) {
        int64_t less = worth(shop, small, sign) * sign, more = worth(shop, large, sign) * sign;
        HOLDS(less >= 0 && less <= more);
        bool of_price = shop->payoff.kind == PBR_LINEAR || shop->payoff.kind == PBR_SHARE;
        HOLDS(!of_price || more <= price_pence(w));
    }
    mpq_clears(small, large, NULL);
    close_shop(shop);
}

/* Each slice, told one by one, in exact pounds: units of the change within it x share x price. */
static void add_slice(const struct shop *shop, size_t row, const mpq_t change, mpq_t pounds)
{
    const struct world *w = shop->w;
    const pbr_step *step = &w->steps[row];
    bool last = row + 1 == STEPS_COUNT;
    mpq_t width, scale;
    mpq_inits(width, scale, NULL);
    mpq_set(width, change);
    if (!last && mpq_cmp(width, step[1].at_least) > 0) mpq_set(width, step[1].at_least);
    mpq_sub(width, width, step->at_least);
    if (mpq_sgn(width) > 0) {
        mpq_mul(width, width, step->value);
        pbr_ratio_set(scale, shop->result.cases, 100 * 100);
        if (shop->line.change == PBR_CHANGE_RELATIVE) {
            mpq_mul(scale, scale, shop->result.baseline->rate);
            mpq_mul(width, width, scale);
            pbr_ratio_set(scale, 1, 100);
        }
        mpq_mul(width, width, scale);
        mpq_mul(width, width, w->amounts[0][P_UNIT]);
        mpq_add(pounds, pounds, width);
    }
    mpq_clears(width, scale, NULL);
}

static void check_slices(struct world *w)
{
    struct shop *shop = open_shop(w, PBR_SLICES);
    int64_t pence;
    mpq_t change, pounds;
    mpq_inits(change, pounds, NULL);
    pbr_ratio_set(change, below(&w->random, 500), 100);
    for (size_t row = STEPS_ROWS; row < STEPS_COUNT; row++) add_slice(shop, row, change, pounds);
    HOLDS(pbr_ratio_pence(&pence, pounds, w->terms[0].rounding.mode));
    HOLDS(worth(shop, change, 1) == pence);
    mpq_clears(change, pounds, NULL);
    close_shop(shop);
}

/* --- all of it --- */

static void check_case(uint64_t seed)
{
    static struct grid grid;
    current_seed = seed;
    struct world *w = new_world(seed, false);
    pbr_settlement *s = settle(w, &w->options);
    fill_grid(&grid, s);
    check_sums(s);
    check_bounds(&grid);
    check_instalments(w, &grid);
    check_caps(w, &grid);
    w->random = seed;
    switch (seed % KINDS_OF_CASE) {
    case 0:
        check_decisions(w, s);
        break;
    case 1:
        check_reversed(w, &grid);
        break;
    case 2:
        check_runs(w, &grid);
        break;
    default:
        check_monotone(w);
        check_slices(w);
        break;
    }
    pbr_settlement_free(s);
    free_world(w);
}

static void test_random_contracts(void **state)
{
    (void)state;
    int64_t cases = cases_wanted();
    for (int64_t seed = 1; seed <= cases; seed++) check_case((uint64_t)seed);
}

static void test_one_seed(void **state)
{
    (void)state;
    const char *seed = getenv("PBR_SEED");
    if (!seed) skip();
    check_case(strtoull(seed, NULL, 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_seed),
        cmocka_unit_test(test_random_contracts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Caps (semantics 18, 19), in their order: line, cohort, year of formation, life of the contract.
 * Each takes the lines under it in order of cohort end, then line; a payment gets what room is
 * left; a deduction gives room back where headroom is net. */
#include "settle/claim.h"
#include "settle/pence.h"

#include <stdlib.h>
#include <string.h>

#define LIFE "life" /* contract_year of the row of prices.csv that caps for life are read from */

struct capped {
    pbr_claim *claim;
    const pbr_cap *cap;
    const pbr_cohort *cohort;
};

static int by_index(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

/* What a cap is over: claims that compare equal share its room. */
static int by_room(const struct capped *a, const struct capped *b)
{
    int order = by_index(a->claim->area, b->claim->area);
    if (!order) order = strcmp(a->cap->id, b->cap->id);
    if (order || a->cap->per == PBR_CAP_LIFE) return order;
    if (a->cap->per == PBR_CAP_YEAR)
        return strcmp(a->cohort->contract_year, b->cohort->contract_year);
    order = by_index(a->claim->cohort, b->claim->cohort);
    if (order || a->cap->per == PBR_CAP_COHORT) return order;
    return strcmp(a->claim->line->id, b->claim->line->id);
}

/* Room by room, in order of cohort end, then line. */
static int by_room_end_and_line(const void *left, const void *right)
{
    const struct capped *a = left, *b = right;
    int room = by_room(a, b);
    if (room) return room;
    if (a->cohort->to != b->cohort->to) return a->cohort->to < b->cohort->to ? -1 : 1;
    int line = by_index(a->claim->order, b->claim->order);
    return line ? line : by_index(a->claim->cohort, b->claim->cohort);
}

/* The claims under a cap of the level, in their order. */
static size_t collect(struct capped *out, pbr_claims *claims, const pbr_contract *contract,
                      pbr_cap_level level)
{
    size_t count = 0;
    for (size_t i = 0; i < claims->count; i++) {
        pbr_claim *claim = &claims->items[i];
        const pbr_cap *cap = pbr_terms_cap(claim->rules->terms, claim->line->id, level);
        if (cap) out[count++] = (struct capped){claim, cap, &contract->cohorts[claim->cohort]};
    }
    if (count) qsort(out, count, sizeof *out, by_room_end_and_line);
    return count;
}

/* limit - minus, in pounds; false where prices.csv lacks either. */
static bool set_limit(mpq_t limit, const pbr_cap *cap, const pbr_contract *contract, size_t area,
                      const char *year)
{
    mpq_srcptr most = pbr_contract_amount(contract, area, year, cap->column);
    mpq_srcptr minus = cap->minus ? pbr_contract_amount(contract, area, year, cap->minus) : NULL;
    if (!most || (cap->minus && !minus)) return false;
    mpq_set(limit, most);
    if (minus) mpq_sub(limit, limit, minus);
    return true;
}

static void record(pbr_settlement *s, const pbr_claim *claim, int64_t before_pence)
{
    s->cap_steps[s->cap_steps_count++] = (pbr_cap_step){
        .claim = (size_t)(claim - s->claims->items),
        .use = s->caps_count - 1,
        .before_pence = before_pence,
        .after_pence = claim->capped_pence,
    };
}

/* False if a total does not fit. */
static bool use_cap(const struct capped *items, size_t count, pbr_headroom headroom,
                    pbr_cap_use *use, pbr_settlement *settlement)
{
    pbr_cap_room room = {0};
    bool fits = true;
    for (size_t i = 0; i < count; i++) {
        pbr_claim *claim = items[i].claim;
        int64_t wanted = claim->capped_pence;
        claim->capped_pence = pbr_cap_take(&room, use->limit_pence, headroom, wanted);
        fits &= pbr_pence_add(&use->computed_pence, wanted);
        fits &= pbr_pence_add(&use->payable_pence, claim->capped_pence);
        record(settlement, claim, wanted);
    }
    return fits;
}

/* Where versions of the rules differ in a cap, the version of the last line under it holds, so that
 * it cannot matter which lines this run settles itself. */
static void apply(const struct capped *items, size_t count, pbr_settlement *settlement,
                  pbr_diag *diag)
{
    const pbr_contract *contract = settlement->contract;
    const struct capped *last = &items[count - 1];
    const pbr_cap *cap = last->cap;
    size_t area = last->claim->area;
    const char *year = cap->per == PBR_CAP_LIFE ? LIFE : last->cohort->contract_year;
    pbr_cap_use *use = &settlement->caps[settlement->caps_count++];
    *use = (pbr_cap_use){.area = area, .cap = cap, .contract_year = year};
    if (cap->per == PBR_CAP_LINE || cap->per == PBR_CAP_COHORT) use->cohort = last->cohort->name;
    if (cap->per == PBR_CAP_LINE) use->line = last->claim->line->id;
    mpq_t limit;
    mpq_init(limit);
    bool known = set_limit(limit, cap, contract, area, year);
    bool fits = known && pbr_ratio_pence(&use->limit_pence, limit, PBR_FLOOR) &&
                use_cap(items, count, cap->headroom, use, settlement);
    mpq_clear(limit);
    if (!known)
        pbr_error(diag, "missing-price", PBR_NOWHERE,
                  "area %s has no \"%s\" for contract year %s, which cap \"%s\" needs: add it to "
                  "prices.csv",
                  contract->areas[area].code, cap->column, year, cap->id);
    else if (!fits)
        pbr_error(
            diag, "amount-too-large", PBR_NOWHERE,
            "area %s: cap \"%s\" or the total under it does not fit in 63 bits of pence: check the "
            "prices",
            contract->areas[area].code, cap->id);
}

void pbr_claims_cap(pbr_claims *claims, pbr_settlement *settlement, pbr_diag *diag)
{
    struct capped *items = pbr_alloc(claims->count, sizeof *items);
    size_t most = claims->count * PBR_CAP_LEVELS;
    settlement->caps = pbr_arena_alloc(settlement->arena, most * sizeof *settlement->caps);
    settlement->cap_steps =
        pbr_arena_alloc(settlement->arena, most * sizeof *settlement->cap_steps);
    for (pbr_cap_level level = 0; level < PBR_CAP_LEVELS; level++) {
        size_t count = collect(items, claims, settlement->contract, level);
        for (size_t first = 0, end; first < count; first = end) {
            for (end = first + 1; end < count && !by_room(&items[first], &items[end]);) end++;
            apply(&items[first], end - first, settlement, diag);
        }
    }
    free(items);
}

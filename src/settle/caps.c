/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Caps over the cohorts formed in a contract year (semantics 19): lines are taken in order of
 * cohort end, then line; a payment gets what room is left; a deduction gives room back where
 * headroom is net. */
#include "settle/claim.h"

#include <stdlib.h>
#include <string.h>

static const char *year_of(const pbr_claim *claim, const pbr_contract *contract)
{
    return contract->cohorts[claim->cohort].contract_year;
}

struct capped {
    pbr_claim *claim;
    pbr_date end;
};

static int by_end_and_line(const void *left, const void *right)
{
    const struct capped *a = left, *b = right;
    if (a->end != b->end) return a->end < b->end ? -1 : 1;
    if (a->claim->order != b->claim->order) return a->claim->order < b->claim->order ? -1 : 1;
    return a->claim->cohort < b->claim->cohort ? -1 : a->claim->cohort > b->claim->cohort;
}

/* Those of the claims that fall under a cap of this id in an area and year, in their order. */
static size_t collect(struct capped *out, pbr_claims *claims, const pbr_contract *contract,
                      size_t area, const char *year, const char *cap_id)
{
    size_t count = 0;
    for (size_t i = 0; i < claims->count; i++) {
        pbr_claim *claim = &claims->items[i];
        const pbr_cap *cap = pbr_terms_cap(claim->rules->terms, claim->line->id);
        if (claim->area != area || !cap || strcmp(cap->id, cap_id) != 0 ||
            strcmp(year_of(claim, contract), year) != 0)
            continue;
        out[count++] = (struct capped){claim, contract->cohorts[claim->cohort].to};
    }
    if (count) qsort(out, count, sizeof *out, by_end_and_line);
    return count;
}

/* The pot of an area and year: limit - minus, in pence. */
static bool limit_of(const pbr_cap *cap, const pbr_contract *contract, size_t area,
                     const char *year, int64_t *pence)
{
    const pbr_price *row = pbr_contract_price(contract, area, year);
    size_t column = pbr_contract_money_column(contract, cap->column);
    size_t minus = cap->minus ? pbr_contract_money_column(contract, cap->minus) : PBR_NONE;
    if (!row || column == PBR_NONE) return false;
    mpq_t limit;
    mpq_init(limit);
    mpq_set(limit, row->amounts[column]);
    if (minus != PBR_NONE) mpq_sub(limit, limit, row->amounts[minus]);
    bool ok = pbr_ratio_pence(pence, limit, PBR_FLOOR);
    mpq_clear(limit);
    return ok;
}

/* What a payment gets of the room that is left; sums of 63-bit amounts need more than 63 bits. */
static int64_t in_room(int64_t payment, __int128 room)
{
    if (room <= 0) return 0;
    return payment < room ? payment : (int64_t)room;
}

/* False if a total does not fit. */
static bool use_cap(struct capped *items, size_t count, pbr_headroom headroom, pbr_cap_use *use)
{
    __int128 used = 0;
    bool fits = true;
    for (size_t i = 0; i < count; i++) {
        pbr_claim *claim = items[i].claim;
        bool payment = claim->computed_pence > 0;
        claim->capped_pence = payment ? in_room(claim->computed_pence, use->limit_pence - used)
                                      : claim->computed_pence;
        if (payment || headroom == PBR_HEADROOM_NET) used += claim->capped_pence;
        fits &= pbr_pence_add(&use->computed_pence, claim->computed_pence);
        fits &= pbr_pence_add(&use->payable_pence, claim->capped_pence);
    }
    return fits;
}

static bool is_known(const pbr_settlement *settlement, size_t area, const char *year,
                     const char *cap_id)
{
    for (size_t i = 0; i < settlement->caps_count; i++)
        if (settlement->caps[i].area == area && !strcmp(settlement->caps[i].contract_year, year) &&
            !strcmp(settlement->caps[i].cap->id, cap_id))
            return true;
    return false;
}

static void apply(pbr_claims *claims, const pbr_claim *first, const pbr_cap *cap,
                  struct capped *scratch, pbr_settlement *settlement, pbr_diag *diag)
{
    const pbr_contract *contract = settlement->contract;
    const char *year = year_of(first, contract);
    pbr_cap_use *use = &settlement->caps[settlement->caps_count++];
    *use = (pbr_cap_use){.area = first->area, .cap = cap, .contract_year = year};
    if (!limit_of(cap, contract, first->area, year, &use->limit_pence)) {
        pbr_error(diag, "missing-price", PBR_NOWHERE,
                  "area %s has no \"%s\" for contract year %s, which cap \"%s\" needs",
                  contract->areas[first->area].code, cap->column, year, cap->id);
        return;
    }
    size_t count = collect(scratch, claims, contract, first->area, year, cap->id);
    if (!use_cap(scratch, count, cap->headroom, use))
        pbr_error(diag, "amount-too-large", PBR_NOWHERE,
                  "area %s: the total under cap \"%s\" does not fit in 63 bits of pence: check the "
                  "prices",
                  contract->areas[first->area].code, cap->id);
}

void pbr_claims_cap(pbr_claims *claims, pbr_settlement *settlement, pbr_diag *diag)
{
    struct capped *scratch = pbr_alloc(claims->count, sizeof *scratch);
    settlement->caps = pbr_arena_alloc(settlement->arena, claims->count * sizeof *settlement->caps);
    for (size_t i = 0; i < claims->count; i++) {
        const pbr_claim *claim = &claims->items[i];
        const pbr_cap *cap = pbr_terms_cap(claim->rules->terms, claim->line->id);
        if (cap &&
            !is_known(settlement, claim->area, year_of(claim, settlement->contract), cap->id))
            apply(claims, claim, cap, scratch, settlement, diag);
    }
    free(scratch);
}

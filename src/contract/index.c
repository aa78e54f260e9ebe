/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/index.h"

#include <stdlib.h>
#include <string.h>

static int by_key(const void *left, const void *right)
{
    const pbr_row_key *a = left, *b = right;
    int order = a->area < b->area ? -1 : a->area > b->area;
    for (size_t i = 0; i < PBR_KEY_NAMES && a->names[i] && !order; i++)
        order = strcmp(a->names[i], b->names[i]);
    return order;
}

/* Rows with one key in the order of the file. */
static int by_key_and_row(const void *left, const void *right)
{
    const pbr_row_key *a = left, *b = right;
    int order = by_key(a, b);
    return order ? order : a->row < b->row ? -1 : a->row > b->row;
}

static pbr_row_key *new_keys(const pbr_contract *contract, size_t count)
{
    return pbr_arena_alloc(contract->arena, count * sizeof(pbr_row_key));
}

void pbr_contract_index(pbr_contract *contract)
{
    size_t baselines = contract->baselines_count, prices = contract->prices_count;
    pbr_row_key *keys = contract->baseline_keys = new_keys(contract, baselines);
    for (size_t i = 0; i < baselines; i++) {
        const pbr_baseline *row = &contract->baselines[i];
        keys[i] = (pbr_row_key){row->area, {row->cohort, row->metric, row->year}, i};
    }
    if (baselines) qsort(keys, baselines, sizeof *keys, by_key_and_row);
    keys = contract->price_keys = new_keys(contract, prices);
    for (size_t i = 0; i < prices; i++)
        keys[i] = (pbr_row_key){contract->prices[i].area, {contract->prices[i].contract_year}, i};
    if (prices) qsort(keys, prices, sizeof *keys, by_key_and_row);
}

bool pbr_row_keys_are_same(const pbr_row_key *a, const pbr_row_key *b)
{
    return by_key(a, b) == 0;
}

const pbr_baseline *pbr_contract_baseline(const pbr_contract *contract, size_t area,
                                          const char *cohort, const pbr_metric *metric)
{
    pbr_row_key key = {area, {cohort, metric->id, metric->baseline}, 0};
    const pbr_row_key *found =
        bsearch(&key, contract->baseline_keys, contract->baselines_count, sizeof key, by_key);
    return found ? &contract->baselines[found->row] : NULL;
}

const pbr_price *pbr_contract_price(const pbr_contract *contract, size_t area,
                                    const char *contract_year)
{
    pbr_row_key key = {area, {contract_year}, 0};
    const pbr_row_key *found =
        bsearch(&key, contract->price_keys, contract->prices_count, sizeof key, by_key);
    return found ? &contract->prices[found->row] : NULL;
}

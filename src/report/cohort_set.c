/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/cohort_set.h"

#include "base/mem.h"

#include <stdlib.h>

static bool is_small(const pbr_cohort_set *set, int64_t count)
{
    const pbr_publication_terms *rule = &set->contract->scheme->publication;
    if (count == 0) return rule->zeros == PBR_ZEROS_WITHHELD;
    return llabs(count) < (long long)rule->least;
}

/* What a whole has beyond those of its parts that are in the data: a reader can take it off. 0
 * where it has no part. */
static int64_t beyond_parts(const pbr_cohort_set *set, const int64_t *values, size_t whole)
{
    bool has_part = false;
    int64_t left = values[whole];
    for (size_t i = 0; i < set->count; i++) {
        if (!pbr_contract_is_part(set->contract, set->at[i]->cohort, set->at[whole]->cohort))
            continue;
        has_part = true;
        left -= values[i];
    }
    return has_part ? left : 0;
}

bool pbr_set_any_small(const pbr_cohort_set *set, const int64_t *values)
{
    for (size_t i = 0; i < set->count; i++) {
        int64_t beyond = beyond_parts(set, values, i);
        if (is_small(set, values[i]) || (beyond && is_small(set, beyond))) return true;
    }
    return false;
}

bool pbr_set_has_small(const pbr_cohort_set *set, int64_t (*figure)(const pbr_measure *))
{
    int64_t *values = pbr_alloc(set->count + 1, sizeof *values);
    for (size_t i = 0; i < set->count; i++) values[i] = figure(set->at[i]);
    bool small = pbr_set_any_small(set, values);
    free(values);
    return small;
}

void pbr_set_mark(const pbr_cohort_set *set, bool *marks)
{
    for (size_t i = 0; i < set->count; i++)
        marks[set->at[i]->area * set->contract->cohorts_count + set->at[i]->cohort] = true;
}
